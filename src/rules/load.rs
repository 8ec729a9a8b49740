//! Reads rule files, the built-in ones and the user's.

use std::collections::BTreeMap;
use std::io;

use sha2::{Digest, Sha256};

use super::schema::RuleFile;
use super::user::UserRules;
use crate::model::{Confidence, Family, Masking, RuleId, Severity, reason};

mod builtin {
    include!(concat!(env!("OUT_DIR"), "/rules.rs"));
}

/// Why a rule could not be read.
#[derive(Debug, thiserror::Error)]
pub enum RuleError {
    /// The file could not be opened.
    #[error("cannot read rule file {path}: {}", reason(source))]
    Unreadable {
        /// The file.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// The file is not what it should be.
    #[error("{path}:{line}: {reason}")]
    Invalid {
        /// The file.
        path: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
}

/// A rule as used.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Its id.
    pub id: RuleId,
    /// The risk it belongs to.
    pub family: Family,
    /// The file it came from.
    pub file: RuleFile,
    /// Whether a user brought it.
    pub is_user: bool,
}

impl Rule {
    /// Base severity.
    #[must_use]
    pub const fn severity(&self) -> Severity {
        self.file.severity
    }

    /// Base confidence.
    #[must_use]
    pub const fn confidence(&self) -> Confidence {
        self.file.confidence
    }

    /// The class of its fingerprints.
    #[must_use]
    pub fn class(&self) -> &str {
        self.file.class.as_deref().unwrap_or(self.id.as_str())
    }

    /// Tells whether its secrets could be guessed, so that nothing of them is shown or compared.
    #[must_use]
    pub fn is_guessable(&self) -> bool {
        !self.file.identifier && self.file.unknown_bits.is_none_or(|bits| bits < 128)
    }

    /// Returns how its secrets are shown.
    #[must_use]
    pub fn masking(&self, public_prefix: usize) -> Masking {
        if self.is_guessable() { Masking::Guessable } else { Masking::Random { public_prefix } }
    }
}

/// Every rule in use, by id.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    rules: BTreeMap<RuleId, Rule>,
    /// What names the rules in gitleaks' form, whose patterns are not in `rules`.
    imported: String,
    digest: String,
}

impl Catalogue {
    /// Reads the built-in rules.
    ///
    /// # Errors
    /// When a built-in rule file is broken, which a test rules out.
    pub fn builtin() -> Result<Self, RuleError> {
        Self::read(|text| text)
    }

    /// Reads the built-in rules without their examples, which are five sixths of their text: reading
    /// them took a third of a short run.
    ///
    /// # Errors
    /// As [`builtin`](Self::builtin).
    pub fn without_examples() -> Result<Self, RuleError> {
        Self::read(|text| text.find("\n[[example]]").and_then(|end| text.get(..=end)).unwrap_or(text))
    }

    fn read(part: fn(&str) -> &str) -> Result<Self, RuleError> {
        let mut catalogue = Self::default();
        for (family, stem, text) in builtin::RULES {
            let path = format!("rules/{family}/{stem}.toml");
            let family = family_named(family)
                .ok_or_else(|| invalid(&path, text, 0, format!("there is no family `{family}`")))?;
            let file: RuleFile = parsed(&path, part(text))?;
            if file.id != *stem {
                return Err(invalid(&path, text, 0, format!("the id `{}` is not the file's stem", file.id)));
            }
            catalogue.insert(Rule { id: RuleId::new(&file.id), family, file, is_user: false });
        }
        catalogue.seal();
        Ok(catalogue)
    }

    /// Keeps the given rules and no others.
    #[must_use]
    pub fn from_rules(rules: Vec<Rule>) -> Self {
        let mut catalogue = Self::default();
        catalogue.extend(rules);
        catalogue
    }

    /// Adds a user's rules; the same id again replaces the earlier rule.
    pub fn extend(&mut self, rules: impl IntoIterator<Item = Rule>) {
        for rule in rules {
            self.insert(rule);
        }
        self.seal();
    }

    /// Adds what `--rules` brought.
    pub fn extend_by(&mut self, user: &UserRules) {
        if user.rules.is_empty() && user.gitleaks.is_none() {
            return;
        }
        self.imported = user.gitleaks.as_ref().map(|rules| rules.digest().to_owned()).unwrap_or_default();
        self.extend(user.rules.iter().cloned());
    }

    /// Finds a rule.
    #[must_use]
    pub fn get(&self, id: &RuleId) -> Option<&Rule> {
        self.rules.get(id)
    }

    /// Returns every rule, by family and id.
    #[must_use]
    pub fn by_family(&self) -> Vec<&Rule> {
        let mut rules: Vec<&Rule> = self.rules.values().collect();
        rules.sort_by(|a, b| (a.family, &a.id).cmp(&(b.family, &b.id)));
        rules
    }

    /// Returns every rule, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Rule> {
        self.rules.values()
    }

    /// Returns `sha256:…` over all rules in use.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }

    fn insert(&mut self, rule: Rule) {
        self.rules.insert(rule.id.clone(), rule);
    }

    fn seal(&mut self) {
        let mut hash = Sha256::new();
        for rule in self.rules.values() {
            // Formatting all built-in rules would take two milliseconds of every start.
            let own = builtin::RULES.iter().find(|(_, stem, _)| !rule.is_user && *stem == rule.id.as_str());
            match own {
                Some((_, _, text)) => hash.update(text),
                None => hash.update(format!("{:?}\n", rule.file)),
            }
        }
        hash.update(&self.imported);
        self.digest =
            hash.finalize().iter().fold("sha256:".to_owned(), |hex, byte| format!("{hex}{byte:02x}"));
    }
}

pub(super) fn parsed<T: serde::de::DeserializeOwned>(path: &str, text: &str) -> Result<T, RuleError> {
    toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        invalid(path, text, at, error.message().to_owned())
    })
}

pub(super) fn invalid(path: &str, text: &str, at: usize, reason: String) -> RuleError {
    let line = text.bytes().take(at).filter(|b| *b == b'\n').count() + 1;
    RuleError::Invalid { path: path.to_owned(), line, reason }
}

pub(super) fn family_named(name: &str) -> Option<Family> {
    Family::ALL.into_iter().find(|family| family.as_str() == name)
}

/// Tells whether Kagiban brings a rule of this id.
pub(super) fn is_builtin(id: &str) -> bool {
    builtin::RULES.iter().any(|(_, stem, _)| *stem == id)
}
