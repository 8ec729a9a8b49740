//! A pack of objects with its index.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use gix::odb::pack::{data, index};

use super::families::Families;
use super::object::Fault;

/// A pack with its index.
pub(super) struct Pack {
    pub(super) index: index::File,
    /// The name without ending, as people see it in `objects/pack`.
    pub(super) name: String,
    path: PathBuf,
    data: OnceLock<Option<data::File>>,
    families: OnceLock<Families>,
}

impl Pack {
    /// The pack at `path`, which is opened when it is first needed.
    pub(super) const fn new(index: index::File, name: String, path: PathBuf) -> Self {
        Self { index, name, path, data: OnceLock::new(), families: OnceLock::new() }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns what its objects are made from, read once; `None` when it cannot be opened at all.
    pub(super) fn families(&self) -> Option<&Families> {
        if self.families.get().is_none() {
            // Read outside of the cell: a thread that waits for others may take up work that asks here again.
            let families = Families::of(&self.index, self.data()?);
            self.families.set(families).unwrap_or_default();
        }
        self.families.get()
    }

    /// Opens the data when it is first needed.
    pub(super) fn data(&self) -> Option<&data::File> {
        let open = || data::File::at(&self.path, self.index.object_hash()).ok();
        self.data.get_or_init(open).as_ref()
    }

    /// Why there is no data.
    pub(super) fn fault(&self) -> Fault {
        if self.path.exists() { Fault::Damaged } else { Fault::Gone }
    }
}

/// Returns the packs of a folder of objects.
pub(super) fn packs_in(folder: &Path) -> BTreeSet<PathBuf> {
    let entries = fs::read_dir(folder.join("pack")).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|e| e == "pack")).collect()
}

/// Returns the name of a pack without its ending.
pub(super) fn name_of(pack: &Path) -> String {
    pack.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}
