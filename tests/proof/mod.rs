//! What the tests of the laws share: every example of every rule, its encodings, and the audit.

#![allow(dead_code, reason = "each test file is a program of its own and uses a part of this")]

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use kagiban::model::{Finding, Fingerprint, RuleId};
use kagiban::rules::prove::{Filled, filled};
use kagiban::rules::{Catalogue, Example, ExampleFile, Match, Rule, RuleSet, Strength, lists::NAMES, sample};
use kagiban::scan::{Examples, Found};

/// A file by path.
pub(crate) type File = (String, Vec<u8>);

/// One example of one rule, filled in.
pub(crate) struct Case {
    pub(crate) rule: RuleId,
    pub(crate) name: String,
    pub(crate) filled: Filled,
    pub(crate) finds: Vec<String>,
    pub(crate) is_positive: bool,
    /// Whether the rule finds single values: a token, a named value or one by position.
    pub(crate) is_of_values: bool,
}

pub(crate) fn catalogue() -> Catalogue {
    Catalogue::builtin().expect("every rule file is well formed")
}

pub(crate) fn rule_set() -> RuleSet {
    RuleSet::new(catalogue(), None)
}

pub(crate) fn is_positive(example: &Example) -> bool {
    !example.finds.is_empty() || example.count.is_some_and(|count| count > 0)
}

fn is_of_values(rule: &Rule) -> bool {
    rule.file
        .matches
        .iter()
        .any(|m| matches!(m, Match::Token { .. } | Match::Named { .. } | Match::Position { .. }))
}

/// Every example, in the order of the catalogue.
pub(crate) fn cases(catalogue: &Catalogue) -> Vec<Case> {
    let of_rule = |rule: &Rule| -> Vec<Case> {
        let case = |example: &Example| Case {
            rule: rule.id.clone(),
            name: example.name.clone(),
            filled: filled(rule, example),
            finds: example.finds.clone(),
            is_positive: is_positive(example),
            is_of_values: is_of_values(rule),
        };
        rule.file.examples.iter().map(case).collect()
    };
    catalogue.iter().flat_map(of_rule).collect()
}

impl Case {
    pub(crate) fn files(&self) -> Vec<File> {
        self.filled.files.iter().map(|f| (f.path.clone(), f.text.clone().into_bytes())).collect()
    }

    /// The files, each through `encode`; none where one of them has no such form.
    pub(crate) fn encoded(&self, encode: impl Fn(&str) -> Option<Vec<u8>>) -> Option<Vec<File>> {
        self.filled.files.iter().map(|f| Some((f.path.clone(), encode(&f.text)?))).collect()
    }

    /// The files and those of all commits before them, each through `encode`.
    pub(crate) fn versions(&self, encode: impl Fn(&str) -> Option<Vec<u8>>) -> Option<Vec<File>> {
        let earlier = self.filled.commits.iter().flat_map(|commit| &commit.files);
        self.filled.files.iter().chain(earlier).map(|f| Some((f.path.clone(), encode(&f.text)?))).collect()
    }
}

/// Audits files in memory.
pub(crate) fn scan(rules: &RuleSet, files: Vec<File>) -> Found {
    Examples::new(rules).scan(files)
}

/// Audits files in memory under the circumstances of an example.
pub(crate) fn scan_as(rules: &RuleSet, case: &Case, files: Vec<File>) -> Found {
    Examples::new(rules).scan_as(&case.filled, files).expect("the example can be read")
}

/// What names findings across forms of a document.
pub(crate) fn names(findings: &[Finding]) -> BTreeSet<(String, Fingerprint)> {
    findings.iter().map(|f| (f.rule.to_string(), f.fingerprint)).collect()
}

