//! Columns of SQL: the rows of `INSERT` and `COPY`, named by their list or their table.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::LazyLock;

use super::literal;
use super::text::{NAME_BYTES, Text, is_word};
use super::{Found, Value};
use crate::model::{Span, Syntax};
use crate::rules::{WordSearch, meanings, names_no_secret, personal};

/// How many columns of a table are read.
const COLUMNS: usize = 128;

type Columns = Vec<Option<Span>>;

/// Reads the rows of all tables whose columns mean something.
pub(super) fn read<'a>(text: &Text<'a>, found: &mut Found<'a>) {
    let mut tables: BTreeMap<&'a str, Columns> = BTreeMap::new();
    let mut begins = Vec::new();
    STATEMENTS.each(text.slice(0, text.len()).as_bytes(), |_, begin| {
        begins.push(begin);
        ControlFlow::Continue(())
    });
    begins.sort_unstable();
    SETTINGS.each(text.slice(0, text.len()).as_bytes(), |_, at| {
        setting(text, at, found);
        ControlFlow::Continue(())
    });
    let mut done = 0;
    for begin in begins {
        if begin >= done {
            done = statement(text, begin, &mut tables, found);
        }
    }
}

/// What begins a statement of interest.
static STATEMENTS: LazyLock<WordSearch> = LazyLock::new(|| {
    WordSearch::new(
        &["insert into ", "insert ignore ", "replace into ", "create table ", "copy "].map(str::to_owned),
    )
});

/// What gives a setting of a shop system a value: its name stands behind.
static SETTINGS: LazyLock<WordSearch> = LazyLock::new(|| {
    let columns = ["value", "option_value", "config_value", "meta_value", "setting_value"];
    let of_column = |column: &str| [format!(" set {column}"), format!(" set `{column}`")];
    WordSearch::new(&columns.into_iter().flat_map(of_column).collect::<Vec<_>>())
});

/// How far the name of a setting is from its value, in bytes.
const SETTING_BYTES: usize = 200;

/// `UPDATE t SET value = '…' WHERE name = '…'`.
fn setting<'a>(text: &Text<'a>, at: usize, found: &mut Found<'a>) {
    let equals = (at..at + NAME_BYTES).find(|at| text.at(*at) == b'=');
    let Some(value) = equals.and_then(|at| literal::joined(text, text.skip_space(at + 1))) else { return };
    let behind = value.value.span.end;
    let stop = text.floor((behind + SETTING_BYTES).min(text.len()));
    let clause = text.slice(behind, stop);
    let clause = clause.get(..clause.find([';', '\n']).unwrap_or(clause.len())).unwrap_or_default();
    let Some(name) = clause.to_ascii_lowercase().find("where ").and_then(|from| {
        let quoted = from + clause.get(from..)?.find(['\'', '"'])? + 1;
        let length = clause.get(quoted..)?.find(['\'', '"'])?;
        Some(Span::new(behind + quoted, behind + quoted + length))
    }) else {
        return;
    };
    found.plain(text, name, value.value, Syntax::Table);
}

fn statement<'a>(
    text: &Text<'a>,
    at: usize,
    tables: &mut BTreeMap<&'a str, Columns>,
    found: &mut Found<'a>,
) -> usize {
    let keyword = text.at(at).to_ascii_lowercase();
    let mut next = word(text, at).1;
    for skipped in ["into", "table", "ignore", "if", "not", "exists"] {
        let (start, end) = word(text, text.skip_space(next));
        if text.slice(start, end).eq_ignore_ascii_case(skipped) {
            next = end;
        }
    }
    let (table, end) = quoted_name(text, text.skip_space(next));
    let open = text.skip_space(end);
    if table.is_empty() {
        return next;
    }
    if keyword == b'c' && text.at(at + 1).eq_ignore_ascii_case(&b'r') {
        if text.at(open) == b'(' {
            let (columns, end) = columns(text, open, true);
            tables.insert(table, columns);
            return end;
        }
        return open.max(next);
    }
    let (columns, end) = if text.at(open) == b'(' {
        columns(text, open, false)
    } else {
        (tables.get(table).cloned().unwrap_or_default(), open)
    };
    if columns.iter().all(Option::is_none) {
        return end.max(next);
    }
    let (start, stop) = word(text, text.skip_space(end));
    match text.slice(start, stop).to_ascii_lowercase().as_str() {
        "values" | "value" => rows(text, stop, &columns, found),
        "from" => copied(text, stop, &columns, found),
        _ => end.max(next),
    }
}

fn word(text: &Text<'_>, at: usize) -> (usize, usize) {
    let mut end = at;
    while end - at < NAME_BYTES && is_word(text.at(end)) {
        end += 1;
    }
    (at, end)
}

/// A name in any of SQL's quotes, its schema left off.
fn quoted_name<'a>(text: &Text<'a>, at: usize) -> (&'a str, usize) {
    let mut end = at;
    while end - at < NAME_BYTES
        && (is_word(text.at(end))
            || matches!(text.at(end), b'`' | b'"' | b'[' | b']')
            || text.at(end) >= 0x80)
    {
        end += 1;
    }
    let raw = text.slice(at, text.floor(end)).trim_matches(['`', '"', '[', ']']);
    (raw.rsplit('.').next().unwrap_or(raw).trim_matches(['`', '"', '[', ']']), end)
}

