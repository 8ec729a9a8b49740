//! Every place of any of many words in a text, letter case ignored.

mod anchors;

use std::cell::RefCell;
use std::ops::ControlFlow;

use aho_corasick::packed::{Config, MatchKind, Searcher};
use aho_corasick::{AhoCorasick, Input};

use super::gate::LITERALS_MAX;

/// A search for many words. The SIMD search takes 64 literals, so of each word four bytes are
/// searched for that are rare and that others have too: five times as fast as an automaton that
/// ignores letter case, and it stops seldom.
#[derive(Debug)]
pub struct WordSearch {
    words: Vec<String>,
    groups: Vec<Group>,
    longest: usize,
}

#[derive(Debug)]
struct Group {
    search: Search,
    /// For each literal, the indexes of the words that hold it, and where in them.
    words: Vec<Vec<(usize, usize)>>,
}

#[derive(Debug)]
enum Search {
    Packed(Searcher),
    /// Where the processor or the words do not allow the SIMD search.
    Automaton(AhoCorasick),
}

/// Bytes the SIMD search compares at once; a shorter word makes the search of its whole group stop
/// more often.
const FINGERPRINT_BYTES: usize = 4;

/// Bytes folded and searched at once; they stay in the first-level cache.
const BLOCK_BYTES: usize = 16 << 10;

thread_local! {
    static FOLDED: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

impl WordSearch {
    /// Takes words in lower case; empty ones are never found.
    #[must_use]
    pub fn new(words: &[String]) -> Self {
        let (long, short) = anchors::chosen(words);
        let groups = long.chunks(LITERALS_MAX).chain(short.chunks(LITERALS_MAX)).map(|chunk| {
            let literals: Vec<&[u8]> = chunk.iter().map(|anchor| anchor.bytes).collect();
            Group { search: search(&literals), words: chunk.iter().map(|a| a.words.clone()).collect() }
        });
        let longest = words.iter().map(String::len).max().unwrap_or(1).max(1);
        Self { words: words.to_vec(), groups: groups.collect(), longest }
    }

    /// Calls `found` with the index of a word and where it begins in `folded`, for every place of
    /// every word, overlapping ones too and in any order, until it breaks. `folded` has its ASCII letters in lower
    /// case.
    pub fn each(&self, folded: &[u8], mut found: impl FnMut(usize, usize) -> ControlFlow<()>) {
        let _ = self.each_before(folded, folded.len(), &mut found);
    }

    /// As [`each`](Self::each), in a text whose letters are as they were written.
    pub fn each_as_written(&self, text: &[u8], mut found: impl FnMut(usize, usize) -> ControlFlow<()>) {
        // Whoever is called may search in turn, so the block is taken, not borrowed.
        let mut block = FOLDED.take();
        let step = BLOCK_BYTES.max(2 * self.longest) - self.longest;
        for at in (0..text.len()).step_by(step) {
            let end = text.len().min(at + step + self.longest);
            block.clear();
            block.extend_from_slice(text.get(at..end).unwrap_or_default());
            block.make_ascii_lowercase();
            if self.each_before(&block, step, &mut |word, start| found(word, at + start)).is_break() {
                break;
            }
        }
        FOLDED.set(block);
    }

    /// The words that begin before `end`.
    fn each_before(
        &self,
        folded: &[u8],
        end: usize,
        found: &mut impl FnMut(usize, usize) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        for group in &self.groups {
            let mut at = 0;
            while let Some((literal, hit)) = group.search.next(folded, at) {
                at = hit + 1;
                for (index, offset) in group.words.get(literal).into_iter().flatten() {
                    let Some(start) = hit.checked_sub(*offset).filter(|start| *start < end) else { continue };
                    let rest = folded.get(start..).unwrap_or_default();
                    if self.words.get(*index).is_some_and(|word| rest.starts_with(word.as_bytes())) {
                        found(*index, start)?;
                    }
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// Tells whether any word is in a text, letter case ignored.
    #[must_use]
    pub fn is_in(&self, text: &[u8]) -> bool {
        let mut is_in = false;
        self.each_as_written(text, |_, _| {
            is_in = true;
            ControlFlow::Break(())
        });
        is_in
    }
}

impl Search {
    /// The next literal and where it begins.
    fn next(&self, folded: &[u8], from: usize) -> Option<(usize, usize)> {
        match self {
            Self::Packed(searcher) => searcher
                .find_in(folded, (from..folded.len()).into())
                .map(|hit| (hit.pattern().as_usize(), hit.start())),
            Self::Automaton(automaton) => automaton
                .find(Input::new(folded).range(from..))
                .map(|hit| (hit.pattern().as_usize(), hit.start())),
        }
    }
}

fn search(literals: &[&[u8]]) -> Search {
    let packed = Config::new().match_kind(MatchKind::LeftmostFirst).builder().extend(literals).build();
    packed.map_or_else(
        || {
            let automaton =
                AhoCorasick::builder().match_kind(aho_corasick::MatchKind::LeftmostFirst).build(literals);
            Search::Automaton(automaton.expect("words of rule lists are few and short"))
        },
        Search::Packed,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(words: &[&str], text: &str) -> Vec<(usize, usize)> {
        let words: Vec<String> = words.iter().map(|w| (*w).to_owned()).collect();
        let mut found = Vec::new();
        WordSearch::new(&words).each(text.as_bytes(), |index, start| {
            found.push((index, start));
            ControlFlow::Continue(())
        });
        found.sort_unstable();
        found
    }

    #[test]
    fn overlapping_words_are_all_found() {
        assert_eq!(all(&["amzn", "amzn1.", "zn1"], "xx amzn1.y"), [(0, 3), (1, 3), (2, 5)]);
    }

    #[test]
    fn more_words_than_one_search_takes() {
        let words: Vec<String> = (0..200).map(|n| format!("word{n:03}")).collect();
        let borrowed: Vec<&str> = words.iter().map(String::as_str).collect();
        assert_eq!(all(&borrowed, "a word007 word150 word199"), [(7, 2), (150, 10), (199, 18)]);
    }

    #[test]
    fn words_over_the_border_of_a_block_are_found_once() {
        let words = ["word", "ord1", "wo"].map(str::to_owned);
        for lead in BLOCK_BYTES - 12..BLOCK_BYTES + 4 {
            let mut found = Vec::new();
            WordSearch::new(&words).each_as_written(
                format!("{}WORD1 and more", " ".repeat(lead)).as_bytes(),
                |index, start| {
                    found.push((index, start));
                    ControlFlow::Continue(())
                },
            );
            found.sort_unstable();
            assert_eq!(found, [(0, lead), (1, lead + 1), (2, lead)], "{lead}");
        }
    }
}
