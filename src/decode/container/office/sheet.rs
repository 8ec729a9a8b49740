//! Workbooks in XML: xlsx, xlsm and their templates.

use super::package::{Package, Relation};
use super::page::{NAME_BYTES, Page};
use super::prose;
use super::strings::{Strings, unescaped};
use super::xml::{Broken, Node, Tag, Xml};

/// Sheets of a workbook that are told as such; Excel opens no more than a few thousand.
const SHEETS: usize = 10_000;

/// Tells a workbook, hidden sheets included.
pub(super) fn tell(package: &mut Package<'_, '_>, page: &mut Page<'_>, workbook: &str) {
    let relations = package.relations(workbook, page);
    let mut sheets: Vec<(String, String)> = Vec::new();
    package.read(workbook, page, &mut |xml, page| contents(xml, page, &mut sheets));
    let mut strings = Strings::default();
    if let Some(shared) = relations.iter().find(|relation| relation.kind == "sharedStrings") {
        package.read(&shared.target, page, &mut |xml, page| strings.read(xml, page));
    }
    page.end_table();
    for (name, id) in &sheets {
        let Some(part) = relations.iter().find(|relation| relation.id == *id) else { continue };
        let beside = package.relations(&part.target, page);
        package.read(&part.target, page, &mut |xml, page| {
            Grid::new(name, &mut strings, &beside).read(xml, page)
        });
        page.end_table();
        self::beside(package, page, name, &beside);
    }
    // Links of the workbook itself lead to other workbooks.
    for relation in relations.iter().filter(|relation| relation.is_outside) {
        page.line("link", &relation.target);
    }
}

/// Reads which sheets there are and what names stand for.
fn contents(
    xml: &mut Xml<'_>,
    page: &mut Page<'_>,
    sheets: &mut Vec<(String, String)>,
) -> Result<(), Broken> {
    let (mut name, mut text) = (None, String::new());
    while let Some(node) = xml.next()? {
        match node {
            Node::Open(tag) if tag.name() == "sheet" && sheets.len() < SHEETS => {
                let (Some(mut name), Some(id)) = (tag.attribute("name"), tag.relation()) else { continue };
                prose::shorten(&mut name, NAME_BYTES);
                sheets.push((name, id));
            }
            Node::Open(tag) if tag.name() == "definedName" => {
                name = tag.attribute("name");
            }
            Node::Text(part) if name.is_some() => {
                text.push_str(&part);
                page.overflow("defined name", &mut text);
            }
            Node::Close("definedName") => {
                let mut name = name.take().unwrap_or_default();
                prose::shorten(&mut name, NAME_BYTES);
                let line = format!("{name}={}", std::mem::take(&mut text));
                page.line(&format!("defined name {name}"), &line);
            }
            _ => {}
        }
    }
    Ok(())
}

/// Tells what stands beside the cells of a sheet: comments and text boxes.
fn beside(package: &mut Package<'_, '_>, page: &mut Page<'_>, name: &str, relations: &[Relation]) {
    for relation in relations.iter().filter(|relation| !relation.is_outside) {
        match relation.kind.as_str() {
            "comments" | "threadedComment" => {
                package.read(&relation.target, page, &mut |xml, page| comments(xml, page, name));
            }
            "drawing" => {
                let place = format!("{name}, text box");
                package.read(&relation.target, page, &mut |xml, page| prose::read(xml, page, &place));
            }
            _ => {}
        }
    }
}

/// Tells the comments of a sheet, by their cells.
fn comments(xml: &mut Xml<'_>, page: &mut Page<'_>, name: &str) -> Result<(), Broken> {
    let (mut place, mut text) = (String::new(), String::new());
    let (mut is_text, mut is_reading) = (false, false);
    while let Some(node) = xml.next()? {
        match node {
            Node::Open(tag) => match tag.name() {
                "comment" | "threadedComment" => {
                    let cell = tag.attribute("ref").unwrap_or_default();
                    place = format!("{name}!{}, comment", Address::parse(&cell).unwrap_or_default());
                }
                "rPh" => is_reading = true,
                // Threaded comments have no runs.
                "t" | "text" => is_text = !is_reading,
                _ => {}
            },
            Node::Text(part) if is_text => {
                text.push_str(&part);
                page.overflow(&place, &mut text);
            }
            Node::Text(_) => {}
            Node::Close(closed) => match closed {
                "rPh" => is_reading = false,
                "t" => is_text = false,
                "comment" | "threadedComment" => page.line(&place, &unescaped(std::mem::take(&mut text))),
                _ => {}
            },
        }
    }
    Ok(())
}

