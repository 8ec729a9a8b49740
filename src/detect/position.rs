//! Values that count because they stand next to their partner, as positional arguments do.

use super::{Sighting, canonical, guards, variety};
use crate::model::{Basis, Confidence, Field, Reading, Span};
use crate::rules::{Position, is_of_another, may_name_secret, names_no_secret};

pub(super) fn see(reading: &Reading<'_>, position: &Position, out: &mut Vec<Sighting>) {
    let (Some(partner), Some(value)) = (position.partner.get(), position.value.get()) else { return };
    let text = reading.text;
    for found in partner.find_iter(text) {
        if guards::is_placeholder(found.as_str(), "") {
            continue;
        }
        let at = Span::new(found.start(), found.end());
        let near = neighbourhood(text, at, position.within_chars);
        let Some(window) = text.get(near.start..near.end) else { continue };
        // The nearest one only: beside several keys, each finds its own.
        let nearest = value
            .captures_iter(window)
            .filter_map(|c| c.name("secret"))
            .map(|m| (Span::new(near.start + m.start(), near.start + m.end()), m.as_str()))
            .filter(|(span, value)| {
                !span.overlaps(at)
                    && lines_between(text, *span, at) <= position.within_lines
                    && !(position.both_cases && variety::is_one_case(value))
                    && stands(reading, *span, value, at)
            })
            .min_by_key(|(span, _)| (span.distance(at), span.start < at.start));
        let Some((span, value)) = nearest else { continue };
        // What has its partner under a name, or by a prefix, needs no other.
        let is_nearer = |seen: &Sighting| {
            seen.rule == position.rule
                && seen.basis != Basis::Position
                && near.contains(seen.span)
                && seen.span.distance(at) <= span.distance(at)
                && !seen.span.overlaps(span)
        };
        if out.iter().any(is_nearer) {
            continue;
        }
        out.push(Sighting {
            rule: position.rule.clone(),
            basis: Basis::Position,
            span,
            secret: Some(canonical(value)),
            prefix_bytes: 0,
            name: String::new(),
            because: "partner",
            needs: None,
            beside: None,
            confidence: Some(Confidence::Medium),
        });
    }
}

/// No placeholder, no hash, no part of something longer, and no value of a field that is named as something
/// else.
fn stands(reading: &Reading<'_>, span: Span, value: &str, partner: Span) -> bool {
    let text = reading.text;
    if guards::is_placeholder(value, "") || guards::is_beside_hash_word(text, span) {
        return false;
    }
    // `id:secret` are a pair; behind another colon, a slash or an underscore is the end of something else.
    let is_pair = partner.end + 1 == span.start;
    let before = text.get(..span.start).and_then(|before| before.chars().next_back());
    if matches!(before, Some('_' | '/')) || (before == Some(':') && !is_pair) {
        return false;
    }
    if is_alone(text, span) && goes_on(text, partner) && lines_between(text, span, partner) > 0 {
        return false;
    }
    // In `id:secret` the partner looks like a name.
    let Some(field) = fields_of(reading, span).find(|field| !field.name_span.overlaps(partner)) else {
        return true;
    };
    let named = fields_of(reading, partner).next().map_or("", |field| &field.name);
    // What holds both says nothing of either: `api = Api("id", "secret")`.
    let holds_both = field.name_span.end <= partner.start && partner.end <= span.start;
    !names_no_secret(&field.name)
        && (holds_both || may_name_secret(&field.name, named))
        && !is_of_another(&field.name, &field.scope)
}

fn fields_of<'r, 't>(reading: &'r Reading<'t>, span: Span) -> impl Iterator<Item = &'r Field<'t>> {
    let first = reading.fields.partition_point(|f| f.value_span.start < span.start.saturating_sub(8));
    reading.fields.iter().skip(first).take(8).filter(move |f| f.value_span.contains(span))
}

/// Whether nothing else stands in the lines of something.
fn is_alone(text: &str, span: Span) -> bool {
    let before = text.get(..span.start).and_then(|before| before.rsplit('\n').next());
    before.is_some_and(|before| before.trim().is_empty())
        && text.get(span.end..).and_then(|rest| rest.lines().next()).is_none_or(|rest| rest.trim().is_empty())
}

/// Whether a command goes on behind something: what it prints stands below.
fn goes_on(text: &str, span: Span) -> bool {
    let rest = text.get(span.end..).and_then(|rest| rest.lines().next()).unwrap_or_default();
    rest.starts_with(' ') && rest.trim_start().starts_with(|c: char| c.is_ascii_alphanumeric() || c == '-')
}

fn neighbourhood(text: &str, at: Span, within: usize) -> Span {
    let mut start = at.start.saturating_sub(within);
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let mut end = (at.end + within).min(text.len());
    while !text.is_char_boundary(end) {
        end += 1;
    }
    Span::new(start, end)
}

fn lines_between(text: &str, a: Span, b: Span) -> usize {
    let gap = if a.end <= b.start { a.end..b.start } else { b.end.min(a.start)..a.start };
    text.get(gap).map_or(0, |gap| gap.bytes().filter(|b| *b == b'\n').count())
}
