//! Escapes of JSON and program strings, HTML entities, percent signs and quoted-printable.

use std::borrow::Cow;
use std::cmp::Reverse;

use memchr::memmem;

use super::offsets::{OffsetMap, Undone, rewritten};
use super::{joined, wrapped};
use crate::model::Span;

/// Undoes one level of every escape syntax in one view, and joins literals.
///
/// One view for all costs a copy of the text where one for each, in every order of nesting, would
/// cost dozens. What an escape is by chance reads wrong here and right in the text itself.
pub(super) fn view(text: &str) -> Option<(String, OffsetMap)> {
    let mut all = undone(text, b'\\', backslash);
    all.extend(undone(text, b'&', entity));
    all.extend(undone(text, b'%', percent));
    all.extend(undone(text, 0x1b, colour));
    all.extend(undone(text, b'^', caret));
    all.extend(wrapped::bars(text));
    all.extend(joined::seams(text));
    all.extend(joined::calls(text));
    all.extend(joined::growth(text));
    all.extend(wrapped::breaks(text));
    // A seam goes on over the blanks behind a line break that an escape alone would leave.
    all.sort_by_key(|undone| (undone.span.start, Reverse(undone.span.end)));
    let mut end = 0;
    all.retain(|undone| {
        let is_apart = undone.span.start >= end;
        if is_apart {
            end = undone.span.end;
        }
        is_apart
    });
    (!all.is_empty()).then(|| rewritten(text, &all))
}

/// Undoes quoted-printable, where the text uses it: an equals sign stands before hex digits too
/// often to be undone together with other escapes.
pub(super) fn quoted_printable_view(text: &str) -> Option<(String, OffsetMap)> {
    if !uses(text, &["=7C", "=3D"]) {
        return None;
    }
    replaced(text, b'=', quoted_printable)
}

fn uses(text: &str, marks: &[&str]) -> bool {
    marks.iter().any(|mark| memmem::find(text.as_bytes(), mark.as_bytes()).is_some())
}

/// Undoes percent signs, also where they were applied twice.
#[must_use]
pub fn percent_decoded(value: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(value);
    for _ in 0..2 {
        match replaced(&text, b'%', percent) {
            Some((decoded, _)) => text = Cow::Owned(decoded),
            None => break,
        }
    }
    text
}

/// What an escape stands for, and how many bytes it takes; `None` is nothing at all, as for a
/// soft line break.
type Stood = (Option<char>, usize);

fn replaced(text: &str, mark: u8, undo: fn(&[u8]) -> Option<Stood>) -> Option<(String, OffsetMap)> {
    let undone = undone(text, mark, undo);
    (!undone.is_empty()).then(|| rewritten(text, &undone))
}

fn undone(text: &str, mark: u8, undo: fn(&[u8]) -> Option<Stood>) -> Vec<Undone> {
    let bytes = text.as_bytes();
    let mut all = Vec::new();
    let mut at = 0;
    while let Some(offset) = bytes.get(at..).and_then(|rest| memchr::memchr(mark, rest)) {
        let start = at + offset;
        match undo(bytes.get(start..).unwrap_or_default()) {
            Some((character, length)) => {
                at = start + length;
                all.push(Undone { span: Span::new(start, at), character });
            }
            None => at = start + 1,
        }
    }
    all
}

fn backslash(bytes: &[u8]) -> Option<Stood> {
    let simple = |c: char| Some((Some(c), 2));
    match bytes.get(1)? {
        b'"' => simple('"'),
        b'\'' => simple('\''),
        b'/' => simple('/'),
        b'|' => simple('|'),
        b'&' => simple('&'),
        b'=' => simple('='),
        b'\\' => simple('\\'),
        b'n' => simple('\n'),
        b'r' => simple('\r'),
        b't' => simple('\t'),
        b'\n' => Some((None, 2)),
        b'u' => unicode(bytes),
        b'x' => Some((Some(code(bytes.get(2..4)?)?), 4)),
        b'0' | b'1' => {
            let digits = bytes.get(1..4).filter(|digits| digits.iter().all(|b| (b'0'..=b'7').contains(b)))?;
            let value = digits.iter().fold(0, |value, digit| value * 8 + u32::from(digit - b'0'));
            Some((Some(char::from_u32(value).filter(|c| !c.is_control())?), 4))
        }
        _ => None,
    }
}

fn unicode(bytes: &[u8]) -> Option<Stood> {
    if bytes.get(2) == Some(&b'{') {
        let length = bytes.get(3..11.min(bytes.len()))?.iter().position(|b| *b == b'}')?;
        return Some((Some(code(bytes.get(3..3 + length)?)?), length + 4));
    }
    Some((Some(code(bytes.get(2..6)?)?), 6))
}

/// How the command prompt of Windows writes what it would act on.
fn caret(bytes: &[u8]) -> Option<Stood> {
    // Browsers part the sign from digits behind it.
    if bytes.starts_with(b"^%^") {
        return Some((Some('%'), 3));
    }
    let character = *bytes.get(1)?;
    matches!(character, b'|' | b'&' | b'%' | b'"' | b'\\' | b'<' | b'>')
        .then_some((Some(char::from(character)), 2))
}

