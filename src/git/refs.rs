//! References: what is reachable, and what HEAD is.

use std::fs;
use std::path::{Path, PathBuf};

use super::object::ObjectKind;
use super::reftable::{self, References, Target};
use super::{GitError, Id, Repo, parse, tree};

/// What a reference is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RefKind {
    /// A branch, tag, note or stash: it keeps what it points to.
    Own,
    /// What a remote had at the last fetch or push.
    Remote,
    /// `HEAD` of this or another working tree, `MERGE_HEAD` and the like.
    Head,
}

/// A reference with a name and a target.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ref {
    /// The whole name, such as `refs/heads/main`.
    pub name: String,
    /// What it points to; not peeled.
    pub target: Id,
    /// What it is for.
    pub kind: RefKind,
}

/// Files of a git folder that name commits besides the references.
const HEADS: [&str; 7] =
    ["HEAD", "MERGE_HEAD", "ORIG_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "REBASE_HEAD", "FETCH_HEAD"];

impl Repo {
    /// Returns the commit HEAD stands for; none before the first commit.
    ///
    /// # Errors
    /// When HEAD cannot be read, or names what is not there.
    pub fn head(&self) -> Result<Option<Id>, GitError> {
        if let Some(tables) = self.tables()? {
            return Ok(resolved(&tables, "HEAD"));
        }
        let unreadable = |detail: String| GitError::Unreadable { what: "HEAD".to_owned(), detail };
        let repo = self.local();
        let head = repo.head().map_err(|error| unreadable(error.to_string()))?;
        Ok(head.id().map(|id| Id(id.detach())))
    }

    /// Returns the tree of HEAD; none before the first commit.
    ///
    /// # Errors
    /// When HEAD, or its commit, cannot be read.
    pub fn head_tree(&self) -> Result<Option<Id>, GitError> {
        self.head()?.map(|commit| self.tree_of(commit)).transpose()
    }

    /// Returns the tree of a commit.
    ///
    /// # Errors
    /// When it cannot be read, or is no commit.
    pub fn tree_of(&self, commit: Id) -> Result<Id, GitError> {
        let mut bytes = Vec::new();
        let kind = self.reader().read(commit, tree::META_BYTES_MAX, &mut bytes);
        let data = kind.is_ok_and(|kind| kind == ObjectKind::Commit).then(|| parse::commit(&bytes));
        data.flatten().map(|commit| commit.tree).ok_or_else(|| GitError::Unreadable {
            what: format!("commit {commit}"),
            detail: "it is missing or damaged".to_owned(),
        })
    }

    /// Returns the commits that a merge under way brings in.
    #[must_use]
    pub fn merge_heads(&self) -> Vec<Id> {
        ids_of_lines(&self.git_dir().join("MERGE_HEAD"))
    }

    /// Returns every reference, sorted by name.
    ///
    /// # Errors
    /// When they cannot be listed.
    pub fn refs(&self) -> Result<Vec<Ref>, GitError> {
        let mut refs = match self.tables()? {
            Some(tables) => of_tables(&tables),
            None => self.refs_in_files()?,
        };
        refs.extend(self.heads()?);
        refs.sort();
        refs.dedup();
        Ok(refs)
    }

    /// References kept in tables: those of all working trees, and over them those of this one.
    pub(super) fn tables(&self) -> Result<Option<References>, GitError> {
        let unreadable = |detail: String| GitError::Unreadable { what: "the references".to_owned(), detail };
        let Some(shared) = reftable::references(self.common_dir()) else { return Ok(None) };
        let mut all = shared.map_err(unreadable)?;
        if self.git_dir() != self.common_dir()
            && let Some(own) = reftable::references(self.git_dir())
        {
            all.extend(own.map_err(unreadable)?);
        }
        Ok(Some(all))
    }

    fn refs_in_files(&self) -> Result<Vec<Ref>, GitError> {
        let unreadable = |detail: String| GitError::Unreadable { what: "the references".to_owned(), detail };
        let repo = self.local();
        let platform = repo.references().map_err(|error| unreadable(error.to_string()))?;
        let all = platform.all().map_err(|error| unreadable(error.to_string()))?;
        let mut refs = Vec::new();
        for reference in all.flatten() {
            let name = reference.name().as_bstr().to_string();
            let Some(target) = reference.target().try_id().map(|id| Id(id.to_owned())) else { continue };
            let kind = kind(&name);
            refs.push(Ref { name, target, kind });
        }
        Ok(refs)
    }

    /// Returns the branch that the remote has as its own HEAD, where git knows.
    #[must_use]
    pub fn default_branch(&self) -> Option<String> {
        if let Ok(Some(tables)) = self.tables() {
            let Target::Reference(name) = tables.get("refs/remotes/origin/HEAD")? else { return None };
            return name.strip_prefix("refs/remotes/origin/").map(str::to_owned);
        }
        let text = fs::read_to_string(self.common_dir().join("refs/remotes/origin/HEAD")).ok()?;
        Some(text.trim().strip_prefix("ref: refs/remotes/origin/")?.to_owned())
    }

    /// HEAD of every working tree, and what merges and the like are about.
    fn heads(&self) -> Result<Vec<Ref>, GitError> {
        let head = self.head()?;
        let mut heads: Vec<Ref> = head
            .map(|target| Ref { name: "HEAD".to_owned(), target, kind: RefKind::Head })
            .into_iter()
            .collect();
        let worktrees = fs::read_dir(self.common_dir().join("worktrees"));
        let mut folders: Vec<PathBuf> =
            worktrees.into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path())).collect();
        folders.push(self.common_dir().to_path_buf());
        folders.sort();
        for folder in folders {
            for name in HEADS {
                let targets = ids_of_lines(&folder.join(name));
                heads.extend(targets.into_iter().map(|target| Ref {
                    name: name.to_owned(),
                    target,
                    kind: RefKind::Head,
                }));
            }
        }
        Ok(heads)
    }
}

fn kind(name: &str) -> RefKind {
    if name.starts_with("refs/remotes/") { RefKind::Remote } else { RefKind::Own }
}

fn of_tables(tables: &References) -> Vec<Ref> {
    let refs = tables.iter().filter_map(|(name, target)| match target {
        Target::Object(target) if name.starts_with("refs/") => {
            Some(Ref { name: name.clone(), target: *target, kind: kind(name) })
        }
        _ => None,
    });
    refs.collect()
}

/// Follows a name to an object, as git looks for short names.
pub(super) fn resolved(tables: &References, name: &str) -> Option<Id> {
    let places = ["", "refs/", "refs/tags/", "refs/heads/", "refs/remotes/"];
    let mut found = places.iter().find_map(|place| tables.get(&format!("{place}{name}")))?;
    // A reference to itself leads nowhere.
    for _ in 0..8 {
        match found {
            Target::Object(id) => return Some(*id),
            Target::Reference(next) => found = tables.get(next)?,
        }
    }
    None
}

/// The ids that lines of a file begin with.
fn ids_of_lines(path: &Path) -> Vec<Id> {
    let text = fs::read(path).unwrap_or_default();
    let first = |line: &[u8]| line.split(|b| b.is_ascii_whitespace()).next().and_then(Id::from_hex);
    text.split(|b| *b == b'\n').filter_map(first).collect()
}
