//! What people write when they hand something over, sentence by sentence.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::{LazyLock, OnceLock};

use regex::Regex;
use serde::Deserialize;
use unicode_normalization::UnicodeNormalization as _;

use super::super::Page;
use crate::audit::pattern::pattern_in_any_case;
use crate::model::{Masked, Span, run_masked};
use crate::rules::folded;

/// `rules/lists/handover.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    lasting: Vec<String>,
    notes: Vec<String>,
    strong: Vec<String>,
    weak: Vec<String>,
    letters: Letters,
    negation: Negation,
    given_files: Vec<String>,
    files: Vec<String>,
    elsewhere: Elsewhere,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Letters {
    greeting: Vec<String>,
    strong: Vec<String>,
    weak: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Elsewhere {
    goods: String,
    keys: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Negation {
    before: Vec<String>,
    behind: Vec<String>,
    clause: String,
}

struct Phrases {
    lasting: Vec<String>,
    notes: Vec<String>,
    strong: Vec<Spoken>,
    weak: Vec<Spoken>,
    greeting: Vec<Spoken>,
    strong_in_letters: Vec<Spoken>,
    weak_in_letters: Vec<Spoken>,
    negated_before: Spoken,
    negated_behind: Spoken,
    clause: Spoken,
    given_files: Spoken,
    files: Spoken,
    goods: Spoken,
    keys: Spoken,
}

/// A pattern of the list, compiled when first needed: most files with a credential hold no sentence,
/// and all patterns together take seven milliseconds.
struct Spoken {
    pattern: String,
    compiled: OnceLock<Regex>,
}

impl Spoken {
    const fn new(pattern: String) -> Self {
        Self { pattern, compiled: OnceLock::new() }
    }

    fn get(&self) -> &Regex {
        self.compiled.get_or_init(|| pattern_in_any_case(&self.pattern))
    }
}

static PHRASES: LazyLock<Phrases> = LazyLock::new(|| {
    let list: List = toml::from_str(include_str!("../../../rules/lists/handover.toml"))
        .expect("handover.toml parses: a test reads it");
    let any_of = |patterns: &[String]| Spoken::new(patterns.join("|"));
    Phrases {
        negated_before: any_of(&list.negation.before),
        negated_behind: any_of(&list.negation.behind),
        clause: Spoken::new(list.negation.clause),
        goods: Spoken::new(list.elsewhere.goods),
        keys: Spoken::new(list.elsewhere.keys),
        given_files: any_of(&list.given_files),
        files: any_of(&list.files),
        strong: list.strong.into_iter().map(Spoken::new).collect(),
        weak: list.weak.into_iter().map(Spoken::new).collect(),
        greeting: list.letters.greeting.into_iter().map(Spoken::new).collect(),
        strong_in_letters: list.letters.strong.into_iter().map(Spoken::new).collect(),
        weak_in_letters: list.letters.weak.into_iter().map(Spoken::new).collect(),
        lasting: list.lasting,
        notes: list.notes,
    }
});

/// The words of the patterns, lower case; asked of few texts.
static VOCABULARY: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let in_letters =
        PHRASES.greeting.iter().chain(&PHRASES.strong_in_letters).chain(&PHRASES.weak_in_letters);
    let of_files = [&PHRASES.files, &PHRASES.given_files];
    let spoken = PHRASES.strong.iter().chain(&PHRASES.weak).chain(in_letters).chain(of_files);
    spoken
        .flat_map(|spoken| spoken.pattern.split(|c: char| !c.is_ascii_alphabetic()))
        .flat_map(|word| [word.to_ascii_lowercase(), format!("{}s", word.to_ascii_lowercase())])
        .collect()
});

/// A phrase counts so much.
pub(super) const STRONG: i32 = 3;
const GREETING: i32 = 2;
const WEAK: i32 = 1;
/// Bytes of a line that are looked at around what a page shows; a longer line is one of a machine.
const LINE_BYTES_MAX: usize = 4 << 10;
/// Bytes on either side of a place in a longer line.
const NEAR_BYTES: usize = 600;
/// Bytes of a sentence.
const SENTENCE_BYTES_MAX: usize = 1_000;

/// A sentence in NFKC, with the place of the line it begins in.
#[derive(Debug)]
pub(super) struct Sentence {
    /// The text.
    pub(super) text: String,
    /// The line, without blanks at its ends, or the part of it that is looked at.
    pub(super) at: Span,
}

/// What a sentence says of handing over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Phrase {
    /// The words, in NFKC.
    pub(super) words: String,
    /// The pattern that told them.
    pub(super) said_as: &'static str,
    /// What they count.
    pub(super) weight: i32,
    /// Whether the sentence forbids it or asks about it.
    pub(super) is_negated: bool,
}

/// Tells whether people write to people in a field of this name.
pub(super) fn is_note(name: &str) -> bool {
    let name = folded(name);
    PHRASES.notes.contains(&name)
}

/// Tells rules whose credentials open something for longer than an hour.
pub(super) fn is_lasting(rule: &str) -> bool {
    PHRASES.lasting.iter().any(|known| known == rule)
}

