//! Calls that name their value elsewhere: in the call before the dot, in a selector, in the middle
//! of a command line.

use super::Value;
use super::assignment::Scan;
use super::literal;
use super::text::{Text, is_opaque, is_word};
use crate::model::{Span, Syntax};
use crate::rules::meanings;

/// Verbs that put their argument into what the call before them found.
const VERBS: [&str; 11] = [
    "send_keys",
    "sendkeys",
    "fill",
    "type",
    "setvalue",
    "set_value",
    "set",
    "val",
    "presssequentially",
    "value",
    "sendkeysasync",
];

/// How much of a command or a template is looked at, in bytes.
const COMMAND_BYTES: usize = 240;

/// Returns the name that `…("name").verb` or `….value` at `end` gives to what follows.
pub(super) fn receiver(text: &Text<'_>, end: usize) -> Option<Span> {
    let mut start = end;
    while end - start < 24 && is_word(text.before(start)) && text.before(start) != b'.' {
        start -= 1;
    }
    if text.before(start) != b'.' || !matches!(text.before(start - 1), b')' | b' ' | b'\n') {
        return None;
    }
    let verb = text.slice(start, end);
    if !VERBS.iter().any(|known| known.eq_ignore_ascii_case(verb)) {
        return None;
    }
    let mut close = text.back_blanks(start - 1, start.saturating_sub(8));
    // `find(By.id("name")).verb`
    if text.before(close) == b')' && text.before(close - 1) == b')' {
        close -= 1;
    }
    let inner = close.checked_sub(1).filter(|_| text.before(close) == b')')?;
    let quote = text.before(inner);
    if !matches!(quote, b'"' | b'\'' | b'`') {
        return None;
    }
    let floor = text.floor(inner.saturating_sub(160));
    let open = floor + text.slice(floor, inner - 1).rfind(char::from(quote))? + 1;
    Some(selected(text, Span::new(open, inner - 1)))
}

/// Returns the label of the block that opens at `at`: `variable "name" {`.
pub(super) fn block_label(text: &Text<'_>, at: usize, floor: usize) -> Option<Span> {
    let end = text.back_blanks(at, floor);
    if text.at(at) != b'{' || end == at || text.before(end) != b'"' {
        return None;
    }
    let from = text.floor(end.saturating_sub(120)).max(floor);
    let open = from + text.slice(from, end - 1).rfind('"')? + 1;
    Some(Span::new(open, end - 1))
}

/// Returns the name that `fill_in 'name', with:` gives to what follows.
pub(super) fn filled(text: &Text<'_>, end: usize) -> Option<Span> {
    let start = end.checked_sub(4).filter(|start| text.starts(*start, "with"))?;
    let comma = text.back_blanks(start, start.saturating_sub(4));
    let inner = comma.checked_sub(2).filter(|_| text.before(comma) == b',')?;
    let quote = text.at(inner);
    if !matches!(quote, b'"' | b'\'') {
        return None;
    }
    let floor = text.floor(inner.saturating_sub(120));
    let open = floor + text.slice(floor, inner).rfind(char::from(quote))? + 1;
    Some(selected(text, Span::new(open, inner)))
}

/// The name within a selector: `#name`, `input[name=name]`, `//input[@id="name"]`.
pub(super) fn selected(text: &Text<'_>, span: Span) -> Span {
    let raw = text.slice(span.start, span.end);
    for mark in ["name=", "id=", "name*=", "id*=", "#"] {
        let Some(at) = raw.find(mark) else { continue };
        let rest = raw.get(at + mark.len()..).unwrap_or_default();
        let bare = rest.trim_start_matches(['"', '\'', '\\']);
        let length = bare.bytes().take_while(|b| is_word(*b)).count();
        if length > 1 {
            let start = span.start + at + mark.len() + rest.len() - bare.len();
            return Span::new(start, start + length);
        }
    }
    span
}

/// Tells whether a literal is a selector, which names what the next argument is put into.
pub(super) fn is_selector(value: &str) -> bool {
    value.len() <= 120
        && (value.starts_with('#')
            || value.contains("[name")
            || value.contains("[id")
            || value.contains("[@"))
}

/// Reads `command NAME <<< value` at the mark.
pub(super) fn here_string(scan: &mut Scan<'_, '_>, at: usize) {
    let text = scan.text;
    let words = Span::new(text.floor(at.saturating_sub(COMMAND_BYTES)).max(scan.line.content), at);
    let start = text.skip_blanks(at + 3);
    let Some(value) = value_at(scan, start) else { return };
    emit(scan, words, &value);
}

/// Reads `echo value | command NAME` at the bar.
pub(super) fn piped(scan: &mut Scan<'_, '_>, at: usize) {
    let text = scan.text;
    let line = text.slice(scan.line.content, at);
    let Some(rest) =
        ["echo ", "printf ", "echo -n ", "printf %s "].iter().rev().find_map(|c| line.strip_prefix(c))
    else {
        return;
    };
    let start = scan.line.content + line.len() - rest.trim_start_matches(['-', 'n', ' ']).len();
    let Some(value) = value_at(scan, start) else { return };
    emit(scan, Span::new(at + 1, text.floor(scan.line.end.min(at + COMMAND_BYTES))), &value);
}

fn value_at<'a>(scan: &mut Scan<'_, 'a>, start: usize) -> Option<Value<'a>> {
    let text = scan.text;
    if let Some(joined) = literal::joined(text, start) {
        return joined.closed.then_some(joined.value);
    }
    let end = scan.token_end(start)?;
    let token = text.slice(start, end);
    is_opaque(token, 6).then(|| Value { text: token.into(), span: Span::new(start, end), quoted: false })
}

/// Gives a value to the words of a command that mean something.
fn emit<'a>(scan: &mut Scan<'_, 'a>, words: Span, value: &Value<'a>) {
    let text = scan.text;
    let mut at = words.start;
    for word in text.slice(words.start, words.end.max(words.start)).split([' ', '\t', '/']) {
        let name = Span::new(at, at + word.len());
        at = name.end + 1;
        if !meanings(word, "").is_empty() {
            scan.emit(&[name], super::NOWHERE, value, Syntax::Argument);
        }
    }
}

/// Reads the literal that a template falls back on: `${x:-v}` aside, `{{ x | default('v') }}` and
/// `${opt:x, 'v'}`.
pub(super) fn fallback<'a>(scan: &mut Scan<'_, 'a>, start: usize) -> Option<Value<'a>> {
    let text = scan.text;
    if !text.starts(start, "${") && !text.starts(start, "{{") {
        return None;
    }
    let stop = text.find_within(b'}', start, scan.line.end.min(start + COMMAND_BYTES));
    let quote = (start..stop).find(|at| matches!(text.at(*at), b'\'' | b'"'))?;
    let lead = text.slice(start, quote).trim_end();
    if !lead.ends_with(',')
        && !lead.ends_with("default(")
        && !lead.ends_with("||")
        && !lead.ends_with("default")
    {
        return None;
    }
    literal::joined(text, quote).filter(|joined| joined.closed).map(|joined| joined.value)
}
