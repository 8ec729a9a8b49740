//! What trees hold at some paths, looked for at all of them together.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::number_set::NumberSet;
use super::object::{Fault, ObjectKind};
use super::objects::Reader;
use super::parse::{CommitData, EntryKind};
use super::tree::META_BYTES_MAX;
use super::{Id, Repo, parse};
use crate::model::Fingerprint;

/// Tells what the content of a file at a path holds.
pub type Holds<'h> = dyn FnMut(&str, &[u8]) -> BTreeSet<Fingerprint> + 'h;

/// What is looked for at each path.
pub type AtPaths<'a> = BTreeMap<&'a str, BTreeSet<Fingerprint>>;

/// Things that were found at paths, as the number of a set in [`Sets`]. Versions of a folder mostly hold
/// the same ones.
pub(super) type Found = u32;

/// What holds nothing.
pub(super) const NOTHING: Found = 0;

/// Sets of things at paths, each kept once.
#[derive(Debug)]
pub(super) struct Sets {
    all: Vec<NumberSet>,
    numbers: HashMap<NumberSet, Found>,
}

impl Default for Sets {
    fn default() -> Self {
        let empty = NumberSet::default();
        Self { all: vec![empty.clone()], numbers: HashMap::from([(empty, NOTHING)]) }
    }
}

impl Sets {
    pub(super) fn get(&self, found: Found) -> &NumberSet {
        static EMPTY: NumberSet = NumberSet::EMPTY;
        self.all.get(found as usize).unwrap_or(&EMPTY)
    }

    pub(super) fn add(&mut self, set: NumberSet) -> Found {
        if let Some(known) = self.numbers.get(&set) {
            return *known;
        }
        let number = self.all.len() as Found;
        self.all.push(set.clone());
        self.numbers.insert(set, number);
        number
    }

    /// What either holds.
    pub(super) fn either(&mut self, one: Found, other: Found) -> Found {
        if one == other { one } else { self.changed(one, other, NumberSet::extend) }
    }

    /// What both hold.
    pub(super) fn both(&mut self, one: Found, other: Found) -> Found {
        if one == other { one } else { self.changed(one, other, NumberSet::retain) }
    }

    /// What `one` holds and `other` does not.
    pub(super) fn without(&mut self, one: Found, other: Found) -> Found {
        if one == other { NOTHING } else { self.changed(one, other, NumberSet::remove) }
    }

    fn changed(&mut self, one: Found, other: Found, change: fn(&mut NumberSet, &NumberSet)) -> Found {
        let mut set = self.get(one).clone();
        change(&mut set, self.get(other));
        self.add(set)
    }
}

/// A file or folder on the way to paths.
#[derive(Debug, Default)]
struct Node<'a> {
    below: BTreeMap<&'a [u8], u32>,
    /// The first bytes of the names below: most names of a large folder are none of them.
    first_bytes: [u64; 4],
    /// The path that ends here, by its place among all.
    path: Option<u32>,
}

impl Node<'_> {
    fn child(&self, name: &[u8]) -> Option<u32> {
        let first = usize::from(*name.first()?);
        let word = self.first_bytes.get(first / 64)?;
        (word & (1 << (first % 64)) != 0).then(|| self.below.get(name).copied())?
    }
}

/// Looks for things at paths in one tree after another.
pub(super) struct Lookout<'a, 'h> {
    reader: Reader<'a>,
    nodes: Vec<Node<'a>>,
    paths: Vec<&'a str>,
    /// Every thing that is looked for at a path has a number.
    things: Vec<(u32, Fingerprint)>,
    holds: &'h mut Holds<'h>,
    pub(super) sets: Sets,
    of_trees: HashMap<(u32, Id), Found>,
    of_blobs: HashMap<(u32, Id), Found>,
    spare: Vec<Vec<u8>>,
}