/// Returns what of a file's name says that it is made to be handed over, and what that counts.
pub(super) fn handed_over(path: &str) -> Option<(String, i32)> {
    let name = in_nfkc(path.rsplit('/').next().unwrap_or(path));
    let found = |list: &Spoken, weight| Some((list.get().find(&name)?.as_str().to_owned(), weight));
    found(&PHRASES.given_files, 2).or_else(|| found(&PHRASES.files, 1))
}

/// Tells sentences that forbid something or ask about it.
pub(super) fn is_negated(sentence: &str) -> bool {
    PHRASES.negated_before.get().is_match(sentence) || PHRASES.negated_behind.get().is_match(sentence)
}

/// Tells phrases that their own clause turns round.
fn is_turned(sentence: &str, phrase: regex::Match<'_>) -> bool {
    let before = sentence.get(..phrase.start()).unwrap_or_default();
    let clause = PHRASES.clause.get().find_iter(before).last().map_or(0, |end| end.end());
    // A word of the phrase itself may be the one, as in `do not hand over`.
    let front = sentence.get(clause..phrase.end()).unwrap_or_default();
    let rest = sentence.get(phrase.start()..).unwrap_or_default();
    let length = phrase.end() - phrase.start();
    let end = PHRASES.clause.get().find_at(rest, length).map_or(rest.len(), |end| end.start());
    PHRASES.negated_before.get().is_match(front)
        || PHRASES.negated_behind.get().is_match(rest.get(..end).unwrap_or_default())
}

/// Returns the phrases of a sentence, the strongest first; each pattern counts once.
pub(super) fn phrases(sentence: &str) -> Vec<Phrase> {
    of(sentence, [(PHRASES.strong.as_slice(), STRONG), (PHRASES.weak.as_slice(), WEAK)])
}

/// Returns what counts besides where people write to people.
pub(super) fn phrases_of_letters(sentence: &str) -> Vec<Phrase> {
    of(
        sentence,
        [
            (PHRASES.strong_in_letters.as_slice(), STRONG),
            (PHRASES.greeting.as_slice(), GREETING),
            (PHRASES.weak_in_letters.as_slice(), WEAK),
        ],
    )
}

/// Tells files that people write to people, by their name.
pub(super) fn is_letter(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    name.rsplit_once('.').is_none_or(|(_, end)| LETTERS.contains(&end))
}

/// Endings of such files.
const LETTERS: [&str; 17] = [
    "txt", "md", "markdown", "eml", "msg", "mbox", "htm", "html", "rtf", "org", "rst", "adoc", "doc", "docx",
    "odt", "pdf", "text",
];

