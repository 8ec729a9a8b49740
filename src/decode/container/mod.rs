//! Documents inside documents: archives, and whatever else holds texts under names of its own.
//!
//! A container lends its members one after the other and never holds more than one. It knows
//! nothing of limits: whoever takes the members counts them. Adding a format is a file here and its
//! line in [`CONTAINERS`].

mod asar;
mod compressed;
mod export;
mod html;
mod office;
mod mail;
mod notebook;
mod pdf;
mod picture;
mod plist;
mod rtf;
mod sealed;
mod seven_zip;
mod shortcut;
mod source_map;
mod sqlite;
mod tar;
mod telling;
mod zip;

use std::io::{self, Read};
use std::ops::ControlFlow;

use crate::model::{ReadSeek, SkipReason};

/// The formats, in the order in which they are asked.
const CONTAINERS: &[&dyn Container] = &[
    &zip::Zip,
    &tar::Tar,
    &compressed::Compressed,
    &office::Compound,
    &pdf::Pdf,
    &picture::Png,
    &picture::Jpeg,
    &asar::Asar,
    &plist::Plist,
    &rtf::Rtf,
    &seven_zip::SevenZip,
    &sealed::Sealed,
    &sqlite::Sqlite,
    &mail::Mail,
    &mail::Mailbox,
    &notebook::Notebook,
    &source_map::SourceMap,
    &shortcut::Shortcut,
    &export::Export,
];

/// Bytes by which a container is told.
pub const HEAD_BYTES: usize = 512;

/// One format of documents inside documents.
pub trait Container: Sync {
    /// Tells by the first [`HEAD_BYTES`] whether a document is one, and by its name where these are not
    /// enough. Must be cheap: every document is asked about.
    fn recognises(&self, name: &str, head: &[u8]) -> bool;

    /// Tells whether a document may be one for its name, whatever it begins with.
    fn is_called(&self, _name: &str) -> bool {
        false
    }

    /// Lends the members, until told to stop. What cannot be read is a problem for `members`.
    fn open(&self, name: &str, content: &mut dyn ReadSeek, members: &mut dyn Members);

    /// Tells whether the document is a text as well, and is read as one beside what is said of it.
    fn is_text(&self) -> bool {
        false
    }
}

/// Takes what a container holds.
pub trait Members {
    /// Takes a document under its name in the container.
    fn member(&mut self, name: &str, content: &mut dyn Read) -> ControlFlow<()>;

    /// Takes a text that the container holds, as a person sees it.
    fn text(&mut self, told: Told) -> ControlFlow<()>;

    /// Takes what could not be read; an empty `member` stands for the container itself.
    fn problem(&mut self, member: &str, reason: SkipReason, detail: &str);

    /// Returns the bytes that members may still expand to. A format that has to be read whole asks.
    fn bytes_left(&self) -> u64;
}

/// A text with the places its parts have in the person's own terms.
#[derive(Debug, Default)]
pub struct Told {
    /// The text.
    pub text: String,
    /// How many rows of sheets are in it.
    pub rows: usize,
    /// Where a part begins, in bytes, ascending, and what a person calls its place: `Sheet1!B4`,
    /// `page 3`.
    pub cells: Vec<(usize, String)>,
}

/// Returns the format of a document, if it is a container.
#[must_use]
pub fn container(name: &str, head: &[u8]) -> Option<&'static dyn Container> {
    let name = name.rsplit('/').next().unwrap_or(name);
    CONTAINERS.iter().find(|container| container.recognises(name, head)).copied()
}

/// Tells whether a document may be a container for its name.
#[must_use]
pub fn is_called_container(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    CONTAINERS.iter().any(|container| container.is_called(name))
}

/// Reads a container that has to be held whole. What cannot be read, or is larger than `bytes_max`, is
/// a problem for `members`.
fn held(content: &mut dyn ReadSeek, bytes_max: u64, members: &mut dyn Members) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Err(error) = content.take(bytes_max + 1).read_to_end(&mut bytes) {
        let (reason, detail) = damage(&error);
        members.problem("", reason, detail);
        return None;
    }
    if bytes.len() as u64 > bytes_max {
        members.problem("", SkipReason::TooLarge, "a file beyond the limit");
        return None;
    }
    Some(bytes)
}

/// Tells the end of a name, letter case ignored.
fn ends_with(name: &str, ending: &str) -> bool {
    let at = name.len().checked_sub(ending.len());
    at.and_then(|at| name.get(at..)).is_some_and(|end| end.eq_ignore_ascii_case(ending))
}

/// Says why a container cannot be read, in words of no text of it.
#[must_use]
pub fn damage(error: &io::Error) -> (SkipReason, &'static str) {
    match error.kind() {
        io::ErrorKind::Unsupported => (SkipReason::Unsupported, "compressed in a way that is not read"),
        io::ErrorKind::UnexpectedEof => (SkipReason::Damaged, "it ends too early"),
        _ => (SkipReason::Damaged, "its bytes are not what its format says"),
    }
}
