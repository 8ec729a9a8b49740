//! 7z archives.
//!
//! The table of contents is read by our own code: the library for it makes room for as many files
//! as an archive says it has, and ends the program.

mod header;

use std::io::{self, BufReader, Read, SeekFrom};
use std::ops::ControlFlow;

use lzma_rust2::filter::{bcj::BcjReader, delta::DeltaReader};
use lzma_rust2::{Lzma2Reader, LzmaReader};

use super::{Container, Members, damage};
use crate::model::{ReadSeek, SkipReason};
use header::{Bytes, Coder, Folder, Header};

pub(super) struct SevenZip;

const MAGIC: &[u8] = b"7z\xbc\xaf\x27\x1c";
/// The first header: where the table of contents is.
const START_BYTES: u64 = 32;
/// The table of contents.
const TABLE_BYTES_MAX: u64 = 16 << 20;
/// What unpacking may look back at, in bytes: the best compression of 7-Zip asks for half of it.
const DICTIONARY_BYTES_MAX: u64 = 128 << 20;
/// Tables of contents that are packed themselves, one in another.
const TABLES_MAX: usize = 4;

const DAMAGED: (SkipReason, &str) = (SkipReason::Damaged, "its bytes are not what its format says");
const ENCRYPTED: (SkipReason, &str) = (SkipReason::Encrypted, "a password protects it");
const UNSUPPORTED: (SkipReason, &str) = (SkipReason::Unsupported, "compressed in a way that is not read");

type Fault = (SkipReason, &'static str);

impl Container for SevenZip {
    fn recognises(&self, _name: &str, head: &[u8]) -> bool {
        head.starts_with(MAGIC)
    }

    fn open(&self, _name: &str, content: &mut dyn ReadSeek, members: &mut dyn Members) {
        let header = match table(content) {
            Ok(header) => header,
            Err((reason, detail)) => return members.problem("", reason, detail),
        };
        let mut at = START_BYTES.saturating_add(header.start);
        let mut packed = header.packed.iter();
        let mut names = header.names.iter();
        for folder in &header.folders {
            let own = packed.by_ref().take(usize::try_from(folder.packed).unwrap_or(usize::MAX));
            let size = own.fold(0_u64, |sum, size| sum.saturating_add(*size));
            let names: Vec<&str> = names.by_ref().take(folder.members.len()).map(String::as_str).collect();
            if unpack(content, (at, size), folder, &names, members).is_break() {
                return;
            }
            at = at.saturating_add(size);
        }
    }
}

/// Hands over the members of a folder.
fn unpack(
    content: &mut dyn ReadSeek,
    (at, size): (u64, u64),
    folder: &Folder,
    names: &[&str],
    members: &mut dyn Members,
) -> ControlFlow<()> {
    let mut reader = match unpacked(content, at, size, folder) {
        Ok(reader) => reader,
        Err((reason, detail)) => {
            names.iter().for_each(|name| members.problem(name, reason, detail));
            return ControlFlow::Continue(());
        }
    };
    for (index, size) in folder.members.iter().enumerate() {
        let name = names.get(index).copied().unwrap_or_default();
        let mut member = Read::take(&mut reader, *size);
        members.member(name, &mut member)?;
        // A member that was not read to its end stands before the next one.
        if io::copy(&mut member, &mut io::sink()).is_err() || member.limit() > 0 {
            members.problem(name, SkipReason::Damaged, "it ends too early");
            return ControlFlow::Continue(());
        }
    }
    ControlFlow::Continue(())
}

/// Reads the table of contents.
fn table(content: &mut dyn ReadSeek) -> Result<Header, Fault> {
    let mut start = [0; START_BYTES as usize];
    content.read_exact(&mut start).map_err(|error| damage(&error))?;
    let number = |at: usize| {
        let bytes = start.get(at..at + 8).and_then(|bytes| bytes.try_into().ok());
        bytes.map_or(0, u64::from_le_bytes)
    };
    let (offset, size) = (number(12), number(20));
    if size == 0 {
        return Ok(Header::default());
    }
    let mut bytes = read_at(content, START_BYTES.saturating_add(offset), size)?;
    for _ in 0..TABLES_MAX {
        let mut rest = Bytes(&bytes);
        match rest.byte() {
            Some(1) => return listed(&mut rest).ok_or(DAMAGED),
            Some(23) => {
                let packed = rest.streams().ok_or(DAMAGED)?;
                let folder = packed.folders.first().ok_or(DAMAGED)?;
                let size = packed.packed.first().copied().unwrap_or(0);
                let at = START_BYTES.saturating_add(packed.start);
                let mut reader = unpacked(content, at, size, folder)?.take(TABLE_BYTES_MAX);
                let mut plain = Vec::new();
                reader.read_to_end(&mut plain).map_err(|error| damage(&error))?;
                bytes = plain;
            }
            _ => return Err(DAMAGED),
        }
    }
    Err(DAMAGED)
}

fn read_at(content: &mut dyn ReadSeek, at: u64, size: u64) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    content.seek(SeekFrom::Start(at)).map_err(|_| DAMAGED)?;
    let read = Read::take(content, size.min(TABLE_BYTES_MAX)).read_to_end(&mut bytes);
    read.map_err(|error| damage(&error))?;
    if bytes.len() as u64 == size { Ok(bytes) } else { Err((SkipReason::Damaged, "it ends too early")) }
}

