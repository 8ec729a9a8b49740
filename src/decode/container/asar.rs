//! Electron's archives.

use std::io::{Read, SeekFrom};
use std::ops::ControlFlow;

use serde_json::{Map, Value};

use super::{Container, Members, damage};
use crate::model::{ReadSeek, SkipReason};

pub(super) struct Asar;

/// Four lengths stand before the table of contents.
const HEAD_BYTES: u64 = 16;
/// A table of contents: one of a whole application has a megabyte.
const TABLE_BYTES_MAX: u64 = 8 << 20;

impl Container for Asar {
    fn recognises(&self, _name: &str, head: &[u8]) -> bool {
        head.starts_with(&[4, 0, 0, 0]) && head.get(16..).is_some_and(|rest| rest.starts_with(b"{\"files\":"))
    }

    fn open(&self, _name: &str, content: &mut dyn ReadSeek, members: &mut dyn Members) {
        let Some((table, start)) = table(content) else {
            return members.problem("", SkipReason::Damaged, "its bytes are not what its format says");
        };
        let length = content.seek(SeekFrom::End(0)).unwrap_or(0);
        let mut files = Vec::new();
        listed(&table, "", &mut files);
        for (name, offset, size) in files {
            if start.saturating_add(offset).saturating_add(size) > length {
                members.problem(&name, SkipReason::Damaged, "it ends too early");
            }
            if let Err(error) = content.seek(SeekFrom::Start(start.saturating_add(offset))) {
                let (reason, detail) = damage(&error);
                members.problem(&name, reason, detail);
                continue;
            }
            if members.member(&name, &mut Read::take(&mut *content, size)) == ControlFlow::Break(()) {
                return;
            }
        }
    }
}

/// Reads the table of contents, and where the files begin.
fn table(content: &mut dyn ReadSeek) -> Option<(Map<String, Value>, u64)> {
    let mut head = [0; HEAD_BYTES as usize];
    content.read_exact(&mut head).ok()?;
    let number =
        |at: usize| head.get(at..at + 4).and_then(|bytes| bytes.try_into().ok()).map(u32::from_le_bytes);
    let (size, length) = (u64::from(number(4)?), u64::from(number(12)?));
    let mut json = Vec::new();
    Read::take(content, length.min(TABLE_BYTES_MAX)).read_to_end(&mut json).ok()?;
    match serde_json::from_slice(&json).ok()? {
        Value::Object(mut top) => match top.remove("files")? {
            Value::Object(files) => Some((files, 8 + size)),
            _ => None,
        },
        _ => None,
    }
}

/// Lists the files of a folder with their offsets and sizes; those kept beside the archive have none.
fn listed(folder: &Map<String, Value>, path: &str, files: &mut Vec<(String, u64, u64)>) {
    for (name, entry) in folder {
        let path = if path.is_empty() { name.clone() } else { format!("{path}/{name}") };
        if let Some(Value::Object(below)) = entry.get("files") {
            listed(below, &path, files);
        } else if let (Some(offset), Some(size)) = (entry.get("offset"), entry.get("size"))
            && let (Some(offset), Some(size)) = (offset.as_str().and_then(|o| o.parse().ok()), size.as_u64())
        {
            files.push((path, offset, size));
        }
    }
}
