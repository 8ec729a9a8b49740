//! What a ledger says of one credential and of one person.

use jiff::civil::Date;

use crate::model::{Fingerprint, RuleId};
use crate::rules::folded;

/// One credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What people call it.
    pub id: String,
    /// The class of its fingerprints: the id of a rule of the leak family.
    pub class: RuleId,
    /// Its value of today; none for kinds that could be guessed.
    pub fingerprint: Option<Fingerprint>,
    /// Where it stands, for kinds that could be guessed.
    pub guessed: Option<Guessed>,
    /// Who answers for it.
    pub owner: String,
    /// When the value of today was issued.
    pub issued: Date,
    /// When it has to be replaced at the latest, where somebody decided so.
    pub rotate_by: Option<Date>,
    /// Where it is kept, in words.
    pub kept_in: Option<String>,
    /// Who else holds or held it.
    pub shared_with: Vec<Share>,
    /// Its earlier values, the oldest first.
    pub former: Vec<Former>,
    /// When it was switched off for good.
    pub revoked: Option<Date>,
    /// The line of its header, from 1.
    pub line: u64,
}

/// A credential that is known by its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guessed {
    /// The file, from the top level.
    pub path: String,
    /// The name it stands under, folded.
    pub field: String,
}

impl Guessed {
    /// Names a place as findings do: paths with `/` from the top level, names folded.
    #[must_use]
    pub fn new(path: &str, field: &str) -> Self {
        let path = path.replace('\\', "/");
        Self { path: path.trim_start_matches("./").to_owned(), field: folded(field) }
    }
}

/// An earlier value of a credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Former {
    /// Its name.
    pub fingerprint: Option<Fingerprint>,
    /// When it was issued.
    pub issued: Option<Date>,
    /// When another took its place.
    pub rotated: Date,
}

/// Somebody who holds or held a credential besides its owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// Who.
    pub name: String,
    /// From this day on.
    pub since: Date,
    /// Through this day; open without one.
    pub until: Option<Date>,
}

/// Somebody who works or worked on the project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// As in `owner` and `shared-with`.
    pub name: String,
    /// Mail addresses, so that history can be asked for them; lower case.
    pub mails: Vec<String>,
    /// The first day without access.
    pub left: Option<Date>,
}
