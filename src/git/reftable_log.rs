//! Reflogs kept in tables: when references moved.

use std::fs;
use std::path::Path;

use super::reftable::{TABLE_BYTES_MAX, names, take, uint24, varint};

/// Bytes of a block, inflated; its length has three bytes.
const BLOCK_BYTES_MAX: usize = 1 << 24;

/// An entry of a reflog.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Moved {
    /// When, in seconds since 1970.
    pub(super) seconds: i64,
    /// Whether the branch got its name then.
    pub(super) is_renamed: bool,
}

impl Moved {
    pub(super) fn new(seconds: i64, message: &[u8]) -> Self {
        Self { seconds, is_renamed: message.starts_with(b"Branch: renamed ") }
    }
}

/// Returns how references whose names begin with `prefix` moved; none where no table tells.
pub(super) fn moved(git_dir: &Path, prefix: &str) -> Option<Vec<Moved>> {
    let folder = git_dir.join("reftable");
    let read = |name: String| -> Option<Vec<Moved>> {
        // A table is a file of this folder, whatever the list says.
        let path = folder.join(Path::new(&name).file_name()?);
        let is_small = fs::metadata(&path).is_ok_and(|about| about.len() <= TABLE_BYTES_MAX);
        let bytes = is_small.then(|| fs::read(&path).ok()).flatten()?;
        let mut moved = Vec::new();
        // A table that is broken further on told what it told.
        let _ = blocks(&bytes, prefix.as_bytes(), &mut moved);
        Some(moved)
    };
    let all: Vec<Moved> = names(&folder)?.into_iter().filter_map(read).flatten().collect();
    (!all.is_empty()).then_some(all)
}

fn blocks(bytes: &[u8], prefix: &[u8], moved: &mut Vec<Moved>) -> Option<()> {
    let version = *bytes.strip_prefix(b"REFT")?.first()?;
    let (header_bytes, footer_bytes, id_bytes) = match version {
        1 => (24, 68, 20),
        _ => (28, 72, if bytes.get(24..28)? == b"s256" { 32 } else { 20 }),
    };
    let end = bytes.len().checked_sub(footer_bytes)?;
    // Behind the header the footer holds four offsets before that of the logs.
    let at = end + header_bytes + 3 * 8;
    let offset = u64::from_be_bytes(*bytes.get(at..)?.first_chunk::<8>()?);
    // The first block shares its place, and its length, with the header of the table.
    let mut at = usize::try_from(offset).ok()?;
    while at < end {
        let start = if at == 0 { header_bytes } else { at };
        if *bytes.get(start)? != b'g' {
            return Some(());
        }
        let skipped = start - at + 4;
        let length = uint24(bytes.get(start + 1..start + 4)?)?.checked_sub(skipped)?;
        let mut block = vec![0; length.min(BLOCK_BYTES_MAX) + 1];
        let packed = bytes.get(start + 4..end)?;
        let (_, read, made) = gix::zlib::Inflate::default().once(packed, &mut block).ok()?;
        records(block.get(..made)?, prefix, id_bytes, moved)?;
        at = start + 4 + read.max(1);
    }
    Some(())
}

fn records(block: &[u8], prefix: &[u8], id_bytes: usize, moved: &mut Vec<Moved>) -> Option<()> {
    let restarts = block.last_chunk::<2>().map(|count| usize::from(u16::from_be_bytes(*count)))?;
    let mut rest = block.get(..block.len().checked_sub(2 + 3 * restarts)?)?;
    let mut key: Vec<u8> = Vec::new();
    while !rest.is_empty() {
        let shared = varint(&mut rest)?;
        let suffix = varint(&mut rest)?;
        key.truncate(shared);
        key.extend_from_slice(take(&mut rest, suffix >> 3)?);
        if suffix & 7 == 0 {
            continue;
        }
        take(&mut rest, 2 * id_bytes)?;
        for _name_and_mail in 0..2 {
            let length = varint(&mut rest)?;
            take(&mut rest, length)?;
        }
        let seconds = i64::try_from(varint(&mut rest)?).ok()?;
        take(&mut rest, 2)?;
        let length = varint(&mut rest)?;
        let message = take(&mut rest, length)?;
        if key.starts_with(prefix) {
            moved.push(Moved::new(seconds, message));
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_table_tells_nothing() {
        for bytes in
            [&b""[..], b"REFT", b"REFT\x01aaa", &[b'R'; 200], &[b"REFT\x01", &[0xff; 200][..]].concat()]
        {
            let mut moved = Vec::new();
            let _ = blocks(bytes, b"refs/", &mut moved);
            assert!(moved.is_empty(), "{bytes:?}");
        }
        assert_eq!(records(b"\0\0", b"", 20, &mut Vec::new()), Some(()));
        assert_eq!(records(b"\0\xff\xff", b"", 20, &mut Vec::new()), None);
    }
}
