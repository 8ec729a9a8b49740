//! From a decoded text back to the text it came from.

use crate::model::Span;

/// Where the bytes of a decoded text stood.
#[derive(Debug, Clone)]
pub enum OffsetMap {
    /// The whole text came from one encoded run.
    Run(Span),
    /// The text was copied but for what was undone in it.
    Copied(Copied),
}

/// A text copied piece by piece.
#[derive(Debug, Clone, Default)]
pub struct Copied {
    /// Where each piece stands: (offset here, offset there), ascending.
    pieces: Vec<(usize, usize)>,
    /// Offsets here of characters that were written otherwise, ascending.
    undone: Vec<usize>,
}

impl OffsetMap {
    /// Returns where `span` stood.
    #[must_use]
    pub fn outer(&self, span: Span) -> Span {
        match self {
            Self::Run(run) => *run,
            Self::Copied(Copied { pieces, .. }) => {
                Span::new(start_of(pieces, span.start), end_of(pieces, span.end))
            }
        }
    }

    /// Tells whether `span` was written in another form. Literals that were joined were not.
    #[must_use]
    pub fn is_encoded(&self, span: Span) -> bool {
        match self {
            Self::Run(_) => true,
            Self::Copied(Copied { undone, .. }) => holds(undone, span.start, span.end, |at| *at),
        }
    }

    /// Tells whether the text differs from the outer one within `span` or at its borders.
    #[must_use]
    pub(super) fn differs(&self, span: Span) -> bool {
        match self {
            Self::Run(_) => true,
            Self::Copied(Copied { pieces, .. }) => holds(pieces, span.start, span.end + 1, |piece| piece.0),
        }
    }
}

/// Whether one of the ascending places lies in `start..end`.
fn holds<T>(all: &[T], start: usize, end: usize, place: impl Fn(&T) -> usize) -> bool {
    let first = all.partition_point(|item| place(item) < start);
    all.get(first).is_some_and(|item| place(item) < end)
}

fn piece(pieces: &[(usize, usize)], at: usize) -> Option<(usize, usize)> {
    let index = pieces.partition_point(|(inner, _)| *inner <= at);
    pieces.get(index.checked_sub(1)?).copied()
}

fn start_of(pieces: &[(usize, usize)], at: usize) -> usize {
    piece(pieces, at).map_or(at, |(inner, outer)| outer + (at - inner))
}

fn end_of(pieces: &[(usize, usize)], at: usize) -> usize {
    let Some(last) = at.checked_sub(1) else { return start_of(pieces, at) };
    piece(pieces, last).map_or(at, |(inner, outer)| outer + (at - inner))
}

/// A piece of text that stands for something else, or for nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Undone {
    /// Where it stands.
    pub(super) span: Span,
    /// What it stands for.
    pub(super) character: Option<char>,
}

/// Bytes of a long line that are kept before and behind what was undone: a name, and a value of
/// the longest kind.
const BEFORE_BYTES: usize = 1 << 10;
const BEHIND_BYTES: usize = 4 << 10;
/// Bytes that a value at the edge may add.
const VALUE_BYTES: usize = 64 << 10;

/// Returns the lines of `text` in which something was undone, with their neighbours, and their
/// map. What has nothing undone near it says nothing new; leaving it out makes most views short.
pub(super) fn rewritten(text: &str, undone: &[Undone]) -> (String, OffsetMap) {
    let mut builder = Builder::default();
    let (mut done, mut line_end, mut reach) = (0, 0, 0);
    for piece in undone {
        // Line ends are looked for once a line, not once an escape.
        if piece.span.start >= line_end {
            let start = line_before(text, piece.span.start);
            if start > reach {
                builder.copy(text.get(done..reach).unwrap_or_default(), done);
                builder.separate(start);
                done = start;
            }
        }
        if piece.span.end > line_end {
            line_end = line_end_behind(text, piece.span.end);
            reach = line_end_behind(text, line_end);
        }
        builder.copy(text.get(done..piece.span.start).unwrap_or_default(), done);
        if let Some(character) = piece.character {
            builder.copied.undone.push(builder.text.len());
            builder.push(character, piece.span.start);
        }
        done = piece.span.end;
    }
    builder.copy(text.get(done..reach).unwrap_or_default(), done);
    builder.finish()
}

