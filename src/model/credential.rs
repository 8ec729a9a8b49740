//! A credential as those see it who judge what stands around it.

use super::{RuleId, Span};

/// A credential that stands in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// The rule that found it.
    pub rule: RuleId,
    /// Whether it is an identifier, which is no secret by itself.
    pub is_identifier: bool,
    /// Where it is, in bytes of the text it is lent with.
    pub span: Span,
    /// Tells it from others: its fingerprint, or rule and name where it could be guessed.
    pub identity: String,
    /// The name it stood under, folded; empty without one.
    pub field: String,
}
