//! One run as a line of the run history.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::State;
use crate::model::Severity;

/// The run history, from the top level.
pub const HISTORY_FILE: &str = ".kagiban/evidence.jsonl";
/// The version of lines.
pub const RUN_VERSION: u32 = 1;

/// What stands before and after the name of a line in it.
const SUM_KEY: &str = "\"sum\":\"";
const AFTER_SUM: &str = "\",";
/// Longest outside party that a line names, in bytes.
pub(super) const PARTY_BYTES_MAX: usize = 300;
/// The key that comes behind the name.
const KEY_AFTER_SUM: &str = ",\"suppressed\":";

/// One run. Its fields stand in the order of their names, and so do the keys of the line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// When it began, RFC 3339.
    pub at: String,
    /// Bytes that were audited.
    pub bytes: u64,
    /// Commits that were audited.
    pub commits: u64,
    /// Whether everything that should have been audited was.
    pub complete: bool,
    /// Open findings by severity.
    pub counts: Counts,
    /// Files, or blobs in history.
    pub files: u64,
    /// The commit that was checked out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<String>,
    /// The names of the lines that no other line named when this one was added.
    pub heads: Vec<String>,
    /// Open findings of credentials.
    pub leaks: usize,
    /// `worktree` or `history`.
    pub mode: String,
    /// Open findings by name.
    pub open: OpenPrints,
    /// Whether there were more than are named.
    pub open_cut: bool,
    /// Outside parties that the code sends something to, as `category:host`.
    pub parties: Vec<String>,
    /// The date of the policies that clauses were read from.
    pub policy: String,
    /// SHA-256 of the record that the line is of, `sha256:…`.
    pub record: String,
    /// Branches, tags and other references.
    pub refs: usize,
    /// Findings whose value is no longer in use, by the ledger.
    pub rotated: Vec<String>,
    /// SHA-256 over the rules, `sha256:…`.
    pub rules: String,
    /// Whether the history ends where a shallow clone does.
    pub shallow: bool,
    /// How much was left out.
    pub skipped: usize,
    /// What the questions came to.
    pub states: BTreeMap<String, State>,
    /// Findings that somebody accepted.
    pub suppressed: Vec<String>,
    /// The version of the program.
    pub tool: String,
    /// [`RUN_VERSION`].
    pub v: u32,
    /// Whether the whole project was audited by all rules.
    pub whole: bool,
}

/// Findings by severity, in the order of the names.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Incidents.
    pub critical: usize,
    /// To mend now.
    pub high: usize,
    /// Worth knowing.
    pub info: usize,
    /// To mend when convenient.
    pub low: usize,
    /// To mend soon.
    pub medium: usize,
}

/// The names of open findings that have a time to be mended in, and of those next to them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenPrints {
    /// Incidents.
    pub critical: Vec<String>,
    /// To mend now.
    pub high: Vec<String>,
    /// To mend soon.
    pub medium: Vec<String>,
}

impl Counts {
    /// Counts one more.
    pub const fn add(&mut self, severity: Severity) {
        let count = match severity {
            Severity::Critical => &mut self.critical,
            Severity::High => &mut self.high,
            Severity::Medium => &mut self.medium,
            Severity::Low => &mut self.low,
            Severity::Info => &mut self.info,
        };
        *count += 1;
    }

    /// Returns how many there are of one severity.
    #[must_use]
    pub const fn of(&self, severity: Severity) -> usize {
        match severity {
            Severity::Critical => self.critical,
            Severity::High => self.high,
            Severity::Medium => self.medium,
            Severity::Low => self.low,
            Severity::Info => self.info,
        }
    }
}

impl OpenPrints {
    /// Returns every name with its severity.
    pub fn iter(&self) -> impl Iterator<Item = (Severity, &str)> {
        let critical = self.critical.iter().map(|name| (Severity::Critical, name.as_str()));
        let high = self.high.iter().map(|name| (Severity::High, name.as_str()));
        let medium = self.medium.iter().map(|name| (Severity::Medium, name.as_str()));
        critical.chain(high).chain(medium)
    }
}

impl Run {
    /// Writes the line, without the end of it.
    ///
    /// # Errors
    /// When it cannot be written as JSON, which no run of this program is.
    pub fn to_line(&self) -> Result<String, serde_json::Error> {
        let bare = serde_json::to_string(self)?;
        let sum = hex(&Sha256::digest(&bare));
        // Text in a string has its quotation marks escaped, so this is the key.
        let at = bare.find(KEY_AFTER_SUM).map_or(bare.len(), |at| at + 1);
        let (before, after) = bare.split_at_checked(at).unwrap_or((&bare, ""));
        Ok(format!("{before}{SUM_KEY}{sum}{AFTER_SUM}{after}"))
    }

    /// Whether what it does not name was not there: everything was audited, and every finding is
    /// named.
    #[must_use]
    pub const fn is_comparable(&self) -> bool {
        self.complete && self.whole && !self.open_cut && !self.shallow
    }

    /// Whether a value is what this program writes there; a record may come from anywhere.
    #[must_use]
    pub fn is_well_formed(&self) -> bool {
        let is_print = |text: &String| is_hex(text, 32);
        let prints =
            [&self.open.critical, &self.open.high, &self.open.medium, &self.rotated, &self.suppressed];
        let is_sum = |text: &str| text.strip_prefix("sha256:").is_some_and(|hex| is_hex(hex, 64));
        self.v == RUN_VERSION
            && super::days_between(&self.at, &self.at).is_some()
            && matches!(self.mode.as_str(), "worktree" | "history")
            && self.head.as_ref().is_none_or(|head| is_hex(head, 40) || is_hex(head, 64))
            && self.heads.iter().all(|head| is_hex(head, 64))
            && prints.into_iter().flatten().all(is_print)
            && is_sum(&self.record)
            && is_sum(&self.rules)
            && is_word(&self.tool, 32)
            && is_word(&self.policy, 32)
            && self.parties.iter().all(|party| is_word(party, PARTY_BYTES_MAX))
            && self.states.keys().all(|id| is_word(id, 64))
    }
}

/// The names of a line: the one it states, and the one its text has.
#[must_use]
pub fn name_of(line: &str) -> Option<(String, String)> {
    let at = line.find(SUM_KEY)?;
    let (before, rest) = line.split_at_checked(at)?;
    let rest = rest.strip_prefix(SUM_KEY)?;
    let (stated, rest) = rest.split_at_checked(64)?;
    let after = rest.strip_prefix(AFTER_SUM)?;
    if !is_hex(stated, 64) {
        return None;
    }
    let mut hash = Sha256::new();
    hash.update(before);
    hash.update(after);
    Some((stated.to_owned(), hex(&hash.finalize())))
}

fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

/// A version, a date, a host: no space, nothing that a line or a page could take for more.
pub(super) fn is_word(text: &str, length_max: usize) -> bool {
    let is_plain = |c: char| c.is_alphanumeric() || ".-_+:…*".contains(c);
    !text.is_empty() && text.len() <= length_max && text.chars().all(is_plain)
}

/// Lower-case hex digits of bytes.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
