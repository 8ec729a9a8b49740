//! What several repositories share: credentials, their owners, outside parties.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{
    Across, AcrossKind, AlsoAt, Confidence, Evidence, Family, Finding, Fingerprint, Fleet, Limits, RuleId,
    Severity, run_masked,
};

/// The rule of a credential that stands in several repositories.
pub const SAME_CREDENTIAL: &str = "same-credential-many-places";
/// The rule that names outside parties in its evidence.
const SENT: &str = "credential-sent-to-third-party";
/// Kinds of evidence that are no party.
const NO_PARTY: [&str; 2] = ["credential", "content"];

/// What is known of one credential, set or party.
#[derive(Default)]
struct Seen<'f> {
    members: BTreeSet<usize>,
    /// What shows it: the first finding of each repository.
    findings: Vec<&'f Finding>,
}

impl<'f> Seen<'f> {
    fn add(&mut self, member: usize, finding: &'f Finding) {
        if self.members.insert(member) {
            self.findings.push(finding);
        }
    }
}

type SeenBy<'f, K> = BTreeMap<K, Seen<'f>>;

/// Finds what several members share. The findings come in the order of their members.
#[must_use]
pub(super) fn across(findings: &[Finding], fleet: &Fleet) -> (Vec<Across>, Vec<Finding>) {
    let (mut credentials, mut owners, mut parties): (SeenBy<'_, _>, SeenBy<'_, _>, SeenBy<'_, _>) =
        (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for finding in findings {
        let Some(member) = fleet.member_of(finding.place.origin.root) else { continue };
        if is_credential(finding) {
            credentials.entry(finding.fingerprint).or_default().add(member, finding);
            if let Some(owner) = finding.bundle {
                owners.entry(owner).or_default().add(member, finding);
            }
        }
        for party in parties_of(finding) {
            parties.entry(party.to_owned()).or_default().add(member, finding);
        }
    }
    let is_shared = |seen: &Seen<'_>| seen.members.len() > 1;
    credentials.retain(|_, seen| is_shared(seen));
    parties.retain(|_, seen| is_shared(seen));
    // A set that is the same wherever it is says no more than its credentials do.
    let told: BTreeSet<&BTreeSet<usize>> = credentials.values().map(|seen| &seen.members).collect();
    owners.retain(|_, seen| is_shared(seen) && !told.contains(&seen.members));
    let noted = |kind, what: String, fingerprint, seen: &Seen<'_>, rule: &RuleId| Across {
        kind,
        what,
        rule: rule.clone(),
        fingerprint,
        members: seen.members.iter().copied().collect(),
        clients: clients(&seen.members, fleet),
    };
    let of_secrets = |kind, seen: &SeenBy<'_, Fingerprint>| {
        let noted = seen.iter().filter_map(|(fingerprint, seen)| {
            let first = seen.findings.first()?;
            Some(noted(kind, shown(first), Some(*fingerprint), seen, &first.rule))
        });
        noted.collect::<Vec<_>>()
    };
    let mut all = of_secrets(AcrossKind::Credential, &credentials);
    all.extend(of_secrets(AcrossKind::Owner, &owners));
    let sent = RuleId::new(SENT);
    all.extend(parties.into_iter().map(|(host, seen)| noted(AcrossKind::Party, host, None, &seen, &sent)));
    // What concerns most comes first.
    all.sort_by(|one, other| {
        (one.kind, other.clients, other.members.len(), one).cmp(&(
            other.kind,
            one.clients,
            one.members.len(),
            other,
        ))
    });
    let found = credentials.values().filter_map(|seen| same_credential(seen, fleet)).collect();
    (all, found)
}

/// Guessable kinds are named by their places, so they are never the same anywhere.
fn is_credential(finding: &Finding) -> bool {
    finding.family == Family::Leak && finding.secret.as_ref().is_some_and(|secret| secret.length.is_some())
}

fn parties_of(finding: &Finding) -> impl Iterator<Item = &str> {
    let is_sent = finding.rule.as_str() == SENT;
    let evidence = finding.evidence.iter().filter(move |e| is_sent && !NO_PARTY.contains(&e.kind));
    evidence.map(|evidence| evidence.text.as_str()).filter(|text| text.contains('.') && !text.contains(' '))
}

fn shown(finding: &Finding) -> String {
    finding.secret.as_ref().map(|secret| secret.redacted.as_str().to_owned()).unwrap_or_default()
}

/// Counts whose repositories they are; where nobody says, each is somebody's own.
fn clients(members: &BTreeSet<usize>, fleet: &Fleet) -> usize {
    let of = |member: &usize| {
        let client = fleet.members.get(*member).and_then(|member| member.client.as_deref());
        client.map_or_else(|| (1, member.to_string()), |client| (0, client.to_owned()))
    };
    members.iter().map(of).collect::<BTreeSet<_>>().len()
}

/// The finding about a credential that stands in several repositories, at the first of them.
fn same_credential(seen: &Seen<'_>, fleet: &Fleet) -> Option<Finding> {
    let first = seen.findings.first()?;
    let fingerprint = first.fingerprint.to_string();
    let places = seen.findings.iter().skip(1).map(|finding| AlsoAt {
        place: finding.place.clone(),
        rule: Some(finding.rule.clone()).filter(|rule| *rule != first.rule),
    });
    let name = |member: &usize| fleet.members.get(*member).map(|member| run_masked(&member.at));
    let names = seen.members.iter().take(3).filter_map(name);
    Some(Finding {
        place: first.place.clone(),
        rule: RuleId::new(SAME_CREDENTIAL),
        family: Family::Lifecycle,
        fingerprint: Fingerprint::of(&[SAME_CREDENTIAL.as_bytes(), b"fleet", fingerprint.as_bytes()]),
        severity: Severity::Medium,
        severity_because: Vec::new(),
        confidence: Confidence::High,
        evidence: std::iter::once(Evidence {
            kind: "credential",
            text: run_masked(first.rule.as_str()),
            weight: 0,
        })
        .chain(names.map(|text| Evidence { kind: "repository", text, weight: 0 }))
        .collect(),
        also_at: places.clone().take(Limits::STANDARD.also_at_max).collect(),
        also_at_total: places.count(),
        secret: first.secret.clone(),
        excerpt: crate::model::Excerpt::default(),
        tags: std::collections::BTreeSet::new(),
        exposure: None,
        bundle: None,
    })
}
