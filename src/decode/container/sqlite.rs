//! SQLite databases: the rows of all tables, and what is left of deleted ones.
//!
//! Read by our own code, page by page: SQLite itself is written in C, and would run what a hostile
//! schema asks for.

use std::collections::BTreeSet;
use std::io::SeekFrom;
use std::ops::ControlFlow;

use super::telling::Telling;
use super::{Container, HEAD_BYTES, Members, container};
use crate::model::{ReadSeek, SkipReason};

mod record;
mod schema;

use record::{Column, Encoding, columns, varint};
use schema::{Table, table};

pub(super) struct Sqlite;

const MAGIC: &[u8] = b"SQLite format 3\0";
/// What is read of one row, in bytes.
const ROW_BYTES_MAX: usize = 1 << 20;
/// What is read of one value into its row; a longer one is told by itself.
const CELL_BYTES_MAX: usize = 16 << 10;
/// Bytes of deleted rows that are handed over at once.
const DELETED_BYTES: usize = 1 << 20;

impl Container for Sqlite {
    fn recognises(&self, _name: &str, head: &[u8]) -> bool {
        head.starts_with(MAGIC)
    }

    fn open(&self, _name: &str, content: &mut dyn ReadSeek, members: &mut dyn Members) {
        let Some(pages) = Pages::of(content) else {
            return members.problem("", SkipReason::Damaged, "its bytes are not what its format says");
        };
        let (telling, more_pages) = (Telling::new(members), pages.count);
        let mut reader = Reader {
            pages,
            telling,
            seen: BTreeSet::new(),
            deleted: Vec::new(),
            more_pages,
            is_damaged: false,
        };
        if reader.all().is_break() || reader.telling.flush().is_break() {
            return;
        }
        if reader.is_damaged {
            members.problem("", SkipReason::Damaged, "its bytes are not what its format says");
        }
    }
}

/// The pages of a file, read when they are asked for.
struct Pages<'c> {
    content: &'c mut dyn ReadSeek,
    size: usize,
    /// Bytes of a page that hold rows.
    usable: usize,
    encoding: Encoding,
    first_free: u32,
    /// How many pages the header tells of.
    told: u32,
    count: u32,
}

impl<'c> Pages<'c> {
    fn of(content: &'c mut dyn ReadSeek) -> Option<Self> {
        let length = content.seek(SeekFrom::End(0)).ok()?;
        content.rewind().ok()?;
        let mut head = [0; 100];
        content.read_exact(&mut head).ok()?;
        let size = match big_endian(&head, 16, 2)? {
            1 => 65_536,
            size if size >= 512 && size.is_power_of_two() => size as usize,
            _ => return None,
        };
        let usable = size - big_endian(&head, 20, 1)? as usize;
        let encoding = Encoding::of(big_endian(&head, 56, 4)?);
        let first_free = big_endian(&head, 32, 4)?;
        let told = big_endian(&head, 28, 4)?;
        let count = u32::try_from(length.div_ceil(size as u64)).ok()?;
        (usable >= 480).then_some(Self { content, size, usable, encoding, first_free, told, count })
    }

    /// Reads a page; the bytes of the file's header stand before those of the first.
    fn page(&mut self, number: u32) -> Option<Vec<u8>> {
        let index = number.checked_sub(1).filter(|index| *index < self.count)?;
        self.content.seek(SeekFrom::Start(u64::from(index) * self.size as u64)).ok()?;
        let mut page = vec![0; self.size];
        self.content.read_exact(&mut page).ok()?;
        Some(page)
    }
}

struct Reader<'c, 'm> {
    pages: Pages<'c>,
    telling: Telling<'m>,
    /// Pages of trees; none is read twice.
    seen: BTreeSet<u32>,
    deleted: Vec<u8>,
    /// Pages that rows may still go on in: each belongs to one row.
    more_pages: u32,
    is_damaged: bool,
}

/// A row: its number, and its record as far as it is read.
struct Row {
    id: Option<i64>,
    record: Vec<u8>,
}

