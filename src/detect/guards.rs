//! What looks like a credential and is none: placeholders, references, hashes, expressions.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use regex::RegexSet;

use super::variety;
use crate::model::{Field, Reading, Span, Syntax};
use crate::rules::lists::PLACEHOLDERS;
use crate::rules::{folded, names_another, names_no_secret};

struct Guards {
    words: AhoCorasick,
    delimited: AhoCorasick,
    hash_words: AhoCorasick,
}

static GUARDS: LazyLock<Guards> = LazyLock::new(|| {
    let search = |words: &[String]| {
        AhoCorasick::builder()
            .ascii_case_insensitive(true)
            // Values are short, and tables for whole texts take most of a millisecond to make.
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(words)
            .expect("placeholder words are few and short")
    };
    Guards {
        words: search(&PLACEHOLDERS.words),
        delimited: search(&PLACEHOLDERS.delimited),
        hash_words: search(&PLACEHOLDERS.hash_words),
    }
});

static REFERENCES: LazyLock<RegexSet> =
    LazyLock::new(|| RegexSet::new(&PLACEHOLDERS.references).expect("a test compiles the references"));

/// Tells documented and made-up values.
///
/// Words inside a value count from five letters on, since shorter ones stand in random values by
/// chance: in one of a few thousand refresh tokens, some of them.
pub(super) fn is_placeholder(value: &str, prefix: &str) -> bool {
    let body = value.strip_prefix(prefix).unwrap_or(value);
    PLACEHOLDERS.values.iter().any(|known| known == value)
        || PLACEHOLDERS.beginnings.iter().any(|known| value.starts_with(known.as_str()))
        || GUARDS.words.is_match(body)
        || GUARDS.delimited.find_iter(body).any(|hit| is_delimited(body, hit.start(), hit.end()))
        || variety::is_low(body.rsplit(['|', '.']).next().unwrap_or(body))
}

fn is_delimited(text: &str, start: usize, end: usize) -> bool {
    let bytes = text.as_bytes();
    let is_letter =
        |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_alphanumeric);
    !is_letter(start.checked_sub(1)) && !is_letter(Some(end))
}

/// Tells values that are fetched from elsewhere at run time.
pub(super) fn is_reference(value: &str) -> bool {
    REFERENCES.is_match(value)
}

/// Tells tokens that somebody cut and marked as cut: dots or stars behind them.
pub(super) fn is_masked(text: &str, end: usize) -> bool {
    text.get(end..).is_some_and(|rest| {
        ["...", "…", "***", "[…", "<"].iter().any(|mark| {
            rest.starts_with(mark)
                && (*mark != "<" || rest.starts_with("<redacted") || rest.starts_with("<REDACTED"))
        })
    })
}

/// How far an address reaches around a value, in bytes.
const ADDRESS_BYTES: usize = 8 << 10;

/// Tells values that stand in one address with `word`, which is in lower case.
pub(super) fn shares_address(reading: &Reading<'_>, span: Span, word: &str) -> bool {
    let is_end = |b: &u8| b.is_ascii_whitespace() || matches!(b, b'"' | b'\'' | b'`' | b'<' | b'>');
    let bytes = reading.folded.as_bytes();
    let before = bytes.get(span.start.saturating_sub(ADDRESS_BYTES)..span.start).unwrap_or_default();
    let behind = bytes.get(span.end..bytes.len().min(span.end + ADDRESS_BYTES)).unwrap_or_default();
    let start = before.iter().rposition(is_end).map_or(0, |at| at + 1);
    let end = behind.iter().position(is_end).unwrap_or(behind.len());
    [before.get(start..), behind.get(..end)]
        .into_iter()
        .flatten()
        .any(|part| memchr::memmem::find(part, word.as_bytes()).is_some())
}

/// How far a row of a table reaches around a value, in bytes.
const ROW_BYTES: usize = 2 << 10;

