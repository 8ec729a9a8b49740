//! Patterns of audits.

use regex::{Regex, RegexBuilder};

/// Bytes that the states of a pattern may take while it searches. With the library's 2 MiB those of forms
/// were built again and again, which took a twentieth of an audit with sharing; the memory of the whole did not grow.
const STATES_BYTES_MAX: usize = 16 << 20;

/// Compiles a pattern in which words are those of ASCII, `\b`, `\w` and `\d`: Japanese parts no words,
/// and the letters of Unicode take a millisecond a class to compile and make a search ten times
/// slower. Blanks stay those of Unicode, for the wide blank is one.
pub(super) fn pattern(text: &str) -> Regex {
    let pattern = in_ascii(text);
    let built = RegexBuilder::new(&pattern).dfa_size_limit(STATES_BYTES_MAX).build();
    built.expect("the patterns compile: a test of each audit uses them")
}

/// The same, letter case ignored.
pub(super) fn pattern_in_any_case(text: &str) -> Regex {
    pattern(&format!("(?i){text}"))
}

fn in_ascii(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len() + 64);
    let mut is_in_class = false;
    let mut characters = pattern.chars();
    while let Some(c) = characters.next() {
        match (c, is_in_class) {
            ('\\', _) => match (characters.next(), is_in_class) {
                (Some('w'), true) => out.push_str("0-9A-Za-z_"),
                (Some('d'), true) => out.push_str("0-9"),
                (Some(word @ ('w' | 'd' | 'b')), false) => {
                    out.push_str("(?-u:\\");
                    out.push(word);
                    out.push(')');
                }
                (other, _) => {
                    out.push('\\');
                    out.extend(other);
                }
            },
            ('[', false) => {
                is_in_class = true;
                out.push('[');
            }
            (']', true) => {
                is_in_class = false;
                out.push(']');
            }
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_ascii() {
        assert_eq!(in_ascii(r"\b[\w.-]+\d\\b[^\d]"), r"(?-u:\b)[0-9A-Za-z_.-]+(?-u:\d)\\b[^0-9]");
        assert!(pattern(r"\bkey\b").is_match("共有key"));
        assert!(!pattern(r"\w").is_match("鍵") && pattern(r"\s").is_match("\u{3000}"));
        assert!(pattern_in_any_case(r"\bKey\b").is_match("my KEY"));
    }
}
