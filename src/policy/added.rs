//! `allow-added-in-change`: an acceptance that the audited change itself brings, and what it hides.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::InlineAllow;
use crate::model::{
    Evidence, Excerpt, Finding, Fingerprint, Origin, Place, Position, Region, RuleId, Severity, run_masked,
};
use crate::rules::Catalogue;
use crate::settings::{Allow, Located, Settings};

/// The rule of what a change accepts by itself.
const ALLOW_ADDED_IN_CHANGE: &str = "allow-added-in-change";

/// Rules told as hidden by one acceptance.
const RULES_MAX: usize = 5;

/// An acceptance that is new.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Adder {
    place: Place,
    parts: Vec<String>,
}

impl Adder {
    pub(super) fn inline(origin: &Arc<Origin>, inner: &[String], allow: &InlineAllow) -> Self {
        let start = Position { line: allow.line, column: allow.column };
        let region = Some(Region { start, end: start });
        let place = Place { origin: Arc::clone(origin), inner: inner.to_vec(), region, cell: None };
        let until = allow.until.map(|until| format!("until={until}"));
        let rule = format!("rule={}", allow.rule);
        Self { place, parts: [rule, format!("reason={}", allow.reason)].into_iter().chain(until).collect() }
    }

    pub(super) fn config(settings: &Settings, allow: &Allow) -> Self {
        let mut parts = vec!["allow".to_owned()];
        parts.extend(allow.rule.as_ref().map(|rule| format!("rule={}", rule.value)));
        parts.extend(allow.path.as_ref().map(|path| format!("path={}", path.as_str())));
        parts.extend(allow.fingerprint.map(|fingerprint| format!("fingerprint={fingerprint}")));
        Self { place: in_file(settings.source.path(), Some(settings.source.region(allow.term_span))), parts }
    }

    /// All entries of a baseline are one acceptance.
    pub(super) fn baseline(name: &str) -> Self {
        Self { place: in_file(name, None), parts: vec!["baseline".to_owned()] }
    }

    /// The setting that hides a finding.
    pub(super) fn setting(settings: &Settings, finding: &Finding) -> Self {
        let names = |name: &&Located<String>| {
            name.value == finding.rule.as_str() || name.value == finding.family.as_str()
        };
        let source = &settings.source;
        let region = |name: &Located<String>| Some(source.region(name.span));
        let (key, region) = if let Some(skip) = settings.skip.iter().find(names) {
            ("skip", region(skip))
        } else if let Some(only) = settings.only.first().filter(|_| !settings.only.iter().any(|o| names(&o)))
        {
            ("only", region(only))
        } else {
            let is_low = settings.min_severity.is_some_and(|least| finding.severity < least);
            let key = if is_low { "min-severity" } else { "identifiers" };
            (key, line_of(source.text(), key))
        };
        Self { place: in_file(source.path(), region), parts: vec![format!("setting={key}")] }
    }

    fn fingerprint(&self) -> Fingerprint {
        let path = self.place.origin.path.as_deref().unwrap_or_default();
        let mut parts: Vec<&[u8]> = self.parts.iter().map(String::as_bytes).collect();
        parts.sort_unstable();
        let head = [ALLOW_ADDED_IN_CHANGE.as_bytes(), path.as_bytes()];
        Fingerprint::of(&head.into_iter().chain(parts).collect::<Vec<_>>())
    }
}

fn in_file(path: &str, region: Option<Region>) -> Place {
    Place { origin: Arc::new(Origin::file(path)), inner: Vec::new(), region, cell: None }
}

/// Where a key of the top table is set.
fn line_of(text: &str, key: &str) -> Option<Region> {
    let at = text.lines().position(|line| line.trim_start().starts_with(key))?;
    let start = Position { line: at as u64 + 1, column: 1 };
    Some(Region { start, end: start })
}

/// What new acceptances hide.
#[derive(Debug, Default)]
pub(super) struct Hidden {
    by_adder: BTreeMap<Fingerprint, (Adder, Severity, BTreeSet<RuleId>)>,
}

impl Hidden {
    /// Notes that an acceptance hides a finding.
    pub(super) fn note(&mut self, adder: Adder, finding: &Finding) {
        let (first, worst, rules) = self
            .by_adder
            .entry(adder.fingerprint())
            .or_insert_with(|| (adder.clone(), finding.severity, BTreeSet::new()));
        // The first of its places, whatever came first.
        if adder < *first {
            *first = adder;
        }
        *worst = (*worst).max(finding.severity);
        rules.insert(finding.rule.clone());
    }

    /// Returns a finding for each; none where the catalogue lacks the rule.
    pub(super) fn findings(self, catalogue: &Catalogue) -> Vec<Finding> {
        let Some(rule) = catalogue.get(&RuleId::new(ALLOW_ADDED_IN_CHANGE)) else { return Vec::new() };
        let of =
            |(fingerprint, (adder, worst, rules)): (Fingerprint, (Adder, Severity, BTreeSet<RuleId>))| {
                let is_worse = worst >= Severity::High;
                let evidence =
                    |id: &RuleId| Evidence { kind: "hides", text: run_masked(id.as_str()), weight: 0 };
                Finding {
                    place: adder.place,
                    rule: rule.id.clone(),
                    family: rule.family,
                    fingerprint,
                    severity: if is_worse { rule.severity().max(Severity::Medium) } else { rule.severity() },
                    severity_because: is_worse
                        .then(|| format!("it hides a finding of severity {}", worst.as_str()))
                        .into_iter()
                        .collect(),
                    confidence: rule.confidence(),
                    evidence: rules.iter().take(RULES_MAX).map(evidence).collect(),
                    also_at: Vec::new(),
                    also_at_total: 0,
                    secret: None,
                    excerpt: Excerpt::default(),
                    tags: BTreeSet::new(),
                    exposure: None,
                    bundle: None,
                }
            };
        self.by_adder.into_iter().map(of).collect()
    }
}
