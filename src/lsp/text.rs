//! An open document: its lines, and places in it as editors and as reports count them.

use lsp_types::{Position, Range};

use crate::model;

/// The text of an open document.
#[derive(Debug, Clone)]
pub(super) struct OpenText {
    pub(super) version: i32,
    text: String,
}

impl OpenText {
    pub(super) const fn new(version: i32, text: String) -> Self {
        Self { version, text }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    fn line(&self, line: u64) -> &str {
        let index = usize::try_from(line.saturating_sub(1)).unwrap_or(usize::MAX);
        let line = self.text.split('\n').nth(index).unwrap_or_default();
        line.strip_suffix('\r').unwrap_or(line)
    }

    /// A place of a report, characters from 1, as editors count it, UTF-16 units from 0.
    fn position(&self, place: model::Position) -> Position {
        let column = usize::try_from(place.column.saturating_sub(1)).unwrap_or(usize::MAX);
        let units: usize = self.line(place.line).chars().take(column).map(char::len_utf16).sum();
        let line = u32::try_from(place.line.saturating_sub(1)).unwrap_or(u32::MAX);
        Position { line, character: u32::try_from(units).unwrap_or(u32::MAX) }
    }

    pub(super) fn range(&self, region: model::Region) -> Range {
        Range { start: self.position(region.start), end: self.position(region.end) }
    }

    /// The text of a region that lies in one line, with the quotes around it where both are there.
    pub(super) fn value(&self, region: model::Region) -> Option<Value<'_>> {
        let (start, end) = (region.start, region.end);
        if start.line != end.line {
            return None;
        }
        let line = self.line(start.line);
        let at = |column: u64| {
            let column = usize::try_from(column.saturating_sub(1)).ok()?;
            line.char_indices().map(|(at, _)| at).chain([line.len()]).nth(column)
        };
        let (from, to) = (at(start.column)?, at(end.column)?);
        let text = line.get(from..to)?;
        let before = line.get(..from)?.chars().next_back();
        let after = line.get(to..)?.chars().next();
        let is_quoted = before == after && before.is_some_and(|c| matches!(c, '"' | '\'' | '`'));
        let around = u32::from(is_quoted);
        let range = self.range(region);
        let quoted = Range {
            start: Position { character: range.start.character.saturating_sub(around), ..range.start },
            end: Position { character: range.end.character.saturating_add(around), ..range.end },
        };
        Some(Value { text, is_quoted, inner: range, outer: quoted })
    }

    /// What a line begins with before its first word.
    pub(super) fn indent(&self, line: u64) -> &str {
        let line = self.line(line);
        let end = line.len() - line.trim_start().len();
        line.get(..end).unwrap_or_default()
    }
}

/// A value in one line.
pub(super) struct Value<'t> {
    pub(super) text: &'t str,
    pub(super) is_quoted: bool,
    /// The value alone.
    pub(super) inner: Range,
    /// The value with its quotes.
    pub(super) outer: Range,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Region;

    fn region(text: &OpenText, line: u64, start: u64, end: u64) -> Region {
        let _ = text;
        Region { start: model::Position { line, column: start }, end: model::Position { line, column: end } }
    }

    #[test]
    fn columns_are_characters_there_and_units_here() {
        let text = OpenText::new(1, "a\r\n鍵𠮷 = \"x\"\r\n".to_owned());
        let value = text.value(region(&text, 2, 7, 8)).unwrap();
        assert_eq!((value.text, value.is_quoted), ("x", true));
        assert_eq!((value.inner.start, value.inner.end), (Position::new(1, 7), Position::new(1, 8)));
        assert_eq!((value.outer.start, value.outer.end), (Position::new(1, 6), Position::new(1, 9)));
        assert!(text.value(region(&text, 9, 7, 8)).is_none());
    }
}
