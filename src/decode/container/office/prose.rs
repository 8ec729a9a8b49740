//! Paragraphs and tables of texts: Word, PowerPoint, and text boxes of both and of Excel.

use super::page::Page;
use super::xml::{Broken, Node, Tag, Xml};

/// Shortens a name that is put in front of many places.
pub(super) fn shorten(name: &mut String, bytes: usize) {
    if name.len() > bytes {
        let mut end = bytes;
        while !name.is_char_boundary(end) {
            end -= 1;
        }
        name.truncate(end);
    }
}

/// Tells the paragraphs of a part that is one place, such as a slide or a header.
pub(super) fn read(xml: &mut Xml<'_>, page: &mut Page<'_>, place: &str) -> Result<(), Broken> {
    let mut prose = Prose::new();
    prose.set_place(Some(place.to_owned()));
    prose.read(xml, page)
}

/// Tells the paragraphs and tables of a part by their numbers.
pub(super) fn read_counted(xml: &mut Xml<'_>, page: &mut Page<'_>) -> Result<(), Broken> {
    Prose::new().read(xml, page)
}

/// A paragraph as it is, and as it was before the changes that were tracked.
#[derive(Default)]
struct Paragraph {
    now: String,
    before: String,
    is_changed: bool,
}

/// What is open of a text.
pub(super) struct Prose {
    /// What a person calls the place of all that comes; without it, paragraphs and tables count.
    named: Option<String>,
    /// Open paragraphs: a text box stands inside one.
    open: Vec<Paragraph>,
    /// The cell that is open in each open table, the outermost first.
    tables: Vec<String>,
    paragraphs: usize,
    tables_seen: usize,
    row: usize,
    column: usize,
    deleted: usize,
    inserted: usize,
    is_text: bool,
    /// Code of a field, which says where a link leads to.
    is_code: bool,
}

impl Prose {
    pub(super) const fn new() -> Self {
        Self {
            named: None,
            open: Vec::new(),
            tables: Vec::new(),
            paragraphs: 0,
            tables_seen: 0,
            row: 0,
            column: 0,
            deleted: 0,
            inserted: 0,
            is_text: false,
            is_code: false,
        }
    }

    /// Names the place of all that comes.
    pub(super) fn set_place(&mut self, place: Option<String>) {
        self.named = place;
    }

    /// What a person calls where the text is now.
    pub(super) fn place(&self) -> String {
        match &self.named {
            Some(place) => place.clone(),
            None if !self.tables.is_empty() => format!("table {}, row {}", self.tables_seen, self.row),
            None => format!("paragraph {}", self.paragraphs),
        }
    }

    fn read(mut self, xml: &mut Xml<'_>, page: &mut Page<'_>) -> Result<(), Broken> {
        while let Some(node) = xml.next()? {
            match node {
                Node::Open(tag) => self.opened(&tag, page),
                Node::Close(name) => self.closed(name, page),
                Node::Text(text) if self.is_code => page.aside(&self.place(), &text),
                Node::Text(text) if self.is_text => self.text(&text, page),
                Node::Text(_) => {}
            }
            if page.is_stopped() {
                return Err(Broken::Stopped);
            }
        }
        Ok(())
    }

    fn opened(&mut self, tag: &Tag<'_>, page: &mut Page<'_>) {
        match tag.name() {
            "p" => self.open_paragraph(),
            "t" | "delText" => self.is_text = true,
            "instrText" | "delInstrText" => self.is_code = true,
            "tab" | "ptab" if !self.open.is_empty() && tag.attribute("val").is_none() => {
                self.text("\t", page)
            }
            "br" | "cr" => self.text("\n", page),
            "noBreakHyphen" => self.text("-", page),
            "del" | "moveFrom" => self.deleted += 1,
            "ins" | "moveTo" => self.inserted += 1,
            "tbl" => self.open_table(page),
            "tr" => self.open_row(),
            "tc" => self.open_cell(),
            // What is said of a picture to people who do not see it.
            "docPr" | "cNvPr" => {
                for name in ["descr", "title"] {
                    page.aside(&self.place(), &tag.attribute(name).unwrap_or_default());
                }
            }
            _ => {}
        }
    }

