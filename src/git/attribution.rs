//! Where blobs were, and in which commits: computed backwards, and only for those asked about.
//!
//! One pass over all trees notes which tree holds which; from the trees that hold a wanted blob or
//! name the way leads up to the trees of commits.

use std::collections::{BTreeMap, HashMap, HashSet};

use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};

use super::graph::Graph;
use super::grouped::Grouped;
use super::names::Names;
use super::number_set::NumberSet;
use super::object::ObjectKind;
use super::parse::EntryKind;
use super::tree::META_BYTES_MAX;
use super::{Id, Lent, Repo, parse};

/// A path at which something was, and the commits that hold it there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The path from the top level.
    pub path: Vec<u8>,
    /// File or link; a folder where a name was asked about.
    pub kind: EntryKind,
    /// The commits, by rank.
    pub commits: NumberSet,
}

/// What is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Wanted {
    /// A blob, wherever it is.
    Blob(Id),
    /// A name, by its number in [`Names`].
    Name(u32),
}

/// An entry of a tree that matters.
#[derive(Debug, Clone, Copy)]
struct Held {
    tree: u32,
    name: u32,
    kind: EntryKind,
    wanted: Wanted,
}

/// A folder in a folder.
#[derive(Debug, Clone, Copy)]
struct Edge {
    child: u32,
    above: Above,
}

/// The folder that another is in, and what the other is called there.
#[derive(Debug, Clone, Copy, Default)]
struct Above {
    parent: u32,
    name: u32,
}

/// Lets few ids through besides those that are wanted: trees have a hundred million entries, and a
/// look into a table costs more than reading one.
struct Sieve {
    heads: Vec<u64>,
}

impl Sieve {
    fn of(ids: &HashSet<Id>) -> Self {
        let mut sieve = Self { heads: vec![0; 1 << 10] };
        ids.iter().for_each(|id| sieve.add(*id));
        sieve
    }

    fn add(&mut self, id: Id) {
        let (word, bit) = Self::place(id);
        if let Some(word) = self.heads.get_mut(word) {
            *word |= bit;
        }
    }

    fn lets(&self, id: Id) -> bool {
        let (word, bit) = Self::place(id);
        self.heads.get(word).is_some_and(|word| word & bit != 0)
    }

    fn place(id: Id) -> (usize, u64) {
        let head = id.head() as usize;
        (head / 64, 1 << (head % 64))
    }
}

/// The numbers of trees met a moment ago: the next version of a folder mostly holds the same ones.
struct Recent {
    slots: Vec<Option<(Id, u32)>>,
}

impl Default for Recent {
    fn default() -> Self {
        Self { slots: vec![None; 1 << 12] }
    }
}

impl Recent {
    fn number(&mut self, id: Id, find: impl FnOnce(Id) -> Option<u32>) -> Option<u32> {
        let at = id.head() as usize % self.slots.len();
        let slot = self.slots.get_mut(at)?;
        if let Some((_, number)) = slot.filter(|(known, _)| *known == id) {
            return Some(number);
        }
        let number = find(id)?;
        *slot = Some((id, number));
        Some(number)
    }
}

/// What one thread read.
#[derive(Default)]
struct Part {
    recent: Recent,
    names: HashMap<Vec<u8>, u32>,
    edges: Vec<Edge>,
    held: Vec<Held>,
}

impl Part {
    fn name(&mut self, name: &[u8]) -> u32 {
        if let Some(number) = self.names.get(name) {
            return *number;
        }
        let number = self.names.len() as u32;
        self.names.insert(name.to_vec(), number);
        number
    }
}

/// Where everything that is wanted stands.
#[derive(Debug, Default)]
pub struct Places {
    names: Names,
    /// The folders that each tree is in.
    above: Grouped<Above>,
    held: Vec<Held>,
}

impl Repo {
    /// Reads all trees for the places of blobs and of names.
    #[must_use]
    pub fn places(&self, blobs: &HashSet<Id>, wanted_names: &HashMap<Vec<u8>, u32>) -> Places {
        if blobs.is_empty() && wanted_names.is_empty() {
            return Places::default();
        }
        let sieve = Sieve::of(blobs);
        let take = |part: &mut Part, lent: Lent<'_, ()>| {
            let tree = lent.number;
            for entry in parse::tree(lent.bytes, lent.id_bytes()) {
                if entry.kind == EntryKind::Folder {
                    // A folder that is not here holds nothing that could be found.
                    let child = part.recent.number(entry.id, |id| self.objects.number(id));
                    if let Some(child) = child {
                        let name = part.name(entry.name);
                        part.edges.push(Edge { child, above: Above { parent: tree, name } });
                    }
                } else if sieve.lets(entry.id) && blobs.contains(&entry.id) {
                    let (name, wanted) = (part.name(entry.name), Wanted::Blob(entry.id));
                    part.held.push(Held { tree, name, kind: entry.kind, wanted });
                }
                if wanted_names.is_empty() {
                    continue;
                }
                if let Some(number) = wanted_names.get(entry.name) {
                    let (name, wanted) = (part.name(entry.name), Wanted::Name(*number));
                    part.held.push(Held { tree, name, kind: entry.kind, wanted });
                }
            }
        };
        // What cannot be read was said when the names were read.
        let (parts, _) = self.each_object(&[(ObjectKind::Tree, META_BYTES_MAX)], &Part::default, &take);
        Places::of(parts)
    }
}

