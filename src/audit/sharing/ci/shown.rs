//! What parts of somebody else get to see.

use super::Passed;
use crate::model::Span;

/// A credential that a foreign part gets to see.
pub(super) struct Shown {
    /// The part.
    pub(super) part: String,
    /// What it sees.
    pub(super) passed: Passed,
    /// Whether everything in the job sees it.
    pub(super) by_all: bool,
    /// Whether it is not said which credentials are passed.
    pub(super) is_vague: bool,
    /// Where the part is named.
    pub(super) at: Span,
}
