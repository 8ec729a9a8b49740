//! Arguments of calls and of commands.

use super::Value;
use super::assignment::Scan;
use super::chained;
use super::literal;
use super::names::{self, Mark};
use super::text::{NAME_BYTES, Text, VALUE_BYTES, is_label, is_opaque, is_word};
use crate::model::{Span, Syntax};
use crate::rules::names_server;

/// How many arguments of a call are looked at.
const ARGUMENTS: usize = 16;

/// Reads `name("value")`, `set("name", "value")`, `{name, "value"}` and `["name", "value"]` at
/// their bracket.
pub(super) fn call(scan: &mut Scan<'_, '_>, at: usize) {
    let text = scan.text;
    let open = text.at(at);
    let mut next = text.skip_space(at + 1);
    let mut name: Option<Span> = None;
    for index in 0..ARGUMENTS {
        if !literal::opens(text, next) {
            // A bare word before a literal names it, as in `{name, "value"}`.
            let end = word_end(text, next);
            let comma = text.skip_blanks(end);
            if end == next || text.at(comma) != b',' || open == b'[' {
                return;
            }
            name = (!text.at(next).is_ascii_digit()).then(|| Span::new(next, end));
            next = text.skip_space(comma + 1);
            continue;
        }
        let Some(joined) = scan.literal(next) else { return };
        let after = text.skip_space(joined.next);
        let close = text.at(after);
        if !joined.closed {
            return;
        }
        let value = joined.value;
        let is_initialiser = open == b'{' && close == b'}' && is_word(text.before(at));
        if index == 0 && (close == b')' && open == b'(' || is_initialiser) {
            builder(scan, at, &value);
            return;
        }
        // `add_argument("--name", default="value")`: what follows says more of the first.
        if index == 0 && close == b',' && open == b'(' && is_label(&value.text) {
            // `Database("name", password="value")` says so before the name.
            let callee = word_start(text, at);
            let is_server = names_server(text.slice(callee, at));
            let start = if is_server { callee } else { value.span.start };
            scan.scope.expect(at, Span::new(start, value.span.end));
        }
        let is_pair = open != b'[' || (index == 1 && close == b']');
        if let Some(name) = name.filter(|_| is_pair) {
            scan.emit(&[name], super::NOWHERE, &value, Syntax::Argument);
        }
        name = if chained::is_selector(&value.text) {
            Some(chained::selected(text, value.span))
        } else {
            is_label(&value.text).then_some(value.span).or_else(|| last_part(&value))
        };
        let to = if text.starts(after, "to ") { 2 } else { 1 };
        if close != b',' && to == 1 {
            return;
        }
        next = text.skip_space(after + to);
    }
}

fn word_start(text: &Text<'_>, at: usize) -> usize {
    let mut start = at;
    while at - start < NAME_BYTES && start > 0 && is_word(text.at(start - 1)) {
        start -= 1;
    }
    start
}

fn word_end(text: &Text<'_>, at: usize) -> usize {
    let mut end = at;
    while end - at < NAME_BYTES && is_word(text.at(end)) {
        end += 1;
    }
    end
}

/// `.clientSecret("value")` and `setClientSecret("value")`.
fn builder<'a>(scan: &mut Scan<'_, 'a>, at: usize, value: &Value<'a>) {
    let text = scan.text;
    if let Some(name) = chained::receiver(text, at) {
        return scan.emit(&[name], super::NOWHERE, value, Syntax::Argument);
    }
    let Some(names) = names::read(text, at, &scan.line, Mark::Arrow) else { return };
    let Some(name) = names.all().first().copied() else { return };
    let written = text.slice(name.start, name.end);
    let start = ["set_", "with_", "set", "with", "Set", "With"]
        .iter()
        .find(|verb| {
            written
                .strip_prefix(**verb)
                .is_some_and(|rest| verb.ends_with('_') || rest.starts_with(|c: char| c.is_ascii_uppercase()))
        })
        .map_or(name.start, |verb| name.start + verb.len());
    scan.emit(&[Span::new(start, name.end)], super::NOWHERE, value, Syntax::Argument);
}

/// Reads the literal within a call that is a value: `SecretStr("value")`, and what `env("X", "v")`
/// falls back on. `end` is after the parenthesis.
pub(super) fn wrapped<'a>(scan: &mut Scan<'_, 'a>, start: usize, end: usize) -> Option<Value<'a>> {
    let text = scan.text;
    // `Field(default="value")`
    let word = word_end(text, end);
    let is_keyword = matches!(text.slice(end, word), "default" | "value" | "initial");
    if is_keyword && text.at(word) == b'=' {
        return literal::joined(text, word + 1).filter(|given| given.closed).map(|given| given.value);
    }
    let first = literal::joined(text, end).filter(|first| first.closed)?;
    let after = text.skip_space(first.next);
    if text.at(after) == b',' {
        let next = text.skip_space(after + 1);
        return literal::joined(text, next).filter(|second| second.closed).map(|second| second.value);
    }
    // `getenv("NAME") or "value"`, `fetch("NAME") { "value" }`
    let operator = text.skip_blanks(after + 1);
    let width =
        ["or ", "|| ", "?? ", "?: ", "{ "].iter().find(|or| text.starts(operator, or)).map(|or| or.len());
    if let Some(width) = width.filter(|_| text.at(after) == b')') {
        return literal::joined(text, operator + width).filter(|other| other.closed).map(|other| other.value);
    }
    let callee = text.slice(start, end - 1);
    let callee = callee.rsplit(['.', ':', '(', '>']).next().unwrap_or_default().to_ascii_lowercase();
    let hands_on = [
        "string", "str", "bytes", "from", "secret", "decode", "atob", "text", "some", "literal", "value",
        "trim",
    ];
    let reads = ["get", "load", "read", "fetch", "find", "secret_from", "secretsmanager"];
    (hands_on.iter().any(|part| callee.contains(part)) && !reads.iter().any(|part| callee.starts_with(part)))
        .then_some(first.value)
}

