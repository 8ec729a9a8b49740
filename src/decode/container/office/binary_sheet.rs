//! Workbooks in records: xlsb, as [MS-XLSB] has them.

use std::io::{BufReader, Read};

use super::binary::{Bytes, literals, number, packed};
use super::package::{Package, Relation};
use super::page::{NAME_BYTES, Page};
use super::prose::shorten;
use super::sheet::Address;
use super::strings::Strings;
use super::xml::Broken;

/// Longest record that is read; longer ones are passed over, and no text is as long.
const RECORD_BYTES: usize = 1 << 20;
/// Sheets of a workbook that are told.
const SHEETS: usize = 10_000;

/// Kinds of records.
mod kind {
    pub(super) const ROW: u32 = 0;
    pub(super) const PACKED_CELL: u32 = 2;
    pub(super) const NUMBER_CELL: u32 = 5;
    pub(super) const TEXT_CELL: u32 = 6;
    pub(super) const SHARED_CELL: u32 = 7;
    pub(super) const TEXT_RESULT: u32 = 8;
    pub(super) const NUMBER_RESULT: u32 = 9;
    pub(super) const SHARED: u32 = 19;
    pub(super) const NAME: u32 = 39;
    pub(super) const RICH_CELL: u32 = 62;
    pub(super) const SHEET: u32 = 156;
    pub(super) const LINK: u32 = 494;
    pub(super) const COMMENT: u32 = 635;
    pub(super) const COMMENT_TEXT: u32 = 637;
}

/// Tells a workbook, hidden sheets included.
pub(super) fn tell(package: &mut Package<'_, '_>, page: &mut Page<'_>, workbook: &str) {
    let relations = package.relations(workbook, page);
    let mut sheets: Vec<(String, String)> = Vec::new();
    package.read_bytes(workbook, page, &mut |content, left, page| {
        each(content, left, |kind, mut data| {
            match kind {
                kind::SHEET if sheets.len() < SHEETS => {
                    data.take(8)?;
                    let id = data.text()?;
                    let mut name = data.text()?;
                    shorten(&mut name, NAME_BYTES);
                    sheets.push((name, id));
                }
                kind::NAME => {
                    data.take(9)?;
                    let mut name = data.text()?;
                    shorten(&mut name, NAME_BYTES);
                    for literal in literals(data.0, true) {
                        page.aside(&format!("defined name {name}"), &format!("{name}={literal}"));
                    }
                }
                _ => {}
            }
            Some(())
        })
    });
    let mut strings = Strings::default();
    if let Some(shared) = relations.iter().find(|relation| relation.kind == "sharedStrings") {
        package.read_bytes(&shared.target, page, &mut |content, left, page| {
            each(content, left, |kind, mut data| {
                if kind == kind::SHARED {
                    data.byte()?;
                    let text = data.text()?;
                    if !strings.push(&text) {
                        page.aside("shared text", &text);
                    }
                }
                Some(())
            })
        });
    }
    page.end_table();
    for (name, id) in &sheets {
        let Some(part) = relations.iter().find(|relation| relation.id == *id) else { continue };
        let beside = package.relations(&part.target, page);
        package.read_bytes(&part.target, page, &mut |content, left, page| {
            grid(content, left, page, &mut Sheet { name, strings: &mut strings, beside: &beside })
        });
        page.end_table();
        for relation in beside.iter().filter(|relation| relation.kind == "comments") {
            package.read_bytes(&relation.target, page, &mut |content, left, page| {
                comments(content, left, page, name)
            });
        }
    }
}

/// A sheet to be told, with what its cells refer to.
struct Sheet<'s> {
    name: &'s str,
    strings: &'s mut Strings,
    beside: &'s [Relation],
}