impl Reader<'_, '_> {
    fn all(&mut self) -> ControlFlow<()> {
        // A file that is shorter than it says was cut.
        self.is_damaged = self.pages.told > self.pages.count;
        let mut tables: Vec<Table> = Vec::new();
        self.rows(1, &mut |reader, row| {
            tables.extend(table(&columns(&row.record, reader.pages.encoding)));
            ControlFlow::Continue(())
        })?;
        for table in tables {
            let mut is_first = true;
            self.rows(table.root, &mut |reader, row| {
                let is_new = std::mem::take(&mut is_first);
                reader.row(&table, &row, is_new)
            })?;
        }
        self.free_pages()?;
        self.hand_over_deleted(0)
    }

    /// Lends the rows of a tree.
    fn rows(
        &mut self,
        root: u32,
        take: &mut dyn FnMut(&mut Self, Row) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let mut waiting = vec![root];
        while let Some(number) = waiting.pop() {
            if !self.seen.insert(number) {
                continue;
            }
            let Some(page) = self.pages.page(number) else {
                self.is_damaged = true;
                continue;
            };
            let at = if number == 1 { 100 } else { 0 };
            let Some(kind) = page.get(at).copied().filter(|kind| matches!(kind, 2 | 5 | 10 | 13)) else {
                self.is_damaged = true;
                continue;
            };
            let is_inner = kind < 8;
            let count = big_endian(&page, at + 3, 2).unwrap_or(0) as usize;
            let table = at + if is_inner { 12 } else { 8 };
            let cells: Vec<usize> = (0..count)
                .filter_map(|index| big_endian(&page, table + index * 2, 2))
                .map(|cell| cell as usize)
                .collect();
            if is_inner {
                let right = big_endian(&page, at + 8, 4);
                let left = cells.iter().filter_map(|cell| big_endian(&page, *cell, 4));
                let mut children: Vec<u32> = left.chain(right).collect();
                children.reverse();
                waiting.extend(children);
            }
            for cell in cells {
                if kind != 5
                    && let Some(row) = self.row_at(&page, cell, kind)
                {
                    take(self, row)?;
                }
            }
            self.note_deleted(&page, at, table + count * 2);
            self.hand_over_deleted(DELETED_BYTES)?;
        }
        ControlFlow::Continue(())
    }

    fn row_at(&mut self, page: &[u8], cell: usize, kind: u8) -> Option<Row> {
        // Inner pages of an index begin their cells with a child.
        let mut at = if kind == 2 { cell + 4 } else { cell };
        let length = usize::try_from(varint(page, &mut at)?).ok()?;
        let id = if kind == 13 { Some(varint(page, &mut at)? as i64) } else { None };
        let usable = self.pages.usable;
        let most = if kind == 13 { usable - 35 } else { (usable - 12) * 64 / 255 - 23 };
        let here = if length <= most {
            length
        } else {
            let least = (usable - 12) * 32 / 255 - 23;
            let fitting = least + (length - least) % (usable - 4);
            if fitting <= most { fitting } else { least }
        };
        let mut record = page.get(at..(at + here).min(page.len()))?.to_vec();
        self.is_damaged |= record.len() < here;
        if here < length {
            let mut next = big_endian(page, at + here, 4)?;
            while next != 0 && record.len() < length.min(ROW_BYTES_MAX) {
                let (Some(left), Some(more)) = (self.more_pages.checked_sub(1), self.pages.page(next)) else {
                    self.is_damaged = true;
                    break;
                };
                self.more_pages = left;
                let wanted = (length - record.len()).min(usable - 4);
                record.extend_from_slice(more.get(4..4 + wanted)?);
                next = big_endian(&more, 0, 4)?;
            }
        }
        Some(Row { id, record })
    }

