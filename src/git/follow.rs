//! Follows paths backwards through history while they hold something.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Instant;

use super::lookout::{AtPaths, Found, Holds, Lookout, NOTHING};
use super::number_set::NumberSet;
use super::object::Fault;
use super::people::{Mailmap, Writers};
use super::{Id, Repo};
use crate::model::Fingerprint;

/// A commit that was met.
#[derive(Debug, Clone)]
pub struct Met {
    /// Its name.
    pub id: Id,
    /// When it was made, in seconds since 1970.
    pub seconds: i64,
    /// The author's number.
    writer: u32,
}

/// How long something was there: commits by their numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stay {
    /// Those that hold it.
    pub commits: NumberSet,
    /// Those that hold it at paths at which none of their parents does.
    pub brought: NumberSet,
    /// Whether time or history ended before it came.
    pub is_partial: bool,
}

/// What following paths gave.
#[derive(Debug, Clone, Default)]
pub struct Followed {
    commits: Vec<Met>,
    numbers: HashMap<Id, u32>,
    authors: Vec<Arc<str>>,
    stays: BTreeMap<Fingerprint, Stay>,
}

impl Followed {
    /// Returns a commit by its number.
    #[must_use]
    pub fn commit(&self, number: u32) -> Option<&Met> {
        self.commits.get(number as usize)
    }

    /// Returns the number of a commit that was met.
    #[must_use]
    pub fn number(&self, id: Id) -> Option<u32> {
        self.numbers.get(&id).copied()
    }

    /// Returns the numbers of those commits that `is_in` says yes to.
    pub fn numbers(&self, mut is_in: impl FnMut(Id) -> bool) -> NumberSet {
        (0..).zip(&self.commits).filter(|(_, commit)| is_in(commit.id)).map(|(number, _)| number).collect()
    }

    /// Returns how long something was there.
    #[must_use]
    pub fn stay(&self, thing: Fingerprint) -> Option<&Stay> {
        self.stays.get(&thing)
    }

    /// Returns who wrote any of some commits.
    #[must_use]
    pub fn authors(&self, commits: &NumberSet) -> BTreeSet<Arc<str>> {
        let writers = commits.iter().filter_map(|number| Some(self.commit(number)?.writer));
        let writers: NumberSet = writers.collect();
        writers.iter().filter_map(|writer| self.authors.get(writer as usize)).cloned().collect()
    }
}

