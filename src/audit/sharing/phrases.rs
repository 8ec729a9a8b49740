//! What people write when they hand something over.

use std::borrow::Cow;
use std::cell::LazyCell;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::{LazyLock, OnceLock};

use regex::Regex;
use serde::Deserialize;
use unicode_normalization::UnicodeNormalization as _;

use crate::audit::pattern::{AnyCase, in_small_letters, pattern_in_any_case};
use crate::model::{Masked, run_masked};
use crate::rules::folded;

/// `rules/lists/handover.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    lasting: Vec<String>,
    notes: Vec<String>,
    given_files: Vec<String>,
    files: Vec<String>,
    anywhere: Words<Vec<String>>,
    letters: Words<Vec<String>>,
    negation: Negation,
    elsewhere: Elsewhere,
    talk: Talk<Vec<String>, String>,
}

/// Words by what they tell.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Words<T> {
    #[serde(default)]
    greeting: T,
    strong: T,
    governed: T,
    giving: T,
    people: T,
    courtesy: T,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Elsewhere {
    goods: String,
    acts: String,
    keys: String,
    named: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Negation {
    before: Vec<String>,
    behind: Vec<String>,
    clause: String,
}

/// What is said where one asks for a credential and another gives it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Talk<L, T> {
    asks: L,
    answers: L,
    labels: T,
}

struct Phrases {
    lasting: Vec<String>,
    notes: Vec<String>,
    anywhere: Words<Vec<Spoken>>,
    letters: Words<Vec<Spoken>>,
    negated_before: Spoken,
    negated_behind: Spoken,
    clause: String,
    given_files: Spoken,
    files: Spoken,
    goods: Spoken,
    acts: Spoken,
    keys: Spoken,
    named: Spoken,
    talk: Talk<Spoken, Spoken>,
}

/// A pattern of the list, compiled when first needed: most files with a credential hold no sentence,
/// and all patterns together take some fifty milliseconds.
struct Spoken {
    pattern: String,
    compiled: OnceLock<AnyCase>,
}

impl Spoken {
    const fn new(pattern: String) -> Self {
        Self { pattern, compiled: OnceLock::new() }
    }

    fn get(&self) -> &AnyCase {
        self.compiled.get_or_init(|| AnyCase::new(&self.pattern))
    }
}

impl Words<Vec<Spoken>> {
    fn of(list: Words<Vec<String>>) -> Self {
        let spoken = |patterns: Vec<String>| patterns.into_iter().map(Spoken::new).collect();
        Self {
            greeting: spoken(list.greeting),
            strong: spoken(list.strong),
            governed: spoken(list.governed),
            giving: spoken(list.giving),
            people: spoken(list.people),
            courtesy: spoken(list.courtesy),
        }
    }

    fn all(&self) -> impl Iterator<Item = &Spoken> {
        let first = self.greeting.iter().chain(&self.strong).chain(&self.governed);
        first.chain(&self.giving).chain(&self.people).chain(&self.courtesy)
    }
}

static PHRASES: LazyLock<Phrases> = LazyLock::new(|| {
    let list: List = toml::from_str(include_str!("../../../rules/lists/handover.toml"))
        .expect("handover.toml parses: a test reads it");
    let any_of = |patterns: &[String]| Spoken::new(patterns.join("|"));
    Phrases {
        negated_before: any_of(&list.negation.before),
        negated_behind: any_of(&list.negation.behind),
        clause: list.negation.clause,
        goods: Spoken::new(list.elsewhere.goods),
        acts: Spoken::new(list.elsewhere.acts),
        keys: Spoken::new(list.elsewhere.keys),
        named: Spoken::new(list.elsewhere.named),
        given_files: any_of(&list.given_files),
        files: any_of(&list.files),
        talk: Talk {
            asks: any_of(&list.talk.asks),
            answers: any_of(&list.talk.answers),
            labels: Spoken::new(list.talk.labels),
        },
        anywhere: Words::of(list.anywhere),
        letters: Words::of(list.letters),
        lasting: list.lasting,
        notes: list.notes,
    }
});

