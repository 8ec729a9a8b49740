//! Which bytes of words are searched for: few, rare, and shared where they can be.

use std::collections::BTreeMap;

use super::FINGERPRINT_BYTES;

/// Bytes that are searched for, and the words that hold them.
#[derive(Debug)]
pub(super) struct Anchor<'w> {
    pub(super) bytes: &'w [u8],
    /// Indexes of words, and where in them the bytes begin.
    pub(super) words: Vec<(usize, usize)>,
}

/// What one literal more costs, in the unit of [`rarity`]: about as much as stopping once in 20,000
/// bytes.
const LITERAL_COST: f64 = 5e-5;

/// Sequences that are far more common than their letters tell.
const COMMON: [&[u8]; 24] = [
    b"http", b"this", b"tion", b"the ", b"ther", b"with", b"requ", b"equi", b"type", b"retu", b"func",
    b"stri", b"ring", b"ment", b"name", b"valu", b"que", b"form", b"cont", b"ing ", b"from", b"self",
    b"able", b"test",
];

/// Chooses an anchor for every word that is not empty. Words that are too short for four bytes are
/// the second list.
pub(super) fn chosen(words: &[String]) -> (Vec<Anchor<'_>>, Vec<Anchor<'_>>) {
    let mut held: Vec<(&[u8], usize, usize)> = Vec::new();
    let mut short: BTreeMap<&[u8], Vec<(usize, usize)>> = BTreeMap::new();
    let mut open = vec![false; words.len()];
    let mut open_count = 0_usize;
    for (index, word) in words.iter().enumerate().filter(|(_, word)| !word.is_empty()) {
        if word.len() < FINGERPRINT_BYTES {
            short.entry(word.as_bytes()).or_default().push((index, 0));
            continue;
        }
        if let Some(is_open) = open.get_mut(index) {
            *is_open = true;
            open_count += 1;
        }
        let windows = word.as_bytes().windows(FINGERPRINT_BYTES).enumerate();
        held.extend(windows.map(|(offset, bytes)| (bytes, index, offset)));
    }
    // As numbers they compare in one step; a map of slices took four times as long.
    held.sort_unstable_by_key(|(bytes, index, offset)| (number(bytes), *index, *offset));
    held.dedup_by_key(|(bytes, index, _)| (number(bytes), *index));
    let holders: Vec<&[(&[u8], usize, usize)]> = held.chunk_by(|a, b| a.0 == b.0).collect();
    let mut anchors = Vec::new();
    // The cheapest a word first, again and again: what it serves the others need not.
    let mut waiting: Vec<(f64, usize)> = Vec::new();
    for (index, holders) in holders.iter().enumerate() {
        waiting.extend(holders.first().map(|(bytes, ..)| (cost(bytes, holders.len()), index)));
    }
    waiting.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1)));
    while let Some((known, index)) = waiting.pop().filter(|_| open_count > 0) {
        let holders = holders.get(index).copied().unwrap_or_default();
        let is_open = |word: usize| open.get(word).copied().unwrap_or_default();
        let served: Vec<(usize, usize)> = holders
            .iter()
            .filter(|(_, word, _)| is_open(*word))
            .map(|(_, word, offset)| (*word, *offset))
            .collect();
        let Some((bytes, ..)) = holders.first().filter(|_| !served.is_empty()) else { continue };
        let now = cost(bytes, served.len());
        if now > known {
            let at = waiting.partition_point(|other| other.0 > now);
            waiting.insert(at, (now, index));
            continue;
        }
        open_count -= served.len();
        for (word, _) in &served {
            open.iter_mut().skip(*word).take(1).for_each(|is_open| *is_open = false);
        }
        anchors.push(Anchor { bytes, words: served });
    }
    (anchors, short.into_iter().map(|(bytes, words)| Anchor { bytes, words }).collect())
}

/// Four bytes as a number, in their order.
fn number(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |number, byte| number << 8 | u32::from(*byte))
}

/// What an anchor costs each of the words it serves.
fn cost(bytes: &[u8], served: usize) -> f64 {
    (LITERAL_COST + rarity(bytes)) / f64::from(u32::try_from(served).unwrap_or(u32::MAX))
}

/// How often a sequence stands in programs and prose, roughly: a share of all places.
fn rarity(bytes: &[u8]) -> f64 {
    let by_letters: f64 = bytes.iter().map(|b| share(*b)).product();
    if COMMON.iter().any(|common| bytes.starts_with(common) || common.starts_with(bytes)) {
        by_letters.max(2e-3)
    } else {
        by_letters
    }
}

/// The share of a byte in programs and prose.
const fn share(b: u8) -> f64 {
    match b {
        b' ' => 0.16,
        b'e' => 0.08,
        b't' | b'a' | b'i' | b'n' | b'r' | b'o' | b's' => 0.055,
        b'l' | b'c' | b'd' | b'p' => 0.03,
        b'u' | b'm' | b'f' | b'h' | b'g' | b'b' | b'_' | b'.' => 0.018,
        b'y' | b'v' | b'w' | b'-' | b'/' | b'"' | b'\'' | b'(' | b')' | b'=' | b',' | b':' => 0.012,
        _ => 0.005,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn words_share_what_is_rare_in_them() {
        let words =
            ["all customers", "our customers", "http://", "ab", "", "customers of"].map(str::to_owned);
        let (long, short) = chosen(&words);
        assert_eq!(short.iter().map(|anchor| anchor.bytes).collect::<Vec<_>>(), [b"ab"]);
        let served: Vec<usize> =
            long.iter().flat_map(|anchor| &anchor.words).map(|(index, _)| *index).collect();
        assert_eq!(served.iter().collect::<BTreeSet<_>>(), [0, 1, 2, 5].iter().collect());
        assert_eq!(served.len(), 4);
        assert_eq!(long.len(), 2);
        for anchor in &long {
            assert_ne!(anchor.bytes, b"http");
            for (index, offset) in &anchor.words {
                assert!(words[*index].as_bytes()[*offset..].starts_with(anchor.bytes));
            }
        }
    }
}
