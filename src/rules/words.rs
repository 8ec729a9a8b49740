//! Every place of any of many words in a text, letter case ignored.

use std::ops::ControlFlow;

use aho_corasick::packed::{Config, MatchKind, Searcher};
use aho_corasick::{AhoCorasick, Input};

use super::gate::LITERALS_MAX;

/// A search for many words. In groups of 64 the SIMD search takes them, five times as fast as an
/// automaton that ignores letter case.
#[derive(Debug)]
pub struct WordSearch {
    words: Vec<String>,
    groups: Vec<Group>,
}

#[derive(Debug)]
struct Group {
    search: Search,
    /// Indexes of its words.
    words: Vec<usize>,
}

#[derive(Debug)]
enum Search {
    Packed(Searcher),
    /// Where the processor or the words do not allow the SIMD search.
    Automaton(AhoCorasick),
}

impl WordSearch {
    /// Takes words in lower case; empty ones are never found.
    #[must_use]
    pub fn new(words: &[String]) -> Self {
        let length = |index: usize| words.get(index).map_or(0, String::len);
        let mut indexes: Vec<usize> = (0..words.len()).filter(|index| length(*index) > 0).collect();
        // A short word makes the search of its whole group stop more often.
        indexes.sort_by_key(|index| std::cmp::Reverse(length(*index)));
        let group = |chunk: &[usize]| Group { search: search(words, chunk), words: chunk.to_vec() };
        Self { words: words.to_vec(), groups: indexes.chunks(LITERALS_MAX).map(group).collect() }
    }

    /// Calls `found` with the index of a word and where it begins in `folded`, for every place of
    /// every word, overlapping ones too, until it breaks. `folded` has its ASCII letters in lower
    /// case.
    pub fn each(&self, folded: &[u8], mut found: impl FnMut(usize, usize) -> ControlFlow<()>) {
        for group in &self.groups {
            let mut at = 0;
            while let Some(start) = group.search.next(folded, at) {
                at = start + 1;
                let rest = folded.get(start..).unwrap_or_default();
                for index in &group.words {
                    let is_here =
                        self.words.get(*index).is_some_and(|word| rest.starts_with(word.as_bytes()));
                    if is_here && found(*index, start).is_break() {
                        return;
                    }
                }
            }
        }
    }

    /// Tells whether any word is in `folded`.
    #[must_use]
    pub fn is_in(&self, folded: &[u8]) -> bool {
        self.groups.iter().any(|group| group.search.next(folded, 0).is_some())
    }
}

impl Search {
    fn next(&self, folded: &[u8], from: usize) -> Option<usize> {
        match self {
            Self::Packed(searcher) => {
                searcher.find_in(folded, (from..folded.len()).into()).map(|hit| hit.start())
            }
            Self::Automaton(automaton) => {
                automaton.find(Input::new(folded).range(from..)).map(|hit| hit.start())
            }
        }
    }
}

fn search(words: &[String], chunk: &[usize]) -> Search {
    let literals: Vec<&[u8]> = chunk.iter().filter_map(|i| words.get(*i)).map(|w| w.as_bytes()).collect();
    let packed = Config::new().match_kind(MatchKind::LeftmostFirst).builder().extend(&literals).build();
    packed.map_or_else(
        || {
            let automaton =
                AhoCorasick::builder().match_kind(aho_corasick::MatchKind::LeftmostFirst).build(&literals);
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
}