/// Tells values whose row of a table is about another service: it leads there, or is called so.
pub(super) fn is_of_other_row(reading: &Reading<'_>, span: Span) -> bool {
    let bytes = reading.folded.as_bytes();
    let before = bytes.get(span.start.saturating_sub(ROW_BYTES)..span.start).unwrap_or_default();
    let behind = bytes.get(span.end..bytes.len().min(span.end + ROW_BYTES)).unwrap_or_default();
    let is_end = |b: &u8| *b == b'\n';
    let before = before.get(before.iter().rposition(is_end).map_or(0, |at| at + 1)..).unwrap_or_default();
    let behind = behind.get(..behind.iter().position(is_end).unwrap_or(behind.len())).unwrap_or_default();
    let says = |words: &[&str]| {
        let is_in = |word: &&str| {
            [before, behind].iter().any(|part| memchr::memmem::find(part, word.as_bytes()).is_some())
        };
        words.iter().any(is_in)
    };
    let is_called = || [before, behind].iter().any(|part| std::str::from_utf8(part).is_ok_and(names_another));
    (says(&OTHER_SHOPS) || says(&["://", "www."]) || is_called()) && !says(&OWN_WORDS)
}

/// Where else a shop sells, by name.
const OTHER_SHOPS: [&str; 10] =
    ["楽天", "rakuten", "ヤフー", "yahoo", "shopify", "メルカリ", "mercari", "ebay", "qoo10", "base.shop"];
/// What speaks of Amazon's own log-in.
const OWN_WORDS: [&str; 7] = ["amazon", "アマゾン", "amzn", "seller", "セラー", "セラセン", "出品"];

/// How far a block of lines without an empty one between them is looked at, in bytes.
const BLOCK_BYTES: usize = 400;

/// Tells values in a block of lines that another shop heads: what it is called stands above, and no word of
/// Amazon's between.
pub(super) fn is_of_other_shop(reading: &Reading<'_>, span: Span) -> bool {
    let bytes = reading.folded.as_bytes();
    let before = bytes.get(span.start.saturating_sub(BLOCK_BYTES)..span.start).unwrap_or_default();
    let block = memchr::memmem::rfind(before, b"\n\n").and_then(|at| before.get(at..)).unwrap_or(before);
    let last =
        |words: &[&str]| words.iter().filter_map(|word| memchr::memmem::rfind(block, word.as_bytes())).max();
    last(&OTHER_SHOPS).is_some_and(|other| last(&OWN_WORDS).is_none_or(|own| own < other))
        || is_headed_by_another(reading, span)
}

/// Whether the nearest heading above, if any, calls another service: `■freee`, `## VPN`.
fn is_headed_by_another(reading: &Reading<'_>, span: Span) -> bool {
    let start = reading.text.floor_char_boundary(span.start.saturating_sub(BLOCK_BYTES));
    let above = reading.text.get(start..span.start).unwrap_or_default();
    let is_heading = |line: &&str| line.starts_with(['#', '■', '●', '◆', '▼', '【', '○', '□', '★', '[']);
    let heading = above.lines().rev().skip(1).map(str::trim).find(is_heading);
    heading.is_some_and(|heading| {
        let is_own = |word: &&str| heading.to_lowercase().contains(*word);
        names_another(heading) && !OWN_WORDS.iter().any(is_own)
    })
}

/// Bytes before a value in which a word of hashing speaks against it.
const HASH_WORD_BYTES: usize = 40;

/// Bytes on either side of a value in which an address for documents speaks against it.
const ADDRESS_OF_DOCUMENT_BYTES: usize = 80;

/// Tells what examples have for a password, however its letters are written: `P@ssw0rd!`, `Test1234!`.
fn is_sample_password(value: &str) -> bool {
    let letter = |c: char| match c {
        '@' => 'a',
        '0' => 'o',
        '$' => 's',
        '1' => 'i',
        other => other,
    };
    let value = value.to_lowercase();
    let letters = |text: &str| text.chars().filter(char::is_ascii_alphabetic).collect::<String>();
    let written = [letters(&value), value.chars().map(letter).filter(char::is_ascii_alphabetic).collect()];
    PLACEHOLDERS
        .passwords
        .iter()
        .map(|known| letters(known))
        .any(|known| known.len() >= 4 && written.contains(&known))
}