/// A way to write a whole text.
pub(crate) type Form = (&'static str, fn(&str) -> Option<Vec<u8>>);

pub(crate) fn utf16(text: &str, big_endian: bool, mark: bool) -> Vec<u8> {
    let text = if mark { format!("\u{feff}{text}") } else { text.to_owned() };
    let bytes = |unit: u16| if big_endian { unit.to_be_bytes() } else { unit.to_le_bytes() };
    text.encode_utf16().flat_map(bytes).collect()
}

pub(crate) fn percent(text: &str) -> String {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.~".contains(&b);
    text.bytes().map(|b| if is_plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// Base64 in lines of 76, as MIME and `base64` write it.
pub(crate) fn wrapped_base64(bytes: &[u8]) -> String {
    let whole = STANDARD.encode(bytes);
    let lines: Vec<&str> =
        whole.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).expect("base64 is ASCII")).collect();
    lines.join("\n")
}

fn in_charset(text: &str, encoding: &'static encoding_rs::Encoding) -> Option<Vec<u8>> {
    let (bytes, _, has_loss) = encoding.encode(text);
    (!text.is_ascii() && !has_loss).then(|| bytes.into_owned())
}

/// Forms that hold the same text, character by character.
pub(crate) const CHARSETS: &[Form] = &[
    ("UTF-8 with a mark", |t| Some(format!("\u{feff}{t}").into_bytes())),
    ("UTF-16LE with a mark", |t| Some(utf16(t, false, true))),
    ("UTF-16BE with a mark", |t| Some(utf16(t, true, true))),
    ("UTF-16LE", |t| Some(utf16(t, false, false))),
    ("UTF-16BE", |t| Some(utf16(t, true, false))),
    ("CRLF", |t| Some(t.replace("\r\n", "\n").replace('\n', "\r\n").into_bytes())),
    ("Shift_JIS", |t| in_charset(t, encoding_rs::SHIFT_JIS)),
    ("EUC-JP", |t| in_charset(t, encoding_rs::EUC_JP)),
];

/// Forms that hide the whole text in another one.
pub(crate) const ENCODINGS: &[Form] = &[
    ("base64", |t| Some(STANDARD.encode(t).into_bytes())),
    ("base64, one byte before it", |t| Some(STANDARD.encode(format!("\n{t}")).into_bytes())),
    ("base64, two bytes before it", |t| Some(STANDARD.encode(format!("\n\n{t}")).into_bytes())),
    ("base64 of URLs, unpadded", |t| Some(URL_SAFE_NO_PAD.encode(t).into_bytes())),
    ("base64 in lines", |t| Some(wrapped_base64(t.as_bytes()).into_bytes())),
    ("base64 of base64", |t| Some(STANDARD.encode(STANDARD.encode(t)).into_bytes())),
    ("base64 of UTF-16LE", |t| Some(STANDARD.encode(utf16(t, false, false)).into_bytes())),
    ("base64 in UTF-16LE", |t| Some(utf16(&STANDARD.encode(t), false, true))),
    ("hex", |t| Some(hex(t.as_bytes()).into_bytes())),
    ("percent", |t| Some(percent(t).into_bytes())),
];

/// Names of a kind, for texts made up in tests.
pub(crate) fn names_of(kind: &str, strength: Strength) -> Vec<String> {
    let names = NAMES.kinds.get(kind).expect("the kind is one of names.toml");
    match strength {
        Strength::Own => names.own.clone(),
        Strength::Generic => names.generic.clone(),
    }
}

/// Fills in the samples of an example from another seed than the rules' own proof does.
pub(crate) fn filled_by(example: &Example, seed: u64) -> Filled {
    let samples: BTreeMap<String, String> = example
        .samples
        .iter()
        .zip(0..)
        .map(|((name, shape), at)| (name.clone(), sample(shape, seed.wrapping_mul(64) + at)))
        .collect();
    let fill = |text: &str| {
        samples
            .iter()
            .fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
    };
    let path = example.path.clone().unwrap_or_else(|| "example.txt".to_owned());
    let files = if example.files.is_empty() {
        vec![ExampleFile { path, text: fill(&example.text) }]
    } else {
        example.files.iter().map(|f| ExampleFile { path: f.path.clone(), text: fill(&f.text) }).collect()
    };
    Filled { files, samples, commits: Vec::new(), ledger: example.ledger.clone(), now: example.now.clone() }
}
