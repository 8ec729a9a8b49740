//! String literals that stand side by side, joined as a program would join them.

use std::sync::LazyLock;

use regex::Regex;

use super::offsets::Undone;
use crate::model::Span;

/// A closing quote, an operator or a line break, and an opening quote.
static SEAM: LazyLock<Regex> = LazyLock::new(|| {
    let operator = r"(?:\+\+?|\.\.?|&&?|\|\||<>|<<|~)";
    let between = format!(
        r"(?: [\ \t]*(?:{operator}|,?\\)[\ \t]*_?[\ \t\r]*\n?[\ \t]* | [\ \t\r]*\n[\ \t]*{operator}?[\ \t]* | [\ \t]+ | )"
    );
    let pattern = format!(
        r#"(?x) "{between}[a-zA-Z@$]?" | '{between}[a-zA-Z@$]?' | `[\ \t]*{operator}[\ \t\r]*\n?[\ \t]*` | \\\r?\n[\ \t]*"#
    );
    Regex::new(&pattern).expect("the pattern is fixed")
});

/// Letters of a token that is whole already, so that the literal behind it is another argument.
const WHOLE_LETTERS: usize = 300;

/// Returns the seams, which a joined text is without.
pub(super) fn seams(text: &str) -> impl Iterator<Item = Undone> {
    SEAM.find_iter(text)
        .filter(|seam| joins(text.as_bytes(), seam))
        .map(|seam| Undone { span: Span::new(seam.start(), seam.end()), character: None })
}

/// Whether literals without an operator between them are one value: shells part arguments so, and
/// two quotes in a row are how tables and Basic write one.
fn joins(text: &[u8], seam: &regex::Match<'_>) -> bool {
    let between = seam.as_str().trim_matches(['"', '\'']);
    if between.trim_matches('\r') == "\n" && is_cell(text, seam.start()) {
        return false;
    }
    // A literal of one letter.
    if between.bytes().all(|b| b.is_ascii_alphabetic()) && !between.is_empty() {
        return false;
    }
    if !between.trim_matches([' ', '\t']).is_empty() {
        return true;
    }
    let is_letter = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'/' | b'+');
    if between.is_empty() {
        let before = seam.start().checked_sub(1).and_then(|at| text.get(at));
        return before.is_some_and(is_letter) && text.get(seam.end()).is_some_and(is_letter);
    }
    let head = text.get(..seam.start()).unwrap_or_default();
    head.iter().rev().take(WHOLE_LETTERS).take_while(|b| is_letter(b)).count() < WHOLE_LETTERS
}

/// Whether the literal that ends at `end` is a cell of a table: a delimiter stands right before it, and
/// what follows begins a row.
fn is_cell(text: &[u8], end: usize) -> bool {
    let quote = text.get(end).copied().unwrap_or(b'"');
    let head = text.get(end.saturating_sub(CELL_BYTES)..end).unwrap_or_default();
    let opening = memchr::memrchr(quote, head).and_then(|at| at.checked_sub(1)).and_then(|at| head.get(at));
    opening.is_some_and(|before| matches!(before, b',' | b';' | b'\t'))
}

/// The longest cell in front of a line break, in bytes.
const CELL_BYTES: usize = 4 << 10;

#[cfg(test)]
mod tests {
    use super::super::offsets::rewritten;
    use super::*;

    fn joined(text: &str) -> String {
        rewritten(text, &seams(text).collect::<Vec<_>>()).0
    }

    #[test]
    fn neighbours_are_joined() {
        for text in [
            r#"x = "ab" + "cd""#,
            "x = 'ab' . 'cd'",
            "x = \"ab\" \\\n    \"cd\"",
            "x = (\"ab\"\n     \"cd\")",
            "x = \"ab\" & _\n  \"cd\"",
            "x = \"ab\" +\n  \"cd\"",
            "x = \"ab\"\n  + \"cd\"",
            "x=ab\\\ncd",
            r#"ss << "ab" << "cd""#,
            "x := `ab` && `cd`",
            "X='ab''cd'",
        ] {
            let joined = joined(text);
            assert!(joined.contains("abcd"), "{text} became {joined}");
        }
    }

    #[test]
    fn lists_stay_apart() {
        for text in [r#"["ab", "cd"]"#, r#"{"ab": "cd"}"#, "f('ab', 'cd')", "\"x\",\"ab\"\n\"cd\",\"y\"\n"] {
            assert!(!joined(text).contains("abcd"), "{text}");
        }
    }
}
