//! What is known of one secret, gathered from its places.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;

use crate::git::{Id, Told};
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

    /// Returns what a report says, with the commits that hold it.
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
