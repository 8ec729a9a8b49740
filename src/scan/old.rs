//! New against old: what a change replaces held already does not count.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::auditor::{AuditedDocument, Auditor};
use super::{Plan, Progress, merge};
use crate::model::{Candidate, Fingerprint, Problem};
use crate::rules::RuleSet;

/// The commit that added something; none for the next commit, and where there are no commits.
pub(super) type Commit = Option<Arc<str>>;

/// What each change replaced.
#[derive(Debug, Default)]
pub(super) struct OldSide {
    held: BTreeMap<Commit, BTreeSet<Fingerprint>>,
}

impl OldSide {
    /// Audits what the changes with findings replace; returns what could not be read as well.
    pub(super) fn of(plan: Plan<'_>, found: &[AuditedDocument]) -> (Self, Vec<Problem>) {
        let candidates = found.iter().flat_map(|document| &document.gathered.candidates);
        let asked: BTreeSet<Commit> = candidates.map(|c| c.place.origin.commit.clone()).collect();
        if asked.is_empty() {
            return (Self::default(), Vec::new());
        }
        let progress = Progress::default();
        let auditor = Auditor::new(Plan { progress: &progress, ..plan });
        plan.source.visit_old(&asked, plan.limits, &auditor);
        let audited = auditor.finish();
        let mut old = Self::default();
        for document in &audited.documents {
            old.learn(document, plan.rules);
        }
        (old, audited.coverage.skipped)
    }

    fn learn(&mut self, document: &AuditedDocument, rules: &RuleSet) {
        let Some(first) = document.gathered.candidates.first() else { return };
        let held = self.held.entry(first.place.origin.commit.clone()).or_default();
        held.extend(merge::keys(&document.gathered, rules).into_iter().map(|key| key.1));
    }

    /// Tells whether the change that brought a candidate replaced something that held it.
    pub(super) fn holds(&self, candidate: &Candidate, fingerprint: Fingerprint) -> bool {
        self.held.get(&candidate.place.origin.commit).is_some_and(|held| held.contains(&fingerprint))
    }
}
