//! What detection and audits emit, before anything is merged or judged.

use std::collections::BTreeSet;

use super::{Confidence, Excerpt, Lifetime, Masked, Place, RuleId, Secret, Severity, Tag};

/// Which evidence a candidate stands on. One value gives one leak finding, that of the least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Basis {
    /// A name that belongs to one credential only.
    OwnName,
    /// A public prefix of the value.
    Prefix,
    /// The shape beside its partner.
    Position,
    /// A name that many services use.
    GenericName,
    /// Structure, sets and everything that has no single value.
    Structure,
}

/// A fact that speaks for a finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Evidence {
    /// What kind of fact: `name`, `prefix`, `context`, `phrase`, …
    pub kind: &'static str,
    /// The fact, safe to show.
    pub text: Masked,
    /// How much it counts; 0 where nothing is summed.
    pub weight: i32,
}

/// Something seen in one document.
#[derive(Debug)]
pub struct Candidate {
    /// The rule that saw it.
    pub rule: RuleId,
    /// What it stands on.
    pub basis: Basis,
    /// Where.
    pub place: Place,
    /// The secret; none for faults without one.
    pub secret: Option<Secret>,
    /// Bytes of public prefix of the secret that may be shown.
    pub prefix_bytes: usize,
    /// The name it stood under, folded; empty without one.
    pub field: String,
    /// What tells findings without a secret apart, sorted; never line numbers.
    pub parts: Vec<String>,
    /// The lines around it, masked.
    pub excerpt: Excerpt,
    /// How sure.
    pub confidence: Confidence,
    /// Severity where the case differs from the rule's own, with the reason.
    pub severity: Option<(Severity, String)>,
    /// What speaks for it.
    pub evidence: Vec<Evidence>,
    /// How much of what it counts, which the parts of one document add up to.
    pub counts: Vec<(&'static str, usize)>,
    /// Facts that filters and readers use.
    pub tags: BTreeSet<Tag>,
    /// What its place tells about how long it works.
    pub lifetime: Lifetime,
}
