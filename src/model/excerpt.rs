//! Lines of a document that are safe to show.

use super::masking::hidden;
use super::{Limits, LineIndex, Masked, Span};

/// Lines around a finding with every value in them masked. There is no other constructor than
/// [`Excerpt::masked`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Excerpt {
    lines: Vec<ExcerptLine>,
}

/// A line of an [`Excerpt`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExcerptLine {
    /// The number of the line, from 1.
    pub number: u64,
    /// The masked text.
    pub text: String,
    /// The bytes of `text` that show the finding.
    pub mark: Option<(usize, usize)>,
}

impl Excerpt {
    /// Shows the lines around `at`, with `shown` in its place and everything in `mask` hidden,
    /// whose spans are sorted and apart ([`super::united`]).
    ///
    /// Runs of 16 or more characters that hold a digit are hidden whether or not they are in
    /// `mask`, which covers what no rule and no field knows.
    #[must_use]
    pub fn masked(
        text: &str,
        lines: &LineIndex,
        at: Span,
        shown: &Masked,
        mask: &[Span],
        limits: &Limits,
    ) -> Self {
        let first = lines.line_of(at.start);
        let around = limits.excerpt_context_lines;
        let from = first.saturating_sub(around);
        let to = (first + around).min(lines.len().saturating_sub(1));
        let shown_lines = (from..=to).filter_map(|line| {
            let span = lines.span_of(text, line);
            let (text, mark) = masked_line(text, span, at, shown, mask, limits.excerpt_columns_max)?;
            Some(ExcerptLine { number: lines.number_of(line), text, mark })
        });
        Self { lines: shown_lines.collect() }
    }

    /// Returns the lines in order.
    #[must_use]
    pub fn lines(&self) -> &[ExcerptLine] {
        &self.lines
    }
}

/// Bytes of a line that are looked at, so that a line of 200 MB costs no more than another.
const LINE_BYTES_MAX: usize = 2_000;

fn masked_line(
    text: &str,
    line: Span,
    at: Span,
    shown: &Masked,
    mask: &[Span],
    columns_max: usize,
) -> Option<(String, Option<(usize, usize)>)> {
    let line = near(text, line, at);
    let first = mask.partition_point(|m| m.end <= line.start);
    let mut known: Vec<Span> = mask.iter().skip(first).take_while(|m| m.start < line.end).copied().collect();
    known.extend(line.edges);
    known.push(at);
    let mut out = String::new();
    let mut mark = None;
    let mut done = line.start;
    let is_here = at.overlaps(line.span()) || (at.start == at.end && line.span().contains(at));
    for span in hidden(text, line.span(), &known) {
        out.push_str(text.get(done..span.start)?);
        done = span.end;
        if !(is_here && at.start <= span.end && span.start <= at.end) || mark.is_some() {
            out.push('…');
            continue;
        }
        // What stands around the finding within the same value is hidden like any other value.
        out.push_str(if span.start < at.start { "…" } else { "" });
        let part = part_on(line.start, text, at, shown.as_str());
        let marked = part.trim_start();
        out.push_str(part.get(..part.len() - marked.len()).unwrap_or_default());
        let from = out.len();
        out.push_str(marked);
        mark = Some((from, out.len()));
        out.push_str(if span.end > at.end { "…" } else { "" });
    }
    out.push_str(text.get(done..line.end)?);
    let out = out.replace(['\t', '\r'], " ");
    Some(fitted(out, mark, columns_max))
}

/// What of the shown text belongs on the line that starts here. What is shown in one piece, as a masked
/// value is, stands on each of its lines.
fn part_on<'a>(line_start: usize, text: &str, at: Span, shown: &'a str) -> &'a str {
    if !shown.contains('\n') {
        return shown;
    }
    let above = text.get(at.start..line_start).unwrap_or_default();
    let above = above.bytes().filter(|byte| *byte == b'\n').count();
    shown.split('\n').nth(above).map_or("…", |part| part.trim_end_matches('\r'))
}

/// The part of a line that is looked at.
struct Near {
    start: usize,
    end: usize,
    /// What a cut leaves of the values at the edges.
    edges: [Span; 2],
}

impl Near {
    const fn span(&self) -> Span {
        Span::new(self.start, self.end)
    }
}

/// Narrows a very long line to the part around the finding.
fn near(text: &str, line: Span, at: Span) -> Near {
    let bytes = text.as_bytes();
    let nothing = Span::new(line.start, line.start);
    if line.end - line.start <= LINE_BYTES_MAX {
        return Near { start: line.start, end: line.end, edges: [nothing; 2] };
    }
    let center = at.start.clamp(line.start, line.end);
    let last = at.end.clamp(center, line.end.min(center + LINE_BYTES_MAX));
    let start = text.floor_char_boundary(center.saturating_sub(LINE_BYTES_MAX / 4).max(line.start));
    let end = text.ceil_char_boundary((last + LINE_BYTES_MAX / 4).min(line.end));
    // A cut value cannot be told by its parts: everything up to the next blank goes.
    let is_blank = |b: &u8| b.is_ascii_whitespace();
    let part = bytes.get(start..end).unwrap_or_default();
    let head = if start == line.start { 0 } else { part.iter().position(is_blank).unwrap_or(part.len()) };
    let tail = if end == line.end { part.len() } else { part.iter().rposition(is_blank).unwrap_or(0) };
    Near { start, end, edges: [Span::new(start, start + head), Span::new(start + tail, end)] }
}

