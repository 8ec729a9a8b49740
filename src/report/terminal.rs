//! Text of a scanned tree, made harmless for terminals and build logs.
//!
//! A path or an excerpt can hold escape sequences that recolour or rewrite the screen, marks that
//! reverse the reading order, characters that cannot be seen, and lines that a build service takes
//! as commands. All of them come out as escapes that a person can read.

use std::borrow::Cow;
use std::io;

/// Returns `text` with everything in it that is not plainly visible written as `\u{…}`.
///
/// ```
/// use kagiban::report::terminal::visible;
/// assert_eq!(visible("a\u{202e}b\n"), r"a\u{202e}b\n");
/// assert_eq!(visible("鍵.env"), "鍵.env");
/// ```
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    let mut out: Option<String> = None;
    for (at, c) in text.char_indices() {
        if is_harmless(c) && !begins_command(text, at) {
            if let Some(out) = &mut out {
                out.push(c);
            }
            continue;
        }
        let out = out.get_or_insert_with(|| text.get(..at).unwrap_or_default().to_owned());
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c => out.extend(c.escape_unicode()),
        }
    }
    out.map_or(Cow::Borrowed(text), Cow::Owned)
}

/// Returns `text` as [`visible`] does, line by line.
#[must_use]
pub fn visible_lines(text: &str) -> String {
    text.split('\n').map(visible).collect::<Vec<_>>().join("\n")
}

/// Escapes in JSON text what [`visible`] escapes in plain text. The escapes are JSON's own, so the
/// document says the same; outside strings JSON has none of these characters.
#[must_use]
pub fn visible_json(json: &str) -> Cow<'_, str> {
    let is_plain = |at: usize, c: char| (is_harmless(c) || c == '\n') && !begins_marker(json, at);
    if json.char_indices().all(|(at, c)| is_plain(at, c)) {
        return Cow::Borrowed(json);
    }
    let mut out = String::with_capacity(json.len() + 64);
    for (at, c) in json.char_indices() {
        if is_plain(at, c) {
            out.push(c);
        } else {
            let mut units = [0; 2];
            out.extend(c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
        }
    }
    Cow::Owned(out)
}

/// Passes JSON on as [`visible_json`] makes it, without holding the document.
///
/// What is written at once must be whole characters and whole runs without escapes, as `serde_json`
/// writes.
pub struct VisibleJson<'w>(pub &'w mut dyn io::Write);

impl io::Write for VisibleJson<'_> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let text = std::str::from_utf8(buffer)
            .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "a character was cut in two"))?;
        self.0.write_all(visible_json(text).as_bytes())?;
        Ok(buffer.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

fn is_harmless(c: char) -> bool {
    match c {
        // Controls of both ranges, escape among them.
        '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' => false,
        // Soft hyphen, combining grapheme joiner, Arabic letter mark, Hangul fillers, Khmer vowels.
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' => false,
        // Mongolian separators, zero-width characters, bidi marks, line and paragraph separators.
        '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' => false,
        // Invisible operators, bidi isolates, deprecated format characters.
        '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' => false,
        // Variation selectors, interlinear marks, musical format characters, tags, private use.
        '\u{fe00}'..='\u{fe0f}' | '\u{fff0}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' => false,
        '\u{e0000}'..='\u{e0fff}' | '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}' => false,
        _ => true,
    }
}

/// Tells whether a build service would take a command from here: `::name …::` at the start of a
/// line on GitHub, `##[name]` and `##vso[` anywhere, `##teamcity[`.
fn begins_command(text: &str, at: usize) -> bool {
    let rest = text.get(at..).unwrap_or_default();
    if begins_marker(text, at) {
        return true;
    }
    let Some(rest) = rest.strip_prefix("::") else { return false };
    let at_start =
        text.get(..at).is_none_or(|before| before.chars().next_back().is_none_or(char::is_whitespace));
    at_start && rest.starts_with(|c: char| c.is_ascii_alphabetic()) && rest.contains("::")
}

fn begins_marker(text: &str, at: usize) -> bool {
    let rest = text.get(at..).and_then(|rest| rest.strip_prefix("##"));
    rest.is_some_and(|rest| ["[", "vso[", "teamcity["].iter().any(|command| rest.starts_with(command)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_moves_the_cursor_or_the_reading_order_is_escaped() {
        assert_eq!(visible("\u{1b}[31mred"), r"\u{1b}[31mred");
        assert_eq!(visible("a\u{202e}b\u{200b}c\u{e0041}"), r"a\u{202e}b\u{200b}c\u{e0041}");
        assert_eq!(visible("a\r\nb\tc"), r"a\r\nb\tc");
        assert_eq!(visible("\u{9b}31m"), r"\u{9b}31m");
    }

    #[test]
    fn ordinary_text_is_borrowed() {
        assert!(matches!(visible("src/設定 ファイル.py: a::b"), Cow::Borrowed(_)));
        assert!(matches!(visible("が é 👍 ::1"), Cow::Borrowed(_)));
    }

    #[test]
    fn json_says_the_same_without_hidden_characters() {
        let value = "a\u{202e}\u{9b}31m\u{e0041} ##[error]x\n鍵 ::error::y";
        let json = serde_json::to_string_pretty(&[value]).unwrap();
        let shown = visible_json(&json);
        assert_eq!(shown, "[\n  \"a\\u202e\\u009b31m\\udb40\\udc41 \\u0023#[error]x\\n鍵 ::error::y\"\n]");
        assert_eq!(serde_json::from_str::<Vec<String>>(&shown).unwrap(), [value]);
        let mut streamed = Vec::new();
        serde_json::to_writer_pretty(&mut VisibleJson(&mut streamed), &[value]).unwrap();
        assert_eq!(String::from_utf8(streamed).unwrap(), shown);
    }

    #[test]
    fn workflow_commands_are_broken() {
        assert_eq!(visible("::error::x"), r"\u{3a}:error::x");
        assert_eq!(visible("a ::add-mask::x"), r"a \u{3a}:add-mask::x");
        assert_eq!(visible("a ##[group]x"), r"a \u{23}#[group]x");
        assert_eq!(visible("##vso[task.x]"), r"\u{23}#vso[task.x]");
    }
}
