//! The record of one audit, and its line for the run history.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::fix::{FixTable, fixes};
use super::graph::History;
use super::question::{Asked, Measured, asked};
use super::run::{Counts, OpenPrints, PARTY_BYTES_MAX, RUN_VERSION, Run, hex, is_word};
use super::{day, days_between};
use crate::ledger::{Due, DueKind, Entry, Ledger, Standing};
use crate::model::{Confidence, Family, Finding, Mode, Report, Severity, SuppressedBy, random_masked};
use crate::report::Party;
use crate::report::wire::WireSkipped;
use crate::rules::Catalogue;
use crate::rules::lists::POLICY;

/// The version of records.
const SCHEMA_VERSION: u32 = 1;
/// What a record calls itself.
const KIND: &str = "kagiban-evidence";
/// Days of the run history that a record shows: 13 months.
const SHOWN_DAYS: i64 = 396;
/// Findings that a line names.
const PRINTS_MAX: usize = 2_000;
/// Outside parties that a line names.
const PARTIES_MAX: usize = 100;

/// What was seen of one audit, before it is a record.
#[derive(Debug, Clone, Copy)]
pub struct Found<'a> {
    /// What was found.
    pub report: &'a Report,
    /// The rules.
    pub catalogue: &'a Catalogue,
    /// The repository.
    pub scope: &'a Scope,
    /// Whether the whole project was audited by all rules.
    pub whole: bool,
    /// Who holds which key.
    pub ledger: &'a Ledger,
    /// Whether sellers authorise the application yearly.
    pub is_public_app: bool,
    /// Outside parties.
    pub parties: &'a [Party],
    /// The runs so far.
    pub history: &'a History,
    /// Today.
    pub today: Date,
}

/// A dated record of one audit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// `KIND`.
    pub kind: String,
    /// `SCHEMA_VERSION`.
    pub schema_version: u32,
    /// When the audit began, RFC 3339.
    pub made_at: String,
    /// By what.
    pub tool: Tool,
    /// What was audited.
    pub scope: Scope,
    /// Open findings by severity.
    pub counts: Counts,
    /// Open findings.
    pub open: Vec<Opened>,
    /// Findings whose value is no longer in use, by the ledger.
    pub rotated: Vec<Replaced>,
    /// Findings that somebody accepted.
    pub suppressed: Vec<Accepted>,
    /// Names of findings that were open at the run before and no longer are.
    pub fixed_since_last_run: Vec<String>,
    /// When the run before was, where there is one to compare with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_run: Option<String>,
    /// How long findings stayed open.
    pub time_to_fix: Vec<FixTable>,
    /// Who holds which key, where there is a ledger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ledger: Option<Kept>,
    /// Who gets credentials or order data.
    pub outside_parties: Vec<Outside>,
    /// The runs of the last 13 months.
    pub runs: Vec<Past>,
    /// The lines of the run history that no other line names.
    pub heads: Vec<String>,
    /// What the questions of the developer profile came to.
    pub questions: Vec<Asked>,
}

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

/// Why a file is no record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// It is no JSON of `kagiban evidence`.
    #[error("no record of `kagiban evidence --format json`")]
    Form,
    /// It is of another version.
    #[error("a record of schema version {0}; this program reads version {SCHEMA_VERSION}")]
    Version(u64),
    /// What it holds is not what this program writes there.
    #[error("the record holds what this program does not write")]
    Content,
}

