//! Recall and noise, measured: made-up credentials in the shapes of files they are met in must all
//! be found, each once, by the right rule and in the right place; files full of look-alikes must
//! stay silent. The data is in `tests/corpus/`, its form in `tests/corpus/README.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Write as _;

use kagiban::model::{Family, Finding, RuleId, Severity};
use kagiban::rules::prove::Audit as _;
use kagiban::rules::{Catalogue, Gate, RuleSet};
use kagiban::scan::Examples;
use rayon::prelude::*;

mod corpus {
    pub(crate) mod charset;
    pub(crate) mod data;
    pub(crate) mod render;
}
use corpus::charset::Charset;
use corpus::data::{self, Carrier, Kinds};
use corpus::render::{Planted, Rendered, rendered};

/// Fresh values for each carrier; more by `KAGIBAN_CORPUS_SEEDS`.
fn seeds() -> u64 {
    std::env::var("KAGIBAN_CORPUS_SEEDS").ok().and_then(|n| n.parse().ok()).unwrap_or(5)
}

/// What is wrong with a carrier: how often, and in which charsets.
type Faults = BTreeMap<String, (u64, BTreeSet<Charset>)>;

struct Judge {
    rules: RuleSet,
    kinds: Kinds,
}

impl Judge {
    fn new() -> Self {
        let catalogue = Catalogue::builtin().expect("built-in rules load");
        Self { rules: RuleSet::new(catalogue, None), kinds: data::kinds() }
    }

    fn audited(&self, path: &str, bytes: Vec<u8>) -> Vec<Finding> {
        let whole = Examples::new(&self.rules).scan(vec![(path.to_owned(), bytes.clone())]).findings;
        let sieved = Examples::sieved(&self.rules).scan(vec![(path.to_owned(), bytes.clone())]).findings;
        let secrets = |all: &[Finding]| -> Vec<_> {
            all.iter()
                .filter(|f| f.severity >= Severity::Low)
                .map(|f| (f.rule.clone(), f.fingerprint))
                .collect()
        };
        assert_eq!(
            secrets(&whole),
            secrets(&sieved),
            "{path}: the sieve changes what is found:\n{}",
            String::from_utf8_lossy(&bytes)
        );
        whole
    }

    /// Everything that is wrong with one carrier.
    fn faults(&self, carrier: &Carrier) -> Faults {
        let mut faults = Faults::new();
        for seed in 0..if carrier.once { 1 } else { seeds() } {
            let mut rendered = rendered(&carrier.text, &self.kinds, seed);
            for charset in Charset::of(carrier, seed, &rendered.text) {
                if charset == Charset::Binary {
                    // Strings in binaries have no lines.
                    rendered.planted.iter_mut().for_each(Planted::anywhere);
                }
                for fault in self.judged(carrier, &rendered, charset) {
                    let (count, charsets) = faults.entry(fault).or_default();
                    *count += 1;
                    charsets.insert(charset);
                }
            }
        }
        faults
    }

    fn judged(&self, carrier: &Carrier, rendered: &Rendered, charset: Charset) -> Vec<String> {
        let bytes = charset.encoded(&rendered.text);
        let mut faults = Vec::new();
        if !Gate::get().passes(&bytes) && !rendered.planted.is_empty() {
            return vec!["the gate is shut".to_owned()];
        }
        let mut left: Vec<Finding> = self.audited(&carrier.path, bytes);
        // What stands around a planted credential is the business of other rules.
        left.retain(|f| f.family == Family::Leak || rendered.planted.is_empty());
        left.retain(|f| {
            f.severity >= Severity::Low || rendered.planted.iter().any(|p| *p.rule == *f.rule.as_str())
        });
        let bundled = left.extract_if(.., |f| f.rule.as_str() == "credential-bundle").count();
        if (bundled > 0) != is_bundle(&rendered.planted) {
            faults.push(format!("{bundled} bundles"));
        }
        for planted in &rendered.planted {
            let ours: Vec<Finding> = left.extract_if(.., |f| self.is_of(f, planted)).collect();
            match ours.as_slice() {
                [] => faults.push(format!("missed {}", planted.slot)),
                [one] => faults.extend(misplaced(one, planted)),
                many => faults.push(format!("{} found {} times", planted.slot, many.len())),
            }
        }
        // Identifiers that were not planted stand in the prose around.
        left.retain(|f| f.severity >= Severity::Low);
        faults.extend(left.iter().map(|f| format!("{} at {}:{} too", f.rule, line_of(f), column_of(f))));
        faults
    }

