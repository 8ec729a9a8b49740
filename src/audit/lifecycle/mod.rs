//! Keys that nobody keeps track of.

mod deadline;
mod known;
mod leaver;
mod lists;
mod mws;
mod places;
mod project;
mod removed;
mod tests_live;

use super::{CorpusAudit, DocumentAudit};
use crate::model::{Evidence, Masked, random_masked, run_masked};

/// The audits of single documents. An audit that is not here does not run.
pub(super) const DOCUMENT_AUDITS: &[&dyn DocumentAudit] =
    &[&mws::DeadMws, &project::IgnoreRules, &project::SecretScan, &project::LedgerMissing];

/// The audits of all documents together.
pub(super) const CORPUS_AUDITS: &[&dyn CorpusAudit] = &[
    &deadline::CLIENT_SECRET,
    &deadline::YEAR,
    &deadline::AUTHORIZATION,
    &removed::RemovedNotRotated,
    &leaver::LeaverKnows,
    &places::ManyPlaces,
    &tests_live::LiveInTests,
    &mws::DeadMws,
    &project::IgnoreRules,
    &project::SecretScan,
    &project::LedgerMissing,
];

/// Says what speaks for a fault.
fn evidence(kind: &'static str, text: Masked) -> Evidence {
    Evidence { kind, text, weight: 0 }
}

/// Wraps a word of our own lists, a number or a date.
fn listed(word: &str) -> Evidence {
    evidence("credential", run_masked(word))
}

/// Wraps a path.
fn path_of(kind: &'static str, path: &str) -> Evidence {
    evidence(kind, random_masked(path))
}
