//! References kept in tables instead of files (git's `reftable` format).
//!
//! <https://git-scm.com/docs/reftable>: a stack of tables, each a sorted list of references in
//! blocks, of which a newer one overrides the older ones.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::Id;

/// Bytes of a table that are read; larger ones are broken or hostile.
pub(super) const TABLE_BYTES_MAX: u64 = 1 << 30;

/// What a reference points to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// An object.
    Object(Id),
    /// Another reference, as HEAD does.
    Reference(String),
}

/// References by name.
pub(super) type References = BTreeMap<String, Target>;

/// Reads the stack of a git folder; `None` when its references are kept in files.
///
/// # Errors
/// When a table cannot be read, naming it.
pub(super) fn references(git_dir: &Path) -> Option<Result<References, String>> {
    let folder = git_dir.join("reftable");
    let mut references = References::new();
    for name in names(&folder)? {
        let broken = || Err(format!("reftable/{name} is damaged"));
        // A table is a file of this folder, whatever the list says.
        let path = folder.join(&name);
        if name.contains(['/', '\\']) || fs::metadata(&path).is_ok_and(|m| m.len() > TABLE_BYTES_MAX) {
            return Some(broken());
        }
        let Ok(bytes) = fs::read(&path) else { return Some(broken()) };
        if table(&bytes, &mut references).is_none() {
            return Some(broken());
        }
    }
    Some(Ok(references))
}

/// Returns the names of the tables of a folder, the oldest first; `None` when it has none.
pub(super) fn names(folder: &Path) -> Option<Vec<String>> {
    let list = fs::read_to_string(folder.join("tables.list")).ok()?;
    Some(list.lines().filter(|name| !name.is_empty()).map(str::to_owned).collect())
}

/// Adds the references of one table; `None` when it is broken.
fn table(bytes: &[u8], references: &mut References) -> Option<()> {
    let rest = bytes.strip_prefix(b"REFT")?;
    let version = *rest.first()?;
    let block_bytes = uint24(rest.get(1..4)?)?;
    let (header_bytes, footer_bytes) = if version == 1 { (24, 68) } else { (28, 72) };
    let is_sha256 = version != 1 && bytes.get(24..28)? == b"s256";
    let id_bytes = if is_sha256 { 32 } else { 20 };
    let end = bytes.len().checked_sub(footer_bytes)?;
    let mut at = 0;
    while at < end {
        let start = if at == 0 { header_bytes } else { at };
        if start >= end || *bytes.get(start)? != b'r' {
            return Some(());
        }
        // The length counts from the beginning of the block, with the header of the table in it.
        let length = uint24(bytes.get(start + 1..start + 4)?)?;
        let block = bytes.get(at..at + length)?;
        records(block, start - at + 4, id_bytes, references)?;
        // Blocks are padded with zeros to their size, or follow at once.
        let is_padded = block_bytes > length && bytes.get(at + length).is_none_or(|b| *b == 0);
        at += if is_padded { block_bytes } else { length.max(1) };
    }
    Some(())
}

fn records(block: &[u8], first: usize, id_bytes: usize, references: &mut References) -> Option<()> {
    let restarts = block.last_chunk::<2>().map(|count| usize::from(u16::from_be_bytes(*count)))?;
    let end = block.len().checked_sub(2 + 3 * restarts)?;
    let mut rest = block.get(first..end)?;
    let mut name: Vec<u8> = Vec::new();
    while !rest.is_empty() {
        let prefix = varint(&mut rest)?;
        let suffix = varint(&mut rest)?;
        let kind = suffix & 7;
        name.truncate(prefix);
        name.extend_from_slice(take(&mut rest, suffix >> 3)?);
        varint(&mut rest)?;
        let target = match kind {
            0 => None,
            1 => Some(Target::Object(Id::from_bytes(take(&mut rest, id_bytes)?)?)),
            2 => {
                let id = Id::from_bytes(take(&mut rest, id_bytes)?)?;
                take(&mut rest, id_bytes)?;
                Some(Target::Object(id))
            }
            3 => {
                let length = varint(&mut rest)?;
                Some(Target::Reference(String::from_utf8_lossy(take(&mut rest, length)?).into_owned()))
            }
            _ => return None,
        };
        let key = String::from_utf8_lossy(&name).into_owned();
        match target {
            Some(target) => references.insert(key, target),
            None => references.remove(&key),
        };
    }
    Some(())
}

pub(super) fn take<'b>(rest: &mut &'b [u8], length: usize) -> Option<&'b [u8]> {
    let (taken, after) = rest.split_at_checked(length)?;
    *rest = after;
    Some(taken)
}

/// Reads a number as packs write offsets: seven bits a byte, each further byte adding one.
pub(super) fn varint(rest: &mut &[u8]) -> Option<usize> {
    let mut byte = *take(rest, 1)?.first()?;
    let mut value = usize::from(byte & 0x7f);
    while byte & 0x80 != 0 {
        byte = *take(rest, 1)?.first()?;
        value = value.checked_add(1)?.checked_mul(128)? | usize::from(byte & 0x7f);
    }
    Some(value)
}

pub(super) fn uint24(bytes: &[u8]) -> Option<usize> {
    let [a, b, c] = bytes else { return None };
    Some(usize::from(*a) << 16 | usize::from(*b) << 8 | usize::from(*c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_packs_write_them() {
        let read = |mut bytes: &[u8]| varint(&mut bytes);
        assert_eq!((read(&[5]), read(&[0x80, 0]), read(&[0x81, 0x7f])), (Some(5), Some(128), Some(383)));
        assert_eq!(read(&[0x80]), None);
    }

    #[test]
    fn what_is_no_table_gives_nothing() {
        let mut references = References::new();
        for bytes in [&b""[..], b"REFT", b"REFT\x01aaa", &[b'R'; 200]] {
            assert!(table(bytes, &mut references).is_none(), "{bytes:?}");
        }
    }
}
