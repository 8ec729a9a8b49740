//! The finished report: sorted by construction, so that the same input gives the same bytes.

use std::collections::BTreeMap;

use super::fleet;
use super::{Coverage, Family, Finding, Fingerprint, Fleet, RuleId, Severity, Suppressed};

/// Where documents came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Files and folders.
    Worktree,
    /// What the next commit would contain.
    Staged,
    /// Every object of a repository.
    History,
    /// What a range of commits adds.
    Range,
    /// Standard input.
    Stdin,
}

impl Mode {
    /// Returns the name used in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Worktree => "worktree",
            Self::Staged => "staged",
            Self::History => "history",
            Self::Range => "range",
            Self::Stdin => "stdin",
        }
    }
}

/// What was run. `started_at` and `elapsed_ms` alone depend on the clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScanFacts {
    /// Where documents came from.
    pub mode: Mode,
    /// The roots as written.
    pub roots: Vec<String>,
    /// When it began, RFC 3339.
    pub started_at: String,
    /// How long it took; 0 under `--now`.
    pub elapsed_ms: u64,
    /// SHA-256 over the rules in use, `sha256:…`.
    pub rules_digest: String,
}

/// Something about the suppressions or the settings that their owner should know.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Notice {
    /// A suppression that suppresses nothing; the text names it.
    Unused(String),
    /// A suppression that ends within 14 days; name and date.
    EndsSoon(String, String),
    /// A suppression that cannot hold, and why; the text names it.
    Void(String, AllowFault),
    /// A commit that its author had not audited: its id and the reason given.
    Skipped(String, String),
}

/// Why a suppression does not hold.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum AllowFault {
    /// It names no rule where one is due.
    NoRule,
    /// There is no such rule; the nearest id, if one is near.
    UnknownRule(Option<RuleId>),
    /// It names a family, and only one rule at a time can be accepted.
    Family(Family),
    /// It gives no reason.
    NoReason,
    /// It has neither `until` nor `false-positive`.
    NoEnd,
    /// It has both `until` and `false-positive`.
    TwoEnds,
    /// Its `until` is no date of the form `2027-01-31`.
    BadDate,
    /// The secret can be guessed, so that only an `[[allow]]` with `until` accepts it.
    Guessable,
}

impl AllowFault {
    /// Returns the name used in reports.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::NoRule => "no-rule",
            Self::UnknownRule(_) => "unknown-rule",
            Self::Family(_) => "family",
            Self::NoReason => "no-reason",
            Self::NoEnd => "no-end",
            Self::TwoEnds => "two-ends",
            Self::BadDate => "bad-date",
            Self::Guessable => "guessable",
        }
    }
}

/// How many findings there are of each severity.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    counts: [usize; 5],
}

impl Summary {
    /// Returns the number of findings of one severity.
    #[must_use]
    pub const fn of(&self, severity: Severity) -> usize {
        let [info, low, medium, high, critical] = self.counts;
        match severity {
            Severity::Info => info,
            Severity::Low => low,
            Severity::Medium => medium,
            Severity::High => high,
            Severity::Critical => critical,
        }
    }

    /// Returns the number of findings.
    #[must_use]
    pub fn total(&self) -> usize {
        self.counts.iter().sum()
    }
}

/// The findings of one credential set.
#[derive(Debug)]
pub struct Bundle<'a> {
    /// The id its findings share.
    pub id: Fingerprint,
    /// The root they are in.
    pub root: u32,
    /// Its findings, in the order of the report.
    pub members: Vec<&'a Finding>,
}

/// Everything a reporter may know.
#[derive(Debug, Clone)]
pub struct Report {
    facts: ScanFacts,
    findings: Vec<Finding>,
    suppressed: Vec<Suppressed>,
    notices: Vec<Notice>,
    coverage: Coverage,
    fleet: Option<Fleet>,
}

impl Report {
    /// Sorts and keeps. Findings are ordered by path, inner, line, column, rule.
    #[must_use]
    pub fn new(
        facts: ScanFacts,
        mut findings: Vec<Finding>,
        mut suppressed: Vec<Suppressed>,
        mut notices: Vec<Notice>,
        mut coverage: Coverage,
    ) -> Self {
        findings.sort_by(|a, b| order_key(a).cmp(&order_key(b)));
        suppressed.sort_by(|a, b| (&a.path, &a.rule, a.fingerprint).cmp(&(&b.path, &b.rule, b.fingerprint)));
        notices.sort();
        notices.dedup();
        coverage.skipped.sort();
        coverage.skipped.dedup();
        Self { facts, findings, suppressed, notices, coverage, fleet: None }
    }

    /// Says that the roots are repositories of a fleet.
    #[must_use]
    pub fn with_fleet(self, fleet: Fleet) -> Self {
        Self { fleet: Some(fleet), ..self }
    }

    /// Returns what is known of several repositories together, where the report is of several.
    #[must_use]
    pub const fn fleet(&self) -> Option<&Fleet> {
        self.fleet.as_ref()
    }

    /// Leaves findings out.
    #[must_use]
    pub fn without(mut self, is_left_out: impl Fn(&Finding) -> bool) -> Self {
        self.findings.retain(|finding| !is_left_out(finding));
        self
    }

    /// Puts its repository before every path of a fleet, for formats that know one root only.
    #[must_use]
    pub fn rooted(mut self) -> Self {
        if self.fleet.is_some() {
            self.findings.iter_mut().for_each(|finding| fleet::rooted(finding, &self.facts.roots));
            self.findings.sort_by(|a, b| order_key(a).cmp(&order_key(b)));
        }
        self
    }

    /// Returns what was run.
    #[must_use]
    pub const fn facts(&self) -> &ScanFacts {
        &self.facts
    }

    /// Returns the findings, sorted.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Returns what was accepted, sorted.
    #[must_use]
    pub fn suppressed(&self) -> &[Suppressed] {
        &self.suppressed
    }

    /// Returns what the owner of the suppressions should know, sorted.
    #[must_use]
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    /// Returns what was audited and what was not.
    #[must_use]
    pub const fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    /// Counts findings by severity.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let mut summary = Summary::default();
        for finding in &self.findings {
            if let Some(count) = summary.counts.get_mut(finding.severity as usize) {
                *count += 1;
            }
        }
        summary
    }

    /// Returns the credential sets, in the order of their first members. A set is one of a root:
    /// what two repositories share is said of both.
    #[must_use]
    pub fn bundles(&self) -> Vec<Bundle<'_>> {
        let mut bundles: Vec<Bundle<'_>> = Vec::new();
        let mut places: BTreeMap<(u32, Fingerprint), usize> = BTreeMap::new();
        for finding in &self.findings {
            let Some(id) = finding.bundle else { continue };
            let root = finding.place.origin.root;
            let place = *places.entry((root, id)).or_insert(bundles.len());
            match bundles.get_mut(place) {
                Some(bundle) => bundle.members.push(finding),
                None => bundles.push(Bundle { id, root, members: vec![finding] }),
            }
        }
        bundles
    }
}

type OrderKey<'a> =
    (&'a str, &'a [String], Option<super::Region>, &'a super::RuleId, &'a super::Place, Fingerprint);

fn order_key(finding: &Finding) -> OrderKey<'_> {
    let place = &finding.place;
    (finding.path(), &place.inner, place.region, &finding.rule, place, finding.fingerprint)
}
