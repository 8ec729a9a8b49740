//! The baseline: findings that were there when the audits began.
//!
//! ```json
//! {"version": 1, "entries": [
//! {"fingerprint":"…","rule":"lwa-client-secret","path":"src/a.py"},
//! {"fingerprint":"…","rule":"mws-auth-token","path":"src/b.py"}
//! ]}
//! ```
//!
//! One line an entry, sorted by fingerprint so that new entries fall between others, without line
//! numbers and dates: two branches that each add entries merge line by line. Reading minds neither
//! the order nor repeated lines, headers and commas, so that a union of two files is a baseline.
//! An entry holds by its fingerprint; rule and path are for people.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::waiver::WAIVER_EXPIRED;
use crate::model::{Finding, Fingerprint, RuleId, reason};
use crate::rules::Catalogue;
use crate::written::replace;

const VERSION: u32 = 1;

/// Largest baseline that is read, in bytes; some 500,000 entries.
const BASELINE_BYTES_MAX: u64 = 64 << 20;

/// Why a baseline could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// The file could not be opened or read.
    #[error("cannot read baseline {path}: {}", reason(source))]
    Unreadable {
        /// The file.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// The file is no baseline.
    #[error("{path}:{line}: {reason}")]
    Invalid {
        /// The file.
        path: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The file could not be written; what was there is still there.
    #[error("cannot write baseline {path}: {}", reason(source))]
    Unwritable {
        /// The file.
        path: String,
        /// What the system said.
        source: io::Error,
    },
}

/// Accepted fingerprints.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Baseline {
    entries: BTreeMap<Fingerprint, BTreeSet<(RuleId, String)>>,
}

/// A new baseline and what it cannot hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Created {
    /// The baseline.
    pub baseline: Baseline,
    /// Findings left out: their secrets can be guessed, so that only an `[[allow]]` with `until`
    /// accepts them, or they are expired suppressions themselves.
    pub left_out: usize,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    fingerprint: String,
    rule: String,
    path: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Whole {
    version: u32,
    entries: Vec<Line>,
}

