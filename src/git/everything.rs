//! Every object of the database once: packs, loose objects, alternates.

use gix::odb::pack::index;
use rayon::iter::{IndexedParallelIterator as _, IntoParallelRefIterator, ParallelIterator};

use super::object::{Fault, ObjectKind};
use super::pack::Pack;
use super::pack_walk::{Item, bound};
use super::{Edits, Id, Repo, problem};
use crate::model::{Problem, SkipReason};

/// An object, lent while it is read.
pub struct Lent<'a, T> {
    name: Name<'a>,
    /// Its place in the indexes of packs, or behind them among loose objects.
    pub(super) number: u32,
    /// What it is.
    pub kind: ObjectKind,
    /// Its content.
    pub bytes: &'a [u8],
    /// Where it differs from an object that was lent before it, and what was answered to that
    /// one.
    pub base: Option<(&'a Edits, T)>,
    /// How many objects that were lent are bases of others to come. What is kept of an object under its
    /// level holds until those have been lent that are made from it.
    pub level: usize,
}

/// Where the name of an object stands. Few names are asked for, and millions stand in an index that no
/// cache holds.
enum Name<'a> {
    Read(Id),
    At(&'a index::File, u32),
}

impl<T> Lent<'_, T> {
    /// Returns its name.
    #[must_use]
    pub fn id(&self) -> Id {
        match self.name {
            Name::Read(id) => id,
            Name::At(index, at) => Id(index.oid_at_index(at).to_owned()),
        }
    }

    /// Returns how many bytes names have.
    pub(super) fn id_bytes(&self) -> usize {
        match self.name {
            Name::Read(id) => id.0.as_bytes().len(),
            Name::At(index, _) => index.object_hash().len_in_bytes(),
        }
    }
}

/// Takes every object. The answer is handed on to those that are made from this one.
pub type Take<'t, S, T> = &'t (dyn Fn(&mut S, Lent<'_, T>) -> T + Sync);

impl Repo {
    /// Lends every object of the kinds in `bounds` once, on all threads; each thread has a state of
    /// its own. Returns the states, and what could not be read, as are objects of more bytes than the
    /// bound of their kind.
    pub fn each_object<S: Send, T: Copy + Send>(
        &self,
        bounds: &[(ObjectKind, u64)],
        begin: &(dyn Fn() -> S + Sync),
        take: Take<'_, S, T>,
    ) -> (Vec<S>, Vec<Problem>) {
        let (mut states, mut problems) = (Vec::new(), Vec::new());
        // What is mapped stays readable when a repack deletes it.
        for pack in &self.objects.packs {
            pack.data();
        }
        // Listed now, as a repack moves loose objects into a pack that nobody knew of.
        let (loose, unlisted) = self.objects.loose_ids();
        let mut packed = 0;
        for (nth, pack) in self.objects.packs.iter().enumerate() {
            let first = packed;
            packed += pack.index.num_objects();
            if pack.families().is_none() {
                problems.push(pack_problem(pack, pack.fault(), "the pack cannot be opened"));
                continue;
            }
            if pack.data().is_some_and(|data| data.checksum() != pack.index.pack_checksum()) {
                let detail = "its index belongs to another pack";
                problems.push(pack_problem(pack, Fault::Damaged, detail));
            }
            problems.extend(pack.orphans().into_iter().map(|id| lost(id, Fault::Damaged)));
            let earlier = self.objects.packs.get(..nth).unwrap_or_default();
            let visit = |state: &mut S, item: Item<'_, Option<T>>| {
                // What an earlier pack holds was lent from there.
                let Item { index, at, kind, bytes, level, .. } = item;
                let is_in = |pack: &Pack| pack.index.lookup(index.oid_at_index(at)).is_some();
                if earlier.iter().any(is_in) {
                    return None;
                }
                let base = item.base.and_then(|(edits, said)| Some((edits, said?)));
                let (name, number) = (Name::At(index, at), first + at);
                Some(take(state, Lent { name, number, kind, bytes, base, level }))
            };
            for (state, faults) in pack.walk(bounds, begin, &visit) {
                states.push(state);
                problems.extend(faults.into_iter().map(|(id, fault)| lost(id, fault)));
            }
        }
        if unlisted > 0 {
            let detail = format!("{unlisted} folders of loose objects cannot be listed");
            problems.push(problem("objects", SkipReason::Unreadable, detail));
        }
        let read = |(mut state, mut faults): (S, Vec<Problem>), (at, id): (usize, &Id)| {
            let reader = self.reader();
            let mut bytes = Vec::new();
            match reader.read_loose(*id, &|kind| bound(bounds, kind), &mut bytes) {
                Ok(Some(kind)) => {
                    let (name, number) = (Name::Read(*id), packed + at as u32);
                    take(&mut state, Lent { name, number, kind, bytes: &bytes, base: None, level: 0 });
                }
                Ok(None) => {}
                // It was listed a moment ago.
                Err(Fault::Missing) => faults.push(lost(*id, Fault::Gone)),
                Err(fault) => faults.push(lost(*id, fault)),
            }
            (state, faults)
        };
        let done: Vec<_> = loose.par_iter().enumerate().fold(|| (begin(), Vec::new()), read).collect();
        for (state, faults) in done {
            states.push(state);
            problems.extend(faults);
        }
        problems.extend(self.objects.come_since().into_iter().map(|name| {
            let detail = "it came while the audit ran, and holds what was not audited";
            problem(format!("objects/pack/{name}.pack"), SkipReason::ChangedWhileRead, detail)
        }));
        (states, problems)
    }
}

fn pack_problem(pack: &Pack, fault: Fault, detail: &str) -> Problem {
    problem(format!("objects/pack/{}.pack", pack.name), fault.reason(), detail)
}

pub(super) fn lost(id: Id, fault: Fault) -> Problem {
    problem(".", fault.reason(), format!("object {id}"))
}
