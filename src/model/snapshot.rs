//! The state of the files that was audited, for those who have to look beside a document.

/// Reads files of one state: of the disk, of the index, or of the tree of a commit. What a
/// document names may lie anywhere, so paths are data of the audited tree: nothing outside its root
/// is read.
pub trait Snapshot: Sync {
    /// Returns the content of a file, by root and path below it; none where there is no such file,
    /// it cannot be read, or it is larger than [`SIBLING_BYTES_MAX`].
    fn read(&self, root: u32, path: &str) -> Option<Vec<u8>>;

    /// Returns the names of the files directly in a folder, sorted. The top level is the empty text.
    fn files(&self, root: u32, folder: &str) -> Vec<String>;
}

/// Largest sibling that is read, in bytes: manifests, ignore files and settings are small.
pub const SIBLING_BYTES_MAX: u64 = 4 << 20;

/// The state of what has no files around it.
#[derive(Debug, Clone, Copy)]
pub struct NoFiles;

impl Snapshot for NoFiles {
    fn read(&self, _root: u32, _path: &str) -> Option<Vec<u8>> {
        None
    }

    fn files(&self, _root: u32, _folder: &str) -> Vec<String> {
        Vec::new()
    }
}
