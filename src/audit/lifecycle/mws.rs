//! `dead-mws-integration`: code still calls Marketplace Web Service, which is gone.
//!
//! Amazon Pay answers at the same hosts, so a file that speaks of it says nothing. Where a whole client
//! of it lies in a project, its hundreds of files are one fault.

use std::collections::BTreeMap;

use super::lists::{LISTS, is_code, is_of_tests, is_settings};
use super::{evidence, path_of};
use crate::audit::shelf::Shelves;
use crate::audit::{Corpus, CorpusAudit, DocumentAudit, Fault, Noted, Page, Standing, Stands, Wants};
use crate::model::{ContextKind, Fact, Span, run_masked};
use crate::rules::folded;

/// What tells a call: the host, or the library.
const HOST: &str = "mws-host";
const CLIENT: &str = "mws-client";
/// A file that calls it: what tells, and the word.
const CALL: &str = "mws-call";
/// Files of a project that are told each for itself.
const TOLD_MAX: usize = 8;
/// Further files that the fault of a whole client names.
const NAMED_MAX: usize = 5;

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
        let is_of_pay = || page.context.proof(ContextKind::Pay).is_some() || is_named_after_pay(path);
        if !(is_code || is_settings) || is_of_tests(path) || is_of_pay() {
            return;
        }
        let host = || first(page, &LISTS.mws_hosts, is_host);
        let client =
            || first(page, &LISTS.mws_clients, |page, at| !is_comment_at(page, at)).filter(|_| is_code);
        let found = host().map(|found| (HOST, found));
        let Some((kind, (at, word))) = found.or_else(|| client().map(|found| (CLIENT, found))) else {
            return;
        };
        noted.fact(CALL, format!("{kind}\n{word}"), at);
    }
}

impl CorpusAudit for DeadMws {
    fn rule(&self) -> &'static str {
        "dead-mws-integration"
    }

    fn judge(&self, corpus: &Corpus<'_>, stands: &mut Stands) {
        let mut calls = corpus.facts_of(CALL).peekable();
        if calls.peek().is_none() {
            return;
        }
        let shelves = Shelves::of(corpus);
        let mut projects: BTreeMap<(u32, &str), BTreeMap<&str, Vec<&Fact>>> = BTreeMap::new();
        for call in calls {
            let origin = &call.place.origin;
            let path = origin.path.as_deref().unwrap_or_default();
            let project = (origin.root, shelves.project(origin.root, path));
            projects.entry(project).or_default().entry(path).or_default().push(call);
        }
        for files in projects.into_values() {
            if files.len() > TOLD_MAX {
                stands_for_all(&files, stands);
                continue;
            }
            for call in files.into_values().flatten() {
                stands.fault(&[Standing::Fact(call)], fault_of(call));
            }
        }
    }
}

fn fault_of(call: &Fact) -> Fault {
    let (kind, word) = call.text.split_once('\n').unwrap_or(("", &call.text));
    let kind = if kind == HOST { HOST } else { CLIENT };
    Fault::of(["mws"]).with([evidence(kind, run_masked(word))])
}

/// Notes one fault for all files of a client, at the first of them.
fn stands_for_all(files: &BTreeMap<&str, Vec<&Fact>>, stands: &mut Stands) {
    let Some(first) = files.values().flatten().next() else { return };
    let count = run_masked(&files.len().to_string());
    let others = files.keys().skip(1).take(NAMED_MAX).map(|path| path_of("also-in", path));
    let fault = fault_of(first).with([evidence("places", count)]).with(others);
    let grounds: Vec<Standing<'_>> = files.values().flatten().map(|call| Standing::Fact(call)).collect();
    stands.fault(&grounds, fault);
}

/// Whether a folder or a file is called after Amazon Pay.
fn is_named_after_pay(path: &str) -> bool {
    let path = folded(path);
    ["amazonpay", "offamazonpayments", "paywithamazon", "loginandpay"].iter().any(|word| path.contains(word))
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
    // The name of a vocabulary, which answers of later programs bear too.
    let is_namespace = after.starts_with("/schema") || after.starts_with("/doc/");
    opens && closes && !is_pay && !is_namespace && !is_comment_at(page, at)
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