/// Tells the cells of a sheet.
fn grid(
    content: &mut dyn Read,
    left: &mut u64,
    page: &mut Page<'_>,
    sheet: &mut Sheet<'_>,
) -> Result<(), Broken> {
    let mut row = 0;
    each(content, left, |kind, mut data| {
        match kind {
            kind::ROW => {
                let next: u32 = data.long()?;
                page.end_row();
                if next > row + 1 {
                    page.end_row();
                }
                row = next.min(u32::MAX - 1);
                return Some(());
            }
            kind::LINK => return link(data, page, sheet),
            kind::PACKED_CELL
            | kind::NUMBER_CELL
            | kind::TEXT_CELL
            | kind::SHARED_CELL
            | kind::TEXT_RESULT
            | kind::NUMBER_RESULT
            | kind::RICH_CELL => {}
            _ => return Some(()),
        }
        let at = Address { row, column: data.long()? };
        data.long()?;
        let place = format!("{}!{at}", sheet.name);
        match kind {
            kind::PACKED_CELL => page.cell(place.clone(), at.column as usize, &number(packed(data.long()?))),
            kind::NUMBER_CELL | kind::NUMBER_RESULT => {
                page.cell(place.clone(), at.column as usize, &number(data.float()?))
            }
            kind::SHARED_CELL => {
                if let Some(text) = sheet.strings.lend(data.long()? as usize) {
                    page.cell(place.clone(), at.column as usize, text);
                }
            }
            kind::RICH_CELL => {
                data.byte()?;
                page.cell(place.clone(), at.column as usize, &data.text()?);
            }
            _ => page.cell(place.clone(), at.column as usize, &data.text()?),
        }
        if matches!(kind, kind::TEXT_RESULT | kind::NUMBER_RESULT) {
            page.aside(&place, &literals(data.0, true).join("\n"));
        }
        Some(())
    })
}

/// Tells where a cell leads to.
fn link(mut data: Bytes<'_>, page: &mut Page<'_>, sheet: &Sheet<'_>) -> Option<()> {
    let row = data.long()?;
    data.long()?;
    let column = data.long()?;
    data.long()?;
    let place = format!("{}!{}, link", sheet.name, Address { row, column });
    let id = data.text()?;
    let target = sheet.beside.iter().find(|relation| relation.is_outside && relation.id == id);
    page.aside(&place, target.map_or("", |relation| &relation.target));
    for _ in 0..3 {
        page.aside(&place, &data.text()?);
    }
    Some(())
}

/// Tells the comments of a sheet.
fn comments(content: &mut dyn Read, left: &mut u64, page: &mut Page<'_>, sheet: &str) -> Result<(), Broken> {
    let mut at = Address::default();
    each(content, left, |kind, mut data| {
        match kind {
            kind::COMMENT => {
                data.long()?;
                let row = data.long()?;
                data.long()?;
                at = Address { row, column: data.long()? };
            }
            kind::COMMENT_TEXT => {
                data.byte()?;
                page.line(&format!("{sheet}!{at}, comment"), &data.text()?);
            }
            _ => {}
        }
        Some(())
    })
}

/// Reads the records of a part; one that is not what it says is damage.
fn each(
    content: &mut dyn Read,
    left: &mut u64,
    mut take: impl FnMut(u32, Bytes<'_>) -> Option<()>,
) -> Result<(), Broken> {
    let mut content = BufReader::new(content);
    let mut data = Vec::new();
    while let Some(kind) = variable(&mut content, 2)? {
        let Some(size) = variable(&mut content, 4)? else { return Err(Broken::Damaged) };
        *left = left.checked_sub(u64::from(size) + 2).ok_or(Broken::TooLarge)?;
        data.clear();
        let held = (size as usize).min(RECORD_BYTES);
        (&mut content).take(held as u64).read_to_end(&mut data).map_err(|_| Broken::Damaged)?;
        let passed =
            std::io::copy(&mut (&mut content).take(u64::from(size) - held as u64), &mut std::io::sink());
        if data.len() < held || passed.is_err() {
            return Err(Broken::Damaged);
        }
        if held == size as usize {
            take(kind, Bytes(&data)).ok_or(Broken::Damaged)?;
        }
    }
    Ok(())
}

/// Reads a number of up to so many bytes, seven bits of it in each; the kind of a record keeps the
/// mark of its first byte.
fn variable(content: &mut impl Read, bytes: u32) -> Result<Option<u32>, Broken> {
    let mut number = 0;
    for n in 0..bytes {
        let mut byte = [0];
        match content.read(&mut byte) {
            Ok(1) => {}
            Ok(_) if n == 0 => return Ok(None),
            _ => return Err(Broken::Damaged),
        }
        let [byte] = byte;
        number |= u32::from(byte & 0x7F) << (7 * n);
        if byte & 0x80 == 0 {
            break;
        }
    }
    Ok(Some(number))
}
