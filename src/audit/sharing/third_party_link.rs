//! `credential-beside-third-party-link`: a credential stands beside a link to a place where people
//! give things to other people.
//!
//! A link by which a program reports, the source of a piece of code, an invitation to a community
//! and a setting are none of these.

use std::sync::LazyLock;

use regex::Regex;

use super::recipients::{self, Recipient};
use super::{evidence, listed, phrases};
use crate::audit::pattern::pattern;
use crate::audit::{DocumentAudit, Fault, Noted, Page, Wants};
use crate::model::{Credential, Field, Span, Syntax};

/// Lines on either side of a credential.
const REACH_LINES: usize = 6;
/// Bytes of a line that are looked at around a credential.
const NEAR_BYTES: usize = 2_000;
/// Categories whose links are for giving something to somebody.
const CATEGORIES: [&str; 4] = ["freelance-marketplace", "chat", "file-transfer", "paste-and-sandbox"];

/// Words that make a link a reference to read, or an invitation.
static REFERENCE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(based on|adapted|copied|taken|borrowed|inspired|source|see|ref|refs|reference|via|credits?|thanks to|docs?|documentation|tutorial|example|demo|issues?|bugs?|community|join|invite|sign ?up|badge|follow us|contact us|support)\b|参考|引用|出典|参照|元ネタ|公式|募集|登録はこちら|お問い合わせ|友だち追加",
    )
});

/// What code that was found somewhere is called; such a link speaks of no key.
static SNIPPET: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(logic|snippets?|code|script|algorithm|implementation|function|workaround|fix|idea|regex|spinner|template|css|component|signing|signature|sample|gist by)\b|コード|スニペット|サンプル|実装|スクリプト",
    )
});
/// What stands in a link that is about a key.
static KEYS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(keys?|secrets?|credentials?|tokens?|log-?ins?|passwords?)\b|キー|鍵|シークレット|認証|パスワード|トークン",
    )
});

pub(super) struct ThirdPartyLink;

impl DocumentAudit for ThirdPartyLink {
    fn rule(&self) -> &'static str {
        "credential-beside-third-party-link"
    }

    fn wants(&self) -> Wants {
        Wants::credentials()
    }

    fn judge(&self, page: &Page<'_>, noted: &mut Noted) {
        let mut told: Vec<(Span, &str)> = Vec::new();
        for credential in page.secrets().filter(|c| phrases::is_lasting(c.rule.as_str())) {
            for link in links(page, credential) {
                if told.contains(&(link.at, link.category)) {
                    continue;
                }
                told.push((link.at, link.category));
                let fault = Fault::of([link.known_as, credential.identity.as_str()]).with([
                    evidence(link.category, listed(link.known_as), link.weight),
                    evidence("credential", listed(credential.rule.as_str()), 0),
                ]);
                noted.fault(link.at, fault);
            }
        }
    }
}

/// The links near a credential that lead to other people, with their places in the page.
fn links(page: &Page<'_>, credential: &Credential) -> Vec<Recipient> {
    let mut links = Vec::new();
    for line in page.lines_near(credential.span, REACH_LINES) {
        let (_, span) = page.line(line);
        let start = page.text.floor_char_boundary(
            span.start.max(credential.span.start.saturating_sub(NEAR_BYTES)).min(span.end),
        );
        let end = page.text.ceil_char_boundary(span.end.min(credential.span.end + NEAR_BYTES).max(start));
        let text = page.text.get(start..end).unwrap_or_default();
        let told = recipients::linked(text)
            .into_iter()
            .filter(|link| CATEGORIES.contains(&link.category) && !link.is_for_programs);
        let told: Vec<Recipient> = told
            .map(|link| Recipient { at: Span::new(start + link.at.start, start + link.at.end), ..link })
            .collect();
        // Where files or work change hands nobody reads up on anything.
        let is_to_read = is_reference(page, line);
        let told = told.into_iter().filter(|link| !is_to_read || HANDING.contains(&link.category));
        let told: Vec<Recipient> = told.collect();
        if told.is_empty() || (is_to_read && says_no(page, line)) {
            continue;
        }
        let is_of_code = SNIPPET.is_match(text) && !KEYS.is_match(text);
        let told = told.into_iter().filter(|link| !is_of_code || link.category != "paste-and-sandbox");
        links.extend(told.filter(|link| !is_setting(page, link.at)));
    }
    links
}

/// What links lead to where something is handed over, whatever else the line says.
const HANDING: [&str; 2] = ["file-transfer", "freelance-marketplace"];

/// Whether the line, or the one before it, says that the link is there to be read, or forbids.
fn is_reference(page: &Page<'_>, line: usize) -> bool {
    says(page, line, &|text| REFERENCE.is_match(text)) || says_no(page, line)
}

/// Whether the line, or the one before it, forbids.
fn says_no(page: &Page<'_>, line: usize) -> bool {
    says(page, line, &|text| phrases::is_negated(&phrases::in_nfkc(text)))
}

fn says(page: &Page<'_>, line: usize, says: &dyn Fn(&str) -> bool) -> bool {
    let (text, _) = page.line(line);
    let before = line.checked_sub(1).map_or("", |line| page.line(line).0);
    // The line before speaks of this one where it ends in a colon.
    says(text) || (before.trim_end().ends_with([':', ':']) && says(before))
}

/// Whether a link is a value of a program: under a name that only a program has, or in quotes.
fn is_setting(page: &Page<'_>, at: Span) -> bool {
    let is_of_program = |field: &&Field<'_>| {
        let name = field.name.as_ref();
        let is_name = name.is_ascii()
            && (name.contains(['_', '.'])
                || name
                    .bytes()
                    .zip(name.bytes().skip(1))
                    .any(|(a, b)| a.is_ascii_lowercase() && b.is_ascii_uppercase())
                || name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()));
        let is_prose = matches!(field.syntax, Syntax::Table | Syntax::Markup | Syntax::Label);
        !is_prose && (is_name || field.quoted) && !phrases::is_note(name)
    };
    // A link of a page is there to be followed.
    let before = page.folded.get(..at.start).unwrap_or_default().trim_end_matches(['"', '\'']);
    !before.ends_with("href=")
        && page
            .fields()
            .iter()
            // What a link itself asks with is in it.
            .filter(|field| field.value_span.overlaps(at) && !at.contains(field.name_span))
            .any(|field| is_of_program(&field))
}
