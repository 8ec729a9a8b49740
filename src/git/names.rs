//! The names of all trees, and what trees, commits and tags name that is not here.

use std::collections::{BTreeSet, HashSet};

use rayon::iter::{IndexedParallelIterator as _, IntoParallelRefIterator as _, ParallelIterator};
use rayon::slice::ParallelSliceMut as _;

use super::object::ObjectKind;
use super::parse::EntryKind;
use super::tree_near::Starts;
use super::{Id, Lent, Repo, parse};

/// Names, each with a number.
#[derive(Debug, Default)]
pub struct Names {
    all: Vec<Vec<u8>>,
}

impl Names {
    /// Returns every name with its number.
    pub fn par_iter(&self) -> impl ParallelIterator<Item = (u32, &[u8])> {
        self.all.par_iter().enumerate().map(|(at, name)| (at as u32, name.as_slice()))
    }

    pub(super) fn get(&self, number: u32) -> &[u8] {
        self.all.get(number as usize).map_or(&[], Vec::as_slice)
    }
}

impl FromIterator<Vec<u8>> for Names {
    fn from_iter<T: IntoIterator<Item = Vec<u8>>>(names: T) -> Self {
        Self { all: names.into_iter().collect() }
    }
}

/// Ids that are looked up together: the memory they stand in is waited for once, not for each of them.
const AT_ONCE: usize = 256;

/// What was noted of an object.
#[derive(Debug, Clone, Copy)]
pub struct Noted {
    /// The level under which is kept what it says to those made from it.
    level: usize,
    /// Bytes it begins with that are names of objects, each with the word before it, and say nothing else.
    pub silent_bytes: usize,
}

/// Names that were met a moment ago, in memory that stays near; longer ones are not kept.
#[derive(Debug)]
struct Recent(Vec<[u8; NAME_BYTES]>);

/// Bytes of a name, with zeros behind it.
const NAME_BYTES: usize = 32;

impl Recent {
    const COUNT: usize = 4_096;

    /// Tells whether a name may be new.
    fn is_new(&mut self, name: &[u8]) -> bool {
        let mut padded = [0; NAME_BYTES];
        let Some(own) = padded.get_mut(..name.len()) else { return true };
        own.copy_from_slice(name);
        let (words, _) = padded.as_chunks::<8>();
        let mix =
            |all: u64, word: &[u8; 8]| (all ^ u64::from_le_bytes(*word)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let place = words.iter().fold(0, mix) >> 32;
        let place = self.0.get_mut(place as usize % Self::COUNT);
        place.is_none_or(|place| std::mem::replace(place, padded) != padded)
    }
}

impl Default for Recent {
    fn default() -> Self {
        Self(vec![[0; NAME_BYTES]; Self::COUNT])
    }
}

/// What objects that were read name.
#[derive(Debug, Default)]
pub struct Naming {
    starts: Starts,
    names: HashSet<Vec<u8>>,
    recent: Recent,
    /// Ids that are not looked up yet.
    asked: Vec<Id>,
    missing: Vec<Id>,
}

impl Naming {
    /// Makes ready to tell what is in `repo`, which takes a while where there are many objects.
    pub fn prepare(repo: &Repo) {
        repo.objects.prepare();
    }

    /// Notes what an object of `repo` names. What a tree has in common with the tree it is made from was
    /// seen there, and `base` is what was answered to that one. Where a shallow clone ends is no fault of
    /// the object.
    pub fn note<T>(&mut self, repo: &Repo, shallow: &[Id], lent: &Lent<'_, T>, base: Option<Noted>) -> Noted {
        let mut silent_bytes = 0;
        match lent.kind {
            ObjectKind::Commit => {
                let is_end = !shallow.is_empty() && shallow.contains(&lent.id());
                for link in parse::links(lent.bytes) {
                    silent_bytes = link.end.min(lent.bytes.len());
                    self.asked.extend(Some(link.id).filter(|_| link.is_tree || !is_end));
                }
            }
            ObjectKind::Tag => self.asked.extend(parse::tag(lent.bytes).map(|(target, _)| target)),
            ObjectKind::Tree => self.note_tree(lent, base),
            ObjectKind::Blob => {}
        }
        if self.asked.len() >= AT_ONCE {
            self.look_up(repo);
        }
        Noted { level: lent.level, silent_bytes }
    }

    fn note_tree<T>(&mut self, lent: &Lent<'_, T>, base: Option<Noted>) {
        let base = lent.base.as_ref().zip(base).map(|((edits, _), Noted { level, .. })| (*edits, level));
        let (asked, names, recent) = (&mut self.asked, &mut self.names, &mut self.recent);
        self.starts.read(lent.bytes, lent.id_bytes(), lent.level, base, &mut |near| {
            if near.has_new_id && near.entry.kind != EntryKind::Submodule {
                asked.push(near.entry.id);
            }
            if near.has_new_name && recent.is_new(near.entry.name) && !names.contains(near.entry.name) {
                names.insert(near.entry.name.to_vec());
            }
        });
    }

    fn look_up(&mut self, repo: &Repo) {
        repo.objects.leave_unknown(&mut self.asked);
        self.missing.append(&mut self.asked);
    }

    /// Puts together what several threads noted: the names in order, and what is not here.
    #[must_use]
    pub fn together(repo: &Repo, parts: Vec<Self>) -> (Names, BTreeSet<Id>) {
        let (mut names, mut missing) = (Vec::new(), BTreeSet::new());
        for mut part in parts {
            part.look_up(repo);
            names.extend(part.names);
            missing.extend(part.missing);
        }
        names.par_sort_unstable();
        names.dedup();
        (names.into_iter().collect(), missing)
    }
}
