//! Documents that are in memory already: the examples of rules.

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
