//! Files of files as older office programs write them: workbooks of Excel, projects of macros,
//! messages of Outlook, and whatever a password protects.

use std::collections::BTreeSet;
use std::io::Read;

use super::page::Page;
use super::stream::{File, shown};
use super::{macros, message, old_sheet, old_text};
use crate::decode::container::{Container, Members, damage};
use crate::model::{ReadSeek, SkipReason};

pub(in super::super) struct Compound;

const MAGIC: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
/// Streams of one file that are looked at.
const STREAMS: usize = 100_000;

/// What reads a stream that is a text; false where it has to be read as it is.
type TextReader = fn(&mut File<'_>, &mut Page<'_>) -> bool;

const OLD_TEXTS: [(&str, TextReader); 2] =
    [(old_text::TEXT, old_text::tell), (old_text::SLIDES, old_text::tell_slides)];

impl Container for Compound {
    fn recognises(&self, _name: &str, head: &[u8]) -> bool {
        head.starts_with(MAGIC)
    }

    fn open(&self, _name: &str, content: &mut dyn ReadSeek, members: &mut dyn Members) {
        let mut file = match File::open(content) {
            Ok(file) => file,
            Err(error) => {
                let (reason, detail) = damage(&error);
                return members.problem("", reason, detail);
            }
        };
        let streams = streams(&file);
        if streams.iter().any(|stream| stream == "/EncryptedPackage") {
            return members.problem("", SkipReason::Encrypted, "a password protects it");
        }
        let mut told = BTreeSet::new();
        if let Some(book) = streams.iter().find(|stream| matches!(stream.as_str(), "/Workbook" | "/Book"))
            && old_book(&mut file, book, members)
        {
            told.insert(book.as_str());
        }
        for (stream, tell) in OLD_TEXTS {
            if streams.iter().any(|found| found == stream) {
                let mut page = Page::new(members);
                if tell(&mut file, &mut page) {
                    told.insert(stream);
                }
                page.flush();
            }
        }
        let of_message = if message::is_message(&streams) {
            message::lend(&mut file, &streams, members)
        } else {
            BTreeSet::new()
        };
        told.extend(of_message.iter().map(String::as_str));
        told.extend(macros::lend(&mut file, &streams, members));
        for stream in streams.iter().filter(|stream| !told.contains(stream.as_str())) {
            let Ok(mut content) = file.open_stream(stream) else { continue };
            if members.member(&shown(stream), &mut content).is_break() {
                return;
            }
        }
    }
}

/// The paths of all streams.
fn streams(file: &File<'_>) -> Vec<String> {
    let entries = file.walk().filter(cfb::Entry::is_stream);
    entries.take(STREAMS).filter_map(|entry| entry.path().to_str().map(str::to_owned)).collect()
}

/// Tells a workbook; false where its stream has to be read as it is.
fn old_book(file: &mut File<'_>, book: &str, members: &mut dyn Members) -> bool {
    let Ok(stream) = file.open_stream(book) else { return false };
    let limit = members.bytes_left();
    let mut page = Page::new(members);
    let is_told = old_sheet::tell(&mut stream.take(limit), &mut page);
    page.flush();
    is_told
}
