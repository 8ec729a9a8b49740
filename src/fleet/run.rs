//! Audits what is a task's own, several repositories at a time, the largest first.

use std::collections::BTreeMap;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::fetch::Fetcher;
use super::repository::{Location, Repository};
use super::results::Results;
use super::stored::{Stored, StoredState};
use crate::report::wire::{WireReport, WireTool};
use crate::scan::Progress;

/// A repository that is here.
#[derive(Debug)]
pub struct Here<'a> {
    /// Which one.
    pub repository: &'a Repository,
    /// Its folder.
    pub folder: PathBuf,
}

/// What audits one repository.
pub trait Auditor: Sync {
    /// Returns a digest of everything an audit would stand on, without reading a document.
    ///
    /// # Errors
    /// When the repository cannot be read; the text says why.
    fn stands_on(&self, here: &Here<'_>) -> Result<String, String>;

    /// Audits.
    ///
    /// # Errors
    /// When it cannot be done; the text says why.
    fn audit(&self, here: &Here<'_>, progress: &Arc<Progress>) -> Result<WireReport, String>;

    /// Names the program and its rules.
    fn tool(&self) -> WireTool;

    /// What results say of what was not audited: mode, and when, in RFC 3339.
    fn about(&self) -> (&'static str, String);

    /// Returns the day, `YYYY-MM-DD`.
    fn today(&self) -> String;
}

/// A task's own part of a fleet.
pub struct Run<'a> {
    /// What to audit, with how large each is.
    pub repositories: Vec<(&'a Repository, u64)>,
    /// Repositories at a time.
    pub lanes: usize,
    /// What audits.
    pub auditor: &'a dyn Auditor,
    /// What fetches.
    pub fetcher: &'a Fetcher,
    /// Where results are kept, if they are.
    pub results: Option<&'a Results>,
    /// Where to say how far it is.
    pub progress: &'a FleetProgress,
}

/// What came of a run.
#[derive(Debug, Default)]
pub struct Done {
    /// Repositories that were audited.
    pub audited: usize,
    /// Repositories that had not changed.
    pub unchanged: usize,
    /// Repositories that could not be audited.
    pub broken: usize,
}

/// How far a run is.
#[derive(Debug, Default)]
pub struct FleetProgress {
    total: usize,
    done: AtomicUsize,
    files: AtomicUsize,
    bytes: AtomicUsize,
    running: Mutex<BTreeMap<String, Arc<Progress>>>,
}

impl FleetProgress {
    /// Nothing done of so many repositories.
    #[must_use]
    pub fn of(total: usize) -> Self {
        Self { total, ..Self::default() }
    }

    /// Returns how many repositories are done, of how many.
    #[must_use]
    pub fn repositories(&self) -> (usize, usize) {
        (self.done.load(Ordering::Relaxed), self.total)
    }

    /// Returns documents and bytes so far, and one of the repositories under way.
    #[must_use]
    pub fn so_far(&self) -> (u64, u64, Option<String>) {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let (files, bytes) = (self.files.load(Ordering::Relaxed), self.bytes.load(Ordering::Relaxed));
        let of_running = running.values().map(|progress| progress.so_far());
        let (files, bytes) =
            of_running.fold((files as u64, bytes as u64), |(f, b), (files, bytes)| (f + files, b + bytes));
        (files, bytes, running.keys().next().cloned())
    }

    fn begun(&self, at: &str) -> Arc<Progress> {
        let progress = Arc::new(Progress::default());
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.insert(at.to_owned(), Arc::clone(&progress));
        progress
    }

    fn ended(&self, at: &str, progress: &Progress) {
        let (files, bytes) = progress.so_far();
        let as_usize = |count| usize::try_from(count).unwrap_or(usize::MAX);
        self.files.fetch_add(as_usize(files), Ordering::Relaxed);
        self.bytes.fetch_add(as_usize(bytes), Ordering::Relaxed);
        self.running.lock().unwrap_or_else(PoisonError::into_inner).remove(at);
        self.done.fetch_add(1, Ordering::Relaxed);
    }
}

/// What came of one repository.
enum Outcome {
    Unchanged(Stored),
    New(Stored, Box<WireReport>),
}

impl Run<'_> {
    /// Audits everything. `deliver` gets each result, with its report where it is new; it may be
    /// called on several threads.
    ///
    /// # Errors
    /// When a result cannot be kept.
    pub fn run(mut self, deliver: &(dyn Fn(&Stored, Option<WireReport>) + Sync)) -> io::Result<Done> {
        // A large one that begins last would be waited for alone.
        self.repositories
            .sort_by(|(one, bytes), (other, more)| more.cmp(bytes).then_with(|| one.id.cmp(&other.id)));
        let (next, done) = (AtomicUsize::new(0), Mutex::new(Done::default()));
        let failed: Mutex<Option<io::Error>> = Mutex::new(None);
        let lane = || {
            while let Some((repository, _)) = self.repositories.get(next.fetch_add(1, Ordering::Relaxed)) {
                if failed.lock().unwrap_or_else(PoisonError::into_inner).is_some() {
                    return;
                }
                match self.one(repository) {
                    Ok(outcome) => {
                        done.lock().unwrap_or_else(PoisonError::into_inner).count(&outcome);
                        match outcome {
                            Outcome::Unchanged(stored) => deliver(&stored, None),
                            Outcome::New(stored, report) => deliver(&stored, Some(*report)),
                        }
                    }
                    Err(error) => *failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(error),
                }
            }
        };
        std::thread::scope(|scope| {
            let others: Vec<_> = (1..self.lanes.max(1)).map(|_| scope.spawn(lane)).collect();
            lane();
            // A lane ends with its repositories; what went wrong in one is a result.
            others.into_iter().for_each(|other| drop(other.join()));
        });
        match failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
            Some(error) => Err(error),
            None => Ok(done.into_inner().unwrap_or_else(PoisonError::into_inner)),
        }
    }

    fn one(&self, repository: &Repository) -> io::Result<Outcome> {
        let progress = self.progress.begun(&repository.at);
        let outcome = catch_unwind(AssertUnwindSafe(|| self.audited(repository, &progress)));
        let outcome = outcome.unwrap_or_else(|_| Err("kagiban failed in it".to_owned()));
        self.progress.ended(&repository.at, &progress);
        let outcome = outcome.unwrap_or_else(|error| {
            let stored = Stored::broken(repository, error);
            let (mode, at) = self.auditor.about();
            let gap = stored.gap(self.auditor.tool(), mode, at);
            Outcome::New(stored, Box::new(gap))
        });
        if let (Some(results), Outcome::New(stored, report)) = (self.results, &outcome) {
            results.keep(stored, report, &self.auditor.today())?;
        }
        Ok(outcome)
    }

    fn audited(&self, repository: &Repository, progress: &Arc<Progress>) -> Result<Outcome, String> {
        let folder = match &repository.location {
            Location::Path(path) => path.clone(),
            Location::Address(address) => self.fetcher.fetched(repository, address)?,
        };
        let here = Here { repository, folder };
        // Asked before the audit: what changes during it is seen by the next one.
        let stands_on = self.auditor.stands_on(&here)?;
        let current = |results: &Results| results.current(&repository.id, &stands_on, &self.auditor.today());
        if let Some(stored) = self.results.and_then(current) {
            return Ok(Outcome::Unchanged(stored));
        }
        let mut report = self.auditor.audit(&here, progress)?;
        report.scan.roots = vec![repository.at.clone()];
        Ok(Outcome::New(Stored::audited(repository, stands_on, &report), Box::new(report)))
    }
}

impl Done {
    fn count(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Unchanged(_) => self.unchanged += 1,
            Outcome::New(stored, _) if stored.state == StoredState::Broken => self.broken += 1,
            Outcome::New(..) => self.audited += 1,
        }
    }
}
