//! Names of secrets in code and settings, and what people say beside them.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use super::phrases;
use crate::audit::pattern::pattern;
use crate::audit::{Page, Sought};
use crate::model::{ContextKind, Span};
use crate::rules::{Strength, folded, meanings};

/// Kinds of `names.toml` that open something for longer than an hour.
const LASTING: [&str; 6] =
    ["client-secret", "refresh-token", "aws-secret-key", "mws-auth-token", "seller-password", "private-key"];

/// What every name of a lasting secret holds; ASCII letters in lower case.
pub(super) const STEMS: [&str; 10] = [
    "secret",
    "refreshtoken",
    "refresh_token",
    "authtoken",
    "auth_token",
    "authorizationtoken",
    "authorization_token",
    "privatekey",
    "private_key",
    "passw",
];

static STEMMED: LazyLock<Sought> = LazyLock::new(|| Sought::of(&STEMS));

/// The words of a text that hold a stem, in order. A search for the stems takes a tenth of the time
/// of a pattern that begins with any letter.
fn stemmed(page: &Page<'_>) -> Vec<Span> {
    let bytes = page.text.as_bytes();
    let is_name = |b: &u8| b.is_ascii_alphanumeric() || *b == b'_';
    let mut found: Vec<Span> = Vec::new();
    for at in STEMMED.places(page) {
        if found.last().is_none_or(|last| at >= last.end) {
            let before = bytes.get(..at).unwrap_or_default().iter().rev().take_while(|b| is_name(b)).count();
            let after = bytes.get(at..).unwrap_or_default().iter().take_while(|b| is_name(b)).count();
            found.push(Span::new(at - before, at + after));
        }
    }
    found.sort_unstable_by_key(|span| span.start);
    found.dedup();
    found
}

/// The name of a secret where it stands in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SecretName<'a> {
    /// As written.
    pub(super) text: &'a str,
    /// The kind of `names.toml`.
    pub(super) kind: &'static str,
    /// Whether it belongs to Amazon whatever stands around it.
    pub(super) is_own: bool,
    /// Where.
    pub(super) at: Span,
}

/// Returns the names of lasting secrets in a text, in order; `rest` gives what of a word is the name.
pub(super) fn secret_names<'a>(
    page: &Page<'a>,
    rest: impl Fn(&'a str) -> &'a str,
) -> impl Iterator<Item = SecretName<'a>> {
    // A bundle says the same few names thousands of times.
    let mut known: BTreeMap<&str, Option<(&'static str, Strength)>> = BTreeMap::new();
    let text = page.text;
    stemmed(page).into_iter().filter_map(move |at| {
        let found = text.get(at.start..at.end)?;
        let (kind, strength) = (*known.entry(found).or_insert_with(|| meaning(rest(found))))?;
        Some(SecretName { text: found, kind, is_own: strength == Strength::Own, at })
    })
}

/// What a name means, where that is a lasting secret.
pub(super) fn meaning(name: &str) -> Option<(&'static str, Strength)> {
    // A name that is longer than this is no name.
    if name.len() > 80 {
        return None;
    }
    meanings(name, "").into_iter().find(|(kind, _)| LASTING.contains(kind))
}

/// Tells whether a name means Amazon's secret in this page.
pub(super) fn is_of_amazon(page: &Page<'_>, name: &SecretName<'_>) -> bool {
    let is_of = |kind| page.context.proof(kind).is_some();
    let in_context = is_of(ContextKind::Seller) || is_of(ContextKind::Pay) || is_of(ContextKind::Account);
    match name.kind {
        "aws-secret-key" if !says_seller(name.text) => in_context,
        _ => name.is_own || in_context,
    }
}

fn says_seller(name: &str) -> bool {
    let name = folded(name);
    ["mws", "lwa", "amazon", "amzn", "spapi", "seller", "sellingpartner"]
        .iter()
        .any(|word| name.contains(word))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Switches {
    switches: Vec<String>,
}

static SWITCHES: LazyLock<Switches> = LazyLock::new(|| {
    toml::from_str(include_str!("../../../rules/lists/switches.toml"))
        .expect("switches.toml parses: a test reads it")
});

/// Tells whether a word of a name makes it a switch, an address or a wording.
pub(super) fn is_switch(name: &str) -> bool {
    words(name).iter().any(|word| SWITCHES.switches.contains(word))
}

fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = vec![String::new()];
    let mut previous = ' ';
    for c in name.chars() {
        if c == '_' || (c.is_ascii_uppercase() && previous.is_ascii_lowercase()) {
            words.push(String::new());
        }
        if c != '_'
            && let Some(word) = words.last_mut()
        {
            word.extend(c.to_lowercase());
        }
        previous = c;
    }
    words
}

/// Words of the Amazon world that other APIs are called by as well.
const SHARED_WORDS: [&str; 5] = ["sp-api", "sp_api", "sp api", "spapi", "amzn_"];

/// Tells whether only `SP_API` says that the name is Amazon's: SharePoint, Spotify and others are
/// called so too.
pub(super) fn is_ambiguous(page: &Page<'_>, name: &SecretName<'_>) -> bool {
    let plain = folded(name.text);
    let mut rest = plain.replace("spapi", "");
    rest.retain(|c| c.is_ascii_alphanumeric());
    // A password of somebody's own page is called after Amazon as well.
    let is_account = |word: &str| matches!(word, "amazon" | "amzn") && name.kind == "seller-password";
    let is_named = ["lwa", "mws", "amazon", "amzn", "sellingpartner", "sellercentral", "seller"]
        .into_iter()
        .any(|word| rest.contains(word) && !is_account(word));
    let is_told = [ContextKind::Seller, ContextKind::Pay, ContextKind::Account]
        .into_iter()
        .any(|kind| page.context.words(kind).any(|word| !SHARED_WORDS.contains(&word)));
    !is_named && !is_told && page.secrets().next().is_none()
}

