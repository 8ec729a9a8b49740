//! From a decoded text back to the text it came from.

use crate::model::Span;

/// Where the bytes of a decoded text stood.
#[derive(Debug, Clone)]
pub enum OffsetMap {
    /// The whole text came from one encoded run.
    Run(Span),
    /// Pieces that were copied: (offset here, offset there), ascending.
    Pieces(Vec<(usize, usize)>),
}

impl OffsetMap {
    /// Returns where `span` stood.
    #[must_use]
    pub fn outer(&self, span: Span) -> Span {
        match self {
            Self::Run(run) => *run,
            Self::Pieces(pieces) => Span::new(start_of(pieces, span.start), end_of(pieces, span.end)),
        }
    }
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

/// Returns the lines of `text` in which something was undone, with their neighbours, and their
/// map. Lines without anything to undo say nothing new; leaving them out makes most views short.
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
            builder.push(character, piece.span.start);
        }
        done = piece.span.end;
    }
    builder.copy(text.get(done..reach).unwrap_or_default(), done);
    builder.finish()
}

/// The beginning of the line before the one that holds `at`.
fn line_before(text: &str, at: usize) -> usize {
    let start_of = |at: usize| {
        text.as_bytes().get(..at).and_then(|before| memchr::memrchr(b'\n', before)).map_or(0, |end| end + 1)
    };
    let line = start_of(at);
    line.checked_sub(1).map_or(0, start_of)
}

/// The end of the line that holds `at`, its line break included.
fn line_end_behind(text: &str, at: usize) -> usize {
    text.as_bytes()
        .get(at..)
        .and_then(|rest| memchr::memchr(b'\n', rest))
        .map_or(text.len(), |end| at + end + 1)
}

/// Builds a decoded text and its map side by side.
#[derive(Debug, Default)]
struct Builder {
    text: String,
    pieces: Vec<(usize, usize)>,
}

impl Builder {
    fn copy(&mut self, piece: &str, from: usize) {
        if !piece.is_empty() {
            self.pieces.push((self.text.len(), from));
            self.text.push_str(piece);
        }
    }

    fn push(&mut self, character: char, from: usize) {
        self.pieces.push((self.text.len(), from));
        self.text.push(character);
    }

    /// Keeps lines apart that were not neighbours.
    fn separate(&mut self, from: usize) {
        if !self.text.is_empty() {
            self.push('\n', from.saturating_sub(1));
        }
    }

    fn finish(self) -> (String, OffsetMap) {
        (self.text, OffsetMap::Pieces(self.pieces))
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
