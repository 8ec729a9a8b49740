//! Named values in text, whatever the syntax.
//!
//! A text may be a window cut out of a larger one, broken or of no known language, so nothing here
//! parses: each syntax looks for the marks that part names from values and reads outward from
//! there, in one pass. What two syntaxes read alike is given once.

mod argument;
mod assignment;
mod block;
mod chained;
mod keywords;
mod label;
mod literal;
mod markup;
mod names;
mod pairs;
mod prose;
mod query;
mod scope;
mod serialised;
mod sql;
mod sums;
mod table;
mod text;

use std::borrow::Cow;

use crate::model::{Field, Span, Syntax};
use text::{NAME_BYTES, Text, VALUE_BYTES};

/// Reads every named value of `text`, in the order of their values.
///
/// Total: any text in, fields out; a text that is cut anywhere loses at most the cut field.
/// `header` is the first row of a table that began in an earlier window, where there was one.
#[must_use]
pub fn read<'a>(text: &'a str, header: Option<&[String]>) -> Vec<Field<'a>> {
    let text = &Text::new(text);
    let mut found = Found { fields: Vec::new() };
    // Where two read the same, the first stands: markup and queries undo what is theirs.
    markup::read(text, &mut found);
    query::read(text, &mut found);
    table::read(text, header, &mut found);
    sql::read(text, &mut found);
    serialised::read(text, &mut found);
    label::read(text, &mut found);
    assignment::read(text, &mut found);
    prose::read(text, &mut found);
    sums::read(text, &mut found);
    found.finish()
}

/// Returns the header row of the table that is still open at the end of `text`, to lend to
/// [`read`] with the window that follows. `header` is the one that was lent to this text.
#[must_use]
pub fn header(text: &str, header: Option<&[String]>) -> Option<Vec<String>> {
    table::open_header(&Text::new(text), header)
}

/// Tells whether the cells of a row read as the names of columns.
#[must_use]
pub fn names_columns<'a>(cells: impl IntoIterator<Item = &'a str>) -> bool {
    cells.into_iter().all(table::names_column)
}

/// A value on its way into a field.
#[derive(Clone)]
struct Value<'a> {
    text: Cow<'a, str>,
    span: Span,
    quoted: bool,
}

/// The fields found so far.
struct Found<'a> {
    fields: Vec<Field<'a>>,
}

impl<'a> Found<'a> {
    /// Adds a field, unless its name or its value is none.
    fn push(&mut self, name: (Cow<'a, str>, Span), scope: Cow<'a, str>, value: Value<'a>, syntax: Syntax) {
        let (name, name_span) = name;
        if name.is_empty() || name.len() > NAME_BYTES || !has_letter(&name) || !has_body(&value.text) {
            return;
        }
        let mut value = value;
        if value.text.len() > VALUE_BYTES {
            let end = value.text.floor_char_boundary(VALUE_BYTES);
            match &mut value.text {
                Cow::Borrowed(text) => *text = text.get(..end).unwrap_or_default(),
                Cow::Owned(text) => text.truncate(end),
            }
        }
        self.fields.push(Field {
            name,
            scope,
            value: value.text,
            name_span,
            value_span: value.span,
            quoted: value.quoted,
            syntax,
        });
    }

    /// Adds a field whose name is in the text as it is.
    fn plain(&mut self, text: &Text<'a>, name: Span, value: Value<'a>, syntax: Syntax) {
        let written = text.slice(name.start, name.end);
        self.push((Cow::Borrowed(written), name), Cow::Borrowed(""), value, syntax);
    }

    /// Sorts, and keeps the first of those that say the same.
    fn finish(mut self) -> Vec<Field<'a>> {
        let place = |field: &Field<'_>| (field.value_span.start, field.value_span.end);
        self.fields.sort_by(|one, two| place(one).cmp(&place(two)).then_with(|| one.name.cmp(&two.name)));
        self.fields.dedup_by(|later, kept| later.value_span == kept.value_span && later.name == kept.name);
        self.fields
    }
}

/// No place at all.
const NOWHERE: Span = Span::new(0, 0);

fn has_letter(name: &str) -> bool {
    name.bytes().any(|b| b.is_ascii_alphabetic() || b >= 0x80)
}

fn has_body(value: &str) -> bool {
    value.bytes().any(|b| b.is_ascii_alphanumeric())
        || (!value.is_ascii() && value.chars().any(char::is_alphanumeric))
}

#[cfg(test)]
mod tests;
