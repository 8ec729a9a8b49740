//! Exposure of what a whole history holds.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::facts::{Facts, State, Tally};
use crate::git::{Attribution, Id, NumberSet, Wanted};
use crate::model::{ABSENT_DAYS_MIN, Exposure, Finding, Fingerprint, People, Tag};

/// What holds a secret.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holder {
    /// An object, in hex: a blob, or a commit by its message.
    Object(Arc<str>),
    /// The path of a file, by its last name.
    Name(Arc<str>),
    /// The whole name of a branch or tag.
    Reference(Arc<str>),
}

/// What holds each secret.
pub type Holders = BTreeMap<Fingerprint, BTreeSet<Holder>>;

/// Says of every finding how far its secret got, which of them are gone from HEAD, and which no
/// reference reaches. Returns who could read them.
///
/// Paths in `holders` begin with `prefix`, those of the attribution do not.
pub fn of_history(
    findings: &mut [Finding],
    holders: &Holders,
    attribution: &Attribution,
    prefix: &str,
    now_seconds: i64,
) -> People {
    let case = Case { attribution, names: names(attribution), prefix };
    let since = now_seconds - ABSENT_DAYS_MIN * 86_400;
    let all = (0..).map_while(|rank| attribution.graph.commit(rank));
    let active = all.filter(|commit| commit.seconds >= since).map(|commit| Arc::clone(&commit.author));
    let mut people = People { active: active.collect(), ..People::default() };
    let mut known: BTreeMap<Fingerprint, (Exposure, bool, bool)> = BTreeMap::new();
    for finding in findings {
        let (exposure, is_gone, is_unreachable) = known.entry(finding.fingerprint).or_insert_with(|| {
            let objects = holders.get(&finding.fingerprint);
            let reach = case.of_holders(objects.into_iter().flatten());
            let exposure = reach.facts.told(&reach.tally, reach.at_head, now_seconds);
            people.knowers.insert(finding.fingerprint, reach.tally.authors);
            (exposure, reach.is_gone, reach.is_unreachable)
        });
        if *is_gone {
            finding.tags.insert(Tag::HistoryOnly);
        }
        if *is_unreachable {
            finding.tags.insert(Tag::Unreachable);
        }
        finding.exposure = Some(exposure.clone());
    }
    people
}

struct Case<'a> {
    attribution: &'a Attribution,
    /// The commits of the paths whose names were asked about.
    names: BTreeMap<&'a [u8], &'a NumberSet>,
    prefix: &'a str,
}

fn names(attribution: &Attribution) -> BTreeMap<&[u8], &NumberSet> {
    let named = attribution.named.iter().filter(|(wanted, _)| matches!(wanted, Wanted::Name(_)));
    named.flat_map(|(_, places)| places).map(|named| (named.path.as_slice(), &named.commits)).collect()
}

/// How far one secret got.
struct Reach {
    facts: Facts,
    tally: Tally,
    /// Whether HEAD holds it, where there is a HEAD that could.
    at_head: Option<bool>,
    is_gone: bool,
    /// Whether no reference reaches it.
    is_unreachable: bool,
}

impl Case<'_> {
    fn of_holders<'o>(&self, holders: impl Iterator<Item = &'o Holder>) -> Reach {
        let attribution = self.attribution;
        let mut facts = Facts::default();
        let mut commits = NumberSet::default();
        let (mut is_held_otherwise, mut is_anywhere) = (false, false);
        for holder in holders {
            is_anywhere |= !matches!(holder, Holder::Reference(_));
            let id = match holder {
                Holder::Object(hex) => Id::from_hex(hex.as_bytes()),
                Holder::Name(path) => {
                    let path = path.strip_prefix(self.prefix).unwrap_or(path).as_bytes();
                    self.names.get(path).into_iter().for_each(|held| commits.extend(held));
                    let mut staged = attribution.staged.values();
                    if staged.any(|staged| staged.starts_with(path) && is_part(staged, path)) {
                        facts.reaches(State::Staged);
                        is_held_otherwise = true;
                    }
                    None
                }
                Holder::Reference(name) => {
                    is_held_otherwise = true;
                    facts.refer(attribution.references.get(&**name));
                    continue;
                }
            };
            let Some(id) = id else { continue };
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
        if !commits.is_empty() {
            facts.reaches(State::Committed);
        }
        // No commit stands before its parents, so the first in order is the one that brought it.
        let first = commits.iter().next().and_then(|rank| attribution.graph.commit(rank));
        let tally = Tally {
            count: commits.len(),
            first: first.map(|commit| (commit.seconds, commit.id)),
            authors: attribution.graph.authors(&commits),
        };
        for (shown, heard_of, has) in &attribution.remotes {
            if has.meets(&commits) {
                facts.remotes.insert(shown.clone());
                facts.reaches(State::Pushed);
            }
            if !commits.is_empty() {
                facts.heard_of = facts.heard_of.max(*heard_of);
            }
        }
        let at_head = attribution.head.is_some_and(|head| commits.contains(head));
        Reach {
            facts,
            tally,
            // Nothing holds the name of a reference, HEAD neither.
            at_head: attribution.head.filter(|_| is_anywhere).map(|_| at_head),
            is_gone: is_anywhere && !at_head,
            is_unreachable: is_anywhere && !is_held_otherwise && !attribution.reached.meets(&commits),
        }
    }
}

/// Whether a path is a file or folder on the way to another, which begins with it.
fn is_part(whole: &[u8], path: &[u8]) -> bool {
    matches!(whole.get(path.len()), None | Some(b'/'))
}
