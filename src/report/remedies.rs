//! What is to be done about the findings of a rule, as far as it applies to them.

use super::texts;
use crate::model::{Mode, Report};
use crate::rules::lists::Remediation;
use crate::rules::{Catalogue, Match, Rule};

/// The remediation that is about commits.
const OF_HISTORY: &str = "clean-history";

/// Returns the remediations of a rule that apply to what a report has of it, in order.
///
/// The list of a set is for every kind of set, so that what none of its members asks for is left out of it, but
/// for the first, which is about the set. History is cleaned of what was committed.
pub(super) fn applying<'r>(
    rule: &'r Rule,
    report: &Report,
    catalogue: &Catalogue,
) -> Vec<(&'r str, &'static Remediation)> {
    let of_members = || {
        let rules = report.findings().iter().filter_map(|finding| catalogue.get(&finding.rule));
        rules.filter(|other| !is_set(other)).flat_map(|other| &other.file.remediation)
    };
    let is_asked = |at: usize, id: &String| at == 0 || !is_set(rule) || of_members().any(|asked| asked == id);
    let applies = |id: &str| id != OF_HISTORY || is_committed(rule, report);
    let own = rule.file.remediation.iter().enumerate().filter(|(at, id)| is_asked(*at, id) && applies(id));
    own.filter_map(|(_, id)| Some((id.as_str(), texts::remediation(id)?))).collect()
}

/// Whether the rule looks at several credentials as one.
pub(super) fn is_set(rule: &Rule) -> bool {
    rule.file.matches.iter().any(|of| matches!(of, Match::Set { .. }))
}

fn is_committed(rule: &Rule, report: &Report) -> bool {
    let is_of_history = matches!(report.facts().mode, Mode::History | Mode::Range);
    let mut findings = report.findings().iter().filter(|finding| finding.rule == rule.id);
    findings.any(|finding| {
        let state = finding.exposure.as_ref().and_then(|exposure| exposure.state.as_deref());
        is_of_history || matches!(state, Some("committed" | "pushed"))
    })
}
