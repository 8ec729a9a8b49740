//! What the inventory of outside parties is made of.

use crate::model::{Confidence, Fact};

/// The kind of fact: host, category, what, how sure, between tabs.
pub(super) const SINK: &str = "sink";

/// Something that a program sends to somebody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sink<'a> {
    /// The host, masked; `webhook` for one of nobody knows whom.
    pub host: String,
    /// Its category in `recipients.toml`, `secret-store` or `other`.
    pub category: &'a str,
    /// What it gets: a kind of credential, or `order-data`.
    pub kind: &'a str,
    /// How sure that is.
    pub confidence: Confidence,
}

impl<'a> Sink<'a> {
    pub(super) fn written(&self) -> String {
        format!("{}\t{}\t{}\t{}", self.host, self.category, self.kind, self.confidence.as_str())
    }

    /// Reads a fact, if it is one of a sink.
    #[must_use]
    pub fn of(fact: &'a Fact) -> Option<Self> {
        if fact.kind != SINK {
            return None;
        }
        let mut parts = fact.text.split('\t');
        let (host, category, kind) = (parts.next()?.to_owned(), parts.next()?, parts.next()?);
        let named = parts.next()?;
        let all = [Confidence::Low, Confidence::Medium, Confidence::High];
        let confidence = all.into_iter().find(|confidence| confidence.as_str() == named)?;
        Some(Self { host, category, kind, confidence })
    }
}
