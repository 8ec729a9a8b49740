//! Every place of any of many words in a text, letter case ignored.

mod anchors;

use std::ops::ControlFlow;

/// A search for many words. Of each word four bytes are searched for that are rare, and at every
/// other place alone: they are taken from two neighbouring places of the word, so that one of them is
/// met wherever the word begins. What is met is compared. On the tree of repositories of
/// docs/benchmarks.md 496 words take 0.7 ns a byte; the SIMD search of aho-corasick, which takes 64
/// literals and has to be started again behind each that it finds, took 2.8.
#[derive(Debug)]
pub struct WordSearch {
    words: Vec<String>,
    /// A bit for each hash of bytes that are searched for.
    filter: Box<[u64; FILTER_WORDS]>,
    /// Bytes that are searched for, ascending by their hashes.
    held: Vec<Held>,
    /// For the beginnings of hashes, where theirs begin.
    starts: Vec<u32>,
    /// Indexes of words that are too short for this.
    tiny: Vec<usize>,
}

/// Bytes that are searched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Held {
    /// Of the bytes; no others have the same.
    hash: u32,
    /// The word that holds them.
    word: u32,
    /// Where they begin in it, and one.
    offset: u32,
    /// Where other bytes of the word begin, which are compared before the word is fetched from
    /// elsewhere; [`NO_CHECK`] for a word that has none.
    check_at: u32,
    /// Those bytes, letter case ignored.
    check: u32,
}

/// Tells that a word is too short for other bytes.
const NO_CHECK: u32 = u32::MAX;

impl Held {
    fn new(word: usize, text: &[u8], (offset, bytes): (usize, u32)) -> Option<Self> {
        // The end of the word that is further away from the bytes.
        let last = text.len().checked_sub(BYTES);
        let check_at = last.map(|last| if offset > last.saturating_sub(offset) { 0 } else { last });
        let check = check_at.and_then(|at| text.get(at..)?.first_chunk().copied());
        Some(Self {
            hash: hash(bytes),
            word: u32::try_from(word).ok()?,
            offset: u32::try_from(offset).ok()?,
            check_at: check_at.map_or(Some(NO_CHECK), |at| u32::try_from(at).ok())?,
            check: check.map_or(0, number),
        })
    }

    /// Where the word would begin in a text that has the bytes at `at`, if its other bytes are there too.
    fn begins(&self, text: &[u8], at: usize) -> Option<usize> {
        let start = (at + 1).checked_sub(self.offset as usize)?;
        if self.check_at == NO_CHECK {
            return Some(start);
        }
        let checked = text.get(start + self.check_at as usize..)?.first_chunk()?;
        (number(*checked) == self.check).then_some(start)
    }
}

/// Bytes that are searched for at once.
const BYTES: usize = 4;
/// Shorter words are compared at every place.
const WORD_BYTES_MIN: usize = 3;

/// Bits of the filter: with eight times fewer, five hundred words meet it twice as often by chance;
/// it has to stay in the first-level cache.
const FILTER_BITS: u32 = 17;
const FILTER_WORDS: usize = 1 << (FILTER_BITS - 6);
/// Bits of a hash that lead to those like it.
const START_BITS: u32 = 12;

/// Makes two letters that differ in case one; other bytes too, which comparing tells apart.
const CASE: u32 = 0x2020_2020;

type Found<'f> = dyn FnMut(usize, usize) -> ControlFlow<()> + 'f;

impl WordSearch {
    /// Takes words in lower case; empty ones are never found.
    #[must_use]
    pub fn new(words: &[String]) -> Self {
        let mut held = Vec::new();
        let mut tiny = Vec::new();
        for (word, text) in words.iter().enumerate().filter(|(_, text)| !text.is_empty()) {
            if text.len() < WORD_BYTES_MIN {
                tiny.push(word);
                continue;
            }
            let chosen = anchors::chosen(text.as_bytes()).into_iter();
            held.extend(chosen.filter_map(|bytes| Held::new(word, text.as_bytes(), bytes)));
        }
        held.sort_unstable();
        held.dedup();
        let mut filter = Box::new([0; FILTER_WORDS]);
        for (at, bit) in held.iter().map(|held| place(held.hash)) {
            filter.iter_mut().skip(at).take(1).for_each(|bits| *bits |= bit);
        }
        let mut counts = vec![0_u32; (1 << START_BITS) + 1];
        for held in &held {
            let lead = (held.hash >> (u32::BITS - START_BITS)) as usize;
            counts.iter_mut().skip(lead + 1).take(1).for_each(|count| *count += 1);
        }
        let starts = counts.iter().scan(0, |start, count| {
            *start += count;
            Some(*start)
        });
        let starts = starts.collect();
        Self { words: words.to_vec(), filter, held, starts, tiny }
    }

