//! The regions of a text that are read: around the places where something could be.

use std::borrow::Cow;

use crate::decode::hidden_runs;
use crate::fields;
use crate::model::{Position, Span};
use crate::rules::{Gate, Places, Sieve};

/// Texts up to this many bytes are read whole where anything in them is worth reading.
const WHOLE_BYTES_MAX: usize = 8 << 10;
/// Bytes of context on either side of a place.
const CONTEXT_BYTES: usize = 2 << 10;
/// Bytes that a value or a table at the edge may add.
const EDGE_BYTES_MAX: usize = 64 << 10;

/// The regions of one text, ascending and apart.
///
/// `look` is asked for the places of the sieve at most once. `header` is the head of a table that began before the text; `is_literal` tells texts that passed the
/// gate by what stands in them as it is, or may have by what stands in another window.
pub(super) fn regions(
    text: &str,
    sieve: &Sieve,
    look: impl FnOnce() -> Places,
    header: Option<&[String]>,
    is_literal: bool,
) -> Vec<Span> {
    let whole = Span::new(0, text.len());
    // What passed the gate by what only decoding shows is read whole.
    let is_encoded = !is_literal && Gate::get().first_hit(text.as_bytes()).is_none();
    if is_encoded || is_percent_encoded(text) {
        return vec![whole];
    }
    let Places { near: mut places, words } = look();
    if header.is_some_and(|cells| sieve.has_word(&cells.join("\n"))) {
        places.push(Span::new(0, table_end(text, 0)));
    }
    places.extend(tables(text, &words));
    if text.len() <= WHOLE_BYTES_MAX {
        let is_worth = !places.is_empty() || !hidden_runs(text).is_empty();
        return if is_worth { vec![whole] } else { Vec::new() };
    }
    places.extend(hidden_runs(text));
    places.sort_unstable();
    let mut regions: Vec<Span> = Vec::new();
    for place in places {
        // Most places lie in the region of the one before.
        if regions.last().is_some_and(|last| place.end + CONTEXT_BYTES / 2 <= last.end) {
            continue;
        }
        let region = Span::new(start_before(text, place.start), end_behind(text, place.end));
        match regions.last_mut() {
            Some(last) if region.start <= last.end => last.end = last.end.max(region.end),
            _ => regions.push(region),
        }
    }
    regions
}

/// What has to be read to know what in the lines around a place is a value. Where it begins within a line
/// that ends before the place, the end of that line says what the next ones are, as in `secret: |`.
pub(super) fn neighbourhood(text: &str, at: Span) -> Span {
    if text.len() <= WHOLE_BYTES_MAX {
        return Span::new(0, text.len());
    }
    let from = border_before(text.as_bytes(), at.start.saturating_sub(CONTEXT_BYTES));
    let start = start_before(text, at.start).min(text.floor_char_boundary(from));
    let before = text.get(..start).unwrap_or_default();
    // The end of a key block tells nothing without its beginning.
    let begun = before.rfind("-----BEGIN").filter(|begin| {
        start - begin < EDGE_BYTES_MAX && before.get(*begin..).is_some_and(|key| !key.contains("-----END"))
    });
    Span::new(begun.unwrap_or(start), end_behind(text, at.end))
}

/// The rows under a word in the head of a table, where they reach further than the context of the
/// word does.
fn tables(text: &str, words: &[usize]) -> Vec<Span> {
    let mut tables: Vec<Span> = Vec::new();
    let mut done = 0;
    for word in words.iter().filter(|word| text.is_char_boundary(**word)) {
        if *word < done {
            continue;
        }
        let start = text.get(..*word).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1);
        let end = table_end(text, start);
        done = text.get(*word..).and_then(|rest| rest.find('\n')).map_or(text.len(), |at| word + at);
        if end > start + CONTEXT_BYTES / 2 {
            tables.push(Span::new(start, end));
            done = end;
        }
    }
    tables
}

/// Lines in a row that are no rows of a table, as those of a cell that goes over several are not.
const OTHER_LINES_MAX: usize = 4;

/// Longest line that is taken for the head of a table, in bytes.
const HEAD_BYTES_MAX: usize = 4 << 10;

/// Whether a line could be the head of a table: no statement, and no page in one line.
fn is_head(line: &str) -> bool {
    line.len() <= HEAD_BYTES_MAX && !line.contains(['(', '{', '=', '<'])
}

/// The end of the last line that has as many cells as the first, or more.
fn table_end(text: &str, start: usize) -> usize {
    let rest = text.get(start..).unwrap_or_default();
    let first = rest.lines().next().unwrap_or_default();
    if !is_head(first) {
        return start;
    }
    let marks = |line: &str, mark: u8| memchr::memchr_iter(mark, line.as_bytes()).count();
    let Some((mark, least)) =
        [b'\t', b'|', b',', b';'].map(|mark| (mark, marks(first, mark))).into_iter().find(|(_, n)| *n > 0)
    else {
        return start;
    };
    let (mut at, mut end, mut others) = (start, start, 0);
    for line in rest.split_inclusive('\n') {
        at += line.len();
        if marks(line, mark) >= least {
            (end, others) = (at, 0);
        } else {
            others += 1;
            if others > OTHER_LINES_MAX || line.trim().is_empty() {
                break;
            }
        }
    }
    end
}

/// Tells texts that are percent-encoded as a whole, blanks and letters beyond ASCII included.
fn is_percent_encoded(text: &str) -> bool {
    memchr::memchr_iter(b'%', text.as_bytes()).count() * 16 > text.len()
}

/// Follows line and column through a text.
pub(super) struct Follower<'a> {
    text: &'a str,
    at: usize,
    position: Position,
}