/// Where a clause ends.
static CLAUSE: LazyLock<Regex> = LazyLock::new(|| pattern_in_any_case(&PHRASES.clause));

/// The words of the patterns, lower case; asked of few texts.
static VOCABULARY: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let others = [&PHRASES.files, &PHRASES.given_files, &PHRASES.talk.asks, &PHRASES.talk.answers];
    let spoken = PHRASES.anywhere.all().chain(PHRASES.letters.all()).chain(others);
    spoken
        .flat_map(|spoken| spoken.pattern.split(|c: char| !c.is_ascii_alphabetic()))
        .flat_map(|word| [word.to_ascii_lowercase(), format!("{}s", word.to_ascii_lowercase())])
        .collect()
});

/// What a phrase tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sort {
    /// That a credential is handed over.
    Strong,
    /// To whom the text is written.
    Greeting,
    /// That a credential passes from hand to hand.
    Giving,
    /// Who might get something.
    Person,
    /// Nothing but manners.
    Courtesy,
}

impl Sort {
    /// What it counts.
    pub(super) const fn weight(self) -> i32 {
        match self {
            Self::Strong => 3,
            Self::Greeting => 2,
            Self::Giving | Self::Person | Self::Courtesy => 1,
        }
    }
}

/// What a sentence says of handing over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Phrase {
    /// The words, in NFKC.
    pub(super) words: String,
    /// The pattern that told them.
    pub(super) said_as: &'static str,
    /// What they tell.
    pub(super) sort: Sort,
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

/// Compiles what the name of every file with a credential is asked.
pub(super) fn prepare() {
    handed_over("name");
}

/// Returns what of a file's name says that it is made to be handed over, and what that counts.
pub(super) fn handed_over(path: &str) -> Option<(String, i32)> {
    let name = in_nfkc(path.rsplit('/').next().unwrap_or(path));
    let found = |list: &Spoken, weight| Some((list.get().find(&name)?.to_owned(), weight));
    found(&PHRASES.given_files, 2).or_else(|| found(&PHRASES.files, 1))
}

/// Tells sentences that forbid something or ask about it.
pub(super) fn is_negated(sentence: &str) -> bool {
    PHRASES.negated_before.get().is_match(sentence) || PHRASES.negated_behind.get().is_match(sentence)
}

/// Tells phrases that their own clause turns round.
fn is_turned(sentence: &str, phrase: &Range<usize>) -> bool {
    let before = sentence.get(..phrase.start).unwrap_or_default();
    let clause = CLAUSE.find_iter(before).last().map_or(0, |end| end.end());
    // A word of the phrase itself may be the one, as in `do not hand over`.
    let front = sentence.get(clause..phrase.end).unwrap_or_default();
    let rest = sentence.get(phrase.start..).unwrap_or_default();
    let end = CLAUSE.find_at(rest, phrase.len()).map_or(rest.len(), |end| end.start());
    PHRASES.negated_before.get().is_match(front)
        || PHRASES.negated_behind.get().is_match(rest.get(..end).unwrap_or_default())
}

/// Returns the phrases of a sentence, the strongest first; each pattern counts once.
pub(super) fn phrases(sentence: &str) -> Vec<Phrase> {
    of(sentence, &PHRASES.anywhere)
}

/// Returns what counts besides where people write to people.
pub(super) fn phrases_of_letters(sentence: &str) -> Vec<Phrase> {
    of(sentence, &PHRASES.letters)
}

/// Returns the words that ask for a credential.
pub(super) fn asking(text: &str) -> Option<&str> {
    PHRASES.talk.asks.get().find(text)
}

/// Returns the words that say that something came.
pub(super) fn answering(text: &str) -> Option<&str> {
    PHRASES.talk.answers.get().find(text)
}

