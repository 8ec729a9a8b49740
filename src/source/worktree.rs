//! Files and folders, as they lie on disk.
//!
//! Ignored and hidden files are visited, since that is where keys are kept; of `.git` only the
//! configuration is. Symbolic links are not followed: what they point to is a document itself.

use std::fs::{File, FileType};
use std::io::{self, Read, Seek as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::iter::{ParallelBridge, ParallelIterator};
use walkdir::{DirEntry, WalkDir};

use super::budget::{Budget, Room};
use super::snapshot::Disk;
use super::{Content, Sink, Source};
use crate::model::{
    Document, Limits, Mode, Origin, PlaceKind, Problem, ReadSeek, SkipReason, Snapshot, reason,
};

/// Files handed to a thread at once: one lock for many files.
const BATCH_FILES: usize = 64;
/// Files up to this size, in bytes, never wait for room.
const SMALL_BYTES: usize = 256 << 10;
/// What git calls its configurations, in a repository, a submodule and a linked worktree.
const CONFIGS: [&str; 2] = ["config", "config.worktree"];
/// Folders of `.git` that hold no configuration and can be large.
const GIT_INTERNALS: [&str; 6] = ["objects", "refs", "logs", "hooks", "info", "lfs"];

/// One root of a scan.
#[derive(Debug, Clone)]
struct Root {
    start: PathBuf,
    /// What paths in reports are relative to.
    base: PathBuf,
}

/// Files and folders.
#[derive(Debug)]
pub struct Worktree {
    roots: Vec<Root>,
}

impl Worktree {
    /// Visits every path. Paths in reports are relative to the top level of the repository a path
    /// lies in, else to the path itself.
    ///
    /// # Errors
    /// When there is no such path; the error names it.
    pub fn new(paths: &[PathBuf]) -> io::Result<Self> {
        let roots = paths.iter().map(|path| {
            let start = path.canonicalize().map_err(|error| named(path, &error))?;
            let own = if start.is_dir() {
                start.clone()
            } else {
                start.parent().map_or_else(|| start.clone(), Path::to_path_buf)
            };
            let base = top_level(&own).unwrap_or(own);
            Ok(Root { start, base })
        });
        Ok(Self { roots: roots.collect::<io::Result<_>>()? })
    }

    /// Returns the folder whose settings count for the first root.
    #[must_use]
    pub fn base(&self) -> Option<&Path> {
        self.roots.first().map(|root| root.base.as_path())
    }

    /// Returns what paths of each root are relative to.
    #[must_use]
    pub fn bases(&self) -> Vec<PathBuf> {
        self.roots.iter().map(|root| root.base.clone()).collect()
    }

    /// Tells whether every root is the whole of its repository or folder.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.roots.iter().all(|root| root.start == root.base)
    }
}

impl Source for Worktree {
    fn mode(&self) -> Mode {
        Mode::Worktree
    }

    fn visit(&self, limits: &Limits, sink: &dyn Sink) {
        let budget = Budget::new(limits.in_flight_bytes_max);
        for (index, root) in self.roots.iter().enumerate() {
            let visit = Visit { root: index as u32, base: &root.base, limits, budget: &budget, sink };
            let batches = Batches { walk: WalkDir::new(&root.start).follow_root_links(true).into_iter() };
            batches.par_bridge().for_each_init(Vec::new, |buffer, batch| {
                for entry in batch {
                    visit.entry(entry, buffer);
                }
            });
        }
    }

    fn snapshot(&self) -> Box<dyn Snapshot + '_> {
        Box::new(Disk::new(self.bases()))
    }
}

/// The folder at or above `path` that holds `.git`.
fn top_level(path: &Path) -> Option<PathBuf> {
    path.ancestors().find(|folder| folder.join(".git").exists()).map(Path::to_path_buf)
}

fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {}", path.display(), reason(error)))
}

/// Walks on one thread and hands out entries in batches.
struct Batches {
    walk: walkdir::IntoIter,
}

impl Iterator for Batches {
    type Item = Vec<walkdir::Result<DirEntry>>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut batch = Vec::new();
        while batch.len() < BATCH_FILES {
            let Some(entry) = self.walk.next() else { break };
            if entry
                .as_ref()
                .is_ok_and(|e| e.file_type().is_dir() && e.depth() > 0 && e.file_name() == ".git")
            {
                self.walk.skip_current_dir();
            }
            batch.push(entry);
        }
        (!batch.is_empty()).then_some(batch)
    }
}

/// How much of a file is in the buffer, and the room it takes while it is there.
struct Held<'b> {
    is_all: bool,
    has_shrunk: bool,
    #[expect(dead_code, reason = "held until the file has been judged")]
    room: Option<Room<'b>>,
}

struct Visit<'a> {
    root: u32,
    base: &'a Path,
    limits: &'a Limits,
    budget: &'a Budget,
    sink: &'a dyn Sink,
}

