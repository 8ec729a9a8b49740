//! Escapes of JSON and program strings, HTML entities, percent signs and quoted-printable.

use std::borrow::Cow;

use memchr::memmem;

use super::offsets::{OffsetMap, Undone, rewritten};
use crate::model::Span;

/// A decoded view of a whole text, with the name of the encoding.
pub(super) type View = (String, OffsetMap, &'static str);

/// Returns a view for every escape syntax the text uses.
pub(super) fn views(text: &str) -> Vec<View> {
    let mut views = Vec::new();
    let mut view = |mark: u8, undo: fn(&[u8]) -> Option<Stood>, name: &'static str| {
        views.extend(replaced(text, mark, undo).map(|(text, map)| (text, map, name)));
    };
    view(b'\\', backslash, "escape");
    view(b'&', entity, "html");
    // Percent and equals signs stand in ordinary text before two hex digits by chance.
    let uses =
        |marks: &[&str]| marks.iter().any(|mark| memmem::find(text.as_bytes(), mark.as_bytes()).is_some());
    if uses(&["%7C", "%7c", "%25", "%22", "%3D", "%3d", "%3A", "%3a", "%26", "%2E", "%2e"]) {
        view(b'%', percent, "percent");
    }
    if uses(&["=7C", "=3D"]) {
        view(b'=', quoted_printable, "quoted-printable");
    }
    views
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

/// One ASCII character; `%25` followed by two digits is a percent sign that was escaped itself.
fn percent(bytes: &[u8]) -> Option<Stood> {
    if bytes.get(1..3) == Some(b"25") && bytes.get(3..5).is_some_and(|d| d.iter().all(u8::is_ascii_hexdigit))
    {
        return Some((Some(code(bytes.get(3..5)?).filter(char::is_ascii)?), 5));
    }
    Some((Some(code(bytes.get(1..3)?).filter(char::is_ascii)?), 3))
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

    fn view(text: &str, encoding: &str) -> Option<String> {
        views(text).into_iter().find(|(_, _, name)| *name == encoding).map(|(text, _, _)| text)
    }

    #[test]
    fn every_spelling_of_the_bar() {
        assert_eq!(view(r"Atzr\u007cAb", "escape").as_deref(), Some("Atzr|Ab"));
        assert_eq!(view(r"Atzr\x7cAb", "escape").as_deref(), Some("Atzr|Ab"));
        assert_eq!(view(r"Atzr\|Ab", "escape").as_deref(), Some("Atzr|Ab"));
        assert_eq!(view("Atzr&#124;Ab", "html").as_deref(), Some("Atzr|Ab"));
        assert_eq!(view("Atzr&#x7C;Ab", "html").as_deref(), Some("Atzr|Ab"));
        assert_eq!(view("Atzr%7CAb", "percent").as_deref(), Some("Atzr|Ab"));
        assert_eq!(view("Atzr%257cAb", "percent").as_deref(), Some("Atzr|Ab"));
        assert_eq!(view("Atzr=7CA=\r\nb", "quoted-printable").as_deref(), Some("Atzr|Ab"));
    }

    #[test]
    fn json_in_json() {
        assert_eq!(view(r#"{"s": "{\"k\": \"v\"}"}"#, "escape").as_deref(), Some(r#"{"s": "{"k": "v"}"}"#));
    }

    #[test]
    fn broken_escapes_stay() {
        for text in ["%7", "\\u00", "&#;", "&#99999999999;", "=", "%zz %22", "\\u{zz}"] {
            for (_, map, _) in views(text) {
                let _ = map.outer(crate::model::Span::new(0, 1));
            }
        }
        assert_eq!(percent_decoded("100%"), "100%");
        assert_eq!(percent_decoded("a%257Cb"), "a|b");
    }
}
