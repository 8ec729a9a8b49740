//! Where settings, baseline and rule files are read from: the folder on disk, or the state of a
//! repository that the change under audit cannot have altered.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::git::{GitError, Repo, Snapshot, State};
use crate::rules::{DISK, RuleStore};

/// Largest settings that are read, in bytes.
const SETTINGS_BYTES_MAX: u64 = 16 << 20;

/// The top level, as far as it is trusted.
#[derive(Clone, Default)]
pub(super) struct Base {
    folder: PathBuf,
    state: Option<(Arc<Repo>, State)>,
}

impl Base {
    /// The files on disk.
    pub(super) const fn on_disk(folder: PathBuf) -> Self {
        Self { folder, state: None }
    }

    /// The files of `state`; what lies outside the working tree is read from disk.
    pub(super) fn of(repo: Arc<Repo>, state: State) -> Self {
        let folder = repo.top().unwrap_or_else(|| repo.git_dir()).to_path_buf();
        Self { folder, state: Some((repo, state)) }
    }

    /// Returns the path of a file at the top level.
    pub(super) fn join(&self, name: impl AsRef<Path>) -> PathBuf {
        self.folder.join(name)
    }

    /// Reads a file as text.
    pub(super) fn text(&self, path: &Path) -> io::Result<String> {
        self.state_text(path).unwrap_or_else(|| settings_text(path))
    }

    /// Reads a file of the state; none where the path lies on disk.
    pub(super) fn state_text(&self, path: &Path) -> Option<io::Result<String>> {
        let (snapshot, name) = self.inside(path)?;
        let read = || {
            let bytes = snapshot.read(&name).map_err(failed)?.ok_or(io::ErrorKind::NotFound)?;
            String::from_utf8(bytes).map_err(|_| io::ErrorKind::InvalidData.into())
        };
        Some(read())
    }

    /// Whose the repository is on the hosts that its remotes name: `shop` of `github.com/shop/tool`.
    /// Only pipelines of such hosts ask.
    pub(super) fn owners(&self) -> Vec<String> {
        // Where files are, a look at the folder is cheaper than at git's settings.
        let has_pipelines = self.join(".github").exists();
        let addresses = match &self.state {
            Some((repo, _)) if has_pipelines || repo.top().is_none() => repo.addresses(),
            None if has_pipelines && self.join(".git").exists() => {
                Repo::open(&self.folder).map(|repo| repo.addresses()).unwrap_or_default()
            }
            _ => Vec::new(),
        };
        let owner = |address: &String| {
            let parts: Vec<&str> = address.split('/').collect();
            (parts.len() >= 3).then(|| parts.get(1).map(|owner| (*owner).to_owned())).flatten()
        };
        addresses.iter().filter_map(owner).collect()
    }

    /// The path within the state, where there is one and the path lies in it.
    fn inside(&self, path: &Path) -> Option<(Snapshot<'_>, String)> {
        let (repo, state) = self.state.as_ref()?;
        let whole = std::path::absolute(path).ok()?;
        let name = whole.strip_prefix(&self.folder).ok()?.to_string_lossy().replace('\\', "/");
        Some((Snapshot::new(repo, *state), name))
    }
}

impl RuleStore for Base {
    fn folder(&self, path: &Path) -> io::Result<Option<Vec<PathBuf>>> {
        let Some((snapshot, name)) = self.inside(path) else { return DISK.folder(path) };
        let names = snapshot.folder(&name).map_err(failed)?;
        let toml = |names: Vec<String>| -> Vec<PathBuf> {
            names.iter().filter(|name| name.ends_with(".toml")).map(|name| path.join(name)).collect()
        };
        Ok(names.map(toml))
    }

    fn text(&self, path: &Path) -> io::Result<String> {
        self.state_text(path).unwrap_or_else(|| DISK.text(path))
    }
}

/// Reads the settings: a file of the audited tree, which may be anything.
fn settings_text(path: &Path) -> io::Result<String> {
    // Asked before it is opened: opening a pipe waits for a writer that never comes.
    let about = fs::metadata(path)?;
    if !about.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no ordinary file"));
    }
    if about.len() > SETTINGS_BYTES_MAX {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    fs::read_to_string(path)
}

fn failed(error: GitError) -> io::Error {
    io::Error::other(error)
}
