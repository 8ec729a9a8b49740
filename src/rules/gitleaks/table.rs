//! TOML tables read key by key, so that every complaint knows its line.
//!
//! Keys are compared without regard to letter case, as gitleaks itself does (`stopwords` and
//! `stopWords` are both in use). A key that nobody asked for is an error.

use std::collections::BTreeMap;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::model::{LineIndex, Position};
use crate::rules::RuleError;

/// A place in a rule file.
#[derive(Debug, Clone)]
pub(in crate::rules) struct At {
    path: Arc<str>,
    line: usize,
}

impl At {
    /// Says what is wrong there.
    pub(in crate::rules) fn error(&self, reason: impl AsRef<str>) -> RuleError {
        // Keys and ids are quoted in reasons, and a terminal would obey what they could hold.
        let reason = reason.as_ref().replace(char::is_control, "\u{FFFD}");
        RuleError::Invalid { path: self.path.to_string(), line: self.line, reason }
    }

    /// Returns the place as messages write it.
    pub(in crate::rules) fn shown(&self) -> String {
        format!("{}:{}", self.path, self.line)
    }
}

/// A value and where it was written.
#[derive(Debug, Clone)]
pub(in crate::rules) struct Located<T> {
    pub(in crate::rules) value: T,
    pub(in crate::rules) at: At,
}

/// Finds the lines of one rule file.
#[derive(Debug)]
pub(in crate::rules) struct Lines {
    path: Arc<str>,
    index: LineIndex,
}

impl Lines {
    pub(in crate::rules) fn new(path: &str, text: &str) -> Self {
        Self { path: path.into(), index: LineIndex::new(text, Position { line: 1, column: 1 }) }
    }

    /// Returns the place of a byte.
    pub(in crate::rules) fn at(&self, offset: usize) -> At {
        At { path: Arc::clone(&self.path), line: self.index.line_of(offset) + 1 }
    }

    /// Parses the file.
    pub(in crate::rules) fn parsed<'t>(&self, text: &'t str) -> Result<Spanned<DeTable<'t>>, RuleError> {
        DeTable::parse(text).map_err(|error| self.toml_error(&error, 0))
    }

    /// Turns an error of the TOML reader into ours; `otherwise` is the byte to blame where it has none.
    pub(in crate::rules) fn toml_error(&self, error: &toml::de::Error, otherwise: usize) -> RuleError {
        let offset = error.span().map_or(otherwise, |span| span.start);
        self.at(offset).error(error.message().replace('\n', ", "))
    }
}

/// One table; what was asked for is taken out of it.
#[derive(Debug)]
pub(super) struct Table<'t, 'i> {
    lines: &'t Lines,
    /// The table's own name, for messages: `[[rules]]`.
    name: &'static str,
    /// Where it begins.
    pub(super) at: At,
    entries: BTreeMap<String, Entry<'t, 'i>>,
}

type Entry<'t, 'i> = (At, &'t Spanned<DeValue<'i>>);

impl<'t, 'i> Table<'t, 'i> {
    pub(super) fn new(
        lines: &'t Lines,
        name: &'static str,
        start: usize,
        table: &'t DeTable<'i>,
    ) -> Result<Self, RuleError> {
        let mut entries = BTreeMap::new();
        for (key, value) in table {
            let at = lines.at(key.span().start);
            let folded = key.get_ref().to_lowercase();
            if entries.insert(folded, (at.clone(), value)).is_some() {
                return Err(at.error(format!("the key `{}` is there twice in {name}", key.get_ref())));
            }
        }
        Ok(Self { lines, name, at: lines.at(start), entries })
    }

    pub(super) fn string(&mut self, key: &'static str) -> Result<Option<Located<String>>, RuleError> {
        self.take(key).map(|(at, value)| text_of(value.get_ref(), &at, key)).transpose()
    }

    pub(super) fn strings(&mut self, key: &'static str) -> Result<Vec<Located<String>>, RuleError> {
        let Some((at, value)) = self.take(key) else { return Ok(Vec::new()) };
        let items = value.get_ref().as_array().ok_or_else(|| expected(&at, key, "a list of strings"))?;
        items.iter().map(|item| text_of(item.get_ref(), &self.lines.at(item.span().start), key)).collect()
    }

    pub(super) fn flag(&mut self, key: &'static str) -> Result<bool, RuleError> {
        let Some((at, value)) = self.take(key) else { return Ok(false) };
        value.get_ref().as_bool().ok_or_else(|| expected(&at, key, "true or false"))
    }

    pub(super) fn count(&mut self, key: &'static str) -> Result<Option<Located<usize>>, RuleError> {
        let Some((at, value)) = self.take(key) else { return Ok(None) };
        let number = value
            .get_ref()
            .as_integer()
            .and_then(|integer| usize::from_str_radix(integer.as_str(), integer.radix()).ok());
        match number {
            Some(value) => Ok(Some(Located { value, at })),
            None => Err(expected(&at, key, "a whole number of 0 or more")),
        }
    }

    pub(super) fn number(&mut self, key: &'static str) -> Result<Option<f64>, RuleError> {
        let Some((at, value)) = self.take(key) else { return Ok(None) };
        let written = match value.get_ref() {
            DeValue::Float(float) => float.as_str(),
            DeValue::Integer(integer) if integer.radix() == 10 => integer.as_str(),
            _ => "",
        };
        match written.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Some(number)),
            _ => Err(expected(&at, key, "a number")),
        }
    }

    pub(super) fn table(
        &mut self,
        key: &'static str,
        name: &'static str,
    ) -> Result<Option<Table<'t, 'i>>, RuleError> {
        let Some((at, value)) = self.take(key) else { return Ok(None) };
        let table = value.get_ref().as_table().ok_or_else(|| expected(&at, key, "a table"))?;
        Table::new(self.lines, name, value.span().start, table).map(Some)
    }

    pub(super) fn tables(
        &mut self,
        key: &'static str,
        name: &'static str,
    ) -> Result<Vec<Table<'t, 'i>>, RuleError> {
        let Some((at, value)) = self.take(key) else { return Ok(Vec::new()) };
        let items = value.get_ref().as_array().ok_or_else(|| expected(&at, key, "a list of tables"))?;
        items
            .iter()
            .map(|item| {
                let start = item.span().start;
                let table = item
                    .get_ref()
                    .as_table()
                    .ok_or_else(|| expected(&self.lines.at(start), key, "a list of tables"))?;
                Table::new(self.lines, name, start, table)
            })
            .collect()
    }

    /// Complains about a key that nobody asked for.
    pub(super) fn finish(self) -> Result<(), RuleError> {
        let name = self.name;
        let first = self.entries.into_iter().min_by_key(|(_, (at, _))| at.line);
        first.map_or(Ok(()), |(key, (at, _))| Err(at.error(format!("unknown key `{key}` in {name}"))))
    }

    fn take(&mut self, key: &'static str) -> Option<Entry<'t, 'i>> {
        self.entries.remove(&key.to_lowercase())
    }
}

fn text_of(value: &DeValue<'_>, at: &At, key: &str) -> Result<Located<String>, RuleError> {
    match value.as_str() {
        Some(text) => Ok(Located { value: text.to_owned(), at: at.clone() }),
        None => Err(expected(at, key, "a string")),
    }
}

fn expected(at: &At, key: &str, what: &str) -> RuleError {
    at.error(format!("`{key}` is not {what}"))
}
