//! `removed-but-not-rotated`: a credential was deleted from the files, and still works.
//!
//! Only a ledger can tell: it knows the credential as the one in use, or it keeps track of keys and
//! of none of this kind. Without a ledger a report says that it is in history only, and no more.

use std::collections::BTreeSet;

use super::deadline::entry_evidence;
use super::{known, listed};
use crate::audit::{Corpus, CorpusAudit, Fault, Held, Standing, Stands};
use crate::ledger;
use crate::model::{Because, Confidence, Family, Fingerprint, RuleId, Tag};
use crate::rules::Rule;

pub(super) struct RemovedNotRotated;

impl CorpusAudit for RemovedNotRotated {
    fn rule(&self) -> &'static str {
        "removed-but-not-rotated"
    }

    fn judge(&self, corpus: &Corpus<'_>, stands: &mut Stands) {
        if !corpus.ledger.is_there() {
            return;
        }
        let present: BTreeSet<Fingerprint> =
            corpus.findings.iter().map(|held| held.finding.fingerprint).collect();
        let mut told: BTreeSet<Fingerprint> = BTreeSet::new();
        for held in corpus.gone.iter().filter(|held| is_removed(held)) {
            let fingerprint = held.finding.fingerprint;
            if !present.contains(&fingerprint)
                && !told.contains(&fingerprint)
                && let Some(fault) = fault(corpus, held)
            {
                told.insert(fingerprint);
                stands.fault(&[Standing::Finding(*held)], fault);
            }
        }
    }
}

/// What no object of the present holds; an object that no commit had was never in the files.
fn is_removed(held: &Held<'_>) -> bool {
    let finding = held.finding;
    finding.family == Family::Leak && finding.secret.is_some() && finding.tags.contains(&Tag::HistoryOnly)
}

fn fault(corpus: &Corpus<'_>, held: &Held<'_>) -> Option<Fault> {
    let finding = held.finding;
    let fault = Fault::of([finding.fingerprint.to_string()]).with([listed(finding.rule.as_str())]);
    match corpus.ledger.standing(finding.fingerprint) {
        ledger::Standing::Live(entry) => Some(fault.with([entry_evidence(entry)])),
        ledger::Standing::Rotated(..) => None,
        ledger::Standing::Unknown => {
            let class = class_of(corpus, &finding.rule);
            // What has died by its age needs no rotation.
            let is_untold = known::is_lasting(held) && !corpus.ledger.covers(class);
            let is_alive = !known::is_dead(corpus, held) && !known::is_because(held, Because::HourPassed);
            (is_untold && is_alive).then(|| fault.confidence(Confidence::Medium))
        }
    }
}

fn class_of<'c>(corpus: &Corpus<'c>, rule: &'c RuleId) -> &'c str {
    corpus.rules.catalogue().get(rule).map_or(rule.as_str(), Rule::class)
}
