//! Exposure of what a range of commits adds.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Instant;

use super::facts::{Commit, Facts, reached};
use super::worktree::learn;
use super::{AskedOfRange, Detects};
use crate::git::{Id, Repo};
use crate::model::{Finding, Fingerprint, Place};

/// Says of every finding which commits hold its secret.
pub fn of_range(
    findings: &mut [Finding],
    paths: &[Arc<str>],
    asked: &AskedOfRange<'_>,
    detects: &dyn Detects,
) {
    let deadline = Instant::now() + asked.time_max;
    let mut facts: BTreeMap<Fingerprint, Facts> = BTreeMap::new();
    let mut by_path: BTreeMap<&str, BTreeSet<Fingerprint>> = BTreeMap::new();
    for (finding, path) in findings.iter().zip(paths) {
        let places = std::iter::once(&finding.place).chain(finding.also_at.iter().map(|also| &also.place));
        for (id, commit) in places.filter_map(|place| brought(asked.repo, place)) {
            facts.entry(finding.fingerprint).or_default().add(id, commit);
        }
        if !path.is_empty() {
            by_path.entry(path).or_default().insert(finding.fingerprint);
        }
    }
    for (path, wanted) in &by_path {
        let mut holds = |bytes: &[u8]| detects.fingerprints(path, bytes);
        let followed = asked.repo.follow(asked.head, path, wanted, &mut holds, deadline);
        learn(&mut facts, wanted, &followed);
    }
    if !facts.is_empty() {
        // References that cannot be listed say nothing about what was pushed.
        let reached = reached(asked.repo, deadline).unwrap_or_default();
        facts.values_mut().for_each(|facts| facts.push(&reached, None));
    }
    for finding in findings {
        let facts = facts.get(&finding.fingerprint);
        finding.exposure = facts.map(|facts| facts.exposure(Some(asked.head), asked.now_seconds));
    }
}

fn brought(repo: &Repo, place: &Place) -> Option<(Id, Commit)> {
    let id = Id::from_hex(place.origin.commit.as_deref()?.as_bytes())?;
    let (author, seconds) = repo.authored(id)?;
    Some((id, Commit { seconds, author: author.into(), brings: true }))
}
