//! Messages as Outlook keeps them, a stream a property, as [MS-OXMSG] and [MS-OXCMSG] describe.
//!
//! Subject, addresses and bodies are told as one text; attachments are members under their own
//! names, and messages among them are told with their number before each place.

use std::collections::BTreeSet;
use std::io::Read as _;
use std::ops::ControlFlow;

use super::stream::{File, shown};
use crate::decode::charset::{Charset, text};
use crate::decode::container::telling::Telling;
use crate::decode::container::{Members, html};
use crate::model::SkipReason;

/// The stream that every message has.
const PROPERTIES: &str = "__properties_version1.0";
/// How a storage of an attachment begins, a hex number behind it.
const ATTACHMENT: &str = "__attach_version1.0_#";
/// The storage of an attached message, below that of its attachment.
const ATTACHED_MESSAGE: &str = "__substg1.0_3701000D/";

/// Properties told first, with what a person calls them. [MS-OXPROPS]
const HEADERS: [(&str, &str); 7] = [
    ("0037", "Subject"),
    ("0C1A", "From"),
    ("0C1F", "From"),
    ("0E04", "To"),
    ("0E03", "Cc"),
    ("007D", "Headers"),
    ("5902", "Note"),
];
/// Properties that say the subject once more.
const COPIES: [&str; 2] = ["0070", "0E1D"];
const BODY: &str = "1000";
const HTML: &str = "1013";
const RICH_TEXT: &str = "1009";
const LONG_NAME: &str = "3707";
const SHORT_NAME: &str = "3704";
const DATA: &str = "3701";

/// Bytes of one property that are read; a message itself is bounded by its container.
const PROPERTY_BYTES_MAX: u64 = 16 << 20;
/// Bytes that rich text may expand to.
const RICH_TEXT_BYTES_MAX: usize = 16 << 20;

/// Tells whether a file of files is a message.
pub(super) fn is_message(streams: &[String]) -> bool {
    streams.iter().any(|stream| stream.strip_prefix('/') == Some(PROPERTIES))
}

/// Tells the message, and returns the streams of its properties: what is in no other has been read.
pub(super) fn lend(file: &mut File<'_>, streams: &[String], members: &mut dyn Members) -> BTreeSet<String> {
    let mut lending = Lending { file, streams, told: BTreeSet::new() };
    // Attached messages lie below the one they are attached to.
    let folders: BTreeSet<&str> =
        streams.iter().filter_map(|stream| stream.strip_suffix(PROPERTIES)).collect();
    for folder in folders {
        let is_own = folder == "/" || folder.ends_with(ATTACHED_MESSAGE);
        if is_own && lending.message(folder, members).is_break() {
            break;
        }
    }
    lending.told
}

struct Lending<'a, 'f> {
    file: &'a mut File<'f>,
    streams: &'a [String],
    told: BTreeSet<String>,
}

impl Lending<'_, '_> {
    fn message(&mut self, folder: &str, members: &mut dyn Members) -> ControlFlow<()> {
        let before = if folder == "/" { String::new() } else { format!("{}: ", number(folder)) };
        let mut telling = Telling::new(members);
        for (property, name) in HEADERS {
            if let Some(value) = self.value(folder, property) {
                let cell = if name == "Subject" { "subject" } else { "headers" };
                telling.part(&format!("{before}{cell}"), &format!("{name}: {value}"))?;
            }
        }
        let body = self.value(folder, BODY);
        if let Some(body) = &body {
            telling.part(&format!("{before}body"), body)?;
        }
        let html = self.value(folder, HTML);
        if let Some(html) = &html {
            let shown = html::shown(html);
            telling.part(&format!("{before}body (html)"), &format!("{shown}\n{html}"))?;
        }
        telling.flush()?;
        let copies: Vec<String> =
            COPIES.iter().filter_map(|property| self.stream(folder, property)).collect();
        self.told.extend(copies);
        let rich_text = self.property(folder, RICH_TEXT);
        if let (None, None, Some((stream, bytes))) = (&body, &html, rich_text) {
            rich_text_told(&stream, &bytes, members)?;
        }
        self.attachments(folder, members)
    }

    fn attachments(&mut self, folder: &str, members: &mut dyn Members) -> ControlFlow<()> {
        let storages: BTreeSet<String> = self
            .streams
            .iter()
            .filter_map(|stream| {
                let rest = stream.strip_prefix(folder)?;
                let (storage, _) = rest.split_once('/')?;
                storage.starts_with(ATTACHMENT).then(|| format!("{folder}{storage}/"))
            })
            .collect();
        for storage in storages {
            let name = self.value(&storage, LONG_NAME).or_else(|| self.value(&storage, SHORT_NAME));
            let name =
                name.map(|name| name.trim_end_matches('\0').to_owned()).filter(|name| !name.is_empty());
            let name = name.unwrap_or_else(|| number(&storage));
            let Some(stream) = self.stream(&storage, DATA) else { continue };
            self.told.insert(stream.clone());
            let Ok(mut content) = self.file.open_stream(&stream) else { continue };
            members.member(&name, &mut content)?;
        }
        ControlFlow::Continue(())
    }

