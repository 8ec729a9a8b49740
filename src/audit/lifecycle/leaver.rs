//! `leaver-still-knows`: somebody who left, or whose share ended, still knows a credential.
//!
//! The ledger says who was given what and who left. Without it git says who could read a file while a
//! credential stood in it, and who has not been seen for long while others went on working.

use super::deadline::{entry_evidence, fact_of};
use super::{evidence, known, listed};
use crate::audit::{Corpus, CorpusAudit, Fault, Standing, Stands};
use crate::ledger::{self, DueKind};
use crate::model::{Because, Confidence, Severity, run_masked};

pub(super) struct LeaverKnows;

impl CorpusAudit for LeaverKnows {
    fn rule(&self) -> &'static str {
        "leaver-still-knows"
    }

    fn judge(&self, corpus: &Corpus<'_>, stands: &mut Stands) {
        for due in corpus.ledger.due(corpus.today(), true) {
            let (name, kind, date) = match due.kind {
                DueKind::ShareEnded(name, until) => (name, "share-ended", until),
                DueKind::LeaverKnows(name, left) => (name, "left", left),
                _ => continue,
            };
            let fault = Fault::of([due.entry.id.as_str(), name]).with([
                entry_evidence(due.entry),
                evidence("person", run_masked(name)),
                evidence(kind, run_masked(&date.to_string())),
            ]);
            stands.fault(&[Standing::Fact(&fact_of(due.entry))], fault);
        }
        for held in corpus.findings.iter().filter(|held| known::is_lasting(held)) {
            let finding = held.finding;
            let absent = corpus.people.absent(finding.fingerprint);
            if absent == 0 || known::is_dead(corpus, held) {
                continue;
            }
            let fault = Fault::of([finding.fingerprint.to_string()])
                .with([
                    listed(finding.rule.as_str()),
                    evidence("absent-authors", run_masked(&absent.to_string())),
                ])
                .confidence(Confidence::Low);
            let fault = match corpus.ledger.standing(finding.fingerprint) {
                ledger::Standing::Live(_) => fault,
                _ => fault.severity(Severity::Low, Because::NoLedger),
            };
            stands.fault(&[Standing::Finding(*held)], fault);
        }
    }
}
