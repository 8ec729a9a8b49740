//! Who could read what, as git knows them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Fingerprint;

/// The people of a repository. A person is what git tells people apart by; never shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct People {
    /// Who made a commit whose tree holds a secret, by secret.
    pub knowers: BTreeMap<Fingerprint, BTreeSet<Arc<str>>>,
    /// Who made a commit within the last [`ABSENT_DAYS_MIN`] days.
    pub active: BTreeSet<Arc<str>>,
}

/// Days without a commit after which somebody may have left.
pub const ABSENT_DAYS_MIN: i64 = 90;

impl People {
    /// Returns how many of those who could read a secret made no commit for long; none where nobody
    /// did, so that the work itself rests.
    #[must_use]
    pub fn absent(&self, secret: Fingerprint) -> usize {
        if self.active.is_empty() {
            return 0;
        }
        self.knowers
            .get(&secret)
            .map_or(0, |knowers| knowers.iter().filter(|person| !self.active.contains(*person)).count())
    }
}
