//! Commits, tags and trees as git writes them. Lenient: what cannot be read is left out.

use std::ops::Range;

use super::Id;
use super::tree::EntryKind;

/// What a commit says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CommitData {
    pub(super) tree: Id,
    pub(super) parents: Vec<Id>,
    pub(super) author: Signature,
    pub(super) committer: Signature,
    /// Where the message begins.
    pub(super) message_at: usize,
}

/// Who, and when in seconds since 1970.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Signature {
    pub(super) name: Vec<u8>,
    pub(super) email: Vec<u8>,
    pub(super) seconds: i64,
}

/// Reads a commit; `None` when it names no tree.
pub(super) fn commit(bytes: &[u8]) -> Option<CommitData> {
    let (mut tree, mut parents) = (None, Vec::new());
    let (mut author, mut committer) = (Signature::default(), Signature::default());
    let mut at = 0;
    for line in bytes.split_inclusive(|b| *b == b'\n') {
        at += line.len();
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        if line.is_empty() {
            break;
        }
        if let Some(hex) = line.strip_prefix(b"tree ") {
            tree = tree.or_else(|| Id::from_hex(hex));
        } else if let Some(hex) = line.strip_prefix(b"parent ") {
            parents.extend(Id::from_hex(hex));
        } else if let Some(rest) = line.strip_prefix(b"author ") {
            author = signature(rest);
        } else if let Some(rest) = line.strip_prefix(b"committer ") {
            committer = signature(rest);
        }
    }
    Some(CommitData { tree: tree?, parents, author, committer, message_at: at })
}

/// Reads `Name <mail> seconds zone`.
fn signature(line: &[u8]) -> Signature {
    let open = line.iter().position(|b| *b == b'<').unwrap_or(line.len());
    let close = line.iter().rposition(|b| *b == b'>').unwrap_or(line.len());
    let part = |from: usize, to: usize| line.get(from..to).unwrap_or_default().trim_ascii();
    let time = part(close + 1, line.len());
    let seconds = time.split(|b| *b == b' ').next().and_then(|digits| std::str::from_utf8(digits).ok());
    Signature {
        name: part(0, open).to_vec(),
        email: part(open + 1, close).to_vec(),
        seconds: seconds.and_then(|digits| digits.parse().ok()).unwrap_or_default(),
    }
}

/// What an annotated tag points to, and where its message begins.
pub(super) fn tag(bytes: &[u8]) -> Option<(Id, usize)> {
    let first = bytes.split(|b| *b == b'\n').next()?;
    let target = Id::from_hex(first.strip_prefix(b"object ")?)?;
    let end = memchr::memmem::find(bytes, b"\n\n").map_or(bytes.len(), |at| at + 2);
    Some((target, end))
}

/// One line of a tree.
#[derive(Debug, Clone)]
pub(super) struct TreeEntry<'a> {
    pub(super) kind: EntryKind,
    pub(super) name: &'a [u8],
    pub(super) id: Id,
}

/// Reads the entries of a tree, up to the first that is broken.
pub(super) fn tree(bytes: &[u8], id_bytes: usize) -> impl Iterator<Item = TreeEntry<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let (entry, end) = entry(bytes, at, id_bytes)?;
        at = end;
        Some(entry)
    })
}

/// Reads the entries of a tree that reach into one of the ranges `fresh`, which are ascending.
/// The others are stepped over: trees are long, and what is new in them is short.
pub(super) fn tree_near<'t>(
    bytes: &'t [u8],
    id_bytes: usize,
    fresh: &[Range<usize>],
) -> impl Iterator<Item = TreeEntry<'t>> {
    let (mut at, mut next) = (0, 0);
    std::iter::from_fn(move || {
        loop {
            let range = fresh.get(next)?;
            let end = at + memchr::memchr(0, bytes.get(at..)?)? + 1 + id_bytes;
            if end < range.start {
                at = end;
            } else if range.end < at {
                next += 1;
            } else {
                let (entry, end) = entry(bytes, at, id_bytes)?;
                at = end;
                return Some(entry);
            }
        }
    })
}

/// Reads the entry that begins at `at`; returns where it ends as well.
fn entry(bytes: &[u8], at: usize, id_bytes: usize) -> Option<(TreeEntry<'_>, usize)> {
    let rest = bytes.get(at..)?;
    let nul = memchr::memchr(0, rest)?;
    let (head, id) = (rest.get(..nul)?, rest.get(nul + 1..nul + 1 + id_bytes)?);
    let space = memchr::memchr(b' ', head)?;
    let (mode, name) = (head.get(..space)?, head.get(space + 1..)?);
    Some((TreeEntry { kind: kind(mode), name, id: Id::from_bytes(id)? }, at + nul + 1 + id_bytes))
}

fn kind(mode: &[u8]) -> EntryKind {
    match mode {
        b"40000" | b"040000" => EntryKind::Folder,
        b"120000" => EntryKind::Link,
        b"160000" => EntryKind::Submodule,
        _ => EntryKind::File,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_is_read() {
        let id = "a".repeat(40);
        let text = format!(
            "tree {id}\nparent {id}\nparent {id}\nauthor A B <a@b.example> 1700000000 +0900\n\
             committer C <c> 1700000001 +0000\ngpgsig x\n y\n\nsubject\n"
        );
        let commit = commit(text.as_bytes()).unwrap();
        assert_eq!(commit.parents.len(), 2);
        assert_eq!((commit.author.name.as_slice(), commit.author.seconds), (&b"A B"[..], 1_700_000_000));
        assert_eq!(commit.committer.email, b"c");
        assert_eq!(text.get(commit.message_at..), Some("subject\n"));
    }

    #[test]
    fn only_what_is_new_of_a_tree_is_read() {
        let bytes: Vec<u8> =
            (0..9u8).flat_map(|n| [format!("100644 f{n}\0").as_bytes(), &[n; 20]].concat()).collect();
        let near = |fresh: &[Range<usize>]| -> Vec<u8> {
            tree_near(&bytes, 20, fresh).map(|entry| entry.name[1] - b'0').collect()
        };
        // An entry has 30 bytes. A border between two may have cut either.
        assert_eq!(near(&[0..1, 100..130, 240..240]), [0, 3, 4, 7, 8]);
        assert_eq!(near(std::slice::from_ref(&(0..270))).len(), tree(&bytes, 20).count());
        assert_eq!(near(&[]), [0u8; 0]);
    }

    #[test]
    fn broken_objects_give_what_can_be_read() {
        assert!(commit(b"parent x\n\n").is_none());
        assert!(tag(b"type blob\n").is_none());
        assert_eq!(tree(b"100644 a", 20).count(), 0);
        assert_eq!(tree(b"", 20).count(), 0);
    }
}
