//! The state of a repository: whether anything an audit reads of it changed, told by names alone.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::{GitError, Repo};

/// Repositories in repositories that are followed.
const DEPTH_MAX: usize = 8;
/// Files of a git folder that an audit reads as they are.
const FILES: [&str; 7] = [
    "HEAD",
    "config",
    "config.worktree",
    "shallow",
    "info/exclude",
    "info/grafts",
    "objects/info/alternates",
];

impl Repo {
    /// Returns a digest of all references, the index, the settings git keeps, and, with `objects`,
    /// of the names of all packs and loose objects; of submodules too. No object is read.
    ///
    /// # Errors
    /// When references or the index cannot be read.
    pub fn standing(&self, objects: bool) -> Result<String, GitError> {
        let mut hash = Sha256::new();
        self.stand(objects, 0, &mut hash)?;
        Ok(hash.finalize().iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        }))
    }

    fn stand(&self, objects: bool, depth: usize, hash: &mut Sha256) -> Result<(), GitError> {
        for reference in self.refs()? {
            hash.update(format!("{} {} {:?}\n", reference.target, reference.name, reference.kind));
        }
        let index = self.index()?;
        for entry in index.entries() {
            hash.update(entry.path(&index));
            hash.update(format!("\0{} {:?} {:?}\n", entry.id, entry.mode, entry.stage()));
        }
        let mut folders = vec![self.git_dir(), self.common_dir()];
        folders.dedup();
        for file in folders.iter().flat_map(|folder| FILES.map(|name| folder.join(name))) {
            hash.update(fs::read(file).unwrap_or_default());
            hash.update([0]);
        }
        if objects {
            for name in self.object_names() {
                hash.update(name);
                hash.update([0]);
            }
        }
        if depth < DEPTH_MAX {
            let submodules = self.submodules();
            for submodule in &submodules.present {
                hash.update(&submodule.path);
                hash.update([0]);
                submodule.repo.stand(objects, depth + 1, hash)?;
            }
            hash.update(format!("{:?}", submodules.problems));
        }
        Ok(())
    }

    /// The names of files that hold objects, here and where alternates lead.
    fn object_names(&self) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        for folder in self.objects.folders() {
            for inside in names_in(folder) {
                // Loose objects lie in folders of two digits, packs in their own.
                if inside.len() == 2 || inside == "pack" {
                    let below = folder.join(&inside);
                    names.extend(names_in(&below).into_iter().map(|name| format!("{inside}/{name}")));
                }
            }
        }
        // Indexes over packs come and go, and hold nothing.
        names.retain(|name| !name.starts_with("pack/") || name.ends_with(".pack") || name.ends_with(".idx"));
        names
    }
}

fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}
