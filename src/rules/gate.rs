//! The gate: one search that decides whether a document is worth reading at all.
//!
//! Most documents of most trees end here, so this is the fast path. The SIMD search of
//! aho-corasick takes at most 64 literals, of at least four bytes each to be fast, and compares them
//! byte by byte. So text is folded in blocks that stay in the first-level cache: letters to lower
//! case, blanks and signs to one, which saves a literal for every spelling.

mod buckets;
mod literals;
mod near;

use std::cell::RefCell;
use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::packed::{Config, MatchKind, Searcher};

use self::buckets::dealt;
use self::literals::{Company, GateList, Needs, literals};
use super::encoded::{base64 as decoded_base64, hex as decoded_hex, percent as decoded_percent};
use super::orders::is_order_table;
use super::runs::{BASE64, next_run};

/// The bound of the SIMD search: measured with 64 literals at about 6 GB/s, with 65 at 0.65.
pub const LITERALS_MAX: usize = 64;

/// Bytes folded and searched at once.
const BLOCK_BYTES: usize = 16 << 10;

/// Shortest run of base64 that is decoded to look into it; shorter ones are told by the base64 of
/// a prefix.
const BASE64_RUN_MIN: usize = 32;
/// Shorter runs are decoded only where they are in both letter cases, which base64 of text always
/// is and names in programs seldom are.
const MIXED_RUN_MAX: usize = 48;
/// Shortest run of hex that is decoded.
const HEX_RUN_MIN: usize = 44;
/// Digits of the digests of hashes in common use, which nearly all runs of hex are.
const DIGEST_DIGITS: [usize; 2] = [56, 64];
/// Encodings in one another that the gate looks through.
const DEPTH_MAX: u32 = 2;

/// What blanks and signs are folded to.
const SIGN: u8 = b'_';

/// Bytes that one may become by percent signs, themselves escaped.
const ESCAPED_BYTES_MAX: usize = 5;

/// How a document passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passing {
    /// It does not.
    No,
    /// By a literal that stands in it as it is.
    Plain,
    /// By what only decoding shows.
    Encoded,
}

