//! One file a format over the finished [`Report`].
//!
//! A reporter sees a report that is sorted and masked already; it adds words and form, nothing
//! else. Whatever stands in a report may come from a hostile tree, so each format makes it harmless
//! in its own way: JSON by [`terminal::visible_json`], the terminal by [`terminal::visible`].

use std::io;
use std::path::Path;

use crate::lang::{Lang, Message};
use crate::model::Report;
use crate::rules::Catalogue;

mod across;
mod advice;
mod clauses;
mod csv;
mod explain;
mod github;
mod gitlab;
mod gitlab_code_quality;
mod html;
mod human;
mod inventory;
mod json;
mod jsonl;
mod ledger;
mod junit;
mod markdown;
mod page;
mod paint;
mod remedies;
#[cfg(feature = "sqlite")]
mod database;
mod sarif;
pub mod saved;

mod takeover;
pub mod terminal;
mod texts;
pub mod wire;
mod words;
mod wrap;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod tests;

pub use clauses::{ClausesFormat, write_clauses};
#[cfg(feature = "sqlite")]
pub use database::write_database;
pub use explain::{write_explain, write_rule_list};
pub use inventory::{Inventory, InventoryFormat, Party, SentAt};
pub use ledger::{DueList, DueRow, FormerRow, KeyList, KeyRow, LedgerFormat, ShareRow};
pub use takeover::{
    Block, Line, Noted, Piece, Takeover, TakeoverFormat, code, stacked, with_history, words as plain,
};

/// What a reporter needs beside the report.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The rules in use.
    pub catalogue: &'a Catalogue,
    /// The language of sentences.
    pub lang: Lang,
    /// Columns of the terminal; none where the output is no terminal.
    pub width: Option<u16>,
    /// Whether to colour.
    pub color: bool,
    /// The folder that paths are below, where the terminal opens links to files.
    pub links: Option<&'a Path>,
}

impl Context<'_> {
    /// Says a message in the language of the report.
    #[must_use]
    pub fn say<'m>(&self, message: impl Into<Message<'m>>) -> String {
        message.into().say(self.lang)
    }
}

/// Writes a report in one format.
pub trait Reporter: Sync {
    /// Returns the name used with `--format`.
    fn name(&self) -> &'static str;

    /// Returns the endings of file names that mean this format, dot included.
    fn endings(&self) -> &'static [&'static str];

    /// Tells whether it says of each place which root it is below. Others get the paths of a fleet
    /// with their repositories before them ([`Report::rooted`]).
    fn tells_roots(&self) -> bool {
        false
    }

    /// Writes the report, in many small pieces: `out` should be buffered.
    ///
    /// # Errors
    /// When `out` does not take it.
    fn write(&self, report: &Report, context: &Context<'_>, out: &mut dyn io::Write) -> io::Result<()>;
}

/// Every format, in the order of help texts.
pub const REPORTERS: &[&dyn Reporter] = &[
    &human::Human,
    &json::Json,
    &jsonl::JsonLines,
    &sarif::Sarif,
    &markdown::Markdown,
    &html::Html,
    &github::Github,
    &gitlab::Gitlab,
    &gitlab_code_quality::CodeQuality,
    &junit::Junit,
    &csv::Csv,
];

/// Finds the format of a `--format` name.
#[must_use]
pub fn reporter_named(name: &str) -> Option<&'static dyn Reporter> {
    REPORTERS.iter().copied().find(|reporter| reporter.name() == name)
}

/// Finds the format of a file name. The longest ending decides, so that `.gitlab.json` is not
/// `.json`.
#[must_use]
pub fn reporter_of_file(name: &str) -> Option<&'static dyn Reporter> {
    let name = name.to_ascii_lowercase();
    let longest = |reporter: &dyn Reporter| {
        reporter.endings().iter().filter(|ending| name.ends_with(*ending)).map(|ending| ending.len()).max()
    };
    REPORTERS
        .iter()
        .copied()
        .filter_map(|reporter| Some((longest(reporter)?, reporter)))
        .max_by_key(|(length, _)| *length)
        .map(|(_, reporter)| reporter)
}

#[cfg(test)]
mod lookup_tests {
    use super::*;

    #[test]
    fn formats_are_found_by_name_and_by_ending() {
        for reporter in REPORTERS {
            assert_eq!(reporter_named(reporter.name()).map(Reporter::name), Some(reporter.name()));
        }
        assert!(reporter_named("xml").is_none());
        let name = |file| reporter_of_file(file).map(Reporter::name);
        assert_eq!(name("out/a.SARIF"), Some("sarif"));
        assert_eq!(name("a.json"), Some("json"));
        assert_eq!(name("a.jsonl"), Some("jsonl"));
        assert_eq!(name("a.gitlab.json"), Some("gitlab"));
        assert_eq!(name("a.junit.xml"), Some("junit"));
        assert_eq!(name("a.txt"), None);
    }
}
