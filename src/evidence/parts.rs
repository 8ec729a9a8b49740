//! What a record says of each thing: findings, exceptions, keys, outside parties, earlier runs.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::run::{Counts, Run};
use crate::ledger::{Due, DueKind, Entry, Ledger};
use crate::model::{Confidence, Family, Finding, Severity, SuppressedBy, random_masked};
use crate::report::Party;
use crate::report::wire::WireSkipped;

/// The program and what it went by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tool {
    /// `kagiban`.
    pub name: String,
    /// Its version.
    pub version: String,
    /// SHA-256 over the rules, `sha256:…`.
    pub rules_digest: String,
    /// How many rules there are.
    pub rules: usize,
    /// The date of the policies that clauses were read from; newer ones may number them otherwise.
    pub policy_version: String,
}

/// What was audited.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// `worktree` or `history`.
    pub mode: String,
    /// Where it was pushed to, without user and password.
    pub remotes: Vec<String>,
    /// The commit that was checked out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<String>,
    /// Branches, tags and other references, at most 1,000.
    pub refs: Vec<SeenRef>,
    /// How many there are.
    pub refs_total: usize,
    /// Commits that were audited; 0 where files only were.
    pub commits: u64,
    /// Files, or blobs in history.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// How long it took; 0 under `--now`.
    pub elapsed_ms: u64,
    /// Whether the history ends where a shallow clone does.
    pub shallow: bool,
    /// Whether the whole project was audited by all rules.
    pub whole: bool,
    /// Whether everything that should have been audited was.
    pub complete: bool,
    /// Whether a limit was hit.
    pub limited: bool,
    /// What was left out.
    pub skipped: Vec<WireSkipped>,
}

/// A reference and what it stood at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenRef {
    /// Its name, masked.
    pub name: String,
    /// The commit or tag.
    pub target: String,
}

/// An open finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    /// Its name.
    pub fingerprint: String,
    /// Its rule.
    pub rule: String,
    /// The risk.
    pub family: Family,
    /// How bad.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// Where.
    pub path: String,
    /// The line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// The first commit that holds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_commit: Option<String>,
    /// When that was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_seen: Option<String>,
    /// How far it got.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exposure: Option<String>,
}

/// A finding whose value is no longer in use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replaced {
    /// Its name.
    pub fingerprint: String,
    /// Its rule.
    pub rule: String,
    /// Where.
    pub path: String,
    /// What people call the credential.
    pub key: String,
    /// Since when, by the ledger.
    pub since: String,
}

/// A finding that somebody accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepted {
    /// Its name.
    pub fingerprint: String,
    /// Its rule.
    pub rule: String,
    /// Where.
    pub path: String,
    /// What accepted it.
    pub by: SuppressedBy,
    /// Who answers for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
}

/// What the ledger says. Its dates are what people declared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Credentials in use.
    pub live: usize,
    /// Those of them that should have been replaced by now.
    pub overdue: usize,
    /// People who left, or whose time is over, and who know a value that is still in use.
    pub leavers: usize,
    /// People whom it says something of.
    pub people: usize,
    /// The credentials.
    pub keys: Vec<KeyKept>,
}

/// A credential of the ledger, without its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyKept {
    /// What people call it.
    pub id: String,
    /// What it is.
    pub class: String,
    /// Who answers for it.
    pub owner: String,
    /// When the value of today was issued.
    pub issued: String,
    /// When it has to be replaced at the latest.
    pub rotate_by: String,
    /// When it was replaced.
    pub rotated: Vec<String>,
    /// When it was switched off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked: Option<String>,
}

/// An outside party.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outside {
    /// Its host.
    pub host: String,
    /// The category of the recipient.
    pub category: String,
    /// What it gets.
    pub data: Vec<String>,
    /// How many places send it.
    pub places: usize,
}

/// A run of the past.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Past {
    /// When.
    pub at: String,
    /// `worktree` or `history`.
    pub mode: String,
    /// The commit that was checked out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<String>,
    /// Whether everything that should have been audited was.
    pub complete: bool,
    /// Open findings by severity.
    pub counts: Counts,
    /// The version of the program.
    pub tool: String,
}

impl Opened {
    pub(super) fn of(finding: &Finding) -> Self {
        let exposure = finding.exposure.as_ref();
        Self {
            fingerprint: finding.fingerprint.to_string(),
            rule: finding.rule.to_string(),
            family: finding.family,
            severity: finding.severity,
            confidence: finding.confidence,
            path: finding.path().to_owned(),
            line: finding.place.region.map(|region| region.start.line),
            first_commit: exposure.and_then(|exposure| exposure.first_commit.clone()),
            first_seen: exposure.and_then(|exposure| exposure.first_seen.clone()),
            exposure: exposure.and_then(|exposure| exposure.state.clone()),
        }
    }
}

impl Accepted {
    pub(super) fn of(accepted: &crate::model::Suppressed) -> Self {
        Self {
            fingerprint: accepted.fingerprint.to_string(),
            rule: accepted.rule.to_string(),
            path: accepted.path.to_string(),
            by: accepted.by,
            owner: accepted.owner.as_deref().map(safe),
            reason: accepted.reason.as_deref().map(safe),
            until: accepted.until.clone(),
        }
    }
}

impl Outside {
    pub(super) fn of(party: &Party) -> Self {
        Self {
            host: party.host.clone(),
            category: party.category.clone(),
            data: party.data.clone(),
            places: party.places.len(),
        }
    }
}

impl Past {
    pub(super) fn of(run: &Run) -> Self {
        Self {
            at: run.at.clone(),
            mode: run.mode.clone(),
            head: run.head.clone(),
            complete: run.complete,
            counts: run.counts,
            tool: run.tool.clone(),
        }
    }
}

impl Kept {
    /// Sums up the ledger.
    #[must_use]
    pub fn of(ledger: &Ledger, today: Date, is_public_app: bool) -> Self {
        let due = ledger.due(today, is_public_app);
        let is_overdue =
            |due: &&Due<'_>| matches!(due.kind, DueKind::RotateOverdue(_) | DueKind::RenewOverdue(_));
        let is_leaver =
            |due: &&Due<'_>| matches!(due.kind, DueKind::LeaverKnows(..) | DueKind::ShareEnded(..));
        let live: Vec<&Entry> = ledger
            .entries()
            .iter()
            .filter(|entry| entry.revoked.is_none_or(|revoked| revoked > today))
            .collect();
        let mut people: BTreeSet<&str> = ledger.people().iter().map(|person| person.name.as_str()).collect();
        people
            .extend(live.iter().flat_map(|entry| entry.shared_with.iter().map(|share| share.name.as_str())));
        Self {
            live: live.len(),
            overdue: due.iter().filter(is_overdue).count(),
            leavers: due.iter().filter(is_leaver).count(),
            people: people.len(),
            keys: ledger.entries().iter().map(KeyKept::of).collect(),
        }
    }
}

impl KeyKept {
    /// Leaves the value out, its name too: who reads a record has no use for it.
    pub(super) fn of(entry: &Entry) -> Self {
        Self {
            id: safe(&entry.id),
            class: entry.class.to_string(),
            owner: safe(&entry.owner),
            issued: entry.issued.to_string(),
            rotate_by: entry.deadline().to_string(),
            rotated: entry.former.iter().map(|former| former.rotated.to_string()).collect(),
            revoked: entry.revoked.map(|day| day.to_string()),
        }
    }
}

/// What people wrote may hold what does not belong there.
pub(super) fn safe(text: &str) -> String {
    random_masked(text).to_string()
}
