//! Text of any size, read in windows that overlap, so that nothing is cut in two and memory stays
//! bounded.

use std::io::{self, Read};

use super::charset::{Charset, text};
use crate::model::{Limits, LineIndex, Position, Span};

/// A part of a text, with what comes before and after it for context.
#[derive(Debug)]
pub struct TextWindow {
    /// The text: context, the owned part, context.
    pub text: String,
    /// The part that belongs to this window and to no other.
    pub owned: Span,
    /// Line and column of the first character of `text`.
    pub first: Position,
    /// Bytes of decoded text before `text`.
    pub offset: usize,
}

/// Reads a text window by window.
pub struct Windows<'r> {
    reader: &'r mut dyn Read,
    buffer: Vec<u8>,
    /// Bytes at the start of `buffer` that an earlier window owned.
    left: usize,
    first: Position,
    offset: usize,
    charset: Option<Charset>,
    is_at_end: bool,
    window_bytes: usize,
    overlap_bytes: usize,
}

impl<'r> Windows<'r> {
    /// Begins at the reader's place.
    pub fn new(reader: &'r mut dyn Read, limits: &Limits) -> Self {
        Self {
            reader,
            buffer: Vec::new(),
            left: 0,
            first: Position { line: 1, column: 1 },
            offset: 0,
            charset: None,
            is_at_end: false,
            window_bytes: limits.window_bytes,
            overlap_bytes: limits.window_overlap_bytes / 2,
        }
    }

    /// Returns the next window, or none behind the last.
    ///
    /// # Errors
    /// When the reader fails.
    pub fn next_window(&mut self) -> io::Result<Option<TextWindow>> {
        self.fill()?;
        if self.buffer.len() == self.left {
            return Ok(None);
        }
        let charset = *self.charset.get_or_insert_with(|| Charset::of(&self.buffer));
        let end = if self.is_at_end {
            self.buffer.len()
        } else {
            let at = self.buffer.len().saturating_sub(self.overlap_bytes);
            boundary(&self.buffer, self.left + 1, at, charset)
        };
        let part = |range: std::ops::Range<usize>| text(self.buffer.get(range).unwrap_or_default(), charset);
        let (before, owned, after) = (part(0..self.left), part(self.left..end), part(end..self.buffer.len()));
        let owned_span = Span::new(before.len(), before.len() + owned.len());
        let window = TextWindow {
            text: [before, owned, after].concat(),
            owned: owned_span,
            first: self.first,
            offset: self.offset,
        };
        self.advance(&window, end, charset);
        Ok(Some(window))
    }

    fn fill(&mut self) -> io::Result<()> {
        let wanted = self.left + self.window_bytes + self.overlap_bytes;
        while !self.is_at_end && self.buffer.len() < wanted {
            let read = read_up_to(self.reader, wanted, &mut self.buffer)?;
            self.is_at_end = read == 0;
        }
        Ok(())
    }

    /// Keeps the end of what was owned as context for the next window.
    fn advance(&mut self, window: &TextWindow, end: usize, charset: Charset) {
        let from = boundary(&self.buffer, 0, end.saturating_sub(self.overlap_bytes), charset);
        // Where nothing is said, as in tables of numbers, nothing is dropped.
        let is_silent = window.owned.end == 0;
        let dropped =
            if is_silent { 0 } else { text(self.buffer.get(..from).unwrap_or_default(), charset).len() };
        let lines = LineIndex::new(&window.text, window.first);
        self.first = lines.position(&window.text, dropped);
        self.offset += dropped;
        self.buffer.drain(..from);
        self.left = end - from;
    }
}

/// Bytes that a buffer may grow to as it likes.
const SMALL_BYTES: usize = 256 << 10;

