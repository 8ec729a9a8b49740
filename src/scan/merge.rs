//! Candidates become findings: one per rule, secret and path.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::auditor::AuditedDocument;
use super::old::OldSide;
use super::shown::safe_place;
use crate::detect::Gathered;
use crate::exposure::{Holder, Holders};
use crate::model::{
    AlsoAt, Candidate, Evidence, Finding, Fingerprint, Lifetime, Limits, Place, PlaceKind, RuleId,
    SecretShown, Tag, run_masked,
};
use crate::rules::{Rule, RuleSet};

/// What makes two candidates one finding.
pub(super) type Key = (RuleId, Fingerprint, Arc<str>, Vec<String>);

struct Group {
    candidates: Vec<Candidate>,
    also_at: Vec<AlsoAt>,
    bundle: Option<Fingerprint>,
    /// Whether nothing of it is new.
    is_old: bool,
}

/// What the documents gave, merged, beside each other.
#[derive(Debug, Default)]
pub(super) struct Merged {
    pub(super) findings: Vec<Finding>,
    /// Their paths, before anything is masked.
    pub(super) paths: Vec<Arc<str>>,
    /// What all places of their secrets tell about how long those work.
    pub(super) lifetimes: Vec<Lifetime>,
}

/// Merges what the documents gave.
pub(super) fn merged(
    documents: Vec<AuditedDocument>,
    old: &OldSide,
    rules: &RuleSet,
    limits: &Limits,
) -> Merged {
    let mut groups: BTreeMap<Key, Group> = BTreeMap::new();
    for document in documents {
        gather(document, rules, &mut groups);
    }
    for (key, group) in &mut groups {
        // What the change added comes first, so that it is what the finding shows.
        group.candidates.sort_by_cached_key(|c| (old.holds(c, key.1), c.place.clone()));
        group.is_old = group.candidates.first().is_some_and(|c| old.holds(c, key.1));
    }
    let mut places: BTreeMap<(RuleId, Fingerprint), Vec<Place>> = BTreeMap::new();
    for (key, group) in &groups {
        let all = places.entry((key.0.clone(), key.1)).or_default();
        all.extend(group.candidates.first().map(|c| safe_place(&c.place, rules)));
    }
    places.values_mut().for_each(|places| places.sort());
    let lifetimes = lifetimes(&groups);
    let mut merged = Merged::default();
    for (key, group) in groups {
        let elsewhere = places.get(&(key.0.clone(), key.1)).map_or(&[][..], Vec::as_slice);
        let Some(finding) = finding(&key, group, elsewhere, rules, limits) else { continue };
        merged.lifetimes.push(lifetimes.get(&finding.fingerprint).copied().unwrap_or_default());
        merged.findings.push(finding);
        merged.paths.push(key.2);
    }
    merged
}

fn lifetimes(groups: &BTreeMap<Key, Group>) -> BTreeMap<Fingerprint, Lifetime> {
    let mut lifetimes: BTreeMap<Fingerprint, Lifetime> = BTreeMap::new();
    for (key, group) in groups {
        let joined = lifetimes.entry(key.1).or_default();
        group.candidates.iter().for_each(|candidate| joined.join(candidate.lifetime));
    }
    lifetimes
}

fn gather(document: AuditedDocument, rules: &RuleSet, groups: &mut BTreeMap<Key, Group>) {
    let gathered = document.gathered;
    let keys = keys(&gathered, rules);
    for (candidate, key) in gathered.candidates.into_iter().zip(&keys) {
        groups.entry(key.clone()).or_insert_with(Group::empty).candidates.push(candidate);
    }
    for set in gathered.sets {
        for member in &set.members {
            if let Some(group) = keys.get(*member).and_then(|key| groups.get_mut(key)) {
                group.bundle = Some(set.id);
            }
        }
        let key = key_of(&set.candidate, 1, rules);
        let group = groups.entry(key).or_insert_with(Group::empty);
        group.candidates.push(set.candidate);
        group.also_at.extend(set.others);
        group.bundle = Some(set.id);
    }
}

impl Group {
    const fn empty() -> Self {
        Self { candidates: Vec::new(), also_at: Vec::new(), bundle: None, is_old: false }
    }
}

/// The objects that hold what was found.
pub(super) fn holders(documents: &[AuditedDocument], rules: &RuleSet) -> Holders {
    let mut holders = Holders::new();
    for document in documents {
        let candidates = document.gathered.candidates.iter().map(|c| &c.place);
        let places = candidates.chain(document.gathered.sets.iter().map(|set| &set.candidate.place));
        for (key, place) in keys(&document.gathered, rules).into_iter().zip(places) {
            let origin = &place.origin;
            let holder = match origin.kind {
                // What a reference points to does not hold its name.
                PlaceKind::RefName => origin.reference.clone().map(Holder::Reference),
                PlaceKind::FileName => origin.path.clone().map(Holder::Name),
                _ => origin.object.clone().map(Holder::Object),
            };
            holders.entry(key.1).or_default().extend(holder);
        }
    }
    holders
}