    fn row(&mut self, table: &Table, row: &Row, is_first: bool) -> ControlFlow<()> {
        // Every piece that is judged begins with the names.
        if self.telling.flush_full()? || is_first {
            let names: Vec<String> = table.columns.iter().map(|name| in_line(name)).collect();
            self.telling.part(&table.name, &names.join("\t"))?;
        }
        let place = |column: &str| match row.id {
            Some(id) => format!("{}!{column} row {id}", table.name),
            None => format!("{}!{column}", table.name),
        };
        let mut cells: Vec<(String, String)> = Vec::new();
        let mut alone: Vec<(String, String)> = Vec::new();
        for (index, column) in columns(&row.record, self.pages.encoding).into_iter().enumerate() {
            let name = table.columns.get(index).map_or("", String::as_str);
            let text = match column {
                Column::Text(text) => text,
                // The number of the row stands in for the column that is called so.
                Column::Nothing => String::new(),
                Column::Number(number) => number,
                Column::Bytes(bytes) => match String::from_utf8(bytes) {
                    Ok(text) => text,
                    Err(error) => {
                        self.document(&place(name), error.as_bytes())?;
                        String::new()
                    }
                },
            };
            if text.len() > CELL_BYTES_MAX || text.contains(['\n', '\r', '\t']) {
                alone.push((place(name), text.clone()));
            }
            let short = if text.len() > CELL_BYTES_MAX { String::new() } else { in_line(&text) };
            cells.push((place(name), short));
        }
        self.telling.row(&cells);
        alone.iter().try_for_each(|(place, text)| self.telling.part(place, text))
    }

    /// A document that is kept in a column.
    fn document(&mut self, place: &str, bytes: &[u8]) -> ControlFlow<()> {
        let head = bytes.get(..bytes.len().min(HEAD_BYTES)).unwrap_or_default();
        if container("", head).is_none() {
            return ControlFlow::Continue(());
        }
        self.telling.members.member(place, &mut &*bytes)
    }

    /// Gathers what stands in a page where no row stands any more.
    fn note_deleted(&mut self, page: &[u8], at: usize, cells_end: usize) {
        let content = match big_endian(page, at + 5, 2) {
            Some(0) | None => page.len(),
            Some(start) => start as usize,
        };
        self.note(page.get(cells_end..content).unwrap_or_default());
        let mut free = big_endian(page, at + 1, 2).unwrap_or(0) as usize;
        // Blocks ascend, so they end.
        while free != 0 {
            let (next, length) = (big_endian(page, free, 2), big_endian(page, free + 2, 2));
            self.note(page.get(free + 4..free + length.unwrap_or(0) as usize).unwrap_or_default());
            free = next.map(|next| next as usize).filter(|next| *next > free).unwrap_or(0);
        }
    }

    fn note(&mut self, bytes: &[u8]) {
        let bytes = bytes.trim_ascii();
        if bytes.iter().any(|byte| *byte != 0) {
            self.deleted.extend_from_slice(bytes);
            self.deleted.extend_from_slice(b"\0\n");
        }
    }

    fn free_pages(&mut self) -> ControlFlow<()> {
        let mut next = self.pages.first_free;
        while next != 0 && self.seen.insert(next) {
            let Some(trunk) = self.pages.page(next) else { break };
            let count = big_endian(&trunk, 4, 4).unwrap_or(0) as usize;
            for index in 0..count.min(self.pages.size / 4) {
                let leaf = big_endian(&trunk, 8 + index * 4, 4).filter(|leaf| self.seen.insert(*leaf));
                if let Some(page) = leaf.and_then(|leaf| self.pages.page(leaf)) {
                    self.note(&page);
                    self.hand_over_deleted(DELETED_BYTES)?;
                }
            }
            next = big_endian(&trunk, 0, 4).unwrap_or(0);
        }
        ControlFlow::Continue(())
    }

    fn hand_over_deleted(&mut self, from: usize) -> ControlFlow<()> {
        if self.deleted.len() <= from {
            return ControlFlow::Continue(());
        }
        let bytes = std::mem::take(&mut self.deleted);
        self.telling.members.member("deleted rows", &mut bytes.as_slice())
    }
}

/// A value in a row of a table: one line.
fn in_line(text: &str) -> String {
    text.replace(['\n', '\r', '\t'], " ")
}

fn big_endian(bytes: &[u8], at: usize, count: usize) -> Option<u32> {
    let bytes = bytes.get(at..at.checked_add(count)?)?;
    Some(bytes.iter().fold(0, |number, byte| (number << 8) | u32::from(*byte)))
}