    /// Whether a finding is the planted credential. What is guessable has no fingerprint of its
    /// value, only a place.
    fn is_of(&self, finding: &Finding, planted: &Planted) -> bool {
        let rule = self.rules.catalogue().get(&RuleId::new(&planted.rule)).expect("kinds name rules");
        if finding.rule != rule.id {
            return false;
        }
        if rule.is_guessable() {
            return has_place_of_its_own(finding)
                || (planted.lines.contains(&line_of(finding)) && planted.is_column(column_of(finding)));
        }
        finding.fingerprint == Examples::new(&self.rules).fingerprint(rule, &planted.value)
    }
}

/// A mail has subjects and bodies, a text of RTF paragraphs, a source map texts with lines of their own;
/// `tests/documents` holds those places.
fn has_place_of_its_own(finding: &Finding) -> bool {
    finding.place.cell.is_some() || !finding.place.inner.is_empty()
}

fn line_of(finding: &Finding) -> u64 {
    finding.place.region.map_or(0, |region| region.start.line)
}

fn column_of(finding: &Finding) -> u64 {
    finding.place.region.map_or(0, |region| region.start.column)
}

fn misplaced(finding: &Finding, planted: &Planted) -> Option<String> {
    if has_place_of_its_own(finding) {
        return None;
    }
    let (line, column) = (line_of(finding), column_of(finding));
    (!planted.lines.contains(&line) || !planted.is_column(column))
        .then(|| format!("{} at {line}:{column}, not {:?}:{:?}", planted.slot, planted.lines, planted.column))
}

fn is_bundle(planted: &[Planted]) -> bool {
    let has = |rule: &str| planted.iter().any(|p| p.rule == rule);
    (has("lwa-client-secret") && has("lwa-refresh-token"))
        || (has("aws-access-key-id") && has("aws-secret-access-key"))
}

/// Judges all, prints the counts and fails with every fault.
fn hold(carriers: &[Carrier]) {
    let judge = Judge::new();
    let only = std::env::var("KAGIBAN_CORPUS_ONLY").unwrap_or_default();
    let judged: Vec<(&Carrier, Faults)> = carriers
        .par_iter()
        .filter(|carrier| carrier.name.contains(&only))
        .map(|carrier| (carrier, judge.faults(carrier)))
        .collect();
    let planted: usize = judged.iter().map(|(c, _)| rendered(&c.text, &judge.kinds, 0).planted.len()).sum();
    let mut report = String::new();
    let mut faulty = 0;
    for (carrier, faults) in judged.iter().filter(|(_, faults)| !faults.is_empty()) {
        faulty += 1;
        for (fault, (count, charsets)) in faults {
            let charsets: Vec<&str> = charsets.iter().map(|charset| charset.name()).collect();
            writeln!(report, "{}: {fault} ({count} times: {})", carrier.name, charsets.join(", "))
                .expect("a string takes text");
        }
    }
    let line =
        format!("{} carriers, {planted} credentials, {} values each, {faulty} faulty", judged.len(), seeds());
    writeln!(std::io::stdout().lock(), "{line}").expect("the count can be written");
    assert!(report.is_empty(), "{line}\n{report}");
}

#[test]
fn every_planted_credential_is_found_once() {
    hold(&data::carriers());
}

#[test]
fn every_spelling_of_a_name_is_known_in_every_syntax() {
    hold(&data::spelled());
}

#[test]
fn no_clean_file_is_flagged() {
    let clean = data::clean();
    assert!(clean.iter().all(|c| rendered(&c.text, &data::kinds(), 0).planted.is_empty()));
    hold(&clean);
}
