//! What an object is, and why it cannot be had.

use crate::model::SkipReason;

/// What an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ObjectKind {
    /// The content of a file.
    Blob,
    /// A folder.
    Tree,
    /// A commit.
    Commit,
    /// An annotated tag.
    Tag,
}

impl From<gix::objs::Kind> for ObjectKind {
    fn from(kind: gix::objs::Kind) -> Self {
        match kind {
            gix::objs::Kind::Blob => Self::Blob,
            gix::objs::Kind::Tree => Self::Tree,
            gix::objs::Kind::Commit => Self::Commit,
            gix::objs::Kind::Tag => Self::Tag,
        }
    }
}

/// Why an object cannot be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// It is not there.
    Missing,
    /// Its bytes are not what they should be.
    Damaged,
    /// It has more bytes than are held.
    TooLarge(u64),
    /// It was there when the audit began.
    Gone,
}

impl Fault {
    /// Returns the reason for a report.
    #[must_use]
    pub const fn reason(self) -> SkipReason {
        match self {
            Self::Missing => SkipReason::MissingObject,
            Self::Damaged => SkipReason::Damaged,
            Self::TooLarge(_) => SkipReason::TooLarge,
            Self::Gone => SkipReason::ChangedWhileRead,
        }
    }
}
