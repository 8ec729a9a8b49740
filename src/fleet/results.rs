//! The folder of results: one file a repository, one a plan, one a shard that is done.
//!
//! A file is there whole or not at all. A task that runs twice finds what it wrote the first time
//! and leaves it, so the bytes stay the same.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use super::plan::Plan;
use super::share::Shard;
use super::stored::{Header, Stored, StoredState};
use crate::report::wire::WireReport;

/// Where results of repositories lie.
const REPOSITORIES: &str = "repositories";
/// The ending of files that are being written.
const UNFINISHED: &str = "part";

/// A folder of results.
#[derive(Debug, Clone)]
pub struct Results {
    folder: PathBuf,
}

impl Results {
    /// Opens a folder, and makes it where there is none.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn open(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder.join(REPOSITORIES))?;
        Ok(Self { folder: folder.to_path_buf() })
    }

    fn path_of(&self, id: &str) -> PathBuf {
        self.folder.join(REPOSITORIES).join(format!("{id}.json"))
    }

    /// Returns the result of a repository, if it was audited on what `stands_on` and holds today.
    #[must_use]
    pub fn current(&self, id: &str, stands_on: &str, today: &str) -> Option<Stored> {
        let header: Header = serde_json::from_slice(&fs::read(self.path_of(id)).ok()?).ok()?;
        let is_current = |stored: &Stored| {
            stored.state == StoredState::Audited
                && stored.id == id
                && stored.stands_on == stands_on
                && stored.until.as_deref().is_none_or(|until| until >= today)
        };
        header.repository.filter(is_current)
    }

    /// Returns a result whole.
    #[must_use]
    pub fn report(&self, id: &str) -> Option<(Stored, WireReport)> {
        let bytes = fs::read(self.path_of(id)).ok()?;
        let header: Header = serde_json::from_slice(&bytes).ok()?;
        Some((header.repository?, crate::report::saved::read(&bytes).ok()?))
    }

    /// Keeps a result. One that says the same is left as it is: another task was here first, and
    /// only the time of the audit could be another.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep(&self, stored: &Stored, report: &WireReport, today: &str) -> io::Result<()> {
        let path = self.path_of(&stored.id);
        let there = fs::read(&path).ok().and_then(|bytes| serde_json::from_slice::<Header>(&bytes).ok());
        let holds = |there: &Stored| there.until.as_deref().is_none_or(|until| until >= today);
        if there.and_then(|header| header.repository).is_some_and(|there| there == *stored && holds(&there)) {
            return Ok(());
        }
        write_whole(&path, &stored.written(report)?)
    }

    /// Returns the plan of a split, if a task has written it.
    #[must_use]
    pub fn plan(&self, split: &str) -> Option<Plan> {
        let bytes = fs::read(self.folder.join(Plan::file_name(split))).ok()?;
        let plan: Plan = serde_json::from_slice(&bytes).ok()?;
        (plan.split == split).then_some(plan)
    }

    /// Writes a plan unless another task was first, and returns the one that counts. Plans and
    /// shards of other splits are over.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn planned(&self, plan: Plan) -> io::Result<Plan> {
        if let Some(there) = self.plan(&plan.split) {
            return Ok(there);
        }
        let name = Plan::file_name(&plan.split);
        let mut bytes = serde_json::to_vec_pretty(&plan)?;
        bytes.push(b'\n');
        write_new(&self.folder.join(&name), &bytes)?;
        let own = name.trim_start_matches("plan-").trim_end_matches(".json");
        for entry in fs::read_dir(&self.folder)?.flatten() {
            let other = entry.file_name().to_string_lossy().into_owned();
            let is_of_plans =
                other.ends_with(".json") && (other.starts_with("plan-") || other.starts_with("shard-"));
            if is_of_plans && !other.contains(own) {
                // Another task may have been faster.
                let _ = fs::remove_file(entry.path());
            }
        }
        Ok(self.plan(&plan.split).unwrap_or(plan))
    }

    /// Says that a shard is done.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn done(&self, plan: &Plan, shard: Shard) -> io::Result<()> {
        let mut bytes = serde_json::to_vec_pretty(&plan.done(shard))?;
        bytes.push(b'\n');
        let path = self.folder.join(Plan::done_name(&plan.split, shard));
        if fs::read(&path).is_ok_and(|there| there == bytes) { Ok(()) } else { write_whole(&path, &bytes) }
    }
}

/// Writes beside the file and puts the whole in its place.
fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let unfinished = written_beside(path, bytes)?;
    fs::rename(&unfinished, path).inspect_err(|_| drop(fs::remove_file(&unfinished)))
}

/// Writes a file that is not there; one that is stays as it is.
fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let unfinished = written_beside(path, bytes)?;
    let linked = fs::hard_link(&unfinished, path);
    match linked {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => fs::remove_file(&unfinished),
        // Not every file system knows links.
        Err(_) => fs::rename(&unfinished, path),
        Ok(()) => fs::remove_file(&unfinished),
    }
}

fn written_beside(path: &Path, bytes: &[u8]) -> io::Result<PathBuf> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    loop {
        // Tasks on other machines may have the same process number.
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let random = fastrand::u32(..);
        let unfinished =
            path.with_extension(format!("{}-{number}-{random:08x}.{UNFINISHED}", std::process::id()));
        match File::options().write(true).create_new(true).open(&unfinished) {
            Ok(mut file) => {
                file.write_all(bytes)?;
                file.sync_all()?;
                return Ok(unfinished);
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
}
