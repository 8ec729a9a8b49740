//! All commits, parents before children.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, HashMap};
use std::sync::Arc;

use super::objects::ObjectKind;
use super::people::Mailmap;
use super::tree::META_BYTES_MAX;
use super::{Id, Lent, Repo, parse};
use crate::model::Problem;

/// A commit of the graph.
#[derive(Debug, Clone)]
pub struct Commit {
    /// Its name.
    pub id: Id,
    /// When it was made, in seconds since 1970.
    pub seconds: i64,
    /// Who wrote it, as people are told apart.
    pub author: Arc<str>,
    pub(super) tree: Id,
    /// The author's number.
    writer: u32,
    parents: Vec<u32>,
}

/// Commits by their rank: no commit stands before one of its parents, and among commits that do
/// not depend on one another the older comes first.
#[derive(Debug, Default)]
pub struct Graph {
    commits: Vec<Commit>,
    ranks: HashMap<Id, u32>,
    authors: Vec<Arc<str>>,
}

/// A set of commits by their ranks, or of whatever else is numbered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CommitSet {
    words: Vec<u64>,
}

impl CommitSet {
    /// Adds a commit by its rank.
    pub fn insert(&mut self, rank: u32) {
        let at = rank as usize / 64;
        if self.words.len() <= at {
            self.words.resize(at + 1, 0);
        }
        if let Some(word) = self.words.get_mut(at) {
            *word |= 1 << (rank % 64);
        }
    }

    /// Tells whether a commit is in it.
    #[must_use]
    pub fn contains(&self, rank: u32) -> bool {
        self.words.get(rank as usize / 64).is_some_and(|word| word & (1 << (rank % 64)) != 0)
    }

    /// Tells whether the two share a commit.
    #[must_use]
    pub fn meets(&self, other: &Self) -> bool {
        self.words.iter().zip(&other.words).any(|(one, other)| one & other != 0)
    }

    /// Adds all of another set.
    pub fn extend(&mut self, other: &Self) {
        if self.words.len() < other.words.len() {
            self.words.resize(other.words.len(), 0);
        }
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word |= other;
        }
    }

    /// Returns the commits by rank, the first first.
    pub fn iter(&self) -> impl Iterator<Item = u32> {
        let set_bits = |word: u64| {
            let rest = |word: &u64| Some(word & (word - 1)).filter(|rest| *rest != 0);
            std::iter::successors(Some(word).filter(|word| *word != 0), rest).map(u64::trailing_zeros)
        };
        let words = self.words.iter().enumerate();
        words.flat_map(move |(at, word)| set_bits(*word).map(move |bit| at as u32 * 64 + bit))
    }

    /// Returns how many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Tells whether nothing is in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }
}

/// A commit as it is read, before its parents are known.
struct Read {
    id: Id,
    data: parse::CommitData,
}

impl Repo {
    /// Reads every commit of the database, reachable or not.
    pub fn graph(&self, problems: &mut Vec<Problem>) -> Graph {
        let take = |read: &mut Vec<Read>, lent: Lent<'_, ()>| {
            read.extend(parse::commit(lent.bytes).map(|data| Read { id: lent.id(), data }));
        };
        let (states, faults) = self.each_object(&[(ObjectKind::Commit, META_BYTES_MAX)], &Vec::new, &take);
        problems.extend(faults);
        let mailmap = self.head().ok().flatten().map_or_else(Mailmap::default, |head| self.mailmap(head));
        Graph::of(states.into_iter().flatten().collect(), &mailmap)
    }
}

impl Graph {
    fn of(mut read: Vec<Read>, mailmap: &Mailmap) -> Self {
        read.sort_unstable_by_key(|read| read.id);
        let places: HashMap<Id, usize> = read.iter().enumerate().map(|(at, read)| (read.id, at)).collect();
        // What is not here, as in a shallow clone, holds nobody up.
        let parents = |at: usize| {
            let parents = read.get(at).map_or(&[][..], |read| &read.data.parents);
            parents.iter().filter_map(|parent| places.get(parent).copied())
        };
        let mut waits = vec![0usize; read.len()];
        let mut children: Vec<Vec<u32>> = vec![Vec::new(); read.len()];
        for at in 0..read.len() {
            for parent in parents(at) {
                if let (Some(waits), Some(children)) = (waits.get_mut(at), children.get_mut(parent)) {
                    *waits += 1;
                    children.push(at as u32);
                }
            }
        }
        let key = |at: usize| Reverse((read.get(at).map(|read| read.data.committer.seconds), at));
        let free = waits.iter().enumerate().filter(|(_, waits)| **waits == 0).map(|(at, _)| key(at));
        let mut open: BinaryHeap<_> = free.collect();
        let mut graph = Self::default();
        let mut writers: HashMap<Arc<str>, u32> = HashMap::new();
        while let Some(Reverse((_, at))) = open.pop() {
            let Some(commit) = read.get(at) else { continue };
            let person: Arc<str> = mailmap.person(&commit.data.author).into();
            let writer = *writers.entry(person).or_insert_with_key(|person| {
                graph.authors.push(Arc::clone(person));
                graph.authors.len() as u32 - 1
            });
            let author = graph.authors.get(writer as usize).cloned().unwrap_or_default();
            let ranks: Vec<u32> =
                commit.data.parents.iter().filter_map(|id| graph.ranks.get(id).copied()).collect();
            graph.ranks.insert(commit.id, graph.commits.len() as u32);
            graph.commits.push(Commit {
                id: commit.id,
                seconds: commit.data.committer.seconds,
                author,
                tree: commit.data.tree,
                writer,
                parents: ranks,
            });
            for child in children.get(at).map_or(&[][..], Vec::as_slice) {
                let child = *child as usize;
                if let Some(waits) = waits.get_mut(child) {
                    *waits -= 1;
                    if *waits == 0 {
                        open.push(key(child));
                    }
                }
            }
        }
        graph
    }

    /// Returns a commit by its rank.
    #[must_use]
    pub fn commit(&self, rank: u32) -> Option<&Commit> {
        self.commits.get(rank as usize)
    }

    /// Returns the rank of a commit.
    #[must_use]
    pub fn rank(&self, id: Id) -> Option<u32> {
        self.ranks.get(&id).copied()
    }

    /// Returns who wrote any of some commits.
    #[must_use]
    pub fn authors(&self, commits: &CommitSet) -> BTreeSet<Arc<str>> {
        let mut wrote = CommitSet::default();
        commits.iter().filter_map(|rank| self.commit(rank)).for_each(|commit| wrote.insert(commit.writer));
        wrote.iter().filter_map(|writer| self.authors.get(writer as usize)).cloned().collect()
    }

    pub(super) fn all(&self) -> impl Iterator<Item = (u32, &Commit)> {
        self.commits.iter().enumerate().map(|(rank, commit)| (rank as u32, commit))
    }

    /// Returns everything that commits reach.
    #[must_use]
    pub fn reach(&self, tips: impl IntoIterator<Item = u32>) -> CommitSet {
        let mut set = CommitSet::default();
        let mut open: Vec<u32> = tips.into_iter().collect();
        while let Some(rank) = open.pop() {
            if !set.contains(rank) {
                set.insert(rank);
                open.extend(self.commit(rank).map_or(&[][..], |commit| &commit.parents));
            }
        }
        set
    }
}
