//! Which rules a report shows: `--only`, `--skip`, `--identifiers`, `--min-severity`.

use std::collections::BTreeSet;

use crate::model::{Family, Finding, RuleId, Severity};
use crate::rules::{Catalogue, Rule};
use crate::settings::nearest;

/// What a person chose, on the command line or in `kagiban.toml`.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    /// Ids and families to show; empty for all.
    pub only: Vec<String>,
    /// Ids and families not to show.
    pub skip: Vec<String>,
    /// Whether identifiers are shown that `only` does not name by id.
    pub identifiers: bool,
    /// The least severity to show.
    pub min_severity: Option<Severity>,
}

/// A name that is neither a rule nor a family.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no rule or family `{name}`{}", hint(near))]
pub struct UnknownName {
    /// The name as written.
    pub name: String,
    /// Names it may stand for, nearest first.
    pub near: Vec<String>,
}

/// The choice, held against the catalogue.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    hidden: BTreeSet<RuleId>,
    min_severity: Option<Severity>,
    is_narrowed: bool,
}

impl Selection {
    /// Holds a choice against the catalogue.
    ///
    /// # Errors
    /// Every name that is neither a rule nor a family.
    pub fn new(catalogue: &Catalogue, choice: &Choice) -> Result<Self, Vec<UnknownName>> {
        let unknown: Vec<UnknownName> = choice
            .only
            .iter()
            .chain(&choice.skip)
            .filter(|name| !is_known(catalogue, name))
            .map(|name| UnknownName { name: name.clone(), near: near_names(catalogue, name) })
            .collect();
        if !unknown.is_empty() {
            return Err(unknown);
        }
        let hidden =
            catalogue.iter().filter(|rule| !choice.shows(rule)).map(|rule| rule.id.clone()).collect();
        let is_narrowed = !choice.only.is_empty() || !choice.skip.is_empty();
        Ok(Self { hidden, min_severity: choice.min_severity, is_narrowed })
    }

    /// Hides further rules, such as those a mode does not judge.
    #[must_use]
    pub fn without(mut self, rules: impl IntoIterator<Item = RuleId>) -> Self {
        self.hidden.extend(rules);
        self
    }

    /// Tells whether findings of a rule are shown.
    #[must_use]
    pub fn shows(&self, rule: &RuleId) -> bool {
        !self.hidden.contains(rule)
    }

    /// Tells whether a finding is shown.
    #[must_use]
    pub fn keeps(&self, finding: &Finding) -> bool {
        self.shows(&finding.rule) && self.min_severity.is_none_or(|least| finding.severity >= least)
    }

    /// Tells whether `only` or `skip` left something out, so that unused suppressions are not known.
    #[must_use]
    pub const fn is_narrowed(&self) -> bool {
        self.is_narrowed
    }
}

impl Choice {
    fn shows(&self, rule: &Rule) -> bool {
        let names_it = |name: &String| name == rule.id.as_str() || name == rule.family.as_str();
        if self.skip.iter().any(names_it) {
            return false;
        }
        if !self.only.is_empty() && !self.only.iter().any(names_it) {
            return false;
        }
        // A family stands for its findings; identifiers are none unless they are asked for.
        !rule.file.identifier || self.identifiers || self.only.iter().any(|name| name == rule.id.as_str())
    }
}

/// Tells whether a name is a rule or a family.
pub(super) fn is_known(catalogue: &Catalogue, name: &str) -> bool {
    family_named(name).is_some() || catalogue.get(&RuleId::new(name)).is_some()
}

/// Finds a family by its name.
pub(super) fn family_named(name: &str) -> Option<Family> {
    Family::ALL.into_iter().find(|family| family.as_str() == name)
}

/// Returns up to three names that an unknown one may stand for, nearest first.
pub(super) fn near_names(catalogue: &Catalogue, name: &str) -> Vec<String> {
    let families = Family::ALL.iter().map(|family| family.as_str());
    let known: Vec<&str> = families.chain(catalogue.iter().map(|rule| rule.id.as_str())).collect();
    let meant = nearest(name, known.iter().copied());
    let holding = known
        .iter()
        .copied()
        .filter(|candidate| name.len() >= 3 && candidate.contains(name) && Some(*candidate) != meant);
    meant.into_iter().chain(holding).take(3).map(str::to_owned).collect()
}

/// Returns the question that ends a sentence about an unknown name.
pub(super) fn hint(near: &[String]) -> String {
    if near.is_empty() {
        return String::new();
    }
    let names: Vec<String> = near.iter().map(|name| format!("`{name}`")).collect();
    format!("; did you mean {}?", names.join(", "))
}

#[cfg(test)]
mod tests;
