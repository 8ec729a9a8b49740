//! The lists that rules share: names, context words, placeholders, remediation and policy clauses.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::model::ContextKind;

/// Spellings of one kind of name, all folded: NFKC, lower case, letters and digits only.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Names {
    /// Stems that belong to one Amazon credential only; a name that contains one needs no context.
    #[serde(default)]
    pub own: Vec<String>,
    /// Stems that many services use; a name that contains one needs context.
    #[serde(default)]
    pub generic: Vec<String>,
    /// Short names that count only when they are the whole name; they need context.
    #[serde(default)]
    pub exact: Vec<String>,
    /// Names that say too little by themselves, and count as whole names in a section of Amazon's.
    #[serde(default)]
    pub within: Vec<String>,
    /// Stems that make it another thing after all.
    #[serde(default)]
    pub not: Vec<String>,
    /// Words that make it another thing in a section that has one of them.
    #[serde(default)]
    pub not_under: Vec<String>,
}

/// `rules/lists/names.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NameLists {
    /// Words that put a name into the Amazon world by themselves.
    pub amazon: Vec<String>,
    /// Other services and servers; a name or section with one of them is not Amazon's.
    pub others: Vec<String>,
    /// What else long random values are for; none of them is a partner of a client id.
    pub purposes: Vec<String>,
    /// Words that make any name that of a hash, a path, a date and so on, not of a secret.
    pub not: Vec<String>,
    /// What names are made of that may be the secret of the client id near them.
    pub beside: BesideNames,
    /// The kinds of names by id.
    pub kinds: BTreeMap<String, Names>,
}

/// Parts of names of values that stand beside their partner.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BesideNames {
    /// Words that say that it is a secret.
    pub secrets: Vec<String>,
    /// Words that may stand with them.
    pub others: Vec<String>,
}

/// A word that puts a document into a context.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContextWord {
    /// Which context.
    pub kind: ContextKind,
    /// The word, lower case; found anywhere in the text, letter case ignored.
    pub word: String,
    /// Whether letters or digits beside it make it another word.
    #[serde(default)]
    pub whole: bool,
}

/// `rules/lists/context.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContextList {
    /// The words.
    #[serde(rename = "marker")]
    pub markers: Vec<ContextWord>,
}

/// `rules/lists/placeholders.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Placeholders {
    /// Words of five letters or more that no random value holds; letter case ignored.
    pub words: Vec<String>,
    /// Shorter words, which count only between borders that are no letters or digits.
    pub delimited: Vec<String>,
    /// Documented values, whole.
    pub values: Vec<String>,
    /// Beginnings of documented values.
    pub beginnings: Vec<String>,
    /// Patterns of references: what stands here is fetched from elsewhere at run time.
    pub references: Vec<String>,
    /// Ordinary passwords of examples, whole, lower case.
    pub passwords: Vec<String>,
    /// Programs that keep passwords, lower case.
    pub keepers: Vec<String>,
    /// Words beside a value that make it a hash.
    pub hash_words: Vec<String>,
}

/// What to do about a finding.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Remediation {
    /// Its number in the reference, `R2`.
    pub number: String,
    /// A few words, for lists.
    pub title: InTwo,
    /// The steps, a sentence or more each.
    pub steps: StepsInTwo,
}

/// One text in both languages.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InTwo {
    /// English.
    pub en: String,
    /// Japanese.
    pub ja: String,
}

/// Several texts in both languages.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepsInTwo {
    /// English.
    pub en: Vec<String>,
    /// Japanese.
    pub ja: Vec<String>,
}

/// How far an audit of files can check a clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reach {
    /// What it demands shows in files.
    Yes,
    /// A part of it does.
    Partly,
    /// Nothing of it does.
    No,
}

/// A clause of Amazon's policies.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clause {
    /// What it demands, in our words.
    pub demands: InTwo,
    /// How far it can be checked.
    pub reach: Reach,
    /// What cannot be checked, and why.
    pub beyond: InTwo,
}

/// `rules/lists/policy.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// The date of the texts the clauses were read from.
    pub version: String,
    /// The clauses by id, such as `DPP-2.5`.
    pub clauses: BTreeMap<String, Clause>,
}

/// `rules/lists/takeover.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Takeover {
    /// Rules whose credentials are replaced first, in this order; others come after them.
    pub order: Vec<String>,
    /// Rules whose credentials end by themselves within hours.
    pub ends: Vec<String>,
}

/// How far files can answer a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum QuestionKind {
    /// A complete audit without a finding is evidence.
    Measured,
    /// A finding speaks against it, none speaks for it.
    Partial,
    /// People say so in the ledger.
    Declared,
    /// Nothing in files tells.
    People,
}

/// A question of Amazon's developer profile.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Question {
    /// What it is called in records.
    pub id: String,
    /// How far files can answer it.
    pub kind: QuestionKind,
    /// The clauses it stands on.
    pub clauses: Vec<String>,
    /// Rules and families whose open findings speak against it.
    #[serde(default)]
    pub against: Vec<String>,
    /// Rules whose findings are what is asked for.
    #[serde(default)]
    pub shown_by: Vec<String>,
}

/// `rules/lists/questions.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Questions {
    /// The questions, in the order of records.
    #[serde(rename = "question")]
    pub all: Vec<Question>,
}

/// Names by kind.
pub static NAMES: LazyLock<NameLists> =
    LazyLock::new(|| parsed(include_str!("../../rules/lists/names.toml")));
/// Context words.
pub static CONTEXT: LazyLock<ContextList> =
    LazyLock::new(|| parsed(include_str!("../../rules/lists/context.toml")));
/// Placeholders and references.
pub static PLACEHOLDERS: LazyLock<Placeholders> =
    LazyLock::new(|| parsed(include_str!("../../rules/lists/placeholders.toml")));
/// Remediation by id.
pub static REMEDIATION: LazyLock<BTreeMap<String, Remediation>> =
    LazyLock::new(|| parsed(include_str!("../../rules/lists/remediation.toml")));
/// Policy clauses.
pub static POLICY: LazyLock<Policy> = LazyLock::new(|| parsed(include_str!("../../rules/lists/policy.toml")));

/// What is replaced first when a project changes hands.
pub static TAKEOVER: LazyLock<Takeover> =
    LazyLock::new(|| parsed(include_str!("../../rules/lists/takeover.toml")));

/// What Amazon's developer profile asks.
pub static QUESTIONS: LazyLock<Questions> =
    LazyLock::new(|| parsed(include_str!("../../rules/lists/questions.toml")));

fn parsed<T: serde::de::DeserializeOwned>(text: &str) -> T {
    toml::from_str(text).expect("built-in lists parse: `lists_parse` holds it")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_parse() {
        assert!(!NAMES.kinds.is_empty());
        assert!(!CONTEXT.markers.is_empty());
        assert!(!PLACEHOLDERS.words.is_empty());
        assert!(!REMEDIATION.is_empty());
        assert!(!POLICY.clauses.is_empty());
        for question in &QUESTIONS.all {
            for clause in &question.clauses {
                assert!(POLICY.clauses.contains_key(clause), "{}: {clause}", question.id);
            }
        }
        let catalogue = crate::rules::Catalogue::builtin().unwrap();
        for id in TAKEOVER.order.iter().chain(&TAKEOVER.ends) {
            assert!(catalogue.iter().any(|rule| rule.id.as_str() == id), "{id} is no rule");
        }
    }
}
