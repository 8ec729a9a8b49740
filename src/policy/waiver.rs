//! `waiver-expired`: a suppression whose date has passed is a finding itself.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use super::InlineAllow;
use crate::model::{
    AlsoAt, Evidence, Excerpt, Finding, Fingerprint, Origin, Place, Position, Region, RuleId, Tag, run_masked,
};
use crate::rules::Catalogue;
use crate::settings::{Allow, Settings};

/// The rule of expired suppressions.
pub(super) const WAIVER_EXPIRED: &str = "waiver-expired";

/// An expired suppression, whatever its kind.
pub(super) struct Expired {
    place: Place,
    parts: Vec<String>,
    until: Date,
    /// Whether it was there before the change under audit.
    is_old: bool,
}

impl Expired {
    /// Describes a comment.
    pub(super) fn inline(origin: &Arc<Origin>, inner: &[String], allow: &InlineAllow, until: Date) -> Self {
        let start = Position { line: allow.line, column: allow.column };
        let region = Region { start, end: start };
        let place =
            Place { origin: Arc::clone(origin), inner: inner.to_vec(), region: Some(region), cell: None };
        let parts = vec![
            format!("rule={}", allow.rule),
            format!("reason={}", allow.reason),
            format!("until={until}"),
        ];
        Self { place, parts, until, is_old: false }
    }

    /// Describes an `[[allow]]`.
    pub(super) fn config(settings: &Settings, allow: &Allow, until: Date) -> Self {
        let place = Place {
            origin: Arc::new(Origin::file(settings.source.path())),
            inner: Vec::new(),
            region: Some(settings.source.region(allow.term_span)),
            cell: None,
        };
        let mut parts = vec![
            format!("owner={}", allow.owner),
            format!("reason={}", allow.reason),
            format!("until={until}"),
        ];
        parts.extend(allow.rule.as_ref().map(|rule| format!("rule={}", rule.value)));
        parts.extend(allow.path.as_ref().map(|path| format!("path={}", path.as_str())));
        parts.extend(allow.fingerprint.map(|fingerprint| format!("fingerprint={fingerprint}")));
        Self { place, parts, until, is_old: false }
    }

    /// Says whether it was there before the change under audit.
    pub(super) const fn there_before(mut self, is_old: bool) -> Self {
        self.is_old = is_old;
        self
    }

    /// The rule, the path and the sorted parts, never a line number.
    fn fingerprint(&self) -> Fingerprint {
        let path = self.place.origin.path.as_deref().unwrap_or_default();
        let mut parts: Vec<&[u8]> = self.parts.iter().map(String::as_bytes).collect();
        parts.sort_unstable();
        let mut hashed: Vec<&[u8]> = vec![WAIVER_EXPIRED.as_bytes(), path.as_bytes()];
        hashed.extend(parts);
        Fingerprint::of(&hashed)
    }
}

/// Returns a finding for each, merged by fingerprint; none where the catalogue lacks the rule.
pub(super) fn findings(catalogue: &Catalogue, expired: Vec<Expired>, also_at_max: usize) -> Vec<Finding> {
    let Some(rule) = catalogue.get(&RuleId::new(WAIVER_EXPIRED)) else { return Vec::new() };
    let mut merged: BTreeMap<Fingerprint, Finding> = BTreeMap::new();
    for each in expired {
        let fingerprint = each.fingerprint();
        if let Some(finding) = merged.get_mut(&fingerprint) {
            if !each.is_old {
                finding.tags.clear();
            }
            finding.also_at_total += 1;
            if finding.also_at.len() < also_at_max {
                finding.also_at.push(AlsoAt { place: each.place, rule: None });
            }
            continue;
        }
        let until = Evidence { kind: "until", text: run_masked(&each.until.to_string()), weight: 0 };
        let finding = Finding {
            place: each.place,
            rule: rule.id.clone(),
            family: rule.family,
            fingerprint,
            severity: rule.severity(),
            severity_because: Vec::new(),
            confidence: rule.confidence(),
            evidence: vec![until],
            also_at: Vec::new(),
            also_at_total: 0,
            secret: None,
            excerpt: Excerpt::default(),
            tags: each.is_old.then_some(Tag::AlreadyThere).into_iter().collect(),
            exposure: None,
            bundle: None,
        };
        merged.insert(fingerprint, finding);
    }
    merged.into_values().collect()
}
