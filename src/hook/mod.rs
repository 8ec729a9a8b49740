//! The hooks that git runs: where they lie, whose they are, and those Kagiban writes.
//!
//! Only here another program is run: the user's own `git`, which alone knows where it looks for
//! hooks. A hook that is there already is never overwritten: it is moved beside and run first, or,
//! where others share it or a program manages it, stays as it is. One of Kagiban's that was changed
//! by hand is no longer taken for Kagiban's.

mod framework;
mod shim;

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

pub use framework::{Framework, Managed};
pub use shim::{BY_HAND, Shim};

/// A hook by git's name for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hook {
    /// The name of its file.
    pub name: &'static str,
}

/// Runs before a commit is made, and audits what is staged.
pub const PRE_COMMIT: Hook = Hook { name: "pre-commit" };
/// Runs on the message of a commit, and keeps why an audit was skipped.
pub const COMMIT_MSG: Hook = Hook { name: "commit-msg" };
/// Runs before a push, and audits what the commits add.
pub const PRE_PUSH: Hook = Hook { name: "pre-push" };
/// Every hook that Kagiban writes.
pub const ALL: [Hook; 3] = [PRE_COMMIT, COMMIT_MSG, PRE_PUSH];

/// Why a hook could not be dealt with.
#[derive(Debug, thiserror::Error)]
pub enum HookError {
    /// The folder cannot be found out.
    #[error("git does not say where hooks belong: {0}")]
    NoFolder(String),
    /// There is a hook already that must stay as it is.
    #[error("there is a hook already: {}", .0.display())]
    Taken(PathBuf),
    /// Another program writes the hooks here.
    #[error("{} manages the hooks", .0.framework.name())]
    Managed(Managed),
    /// A file cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// What is at the place of a hook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Nothing.
    Absent,
    /// Kagiban's hook, as this version writes it.
    Own,
    /// Kagiban's hook, of another version or place, or one that git does not run.
    Stale,
    /// Another hook, in which Kagiban is called.
    Calls,
    /// Another hook, without Kagiban.
    Other,
}

/// What installing did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Installed {
    /// It was written.
    New,
    /// It was written, and the hook that was there is run first.
    Chained,
    /// An older one of Kagiban's was written anew.
    Renewed,
    /// Nothing: it was there.
    Already,
}

/// The folder of a repository's hooks.
#[derive(Debug, Clone)]
pub struct Folder {
    top: PathBuf,
    path: PathBuf,
    is_versioned: bool,
    is_shared: bool,
    program: Option<PathBuf>,
}

impl Folder {
    /// Asks git where the hooks of the repository around the current folder belong.
    ///
    /// # Errors
    /// When git is not there, or finds no working tree.
    pub fn here() -> Result<Self, HookError> {
        let top = PathBuf::from(answered(Path::new("."), &["rev-parse", "--show-toplevel"])?);
        // A relative core.hooksPath counts from the top level.
        let path = top.join(answered(&top, &["rev-parse", "--git-path", "hooks"])?);
        let common = top.join(answered(&top, &["rev-parse", "--git-common-dir"])?);
        let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
        let is_versioned = real(&path).strip_prefix(real(&top)).is_ok_and(|below| !below.starts_with(".git"));
        let is_shared =
            !is_versioned && !path.starts_with(&common) && !real(&path).starts_with(real(&common));
        // Others get a versioned hook too, and their program lies elsewhere.
        let program = if is_versioned { None } else { std::env::current_exe().ok() };
        Ok(Self { top, path, is_versioned, is_shared, program })
    }

    /// Returns the top level of the working tree.
    #[must_use]
    pub fn top(&self) -> &Path {
        &self.top
    }

    /// Whether other repositories use it too.
    #[must_use]
    pub const fn is_shared(&self) -> bool {
        self.is_shared
    }

    /// Returns the place of one hook.
    #[must_use]
    pub fn place(&self, hook: Hook) -> Place {
        let shim = Shim::new(hook, self.program.as_deref());
        Place { path: self.path.join(hook.name), may_move: !self.is_versioned, shim }
    }

    /// Returns the program that manages the hooks here, if there is one.
    #[must_use]
    pub fn managed(&self) -> Option<Managed> {
        let hook = fs::read(self.path.join(PRE_COMMIT.name)).ok();
        let hook = hook.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        // What Kagiban wrote says nothing about others.
        let hook = hook.filter(|hook| !shim::is_own(hook));
        Managed::find(&self.top, &self.path, hook.as_deref())
    }
}

/// The place of a hook in a repository.
#[derive(Debug, Clone)]
pub struct Place {
    path: PathBuf,
    may_move: bool,
    shim: Shim,
}

