//! Trees: what a commit holds at a path, and what differs between two of them.

use std::collections::BTreeMap;

use super::object::{Fault, ObjectKind};
use super::objects::Reader;
use super::parse::EntryKind;
use super::{Id, parse};

/// Bytes of a commit, tag or tree that are read; larger ones are broken or hostile.
pub const META_BYTES_MAX: u64 = 256 << 20;

/// Folders in folders that are followed: a tree that holds itself cannot exist, a deep one can.
const DEPTH_MAX: usize = 512;

/// A blob at a path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// The path from the top level, in git's bytes.
    pub path: Vec<u8>,
    /// The blob.
    pub id: Id,
    /// File or link.
    pub kind: EntryKind,
}

impl Entry {
    /// Returns the path as text; what is no UTF-8 is replaced.
    #[must_use]
    pub fn shown_path(&self) -> String {
        String::from_utf8_lossy(&self.path).into_owned()
    }
}

/// What a tree difference leaves: entries of the new side, and entries of the old.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Difference {
    pub(super) new: Vec<Entry>,
    pub(super) old: Vec<Entry>,
}

type Names = BTreeMap<Vec<u8>, (EntryKind, Id)>;

impl Reader<'_> {
    /// Reads a tree; a tree that is no tree is damaged.
    pub(super) fn tree(&mut self, id: Id) -> Result<Names, Fault> {
        let mut bytes = Vec::new();
        match self.read(id, META_BYTES_MAX, &mut bytes)? {
            ObjectKind::Tree => {
                let entries = parse::tree(&bytes, id.0.as_bytes().len());
                Ok(entries.map(|e| (e.name.to_vec(), (e.kind, e.id))).collect())
            }
            _ => Err(Fault::Damaged),
        }
    }

    /// Returns the blob a tree holds at a path.
    pub(super) fn blob_at(&mut self, tree: Id, path: &[u8]) -> Result<Option<(EntryKind, Id)>, Fault> {
        let found = self.entry_at(tree, path)?;
        Ok(found.filter(|(kind, _)| matches!(kind, EntryKind::File | EntryKind::Link)))
    }

    /// Returns whatever a tree holds at a path.
    pub(super) fn entry_at(&mut self, tree: Id, path: &[u8]) -> Result<Option<(EntryKind, Id)>, Fault> {
        let mut at = (EntryKind::Folder, tree);
        for name in path.split(|b| *b == b'/') {
            if at.0 != EntryKind::Folder {
                return Ok(None);
            }
            match self.entry_in(at.1, name)? {
                Some(entry) => at = entry,
                None => return Ok(None),
            }
        }
        Ok(Some(at))
    }

    fn entry_in(&mut self, tree: Id, name: &[u8]) -> Result<Option<(EntryKind, Id)>, Fault> {
        let mut bytes = Vec::new();
        if self.read(tree, META_BYTES_MAX, &mut bytes)? != ObjectKind::Tree {
            return Err(Fault::Damaged);
        }
        let found = parse::tree(&bytes, tree.0.as_bytes().len()).find(|e| e.name == name);
        Ok(found.map(|e| (e.kind, e.id)))
    }

    /// Compares two trees.
    pub(super) fn difference(
        &mut self,
        old: Option<Id>,
        new: Option<Id>,
        fault: &mut dyn FnMut(Id, Fault),
    ) -> Difference {
        let mut difference = Difference::default();
        self.differ(
            old,
            new,
            b"",
            0,
            &mut |side, entry| match side {
                Side::New => difference.new.push(entry),
                Side::Old => difference.old.push(entry),
            },
            fault,
        );
        difference
    }

    fn differ(
        &mut self,
        old: Option<Id>,
        new: Option<Id>,
        prefix: &[u8],
        depth: usize,
        emit: &mut dyn FnMut(Side, Entry),
        fault: &mut dyn FnMut(Id, Fault),
    ) {
        if old == new {
            return;
        }
        let mut names = |id: Option<Id>| {
            let Some(id) = id else { return Names::new() };
            let read = if depth > DEPTH_MAX { Err(Fault::Damaged) } else { self.tree(id) };
            read.unwrap_or_else(|why| {
                fault(id, why);
                Names::new()
            })
        };
        let (mut old, new) = (names(old), names(new));
        for (name, new) in new {
            let old = old.remove(&name);
            if old != Some(new) {
                self.entry_differs(old, Some(new), &joined(prefix, &name), depth, emit, fault);
            }
        }
        for (name, old) in old {
            self.entry_differs(Some(old), None, &joined(prefix, &name), depth, emit, fault);
        }
    }

    fn entry_differs(
        &mut self,
        old: Option<(EntryKind, Id)>,
        new: Option<(EntryKind, Id)>,
        path: &[u8],
        depth: usize,
        emit: &mut dyn FnMut(Side, Entry),
        fault: &mut dyn FnMut(Id, Fault),
    ) {
        let folder = |entry: Option<(EntryKind, Id)>| {
            entry.filter(|(kind, _)| *kind == EntryKind::Folder).map(|(_, id)| id)
        };
        for (side, entry) in [(Side::Old, old), (Side::New, new)] {
            if let Some((kind @ (EntryKind::File | EntryKind::Link), id)) = entry {
                emit(side, Entry { path: path.to_vec(), id, kind });
            }
        }
        let (old, new) = (folder(old), folder(new));
        if old.is_some() || new.is_some() {
            self.differ(old, new, path, depth + 1, emit, fault);
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Old,
    New,
}

pub(super) fn joined(prefix: &[u8], name: &[u8]) -> Vec<u8> {
    if prefix.is_empty() {
        return name.to_vec();
    }
    [prefix, b"/", name].concat()
}
