//! One `[[allow]]`: what is accepted, by whom, why and until when.

use jiff::civil::Date;

use super::{Located, PathGlob};
use crate::model::{Fingerprint, RuleId, Span};

/// How long an acceptance holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Term {
    /// Through this day.
    Until(Date),
    /// For good, because there is no fault.
    FalsePositive,
}

/// An accepted finding, or a group of them. All criteria that are given must hold.
#[derive(Debug, Clone)]
pub struct Allow {
    /// The rule; not checked against the catalogue.
    pub rule: Option<Located<RuleId>>,
    /// Where.
    pub path: Option<PathGlob>,
    /// Which finding.
    pub fingerprint: Option<Fingerprint>,
    /// Who answers for it.
    pub owner: String,
    /// Why.
    pub reason: String,
    /// How long.
    pub term: Term,
    /// The line of its header, from 1.
    pub line: u64,
    /// Where its `until` or `false-positive` stands.
    pub term_span: Span,
}
