//! Rules and findings that the tests of this room share.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use super::*;
use crate::model::{
    Confidence, Excerpt, Family, Finding, Fingerprint, Masking, Origin, Place, Position, Region, RuleId,
    Secret, SecretShown, Severity,
};
use crate::rules::{Catalogue, Rule};
use crate::settings::Settings;

/// The built-in rules and five made-up ones, of which `shop-login` can be guessed.
pub(super) fn catalogue() -> Catalogue {
    CATALOGUE.clone()
}

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    let mut catalogue = Catalogue::builtin().unwrap();
    catalogue.extend([
        rule("test-token", Family::Leak, Severity::High, "unknown-bits = 256"),
        rule("test-key", Family::Leak, Severity::Low, "unknown-bits = 256"),
        rule("shop-login", Family::Leak, Severity::Critical, "unknown-bits = 40"),
        rule("shop-id", Family::Leak, Severity::Info, "identifier = true"),
        rule("test-note", Family::Sharing, Severity::Medium, ""),
    ]);
    catalogue
});

fn rule(id: &str, family: Family, severity: Severity, more: &str) -> Rule {
    let severity = severity.as_str();
    let text = format!(
        "id = \"{id}\"\nseverity = \"{severity}\"\nconfidence = \"high\"\n{more}\n\
         [text.en]\ntitle = \"t\"\nwhy = \"w\"\n"
    );
    Rule { id: RuleId::new(id), family, file: toml::from_str(&text).unwrap(), is_user: true }
}

/// A finding of a made-up rule; equal secrets have equal fingerprints.
pub(super) fn finding(rule: &str, path: &str, line: u64, secret: &str) -> Finding {
    let of = CATALOGUE.get(&RuleId::new(rule)).unwrap();
    let has_secret = of.family == Family::Leak;
    let value = Secret::new(secret.as_bytes());
    let fingerprint = if has_secret {
        value.fingerprint(rule)
    } else {
        Fingerprint::of(&[rule.as_bytes(), path.as_bytes()])
    };
    let masking = if of.is_guessable() { Masking::Guessable } else { Masking::Random { public_prefix: 0 } };
    let shown =
        SecretShown { redacted: value.masked(masking), length: (!of.is_guessable()).then(|| value.len()) };
    Finding {
        place: place(path, line),
        rule: of.id.clone(),
        family: of.family,
        fingerprint,
        severity: of.severity(),
        severity_because: Vec::new(),
        confidence: Confidence::High,
        evidence: Vec::new(),
        also_at: Vec::new(),
        also_at_total: 0,
        secret: has_secret.then_some(shown),
        excerpt: Excerpt::default(),
        tags: BTreeSet::new(),
        exposure: None,
        bundle: None,
    }
}

/// A place on a line of a file.
pub(super) fn place(path: &str, line: u64) -> Place {
    let position = |column| Position { line, column };
    let region = Region { start: position(1), end: position(2) };
    Place { origin: Arc::new(Origin::file(path)), inner: Vec::new(), region: Some(region), cell: None }
}

/// Settings that hold no fault.
pub(super) fn settings(text: &str) -> Settings {
    match Settings::parse("kagiban.toml", text) {
        Ok(settings) => settings,
        Err(faults) => panic!("{}", faults.iter().map(ToString::to_string).collect::<String>()),
    }
}

/// The comments of files.
pub(super) fn comments(files: &[(&str, &str)]) -> InlineAllows {
    let mut allows = InlineAllows::default();
    for (path, text) in files {
        allows.add(&Arc::new(Origin::file(path)), &[], 1, inline_allows(text));
    }
    allows
}
