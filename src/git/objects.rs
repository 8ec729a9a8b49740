//! The object database: loose objects and packs of the repository and of its alternates.
//!
//! Read directly rather than through gix's store, so that a loop of alternates, a broken pack or a
//! quarantine costs only what it holds.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use gix::odb::loose;
use gix::odb::pack::cache::DecodeEntry;
use gix::odb::pack::data::decode::entry::ResolvedBase;
use gix::odb::pack::{data, index};

use super::object::{Fault, ObjectKind};
use super::pack::{Pack, name_of, packs_in};
use super::{Id, path_of, problem};
use crate::model::{Problem, SkipReason};

/// Bytes of decoded bases that a reader keeps.
const CACHE_BYTES_MAX: usize = 32 << 20;

/// Every place objects are kept in.
pub(super) struct Objects {
    pub(super) packs: Vec<Pack>,
    pub(super) loose: Vec<loose::Store>,
    /// Every folder of objects.
    folders: Vec<PathBuf>,
    hash: gix::hash::Kind,
    /// Loose objects that no pack holds, sorted, and folders that could not be listed.
    pub(super) loose_ids: OnceLock<(Vec<Id>, usize)>,
    /// Finds objects of packs quickly, where many are asked about.
    table: OnceLock<Table>,
    /// What could not be opened.
    pub(super) problems: Vec<Problem>,
}

/// Where each packed object stands. A pack's own index is searched in twenty steps, and all trees
/// together name millions of objects.
struct Table {
    /// Positions among the objects of all packs by four bytes of their names, in open addressing;
    /// before each position stand four other bytes, so that one look tells most names apart.
    slots: Vec<(u32, u32)>,
}

impl Table {
    const FREE: u32 = u32::MAX;

    fn of(packs: &[Pack]) -> Self {
        let count: usize = packs.iter().map(|pack| pack.index.num_objects() as usize).sum();
        let mut table = Self { slots: vec![(0, Self::FREE); (2 * count).next_power_of_two().max(2)] };
        let mut position = 0;
        for pack in packs {
            for at in 0..pack.index.num_objects() {
                let id = pack.index.oid_at_index(at);
                let slot = table.slot(id, &mut |other| oid(packs, other) == Some(id));
                if let Some(free) = table.slots.get_mut(slot).filter(|(_, taken)| *taken == Self::FREE) {
                    *free = (Self::heads(id)[0], position);
                }
                position += 1;
            }
        }
        table
    }

    fn position(&self, packs: &[Pack], id: Id) -> Option<u32> {
        self.taken(self.slot(&id.0, &mut |other| oid(packs, other) == Some(&*id.0)))
    }

    /// Waits for the memory in which many ids are, for all of them at once: nothing here hangs on what was
    /// read. Looked up one by one they took twice as long.
    fn fetch(&self, ids: &[Id]) {
        let mask = self.slots.len() - 1;
        let slots = ids.iter().filter_map(|id| self.slots.get(Self::heads(&id.0)[1] as usize & mask));
        std::hint::black_box(slots.fold(0, |all, (head, _)| all ^ head));
    }

    /// Whether an object is there of whose name the bytes agree that this looks at: 52 bits, where there
    /// are half a million objects.
    fn knows(&self, id: Id) -> bool {
        self.taken(self.slot(&id.0, &mut |_| true)).is_some()
    }

    fn taken(&self, slot: usize) -> Option<u32> {
        self.slots.get(slot).map(|(_, taken)| *taken).filter(|taken| *taken != Self::FREE)
    }

    /// Returns the slot that a name has, or the free one in which it belongs.
    fn slot(&self, id: &gix::oid, is_it: &mut dyn FnMut(u32) -> bool) -> usize {
        // Names are hashes: their first bytes spread them. Half of the slots are free.
        let mask = self.slots.len() - 1;
        let [head, place] = Self::heads(id);
        let mut slot = place as usize & mask;
        while let Some((other, taken)) = self.slots.get(slot).filter(|(_, taken)| *taken != Self::FREE) {
            if *other == head && is_it(*taken) {
                break;
            }
            slot = (slot + 1) & mask;
        }
        slot
    }

