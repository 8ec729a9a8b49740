//! String literals that stand side by side, joined as a program would join them.

use std::sync::LazyLock;

use regex::Regex;

use super::offsets::{OffsetMap, Undone, rewritten};
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

/// Returns the lines with seams, without them.
pub(super) fn joined(text: &str) -> Option<(String, OffsetMap)> {
    let seam = |m: regex::Match<'_>| Undone { span: Span::new(m.start(), m.end()), character: None };
    let seams: Vec<Undone> = SEAM.find_iter(text).map(seam).collect();
    (!seams.is_empty()).then(|| rewritten(text, &seams))
}

#[cfg(test)]
mod tests {
    use super::*;

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
            let (joined, _) = joined(text).unwrap_or_else(|| panic!("{text}"));
            assert!(joined.contains("abcd"), "{text} became {joined}");
        }
    }

    #[test]
    fn lists_stay_apart() {
        for text in [r#"["ab", "cd"]"#, r#"{"ab": "cd"}"#, "f('ab', 'cd')"] {
            assert!(joined(text).is_none_or(|(t, _)| !t.contains("abcd")), "{text}");
        }
    }
}
