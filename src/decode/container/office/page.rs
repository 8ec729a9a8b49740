//! What a document says, gathered into texts that are cheap to judge.
//!
//! Tables are laid out so that they are read as tables: as wide as the row that names the columns,
//! apart from what stands above them.

use super::super::{Members, Told};
use crate::model::SkipReason;

/// Bytes of text that are told at a time. Judging takes many times as much memory.
const PART_BYTES: usize = 1 << 20;
/// Columns that are kept in line; tables are read no further.
const COLUMNS: usize = 256;
/// Bytes that two parts of one long text share, so that nothing is cut in two.
const SHARED_BYTES: usize = 4 << 10;
/// What a cell costs beside its text.
const CELL_BYTES: usize = 64;
/// Longest text that is named in front of another, such as the name of a sheet in an address.
pub(super) const NAME_BYTES: usize = 256;

/// The text of one document, told in parts.
pub(super) struct Page<'m> {
    members: &'m mut dyn Members,
    /// Rows and lines, in the order in which a person reads them.
    told: Told,
    /// Texts of several lines, which would take the rows apart.
    asides: Told,
    row: Vec<Cell>,
    row_bytes: usize,
    /// The row that names the columns of those that follow.
    head: Option<Head>,
    /// Whether the row before was a single cell.
    is_single: bool,
    is_stopped: bool,
}

/// A cell of the row that is open.
#[derive(Clone)]
struct Cell {
    column: usize,
    place: String,
    /// Its first line.
    text: String,
}

/// The names of columns that are side by side.
struct Head {
    cells: Vec<Cell>,
    first: usize,
    last: usize,
}

impl<'m> Page<'m> {
    pub(super) fn new(members: &'m mut dyn Members) -> Self {
        Self {
            members,
            told: Told::default(),
            asides: Told::default(),
            row: Vec::new(),
            row_bytes: 0,
            head: None,
            is_single: false,
            is_stopped: false,
        }
    }

    /// Whether nobody takes more of it.
    pub(super) const fn is_stopped(&self) -> bool {
        self.is_stopped
    }

    /// Says what could not be read.
    pub(super) fn problem(&mut self, part: &str, reason: SkipReason, detail: &str) {
        self.members.problem(part, reason, detail);
    }

    /// Adds a cell to the row that is open, columns counted from 0. One of several lines gives its
    /// first line to the row and is told by itself as well.
    pub(super) fn cell(&mut self, place: String, column: usize, text: &str) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        let first = if memchr::memchr2(b'\n', b'\t', text.as_bytes()).is_some() {
            self.aside(&place, text);
            text.lines().next().unwrap_or_default().replace('\t', " ")
        } else {
            text.to_owned()
        };
        self.row_bytes += first.len() + place.len() + CELL_BYTES;
        self.row.push(Cell { column, place, text: first });
        if self.row_bytes > PART_BYTES {
            self.end_row();
        }
    }

    /// Ends a row. An empty one takes tables apart, as it does on a sheet.
    pub(super) fn end_row(&mut self) {
        let row = std::mem::take(&mut self.row);
        self.row_bytes = 0;
        let was_single = std::mem::replace(&mut self.is_single, row.len() == 1);
        self.told.rows += usize::from(!row.is_empty());
        match row.len() {
            0 => self.apart(),
            1 => {
                if !was_single {
                    self.apart();
                }
                append(&mut self.told, row, None);
            }
            _ => self.several(row, was_single),
        }
        self.limit();
    }

    /// Adds a row under the names of its columns, or as one that may name columns itself.
    fn several(&mut self, row: Vec<Cell>, was_single: bool) {
        let columns = || row.iter().map(|cell| cell.column);
        let (first, last) = (columns().min().unwrap_or(0), columns().max().unwrap_or(0));
        let names_columns = crate::fields::names_columns(row.iter().map(|cell| cell.text.as_str()));
        let head = self.head.as_ref().filter(|head| {
            // A row that has more names begins another table.
            let is_larger = names_columns && row.len() > head.cells.len();
            head.first <= first && last <= head.last && !is_larger && !was_single
        });
        let is_wide = last - first >= COLUMNS;
        let columns = head.map(|head| (head.first, head.last, false));
        if columns.is_none() {
            self.apart();
        }
        // A label beside its value, with an empty column between them.
        if row.len() <= last - first && !is_wide {
            append(&mut self.asides, row.clone(), None);
        }
        if names_columns && self.head.is_none() && !is_wide {
            self.head = Some(Head { cells: row.clone(), first, last });
        }
        append(&mut self.told, row, columns.or((!is_wide).then_some((first, last, names_columns))));
    }

    /// Takes what comes apart from what was.
    fn apart(&mut self) {
        self.head = None;
        if !self.told.text.is_empty() && !self.told.text.ends_with("\n\n") {
            self.told.text.push('\n');
        }
    }

    /// Adds a text with a place of its own to what is read in order.
    pub(super) fn line(&mut self, place: &str, text: &str) {
        let cell = Cell { column: 0, place: place.to_owned(), text: text.trim_end().to_owned() };
        if !cell.text.is_empty() {
            append(&mut self.told, vec![cell], None);
        }
        self.limit();
    }

    /// Adds a text that stands beside what is read in order.
    pub(super) fn aside(&mut self, place: &str, text: &str) {
        let cell = Cell { column: 0, place: place.to_owned(), text: text.trim_end().to_owned() };
        if !cell.text.is_empty() {
            append(&mut self.asides, vec![cell], None);
        }
        self.limit();
    }

    /// Tells the beginning of a text that has become too long to be held.
    pub(super) fn overflow(&mut self, place: &str, text: &mut String) {
        if text.len() <= PART_BYTES {
            return;
        }
        self.aside(place, text);
        let mut kept = text.len() - SHARED_BYTES;
        while !text.is_char_boundary(kept) {
            kept += 1;
        }
        text.drain(..kept);
    }

    /// Ends a table, such as a sheet.
    pub(super) fn end_table(&mut self) {
        self.end_row();
        self.end_row();
        self.gather();
        self.apart();
    }

    /// Adds what stands beside the rows behind them.
    fn gather(&mut self) {
        let asides = std::mem::take(&mut self.asides);
        let base = self.told.text.len();
        self.told.cells.extend(asides.cells.into_iter().map(|(at, place)| (base + at, place)));
        self.told.text.push_str(&asides.text);
    }

    /// Tells what was gathered, if it is enough; a table goes on under the names of its columns.
    fn limit(&mut self) {
        if self.told.size() + self.asides.size() <= PART_BYTES {
            return;
        }
        self.flush();
        let head = self
            .head
            .as_ref()
            .filter(|head| head.cells.iter().map(|cell| cell.text.len()).sum::<usize>() < SHARED_BYTES);
        if let Some(head) = head {
            append(&mut self.told, head.cells.clone(), Some((head.first, head.last, true)));
        }
    }

    /// Tells all that is left.
    pub(super) fn flush(&mut self) {
        self.gather();
        let told = std::mem::take(&mut self.told);
        if !told.text.trim().is_empty() && !self.is_stopped {
            self.is_stopped = self.members.text(told).is_break();
        }
    }
}

