//! Which part of the Amazon world a document belongs to, and by which word.

use std::ops::ControlFlow;
use std::sync::LazyLock;

use crate::model::{Context, Marker};
use crate::rules::WordSearch;
use crate::rules::lists::CONTEXT;

static WORDS: LazyLock<WordSearch> = LazyLock::new(|| {
    let words: Vec<String> = CONTEXT.markers.iter().map(|m| m.word.clone()).collect();
    WordSearch::new(&words)
});

/// Adds the context words of a text to what the document has shown so far.
pub(super) fn note(text: &str, context: &mut Context) {
    let bytes = text.as_bytes();
    WORDS.each(bytes, |index, start| {
        if let Some(word) = CONTEXT.markers.get(index)
            && (!word.whole || is_whole(bytes, start, start + word.word.len()))
            && !context.has(word.kind, &word.word)
        {
            context.add(Marker { kind: word.kind, word: word.word.clone() });
        }
        ControlFlow::Continue(())
    });
}

/// Tells whether a text has a context word at all; most that have one have it near their beginning.
pub(super) fn is_in(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut is_in = false;
    WORDS.each(bytes, |index, start| {
        let marker = CONTEXT.markers.get(index);
        is_in = marker.is_some_and(|m| !m.whole || is_whole(bytes, start, start + m.word.len()));
        if is_in { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    is_in
}

/// No letter or digit on either side, except where camelCase begins a new word.
fn is_whole(bytes: &[u8], start: usize, end: usize) -> bool {
    let before = start.checked_sub(1).and_then(|at| bytes.get(at)).copied();
    let first = bytes.get(start).copied().unwrap_or_default();
    let after = bytes.get(end).copied();
    let last = end.checked_sub(1).and_then(|at| bytes.get(at)).copied().unwrap_or_default();
    let opens = before
        .is_none_or(|b| !b.is_ascii_alphanumeric() || (b.is_ascii_lowercase() && first.is_ascii_uppercase()));
    let closes = after
        .is_none_or(|b| !b.is_ascii_alphanumeric() || (last.is_ascii_lowercase() && b.is_ascii_uppercase()));
    opens && closes
}
