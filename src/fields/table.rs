//! Tables: Markdown, CSV and its kin, and the cookie files of browsers.

use std::borrow::Cow;

use super::text::{Text, VALUE_BYTES, is_label, is_opaque};
use super::{Found, Value};
use crate::model::{Span, Syntax};
use crate::rules::names_no_secret;

/// How many cells of a row are read.
const COLUMNS: usize = 256;

/// Reads the rows of all tables.
pub(super) fn read<'a>(text: &Text<'a>, header: Option<&[String]>, found: &mut Found<'a>) {
    let mut tables = Tables::new(text);
    tables.lend(header);
    tables.rows(&mut Some(found));
}

/// Returns the header of the table that is open at the end, which may be the lent one.
pub(super) fn open_header(text: &Text<'_>, header: Option<&[String]>) -> Option<Vec<String>> {
    let mut tables = Tables::new(text);
    tables.lend(header);
    tables.rows(&mut None);
    (tables.header.len() > 1 && (tables.body > 0 || tables.lent))
        .then(|| tables.header.iter().map(|cell| cell.text.to_string()).collect())
}

/// A cell.
struct Cell<'a> {
    text: Cow<'a, str>,
    span: Span,
    quoted: bool,
}

struct Tables<'t, 'a> {
    text: &'t Text<'a>,
    header: Vec<Cell<'a>>,
    /// What parts the cells of the open table; none where only its header was lent.
    delimiter: Option<u8>,
    /// Rows under the header so far.
    body: usize,
    lent: bool,
    /// Whether a table may begin on this line.
    fresh: bool,
    /// The row before, which a rule below makes a header.
    above: Span,
    cells: Vec<Cell<'a>>,
}

impl<'t, 'a> Tables<'t, 'a> {
    fn new(text: &'t Text<'a>) -> Self {
        Self {
            text,
            header: Vec::new(),
            delimiter: None,
            body: 0,
            lent: false,
            fresh: true,
            above: super::NOWHERE,
            cells: Vec::new(),
        }
    }

    /// Goes on with a table whose header stood in an earlier text.
    fn lend(&mut self, header: Option<&[String]>) {
        let Some(header) = header.filter(|header| header.len() > 1) else { return };
        self.header = header
            .iter()
            .map(|name| Cell { text: Cow::Owned(name.clone()), span: super::NOWHERE, quoted: true })
            .collect();
        self.lent = true;
    }

    fn rows(&mut self, found: &mut Option<&mut Found<'a>>) {
        let text = self.text;
        let mut start = if text.starts(0, "\u{feff}") { 3 } else { 0 };
        while start < text.len() {
            let newline = text.find(b'\n', start);
            let end = if newline > start && text.before(newline) == b'\r' { newline - 1 } else { newline };
            start = 1 + self.row(start, end, newline, found);
        }
    }

    /// Reads a row and returns where its line end is.
    fn row(&mut self, start: usize, end: usize, newline: usize, found: &mut Option<&mut Found<'a>>) -> usize {
        let text = self.text;
        let counts = Counts::of(text, start, end);
        // A quoted cell that goes over lines may leave its first one without a delimiter.
        let opens = self.delimiter.filter(|_| counts.quotes % 2 == 1 && !self.header.is_empty());
        let delimiter = counts.delimiter().or(opens);
        if counts.pipes > 0 && self.piped(start, end, found) {
            return newline;
        }
        if counts.pipes == 0 && self.ruled(start, end) {
            return newline;
        }
        let Some(delimiter) = delimiter else {
            self.interrupted(text.skip_blanks(start) >= end || text.starts(start, "```"));
            return newline;
        };
        if counts.tabs == 6 && self.cookie(start, end, found) {
            return newline;
        }
        let own = self.delimiter.unwrap_or(delimiter);
        let mut newline = newline;
        let mut end = end;
        if counts.quotes % 2 == 1 && !self.header.is_empty() {
            // A quoted cell goes over several lines.
            let limit = start + text.allowance().min(VALUE_BYTES);
            let mut close = newline;
            while close < limit.min(text.len()) {
                let next = text.find(b'\n', close + 1);
                let odd = Counts::of(text, close + 1, next).quotes % 2 == 1;
                text.spend(next - close);
                close = next;
                if odd {
                    newline = close;
                    end = close;
                    break;
                }
            }
        }
        split(text, start, end, own, &mut self.cells);
        if !self.header.is_empty() && self.cells.len() == self.header.len() {
            self.delimiter = Some(own);
            self.body += 1;
            if let Some(found) = found {
                emit_row(&self.header, &self.cells, found);
                beside(&self.header, &self.cells, found);
            }
            return newline;
        }
        if self.fresh && self.cells.len() > 1 && is_header(&self.cells) {
            if let Some(found) = found {
                beside(&[], &self.cells, found);
            }
            self.header = std::mem::take(&mut self.cells);
            self.delimiter = Some(own);
            self.body = 0;
            self.lent = false;
            self.fresh = false;
            return newline;
        }
        if (2..=6).contains(&self.cells.len())
            && self.cells.iter().all(|cell| !cell.text.is_empty())
            && let Some(found) = found
        {
            beside(&[], &self.cells, found);
        }
        self.interrupted(false);
        newline
    }

