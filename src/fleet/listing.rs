//! What belongs to a fleet: from a list, a folder of repositories, or standard input.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::repository::{Location, Repository, is_address, is_bare, is_repository};

/// Largest list that is read, in bytes.
const LIST_BYTES_MAX: u64 = 64 << 20;
/// Folders in folders that are looked through for repositories.
const DEPTH_MAX: usize = 6;

/// What belongs to a fleet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    /// Every repository once, by name.
    pub repositories: Vec<Repository>,
}

/// Why there is no listing.
#[derive(Debug, thiserror::Error)]
pub enum ListingError {
    /// It cannot be read.
    #[error("{path}: {}", crate::model::reason(source))]
    File {
        /// The list or folder.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// A list in TOML has a fault.
    #[error("{path}:{line}: {reason}")]
    Form {
        /// The list.
        path: String,
        /// Where.
        line: usize,
        /// What is wrong.
        reason: String,
    },
    /// There is nothing in it.
    #[error("{0}: there is no repository in it")]
    Empty(String),
}

/// A list in TOML.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    repository: Vec<WrittenRepository>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRepository {
    at: String,
    client: Option<String>,
    bytes: Option<u64>,
}

/// Makes a place fit to be shown.
type Shown<'a> = &'a dyn Fn(&str) -> String;

impl Listing {
    /// Reads what `given` names: a folder of repositories, a list, or standard input for `-`.
    ///
    /// # Errors
    /// When it cannot be read, or there is nothing in it.
    pub fn read(given: &Path, input: &mut dyn Read, shown: Shown<'_>) -> Result<Self, ListingError> {
        let path = given.display().to_string();
        let failed = |source| ListingError::File { path: path.clone(), source };
        let repositories = if given == Path::new("-") {
            lines(&text(input).map_err(failed)?, Path::new(""), shown)
        } else if given.is_dir() {
            in_folder(given, shown).map_err(failed)?
        } else {
            let list = text(&mut fs::File::open(given).map_err(failed)?).map_err(failed)?;
            let folder = given.parent().unwrap_or_else(|| Path::new(""));
            if given.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("toml")) {
                tables(&list, &path, folder, shown)?
            } else {
                lines(&list, folder, shown)
            }
        };
        let listing = Self::of(repositories);
        if listing.repositories.is_empty() { Err(ListingError::Empty(path)) } else { Ok(listing) }
    }

    /// Takes every repository once, in the order of their names.
    #[must_use]
    pub fn of(mut repositories: Vec<Repository>) -> Self {
        let mut names = BTreeSet::new();
        repositories.retain(|repository| names.insert(repository.id.clone()));
        repositories.sort_by(|one, other| one.id.cmp(&other.id));
        Self { repositories }
    }
}

fn text(input: &mut dyn Read) -> io::Result<String> {
    let mut bytes = Vec::new();
    input.take(LIST_BYTES_MAX + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LIST_BYTES_MAX {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    let text = String::from_utf8(bytes).map_err(|_| io::Error::from(io::ErrorKind::InvalidData))?;
    Ok(text.trim_start_matches('\u{feff}').to_owned())
}

/// One repository a line; blank lines and lines that begin with `#` say nothing.
fn lines(list: &str, folder: &Path, shown: Shown<'_>) -> Vec<Repository> {
    let lines = list.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| listed(line, folder, shown)).collect()
}

fn listed(at: &str, folder: &Path, shown: Shown<'_>) -> Repository {
    let location =
        if is_address(at) { Location::Address(at.to_owned()) } else { Location::Path(folder.join(at)) };
    Repository::new(at, location, shown)
}

fn tables(list: &str, path: &str, folder: &Path, shown: Shown<'_>) -> Result<Vec<Repository>, ListingError> {
    let written: Written = toml::from_str(list).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        let line = list.bytes().take(at).filter(|b| *b == b'\n').count() + 1;
        ListingError::Form { path: path.to_owned(), line, reason: error.message().to_owned() }
    })?;
    let repository = |written: WrittenRepository| Repository {
        client: written.client.map(|client| shown(&client)),
        bytes: written.bytes,
        ..listed(&written.at, folder, shown)
    };
    Ok(written.repository.into_iter().map(repository).collect())
}

