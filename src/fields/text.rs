//! A text that is looked at byte by byte, forward and backward.

use std::cell::Cell;

/// The longest value that is read, in bytes.
pub(super) const VALUE_BYTES: usize = 64 * 1024;
/// The longest name that is read, in bytes.
pub(super) const NAME_BYTES: usize = 120;
/// How far a literal is read once a hostile text has used up the work it is worth.
const FRUGAL_BYTES: usize = 256;

/// A text, total in every access: outside of it there are zero bytes and empty strings.
pub(super) struct Text<'a> {
    str: &'a str,
    bytes: &'a [u8],
    // Literals may overlap, so that a text of nothing but openings would cost the square of its
    // length. Every text gets work in proportion to its length.
    fuel: Cell<usize>,
}

impl<'a> Text<'a> {
    pub(super) fn new(str: &'a str) -> Self {
        Self { str, bytes: str.as_bytes(), fuel: Cell::new(str.len().saturating_mul(6) + VALUE_BYTES) }
    }

    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Returns the byte at `at`, 0 outside the text.
    #[inline]
    pub(super) fn at(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    /// Returns the byte before `at`, 0 outside the text.
    #[inline]
    pub(super) fn before(&self, at: usize) -> u8 {
        at.checked_sub(1).map_or(0, |at| self.at(at))
    }

    #[inline]
    pub(super) fn slice(&self, start: usize, end: usize) -> &'a str {
        self.str.get(start..end).unwrap_or_default()
    }

    #[inline]
    pub(super) fn starts(&self, at: usize, with: &str) -> bool {
        self.bytes.get(at..).is_some_and(|rest| rest.starts_with(with.as_bytes()))
    }

    /// Returns where the ASCII byte is next, or the end of the text.
    #[inline]
    pub(super) fn find(&self, byte: u8, from: usize) -> usize {
        self.bytes.get(from..).and_then(|rest| memchr::memchr(byte, rest)).map_or(self.len(), |at| from + at)
    }

    /// Returns where the text is next, or the end.
    pub(super) fn find_str(&self, what: &str, from: usize) -> usize {
        self.find_str_within(what, from, self.len()).unwrap_or(self.len())
    }

    /// Returns where the text is next before `stop`.
    pub(super) fn find_str_within(&self, what: &str, from: usize, stop: usize) -> Option<usize> {
        let part = self.bytes.get(from..stop.min(self.len()))?;
        memchr::memmem::find(part, what.as_bytes()).map(|at| from + at)
    }

    /// Returns where the ASCII byte is next, or `stop`.
    pub(super) fn find_within(&self, byte: u8, from: usize, stop: usize) -> usize {
        let mut at = from;
        while at < stop && self.at(at) != byte {
            at += 1;
        }
        self.floor(at.min(self.len()))
    }

    /// Returns how many bytes a blank takes: space, tab, no-break and ideographic space; 0 for
    /// anything else.
    #[inline]
    pub(super) fn blank(&self, at: usize) -> usize {
        match self.at(at) {
            b' ' | b'\t' => 1,
            0xC2 if self.at(at + 1) == 0xA0 => 2,
            0xE3 if self.at(at + 1) == 0x80 && self.at(at + 2) == 0x80 => 3,
            _ => 0,
        }
    }

    #[inline]
    pub(super) fn skip_blanks(&self, mut at: usize) -> usize {
        loop {
            match self.blank(at) {
                0 => return at,
                width => at += width,
            }
        }
    }

    /// Skips spaces only, because a tab may part cells.
    pub(super) fn skip_spaces(&self, mut at: usize) -> usize {
        while self.at(at) == b' ' {
            at += 1;
        }
        at
    }

    #[inline]
    pub(super) fn skip_space(&self, mut at: usize) -> usize {
        loop {
            at = self.skip_blanks(at);
            match self.at(at) {
                b'\n' | b'\r' => at += 1,
                _ => return at,
            }
        }
    }

