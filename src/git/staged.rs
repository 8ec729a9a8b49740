//! The index against HEAD: what the next commit would contain.

use std::path::Path;

use gix::index::entry::{Flags, Mode};
use gix::index::extension::Tree;

use super::object::Fault;
use super::objects::Reader;
use super::parse::EntryKind;
use super::tree::{Entry, joined};
use super::{GitError, Id, Repo, problem};
use crate::model::Problem;

/// What the index changes.
#[derive(Debug, Default)]
pub struct Staged {
    /// Blobs that HEAD does not hold at their path; all stages of a conflict.
    pub new: Vec<Entry>,
    /// What HEAD, and the other side of a merge, hold at the changed and deleted paths.
    pub old: Vec<Entry>,
    /// What could not be compared.
    pub problems: Vec<Problem>,
}

impl Repo {
    /// Compares the index with HEAD. The working tree is never read.
    ///
    /// # Errors
    /// When the index or HEAD cannot be read.
    pub fn staged(&self) -> Result<Staged, GitError> {
        let head = self.head_tree()?;
        let index = self.index()?;
        let mut comparison = Comparison { index: &index, reader: self.reader(), staged: Staged::default() };
        comparison.folder(b"", head, index.entries(), index.tree());
        let mut staged = comparison.staged;
        self.add_merge_sides(&mut staged)?;
        for entries in [&mut staged.new, &mut staged.old] {
            entries.sort();
            entries.dedup();
        }
        Ok(staged)
    }

    /// Returns the blob the index holds at a path, without a conflict.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn index_blob(&self, path: &str) -> Result<Option<Id>, GitError> {
        let index = self.index()?;
        let entry = index.entry_by_path(path.into());
        let entry = entry.filter(|entry| !entry.flags.contains(Flags::INTENT_TO_ADD));
        Ok(entry.map(|entry| Id(entry.id)))
    }

    pub(super) fn index(&self) -> Result<gix::index::File, GitError> {
        // Git does not verify the checksum either when it reads an index to commit it.
        let index = gix::index::File::at_or_default(
            self.index_path.clone(),
            self.local().object_hash(),
            true,
            gix::index::decode::Options::default(),
        );
        index.map_err(|error| GitError::Index { path: shown(&self.index_path), detail: error.to_string() })
    }

    fn add_merge_sides(&self, staged: &mut Staged) -> Result<(), GitError> {
        let mut reader = self.reader();
        let mut paths: Vec<Vec<u8>> = staged.new.iter().chain(&staged.old).map(|e| e.path.clone()).collect();
        paths.sort_unstable();
        paths.dedup();
        for commit in self.merge_heads() {
            let tree = self.tree_of(commit)?;
            for path in &paths {
                match reader.blob_at(tree, path) {
                    Ok(Some((kind, id))) => staged.old.push(Entry { path: path.clone(), id, kind }),
                    Ok(None) => {}
                    Err(fault) => staged.problems.push(broken(path, fault)),
                }
            }
        }
        Ok(())
    }
}

fn shown(path: &Path) -> std::path::PathBuf {
    path.to_path_buf()
}

fn broken(path: &[u8], fault: Fault) -> Problem {
    problem(String::from_utf8_lossy(path), fault.reason(), "a tree of git cannot be read")
}

struct Comparison<'a> {
    index: &'a gix::index::File,
    reader: Reader<'a>,
    staged: Staged,
}

type IndexEntry = gix::index::Entry;

