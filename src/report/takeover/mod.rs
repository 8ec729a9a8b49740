//! The report that goes with a project when it changes hands: for its owner, without any key in it.
//!
//! What is said is decided once, as [`Block`]s in one language; Markdown and HTML only draw them.

mod block;
mod html;
mod key;
mod markdown;
mod page;

use std::collections::BTreeMap;
use std::io;

use super::{Context, DueRow, KeyRow};
use crate::model::{Fingerprint, Report};
pub use block::{Block, Line, Piece, code, stacked, words};

/// How the report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TakeoverFormat {
    /// Markdown.
    Markdown,
    /// A page that loads nothing.
    Html,
}

impl TakeoverFormat {
    /// Draws blocks.
    ///
    /// # Errors
    /// When `out` does not take it.
    pub fn draw(self, blocks: &[Block], context: &Context<'_>, out: &mut dyn io::Write) -> io::Result<()> {
        match self {
            Self::Markdown => markdown::write(blocks, out),
            Self::Html => html::write(blocks, context, out),
        }
    }
}

/// What the ledger knows of a value that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noted {
    /// What people call the credential.
    pub id: String,
    /// Who knows its value of today.
    pub known_by: Vec<String>,
    /// Since when the found value is no longer in use.
    pub replaced: Option<String>,
}

/// Everything the report is made of.
#[derive(Debug)]
pub struct Takeover<'a> {
    /// What the project is called, as it may be shown.
    pub project: &'a str,
    /// The day, as `2027-01-31`.
    pub date: &'a str,
    /// What was found.
    pub report: &'a Report,
    /// Whether there is a ledger.
    pub has_ledger: bool,
    /// The credentials of the ledger.
    pub keys: &'a [KeyRow],
    /// What is due by the ledger.
    pub due: &'a [DueRow],
    /// What the ledger knows of the found values.
    pub noted: &'a BTreeMap<Fingerprint, Noted>,
}

impl Takeover<'_> {
    /// Writes it.
    ///
    /// # Errors
    /// When `out` does not take it.
    pub fn write(
        &self,
        format: TakeoverFormat,
        context: &Context<'_>,
        out: &mut dyn io::Write,
    ) -> io::Result<()> {
        let blocks: Vec<Block> = page::blocks(self, context);
        format.draw(&blocks, context, out)
    }
}

/// Makes one report of what the files and what the history hold: a finding of both is one, and
/// history knows better how far it got.
#[must_use]
pub fn with_history(files: &Report, history: &Report) -> Report {
    let key = |finding: &crate::model::Finding| {
        (finding.rule.clone(), finding.fingerprint, finding.path().to_owned())
    };
    let mut of_history: BTreeMap<_, crate::model::Finding> =
        history.findings().iter().map(|finding| (key(finding), finding.clone())).collect();
    let mut findings = Vec::new();
    for finding in files.findings() {
        let mut finding = finding.clone();
        let known = of_history.remove(&key(&finding)).and_then(|known| known.exposure);
        // What was never committed is known from the files only.
        if let Some(known) = known.filter(|known| known.state.is_some()) {
            finding.exposure = Some(known);
        }
        findings.push(finding);
    }
    // Faults without a secret are judged in the present files.
    findings.extend(of_history.into_values().filter(|finding| finding.secret.is_some()));
    let mut coverage = files.coverage().clone();
    coverage.commits = history.coverage().commits;
    coverage.skipped.extend(history.coverage().skipped.iter().cloned());
    let suppressed = files.suppressed().iter().chain(history.suppressed()).cloned().collect();
    Report::new(files.facts().clone(), findings, suppressed, Vec::new(), coverage)
}
