//! What is known of one secret, gathered from its places.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;

use crate::git::{GitError, Id, Remote, Repo, Told};
use crate::model::Exposure;

/// How far something got, the furthest last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum State {
    Ignored,
    Untracked,
    Unstaged,
    Staged,
    Committed,
    Pushed,
}

impl State {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Ignored => "ignored",
            Self::Untracked => "untracked",
            Self::Unstaged => "unstaged",
            Self::Staged => "staged",
            Self::Committed => "committed",
            Self::Pushed => "pushed",
        }
    }
}

/// A commit that holds the secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Commit {
    pub(super) seconds: i64,
    pub(super) author: Arc<str>,
    /// Whether none of its parents holds it.
    pub(super) brings: bool,
}

/// The commits that hold a secret, in figures.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    pub(super) count: usize,
    /// When it came, and with which commit.
    pub(super) first: Option<(i64, Id)>,
    pub(super) authors: BTreeSet<Arc<str>>,
}

/// What is known of one secret.
#[derive(Debug, Clone, Default)]
pub(super) struct Facts {
    pub(super) state: Option<State>,
    pub(super) ignored_by: Option<String>,
    pub(super) commits: BTreeMap<Id, Commit>,
    pub(super) is_partial: bool,
    /// Whether HEAD holds it, known without its history.
    pub(super) is_at_head: bool,
    pub(super) remotes: BTreeSet<String>,
    pub(super) heard_of: Option<i64>,
    /// When a reference with it in its name was first here.
    named_since: Option<i64>,
}

impl Facts {
    pub(super) fn reaches(&mut self, state: State) {
        self.state = self.state.max(Some(state));
    }

    pub(super) fn add(&mut self, id: Id, commit: Commit) {
        let known = self.commits.entry(id).or_insert_with(|| commit.clone());
        // At another path of the same commit it may have been there before.
        known.brings &= commit.brings;
        self.reaches(State::Committed);
    }

    /// Notes where it was pushed to.
    pub(super) fn push(&mut self, reached: &[Reached], head: Option<Id>) {
        let head = head.filter(|_| self.is_at_head);
        if self.commits.is_empty() && head.is_none() {
            return;
        }
        for remote in reached {
            self.heard_of = self.heard_of.max(remote.heard_of);
            let is_tip = |commit: &Id| remote.tips.contains(commit);
            match &remote.commits {
                _ if head.as_ref().is_some_and(is_tip) || self.commits.keys().any(is_tip) => {
                    self.remotes.insert(remote.shown.clone());
                    self.reaches(State::Pushed);
                }
                None => self.is_partial = true,
                Some(commits) if self.commits.keys().any(|commit| commits.contains(commit)) => {
                    self.remotes.insert(remote.shown.clone());
                    self.reaches(State::Pushed);
                }
                Some(_) => {}
            }
        }
    }

    /// Notes a branch or tag whose name holds it.
    pub(super) fn refer(&mut self, reference: Option<&Told>) {
        let Some(reference) = reference else { return };
        self.named_since = self.named_since.into_iter().chain(reference.since).min();
        if let Some(remote) = &reference.remote {
            self.remotes.insert(remote.clone());
            self.heard_of = self.heard_of.max(reference.heard_of);
            self.reaches(State::Pushed);
        }
    }

    /// Returns who made a commit that holds it.
    pub(super) fn knowers(&self) -> BTreeSet<Arc<str>> {
        self.commits.values().map(|commit| Arc::clone(&commit.author)).collect()
    }

    fn tally(&self) -> Tally {
        // Where it came twice, the earlier time is the better guess; equal times go by the id.
        let brought = self.commits.iter().filter(|(_, commit)| commit.brings);
        let first = brought.map(|(id, commit)| (commit.seconds, *id)).min();
        Tally { count: self.commits.len(), first, authors: self.knowers() }
    }

    /// Returns what a report says.
    pub(super) fn exposure(&self, head: Option<Id>, now_seconds: i64) -> Exposure {
        let at_head = head.map(|head| self.is_at_head || self.commits.contains_key(&head));
        self.told(&self.tally(), at_head, now_seconds)
    }

    /// Returns what a report says of commits that were counted elsewhere.
    pub(super) fn told(&self, tally: &Tally, at_head: Option<bool>, now_seconds: i64) -> Exposure {
        let count = |n: usize| (n > 0).then(|| u64::try_from(n).unwrap_or(u64::MAX));
        let since = tally.first.map(|(seconds, _)| seconds).or(self.named_since);
        let age = since.and_then(|seconds| u64::try_from(now_seconds - seconds).ok());
        Exposure {
            state: self.state.map(|state| state.as_str().to_owned()),
            ignored_by: self.ignored_by.clone().filter(|_| self.state == Some(State::Ignored)),
            remotes: self.remotes.iter().cloned().collect(),
            as_of: self.heard_of.and_then(rfc3339),
            first_commit: tally.first.map(|(_, id)| id.to_string()),
            first_seen: since.and_then(rfc3339),
            age_days: age.map(|seconds| seconds / 86_400),
            commits: count(tally.count),
            authors: count(tally.authors.len()),
            at_head,
            partial: self.is_partial,
        }
    }
}

fn rfc3339(seconds: i64) -> Option<String> {
    Some(Timestamp::from_second(seconds).ok()?.to_string())
}

/// What one remote has.
pub(super) struct Reached {
    shown: String,
    heard_of: Option<i64>,
    tips: Vec<Id>,
    /// None when there was no time to tell.
    commits: Option<HashSet<Id>>,
}

/// Asks what each remote has.
pub(super) fn reached(repo: &Repo, deadline: Instant) -> Result<Vec<Reached>, GitError> {
    let of = |remote: Remote| Reached {
        commits: repo.reachable(&remote.tips, deadline),
        shown: remote.shown,
        heard_of: remote.heard_of,
        tips: remote.tips,
    };
    Ok(repo.remotes()?.into_iter().map(of).collect())
}
