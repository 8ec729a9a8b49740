//! The sieve: where in a text that passed the gate a rule could find anything.
//!
//! Reading the named values of a text costs a hundred times what searching it costs, and most
//! texts that passed the gate hold no value that any rule asks for. So the words that every name
//! must contain are searched for, and a text is read around those that stand near a fitting value.

use std::ops::ControlFlow;
use std::sync::{LazyLock, OnceLock};

use serde::Deserialize;

use super::lists::CONTEXT;
use super::words::WordSearch;
use crate::model::{ContextKind, Span};

/// `rules/lists/marks.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MarkList {
    random: Vec<String>,
    code: Vec<String>,
    account: Vec<String>,
}

/// What must stand near a word for it to count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Needs {
    Nothing,
    /// A run of letters and digits, both of them.
    Random,
    /// A run of letters or digits.
    Code,
    /// Amazon's name, or an account in the document.
    Account,
    /// Counts for nothing: it is what an account needs near.
    IsAmazon,
    /// Counts for nothing: it is what an account needs anywhere.
    IsAccount,
}

/// Bytes on either side of a word in which its value stands.
const NEAR_BYTES: usize = 1 << 10;
/// Letters and digits in a row that a random source could have given.
const RUN_BYTES_MIN: usize = 16;
/// Places in such a run where a letter and a digit meet.
const TURNS_MIN: usize = 2;
/// What names Amazon or the places where its sellers sign in.
const AMAZON: [&str; 14] = [
    "amazon",
    "amz",
    "アマゾン",
    "seller_c",
    "seller-c",
    "seller.c",
    "vendor_c",
    "vendor-c",
    "vendor.c",
    "mws",
    "spapi",
    "sp_api",
    "sp-api",
    "lwa",
];

/// What the sieve finds in a text.
#[derive(Debug, Default)]
pub struct Places {
    /// Where something worth reading stands.
    pub near: Vec<Span>,
    /// Where the words of names begin, ascending; in the head of a table their values may stand far
    /// below.
    pub words: Vec<usize>,
}

/// Finds the places of a text worth reading.
#[derive(Debug)]
pub struct Sieve {
    words: Vec<String>,
    needs: Vec<Needs>,
    /// Made when a text first asks for it: most runs of a hook never do.
    search: OnceLock<WordSearch>,
    /// The same with the words that others look for.
    joint: OnceLock<WordSearch>,
}

static MARKS: LazyLock<MarkList> = LazyLock::new(|| {
    toml::from_str(include_str!("../../rules/lists/marks.toml")).expect("marks.toml parses: a test reads it")
});

impl Sieve {
    /// Looks for the keywords of tokens, those of partners and the words of names.
    #[must_use]
    pub fn new(tokens: &[String], partners: &[String]) -> Self {
        let mut words = tokens.to_vec();
        let mut needs = vec![Needs::Nothing; words.len()];
        let partners: Vec<String> = partners.iter().filter(|word| !tokens.contains(word)).cloned().collect();
        let of_account = CONTEXT.markers.iter().filter(|marker| marker.kind == ContextKind::Account);
        let of_account: Vec<String> = of_account.map(|marker| marker.word.clone()).collect();
        let lists = [
            (&partners, Needs::Random),
            (&MARKS.random, Needs::Random),
            (&MARKS.code, Needs::Code),
            (&MARKS.account, Needs::Account),
            (&AMAZON.map(str::to_owned).to_vec(), Needs::IsAmazon),
            (&of_account, Needs::IsAccount),
        ];
        for (list, need) in lists {
            words.extend(list.iter().cloned());
            needs.resize(words.len(), need);
        }
        Self { words, needs, search: OnceLock::new(), joint: OnceLock::new() }
    }

    fn search(&self) -> &WordSearch {
        self.search.get_or_init(|| WordSearch::new(&self.words))
    }

    /// Tells whether a text holds any word, whatever stands near it.
    #[must_use]
    pub fn has_word(&self, text: &str) -> bool {
        let mut has_word = false;
        self.search().each(text.as_bytes(), |word, _| {
            if matches!(self.needs.get(word), Some(Needs::IsAmazon | Needs::IsAccount)) {
                return ControlFlow::Continue(());
            }
            has_word = true;
            ControlFlow::Break(())
        });
        has_word
    }

    /// Returns the places worth reading, in no order.
    #[must_use]
    pub fn places(&self, text: &str) -> Places {
        self.placed(text, self.search(), |_, _| {})
    }