    fn heads(id: &gix::oid) -> [u32; 2] {
        let (heads, _) = id.as_bytes().as_chunks::<4>();
        [0, 1].map(|nth| heads.get(nth).map_or(0, |bytes| u32::from_be_bytes(*bytes)))
    }
}

/// The name of the object at a position among those of all packs.
fn oid(packs: &[Pack], position: u32) -> Option<&gix::oid> {
    let mut at = position;
    for pack in packs {
        let count = pack.index.num_objects();
        if at < count {
            return Some(pack.index.oid_at_index(at));
        }
        at -= count;
    }
    None
}

impl Objects {
    /// Opens `folders` and, where their `info/alternates` lead, others.
    pub(super) fn open(folders: &[PathBuf], hash: gix::hash::Kind) -> Self {
        let mut problems = Vec::new();
        let folders = with_alternates(folders, &mut problems);
        let (packs, loose) = (Vec::new(), Vec::new());
        let mut objects = Self {
            packs,
            loose,
            folders,
            hash,
            loose_ids: OnceLock::new(),
            table: OnceLock::new(),
            problems,
        };
        for folder in objects.folders.clone() {
            objects.open_packs(&folder);
            objects.loose.push(loose::Store::at(folder, hash));
        }
        objects
    }

    /// Returns every folder that objects are looked for in.
    pub(super) fn folders(&self) -> &[PathBuf] {
        &self.folders
    }

    /// Returns the names of packs that came since, and hold what was not there.
    pub(super) fn come_since(&self) -> Vec<String> {
        let packs = self.folders.iter().flat_map(|folder| packs_in(folder));
        let is_known = |path: &Path| self.packs.iter().any(|pack| pack.path() == path);
        let new = packs.filter(|path| !is_known(path)).filter(|path| {
            let index = index::File::at(path.with_extension("idx"), self.hash);
            index.is_ok_and(|index| index.iter().any(|entry| !self.has(Id(entry.oid))))
        });
        new.map(|path| name_of(&path)).collect()
    }

    fn open_packs(&mut self, folder: &Path) {
        for path in packs_in(folder) {
            let name = name_of(&path);
            match index::File::at(path.with_extension("idx"), self.hash) {
                Ok(index) => self.packs.push(Pack::new(index, name, path)),
                Err(_) => self.problems.push(problem(
                    format!("objects/pack/{name}.idx"),
                    if path.exists() { SkipReason::Damaged } else { SkipReason::ChangedWhileRead },
                    "the index of a pack cannot be read",
                )),
            }
        }
    }

    /// Returns the loose objects that no pack holds, sorted, and how many folders could not be
    /// listed.
    pub(super) fn loose_ids(&self) -> (&[Id], usize) {
        let (ids, faults) = self.loose_ids.get_or_init(|| {
            let (mut ids, mut faults) = (BTreeSet::new(), 0);
            for id in self.loose.iter().flat_map(loose::Store::iter) {
                match id {
                    Ok(id) if self.packs.iter().all(|pack| pack.index.lookup(id).is_none()) => {
                        ids.insert(Id(id));
                    }
                    Ok(_) => {}
                    Err(_) => faults += 1,
                }
            }
            (ids.into_iter().collect(), faults)
        });
        (ids, *faults)
    }

    /// Tells whether an object is there; what it holds is not looked at.
    pub(super) fn has(&self, id: Id) -> bool {
        self.number(id).is_some()
    }

    /// Leaves those that are not there. As [`has`](Self::has) where millions are asked about: of packed
    /// objects the first bytes of the name decide, which do not agree by chance.
    pub(super) fn leave_unknown(&self, ids: &mut Vec<Id>) {
        let table = self.table();
        table.fetch(ids);
        ids.retain(|id| !table.knows(*id) && !self.has(*id));
    }

