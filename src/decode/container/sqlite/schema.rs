//! What tables there are, and what their columns are called.

use super::record::Column;

/// Names of one table: SQLite itself allows 2,000.
const COLUMNS_MAX: usize = 2_000;

/// A table.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) root: u32,
    /// Names in the order of the values of a row.
    pub(super) columns: Vec<String>,
}

/// Reads a row of the schema: kind, name, table, root page, statement.
pub(super) fn table(row: &[Column]) -> Option<Table> {
    let [Column::Text(kind), Column::Text(name), _, Column::Number(root), Column::Text(sql), ..] = row else {
        return None;
    };
    let root = root.parse().ok().filter(|root| *root > 0)?;
    (kind == "table").then(|| Table { name: name.clone(), root, columns: names(sql) })
}

/// The names of the columns that a statement makes.
fn names(sql: &str) -> Vec<String> {
    let Some((_, body)) = sql.split_once('(') else { return Vec::new() };
    let (items, behind) = items(body);
    let is_without_rowid = behind.to_ascii_uppercase().split_whitespace().any(|word| word == "WITHOUT");
    let (mut columns, mut keys) = (Vec::new(), Vec::new());
    for item in items.into_iter().take(COLUMNS_MAX) {
        let (name, is_quoted) = name_of(item);
        let upper = item.to_ascii_uppercase();
        let constraint = ["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"];
        if !is_quoted && constraint.contains(&name.to_ascii_uppercase().as_str()) {
            if let Some(at) = upper.find("PRIMARY KEY")
                && let Some((_, list)) = item.get(at..).and_then(|rest| rest.split_once('('))
            {
                keys.extend(self::items(list).0.into_iter().map(|key| name_of(key).0));
            }
            continue;
        }
        if upper.contains("PRIMARY KEY") {
            keys.push(name.clone());
        }
        columns.push(name);
    }
    // Without row numbers the key comes first.
    if is_without_rowid {
        columns.retain(|name| !keys.contains(name));
        columns.splice(0..0, keys);
    }
    columns
}

/// Cuts a list at its commas, up to its closing bracket; returns what comes behind that.
fn items(list: &str) -> (Vec<&str>, &str) {
    let (mut depth, mut start, mut quote) = (0_usize, 0, None);
    let mut all = Vec::new();
    for (at, character) in list.char_indices() {
        match (quote, character) {
            (Some(end), _) => quote = Some(end).filter(|end| *end != character),
            (None, '"' | '\'' | '`') => quote = Some(character),
            (None, '[') => quote = Some(']'),
            (None, '(') => depth += 1,
            (None, ')') if depth > 0 => depth -= 1,
            (None, ')' | ',') if depth == 0 => {
                all.push(list.get(start..at).unwrap_or_default().trim());
                start = at + 1;
                if character == ')' {
                    return (all, list.get(start..).unwrap_or_default());
                }
            }
            _ => {}
        }
    }
    (all, "")
}

/// The name at the beginning of a definition, and whether it stands in quotes.
fn name_of(item: &str) -> (String, bool) {
    let quotes = [('"', '"'), ('`', '`'), ('[', ']'), ('\'', '\'')];
    for (open, close) in quotes {
        if let Some(rest) = item.strip_prefix(open) {
            return (rest.split(close).next().unwrap_or_default().to_owned(), true);
        }
    }
    let end = item.find(|c: char| c.is_whitespace() || c == '(').unwrap_or(item.len());
    (item.get(..end).unwrap_or_default().to_owned(), false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_columns() {
        let sql = "CREATE TABLE t (id INTEGER PRIMARY KEY, \"a,b\" TEXT DEFAULT ('x,y'), [c d] VARCHAR(20), \
                   CONSTRAINT u UNIQUE (id))";
        assert_eq!(names(sql), ["id", "a,b", "c d"]);
        assert_eq!(names("CREATE TABLE t(v, k TEXT, PRIMARY KEY(k)) WITHOUT ROWID"), ["k", "v"]);
        assert!(names("CREATE TABLE t").is_empty());
    }
}