/// Tells a word with digits behind it beside a mail address of the domains kept for documents, RFC
/// 2606: the account that an installation begins with.
pub(super) fn is_of_documented_account(text: &str, span: Span, value: &str) -> bool {
    let word = value.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_word = value.len() <= 12 && word.bytes().all(|b| b.is_ascii_lowercase());
    if !is_word && !is_sample_password(value) {
        return false;
    }
    // What is written as examples write it may have its address in the line above.
    let lines = if is_word { 1 } else { 3 };
    let before = text.get(..span.start).unwrap_or_default();
    let line_start = before.rmatch_indices('\n').nth(lines - 1).map_or(0, |(at, _)| at + 1);
    let rest = text.get(span.end..).unwrap_or_default();
    let line_end = rest.match_indices('\n').nth(lines - 1).map_or(text.len(), |(at, _)| span.end + at);
    let start =
        text.floor_char_boundary(span.start.saturating_sub(ADDRESS_OF_DOCUMENT_BYTES).max(line_start));
    let end = text.floor_char_boundary((span.end + ADDRESS_OF_DOCUMENT_BYTES).min(line_end));
    text.get(start..end).is_some_and(|line| {
        ["@example.com", "@example.org", "@example.net", "@example.co.jp"]
            .iter()
            .any(|host| line.contains(host))
    })
}

/// Tells values that a word before them makes a hash.
pub(super) fn is_beside_hash_word(text: &str, span: Span) -> bool {
    let line = text.get(..span.start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let mut start = span.start.saturating_sub(HASH_WORD_BYTES).max(line);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    text.get(start..span.start).is_some_and(|before| GUARDS.hash_words.is_match(before))
}

/// Endings of programs, whose names stand in front of their hashes in lists of files.
const SOURCE_ENDINGS: [&str; 24] = [
    "rb", "py", "js", "mjs", "cjs", "jsx", "ts", "tsx", "php", "go", "java", "kt", "cs", "vb", "swift", "rs",
    "c", "cpp", "h", "css", "html", "vue", "dart", "ex",
];

/// Tells names of programs, as manifests have them.
pub(super) fn is_of_source_file(name: &str) -> bool {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.trim_end_matches(['"', '\'']));
    ending.is_some_and(|ending| SOURCE_ENDINGS.contains(&ending))
}

/// Tells values that call themselves a hash, `sha256:…`, and names that are the end of one's,
/// `checksum/lwa-secret`.
pub(super) fn is_hash(text: &str, name: Span, value: Span) -> bool {
    let before =
        text.get(text.floor_char_boundary(value.start.saturating_sub(8))..value.start).unwrap_or_default();
    let kind = before.trim_end_matches([':', '-', '=']);
    if kind.len() < before.len()
        && ["sha1", "sha256", "sha384", "sha512", "md5"].iter().any(|hash| kind.ends_with(hash))
    {
        return true;
    }
    let before = text.get(text.floor_char_boundary(name.start.saturating_sub(HASH_WORD_BYTES))..name.start);
    let before = before.unwrap_or_default();
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '/');
    let start = before.rfind(|c| !is_part(c)).map_or(0, |at| at + 1);
    let lead = before.get(start..).unwrap_or_default();
    lead.ends_with('/') && names_no_secret(lead)
}

/// Tells values that somebody could have written as a password, from expressions and prose.
pub(super) fn could_be_password(field: &Field<'_>, value: &str) -> bool {
    let characters = value.chars().count();
    if !(6..=128).contains(&characters) || value.chars().any(char::is_whitespace) {
        return false;
    }
    let name = folded(&field.name);
    let plain = folded(value);
    let stem = plain.trim_end_matches(|c: char| c.is_ascii_digit());
    if plain.is_empty()
        || name.contains(&plain)
        || (!field.quoted && stem.len() >= 6 && name.ends_with(stem))
        || PLACEHOLDERS.passwords.contains(&value.to_lowercase())
        || PLACEHOLDERS.keepers.iter().any(|keeper| value.to_lowercase().contains(keeper.as_str()))
    {
        return false;
    }
    // Japanese words are labels and remarks; a password is typed in ASCII.
    if !value.is_ascii() || is_link(value) || is_address(value) {
        return false;
    }
    // What programs draw, not people: a client secret under the name of a password.
    if value.len() == 64 && value.bytes().all(|b| b.is_ascii_hexdigit()) {
        return false;
    }
    let has_digit = value.bytes().any(|b| b.is_ascii_digit());
    let has_letter = value.bytes().any(|b| b.is_ascii_alphabetic());
    let has_sign = value.bytes().any(|b| b.is_ascii_punctuation());
    // `password, token)`: what a call is given.
    let is_bare = !field.quoted || field.syntax == Syntax::Table;
    let word = value.trim_end_matches([')', ']', '}', ';', ',']);
    if is_bare && value.ends_with([')', ']', '}']) && !value.contains('(') && is_identifier(word) {
        return false;
    }
    if field.syntax == Syntax::Query && value.contains(['=', '(', ';', ',', '{']) {
        return false;
    }
    if is_drawn(value) {
        return true;
    }
    if field.quoted || matches!(field.syntax, Syntax::Table | Syntax::Markup) {
        return has_digit || (has_sign && !is_identifier(value));
    }
    !is_expression(value) && has_letter && (has_digit || has_sign) && !is_identifier(value)
}

