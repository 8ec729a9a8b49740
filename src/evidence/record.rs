//! The record of one audit, and its line for the run history.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::fix::{FixTable, fixes};
use super::graph::History;
use super::parts::{Accepted, Kept, Opened, Outside, Past, Replaced, Scope, Tool, safe};
use super::question::{Asked, Measured, asked};
use super::run::{Counts, OpenPrints, PARTY_BYTES_MAX, RUN_VERSION, Run, hex, is_word};
use super::{day, days_between};
use crate::ledger::{Ledger, Standing};
use crate::model::{Family, Finding, Mode, Report, Severity};
use crate::report::Party;
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
