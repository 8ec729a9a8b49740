//! What people accepted, and what that leaves to report.
//!
//! A finding is accepted by a comment beside it ([`inline_allows`]), by an `[[allow]]` of
//! `kagiban.toml`, or by the baseline file, in this order. [`Judge`] applies them together with
//! the selection of `--only`, `--skip`, `--identifiers` and `--min-severity`. What cannot be read
//! as a suppression never hides anything. What the audited change itself accepts is a finding
//! ([`Change`]). Other scanners' pragmas are not looked for.

mod added;
mod allow;
mod baseline;
mod change;
mod inline;
mod judge;
mod select;
mod waiver;

pub use allow::unknown_names;
pub use baseline::{Baseline, BaselineError, Created};
pub use change::{Change, OldComments, Side};
pub use inline::{InlineAllow, InlineAllows, inline_allows};
pub use judge::{Judge, Judgement, Scope};
pub use select::{Choice, Selection, UnknownName};

#[cfg(test)]
mod tests;