    /// Makes ready for many questions.
    pub(super) fn prepare(&self) {
        self.table();
    }

    fn table(&self) -> &Table {
        self.table.get_or_init(|| Table::of(&self.packs))
    }

    /// A number for each object: its place in the indexes of packs, or among loose objects.
    pub(super) fn number(&self, id: Id) -> Option<u32> {
        self.table().position(&self.packs, id).or_else(|| {
            let packed: u32 = self.packs.iter().map(|pack| pack.index.num_objects()).sum();
            self.loose_ids().0.binary_search(&id).ok().map(|at| packed + at as u32)
        })
    }

    pub(super) fn reader(&self) -> Reader<'_> {
        Reader { objects: self, inflate: gix::zlib::Inflate::default(), cache: Cache::default(), last: 0 }
    }
}

/// Follows alternates as git does: each folder once, relative to the folder that names it.
fn with_alternates(folders: &[PathBuf], problems: &mut Vec<Problem>) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = Vec::new();
    let mut seen = BTreeSet::new();
    let mut open: Vec<PathBuf> = folders.iter().rev().cloned().collect();
    while let Some(folder) = open.pop() {
        let Ok(real) = folder.canonicalize() else {
            problems.push(problem(
                folder.to_string_lossy(),
                SkipReason::Unreadable,
                "a folder of objects is not there",
            ));
            continue;
        };
        if !seen.insert(real.clone()) {
            continue;
        }
        let named = fs::read(real.join("info/alternates")).unwrap_or_default();
        let lines = named.split(|b| *b == b'\n').filter(|line| !line.is_empty() && !line.starts_with(b"#"));
        for line in lines.rev().filter_map(path_of) {
            open.push(real.join(line));
        }
        found.push(real);
    }
    found
}

/// Reads objects one by one, on one thread.
pub struct Reader<'o> {
    pub(super) objects: &'o Objects,
    inflate: gix::zlib::Inflate,
    cache: Cache,
    /// The pack that had the last object, and probably has the next.
    last: usize,
}

