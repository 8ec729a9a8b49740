//! Tape archives.

use super::{Container, Members, damage};
use crate::model::ReadSeek;

pub(super) struct Tar;

/// Where the magic stands in the first header.
const MAGIC_AT: usize = 257;

impl Container for Tar {
    fn recognises(&self, _name: &str, head: &[u8]) -> bool {
        head.get(MAGIC_AT..).is_some_and(|rest| rest.starts_with(b"ustar"))
    }

    fn open(&self, _name: &str, content: &mut dyn ReadSeek, members: &mut dyn Members) {
        let mut archive = tar::Archive::new(content);
        // What backup programs leave at the end of a tape is no damage.
        archive.set_ignore_zeros(true);
        let entries = match archive.entries() {
            Ok(entries) => entries,
            Err(error) => return fault(members, "", &error),
        };
        for entry in entries {
            let mut entry = match entry {
                Ok(entry) => entry,
                Err(error) => return fault(members, "", &error),
            };
            let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
            let kind = entry.header().entry_type();
            let is_done = if kind.is_file() || kind.is_contiguous() || kind.is_gnu_sparse() {
                members.member(&name, &mut entry).is_break()
            } else if let (true, Ok(Some(target))) = (kind.is_symlink(), entry.link_name()) {
                let target = target.to_string_lossy().into_owned();
                members.member(&name, &mut target.as_bytes()).is_break()
            } else {
                false
            };
            if is_done {
                return;
            }
        }
    }
}

fn fault(members: &mut dyn Members, member: &str, error: &std::io::Error) {
    let (reason, detail) = damage(error);
    members.problem(member, reason, detail);
}
