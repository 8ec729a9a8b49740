//! How large a repository is, asked of names and sizes alone.

use std::fs;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::repository::{Location, Repository, is_repository};

/// What is taken for the size of a repository that is not here, in bytes of its packs.
const UNKNOWN_BYTES: u64 = 16 << 20;
/// What a byte of a pack takes in all, where nobody has looked into it.
const BYTES_OF_UNSEEN: u64 = 2 * BYTES_OF_PACKS;
/// What a loose object takes, on average, in bytes.
const LOOSE_BYTES: u64 = 4 << 10;
/// Files that are asked for their size in a folder that is no repository.
const FILES_MAX: usize = 1_000_000;
/// What a byte of a pack takes for each byte that it unpacks to: it is inflated and applied, and what
/// is large in a pack is seldom alike. Of 60 histories audited with one thread, 3 ms a MB unpacked and
/// 25 ms a MB packed came nearest.
const BYTES_OF_PACKS: u64 = 8;
/// What a checked-out file takes for each byte of the index, which names it in a hundred bytes.
const BYTES_OF_FILES: u64 = 100;
/// Digits of a size that count, in bits: a push between two looks seldom changes them.
const BITS: u32 = 4;

/// Returns how many bytes there are to go through, roughly; the list's word, which is of packs, counts
/// first. `unpacked` tells
/// what the packs of a repository unpack to.
#[must_use]
pub fn size_of(repository: &Repository, is_history: bool, unpacked: &dyn Fn(&Path) -> u64) -> u64 {
    let told = repository.bytes.map(|bytes| bytes.saturating_mul(BYTES_OF_UNSEEN));
    let bytes = told.unwrap_or_else(|| match &repository.location {
        Location::Address(_) => UNKNOWN_BYTES * BYTES_OF_UNSEEN,
        Location::Path(path) if is_repository(path) => of_repository(path, is_history, unpacked),
        Location::Path(path) => of_folder(path),
    });
    rounded(bytes)
}

fn of_repository(path: &Path, is_history: bool, unpacked: &dyn Fn(&Path) -> u64) -> u64 {
    let git = git_folder(path);
    if !is_history && path.join(".git").exists() {
        let index = fs::metadata(git.join("index")).map_or(0, |about| about.len());
        return index.saturating_mul(BYTES_OF_FILES);
    }
    // A linked working tree shares the objects of another.
    let common = fs::read_to_string(git.join("commondir")).map(|text| git.join(text.trim()));
    let objects = common.unwrap_or(git).join("objects");
    let packs: u64 =
        entries(&objects.join("pack")).filter_map(|entry| Some(entry.metadata().ok()?.len())).sum();
    // Their names begin evenly with every byte, so one folder speaks for all.
    let loose = entries(&objects.join("17")).count() as u64 * 256;
    let packed = packs.saturating_add(loose.saturating_mul(LOOSE_BYTES));
    packed.saturating_mul(BYTES_OF_PACKS).saturating_add(unpacked(path))
}

fn git_folder(path: &Path) -> PathBuf {
    let inside = path.join(".git");
    if inside.is_dir() {
        return inside;
    }
    let target = fs::read_to_string(&inside).ok();
    let target = target.as_deref().and_then(|text| text.strip_prefix("gitdir:")).map(str::trim);
    target.map_or_else(|| path.to_path_buf(), |target| path.join(target))
}

fn entries(folder: &Path) -> impl Iterator<Item = fs::DirEntry> {
    fs::read_dir(folder).into_iter().flatten().flatten()
}

fn of_folder(path: &Path) -> u64 {
    let files = WalkDir::new(path).into_iter().flatten().filter(|entry| entry.file_type().is_file());
    files.take(FILES_MAX).filter_map(|entry| Some(entry.metadata().ok()?.len())).fold(0, u64::saturating_add)
}

/// Rounds up to a few digits.
const fn rounded(bytes: u64) -> u64 {
    let digits = u64::BITS - bytes.leading_zeros();
    let step = 1 << digits.saturating_sub(BITS);
    bytes.div_ceil(step).saturating_mul(step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_few_digits() {
        assert_eq!([0, 7, 16, 17, 1_000_000].map(rounded), [0, 7, 16, 18, 1 << 20]);
        assert!(rounded(1_000_001) - 1_000_001 < 1_000_001 / 8);
        assert!(rounded(u64::MAX) >= u64::MAX - (1 << 60));
    }
}