    fn interrupted(&mut self, fresh: bool) {
        if !self.lent || self.body > 0 {
            self.header.clear();
            self.delimiter = None;
            self.lent = false;
        }
        self.fresh = fresh;
        self.above = super::NOWHERE;
    }

    /// Reads a line of a Markdown table; false where it is none.
    fn piped(&mut self, start: usize, end: usize, found: &mut Option<&mut Found<'a>>) -> bool {
        let text = self.text;
        let line = text.slice(start, end).trim();
        if !line.starts_with('|') && !line.contains(" | ") && self.delimiter != Some(b'|') {
            return false;
        }
        if line.bytes().all(|b| matches!(b, b'|' | b'-' | b':' | b' ' | b'+' | b'\t')) {
            let above = self.above;
            pipe_cells(text, above.start, above.end, &mut self.cells);
            self.header = std::mem::take(&mut self.cells);
            self.delimiter = Some(b'|');
            self.body = 0;
            self.lent = false;
            return true;
        }
        pipe_cells(text, start, end, &mut self.cells);
        self.above = Span::new(start, end);
        let continues = !self.header.is_empty() && (self.delimiter == Some(b'|') || self.lent);
        if let Some(found) = found {
            if continues {
                emit_row(&self.header, &self.cells, found);
            }
            beside(if continues { &self.header } else { &[] }, &self.cells, found);
        }
        if continues {
            self.delimiter = Some(b'|');
            self.body += 1;
        }
        self.fresh = false;
        true
    }

    /// Reads a line such as `+----+----+`, which stands around the header of a query's result.
    fn ruled(&mut self, start: usize, end: usize) -> bool {
        let line = self.text.slice(start, end).trim();
        if !line.starts_with('+') || !line.bytes().all(|b| matches!(b, b'+' | b'-' | b'=')) {
            return false;
        }
        if self.above.start < self.above.end && self.header.is_empty() {
            pipe_cells(self.text, self.above.start, self.above.end, &mut self.cells);
            self.header = std::mem::take(&mut self.cells);
            self.delimiter = Some(b'|');
            self.body = 0;
        }
        true
    }

    /// Reads a line of a browser's cookie file: seven columns, the last two name and value.
    fn cookie(&self, start: usize, end: usize, found: &mut Option<&mut Found<'a>>) -> bool {
        let text = self.text;
        let line = text.slice(start, end);
        let mut columns = line.split('\t');
        let mut flag = |skip: usize| columns.nth(skip).is_some_and(|c| matches!(c, "TRUE" | "FALSE"));
        if !flag(1) || !flag(1) {
            return false;
        }
        let _ = columns.next();
        if let (Some(name), Some(value), Some(found)) = (columns.next(), columns.next(), found) {
            let at = end - value.len();
            let value = Value { text: value.into(), span: Span::new(at, end), quoted: true };
            found.plain(text, Span::new(at - 1 - name.len(), at - 1), value, Syntax::Pair);
        }
        true
    }
}

/// How often each mark that may part cells is on a line.
#[derive(Default)]
struct Counts {
    pipes: usize,
    tabs: usize,
    commas: usize,
    semicolons: usize,
    quotes: usize,
}

impl Counts {
    fn of(text: &Text<'_>, start: usize, end: usize) -> Self {
        let mut counts = Self::default();
        for byte in text.slice(start, end).bytes() {
            match byte {
                b'|' => counts.pipes += 1,
                b'\t' => counts.tabs += 1,
                b',' => counts.commas += 1,
                b';' => counts.semicolons += 1,
                b'"' => counts.quotes += 1,
                _ => {}
            }
        }
        // Indentation parts nothing.
        let mut at = start;
        while text.at(at) == b'\t' && counts.tabs > 0 {
            counts.tabs -= 1;
            at += 1;
        }
        counts
    }

    fn delimiter(&self) -> Option<u8> {
        match self {
            Self { tabs: 1.., .. } => Some(b'\t'),
            Self { commas: 1.., .. } => Some(b','),
            Self { semicolons: 1.., .. } => Some(b';'),
            _ => None,
        }
    }
}

/// Parts a line of separated values; quoted cells keep their separators.
fn split<'a>(text: &Text<'a>, start: usize, end: usize, delimiter: u8, cells: &mut Vec<Cell<'a>>) {
    cells.clear();
    let mut at = start;
    loop {
        let mut stop = at;
        let begin = text.skip_spaces(at);
        if text.at(begin) == b'"' {
            stop = begin + 1;
            while stop < end {
                if text.at(stop) == b'"' {
                    if text.at(stop + 1) == b'"' {
                        stop += 1;
                    } else {
                        break;
                    }
                }
                stop += 1;
            }
        }
        while stop < end && text.at(stop) != delimiter {
            stop += 1;
        }
        cells.push(cell(text, at, stop.min(end)));
        if stop >= end || cells.len() >= COLUMNS {
            return;
        }
        at = stop + 1;
    }
}

