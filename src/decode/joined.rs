//! String literals that stand side by side, joined as a program would join them.

use std::sync::LazyLock;

use regex::Regex;

use super::offsets::Undone;
use crate::model::Span;

/// A closing quote, an operator or a line break, and an opening quote.
static SEAM: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"(?x)
        (?: "(?: [\ \t]*(?:\+|\.|&|\|\||<>|,?\\)[\ \t]*_?[\ \t\r]*\n?[\ \t]* | [\ \t\r]*\n[\ \t]*(?:\+|\.|&|\|\||\.\.)?[\ \t]* | [\ \t]+ )[a-zA-Z@$]?"
          | '(?: [\ \t]*(?:\+|\.|&|\|\||<>|,?\\)[\ \t]*_?[\ \t\r]*\n?[\ \t]* | [\ \t\r]*\n[\ \t]*(?:\+|\.|&|\|\||\.\.)?[\ \t]* | [\ \t]+ )[a-zA-Z@$]?'
          | \\\r?\n[\ \t]* )"#,
    )
    .expect("the pattern is fixed")
});

/// Returns the seams, which a joined text is without.
pub(super) fn seams(text: &str) -> impl Iterator<Item = Undone> {
    SEAM.find_iter(text).map(|m| Undone { span: Span::new(m.start(), m.end()), character: None })
}

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
        ] {
            let joined = joined(text);
            assert!(joined.contains("abcd"), "{text} became {joined}");
        }
    }

    #[test]
    fn lists_stay_apart() {
        for text in [r#"["ab", "cd"]"#, r#"{"ab": "cd"}"#, "f('ab', 'cd')"] {
            assert!(!joined(text).contains("abcd"), "{text}");
        }
    }
}
