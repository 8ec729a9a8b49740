//! Opening a repository as data.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use super::objects::{Objects, Reader};
use super::tracking::own_excludes_file;
use super::{GitError, Id, path_of};
use crate::model::Problem;

/// What git tells the programs it runs, such as hooks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Environment {
    git_dir: Option<PathBuf>,
    work_tree: Option<PathBuf>,
    index_file: Option<PathBuf>,
    object_folder: Option<PathBuf>,
    alternates: Vec<PathBuf>,
}

impl Environment {
    /// Reads the variables of this process.
    #[must_use]
    pub fn of_process() -> Self {
        let path = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let alternates = env::var_os("GIT_ALTERNATE_OBJECT_DIRECTORIES").unwrap_or_default();
        Self {
            git_dir: path("GIT_DIR"),
            work_tree: path("GIT_WORK_TREE"),
            index_file: path("GIT_INDEX_FILE"),
            object_folder: path("GIT_OBJECT_DIRECTORY"),
            alternates: split(&alternates),
        }
    }
}

fn split(paths: &OsString) -> Vec<PathBuf> {
    env::split_paths(paths).filter(|path| !path.as_os_str().is_empty()).collect()
}

/// A repository.
pub struct Repo {
    gix: gix::ThreadSafeRepository,
    pub(super) objects: Objects,
    git_dir: PathBuf,
    common_dir: PathBuf,
    top: Option<PathBuf>,
    pub(super) index_path: PathBuf,
}

impl Repo {
    /// Opens the repository that `path` lies in, whatever the environment says.
    ///
    /// # Errors
    /// When there is none, or it cannot be opened.
    pub fn open(path: &Path) -> Result<Self, GitError> {
        let (git_dir, top) = discovered(path)?;
        Self::at(&git_dir, top, &Environment::default())
    }

    /// Opens the repository that `path` lies in. What git told this process counts when it speaks
    /// of that repository, or when `path` was not given.
    ///
    /// # Errors
    /// When there is none, or it cannot be opened.
    pub fn open_in(path: Option<&Path>, environment: &Environment) -> Result<Self, GitError> {
        let given = discovered(path.unwrap_or_else(|| Path::new(".")));
        let Some(named) = environment.git_dir.as_deref() else {
            // A variable without GIT_DIR speaks of the repository around the current folder.
            let (git_dir, top) = given?;
            let is_here = path.is_none() || same(discovered(Path::new(".")).ok().map(|d| d.0), &git_dir);
            let none = Environment::default();
            return Self::at(&git_dir, top, if is_here { environment } else { &none });
        };
        let named = gitfile(named);
        if path.is_some() && !given.as_ref().is_ok_and(|(git_dir, _)| same(Some(named.clone()), git_dir)) {
            let (git_dir, top) = given?;
            return Self::at(&git_dir, top, &Environment::default());
        }
        let top = environment.work_tree.clone().or_else(|| given.ok().and_then(|(_, top)| top));
        Self::at(&named, top, environment)
    }

    pub(super) fn at(
        git_dir: &Path,
        top: Option<PathBuf>,
        environment: &Environment,
    ) -> Result<Self, GitError> {
        let unopened = |detail: String| GitError::Unopened { path: git_dir.to_path_buf(), detail };
        let options = gix::open::Options::isolated()
            .with(gix::sec::Trust::Full)
            .open_path_as_is(true)
            // One slot a pack; counting them first would follow alternates, which may be broken.
            .object_store_slots(gix::odb::store::init::Slots::Given(1024))
            .config_overrides(overrides(git_dir));
        let gix = options.open(git_dir).map_err(|error| unopened(error.to_string()))?;
        let local = gix.to_thread_local();
        let common_dir = local.common_dir().to_path_buf();
        let own = environment.object_folder.clone().unwrap_or_else(|| common_dir.join("objects"));
        let folders: Vec<PathBuf> =
            std::iter::once(own).chain(environment.alternates.iter().cloned()).collect();
        let objects = Objects::open(&folders, local.object_hash());
        let index_path = environment.index_file.clone().unwrap_or_else(|| git_dir.join("index"));
        let top = top.map(|top| top.canonicalize().unwrap_or(top));
        Ok(Self { gix, objects, git_dir: git_dir.to_path_buf(), common_dir, top, index_path })
    }

    /// A handle of this thread.
    pub(super) fn local(&self) -> gix::Repository {
        self.gix.to_thread_local()
    }

    /// Returns the top level of the working tree; none for a bare repository.
    #[must_use]
    pub fn top(&self) -> Option<&Path> {
        self.top.as_deref()
    }

    /// Returns the folder of this working tree's own git data.
    #[must_use]
    pub fn git_dir(&self) -> &Path {
        &self.git_dir
    }

    /// Returns the folder that all linked working trees share.
    #[must_use]
    pub fn common_dir(&self) -> &Path {
        &self.common_dir
    }

    /// Returns what of the object database could not be opened.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.objects.problems
    }

    /// Reads objects.
    #[must_use]
    pub fn reader(&self) -> Reader<'_> {
        self.objects.reader()
    }

    /// Returns the commits where a shallow clone ends.
    #[must_use]
    pub fn shallow(&self) -> Vec<Id> {
        let text = fs::read(self.common_dir.join("shallow")).unwrap_or_default();
        text.split(|b| *b == b'\n').filter_map(Id::from_hex).collect()
    }
}

/// What the repository's own configuration has no say in.
fn overrides(git_dir: &Path) -> [String; 3] {
    // A file that is not there ignores nothing.
    let excludes = own_excludes_file().unwrap_or_else(|| git_dir.join("info/no-file"));
    [
        "core.useReplaceRefs=false".to_owned(),
        "core.fsmonitor=false".to_owned(),
        format!("core.excludesFile={}", excludes.display()),
    ]
}

/// Finds the git folder and the top level that `path` lies in.
fn discovered(path: &Path) -> Result<(PathBuf, Option<PathBuf>), GitError> {
    let nothing = || GitError::NotARepository(path.to_path_buf());
    let real = path.canonicalize().map_err(|_| nothing())?;
    for folder in real.ancestors().filter(|folder| folder.is_dir()) {
        let inside = folder.join(".git");
        if inside.exists() {
            let git_dir = gitfile(&inside);
            return if gix::discover::is_git(&git_dir).is_ok() {
                Ok((git_dir, Some(folder.to_path_buf())))
            } else {
                Err(GitError::Unopened { path: inside, detail: "it is no git folder".to_owned() })
            };
        }
        if gix::discover::is_git(folder).is_ok() {
            return Ok((folder.to_path_buf(), top_of(folder)));
        }
    }
    Err(nothing())
}

/// The top level of a git folder that was named itself.
fn top_of(git_dir: &Path) -> Option<PathBuf> {
    (git_dir.file_name()? == ".git").then(|| git_dir.parent().map(Path::to_path_buf)).flatten()
}

/// Follows a `.git` that is a file, as linked working trees and submodules have.
pub(super) fn gitfile(path: &Path) -> PathBuf {
    let Ok(text) = fs::read(path) else { return path.to_path_buf() };
    let target = text.strip_prefix(b"gitdir:").map(|rest| rest.trim_ascii());
    let target = target.and_then(path_of);
    match (target, path.parent()) {
        (Some(target), Some(folder)) => folder.join(target),
        _ => path.to_path_buf(),
    }
}

fn same(one: Option<PathBuf>, other: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().ok();
    one.and_then(|one| real(&one)).is_some_and(|one| Some(one) == real(other))
}
