//! The deltas of a pack: which object is made from which.

use gix::odb::pack::data::entry::Header;
use gix::odb::pack::{data, index};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut as _;

use super::grouped::Grouped;
use super::object::ObjectKind;

/// No position.
const NONE: u32 = u32::MAX;

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
pub(super) struct Families {
    /// Offset, and position in the index.
    entries: Vec<(u64, u32)>,
    children: Grouped<u32>,
    /// How many objects stand in the branch of each entry.
    weight: Vec<u32>,
    roots: Vec<(u32, ObjectKind)>,
    /// Objects whose base is nowhere.
    orphans: Vec<u32>,
}

impl Families {
    /// Reads the headers of a pack.
    pub(super) fn of(index: &index::File, data: &data::File) -> Self {
        let mut entries: Vec<(u64, u32)> =
            (0..index.num_objects()).map(|at| (index.pack_offset_at_index(at), at)).collect();
        entries.par_sort_unstable();
        let bases: Vec<Base> =
            entries.par_iter().map(|(offset, _)| base(index, data, &entries, *offset)).collect();
        let mut parents = vec![NONE; entries.len()];
        let mut families = Self {
            children: Grouped::default(),
            weight: vec![1; entries.len()],
            roots: Vec::new(),
            orphans: Vec::new(),
            entries,
        };
        for (at, (base, parent)) in bases.iter().zip(&mut parents).enumerate() {
            match base {
                Base::Whole(kind) => families.roots.push((at as u32, *kind)),
                Base::At(base) => *parent = *base,
                Base::Nowhere => families.orphans.push(at as u32),
            }
        }
        let made =
            (0..).zip(&parents).filter(|(_, parent)| **parent != NONE).map(|(at, parent)| (*parent, at));
        families.children = Grouped::of(made);
        families.weigh(&parents);
        families
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
        for entry in 0..parents.len() as u32 {
            let children = self.children.group_mut(entry);
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

    /// Returns how many objects stand in the branch that an object begins.
    pub(super) fn weight_of(&self, entry: u32) -> u32 {
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
        self.orphans = lost.collect();
        order
    }

    /// Returns what is made from an object, the one with the largest branch last.
    pub(super) fn children_of(&self, entry: u32) -> &[u32] {
        self.children.group(entry)
    }

    /// Returns the objects that are stored whole, with their kinds.
    pub(super) fn roots(&self) -> &[(u32, ObjectKind)] {
        &self.roots
    }

    /// Returns the objects whose base is nowhere.
    pub(super) fn orphans(&self) -> &[u32] {
        &self.orphans
    }

    /// Returns where an object begins in the pack, in bytes, and its place in the index.
    pub(super) fn entry(&self, entry: u32) -> Option<(u64, u32)> {
        self.entries.get(entry as usize).copied()
    }
}

/// Reads the header of the entry at `offset`.
fn base(index: &index::File, data: &data::File, entries: &[(u64, u32)], offset: u64) -> Base {
    let position = |offset: u64| entries.binary_search_by_key(&offset, |(offset, _)| *offset).ok();
    let base = match data.entry(offset).map(|entry| entry.header) {
        Ok(Header::OfsDelta { base_distance }) => {
            offset.checked_sub(base_distance).filter(|_| base_distance > 0).and_then(position)
        }
        Ok(Header::RefDelta { base_id }) => {
            let base = index.lookup(base_id);
            base.and_then(|base| position(index.pack_offset_at_index(base)))
        }
        Ok(whole) => return whole.as_kind().map_or(Base::Nowhere, |kind| Base::Whole(kind.into())),
        Err(_) => None,
    };
    base.map_or(Base::Nowhere, |base| Base::At(base as u32))
}
