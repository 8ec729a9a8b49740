//! What corpus audits get, and what they emit.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{Fault, Worlds};
use crate::ledger::Ledger;
use crate::model::{Fact, Finding, Lifetime, Mode, People, Snapshot};
use crate::rules::RuleSet;
use crate::settings::Own;

/// A finding, and its path before anything in it was masked.
#[derive(Debug, Clone, Copy)]
pub struct Held<'a> {
    /// The finding.
    pub finding: &'a Finding,
    /// Its path in the tree; empty for kinds without one.
    pub path: &'a str,
    /// What the places of its secret tell about how long it works.
    pub lifetime: Lifetime,
}

/// Everything that was found and noted in the state that is judged: the files of a scan, what is
/// staged, the touched files of a range, HEAD's tree of a history.
#[derive(Clone, Copy)]
pub struct Corpus<'a> {
    /// What was found, with secrets and without.
    pub findings: &'a [Held<'a>],
    /// What was found in other versions only, where a history is audited.
    pub gone: &'a [Held<'a>],
    /// What document audits noted, in the order of their places.
    pub facts: &'a [Fact],
    /// Who could read the secrets, where git was asked.
    pub people: &'a People,
    /// The files around them.
    pub snapshot: &'a dyn Snapshot,
    /// What was audited.
    pub mode: Mode,
    /// What belongs to the team itself.
    pub own: &'a Own,
    /// The rules by which it was found.
    pub rules: &'a RuleSet,
    /// What is known of the keys.
    pub ledger: &'a Ledger,
    /// The time to judge by.
    pub now: Timestamp,
    /// Whose the projects are, found out when it is first asked.
    pub worlds: &'a Worlds,
}

impl<'a> Corpus<'a> {
    /// Returns the day to judge by, in UTC.
    #[must_use]
    pub fn today(&self) -> Date {
        self.now.to_zoned(TimeZone::UTC).date()
    }

    /// Tells whether the files of a root are those of a repository.
    #[must_use]
    pub fn is_repository(&self, root: u32) -> bool {
        let has = |path: &str| self.snapshot.read(root, path).is_some();
        // In a linked worktree and in a submodule `.git` is a file.
        self.mode != Mode::Worktree || has(".git/HEAD") || has(".git")
    }

    /// Returns the facts of a kind.
    pub fn facts_of(&self, kind: &'static str) -> impl Iterator<Item = &'a Fact> {
        self.facts.iter().filter(move |fact| fact.kind == kind)
    }
}

/// What a fault of several documents stands on. The first is where it is shown; a fault whose
/// grounds all were there before is no new one.
#[derive(Debug, Clone, Copy)]
pub enum Standing<'a> {
    /// Something noted.
    Fact(&'a Fact),
    /// Something found.
    Finding(Held<'a>),
}

/// Where a corpus audit notes its faults.
#[derive(Debug, Default)]
pub struct Stands {
    pub(crate) faults: Vec<StandingFault>,
}

/// A fault and what it stands on.
#[derive(Debug)]
pub(crate) struct StandingFault {
    pub(crate) fault: Fault,
    pub(crate) grounds: Vec<Ground>,
}

/// What a fault stands on, owned.
#[derive(Debug)]
pub(crate) enum Ground {
    Fact(Fact),
    Finding(Box<Finding>, String),
}

impl Stands {
    /// Notes a fault at the first of `grounds`; without any it stands nowhere and is left out.
    pub fn fault(&mut self, grounds: &[Standing<'_>], fault: Fault) {
        let owned = |ground: &Standing<'_>| match ground {
            Standing::Fact(fact) => Ground::Fact((*fact).clone()),
            Standing::Finding(held) => Ground::Finding(Box::new(held.finding.clone()), held.path.to_owned()),
        };
        if !grounds.is_empty() {
            self.faults.push(StandingFault { fault, grounds: grounds.iter().map(owned).collect() });
        }
    }
}
