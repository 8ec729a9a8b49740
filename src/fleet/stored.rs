//! A result as a file: an ordinary JSON report that also says what it is of.

use std::io;

use serde::{Deserialize, Serialize};

use super::repository::Repository;
use crate::model::SkipReason;
use crate::report::terminal::VisibleJson;
use crate::report::wire::{
    SCHEMA_VERSION, WireFinding, WireReport, WireScan, WireSkipped, WireSummary, WireSuppressed, WireTool,
};

/// What came of a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StoredState {
    /// It was audited.
    Audited,
    /// It could not be audited.
    Broken,
}

/// What a result is of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored {
    /// The repository's name.
    pub id: String,
    /// Where it is, as it may be shown.
    pub at: String,
    /// Whose it is, where the list says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// What came of it.
    pub state: StoredState,
    /// Why it could not be audited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// A digest of everything the result stands on: heads and references or files, rules, settings,
    /// options. While it is the same the repository need not be audited again.
    pub stands_on: String,
    /// The last day on which that holds, `YYYY-MM-DD`: a suppression ends on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
}

/// A result as it is written.
#[derive(Serialize)]
struct Written<'a> {
    schema_version: u32,
    tool: &'a WireTool,
    repository: &'a Stored,
    scan: &'a WireScan,
    summary: &'a WireSummary,
    findings: &'a [WireFinding],
    suppressed: &'a [WireSuppressed],
}

/// What a result is of, and by which program.
#[derive(Debug, Deserialize)]
pub(super) struct Header {
    pub(super) repository: Option<Stored>,
}

impl Stored {
    /// A repository that was audited, on what `stands_on`.
    #[must_use]
    pub fn audited(repository: &Repository, stands_on: String, report: &WireReport) -> Self {
        let until = report.suppressed.iter().filter_map(|suppressed| suppressed.until.clone()).min();
        Self { until, ..Self::of(repository, StoredState::Audited, stands_on) }
    }

    /// A repository that could not be audited.
    #[must_use]
    pub fn broken(repository: &Repository, error: String) -> Self {
        Self { error: Some(error), ..Self::of(repository, StoredState::Broken, String::new()) }
    }

    fn of(repository: &Repository, state: StoredState, stands_on: String) -> Self {
        Self {
            id: repository.id.clone(),
            at: repository.at.clone(),
            client: repository.client.clone(),
            state,
            error: None,
            stands_on,
            until: None,
        }
    }

    /// The report of a repository that could not be audited.
    #[must_use]
    pub(super) fn gap(&self, tool: WireTool, mode: &str, started_at: String) -> WireReport {
        WireReport {
            schema_version: SCHEMA_VERSION,
            tool,
            scan: WireScan {
                mode: mode.to_owned(),
                roots: vec![self.at.clone()],
                files: 0,
                bytes: 0,
                commits: 0,
                started_at,
                elapsed_ms: 0,
                complete: false,
                limited: false,
                skipped: vec![WireSkipped { path: self.at.clone(), reason: SkipReason::Unreadable }],
                hook_skips: Vec::new(),
            },
            fleet: None,
            summary: WireSummary::default(),
            findings: Vec::new(),
            suppressed: Vec::new(),
        }
    }

    /// Returns the bytes of a result.
    ///
    /// # Errors
    /// When it cannot be put into JSON, which nothing in it gives reason to.
    pub(super) fn written(&self, report: &WireReport) -> io::Result<Vec<u8>> {
        let written = Written {
            schema_version: report.schema_version,
            tool: &report.tool,
            repository: self,
            scan: &report.scan,
            summary: &report.summary,
            findings: &report.findings,
            suppressed: &report.suppressed,
        };
        let mut bytes = Vec::new();
        serde_json::to_writer_pretty(VisibleJson(&mut bytes), &written)?;
        bytes.push(b'\n');
        Ok(bytes)
    }
}
