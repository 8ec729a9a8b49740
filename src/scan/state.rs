//! The pass over the present state, where the main pass goes through versions of files: structure is
//! judged in the tree that is there in the end.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::auditor::{Audited, AuditedDocument, Auditor};
use super::merge::{self, Key};
use super::old::OldSide;
use super::{Plan, Progress};
use crate::audit::Turn;
use crate::model::{Basis, Fingerprint, Mode, RuleId};

/// What is in the present state: secrets by rule, fingerprint and path.
pub(super) type Present = BTreeSet<(RuleId, Fingerprint, Arc<str>)>;

/// Adds what audits see in the present state, and what it replaces. None where the main pass was
/// over that state itself.
pub(super) fn judged(plan: Plan<'_>, audited: &mut Audited, old: &mut OldSide) -> Option<Present> {
    let turn = match plan.source.mode() {
        Mode::Worktree | Mode::Staged | Mode::Stdin => return None,
        Mode::History => Turn::Present,
        Mode::Range => Turn::All,
    };
    let progress = Progress::default();
    let plan = Plan { progress: &progress, ..plan };
    let auditor = Auditor::new(plan, turn);
    plan.source.visit_state(plan.limits, &auditor);
    let state = auditor.finish();
    // The main pass of a history has told of every object.
    if plan.source.mode() != Mode::History {
        audited.coverage.skipped.extend(state.coverage.skipped);
    }
    audited.inline.merge(state.inline);
    let keys = state.documents.iter().flat_map(|document| merge::keys(&document.gathered, plan.rules));
    let present = keys.map(|(rule, fingerprint, path, _): Key| (rule, fingerprint, path)).collect();
    let documents: Vec<AuditedDocument> = state.documents.into_iter().filter_map(structure_of).collect();
    if !documents.is_empty() {
        let auditor = Auditor::new(plan, turn);
        plan.source.visit_state_before(plan.limits, &auditor);
        let before = auditor.finish();
        audited.coverage.skipped.extend(before.coverage.skipped);
        // What of secrets is old is judged commit by commit.
        for document in before.documents.into_iter().filter_map(structure_of) {
            old.learn(&document, plan.rules);
        }
    }
    audited.documents.extend(documents);
    Some(present)
}

/// Leaves of a document what audits said: the rest the main pass has said.
fn structure_of(mut document: AuditedDocument) -> Option<AuditedDocument> {
    document.gathered.sets.clear();
    document.gathered.candidates.retain(|candidate| candidate.basis == Basis::Structure);
    let is_empty = document.gathered.candidates.is_empty() && document.facts.is_empty();
    (!is_empty).then_some(document)
}