impl Places {
    fn of(parts: Vec<Part>) -> Self {
        let mut all: HashMap<Vec<u8>, u32> = HashMap::new();
        let (mut places, mut edges, mut given) = (Self::default(), Vec::new(), Vec::new());
        for part in parts {
            let mut numbers = vec![0u32; part.names.len()];
            // The order of a map does not show: each name keeps the number that it is given here.
            let mut names: Vec<(Vec<u8>, u32)> = part.names.into_iter().collect();
            names.sort_unstable();
            for (name, number) in names {
                let next = all.len() as u32;
                let given = *all.entry(name).or_insert(next);
                if let Some(number) = numbers.get_mut(number as usize) {
                    *number = given;
                }
            }
            let number = |name: u32| numbers.get(name as usize).copied().unwrap_or(0);
            places.held.extend(part.held.iter().map(|held| Held { name: number(held.name), ..*held }));
            edges.push(part.edges);
            given.push(numbers);
        }
        let above = edges.iter().zip(&given).flat_map(|(edges, numbers)| {
            let number = |name: u32| numbers.get(name as usize).copied().unwrap_or(0);
            edges
                .iter()
                .map(move |Edge { child, above }| (*child, Above { name: number(above.name), ..*above }))
        });
        places.above = Grouped::of(above);
        let mut names: Vec<(Vec<u8>, u32)> = all.into_iter().collect();
        names.sort_unstable_by_key(|(_, number)| *number);
        places.names = names.into_iter().map(|(name, _)| name).collect();
        places
    }

    /// Climbs to the commits. Trees that a reference names without a commit count as well; they
    /// have a path and no commit.
    #[must_use]
    pub fn named(&self, repo: &Repo, graph: &Graph, bare_trees: &[Id]) -> BTreeMap<Wanted, Vec<Named>> {
        let of_commits = graph.all().filter_map(|(rank, commit)| Some((commit.tree?, Some(rank))));
        let bare = bare_trees.iter().filter_map(|tree| repo.objects.number(*tree)).map(|tree| (tree, None));
        let roots = of_commits.chain(bare);
        let roots = Grouped::of(roots);
        let mut starts: BTreeMap<Suffix, Vec<u32>> = BTreeMap::new();
        for held in &self.held {
            let suffix = Suffix { name: held.name, below: None, wanted: held.wanted, kind: held.kind };
            starts.entry(suffix).or_default().push(held.tree);
        }
        let climb = |start| Climb { places: self, roots: &roots, suffixes: Vec::new() }.run(start);
        let starts: Vec<(Suffix, Vec<u32>)> = starts.into_iter().collect();
        let all: Vec<(Wanted, Vec<Named>)> = starts.into_par_iter().map(climb).collect();
        let mut named: BTreeMap<Wanted, Vec<Named>> = BTreeMap::new();
        for (wanted, places) in all {
            named.entry(wanted).or_default().extend(places);
        }
        for all in named.values_mut() {
            all.sort_by(|a, b| (&a.path, a.kind).cmp(&(&b.path, b.kind)));
        }
        named
    }
}

/// A path by its last part: a name below another suffix, or the wanted thing itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Suffix {
    name: u32,
    below: Option<u32>,
    wanted: Wanted,
    kind: EntryKind,
}

struct Climb<'a> {
    places: &'a Places,
    /// The commits of each tree, and none for a tree that a reference names without any.
    roots: &'a Grouped<Option<u32>>,
    suffixes: Vec<Suffix>,
}

impl Climb<'_> {
    /// Goes up suffix by suffix, each with all trees that hold it: only a longer suffix leads to one,
    /// and by one way, so no tree has to be remembered.
    fn run(&mut self, start: (Suffix, Vec<u32>)) -> (Wanted, Vec<Named>) {
        let wanted = start.0.wanted;
        let mut open = vec![start];
        let mut all = Vec::new();
        while let Some((suffix, mut trees)) = open.pop() {
            trees.sort_unstable();
            trees.dedup();
            let number = self.suffixes.len() as u32;
            self.suffixes.push(suffix);
            let mut commits: Option<NumberSet> = None;
            let mut longer: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
            for tree in trees {
                for root in self.roots.group(tree) {
                    let set = commits.get_or_insert_default();
                    root.iter().for_each(|rank| set.insert(*rank));
                }
                for above in self.places.above.group(tree) {
                    longer.entry(above.name).or_default().push(above.parent);
                }
            }
            let longer = longer.into_iter();
            open.extend(longer.map(|(name, trees)| (Suffix { name, below: Some(number), ..suffix }, trees)));
            let path = |_: &NumberSet| self.path(number);
            let path = commits.as_ref().map(path);
            all.extend(path.zip(commits).map(|(path, commits)| Named { path, kind: suffix.kind, commits }));
        }
        (wanted, all)
    }

    fn path(&self, suffix: u32) -> Vec<u8> {
        let mut parts: Vec<&[u8]> = Vec::new();
        let mut at = Some(suffix);
        while let Some(suffix) = at.and_then(|at| self.suffixes.get(at as usize)) {
            parts.push(self.places.names.get(suffix.name));
            at = suffix.below;
        }
        parts.join(&b'/')
    }
}