impl Baseline {
    /// Accepts findings.
    #[must_use]
    pub fn create<'f>(catalogue: &Catalogue, findings: impl IntoIterator<Item = &'f Finding>) -> Created {
        let mut created = Created { baseline: Self::default(), left_out: 0 };
        for finding in findings {
            if is_baselined(catalogue, finding) {
                let path = finding.path().to_owned();
                created.baseline.insert(finding.fingerprint, finding.rule.clone(), path);
            } else {
                created.left_out += 1;
            }
        }
        created
    }

    /// Keeps the entries whose findings are still there; returns how many went.
    pub fn prune(&mut self, present: &BTreeSet<Fingerprint>) -> usize {
        let before = self.len();
        self.entries.retain(|fingerprint, _| present.contains(fingerprint));
        before - self.len()
    }

    /// Tells whether a fingerprint is accepted.
    #[must_use]
    pub fn contains(&self, fingerprint: Fingerprint) -> bool {
        self.entries.contains_key(&fingerprint)
    }

    /// Returns the accepted fingerprints, sorted.
    pub fn fingerprints(&self) -> impl Iterator<Item = Fingerprint> {
        self.entries.keys().copied()
    }

    /// Returns the number of entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.values().map(BTreeSet::len).sum()
    }

    /// Tells whether nothing is accepted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Reads a baseline; `name` names it in errors.
    ///
    /// # Errors
    /// When a line is no part of a baseline, or the version is another.
    pub fn parse(name: &str, text: &str) -> Result<Self, BaselineError> {
        let text = text.trim_start_matches('\u{feff}');
        let by_lines = Self::parse_lines(text);
        // A formatter may have broken the entries over lines.
        let whole = match &by_lines {
            Err(_) => serde_json::from_str::<Whole>(text).ok().filter(|whole| whole.version == VERSION),
            Ok(_) => None,
        };
        let read = match whole {
            Some(whole) => {
                let mut baseline = Self::default();
                whole
                    .entries
                    .into_iter()
                    .try_for_each(|line| baseline.insert_line(line))
                    .map(|()| baseline)
                    .or(by_lines)
            }
            None => by_lines,
        };
        read.map_err(|(line, reason)| BaselineError::Invalid { path: name.to_owned(), line, reason })
    }

    fn parse_lines(text: &str) -> Result<Self, (usize, &'static str)> {
        let mut baseline = Self::default();
        let mut has_header = false;
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim();
            let body = line.trim_end_matches(',').trim_end();
            if matches!(body, "" | "]" | "}" | "]}") {
                continue;
            }
            if ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].iter().any(|mark| line.starts_with(mark)) {
                return Err((number, "a merge conflict is not resolved; keep the entries of both sides"));
            }
            if let Ok(entry) = serde_json::from_str::<Line>(body) {
                baseline.insert_line(entry).map_err(|reason| (number, reason))?;
            } else if let Some(header) = header(body) {
                if header.version != VERSION {
                    return Err((
                        number,
                        "another version of Kagiban wrote this baseline; only version 1 is read",
                    ));
                }
                header
                    .entries
                    .into_iter()
                    .try_for_each(|entry| baseline.insert_line(entry))
                    .map_err(|reason| (number, reason))?;
                has_header = true;
            } else {
                return Err((
                    number,
                    "this is no entry; an entry is one line with fingerprint, rule and path",
                ));
            }
        }
        if has_header { Ok(baseline) } else { Err((1, "this is no baseline: it does not say its version")) }
    }

    fn insert_line(&mut self, line: Line) -> Result<(), &'static str> {
        let fingerprint =
            Fingerprint::parse(&line.fingerprint).ok_or("this is no fingerprint; it has 32 hex digits")?;
        self.insert(fingerprint, RuleId::new(&line.rule), line.path);
        Ok(())
    }

    fn insert(&mut self, fingerprint: Fingerprint, rule: RuleId, path: String) {
        self.entries.entry(fingerprint).or_default().insert((rule, path));
    }

    /// Returns the text of the file: the same entries give the same bytes.
    #[must_use]
    pub fn to_text(&self) -> String {
        let lines: Vec<String> = self
            .entries
            .iter()
            .flat_map(|(fingerprint, named)| named.iter().map(move |(rule, path)| (fingerprint, rule, path)))
            .map(|(fingerprint, rule, path)| {
                let line =
                    Line { fingerprint: fingerprint.to_string(), rule: rule.to_string(), path: path.clone() };
                serde_json::to_string(&line).expect("three texts are always JSON")
            })
            .collect();
        let newline = if lines.is_empty() { "" } else { "\n" };
        format!("{{\"version\": {VERSION}, \"entries\": [\n{}{newline}]}}\n", lines.join(",\n"))
    }

    /// Reads a baseline file.
    ///
    /// # Errors
    /// When it cannot be read, or is no baseline.
    pub fn read(path: &Path) -> Result<Self, BaselineError> {
        let name = path.display().to_string();
        let text =
            text_of(path).map_err(|source| BaselineError::Unreadable { path: name.clone(), source })?;
        Self::parse(&name, &text)
    }

    /// Writes the file whole or not at all.
    ///
    /// # Errors
    /// When the folder cannot be written to; the file is then as it was.
    pub fn write(&self, path: &Path) -> Result<(), BaselineError> {
        replace(path, self.to_text().as_bytes())
            .map_err(|source| BaselineError::Unwritable { path: path.display().to_string(), source })
    }
}

/// Tells whether the baseline can accept a finding.
pub(super) fn is_baselined(catalogue: &Catalogue, finding: &Finding) -> bool {
    !is_guessable(catalogue, finding) && finding.rule.as_str() != WAIVER_EXPIRED
}

/// Tells whether the secret of a finding could be guessed, so that its fingerprint names a place
/// and not a value.
pub(super) fn is_guessable(catalogue: &Catalogue, finding: &Finding) -> bool {
    let rule_is = || catalogue.get(&finding.rule).is_some_and(crate::rules::Rule::is_guessable);
    finding.secret.as_ref().is_some_and(|secret| secret.length.is_none() || rule_is())
}

fn header(line: &str) -> Option<Whole> {
    serde_json::from_str(line).or_else(|_| serde_json::from_str(&format!("{line}]}}"))).ok()
}

fn text_of(path: &Path) -> io::Result<String> {
    // A pipe under this name would never end.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a file"));
    }
    let mut text = String::new();
    let read = File::open(path)?.take(BASELINE_BYTES_MAX + 1).read_to_string(&mut text)?;
    if read as u64 > BASELINE_BYTES_MAX {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "larger than 64 MiB"));
    }
    Ok(text)
}

#[cfg(test)]
mod tests;
