//! `dead-mws-integration`: code still calls Marketplace Web Service, which is gone.
//!
//! Amazon Pay answers at the same hosts, so a file that speaks of it says nothing.

use super::evidence;
use super::lists::{LISTS, is_code, is_of_tests, is_settings};
use crate::audit::{DocumentAudit, Fault, Noted, Page, Wants};
use crate::model::{ContextKind, Span, run_masked};

pub(super) struct DeadMws;

impl DocumentAudit for DeadMws {
    fn rule(&self) -> &'static str {
        "dead-mws-integration"
    }

    fn wants(&self) -> Wants {
        let mut wants = Wants::default();
        wants.words.extend(LISTS.mws_hosts.iter().chain(&LISTS.mws_clients).cloned());
        wants
    }

    fn judge(&self, page: &Page<'_>, noted: &mut Noted) {
        let path = page.path();
        let (is_code, is_settings) = (is_code(path), is_settings(path));
        if !(is_code || is_settings) || is_of_tests(path) || page.context.proof(ContextKind::Pay).is_some() {
            return;
        }
        let host = || first(page, &LISTS.mws_hosts, is_host);
        let client =
            || first(page, &LISTS.mws_clients, |page, at| !is_comment_at(page, at)).filter(|_| is_code);
        let found = host().map(|found| ("mws-host", found));
        let Some((kind, (at, word))) = found.or_else(|| client().map(|found| ("mws-client", found))) else {
            return;
        };
        noted.fault(at, Fault::of(["mws"]).with([evidence(kind, run_masked(word))]));
    }
}

/// The first place where one of some words stands as it should.
fn first<'w>(
    page: &Page<'_>,
    words: &'w [String],
    stands: impl Fn(&Page<'_>, Span) -> bool,
) -> Option<(Span, &'w str)> {
    let of_word = |word: &'w String| {
        let mut places = page.folded.match_indices(word.as_str());
        let at = places.find_map(|(at, _)| {
            let at = Span::new(at, at + word.len());
            stands(page, at).then_some(at)
        });
        at.map(|at| (at, word.as_str()))
    };
    words.iter().filter_map(of_word).min_by_key(|(at, _)| *at)
}

/// A host of a call: whole, at the beginning of an address or of a literal, not in a comment, and not
/// one of a list of what to look for.
fn is_host(page: &Page<'_>, at: Span) -> bool {
    let before = page.folded.get(..at.start).unwrap_or_default();
    let after = page.folded.get(at.end..).unwrap_or_default();
    let opens = ["//", "\"", "'", "`", "=", "= ", ": ", ">"].iter().any(|mark| before.ends_with(mark));
    let closes = !after.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '\\' | '.'));
    let is_pay = after.starts_with("/offamazonpayments");
    opens && closes && !is_pay && !is_comment_at(page, at)
}

/// Whether a place is in a comment that has the line for itself, or after the mark of one.
fn is_comment_at(page: &Page<'_>, at: Span) -> bool {
    let (line, span) = page.line(page.lines().line_of(at.start));
    let before = line.get(..at.start.saturating_sub(span.start)).unwrap_or_default();
    let start = before.trim_start();
    let opens = ["//", "#", "/*", "*", "<!--", ";", "--", "'''", "\"\"\"", "rem ", "REM "];
    let opens = opens.iter().any(|mark| start.starts_with(mark));
    opens || before.contains(" // ") || before.contains(" # ") || before.contains("/**")
}
