//! Workbooks of Excel 97 to 2003: a stream of records, as [MS-XLS] has them.

use std::collections::BTreeMap;
use std::io::{BufReader, Read};

use super::binary::{Bytes, literals, number, packed, wide_runs};
use super::page::{NAME_BYTES, Page};
use super::prose::shorten;
use super::sheet::Address;
use super::strings::Strings;
use crate::model::SkipReason;

/// Bytes of a record that goes on in others, such as the shared texts, that are held.
const JOINED_BYTES: usize = 32 << 20;
/// Bytes of comments and text boxes of one sheet that are held.
const TEXT_BYTES: usize = 1 << 20;

/// Kinds of records.
mod kind {
    pub(super) const BEGIN: u16 = 0x809;
    pub(super) const CONTINUE: u16 = 0x3C;
    pub(super) const PASSWORD: u16 = 0x2F;
    pub(super) const SHEET: u16 = 0x85;
    pub(super) const SHARED: u16 = 0xFC;
    pub(super) const NAME: u16 = 0x18;
    pub(super) const SHARED_CELL: u16 = 0xFD;
    pub(super) const TEXT_CELL: u16 = 0x204;
    pub(super) const NUMBER_CELL: u16 = 0x203;
    pub(super) const PACKED_CELL: u16 = 0x27E;
    pub(super) const PACKED_CELLS: u16 = 0xBD;
    pub(super) const FORMULA: u16 = 0x06;
    pub(super) const RESULT: u16 = 0x207;
    pub(super) const NOTE: u16 = 0x1C;
    pub(super) const OBJECT: u16 = 0x5D;
    pub(super) const TEXT: u16 = 0x1B6;
    pub(super) const LINK: u16 = 0x1B8;
}

/// The version whose texts are Unicode.
const VERSION: u16 = 0x600;

/// A record and those that go on with it.
struct Record {
    kind: u16,
    at: u64,
    data: Vec<u8>,
    /// Where in the data each record of it ends.
    ends: Vec<usize>,
}

/// Reads records; nothing at the end, an error where one is cut off.
struct Records<'r> {
    content: BufReader<&'r mut dyn Read>,
    at: u64,
    /// The header that was read ahead.
    next: Option<(u16, u16)>,
}

impl Records<'_> {
    fn header(&mut self) -> std::io::Result<Option<(u16, u16)>> {
        let mut head = [0; 4];
        let mut read = 0;
        while let Some(rest) = head.get_mut(read..).filter(|rest| !rest.is_empty()) {
            match self.content.read(rest)? {
                // The stream is padded, or a record less long than its header.
                0 => return Ok(None),
                more => read += more,
            }
        }
        let [a, b, c, d] = head;
        Ok(Some((u16::from_le_bytes([a, b]), u16::from_le_bytes([c, d]))))
    }

    fn next(&mut self) -> std::io::Result<Option<Record>> {
        let header = match self.next.take() {
            Some(header) => Some(header),
            None => self.header()?,
        };
        let Some((kind, size)) = header else { return Ok(None) };
        let mut record = Record { kind, at: self.at, data: Vec::new(), ends: Vec::new() };
        self.append(&mut record, size)?;
        while let Some(header) = self.header()? {
            if header.0 != kind::CONTINUE || record.data.len() > JOINED_BYTES {
                self.next = Some(header);
                break;
            }
            self.append(&mut record, header.1)?;
        }
        Ok(Some(record))
    }

    fn append(&mut self, record: &mut Record, size: u16) -> std::io::Result<()> {
        let before = record.data.len();
        (&mut self.content).take(u64::from(size)).read_to_end(&mut record.data)?;
        self.at += 4 + u64::from(size);
        record.ends.push(record.data.len());
        if record.data.len() - before < usize::from(size) {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        Ok(())
    }
}

/// Tells a workbook; false where the stream has to be read as it is.
pub(super) fn tell(content: &mut dyn Read, page: &mut Page<'_>) -> bool {
    let mut records = Records { content: BufReader::new(content), at: 0, next: None };
    let mut book = Book::default();
    loop {
        match records.next() {
            Ok(Some(record)) => {
                if record.kind == kind::PASSWORD {
                    page.problem("", SkipReason::Encrypted, "a password protects it");
                    return true;
                }
                if book.take(&record, page).is_none() {
                    book.is_damaged = true;
                }
                if !book.is_unicode || page.is_stopped() {
                    return book.is_unicode;
                }
            }
            Ok(None) => break,
            Err(_) => {
                book.is_damaged = true;
                break;
            }
        }
    }
    book.end_sheet(page);
    if book.is_damaged {
        page.problem("Workbook", SkipReason::Damaged, "its bytes are not what its format says");
    }
    !book.is_damaged
}