/// Decides whether a document is worth reading.
#[derive(Debug)]
pub struct Gate {
    searcher: Searcher,
    literals: Vec<Vec<u8>>,
    /// Over how many bytes a literal and its company are judged; windows overlap by as much.
    longest: usize,
    company: Vec<Company>,
    /// What each literal needs to count.
    needs: Vec<Needs>,
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
        let (literals, needs): (Vec<_>, Vec<_>) =
            dealt(literals(&list).into_iter().collect()).into_iter().unzip();
        let searcher = Config::new()
            .match_kind(MatchKind::LeftmostFirst)
            .builder()
            .extend(&literals)
            .build()
            .expect("the packed search takes these literals: a test holds their number");
        let spans = list.company.iter().map(Company::span);
        let longest = literals.iter().map(Vec::len).chain(spans).max().unwrap_or(1);
        Self { searcher, literals, longest, company: list.company, needs }
    }

    /// Tells whether the bytes hold anything that could matter.
    ///
    /// A byte-order mark or text in UTF-16 passes as well, since only decoding can tell.
    #[must_use]
    pub fn passes(&self, bytes: &[u8]) -> bool {
        self.passing(bytes) != Passing::No
    }

    /// As [`passes`](Self::passes), and how.
    #[must_use]
    pub fn passing(&self, bytes: &[u8]) -> Passing {
        if is_utf16(bytes) {
            Passing::Encoded
        } else if self.first_hit(bytes).is_some() {
            Passing::Plain
        } else if self.hides_anything(bytes) || is_order_table(bytes) {
            Passing::Encoded
        } else {
            Passing::No
        }
    }

    /// What can be told from any part of a document.
    fn holds(&self, bytes: &[u8]) -> bool {
        self.first_hit(bytes).is_some() || self.hides_anything(bytes)
    }

    fn hides_anything(&self, bytes: &[u8]) -> bool {
        self.hides(bytes, DEPTH_MAX) || self.escapes(bytes)
    }

    /// As [`holds`](Self::holds), but for what percent signs hide.
    fn holds_unescaped(&self, bytes: &[u8]) -> bool {
        self.first_hit(bytes).is_some() || self.hides(bytes, DEPTH_MAX)
    }

    /// Tells whether percent signs hide a literal: only what is near them is undone.
    fn escapes(&self, bytes: &[u8]) -> bool {
        let reach = ESCAPED_BYTES_MAX * self.longest;
        let passes = |part: &Range<usize>| {
            let part = bytes.get(part.start.saturating_sub(reach)..bytes.len().min(part.end + reach));
            part.and_then(decoded_percent).is_some_and(|plain| self.first_hit(&plain).is_some())
        };
        let mut part = 0..0;
        for at in escapes_in(bytes) {
            if at > part.end + 2 * reach {
                if passes(&part) {
                    return true;
                }
                part = at..at;
            }
            part.end = at + 1;
        }
        part.end > 0 && passes(&part)
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
            if inner_of(run).is_some_and(|inner| passes(&inner)) {
                return true;
            }
        }
        false
    }

    /// Returns the offset of the first literal.
    #[must_use]
    pub fn first_hit(&self, bytes: &[u8]) -> Option<usize> {
        FOLDED.with_borrow_mut(|block| {
            let step = BLOCK_BYTES - self.longest + 1;
            let mut at = 0;
            while at < bytes.len() {
                // What stands before the text parts words as a sign does.
                let before = at.checked_sub(1).and_then(|at| bytes.get(at)).copied().unwrap_or(SIGN);
                block.clear();
                block.push(before);
                block.extend_from_slice(bytes.get(at..bytes.len().min(at + BLOCK_BYTES))?);
                // In place and without a branch, so that it becomes SIMD.
                block.iter_mut().for_each(|b| *b = folded(*b));
                if let Some(hit) = self.hit_in(block, bytes, at) {
                    return Some(hit);
                }
                at += step;
            }
            None
        })
    }

    /// Searches a folded block, whose second byte is that of `bytes` at `at`.
    fn hit_in(&self, block: &[u8], bytes: &[u8], at: usize) -> Option<usize> {
        let mut from = 0;
        while let Some(hit) = self.searcher.find_in(block, (from..block.len()).into()) {
            let place = (at + hit.start()).saturating_sub(1);
            let behind = at + hit.start();
            let keeps = self.counts(hit.pattern().as_usize(), bytes, behind)
                || self.begins(block.get(hit.start()..).unwrap_or_default(), bytes, behind);
            if keeps {
                return Some(place);
            }
            from = hit.start() + 1;
        }
        None
    }

    /// Whether a literal that was found one byte before `behind` has what it needs.
    fn counts(&self, literal: usize, bytes: &[u8], behind: usize) -> bool {
        match self.needs.get(literal) {
            Some(Needs::Company(company, offset)) => {
                let start = (behind + offset).checked_sub(1);
                let company = self.company.get(*company);
                start.is_some_and(|start| company.is_none_or(|company| company.keeps(bytes, start)))
            }
            Some(Needs::Case(forms)) => {
                let found = behind.checked_sub(1).and_then(|start| bytes.get(start..)).unwrap_or_default();
                let is_one = |(of_form, b): (&u8, &u8)| of_form == b || folded(*of_form) == SIGN;
                forms.iter().any(|form| found.len() >= form.len() && form.iter().zip(found).all(is_one))
            }
            Some(Needs::Nothing) | None => true,
        }
    }

    /// Whether another literal that counts begins where one that does not was found.
    fn begins(&self, block: &[u8], bytes: &[u8], behind: usize) -> bool {
        let mut literals = self.literals.iter().enumerate();
        literals.any(|(index, literal)| block.starts_with(literal) && self.counts(index, bytes, behind))
    }

    /// Returns the literals, folded.
    #[must_use]
    pub fn literals(&self) -> &[Vec<u8>] {
        &self.literals
    }

    /// Returns over how many bytes a literal is judged at most, with the company it needs.
    #[must_use]
    pub const fn longest(&self) -> usize {
        self.longest
    }
}