impl Record {
    /// Makes the record of an audit.
    #[must_use]
    pub fn new(found: Found<'_>) -> Self {
        let (report, facts) = (found.report, found.report.facts());
        let now = facts.started_at.as_str();
        let runs: Vec<&Run> = found.history.runs();
        let shown: Vec<&Run> = runs
            .iter()
            .copied()
            .filter(|run| days_between(&run.at, now).is_some_and(|days| days <= SHOWN_DAYS))
            .collect();
        let (open, rotated) = by_ledger(report, found.ledger);
        let mut counts = Counts::default();
        open.iter().for_each(|finding| counts.add(finding.severity));
        let time_to_fix = FixTable::all(&fixes(&shown, now));
        let kept = || Kept::of(found.ledger, found.today, found.is_public_app);
        let ledger = found.ledger.is_there().then(kept);
        let measured = Measured {
            catalogue: found.catalogue,
            open: &open,
            complete: report.coverage().is_complete(),
            whole: found.whole,
            is_history: facts.mode == Mode::History,
            shallow: found.scope.shallow,
            runs: &shown,
            is_broken: found.history.is_tampered_with(),
            fixes: &time_to_fix,
            ledger: ledger.as_ref().map(|kept| (kept.live, kept.overdue)),
            people: ledger.as_ref().map_or(0, |kept| kept.people),
            parties: found.parties.len(),
            now,
        };
        let questions = asked(&measured);
        let last = runs.iter().rev().find(|run| run.mode == found.scope.mode && run.is_comparable());
        Self {
            kind: KIND.to_owned(),
            schema_version: SCHEMA_VERSION,
            made_at: facts.started_at.clone(),
            tool: Tool {
                name: env!("CARGO_PKG_NAME").to_owned(),
                version: env!("CARGO_PKG_VERSION").to_owned(),
                rules_digest: facts.rules_digest.clone(),
                rules: found.catalogue.iter().count(),
                policy_version: POLICY.version.clone(),
            },
            scope: found.scope.clone(),
            counts,
            fixed_since_last_run: last.map(|last| fixed_since(last, &open, report)).unwrap_or_default(),
            last_run: last.map(|last| last.at.clone()),
            open: open.iter().map(|finding| Opened::of(finding)).collect(),
            rotated,
            suppressed: report.suppressed().iter().map(Accepted::of).collect(),
            time_to_fix,
            ledger,
            outside_parties: found.parties.iter().map(Outside::of).collect(),
            runs: shown.iter().map(|run| Past::of(run)).collect(),
            heads: found.history.heads(),
            questions,
        }
    }

    /// Reads a record.
    ///
    /// # Errors
    /// When it is none, or none of this version.
    pub fn read(bytes: &[u8]) -> Result<Self, RecordError> {
        #[derive(Deserialize)]
        struct Head {
            kind: String,
            schema_version: u64,
        }
        let head: Head = serde_json::from_slice(bytes).map_err(|_| RecordError::Form)?;
        if head.kind != KIND {
            return Err(RecordError::Form);
        }
        if head.schema_version != u64::from(SCHEMA_VERSION) {
            return Err(RecordError::Version(head.schema_version));
        }
        serde_json::from_slice(bytes).map_err(|_| RecordError::Form)
    }

    /// Returns the day it was made.
    #[must_use]
    pub fn day(&self) -> &str {
        day(&self.made_at)
    }

    /// Returns the sum that names the record with these bytes.
    #[must_use]
    pub fn sum(bytes: &[u8]) -> String {
        format!("sha256:{}", hex(&Sha256::digest(bytes)))
    }

