//! The literals of the gate, and what some of them need to count.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde::Deserialize;

use super::{SIGN, folded};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GateList {
    words: Vec<String>,
    japanese: Vec<String>,
    shift_jis: Vec<String>,
    wide: Vec<String>,
    base64: Vec<String>,
    pub(super) company: Vec<Company>,
}

/// What makes an ordinary word one of the seller world.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Company {
    word: String,
    #[serde(default)]
    before: Vec<String>,
    after: Vec<String>,
    /// Whether it counts before any sign or blank.
    #[serde(default)]
    signs: bool,
    /// Whether it counts where no letter or digit stands before it.
    #[serde(default)]
    whole: bool,
}

/// What a literal needs to count where it is found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Needs {
    /// Nothing more.
    Nothing,
    /// The company of one of the words, by its index, which begins so far behind the literal's start.
    Company(usize, usize),
    /// One of these letter cases, as base64 has them; signs may be any.
    Case(Vec<Vec<u8>>),
}

/// Bytes the search looks at before it stops to compare; with shorter literals it stops three times
/// as often.
pub(super) const LITERAL_BYTES_MIN: usize = 4;

impl Company {
    /// Over how many bytes the word and its company are judged at most. Either side is enough; a sign may part
    /// the word from what follows.
    pub(super) fn span(&self) -> usize {
        let longest = |words: &[String]| words.iter().map(String::len).max().unwrap_or(0);
        self.word.len() + longest(&self.before).max(longest(&self.after) + 1).max(1)
    }

    /// Whether the word at `start` has the company it needs.
    pub(super) fn keeps(&self, bytes: &[u8], start: usize) -> bool {
        let before = bytes.get(..start).unwrap_or_default();
        let after = bytes.get(start + self.word.len()..).unwrap_or_default();
        let ends = |word: &String| {
            let tail = before.len().checked_sub(word.len()).and_then(|from| before.get(from..));
            tail.is_some_and(|tail| tail.eq_ignore_ascii_case(word.as_bytes()))
        };
        let begins = |after: &[u8], word: &String| {
            after.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word.as_bytes()))
        };
        let own = bytes.get(start..).unwrap_or_default();
        let mut hyphens = self.word.bytes().zip(own).filter(|(of_word, _)| *of_word == b'-');
        if !hyphens.all(|(_, b)| matches!(b, b'-' | b'_')) {
            return false;
        }
        // A dot or a hyphen may part the word from the next.
        let parted = after.strip_prefix(b".").or_else(|| after.strip_prefix(b"-")).unwrap_or(after);
        (self.whole && !before.last().is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/')))
            || after.first().is_some_and(|b| !b.is_ascii() || (self.signs && folded(*b) == SIGN))
            || self.before.iter().any(ends)
            || self.after.iter().any(|word| begins(after, word) || begins(parted, word))
    }

    /// The literals it is searched by, folded, with where the word begins in them. A word of three
    /// letters is searched together with what stands beside it.
    fn literals(&self) -> BTreeSet<(Vec<u8>, usize)> {
        let word = self.word.as_bytes();
        if word.len() >= LITERAL_BYTES_MIN {
            return [(word.iter().map(|b| folded(*b)).collect(), 0)].into();
        }
        let beside = self.after.iter().filter_map(|after| after.bytes().next());
        let mut all: BTreeSet<(Vec<u8>, usize)> =
            beside.map(|next| ([word, &[folded(next)]].concat(), 0)).collect();
        if self.whole {
            all.insert(([&[SIGN], word].concat(), 1));
        }
        all
    }
}

/// A literal, folded, and what it needs.
pub(super) type Literal = (Vec<u8>, Needs);

pub(super) fn literals(list: &GateList) -> BTreeSet<Literal> {
    let mut all: BTreeSet<Vec<u8>> = BTreeSet::new();
    all.extend(list.words.iter().map(|w| w.as_bytes().to_vec()));
    for word in &list.japanese {
        all.insert(word.as_bytes().to_vec());
        for encoding in [encoding_rs::SHIFT_JIS, encoding_rs::EUC_JP] {
            all.insert(encoding.encode(word).0.into_owned());
        }
    }
    for word in &list.shift_jis {
        all.insert(word.as_bytes().to_vec());
        all.insert(encoding_rs::SHIFT_JIS.encode(word).0.into_owned());
    }
    for word in &list.wide {
        let wide: Vec<u8> = word.bytes().flat_map(|b| [b, 0]).collect();
        // Without the last zero it serves both byte orders.
        all.insert(wide.get(..wide.len() - 1).unwrap_or_default().to_vec());
    }
    let fold = |literal: &[u8]| -> Vec<u8> { literal.iter().map(|b| folded(*b)).collect() };
    let plain: BTreeSet<Vec<u8>> = all.iter().map(|literal| fold(literal)).collect();
    // Three characters of base64 are too common to say anything.
    let words = list.base64.iter().flat_map(|word| (0..3).map(move |alignment| (word, alignment)));
    let all = words.map(|(word, alignment)| base64_core(word.as_bytes(), alignment));
    let forms: BTreeSet<Vec<u8>> = all.filter(|core| core.len() > 3).collect();
    let mut cores: BTreeMap<Vec<u8>, Vec<Vec<u8>>> = BTreeMap::new();
    for form in forms.iter().filter(|form| !holds_another(form, &forms)) {
        cores.entry(fold(form)).or_default().push(form.clone());
    }
    let in_company = list.company.iter().enumerate().flat_map(|(index, company)| {
        let of_word = company.literals().into_iter();
        of_word.map(move |(literal, offset)| (literal, Needs::Company(index, offset)))
    });
    let in_case = cores.into_iter().map(|(literal, forms)| (literal, Needs::Case(forms)));
    let all = plain.iter().map(|literal| (literal.clone(), Needs::Nothing)).chain(in_company).chain(in_case);
    all.filter(|(literal, _)| !holds_another(literal, &plain)).collect()
}

/// A literal that holds another one is found by that one already.
fn holds_another(literal: &[u8], all: &BTreeSet<Vec<u8>>) -> bool {
    all.iter().any(|other| other.len() < literal.len() && literal.windows(other.len()).any(|w| w == other))
}

/// The base64 characters that depend on nothing but `word`, when it starts `alignment` bytes after
/// a multiple of three.
fn base64_core(word: &[u8], alignment: usize) -> Vec<u8> {
    let padded: Vec<u8> = std::iter::repeat_n(0, alignment).chain(word.iter().copied()).collect();
    let whole = STANDARD_NO_PAD.encode(&padded);
    let first = (alignment * 8).div_ceil(6);
    let last = padded.len() * 8 / 6;
    whole.as_bytes().get(first..last).unwrap_or_default().to_vec()
}
