//! Patterns of audits.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::OnceLock;

use regex::{Regex, RegexBuilder};

/// Bytes that the states of a pattern may take in each thread while it searches. Most take a tenth; those of a
/// few grow with the sentences they meet, and are seldom met again.
const STATES_BYTES_MAX: usize = 1 << 20;

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

/// A pattern in any letter case and several languages, as two of small letters: its alternatives in ASCII,
/// and the others. What a search keeps of each state has a column for every byte that its pattern tells
/// apart. Capital letters and Japanese make that four times as much, and much to compile.
#[derive(Debug)]
pub(super) struct AnyCase {
    parts: [Part; 2],
}

/// One of them, compiled when a text first asks for it.
#[derive(Debug)]
struct Part {
    source: Option<String>,
    compiled: OnceLock<Option<Regex>>,
    /// Whether texts of nothing but ASCII cannot hold what it finds.
    is_beyond_ascii: bool,
}

impl Part {
    fn new(flags: &str, alternatives: &[&str]) -> Self {
        let small = in_small_letters_of_pattern(&alternatives.join("|"));
        Self {
            source: (!alternatives.is_empty()).then(|| format!("{flags}{small}")),
            compiled: OnceLock::new(),
            is_beyond_ascii: alternatives.iter().all(|alternative| is_beyond_ascii(alternative)),
        }
    }

    fn get(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| self.source.as_deref().map(pattern)).as_ref()
    }
}

impl AnyCase {
    /// Compiles a pattern whose alternatives stand side by side, in no group around them all.
    pub(super) fn new(text: &str) -> Self {
        Self::with_flags("", text)
    }

    /// The same, with dots that match ends of lines.
    pub(super) fn across_lines(text: &str) -> Self {
        Self::with_flags("(?s)", text)
    }

    fn with_flags(flags: &str, text: &str) -> Self {
        let (plain, other): (Vec<&str>, Vec<&str>) =
            alternatives(text).into_iter().partition(|a| a.is_ascii());
        Self { parts: [plain, other].map(|part| Part::new(flags, &part)) }
    }

    /// Tells whether the pattern is anywhere in a text.
    pub(super) fn is_match(&self, text: &str) -> bool {
        let small = in_small_letters(text);
        self.asked_by(&small).any(|part| part.is_match(&small))
    }

    /// Finds the first place, as it is written.
    pub(super) fn find<'t>(&self, text: &'t str) -> Option<&'t str> {
        text.get(self.place(&in_small_letters(text))?)
    }

    /// Finds the first place in a text in small letters.
    pub(super) fn place(&self, small: &str) -> Option<Range<usize>> {
        let places = self.asked_by(small).filter_map(|part| part.find(small));
        places.map(|found| found.range()).min_by_key(|place| place.start)
    }

    fn asked_by(&self, small: &str) -> impl Iterator<Item = &Regex> {
        let is_ascii = small.is_ascii();
        self.parts.iter().filter(move |part| !is_ascii || !part.is_beyond_ascii).filter_map(Part::get)
    }
}

/// Returns a text in small letters, each where the letter stood.
pub(super) fn in_small_letters(text: &str) -> Cow<'_, str> {
    let small = |c: char| {
        let mut small = c.to_lowercase();
        small.next().filter(|s| small.next().is_none() && s.len_utf8() == c.len_utf8()).unwrap_or(c)
    };
    if text.is_ascii() {
        let has_capitals = text.bytes().any(|b| b.is_ascii_uppercase());
        return if has_capitals { Cow::Owned(text.to_ascii_lowercase()) } else { Cow::Borrowed(text) };
    }
    Cow::Owned(text.chars().map(small).collect())
}

/// The same of a pattern, whose classes behind a backslash tell their letter case.
fn in_small_letters_of_pattern(pattern: &str) -> String {
    let mut is_escaped = false;
    let small = |c: char| {
        let kept = is_escaped;
        is_escaped = c == '\\' && !is_escaped;
        if kept { c } else { in_small_letters(c.encode_utf8(&mut [0; 4])).chars().next().unwrap_or(c) }
    };
    pattern.chars().map(small).collect()
}

/// Splits a pattern at the bars that stand in no group and no class.
fn alternatives(pattern: &str) -> Vec<&str> {
    let mut is_outside = outside();
    pattern.split(|c| is_outside(c) && c == '|').collect()
}

/// Tells whether an alternative wants a letter beyond ASCII, as far as those outside of groups tell.
fn is_beyond_ascii(alternative: &str) -> bool {
    let mut is_outside = outside();
    let next = alternative.chars().skip(1).map(Some).chain([None]);
    alternative
        .chars()
        .zip(next)
        .any(|(c, next)| is_outside(c) && !c.is_ascii() && !matches!(next, Some('?' | '*' | '{')))
}

/// Tells of one character of a pattern after the other whether it stands in no group and no class, and is not
/// escaped.
fn outside() -> impl FnMut(char) -> bool {
    let (mut depth, mut is_in_class, mut is_escaped) = (0_usize, false, false);
    move |c| {
        if std::mem::take(&mut is_escaped) {
            return false;
        }
        match c {
            '\\' => is_escaped = true,
            '[' => is_in_class = true,
            ']' => is_in_class = false,
            '(' if !is_in_class => depth += 1,
            ')' if !is_in_class => depth = depth.saturating_sub(1),
            _ => return depth == 0 && !is_in_class,
        }
        false
    }
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

    #[test]
    fn letter_case_is_ignored_and_places_are_those_of_the_text() {
        let words = AnyCase::new(r"\b(AWS|iam)\W+Key|鍵(A|b)|\bclé|[A-C|(]9");
        assert!(words.parts.iter().all(|part| part.source.is_some()));
        for (text, found) in [
            ("my AWS KEY", Some("AWS KEY")),
            ("İ, Iam: key", Some("Iam: key")),
            ("この鍵Bと鍵a", Some("鍵B")),
            ("CLÉ", Some("CLÉ")),
            ("b9", Some("b9")),
            ("d9", None),
            ("鍵 aws key", Some("aws key")),
        ] {
            assert_eq!(words.find(text), found, "{text}");
            assert_eq!(words.is_match(text), found.is_some(), "{text}");
        }
        assert!(AnyCase::across_lines("A.b").is_match("a\nB") && !AnyCase::new("A.b").is_match("a\nB"));
    }

    #[test]
    fn texts_in_ascii_compile_nothing_that_they_cannot_hold() {
        let is_compiled = |pattern: &str, text: &str| {
            let words = AnyCase::new(pattern);
            assert!(!words.is_match(text), "{text}");
            words.parts.map(|part| part.compiled.get().is_some())
        };
        assert_eq!(is_compiled("keys|鍵を?送|引き?継", "key"), [true, false]);
        assert_eq!(is_compiled("keys|鍵を?送|引き?継", "鍵"), [true, true]);
        for may_be_ascii in ["(鍵|key)s", "鍵?keys", "鍵{0,2}keys", "[鍵k]eys"] {
            assert_eq!(is_compiled(may_be_ascii, "key"), [false, true], "{may_be_ascii}");
        }
    }
}
