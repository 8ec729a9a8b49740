//! Buyers among the named values of a text: what belongs to one order stands together.

use super::record::Record;
use super::verdict::Verdict;
use crate::audit::Page;
use crate::model::{Field, Span, Syntax};
use crate::rules::{ORDERS, Personal, folded, personal, personal_column};

/// Bytes between two values of one order, at most: an order has a hundred other values.
const GAP_BYTES: usize = 6 << 10;

/// The buyers of a text.
#[derive(Debug, Default)]
pub(super) struct People {
    /// Where the first is named.
    pub(super) first: Option<Span>,
    /// How many there are.
    pub(super) count: usize,
    /// What of them is named, each name once.
    pub(super) names: Vec<String>,
    /// Whether a name is one that only a buyer's datum has.
    pub(super) is_own: bool,
}

/// Which named values are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum From {
    /// Those of objects: JSON, YAML, XML, literals of programs.
    Objects,
    /// Those under the columns of a table.
    Rows,
    /// Those of lines of a log, where one of them is enough.
    Lines,
}

/// One order that is read.
#[derive(Default)]
struct Open {
    record: Record,
    seen: Vec<(String, String)>,
    first: Option<Span>,
    names: Vec<String>,
    /// Where its first value begins, which says whose window counts it.
    start: Option<usize>,
    end: usize,
    is_own: bool,
}

/// Returns the buyers among the named values.
pub(super) fn people(page: &Page<'_>, from: From) -> People {
    let mut people = People::default();
    let mut open = Open::default();
    for field in page.fields() {
        let is_of_table = field.syntax == Syntax::Table;
        if is_of_table != (from == From::Rows) {
            continue;
        }
        if from == From::Objects && is_variable(page, field) {
            continue;
        }
        let Some((kind, is_own)) = kind_of(page, field) else { continue };
        let key = (folded(&field.name), folded(&field.scope));
        let is_next =
            open.seen.contains(&key) || field.value_span.start > open.end + GAP_BYTES && open.end > 0;
        if is_next {
            close(page, std::mem::take(&mut open), &mut people, from);
        }
        let verdict = open.record.add(kind, &field.value);
        open.seen.push(key);
        open.end = field.value_span.end;
        open.start.get_or_insert(field.value_span.start);
        if verdict == Verdict::Real {
            // Of what is quoted on one line only the name is shown.
            open.first.get_or_insert(field.name_span);
            open.is_own |= is_own;
            let name = last_part(&field.name);
            if !open.names.contains(&name) {
                open.names.push(name);
            }
        }
    }
    close(page, open, &mut people, from);
    people.names.sort();
    people
}

fn close(page: &Page<'_>, open: Open, people: &mut People, from: From) {
    if !open.start.is_some_and(|start| page.window.owns(start)) {
        return;
    }
    let is_person = match from {
        From::Lines => open.is_own && open.record.names_person(),
        From::Objects | From::Rows => open.record.is_of_person(),
    };
    if is_person {
        people.count += 1;
        people.first = people.first.or(open.first);
        people.is_own |= open.is_own;
        for name in open.names {
            if !people.names.contains(&name) {
                people.names.push(name);
            }
        }
    }
}

fn last_part(name: &str) -> String {
    let part = name.rsplit(['.', '/']).next().unwrap_or(name);
    part.chars().filter(|c| c.is_alphanumeric() || "-_ ".contains(*c)).take(40).collect()
}

/// What a named value is of a buyer, and whether it is a buyer's by its name alone. A name that
/// anybody's may be counts within the object of an address.
fn kind_of(page: &Page<'_>, field: &Field<'_>) -> Option<(Personal, bool)> {
    let (kind, is_own) = personal(&field.name)?;
    if !is_value(page, field) {
        return None;
    }
    if is_own || field.syntax == Syntax::Table {
        return Some((kind, is_own));
    }
    let scopes = || field.scope.rsplit('.').take(3).map(folded);
    let scopes_list = &ORDERS.scopes;
    if scopes().any(|scope| scopes_list.own.contains(&scope)) {
        return None;
    }
    let is_line = kind == Personal::Address && folded(&field.name).starts_with("addressline");
    let is_within = scopes().any(|scope| scopes_list.address.contains(&scope));
    (is_within || is_line || field.scope.is_empty() && field.syntax != Syntax::Assignment)
        .then_some((kind, is_within))
}

/// Whether it is a value and no expression, type or name of a method.
fn is_value(page: &Page<'_>, field: &Field<'_>) -> bool {
    let value = field.value.trim();
    // An address of mail that repeats the name is a made-up one, and tells that its record is.
    let is_named_so = !value.contains('@') && folded(value).contains(&folded(&field.name));
    let after = page.text.get(field.value_span.end..).unwrap_or_default();
    let is_call = after.starts_with('(') || after.starts_with("](");
    let is_program = PROGRAMS.iter().any(|ending| page.path().ends_with(ending));
    !is_named_so && !is_call && !is_label(value) && (field.quoted || !is_program)
}

/// Whether a program sets a variable of its own, which is no answer of Amazon's.
fn is_variable(page: &Page<'_>, field: &Field<'_>) -> bool {
    let between = page.text.get(field.name_span.end..field.value_span.start).unwrap_or_default();
    let is_set = between.trim_start().starts_with('=') && !between.contains("=>");
    let front = page.text.get(..field.name_span.start).and_then(|before| before.chars().next_back());
    is_set && front == Some('$')
}

/// Whether a value is itself what such a datum is called, as in translations and in maps of columns.
fn is_label(value: &str) -> bool {
    personal_column(value).is_some()
}

/// Files in which what stands in no quotes is an expression.
const PROGRAMS: [&str; 16] = [
    ".py", ".js", ".ts", ".tsx", ".jsx", ".mjs", ".rb", ".php", ".java", ".kt", ".cs", ".go", ".rs",
    ".swift", ".gs", ".vb",
];
