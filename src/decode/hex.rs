//! Hexadecimal text.

use crate::model::Span;
use crate::rules::decoded_hex;
use crate::rules::runs::{HEX, next_run};

/// Shortest run worth decoding, in digits.
const DIGITS_MIN: usize = 32;

/// Decodes a value of hex digits only.
pub(super) fn decoded(value: &str) -> Option<Vec<u8>> {
    let digits = value.strip_prefix("0x").unwrap_or(value).as_bytes();
    if digits.len() < DIGITS_MIN {
        return None;
    }
    decoded_hex(digits)
}

/// Calls `found` with every run of hex digits of even length.
pub(super) fn runs(text: &str, mut found: impl FnMut(Span, Vec<u8>)) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(run) = next_run(bytes, at, DIGITS_MIN, &HEX) {
        at = run.end;
        if let Some(decoded) = bytes.get(run.start..run.end).and_then(decoded_hex) {
            found(run, decoded);
        }
    }
}
