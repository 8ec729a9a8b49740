//! What the ledger knows of a value that was found.

use jiff::civil::Date;

use super::{Entry, Ledger};
use crate::model::Fingerprint;

/// Places in one file that a credential is looked for at when it is known by its place.
pub(super) const ORDINALS_MAX: usize = 16;

/// How a value that was found stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing<'l> {
    /// It is the value of today.
    Live(&'l Entry),
    /// It is an earlier value, or the credential was revoked, since this day.
    Rotated(&'l Entry, Date),
    /// The ledger does not know it.
    Unknown,
}

impl<'l> Standing<'l> {
    /// Returns the entry.
    #[must_use]
    pub const fn entry(self) -> Option<&'l Entry> {
        match self {
            Self::Live(entry) | Self::Rotated(entry, _) => Some(entry),
            Self::Unknown => None,
        }
    }
}

impl Ledger {
    /// Says how the secret of a leak finding stands, by the finding's fingerprint.
    #[must_use]
    pub fn standing(&self, fingerprint: Fingerprint) -> Standing<'_> {
        let at = self.by_fingerprint.get(&fingerprint).copied();
        let Some(entry) = at.and_then(|at| self.entries.get(at)) else { return Standing::Unknown };
        let former = entry.former.iter().find(|former| former.fingerprint == Some(fingerprint));
        // What is both is told as a fault when the file is read.
        match (former, entry.revoked) {
            (Some(former), _) => Standing::Rotated(entry, former.rotated),
            (None, Some(revoked)) => Standing::Rotated(entry, revoked),
            (None, None) => Standing::Live(entry),
        }
    }

    pub(super) fn index(&mut self) {
        let mut all = Vec::new();
        for (at, entry) in self.entries.iter().enumerate() {
            let values =
                entry.fingerprint.into_iter().chain(entry.former.iter().filter_map(|f| f.fingerprint));
            all.extend(values.map(|fingerprint| (fingerprint, at)));
            all.extend(entry.fingerprints_by_place().into_iter().map(|fingerprint| (fingerprint, at)));
        }
        for (fingerprint, at) in all {
            self.by_fingerprint.entry(fingerprint).or_insert(at);
        }
    }
}

impl Entry {
    /// The names that findings of a guessable kind have at its place.
    fn fingerprints_by_place(&self) -> Vec<Fingerprint> {
        let Some(guessed) = &self.guessed else { return Vec::new() };
        let at = |ordinal: usize| {
            let ordinal = ordinal.to_string();
            let parts = [self.class.as_str(), &guessed.path, &guessed.field, &ordinal].map(str::as_bytes);
            Fingerprint::of(&parts)
        };
        (1..=ORDINALS_MAX).map(at).collect()
    }
}
