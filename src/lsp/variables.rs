//! `.env` at the top of a project: where a value moves to, out of what is committed.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

/// Why a value did not move.
#[derive(Debug)]
pub(super) enum NotMoved {
    /// There is a variable of that name with another value.
    NameTaken,
    /// A file does not take it.
    File(io::Error),
}

impl From<io::Error> for NotMoved {
    fn from(error: io::Error) -> Self {
        Self::File(error)
    }
}

/// Adds a variable, and has git ignore the file before anything is in it.
pub(super) fn add(top: &Path, name: &str, value: &str) -> Result<(), NotMoved> {
    ignore(top)?;
    let path = top.join(".env");
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error.into()),
    };
    let there = text.lines().filter_map(|line| line.split_once('=')).find(|(key, _)| key.trim() == name);
    match there {
        Some((_, old)) if old.trim() == value => return Ok(()),
        Some(_) => return Err(NotMoved::NameTaken),
        None => {}
    }
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    let separator = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    Ok(writeln!(file, "{separator}{name}={value}")?)
}

fn ignore(top: &Path) -> io::Result<()> {
    let path = top.join(".gitignore");
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error),
    };
    if ignore::gitignore::Gitignore::new(&path).0.matched(".env", false).is_ignore() {
        return Ok(());
    }
    let separator = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    let mut file = OpenOptions::new().append(true).create(true).open(path)?;
    writeln!(file, "{separator}.env")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_added_once_to_what_git_ignores() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(".gitignore"), "target").unwrap();
        add(folder.path(), "A", "x").unwrap();
        add(folder.path(), "A", "x").unwrap();
        add(folder.path(), "B", "y").unwrap();
        assert!(matches!(add(folder.path(), "A", "z"), Err(NotMoved::NameTaken)));
        assert_eq!(fs::read_to_string(folder.path().join(".env")).unwrap(), "A=x\nB=y\n");
        assert_eq!(fs::read_to_string(folder.path().join(".gitignore")).unwrap(), "target\n.env\n");
    }
}
