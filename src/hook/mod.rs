//! The hook that git runs before a commit: where it lies, whose it is, and the one Kagiban writes.
//!
//! Only here another program is run: the user's own `git`, which alone knows where it looks for
//! hooks. A hook that is there already is never overwritten, and one that was changed by hand is
//! no longer taken for Kagiban's.

mod shim;

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

pub use shim::{BY_HAND, Shim};

/// A hook by git's name for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hook {
    /// The name of its file.
    pub name: &'static str,
}

/// Runs before a commit is made.
pub const PRE_COMMIT: Hook = Hook { name: "pre-commit" };

/// Why a hook could not be dealt with.
#[derive(Debug, thiserror::Error)]
pub enum HookError {
    /// The folder cannot be found out.
    #[error("git does not say where hooks belong: {0}")]
    NoFolder(String),
    /// There is a hook already, and it is somebody else's.
    #[error("there is a hook already: {}", .0.display())]
    Taken(PathBuf),
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
    /// An older one of Kagiban's was written anew.
    Renewed,
    /// Nothing: it was there.
    Already,
}

/// The place of a hook in a repository.
#[derive(Debug, Clone)]
pub struct Place {
    path: PathBuf,
    shim: Shim,
}

impl Place {
    /// Asks git where a hook of the repository around the current folder belongs.
    ///
    /// # Errors
    /// When git is not there, or finds no working tree.
    pub fn of(hook: Hook) -> Result<Self, HookError> {
        let top = PathBuf::from(answered(Path::new("."), &["rev-parse", "--show-toplevel"])?);
        // A relative core.hooksPath counts from the top level.
        let folder = top.join(answered(&top, &["rev-parse", "--git-path", "hooks"])?);
        let real = folder.canonicalize().unwrap_or_else(|_| folder.clone());
        let is_versioned = real
            .strip_prefix(top.canonicalize().unwrap_or(top))
            .is_ok_and(|below| !below.starts_with(".git"));
        // Others get a versioned hook too, and their program lies elsewhere.
        let program = if is_versioned { None } else { std::env::current_exe().ok() };
        Ok(Self { path: folder.join(hook.name), shim: Shim::new(hook, program.as_deref()) })
    }

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

    /// Writes the hook where there is none, and an older one of Kagiban's anew.
    ///
    /// # Errors
    /// When there is another hook, which stays as it is, or the file cannot be written.
    pub fn install(&self) -> Result<Installed, HookError> {
        match self.state()? {
            State::Own | State::Calls => return Ok(Installed::Already),
            State::Other => return Err(HookError::Taken(self.path.clone())),
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

    /// Removes the hook if it is Kagiban's; returns what was there.
    ///
    /// # Errors
    /// When it cannot be read or removed.
    pub fn uninstall(&self) -> Result<State, HookError> {
        let state = self.state()?;
        if matches!(state, State::Own | State::Stale) {
            fs::remove_file(&self.path).map_err(|error| self.failed(error))?;
        }
        Ok(state)
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