/// The names of a column list, or of the columns a table is made of; only those that mean something.
fn columns(text: &Text<'_>, open: usize, typed: bool) -> (Columns, usize) {
    let mut columns = Columns::new();
    let mut at = open + 1;
    while columns.len() < COLUMNS {
        let start = text.skip_space(at);
        let (name, end) = quoted_name(text, start);
        if name.is_empty() {
            return (Columns::new(), start.max(open + 1));
        }
        let is_key = typed
            && ["PRIMARY", "KEY", "UNIQUE", "CONSTRAINT", "INDEX", "FOREIGN"]
                .iter()
                .any(|word| word.eq_ignore_ascii_case(name) && text.at(start).is_ascii_alphabetic());
        if !is_key {
            let from = start + text.slice(start, end).rfind(name).unwrap_or(0);
            // What is certainly no secret is asked about beside one.
            let means = !meanings(name, "").is_empty() || personal(name).is_some() || names_no_secret(name);
            columns.push(means.then(|| Span::new(from, from + name.len())));
        }
        let (next, closed) = item_end(text, end);
        at = next + 1;
        if closed {
            return (columns, at);
        }
    }
    (columns, at)
}

/// Where an item of a list ends, and whether the list ends there.
fn item_end(text: &Text<'_>, at: usize) -> (usize, bool) {
    let (mut at, mut depth) = (at, 0usize);
    while at < text.len() {
        match text.at(at) {
            quote @ (b'\'' | b'"' | b'`') => {
                at = literal::part(text, at).map_or(at, |part| part.next.max(at + 1) - 1);
                let _ = quote;
            }
            b'(' => depth += 1,
            b')' if depth == 0 => return (at, true),
            b')' => depth -= 1,
            b',' if depth == 0 => return (at, false),
            b';' => return (at, true),
            _ => {}
        }
        at += 1;
    }
    (at, true)
}

/// `(…), (…)` behind `VALUES`.
fn rows<'a>(text: &Text<'a>, at: usize, columns: &Columns, found: &mut Found<'a>) -> usize {
    let mut open = text.skip_space(at);
    while text.at(open) == b'(' {
        let mut at = open + 1;
        for index in 0..COLUMNS {
            let start = text.skip_space(at);
            let (end, closed) = item_end(text, start);
            if let Some(Some(name)) = columns.get(index) {
                let value = literal::joined(text, start).map(|joined| joined.value).unwrap_or_else(|| {
                    let raw = text.slice(start, end).trim_end();
                    Value { text: raw.into(), span: Span::new(start, start + raw.len()), quoted: false }
                });
                found.plain(text, *name, value, Syntax::Table);
            }
            at = end + 1;
            if closed {
                break;
            }
        }
        let comma = text.skip_space(at);
        if text.at(comma) != b',' {
            return at;
        }
        open = text.skip_space(comma + 1);
    }
    open
}

/// Lines of cells parted by tabs, behind `FROM stdin;`, up to `\.`.
fn copied<'a>(text: &Text<'a>, at: usize, columns: &Columns, found: &mut Found<'a>) -> usize {
    let mut start = text.find(b'\n', at) + 1;
    while start < text.len() && !text.starts(start, "\\.") {
        let end = text.line_end(start);
        let mut at = start;
        for (index, cell) in text.slice(start, end).split('\t').enumerate().take(COLUMNS) {
            if let Some(Some(name)) = columns.get(index) {
                let value =
                    Value { text: Cow::Borrowed(cell), span: Span::new(at, at + cell.len()), quoted: true };
                found.plain(text, *name, value, Syntax::Table);
            }
            at += cell.len() + 1;
        }
        start = text.find(b'\n', end) + 1;
    }
    start.min(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(text: &str) -> Vec<(String, String)> {
        let mut found = Found { fields: Vec::new() };
        read(&Text::new(text), &mut found);
        found.fields.iter().map(|f| (f.name.to_string(), f.value.to_string())).collect()
    }

    #[test]
    fn rows_have_the_names_of_their_columns() {
        let wanted = [("secret_key", "a,'b"), ("secret_key", "c")].map(|(n, v)| (n.to_owned(), v.to_owned()));
        assert_eq!(fields(r"INSERT INTO `t` (n, `secret_key`) VALUES (1, 'a,\'b'), (2, 'c');"), wanted);
        assert_eq!(fields("COPY t (n, secret_key) FROM stdin;\n1\ta,'b\n2\tc\n\\.\n"), wanted);
        let table = "CREATE TABLE t (\n n int(11),\n secret_key varchar(40),\n PRIMARY KEY (id)\n);\n";
        assert_eq!(fields(&format!("{table}insert into t values (1, 'c')")), wanted[1..]);
    }

    #[test]
    fn settings_are_named_behind_their_value() {
        let wanted = [("MWS_SECRET_KEY".to_owned(), "abc".to_owned())];
        assert_eq!(fields("UPDATE `c` SET `value` = 'abc' WHERE `name` = 'MWS_SECRET_KEY';"), wanted);
        assert_eq!(
            fields("update c set value='abc', updated=now() where id=3 and name='MWS_SECRET_KEY'"),
            wanted
        );
        assert_eq!(fields("UPDATE c SET value = 'abc' WHERE id = 3;\nSELECT 'x'"), []);
    }

    #[test]
    fn broken_statements_end() {
        for text in [
            "insert into",
            "INSERT INTO t (",
            "create table t",
            "copy t (secret_key) from",
            "insert into t (secret_key) values (",
        ] {
            assert_eq!(fields(text), []);
        }
    }
}
