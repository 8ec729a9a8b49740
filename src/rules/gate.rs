//! The gate: one search that decides whether a document is worth reading at all.
//!
//! Most documents of most trees end here, so this is the fast path. The SIMD search of
//! aho-corasick takes at most 64 literals and distinguishes letter case, so text is folded to
//! lower case in blocks that stay in the first-level cache. Folding costs a third of the search
//! and saves a literal for every spelling.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::LazyLock;

use aho_corasick::packed::{Config, MatchKind, Searcher};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde::Deserialize;

use super::encoded::{base64 as decoded_base64, hex as decoded_hex};
use super::runs::{BASE64, next_run};

/// The bound of the SIMD search: measured with 64 literals at about 6 GB/s, with 65 at 0.65.
pub const LITERALS_MAX: usize = 64;

/// Bytes folded and searched at once.
const BLOCK_BYTES: usize = 16 << 10;

/// Shortest run of base64 that is decoded to look into it; shorter ones are told by the base64 of
/// a prefix.
const BASE64_RUN_MIN: usize = 48;
/// Shortest run of hex that is decoded, longer than the digest of any hash in common use but
/// SHA-512.
const HEX_RUN_MIN: usize = 66;
/// Encodings in one another that the gate looks through.
const DEPTH_MAX: u32 = 2;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GateList {
    words: Vec<String>,
    japanese: Vec<String>,
    wide: Vec<String>,
    base64: Vec<String>,
    company: Vec<Company>,
}

/// What makes an ordinary word one of the seller world.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Company {
    word: String,
    #[serde(default)]
    before: Vec<String>,
    after: Vec<String>,
}

/// Longest company on both sides together, in bytes.
const COMPANY_BYTES: usize = 10;

/// Decides whether a document is worth reading.
#[derive(Debug)]
pub struct Gate {
    searcher: Searcher,
    literals: Vec<Vec<u8>>,
    longest: usize,
    company: Vec<Company>,
}

thread_local! {
    /// Clearing a block for every small file would cost more than searching it.
    static FOLDED: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

static GATE: LazyLock<Gate> = LazyLock::new(Gate::built);

impl Gate {
    /// Returns the gate of the built-in rules.
    #[must_use]
    pub fn get() -> &'static Self {
        &GATE
    }

    fn built() -> Self {
        let list: GateList = toml::from_str(include_str!("../../rules/lists/gate.toml"))
            .expect("gate.toml parses: a test reads it");
        let literals: Vec<Vec<u8>> = literals(&list).into_iter().collect();
        let searcher = Config::new()
            .match_kind(MatchKind::LeftmostFirst)
            .builder()
            .extend(&literals)
            .build()
            .expect("the packed search takes these literals: a test holds their number");
        // Blocks overlap by the longest literal and its company.
        let longest = literals.iter().map(Vec::len).max().unwrap_or(1) + COMPANY_BYTES;
        Self { searcher, literals, longest, company: list.company }
    }

    /// Tells whether the bytes hold anything that could matter.
    ///
    /// A byte-order mark or text in UTF-16 passes as well, since only decoding can tell.
    #[must_use]
    pub fn passes(&self, bytes: &[u8]) -> bool {
        is_utf16(bytes) || self.first_hit(bytes).is_some() || self.hides(bytes, DEPTH_MAX)
    }

    /// Tells whether a run of base64 or hex holds something that could matter.
    fn hides(&self, bytes: &[u8], depth: u32) -> bool {
        let passes = |inner: &[u8]| {
            is_utf16(inner) || self.first_hit(inner).is_some() || (depth > 1 && self.hides(inner, depth - 1))
        };
        let mut at = 0;
        while let Some(run) = next_run(bytes, at, BASE64_RUN_MIN, &BASE64) {
            at = run.end;
            let run = bytes.get(run.start..run.end).unwrap_or_default();
            // Digests are runs of hex, and nearly all runs of hex are digests.
            let is_hex = run.iter().all(u8::is_ascii_hexdigit);
            let inner = match is_hex {
                true if run.len() < HEX_RUN_MIN => None,
                true => decoded_hex(run),
                false => decoded_base64(run),
            };
            if inner.is_some_and(|inner| passes(&inner)) {
                return true;
            }
        }
        false
    }

    /// Returns the offset of the first literal.
    #[must_use]
    pub fn first_hit(&self, bytes: &[u8]) -> Option<usize> {
        FOLDED.with_borrow_mut(|folded| {
            let step = BLOCK_BYTES - self.longest + 1;
            let mut at = 0;
            while at < bytes.len() {
                let block = bytes.get(at..bytes.len().min(at + BLOCK_BYTES))?;
                folded.clear();
                folded.extend_from_slice(block);
                folded.make_ascii_lowercase();
                if let Some(hit) = self.hit_in(folded) {
                    return Some(at + hit);
                }
                at += step;
            }
            None
        })
    }

    fn hit_in(&self, folded: &[u8]) -> Option<usize> {
        let mut from = 0;
        while let Some(hit) = self.searcher.find_in(folded, (from..folded.len()).into()) {
            let literal = folded.get(hit.start()..hit.end()).unwrap_or_default();
            let needs = self.company.iter().find(|company| company.word.as_bytes() == literal);
            if needs.is_none_or(|company| company.keeps(folded, hit.start(), hit.end())) {
                return Some(hit.start());
            }
            from = hit.start() + 1;
        }
        None
    }

    /// Returns the literals, folded.
    #[must_use]
    pub fn literals(&self) -> &[Vec<u8>] {
        &self.literals
    }

    /// Returns the length of the longest literal in bytes.
    #[must_use]
    pub const fn longest(&self) -> usize {
        self.longest
    }
}

