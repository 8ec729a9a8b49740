//! Lends the blobs of a repository to a sink.

use std::io::{self, Cursor, Read};
use std::sync::Arc;

use super::{Content, Sink};
use crate::git::{Entry, EntryKind, Id, Reader};
use crate::model::{Document, Limits, Origin, PlaceKind, Problem};

/// Where blobs of one thread go, with the buffer they share.
pub(super) struct Lender<'a> {
    pub(super) reader: Reader<'a>,
    limits: &'a Limits,
    sink: &'a dyn Sink,
    bytes: Vec<u8>,
}

impl<'a> Lender<'a> {
    pub(super) const fn new(reader: Reader<'a>, limits: &'a Limits, sink: &'a dyn Sink) -> Self {
        Self { reader, limits, sink, bytes: Vec::new() }
    }

    /// Lends a blob with its file name.
    pub(super) fn entry(&mut self, entry: &Entry, commit: Option<&Arc<str>>) {
        let path = entry.shown_path();
        self.sink.file_name(0, &path);
        let kind = match entry.kind {
            EntryKind::Link => PlaceKind::LinkTarget,
            _ => PlaceKind::File,
        };
        let origin = Origin {
            kind,
            root: 0,
            path: Some(path.into()),
            commit: commit.cloned(),
            object: Some(entry.id.hex()),
        };
        self.blob(&Arc::new(origin), entry.id);
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

/// Lends bytes whole, or in windows where they are many.
pub fn lend(sink: &dyn Sink, origin: &Arc<Origin>, bytes: &[u8], limits: &Limits) {
    if bytes.len() <= limits.window_bytes {
        sink.document(Document { origin, inner: &[], bytes });
    } else {
        sink.stream(origin, &mut Held { bytes: Cursor::new(bytes) });
    }
}

/// Bytes in memory, read as a stream.
pub(super) struct Held<'a> {
    pub(super) bytes: Cursor<&'a [u8]>,
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
}