impl<'a> Follower<'a> {
    /// Begins at the first character, which is at `first`.
    pub(super) const fn new(text: &'a str, first: Position) -> Self {
        Self { text, at: 0, position: first }
    }

    /// Returns the position of a byte at or behind the last one asked for.
    pub(super) fn position(&mut self, at: usize) -> Position {
        let passed = self.text.get(self.at..at).unwrap_or_default();
        let lines = memchr::memchr_iter(b'\n', passed.as_bytes()).count() as u64;
        let last = passed.rfind('\n').map_or(passed, |end| passed.get(end + 1..).unwrap_or_default());
        let before = if lines == 0 { self.position.column } else { 1 };
        self.position =
            Position { line: self.position.line + lines, column: before + last.chars().count() as u64 };
        self.at = at;
        self.position
    }
}

/// Returns the header row of the table that `start` lies in, if the text begins with one.
pub(super) fn header_of<'h>(
    text: &str,
    start: usize,
    lent: Option<&'h [String]>,
) -> Option<Cow<'h, [String]>> {
    if start == 0 || lent.is_some() {
        return lent.map(Cow::Borrowed);
    }
    let head = text.get(..text.floor_char_boundary(CONTEXT_BYTES.min(start))).unwrap_or_default();
    let lines = head.rfind('\n').and_then(|end| head.get(..=end)).unwrap_or(head);
    fields::header(lines, None).map(Cow::Owned)
}

/// The beginning of the line some context before `place`, or of a part of a long one.
fn start_before(text: &str, place: usize) -> usize {
    let bytes = text.as_bytes();
    let from = place.saturating_sub(CONTEXT_BYTES);
    if from == 0 {
        return 0;
    }
    let line = memchr::memchr(b'\n', bytes.get(from..place).unwrap_or_default());
    let start = line.map_or_else(|| border_before(bytes, from), |end| from + end + 1);
    table_start(text, text.floor_char_boundary(start))
}

/// The rows of a table are read with its header.
fn table_start(text: &str, start: usize) -> usize {
    let mut at = start;
    while start - at < EDGE_BYTES_MAX {
        let Some(line) = at.checked_sub(1).and_then(|end| text.get(..end)) else { break };
        let line_start = line.rfind('\n').map_or(0, |end| end + 1);
        if !line.get(line_start..).is_some_and(|row| row.trim_start().starts_with('|')) {
            break;
        }
        at = line_start;
    }
    at
}

/// The end of the line some context behind `place`, or of a part of a long one.
fn end_behind(text: &str, place: usize) -> usize {
    let bytes = text.as_bytes();
    let to = (place + CONTEXT_BYTES).min(bytes.len());
    let line = memchr::memrchr(b'\n', bytes.get(place..to).unwrap_or_default());
    text.ceil_char_boundary(line.map_or_else(|| border_behind(bytes, to), |end| place + end + 1))
}

fn border_before(bytes: &[u8], at: usize) -> usize {
    let floor = at.saturating_sub(EDGE_BYTES_MAX);
    at - bytes.get(floor..at).unwrap_or_default().iter().rev().take_while(|b| is_of_value(**b)).count()
}

fn border_behind(bytes: &[u8], at: usize) -> usize {
    let to = bytes.len().min(at + EDGE_BYTES_MAX);
    at + bytes.get(at..to).unwrap_or_default().iter().take_while(|b| is_of_value(**b)).count()
}

const fn is_of_value(b: u8) -> bool {
    b.is_ascii_alphanumeric()
        || matches!(b, b'+' | b'/' | b'=' | b'_' | b'.' | b'|' | b'-' | b'%' | b'\\' | b'~')
        || !b.is_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<Span> {
        let sieve = Sieve::new(&["atzr".to_owned()], &[]);
        regions(text, &sieve, || sieve.places(text), None, false)
    }

    #[test]
    fn small_texts_are_read_whole_or_not_at_all() {
        assert_eq!(of("seller Atzr here"), [Span::new(0, 16)]);
        assert!(of("seller and nothing else").is_empty());
    }

    #[test]
    fn large_texts_are_read_around_their_places() {
        let line = "a line of the seller's text\n";
        let text = format!("{}Atzr\n{}", line.repeat(3_000), line.repeat(3_000));
        let [region] = of(&text)[..] else { panic!("{:?}", of(&text)) };
        let at = line.len() * 3_000;
        assert!(region.start < at - 1_500 && region.end > at + 1_500);
        assert!(region.end - region.start < 3 * CONTEXT_BYTES);
        assert!(region.start % line.len() == 0);
    }

    #[test]
    fn rows_are_read_with_the_head_of_their_table() {
        let row = "| seller one | two |\n";
        let text = format!(
            "{}# x\n\n| a | b |\n|---|---|\n{}| Atzr | b |\n",
            "words\n".repeat(4_000),
            row.repeat(600)
        );
        assert!(of(&text)[0].start <= text.find("| a |").unwrap());
    }

    #[test]
    fn a_word_in_the_head_of_a_table_reaches_all_rows() {
        let text = format!(
            "{}shop,client_secret\n{}\n{}",
            "seller\n".repeat(4_000),
            "one,two\n".repeat(4_000),
            "words\n".repeat(4_000)
        );
        let [region] = of(&text)[..] else { panic!("{:?}", of(&text)) };
        assert!(region.end >= text.rfind("one,two").unwrap());
        assert!(of(&text.replace(',', " ")).is_empty());
    }

    #[test]
    fn positions_go_on() {
        let text = "ab\ncd鍵ef\ng";
        let mut follower = Follower::new(text, Position { line: 5, column: 3 });
        assert_eq!(follower.position(1), Position { line: 5, column: 4 });
        assert_eq!(follower.position(8), Position { line: 6, column: 4 });
        assert_eq!(follower.position(text.len()), Position { line: 7, column: 2 });
    }
}
