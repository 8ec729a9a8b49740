//! Audits of all documents together: what they get, and the findings they give.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Plan;
use super::auditor::AuditedDocument;
use super::old::OldSide;
use super::shown::safe_place;
use super::state::Present;
use crate::audit::{Corpus, CorpusAudit, Ground, Held, Registry, StandingFault, Stands, Worlds};
use crate::model::{Excerpt, Fact, Finding, Fingerprint, Lifetime, People, Place, RuleId, Tag};
use crate::rules::Rule;

/// Takes the facts out of the documents, in the order of their places.
pub(super) fn facts(documents: &mut [AuditedDocument]) -> Vec<Fact> {
    let mut facts: Vec<Fact> =
        documents.iter_mut().flat_map(|document| std::mem::take(&mut document.facts)).collect();
    facts.sort_by(|a, b| (&a.place, a.kind, &a.text).cmp(&(&b.place, b.kind, &b.text)));
    facts
}

/// What was found and noted, and what git knows of it.
#[derive(Clone, Copy)]
pub(super) struct Judged<'a> {
    pub(super) findings: &'a [Finding],
    /// Their paths, before anything is masked.
    pub(super) paths: &'a [Arc<str>],
    pub(super) lifetimes: &'a [Lifetime],
    pub(super) facts: &'a [Fact],
    pub(super) people: &'a People,
}

/// Lets every corpus audit judge.
pub(super) fn judged(
    plan: Plan<'_>,
    judged: Judged<'_>,
    old: &OldSide,
    present: Option<&Present>,
) -> Vec<Finding> {
    let is_present = |held: &Held<'_>| {
        present.is_none_or(|present| {
            let finding = held.finding;
            present.contains(&(finding.rule.clone(), finding.fingerprint, held.path.into()))
        })
    };
    let all = judged.findings.iter().zip(judged.paths).zip(judged.lifetimes);
    let all = all.map(|((finding, path), lifetime)| Held { finding, path, lifetime: *lifetime });
    let (held, gone): (Vec<Held<'_>>, Vec<Held<'_>>) = all.partition(is_present);
    let snapshot = plan.source.snapshot();
    let worlds = Worlds::default();
    let corpus = Corpus {
        worlds: &worlds,
        findings: &held,
        gone: &gone,
        facts: judged.facts,
        people: judged.people,
        snapshot: &*snapshot,
        mode: plan.source.mode(),
        own: plan.own,
        rules: plan.rules,
        ledger: plan.ledger,
        now: plan.now,
    };
    let mut given = Vec::new();
    for audit in Registry::get().chosen_corpora(plan.audits) {
        given.extend(of_audit(plan, audit, &corpus, old));
    }
    given
}

fn of_audit(plan: Plan<'_>, audit: &dyn CorpusAudit, corpus: &Corpus<'_>, old: &OldSide) -> Vec<Finding> {
    let Some(rule) = plan.rules.catalogue().get(&RuleId::new(audit.rule())) else { return Vec::new() };
    let mut stands = Stands::default();
    audit.judge(corpus, &mut stands);
    let mut merged: BTreeMap<(Fingerprint, Arc<str>), Finding> = BTreeMap::new();
    for standing in stands.faults {
        let Some(path) = path_of(&standing) else { continue };
        let fingerprint = fingerprint(rule, &path, &standing.fault.parts);
        // Masking a path costs more than all the rest.
        if let Entry::Vacant(place) = merged.entry((fingerprint, path))
            && let Some(finding) = finding(plan, rule, standing, fingerprint, old)
        {
            place.insert(finding);
        }
    }
    merged.into_values().collect()
}

/// The path a finding is under: that of the first of what it rests on.
fn path_of(standing: &StandingFault) -> Option<Arc<str>> {
    Some(match standing.grounds.first()? {
        Ground::Fact(fact) => fact.place.origin.path.clone().unwrap_or_else(|| "".into()),
        Ground::Finding(_, path) => path.clone().into(),
    })
}

fn fingerprint(rule: &Rule, path: &str, parts: &[String]) -> Fingerprint {
    let parts: BTreeSet<&str> = parts.iter().map(String::as_str).collect();
    let hashed: Vec<&[u8]> = [rule.id.as_str(), path].into_iter().chain(parts).map(str::as_bytes).collect();
    Fingerprint::of(&hashed)
}

fn finding(
    plan: Plan<'_>,
    rule: &Rule,
    standing: StandingFault,
    fingerprint: Fingerprint,
    old: &OldSide,
) -> Option<Finding> {
    let StandingFault { fault, grounds } = standing;
    let is_old = grounds.iter().all(|ground| match ground {
        Ground::Fact(fact) => old.holds_fact(fact),
        Ground::Finding(finding, _) => finding.tags.contains(&Tag::AlreadyThere),
    });
    let (place, excerpt): (Place, Excerpt) = match grounds.into_iter().next()? {
        Ground::Fact(fact) => (safe_place(&fact.place, plan.rules), fact.excerpt),
        Ground::Finding(finding, _) => (finding.place, finding.excerpt),
    };
    let (severity, because) = fault.severity.map_or((rule.severity(), Vec::new()), |(s, why)| (s, vec![why]));
    Some(Finding {
        place,
        rule: rule.id.clone(),
        family: rule.family,
        fingerprint,
        severity,
        severity_because: because,
        confidence: fault.confidence.map_or(rule.confidence(), |c| c.min(rule.confidence())),
        evidence: fault.evidence,
        also_at: Vec::new(),
        also_at_total: 0,
        secret: None,
        excerpt,
        tags: is_old.then_some(Tag::AlreadyThere).into_iter().collect(),
        exposure: None,
        bundle: None,
    })
}
