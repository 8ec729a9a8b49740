//! Source of macros: the modules of a VBA project, as [MS-OVBA] stores them.

use std::collections::BTreeMap;
use std::io::Read;

use super::binary::Bytes;
use super::stream::{File, shown};
use crate::decode::container::Members;
use crate::model::SkipReason;

/// Bytes of one stream that are read, and that its source may expand to.
const MODULE_BYTES: usize = 8 << 20;
/// Bytes that one chunk expands to, and by which positions in it are counted.
const CHUNK_BYTES: usize = 4096;

/// Records of the list of modules.
const STREAM_NAME: u16 = 0x32;
const SOURCE_OFFSET: u16 = 0x31;
const IS_CLASS: u16 = 0x22;
const VERSION: u16 = 0x09;

/// What the list of modules says of one.
#[derive(Default)]
struct Module {
    offset: usize,
    is_class: bool,
}

/// Lends the modules of all projects in a file, and returns the streams they were in.
pub(super) fn lend<'s>(
    file: &mut File<'_>,
    streams: &'s [String],
    members: &mut dyn Members,
) -> Vec<&'s str> {
    let mut told = Vec::new();
    let lists = streams.iter().filter(|stream| ends_with_folded(stream, "/VBA/dir"));
    for list in lists {
        let folder = list.get(..list.len() - "dir".len()).unwrap_or_default();
        let modules =
            expanded(&read(file, list), MODULE_BYTES).map(|list| modules(&list)).unwrap_or_default();
        let own = streams.iter().filter_map(|stream| Some((stream, stream.strip_prefix(folder)?)));
        for (stream, name) in own.filter(|(_, name)| !is_internal(name)) {
            let bytes = read(file, stream);
            let module = modules.get(&name.to_lowercase());
            let source = module
                .and_then(|module| expanded(bytes.get(module.offset..)?, MODULE_BYTES))
                .or_else(|| expanded(bytes.get(begin(&bytes)?..)?, MODULE_BYTES));
            let Some(source) = source else {
                // It stays a stream, to be read as it is.
                members.problem(&shown(stream), SkipReason::Damaged, "no source of a macro");
                continue;
            };
            let ending = if module.is_some_and(|module| module.is_class) { "cls" } else { "bas" };
            told.push(stream.as_str());
            if members.member(&format!("{}.{ending}", shown(name)), &mut &source[..]).is_break() {
                return told;
            }
        }
    }
    told
}

/// Streams beside the modules: the list, and what is compiled.
fn is_internal(name: &str) -> bool {
    name.eq_ignore_ascii_case("dir") || name.starts_with("_VBA_PROJECT") || name.starts_with("__SRP_")
}

fn ends_with_folded(text: &str, ending: &str) -> bool {
    super::super::ends_with(text, ending)
}

fn read(file: &mut File<'_>, stream: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Ok(stream) = file.open_stream(stream) {
        // What cannot be read is missing from what is expanded, which then is a problem.
        let _ = stream.take(MODULE_BYTES as u64).read_to_end(&mut bytes);
    }
    bytes
}

/// Reads the list of modules, by the names of their streams in lower case.
fn modules(list: &[u8]) -> BTreeMap<String, Module> {
    let mut modules = BTreeMap::new();
    let mut name = None;
    let mut rest = Bytes(list);
    while let (Some(kind), Some(size)) = (rest.short(), rest.long()) {
        // The version has two bytes more than it says.
        let size = if kind == VERSION { 6 } else { size as usize };
        let Some(data) = rest.take(size) else { break };
        match (kind, &name) {
            (STREAM_NAME, _) => {
                let stream = super::binary::wide(data).to_lowercase();
                modules.entry(stream.clone()).or_insert_with(Module::default);
                name = Some(stream);
            }
            (SOURCE_OFFSET, Some(name)) => {
                if let (Some(module), Some(offset)) = (modules.get_mut(name), Bytes(data).long()) {
                    module.offset = offset as usize;
                }
            }
            (IS_CLASS, Some(name)) => {
                if let Some(module) = modules.get_mut(name) {
                    module.is_class = true;
                }
            }
            _ => {}
        }
    }
    modules
}