/// A cell without blanks, quotes and marks of emphasis around it.
fn cell<'a>(text: &Text<'a>, start: usize, end: usize) -> Cell<'a> {
    let raw = text.slice(start, end);
    let start = start + raw.len() - raw.trim_start().len();
    let raw = raw.trim();
    for quote in ["**", "\"", "`", "'"] {
        if let Some(inner) = raw.strip_prefix(quote).and_then(|raw| raw.strip_suffix(quote)) {
            let start = start + quote.len();
            let span = Span::new(start, start + inner.len());
            let doubled = quote == "\"" && inner.contains("\"\"");
            let text = if doubled { Cow::Owned(inner.replace("\"\"", "\"")) } else { Cow::Borrowed(inner) };
            return Cell { text, span, quoted: true };
        }
    }
    Cell { text: Cow::Borrowed(raw), span: Span::new(start, start + raw.len()), quoted: false }
}

/// Parts a line of a Markdown table. Where bars have blanks beside them, a bar without any is part
/// of a token.
fn pipe_cells<'a>(text: &Text<'a>, start: usize, end: usize, cells: &mut Vec<Cell<'a>>) {
    cells.clear();
    let line = text.slice(start, end);
    let spaced = line.contains(" | ") || line.contains("| ");
    let begin = text.skip_blanks(start).min(end);
    let mut at = if text.at(begin) == b'|' { begin + 1 } else { start };
    let mut stop = at;
    while at < end && cells.len() < COLUMNS {
        let inside = |byte: u8| byte.is_ascii_graphic() && byte != b'|';
        while stop < end {
            let is_part = text.before(stop) == b'\\'
                || (spaced
                    && stop > begin
                    && inside(text.before(stop))
                    && stop + 1 < end
                    && inside(text.at(stop + 1)));
            if text.at(stop) == b'|' && !is_part {
                break;
            }
            stop += 1;
        }
        let mut cell = cell(text, at, stop);
        if cell.text.contains("\\|") {
            cell.text = Cow::Owned(cell.text.replace("\\|", "|"));
        }
        cells.push(cell);
        at = stop + 1;
        stop = at;
    }
}

fn is_header(cells: &[Cell<'_>]) -> bool {
    cells.iter().all(|cell| names_column(&cell.text))
}

/// Tells whether a cell reads as the name of a column.
pub(super) fn names_column(cell: &str) -> bool {
    let opens = cell.contains('(');
    let digits = cell.bytes().filter(u8::is_ascii_digit).count();
    is_label(cell)
        && opens == cell.contains(')')
        && (digits < 3 || !is_opaque(cell, 12) || names_no_secret(cell))
}

fn emit_row<'a>(header: &[Cell<'a>], cells: &[Cell<'a>], found: &mut Found<'a>) {
    for (head, cell) in header.iter().zip(cells) {
        found.push((head.text.clone(), head.span), Cow::Borrowed(""), valued(cell), Syntax::Table);
    }
}

fn valued<'a>(cell: &Cell<'a>) -> Value<'a> {
    Value { text: cell.text.clone(), span: cell.span, quoted: true }
}

/// A label names the cell beside it, and the first cell names all that are one token; not where the column
/// is of hashes.
fn beside<'a>(header: &[Cell<'a>], cells: &[Cell<'a>], found: &mut Found<'a>) {
    let is_open = |at: usize| header.get(at).is_none_or(|head| !names_no_secret(&head.text));
    let is_value = |cell: &Cell<'_>| {
        // A quote at one end only: the cell is code.
        cell.text.len() >= 6
            && !cell.text.contains(' ')
            && !cell.text.starts_with(['\'', '"', '`', '('])
            && (cell.quoted
                || is_opaque(&cell.text, 6)
                || cell.text.bytes().any(|b| b.is_ascii_punctuation()))
    };
    let label = |cell: &Cell<'a>| {
        let name = cell.text.trim_end_matches([':', '：']);
        let is_code = name.contains('\'') || name.contains('(') != name.contains(')');
        (is_label(name) && !is_code && !is_opaque(name, 20)).then(|| (Cow::Owned(name.to_owned()), cell.span))
    };
    for (at, (left, right)) in (1..).zip(cells.iter().zip(cells.iter().skip(1))) {
        if is_value(right)
            && is_open(at)
            && let Some(name) = label(left)
        {
            found.push(name, Cow::Borrowed(""), valued(right), Syntax::Table);
        }
    }
    let Some(first) = cells.first() else { return };
    for (_, far) in (0..).zip(cells).skip(2).filter(|(at, cell)| is_value(cell) && is_open(*at)) {
        if let Some(name) = label(first) {
            found.push(name, Cow::Borrowed(""), valued(far), Syntax::Table);
        }
    }
}

#[cfg(test)]
mod tests;