    /// Makes the line of the record. `sum` names the record, `heads` are those of the history that
    /// the line is added to.
    ///
    /// # Errors
    /// When the record holds something that this program does not write.
    pub fn to_run(&self, sum: &str, heads: Vec<String>) -> Result<Run, RecordError> {
        let mut open = OpenPrints::default();
        let (mut named, mut seen) = (0, BTreeSet::new());
        let mut open_cut = false;
        let mut by_severity: Vec<&Opened> = self.open.iter().collect();
        by_severity
            .sort_by(|a, b| b.severity.cmp(&a.severity).then_with(|| a.fingerprint.cmp(&b.fingerprint)));
        for finding in by_severity {
            let names = match finding.severity {
                Severity::Critical => &mut open.critical,
                Severity::High => &mut open.high,
                Severity::Medium => &mut open.medium,
                Severity::Low | Severity::Info => continue,
            };
            if !seen.insert(&finding.fingerprint) {
                continue;
            }
            if named == PRINTS_MAX {
                open_cut = true;
                break;
            }
            named += 1;
            names.push(finding.fingerprint.clone());
        }
        let prints = |all: Vec<&String>| -> Vec<String> {
            let all: BTreeSet<&String> = all.into_iter().collect();
            all.into_iter().take(PRINTS_MAX).cloned().collect()
        };
        let is_leak = |opened: &&Opened| opened.family == Family::Leak && opened.severity > Severity::Info;
        let party = |party: &Outside| format!("{}:{}", party.category, party.host);
        // A host that could be taken for more than one is in the record only.
        let parties = self.outside_parties.iter().map(party).filter(|party| is_word(party, PARTY_BYTES_MAX));
        let parties = parties.take(PARTIES_MAX);
        let run = Run {
            at: self.made_at.clone(),
            bytes: self.scope.bytes,
            commits: self.scope.commits,
            complete: self.scope.complete,
            counts: self.counts,
            files: self.scope.files,
            head: self.scope.head.clone(),
            heads,
            leaks: self.open.iter().filter(is_leak).count(),
            mode: self.scope.mode.clone(),
            open,
            open_cut,
            parties: parties.collect(),
            policy: self.tool.policy_version.clone(),
            record: sum.to_owned(),
            refs: self.scope.refs_total,
            rotated: prints(self.rotated.iter().map(|finding| &finding.fingerprint).collect()),
            rules: self.tool.rules_digest.clone(),
            shallow: self.scope.shallow,
            skipped: self.scope.skipped.len(),
            states: self.questions.iter().map(|asked| (asked.id.clone(), asked.state)).collect(),
            suppressed: prints(self.suppressed.iter().map(|finding| &finding.fingerprint).collect()),
            tool: self.tool.version.clone(),
            v: RUN_VERSION,
            whole: self.scope.whole,
        };
        if run.is_well_formed() { Ok(run) } else { Err(RecordError::Content) }
    }
}

/// Tells findings that are open from those whose value is no longer in use.
fn by_ledger<'a>(report: &'a Report, ledger: &Ledger) -> (Vec<&'a Finding>, Vec<Replaced>) {
    let (mut open, mut rotated) = (Vec::new(), Vec::new());
    for finding in report.findings().iter().filter(|finding| finding.counts()) {
        let standing = finding.secret.as_ref().map(|_| ledger.standing(finding.fingerprint));
        match standing {
            Some(Standing::Rotated(entry, since)) => rotated.push(Replaced {
                fingerprint: finding.fingerprint.to_string(),
                rule: finding.rule.to_string(),
                path: finding.path().to_owned(),
                key: safe(&entry.id),
                since: since.to_string(),
            }),
            _ => open.push(finding),
        }
    }
    (open, rotated)
}

/// What was open at an earlier run and is neither open nor accepted now.
fn fixed_since(last: &Run, open: &[&Finding], report: &Report) -> Vec<String> {
    let there = open.iter().map(|finding| finding.fingerprint.to_string());
    let accepted = report.suppressed().iter().map(|accepted| accepted.fingerprint.to_string());
    let still: BTreeSet<String> = there.chain(accepted).collect();
    let gone: BTreeSet<&str> =
        last.open.iter().map(|(_, name)| name).filter(|name| !still.contains(*name)).collect();
    gone.into_iter().map(str::to_owned).collect()
}

impl Opened {
    fn of(finding: &Finding) -> Self {
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
    fn of(accepted: &crate::model::Suppressed) -> Self {
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
    fn of(party: &Party) -> Self {
        Self {
            host: party.host.clone(),
            category: party.category.clone(),
            data: party.data.clone(),
            places: party.places.len(),
        }
    }
}

impl Past {
    fn of(run: &Run) -> Self {
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
    fn of(entry: &Entry) -> Self {
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
fn safe(text: &str) -> String {
    random_masked(text).to_string()
}
