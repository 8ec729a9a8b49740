//! `live-credential-in-tests`: a test, a fixture or a recording holds a credential that is real.
//!
//! Made-up values are told by the guards of detection, so what was found in a test is a value that a
//! random source gave. That the same one stands outside the tests proves it.

use super::lists::is_of_tests;
use super::{known, listed, path_of};
use crate::audit::{Corpus, CorpusAudit, Fault, Standing, Stands};
use crate::ledger;
use crate::model::Confidence;

pub(super) struct LiveInTests;

impl CorpusAudit for LiveInTests {
    fn rule(&self) -> &'static str {
        "live-credential-in-tests"
    }

    fn judge(&self, corpus: &Corpus<'_>, stands: &mut Stands) {
        let lasting = || corpus.findings.iter().filter(|held| known::is_lasting(held));
        for held in lasting().filter(|held| is_of_tests(held.path)) {
            if known::is_dead(corpus, held) {
                continue;
            }
            let finding = held.finding;
            let is_same = |other: &&crate::audit::Held<'_>| {
                other.finding.fingerprint == finding.fingerprint && !is_of_tests(other.path)
            };
            let elsewhere = lasting().find(is_same);
            let is_live = matches!(corpus.ledger.standing(finding.fingerprint), ledger::Standing::Live(_));
            let mut fault =
                Fault::of([finding.fingerprint.to_string()]).with([listed(finding.rule.as_str())]);
            match elsewhere {
                Some(other) => fault = fault.with([path_of("also-in", other.path)]),
                None if !is_live => fault = fault.confidence(finding.confidence.min(Confidence::Medium)),
                None => {}
            }
            stands.fault(&[Standing::Finding(*held)], fault);
        }
    }
}
