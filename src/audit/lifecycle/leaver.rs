//! `leaver-still-knows`: somebody who left, or whose share ended, still knows a credential.
//!
//! The ledger says who was given what and who left. Without it git says who could read a file while a
//! credential stood in it, and who has not been seen for long while others went on working.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::deadline::{entry_evidence, fact_of};
use super::{evidence, known, listed};
use crate::audit::{Corpus, CorpusAudit, Fault, Standing, Stands};
use crate::ledger::{self, DueKind, Entry, Person};
use crate::model::{Because, Confidence, Fingerprint, Severity, run_masked};

pub(super) struct LeaverKnows;

impl CorpusAudit for LeaverKnows {
    fn rule(&self) -> &'static str {
        "leaver-still-knows"
    }

    fn judge(&self, corpus: &Corpus<'_>, stands: &mut Stands) {
        let mut told: BTreeSet<(&str, &str)> = BTreeSet::new();
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
            told.insert((&due.entry.id, name));
            stands.fault(&[Standing::Fact(&fact_of(due.entry))], fault);
        }
        for held in corpus.findings.iter().filter(|held| known::is_lasting(held)) {
            let finding = held.finding;
            let of_git = leavers(corpus, finding.fingerprint);
            for (entry, person, left) in &of_git {
                if told.insert((&entry.id, &person.name)) {
                    let fault = Fault::of([entry.id.as_str(), &person.name]).with([
                        entry_evidence(entry),
                        evidence("person", run_masked(&person.name)),
                        evidence("left", run_masked(&left.to_string())),
                    ]);
                    stands.fault(&[Standing::Fact(&fact_of(entry)), Standing::Finding(*held)], fault);
                }
            }
            if !of_git.is_empty() {
                continue;
            }
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

/// Who left by the ledger and made a commit in whose tree a credential stood that is in use.
fn leavers<'c>(corpus: &Corpus<'c>, secret: Fingerprint) -> Vec<(&'c Entry, &'c Person, Date)> {
    let ledger::Standing::Live(entry) = corpus.ledger.standing(secret) else { return Vec::new() };
    let Some(knowers) = corpus.people.knowers.get(&secret) else { return Vec::new() };
    let is_knower = |person: &&Person| {
        person.mails.iter().any(|mail| knowers.iter().any(|knower| knower.eq_ignore_ascii_case(mail)))
    };
    let left = corpus.ledger.people().iter().filter(is_knower).filter_map(|person| {
        let left = person.left.filter(|left| *left <= corpus.today())?;
        Some((entry, person, left))
    });
    left.collect()
}