    /// The same, and calls `met` with the number and place of each of the words that others look for,
    /// in the same look. These must be the same words in every call.
    #[must_use]
    pub fn places_beside(&self, text: &str, others: &[String], met: impl FnMut(usize, usize)) -> Places {
        let search = self.joint.get_or_init(|| WordSearch::new(&[&self.words, others].concat()));
        self.placed(text, search, met)
    }

    fn placed(&self, text: &str, search: &WordSearch, mut met: impl FnMut(usize, usize)) -> Places {
        let bytes = text.as_bytes();
        let mut places = Vec::new();
        let (mut beside_random, mut beside_code) = (Vec::new(), Vec::new());
        let (mut of_account, mut of_amazon, mut is_account) = (Vec::new(), Vec::new(), false);
        search.each(bytes, |word, start| {
            if let Some(other) = word.checked_sub(self.words.len()) {
                met(other, start);
                return ControlFlow::Continue(());
            }
            match self.needs.get(word) {
                Some(Needs::IsAmazon) => of_amazon.push(start),
                Some(Needs::IsAccount) => is_account = true,
                Some(Needs::Nothing) | None => {
                    if !is_continent(bytes, start) {
                        places.push(Span::new(start, start + 1));
                    }
                }
                Some(_) if is_inside_blob(bytes, start) => {}
                Some(Needs::Random) => beside_random.push(start),
                Some(Needs::Code) => beside_code.push(start),
                Some(Needs::Account) => of_account.push(start),
            }
            ControlFlow::Continue(())
        });
        of_amazon.sort_unstable();
        of_account
            .retain(|start| !is_inside_word(bytes, *start) && (is_account || is_near(&of_amazon, *start)));
        places.extend(of_account.iter().map(|start| Span::new(*start, start + 1)));
        beside_random.sort_unstable();
        beside_code.sort_unstable();
        runs_near(bytes, &beside_random, is_random, &mut places);
        runs_near(bytes, &beside_code, is_code, &mut places);
        let mut words = beside_random;
        words.append(&mut beside_code);
        words.append(&mut of_account);
        words.sort_unstable();
        Places { near: places, words }
    }
}

/// Whether a short word is the middle of a longer one, as `pass` in `bypassed` and `otp` in `hotPlug`.
fn is_inside_word(bytes: &[u8], start: usize) -> bool {
    let rest = bytes.get(start..).unwrap_or_default();
    let tail = |length: usize| rest.get(length).copied().unwrap_or(0);
    // A capital behind a small letter begins another word.
    if tail(0).is_ascii_lowercase() && tail(1).is_ascii_uppercase() {
        return true;
    }
    match rest.first().map(u8::to_ascii_lowercase) {
        // `password` and `passphrase` go on.
        Some(b'p') if rest.get(..4).is_some_and(|w| w.eq_ignore_ascii_case(b"pass")) => {
            tail(4).is_ascii_lowercase() && !matches!(tail(4), b'w' | b'p')
        }
        Some(b'p') => tail(2).is_ascii_lowercase() && tail(1).eq_ignore_ascii_case(&b'w'),
        _ => false,
    }
}

/// Letters of base64 in a row that are no name.
const BLOB_BYTES: usize = 256;

/// Whether a word stands by chance in a picture or the like that is written in base64.
fn is_inside_blob(bytes: &[u8], start: usize) -> bool {
    let is_letter = |b: &&u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/');
    let rest = bytes.get(start..).unwrap_or_default();
    let behind = rest.iter().take(BLOB_BYTES).take_while(is_letter).count();
    let before = bytes.get(..start).unwrap_or_default();
    behind + before.iter().rev().take(BLOB_BYTES - behind).take_while(is_letter).count() == BLOB_BYTES
}

fn is_near(places: &[usize], at: usize) -> bool {
    let first = places.partition_point(|place| place + NEAR_BYTES < at);
    places.get(first).is_some_and(|place| *place <= at + NEAR_BYTES)
}

/// Whether `asia` or `akia` stands there in small letters; key ids are written in capitals.
fn is_continent(bytes: &[u8], start: usize) -> bool {
    let word = bytes.get(start..start + 4).unwrap_or_default();
    (word.eq_ignore_ascii_case(b"asia") || word.eq_ignore_ascii_case(b"akia"))
        && word.iter().any(u8::is_ascii_lowercase)
}

/// Adds the runs within reach of the words at `starts`, which ascend.
fn runs_near(bytes: &[u8], starts: &[usize], fits: impl Fn(&[u8]) -> bool, places: &mut Vec<Span>) {
    let mut done = 0;
    for start in starts {
        let from = start.saturating_sub(NEAR_BYTES).max(done);
        let to = bytes.len().min(start + NEAR_BYTES);
        let mut at = from;
        while at < to {
            let run = bytes.get(at..).unwrap_or_default().iter().take_while(|b| is_of_run(**b)).count();
            let run = Span::new(at, at + run);
            if fits(bytes.get(run.start..run.end).unwrap_or_default()) {
                places.push(run);
            }
            at = run.end + 1;
        }
        done = done.max(at);
    }
}