/// Cuts to the width, keeping the mark in view.
fn fitted(
    text: String,
    mark: Option<(usize, usize)>,
    columns_max: usize,
) -> (String, Option<(usize, usize)>) {
    if text.chars().count() <= columns_max {
        return (text, mark);
    }
    let mark_start = mark.map_or(0, |(from, _)| from);
    let before = text.get(..mark_start).map_or(0, |s| s.chars().count());
    let skip = before.saturating_sub(columns_max / 3);
    let lead: usize = text.chars().take(skip).map(char::len_utf8).sum();
    let mut cut: String = text.chars().skip(skip).take(columns_max).collect();
    let mut shift = 0;
    if skip > 0 {
        cut.insert(0, '…');
        shift = '…'.len_utf8();
    }
    if !cut.ends_with('…') {
        cut.push('…');
    }
    let moved = mark.map(|(from, to)| {
        let from = (from + shift).saturating_sub(lead).min(cut.len());
        (from, (to + shift).saturating_sub(lead).clamp(from, cut.len()))
    });
    let on_border = moved.filter(|(from, to)| cut.is_char_boundary(*from) && cut.is_char_boundary(*to));
    (cut, on_border)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Masking, Position, Secret};

    fn show(text: &str, secret: &str, others: &[&str]) -> Vec<String> {
        let lines = LineIndex::new(text, Position { line: 1, column: 1 });
        let span = |s: &str| {
            let start = text.find(s).unwrap();
            Span::new(start, start + s.len())
        };
        let masked = Secret::new(secret.as_bytes()).masked(Masking::Random { public_prefix: 3 });
        let mask: Vec<Span> = others.iter().map(|s| span(s)).collect();
        let excerpt = Excerpt::masked(text, &lines, span(secret), &masked, &mask, &Limits::STANDARD);
        excerpt.lines().iter().map(|l| l.text.clone()).collect()
    }

    #[test]
    fn neighbours_are_masked_too() {
        let shown = show(
            "user=bob\nkey=pre-abcdefghijklmnop pw=hunter2\nnext",
            "pre-abcdefghijklmnop",
            &["bob", "hunter2"],
        );
        assert_eq!(shown, ["user=…", "key=pre-abc… pw=…", "next"]);
    }

    #[test]
    fn the_finding_is_shown_once_and_the_rest_of_its_value_is_not() {
        let shown = show("key=pre-abcdefghijklmnop;", "pre-abcdefghijklmnop", &["pre-abcdefghijklmnop"]);
        assert_eq!(shown, ["key=pre-abc…;"]);
        let shown =
            show("u='a pre-abcdefghijklmnop b'", "pre-abcdefghijklmnop", &["a pre-abcdefghijklmnop b"]);
        assert_eq!(shown, ["u='…pre-abc……'"]);
        let shown = show("x-pre-abcdefghijklmnop1234.tail", "pre-abcdefghijklmnop", &[]);
        assert_eq!(shown, ["…pre-abc……"]);
    }

    #[test]
    fn unknown_runs_are_masked() {
        let shown = show("a ghp_abcdefghijk1234567 b=pre-abcdefghijklmnop", "pre-abcdefghijklmnop", &[]);
        assert_eq!(shown, ["a … b=pre-abc…"]);
    }

    #[test]
    fn long_lines_are_cut_around_the_mark() {
        let text = format!("{} pre-abcdefghijklmnop {}", "word ".repeat(2_000), "tail ".repeat(2_000));
        let shown = show(&text, "pre-abcdefghijklmnop", &[]);
        assert_eq!(shown.len(), 1);
        assert!(shown[0].contains("pre-abc…"));
        assert!(shown[0].chars().count() <= 122);
    }
    #[test]
    fn what_spans_lines_is_marked_on_each() {
        let text = "policy = [{\r\n    allow = all\r\n  }]\r\n";
        let lines = LineIndex::new(text, Position { line: 1, column: 1 });
        let at = Span::new(text.find('{').unwrap(), text.find(']').unwrap());
        let shown = Masked::of_safe(text.get(at.start..at.end).unwrap().to_owned());
        let excerpt = Excerpt::masked(text, &lines, at, &shown, &[], &Limits::STANDARD);
        let marked = excerpt.lines().iter().map(|line| {
            let (from, to) = line.mark.unwrap();
            (line.text.as_str(), line.text.get(from..to).unwrap())
        });
        assert_eq!(marked.collect::<Vec<_>>(), [("policy = [{", "{"), ("    allow = all", "allow = all")]);
    }
}