/// What each candidate of a document is merged by, in their order, and then each set.
pub(super) fn keys(gathered: &Gathered, rules: &RuleSet) -> Vec<Key> {
    let mut ordinals: BTreeMap<(RuleId, String), usize> = BTreeMap::new();
    let candidates = gathered.candidates.iter().map(|candidate| {
        let ordinal = ordinals.entry((candidate.rule.clone(), candidate.field.clone())).or_default();
        *ordinal += 1;
        key_of(candidate, *ordinal, rules)
    });
    let sets = gathered.sets.iter().map(|set| key_of(&set.candidate, 1, rules));
    candidates.chain(sets).collect()
}

fn key_of(candidate: &Candidate, ordinal: usize, rules: &RuleSet) -> Key {
    let path: Arc<str> = candidate.place.origin.path.clone().unwrap_or_else(|| "".into());
    let fingerprint = fingerprint(candidate, &path, ordinal, rules);
    (candidate.rule.clone(), fingerprint, path, candidate.place.inner.clone())
}

/// Names a candidate across runs. What could be guessed is named by its place, never by its value.
fn fingerprint(candidate: &Candidate, path: &str, ordinal: usize, rules: &RuleSet) -> Fingerprint {
    let rule = rules.catalogue().get(&candidate.rule);
    match &candidate.secret {
        Some(secret) if !rule.is_none_or(Rule::is_guessable) => {
            secret.fingerprint(rule.map_or("", Rule::class))
        }
        Some(_) => {
            let ordinal = ordinal.to_string();
            let parts = [candidate.rule.as_str(), path, &candidate.field, &ordinal].map(str::as_bytes);
            Fingerprint::of(&parts)
        }
        None => {
            let head = [candidate.rule.as_str(), path];
            let parts: Vec<&[u8]> = head
                .into_iter()
                .chain(candidate.parts.iter().map(String::as_str))
                .map(str::as_bytes)
                .collect();
            Fingerprint::of(&parts)
        }
    }
}

fn finding(
    key: &Key,
    group: Group,
    elsewhere: &[Place],
    rules: &RuleSet,
    limits: &Limits,
) -> Option<Finding> {
    let rule = rules.catalogue().get(&key.0)?;
    let mut candidates = group.candidates;
    let first = if candidates.is_empty() { return None } else { candidates.remove(0) };
    let place = safe_place(&first.place, rules);
    let same_origin = |other: &Place| other.origin == place.origin && other.inner == place.inner;
    let safe_also = |also: AlsoAt| AlsoAt { place: safe_place(&also.place, rules), rule: also.rule };
    let at = |place: Place| AlsoAt { place, rule: None };
    let mut evidence = first.evidence;
    let mut counts = first.counts;
    for more in &candidates {
        if more.place.origin == first.place.origin && more.place.inner == first.place.inner {
            add(&mut counts, &more.counts);
        }
    }
    evidence.extend(counts.into_iter().map(counted));
    let mut also_at: Vec<AlsoAt> = group.also_at.into_iter().map(safe_also).collect();
    also_at.extend(
        candidates.into_iter().map(|c| safe_also(at(c.place))).filter(|also| !same_origin(&also.place)),
    );
    also_at.sort();
    also_at.dedup();
    // Of thousands of places only those that are kept are looked at.
    let also_at_total = also_at.len() + elsewhere.len().saturating_sub(1);
    let further = elsewhere.iter().filter(|other| **other != place).take(limits.also_at_max);
    also_at.extend(further.cloned().map(at));
    also_at.sort();
    also_at.truncate(limits.also_at_max);
    let secret = first.secret.as_ref().map(|secret| SecretShown {
        redacted: secret.masked(rule.masking(first.prefix_bytes)),
        length: (!rule.is_guessable()).then(|| secret.len()),
    });
    let mut tags = first.tags;
    if group.is_old {
        tags.insert(Tag::AlreadyThere);
    }
    let (severity, because) = first.severity.map_or((rule.severity(), Vec::new()), |(s, why)| (s, vec![why]));
    Some(Finding {
        place,
        rule: first.rule,
        family: rule.family,
        fingerprint: key.1,
        severity,
        severity_because: because,
        confidence: first.confidence,
        evidence,
        also_at,
        also_at_total,
        secret,
        excerpt: first.excerpt,
        tags,
        exposure: None,
        bundle: group.bundle,
    })
}

/// Adds what another part of the same document counts.
fn add(counts: &mut Vec<(&'static str, usize)>, more: &[(&'static str, usize)]) {
    for (what, count) in more {
        match counts.iter_mut().find(|(known, _)| known == what) {
            Some((_, sum)) => *sum += count,
            None => counts.push((what, *count)),
        }
    }
}

fn counted((what, count): (&'static str, usize)) -> Evidence {
    Evidence { kind: what, text: run_masked(&count.to_string()), weight: 0 }
}
