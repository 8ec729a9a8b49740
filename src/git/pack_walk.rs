//! Reads every object of a pack once.
//!
//! A pack stores most objects as deltas of others, so objects are read along the tree of deltas: a
//! base is inflated once, and everything made from it is made while it is at hand. Trees, commits
//! and blobs never mix in such a tree, so whole kinds are left out for free. The largest branch
//! below an object is followed last and takes the object's memory with it: what is held at a time
//! is at most the logarithm of the number of objects, whatever the depth.

use std::sync::{Mutex, PoisonError};

use gix::odb::pack::data::entry::Header;
use gix::odb::pack::index;
use rayon::iter::{IndexedParallelIterator as _, IntoParallelRefIterator, ParallelIterator};
use rayon::slice::{ParallelSlice as _, ParallelSliceMut as _};

use super::objects::{Fault, ObjectKind, Pack};
use super::{Edits, Id, delta};

/// No position.
const NONE: u32 = u32::MAX;

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

/// What an entry of a pack is made from.
#[derive(Clone, Copy)]
enum Base {
    /// Nothing: it is stored whole.
    Whole(ObjectKind),
    /// The entry at a position.
    At(u32),
    /// Something that is not in the pack.
    Nowhere,
}

/// The deltas of a pack, by position in the order of their offsets.
pub(super) struct Families<'p> {
    pack: &'p Pack,
    /// Offset, and position in the index.
    entries: Vec<(u64, u32)>,
    children: Vec<u32>,
    /// Where the children of each entry begin.
    first_child: Vec<u32>,
    /// How many objects stand in the branch of each entry.
    weight: Vec<u32>,
    roots: Vec<(u32, ObjectKind)>,
    /// Objects whose base is nowhere.
    pub(super) orphans: Vec<Id>,
}

impl<'p> Families<'p> {
    /// Reads the headers; `None` when the pack cannot be opened at all.
    pub(super) fn of(pack: &'p Pack) -> Option<Self> {
        let data = pack.data()?;
        let mut entries: Vec<(u64, u32)> =
            (0..pack.index.num_objects()).map(|at| (pack.index.pack_offset_at_index(at), at)).collect();
        entries.par_sort_unstable();
        let bases: Vec<Base> =
            entries.par_iter().map(|(offset, _)| base(pack, data, &entries, *offset)).collect();
        let mut parents = vec![NONE; entries.len()];
        let mut families = Self {
            pack,
            children: Vec::new(),
            first_child: vec![0; entries.len() + 1],
            weight: vec![1; entries.len()],
            roots: Vec::new(),
            orphans: Vec::new(),
            entries,
        };
        for (at, (base, parent)) in bases.iter().zip(&mut parents).enumerate() {
            match base {
                Base::Whole(kind) => families.roots.push((at as u32, *kind)),
                Base::At(base) => *parent = *base,
                Base::Nowhere => families.orphans.extend(families.id(at as u32)),
            }
        }
        families.connect(&parents);
        Some(families)
    }