impl Place {
    /// Returns the file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Tells what is there.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn state(&self) -> Result<State, HookError> {
        let about = match fs::symlink_metadata(&self.path) {
            Ok(about) => about,
            Err(error) if is_absent(&error) => return Ok(State::Absent),
            Err(error) => return Err(self.failed(error)),
        };
        if about.is_dir() {
            return Ok(State::Other);
        }
        let text = match fs::read(&self.path) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            // A link that leads nowhere is somebody's all the same.
            Err(error) if is_absent(&error) => return Ok(State::Other),
            Err(error) => return Err(self.failed(error)),
        };
        Ok(if about.is_file() && shim::is_own(&text) {
            if text == self.shim.text() && is_executable(&about) { State::Own } else { State::Stale }
        } else if shim::calls(&text) {
            State::Calls
        } else {
            State::Other
        })
    }

    /// Writes the hook where there is none, and an older one of Kagiban's anew. Another hook is moved
    /// beside it, byte for byte, and run first.
    ///
    /// # Errors
    /// When there is another hook that must stay where it is, or the file cannot be written.
    pub fn install(&self) -> Result<Installed, HookError> {
        match self.state()? {
            State::Own | State::Calls => return Ok(Installed::Already),
            State::Other => {
                return self.chain().map(|()| Installed::Chained);
            }
            State::Stale => {
                self.renew().map_err(|error| self.failed(error))?;
                return Ok(Installed::Renewed);
            }
            State::Absent => {}
        }
        match self.write_new(&self.path) {
            Ok(()) => Ok(Installed::New),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                Err(HookError::Taken(self.path.clone()))
            }
            Err(error) => Err(self.failed(error)),
        }
    }

    /// Removes the hook if it is Kagiban's, and puts the one that was there before back; returns
    /// what was there.
    ///
    /// # Errors
    /// When it cannot be read or removed.
    pub fn uninstall(&self) -> Result<State, HookError> {
        let state = self.state()?;
        if matches!(state, State::Own | State::Stale) {
            let before = self.before();
            let done = if before.symlink_metadata().is_ok() {
                fs::rename(&before, &self.path)
            } else {
                fs::remove_file(&self.path)
            };
            done.map_err(|error| self.failed(error))?;
        }
        Ok(state)
    }

    /// Where the hook lies that was there before.
    #[must_use]
    pub fn before(&self) -> PathBuf {
        let mut name = self.path.as_os_str().to_owned();
        name.push(shim::BEFORE);
        PathBuf::from(name)
    }

    /// Moves another hook aside and writes Kagiban's in its place.
    fn chain(&self) -> Result<(), HookError> {
        let before = self.before();
        // What git cannot run, or others get too, or stands in the way already, is left alone.
        if !self.may_move || !self.path.is_file() || before.symlink_metadata().is_ok() {
            return Err(HookError::Taken(self.path.clone()));
        }
        let back = |error: io::Error| {
            // The first failure is the one to tell.
            drop(fs::rename(&before, &self.path));
            self.failed(error)
        };
        fs::rename(&self.path, &before).map_err(|error| self.failed(error))?;
        self.write_new(&self.path).map_err(back)
    }

    /// Puts a new file in the old one's place, so that a commit under way meets one of them whole.
    fn renew(&self) -> io::Result<()> {
        let aside = self.path.with_extension(format!("kagiban-{}", std::process::id()));
        self.write_new(&aside)?;
        fs::rename(&aside, &self.path).inspect_err(|_| drop(fs::remove_file(&aside)))
    }

    fn write_new(&self, path: &Path) -> io::Result<()> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut file = created(path)?;
        // Half a hook would stop every commit.
        file.write_all(self.shim.text().as_bytes()).inspect_err(|_| drop(fs::remove_file(path)))
    }

    fn failed(&self, source: io::Error) -> HookError {
        HookError::File { path: self.path.clone(), source }
    }
}

fn is_absent(error: &io::Error) -> bool {
    // A file stands where the folder should be.
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// Asks the user's git.
fn answered(folder: &Path, arguments: &[&str]) -> Result<String, HookError> {
    let output = Command::new("git").args(arguments).current_dir(folder).output();
    let output = output.map_err(|error| HookError::NoFolder(format!("git cannot be run: {error}")))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let said = said.lines().next().unwrap_or("it gave no reason");
        return Err(HookError::NoFolder(said.trim_start_matches("fatal: ").to_owned()));
    }
    let text = String::from_utf8(output.stdout);
    let text = text.map_err(|_| HookError::NoFolder("the path is not UTF-8".to_owned()))?;
    Ok(text.strip_suffix('\n').unwrap_or(&text).trim_end_matches('\r').to_owned())
}

/// Creates a file that git will run, and only if there is none.
fn created(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o755);
    options.open(path)
}

#[cfg(unix)]
fn is_executable(about: &fs::Metadata) -> bool {
    std::os::unix::fs::PermissionsExt::mode(&about.permissions()) & 0o100 != 0
}

#[cfg(not(unix))]
const fn is_executable(_about: &fs::Metadata) -> bool {
    true
}
