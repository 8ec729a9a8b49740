//! Documents inside documents: charset, escapes, base64 and hex.
//!
//! Total and budgeted: any bytes come out as text, encodings that do not decode are left alone,
//! and what would exceed the limits is reported as a value.

mod base64;
mod binary;
mod charset;
mod container;
mod escapes;
mod hex;
mod joined;
mod layers;
mod offsets;
mod source_map;
mod windows;
mod wrapped;

pub use base64::decoded as base64_decoded;
pub use binary::is_numbers;
pub use charset::{Charset, text};
pub use container::{Container, HEAD_BYTES, Members, Told, container, damage, is_called_container};
pub use escapes::percent_decoded;
pub use layers::{Layer, Layers, hidden_runs, layers};
pub use offsets::OffsetMap;
pub use source_map::{Original, SourceMap};
pub use windows::{TextWindow, Windows, read_up_to};

use std::borrow::Cow;

/// Returns what `value` stands for when it is itself encoded, with the name of the encoding.
///
/// For values under a telling name: a Kubernetes Secret holds base64, a form body percent signs.
#[must_use]
pub fn forms(value: &str) -> Vec<(String, &'static str)> {
    let mut forms = Vec::new();
    if let Some(bytes) = base64::decoded(value)
        && let Ok(text) = String::from_utf8(bytes)
    {
        let trimmed = text.trim();
        if let Some(inner) = base64::decoded(trimmed).and_then(|bytes| String::from_utf8(bytes).ok()) {
            forms.push((inner.trim().to_owned(), "base64"));
        }
        forms.push((trimmed.to_owned(), "base64"));
    }
    if let Cow::Owned(text) = percent_decoded(value) {
        forms.push((text, "percent"));
    }
    if let Some(text) = hex::decoded(value).and_then(|bytes| String::from_utf8(bytes).ok()) {
        forms.push((text.trim().to_owned(), "hex"));
    }
    forms
}