/// What a line of code does that refuses a name rather than uses it.
static REFUSAL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)tobeundefined|tobefalsy|\.not\.to|assertnotin|assertnotcontains|\brefute|\bforbid|\bbanned|disallow|deny_?list|block_?list|blacklist|restricted[-_]?(?:env|syntax|propert)|\bgrep\b|\brg -|\bsed\b|\bperl -|\bdelete \w|must not be (?:public|exposed|bundled|shipped|in)",
    )
});

/// What people write about a name that must not be used so.
static SPOKEN_AGAINST: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)must ?not|mustn.t|\bnever\b|do not|don.t\b|not allowed|should ?not|shouldn.t|\bleak|no longer|\bremoved?\b|\brenamed?\b|instead of|rather than|\binsecure\b|\bunsafe\b|anti-?pattern|\bwrong\b|\bbad\b|❌|悪い例|ダメ|禁止|NG|使わない|しない|ないで|不要|廃止|削除|非推奨|危険|不要用|切勿|请勿|禁止",
    )
});

/// A test of a condition that is true where the name has a value.
static FOUND: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?:\bif|\bassert|\bunless)\s*\(?\s*(?:process\.env|import\.meta\.env|os\.environ)")
});
static REFUSED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"throw|raise|console\.(?:error|warn)|exit\(|fail\(|panic"));

/// Lines above a name, in a text for people, that may speak of it.
const ABOVE_LINES: usize = 4;
/// Bytes of a line; in a longer one of a machine the words are too far away to be about the name.
const LINE_BYTES_MAX: usize = 2_000;

/// Tells whether a name is there to be refused or spoken against.
pub(super) fn is_refused(page: &Page<'_>, at: Span) -> bool {
    let line = page.lines().line_of(at.start);
    let (text, span) = page.line(line);
    if span.end - span.start > LINE_BYTES_MAX {
        return false;
    }
    if REFUSAL.is_match(text) {
        return true;
    }
    if is_text_for_people(page.path()) {
        let above = (line.saturating_sub(ABOVE_LINES)..line).rev().map(|line| page.line(line).0.trim());
        let above =
            above.filter(|text| !text.is_empty() && !text.starts_with("```")).find(|text| !is_setting(text));
        return is_spoken_against(text) || above.is_some_and(is_spoken_against);
    }
    if is_comment(text) {
        let before = line.checked_sub(1).map_or("", |line| page.line(line).0);
        let behind = page.line(line + 1).0;
        return [text, before, behind].into_iter().any(|text| is_comment(text) && is_spoken_against(text));
    }
    let behind = page.line(line + 1).0;
    FOUND.is_match(text) && (REFUSED.is_match(text) || REFUSED.is_match(behind))
}

fn is_spoken_against(text: &str) -> bool {
    SPOKEN_AGAINST.is_match(text) || phrases::is_negated(&phrases::in_nfkc(text))
}

/// Whether a line is one of settings, which says nothing of its neighbours.
fn is_setting(line: &str) -> bool {
    line.split_once('=').is_some_and(|(name, _)| !name.trim().contains(' '))
}

/// Whether a line is a comment as a whole.
pub(super) fn is_comment(line: &str) -> bool {
    let line = line.trim_start();
    ["//", "#", "/*", "* ", "<!--", ";", "--", "rem ", "REM "].iter().any(|mark| line.starts_with(mark))
        && !line.starts_with("#define")
        && !line.starts_with("#import")
}

/// Whether a file is a text for people by its name.
pub(super) fn is_text_for_people(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    [".md", ".mdx", ".rst", ".txt", ".adoc", ".textile", ".pdf", ".docx", ".odt", ".rtf"]
        .iter()
        .any(|ending| path.ends_with(ending))
}

/// Whether a file is a test or a sample of a tool that looks for secrets.
pub(super) fn is_test(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    [".test.", ".spec.", "__tests__/", "_test.", "test_", ".snap", "__mocks__/", "/fixtures/", "tests/"]
        .iter()
        .any(|part| path.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Context, Origin};
    use crate::settings::Own;

    #[test]
    fn names_are_told() {
        let names = |text: &'static str| -> Vec<String> {
            let (origin, context, own) = (Origin::file("a.js"), Context::default(), Own::default());
            let page = Page::new((&origin, &[]), (text, text, true), &context, &[], &own);
            secret_names(&page, |word| word).map(|name| name.text.to_owned()).collect()
        };
        assert_eq!(names("env: { LWA_CLIENT_SECRET: x, lwaClientId: y }"), ["LWA_CLIENT_SECRET"]);
        assert_eq!(names("spApiRefreshToken = amazon_refresh_token_url"), ["spApiRefreshToken"]);
        assert!(names("secret passwordless").is_empty());
    }

    #[test]
    fn refusals_are_told() {
        assert!(REFUSAL.is_match("expect(x).not.toContain('VITE_LWA_CLIENT_SECRET')"));
        assert!(FOUND.is_match("if (process.env.NEXT_PUBLIC_LWA_CLIENT_SECRET) {"));
        assert!(REFUSED.is_match("throw new Error()"));
        assert!(!REFUSAL.is_match("const a = import.meta.env.VITE_LWA_CLIENT_SECRET"));
    }
}
