//! The keys of a report: one a secret, wherever it lies.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::{Noted, Takeover};
use crate::model::{Exposure, Family, Finding, Fingerprint, RuleId, Severity};
use crate::report::Context;
use crate::rules::lists::TAKEOVER;

/// What is to be done about a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// It has to be replaced.
    Replace,
    /// The ledger says that it was.
    Replaced,
    /// It ends by itself.
    Ends,
}

/// One secret with everything that was found of it.
#[derive(Debug)]
pub(super) struct Key<'a> {
    pub(super) rule: &'a RuleId,
    pub(super) findings: Vec<&'a Finding>,
    pub(super) noted: Option<&'a Noted>,
    pub(super) fate: Fate,
}

/// Returns the keys, what has to be replaced first before what can wait.
pub(super) fn keys<'a>(takeover: &Takeover<'a>, context: &Context<'_>) -> Vec<Key<'a>> {
    let mut by_secret: BTreeMap<(&RuleId, Fingerprint), Vec<&Finding>> = BTreeMap::new();
    for finding in takeover.report.findings() {
        let is_identifier = context.catalogue.get(&finding.rule).is_some_and(|rule| rule.file.identifier);
        if finding.family == Family::Leak && finding.secret.is_some() && !is_identifier {
            by_secret.entry((&finding.rule, finding.fingerprint)).or_default().push(finding);
        }
    }
    let mut keys: Vec<Key<'a>> = by_secret
        .into_iter()
        .map(|((rule, fingerprint), findings)| {
            let noted = takeover.noted.get(&fingerprint);
            let fate = if noted.is_some_and(|noted| noted.replaced.is_some()) {
                Fate::Replaced
            } else if TAKEOVER.ends.iter().any(|id| id == rule.as_str()) {
                Fate::Ends
            } else {
                Fate::Replace
            };
            Key { rule, findings, noted, fate }
        })
        .collect();
    // Ties are in the order of their places, which is that of the report.
    keys.sort_by_key(|key| {
        let turn = TAKEOVER.order.iter().position(|id| id == key.rule.as_str());
        (turn.unwrap_or(TAKEOVER.order.len()), !key.is_outside(), Reverse(key.severity()), key.place())
    });
    keys
}

impl Key<'_> {
    fn severity(&self) -> Severity {
        self.findings.iter().map(|finding| finding.severity).max().unwrap_or(Severity::Info)
    }

    fn place(&self) -> (String, Option<crate::model::Region>) {
        let first = self.findings.first();
        first.map(|finding| (finding.path().to_owned(), finding.place.region)).unwrap_or_default()
    }

    /// How far it got, as the finding knows that knows most.
    pub(super) fn exposure(&self) -> Option<&Exposure> {
        let reach = |exposure: &&Exposure| match exposure.state.as_deref() {
            Some("pushed") => 3,
            Some("committed") => 2,
            Some(_) => 1,
            None => 0,
        };
        let all = self.findings.iter().filter_map(|finding| finding.exposure.as_ref());
        all.max_by_key(|exposure| (reach(exposure), exposure.commits))
    }

    /// Whether others may have it: it was pushed.
    pub(super) fn is_outside(&self) -> bool {
        self.findings.iter().any(|finding| {
            finding.exposure.as_ref().is_some_and(|exposure| exposure.state.as_deref() == Some("pushed"))
        })
    }
}
