//! Texts and presentations of Word and PowerPoint 97 to 2003, as [MS-DOC] and [MS-PPT] have them.

use std::io::Read;

use super::binary::{Bytes, wide};
use super::page::Page;
use super::stream::File;
use crate::model::SkipReason;

/// A stream is held whole.
const STREAM_BYTES_MAX: u64 = 64 << 20;
/// What the pieces of a text may have of it, in bytes: pieces may say the same again.
const TEXT_BYTES_MAX: usize = 64 << 20;
/// A paragraph beyond this is told in parts.
const PARAGRAPH_BYTES: usize = 256 << 10;

/// The streams of a text and of a presentation.
pub(super) const TEXT: &str = "/WordDocument";
pub(super) const SLIDES: &str = "/PowerPoint Document";

/// Where in the head of a text stand its mark, its flags, and where its pieces are listed.
const MARK: u16 = 0xA5EC;
const FLAGS_AT: usize = 0x0A;
const PIECES_AT: usize = 0x1A2;
/// Flags: a password protects it; the pieces are listed in the second table.
const IS_PROTECTED: u16 = 0x0100;
const IS_SECOND: u16 = 0x0200;

/// Tells a text; false where its stream has to be read as it is.
pub(super) fn tell(file: &mut File<'_>, page: &mut Page<'_>) -> bool {
    let Some(stream) = held(file, TEXT) else { return false };
    let at = |at: usize| Bytes(stream.get(at..).unwrap_or_default());
    let Some(flags) = at(FLAGS_AT).short().filter(|_| at(0).short() == Some(MARK)) else { return false };
    if flags & IS_PROTECTED > 0 {
        page.problem("", SkipReason::Encrypted, "a password protects it");
        return true;
    }
    let table = if flags & IS_SECOND > 0 { "/1Table" } else { "/0Table" };
    let Some(table) = held(file, table) else { return false };
    let mut head = at(PIECES_AT);
    let (Some(from), Some(length)) = (head.long(), head.long()) else { return false };
    let list = table.get(from as usize..).and_then(|rest| rest.get(..length as usize));
    let Some(pieces) = list.and_then(pieces) else { return false };
    let mut writing = Writing::new(page);
    let mut left = TEXT_BYTES_MAX;
    for (count, place) in pieces {
        let is_wide = place & (1 << 30) == 0;
        let (from, bytes) = match is_wide {
            true => (place as usize, count.saturating_mul(2)),
            false => ((place & !(1 << 30)) as usize / 2, count),
        };
        let raw = stream.get(from..).unwrap_or_default();
        let raw = raw.get(..bytes.min(left)).unwrap_or(raw);
        left = left.saturating_sub(raw.len());
        if is_wide {
            writing.write(&wide(raw));
        } else {
            writing.write(&encoding_rs::WINDOWS_1252.decode_without_bom_handling(raw).0);
        }
        if left == 0 || writing.page.is_stopped() {
            break;
        }
    }
    writing.end_line();
    true
}

/// How many characters each piece has, and where it stands.
fn pieces(list: &[u8]) -> Option<Vec<(usize, u32)>> {
    let mut list = Bytes(list);
    // Before the pieces may stand changes of their properties.
    let list = loop {
        match list.byte()? {
            1 => {
                let length = list.short()?;
                list.take(usize::from(length))?;
            }
            2 => {
                let length = list.long()? as usize;
                break list.take(length)?;
            }
            _ => return None,
        }
    };
    let count = list.len().checked_sub(4)? / 12;
    let (ends, places) = list.split_at_checked((count + 1) * 4)?;
    let (mut ends, mut places) = (Bytes(ends), Bytes(places));
    let mut before = ends.long()?;
    let mut all = Vec::with_capacity(count);
    for _ in 0..count {
        let end = ends.long()?;
        places.short()?;
        let place = places.long()?;
        places.short()?;
        all.push((end.saturating_sub(before) as usize, place));
        before = end;
    }
    Some(all)
}

/// Characters of a text that are none of its words.
struct Writing<'w, 'm> {
    page: &'w mut Page<'m>,
    line: String,
    lines: usize,
}

impl<'w, 'm> Writing<'w, 'm> {
    const fn new(page: &'w mut Page<'m>) -> Self {
        Self { page, line: String::new(), lines: 0 }
    }

    fn write(&mut self, text: &str) {
        for character in text.chars() {
            match character {
                '\r' | '\x0b' | '\x0c' | '\n' => self.end_line(),
                // The mark of a row stands behind that of its last cell.
                '\x07' if self.line.is_empty() || self.line.ends_with('\t') => self.end_line(),
                '\x07' => self.line.push('\t'),
                '\x1e' => self.line.push('-'),
                '\u{a0}' => self.line.push(' '),
                '\t' => self.line.push('\t'),
                character if character.is_control() => {}
                character => self.line.push(character),
            }
            if self.line.len() > PARAGRAPH_BYTES {
                self.end_line();
            }
        }
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        if line.trim().is_empty() {
            return;
        }
        self.lines += 1;
        self.page.line(&format!("paragraph {}", self.lines), &line);
    }
}

/// Records of a presentation: of containers, of a slide, of its texts in the list of all, and texts.
mod record {
    pub(super) const SLIDE: u16 = 0x03EE;
    pub(super) const LISTED: u16 = 0x03F3;
    pub(super) const WIDE: u16 = 0x0FA0;
    pub(super) const NARROW: u16 = 0x0FA8;
    pub(super) const STRING: u16 = 0x0FBA;
}

/// Tells a presentation; false where its stream has to be read as it is.
pub(super) fn tell_slides(file: &mut File<'_>, page: &mut Page<'_>) -> bool {
    let Some(stream) = held(file, SLIDES) else { return false };
    let mut rest = Bytes(&stream);
    let (mut listed, mut drawn) = (0_usize, 0_usize);
    let mut place = String::from("presentation");
    while let (Some(version), Some(kind), Some(length)) = (rest.short(), rest.short(), rest.long()) {
        match kind {
            record::LISTED => {
                listed += 1;
                place = format!("slide {listed}");
            }
            record::SLIDE => {
                drawn += 1;
                place = format!("slide {drawn}");
            }
            _ => {}
        }
        // A container is what its records are.
        if version & 0xF == 0xF {
            continue;
        }
        let Some(data) = rest.take(length as usize) else {
            page.problem("", SkipReason::Damaged, "it ends too early");
            return false;
        };
        let text = match kind {
            record::WIDE | record::STRING => wide(data),
            record::NARROW => encoding_rs::WINDOWS_1252.decode_without_bom_handling(data).0.into_owned(),
            _ => continue,
        };
        for line in text.split(['\r', '\x0b', '\n']) {
            page.line(&place, line);
        }
        if page.is_stopped() {
            break;
        }
    }
    true
}

fn held(file: &mut File<'_>, stream: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    file.open_stream(stream).ok()?.take(STREAM_BYTES_MAX + 1).read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 <= STREAM_BYTES_MAX).then_some(bytes)
}
