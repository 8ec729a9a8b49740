//! Quoted values of any language, their escapes undone and adjacent ones joined.

use std::borrow::Cow;

use super::Value;
use super::text::{Text, VALUE_BYTES};
use crate::model::Span;
use crate::rules::runs::{TOKEN_LETTERS, ends_with_token};

/// How a literal writes what it cannot hold.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Escapes {
    /// `\"`, `\n`, `\u007c`.
    Backslash,
    /// `""`, as C# verbatim strings do.
    Doubled,
    /// Not at all.
    Nothing,
}

/// What opens a literal.
struct Opening {
    inner: usize,
    close: &'static str,
    escapes: Escapes,
    lines: bool,
}

/// One literal.
#[derive(Clone, Copy)]
pub(super) struct Part {
    /// Where its inside begins.
    pub(super) start: usize,
    /// Where its inside ends, which is where its closing quote is.
    pub(super) end: usize,
    /// One past its closing quote.
    pub(super) next: usize,
    /// Whether the closing quote is there.
    pub(super) closed: bool,
    escapes: Escapes,
}

/// Adjacent literals, joined.
pub(super) struct Joined<'a> {
    pub(super) value: Value<'a>,
    /// One past the closing quote of the last literal.
    pub(super) next: usize,
    /// Whether every literal has its closing quote.
    pub(super) closed: bool,
}

/// Tells whether a literal begins here.
pub(super) fn opens(text: &Text<'_>, at: usize) -> bool {
    opening(text, at).is_some()
}

fn opening(text: &Text<'_>, at: usize) -> Option<Opening> {
    match text.at(at) {
        quote @ (b'"' | b'\'' | b'`') => Some(quoted(text, at, quote, Escapes::Backslash)),
        0xE2 if text.at(at + 1) == 0x80 => match text.at(at + 2) {
            0x9C => Some(wide(at, "”")),
            0x98 => Some(wide(at, "’")),
            _ => None,
        },
        0xE3 if text.at(at + 1) == 0x80 => match text.at(at + 2) {
            0x8C => Some(wide(at, "」")),
            0x8E => Some(wide(at, "』")),
            _ => None,
        },
        b'@' if text.at(at + 1) == b'"' => Some(quoted(text, at + 1, b'"', Escapes::Doubled)),
        b'@' if text.starts(at, "@$\"") => Some(quoted(text, at + 2, b'"', Escapes::Doubled)),
        b'$' if text.starts(at, "$@\"") => Some(quoted(text, at + 2, b'"', Escapes::Doubled)),
        b'$' if matches!(text.at(at + 1), b'"' | b'\'') => {
            Some(quoted(text, at + 1, text.at(at + 1), Escapes::Backslash))
        }
        // A binary of Erlang.
        b'<' if text.starts(at, "<<\"") => Some(quoted(text, at + 2, b'"', Escapes::Backslash)),
        b'q' | b'%' if !text.before(at).is_ascii_alphanumeric() => words_quoted(text, at),
        b'a'..=b'z' | b'A'..=b'Z' => prefixed(text, at),
        _ => None,
    }
}

/// Literals with a letter or two before the quote: `b"…"`, `rf'…'`, `L"…"`, `N'…'`, `r#"…"#`.
fn prefixed(text: &Text<'_>, at: usize) -> Option<Opening> {
    let is_prefix = |b: u8| matches!(b, b'r' | b'R' | b'b' | b'B' | b'u' | b'U' | b'f' | b'F' | b'L' | b'N');
    let is_raw = |b: u8| matches!(b, b'r' | b'R');
    let first = text.at(at);
    if !is_prefix(first) || text.before(at).is_ascii_alphanumeric() {
        return None;
    }
    let second = text.at(at + 1);
    if first == b'r' && second == b'#' {
        return match (text.at(at + 2), text.starts(at + 2, "#\"")) {
            (b'"', _) => {
                Some(Opening { inner: at + 3, close: "\"#", escapes: Escapes::Nothing, lines: true })
            }
            (_, true) => {
                Some(Opening { inner: at + 4, close: "\"##", escapes: Escapes::Nothing, lines: true })
            }
            _ => None,
        };
    }
    let escapes = |raw: bool| if raw { Escapes::Nothing } else { Escapes::Backslash };
    if matches!(second, b'"' | b'\'') {
        return Some(quoted(text, at + 1, second, escapes(is_raw(first))));
    }
    let third = text.at(at + 2);
    (is_prefix(second) && matches!(third, b'"' | b'\''))
        .then(|| quoted(text, at + 2, third, escapes(is_raw(first) || is_raw(second))))
}

/// `q{…}` and `qq(…)` of Perl, `%q(…)` of Ruby.
fn words_quoted(text: &Text<'_>, at: usize) -> Option<Opening> {
    let mut inner = at + usize::from(text.at(at) == b'%');
    let letters = (inner..inner + 2).take_while(|at| matches!(text.at(*at), b'q' | b'Q')).count();
    inner += letters;
    let close = match text.at(inner) {
        _ if letters == 0 => return None,
        b'{' => "}",
        b'(' => ")",
        b'[' => "]",
        _ => return None,
    };
    Some(Opening { inner: inner + 1, close, escapes: Escapes::Backslash, lines: false })
}

