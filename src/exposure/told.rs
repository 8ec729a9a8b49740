//! Exposure of what a history holds that was told, not read from a repository: the examples of rules.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::facts::{Facts, State, Tally};
use super::{Holder, Holders};
use crate::git::Id;
use crate::model::{ABSENT_DAYS_MIN, Finding, People, Tag};

/// One commit of a history without branches.
#[derive(Debug, Clone)]
pub struct ToldCommit {
    /// What names it.
    pub id: Id,
    /// When it was made.
    pub seconds: i64,
    /// Who made it.
    pub author: Arc<str>,
    /// The objects of its tree, in hex.
    pub objects: BTreeSet<Arc<str>>,
}

/// Says of every finding which commits hold its secret, and which are gone from the last one.
/// Returns who could read them.
pub fn of_told(
    findings: &mut [Finding],
    holders: &Holders,
    commits: &[ToldCommit],
    now_seconds: i64,
) -> People {
    let since = now_seconds - ABSENT_DAYS_MIN * 86_400;
    let recent = commits.iter().filter(|commit| commit.seconds >= since);
    let mut people =
        People { active: recent.map(|commit| Arc::clone(&commit.author)).collect(), ..People::default() };
    let head = commits.last().map(|commit| commit.id);
    for finding in findings {
        let mut facts = Facts::default();
        let (mut tally, mut held_before) = (Tally::default(), false);
        for commit in commits {
            let is_in = |holder: &Holder| match holder {
                Holder::Object(object) => commit.objects.contains(object),
                Holder::Name(_) | Holder::Reference(_) => false,
            };
            let holds = holders.get(&finding.fingerprint).is_some_and(|all| all.iter().any(is_in));
            if holds {
                facts.reaches(State::Committed);
                tally.count += 1;
                tally.authors.insert(Arc::clone(&commit.author));
                let came = (!held_before).then_some((commit.seconds, commit.id));
                tally.first = tally.first.into_iter().chain(came).min();
            }
            held_before = holds;
        }
        // The last commit is HEAD.
        let exposure = facts.told(&tally, head.map(|_| held_before), now_seconds);
        people.knowers.insert(finding.fingerprint, tally.authors);
        if exposure.at_head == Some(false) {
            finding.tags.insert(Tag::HistoryOnly);
        }
        finding.exposure = Some(exposure);
    }
    people
}