    fn connect(&mut self, parents: &[u32]) {
        let mut counts = vec![0u32; parents.len() + 1];
        for parent in parents.iter().filter(|parent| **parent != NONE) {
            if let Some(count) = counts.get_mut(*parent as usize + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for (first, count) in self.first_child.iter_mut().zip(&counts) {
            sum += count;
            *first = sum;
        }
        self.children = vec![NONE; sum as usize];
        let mut next = self.first_child.clone();
        for (at, parent) in parents.iter().enumerate().filter(|(_, parent)| **parent != NONE) {
            let Some(slot) = next.get_mut(*parent as usize) else { continue };
            if let Some(child) = self.children.get_mut(*slot as usize) {
                *child = at as u32;
            }
            *slot += 1;
        }
        self.weigh(parents);
    }

    /// Counts branches from their ends; what is in a loop of bases is never reached from a root.
    fn weigh(&mut self, parents: &[u32]) {
        // Most packs name bases by how far before they stand, and are whole and without loops.
        let stands_before = |(at, parent): (usize, &u32)| *parent == NONE || (*parent as usize) < at;
        if self.orphans.is_empty() && parents.iter().enumerate().all(stands_before) {
            (0..parents.len() as u32).rev().for_each(|entry| self.add_weight(parents, entry));
        } else {
            let order = self.reached(parents.len());
            order.iter().rev().for_each(|entry| self.add_weight(parents, *entry));
        }
        let weight = &self.weight;
        for bounds in self.first_child.windows(2) {
            let [first, end] = bounds else { continue };
            let Some(children) = self.children.get_mut(*first as usize..*end as usize) else { continue };
            let of = |child: &u32| weight.get(*child as usize).copied().unwrap_or(0);
            let largest = children.iter().enumerate().max_by_key(|(_, child)| of(child));
            if let Some((largest, _)) = largest {
                children.swap(largest, children.len() - 1);
            }
        }
    }

    fn add_weight(&mut self, parents: &[u32], entry: u32) {
        let parent = parents.get(entry as usize).copied().unwrap_or(NONE);
        let weight = self.weight_of(entry);
        if let Some(sum) = self.weight.get_mut(parent as usize) {
            *sum += weight;
        }
    }

    fn weight_of(&self, entry: u32) -> u32 {
        self.weight.get(entry as usize).copied().unwrap_or(1)
    }

    /// Returns all entries that a root leads to, bases first, and notes the others as orphans.
    fn reached(&mut self, count: usize) -> Vec<u32> {
        let mut order: Vec<u32> = self.roots.iter().map(|(root, _)| *root).collect();
        let mut at = 0;
        while let Some(entry) = order.get(at).copied() {
            order.extend_from_slice(self.children_of(entry));
            at += 1;
        }
        let mut reached = vec![false; count];
        for entry in &order {
            if let Some(reached) = reached.get_mut(*entry as usize) {
                *reached = true;
            }
        }
        let lost = reached.iter().enumerate().filter(|(_, reached)| !**reached).map(|(at, _)| at as u32);
        self.orphans = lost.filter_map(|at| self.id(at)).collect();
        order
    }

    fn children_of(&self, entry: u32) -> &[u32] {
        let at = entry as usize;
        let (first, end) = (self.first_child.get(at), self.first_child.get(at + 1));
        let (Some(first), Some(end)) = (first, end) else { return &[] };
        self.children.get(*first as usize..*end as usize).unwrap_or_default()
    }

    fn id(&self, entry: u32) -> Option<Id> {
        let (_, in_index) = self.entries.get(entry as usize)?;
        Some(Id(self.pack.index.oid_at_index(*in_index).to_owned()))
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
        let bounded = |(root, kind): &(u32, ObjectKind)| Some((*root, *kind, bound(bounds, *kind)?));
        let mut roots: Vec<(u32, ObjectKind, u64)> = self.roots.iter().filter_map(bounded).collect();
        // A large family that is met last leaves all threads but one without work; the others stay in the
        // order of the pack, whose memory is then read in order.
        roots.sort_by_key(|(root, ..)| std::cmp::Reverse(self.weight_of(*root) / LARGE_FAMILY));
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
                Family { families: self, kind, bytes_max, unpacked, faults, visit }.run(*root);
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

/// Reads the header of the entry at `offset`.
fn base(pack: &Pack, data: &gix::odb::pack::data::File, entries: &[(u64, u32)], offset: u64) -> Base {
    let position = |offset: u64| entries.binary_search_by_key(&offset, |(offset, _)| *offset).ok();
    let base = match data.entry(offset).map(|entry| entry.header) {
        Ok(Header::OfsDelta { base_distance }) => {
            offset.checked_sub(base_distance).filter(|_| base_distance > 0).and_then(position)
        }
        Ok(Header::RefDelta { base_id }) => {
            let base = pack.index.lookup(base_id);
            base.and_then(|base| position(pack.index.pack_offset_at_index(base)))
        }
        Ok(whole) => return whole.as_kind().map_or(Base::Nowhere, |kind| Base::Whole(kind.into())),
        Err(_) => None,
    };
    base.map_or(Base::Nowhere, |base| Base::At(base as u32))
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
    families: &'a Families<'a>,
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
        let (_, at) = *self.families.entries.get(entry as usize)?;
        let index = &self.families.pack.index;
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
        let (offset, _) = self.families.entries.get(entry as usize).ok_or(Fault::Damaged)?;
        let data = self.families.pack.data().ok_or(Fault::Damaged)?;
        let entry = data.entry(*offset).map_err(|_| Fault::Damaged)?;
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
            self.faults.extend(self.families.id(entry).map(|id| (id, fault)));
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