impl Company {
    fn keeps(&self, folded: &[u8], start: usize, end: usize) -> bool {
        let before = folded.get(..start).unwrap_or_default();
        let after = folded.get(end..).unwrap_or_default();
        after.first().is_some_and(|b| !b.is_ascii())
            || self.before.iter().any(|word| before.ends_with(word.as_bytes()))
            || self.after.iter().any(|word| after.starts_with(word.as_bytes()))
    }
}

/// Tells UTF-16 by its mark or, without one, by the first characters all being letters, kana,
/// ideographs or the like in one byte order. Pixels and tables of numbers are not.
#[must_use]
pub fn is_utf16(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xff, 0xfe])
        || bytes.starts_with(&[0xfe, 0xff])
        || is_wide_text(bytes, u16::from_le_bytes)
        || is_wide_text(bytes, u16::from_be_bytes)
}

/// Whether the first characters, read in one byte order, are text.
pub(crate) fn is_wide_text(bytes: &[u8], read: fn([u8; 2]) -> u16) -> bool {
    let head = bytes.get(..bytes.len().min(64)).unwrap_or_default();
    if head.len() < 16 || !head.contains(&0) {
        return false;
    }
    let mut units = head
        .chunks_exact(2)
        .map(|pair| read([pair.first().copied().unwrap_or(0), pair.last().copied().unwrap_or(0)]));
    let (mut ascii, mut kana) = (0, 0);
    let is_text = units.all(|unit| match unit {
        0x3041..=0x30fe => {
            kana += 1;
            true
        }
        0x09 | 0x0a | 0x0d | 0x1b | 0x20..=0x7e => {
            ascii += 1;
            true
        }
        0xa0..=0x24f | 0x2010..=0x203b | 0x2190..=0x27bf | 0x3000..=0x30ff | 0x4e00..=0x9fff | 0xff01..=0xff9f => true,
        _ => false,
    });
    is_text && ascii * 8 + kana * 4 >= head.len() / 2
}

fn literals(list: &GateList) -> BTreeSet<Vec<u8>> {
    let mut all: BTreeSet<Vec<u8>> = BTreeSet::new();
    all.extend(list.words.iter().map(|w| w.as_bytes().to_vec()));
    all.extend(list.company.iter().map(|company| company.word.as_bytes().to_vec()));
    for word in &list.japanese {
        all.insert(word.as_bytes().to_vec());
        for encoding in [encoding_rs::SHIFT_JIS, encoding_rs::EUC_JP] {
            all.insert(encoding.encode(word).0.into_owned());
        }
    }
    for word in &list.wide {
        let wide: Vec<u8> = word.bytes().flat_map(|b| [b, 0]).collect();
        // Without the last zero it serves both byte orders.
        all.insert(wide.get(..wide.len() - 1).unwrap_or_default().to_vec());
    }
    for word in &list.base64 {
        let cores = (0..3).map(|alignment| base64_core(word.as_bytes(), alignment));
        // Three characters of base64 are too common to say anything.
        all.extend(cores.filter(|core| core.len() > 3));
    }
    let folded: BTreeSet<Vec<u8>> = all.into_iter().map(|literal| literal.to_ascii_lowercase()).collect();
    folded.iter().filter(|literal| !holds_another(literal, &folded)).cloned().collect()
}

/// A literal that holds another one is found by that one already.
fn holds_another(literal: &[u8], all: &BTreeSet<Vec<u8>>) -> bool {
    all.iter().any(|other| other.len() < literal.len() && literal.windows(other.len()).any(|w| w == other))
}

/// The base64 characters that depend on nothing but `word`, when it starts `alignment` bytes after
/// a multiple of three.
fn base64_core(word: &[u8], alignment: usize) -> Vec<u8> {
    let padded: Vec<u8> = std::iter::repeat_n(0, alignment).chain(word.iter().copied()).collect();
    let whole = STANDARD_NO_PAD.encode(&padded);
    let first = (alignment * 8).div_ceil(6);
    let last = padded.len() * 8 / 6;
    whole.as_bytes().get(first..last).unwrap_or_default().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_simd_search_holds_them_all() {
        let count = Gate::get().literals().len();
        assert!(count <= LITERALS_MAX, "{count} literals");
        // A shorter one makes the search three times as slow: it looks at so many bytes at once.
        assert!(Gate::get().literals().iter().all(|l| l.len() >= 4));
    }

    #[test]
    fn words_pass_in_any_case_and_across_blocks() {
        let gate = Gate::get();
        assert!(gate.passes(b"SELLING_PARTNER=1"));
        assert!(!gate.passes(&vec![b'x'; 100_000]));
        for at in [BLOCK_BYTES - 6, BLOCK_BYTES - 1, BLOCK_BYTES] {
            let mut bytes = vec![b' '; 3 * BLOCK_BYTES];
            bytes[at..at + 6].copy_from_slice(b"AmZn1.");
            assert!(gate.passes(&bytes), "at {at}");
        }
    }

    #[test]
    fn base64_at_each_alignment_passes() {
        for lead in ["", "a", "ab", "abc"] {
            let hidden = STANDARD_NO_PAD.encode(format!("{lead}Atzr|IwEB"));
            assert!(Gate::get().passes(hidden.as_bytes()), "{lead}");
        }
    }

    #[test]
    fn utf16_is_seen_with_and_without_a_mark() {
        let wide = |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
        assert!(is_utf16(&wide("hello world, nothing here")));
        assert!(is_utf16(&wide("パスワード: abcdefg 12345\r\n出品")));
        assert!(!is_utf16(b"plain text that is long enough"));
        assert!(!is_utf16(&[0; 64]));
    }
}