impl Repo {
    /// Follows paths from `head` backwards, each thing as long as it is at one of its paths.
    pub fn follow(
        &self,
        head: Id,
        wanted: &AtPaths<'_>,
        holds: &mut Holds<'_>,
        deadline: Instant,
    ) -> Followed {
        let mut walk = Walk {
            lookout: Lookout::new(self, wanted, holds),
            mailmap: self.mailmap(head),
            shallow: self.shallow().into_iter().collect(),
            nodes: Vec::new(),
            open: BinaryHeap::new(),
            writers: Writers::default(),
            brought: Vec::new(),
            partial: NOTHING,
            followed: Followed::default(),
        };
        walk.from(head, deadline);
        walk.end(wanted)
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

/// What is known of a commit besides what is told of it.
struct Node {
    parents: Vec<Id>,
    /// What its tree holds.
    holds: Found,
    /// What any child holds that was followed to here.
    asked: Found,
    /// What of that it holds, and was followed on from here.
    held: Found,
}

struct Walk<'a, 'h> {
    lookout: Lookout<'a, 'h>,
    mailmap: Mailmap,
    shallow: HashSet<Id>,
    nodes: Vec<Node>,
    /// Commits to follow from, the youngest first: their children were mostly seen then.
    open: BinaryHeap<(i64, Reverse<u32>)>,
    writers: Writers,
    /// What each commit brought, where it brought anything.
    brought: Vec<(u32, Found)>,
    partial: Found,
    followed: Followed,
}

impl Walk<'_, '_> {
    fn from(&mut self, head: Id, deadline: Instant) {
        let all = self.lookout.all();
        let all = self.lookout.sets.add(all);
        match self.meet(head) {
            Ok(head) => self.ask(head, all),
            Err(_) => self.partial = all,
        }
        while let Some((_, Reverse(number))) = self.open.pop() {
            if Instant::now() >= deadline {
                self.give_up(number);
                while let Some((_, Reverse(number))) = self.open.pop() {
                    self.give_up(number);
                }
            } else {
                self.step(number);
            }
        }
    }

    /// Reads a commit and its tree, once.
    fn meet(&mut self, id: Id) -> Result<u32, Fault> {
        if let Some(known) = self.followed.numbers.get(&id) {
            return Ok(*known);
        }
        let data = self.lookout.commit(id)?;
        let holds = self.lookout.tree(data.tree)?;
        let writer = self.writers.number(data.author, &self.mailmap);
        let number = self.nodes.len() as u32;
        self.nodes.push(Node { parents: data.parents, holds, asked: NOTHING, held: NOTHING });
        self.followed.commits.push(Met { id, seconds: data.committer.seconds, writer });
        self.followed.numbers.insert(id, number);
        Ok(number)
    }

    /// Asks a commit for more things. It is followed from again where clocks went backwards.
    fn ask(&mut self, number: u32, things: Found) {
        let Some(node) = self.nodes.get_mut(number as usize) else { return };
        let asked = self.lookout.sets.either(things, node.asked);
        let is_new = asked != node.asked;
        node.asked = asked;
        if is_new && let Some(commit) = self.followed.commit(number) {
            self.open.push((commit.seconds, Reverse(number)));
        }
    }

    fn step(&mut self, number: u32) {
        let Some(node) = self.nodes.get_mut(number as usize) else { return };
        let held = self.lookout.sets.both(node.holds, node.asked);
        if std::mem::replace(&mut node.held, held) == held {
            return;
        }
        let parents = node.parents.clone();
        if self.followed.commit(number).is_some_and(|commit| self.shallow.contains(&commit.id)) {
            // Who brought it cannot be told here.
            self.partial = self.lookout.sets.either(self.partial, held);
            self.brought.push((number, held));
            return;
        }
        let mut brought = held;
        for parent in parents {
            match self.meet(parent) {
                Ok(parent) => {
                    let before = self.nodes.get(parent as usize).map_or(NOTHING, |node| node.holds);
                    brought = self.lookout.sets.without(brought, before);
                    self.ask(parent, held);
                }
                Err(_) => self.partial = self.lookout.sets.either(self.partial, held),
            }
        }
        if brought != NOTHING {
            self.brought.push((number, brought));
        }
    }

    /// Says of what a commit holds that time did not last.
    fn give_up(&mut self, number: u32) {
        let Some(node) = self.nodes.get(number as usize) else { return };
        let held = self.lookout.sets.both(node.holds, node.asked);
        self.partial = self.lookout.sets.either(self.partial, held);
    }

    fn end(mut self, wanted: &AtPaths<'_>) -> Followed {
        let mut by_held: BTreeMap<Found, NumberSet> = BTreeMap::new();
        for (number, node) in (0..).zip(&self.nodes).filter(|(_, node)| node.held != NOTHING) {
            by_held.entry(node.held).or_default().insert(number);
        }
        let mut stays: BTreeMap<Fingerprint, Stay> = BTreeMap::new();
        stays.extend(wanted.values().flatten().map(|thing| (*thing, Stay::default())));
        let lookout = &self.lookout;
        let things = |found: Found| {
            let numbers = lookout.sets.get(found).iter();
            numbers.filter_map(|number| lookout.thing(number)).collect::<BTreeSet<Fingerprint>>()
        };
        for (held, commits) in &by_held {
            for thing in things(*held) {
                stays.entry(thing).or_default().commits.extend(commits);
            }
        }
        for thing in things(self.partial) {
            stays.entry(thing).or_default().is_partial = true;
        }
        for (number, brought) in &self.brought {
            // At another path of the same commit it may have been there before.
            let held = self.nodes.get(*number as usize).map_or(NOTHING, |node| node.held);
            let mut before = lookout.sets.get(held).clone();
            before.remove(lookout.sets.get(*brought));
            let before: BTreeSet<Fingerprint> = before.iter().filter_map(|at| lookout.thing(at)).collect();
            for thing in things(*brought).difference(&before) {
                stays.entry(*thing).or_default().brought.insert(*number);
            }
        }
        self.followed.stays = stays;
        self.followed.authors = self.writers.into_people();
        self.followed
    }
}
