//! The sieve loses nothing: a run that reads texts only where a secret could be finds what a run
//! that reads all of them finds, identifiers left out.

mod proof;

use std::collections::BTreeSet;

use kagiban::model::Finding;
use kagiban::rules::RuleSet;
use kagiban::scan::Examples;
use proof::{CHARSETS, ENCODINGS, File, cases, catalogue, rule_set};

type Named = BTreeSet<(String, String, u64)>;

fn secrets(rules: &RuleSet, findings: Vec<Finding>) -> Named {
    findings
        .into_iter()
        .filter(|f| rules.catalogue().get(&f.rule).is_some_and(|rule| !rule.file.identifier))
        .map(|f| {
            let line = f.place.region.map_or(0, |region| region.start.line);
            (f.rule.to_string(), f.fingerprint.to_string(), line)
        })
        .collect()
}

fn differences(rules: &RuleSet, what: &str, files: &[File]) -> Vec<String> {
    let whole = secrets(rules, Examples::new(rules).scan(files.to_vec()).findings);
    let sieved = secrets(rules, Examples::sieved(rules).scan(files.to_vec()).findings);
    whole
        .symmetric_difference(&sieved)
        .map(|(rule, _, line)| format!("{what}: {rule} in line {line}"))
        .collect()
}

#[test]
fn examples_are_found_in_every_form() {
    let rules = rule_set();
    let mut faults = Vec::new();
    for case in cases(&catalogue()) {
        faults.extend(differences(&rules, &format!("{} / {}", case.rule, case.name), &case.files()));
        for (form, encode) in CHARSETS.iter().chain(ENCODINGS) {
            let Some(files) = case.encoded(encode) else { continue };
            let what = format!("{} / {} as {form}", case.rule, case.name);
            faults.extend(differences(&rules, &what, &files));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// A large text is read in regions: the examples stand far apart in one, between lines of code.
#[test]
fn examples_are_found_in_large_texts() {
    let rules = rule_set();
    let filler = "    let total = items.iter().map(|item| item.price * item.count).sum();\n".repeat(500);
    let mut faults = Vec::new();
    for case in cases(&catalogue()).iter().filter(|case| case.is_positive && case.is_of_values) {
        let files: Vec<File> = case
            .files()
            .into_iter()
            .map(|(path, bytes)| (path, [filler.as_bytes(), &bytes, filler.as_bytes()].concat()))
            .collect();
        faults.extend(differences(&rules, &format!("{} / {}", case.rule, case.name), &files));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
