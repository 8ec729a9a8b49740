//! Where something is.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A range of bytes of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// Makes a span; an end before the start gives an empty one.
    #[must_use]
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end: if end < start { start } else { end } }
    }

    /// Tells whether the two share a byte.
    #[must_use]
    pub const fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Tells whether `other` lies within this span.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Returns the bytes between the two, 0 where they touch or overlap.
    #[must_use]
    pub fn distance(self, other: Self) -> usize {
        other.start.saturating_sub(self.end).max(self.start.saturating_sub(other.end))
    }
}

/// A line and a column, both from 1, in characters of the text as a person sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line.
    pub line: u64,
    /// The column, in characters.
    pub column: u64,
}

/// From a position to one past the last character.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Region {
    /// The first character.
    pub start: Position,
    /// One past the last character.
    pub end: Position,
}

/// What kind of thing a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PlaceKind {
    /// A file, or standard input.
    File,
    /// The message of a commit.
    CommitMessage,
    /// The message of an annotated tag.
    TagMessage,
    /// A git note.
    Note,
    /// The name of a branch or tag.
    RefName,
    /// The name of a file.
    FileName,
    /// The target of a symbolic link.
    LinkTarget,
    /// The address of a remote.
    RemoteUrl,
    /// The author or committer of a commit.
    Author,
}

impl PlaceKind {
    /// Tells whether a person would speak of its lines: a name has none.
    #[must_use]
    pub const fn has_lines(self) -> bool {
        !matches!(self, Self::FileName | Self::LinkTarget | Self::RefName | Self::RemoteUrl | Self::Author)
    }
}

/// The outermost place a document came from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// What kind of thing it is.
    pub kind: PlaceKind,
    /// Index into the roots of the scan.
    pub root: u32,
    /// The path with `/`, relative to the repository's top level or to the root; none for kinds
    /// without one.
    pub path: Option<Arc<str>>,
    /// The commit, in hex.
    pub commit: Option<Arc<str>>,
    /// The blob, commit or tag, in hex.
    pub object: Option<Arc<str>>,
    /// The whole name of the branch or tag that the document is. Git is asked with it; no report has it.
    pub reference: Option<Arc<str>>,
}

impl Origin {
    /// A thing of root 0 of which nothing more is known.
    #[must_use]
    pub const fn of(kind: PlaceKind) -> Self {
        Self { kind, root: 0, path: None, commit: None, object: None, reference: None }
    }

    /// A file below root 0.
    #[must_use]
    pub fn file(path: &str) -> Self {
        Self { path: Some(path.into()), ..Self::of(PlaceKind::File) }
    }
}

/// Where a finding is, in the person's own terms.
///
/// The order of the fields is the order of findings in a report: path, inner, region.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The outermost place.
    pub origin: Arc<Origin>,
    /// From the outermost container to the member.
    pub inner: Vec<String>,
    /// The region in the text, where the place has lines.
    pub region: Option<Region>,
    /// The cell of a sheet, such as `Sheet!B4`.
    pub cell: Option<String>,
}
