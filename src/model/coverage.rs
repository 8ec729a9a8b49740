//! What was audited, and what was not: nothing is skipped in silence.

use std::io;

use serde::{Deserialize, Serialize};

/// Why something was not audited, or not whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SkipReason {
    /// It could not be opened or read.
    Unreadable,
    /// Its bytes are not what its format says.
    Damaged,
    /// Git names it but does not hold it.
    MissingObject,
    /// It changed while it was read.
    ChangedWhileRead,
    /// History ends here because the clone is shallow.
    Shallow,
    /// A submodule that is not checked out.
    SubmoduleAbsent,
    /// It is encrypted.
    Encrypted,
    /// It is larger than the limit.
    TooLarge,
    /// It is nested deeper than the limit.
    TooDeep,
    /// It has more members than the limit.
    TooMany,
    /// It expands to more than the limit.
    Expansion,
    /// Its format is known but not read.
    Unsupported,
    /// A pipe, socket or device.
    SpecialFile,
}

impl SkipReason {
    /// Tells whether the audit is incomplete because of it (exit code 3), rather than limited.
    #[must_use]
    pub const fn is_incomplete(self) -> bool {
        matches!(
            self,
            Self::Unreadable
                | Self::Damaged
                | Self::MissingObject
                | Self::ChangedWhileRead
                | Self::Shallow
                | Self::SubmoduleAbsent
        )
    }

    /// Returns the name used in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::Damaged => "damaged",
            Self::MissingObject => "missing-object",
            Self::ChangedWhileRead => "changed-while-read",
            Self::Shallow => "shallow",
            Self::SubmoduleAbsent => "submodule-absent",
            Self::Encrypted => "encrypted",
            Self::TooLarge => "too-large",
            Self::TooDeep => "too-deep",
            Self::TooMany => "too-many",
            Self::Expansion => "expansion",
            Self::Unsupported => "unsupported",
            Self::SpecialFile => "special-file",
        }
    }
}

/// One thing that was not audited, or not whole. Holds no text of a document.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The path, or another name a person can look up.
    pub path: String,
    /// Why.
    pub reason: SkipReason,
    /// What the system said, such as "permission denied"; never text of a document.
    pub detail: Option<String>,
}

/// How much was audited.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Files, or blobs in history.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Commits, in modes that read them.
    pub commits: u64,
    /// What was left out, sorted.
    pub skipped: Vec<Problem>,
}

impl Coverage {
    /// Tells whether everything that should have been audited was.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        !self.skipped.iter().any(|p| p.reason.is_incomplete())
    }

    /// Tells whether a limit was hit.
    #[must_use]
    pub fn is_limited(&self) -> bool {
        self.skipped.iter().any(|p| !p.reason.is_incomplete())
    }
}

/// Says what the system said, in words that mean something where a path was asked for.
#[must_use]
pub fn reason(error: &io::Error) -> String {
    if error.kind() == io::ErrorKind::NotFound {
        return "no such file or folder".to_owned();
    }
    // Words of our own, which no system's error has.
    if error.raw_os_error().is_none() && error.get_ref().is_some() {
        return error.to_string();
    }
    let kind = error.kind().to_string();
    if kind != "uncategorized error" {
        return kind;
    }
    // What Rust has no name for, the system has: `Input/output error (os error 5)`.
    let said = error.to_string();
    said.split(" (os error").next().unwrap_or(&kind).to_lowercase()
}