/// What colours the text of a terminal, and is no text.
fn colour(bytes: &[u8]) -> Option<Stood> {
    let rest = bytes.strip_prefix(b"\x1b[")?;
    let length = rest.iter().take(16).take_while(|b| b.is_ascii_digit() || **b == b';').count();
    (rest.get(length)? == &b'm').then_some((None, length + 3))
}

fn entity(bytes: &[u8]) -> Option<Stood> {
    let length = bytes.get(..bytes.len().min(12))?.iter().position(|b| *b == b';')?;
    let character = match bytes.get(1..length)? {
        b"quot" => '"',
        b"amp" => '&',
        b"lt" => '<',
        b"gt" => '>',
        b"apos" => '\'',
        b"nbsp" => ' ',
        b"vert" | b"verbar" | b"VerticalLine" => '|',
        b"equals" => '=',
        [b'#', b'x' | b'X', digits @ ..] => code(digits)?,
        [b'#', digits @ ..] => char::from_u32(std::str::from_utf8(digits).ok()?.parse().ok()?)?,
        _ => return None,
    };
    Some((Some(character), length + 1))
}

/// One character, whose bytes are escaped one by one; `%25` followed by two digits is a percent
/// sign that was escaped itself.
fn percent(bytes: &[u8]) -> Option<Stood> {
    // A batch file doubles the sign.
    if bytes.get(1) == Some(&b'%') {
        bytes.get(2).filter(|next| **next != b'%')?;
        let (character, length) = percent(bytes.get(1..)?).filter(|(_, length)| *length == 3)?;
        return Some((character, length + 1));
    }
    let mut character = [0; 4];
    let mut at = 0;
    for taken in 0..character.len() {
        let (byte, length) = percent_byte(bytes.get(at..)?)?;
        *character.get_mut(taken)? = byte;
        at += length;
        match std::str::from_utf8(character.get(..=taken)?) {
            Ok(text) => return Some((text.chars().next(), at)),
            Err(error) if error.error_len().is_some() => return None,
            Err(_) => {}
        }
    }
    None
}

fn percent_byte(bytes: &[u8]) -> Option<(u8, usize)> {
    let digits = |range: std::ops::Range<usize>| {
        let code = code(bytes.get(range)?)?;
        u8::try_from(u32::from(code)).ok()
    };
    bytes.starts_with(b"%").then_some(())?;
    match digits(3..5) {
        Some(byte) if bytes.get(1..3) == Some(b"25") => Some((byte, 5)),
        _ => Some((digits(1..3)?, 3)),
    }
}

fn quoted_printable(bytes: &[u8]) -> Option<Stood> {
    if bytes.get(1) == Some(&b'\n') {
        return Some((None, 2));
    }
    if bytes.get(1..3) == Some(b"\r\n") {
        return Some((None, 3));
    }
    let digits = bytes.get(1..3)?;
    if digits.iter().any(u8::is_ascii_lowercase) {
        return None;
    }
    Some((Some(code(digits).filter(char::is_ascii)?), 3))
}

fn code(digits: &[u8]) -> Option<char> {
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    char::from_u32(u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str) -> Option<String> {
        view(text).map(|(text, _)| text)
    }

    #[test]
    fn every_spelling_of_the_bar() {
        assert_eq!(seen(r"Atzr\u007cAb").as_deref(), Some("Atzr|Ab"));
        assert_eq!(seen(r"Atzr\x7cAb").as_deref(), Some("Atzr|Ab"));
        assert_eq!(seen(r"Atzr\|Ab").as_deref(), Some("Atzr|Ab"));
        assert_eq!(seen("Atzr&#124;Ab").as_deref(), Some("Atzr|Ab"));
        assert_eq!(seen("Atzr&#x7C;Ab").as_deref(), Some("Atzr|Ab"));
        assert_eq!(seen("Atzr%7CAb").as_deref(), Some("Atzr|Ab"));
        assert_eq!(seen("Atzr%257cAb").as_deref(), Some("Atzr|Ab"));
        assert_eq!(seen("Atzr^|Ab").as_deref(), Some("Atzr|Ab"));
        assert_eq!(seen("Atzr%%7CAb").as_deref(), Some("Atzr|Ab"));
        assert_eq!(seen("Atzr^%^7CAb").as_deref(), Some("Atzr%7CAb"));
        assert_eq!(seen(r"Atzr\174Ab").as_deref(), Some("Atzr|Ab"));
        assert_eq!(quoted_printable_view("Atzr=7CA=\r\nb").map(|(text, _)| text).as_deref(), Some("Atzr|Ab"));
    }

    #[test]
    fn json_in_json() {
        assert_eq!(seen(r#"{"s": "{\"k\": \"v\"}"}"#).as_deref(), Some(r#"{"s": "{"k": "v"}"}"#));
    }

    #[test]
    fn broken_escapes_stay() {
        for text in ["%7", "\\u00", "&#;", "&#99999999999;", "=", "%zz %22", "\\u{zz}"] {
            for (_, map) in view(text).into_iter().chain(quoted_printable_view(text)) {
                let _ = map.outer(crate::model::Span::new(0, 1));
            }
        }
        assert_eq!(percent_decoded("100%"), "100%");
        assert_eq!(percent_decoded("a%257Cb"), "a|b");
    }
}
