//! Lends the blobs of a repository to a sink.

use std::io::{self, Cursor, Read};
use std::sync::Arc;

use super::{Content, Sink};
use crate::git::{Entry, EntryKind, Id, Reader, Repo};
use crate::model::{Document, Limits, Origin, PlaceKind, Problem, ReadSeek};

/// Where blobs of one thread go, with the buffer they share.
pub(super) struct Lender<'a> {
    pub(super) reader: Reader<'a>,
    limits: &'a Limits,
    sink: &'a dyn Sink,
    bytes: Vec<u8>,
    last_name: String,
}

impl<'a> Lender<'a> {
    pub(super) const fn new(reader: Reader<'a>, limits: &'a Limits, sink: &'a dyn Sink) -> Self {
        Self { reader, limits, sink, bytes: Vec::new(), last_name: String::new() }
    }

    /// Lends a blob with its file name.
    pub(super) fn entry(&mut self, entry: &Entry, commit: Option<&Arc<str>>) {
        let path = entry.shown_path();
        // The stages of a conflict share their name.
        if self.last_name != path {
            self.sink.file_name(0, &path, commit);
            self.last_name.clone_from(&path);
        }
        self.file(entry, commit);
    }

    /// Lends a blob under its name, which was judged before.
    pub(super) fn file(&mut self, entry: &Entry, commit: Option<&Arc<str>>) {
        let path = entry.shown_path();
        let kind = match entry.kind {
            EntryKind::Link => PlaceKind::LinkTarget,
            _ => PlaceKind::File,
        };
        let origin = Origin {
            path: Some(path.into()),
            commit: commit.cloned(),
            object: Some(entry.id.hex()),
            ..Origin::of(kind)
        };
        self.blob(&Arc::new(origin), entry.id);
    }

    /// Lends the message of a commit, and its headers: names and further lines are free text.
    pub(super) fn commit(&mut self, repo: &Repo, commit: Id, hex: &Arc<str>) {
        self.last_name.clear();
        match repo.commit_text(&mut self.reader, commit) {
            Ok((headers, message)) => {
                for (kind, bytes) in [(PlaceKind::Author, headers), (PlaceKind::CommitMessage, message)] {
                    lend(self.sink, &Arc::new(meta(kind, hex)), &bytes, self.limits);
                }
            }
            Err(fault) => self.sink.problem(Problem {
                path: ".".to_owned(),
                reason: fault.reason(),
                detail: Some(format!("commit {commit}")),
            }),
        }
    }

    /// Lends a blob that was counted before, under several names.
    pub(super) fn again(&mut self, id: Id, origins: Vec<Origin>) {
        match self.reader.read(id, self.limits.container_bytes_max, &mut self.bytes) {
            Ok(_) => origins.into_iter().for_each(|origin| self.sink.again(&Arc::new(origin), &self.bytes)),
            Err(fault) => self.sink.problem(Problem {
                path: ".".to_owned(),
                reason: fault.reason(),
                detail: Some(format!("object {id}")),
            }),
        }
    }

    fn blob(&mut self, origin: &Arc<Origin>, id: Id) {
        match self.reader.read(id, self.limits.container_bytes_max, &mut self.bytes) {
            Ok(_) => lend(self.sink, origin, &self.bytes, self.limits),
            Err(fault) => self.sink.problem(Problem {
                path: origin.path.as_deref().map_or_else(|| id.to_string(), str::to_owned),
                reason: fault.reason(),
                detail: Some(format!("object {id}")),
            }),
        }
    }
}

/// The place of a commit's own text.
pub(super) fn meta(kind: PlaceKind, commit: &Arc<str>) -> Origin {
    Origin { commit: Some(Arc::clone(commit)), object: Some(Arc::clone(commit)), ..Origin::of(kind) }
}

/// Lends bytes whole, or in windows where they are many.
pub fn lend(sink: &dyn Sink, origin: &Arc<Origin>, bytes: &[u8], limits: &Limits) {
    if bytes.len() <= limits.window_bytes {
        sink.document(Document { origin, inner: &[], bytes });
    } else {
        sink.stream(origin, &mut Held::new(bytes));
    }
}

/// Bytes in memory, read as a stream.
#[derive(Debug)]
pub struct Held<'a> {
    bytes: Cursor<&'a [u8]>,
}

impl<'a> Held<'a> {
    /// Reads `bytes` from their beginning.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes: Cursor::new(bytes) }
    }
}

impl Content for Held<'_> {
    fn restart(&mut self) -> io::Result<Option<()>> {
        self.bytes.set_position(0);
        Ok(Some(()))
    }

    fn reader(&mut self) -> &mut dyn Read {
        &mut self.bytes
    }

    fn bytes_read(&self) -> u64 {
        self.bytes.position()
    }

    fn seekable(&mut self) -> Option<&mut dyn ReadSeek> {
        self.bytes.set_position(0);
        Some(&mut self.bytes)
    }
}
