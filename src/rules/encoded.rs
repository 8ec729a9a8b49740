//! Base64 and hex as bytes: what the gate looks through and what decoding reads.

use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, Engine as _, GeneralPurpose, GeneralPurposeConfig};

const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_allow_trailing_bits(true)
    .with_decode_padding_mode(DecodePaddingMode::Indifferent);
const STANDARD_ENGINE: GeneralPurpose = GeneralPurpose::new(&STANDARD, LENIENT);
const URL_ENGINE: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, LENIENT);

/// Decodes base64 of either alphabet, padded or not.
#[must_use]
pub fn base64(run: &[u8]) -> Option<Vec<u8>> {
    let body = run.get(..run.iter().rposition(|b| *b != b'=')? + 1)?;
    // One character left over carries no byte: the run was cut.
    let whole = if body.len() % 4 == 1 { body.get(..body.len() - 1)? } else { body };
    let url_safe = whole.iter().any(|b| matches!(b, b'-' | b'_'));
    if url_safe { URL_ENGINE.decode(whole).ok() } else { STANDARD_ENGINE.decode(whole).ok() }
}

/// Decodes hexadecimal digits, an even number of them.
#[must_use]
pub fn hex(digits: &[u8]) -> Option<Vec<u8>> {
    if digits.len() % 2 == 1 {
        return None;
    }
    digits.chunks(2).map(|pair| Some(digit(*pair.first()?)? << 4 | digit(*pair.get(1)?)?)).collect()
}

/// Undoes percent signs, also those that were escaped themselves; none where there is nothing to
/// undo. A percent sign that is none stays.
#[must_use]
pub(super) fn percent(text: &[u8]) -> Option<Vec<u8>> {
    let mut plain: Option<Vec<u8>> = None;
    let mut done = 0;
    for at in memchr::memchr_iter(b'%', text) {
        let Some(rest) = text.get(at + 1..).filter(|_| at >= done) else { continue };
        let digits = rest.strip_prefix(b"25").filter(|twice| code(twice).is_some()).unwrap_or(rest);
        let Some(byte) = code(digits) else { continue };
        let plain = plain.get_or_insert_with(|| Vec::with_capacity(text.len()));
        plain.extend_from_slice(text.get(done..at).unwrap_or_default());
        plain.push(byte);
        done = at + 3 + (rest.len() - digits.len());
    }
    plain.map(|mut plain| {
        plain.extend_from_slice(text.get(done..).unwrap_or_default());
        plain
    })
}

fn code(digits: &[u8]) -> Option<u8> {
    Some(digit(*digits.first()?)? << 4 | digit(*digits.get(1)?)?)
}

const fn digit(b: u8) -> Option<u8> {
    match b {
        b'0'..=b'9' => Some(b - b'0'),
        b'a'..=b'f' => Some(b - b'a' + 10),
        b'A'..=b'F' => Some(b - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_alphabets_with_and_without_padding() {
        let plain = b"hello world? and more>>>~";
        for engine in [&STANDARD_ENGINE, &URL_ENGINE] {
            let text = engine.encode(plain);
            assert_eq!(base64(text.as_bytes()).as_deref(), Some(&plain[..]));
            assert_eq!(base64(text.trim_end_matches('=').as_bytes()).as_deref(), Some(&plain[..]));
        }
        assert_eq!(hex(b"4A6b"), Some(b"Jk".to_vec()));
        assert_eq!(hex(b"4A6"), None);
    }

    #[test]
    fn percent_signs_once_and_twice() {
        assert_eq!(percent(b"a%7Cb%257c%c3%A9 100%"), Some("a|b|\u{e9} 100%".as_bytes().to_vec()));
        assert_eq!(percent(b"width: 50%; %s %"), None);
        assert_eq!(percent(b"%2525"), Some(b"%".to_vec()));
    }
}
