//! A folder of many projects that is itself none: what stands in one says nothing of the next.

use std::collections::BTreeSet;

use super::Corpus;

/// Projects in a folder from which on it is one of many.
const PROJECTS_MIN: usize = 3;
/// Folders that are looked at.
const FOLDERS_MAX: usize = 1_000;

/// Files that stand at the top of a project, lower case.
const TOPS: [&str; 14] = [
    ".git",
    ".gitignore",
    "package.json",
    "pyproject.toml",
    "requirements.txt",
    "setup.py",
    "composer.json",
    "gemfile",
    "go.mod",
    "cargo.toml",
    "pom.xml",
    "build.gradle",
    "makefile",
    "dockerfile",
];

/// The roots that are folders of many projects.
#[derive(Debug, Default)]
pub(super) struct Shelves(BTreeSet<u32>);

impl Shelves {
    /// Tells them by the folders in which something was noted or found.
    pub(super) fn of(corpus: &Corpus<'_>) -> Self {
        let noted = corpus.facts.iter().filter_map(|fact| {
            let origin = &fact.place.origin;
            Some((origin.root, first_folder(origin.path.as_deref()?)))
        });
        let found =
            corpus.findings.iter().map(|held| (held.finding.place.origin.root, first_folder(held.path)));
        let folders: BTreeSet<(u32, &str)> =
            noted.chain(found).filter(|(_, name)| !name.is_empty()).collect();
        let roots: BTreeSet<u32> = folders.iter().map(|(root, _)| *root).collect();
        let is_shelf = |root: &u32| {
            let of_root = folders.iter().filter(|(of, _)| of == root).take(FOLDERS_MAX);
            !corpus.is_repository(*root)
                && !is_top(corpus, *root, "")
                && of_root.filter(|(root, name)| is_top(corpus, *root, name)).take(PROJECTS_MIN).count()
                    == PROJECTS_MIN
        };
        Self(roots.into_iter().filter(is_shelf).collect())
    }

    /// Returns the folder of the project on a shelf that a path belongs to; empty elsewhere.
    pub(super) fn project<'p>(&self, root: u32, path: &'p str) -> &'p str {
        if self.0.contains(&root) { first_folder(path) } else { "" }
    }
}

fn first_folder(path: &str) -> &str {
    path.split_once('/').map_or("", |(folder, _)| folder)
}

/// Whether a folder is the top of a project.
fn is_top(corpus: &Corpus<'_>, root: u32, folder: &str) -> bool {
    corpus.snapshot.files(root, folder).iter().any(|file| {
        let file = file.to_ascii_lowercase();
        TOPS.contains(&file.as_str()) || file.starts_with("readme") || file.starts_with("license")
    })
}