fn quoted(text: &Text<'_>, at: usize, quote: u8, escapes: Escapes) -> Opening {
    let triple = text.at(at + 1) == quote && text.at(at + 2) == quote;
    match quote {
        b'"' if triple => Opening { inner: at + 3, close: "\"\"\"", escapes, lines: true },
        b'\'' if triple => Opening { inner: at + 3, close: "'''", escapes, lines: true },
        b'"' => Opening { inner: at + 1, close: "\"", escapes, lines: escapes == Escapes::Doubled },
        b'\'' => Opening { inner: at + 1, close: "'", escapes, lines: false },
        _ if triple => Opening { inner: at + 3, close: "```", escapes: Escapes::Nothing, lines: true },
        _ => Opening { inner: at + 1, close: "`", escapes: Escapes::Nothing, lines: false },
    }
}

fn wide(at: usize, close: &'static str) -> Opening {
    Opening { inner: at + 3, close, escapes: Escapes::Nothing, lines: false }
}

/// Reads one literal. One that is not closed on its line ends with the line, because texts are cut
/// and apostrophes are no quotes.
pub(super) fn part(text: &Text<'_>, at: usize) -> Option<Part> {
    let open = opening(text, at)?;
    Some(body(text, &open))
}

/// Reads a literal that goes over several lines.
pub(super) fn spread(text: &Text<'_>, at: usize) -> Option<Part> {
    let open = opening(text, at)?;
    let part = body(text, &Opening { lines: true, ..open });
    part.closed.then_some(part)
}

fn body(text: &Text<'_>, open: &Opening) -> Part {
    let first = open.close.as_bytes().first().copied().unwrap_or(0);
    let stop = text.len().min(open.inner.saturating_add(text.allowance()));
    let mut at = open.inner;
    let mut found = None;
    while at < stop {
        let byte = text.at(at);
        if byte == first && (open.close.len() == 1 || text.starts(at, open.close)) {
            if open.escapes == Escapes::Doubled && text.at(at + 1) == first {
                at += 2;
                continue;
            }
            found = Some(at);
            break;
        }
        match byte {
            b'\\' if open.escapes == Escapes::Backslash => at += 2,
            b'\n' if !open.lines => break,
            _ => at += 1,
        }
    }
    text.spend(at - open.inner.min(at));
    let end = match found {
        Some(end) => end,
        None => text.floor(at.min(stop)).max(open.inner),
    };
    let next = if found.is_some() { end + open.close.len() } else { end };
    let end = if found.is_none() && text.before(end) == b'\r' && end > open.inner { end - 1 } else { end };
    Part { start: open.inner, end, next, closed: found.is_some(), escapes: open.escapes }
}

/// Reads a literal and all that are joined to it.
pub(super) fn joined<'a>(text: &Text<'a>, at: usize) -> Option<Joined<'a>> {
    let first = part(text, at)?;
    Some(join(text, first))
}

/// Joins what follows to a literal.
pub(super) fn join<'a>(text: &Text<'a>, first: Part) -> Joined<'a> {
    let mut value = plain(text, &first);
    let mut last = first;
    while last.closed && value.len() < VALUE_BYTES {
        let Some(next) = continuation(text, last.next) else { break };
        value.to_mut().push_str(&plain(text, &next));
        last = next;
    }
    let span = Span::new(first.start, last.end);
    Joined { value: Value { text: value, span, quoted: last.closed }, next: last.next, closed: last.closed }
}

/// Literals of a list that are joined.
const LISTED_MAX: usize = 64;

/// Joins the literals of a list that is joined as a whole: `["a", "b"].join("")`, `"".join(["a", "b"])`.
/// `at` is behind its opening bracket.
pub(super) fn listed<'a>(text: &Text<'a>, at: usize) -> Option<Value<'a>> {
    let is_joined = text.slice(0, at).ends_with(".join([") || text.slice(0, at).ends_with(".join((");
    let first = text.skip_space(at);
    let (mut next, mut value, mut end) = (first, String::new(), first);
    for _ in 0..LISTED_MAX {
        if !opens(text, next) {
            break;
        }
        let part = part(text, next).filter(|part| part.closed)?;
        value.push_str(&plain(text, &part));
        end = part.end;
        next = text.skip_space(part.next);
        if text.at(next) != b',' {
            break;
        }
        next = text.skip_space(next + 1);
    }
    let joins = ["].join('')", "].join(\"\")", "].join(``)", "].join\n"];
    let is_joined = is_joined || joins.iter().any(|join| text.starts(next, join));
    (is_joined && !value.is_empty()).then(|| Value {
        text: value.into(),
        span: Span::new(first + 1, end),
        quoted: true,
    })
}

