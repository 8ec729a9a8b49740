//! The one place where stages meet. Reads as the list of stages.

mod again;
mod auditor;
mod examples;
mod kept;
mod merge;
mod regions;
mod old;
mod shown;

pub use examples::Examples;
pub use shown::safe_path;

use std::sync::atomic::{AtomicU64, Ordering};

use crate::exposure::{self, Asked};
use crate::model::{Coverage, Finding, Limits};
use crate::policy::InlineAllows;
use crate::rules::RuleSet;
use crate::source::Source;

/// What a run needs.
#[derive(Clone, Copy)]
pub struct Plan<'a> {
    /// Where documents come from.
    pub source: &'a dyn Source,
    /// The rules.
    pub rules: &'a RuleSet,
    /// The bounds.
    pub limits: &'a Limits,
    /// Whether every text is read whole, as identifiers need: they stand where no secret does.
    pub reads_whole: bool,
    /// Where to say how far it is.
    pub progress: &'a Progress,
    /// What is asked about exposure; none outside repositories and in modes that ask nothing.
    pub exposure: Option<Asked<'a>>,
}

/// How far a run is; read by whoever shows it.
#[derive(Debug, Default)]
pub struct Progress {
    files: AtomicU64,
    bytes: AtomicU64,
    commits: AtomicU64,
}

impl Progress {
    /// Returns documents and bytes so far.
    #[must_use]
    pub fn so_far(&self) -> (u64, u64) {
        (self.files.load(Ordering::Relaxed), self.bytes.load(Ordering::Relaxed))
    }

    fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    fn add_commit(&self) {
        self.commits.fetch_add(1, Ordering::Relaxed);
    }

    fn add(&self, bytes: u64) {
        self.files.fetch_add(1, Ordering::Relaxed);
        self.add_bytes(bytes);
    }

    fn add_bytes(&self, bytes: u64) {
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }
}

/// What a run found, before policy judges it.
#[derive(Debug)]
pub struct Found {
    /// Merged findings, not yet sorted.
    pub findings: Vec<Finding>,
    /// Acceptances written beside what they accept.
    pub inline: InlineAllows,
    /// What was audited and what was not.
    pub coverage: Coverage,
}

/// Audits everything the source yields.
#[must_use]
pub fn scan(plan: Plan<'_>) -> Found {
    let auditor = auditor::Auditor::new(plan);
    plan.source.visit(plan.limits, &auditor);
    let mut audited = auditor.finish();
    let (old, problems) = old::OldSide::of(plan, &audited.documents);
    audited.coverage.skipped.extend(problems);
    let holders = merge::holders(&audited.documents, plan.rules);
    let (mut findings, paths) = merge::merged(audited.documents, &old, plan.rules, plan.limits);
    let again = again::Again { plan };
    match plan.exposure {
        Some(Asked::OfWorktree(asked)) => {
            exposure::of_worktree(&mut findings, &paths, asked, &again, plan.limits);
        }
        Some(Asked::OfRange(asked)) => exposure::of_range(&mut findings, &paths, &asked, &again),
        Some(Asked::OfHistory { attribution, now_seconds }) => {
            if let Some(attribution) = attribution.get() {
                exposure::of_history(&mut findings, &holders, attribution, now_seconds);
            }
        }
        None => {}
    }
    Found { findings, inline: audited.inline, coverage: audited.coverage }
}
