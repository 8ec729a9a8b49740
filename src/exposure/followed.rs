//! What following paths backwards says of each secret.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::time::Instant;

use super::facts::{Facts, State, Tally};
use crate::git::{Followed, GitError, Id, NumberSet, Remote, Repo, Stay};
use crate::model::Fingerprint;

/// A commit that is known to have brought a secret.
pub(super) struct Bringing {
    pub(super) seconds: i64,
    pub(super) author: Arc<str>,
}

/// Commits that are known to have brought a secret, wherever they stand.
pub(super) type Brought = BTreeMap<Id, Bringing>;

/// What was followed, and what remotes have of it.
pub(super) struct Trail<'a> {
    followed: &'a Followed,
    remotes: Vec<Reached<'a>>,
}

/// What one remote has.
struct Reached<'a> {
    repo: &'a Repo,
    remote: Remote,
    deadline: Instant,
    /// Everything its branches lead to, and what of it was followed; none when there was no time to tell.
    commits: OnceCell<Option<(HashSet<Id>, NumberSet)>>,
}

impl Reached<'_> {
    fn commits(&self, followed: &Followed) -> Option<&(HashSet<Id>, NumberSet)> {
        let read = || {
            let all = self.repo.reachable(&self.remote.tips, self.deadline)?;
            let numbers = followed.numbers(|id| all.contains(&id));
            Some((all, numbers))
        };
        self.commits.get_or_init(read).as_ref()
    }
}

impl<'a> Trail<'a> {
    /// Asks for remotes only; what they have is read when it decides something.
    pub(super) fn new(repo: &'a Repo, followed: &'a Followed, deadline: Instant) -> Result<Self, GitError> {
        let of = |remote: Remote| Reached { repo, remote, deadline, commits: OnceCell::new() };
        Ok(Self { followed, remotes: repo.remotes()?.into_iter().map(of).collect() })
    }

    /// Asks no remote.
    pub(super) const fn without_remotes(followed: &'a Followed) -> Self {
        Self { followed, remotes: Vec::new() }
    }

    /// Tells whether a commit that was followed holds a secret.
    pub(super) fn holds(&self, secret: Fingerprint, commit: Id) -> bool {
        let held = self.followed.number(commit).zip(self.followed.stay(secret));
        held.is_some_and(|(number, stay)| stay.commits.contains(number))
    }

    /// Adds what is known of a secret to `facts`, and returns the commits that hold it. They are those that
    /// were followed, and `brought`.
    pub(super) fn learn(
        &self,
        facts: &mut Facts,
        secret: Fingerprint,
        brought: &Brought,
        head: Option<Id>,
    ) -> Tally {
        let nowhere = Stay::default();
        let stay = self.followed.stay(secret).unwrap_or(&nowhere);
        let is_followed = |id: Id| self.holds(secret, id);
        let others = || brought.iter().filter(|(id, _)| !is_followed(**id));
        let count = stay.commits.len() + others().count();
        facts.is_partial |= stay.is_partial;
        if count > 0 {
            facts.reaches(State::Committed);
        }
        let head = head.filter(|_| facts.is_at_head);
        if count > 0 || head.is_some() {
            let holds = |id: Id| is_followed(id) || brought.contains_key(&id) || head == Some(id);
            self.push(facts, &stay.commits, brought, &holds);
        }
        // Where it came twice, the earlier time is the better guess; equal times go by the id.
        let of_followed = stay.brought.iter().filter_map(|at| self.followed.commit(at));
        let of_followed = of_followed.map(|commit| (commit.seconds, commit.id));
        let first = of_followed.chain(others().map(|(id, commit)| (commit.seconds, *id))).min();
        let mut authors = self.followed.authors(&stay.commits);
        authors.extend(others().map(|(_, commit)| Arc::clone(&commit.author)));
        Tally { count, first, authors }
    }

    /// Notes where it was pushed to.
    fn push(&self, facts: &mut Facts, commits: &NumberSet, brought: &Brought, holds: &dyn Fn(Id) -> bool) {
        for reached in &self.remotes {
            facts.heard_of = facts.heard_of.max(reached.remote.heard_of);
            let is_pushed = reached.remote.tips.iter().any(|tip| holds(*tip)) || {
                let has = reached.commits(self.followed);
                facts.is_partial |= has.is_none();
                has.is_some_and(|(all, numbers)| {
                    numbers.meets(commits) || brought.keys().any(|id| all.contains(id))
                })
            };
            if is_pushed {
                facts.remotes.insert(reached.remote.shown.clone());
                facts.reaches(State::Pushed);
            }
        }
    }
}