fn listed(rest: &mut Bytes<'_>) -> Option<Header> {
    let mut header = Header::default();
    loop {
        match rest.byte()? {
            0 => return Some(header),
            4 => header = rest.streams()?,
            5 => header.names = rest.names()?,
            _ => return None,
        }
    }
}

/// Puts the steps of a folder one on another.
fn unpacked<'c>(
    content: &'c mut dyn ReadSeek,
    at: u64,
    size: u64,
    folder: &Folder,
) -> Result<Box<dyn Read + 'c>, Fault> {
    // The method of AES, whatever else is around it.
    if folder.coders.iter().any(|coder| coder.method == [6, 0xf1, 7, 1]) {
        return Err(ENCRYPTED);
    }
    let chain = folder.chain().ok_or(UNSUPPORTED)?;
    content.seek(SeekFrom::Start(at)).map_err(|_| DAMAGED)?;
    let mut reader: Box<dyn Read + 'c> = Box::new(BufReader::new(Read::take(content, size)));
    for coder in &chain {
        reader = step(reader, coder)?;
    }
    Ok(reader)
}

fn step<'c>(reader: Box<dyn Read + 'c>, coder: &Coder) -> Result<Box<dyn Read + 'c>, Fault> {
    // What is smaller than the dictionary is all that can be looked back at.
    let dictionary = |asked: u64| match asked.min(coder.size.max(4096)) {
        bytes @ ..=DICTIONARY_BYTES_MAX => Ok(u32::try_from(bytes).unwrap_or(u32::MAX)),
        _ => Err((SkipReason::TooLarge, "unpacking it takes more memory than the limit")),
    };
    let property = |at: usize| coder.properties.get(at).copied();
    Ok(match coder.method.as_slice() {
        [0] => reader,
        [3, 1, 1] => {
            let asked =
                coder.properties.get(1..5).and_then(|bytes| bytes.try_into().ok()).map(u32::from_le_bytes);
            let dictionary = dictionary(u64::from(asked.ok_or(DAMAGED)?))?;
            let properties = property(0).ok_or(DAMAGED)?;
            let unpacking = LzmaReader::new_with_props(reader, coder.size, properties, dictionary, None);
            Box::new(unpacking.map_err(|_| DAMAGED)?)
        }
        [0x21] => {
            let bits = u32::from(property(0).filter(|bits| *bits <= 40).ok_or(DAMAGED)?);
            let asked = u64::from(2 | (bits & 1)) << (bits / 2 + 11);
            Box::new(Lzma2Reader::new(reader, dictionary(asked)?, None))
        }
        [4, 1, 8] => Box::new(flate2::read::DeflateDecoder::new(reader)),
        [4, 2, 2] => Box::new(bzip2::read::MultiBzDecoder::new(reader)),
        [3] => Box::new(DeltaReader::new(reader, usize::from(property(0).unwrap_or(0)) + 1)),
        [3, 3, 1, 3] => Box::new(BcjReader::new_x86(reader, 0)),
        [3, 3, 5, 1] => Box::new(BcjReader::new_arm(reader, 0)),
        [10] => Box::new(BcjReader::new_arm64(reader, 0)),
        _ => return Err(UNSUPPORTED),
    })
}
