//! Findings of one document that together open the door.

use std::collections::BTreeSet;

use super::gathering::Pending;
use crate::model::{AlsoAt, Basis, Candidate, Evidence, Fingerprint, Lifetime, Masked, RuleId, neutral};
use crate::rules::{Catalogue, RuleSet, Set};

/// A set found in a document: the candidate for it, and the members it ties together.
#[derive(Debug)]
pub struct FoundSet {
    /// One extra candidate, without a secret, at the first member.
    pub candidate: Candidate,
    /// The other members' places.
    pub others: Vec<AlsoAt>,
    /// The id its members share.
    pub id: Fingerprint,
    /// The members, as indexes into the document's candidates.
    pub members: Vec<usize>,
}

/// Finds the sets among the candidates of one document.
pub(super) fn found(candidates: &[Pending], rules: &RuleSet) -> Vec<FoundSet> {
    rules.sets().iter().filter_map(|set| found_one(candidates, set, rules.catalogue())).collect()
}

fn found_one(candidates: &[Pending], set: &Set, catalogue: &Catalogue) -> Option<FoundSet> {
    let of = |rule: &RuleId| candidates.iter().any(|p| p.candidate.rule == *rule);
    if !set.all.iter().all(of) {
        return None;
    }
    let joins = |p: &Pending| set.all.contains(&p.candidate.rule) || set.with.contains(&p.candidate.rule);
    let members: Vec<usize> =
        candidates.iter().enumerate().filter(|(_, p)| joins(p)).map(|(i, _)| i).collect();
    let fingerprint = |p: &Pending| {
        let class = catalogue.get(&p.candidate.rule).map(crate::rules::Rule::class)?;
        Some(p.candidate.secret.as_ref()?.fingerprint(class))
    };
    let member = |i: &usize| candidates.get(*i);
    let named = set.named_by.iter().find_map(|rule| {
        members.iter().filter_map(member).filter(|p| p.candidate.rule == *rule).filter_map(fingerprint).min()
    });
    let all: BTreeSet<Fingerprint> = members.iter().filter_map(member).filter_map(fingerprint).collect();
    let id = named.or_else(|| all.first().copied())?;
    let mut places: Vec<&Pending> = members.iter().filter_map(member).collect();
    places.sort_by(|a, b| {
        (&a.candidate.place, &a.candidate.rule).cmp(&(&b.candidate.place, &b.candidate.rule))
    });
    let (first, rest) = places.split_first()?;
    let rules: BTreeSet<&RuleId> = places.iter().map(|p| &p.candidate.rule).collect();
    let candidate = Candidate {
        rule: set.rule.clone(),
        basis: Basis::Structure,
        place: first.candidate.place.clone(),
        secret: None,
        prefix_bytes: 0,
        field: String::new(),
        parts: all.iter().map(Fingerprint::to_string).collect(),
        excerpt: first.candidate.excerpt.clone(),
        confidence: places.iter().map(|p| p.candidate.confidence).min()?,
        severity: None,
        evidence: rules
            .iter()
            .map(|rule| Evidence { kind: "member", text: rule_name(rule), weight: 0 })
            .collect(),
        counts: Vec::new(),
        tags: first.candidate.tags.clone(),
        lifetime: Lifetime::default(),
    };
    let also =
        |p: &&Pending| AlsoAt { place: p.candidate.place.clone(), rule: Some(p.candidate.rule.clone()) };
    Some(FoundSet { candidate, others: rest.iter().map(also).collect(), id, members })
}

fn rule_name(rule: &RuleId) -> Masked {
    // Rule ids come from rule files and hold no digits in runs long enough to be masked.
    if rule.as_str().is_empty() { neutral("") } else { crate::model::run_masked(rule.as_str()) }
}
