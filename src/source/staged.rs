//! What the next commit would contain: blobs of the index that differ from HEAD.

use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use super::blob::Lender;
use super::snapshot::OfRepo;
use super::{Sink, Source};
use crate::git::{Entry, GitError, Repo, Staged as Changes, State};
use crate::model::{Limits, Mode, Snapshot};

/// The index of a repository against its HEAD.
pub struct Staged {
    repo: Arc<Repo>,
    changes: Changes,
}

impl Staged {
    /// Compares; of the new side only what lies at or below `below` is audited, the top level
    /// being empty.
    ///
    /// # Errors
    /// When the index or HEAD cannot be read.
    pub fn new(repo: Arc<Repo>, below: &str) -> Result<Self, GitError> {
        let mut changes = repo.staged()?;
        changes.new.retain(|entry| is_below(&entry.path, below));
        Ok(Self { repo, changes })
    }

    fn lend(&self, entries: &[Entry], limits: &Limits, sink: &dyn Sink) {
        let lender = || Lender::new(self.repo.reader(), limits, sink);
        entries.par_iter().for_each_init(lender, |lender, entry| lender.entry(entry, None));
    }
}

/// Tells whether a path is `below` or lies in the folder of that name.
pub(super) fn is_below(path: &[u8], below: &str) -> bool {
    let rest = path.strip_prefix(below.as_bytes());
    below.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"))
}

impl Source for Staged {
    fn mode(&self) -> Mode {
        Mode::Staged
    }

    fn visit(&self, limits: &Limits, sink: &dyn Sink) {
        for problem in self.repo.problems().iter().chain(&self.changes.problems) {
            sink.problem(problem.clone());
        }
        self.lend(&self.changes.new, limits, sink);
    }

    fn visit_old(&self, _asked: &BTreeSet<Option<Arc<str>>>, limits: &Limits, sink: &dyn Sink) {
        self.lend(&self.changes.old, limits, sink);
    }

    fn snapshot(&self) -> Box<dyn Snapshot + '_> {
        Box::new(OfRepo::new(&self.repo, State::Index))
    }
}
