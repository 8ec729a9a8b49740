//! `kagiban.toml`: what a team decided about its audits, validated into diagnostics with spans.
//!
//! ```toml
//! fail-on = "high"                    # critical, high, medium, low, info or never
//! min-severity = "low"
//! only = ["leak"]                     # rule ids or families
//! skip = ["seller-id"]
//! identifiers = false
//! lang = "ja"                         # en or ja
//! baseline = "kagiban-baseline.json"  # below the top level
//! rules = ["audit/rules"]
//!
//! [own]
//! accounts = ["123456789012"]
//! organisations = ["acme"]
//! hosts = ["api.acme.example"]
//! mail-domains = ["acme.example"]
//! app-class = "private"               # private or public
//!
//! [[allow]]
//! rule = "lwa-client-secret"          # at least one of rule, path and fingerprint; all must hold
//! path = "tests/fixtures/**"
//! fingerprint = "0123456789abcdef0123456789abcdef"
//! owner = "mika"
//! reason = "revoked, kept as a fixture"
//! until = 2027-01-31                  # or: false-positive = true
//! ```
//!
//! The file is text of the audited tree, so it is judged as such: paths stay below the top level,
//! and a diagnostic shows only what cannot be a secret.

mod allow;
mod path_glob;
mod reader;

pub use allow::{Allow, Term};
pub use path_glob::PathGlob;

use crate::model::Severity;
pub use crate::written::{Diagnostic, Located, Source};
pub(crate) use crate::written::{civil_date, nearest};

/// From which severity on findings fail an audit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailOn {
    /// This one and those above it.
    AtLeast(Severity),
    /// No finding does.
    Never,
}

impl FailOn {
    /// Tells whether a finding of this severity fails the audit.
    #[must_use]
    pub fn includes(self, severity: Severity) -> bool {
        match self {
            Self::AtLeast(least) => severity >= least,
            Self::Never => false,
        }
    }
}

/// The language of what people read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// Japanese.
    Japanese,
}

/// Who may authorise the application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AppClass {
    /// Its owner's own accounts.
    Private,
    /// Any seller.
    Public,
}

/// What belongs to the team itself, so that it is no third party.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Own {
    /// AWS accounts, as written.
    pub accounts: Vec<Located<String>>,
    /// Organisations on code hosts, as written.
    pub organisations: Vec<Located<String>>,
    /// Host names, lower case.
    pub hosts: Vec<Located<String>>,
    /// Mail domains, lower case.
    pub mail_domains: Vec<Located<String>>,
    /// Who may authorise the application.
    pub app_class: Option<AppClass>,
}

impl Own {
    /// A team that said nothing of what it owns.
    #[must_use]
    pub const fn nobody() -> Self {
        Self {
            accounts: Vec::new(),
            organisations: Vec::new(),
            hosts: Vec::new(),
            mail_domains: Vec::new(),
            app_class: None,
        }
    }
}

/// The whole file. Everything is optional.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The text it was read from, for diagnostics about names that only later stages know.
    pub source: Source,
    /// `fail-on`.
    pub fail_on: Option<FailOn>,
    /// `min-severity`.
    pub min_severity: Option<Severity>,
    /// `only`: rule ids and families, not checked against the catalogue.
    pub only: Vec<Located<String>>,
    /// `skip`: rule ids and families, not checked against the catalogue.
    pub skip: Vec<Located<String>>,
    /// `identifiers`.
    pub identifiers: Option<bool>,
    /// `lang`.
    pub lang: Option<Language>,
    /// `baseline`: a path below the top level.
    pub baseline: Option<Located<String>>,
    /// `rules`: files and folders below the top level.
    pub rules: Vec<Located<String>>,
    /// `[own]`.
    pub own: Own,
    /// `[[allow]]`, in the order of the file; rule ids are not checked against the catalogue.
    pub allows: Vec<Allow>,
}

impl Settings {
    /// Reads the text of a `kagiban.toml`; `path` names it in diagnostics.
    ///
    /// # Errors
    /// Every fault of the file, in its order.
    pub fn parse(path: &str, text: &str) -> Result<Self, Vec<Diagnostic>> {
        reader::read(Source::new(path, text, reader::VALUE_KEYS))
    }
}

#[cfg(test)]
mod tests;