/// Where a cell is, rows and columns counted from 0.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) row: u32,
    pub(super) column: u32,
}

impl Address {
    /// Reads `B4`, and the beginning of `B4:C9`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (mut column, mut row) = (0_u32, 0_u32);
        for byte in text.bytes().filter(|byte| *byte != b'$') {
            match byte {
                b'A'..=b'Z' | b'a'..=b'z' if row == 0 => {
                    let digit = u32::from(byte.to_ascii_uppercase() - b'A') + 1;
                    column = column.checked_mul(26)?.checked_add(digit)?;
                }
                b'0'..=b'9' => row = row.checked_mul(10)?.checked_add(u32::from(byte - b'0'))?,
                _ => break,
            }
        }
        Some(Self { row: row.checked_sub(1)?, column: column.checked_sub(1)? })
    }

    /// Its place on a sheet of this name. By hand, since a sheet has millions of cells.
    pub(super) fn of(self, name: &str) -> String {
        let mut place = String::with_capacity(name.len() + 12);
        place.push_str(name);
        place.push('!');
        let _ = write_letters(&mut place, self.column as usize);
        let (mut digits, mut rest) = ([0_u8; 10], u64::from(self.row) + 1);
        let mut first = digits.len();
        for (at, digit) in digits.iter_mut().enumerate().rev() {
            (*digit, first) = (b'0' + (rest % 10) as u8, at);
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        place.extend(digits.iter().skip(first).map(|digit| char::from(*digit)));
        place
    }
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write_letters(f, self.column as usize)?;
        write!(f, "{}", u64::from(self.row) + 1)
    }
}

/// What sheets call a column, counted from 0.
pub(super) fn letters(column: usize) -> String {
    let mut letters = String::new();
    let _ = write_letters(&mut letters, column);
    letters
}

fn write_letters(out: &mut dyn std::fmt::Write, column: usize) -> std::fmt::Result {
    if let Some(next) = (column / 26).checked_sub(1) {
        write_letters(out, next)?;
    }
    out.write_char(char::from(b'A' + (column % 26) as u8))
}

/// What the text that comes next belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    Value,
    Formula,
    Nothing,
    /// Something outside the cells: headers and footers of the printed page.
    Elsewhere,
}

/// The cells of one sheet.
struct Grid<'g> {
    name: &'g str,
    strings: &'g mut Strings,
    beside: &'g [Relation],
    at: Address,
    /// Row and column of what comes next, where a file leaves addresses out.
    next: Address,
    is_shared: bool,
    is_cell: bool,
    within: Within,
    value: String,
    formula: String,
}

impl<'g> Grid<'g> {
    fn new(name: &'g str, strings: &'g mut Strings, beside: &'g [Relation]) -> Self {
        Self {
            name,
            strings,
            beside,
            at: Address::default(),
            next: Address::default(),
            is_shared: false,
            is_cell: false,
            within: Within::Nothing,
            value: String::new(),
            formula: String::new(),
        }
    }

    fn place(&self) -> String {
        if self.is_cell { self.at.of(self.name) } else { self.name.to_owned() }
    }

    fn read(mut self, xml: &mut Xml<'_>, page: &mut Page<'_>) -> Result<(), Broken> {
        while let Some(node) = xml.next()? {
            match node {
                Node::Open(tag) => self.open(&tag, page),
                Node::Text(text) => {
                    let place = self.place();
                    let held = match self.within {
                        Within::Value | Within::Elsewhere => &mut self.value,
                        Within::Formula => &mut self.formula,
                        Within::Nothing => continue,
                    };
                    held.push_str(&text);
                    page.overflow(&place, held);
                }
                Node::Close(name) => self.close(name, page),
            }
            if page.is_stopped() {
                return Err(Broken::Stopped);
            }
        }
        Ok(())
    }

