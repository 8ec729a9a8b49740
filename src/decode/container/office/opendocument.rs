//! The formats of LibreOffice: ods, odt, odp and their templates.

use super::package::Package;
use super::page::{NAME_BYTES, Page};
use super::prose::{Prose, shorten};
use super::sheet::Address;
use super::xml::{Broken, Node, Tag, Xml};
use crate::model::SkipReason;

/// Blanks that a count in a tag may stand for.
const BLANKS: usize = 100;

/// Tells whether a package is of this family.
pub(super) fn is_one(package: &Package<'_, '_>) -> bool {
    package.holds("content.xml") && (package.holds("mimetype") || package.holds("META-INF/manifest.xml"))
}

/// Tells the content, and the headers and footers, which are part of the styles.
pub(super) fn tell(package: &mut Package<'_, '_>, page: &mut Page<'_>) {
    if is_encrypted(package, page) {
        return page.problem("content.xml", SkipReason::Encrypted, "a password protects it");
    }
    for (part, place) in [("content.xml", None), ("styles.xml", Some("header or footer"))] {
        package.read(part, page, &mut |xml, page| Content::new(place).read(xml, page));
        page.end_table();
    }
    // Pictures of tables as LibreOffice draws them, their texts cut in pieces.
    package.leave_out(|part| part.starts_with("pictures/") && part.ends_with(".svm"));
}

/// The manifest says which parts a password protects.
fn is_encrypted(package: &mut Package<'_, '_>, page: &mut Page<'_>) -> bool {
    let mut is_encrypted = false;
    package.read("META-INF/manifest.xml", page, &mut |xml, _| {
        while let Some(node) = xml.next()? {
            is_encrypted |= matches!(node, Node::Open(tag) if tag.name() == "encryption-data");
        }
        Ok(())
    });
    is_encrypted
}

/// What is open of a content.
struct Content {
    prose: Prose,
    /// Whether it has one place, which is then no table's.
    is_one_place: bool,
    /// The sheet that is open; empty in a text, whose tables are told as such.
    sheet: String,
    is_spreadsheet: bool,
    slides: usize,
    at: Address,
    /// How often the cell and the row that are open are repeated.
    cell_count: usize,
    row_count: usize,
    /// The text of a cell of a sheet.
    cell: String,
    is_cell: bool,
    /// Paragraphs that are open in a comment.
    comment: Option<String>,
    /// Open paragraphs; text outside of them is none of the document's.
    paragraphs: usize,
}

impl Content {
    fn new(place: Option<&str>) -> Self {
        let mut prose = Prose::new();
        prose.set_place(place.map(str::to_owned));
        Self {
            prose,
            is_one_place: place.is_some(),
            sheet: String::new(),
            is_spreadsheet: false,
            slides: 0,
            at: Address::default(),
            cell_count: 1,
            row_count: 1,
            cell: String::new(),
            is_cell: false,
            comment: None,
            paragraphs: 0,
        }
    }

    fn place(&self) -> String {
        let place = match (self.is_spreadsheet, self.is_cell) {
            (true, true) => format!("{}!{}", self.sheet, self.at),
            (true, false) => self.sheet.clone(),
            _ => self.prose.place(),
        };
        if self.comment.is_some() { format!("{place}, comment") } else { place }
    }

