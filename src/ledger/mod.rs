//! `kagiban-ledger.toml`: who holds which key since when, without the keys.
//!
//! ```toml
//! [[credential]]
//! id = "orders-app-secret"
//! class = "lwa-client-secret"           # a rule of the leak family
//! fingerprint = "0123456789abcdef0123456789abcdef"
//! owner = "Mika"
//! issued = 2026-01-10
//! rotate-by = 2026-07-09                # optional; Amazon's own dates hold without it
//! kept-in = "AWS Secrets Manager, prod" # optional: where, never what
//! shared-with = [
//!     { name = "Ken (freelancer)", since = 2026-02-01, until = 2026-03-01 },
//! ]
//! former = [
//!     { fingerprint = "…", issued = 2025-07-10, rotated = 2026-01-10 },
//! ]
//!
//! [[credential]]
//! id = "seller-login"
//! class = "seller-central-login"        # could be guessed, so it has no fingerprint:
//! path = "config/login.ini"             # it is known by where it stands
//! field = "password"
//! owner = "Mika"
//! issued = 2026-01-10
//! revoked = 2026-05-02
//!
//! [[person]]
//! name = "Ken (freelancer)"
//! left = 2026-05-01
//! ```
//!
//! The file is committed and holds no secret. Days are whole: a share counts through its `until`,
//! a value from its `issued` on, and who leaves on a day has no business with the keys from that day
//! on.

mod draft;
mod due;
mod entry;
mod knower;
mod reader;
mod standing;
#[cfg(test)]
mod tests;

pub use draft::{Draft, NewEntry, Refusal};
pub use due::{CLIENT_SECRET_DAYS, Due, DueKind, REMIND_DAYS, YEAR_DAYS};
pub use entry::{Entry, Former, Guessed, Person, Share};
pub use knower::{Knower, Role};
pub use standing::Standing;

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use crate::model::Fingerprint;
use crate::rules::Catalogue;
use crate::written::{Diagnostic, Source, replace};

/// The name of the ledger at the top level.
pub const LEDGER_FILE: &str = "kagiban-ledger.toml";

/// The whole file.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    is_there: bool,
    entries: Vec<Entry>,
    people: Vec<Person>,
    /// Every fingerprint, former ones too, with the place of its entry in `entries`.
    by_fingerprint: BTreeMap<Fingerprint, usize>,
}

impl Ledger {
    /// No ledger at all: nothing is known of any key.
    #[must_use]
    pub const fn absent() -> Self {
        Self { is_there: false, entries: Vec::new(), people: Vec::new(), by_fingerprint: BTreeMap::new() }
    }

    /// Replaces the ledger whole: a crash leaves the old one or the new one.
    ///
    /// # Errors
    /// When the folder cannot be written to; the file is then as it was.
    pub fn write(path: &Path, text: &str) -> io::Result<()> {
        replace(path, text.as_bytes())
    }

    /// Reads the text of a ledger; `path` names it in diagnostics.
    ///
    /// # Errors
    /// Every fault of the file, in its order.
    pub fn parse(path: &str, text: &str, catalogue: &Catalogue) -> Result<Self, Vec<Diagnostic>> {
        reader::read(&Source::new(path, text, reader::VALUE_KEYS), catalogue)
    }

    /// Tells whether there is a ledger.
    #[must_use]
    pub const fn is_there(&self) -> bool {
        self.is_there
    }

    /// Returns the entries, in the order of the file.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Returns the people, in the order of the file.
    #[must_use]
    pub fn people(&self) -> &[Person] {
        &self.people
    }

    /// Finds an entry.
    #[must_use]
    pub fn entry(&self, id: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.id == id)
    }

    /// Tells whether it keeps track of any credential of a class ([`crate::rules::Rule::class`]).
    #[must_use]
    pub fn covers(&self, class: &str) -> bool {
        self.entries.iter().any(|entry| entry.class.as_str() == class)
    }
}
