//! Every rule's proof through the real audit, the matrix of all rules over all examples, and every
//! positive again in every form a text is found in.

mod proof;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use kagiban::model::Finding;
use kagiban::rules::prove::prove;
use kagiban::rules::{Match, RuleSet};
use kagiban::scan::Examples;
use proof::{CHARSETS, Case, ENCODINGS, Form, cases, catalogue, names, rule_set, scan_as};

#[test]
fn every_rule_proves_itself() {
    let rules = rule_set();
    let faults: Vec<String> =
        prove(rules.catalogue(), &Examples::new(&rules)).iter().map(ToString::to_string).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_matrix_is_as_agreed() {
    let rules = rule_set();
    let mut matrix = String::new();
    for case in cases(&catalogue()) {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for finding in scan_as(&rules, &case, case.files()).findings {
            *counts.entry(finding.rule.to_string()).or_default() += 1;
        }
        let fired: Vec<String> = counts
            .iter()
            .map(|(rule, count)| if *count == 1 { rule.clone() } else { format!("{rule} x{count}") })
            .collect();
        let sign = if case.is_positive { '+' } else { '-' };
        writeln!(matrix, "{sign} {} / {} -> {}", case.rule, case.name, fired.join(", "))
            .expect("a string takes any text");
    }
    insta::assert_snapshot!(matrix);
}

/// Findings that `form` loses or adds, a line each.
fn differences(
    form: &Form,
    is_compared: impl Fn(&Case) -> bool,
    is_told: impl Fn(&RuleSet, &Finding) -> bool,
) -> Vec<String> {
    let rules = rule_set();
    let (form, encode) = form;
    let mut faults = Vec::new();
    for case in cases(&catalogue()).iter().filter(|case| is_compared(case)) {
        let Some(files) = case.encoded(encode) else { continue };
        let told = |files| {
            let mut findings = scan_as(&rules, case, files).findings;
            findings.retain(|finding| is_told(&rules, finding));
            names(&findings)
        };
        let (plain, encoded) = (told(case.files()), told(files));
        let place = format!("{} / {} as {form}", case.rule, case.name);
        faults.extend(plain.difference(&encoded).map(|(rule, _)| format!("{place}: misses {rule}")));
        faults.extend(encoded.difference(&plain).map(|(rule, _)| format!("{place}: adds {rule}")));
    }
    faults
}

#[test]
fn the_charset_changes_nothing() {
    let faults: Vec<String> =
        CHARSETS.iter().flat_map(|form| differences(form, |_| true, |_, _| true)).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_positive_is_found_in_every_encoding() {
    let is_compared = |case: &Case| case.is_positive && case.is_of_values;
    // An encoding that hides a value is undone; the sentences around it are read as they are written.
    let is_of_value = |rules: &RuleSet, finding: &Finding| {
        let rule = rules.catalogue().get(&finding.rule);
        rule.is_some_and(|rule| !rule.file.matches.iter().all(|found| matches!(found, Match::Audit {})))
    };
    let faults: Vec<String> =
        ENCODINGS.iter().flat_map(|form| differences(form, is_compared, is_of_value)).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
