//! A team's own rules in gitleaks' form, run in the same pass.
//!
//! A file that gitleaks 8.30 reads means the same here, with these differences, each the safer way:
//!
//! - Unknown keys are errors, and so are an id that is there twice, an empty stopword, `extend.url`,
//!   a third level of `extend.path`, and an `extend.path` that leads out of the file's own folder
//!   (gitleaks looks in the working directory).
//! - `extend.useDefault` says that gitleaks' own rules lie below. Kagiban's own are in the pass
//!   already and take their place, so it changes nothing; a rule that only adjusts one of gitleaks'
//!   own has nothing to adjust and is left out, as are allowlists aimed at one.
//! - `gitleaks:allow` does not suppress: pragmas of other scanners do not.
//! - Each pattern of an allowlist stands by itself; gitleaks joins them with `|`, so that an `(?i)`
//!   in one reaches the next. Anchors and precedence are those of the pattern as written.
//! - `regexTarget = "line"` is held against the lines of the match, without the newline before them,
//!   and in the last line too against no more than that.
//! - Entropy counts characters throughout; gitleaks divides by bytes.
//! - A match of nothing but newlines, or of nothing, is no finding.
//! - Encodings are undone by Kagiban's own reading, and the file of rules itself is not left out.

mod allowlist;
mod compile;
mod extend;
mod lines;
mod matcher;
pub(super) mod re2;
mod required;
mod schema;
pub(super) mod table;
#[cfg(test)]
mod tests;

pub use compile::GitleaksRules;
pub(super) use extend::Config;
pub use matcher::UserMatch;
pub(super) use schema::twice;
