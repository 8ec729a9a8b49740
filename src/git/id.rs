//! Names of objects.

use std::fmt;
use std::sync::Arc;

/// The name of an object, SHA-1 or SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(pub(super) gix::ObjectId);

impl Id {
    /// Reads 40 or 64 hex digits.
    #[must_use]
    pub fn from_hex(hex: &[u8]) -> Option<Self> {
        gix::ObjectId::from_hex(hex).ok().map(Self)
    }

    /// Returns the hex digits, for an origin.
    #[must_use]
    pub fn hex(&self) -> Arc<str> {
        self.to_string().into()
    }

    /// Tells whether it stands for nothing, as in reflogs before the first commit.
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.0.is_null()
    }

    /// Returns the first two bytes.
    pub(super) fn head(self) -> u32 {
        self.0.as_bytes().first_chunk::<2>().map_or(0, |head| u32::from(u16::from_be_bytes(*head)))
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        gix::ObjectId::try_from(bytes).ok().map(Self)
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
