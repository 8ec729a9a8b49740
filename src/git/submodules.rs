//! Repositories in a repository: where the objects of each submodule are, and which are not here.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use gix::index::entry::Mode;

use super::open::{Environment, gitfile};
use super::parse::EntryKind;
use super::{Id, Repo, problem};
use crate::model::{Problem, SkipReason};

/// Folders in folders that are looked through for the repositories of submodules.
const DEPTH_MAX: usize = 16;

/// Folders that are looked through for the repositories of submodules.
const FOLDERS_MAX: usize = 10_000;

/// Folders in folders of a tree that are followed.
const TREE_DEPTH_MAX: usize = 512;

/// A submodule whose objects are here.
pub struct Submodule {
    /// Its path from the top level of the repository around it; of one that was taken out again,
    /// the path of its git folder.
    pub path: String,
    /// Its repository.
    pub repo: Repo,
}

/// The submodules of a repository.
#[derive(Default)]
pub struct Submodules {
    /// Those that are here, sorted by path.
    pub present: Vec<Submodule>,
    /// Those that are not, or not whole.
    pub problems: Vec<Problem>,
}

impl Repo {
    /// Returns the submodules: those that the index names, or HEAD where there is no index, and
    /// those that were, as far as git kept their objects.
    #[must_use]
    pub fn submodules(&self) -> Submodules {
        let mut submodules = Submodules::default();
        let links = self.links();
        let mut found = Found { repo: self, by_path: BTreeMap::new(), seen: BTreeSet::new() };
        for path in links.keys() {
            found.checked_out(path);
        }
        let mut folders: Vec<PathBuf> = [self.git_dir(), self.common_dir()].map(|f| f.join("modules")).into();
        folders.dedup();
        for modules in folders {
            found.kept_in(&modules, &links);
        }
        for (path, commit) in &links {
            match found.by_path.get(path) {
                None => submodules.problems.push(problem(
                    path.as_str(),
                    SkipReason::SubmoduleAbsent,
                    "`git submodule update --init` gets its objects",
                )),
                Some(repo) if !repo.objects.has(*commit) => submodules.problems.push(problem(
                    path.as_str(),
                    SkipReason::MissingObject,
                    format!("commit {commit} of this submodule is not here"),
                )),
                Some(_) => {}
            }
        }
        let present = found.by_path.into_iter().map(|(path, repo)| Submodule { path, repo });
        submodules.present = present.collect();
        submodules
    }

    /// Returns the paths at which submodules belong, and their commits.
    fn links(&self) -> BTreeMap<String, Id> {
        let mut links = BTreeMap::new();
        let mut trees = Vec::new();
        // An index that cannot be read names nothing; HEAD does.
        if let Ok(index) = self.index() {
            for entry in index.entries() {
                let path = entry.path(&index).to_string();
                if entry.mode == Mode::COMMIT {
                    links.insert(path, Id(entry.id));
                } else if entry.mode == Mode::DIR {
                    trees.push((path.trim_end_matches('/').to_owned(), Id(entry.id)));
                }
            }
            if index.entries().is_empty() {
                trees.extend(self.head_tree().ok().flatten().map(|tree| (String::new(), tree)));
            }
        } else {
            trees.extend(self.head_tree().ok().flatten().map(|tree| (String::new(), tree)));
        }
        for (prefix, tree) in trees {
            self.links_below(&prefix, tree, 0, &mut links);
        }
        links
    }

    fn links_below(&self, prefix: &str, tree: Id, depth: usize, links: &mut BTreeMap<String, Id>) {
        // What cannot be read is told by whoever reads all trees for their names.
        let entries = if depth > TREE_DEPTH_MAX { return } else { self.reader().tree(tree) };
        for (name, (kind, id)) in entries.unwrap_or_default() {
            let name = String::from_utf8_lossy(&name);
            let path = if prefix.is_empty() { name.into_owned() } else { format!("{prefix}/{name}") };
            match kind {
                EntryKind::Submodule => drop(links.insert(path, id)),
                EntryKind::Folder => self.links_below(&path, id, depth + 1, links),
                EntryKind::File | EntryKind::Link => {}
            }
        }
    }
}

struct Found<'r> {
    repo: &'r Repo,
    by_path: BTreeMap<String, Repo>,
    /// Git folders that were opened.
    seen: BTreeSet<PathBuf>,
}

impl Found<'_> {
    /// Takes the repository that is checked out at a path.
    fn checked_out(&mut self, path: &str) {
        let Some(top) = self.repo.top().map(Path::to_path_buf) else { return };
        let Ok(folder) = top.join(path).canonicalize() else { return };
        let inside = folder.join(".git");
        // Neither a link nor the content of a `.git` leads to somebody else's repository.
        let Ok(git_dir) = gitfile(&inside).canonicalize() else { return };
        let homes = [Some(top.as_path()), Some(self.repo.git_dir()), Some(self.repo.common_dir())];
        let homes = homes.into_iter().flatten().filter_map(|home| home.canonicalize().ok());
        let is_own = folder.starts_with(&top) && homes.into_iter().any(|home| git_dir.starts_with(home));
        if is_own {
            self.open(path.to_owned(), &git_dir, Some(folder));
        }
    }

    /// Takes the repositories in a folder of modules, whose names may have several parts.
    fn kept_in(&mut self, modules: &Path, links: &BTreeMap<String, Id>) {
        let mut open = vec![(modules.to_path_buf(), 0)];
        let mut looked_at = 0;
        while let Some((folder, depth)) = open.pop() {
            looked_at += 1;
            if depth > DEPTH_MAX || looked_at > FOLDERS_MAX {
                return;
            }
            if depth > 0 && gix::discover::is_git(&folder).is_ok() {
                let name =
                    folder.strip_prefix(modules).unwrap_or(&folder).to_string_lossy().replace('\\', "/");
                let path = self.path_of(&folder).or_else(|| links.contains_key(&name).then(|| name.clone()));
                self.open(path.unwrap_or_else(|| format!(".git/modules/{name}")), &folder, None);
                continue;
            }
            let entries = fs::read_dir(&folder).into_iter().flatten().flatten();
            let folders = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
            let mut below: Vec<PathBuf> = folders.map(|entry| entry.path()).collect();
            below.sort();
            open.extend(below.into_iter().rev().map(|folder| (folder, depth + 1)));
        }
    }

    /// Where the repository says that it is checked out.
    fn path_of(&self, git_dir: &Path) -> Option<String> {
        let text = fs::read(git_dir.join("config")).ok()?;
        let config = gix::config::File::try_from(String::from_utf8(text).ok()?.as_str()).ok()?;
        let worktree = config.string("core.worktree")?.to_string();
        let whole = normal(&git_dir.canonicalize().ok()?.join(worktree));
        let below = whole.strip_prefix(self.repo.top()?).ok()?.to_string_lossy().replace('\\', "/");
        (!below.is_empty()).then_some(below)
    }

    fn open(&mut self, path: String, git_dir: &Path, top: Option<PathBuf>) {
        let Ok(real) = git_dir.canonicalize() else { return };
        if self.by_path.contains_key(&path) || !self.seen.insert(real) {
            return;
        }
        // One that cannot be opened is not here.
        if let Ok(repo) = Repo::at(git_dir, top, &Environment::default()) {
            self.by_path.insert(path, repo);
        }
    }
}

/// Takes `..` out of a path whose end may not exist.
fn normal(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut whole, part| {
        match part {
            Component::ParentDir => drop(whole.pop()),
            Component::CurDir => {}
            part => whole.push(part),
        }
        whole
    })
}
