//! Exposure of what a whole history holds.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::facts::{Commit, Facts, State};
use super::severity;
use crate::git::{Attribution, CommitSet, Id, Wanted};
use crate::model::{Exposure, Finding, Fingerprint, Tag};

/// The objects that hold each secret, in hex: blobs, and commits by their messages.
pub type Holders = BTreeMap<Fingerprint, BTreeSet<Arc<str>>>;

/// Says of every finding how far its secret got, which of them are gone from HEAD, and which no
/// reference reaches.
pub fn of_history(findings: &mut [Finding], holders: &Holders, attribution: &Attribution, now_seconds: i64) {
    let case = Case { attribution, now_seconds };
    let mut known: BTreeMap<Fingerprint, (Exposure, bool, bool)> = BTreeMap::new();
    for finding in findings {
        let (exposure, is_gone, is_unreachable) = known.entry(finding.fingerprint).or_insert_with(|| {
            let objects = holders.get(&finding.fingerprint);
            case.of_objects(objects.into_iter().flatten())
        });
        if *is_gone {
            finding.tags.insert(Tag::HistoryOnly);
        }
        if *is_unreachable {
            finding.tags.insert(Tag::Unreachable);
        }
        finding.exposure = Some(exposure.clone());
        severity::raise(finding);
    }
}

struct Case<'a> {
    attribution: &'a Attribution,
    now_seconds: i64,
}

impl Case<'_> {
    /// Returns the facts, whether HEAD lacks it, and whether no reference reaches it.
    fn of_objects<'o>(&self, objects: impl Iterator<Item = &'o Arc<str>>) -> (Exposure, bool, bool) {
        let attribution = self.attribution;
        let mut facts = Facts::default();
        let mut commits = CommitSet::default();
        let (mut is_held_otherwise, mut is_anywhere) = (false, false);
        for id in objects.filter_map(|hex| Id::from_hex(hex.as_bytes())) {
            is_anywhere = true;
            if let Some(rank) = attribution.graph.rank(id) {
                commits.insert(rank);
            }
            for named in attribution.named.get(&Wanted::Blob(id)).into_iter().flatten() {
                commits.extend(&named.commits);
            }
            if attribution.staged.contains_key(&id) {
                facts.reaches(State::Staged);
                is_held_otherwise = true;
            }
            is_held_otherwise |= attribution.pinned.contains(&id);
        }
        // Names of files and references have no object of their own to be looked up by.
        let first = commits.iter().next();
        for rank in commits.iter() {
            let Some(commit) = attribution.graph.commit(rank) else { continue };
            let brings = first == Some(rank);
            let author = Arc::clone(&commit.author);
            facts.add(commit.id, Commit { seconds: commit.seconds, author, brings });
        }
        for (shown, heard_of, has) in &attribution.remotes {
            if has.meets(&commits) {
                facts.remotes.insert(shown.clone());
                facts.reaches(State::Pushed);
            }
            if !commits.is_empty() {
                facts.heard_of = facts.heard_of.max(*heard_of);
            }
        }
        let head = attribution.head.and_then(|rank| attribution.graph.commit(rank)).map(|commit| commit.id);
        let at_head = attribution.head.is_some_and(|head| commits.contains(head));
        let is_unreachable = is_anywhere && !is_held_otherwise && !attribution.reached.meets(&commits);
        let is_gone = is_anywhere && !at_head;
        (facts.exposure(head, self.now_seconds), is_gone, is_unreachable)
    }
}
