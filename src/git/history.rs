//! What a whole history says of things that were found in it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::attribution::{Named, Wanted};
use super::graph::Graph;
use super::number_set::NumberSet;
use super::object::ObjectKind;
use super::refs::RefKind;
use super::remotes::Told;
use super::tree::META_BYTES_MAX;
use super::{Id, Ref, Repo, parse};
use crate::model::Problem;

/// Where found things stand in history.
#[derive(Debug, Default)]
pub struct Attribution {
    /// All commits.
    pub graph: Graph,
    /// The places of each thing.
    pub named: BTreeMap<Wanted, Vec<Named>>,
    /// What references reach; reflogs are none.
    pub reached: NumberSet,
    /// What only notes reach.
    pub notes: NumberSet,
    /// HEAD, by rank.
    pub head: Option<u32>,
    /// Blobs of the index, with their paths.
    pub staged: BTreeMap<Id, Vec<u8>>,
    /// Blobs that references name themselves.
    pub pinned: BTreeSet<Id>,
    /// Remotes: address, when last heard of, what they have.
    pub remotes: Vec<(String, Option<i64>, NumberSet)>,
    /// What is known of references that were asked about, by their whole names.
    pub references: BTreeMap<String, Told>,
}

/// What references lead to.
#[derive(Debug, Default)]
struct Targets {
    commits: Vec<Id>,
    trees: Vec<Id>,
    blobs: BTreeSet<Id>,
}

impl Repo {
    /// Looks up blobs, names of files and references in the whole history.
    #[must_use]
    pub fn attribution(
        &self,
        blobs: &HashSet<Id>,
        names: &HashMap<Vec<u8>, u32>,
        references: &[Ref],
        problems: &mut Vec<Problem>,
    ) -> Attribution {
        let refs = self.refs().unwrap_or_default();
        let all = self.targets(refs.iter());
        let of_notes = self.targets(refs.iter().filter(|r| r.name.starts_with("refs/notes/")));
        let of_others = self.targets(refs.iter().filter(|r| !r.name.starts_with("refs/notes/")));
        // One thread puts the graph together while others read trees.
        let (graph, places) = rayon::join(|| self.graph(problems), || self.places(blobs, names));
        let ranks = |ids: &[Id]| -> Vec<u32> { ids.iter().filter_map(|id| graph.rank(*id)).collect() };
        let reached = graph.reach(ranks(&all.commits));
        let others = graph.reach(ranks(&of_others.commits));
        let mut notes = NumberSet::default();
        for rank in graph.reach(ranks(&of_notes.commits)).iter().filter(|rank| !others.contains(*rank)) {
            notes.insert(rank);
        }
        let remotes = self.remotes().unwrap_or_default();
        let references = self.told(references, &remotes);
        let remotes = remotes.into_iter().map(|remote| {
            let has = graph.reach(ranks(&remote.tips));
            (remote.shown, remote.heard_of, has)
        });
        Attribution {
            named: places.named(self, &graph, &all.trees),
            head: self.head().ok().flatten().and_then(|head| graph.rank(head)),
            staged: self.index_blobs(),
            pinned: all.blobs,
            remotes: remotes.collect(),
            references,
            reached,
            notes,
            graph,
        }
    }

    /// Follows references through tags.
    fn targets<'r>(&self, refs: impl Iterator<Item = &'r Ref>) -> Targets {
        let mut targets = Targets::default();
        let mut reader = self.reader();
        let mut bytes = Vec::new();
        let mut seen = HashSet::new();
        let mut open: Vec<Id> = refs.map(|reference| reference.target).collect();
        while let Some(id) = open.pop() {
            if !seen.insert(id) {
                continue;
            }
            match reader.header(id) {
                Ok((ObjectKind::Commit, _)) => targets.commits.push(id),
                Ok((ObjectKind::Tree, _)) => targets.trees.push(id),
                Ok((ObjectKind::Blob, _)) => {
                    targets.blobs.insert(id);
                }
                Ok((ObjectKind::Tag, _)) => {
                    if reader.read(id, META_BYTES_MAX, &mut bytes).is_ok() {
                        open.extend(parse::tag(&bytes).map(|(target, _)| target));
                    }
                }
                // What a reference names and is not here is said by whoever checks for it.
                Err(_) => {}
            }
        }
        targets
    }

    fn index_blobs(&self) -> BTreeMap<Id, Vec<u8>> {
        let Ok(index) = self.index() else { return BTreeMap::new() };
        index.entries().iter().map(|entry| (Id(entry.id), entry.path(&index).to_vec())).collect()
    }

    /// Returns the targets of references that are not here.
    #[must_use]
    pub fn missing_targets(&self, refs: &[Ref]) -> Vec<Id> {
        let own = refs.iter().filter(|reference| reference.kind != RefKind::Head);
        own.map(|reference| reference.target).filter(|id| !self.objects.has(*id)).collect()
    }

    /// Where the message of a commit or tag begins.
    #[must_use]
    pub fn message_at(kind: ObjectKind, bytes: &[u8]) -> Option<usize> {
        match kind {
            ObjectKind::Commit => parse::commit(bytes).map(|data| data.message_at),
            ObjectKind::Tag => parse::tag(bytes).map(|(_, at)| at),
            ObjectKind::Blob | ObjectKind::Tree => None,
        }
    }
}