/// What is known of a workbook so far.
#[derive(Default)]
struct Book {
    /// Where each sheet begins, and its name.
    sheets: BTreeMap<u64, String>,
    strings: Strings,
    sheet: String,
    row: Option<u32>,
    /// The cell of a formula whose result comes next.
    formula: Address,
    /// The object whose text comes next, and the texts of those that were read.
    object: u16,
    texts: BTreeMap<u16, String>,
    text_bytes: usize,
    is_unicode: bool,
    is_damaged: bool,
}

impl Book {
    /// Takes a record; nothing where it is not what it says.
    fn take(&mut self, record: &Record, page: &mut Page<'_>) -> Option<()> {
        let mut data = Bytes(&record.data);
        match record.kind {
            kind::BEGIN => {
                self.is_unicode = self.is_unicode || data.short()? == VERSION;
                self.end_sheet(page);
                self.sheet = self.sheets.get(&record.at).cloned().unwrap_or_default();
            }
            kind::SHEET => {
                let at = data.long()?;
                data.short()?;
                let count = usize::from(data.byte()?);
                let is_wide = data.byte()? & 1 == 1;
                let mut name = data.characters(count, is_wide)?;
                shorten(&mut name, NAME_BYTES);
                self.sheets.insert(u64::from(at), name);
            }
            kind::SHARED => return shared(record, &mut self.strings, page),
            kind::NAME => return name(data, page),
            kind::NOTE => {
                let at = address(&mut data)?;
                data.short()?;
                let text = self.texts.remove(&data.short()?).unwrap_or_default();
                page.aside(&format!("{}!{at}, comment", self.sheet), &text);
            }
            kind::OBJECT => {
                data.take(6)?;
                self.object = data.short()?;
            }
            kind::TEXT => self.text(record),
            kind::LINK => {
                let at = address(&mut data)?;
                for run in wide_runs(data.0) {
                    page.aside(&format!("{}!{at}, link", self.sheet), &run);
                }
            }
            _ => return self.cell(record.kind, data, page),
        }
        Some(())
    }

    /// Takes the text of a comment or a text box.
    fn text(&mut self, record: &Record) {
        // The header is a record of its own; the characters follow in the next, behind a flag.
        let characters = record.ends.first().and_then(|end| record.data.get(*end..)).unwrap_or_default();
        let count = record.data.get(10..).and_then(|data| Bytes(data).short()).unwrap_or(0);
        let mut rest = Parts { record, at: record.data.len() - characters.len() };
        let is_wide = rest.byte().unwrap_or(0) & 1 == 1;
        if let Some(text) = rest.characters(usize::from(count), is_wide)
            && self.text_bytes + text.len() < TEXT_BYTES
        {
            self.text_bytes += text.len();
            self.texts.insert(self.object, text);
        }
    }

    fn cell(&mut self, kind: u16, mut data: Bytes<'_>, page: &mut Page<'_>) -> Option<()> {
        match kind {
            kind::SHARED_CELL => {
                let at = self.cell_at(&mut data, page)?;
                let index = data.long()? as usize;
                if let Some(text) = self.strings.lend(index) {
                    page.cell(format!("{}!{at}", self.sheet), at.column as usize, text);
                }
            }
            kind::TEXT_CELL => {
                let at = self.cell_at(&mut data, page)?;
                self.say(at, &unicode(&mut data)?, page);
            }
            kind::NUMBER_CELL => {
                let at = self.cell_at(&mut data, page)?;
                self.say(at, &number(data.float()?), page);
            }
            kind::PACKED_CELL => {
                let at = self.cell_at(&mut data, page)?;
                self.say(at, &number(packed(data.long()?)), page);
            }
            kind::PACKED_CELLS => {
                let mut at = address(&mut data)?;
                self.begin_row(at.row, page);
                // The last column stands behind the cells.
                while data.0.len() > 2 {
                    data.short()?;
                    self.say(at, &number(packed(data.long()?)), page);
                    at.column = at.column.saturating_add(1);
                }
            }
            kind::FORMULA => {
                let at = self.cell_at(&mut data, page)?;
                self.formula = at;
                let result = data.float()?;
                // All other results are marked as no number.
                if result.to_bits() >> 48 != 0xFFFF {
                    self.say(at, &number(result), page);
                }
                let literals = literals(data.0, false).join("\n");
                page.aside(&format!("{}!{at}", self.sheet), &literals);
            }
            kind::RESULT => {
                let text = unicode(&mut data)?;
                self.say(self.formula, &text, page);
            }
            _ => {}
        }
        Some(())
    }

