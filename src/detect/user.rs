//! What a user's rules in gitleaks' form see.

use super::{Sighting, canonical};
use crate::model::{Basis, Reading, Span};
use crate::rules::GitleaksRules;

/// Sees what the rules see in one text of the document at `path`.
#[must_use]
pub fn detect_by_gitleaks(
    reading: &Reading<'_>,
    path: Option<&str>,
    commit: Option<&str>,
    rules: &GitleaksRules,
) -> Vec<Sighting> {
    let sighting = |found: crate::rules::UserMatch| {
        let value = found.span.and_then(|span| reading.text.get(span.start..span.end));
        Sighting {
            rule: found.rule,
            basis: Basis::GenericName,
            span: found.span.unwrap_or(Span::new(0, 0)),
            secret: value.map(canonical),
            prefix_bytes: 0,
            name: found.field,
            because: "pattern",
            needs: None,
            beside: None,
            confidence: None,
        }
    };
    rules.scan(path, reading.text, commit).into_iter().map(sighting).collect()
}