/// The beginning of the line before the one that holds `at`, or of a part of a long line.
fn line_before(text: &str, at: usize) -> usize {
    let bytes = text.as_bytes();
    let start_of = |at: usize| {
        let from = at.saturating_sub(BEFORE_BYTES);
        let near = bytes.get(from..at).unwrap_or_default();
        memchr::memrchr(b'\n', near)
            .map_or_else(|| (border_before(bytes, from), false), |end| (from + end + 1, true))
    };
    match start_of(at) {
        (line, true) => start_of(line.saturating_sub(1)).0,
        (part, false) => part,
    }
}

/// The end of the line that holds `at`, its line break included, or of a part of a long line.
fn line_end_behind(text: &str, at: usize) -> usize {
    let bytes = text.as_bytes();
    let to = bytes.len().min(at + BEHIND_BYTES);
    let near = bytes.get(at..to).unwrap_or_default();
    memchr::memchr(b'\n', near).map_or_else(|| border_behind(bytes, to), |end| at + end + 1)
}

/// The nearest place at or before `at` that cuts no value in two.
fn border_before(bytes: &[u8], at: usize) -> usize {
    let floor = at.saturating_sub(VALUE_BYTES);
    let value =
        bytes.get(floor..at).unwrap_or_default().iter().rev().take_while(|b| is_of_value(**b)).count();
    at - value
}

/// The nearest place at or behind `at` that cuts no value in two.
fn border_behind(bytes: &[u8], at: usize) -> usize {
    let to = bytes.len().min(at + VALUE_BYTES);
    at + bytes.get(at..to).unwrap_or_default().iter().take_while(|b| is_of_value(**b)).count()
}

/// Characters of values and of their escapes; bytes outside ASCII keep characters whole.
const fn is_of_value(b: u8) -> bool {
    b.is_ascii_alphanumeric()
        || matches!(b, b'+' | b'/' | b'=' | b'_' | b'.' | b'|' | b'-' | b'%' | b'\\' | b'~')
        || !b.is_ascii()
}

/// Builds a decoded text and its map side by side.
#[derive(Debug, Default)]
struct Builder {
    text: String,
    copied: Copied,
}

impl Builder {
    fn copy(&mut self, piece: &str, from: usize) {
        if !piece.is_empty() {
            self.copied.pieces.push((self.text.len(), from));
            self.text.push_str(piece);
        }
    }

    fn push(&mut self, character: char, from: usize) {
        self.copied.pieces.push((self.text.len(), from));
        self.text.push(character);
    }

    /// Keeps lines apart that were not neighbours.
    fn separate(&mut self, from: usize) {
        if !self.text.is_empty() {
            self.push('\n', from.saturating_sub(1));
        }
    }

    fn finish(self) -> (String, OffsetMap) {
        (self.text, OffsetMap::Copied(self.copied))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_go_back() {
        let undone = [Undone { span: Span::new(2, 5), character: Some('|') }];
        let (text, map) = rewritten("ab%7Ccd", &undone);
        assert_eq!(text, "ab|cd");
        assert_eq!(map.outer(Span::new(1, 4)), Span::new(1, 6));
        assert_eq!(map.outer(Span::new(3, 5)), Span::new(5, 7));
        assert!(map.is_encoded(Span::new(1, 4)) && !map.is_encoded(Span::new(3, 5)));
        assert!(map.differs(Span::new(3, 5)) && !map.differs(Span::new(4, 5)));
    }

    #[test]
    fn of_a_long_line_what_is_near_is_kept_and_no_value_is_cut() {
        let filler = "word ".repeat(20_000);
        let value = "v".repeat(10_000);
        let text = format!("{filler}name=a%7C{value} {filler}");
        let at = text.find("%7C").unwrap();
        let (view, _) = rewritten(&text, &[Undone { span: Span::new(at, at + 3), character: Some('|') }]);
        assert!(view.contains(&format!("name=a|{value}")));
        assert!(view.len() < 20_000, "{}", view.len());
    }

    #[test]
    fn only_lines_with_something_undone_and_their_neighbours_are_kept() {
        let text = "one\ntwo\nth%7Cree\nfour\nfive\nsix\nseven\nei%7Cght\n";
        let bar = |at: usize| Undone { span: Span::new(at, at + 3), character: Some('|') };
        let (view, map) = rewritten(text, &[bar(10), bar(text.find("ei%").unwrap() + 2)]);
        assert_eq!(view, "two\nth|ree\nfour\n\nseven\nei|ght\n");
        let at = view.find("ei|ght").unwrap();
        let outer = map.outer(Span::new(at, at + 6));
        assert_eq!(text.get(outer.start..outer.end), Some("ei%7Cght"));
    }
}