/// The last part of a key as stores have them: `spapi:client_secret`.
fn last_part(value: &Value<'_>) -> Option<Span> {
    let part = value.text.rsplit(':').next().filter(|part| part.len() < value.text.len())?;
    let is_as_written = value.span.end - value.span.start == value.text.len();
    (is_as_written && is_label(part)).then(|| Span::new(value.span.end - part.len(), value.span.end))
}

/// Reads `:name "value"` of Clojure and Lisp at the colon, and `:name => "value"` nowhere: that is
/// an assignment.
pub(super) fn keyword(scan: &mut Scan<'_, '_>, at: usize) {
    let text = scan.text;
    let end = word_end(text, at + 1);
    let next = text.skip_blanks(end);
    if next > end
        && text.at(next) == b'"'
        && let Some(joined) = scan.literal(next)
    {
        scan.emit(&[Span::new(at + 1, end)], super::NOWHERE, &joined.value, Syntax::Argument);
    }
}

/// Reads `--name value`, `-Name "value"` and `name -> "value"` at the dash.
pub(super) fn dash(scan: &mut Scan<'_, '_>, at: usize) {
    let text = scan.text;
    let before = text.before(at);
    match text.at(at + 1) {
        b'>' if matches!(before, b' ' | b'"' | b'\'') => {
            let next = text.skip_blanks(at + 2);
            if literal::opens(text, next) {
                scan.marked(at, at + 2, Mark::Arrow);
            }
        }
        b'-' if text.at(at + 2).is_ascii_alphanumeric() && is_gap(before) => flag(scan, at + 2),
        // The assignment of R.
        b' ' | b'"' | b'\'' if before == b'<' => scan.marked(at - 1, at + 1, Mark::Equal),
        b' ' if matches!(before, b' ' | b'\t') && scan.line.content < at => noted(scan, at, at + 1),
        first if first.is_ascii_alphabetic() && matches!(before, b' ' | b'\t') => {
            let end = word_end(text, at + 1);
            let next = text.skip_blanks(end);
            if end - at > 4 && next > end && (literal::opens(text, next) || text.at(next).is_ascii_graphic())
            {
                flag(scan, at + 1);
            }
        }
        _ => {}
    }
}

fn is_gap(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'"' | b'\'' | b'`' | b'(' | b'[' | b',' | 0)
}

/// The value of a flag whose name begins at `start`.
fn flag(scan: &mut Scan<'_, '_>, start: usize) {
    let text = scan.text;
    let end = word_end(text, start);
    let name = Span::new(start, end);
    let mut next = end;
    if matches!(text.at(next), b'"' | b'\'') {
        // `"--name", "value"` and `- "--name"` with its value in the next item.
        next = text.skip_blanks(next + 1);
        if text.at(next) == b',' {
            next += 1;
        }
    } else if text.blank(next) == 0 && !matches!(text.at(next), b'\n' | b'\r') {
        return;
    }
    let mut value = text.skip_blanks(next);
    if matches!(text.at(value), b'\n' | b'\r' | b'\\') {
        let below = text.skip_space(value + usize::from(text.at(value) == b'\\'));
        let item = text.starts(below, "- ");
        if !item && text.at(value) != b'\\' && !literal::opens(text, below) {
            return;
        }
        value = if item { text.skip_blanks(below + 2) } else { below };
    }
    if literal::opens(text, value) {
        if let Some(joined) = scan.literal(value)
            && !joined.value.text.starts_with('-')
        {
            scan.emit(&[name], super::NOWHERE, &joined.value, Syntax::Argument);
        }
        return;
    }
    if matches!(text.at(value), b'-' | b'|' | b'&' | b'<' | b'>' | b'=') {
        return;
    }
    if let Some(end) = scan.token_end(value) {
        let value = Value { text: text.slice(value, end).into(), span: Span::new(value, end), quoted: false };
        scan.emit(&[name], super::NOWHERE, &value, Syntax::Argument);
    }
}

/// `Password - value` at the end of a line; the dash may be a longer one.
pub(super) fn noted(scan: &mut Scan<'_, '_>, at: usize, after: usize) {
    let text = scan.text;
    let start = text.skip_blanks(after);
    let raw = text.slice(start, scan.line.end.max(start)).trim_end();
    let bare = raw.trim_matches(['`', '"', '\'', '*']);
    if bare.len() < 6 || bare.contains([' ', '(', ';']) || raw.len() > VALUE_BYTES || !has_digit_or_mark(bare)
    {
        return;
    }
    let Some(names) = names::read(text, at, &scan.line, Mark::Colon) else { return };
    if !names.first || !names.bound {
        return;
    }
    let start = start + raw.find(bare).unwrap_or(0);
    let value = Value {
        text: bare.into(),
        span: Span::new(start, start + bare.len()),
        quoted: bare.len() < raw.len(),
    };
    scan.emit(names.all(), names.prefix, &value, Syntax::Label);
}

fn has_digit_or_mark(text: &str) -> bool {
    is_opaque(text, 6) || text.bytes().any(|b| b.is_ascii_punctuation() && !matches!(b, b'.' | b'-' | b'/'))
}

#[cfg(test)]
mod tests;