impl<'a, 'h> Lookout<'a, 'h> {
    pub(super) fn new(repo: &'a Repo, wanted: &AtPaths<'a>, holds: &'h mut Holds<'h>) -> Self {
        let mut lookout = Self {
            reader: repo.reader(),
            nodes: vec![Node::default()],
            paths: wanted.keys().copied().collect(),
            things: Vec::new(),
            holds,
            sets: Sets::default(),
            of_trees: HashMap::new(),
            of_blobs: HashMap::new(),
            spare: Vec::new(),
        };
        for (number, (path, things)) in (0..).zip(wanted) {
            lookout.add(path, number);
            lookout.things.extend(things.iter().map(|thing| (number, *thing)));
        }
        lookout
    }

    fn add(&mut self, path: &'a str, number: u32) {
        let mut at = 0;
        for name in path.as_bytes().split(|b| *b == b'/') {
            let next = self.nodes.len() as u32;
            let Some(node) = self.nodes.get_mut(at as usize) else { return };
            at = *node.below.entry(name).or_insert(next);
            let first = name.first().map_or(0, |first| usize::from(*first));
            if let Some(word) = node.first_bytes.get_mut(first / 64) {
                *word |= 1 << (first % 64);
            }
            if at == next {
                self.nodes.push(Node::default());
            }
        }
        if let Some(node) = self.nodes.get_mut(at as usize) {
            node.path = Some(number);
        }
    }

    /// Returns the numbers of all things.
    pub(super) fn all(&self) -> NumberSet {
        (0..self.things.len() as u32).collect()
    }

    /// Returns what a thing is.
    pub(super) fn thing(&self, number: u32) -> Option<Fingerprint> {
        self.things.get(number as usize).map(|(_, thing)| *thing)
    }

    /// Reads a commit.
    pub(super) fn commit(&mut self, id: Id) -> Result<CommitData, Fault> {
        self.reader.commit(id)
    }

    /// Returns what a whole tree holds.
    pub(super) fn tree(&mut self, tree: Id) -> Result<Found, Fault> {
        self.folder(0, tree)
    }

    /// Paths are no deeper than those that are looked for.
    fn folder(&mut self, node: u32, tree: Id) -> Result<Found, Fault> {
        if let Some(known) = self.of_trees.get(&(node, tree)) {
            return Ok(*known);
        }
        let mut bytes = self.spare.pop().unwrap_or_default();
        if self.reader.read(tree, META_BYTES_MAX, &mut bytes)? != ObjectKind::Tree {
            return Err(Fault::Damaged);
        }
        let mut found = NOTHING;
        for entry in parse::tree(&bytes, tree.0.as_bytes().len()) {
            let child = self.nodes.get(node as usize).and_then(|node| node.child(entry.name));
            let Some(child) = child else { continue };
            let path = self.nodes.get(child as usize).and_then(|child| child.path);
            let held = match (entry.kind, path) {
                (EntryKind::Folder, _) => self.folder(child, entry.id)?,
                (EntryKind::File | EntryKind::Link, Some(path)) => self.file(path, entry.id)?,
                _ => NOTHING,
            };
            found = self.sets.either(found, held);
        }
        self.spare.push(bytes);
        self.of_trees.insert((node, tree), found);
        Ok(found)
    }

    fn file(&mut self, path: u32, blob: Id) -> Result<Found, Fault> {
        if let Some(known) = self.of_blobs.get(&(path, blob)) {
            return Ok(*known);
        }
        let mut bytes = self.spare.pop().unwrap_or_default();
        self.reader.read(blob, META_BYTES_MAX, &mut bytes)?;
        let held = (self.holds)(self.paths.get(path as usize).copied().unwrap_or_default(), &bytes);
        self.spare.push(bytes);
        let first = self.things.partition_point(|(of, _)| *of < path);
        let own = self.things.iter().enumerate().skip(first).take_while(|(_, (of, _))| *of == path);
        let set =
            own.filter(|(_, (_, thing))| held.contains(thing)).map(|(number, _)| number as u32).collect();
        let found = self.sets.add(set);
        self.of_blobs.insert((path, blob), found);
        Ok(found)
    }
}
