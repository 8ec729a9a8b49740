//! The state of a folder: whether a file in it changed, told without reading one.

use std::io;
use std::path::Path;
use std::time::UNIX_EPOCH;

use sha2::{Digest as _, Sha256};
use walkdir::{DirEntry, WalkDir};

use super::repository::hex;

/// Folders of `.git` that hold no document.
const GIT_INTERNALS: [&str; 6] = ["objects", "refs", "logs", "hooks", "info", "lfs"];
/// What of `.git` is a document.
const CONFIGS: [&str; 2] = ["config", "config.worktree"];

/// Returns a digest of the names, sizes and times of all files that an audit of the folder reads.
/// What cannot be read is part of it too.
///
/// # Errors
/// When there is no such folder.
pub fn folder_state(folder: &Path) -> io::Result<String> {
    std::fs::metadata(folder)?;
    let mut hash = Sha256::new();
    let walk = WalkDir::new(folder).follow_root_links(true).sort_by_file_name().into_iter();
    let mut git_depth: Option<usize> = None;
    let is_visited = move |entry: &DirEntry| {
        let name = entry.file_name().to_string_lossy();
        if git_depth.is_some_and(|depth| entry.depth() <= depth) {
            git_depth = None;
        }
        if entry.depth() > 0 && name == ".git" && entry.file_type().is_dir() {
            git_depth = git_depth.or(Some(entry.depth()));
            return true;
        }
        match git_depth {
            None => true,
            Some(_) if entry.file_type().is_dir() => !GIT_INTERNALS.contains(&&*name),
            Some(_) => CONFIGS.contains(&&*name),
        }
    };
    for entry in walk.filter_entry(is_visited) {
        let Ok(entry) = entry else {
            hash.update(b"unreadable\0");
            continue;
        };
        let relative = entry.path().strip_prefix(folder).unwrap_or(entry.path());
        hash.update(relative.as_os_str().as_encoded_bytes());
        hash.update([0]);
        if entry.file_type().is_dir() {
            continue;
        }
        match entry.metadata() {
            Ok(about) => add(&about, &mut hash),
            Err(_) => hash.update(b"unreadable"),
        }
        hash.update([0]);
    }
    Ok(hex(&hash.finalize()))
}

fn add(about: &std::fs::Metadata, hash: &mut Sha256) {
    hash.update(about.len().to_le_bytes());
    let since = about.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    hash.update(since.unwrap_or_default().as_nanos().to_le_bytes());
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        // The time of the last change of any kind, which nobody can set back.
        hash.update(about.ctime().to_le_bytes());
        hash.update(about.ctime_nsec().to_le_bytes());
        hash.update(about.mode().to_le_bytes());
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_change_of_a_file_is_a_change_of_the_state() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::create_dir_all(path(".git/objects")).unwrap();
        fs::create_dir_all(path("src")).unwrap();
        fs::write(path("src/a.py"), "1").unwrap();
        let state = || folder_state(folder.path()).unwrap();
        let first = state();
        assert_eq!(state(), first);
        fs::write(path(".git/objects/x"), "object").unwrap();
        fs::write(path(".git/index"), "index").unwrap();
        assert_eq!(state(), first, "what git keeps for itself is no document");
        fs::write(path(".git/config"), "[core]").unwrap();
        let second = state();
        assert_ne!(second, first);
        fs::write(path("src/a.py"), "2").unwrap();
        let third = state();
        assert_ne!(third, second, "same size, another time");
        fs::rename(path("src/a.py"), path("src/b.py")).unwrap();
        assert_ne!(state(), third);
        assert!(folder_state(&path("none")).is_err());
    }
}
