//! Exit codes.

use std::process::ExitCode;

use crate::model::Report;
use crate::settings::FailOn;

/// What the exit code says. An unfinished audit never looks like a clean one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: complete, and nothing counting at or above the threshold.
    Clean,
    /// 1: findings at or above the threshold.
    Findings,
    /// 2: the audit could not be done.
    Failed,
    /// 3: nothing at or above the threshold, but incomplete.
    Incomplete,
}

impl Exit {
    /// Judges a finished report. Under `strict`, limits make it incomplete too.
    #[must_use]
    pub fn of(report: &Report, fail_on: FailOn, strict: bool) -> Self {
        let coverage = report.coverage();
        if report.findings().iter().any(|f| f.counts() && fail_on.includes(f.severity)) {
            Self::Findings
        } else if !coverage.is_complete() || (strict && coverage.is_limited()) {
            Self::Incomplete
        } else {
            Self::Clean
        }
    }

    /// Returns the number.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Findings => 1,
            Self::Failed => 2,
            Self::Incomplete => 3,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