/// Tells what stands before a colon and is nobody's name.
pub(super) fn is_label(name: &str) -> bool {
    PHRASES.talk.labels.get().is_match(name)
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

/// Returns the phrases of a list; each pattern counts once.
fn of(sentence: &str, words: &'static Words<Vec<Spoken>>) -> Vec<Phrase> {
    if is_setting(sentence) || is_of_goods(sentence) {
        return Vec::new();
    }
    let names_key = LazyCell::new(|| PHRASES.named.get().is_match(sentence));
    // What each tells where the sentence names a credential, and where it does not: goods are handed
    // over too, and people are written about who get none.
    let (strong, person) = (Some(Sort::Strong), Some(Sort::Person));
    let (giving, courtesy) = (Some(Sort::Giving), Some(Sort::Courtesy));
    let lists = [
        (&words.strong, strong, strong),
        (&words.governed, strong, person),
        (&words.greeting, Some(Sort::Greeting), Some(Sort::Greeting)),
        (&words.giving, giving, None),
        (&words.people, giving, person),
        (&words.courtesy, courtesy, courtesy),
    ];
    let mut phrases = Vec::new();
    let small = in_small_letters(sentence);
    for (patterns, named, unnamed) in lists {
        for (spoken, found) in patterns.iter().filter_map(|s| Some((s, s.get().place(&small)?))) {
            let Some(sort) = (if *names_key { named } else { unnamed }) else { break };
            let is_negated = is_turned(sentence, &found);
            let words = sentence.get(found).unwrap_or_default().trim().to_owned();
            phrases.push(Phrase { words, said_as: &spoken.pattern, sort, is_negated });
        }
    }
    phrases.sort_by_key(|phrase| std::cmp::Reverse(phrase.sort.weight()));
    phrases
}

/// Tells sentences in which something else is handed on than a key.
fn is_of_goods(sentence: &str) -> bool {
    if sentence.is_ascii() || PHRASES.keys.get().is_match(sentence) {
        return false;
    }
    let is_thing = |before: &str| {
        let is_word = before.chars().next_back().is_some_and(char::is_alphanumeric);
        is_word && !PHRASES.acts.get().is_match(before)
    };
    let things = || sentence.match_indices('を').filter_map(|(at, _)| sentence.get(..at));
    PHRASES.goods.get().is_match(sentence) || things().any(is_thing)
}

/// Tells a name with its value, which speaks to nobody.
fn is_setting(sentence: &str) -> bool {
    sentence.is_ascii()
        && sentence
            .split_once(['=', ':'])
            .is_some_and(|(name, value)| ![name, value].iter().any(|side| side.trim().contains(' ')))
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
        let weights = phrases(&in_nfkc(sentence)).into_iter().filter(|p| !p.is_negated);
        weights.map(|phrase| phrase.sort.weight()).max().unwrap_or(0)
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
            "トークンを貸しますね",
            "頼まれたので秘密キーをあげました",
            "知人のキーをお借りしています",
            "受講生に配布するキー",
            "税理士の先生用のシークレット",
            "lending Ravi my keys",
            "The secret you asked for",
            "key we gave them",
            "密钥发给你了",
        ] {
            assert_eq!(weight(sentence), Sort::Strong.weight(), "{sentence}");
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
            "委託先倉庫の在庫を読む",
            "業務委託費 50,000円",
            "配送業者の方に荷物をお渡し",
            "引継ぎ書の出力先",
            "AI agency agent: handover conversation to a human operator",
            "pay for the contractor via the agency",
            "外注の岡田さんには渡していないキー",
            "キーの共有を求められたが断った",
            "We declined to hand over the keys",
        ] {
            let found = phrases(&in_nfkc(sentence));
            assert!(weight(sentence) < Sort::Strong.weight(), "{sentence}: {found:?}");
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
