//! Reads every object of a pack once.
//!
//! A pack stores most objects as deltas of others, so objects are read along the tree of deltas: a
//! base is inflated once, and everything made from it is made while it is at hand. Trees, commits
//! and blobs never mix in such a tree, so whole kinds are left out for free. The largest branch
//! below an object is followed last and takes the object's memory with it: what is held at a time
//! is at most the logarithm of the number of objects, whatever the depth.

use std::sync::{Mutex, PoisonError};

use gix::odb::pack::index;
use rayon::iter::{IndexedParallelIterator as _, ParallelIterator};
use rayon::slice::ParallelSlice as _;

use super::families::Families;
use super::object::{Fault, ObjectKind};
use super::pack::Pack;
use super::{Edits, Id, delta};

/// Objects of a family that is begun before others.
const LARGE_FAMILY: u32 = 500;

/// Families that a thread takes at once; most are one commit.
const FAMILIES_AT_ONCE: usize = 8;

/// An object as it is read.
pub(super) struct Item<'a, T> {
    pub(super) index: &'a index::File,
    /// Its place in the index.
    pub(super) at: u32,
    pub(super) kind: ObjectKind,
    pub(super) bytes: &'a [u8],
    /// What is new against the base, and what the visit of the base returned; none for an object
    /// that is stored whole.
    pub(super) base: Option<(&'a Edits, T)>,
    /// How many objects are held that others are still made from.
    pub(super) level: usize,
}

impl Pack {
    /// Returns the objects whose base is nowhere.
    pub(super) fn orphans(&self) -> Vec<Id> {
        let Some(families) = self.families() else { return Vec::new() };
        families.orphans().iter().filter_map(|entry| self.id(families, *entry)).collect()
    }

    fn id(&self, families: &Families, entry: u32) -> Option<Id> {
        let (_, in_index) = families.entry(entry)?;
        Some(Id(self.index.oid_at_index(in_index).to_owned()))
    }

    /// Visits every object of the kinds in `bounds`, a family a thread; a larger one than its kind's bound
    /// in bytes is a fault. `visit` returns what it has to
    /// say to the objects made from this one; each thread has a state of its own, and all of them
    /// are returned with the objects that could not be read.
    pub(super) fn walk<S: Send, T: Copy + Send>(
        &self,
        bounds: &[(ObjectKind, u64)],
        begin: &(dyn Fn() -> S + Sync),
        visit: &(dyn Fn(&mut S, Item<'_, T>) -> T + Sync),
    ) -> Vec<(S, Vec<(Id, Fault)>)> {
        let Some(families) = self.families() else { return Vec::new() };
        let bounded = |(root, kind): &(u32, ObjectKind)| Some((*root, *kind, bound(bounds, *kind)?));
        let mut roots: Vec<(u32, ObjectKind, u64)> = families.roots().iter().filter_map(bounded).collect();
        // A large family that is met last leaves all threads but one without work; the others stay in the
        // order of the pack, whose memory is then read in order.
        roots.sort_by_key(|(root, ..)| std::cmp::Reverse(families.weight_of(*root) / LARGE_FAMILY));
        // One state a thread and not one for each part of the work: what threads note is much the same.
        let idle: Mutex<Vec<Hands<S>>> = Mutex::default();
        let hold = || idle.lock().unwrap_or_else(PoisonError::into_inner);
        roots.par_chunks(FAMILIES_AT_ONCE).with_max_len(1).for_each(|roots| {
            let free = hold().pop();
            let mut hands = free.unwrap_or_else(|| (begin(), Unpacked::default(), Vec::new()));
            let (state, unpacked, faults) = &mut hands;
            for (root, kind, bytes_max) in roots {
                let (kind, bytes_max) = (*kind, *bytes_max);
                let visit = &mut |item: Item<'_, T>| visit(state, item);
                Family { pack: self, families, kind, bytes_max, unpacked, faults, visit }.run(*root);
            }
            hold().push(hands);
        });
        let hands = idle.into_inner().unwrap_or_else(PoisonError::into_inner);
        hands.into_iter().map(|(state, _, faults)| (state, faults)).collect()
    }
}

/// What one thread has: its state, its buffers, and what it could not read.
type Hands<S> = (S, Unpacked, Vec<(Id, Fault)>);

/// How many bytes an object of a kind may have; none where the kind is not wanted.
pub(super) fn bound(bounds: &[(ObjectKind, u64)], kind: ObjectKind) -> Option<u64> {
    bounds.iter().find(|(of, _)| *of == kind).map(|(_, bytes)| *bytes)
}

/// The buffers of one thread.
#[derive(Default)]
struct Unpacked {
    inflate: gix::zlib::Inflate,
    delta: Vec<u8>,
    spare: Vec<Vec<u8>>,
}

/// An object whose branches are being read.
struct Open<T> {
    entry: u32,
    bytes: Vec<u8>,
    said: T,
    next_child: usize,
}

struct Family<'a, T> {
    pack: &'a Pack,
    families: &'a Families,
    kind: ObjectKind,
    bytes_max: u64,
    unpacked: &'a mut Unpacked,
    faults: &'a mut Vec<(Id, Fault)>,
    visit: &'a mut dyn FnMut(Item<'_, T>) -> T,
}

