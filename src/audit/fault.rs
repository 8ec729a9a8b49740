//! What audits emit.

use crate::model::{Confidence, Evidence, Severity, Span};

/// A fault, wherever it stands.
#[derive(Debug, Clone, Default)]
pub struct Fault {
    /// What tells it from others of its rule in the same file: names, phrases, identities. Never a
    /// secret, never a line number.
    pub parts: Vec<String>,
    /// Severity where the case differs from the rule's own, with the reason, a phrase.
    pub severity: Option<(Severity, String)>,
    /// Confidence where it is less than the rule's own.
    pub confidence: Option<Confidence>,
    /// What speaks for it.
    pub evidence: Vec<Evidence>,
    /// How much of what it counts. What windows and pieces of one document count is added up.
    pub counts: Vec<(&'static str, usize)>,
    /// What is hidden of the lines around it.
    pub veil: Veil,
}

/// What is hidden of the lines around a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Veil {
    /// Every value.
    #[default]
    Values,
    /// Everything but what stands at the place itself, which holds names alone: the lines around it
    /// hold a person's data, which no field and no shape tells from other words.
    Surroundings,
    /// Everything.
    All,
}

impl Fault {
    /// Makes a fault told apart by `parts`.
    #[must_use]
    pub fn of(parts: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { parts: parts.into_iter().map(Into::into).collect(), ..Self::default() }
    }

    /// Adds what speaks for it.
    #[must_use]
    pub fn with(mut self, evidence: impl IntoIterator<Item = Evidence>) -> Self {
        self.evidence.extend(evidence);
        self
    }

    /// Sets a severity other than the rule's own, and why.
    #[must_use]
    pub fn severity(mut self, severity: Severity, why: impl Into<String>) -> Self {
        self.severity = Some((severity, why.into()));
        self
    }

    /// Says how much it counts of something.
    #[must_use]
    pub fn counting(mut self, what: &'static str, count: usize) -> Self {
        self.counts.push((what, count));
        self
    }

    /// Hides more than values of the lines around it.
    #[must_use]
    pub const fn veiled(mut self, veil: Veil) -> Self {
        self.veil = veil;
        self
    }

    /// Sets a confidence less than the rule's own.
    #[must_use]
    pub const fn confidence(mut self, confidence: Confidence) -> Self {
        self.confidence = Some(confidence);
        self
    }
}

/// What document audits noted of one text.
#[derive(Debug, Default)]
pub struct Noted {
    /// The rule of the audit that notes.
    pub(super) rule: &'static str,
    /// Faults with their rules and where they are in the text.
    pub faults: Vec<(&'static str, Span, Fault)>,
    /// Facts: what kind, what, and where in the text.
    pub facts: Vec<(&'static str, String, Span)>,
}

impl Noted {
    /// Notes a fault. The text at `at` is shown, its values masked.
    pub fn fault(&mut self, at: Span, fault: Fault) {
        self.faults.push((self.rule, at, fault));
    }

    /// Notes a fact for corpus audits. `text` is never a secret.
    pub fn fact(&mut self, kind: &'static str, text: impl Into<String>, at: Span) {
        self.facts.push((kind, text.into(), at));
    }
}