/// Reads until a buffer has `wanted` bytes or the reader ends, and returns how many were read. Room for all of
/// them is made once there are many, and no more than that: a buffer that doubles has twice what it
/// needs in the end.
///
/// # Errors
/// When the reader fails.
pub fn read_up_to(reader: &mut dyn Read, wanted: usize, buffer: &mut Vec<u8>) -> io::Result<usize> {
    let before = buffer.len();
    for wanted in [wanted.min(SMALL_BYTES), wanted] {
        let missing = wanted.saturating_sub(buffer.len());
        if wanted > SMALL_BYTES {
            buffer.reserve_exact(missing);
        }
        if (&mut *reader).take(missing as u64).read_to_end(buffer)? < missing {
            break;
        }
    }
    Ok(buffer.len() - before)
}

/// Bytes that are looked back for a line break.
const LINE_BREAK_BYTES: usize = 8 << 10;

/// The nearest place from `floor` to `at` where the bytes may be cut without breaking a character.
fn boundary(bytes: &[u8], floor: usize, at: usize, charset: Charset) -> usize {
    let wide =
        matches!(charset, Charset::Other(e) if e == encoding_rs::UTF_16LE || e == encoding_rs::UTF_16BE);
    if wide {
        return at & !1;
    }
    let from = at.saturating_sub(LINE_BREAK_BYTES).max(floor).min(at);
    let line = bytes.get(from..at).and_then(|part| part.iter().rposition(|b| *b == b'\n'));
    if let Some(line) = line {
        return from + line + 1;
    }
    let is_continuation = |at: usize| bytes.get(at).is_some_and(|b| b & 0xc0 == 0x80);
    (at.saturating_sub(3)..=at).rev().find(|at| !is_continuation(*at)).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn windows(bytes: &[u8], window_bytes: usize) -> Vec<TextWindow> {
        let limits = Limits { window_bytes, window_overlap_bytes: window_bytes / 2, ..Limits::STANDARD };
        let mut reader = bytes;
        let mut windows = Windows::new(&mut reader, &limits);
        std::iter::from_fn(|| windows.next_window().unwrap()).collect()
    }

    #[test]
    fn the_owned_parts_are_the_text() {
        let text: String =
            (0..1_000).map(|n| format!("行 {n}{}", if n % 7 == 0 { "\n" } else { " " })).collect();
        for size in [64, 100, 1_000, 100_000] {
            let parts: String = windows(text.as_bytes(), size)
                .iter()
                .map(|w| w.text.get(w.owned.start..w.owned.end).unwrap().to_owned())
                .collect();
            assert_eq!(parts, text, "{size}");
        }
    }

    #[test]
    fn a_buffer_has_no_more_room_than_it_needs() {
        for wanted in [0, 10, SMALL_BYTES, SMALL_BYTES + 1, 3 << 20] {
            let mut buffer = vec![b'.'; 5.min(wanted)];
            let read = read_up_to(&mut std::io::repeat(b'x'), wanted, &mut buffer).unwrap();
            assert_eq!((read, buffer.len()), (wanted - 5.min(wanted), wanted));
            assert!(buffer.capacity() <= wanted.max(2 * SMALL_BYTES), "{wanted}");
        }
        let mut buffer = Vec::new();
        assert_eq!(read_up_to(&mut &b"short"[..], 4 << 20, &mut buffer).unwrap(), 5);
        assert!(buffer.capacity() < SMALL_BYTES);
    }

    #[test]
    fn lines_and_offsets_go_on() {
        let text: String = (1..=500).map(|n| format!("line-{n}\n")).collect();
        for window in windows(text.as_bytes(), 256) {
            let lines = LineIndex::new(&window.text, window.first);
            let at = window.text.find("line-").unwrap();
            let number: u64 = window.text.get(at + 5..).unwrap().split('\n').next().unwrap().parse().unwrap();
            assert_eq!(lines.position(&window.text, at), Position { line: number, column: 1 });
            assert_eq!(text.get(window.offset..window.offset + 4), window.text.get(..4));
        }
    }
}
