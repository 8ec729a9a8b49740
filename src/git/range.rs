//! Ranges of commits, and what each commit adds.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap};

use super::object::{Fault, ObjectKind};
use super::objects::Reader;
use super::parse::{self, CommitData};
use super::refs::resolved;
use super::tree::{Difference, Entry, META_BYTES_MAX};
use super::{GitError, Id, Repo, problem};
use crate::model::{Problem, SkipReason};

/// Commits looked at after the walk seems done: clocks of authors are not in order.
const SLOP: usize = 16;

/// Tags of tags that are followed.
const TAGS_MAX: usize = 16;

/// What `B` reaches and none of `hidden` does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Range {
    /// Where to stop; none for everything.
    pub hidden: Vec<Id>,
    /// Where to begin.
    pub head: Id,
}

/// The commits of a range.
#[derive(Debug, Default)]
pub struct Commits {
    /// Newest first.
    pub ids: Vec<Id>,
    /// What of history is not here.
    pub problems: Vec<Problem>,
}

/// What one commit adds.
#[derive(Debug, Default)]
pub struct Added {
    /// Blobs that none of its parents holds at their path.
    pub new: Vec<Entry>,
    /// What its parents hold at the paths it changes and deletes.
    pub old: Vec<Entry>,
    /// What could not be compared.
    pub problems: Vec<Problem>,
}

impl Repo {
    /// Returns the commit that a revision names.
    ///
    /// # Errors
    /// When it names none, or a commit that is not here.
    pub fn commit_named(&self, spec: &str) -> Result<Id, GitError> {
        let wrong = |detail: &str| GitError::Revision { spec: spec.to_owned(), detail: detail.to_owned() };
        let id = match Id::from_hex(spec.as_bytes()) {
            Some(id) => id,
            None => {
                let local = self.local();
                let known = self.by_tables(spec)?;
                let found = local.rev_parse_single(known.as_str()).map(|id| Id(id.detach()));
                found.map_err(|error| wrong(&error.to_string()))?
            }
        };
        let mut at = id;
        let (mut reader, mut bytes) = (self.reader(), Vec::new());
        for _ in 0..TAGS_MAX {
            match reader.read(at, META_BYTES_MAX, &mut bytes) {
                Ok(ObjectKind::Commit) => return Ok(at),
                Ok(ObjectKind::Tag) => match parse::tag(&bytes) {
                    Some((target, _)) => at = target,
                    None => return Err(wrong("the tag is damaged")),
                },
                Ok(_) => return Err(wrong("it is no commit")),
                Err(Fault::Missing) => return Err(wrong("there is no such commit here")),
                Err(_) => return Err(wrong("it is damaged")),
            }
        }
        Err(wrong("it is a tag of too many tags"))
    }

    /// Puts the id in place of a name that tables know, and leaves what follows it.
    fn by_tables(&self, spec: &str) -> Result<String, GitError> {
        let end = spec.find(['^', '~', ':', '@']).unwrap_or(spec.len());
        let (name, rest) = spec.split_at_checked(end).unwrap_or((spec, ""));
        let tables = self.tables()?;
        let id = tables.and_then(|tables| resolved(&tables, if name.is_empty() { "HEAD" } else { name }));
        Ok(id.map_or_else(|| spec.to_owned(), |id| format!("{id}{rest}")))
    }

    /// Returns the best common ancestor of two commits, where there is one and it is here.
    #[must_use]
    pub fn merge_base(&self, one: Id, other: Id) -> Option<Id> {
        let local = self.local();
        local.merge_base(one.0, other.0).ok().flatten().map(|id| Id(id.detach()))
    }

    /// Returns the commits of a range.
    #[must_use]
    pub fn commits(&self, range: &Range) -> Commits {
        let shallow: BTreeSet<Id> = self.shallow().into_iter().collect();
        Walk { reader: self.reader(), shallow, known: HashMap::new(), open: BinaryHeap::new() }.run(range)
    }

    /// Returns the commits from `head` on that were made at `seconds` or later.
    #[must_use]
    pub fn commits_since(&self, head: Id, seconds: i64) -> Commits {
        let mut commits = self.commits(&Range { hidden: Vec::new(), head });
        let mut reader = self.reader();
        commits.ids.retain(|id| reader.commit(*id).is_ok_and(|data| data.committer.seconds >= seconds));
        commits
    }

    /// Returns the last commit before `seconds` on the first-parent line of `head`.
    #[must_use]
    pub fn commit_before(&self, head: Id, seconds: i64) -> Option<Id> {
        let mut reader = self.reader();
        let mut at = head;
        loop {
            let data = reader.commit(at).ok()?;
            if data.committer.seconds < seconds {
                return Some(at);
            }
            at = *data.parents.first()?;
        }
    }

    /// Compares a commit with each of its parents. What a merge takes from one of them is not
    /// new; what it makes itself is.
    #[must_use]
    pub fn added(&self, reader: &mut Reader<'_>, commit: Id) -> Added {
        let mut added = Added::default();
        let Ok(data) = reader.commit(commit) else {
            added.problems.push(lost(commit, Fault::Damaged));
            return added;
        };
        let mut parents = Vec::new();
        for parent in &data.parents {
            match reader.commit(*parent) {
                Ok(parent) => parents.push(Some(parent.tree)),
                Err(fault) => added.problems.push(lost(*parent, fault)),
            }
        }
        if !added.problems.is_empty() {
            // Compared with too few parents everything would look new.
            return added;
        }
        if parents.is_empty() {
            parents.push(None);
        }
        let problems = &mut added.problems;
        let mut differences = parents.into_iter().map(|parent| {
            reader.difference(parent, Some(data.tree), &mut |tree, fault| problems.push(lost(tree, fault)))
        });
        let Difference { mut new, mut old } = differences.next().unwrap_or_default();
        for difference in differences {
            let also: BTreeSet<&Entry> = difference.new.iter().collect();
            new.retain(|entry| also.contains(entry));
            old.extend(difference.old);
        }
        old.sort();
        old.dedup();
        added.new = new;
        added.old = old;
        added
    }