/// Finds where source begins without the list: every module starts with the same word.
fn begin(stream: &[u8]) -> Option<usize> {
    memchr::memmem::find(stream, b"\0Attribut")?.checked_sub(3)
}

/// Expands source; nothing where it is none.
fn expanded(compressed: &[u8], most: usize) -> Option<Vec<u8>> {
    let (1, mut rest) = compressed.split_first().map(|(mark, rest)| (*mark, Bytes(rest)))? else {
        return None;
    };
    let mut source = Vec::new();
    while let Some(header) = rest.short() {
        let size = usize::from(header & 0x0FFF) + 1;
        // Three bits in the middle say that it is a chunk.
        if header & 0x7000 != 0x3000 || source.len() >= most {
            break;
        }
        let data = rest.take(size.min(rest.0.len()))?;
        if header & 0x8000 == 0 {
            source.extend_from_slice(data);
        } else {
            chunk(data, &mut source);
        }
    }
    (!source.is_empty()).then_some(source)
}

/// Expands one chunk: bytes as they are, and copies of what came before in it.
fn chunk(data: &[u8], source: &mut Vec<u8>) {
    let start = source.len();
    let mut rest = Bytes(data);
    while let Some(flags) = rest.byte() {
        for bit in 0..8 {
            if flags & (1 << bit) == 0 {
                let Some(byte) = rest.byte() else { return };
                source.push(byte);
            } else {
                let Some(token) = rest.short() else { return };
                let position = source.len() - start;
                // How many bits the distance has depends on how far the chunk has come.
                let distance_bits = (4..12).find(|bits| 1_usize << bits >= position).unwrap_or(12);
                let length = usize::from(token & (u16::MAX >> distance_bits)) + 3;
                let distance = usize::from(token >> (16 - distance_bits)) + 1;
                let Some(from) = source.len().checked_sub(distance).filter(|from| *from >= start) else {
                    return;
                };
                for at in from..from + length {
                    let Some(byte) = source.get(at).copied() else { return };
                    source.push(byte);
                }
            }
            if source.len() - start > CHUNK_BYTES {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of [MS-OVBA] 3.2.3.
    #[test]
    fn copies_are_expanded() {
        let compressed = [0x01, 0x03, 0xB0, 0x02, 0x61, 0x45, 0x00];
        assert_eq!(expanded(&compressed, 10_000).unwrap(), b"a".repeat(73));
    }

    /// The example of [MS-OVBA] 3.2.2.
    #[test]
    fn patterns_are_expanded() {
        let compressed = [
            0x01, 0x2F, 0xB0, 0x00, 0x23, 0x61, 0x61, 0x61, 0x62, 0x63, 0x64, 0x65, 0x82, 0x66, 0x00, 0x70,
            0x61, 0x67, 0x68, 0x69, 0x6A, 0x01, 0x38, 0x08, 0x61, 0x6B, 0x6C, 0x00, 0x30, 0x6D, 0x6E, 0x6F,
            0x70, 0x06, 0x71, 0x02, 0x70, 0x04, 0x10, 0x72, 0x73, 0x74, 0x75, 0x76, 0x10, 0x77, 0x78, 0x79,
            0x7A, 0x00, 0x3C,
        ];
        assert_eq!(
            expanded(&compressed, 10_000).unwrap(),
            b"#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa"
        );
    }

    #[test]
    fn noise_is_no_source() {
        assert_eq!(expanded(b"", 100), None);
        assert_eq!(expanded(b"\x01\xff\xff", 100), None);
        assert!(modules(&[0x32, 0, 255, 255, 255, 255, 1]).is_empty());
    }
}