    fn read(mut self, xml: &mut Xml<'_>, page: &mut Page<'_>) -> Result<(), Broken> {
        while let Some(node) = xml.next()? {
            match node {
                Node::Open(tag) => self.open(&tag, page),
                Node::Text(text) if self.paragraphs > 0 => self.text(&text, page),
                Node::Text(_) => {}
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
            "spreadsheet" => self.is_spreadsheet = !self.is_one_place,
            "page" => {
                self.slides += 1;
                self.prose.set_place(Some(format!("slide {}", self.slides)));
            }
            // What was deleted stands before everything else.
            "tracked-changes" => self.prose.set_place(Some("deleted text".to_owned())),
            "p" | "h" => self.open_paragraph(),
            "s" => self.text(&" ".repeat(tag.count("c").min(BLANKS)), page),
            "tab" => self.text("\t", page),
            "line-break" => self.text("\n", page),
            "a" => page.aside(&format!("{}, link", self.place()), &tag.attribute("href").unwrap_or_default()),
            "annotation" => self.comment = Some(String::new()),
            "named-range" | "named-expression" => name(tag, page),
            "table" if self.is_spreadsheet => {
                self.sheet = tag.attribute("name").unwrap_or_default();
                shorten(&mut self.sheet, NAME_BYTES);
                self.at = Address::default();
            }
            "table" => self.prose.open_table(page),
            "table-row" if self.is_spreadsheet => {
                (self.at.column, self.row_count) = (0, tag.count("number-rows-repeated"));
            }
            "table-row" => self.prose.open_row(),
            "table-cell" | "covered-table-cell" if self.is_spreadsheet => {
                (self.is_cell, self.cell_count) = (true, tag.count("number-columns-repeated"));
                page.aside(&self.place(), &tag.attribute("formula").unwrap_or_default());
            }
            "table-cell" | "covered-table-cell" => self.prose.open_cell(),
            _ => {}
        }
    }

    fn close(&mut self, name: &str, page: &mut Page<'_>) {
        match name {
            "p" | "h" => self.close_paragraph(page),
            "annotation" => {
                let place = self.place();
                page.aside(&place, &self.comment.take().unwrap_or_default());
            }
            "tracked-changes" => self.prose.set_place(None),
            "page" => page.end_table(),
            "table" if self.is_spreadsheet => page.end_table(),
            "table" => self.prose.close_table(page),
            "table-row" if self.is_spreadsheet => {
                page.end_row();
                if self.row_count > 1 {
                    page.end_row();
                }
                self.at.row = self.at.row.saturating_add(u32::try_from(self.row_count).unwrap_or(u32::MAX));
            }
            "table-row" => self.prose.close_row(page),
            "table-cell" | "covered-table-cell" if self.is_spreadsheet => {
                let text = std::mem::take(&mut self.cell);
                page.cell(self.place(), self.at.column as usize, &text);
                let count = u32::try_from(self.cell_count).unwrap_or(u32::MAX);
                (self.is_cell, self.at.column) = (false, self.at.column.saturating_add(count));
            }
            "table-cell" | "covered-table-cell" => self.prose.close_cell(page),
            _ => {}
        }
    }

    /// The text that a paragraph of a comment or of a sheet's cell goes to; others are prose.
    fn held(&mut self) -> Option<&mut String> {
        match &mut self.comment {
            Some(comment) => Some(comment),
            None => (self.is_spreadsheet && self.is_cell).then_some(&mut self.cell),
        }
    }

    fn open_paragraph(&mut self) {
        self.paragraphs += 1;
        match self.held() {
            Some(held) if !held.is_empty() => held.push('\n'),
            Some(_) => {}
            None => self.prose.open_paragraph(),
        }
    }

    fn close_paragraph(&mut self, page: &mut Page<'_>) {
        self.paragraphs = self.paragraphs.saturating_sub(1);
        if self.held().is_none() {
            self.prose.close_paragraph(page);
        }
    }

    fn text(&mut self, text: &str, page: &mut Page<'_>) {
        let place = self.place();
        match self.held() {
            Some(held) => {
                held.push_str(text);
                page.overflow(&place, held);
            }
            None => self.prose.text(text, page),
        }
    }
}

/// Tells what a name stands for.
fn name(tag: &Tag<'_>, page: &mut Page<'_>) {
    let mut name = tag.attribute("name").unwrap_or_default();
    shorten(&mut name, NAME_BYTES);
    let stands_for =
        tag.attribute("expression").or_else(|| tag.attribute("cell-range-address")).unwrap_or_default();
    page.aside(&format!("defined name {name}"), &format!("{name}={stands_for}"));
}
