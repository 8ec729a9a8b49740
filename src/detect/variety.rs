//! Whether a value could have come from a random source.

/// Shannon entropy in bits a character.
fn entropy(value: &[u8]) -> f64 {
    let mut counts = [0_u32; 256];
    for b in value {
        if let Some(count) = counts.get_mut(usize::from(*b)) {
            *count += 1;
        }
    }
    let total = value.len() as f64;
    counts.iter().filter(|c| **c > 0).map(|c| f64::from(*c) / total).map(|p| -p * p.log2()).sum()
}

/// Tells values that no random source gives: repetitions, sequences, words.
///
/// The bounds are far from what random values of the length reach; `random_values_vary` draws
/// ten thousand of each shape.
#[must_use]
pub(super) fn is_low(value: &str) -> bool {
    let bytes = value.as_bytes();
    if bytes.len() < 16 {
        return false;
    }
    let is_hex = bytes.iter().all(|b| b.is_ascii_hexdigit() || *b == b'-');
    let least = match (is_hex, bytes.len()) {
        (true, 0..40) => 2.4,
        (true, _) => 3.0,
        (false, 0..24) => 2.3,
        (false, 24..80) => 3.6,
        (false, _) => 4.2,
    };
    is_words(bytes) || entropy(bytes) < least || is_periodic(bytes) || steps(bytes) * 5 > bytes.len() * 2
}

/// Words in camelCase: letters alone, and lower case far more often than chance has it.
fn is_words(bytes: &[u8]) -> bool {
    let capitals = bytes.iter().filter(|b| b.is_ascii_uppercase()).count();
    bytes.len() >= 24 && bytes.iter().all(u8::is_ascii_alphabetic) && capitals * 4 < bytes.len()
}

/// In one letter case: a hash, or made up. Of random secret access keys one in a thousand million is.
pub(super) fn is_one_case(value: &str) -> bool {
    let bytes = value.as_bytes();
    !(bytes.iter().any(u8::is_ascii_uppercase) && bytes.iter().any(u8::is_ascii_lowercase))
}

/// The same unit over and over.
fn is_periodic(bytes: &[u8]) -> bool {
    (1..=bytes.len() / 2).take(32).any(|unit| {
        let same = bytes.iter().zip(bytes.iter().skip(unit)).filter(|(a, b)| a == b).count();
        same * 10 >= (bytes.len() - unit) * 9
    })
}

/// Neighbours that repeat or follow each other, as in `0123456789abcdef`.
fn steps(bytes: &[u8]) -> usize {
    let follows =
        |a: u8, b: u8| a == b || a.wrapping_add(1) == b || (a == b'9' && matches!(b, b'a' | b'A' | b'0'));
    bytes.iter().zip(bytes.iter().skip(1)).filter(|(a, b)| follows(**a, **b)).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::sample;

    #[test]
    fn random_values_vary() {
        for shape in
            ["{hex:32}", "{hex:64}", "{b64:40}", "{b64url:327}", "{base32:16}", "{uuid}", "{b64url:100}"]
        {
            for seed in 0..10_000 {
                let value = sample(shape, seed);
                assert!(!is_low(&value), "{shape} {seed}");
            }
        }
    }

    #[test]
    fn made_up_values_do_not() {
        for value in [
            "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
            "1234567890abcdef1234567890abcdef1234567890abcdef1234567890abcdef",
            "0000000000000000000000000000000000000000000000000000000000000000",
            "abcabcabcabcabcabcabcabcabcabcabcabcabca",
            "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbcccccccccccccccc",
            "abcdefghijklmnopqrstuvwxyz0123456789ABCD",
            "ListThePagesOfSomethingByTheirNextTokens",
        ] {
            assert!(is_low(value), "{value}");
        }
    }
    #[test]
    fn a_secret_access_key_has_both_letter_cases() {
        for seed in 0..10_000 {
            assert!(!is_one_case(&sample("{b64:40}", seed)), "{seed}");
        }
        assert!(is_one_case(&sample("{hex:40}", 1)) && is_one_case(&sample("{HEX:40}", 1)));
    }
}
