//! Follows paths backwards through history while they hold something.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Instant;

use super::object::{Fault, ObjectKind};
use super::objects::Reader;
use super::parse::{CommitData, EntryKind};
use super::people::Mailmap;
use super::tree::META_BYTES_MAX;
use super::{Id, Repo, parse};
use crate::model::Fingerprint;

/// A commit whose tree holds something at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holding {
    /// The commit.
    pub commit: Id,
    /// When it was made, in seconds since 1970.
    pub seconds: i64,
    /// Who wrote it, as people are told apart.
    pub author: Arc<str>,
    /// What it holds.
    pub held: Arc<BTreeSet<Fingerprint>>,
    /// What none of its parents holds.
    pub brought: BTreeSet<Fingerprint>,
}

/// What following a path gave.
#[derive(Debug, Clone, Default)]
pub struct Followed {
    /// Every commit that holds something, HEAD's first.
    pub holdings: Vec<Holding>,
    /// Whether time or history ended before the path's own history did.
    pub is_partial: bool,
}

/// Tells what the content of a file holds.
pub type Holds<'h> = dyn FnMut(&[u8]) -> BTreeSet<Fingerprint> + 'h;

type Held = Arc<BTreeSet<Fingerprint>>;

impl Reader<'_> {
    pub(super) fn commit(&mut self, id: Id) -> Result<CommitData, Fault> {
        let mut bytes = Vec::new();
        match self.read(id, META_BYTES_MAX, &mut bytes)? {
            ObjectKind::Commit => parse::commit(&bytes).ok_or(Fault::Damaged),
            _ => Err(Fault::Damaged),
        }
    }
}

impl Repo {
    /// Follows `path` from `head` backwards, as long as it holds any of `wanted`.
    pub fn follow(
        &self,
        head: Id,
        path: &str,
        wanted: &BTreeSet<Fingerprint>,
        holds: &mut Holds<'_>,
        deadline: Instant,
    ) -> Followed {
        let shallow: HashSet<Id> = self.shallow().into_iter().collect();
        let mut walk = Walk {
            reader: self.reader(),
            path: path.as_bytes(),
            wanted,
            holds,
            by_tree: HashMap::new(),
            by_blob: HashMap::new(),
            commits: HashMap::new(),
        };
        let mailmap = self.mailmap(head);
        let mut authors: HashSet<Arc<str>> = HashSet::new();
        let mut followed = Followed::default();
        let mut seen: HashSet<Id> = HashSet::from([head]);
        let mut open: VecDeque<Id> = VecDeque::from([head]);
        while let Some(id) = open.pop_front() {
            if Instant::now() >= deadline {
                followed.is_partial = true;
                break;
            }
            let Ok((data, held)) = walk.commit(id) else {
                followed.is_partial = true;
                continue;
            };
            if held.is_empty() {
                continue;
            }
            let mut brought = (*held).clone();
            if shallow.contains(&id) {
                // Who brought it cannot be told here.
                followed.is_partial = true;
            } else {
                for parent in &data.parents {
                    match walk.commit(*parent) {
                        Ok((_, before)) => brought.retain(|fingerprint| !before.contains(fingerprint)),
                        Err(_) => followed.is_partial = true,
                    }
                    if seen.insert(*parent) {
                        open.push_back(*parent);
                    }
                }
            }
            let person: Arc<str> = mailmap.person(&data.author.name, &data.author.email).into();
            let author = authors.get(&person).cloned().unwrap_or(person);
            authors.insert(Arc::clone(&author));
            followed.holdings.push(Holding {
                commit: id,
                seconds: data.committer.seconds,
                author,
                held,
                brought,
            });
        }
        followed
    }

    /// Returns who wrote a commit, and when it was made in seconds since 1970.
    #[must_use]
    pub fn authored(&self, commit: Id) -> Option<(String, i64)> {
        let data = self.reader().commit(commit).ok()?;
        Some((self.mailmap(commit).person(&data.author.name, &data.author.email), data.committer.seconds))
    }

    /// Returns who made a commit since a time, in seconds since 1970, of those that `head` reaches.
    /// Where clocks went backwards, what stands behind an older commit is not seen.
    #[must_use]
    pub fn active(&self, head: Id, since_seconds: i64, deadline: Instant) -> BTreeSet<Arc<str>> {
        let mailmap = self.mailmap(head);
        let mut reader = self.reader();
        let mut active = BTreeSet::new();
        let mut seen: HashSet<Id> = HashSet::from([head]);
        let mut open: VecDeque<Id> = VecDeque::from([head]);
        while let Some(id) = open.pop_front() {
            let Ok(data) = reader.commit(id) else { continue };
            if data.committer.seconds < since_seconds || Instant::now() >= deadline {
                continue;
            }
            active.insert(mailmap.person(&data.author.name, &data.author.email).into());
            open.extend(data.parents.iter().filter(|parent| seen.insert(**parent)));
        }
        active
    }

    pub(super) fn mailmap(&self, head: Id) -> Mailmap {
        let tree = self.tree_of(head);
        let mut reader = self.reader();
        let found = tree.ok().and_then(|tree| reader.blob_at(tree, b".mailmap").ok().flatten());
        let mut bytes = Vec::new();
        let read = found.map(|(_, id)| reader.read(id, 1 << 20, &mut bytes));
        if read.is_some_and(|read| read.is_ok()) { Mailmap::parse(&bytes) } else { Mailmap::default() }
    }
}

struct Walk<'a, 'h> {
    reader: Reader<'a>,
    path: &'a [u8],
    wanted: &'a BTreeSet<Fingerprint>,
    holds: &'a mut Holds<'h>,
    by_tree: HashMap<Id, Held>,
    by_blob: HashMap<Id, Held>,
    commits: HashMap<Id, (Arc<CommitData>, Held)>,
}

impl Walk<'_, '_> {
    fn commit(&mut self, id: Id) -> Result<(Arc<CommitData>, Held), Fault> {
        if let Some(known) = self.commits.get(&id) {
            return Ok(known.clone());
        }
        let data = Arc::new(self.reader.commit(id)?);
        let held = self.tree(data.tree)?;
        self.commits.insert(id, (Arc::clone(&data), Arc::clone(&held)));
        Ok((data, held))
    }

    fn tree(&mut self, tree: Id) -> Result<Held, Fault> {
        if let Some(known) = self.by_tree.get(&tree) {
            return Ok(Arc::clone(known));
        }
        let held = match self.reader.blob_at(tree, self.path)? {
            None => Held::default(),
            Some((EntryKind::Folder | EntryKind::Submodule, _)) => Held::default(),
            Some((_, blob)) => self.blob(blob)?,
        };
        self.by_tree.insert(tree, Arc::clone(&held));
        Ok(held)
    }

    fn blob(&mut self, id: Id) -> Result<Held, Fault> {
        if let Some(known) = self.by_blob.get(&id) {
            return Ok(Arc::clone(known));
        }
        let mut bytes = Vec::new();
        self.reader.read(id, META_BYTES_MAX, &mut bytes)?;
        let mut held = (self.holds)(&bytes);
        held.retain(|fingerprint| self.wanted.contains(fingerprint));
        let held = Arc::new(held);
        self.by_blob.insert(id, Arc::clone(&held));
        Ok(held)
    }
}
