//! What the commits of a range add, commit by commit.

use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use super::blob::Lender;
use super::snapshot::OfRepo;
use super::staged::is_below;
use super::{Sink, Source};
use crate::git::{Added, Commits, Entry, Id, Repo, State};
use crate::model::{Limits, Mode, Snapshot};

/// Commits, and what of them is audited.
pub struct Range {
    repo: Arc<Repo>,
    commits: Commits,
    ends: Ends,
    below: String,
}

/// The commits a range leads from and to.
#[derive(Debug, Clone, Copy)]
pub struct Ends {
    /// Where the change began; none where there was nothing.
    pub base: Option<Id>,
    /// Its last commit.
    pub head: Id,
}

impl Range {
    /// Audits what lies at or below `below` of each commit, the top level being empty.
    #[must_use]
    pub const fn new(repo: Arc<Repo>, commits: Commits, ends: Ends, below: String) -> Self {
        Self { repo, commits, ends, below }
    }

    /// Lends the files that the whole range changes, of the side that `side` chooses.
    fn lend_changed(&self, limits: &Limits, sink: &dyn Sink, side: fn(&Added) -> &[Entry]) {
        let Ends { base, head } = self.ends;
        let changed = self.repo.changed(&mut self.repo.reader(), base, head);
        for problem in &changed.problems {
            sink.problem(problem.clone());
        }
        let entries: Vec<&Entry> =
            side(&changed).iter().filter(|entry| is_below(&entry.path, &self.below)).collect();
        let hex = head.hex();
        let lender = || Lender::new(self.repo.reader(), limits, sink);
        entries.par_iter().for_each_init(lender, |lender, entry| lender.file(entry, Some(&hex)));
    }
}

impl Source for Range {
    fn mode(&self) -> Mode {
        Mode::Range
    }

    fn visit(&self, limits: &Limits, sink: &dyn Sink) {
        for problem in self.repo.problems().iter().chain(&self.commits.problems) {
            sink.problem(problem.clone());
        }
        let lender = || Lender::new(self.repo.reader(), limits, sink);
        self.commits.ids.par_iter().for_each_init(lender, |lender, commit| {
            sink.commit();
            let hex = commit.hex();
            lender.commit(&self.repo, *commit, &hex);
            let added = self.repo.added(&mut lender.reader, *commit);
            for problem in added.problems {
                sink.problem(problem);
            }
            for entry in added.new.iter().filter(|entry| is_below(&entry.path, &self.below)) {
                lender.entry(entry, Some(&hex));
            }
        });
    }

    fn visit_old(&self, asked: &BTreeSet<Option<Arc<str>>>, limits: &Limits, sink: &dyn Sink) {
        let asked: Vec<&Arc<str>> = asked.iter().flatten().collect();
        let lender = || Lender::new(self.repo.reader(), limits, sink);
        asked.par_iter().for_each_init(lender, |lender, hex| {
            let Some(commit) = Id::from_hex(hex.as_bytes()) else { return };
            let added = self.repo.added(&mut lender.reader, commit);
            for entry in &added.old {
                lender.entry(entry, Some(hex));
            }
        });
    }

    fn visit_state(&self, limits: &Limits, sink: &dyn Sink) {
        self.lend_changed(limits, sink, |changed| &changed.new);
    }

    fn visit_state_before(&self, limits: &Limits, sink: &dyn Sink) {
        self.lend_changed(limits, sink, |changed| &changed.old);
    }

    fn snapshot(&self) -> Box<dyn Snapshot + '_> {
        Box::new(OfRepo::new(&self.repo, State::Commit(self.ends.head)))
    }
}
