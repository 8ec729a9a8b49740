//! The gate lets through whatever detection would find, and holds few enough literals.

mod proof;

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kagiban::rules::lists::{CONTEXT, NAMES};
use kagiban::rules::{Catalogue, Gate, LITERALS_MAX, Rule, RuleSet, sample};
use proof::{CHARSETS, ENCODINGS, Form, cases, catalogue, hex, names, rule_set, scan, utf16};
use proptest::prelude::*;

#[test]
fn the_gate_holds_at_most_as_many_literals_as_the_simd_search_takes() {
    assert_eq!(LITERALS_MAX, 64);
    assert!(Gate::get().literals().len() <= LITERALS_MAX);
}

/// Further forms that the gate looks through, beside those in which every positive is found.
const MORE: &[Form] = &[
    ("hex of UTF-16", |t| Some(hex(&utf16(t, false, false)).into_bytes())),
    ("base64 in JSON", |t| Some(format!("{{\"data\":\"{}\"}}", STANDARD.encode(t)).into_bytes())),
    ("base64 far into a file", |t| {
        Some(format!("{}{}", "plain words\n".repeat(9_000), STANDARD.encode(t)).into_bytes())
    }),
];

#[test]
fn every_positive_passes_in_every_form() {
    let mut faults = Vec::new();
    for case in cases(&catalogue()).iter().filter(|case| case.is_positive) {
        // What surrounds a credential is judged in the text as it is.
        let encodings = ENCODINGS.iter().chain(MORE).filter(|_| case.is_of_values);
        let forms = CHARSETS.iter().chain(encodings);
        for (form, encode) in forms {
            let Some(files) = case.versions(encode) else { continue };
            // Files that matter by their name are read whatever their words.
            let is_read = |(path, bytes): &(String, Vec<u8>)| {
                kagiban::audit::carrier_of(path).is_some() || Gate::get().passes(bytes)
            };
            if !files.iter().any(is_read) {
                faults.push(format!("{} / {} as {form}", case.rule, case.name));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The built-in rules with one of a user's beside them, which the gate does not know and therefore
/// does not judge; it finds nothing.
fn without_gate() -> RuleSet {
    let user = toml::from_str(
        r#"
id = "never"
severity = "info"
confidence = "low"
text.en = { title = "Never", why = "It matches nothing." }
[[match]]
kind = "token"
keywords = ["never-in-any-text"]
pattern = '(?<secret>never-in-any-text-0{40})'
"#,
    );
    let mut catalogue = Catalogue::builtin().expect("every rule file is well formed");
    let user: kagiban::rules::RuleFile = user.expect("the rule is well formed");
    let id = kagiban::model::RuleId::new(&user.id);
    catalogue.extend([Rule { id, family: kagiban::model::Family::Leak, file: user, is_user: true }]);
    RuleSet::new(catalogue, None)
}

/// Words of names, longest first, to write a folded name as people do.
const WORDS: &[&str] = &[
    "authorization",
    "application",
    "marketplace",
    "restricted",
    "credential",
    "encryption",
    "amazonpay",
    "developer",
    "signature",
    "password",
    "merchant",
    "business",
    "selling",
    "partner",
    "private",
    "session",
    "refresh",
    "central",
    "account",
    "seller",
    "client",
    "amazon",
    "secret",
    "access",
    "creator",
    "login",
    "vendor",
    "token",
    "email",
    "lwa",
    "mws",
    "aws",
    "app",
    "api",
    "amz",
    "amzn",
    "key",
    "auth",
    "pay",
    "oauth",
    "code",
    "user",
    "pass",
    "iam",
    "id",
    "sp",
];

fn words_of(folded: &str) -> Vec<&str> {
    let mut rest = folded;
    let mut words = Vec::new();
    while !rest.is_empty() {
        let length = WORDS.iter().find(|word| rest.starts_with(**word)).map_or(rest.len(), |word| word.len());
        let (word, after) = rest.split_at(length);
        words.push(word);
        rest = after;
    }
    words
}

fn spelled(folded: &str, spelling: usize) -> String {
    let words = words_of(folded);
    let capital = |word: &&str| {
        let mut letters = word.chars();
        letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
    };
    let capitals: Vec<String> = words.iter().map(capital).collect();
    match spelling {
        0 => words.join("_"),
        1 => words.join("-"),
        2 => words.join("_").to_uppercase(),
        3 => capitals.concat(),
        4 => words.join("."),
        5 => capitals.join(" "),
        6 => folded.to_owned(),
        _ => {
            words.iter().take(1).map(|word| (*word).to_owned()).chain(capitals.into_iter().skip(1)).collect()
        }
    }
}

/// Shapes of values that count under a name of their own.
const SHAPES: &[&str] = &[
    "{hex:64}",
    "{b64:40}",
    "Atzr|{b64url:340}",
    "amzn.mws.{uuid}",
    "A{upper:13}",
    "{digit:4}-{digit:4}-{digit:4}",
    "{alnum:12}#7",
    "{base32:32}",
    "{b64:600}",
];

fn closed(text: &str) -> bool {
    !Gate::get().passes(text.as_bytes())
}

/// Words that explain generic names and do not open the gate by themselves.
static CLOSED_WORDS: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let words = CONTEXT.markers.iter().map(|marker| marker.word.as_str());
    words.filter(|word| closed(&format!("see {word} here"))).collect()
});

/// What the 64 literals leave out: words that explain generic names but do not open the gate by
/// themselves, and names of their own that are found only in documents that something else opens.
/// Each is a place where a credential can go unseen, so each is looked at when the list changes.
#[test]
fn what_the_gate_leaves_out_is_known() {
    let mut words: Vec<&str> = CLOSED_WORDS.clone();
    words.sort_unstable();
    words.dedup();
    let free = without_gate();
    let is_found = |text: &str| {
        let files = vec![("notes.txt".to_owned(), text.as_bytes().to_vec())];
        !scan(&free, files).findings.is_empty()
    };
    let mut names: Vec<String> = Vec::new();
    for name in NAMES.kinds.values().flat_map(|names| &names.own) {
        for spelling in 0..8 {
            let name = spelled(name, spelling);
            let texts = SHAPES.iter().map(|shape| format!("{name}={}\n", sample(shape, 1)));
            if texts.into_iter().any(|text| closed(&text) && is_found(&text)) {
                names.push(name);
            }
        }
    }
    names.sort_unstable();
    names.dedup();
    insta::assert_snapshot!(format!("words\n{}\n\nnames\n{}\n", words.join("\n"), names.join("\n")));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 250, failure_persistence: None, ..ProptestConfig::default() })]

    /// Examples cut, mixed and written in another form. Where the gate lets nothing through, all that
    /// explains a finding is a word that the test above knows to be left out.
    #[test]
    fn whatever_detection_finds_passes(
        picks in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..40, 1_usize..12), 1..3),
        form in 0..CHARSETS.len() + ENCODINGS.len(),
        is_plain in any::<bool>(),
    ) {
        let cases = cases(&catalogue());
        let mut text = String::new();
        for (pick, skip, take) in picks {
            let case = &cases[pick.index(cases.len())];
            let lines = case.filled.files.iter().flat_map(|f| f.text.lines());
            for line in lines.skip(skip % 6).take(take) {
                text.push_str(line);
                text.push('\n');
            }
        }
        let (_, encode) = CHARSETS.iter().chain(ENCODINGS).nth(form).unwrap();
        let bytes = if is_plain { Some(text.clone().into_bytes()) } else { encode(&text) };
        let Some(bytes) = bytes else { return Ok(()) };
        let files = || vec![("deploy/notes.txt".to_owned(), bytes.clone())];
        let gated = names(&scan(&rule_set(), files()).findings);
        let all = names(&scan(&without_gate(), files()).findings);
        let text = text.to_lowercase();
        let is_left_out = gated.is_empty() && CLOSED_WORDS.iter().any(|word| text.contains(word));
        prop_assert!(gated == all || is_left_out, "{:?} not {:?}: {}", gated, all, text);
    }
}
