//! Files and folders, as they lie on disk.
//!
//! Ignored and hidden files are visited, since that is where keys are kept; of `.git` only the
//! configuration is. Symbolic links are not followed: what they point to is a document itself.

use std::fs::{File, FileType};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::iter::{ParallelBridge, ParallelIterator};
use walkdir::{DirEntry, WalkDir};

use super::{Content, Sink, Source};
use crate::model::{Document, Limits, Mode, Origin, PlaceKind, Problem, SkipReason};

/// Files handed to a thread at once: one lock for many files.
const BATCH_FILES: usize = 64;

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
        for (index, root) in self.roots.iter().enumerate() {
            let visit = Visit { root: index as u32, base: &root.base, limits, sink };
            let batches = Batches { walk: WalkDir::new(&root.start).follow_root_links(true).into_iter() };
            batches.par_bridge().for_each_init(Vec::new, |buffer, batch| {
                for entry in batch {
                    visit.entry(entry, buffer);
                }
            });
        }
    }
}

/// The folder at or above `path` that holds `.git`.
fn top_level(path: &Path) -> Option<PathBuf> {
    path.ancestors().find(|folder| folder.join(".git").exists()).map(Path::to_path_buf)
}

fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {}", path.display(), error.kind()))
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

struct Visit<'a> {
    root: u32,
    base: &'a Path,
    limits: &'a Limits,
    sink: &'a dyn Sink,
}

impl Visit<'_> {
    fn entry(&self, entry: walkdir::Result<DirEntry>, buffer: &mut Vec<u8>) {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let path = error.path().unwrap_or(self.base);
                let kind = error.io_error().map_or(io::ErrorKind::Other, io::Error::kind);
                return self.skip(path, SkipReason::Unreadable, Some(kind.to_string()));
            }
        };
        let (path, kind) = (entry.path(), entry.file_type());
        if kind.is_file() {
            self.sink.file_name(self.root, &self.relative(path));
            self.file(path, buffer);
        } else if kind.is_symlink() {
            self.link(path);
        } else if kind.is_dir() {
            if entry.file_name() == ".git" {
                self.file(&path.join("config"), buffer);
            }
        } else {
            self.skip(path, SkipReason::SpecialFile, Some(special_name(kind).to_owned()));
        }
    }

    fn file(&self, path: &Path, buffer: &mut Vec<u8>) {
        buffer.clear();
        let read = File::open(path).and_then(|file| {
            // One byte more than a window tells whether there is more.
            file.take(self.limits.window_bytes as u64 + 1).read_to_end(buffer)
        });
        match read {
            Err(error) if error.kind() == io::ErrorKind::NotFound && path.ends_with(".git/config") => {}
            Err(error) => self.skip(path, SkipReason::Unreadable, Some(error.kind().to_string())),
            Ok(read) => {
                let origin = Arc::new(self.origin(PlaceKind::File, path));
                if read <= self.limits.window_bytes {
                    self.sink.document(Document { origin: &origin, inner: &[], bytes: buffer });
                } else {
                    buffer.clear();
                    self.stream(&origin, path);
                }
            }
        }
    }

    fn stream(&self, origin: &Arc<Origin>, path: &Path) {
        match Reopened::new(path) {
            Err(error) => self.skip(path, SkipReason::Unreadable, Some(error.kind().to_string())),
            Ok(mut content) => {
                self.sink.stream(origin, &mut content);
                if let Some(failure) = content.failure {
                    self.skip(path, SkipReason::Unreadable, Some(failure.to_string()));
                } else if content.has_shrunk() {
                    self.skip(path, SkipReason::ChangedWhileRead, None);
                }
            }
        }
    }

    fn link(&self, path: &Path) {
        match path.read_link() {
            Err(error) => self.skip(path, SkipReason::Unreadable, Some(error.kind().to_string())),
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
        Origin { kind, root: self.root, path: Some(self.relative(path).into()), commit: None, object: None }
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
    failure: Option<io::ErrorKind>,
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

    fn has_shrunk(&self) -> bool {
        self.read < self.length
    }
}

impl Read for Reopened {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer).inspect_err(|error| self.failure = Some(error.kind()))?;
        self.read += read as u64;
        Ok(read)
    }
}