/// Adds a line of cells: side by side, or in the columns from the first to the last, where a column
/// without a name may be called as sheets do.
fn append(told: &mut Told, row: Vec<Cell>, columns: Option<(usize, usize, bool)>) {
    let (mut next, last, is_named) = columns.unwrap_or((0, 0, false));
    let gap = |told: &mut Told, column: usize| {
        if is_named {
            told.text.push_str(&super::sheet::letters(column));
        }
        told.text.push('\t');
    };
    for (n, cell) in row.into_iter().enumerate() {
        if n > 0 {
            told.text.push('\t');
        }
        while columns.is_some() && next < cell.column {
            gap(told, next);
            next += 1;
        }
        told.cells.push((told.text.len(), cell.place));
        told.text.push_str(&cell.text);
        next += 1;
    }
    while columns.is_some() && next <= last {
        told.text.push('\t');
        if is_named {
            told.text.push_str(&super::sheet::letters(next));
        }
        next += 1;
    }
    told.text.push('\n');
}

impl Told {
    /// Bytes it takes, about.
    fn size(&self) -> usize {
        self.text.len() + self.cells.len() * CELL_BYTES
    }
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::*;

    #[derive(Default)]
    struct Taken(Vec<Told>);

    impl Members for Taken {
        fn member(&mut self, _: &str, _: &mut dyn std::io::Read) -> ControlFlow<()> {
            ControlFlow::Continue(())
        }
        fn text(&mut self, told: Told) -> ControlFlow<()> {
            self.0.push(told);
            ControlFlow::Continue(())
        }
        fn problem(&mut self, _: &str, _: SkipReason, _: &str) {}
        fn bytes_left(&self) -> u64 {
            u64::MAX
        }
    }

    /// Lays rows out; a space is an empty cell.
    fn laid(rows: &[&[&str]]) -> Vec<Told> {
        let mut taken = Taken::default();
        let mut page = Page::new(&mut taken);
        for (row, cells) in rows.iter().enumerate() {
            for (column, text) in cells.iter().enumerate() {
                page.cell(format!("{column},{row}"), column, text);
            }
            page.end_row();
        }
        page.end_table();
        page.flush();
        taken.0
    }

    #[test]
    fn rows_are_as_wide_as_the_names_of_their_columns() {
        let told =
            laid(&[&["title"], &[" ", "name", " ", "value"], &[" ", "x"], &[" ", " ", "123456", "y\nz"]]);
        let text = "title\n\nname\tC\tvalue\n\n";
        assert!(told[0].text.starts_with(text), "{}", told[0].text);
        assert!(told[0].text.contains("123456\ty\n"), "{}", told[0].text);
        assert!(told[0].text.contains("\ny\nz\n"), "{}", told[0].text);
        for (at, place) in &told[0].cells {
            let shown = told[0].text.get(*at..).unwrap();
            assert!(place != "3,3" || shown.starts_with('y'), "{shown}");
        }
    }

    #[test]
    fn tables_begin_at_their_first_column() {
        let told = laid(&[&[" ", "client_id", "client_secret"], &[" ", "a", "b1"], &[" ", "c", "d1"]]);
        assert_eq!(told[0].text, "client_id\tclient_secret\na\tb1\nc\td1\n\n");
    }

    #[test]
    fn a_long_table_goes_on_under_its_header() {
        let rows: Vec<&[&str]> = std::iter::once(&["client_id", "client_secret"][..])
            .chain(std::iter::repeat_n(&["some 1", "thing 2"][..], 50_000))
            .collect();
        let told = laid(&rows);
        assert!(told.len() > 1);
        assert!(told.iter().all(|told| told.text.starts_with("client_id\tclient_secret\n")));
        assert!(told.iter().all(|told| told.size() < PART_BYTES + 10_000));
    }
}
