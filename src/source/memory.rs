//! Documents that are in memory already, and histories: the examples of rules.

use std::sync::Arc;

use super::snapshot::InMemory;
use super::{Sink, Source};
use crate::model::{Document, Limits, Mode, Origin, Snapshot};

/// Paths with their bytes.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    files: Vec<(String, Vec<u8>)>,
}

impl Memory {
    /// Yields the files in their order.
    #[must_use]
    pub const fn new(files: Vec<(String, Vec<u8>)>) -> Self {
        Self { files }
    }
}

impl Source for Memory {
    fn mode(&self) -> Mode {
        Mode::Worktree
    }

    fn visit(&self, _limits: &Limits, sink: &dyn Sink) {
        for (path, bytes) in &self.files {
            sink.file_name(0, path, None);
            sink.document(Document { origin: &Arc::new(Origin::file(path)), inner: &[], bytes });
        }
    }
    fn snapshot(&self) -> Box<dyn Snapshot + '_> {
        Box::new(InMemory(&self.files))
    }
}

/// A history in memory: versions of files, and the files of its last commit.
#[derive(Debug, Clone, Default)]
pub struct MemoryHistory {
    versions: Vec<(String, Arc<str>, Vec<u8>)>,
    head: Vec<(String, Vec<u8>)>,
}

impl MemoryHistory {
    /// Yields versions, as paths with the names of their objects, and the files of the last commit.
    #[must_use]
    pub const fn new(versions: Vec<(String, Arc<str>, Vec<u8>)>, head: Vec<(String, Vec<u8>)>) -> Self {
        Self { versions, head }
    }
}

impl Source for MemoryHistory {
    fn mode(&self) -> Mode {
        Mode::History
    }

    fn visit(&self, _limits: &Limits, sink: &dyn Sink) {
        for (path, object, bytes) in &self.versions {
            let origin = Origin { object: Some(Arc::clone(object)), ..Origin::file(path) };
            sink.file_name(0, path, None);
            sink.document(Document { origin: &Arc::new(origin), inner: &[], bytes });
        }
    }

    fn visit_state(&self, _limits: &Limits, sink: &dyn Sink) {
        for (path, bytes) in &self.head {
            sink.document(Document { origin: &Arc::new(Origin::file(path)), inner: &[], bytes });
        }
    }

    fn snapshot(&self) -> Box<dyn Snapshot + '_> {
        Box::new(InMemory(&self.head))
    }
}