    fn closed(&mut self, name: &str, page: &mut Page<'_>) {
        match name {
            "p" => self.close_paragraph(page),
            "t" | "delText" => self.is_text = false,
            "instrText" | "delInstrText" => self.is_code = false,
            "del" | "moveFrom" => self.deleted = self.deleted.saturating_sub(1),
            "ins" | "moveTo" => self.inserted = self.inserted.saturating_sub(1),
            "tbl" => self.close_table(page),
            "tr" => self.close_row(page),
            "tc" => self.close_cell(page),
            _ => {}
        }
    }

    pub(super) fn open_paragraph(&mut self) {
        let counts = self.named.is_none() && self.tables.is_empty() && self.open.is_empty();
        self.paragraphs += usize::from(counts);
        self.open.push(Paragraph::default());
    }

    /// Adds to the paragraph that is open, as it is and as it was.
    pub(super) fn text(&mut self, text: &str, page: &mut Page<'_>) {
        let place = self.place();
        let Some(paragraph) = self.open.last_mut() else { return page.aside(&place, text) };
        if self.deleted == 0 {
            paragraph.now.push_str(text);
        }
        if self.inserted == 0 || self.deleted > 0 {
            paragraph.before.push_str(text);
        }
        paragraph.is_changed |= self.deleted > 0 || self.inserted > 0;
        page.overflow(&place, &mut paragraph.now);
        page.overflow(&place, &mut paragraph.before);
    }

    pub(super) fn close_paragraph(&mut self, page: &mut Page<'_>) {
        let Some(paragraph) = self.open.pop() else { return };
        let place = self.place();
        if paragraph.is_changed {
            page.aside(&format!("{place}, before it was changed"), &paragraph.before);
        }
        match self.tables.last_mut() {
            Some(cell) => {
                if !cell.is_empty() {
                    cell.push('\n');
                }
                cell.push_str(&paragraph.now);
                page.overflow(&place, cell);
            }
            None if paragraph.now.trim().is_empty() => page.end_row(),
            None => page.line(&place, &paragraph.now),
        }
    }

    pub(super) fn open_table(&mut self, page: &mut Page<'_>) {
        if self.tables.is_empty() {
            page.end_row();
            self.tables_seen += 1;
            self.row = 0;
        }
        self.tables.push(String::new());
    }

    pub(super) fn open_row(&mut self) {
        if self.tables.len() == 1 {
            (self.row, self.column) = (self.row + 1, 0);
        }
    }

    pub(super) fn open_cell(&mut self) {
        if let Some(cell) = self.tables.last_mut() {
            cell.clear();
        }
    }

    /// Tells a cell; one of a table in a table goes to the text of the cell around it.
    pub(super) fn close_cell(&mut self, page: &mut Page<'_>) {
        let place = self.place();
        let Some(text) = self.tables.last_mut().map(std::mem::take) else { return };
        let Some(around) = self.tables.len().checked_sub(2).and_then(|at| self.tables.get_mut(at)) else {
            page.cell(place, self.column, &text);
            self.column += 1;
            return;
        };
        around.push_str(&text);
        around.push('\t');
        page.overflow(&place, around);
    }

    pub(super) fn close_row(&mut self, page: &mut Page<'_>) {
        match self.tables.len().checked_sub(2).and_then(|at| self.tables.get_mut(at)) {
            Some(around) => around.push('\n'),
            None => page.end_row(),
        }
    }

    pub(super) fn close_table(&mut self, page: &mut Page<'_>) {
        self.tables.pop();
        if self.tables.is_empty() {
            page.end_table();
        }
    }
}