    /// Returns where the blanks before `at` begin.
    #[inline]
    pub(super) fn back_blanks(&self, mut at: usize, floor: usize) -> usize {
        while at > floor {
            let width = match self.before(at) {
                b' ' | b'\t' => 1,
                0xA0 if self.before(at - 1) == 0xC2 => 2,
                0x80 if at >= 3 && self.blank(at - 3) == 3 => 3,
                _ => break,
            };
            if at - floor < width {
                break;
            }
            at -= width;
        }
        at
    }

    /// Returns the character that begins at `at`.
    pub(super) fn char_at(&self, at: usize) -> Option<char> {
        self.str.get(at..).and_then(|rest| rest.chars().next())
    }

    /// Returns the character that ends at `at`.
    pub(super) fn char_before(&self, at: usize) -> Option<char> {
        self.str.get(..at).and_then(|rest| rest.chars().next_back())
    }

    /// Returns the nearest border of characters at or before `at`.
    pub(super) fn floor(&self, at: usize) -> usize {
        self.str.floor_char_boundary(at)
    }

    /// Returns where the line that begins at or around `at` ends, without its line end.
    pub(super) fn line_end(&self, at: usize) -> usize {
        let end = self.find(b'\n', at);
        if end > at && self.before(end) == b'\r' { end - 1 } else { end }
    }

    /// Tells how many bytes the next literal may be read.
    pub(super) fn allowance(&self) -> usize {
        if self.fuel.get() == 0 { FRUGAL_BYTES } else { VALUE_BYTES }
    }

    /// Takes work already done off the allowance.
    pub(super) fn spend(&self, bytes: usize) {
        self.fuel.set(self.fuel.get().saturating_sub(bytes));
    }
}

/// Tells whether a byte may be part of an unquoted name.
#[inline]
pub(super) fn is_word(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' | b'.' | b'$' | b'@')
}

/// Tells whether a character outside ASCII ends a name or a value, as full-width punctuation does.
pub(super) fn is_wide_stop(c: char) -> bool {
    matches!(
        c,
        '：' | '＝'
            | '「'
            | '」'
            | '『'
            | '』'
            | '（'
            | '）'
            | '【'
            | '】'
            | '、'
            | '。'
            | '・'
            | '\u{3000}'
            | '，'
            | '；'
            | '“'
            | '”'
            | '‘'
            | '’'
            | '＜'
            | '＞'
            | '｜'
            | '│'
            | '→'
            | '⇒'
            | '•'
            | '\u{a0}'
            | '–'
            | '—'
            | '［'
            | '］'
            | '！'
            | '？'
            | '■'
            | '●'
            | '○'
            | '◆'
            | '◇'
            | '▼'
            | '※'
            | '★'
            | '\u{feff}'
            | '\u{200b}'
            | '\u{200c}'
            | '\u{2060}'
            | '《'
            | '》'
            | '〈'
            | '〉'
            | '〔'
            | '〕'
            | '─'
    )
}

/// Tells whether a text reads like the name of something: a few words, letters first of all, and
/// nothing that is itself a value.
pub(super) fn is_label(text: &str) -> bool {
    if text.is_empty() || text.len() > NAME_BYTES {
        return false;
    }
    let (mut letters, mut digits, mut words, mut in_word, mut chars) =
        (0usize, 0usize, 0usize, false, 0usize);
    for c in text.chars() {
        chars += 1;
        if c == ' ' || c == '\u{3000}' {
            in_word = false;
            continue;
        }
        if !in_word {
            words += 1;
            in_word = true;
        }
        match c {
            'a'..='z' | 'A'..='Z' => letters += 1,
            '0'..='9' => digits += 1,
            '_' | '-' | '.' | '/' | '(' | ')' | '#' | '&' | '\'' | '\u{feff}' => {}
            c if c.is_ascii() => return false,
            c if c.is_alphabetic() => letters += 1,
            _ => {}
        }
    }
    letters > 0 && digits <= 4 && words <= 6 && chars <= 60
}

/// Tells whether a text is one token that mixes letters and digits, as secrets do and words do not.
pub(super) fn is_opaque(text: &str, least: usize) -> bool {
    text.len() >= least
        && text.bytes().any(|b| b.is_ascii_digit())
        && text.bytes().any(|b| b.is_ascii_alphabetic())
        && !text.bytes().any(|b| b.is_ascii_whitespace())
}