impl Visit<'_> {
    fn entry(&self, entry: walkdir::Result<DirEntry>, buffer: &mut Vec<u8>) {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let path = error.path().unwrap_or(self.base);
                return self.skip(path, SkipReason::Unreadable, error.io_error().map(reason));
            }
        };
        let (path, kind) = (entry.path(), entry.file_type());
        if kind.is_file() {
            self.sink.file_name(self.root, &self.relative(path), None);
            self.file(path, buffer);
        } else if kind.is_symlink() {
            self.link(path);
        } else if kind.is_dir() {
            if entry.file_name() == ".git" {
                self.git_folder(path, buffer);
            }
        } else {
            self.skip(path, SkipReason::SpecialFile, Some(special_name(kind).to_owned()));
        }
    }

    fn file(&self, path: &Path, buffer: &mut Vec<u8>) {
        match self.read(path, buffer) {
            Err(error) => self.skip(path, SkipReason::Unreadable, Some(reason(&error))),
            Ok(Held { is_all, has_shrunk, .. }) => {
                let origin = Arc::new(self.origin(PlaceKind::File, path));
                if is_all {
                    self.sink.document(Document { origin: &origin, inner: &[], bytes: buffer });
                    if has_shrunk {
                        self.skip(path, SkipReason::ChangedWhileRead, None);
                    }
                } else {
                    self.stream(&origin, path);
                }
            }
        }
        if buffer.capacity() > 2 * SMALL_BYTES {
            *buffer = Vec::new();
        }
    }

    /// Reads a file as far as one window; a large one waits until there is room for it.
    fn read(&self, path: &Path, buffer: &mut Vec<u8>) -> io::Result<Held<'_>> {
        buffer.clear();
        let mut file = File::open(path)?;
        // One byte more than is wanted tells whether there is more.
        file.by_ref().take(SMALL_BYTES as u64 + 1).read_to_end(buffer)?;
        if buffer.len() <= SMALL_BYTES {
            return Ok(Held { is_all: true, has_shrunk: false, room: None });
        }
        let length = file.metadata()?.len();
        let wanted = self.limits.window_bytes as u64 + 1;
        let expected = length.clamp(buffer.len() as u64, wanted) as usize;
        let room = self.budget.room(expected);
        buffer.reserve_exact(expected - buffer.len());
        file.take(wanted - buffer.len() as u64).read_to_end(buffer)?;
        let is_all = buffer.len() <= self.limits.window_bytes;
        Ok(Held { is_all, has_shrunk: (buffer.len() as u64) < length, room: Some(room) })
    }

    fn stream(&self, origin: &Arc<Origin>, path: &Path) {
        match Reopened::new(path) {
            Err(error) => self.skip(path, SkipReason::Unreadable, Some(reason(&error))),
            Ok(mut content) => {
                self.sink.stream(origin, &mut content);
                if let Some(failure) = content.failure {
                    self.skip(path, SkipReason::Unreadable, Some(failure));
                } else if content.read < content.length {
                    self.skip(path, SkipReason::ChangedWhileRead, None);
                }
            }
        }
    }

    /// Visits what `.git` holds that people write: configurations, which name remotes.
    fn git_folder(&self, folder: &Path, buffer: &mut Vec<u8>) {
        let is_config =
            |entry: &DirEntry| entry.file_type().is_file() && CONFIGS.iter().any(|n| entry.file_name() == *n);
        let holds_none = |entry: &DirEntry| {
            entry.depth() > 0 && GIT_INTERNALS.iter().any(|name| entry.file_name() == *name)
        };
        let walk = WalkDir::new(folder).into_iter().filter_entry(|entry| !holds_none(entry));
        // A folder of git's own that cannot be read is not a document that is missed.
        for entry in walk.flatten().filter(is_config) {
            self.file(entry.path(), buffer);
        }
    }

    fn link(&self, path: &Path) {
        match path.read_link() {
            Err(error) => self.skip(path, SkipReason::Unreadable, Some(reason(&error))),
            Ok(target) => {
                let origin = Arc::new(self.origin(PlaceKind::LinkTarget, path));
                let target = target.to_string_lossy();
                self.sink.document(Document { origin: &origin, inner: &[], bytes: target.as_bytes() });
            }
        }
    }

    fn skip(&self, path: &Path, reason: SkipReason, detail: Option<String>) {
        self.sink.problem(Problem { path: self.relative(path), reason, detail });
    }

    fn origin(&self, kind: PlaceKind, path: &Path) -> Origin {
        Origin { root: self.root, path: Some(self.relative(path).into()), ..Origin::of(kind) }
    }

    fn relative(&self, path: &Path) -> String {
        let relative = path.strip_prefix(self.base).unwrap_or(path);
        if relative.as_os_str().is_empty() {
            ".".to_owned()
        } else {
            relative.to_string_lossy().replace('\\', "/")
        }
    }
}

fn special_name(kind: FileType) -> &'static str {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt as _;
        if kind.is_fifo() {
            return "pipe";
        }
        if kind.is_socket() {
            return "socket";
        }
    }
    let _ = kind;
    "device"
}

/// A file that is read twice: once to see whether it matters, once to read it.
struct Reopened {
    path: PathBuf,
    file: File,
    length: u64,
    read: u64,
    failure: Option<String>,
}

impl Reopened {
    fn new(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let length = file.metadata()?.len();
        Ok(Self { path: path.to_path_buf(), file, length, read: 0, failure: None })
    }
}

impl Content for Reopened {
    fn restart(&mut self) -> io::Result<Option<()>> {
        self.file = File::open(&self.path)?;
        self.read = 0;
        Ok(Some(()))
    }

    fn reader(&mut self) -> &mut dyn Read {
        self
    }

    fn bytes_read(&self) -> u64 {
        self.read
    }

    fn seekable(&mut self) -> Option<&mut dyn ReadSeek> {
        self.file.rewind().ok()?;
        self.read = self.length;
        Some(&mut self.file)
    }
}

impl Read for Reopened {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer).inspect_err(|error| self.failure = Some(reason(error)))?;
        self.read += read as u64;
        Ok(read)
    }
}
