//! All commits, parents before children.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};
use std::ops::Range;
use std::sync::Arc;

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use rayon::slice::ParallelSliceMut as _;

use super::grouped::Grouped;
use super::number_set::NumberSet;
use super::object::ObjectKind;
use super::people::{Mailmap, People, Writers};
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
    /// The number of its tree, if that is here.
    pub(super) tree: Option<u32>,
    /// The author's number.
    writer: u32,
}

/// Commits by their rank: no commit stands before one of its parents, and among commits that do
/// not depend on one another the older comes first.
#[derive(Debug, Default)]
pub struct Graph {
    commits: Vec<Commit>,
    /// The ranks of their parents.
    parents: Grouped<u32>,
    /// Ranks by how the ids begin, which spread evenly.
    by_head: Grouped<u32>,
    authors: Vec<Arc<str>>,
}

/// A commit as it is read, before its parents are known.
struct Read {
    id: Id,
    seconds: i64,
    tree: Option<u32>,
    writer: u32,
    /// Where its parents stand among those of all commits.
    parents: Range<u32>,
}

/// What one thread read.
#[derive(Default)]
struct Part {
    read: Vec<Read>,
    parents: Vec<Id>,
    writers: Writers,
}

/// All commits, by their ids.
struct All {
    read: Vec<Read>,
    /// Where parents stand, those of each commit together; none for what is not here.
    parents: Vec<Option<u32>>,
}

impl All {
    /// What is not here, as in a shallow clone, holds nobody up.
    fn parents_of(&self, read: &Read) -> impl Iterator<Item = u32> + Clone {
        let range = read.parents.start as usize..read.parents.end as usize;
        self.parents.get(range).unwrap_or_default().iter().copied().flatten()
    }

    /// Returns all, parents before children, and the older before the younger.
    fn order(&self) -> Vec<u32> {
        let children = |(child, read): (u32, _)| self.parents_of(read).map(move |parent| (parent, child));
        let children = Grouped::of((0..).zip(&self.read).flat_map(children));
        let mut waits: Vec<usize> = self.read.iter().map(|read| self.parents_of(read).count()).collect();
        let key = |at: u32| Reverse((self.read.get(at as usize).map(|read| read.seconds), at));
        let free = (0..).zip(&waits).filter(|(_, waits)| **waits == 0).map(|(at, _)| key(at));
        let mut open: BinaryHeap<_> = free.collect();
        let mut order = Vec::with_capacity(self.read.len());
        while let Some(Reverse((_, at))) = open.pop() {
            order.push(at);
            for child in children.group(at) {
                let Some(waits) = waits.get_mut(*child as usize) else { continue };
                *waits -= 1;
                if *waits == 0 {
                    open.push(key(*child));
                }
            }
        }
        order
    }
}

impl Part {
    /// Puts together what several threads read, with all authors by their numbers.
    fn together(parts: Vec<Self>) -> (All, Vec<Arc<str>>) {
        let (mut read, mut parents, mut people) = (Vec::new(), Vec::new(), People::default());
        for part in parts {
            let given = part.writers.into_people().into_iter().map(|person| people.number(person));
            let given: Vec<u32> = given.collect();
            let first = parents.len() as u32;
            read.extend(part.read.into_iter().map(|read| Read {
                writer: given.get(read.writer as usize).copied().unwrap_or_default(),
                parents: first + read.parents.start..first + read.parents.end,
                ..read
            }));
            parents.extend(part.parents);
        }
        read.par_sort_unstable_by_key(|read: &Read| read.id);
        let by_head = Grouped::of((0..).zip(&read).map(|(at, read)| (read.id.head(), at)));
        let is_it = |id: Id, at: u32| read.get(at as usize).is_some_and(|read| read.id == id);
        let find = |id: &Id| by_head.group(id.head()).iter().copied().find(|at| is_it(*id, *at));
        let parents = parents.par_iter().map(find).collect();
        (All { read, parents }, people.all)
    }

