//! A rule file as written: `rules/<family>/<rule-id>.toml`.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::model::{Confidence, ContextKind, Lifespan, Severity};

/// One rule file. Unknown keys are errors.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RuleFile {
    /// The id; the stem of the file name.
    pub id: String,
    /// The id whose fingerprints this rule shares; its own where absent.
    pub class: Option<String>,
    /// Base severity.
    pub severity: Severity,
    /// Base confidence.
    pub confidence: Confidence,
    /// Identifiers are found for sets and context, and shown only on request.
    #[serde(default)]
    pub identifier: bool,
    /// Bits of the value an outsider cannot know; under 128 the value is guessable and nothing of
    /// it is shown. Absent for rules without a secret.
    pub unknown_bits: Option<u32>,
    /// What ends the life of what it finds; absent where that lasts until somebody ends it.
    pub lifespan: Option<Lifespan>,
    /// Clauses it stands on, ids of `rules/lists/policy.toml`.
    #[serde(default)]
    pub policy: Vec<String>,
    /// What to do, ids of `rules/lists/remediation.toml`, in order.
    #[serde(default)]
    pub remediation: Vec<String>,
    /// Words in each language.
    pub text: Texts,
    /// How it is recognised.
    #[serde(default, rename = "match")]
    pub matches: Vec<Match>,
    /// What must be found and what must not.
    #[serde(default, rename = "example")]
    pub examples: Vec<Example>,
}

/// The words of a rule; both languages are required of built-in rules.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Texts {
    /// English.
    pub en: Text,
    /// Japanese; English is used where a user's rule has none.
    pub ja: Option<Text>,
}

/// The words of a rule in one language.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// What it is, a few words without a full stop.
    pub title: String,
    /// Why it matters, in plain sentences.
    pub why: String,
}

/// One way to recognise a rule's faults.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Match {
    /// A value with a public prefix, anywhere in text.
    Token {
        /// Literals of which one must be in the text, lower case; the keyword search looks for them.
        keywords: Vec<String>,
        /// The pattern with one group named `secret`.
        pattern: String,
        /// What every value begins with and a report may show.
        #[serde(default)]
        prefix: String,
        /// Context the document must have.
        context: Option<ContextKind>,
        /// A literal, lower case, that makes the value another thing when one address holds both.
        not_beside: Option<String>,
    },
    /// A value that counts only under a name.
    Named {
        /// A list of `rules/lists/names.toml`.
        names: String,
        /// The pattern the whole value must match; a group named `secret` narrows it.
        value: String,
        /// What every value begins with and a report may show.
        #[serde(default)]
        prefix: String,
        /// Context the document must have when the name is a generic one.
        context: Option<ContextKind>,
        /// Names of another list that must stand in the same document.
        beside: Option<String>,
        /// A literal, lower case, that makes the value another thing when one address holds both.
        not_beside: Option<String>,
        /// Whether every value is in both letter cases, so that one in a single case is another thing.
        #[serde(default)]
        both_cases: bool,
    },
    /// A value that counts beside its partner.
    Position {
        /// Literals of which one must be in the text, lower case.
        keywords: Vec<String>,
        /// The partner.
        partner: String,
        /// The value, with one group named `secret`.
        value: String,
        /// Characters between the two, at most.
        within_chars: usize,
        /// Lines between the two, at most.
        within_lines: usize,
        /// Whether every value is in both letter cases, so that one in a single case is another thing.
        #[serde(default)]
        both_cases: bool,
    },
    /// Several findings of one document that belong together.
    Set {
        /// Ids of which all must be there.
        all: Vec<String>,
        /// Ids that join when they are there.
        #[serde(default)]
        with: Vec<String>,
        /// The ids whose fingerprints name the set, the first present one.
        named_by: Vec<String>,
    },
    /// Code of `audit/` under the rule's id.
    Audit {},
}

/// A text and what must be found in it.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Example {
    /// What the example shows.
    pub name: String,
    /// The text; `{name}` is replaced by the sample of that name.
    #[serde(default)]
    pub text: String,
    /// The path the text stands at, where that matters.
    pub path: Option<String>,
    /// Several files instead of one text.
    #[serde(default)]
    pub files: Vec<ExampleFile>,
    /// Samples by name: shapes such as `amzn1.oa2-cs.v1.{hex:64}`, generated anew at each run.
    #[serde(default)]
    pub samples: BTreeMap<String, String>,
    /// Names of the samples the rule must find, no more and no less; empty for a negative example.
    #[serde(default)]
    pub finds: Vec<String>,
    /// Commits that lead to the files, the oldest first; the files are then those of the last one.
    #[serde(default)]
    pub commits: Vec<ExampleCommit>,
    /// The ledger beside the files; `{class:name}` is replaced by the fingerprint that the sample of
    /// that name has as a secret of that class.
    pub ledger: Option<String>,
    /// The time to judge by: a date, or a time of RFC 3339; some day of 2026 without one.
    pub now: Option<String>,
    /// For rules without a secret: how many findings the rule must give.
    pub count: Option<usize>,
}

/// One commit of an example.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExampleCommit {
    /// When it was made: a date, or a time of RFC 3339.
    pub date: String,
    /// Who made it.
    #[serde(default)]
    pub author: String,
    /// Files it adds or changes.
    #[serde(default)]
    pub files: Vec<ExampleFile>,
    /// Paths it removes.
    #[serde(default)]
    pub removes: Vec<String>,
}

/// One file of an example.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExampleFile {
    /// Its path.
    pub path: String,
    /// Its text.
    pub text: String,
}