    /// The stream of a property, whatever its type.
    fn stream(&self, folder: &str, property: &str) -> Option<String> {
        let begin = format!("{folder}__substg1.0_{property}");
        let is_it = |stream: &&String| stream.starts_with(&begin) && stream.len() == begin.len() + 4;
        self.streams.iter().find(is_it).cloned()
    }

    fn property(&mut self, folder: &str, property: &str) -> Option<(String, Vec<u8>)> {
        let stream = self.stream(folder, property)?;
        let mut bytes = Vec::new();
        self.file.open_stream(&stream).ok()?.take(PROPERTY_BYTES_MAX).read_to_end(&mut bytes).ok()?;
        self.told.insert(stream.clone());
        Some((stream, bytes))
    }

    /// A text: UTF-16 by its type, else in a charset of its own.
    fn value(&mut self, folder: &str, property: &str) -> Option<String> {
        let (stream, bytes) = self.property(folder, property)?;
        let charset = if stream.ends_with("001F") {
            Charset::Other(encoding_rs::UTF_16LE)
        } else {
            Charset::of(&bytes)
        };
        Some(text(&bytes, charset).into_owned()).filter(|text| !text.trim().is_empty())
    }
}

/// Rich text that stands for the body; beside one it says the same once more.
fn rich_text_told(stream: &str, bytes: &[u8], members: &mut dyn Members) -> ControlFlow<()> {
    if let Some(text) = expanded(bytes) {
        return members.member("body.rtf", &mut &text[..]);
    }
    members.problem(&shown(stream), SkipReason::Damaged, "no rich text");
    ControlFlow::Continue(())
}

/// What an attachment without a name is called: those of a message count from 1.
fn number(folder: &str) -> String {
    let digits = folder.rsplit(ATTACHMENT).next().unwrap_or_default();
    let digits = digits.split('/').next().unwrap_or_default();
    format!("attachment {}", u32::from_str_radix(digits, 16).map_or(1, |number| number.saturating_add(1)))
}

/// What every dictionary of compressed rich text begins with. [MS-OXRTFCP] 2.1.2.1
const DICTIONARY: &[u8] = b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";
/// Bytes of the dictionary, which is a ring.
const RING: usize = 4096;

/// Undoes the compression of rich text; `None` where the bytes are none.
fn expanded(bytes: &[u8]) -> Option<Vec<u8>> {
    let kind = bytes.get(8..12)?;
    let data = bytes.get(16..)?;
    if kind == b"MELA" {
        return Some(data.to_vec());
    }
    if kind != b"LZFu" {
        return None;
    }
    let mut ring = [b' '; RING];
    ring.get_mut(..DICTIONARY.len())?.copy_from_slice(DICTIONARY);
    let mut write = DICTIONARY.len();
    let mut out = Vec::new();
    let mut put = |byte: u8, ring: &mut [u8; RING], out: &mut Vec<u8>| {
        if let Some(place) = ring.get_mut(write % RING) {
            *place = byte;
        }
        write = (write + 1) % RING;
        out.push(byte);
        write
    };
    let mut at = DICTIONARY.len();
    let mut rest = data.iter().copied();
    while let Some(control) = rest.next() {
        for bit in 0..8 {
            if out.len() > RICH_TEXT_BYTES_MAX {
                return Some(out);
            }
            let Some(first) = rest.next() else { return Some(out) };
            if control >> bit & 1 == 0 {
                at = put(first, &mut ring, &mut out);
                continue;
            }
            let Some(second) = rest.next() else { return Some(out) };
            let reference = usize::from(first) << 8 | usize::from(second);
            let (offset, length) = (reference >> 4, (reference & 15) + 2);
            // A reference to where the next byte goes ends the text.
            if offset == at {
                return Some(out);
            }
            for step in 0..length {
                let byte = ring.get((offset + step) % RING).copied().unwrap_or_default();
                at = put(byte, &mut ring, &mut out);
            }
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of [MS-OXRTFCP] 4.1.1.
    #[test]
    fn compressed_rich_text_is_expanded() {
        let compressed = [
            0x2d, 0x00, 0x00, 0x00, 0x2b, 0x00, 0x00, 0x00, 0x4c, 0x5a, 0x46, 0x75, 0xf1, 0xc5, 0xc7, 0xa7,
            0x03, 0x00, 0x0a, 0x00, 0x72, 0x63, 0x70, 0x67, 0x31, 0x32, 0x35, 0x42, 0x32, 0x0a, 0xf3, 0x20,
            0x68, 0x65, 0x6c, 0x09, 0x00, 0x20, 0x62, 0x77, 0x05, 0xb0, 0x6c, 0x64, 0x7d, 0x0a, 0x80, 0x0f,
            0xa0,
        ];
        let text = expanded(&compressed).unwrap();
        assert_eq!(text, b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n");
    }

    #[test]
    fn what_is_no_rich_text_is_told() {
        assert!(expanded(b"").is_none());
        assert!(expanded(&[0; 40]).is_none());
        assert_eq!(expanded(b"\0\0\0\0\0\0\0\0MELA\0\0\0\0{\\rtf1}").unwrap(), b"{\\rtf1}");
    }

    #[test]
    fn attachments_are_numbered() {
        assert_eq!(number("/__attach_version1.0_#00000000/"), "attachment 1");
        assert_eq!(number("/__attach_version1.0_#0000000A/__substg1.0_3701000D/"), "attachment 11");
    }
}
