//! Long runs of one alphabet in bytes, found by looking at one byte in many.

use crate::model::Span;

/// Membership of each byte in an alphabet.
pub type Alphabet = [bool; 256];

/// Letters of base64 in both alphabets, without padding.
pub static BASE64: Alphabet = alphabet(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_");
/// Hexadecimal digits.
pub static HEX: Alphabet = alphabet(b"0123456789abcdefABCDEF");

#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler, which rejects what is out of bounds")]
const fn alphabet(letters: &[u8]) -> Alphabet {
    let mut table = [false; 256];
    let mut index = 0;
    while index < letters.len() {
        table[letters[index] as usize] = true;
        index += 1;
    }
    table
}

/// Letters with which a token of Amazon's is whole, so that what stands behind it is another thing.
pub const TOKEN_LETTERS: usize = 300;

/// Tells bytes that end with a whole token.
#[must_use]
pub fn ends_with_token(bytes: &[u8]) -> bool {
    let is_letter = |b: &&u8| BASE64.get(usize::from(**b)).copied().unwrap_or(false);
    bytes.iter().rev().take(TOKEN_LETTERS).take_while(is_letter).count() == TOKEN_LETTERS
}

/// Bytes that are tested at once.
const BLOCK_BYTES: usize = 16;

/// Finds the first run of at least `least` letters at or after `from`; runs shorter than 16 are
/// not found. Every alphabet is a part of base64's.
///
/// A long run holds a whole block of letters at one of the places that are `least - 15` apart, so
/// the rest of an ordinary text is never looked at.
#[must_use]
pub fn next_run(bytes: &[u8], from: usize, least: usize, alphabet: &Alphabet) -> Option<Span> {
    let is_letter = |b: &u8| alphabet.get(usize::from(*b)).copied().unwrap_or(false);
    let stride = (least + 1).saturating_sub(BLOCK_BYTES).max(1);
    let (mut start, mut at) = (from, from);
    while let Some(block) = bytes.get(at..).and_then(<[u8]>::first_chunk::<BLOCK_BYTES>) {
        if !is_base64(block) {
            at += stride;
            continue;
        }
        // The alphabet may be a smaller one.
        if let Some(gap) = block.iter().rposition(|b| !is_letter(b)) {
            start = at + gap + 1;
            at = start;
            continue;
        }
        let before = bytes.get(start..at)?.iter().rev().take_while(|b| is_letter(b)).count();
        let ahead = bytes.get(at..)?.iter().take_while(|b| is_letter(b)).count();
        let run = Span::new(at - before, at + ahead);
        if run.end - run.start >= least {
            return Some(run);
        }
        start = run.end;
        at = start;
    }
    None
}

/// Whether a block is letters of base64 only; without a branch, so that it becomes SIMD.
pub(super) fn is_base64(block: &[u8; BLOCK_BYTES]) -> bool {
    let is_letter = |b: u8| {
        // The slash stands before the digits.
        ((b | 0x20).wrapping_sub(b'a') < 26)
            | (b.wrapping_sub(b'/') < 11)
            | (b == b'+')
            | (b == b'-')
            | (b == b'_')
    };
    block.iter().fold(true, |all, b| all & is_letter(*b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_found_wherever_they_begin() {
        for lead in 0..70 {
            let text = format!("{}{}{} tail", "words ".repeat(lead), "a".repeat(20), "!");
            let run = Span::new(lead * 6, lead * 6 + 20);
            assert_eq!(next_run(text.as_bytes(), 0, 20, &BASE64), Some(run), "{lead}");
            assert_eq!(next_run(text.as_bytes(), 0, 21, &BASE64), None, "{lead}");
        }
    }

    #[test]
    fn a_smaller_alphabet_finds_its_runs_within_other_letters() {
        for lead in 0..40 {
            let text = format!("{}{}{}", "xyz".repeat(lead), "0a".repeat(16), "q".repeat(lead));
            let run = Span::new(lead * 3, lead * 3 + 32);
            assert_eq!(next_run(text.as_bytes(), 0, 32, &HEX), Some(run), "{lead}");
        }
    }

    proptest::proptest! {
        #[test]
        fn runs_are_those_of_a_plain_search(text in "[ab =/!]{0,200}", least in 16_usize..40) {
            let bytes = text.as_bytes();
            let mut found = Vec::new();
            let mut at = 0;
            while let Some(run) = next_run(bytes, at, least, &BASE64) {
                found.push(text.get(run.start..run.end).unwrap());
                at = run.end;
            }
            let plain: Vec<&str> = text.split([' ', '=', '!']).filter(|run| run.len() >= least).collect();
            proptest::prop_assert_eq!(found, plain);
        }
    }
}