/// The places of percent signs that escape a byte, or may at the end. Formats of programs, as `%s`, escape
/// nothing.
fn escapes_in(bytes: &[u8]) -> impl Iterator<Item = usize> {
    memchr::memchr_iter(b'%', bytes).filter(|at| {
        let digits = bytes.get(at + 1..at + 3);
        digits.is_none_or(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    })
}

/// Decodes a run of base64 or hex that could hold text.
fn inner_of(run: &[u8]) -> Option<Vec<u8>> {
    if run.iter().all(u8::is_ascii_hexdigit) {
        let is_digest = run.len() < HEX_RUN_MIN || DIGEST_DIGITS.contains(&run.len());
        return if is_digest { None } else { decoded_hex(run) };
    }
    let is_mixed = || run.iter().any(u8::is_ascii_uppercase) && run.iter().any(u8::is_ascii_lowercase);
    (run.len() >= MIXED_RUN_MAX || is_mixed()).then(|| decoded_base64(run))?
}

/// Letters in lower case; blanks, signs and controls but zero as one sign.
const fn folded(b: u8) -> u8 {
    let lower = b | 0x20;
    let is_letter = lower.wrapping_sub(b'a') < 26;
    let is_other = (b.wrapping_sub(b'0') < 10) | (b >= 0x80) | (b == 0);
    let letter = if is_letter { lower } else { SIGN };
    if is_other { b } else { letter }
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
        // Latin, punctuation to dingbats, kana and squared words, ideographs, wide forms, emoji.
        0xa0..=0x24f | 0x2010..=0x27bf | 0x3000..=0x33ff | 0x4e00..=0x9fff | 0xff01..=0xffe6 => true,
        0xd83c..=0xd83e | 0xdc00..=0xdfff => true,
        _ => false,
    });
    is_text && ascii * 8 + kana * 4 >= head.len() / 2
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD_NO_PAD;

    use super::literals::LITERAL_BYTES_MIN;
    use super::*;

    #[test]
    fn the_simd_search_holds_them_all() {
        let count = Gate::get().literals().len();
        assert!(count <= LITERALS_MAX, "{count} literals");
        assert!(Gate::get().literals().iter().all(|l| l.len() >= LITERAL_BYTES_MIN));
        // What stands between windows that are searched together.
        assert!(Gate::get().literals().iter().all(|l| !l.contains(&0xff)));
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

    /// What passes, in every way it can be written.
    fn telling(form: usize, lead: usize) -> Vec<u8> {
        let plain = format!("{} Atzr|IwEBA and what stands behind it", "k".repeat(lead));
        match form {
            0 => b"x = amzn1.application-oa2".to_vec(),
            1 => STANDARD_NO_PAD.encode(&plain).into_bytes(),
            2 => STANDARD_NO_PAD.encode(STANDARD_NO_PAD.encode(&plain)).into_bytes(),
            3 => plain.bytes().map(|b| format!("{b:02x}")).collect::<String>().into_bytes(),
            4 => plain.bytes().map(|b| format!("%{b:02X}")).collect::<String>().into_bytes(),
            5 => plain.bytes().map(|b| format!("%25{b:02x}")).collect::<String>().into_bytes(),
            6 => plain.bytes().flat_map(|b| [b, 0]).collect(),
            _ => b"of api.amazon.com in 1".to_vec(),
        }
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(3000))]
        #[test]
        fn what_an_edit_makes_pass_is_seen_near_it(
            form in 0usize..8, lead in 0usize..60, before in "[a-z0-9 .%/=\n]{0,400}",
            after in "[a-z0-9 .%/=\n]{0,400}", at in 0.0..1.0f64, put in 0usize..12, old in "[ -~]{0,12}",
        ) {
            let telling = telling(form, lead);
            let whole = [before.as_bytes(), &telling, after.as_bytes()].concat();
            // `put` bytes somewhere around what tells stand in place of `old`.
            let start = before.len().saturating_sub(2) + (at * (telling.len() + 4) as f64) as usize;
            let start = start.min(whole.len());
            let end = (start + put).min(whole.len());
            let base = [&whole[..start], old.as_bytes(), &whole[end..]].concat();
            let gate = Gate::get();
            // Most edits break nothing; some hundred cases are left.
            if gate.passes(&whole) && !gate.passes(&base) {
                proptest::prop_assert!(gate.passes_near(&whole, std::slice::from_ref(&(start..end))));
                let borders = (start..start + usize::from(start == end)).chain(start..end);
                let pieces: Vec<_> = borders.map(|at| at..end.min(at + 1)).collect();
                proptest::prop_assert!(gate.passes_near(&whole, &pieces));
            }
        }
    }

    #[test]
    fn a_run_with_many_edits_is_gone_through_once() {
        // Gone through for every edit, this is 40 thousand million steps.
        let run = vec![b'A'; 1 << 20];
        let edits: Vec<_> = (0..40_000).map(|nth| nth * 26..nth * 26 + 2).collect();
        assert!(!Gate::get().passes_near(&run, &edits));
    }
}
