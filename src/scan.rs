//! The one place where stages meet. Reads as the list of stages.

mod again;
mod auditor;
mod corpus;
mod examples;
mod kept;
mod merge;
mod regions;
mod old;
mod original;
mod shown;
mod state;
mod structure;
mod unpack;

pub use examples::Examples;
pub use shown::{safe_path, safe_text};

use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;

use crate::audit::{Chosen, Sink, Turn};
use crate::exposure::{self, Asked, Moves};
use crate::ledger::Ledger;
use crate::model::{Coverage, Fact, Finding, Lifetime, Limits, Mode, People};
use crate::policy::InlineAllows;
use crate::rules::RuleSet;
use crate::settings::Own;
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
    /// What belongs to the team itself.
    pub own: &'a Own,
    /// What is known of the keys.
    pub ledger: &'a Ledger,
    /// The time to judge by.
    pub now: Timestamp,
    /// The audits whose findings are shown; leaks are looked for always, since audits ask for them.
    pub audits: Chosen,
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
    /// What document audits noted of outside parties, its places as they may be shown.
    pub facts: Vec<Fact>,
}

impl Found {
    /// Adds what the next source of the same run gave. The progress they share counts on, so its
    /// counts are those of both.
    pub fn take(&mut self, next: Self) {
        self.findings.extend(next.findings);
        self.inline.merge(next.inline);
        let skipped = std::mem::take(&mut self.coverage.skipped);
        self.coverage = next.coverage;
        self.coverage.skipped.extend(skipped);
    }
}

/// Audits everything the source yields.
#[must_use]
pub fn scan(plan: Plan<'_>) -> Found {
    let turn = match plan.source.mode() {
        Mode::Worktree | Mode::Staged | Mode::Stdin => Turn::All,
        Mode::History | Mode::Range => Turn::EveryVersion,
    };
    let auditor = auditor::Auditor::new(plan, turn);
    plan.source.visit(plan.limits, &auditor);
    let mut audited = auditor.finish();
    let (mut old, problems) = old::OldSide::of(plan, &audited.documents);
    audited.coverage.skipped.extend(problems);
    let holders = merge::holders(&audited.documents, plan.rules);
    let present = state::judged(plan, &mut audited, &mut old);
    let facts = corpus::facts(&mut audited.documents);
    let merge::Merged { mut findings, paths, lifetimes } =
        merge::merged(audited.documents, &old, plan.rules, plan.limits);
    let again = again::Again { plan };
    let people = match plan.exposure {
        Some(Asked::OfWorktree(asked)) => {
            exposure::of_worktree(&mut findings, &paths, asked, &again, plan.limits)
        }
        Some(Asked::OfRange(asked)) => {
            exposure::of_range(&mut findings, &paths, &asked, &again);
            People::default()
        }
        Some(Asked::OfTold { commits, now_seconds }) => {
            exposure::of_told(&mut findings, &holders, commits, now_seconds)
        }
        Some(Asked::OfHistory { attribution, prefix, now_seconds }) => {
            let learned = attribution.get();
            learned.map_or_else(People::default, |attribution| {
                exposure::of_history(&mut findings, &holders, attribution, prefix, now_seconds)
            })
        }
        None => People::default(),
    };
    original::add(plan, &mut findings, &paths);
    settle(plan, &mut findings, &lifetimes);
    let judged = corpus::Judged {
        findings: &findings,
        paths: &paths,
        lifetimes: &lifetimes,
        facts: &facts,
        people: &people,
    };
    let of_corpus = corpus::judged(plan, judged, &old, present.as_ref());
    findings.extend(of_corpus);
    // Masking every place took a thirtieth of an audit.
    let sent = facts.into_iter().filter(|fact| Sink::of(fact).is_some());
    let safe = |fact: Fact| Fact { place: shown::safe_place(&fact.place, plan.rules), ..fact };
    let facts = sent.map(safe).collect();
    Found { findings, inline: audited.inline, coverage: audited.coverage, facts }
}

/// Moves severities once exposure is known.
fn settle(plan: Plan<'_>, findings: &mut [Finding], lifetimes: &[Lifetime]) {
    let by_exposure = matches!(plan.source.mode(), Mode::Worktree | Mode::History);
    let moves = Moves { now_seconds: plan.now.as_second(), by_exposure };
    for (finding, lifetime) in findings.iter_mut().zip(lifetimes) {
        let rule = plan.rules.catalogue().get(&finding.rule);
        moves.settle(finding, rule.and_then(|rule| rule.file.lifespan), *lifetime);
    }
}
