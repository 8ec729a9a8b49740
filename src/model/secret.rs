//! Secrets as a type, so that showing one does not compile.
//!
//! Invariants:
//! 1. The bytes of a [`Secret`] leave this file only as a hash, as a [`Masked`] form or as the
//!    answer to an equality. There is no accessor.
//! 2. [`Secret`] has no `Display`, `Serialize` or `Clone`; its `Debug` prints a length.
//! 3. A [`Masked`] is made here or in `masking.rs`, never from free text.

use std::fmt;

use sha2::{Digest, Sha256};
use zeroize::Zeroize;

/// Bytes that must never be shown; wiped on drop.
///
/// ```compile_fail
/// let secret = kagiban::model::Secret::new(b"x");
/// format!("{}", secret);
/// ```
/// ```compile_fail
/// let secret = kagiban::model::Secret::new(b"x");
/// let _ = secret.clone();
/// ```
/// ```compile_fail
/// let secret = kagiban::model::Secret::new(b"x");
/// let _ = serde_json::to_string(&secret);
/// ```
#[derive(PartialEq, Eq)]
pub struct Secret(Box<[u8]>);

/// How much of a secret may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Masking {
    /// At least 128 bits are unknown: the public prefix, four characters and the length.
    Random {
        /// Bytes of the value that are the same in every credential of its kind.
        public_prefix: usize,
    },
    /// Short enough to be guessed: nothing, not even the length.
    Guessable,
}

impl Secret {
    /// Keeps a private copy of `bytes`.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Self {
        Self(bytes.into())
    }

    /// Returns the length in bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Tells whether there are no bytes at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Tells whether it begins with a public prefix.
    #[must_use]
    pub fn begins_with(&self, prefix: &str) -> bool {
        self.0.starts_with(prefix.as_bytes())
    }

    /// Names the secret without telling it: the first 128 bits of
    /// SHA-256(`"kagiban/1" 00 class 00 value`).
    #[must_use]
    pub fn fingerprint(&self, class: &str) -> Fingerprint {
        Fingerprint::of(&[class.as_bytes(), &self.0])
    }

    /// Returns the form that may be shown.
    #[must_use]
    pub fn masked(&self, masking: Masking) -> Masked {
        let Masking::Random { public_prefix } = masking else {
            return Masked("…".to_owned());
        };
        let shown = public_prefix + 4;
        // Four characters of a short value would be a large part of it.
        let head = if self.0.len() < shown + 12 { public_prefix.min(self.0.len()) } else { shown };
        let head = self.0.get(..head).unwrap_or_default();
        if head.is_ascii() {
            Masked(format!("{}…", String::from_utf8_lossy(head)))
        } else {
            Masked("…".to_owned())
        }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({} bytes)", self.0.len())
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// The name of a secret, or of a fault without one: 128 bits, written as 32 hex digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint([u8; 16]);

impl Fingerprint {
    /// Hashes `parts`, each behind a zero byte, under the version tag.
    #[must_use]
    pub fn of(parts: &[&[u8]]) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"kagiban/1");
        for part in parts {
            hash.update([0]);
            hash.update(part);
        }
        let digest = hash.finalize();
        let mut bytes = [0; 16];
        for (to, from) in bytes.iter_mut().zip(digest.iter()) {
            *to = *from;
        }
        Self(bytes)
    }

    /// Reads 32 hex digits; anything else is no fingerprint.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != 32 || !text.is_ascii() {
            return None;
        }
        let mut bytes = [0; 16];
        for (to, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
            *to = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        Some(Self(bytes))
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Text that is safe to show: whatever could be a secret in it has been replaced by `…`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Masked(String);

impl Masked {
    /// Takes a text in which everything has been replaced already.
    pub(super) const fn of_safe(text: String) -> Self {
        Self(text)
    }

    /// Takes what a saved report shows of a secret: a public prefix, four characters and `…`. What
    /// could be more than that is hidden.
    #[must_use]
    pub fn of_saved(shown: &str, prefixes: &[&str]) -> Self {
        let body = shown.strip_suffix('…').unwrap_or(shown);
        let rest =
            prefixes.iter().filter_map(|prefix| body.strip_prefix(prefix)).min_by_key(|rest| rest.len());
        let is_short = rest.unwrap_or(body).chars().count() <= 4;
        Self(if is_short && shown.ends_with('…') { shown.to_owned() } else { "…".to_owned() })
    }

    /// Returns the masked text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Masked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Wraps text that holds nothing of a document: rule words, counts, fixed phrases.
#[must_use]
pub fn neutral(text: &'static str) -> Masked {
    Masked(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_prints_a_length() {
        assert_eq!(format!("{:?}", Secret::new(b"abcdef")), "Secret(6 bytes)");
    }

    #[test]
    fn random_kinds_show_prefix_and_four_characters() {
        let secret = Secret::new(b"amzn1.oa2-cs.v1.0123456789abcdef0123456789abcdef");
        let masked = secret.masked(Masking::Random { public_prefix: 16 });
        assert_eq!(masked.as_str(), "amzn1.oa2-cs.v1.0123…");
    }

    #[test]
    fn guessable_kinds_show_nothing() {
        assert_eq!(Secret::new(b"hunter2").masked(Masking::Guessable).as_str(), "…");
    }

    #[test]
    fn short_values_do_not_show_four_characters() {
        let masked = Secret::new(b"abcdefgh").masked(Masking::Random { public_prefix: 0 });
        assert_eq!(masked.as_str(), "…");
    }

    #[test]
    fn fingerprints_are_the_documented_hash() {
        // printf 'kagiban/1\0class\0value' | sha256sum
        let shown = Secret::new(b"value").fingerprint("class").to_string();
        assert_eq!(shown.len(), 32);
        assert_eq!(Fingerprint::parse(&shown).map(|f| f.to_string()), Some(shown));
    }
}
