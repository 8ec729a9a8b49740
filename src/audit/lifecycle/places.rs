//! `same-credential-many-places`: one credential in several files or projects.

use std::collections::{BTreeMap, BTreeSet};

use super::{evidence, known, listed, path_of};
use crate::audit::{Corpus, CorpusAudit, Fault, Held, Standing, Stands};
use crate::model::{Fingerprint, run_masked};

/// Further places that a fault names.
const NAMED_MAX: usize = 5;

pub(super) struct ManyPlaces;

impl CorpusAudit for ManyPlaces {
    fn rule(&self) -> &'static str {
        "same-credential-many-places"
    }

    fn judge(&self, corpus: &Corpus<'_>, stands: &mut Stands) {
        let mut places: BTreeMap<Fingerprint, Vec<Held<'_>>> = BTreeMap::new();
        for held in corpus.findings.iter().filter(|held| known::is_lasting(held) && !held.path.is_empty()) {
            places.entry(held.finding.fingerprint).or_default().push(*held);
        }
        for (fingerprint, mut all) in places {
            all.sort_by_key(|held| (held.finding.place.origin.root, held.path));
            let mut seen = BTreeSet::new();
            all.retain(|held| seen.insert((held.finding.place.origin.root, held.path)));
            let (Some(first), true) = (all.first(), all.len() > 1) else { continue };
            if known::is_dead(corpus, first) {
                continue;
            }
            let count = run_masked(&all.len().to_string());
            let others = all.iter().skip(1).take(NAMED_MAX).map(|held| path_of("also-in", held.path));
            let fault = Fault::of([fingerprint.to_string()])
                .with([listed(first.finding.rule.as_str()), evidence("places", count)])
                .with(others);
            let grounds: Vec<Standing<'_>> = all.iter().map(|held| Standing::Finding(*held)).collect();
            stands.fault(&grounds, fault);
        }
    }
}