impl Reader<'_> {
    /// Reads an object into `out`, which is cleared first.
    ///
    /// # Errors
    /// When it is not there, broken, or has more than `bytes_max` bytes.
    pub fn read(&mut self, id: Id, bytes_max: u64, out: &mut Vec<u8>) -> Result<ObjectKind, Fault> {
        out.clear();
        let packs = self.objects.packs.len();
        let mut fault = Fault::Missing;
        for at in (self.last..packs).chain(0..self.last.min(packs)) {
            let Some(pack) = self.objects.packs.get(at) else { continue };
            let Some(entry) = pack.index.lookup(id.0) else { continue };
            self.last = at;
            match self.read_packed(pack, pack.index.pack_offset_at_index(entry), bytes_max, out) {
                Ok(kind) => return Ok(kind),
                Err(why) => fault = why,
            }
        }
        for store in &self.objects.loose {
            match store.try_header(&id.0) {
                Ok(None) => {}
                Ok(Some((size, _))) if size > bytes_max => return Err(Fault::TooLarge(size)),
                Ok(Some(_)) => match store.try_find(&id.0, out) {
                    Ok(Some(object)) => return Ok(object.kind.into()),
                    _ => fault = Fault::Damaged,
                },
                Err(_) => fault = Fault::Damaged,
            }
        }
        Err(fault)
    }

    fn read_packed(
        &mut self,
        pack: &Pack,
        offset: u64,
        bytes_max: u64,
        out: &mut Vec<u8>,
    ) -> Result<ObjectKind, Fault> {
        let data = pack.data().ok_or_else(|| pack.fault())?;
        let entry = data.entry(offset).map_err(|_| Fault::Damaged)?;
        let base = |id: &gix::oid| {
            let base = pack.index.lookup(id)?;
            data.entry(pack.index.pack_offset_at_index(base)).ok()
        };
        let header = data.decode_header(entry.clone(), &mut self.inflate, &|id| {
            Ok(base(id).map(data::decode::header::ResolvedBase::InPack))
        });
        let size = header.map_err(|_| Fault::Damaged)?.object_size;
        if size > bytes_max {
            return Err(Fault::TooLarge(size));
        }
        let decoded = data.decode_entry(
            entry,
            out,
            &mut self.inflate,
            &|id, _| Ok(base(id).map(ResolvedBase::InPack)),
            &mut self.cache,
        );
        decoded.map(|outcome| outcome.kind.into()).map_err(|_| Fault::Damaged)
    }

    /// Reads a loose object into `out`, if it has no more bytes than `bound` says for its kind; `None` when
    /// it says nothing.
    pub(super) fn read_loose(
        &self,
        id: Id,
        bound: &dyn Fn(ObjectKind) -> Option<u64>,
        out: &mut Vec<u8>,
    ) -> Result<Option<ObjectKind>, Fault> {
        let mut fault = Fault::Missing;
        for store in &self.objects.loose {
            match store.try_header(&id.0) {
                Ok(None) => {}
                Ok(Some((size, kind))) => match bound(kind.into()) {
                    None => return Ok(None),
                    Some(bytes_max) if size > bytes_max => return Err(Fault::TooLarge(size)),
                    Some(_) => match store.try_find(&id.0, out) {
                        Ok(Some(object)) => return Ok(Some(object.kind.into())),
                        _ => fault = Fault::Damaged,
                    },
                },
                Err(_) => fault = Fault::Damaged,
            }
        }
        Err(fault)
    }

    /// Tells what an object is and how many bytes it has.
    ///
    /// # Errors
    /// When it is not there or broken.
    pub fn header(&mut self, id: Id) -> Result<(ObjectKind, u64), Fault> {
        for pack in &self.objects.packs {
            let Some(entry) = pack.index.lookup(id.0) else { continue };
            let Some(data) = pack.data() else { continue };
            let base = |id: &gix::oid| {
                let base = pack.index.lookup(id)?;
                data.entry(pack.index.pack_offset_at_index(base)).ok()
            };
            let Ok(entry) = data.entry(pack.index.pack_offset_at_index(entry)) else { continue };
            let header = data.decode_header(entry, &mut self.inflate, &|id| {
                Ok(base(id).map(data::decode::header::ResolvedBase::InPack))
            });
            if let Ok(header) = header {
                return Ok((header.kind.into(), header.object_size));
            }
        }
        let mut fault = Fault::Missing;
        for store in &self.objects.loose {
            match store.try_header(&id.0) {
                Ok(Some((size, kind))) => return Ok((kind.into(), size)),
                Ok(None) => {}
                Err(_) => fault = Fault::Damaged,
            }
        }
        Err(fault)
    }
}

/// Bases that were decoded a moment ago; forgotten all at once when there are too many.
#[derive(Default)]
struct Cache {
    held: HashMap<(u32, u64), (gix::objs::Kind, usize, Vec<u8>)>,
    bytes: usize,
}

impl DecodeEntry for Cache {
    fn put(&mut self, pack: u32, offset: u64, data: &[u8], kind: gix::objs::Kind, packed_bytes: usize) {
        if data.len() > CACHE_BYTES_MAX / 8 {
            return;
        }
        if self.bytes + data.len() > CACHE_BYTES_MAX {
            self.held.clear();
            self.bytes = 0;
        }
        self.bytes += data.len();
        self.held.insert((pack, offset), (kind, packed_bytes, data.to_vec()));
    }

    fn get(&mut self, pack: u32, offset: u64, out: &mut Vec<u8>) -> Option<(gix::objs::Kind, usize)> {
        let (kind, packed_bytes, data) = self.held.get(&(pack, offset))?;
        out.clear();
        out.extend_from_slice(data);
        Some((*kind, *packed_bytes))
    }
}
