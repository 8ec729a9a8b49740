//! `[[allow]]` against findings and against the catalogue.

use super::select::{family_named, hint, is_known, near_names};
use crate::model::{Finding, Place};
use crate::rules::Catalogue;
use crate::settings::{Allow, Diagnostic, Settings};

/// Returns the places that a suppression of a finding is about: its own and those where the same
/// rule saw the same secret under the same path. Every other path has a finding of its own.
pub(super) fn places(finding: &Finding) -> impl Iterator<Item = &Place> {
    let own = &finding.place;
    let others = finding.also_at.iter().filter(|also| also.rule.is_none()).map(|also| &also.place);
    let is_here = |place: &&Place| place.origin.path == own.origin.path && place.inner == own.inner;
    std::iter::once(own).chain(others.filter(is_here))
}

/// Tells whether everything an allow asks for holds.
pub(super) fn accepts(allow: &Allow, finding: &Finding) -> bool {
    let path = finding.place.origin.path.as_deref();
    allow.rule.as_ref().is_none_or(|rule| rule.value == finding.rule)
        && allow.fingerprint.is_none_or(|fingerprint| fingerprint == finding.fingerprint)
        && allow.path.as_ref().is_none_or(|glob| path.is_some_and(|path| glob.matches(path)))
}

/// Returns a diagnostic for every name of the settings that the catalogue does not know.
#[must_use]
pub fn unknown_names(catalogue: &Catalogue, settings: &Settings) -> Vec<Diagnostic> {
    let mut faults = Vec::new();
    for name in settings.only.iter().chain(&settings.skip) {
        if !is_known(catalogue, name) {
            let near = near_names(catalogue, name);
            let message = format!("there is no such rule or family{}", hint(&near));
            faults.push(settings.source.diagnostic(name.span, message));
        }
    }
    for rule in settings.allows.iter().filter_map(|allow| allow.rule.as_ref()) {
        if catalogue.get(&rule.value).is_some() {
            continue;
        }
        let message = if family_named(rule.as_str()).is_some() {
            "this is a family; an allow accepts one rule".to_owned()
        } else {
            let mut near = near_names(catalogue, rule.as_str());
            near.retain(|name| family_named(name).is_none());
            format!("there is no such rule{}", hint(&near))
        };
        faults.push(settings.source.diagnostic(rule.span, message));
    }
    faults.sort_by_key(|fault| (fault.line, fault.column));
    faults
}
