//! New against old: what a change replaces held already does not count.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::auditor::{AuditedDocument, Auditor};
use super::{Plan, Progress, merge};
use crate::audit::Turn;
use crate::model::{Candidate, Fact, Fingerprint, Mode, Problem};
use crate::rules::RuleSet;

/// The commit that added something; none for the next commit, and where there are no commits.
pub(super) type Commit = Option<Arc<str>>;

/// What each change replaced.
#[derive(Debug, Default)]
pub(super) struct OldSide {
    held: BTreeMap<Commit, BTreeSet<Fingerprint>>,
    facts: BTreeSet<FactName>,
}

/// What names a fact across the two sides: commit, path, kind, text.
type FactName = (Commit, Option<Arc<str>>, &'static str, String);

fn name_of(fact: &Fact) -> FactName {
    let origin = &fact.place.origin;
    (origin.commit.clone(), origin.path.clone(), fact.kind, fact.text.clone())
}

impl OldSide {
    /// Audits what the changes with findings replace; returns what could not be read as well.
    pub(super) fn of(plan: Plan<'_>, found: &[AuditedDocument]) -> (Self, Vec<Problem>) {
        let candidates = found.iter().flat_map(|document| &document.gathered.candidates);
        let facts = found.iter().flat_map(|document| &document.facts).map(|fact| &fact.place);
        let places = candidates.map(|candidate| &candidate.place).chain(facts);
        let asked: BTreeSet<Commit> = places.map(|place| place.origin.commit.clone()).collect();
        if asked.is_empty() {
            return (Self::default(), Vec::new());
        }
        let progress = Progress::default();
        // Of a range the audits judge the state that it leaves, not commit by commit.
        let turn = if plan.source.mode() == Mode::Range { Turn::Nobody } else { Turn::All };
        let auditor = Auditor::new(Plan { progress: &progress, ..plan }, turn);
        plan.source.visit_old(&asked, plan.limits, &auditor);
        let audited = auditor.finish();
        let mut old = Self::default();
        for document in &audited.documents {
            old.learn(document, plan.rules);
        }
        (old, audited.coverage.skipped)
    }

    /// Learns what a document of the old side holds.
    pub(super) fn learn(&mut self, document: &AuditedDocument, rules: &RuleSet) {
        self.facts.extend(document.facts.iter().map(name_of));
        let Some(first) = document.gathered.candidates.first() else { return };
        let held = self.held.entry(first.place.origin.commit.clone()).or_default();
        held.extend(merge::keys(&document.gathered, rules).into_iter().map(|key| key.1));
    }

    /// Tells whether the change replaced something that held a fact.
    pub(super) fn holds_fact(&self, fact: &Fact) -> bool {
        self.facts.contains(&name_of(fact))
    }

    /// Tells whether the change that brought a candidate replaced something that held it.
    pub(super) fn holds(&self, candidate: &Candidate, fingerprint: Fingerprint) -> bool {
        self.held.get(&candidate.place.origin.commit).is_some_and(|held| held.contains(&fingerprint))
    }
}