    /// Calls `found` with the index of a word and where it begins in the text, for every place of
    /// every word, overlapping ones too and in any order, until it breaks.
    pub fn each(&self, text: &[u8], mut found: impl FnMut(usize, usize) -> ControlFlow<()>) {
        let _ = self.pass(text, &mut found);
    }

    fn pass(&self, text: &[u8], found: &mut Found<'_>) -> ControlFlow<()> {
        for word in &self.tiny {
            let bytes = self.words.get(*word).map_or(&[][..], String::as_bytes);
            let places = text.windows(bytes.len()).enumerate();
            for (at, _) in places.filter(|(_, place)| place.eq_ignore_ascii_case(bytes)) {
                found(*word, at)?;
            }
        }
        let mut next = 0;
        for bytes in text.array_windows().step_by(2) {
            self.look(text, next, *bytes, found)?;
            next += 2;
        }
        // Words shorter than what is searched for may end the text.
        while let Some(rest @ [_, ..]) = text.get(next..) {
            let mut bytes = [0; BYTES];
            bytes.iter_mut().zip(rest).for_each(|(byte, of_text)| *byte = *of_text);
            self.look(text, next, bytes, found)?;
            next += 2;
        }
        ControlFlow::Continue(())
    }

    #[inline]
    fn look(&self, text: &[u8], at: usize, bytes: [u8; BYTES], found: &mut Found<'_>) -> ControlFlow<()> {
        let hash = hash(number(bytes));
        let (index, bit) = place(hash);
        if self.filter.get(index).is_some_and(|bits| bits & bit != 0) {
            self.compare(text, at, hash, found)?;
        }
        ControlFlow::Continue(())
    }

    #[cold]
    fn compare(&self, text: &[u8], at: usize, hash: u32, found: &mut Found<'_>) -> ControlFlow<()> {
        let lead = (hash >> (u32::BITS - START_BITS)) as usize;
        let Some(&[start, end]) = self.starts.get(lead..lead + 2) else { return ControlFlow::Continue(()) };
        let alike = self.held.get(start as usize..end as usize).unwrap_or_default();
        for held in alike.iter().filter(|held| held.hash == hash) {
            let Some(start) = held.begins(text, at) else { continue };
            let index = held.word as usize;
            let word = self.words.get(index).map_or(&[][..], String::as_bytes);
            if text.get(start..start + word.len()).is_some_and(|part| part.eq_ignore_ascii_case(word)) {
                found(index, start)?;
            }
        }
        ControlFlow::Continue(())
    }

    /// Tells whether any word is in a text, letter case ignored.
    #[must_use]
    pub fn is_in(&self, text: &[u8]) -> bool {
        let mut is_in = false;
        self.each(text, |_, _| {
            is_in = true;
            ControlFlow::Break(())
        });
        is_in
    }
}

/// Four bytes as a number, letter case ignored.
const fn number(bytes: [u8; BYTES]) -> u32 {
    u32::from_le_bytes(bytes) | CASE
}

/// One number for each; the multiplier of Fibonacci hashing makes its high bits depend on all.
const fn hash(number: u32) -> u32 {
    number.wrapping_mul(0x9E37_79B1)
}

/// Where in the filter a hash is.
const fn place(hash: u32) -> (usize, u64) {
    let bit = hash >> (u32::BITS - FILTER_BITS);
    ((bit >> 6) as usize, 1 << (bit & 63))
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

    proptest::proptest! {
        #[test]
        fn every_place_is_found_once(
            words in proptest::collection::vec("[ab_xé]{1,9}", 1..12), text in "[abABX_xé ]{0,60}",
        ) {
            let borrowed: Vec<&str> = words.iter().map(String::as_str).collect();
            let folded = text.to_ascii_lowercase();
            let mut expected: Vec<(usize, usize)> = (words.iter().enumerate())
                .flat_map(|(index, word)| {
                    let is_at = |at: &usize| folded.as_bytes()[*at..].starts_with(word.as_bytes());
                    (0..folded.len()).filter(is_at).map(move |at| (index, at)).collect::<Vec<_>>()
                })
                .collect();
            expected.sort_unstable();
            proptest::prop_assert_eq!(all(&borrowed, &text), expected);
        }
    }

    #[test]
    fn nothing_is_found_of_nothing() {
        assert_eq!(all(&["", "a"], "A b"), [(1, 0)]);
        assert_eq!(all(&[], "a"), []);
        assert_eq!(all(&["abcde"], "abc"), []);
    }
}
