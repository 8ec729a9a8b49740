//! What a person sees of a page: rows as lines, cells as columns, words whole whatever is bold in them.

use memchr::memchr;

/// Elements that begin and end a line.
const LINES: &[&str] = &[
    "br",
    "p",
    "div",
    "li",
    "ul",
    "ol",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "blockquote",
    "pre",
    "section",
    "article",
    "dt",
    "dd",
    "title",
    "body",
];
/// Elements that end a row.
const ROWS: &[&str] = &["tr", "table"];
/// Elements whose text is not shown.
const HIDDEN: &[&str] = &["script", "style"];
/// Longest name of an element.
const NAME_BYTES: usize = 12;

/// Returns the text of a page. Entities are left as they are: other readers undo them.
pub(super) fn shown(page: &str) -> String {
    let mut out = String::with_capacity(page.len() / 2);
    let mut rest = page;
    while let Some(at) = memchr(b'<', rest.as_bytes()) {
        let (before, tag) = rest.split_at(at);
        words(before, &mut out);
        let inside = tag.get(1..).unwrap_or_default();
        let name = inside.trim_start_matches('/');
        let end = name.bytes().take(NAME_BYTES + 1).take_while(u8::is_ascii_alphanumeric).count();
        let name = name.get(..end).unwrap_or_default().to_ascii_lowercase();
        if inside.starts_with("!--") {
            rest = behind(tag, "-->");
            continue;
        }
        if name.is_empty() || name.len() > NAME_BYTES && !inside.contains('>') {
            // A sign that opens nothing.
            out.push('<');
            rest = inside;
            continue;
        }
        rest = behind(tag, ">");
        if HIDDEN.contains(&name.as_str()) && !inside.starts_with('/') {
            rest = behind(rest, "</");
            rest = behind(rest, ">");
        } else if matches!(name.as_str(), "td" | "th") {
            // Rows and columns are those of the tags that end them.
            if inside.starts_with('/') {
                out.push('\t');
            }
        } else if ROWS.contains(&name.as_str()) || LINES.contains(&name.as_str()) && !in_cell(&out) {
            end_line(&mut out);
        }
    }
    words(rest, &mut out);
    out
}

/// Adds words; line breaks and blanks in a row are one blank.
fn words(text: &str, out: &mut String) {
    for character in text.chars() {
        if !character.is_ascii_whitespace() {
            out.push(character);
        } else if !out.is_empty() && !out.ends_with([' ', '\n', '\t']) {
            out.push(' ');
        }
    }
}

/// Whether a cell has just begun, whose paragraphs would take its row apart.
fn in_cell(out: &str) -> bool {
    out.ends_with('\t')
}

fn end_line(out: &mut String) {
    out.truncate(out.trim_end_matches([' ', '\t']).len());
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
}

fn behind<'t>(text: &'t str, mark: &str) -> &'t str {
    text.find(mark).and_then(|at| text.get(at + mark.len()..)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_rows_and_words_are_whole() {
        let page = "<style>td{}</style><p>Hello\n there</p><table>\n<tr>\n <td>Name</td>\n <td><p><b>ab</b>cd</p></td>\n</tr>\
                    <tr><td>Key</td><td>x &lt; y<!-- <td> --></td></tr></table>end";
        assert_eq!(shown(page), "Hello there\nName\tabcd\nKey\tx &lt; y\nend");
    }

    #[test]
    fn signs_that_open_nothing_stay() {
        assert_eq!(shown("a < b and c <"), "a < b and c <");
    }
}