/// Letters of a value, and those of the escapes within it: `\/`, `%2F`, `&#47;`.
const fn is_of_run(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'/' | b'+' | b'\\' | b'%' | b'&' | b'#' | b';')
}

/// Whether a random source could have given a run: letters stand beside digits more than once. Of
/// random keys of forty letters one in a thousand does not, as many as have no digit at all.
fn is_random(run: &[u8]) -> bool {
    let is_turn = |pair: &&[u8]| {
        matches!(pair, [a, b] if (a.is_ascii_digit() && b.is_ascii_alphabetic())
            || (a.is_ascii_alphabetic() && b.is_ascii_digit()))
    };
    run.len() >= RUN_BYTES_MIN && run.windows(2).filter(is_turn).nth(TURNS_MIN - 1).is_some()
}

/// Whether a run holds letters and digits that could be a code; those of letters alone are in both
/// letter cases, and have more capitals than words in camelCase.
fn is_code(run: &[u8]) -> bool {
    run.split(|b| !b.is_ascii_alphanumeric()).filter(|part| part.len() >= RUN_BYTES_MIN).any(|part| {
        let capitals = part.iter().filter(|b| b.is_ascii_uppercase()).count();
        part.iter().any(u8::is_ascii_digit) || (capitals * 4 >= part.len() && capitals < part.len())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::lists::NAMES;
    use crate::rules::{Catalogue, Match, folded, sample};

    fn places(text: &str) -> usize {
        Sieve::new(&["atzr".to_owned()], &[]).places(text).near.len()
    }

    #[test]
    fn words_count_beside_what_they_need() {
        let secret = sample("{hex:64}", 1);
        assert_eq!(places(&format!("client_secret = {secret}")), 1);
        assert_eq!(places("client_secret = process.env.SECRET"), 0);
        assert_eq!(places(&format!("client_secret{} = {secret}", " ".repeat(NEAR_BYTES))), 0);
        assert_eq!(places("amazon_password = x"), 1);
        assert_eq!(places("mysql_password = x"), 0);
        assert_eq!(places("amazon bypasses"), 0);
        assert_eq!(places("x Atzr y"), 1);
    }

    #[test]
    fn words_of_others_are_met_in_the_same_look() {
        let sieve = Sieve::new(&["atzr".to_owned()], &[]);
        let text = format!("a webhook\nAtzr client_secret = {}\npassword at amazon", sample("{hex:64}", 1));
        let mut met = Vec::new();
        let others = ["secret", "webhook"].map(str::to_owned);
        let places = sieve.places_beside(&text, &others, |word, at| met.push((word, at)));
        met.sort_unstable();
        assert_eq!(met, [(0, text.find("secret").unwrap()), (1, 2)]);
        let alone = sieve.places(&text);
        assert_eq!((places.near.len(), &places.words), (3, &alone.words));
        assert_eq!(places.near, alone.near);
    }

    /// A name without a mark would never be read.
    #[test]
    fn every_name_that_a_rule_asks_for_holds_a_mark() {
        let catalogue = Catalogue::builtin().unwrap();
        let marks: Vec<String> =
            MARKS.random.iter().chain(&MARKS.code).chain(&MARKS.account).map(|mark| folded(mark)).collect();
        let keywords: Vec<String> = catalogue
            .iter()
            .flat_map(|rule| &rule.file.matches)
            .flat_map(|m| if let Match::Token { keywords, .. } = m { keywords.clone() } else { Vec::new() })
            .collect();
        for rule in catalogue.iter().filter(|rule| !rule.file.identifier) {
            for m in &rule.file.matches {
                let Match::Named { names, value, beside, .. } = m else { continue };
                // The value holds the keyword of another rule.
                if keywords.iter().any(|keyword| value.to_ascii_lowercase().contains(keyword)) {
                    continue;
                }
                let unmarked = |kind: &str| {
                    let kind = &NAMES.kinds[kind];
                    let mut names = kind.own.iter().chain(&kind.generic).chain(&kind.exact);
                    names.find(|name| !marks.iter().any(|mark| name.contains(mark.as_str()))).cloned()
                };
                // What must stand beside the value may hold the mark in the name's place.
                let beside = beside.as_ref().is_some_and(|kind| unmarked(kind).is_none());
                assert!(beside || unmarked(names).is_none(), "{names}: {:?}", unmarked(names));
            }
        }
    }
}
