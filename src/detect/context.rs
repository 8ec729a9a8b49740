//! Which part of the Amazon world a document belongs to, and by which word.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::LazyLock;

use crate::model::{Context, Marker};
use crate::rules::WordSearch;
use crate::rules::lists::CONTEXT;

static WORDS: LazyLock<WordSearch> = LazyLock::new(|| {
    let words: Vec<String> = CONTEXT.markers.iter().map(|m| m.word.clone()).collect();
    WordSearch::new(&words)
});

/// The markers that each word stands for.
static BY_WORD: LazyLock<HashMap<&str, Vec<usize>>> = LazyLock::new(|| {
    let mut by_word: HashMap<&str, Vec<usize>> = HashMap::new();
    for (index, marker) in CONTEXT.markers.iter().enumerate() {
        by_word.entry(&marker.word).or_default().push(index);
    }
    by_word
});

/// Adds the context words of a text to what the document has shown so far.
pub(super) fn note(text: &str, context: &mut Context) {
    WORDS.each(text.as_bytes(), |index, start| {
        add(index, start, text, context);
        ControlFlow::Continue(())
    });
}

/// The same, where it is known which words stand where; words that are no context's say nothing.
pub(super) fn note_met<'w>(text: &str, met: impl Iterator<Item = (&'w str, usize)>, context: &mut Context) {
    for (word, start) in met {
        for index in BY_WORD.get(word).into_iter().flatten() {
            add(*index, start, text, context);
        }
    }
}

fn add(index: usize, start: usize, text: &str, context: &mut Context) {
    if let Some(word) = CONTEXT.markers.get(index)
        && (!word.whole || is_whole(text.as_bytes(), start, start + word.word.len()))
        && !context.has(word.kind, &word.word)
    {
        context.add(Marker { kind: word.kind, word: word.word.clone() });
    }
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