/// Tells letters that a random source draws and no language: capitals throughout, or many of the
/// letters that words seldom have.
fn is_drawn(value: &str) -> bool {
    if value.len() < 16 || !value.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return false;
    }
    let upper = value.bytes().filter(u8::is_ascii_uppercase).count();
    let lower = value.bytes().filter(u8::is_ascii_lowercase).count();
    let rare = value.bytes().filter(|b| b"qxzjkvw".contains(&b.to_ascii_lowercase())).count();
    (upper * 10 >= value.len() * 3 && lower * 10 >= value.len() * 3) || rare * 6 >= value.len()
}

/// A mail address, which stands beside a password.
fn is_address(value: &str) -> bool {
    let is_part = |part: &str| part.bytes().all(|b| b.is_ascii_alphanumeric() || b".-_+".contains(&b));
    value.split_once('@').is_some_and(|(local, host)| {
        let tail = host.rsplit_once('.').map_or("", |(_, tail)| tail);
        is_part(local) && is_part(host) && tail.len() >= 2 && tail.bytes().all(|b| b.is_ascii_lowercase())
    })
}

fn is_link(value: &str) -> bool {
    value.contains("://") || value.starts_with("/") || value.starts_with("./")
}

/// Words joined by dots, lines or slashes, without a digit: a path, a key of a dictionary.
fn is_identifier(value: &str) -> bool {
    value
        .bytes()
        .all(|b| b.is_ascii_alphabetic() || matches!(b, b'.' | b'_' | b'-' | b'/' | b':' | b',' | b';'))
}

/// Objects that every script knows.
const GLOBALS: [&str; 12] = [
    "Math",
    "Number",
    "Object",
    "Array",
    "JSON",
    "window",
    "document",
    "process",
    "this",
    "self",
    "globalThis",
    "module",
];

/// Code that gives the value at run time.
fn is_expression(value: &str) -> bool {
    let operators = ["+=", "==", "!=", "&&", "||"];
    let first = value.split('.').next().unwrap_or_default();
    value.contains(['(', '[', '{', '<', '>', '`', '\\', '"', '\''])
        || value.starts_with(['$', '?'])
        || (first.len() < value.len() && GLOBALS.contains(&first))
        || operators.iter().any(|operator| value.contains(operator))
        || {
            let segments: Vec<&str> = value.split(['.', ':']).filter(|s| !s.is_empty()).collect();
            segments.len() > 1
                && segments.iter().all(|s| {
                    s.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
                        && !s.starts_with(|c: char| c.is_ascii_digit())
                })
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_compile() {
        RegexSet::new(&PLACEHOLDERS.references).unwrap();
    }

    #[test]
    fn words_are_long_enough_not_to_stand_in_random_values() {
        assert!(PLACEHOLDERS.words.iter().all(|w| w.chars().count() >= 5), "{:?}", PLACEHOLDERS.words);
    }

    #[test]
    fn codes_are_told_from_words() {
        let drawn = (0..10_000).filter(|seed| is_drawn(&crate::rules::sample("{alpha:20}", *seed))).count();
        assert!(drawn > 9_900, "{drawn}");
        for word in ["InvalidInputParameterValue", "spapioauthcodeexample", "authorizationCodeGrant"] {
            assert!(!is_drawn(word), "{word}");
        }
    }

    #[test]
    fn hash_words_stand_on_the_same_line() {
        let text = "sha1 below\nvalue: 0123";
        assert!(!is_beside_hash_word(text, Span::new(18, 22)));
    }
}