    fn take(&mut self, id: Id, data: parse::CommitData, tree: Option<u32>, mailmap: &Mailmap) {
        let writer = self.writers.number(data.author, mailmap);
        let first = self.parents.len() as u32;
        self.parents.extend(data.parents);
        let parents = first..self.parents.len() as u32;
        self.read.push(Read { id, seconds: data.committer.seconds, tree, writer, parents });
    }
}

impl Repo {
    /// Reads every commit of the database, reachable or not.
    pub fn graph(&self, problems: &mut Vec<Problem>) -> Graph {
        let mailmap = self.head().ok().flatten().map_or_else(Mailmap::default, |head| self.mailmap(head));
        let take = |part: &mut Part, lent: Lent<'_, ()>| {
            if let Some(data) = parse::commit(lent.bytes) {
                let tree = self.objects.number(data.tree);
                part.take(lent.id(), data, tree, &mailmap);
            }
        };
        let bounds = [(ObjectKind::Commit, META_BYTES_MAX)];
        let (parts, faults) = self.each_object(&bounds, &Part::default, &take);
        problems.extend(faults);
        Graph::of(parts)
    }
}

impl Graph {
    fn of(parts: Vec<Part>) -> Self {
        let (all, authors) = Part::together(parts);
        // Equal times go by the id.
        let order = all.order();
        let mut ranks = vec![0u32; order.len()];
        for (rank, at) in order.iter().enumerate() {
            if let Some(known) = ranks.get_mut(*at as usize) {
                *known = rank as u32;
            }
        }
        let ranked = || (0..).zip(&order).filter_map(|(rank, at)| Some((rank, all.read.get(*at as usize)?)));
        let rank = |at: u32| ranks.get(at as usize).copied();
        let commit = |read: &Read| Commit {
            id: read.id,
            seconds: read.seconds,
            author: authors.get(read.writer as usize).cloned().unwrap_or_default(),
            tree: read.tree,
            writer: read.writer,
        };
        let parents =
            ranked().flat_map(|(child, read)| all.parents_of(read).map(move |parent| (child, parent)));
        let parents = parents.filter_map(|(child, parent)| Some((child, rank(parent)?)));
        Self {
            by_head: Grouped::of(ranked().map(|(rank, read)| (read.id.head(), rank))),
            parents: Grouped::of(parents),
            commits: ranked().map(|(_, read)| commit(read)).collect(),
            authors,
        }
    }

    /// Returns a commit by its rank.
    #[must_use]
    pub fn commit(&self, rank: u32) -> Option<&Commit> {
        self.commits.get(rank as usize)
    }

    /// Returns the rank of a commit.
    #[must_use]
    pub fn rank(&self, id: Id) -> Option<u32> {
        let is_it = |rank: &u32| self.commit(*rank).is_some_and(|commit| commit.id == id);
        self.by_head.group(id.head()).iter().copied().find(is_it)
    }

    /// Returns who wrote any of some commits.
    #[must_use]
    pub fn authors(&self, commits: &NumberSet) -> BTreeSet<Arc<str>> {
        let mut wrote = NumberSet::default();
        commits.iter().filter_map(|rank| self.commit(rank)).for_each(|commit| wrote.insert(commit.writer));
        wrote.iter().filter_map(|writer| self.authors.get(writer as usize)).cloned().collect()
    }

    pub(super) fn all(&self) -> impl Iterator<Item = (u32, &Commit)> + Clone {
        self.commits.iter().enumerate().map(|(rank, commit)| (rank as u32, commit))
    }

    /// Returns everything that commits reach.
    #[must_use]
    pub fn reach(&self, tips: impl IntoIterator<Item = u32>) -> NumberSet {
        let mut set = NumberSet::default();
        let mut open: Vec<u32> = tips.into_iter().collect();
        while let Some(rank) = open.pop() {
            if !set.contains(rank) {
                set.insert(rank);
                open.extend_from_slice(self.parents.group(rank));
            }
        }
        set
    }
}
