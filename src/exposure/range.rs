//! Exposure of what a range of commits adds.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use super::facts::Facts;
use super::followed::{Bringing, Brought, Trail};
use super::{AskedOfRange, Detects};
use crate::git::{AtPaths, Id, Repo};
use crate::model::{Exposure, Finding, Fingerprint, Place};

/// Says of every finding which commits hold its secret.
pub fn of_range(
    findings: &mut [Finding],
    paths: &[Arc<str>],
    asked: &AskedOfRange<'_>,
    detects: &dyn Detects,
) {
    let deadline = Instant::now() + asked.time_max;
    let mut brought: BTreeMap<Fingerprint, Brought> = BTreeMap::new();
    let mut by_path: AtPaths<'_> = BTreeMap::new();
    for (finding, path) in findings.iter().zip(paths) {
        let places = std::iter::once(&finding.place).chain(finding.also_at.iter().map(|also| &also.place));
        let by: Brought = places.filter_map(|place| bringing(asked.repo, place)).collect();
        if !by.is_empty() || !path.is_empty() {
            brought.entry(finding.fingerprint).or_default().extend(by);
        }
        if !path.is_empty() {
            by_path.entry(path).or_default().insert(finding.fingerprint);
        }
    }
    let mut holds = |path: &str, bytes: &[u8]| detects.fingerprints(path, bytes);
    let followed = asked.repo.follow(asked.head, &by_path, &mut holds, deadline);
    // References that cannot be listed say nothing about what was pushed.
    let trail =
        Trail::new(asked.repo, &followed, deadline).unwrap_or_else(|_| Trail::without_remotes(&followed));
    let mut told: BTreeMap<Fingerprint, Exposure> = BTreeMap::new();
    for (fingerprint, brought) in &brought {
        let mut facts = Facts::default();
        let tally = trail.learn(&mut facts, *fingerprint, brought, None);
        let at_head = trail.holds(*fingerprint, asked.head) || brought.contains_key(&asked.head);
        told.insert(*fingerprint, facts.told(&tally, Some(at_head), asked.now_seconds));
    }
    for finding in findings {
        finding.exposure = told.get(&finding.fingerprint).cloned();
    }
}

fn bringing(repo: &Repo, place: &Place) -> Option<(Id, Bringing)> {
    let id = Id::from_hex(place.origin.commit.as_deref()?.as_bytes())?;
    let (author, seconds) = repo.authored(id)?;
    Some((id, Bringing { seconds, author: author.into() }))
}