    /// Returns what lies between two commits: the files that differ, of both sides. Everything is new
    /// where there is no first one.
    #[must_use]
    pub fn changed(&self, reader: &mut Reader<'_>, from: Option<Id>, to: Id) -> Added {
        let mut changed = Added::default();
        let mut tree = |commit: Id| match reader.commit(commit) {
            Ok(commit) => Some(commit.tree),
            Err(fault) => {
                changed.problems.push(lost(commit, fault));
                None
            }
        };
        let old = from.map(&mut tree);
        let (old, Some(new)) = (old.flatten(), tree(to)) else { return changed };
        if from.is_some() && old.is_none() {
            // Compared with nothing everything would look new.
            return changed;
        }
        let problems = &mut changed.problems;
        let difference =
            reader.difference(old, Some(new), &mut |tree, fault| problems.push(lost(tree, fault)));
        changed.new = difference.new;
        changed.old = difference.old;
        changed
    }

    /// Returns a commit's headers and its message.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn commit_text(&self, reader: &mut Reader<'_>, commit: Id) -> Result<(Vec<u8>, Vec<u8>), Fault> {
        let mut bytes = Vec::new();
        reader.read(commit, META_BYTES_MAX, &mut bytes)?;
        let at = parse::commit(&bytes).ok_or(Fault::Damaged)?.message_at;
        let message = bytes.split_off(at.min(bytes.len()));
        Ok((bytes, message))
    }
}

fn lost(id: Id, fault: Fault) -> Problem {
    problem(".", fault.reason(), format!("object {id}"))
}

/// Walks both sides by time, newest first, until only what is hidden is left.
struct Walk<'r> {
    reader: Reader<'r>,
    shallow: BTreeSet<Id>,
    known: HashMap<Id, Seen>,
    open: BinaryHeap<(i64, Reverse<Id>)>,
}

struct Seen {
    data: CommitData,
    is_hidden: bool,
}

impl Walk<'_> {
    fn run(mut self, range: &Range) -> Commits {
        let mut commits = Commits::default();
        let tips = range.hidden.iter().map(|id| (*id, true)).chain([(range.head, false)]);
        for (id, is_hidden) in tips {
            self.see(id, is_hidden, &mut commits.problems);
        }
        let mut found: BTreeMap<Id, i64> = BTreeMap::new();
        let mut slop = SLOP;
        while let Some((seconds, Reverse(id))) = self.open.pop() {
            let Some(seen) = self.known.get(&id) else { continue };
            let (parents, is_hidden) = (seen.data.parents.clone(), seen.is_hidden);
            if !is_hidden {
                found.insert(id, seconds);
            }
            if self.shallow.contains(&id) {
                if !is_hidden {
                    // Its parents are not here, so what it adds cannot be told.
                    found.remove(&id);
                    commits.problems.push(problem(
                        ".",
                        SkipReason::Shallow,
                        format!("history ends at {id}; `git fetch --unshallow` gets the rest"),
                    ));
                }
                continue;
            }
            for parent in parents {
                self.see(parent, is_hidden, &mut commits.problems);
            }
            let oldest = found.values().min().copied().unwrap_or(i64::MIN);
            if self.only_hidden_older_than(oldest) {
                slop -= 1;
                if slop == 0 {
                    break;
                }
            }
        }
        found.retain(|id, _| self.known.get(id).is_some_and(|seen| !seen.is_hidden));
        let mut ids: Vec<(i64, Id)> = found.into_iter().map(|(id, seconds)| (seconds, id)).collect();
        ids.sort_unstable_by_key(|(seconds, id)| (Reverse(*seconds), *id));
        commits.ids = ids.into_iter().map(|(_, id)| id).collect();
        commits.problems.sort();
        commits.problems.dedup();
        commits
    }

    fn only_hidden_older_than(&self, oldest: i64) -> bool {
        let is_hidden = |id: &Id| self.known.get(id).is_some_and(|seen| seen.is_hidden);
        self.open.peek().is_some_and(|(seconds, _)| *seconds < oldest)
            && self.open.iter().all(|(_, Reverse(id))| is_hidden(id))
    }

    fn see(&mut self, id: Id, is_hidden: bool, problems: &mut Vec<Problem>) {
        if let Some(seen) = self.known.get_mut(&id) {
            if is_hidden && !seen.is_hidden {
                self.hide(id);
            }
            return;
        }
        match self.reader.commit(id) {
            Ok(data) => {
                self.open.push((data.committer.seconds, Reverse(id)));
                self.known.insert(id, Seen { data, is_hidden });
            }
            // What a hidden side lacks hides nothing that is here, but may hide what it should.
            Err(fault) => problems.push(lost(id, fault)),
        }
    }

    /// Hides a commit and everything below it that was seen.
    fn hide(&mut self, id: Id) {
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            if let Some(seen) = self.known.get_mut(&id)
                && !seen.is_hidden
            {
                seen.is_hidden = true;
                open.extend(seen.data.parents.iter().copied());
            }
        }
    }
}
