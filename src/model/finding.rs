//! A fault as reported: merged over its places, with how far it got.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Confidence, Evidence, Excerpt, Family, Fingerprint, Masked, Place, RuleId, Severity};

/// A fact about a finding that filters and readers use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tag {
    /// The old side of the change holds it too, so it does not count.
    AlreadyThere,
    /// No longer in the present tree.
    HistoryOnly,
    /// Inside an archive.
    InArchive,
    /// In a comment.
    CommentedOut,
    /// Hidden behind an encoding such as base64.
    Encoded,
    /// In an object that no ref reaches.
    Unreachable,
}

impl Tag {
    /// Returns the name used in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AlreadyThere => "already-there",
            Self::HistoryOnly => "history-only",
            Self::InArchive => "in-archive",
            Self::CommentedOut => "commented-out",
            Self::Encoded => "encoded",
            Self::Unreachable => "unreachable",
        }
    }
}

/// The secret of a finding as it may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretShown {
    /// Public prefix and four characters, or `…` alone.
    pub redacted: Masked,
    /// Its length in bytes; none for guessable kinds.
    pub length: Option<usize>,
}

/// Another place of the same secret.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct AlsoAt {
    /// Where.
    pub place: Place,
    /// Which rule saw it there, where that is another one (members of a set).
    pub rule: Option<RuleId>,
}

/// How far a secret got. Absent knowledge is absent, not false.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exposure {
    /// The furthest of all its places: untracked, ignored, unstaged, staged, committed, pushed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// File and line of the ignore rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ignored_by: Option<String>,
    /// Remotes that have it, without user info.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remotes: Vec<String>,
    /// When the remotes were last heard of, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<String>,
    /// The first commit, by graph order, whose tree holds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_commit: Option<String>,
    /// When that was, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_seen: Option<String>,
    /// Whole days since then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age_days: Option<u64>,
    /// Commits whose tree holds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commits: Option<u64>,
    /// Distinct authors of those commits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authors: Option<u64>,
    /// Whether HEAD's tree holds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_head: Option<bool>,
    /// Whether the search was cut short, so that the facts are lower bounds.
    #[serde(default)]
    pub partial: bool,
}

/// A fault, ready to be reported.
#[derive(Debug, Clone)]
pub struct Finding {
    /// Where.
    pub place: Place,
    /// The rule that found it.
    pub rule: RuleId,
    /// The risk it belongs to.
    pub family: Family,
    /// Its name across runs, moves and modes.
    pub fingerprint: Fingerprint,
    /// How bad.
    pub severity: Severity,
    /// Why it is not the rule's own severity, a sentence each.
    pub severity_because: Vec<String>,
    /// How sure.
    pub confidence: Confidence,
    /// What speaks for it.
    pub evidence: Vec<Evidence>,
    /// Further places, at most `Limits::also_at_max`.
    pub also_at: Vec<AlsoAt>,
    /// How many further places there are.
    pub also_at_total: usize,
    /// The secret, masked.
    pub secret: Option<SecretShown>,
    /// The lines around it, masked.
    pub excerpt: Excerpt,
    /// Facts that filters and readers use.
    pub tags: BTreeSet<Tag>,
    /// How far it got, inside a repository.
    pub exposure: Option<Exposure>,
    /// The credential set it belongs to.
    pub bundle: Option<Fingerprint>,
}

impl Finding {
    /// Returns the path, or an empty text for kinds without one.
    #[must_use]
    pub fn path(&self) -> &str {
        self.place.origin.path.as_deref().unwrap_or_default()
    }

    /// Tells whether it counts for the exit code.
    #[must_use]
    pub fn counts(&self) -> bool {
        !self.tags.contains(&Tag::AlreadyThere)
    }
}

/// What accepted a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SuppressedBy {
    /// A comment beside it.
    Inline,
    /// An `[[allow]]` of `kagiban.toml`.
    Config,
    /// The baseline file.
    Baseline,
}

/// A finding that somebody accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppressed {
    /// Its fingerprint.
    pub fingerprint: Fingerprint,
    /// Its rule.
    pub rule: RuleId,
    /// Its path.
    pub path: Arc<str>,
    /// What accepted it.
    pub by: SuppressedBy,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// Until when, `YYYY-MM-DD`.
    pub until: Option<String>,
    /// Whether the audited change itself added the suppression.
    pub added_in_change: bool,
}