    fn open(&mut self, tag: &Tag<'_>, page: &mut Page<'_>) {
        match tag.name() {
            "row" => {
                let number = tag.attribute("r").and_then(|row| row.parse::<u32>().ok());
                let row = number.and_then(|row| row.checked_sub(1)).unwrap_or(self.next.row);
                if row > self.next.row {
                    page.end_row();
                }
                self.next = Address { row, column: 0 };
            }
            "c" => {
                let [address, kind] = tag.plain_pair(["r", "t"]);
                self.at = address.and_then(|cell| Address::parse(&cell)).unwrap_or(self.next);
                self.next.column = self.at.column.saturating_add(1);
                self.is_shared = kind.is_some_and(|kind| kind == "s");
                self.is_cell = true;
            }
            "v" | "t" if self.is_cell => self.within = Within::Value,
            "f" if self.is_cell => self.within = Within::Formula,
            // How Japanese words are read is no text of the cell.
            "rPh" => self.is_cell = false,
            "hyperlink" => self.link(tag, page),
            "dataValidation" => {
                for name in ["promptTitle", "prompt", "errorTitle", "error"] {
                    page.aside(self.name, &unescaped(tag.attribute(name).unwrap_or_default()));
                }
            }
            _ if !self.is_cell => self.within = Within::Elsewhere,
            _ => {}
        }
    }

    fn close(&mut self, name: &str, page: &mut Page<'_>) {
        match name {
            "row" => {
                page.end_row();
                self.next = Address { row: self.next.row.saturating_add(1), column: 0 };
            }
            "c" => {
                self.cell(page);
                (self.is_cell, self.within) = (false, Within::Nothing);
            }
            "rPh" => self.is_cell = true,
            "v" | "t" | "f" if self.is_cell => self.within = Within::Nothing,
            _ if !self.is_cell => {
                let text = std::mem::take(&mut self.value);
                page.aside(self.name, &text);
                self.within = Within::Nothing;
            }
            _ => {}
        }
    }

    /// Tells a cell that has ended.
    fn cell(&mut self, page: &mut Page<'_>) {
        let (value, formula) = (std::mem::take(&mut self.value), std::mem::take(&mut self.formula));
        let column = self.at.column as usize;
        if self.is_shared {
            let text = value.trim().parse().ok().and_then(|index| self.strings.lend(index));
            if let Some(text) = text.filter(|text| !text.is_empty()) {
                page.cell(self.at.of(self.name), column, text);
            }
        } else if !value.is_empty() {
            page.cell(self.place(), column, &unescaped(value));
        }
        if !formula.is_empty() {
            page.aside(&self.place(), &format!("={formula}"));
        }
    }

    /// Tells where a cell leads to, and what is shown over it.
    fn link(&self, tag: &Tag<'_>, page: &mut Page<'_>) {
        let cell = tag.attribute("ref").and_then(|cell| Address::parse(&cell)).unwrap_or_default();
        let place = format!("{}!{cell}, link", self.name);
        let id = tag.relation().unwrap_or_default();
        if let Some(relation) = self.beside.iter().find(|relation| relation.is_outside && relation.id == id) {
            page.aside(&place, &relation.target);
        }
        for name in ["location", "display", "tooltip"] {
            page.aside(&place, &tag.attribute(name).unwrap_or_default());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_and_written() {
        for text in ["A1", "B4", "Z9", "AA10", "XFD1048576"] {
            assert_eq!(Address::parse(text).unwrap().to_string(), text);
            assert_eq!(Address::parse(text).unwrap().of("S"), format!("S!{text}"));
        }
        assert_eq!(Address::parse("$B$4:$C$9"), Address::parse("b4"));
        for text in ["", "4", "B", "B0", "AAAAAAAAAAAA1", "A99999999999"] {
            assert_eq!(Address::parse(text), None);
        }
        let last = Address { row: u32::MAX, column: u32::MAX };
        assert_eq!(last.of("S"), format!("S!{last}"));
    }
}