/// The repositories in a folder. A folder in it that holds none is audited as a folder, so that
/// nothing in it is passed over.
fn in_folder(folder: &Path, shown: Shown<'_>) -> io::Result<Vec<Repository>> {
    let mut found = Vec::new();
    if is_repository(folder) {
        found.push(PathBuf::new());
    } else {
        for inside in folders_in(folder)? {
            let before = found.len();
            collect(folder, Path::new(&inside), 1, &mut found);
            if found.len() == before {
                found.push(PathBuf::from(inside));
            }
        }
    }
    let named = |relative: PathBuf| {
        let path = folder.join(&relative);
        // Named by where it is in the folder, which may lie elsewhere on another machine.
        let name = if relative.as_os_str().is_empty() { path.as_path() } else { &relative };
        let name = name.to_string_lossy().replace('\\', "/");
        Repository {
            at: shown(&path.to_string_lossy()),
            ..Repository::new(&name, Location::Path(path), shown)
        }
    };
    Ok(found.into_iter().map(named).collect())
}

fn collect(top: &Path, relative: &Path, depth: usize, found: &mut Vec<PathBuf>) {
    let folder = top.join(relative);
    if is_repository(&folder) {
        found.push(relative.to_path_buf());
    } else if depth < DEPTH_MAX {
        for inside in folders_in(&folder).unwrap_or_default() {
            collect(top, &relative.join(inside), depth + 1, found);
        }
    }
}

/// Folders, links to folders among them, by name.
fn folders_in(folder: &Path) -> io::Result<BTreeSet<std::ffi::OsString>> {
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        // A link could lead around in a circle; only one to a repository itself is followed.
        let is_link = entry.file_type()?.is_symlink();
        let path = entry.path();
        if path.is_dir() && (!is_link || is_repository(&path) || is_bare(&path)) {
            names.insert(entry.file_name());
        }
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(listing: &Listing) -> BTreeSet<String> {
        listing.repositories.iter().map(|repository| repository.at.clone()).collect()
    }

    fn read(given: &Path, input: &str) -> Result<Listing, ListingError> {
        Listing::read(given, &mut input.as_bytes(), &|at| at.to_owned())
    }

    #[test]
    fn lists_are_read_line_by_line() {
        let list = "# clients\n\n  shop one \nhttps://host/acme/a.git\nshop one\n";
        let listing = read(Path::new("-"), list).unwrap();
        assert_eq!(
            places(&listing),
            BTreeSet::from(["shop one".to_owned(), "https://host/acme/a.git".to_owned()])
        );
        assert!(matches!(read(Path::new("-"), "# none\n"), Err(ListingError::Empty(_))));
    }

    #[test]
    fn lists_in_toml_say_whose_a_repository_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("fleet.toml");
        fs::write(&path, "[[repository]]\nat = \"aoi\"\nclient = \"Aoi\"\nbytes = 7\n").unwrap();
        let listing = read(&path, "").unwrap();
        let [one] = listing.repositories.as_slice() else { panic!("{listing:?}") };
        assert_eq!((one.client.as_deref(), one.bytes), (Some("Aoi"), Some(7)));
        assert_eq!(one.location, Location::Path(folder.path().join("aoi")));
        fs::write(&path, "[[repository]]\nat = \"aoi\"\nowner = 1\n").unwrap();
        assert!(matches!(read(&path, ""), Err(ListingError::Form { line: 3, .. })));
    }

    #[test]
    fn folders_are_looked_through_for_repositories() {
        let folder = tempfile::tempdir().unwrap();
        for inside in
            ["acme/shop/.git", "acme/tool/.git/objects", "plain/docs", "bare.git/objects", "bare.git/refs"]
        {
            fs::create_dir_all(folder.path().join(inside)).unwrap();
        }
        fs::write(folder.path().join("bare.git/HEAD"), "ref: refs/heads/main\n").unwrap();
        let listing = read(folder.path(), "").unwrap();
        let below: BTreeSet<String> = ["acme/shop", "acme/tool", "plain", "bare.git"]
            .map(|inside| folder.path().join(inside).display().to_string())
            .into();
        assert_eq!(places(&listing), below);
        // The name does not depend on where the folder lies.
        assert!(listing.repositories.iter().any(|repository| repository.id.starts_with("acme-shop-")));
    }
}
