//! What a document says that is no fault by itself, kept for those who judge several documents.

use super::{Excerpt, Place};

/// Something small about a document: a host, a manifest, an ignore rule, an identity.
#[derive(Debug, Clone)]
pub struct Fact {
    /// What kind of fact; its audit gives it a meaning.
    pub kind: &'static str,
    /// The fact. Never a secret: identities are fingerprints.
    pub text: String,
    /// Where, as it is called in the tree.
    pub place: Place,
    /// The lines around it, masked.
    pub excerpt: Excerpt,
}