impl Comparison<'_> {
    /// Compares the entries below `prefix` with a tree of HEAD. Where the index says which tree
    /// they would be and it is that one, nothing below is looked at: that is what makes a commit in
    /// a large repository quick.
    fn folder(&mut self, prefix: &[u8], tree: Option<Id>, entries: &[IndexEntry], cached: Option<&Tree>) {
        let is_same =
            cached.is_some_and(|c| c.num_entries.is_some() && tree.is_some_and(|tree| tree.0 == c.id));
        if is_same {
            return;
        }
        let mut old = match tree.map(|tree| self.reader.tree(tree)).transpose() {
            Ok(names) => names.unwrap_or_default(),
            Err(fault) => {
                self.staged.problems.push(broken(prefix, fault));
                return;
            }
        };
        let skip = if prefix.is_empty() { 0 } else { prefix.len() + 1 };
        let mut rest = entries;
        while let Some(first) = rest.first() {
            let path: &[u8] = first.path(self.index);
            let below = path.get(skip..).unwrap_or_default();
            let name = below.split(|b| *b == b'/').next().unwrap_or_default();
            let is_folder = below.len() > name.len();
            let count = rest.iter().take_while(|entry| self.is_in(entry, skip, name, is_folder)).count();
            let Some((group, after)) = rest.split_at_checked(count.max(1)) else { break };
            rest = after;
            let path = joined(prefix, name);
            let before = old.remove(name);
            if !is_folder {
                self.file(&path, before, group);
                // A folder and a file of one name stand side by side only in a conflict.
                if before.is_some_and(|(kind, _)| kind == EntryKind::Folder) {
                    old.extend(before.map(|before| (name.to_vec(), before)));
                }
            } else if let [sparse] = group
                && sparse.mode == Mode::DIR
            {
                self.trees(&path, before, Some(Id(sparse.id)));
            } else {
                let tree = before.filter(|(kind, _)| *kind == EntryKind::Folder).map(|(_, id)| id);
                self.gone_unless_folder(&path, before);
                let cached = cached.and_then(|c| c.children.iter().find(|c| c.name.as_slice() == name));
                self.folder(&path, tree, group, cached);
            }
        }
        for (name, before) in old {
            self.trees(&joined(prefix, &name), Some(before), None);
        }
    }

    fn is_in(&self, entry: &IndexEntry, skip: usize, name: &[u8], is_folder: bool) -> bool {
        let path: &[u8] = entry.path(self.index);
        let below = path.get(skip..).unwrap_or_default();
        match below.strip_prefix(name) {
            Some([]) => !is_folder,
            Some([b'/', ..]) => is_folder,
            _ => false,
        }
    }

    /// Compares the stages of one path with what HEAD has there.
    fn file(&mut self, path: &[u8], before: Option<(EntryKind, Id)>, stages: &[IndexEntry]) {
        let mut changed = false;
        for entry in stages {
            let Some(kind) = kind(entry.mode) else { continue };
            if entry.flags.contains(Flags::INTENT_TO_ADD) || before == Some((kind, Id(entry.id))) {
                continue;
            }
            changed = true;
            self.staged.new.push(Entry { path: path.to_vec(), id: Id(entry.id), kind });
        }
        if changed {
            self.gone_unless_folder(path, before);
        }
    }

    fn gone_unless_folder(&mut self, path: &[u8], before: Option<(EntryKind, Id)>) {
        if let Some((kind @ (EntryKind::File | EntryKind::Link), id)) = before {
            self.staged.old.push(Entry { path: path.to_vec(), id, kind });
        }
    }

    /// Compares two trees, one of which the index names whole or not at all.
    fn trees(&mut self, path: &[u8], before: Option<(EntryKind, Id)>, after: Option<Id>) {
        self.gone_unless_folder(path, before);
        let before = before.filter(|(kind, _)| *kind == EntryKind::Folder).map(|(_, id)| id);
        let problems = &mut self.staged.problems;
        let difference =
            self.reader.difference(before, after, &mut |_, fault| problems.push(broken(path, fault)));
        let below = |mut entry: Entry| {
            entry.path = joined(path, &entry.path);
            entry
        };
        self.staged.new.extend(difference.new.into_iter().map(below));
        self.staged.old.extend(difference.old.into_iter().map(below));
    }
}

fn kind(mode: Mode) -> Option<EntryKind> {
    match mode {
        Mode::SYMLINK => Some(EntryKind::Link),
        Mode::COMMIT | Mode::DIR => None,
        _ => Some(EntryKind::File),
    }
}