/// Finds the literal that is joined to the one ending at `at`.
fn continuation(text: &Text<'_>, at: usize) -> Option<Part> {
    let inside = at.saturating_sub(1);
    let is_whole =
        ends_with_token(text.slice(text.floor(inside.saturating_sub(TOKEN_LETTERS)), inside).as_bytes());
    let mut at = text.skip_blanks(at);
    // A line that is continued: by a backslash, or as Visual Basic does it.
    let is_continued = text.at(at) == b'\\' || (text.at(at) == b'_' && text.before(at) == b' ');
    if is_continued && matches!(text.at(at + 1), b'\n' | b'\r') {
        at += 1;
    }
    at = text.skip_space(at);
    let operator = match text.at(at) {
        b'+' | b'&' if text.at(at + 1) == text.at(at) => 2,
        b'+' | b'&' | b'~' => 1,
        b'.' if text.at(at + 1) == b'.' => 2,
        b'.' => 1,
        b'|' if text.at(at + 1) == b'|' => 2,
        b'<' if matches!(text.at(at + 1), b'>' | b'<') => 2,
        _ => 0,
    };
    at = text.skip_blanks(at + operator);
    if operator > 0 && matches!(text.at(at), b'_' | b'\\') && matches!(text.at(at + 1), b'\n' | b'\r' | b' ')
    {
        at += 1;
    }
    at = text.skip_space(at);
    let next = part(text, at).filter(|part| part.closed)?;
    // Without an operator the next literal may as well be the next name.
    (operator > 0 || !(is_key(text, next.next) || is_whole)).then_some(next)
}

/// Tells whether a literal that ended at `at` is a name rather than a value.
pub(super) fn is_key(text: &Text<'_>, at: usize) -> bool {
    let at = text.skip_blanks(at);
    match text.at(at) {
        b':' => text.at(at + 1) != b':',
        b'=' => text.at(at + 1) != b'=',
        0xEF => text.starts(at, "：") || text.starts(at, "＝"),
        b'-' => text.at(at + 1) == b'>',
        _ => false,
    }
}

/// Returns the inside of a literal with its escapes undone.
pub(super) fn plain<'a>(text: &Text<'a>, part: &Part) -> Cow<'a, str> {
    let raw = text.slice(part.start, part.end);
    match part.escapes {
        Escapes::Backslash => unescape(raw),
        Escapes::Doubled if raw.contains("\"\"") => Cow::Owned(raw.replace("\"\"", "\"")),
        Escapes::Doubled | Escapes::Nothing => Cow::Borrowed(raw),
    }
}

/// Undoes backslash escapes. An escape that no language knows stays, unless it is of a mark.
pub(super) fn unescape(raw: &str) -> Cow<'_, str> {
    if !raw.contains('\\') {
        return Cow::Borrowed(raw);
    }
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        rest = escape(after, &mut out);
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Writes what the escape at the start of `after` means and returns what follows it.
fn escape<'a>(after: &'a str, out: &mut String) -> &'a str {
    let mut chars = after.chars();
    let Some(c) = chars.next() else {
        out.push('\\');
        return after;
    };
    let tail = chars.as_str();
    match c {
        'n' => out.push('\n'),
        't' => out.push('\t'),
        'r' => out.push('\r'),
        '\n' => return tail.trim_start_matches([' ', '\t']),
        '\r' => return tail.strip_prefix('\n').unwrap_or(tail).trim_start_matches([' ', '\t']),
        'u' | 'U' | 'x' => match code(c, tail) {
            Some((decoded, tail)) => {
                out.push(decoded);
                return tail;
            }
            None => {
                out.push('\\');
                out.push(c);
            }
        },
        '0'..='3' => match octal(after) {
            Some((decoded, tail)) => {
                out.push(decoded);
                return tail;
            }
            None => {
                out.push('\\');
                out.push(c);
            }
        },
        c if c.is_ascii_alphanumeric() => {
            out.push('\\');
            out.push(c);
        }
        c => out.push(c),
    }
    tail
}

/// Reads `007c`, `{7c}`, `0000007c` or `7c` after `\u`, `\U` or `\x`.
fn code(kind: char, tail: &str) -> Option<(char, &str)> {
    if let Some(braced) = tail.strip_prefix('{') {
        let (hex, rest) = braced.split_once('}')?;
        return (hex.len() <= 6)
            .then(|| u32::from_str_radix(hex, 16).ok())
            .flatten()
            .and_then(char::from_u32)
            .map(|c| (c, rest));
    }
    let width = match kind {
        'u' => 4,
        'U' => 8,
        _ => 2,
    };
    let (hex, rest) = tail.split_at_checked(width)?;
    if !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let number = u32::from_str_radix(hex, 16).ok()?;
    if let Some(c) = char::from_u32(number) {
        return Some((c, rest));
    }
    // The first half of a pair of UTF-16 units.
    let (low, after) = rest.strip_prefix("\\u")?.split_at_checked(4)?;
    let low = u16::from_str_radix(low, 16).ok()?;
    let high = u16::try_from(number).ok()?;
    let pair = char::decode_utf16([high, low]).next()?.ok()?;
    Some((pair, after))
}

fn octal(digits: &str) -> Option<(char, &str)> {
    let (number, rest) = digits.split_at_checked(3)?;
    let number = u8::from_str_radix(number, 8).ok()?;
    number.is_ascii().then(|| (char::from(number), rest))
}

#[cfg(test)]
mod tests;