impl<T: Copy> Family<'_, T> {
    fn run(&mut self, root: u32) {
        let mut bytes = self.unpacked.spare.pop().unwrap_or_default();
        if let Err(fault) = self.inflated(root, &mut bytes) {
            return self.lose(root, fault);
        }
        let Some(said) = self.visited(root, &bytes, None, 0) else { return };
        let mut open = vec![Open { entry: root, bytes, said, next_child: 0 }];
        let mut edits = Edits::default();
        while let Some(mut base) = open.pop() {
            let children = self.families.children_of(base.entry);
            let Some(child) = children.get(base.next_child).copied() else {
                self.keep(base.bytes);
                continue;
            };
            base.next_child += 1;
            let is_last = base.next_child == children.len();
            let level = open.len() + usize::from(!is_last);
            let made = self.made(child, &base, level, &mut edits);
            if is_last {
                self.keep(base.bytes);
            } else {
                open.push(base);
            }
            open.extend(made);
        }
    }

    fn visited(&mut self, entry: u32, bytes: &[u8], base: Option<(&Edits, T)>, level: usize) -> Option<T> {
        let (_, at) = self.families.entry(entry)?;
        let index = &self.pack.index;
        Some((self.visit)(Item { index, at, kind: self.kind, bytes, base, level }))
    }

    /// Makes a child of `base` and lets it be visited.
    fn made(&mut self, child: u32, base: &Open<T>, level: usize, edits: &mut Edits) -> Option<Open<T>> {
        let mut delta = std::mem::take(&mut self.unpacked.delta);
        let mut bytes = self.unpacked.spare.pop().unwrap_or_default();
        let result = self.inflated(child, &mut delta).and_then(|()| match delta::sizes(&delta) {
            Some((_, size, _)) if size > self.bytes_max => Err(Fault::TooLarge(size)),
            _ => delta::apply(&base.bytes, &delta, &mut bytes, edits).ok_or(Fault::Damaged),
        });
        self.unpacked.delta = delta;
        if let Err(fault) = result {
            self.keep(bytes);
            self.lose(child, fault);
            return None;
        }
        let said = self.visited(child, &bytes, Some((edits, base.said)), level)?;
        Some(Open { entry: child, bytes, said, next_child: 0 })
    }

    fn inflated(&mut self, entry: u32, out: &mut Vec<u8>) -> Result<(), Fault> {
        let (offset, _) = self.families.entry(entry).ok_or(Fault::Damaged)?;
        let data = self.pack.data().ok_or(Fault::Damaged)?;
        let entry = data.entry(offset).map_err(|_| Fault::Damaged)?;
        if entry.decompressed_size > self.bytes_max {
            return Err(Fault::TooLarge(entry.decompressed_size));
        }
        out.clear();
        out.resize(usize::try_from(entry.decompressed_size).map_err(|_| Fault::Damaged)?, 0);
        data.decompress_entry(&entry, &mut self.unpacked.inflate, out).map_err(|_| Fault::Damaged)?;
        Ok(())
    }

    /// Says that an object and all that is made from it cannot be read.
    fn lose(&mut self, entry: u32, fault: Fault) {
        let mut open = vec![entry];
        while let Some(entry) = open.pop() {
            self.faults.extend(self.pack.id(self.families, entry).map(|id| (id, fault)));
            open.extend_from_slice(self.families.children_of(entry));
        }
    }

    fn keep(&mut self, buffer: Vec<u8>) {
        // A few buffers of ordinary size save most allocations.
        if buffer.capacity() <= 4 << 20 && self.unpacked.spare.len() < 8 {
            self.unpacked.spare.push(buffer);
        }
    }
}