    /// Reads where a cell is, and begins its row.
    fn cell_at(&mut self, data: &mut Bytes<'_>, page: &mut Page<'_>) -> Option<Address> {
        let at = address(data)?;
        data.short()?;
        self.begin_row(at.row, page);
        Some(at)
    }

    fn begin_row(&mut self, row: u32, page: &mut Page<'_>) {
        if let Some(before) = self.row.filter(|before| *before != row) {
            page.end_row();
            if row > before + 1 {
                page.end_row();
            }
        }
        self.row = Some(row);
    }

    fn say(&self, at: Address, text: &str, page: &mut Page<'_>) {
        page.cell(format!("{}!{at}", self.sheet), at.column as usize, text);
    }

    fn end_sheet(&mut self, page: &mut Page<'_>) {
        page.end_table();
        for text in std::mem::take(&mut self.texts).into_values() {
            page.line(&format!("{}, text box", self.sheet), &text);
        }
        (self.row, self.text_bytes) = (None, 0);
    }
}

/// Row and column.
fn address(data: &mut Bytes<'_>) -> Option<Address> {
    Some(Address { row: u32::from(data.short()?), column: u32::from(data.short()?) })
}

/// A text behind its length and a flag that says how wide its characters are.
fn unicode(data: &mut Bytes<'_>) -> Option<String> {
    let count = usize::from(data.short()?);
    let is_wide = data.byte()? & 1 == 1;
    data.characters(count, is_wide)
}

/// Tells what a name stands for.
fn name(mut data: Bytes<'_>, page: &mut Page<'_>) -> Option<()> {
    data.take(3)?;
    let count = usize::from(data.byte()?);
    data.take(10)?;
    let is_wide = data.byte()? & 1 == 1;
    let mut name = data.characters(count, is_wide)?;
    shorten(&mut name, NAME_BYTES);
    for literal in literals(data.0, false) {
        page.aside(&format!("defined name {name}"), &format!("{name}={literal}"));
    }
    Some(())
}

/// Reads the shared texts.
fn shared(record: &Record, strings: &mut Strings, page: &mut Page<'_>) -> Option<()> {
    let mut parts = Parts { record, at: 8 };
    while parts.at < record.data.len() {
        let count = usize::from(parts.short()?);
        let flags = parts.byte()?;
        let runs = if flags & 8 == 0 { 0 } else { usize::from(parts.short()?) };
        let extra = if flags & 4 == 0 {
            0
        } else {
            usize::from(parts.short()?) + (usize::from(parts.short()?) << 16)
        };
        let text = parts.characters(count, flags & 1 == 1)?;
        parts.at = parts.at.checked_add(runs * 4 + extra)?;
        if !strings.push(&text) {
            page.aside("shared text", &text);
        }
    }
    Some(())
}

/// Reads a record over its parts: characters that go on say anew how wide they are.
struct Parts<'p> {
    record: &'p Record,
    at: usize,
}

impl Parts<'_> {
    fn byte(&mut self) -> Option<u8> {
        let byte = self.record.data.get(self.at)?;
        self.at += 1;
        Some(*byte)
    }

    fn short(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes([self.byte()?, self.byte()?]))
    }

    fn characters(&mut self, mut count: usize, mut is_wide: bool) -> Option<String> {
        let mut text = String::new();
        while count > 0 {
            let end = self.record.ends.partition_point(|end| *end <= self.at);
            let end = *self.record.ends.get(end)?;
            let width = 1 + usize::from(is_wide);
            let here = ((end - self.at) / width).min(count);
            let mut bytes = Bytes(self.record.data.get(self.at..end)?);
            text.push_str(&bytes.characters(here, is_wide)?);
            self.at += here * width;
            count -= here;
            if count > 0 {
                self.at = end;
                is_wide = self.byte()? & 1 == 1;
            }
        }
        Some(text)
    }
}