/// Returns the phrases of some lists; each pattern counts once.
fn of<const N: usize>(sentence: &str, lists: [(&'static [Spoken], i32); N]) -> Vec<Phrase> {
    if is_setting(sentence) || is_of_goods(sentence) {
        return Vec::new();
    }
    let found = lists.into_iter().flat_map(|(patterns, weight)| {
        patterns.iter().filter_map(move |spoken| Some((spoken, spoken.get().find(sentence)?, weight)))
    });
    let phrase = |(spoken, found, weight): (&'static Spoken, regex::Match<'_>, i32)| Phrase {
        words: found.as_str().trim().to_owned(),
        said_as: &spoken.pattern,
        weight,
        is_negated: is_turned(sentence, found),
    };
    found.map(phrase).collect()
}

/// Tells sentences in which something else is handed on than a key.
fn is_of_goods(sentence: &str) -> bool {
    !sentence.is_ascii() && PHRASES.goods.get().is_match(sentence) && !PHRASES.keys.get().is_match(sentence)
}

/// Tells a name with its value, which speaks to nobody.
fn is_setting(sentence: &str) -> bool {
    sentence.is_ascii()
        && sentence
            .split_once(['=', ':'])
            .is_some_and(|(name, value)| ![name, value].iter().any(|side| side.trim().contains(' ')))
}

/// Returns the sentences of some lines of a page. `near` is what a very long line is looked at
/// around.
pub(super) fn sentences(page: &Page<'_>, lines: std::ops::Range<usize>, near: Span) -> Vec<Sentence> {
    let mut all: Vec<Sentence> = Vec::new();
    let mut is_open = false;
    for line in lines {
        let (_, span) = page.line(line);
        let span =
            if span.end - span.start > LINE_BYTES_MAX { part_near(page.text, span, near) } else { span };
        let text = page.text.get(span.start..span.end).unwrap_or_default();
        let body = without_marks(text);
        if body.is_empty() || begins_anew(text) {
            is_open = false;
        }
        let start = span.start + (text.len() - text.trim_start().len());
        let at = Span::new(start, span.start + text.trim_end().len().max(start - span.start));
        for piece in pieces(&in_nfkc(body)).into_iter().filter(|piece| !piece.trim().is_empty()) {
            match all.last_mut() {
                Some(last) if is_open && last.text.len() + piece.len() < SENTENCE_BYTES_MAX => {
                    if !last.text.ends_with(|c: char| !c.is_ascii()) {
                        last.text.push(' ');
                    }
                    last.text.push_str(piece.trim());
                }
                _ => all.push(Sentence { text: piece.trim().to_owned(), at }),
            }
            is_open = !piece.trim_end().ends_with(ENDS);
        }
        // A line that ends in a colon speaks of what follows, but is a sentence by itself.
        is_open &= !body.trim_end().ends_with([':', ':']);
    }
    all
}

/// What ends a sentence, in NFKC.
const ENDS: [char; 4] = ['。', '.', '!', '?'];

/// Cuts a line into sentences. A full stop within a host or a version ends none.
fn pieces(line: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    for (at, c) in line.char_indices().filter(|(_, c)| ENDS.contains(c)) {
        let end = at + c.len_utf8();
        let rest = line.get(end..).unwrap_or_default();
        if c == '。' || rest.starts_with(char::is_whitespace) || rest.is_empty() {
            pieces.push(line.get(start..end).unwrap_or_default());
            start = end;
        }
    }
    pieces.push(line.get(start..).unwrap_or_default());
    pieces
}

/// Shows the words of a phrase. What the lists do not hold may be a value that somebody wrote into
/// the sentence, so only their own words are shown, and those that are not ASCII.
pub(super) fn shown(words: &str) -> Masked {
    let is_known = |token: &str| {
        let mut runs = token.split(|c: char| !c.is_ascii_alphanumeric()).filter(|run| !run.is_empty());
        runs.all(|run| VOCABULARY.contains(&run.to_ascii_lowercase()))
    };
    let mut out = String::new();
    let mut rest = words;
    while let Some(first) = rest.chars().next() {
        let is_token = first.is_ascii_graphic();
        let end = rest.find(|c: char| c.is_ascii_graphic() != is_token).unwrap_or(rest.len());
        let (token, behind) = rest.split_at(end);
        out.push_str(if is_token && !is_known(token) { "…" } else { token });
        rest = behind;
    }
    run_masked(&out)
}

/// Lines of lists, headings and tables, and settings, are no part of the sentence before.
fn begins_anew(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with([
        '#', '-', '*', '|', '>', '■', '□', '◆', '◇', '●', '○', '・', '【', '①', '②', '③', '・', '<',
    ]) || line.starts_with("//")
        || line.starts_with(|c: char| c.is_ascii_digit())
        || line.split_once(['=', ':']).is_some_and(|(name, _)| !name.trim().contains(' '))
}

/// A line without the marks of comments around it.
fn without_marks(line: &str) -> &str {
    line.trim().trim_start_matches(['#', '/', '*', '-', ';', '>', '\'', '<', '!']).trim()
}

fn part_near(text: &str, line: Span, near: Span) -> Span {
    let start = near.start.saturating_sub(NEAR_BYTES).clamp(line.start, line.end);
    let end = (near.end + NEAR_BYTES).clamp(start, line.end);
    Span::new(text.floor_char_boundary(start), text.floor_char_boundary(end))
}

/// Returns a text in NFKC.
pub(super) fn in_nfkc(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.nfkc().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weight(sentence: &str) -> i32 {
        phrases(&in_nfkc(sentence)).iter().filter(|p| !p.is_negated).map(|p| p.weight).max().unwrap_or(0)
    }

    #[test]
    fn handing_over_is_told() {
        for sentence in [
            "外注さん用のキーです",
            "シークレットキーをお送りします",
            "ｷｰを貸与します",
            "解凍パスワードは別途ご連絡します",
            "弊社のAPIキーを使ってください",
            "Please find attached the SP-API credentials",
            "Here are my keys, let me know when you have them",
            "My client sent me the client secret",
            "you can use our seller account credentials",
            "login for the virtual assistant",
            "密钥发给你了",
        ] {
            assert_eq!(weight(sentence), STRONG, "{sentence}");
        }
    }

    #[test]
    fn forbidding_and_speaking_of_programs_is_not() {
        for sentence in [
            "キーを第三者に渡さないでください",
            "認証情報の共有は禁止です",
            "Never share your credentials with a contractor",
            "Do not hand over your keys",
            "リフレッシュトークンを送信してアクセストークンを取得する",
            "共有ライブラリのトークンを読み込む",
            "The token is sent to Amazon",
            "shared credentials file",
            "この設定は親から引き継ぐ",
        ] {
            assert!(weight(sentence) < STRONG, "{sentence}: {:?}", phrases(sentence));
        }
    }

    #[test]
    fn values_in_a_sentence_are_not_shown() {
        assert_eq!(shown("sharing my login bob99").as_str(), "sharing my login …");
        assert_eq!(shown("パスワードhunter2を共有し").as_str(), "パスワード…を共有し");
        assert_eq!(shown("find attached p@ss the keys").as_str(), "find attached … the keys");
    }

    #[test]
    fn names_of_files() {
        for name in
            ["引継ぎ資料.txt", "docs/外注用APIキー.csv", "client-handover.md", "Amazon_Credentials.docx"]
        {
            assert!(handed_over(name).is_some(), "{name}");
        }
        for name in ["src/credentials.py", "api_key.rs", "README.md", "資料.txt"] {
            assert!(handed_over(name).is_none(), "{name}");
        }
    }
}
