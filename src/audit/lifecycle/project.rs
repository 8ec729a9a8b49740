//! `ignore-rules-missing`, `no-secret-scan-in-ci`, `ledger-missing`: what a project that calls the
//! Selling Partner API does without. One finding a project each.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::LazyLock;

use super::lists::{
    LISTS, is_code, is_env_file, is_env_template, is_manifest, is_of_tests, is_settings, name_of,
};
use super::{evidence, known, listed, path_of};
use crate::audit::{
    Carrier, Corpus, CorpusAudit, DocumentAudit, Fault, Held, Noted, Page, Standing, Stands, Wants,
    is_ignored, text_of,
};
use crate::ledger::LEDGER_FILE;
use crate::model::{ContextKind, Excerpt, Fact, Origin, Place, Snapshot, Span, run_masked};
use crate::rules::WordSearch;

/// A program that calls the Selling Partner API; the word that tells.
const SELLING: &str = "selling-code";
/// A program, or a template of settings, that takes credentials from a file beside it.
const ENV: &str = "env-use";
/// A pipeline; who looks for secrets in it, if somebody does.
const PIPELINE: &str = "pipeline";

/// Projects without rules that keep files of credentials out of git.
pub(super) struct IgnoreRules;
/// Projects with pipelines in which nobody looks for secrets.
pub(super) struct SecretScan;
/// Projects without a ledger.
pub(super) struct LedgerMissing;

fn selling_words() -> Wants {
    Wants { words: LISTS.selling_code.clone(), ..Wants::default() }
}

/// Notes that a program calls the Selling Partner API.
fn note_selling(page: &Page<'_>, noted: &mut Noted) {
    let path = page.path();
    let is_program = is_code(path) || is_manifest(path) || is_env_template(path);
    if !is_program || is_of_tests(path) || page.context.proof(ContextKind::Seller).is_none() {
        return;
    }
    if let Some((_, word)) = any_word(&SELLING_WORDS, page.folded, &LISTS.selling_code) {
        noted.fact(SELLING, word, Span::new(0, 0));
    }
}

static SELLING_WORDS: LazyLock<WordSearch> = LazyLock::new(|| WordSearch::new(&LISTS.selling_code));
static ENV_NAMES: LazyLock<WordSearch> = LazyLock::new(|| WordSearch::new(&LISTS.env_names));
static ENV_READERS: LazyLock<WordSearch> = LazyLock::new(|| WordSearch::new(&LISTS.env_readers));
static SCANNERS: LazyLock<WordSearch> = LazyLock::new(|| WordSearch::new(&LISTS.scanners));

/// Any of the words that a search is for, which is not always the first in the text: each word looked
/// for by itself took a fourteenth of the whole audit.
fn any_word<'w>(search: &WordSearch, folded: &str, words: &'w [String]) -> Option<(Span, &'w str)> {
    let mut found = None;
    search.each(folded.as_bytes(), |index, at| {
        found = words.get(index).map(|word| (Span::new(at, at + word.len()), word.as_str()));
        ControlFlow::Break(())
    });
    found
}

/// The first of the words that a search is for.
fn first_word<'w>(search: &WordSearch, folded: &str, words: &'w [String]) -> Option<&'w str> {
    let mut found: Option<(usize, usize)> = None;
    search.each(folded.as_bytes(), |index, at| {
        found = Some(found.map_or((at, index), |before| before.min((at, index))));
        ControlFlow::Continue(())
    });
    words.get(found?.1).map(String::as_str)
}

/// The first fact of a kind in each project.
fn first_by_project<'a>(corpus: &Corpus<'a>, kind: &'static str) -> BTreeMap<u32, &'a Fact> {
    let mut first: BTreeMap<u32, &Fact> = BTreeMap::new();
    for fact in corpus.facts_of(kind) {
        first.entry(fact.place.origin.root).or_insert(fact);
    }
    first
}

impl DocumentAudit for IgnoreRules {
    fn rule(&self) -> &'static str {
        "ignore-rules-missing"
    }

    fn wants(&self) -> Wants {
        Wants { words: LISTS.env_names.clone(), ..Wants::default() }
    }

    fn judge(&self, page: &Page<'_>, noted: &mut Noted) {
        let path = page.path();
        let is_template = is_env_template(path);
        if !(is_template || is_code(path) || is_settings(path)) || is_of_tests(path) || !page.inner.is_empty()
        {
            return;
        }
        if any_word(&ENV_NAMES, page.folded, &LISTS.env_names).is_none() {
            return;
        }
        if is_template || (is_code(path) && ENV_READERS.is_in(page.text.as_bytes())) {
            // A template lies beside the file it is for; a program may be started from anywhere.
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let file =
                if is_template && !folder.is_empty() { format!("{folder}/.env") } else { ".env".to_owned() };
            noted.fact(ENV, file, Span::new(0, 0));
        }
    }
}

impl CorpusAudit for IgnoreRules {
    fn rule(&self) -> &'static str {
        "ignore-rules-missing"
    }

    fn judge(&self, corpus: &Corpus<'_>, stands: &mut Stands) {
        let mut told: BTreeMap<u32, Vec<String>> = BTreeMap::new();
        for held in corpus.findings.iter().filter(|held| known::is_lasting(held) && is_env_file(held.path)) {
            let root = held.finding.place.origin.root;
            let is_known_ignored = held.finding.exposure.as_ref().is_some_and(|e| e.ignored_by.is_some());
            if !is_known_ignored && !is_left_out(corpus.snapshot, root, held.path) {
                told.entry(root).or_default().push(held.path.to_owned());
            }
        }
        for fact in corpus.facts_of(ENV) {
            let root = fact.place.origin.root;
            if !is_left_out(corpus.snapshot, root, &fact.text) {
                told.entry(root).or_default().push(fact.text.clone());
            }
        }
        // Rules of git say nothing of a folder that git does not know.
        let is_of_git =
            |root: u32| corpus.is_repository(root) || corpus.snapshot.read(root, ".gitignore").is_some();
        for (root, mut files) in told.into_iter().filter(|(root, _)| is_of_git(*root)) {
            files.sort();
            files.dedup();
            let named = files.iter().take(5).map(|file| path_of("not-ignored", file));
            stands.fault(&[Standing::Fact(&absent(root, ".gitignore"))], Fault::of(["ignore"]).with(named));
        }
    }
}

fn is_left_out(files: &dyn Snapshot, root: u32, path: &str) -> bool {
    is_ignored(files, root, "", path, &[".gitignore"])
}

impl DocumentAudit for SecretScan {
    fn rule(&self) -> &'static str {
        "no-secret-scan-in-ci"
    }

    fn wants(&self) -> Wants {
        Wants { carriers: &[Carrier::Workflow, Carrier::Pipeline], ..selling_words() }
    }

    fn judge(&self, page: &Page<'_>, noted: &mut Noted) {
        // An action is a part of somebody's pipeline, and none itself.
        let is_action = name_of(page.path()).starts_with("action.");
        let is_pipeline = matches!(page.carrier, Some(Carrier::Workflow | Carrier::Pipeline));
        if is_pipeline && !is_action {
            let scanner = first_word(&SCANNERS, page.folded, &LISTS.scanners).unwrap_or_default();
            noted.fact(PIPELINE, scanner, Span::new(0, 1));
        } else {
            note_selling(page, noted);
        }
    }
}

impl CorpusAudit for SecretScan {
    fn rule(&self) -> &'static str {
        "no-secret-scan-in-ci"
    }

    fn judge(&self, corpus: &Corpus<'_>, stands: &mut Stands) {
        let selling = first_by_project(corpus, SELLING);
        for (root, pipeline) in first_by_project(corpus, PIPELINE) {
            let held = corpus.findings.iter().find(|held| is_of_project(held, root));
            let ground = selling.get(&root).map(|fact| Standing::Fact(fact));
            let Some(ground) = ground.or(held.map(|held| Standing::Finding(*held))) else { continue };
            let mut pipelines = corpus.facts_of(PIPELINE).filter(|fact| fact.place.origin.root == root);
            let is_looked = pipelines.any(|fact| !fact.text.is_empty())
                || LISTS.scanner_files.iter().any(|file| sets_up_scanner(corpus.snapshot, root, file));
            if !is_looked {
                let path = pipeline.place.origin.path.as_deref().unwrap_or_default();
                let fault = Fault::of(["scan"]).with([path_of("pipeline", path)]);
                stands.fault(&[Standing::Fact(pipeline), ground], fault);
            }
        }
    }
}

fn sets_up_scanner(files: &dyn Snapshot, root: u32, file: &str) -> bool {
    let Some(bytes) = files.read(root, file) else { return false };
    let text = text_of(&bytes).to_lowercase();
    let is_its_own = LISTS.scanners.iter().any(|scanner| file.contains(scanner.as_str()));
    is_its_own || SCANNERS.is_in(text.as_bytes())
}

impl DocumentAudit for LedgerMissing {
    fn rule(&self) -> &'static str {
        "ledger-missing"
    }

    fn wants(&self) -> Wants {
        selling_words()
    }

    fn judge(&self, page: &Page<'_>, noted: &mut Noted) {
        note_selling(page, noted);
    }
}

impl CorpusAudit for LedgerMissing {
    fn rule(&self) -> &'static str {
        "ledger-missing"
    }

    fn judge(&self, corpus: &Corpus<'_>, stands: &mut Stands) {
        if corpus.ledger.is_there() {
            return;
        }
        let mut told: BTreeMap<u32, Fault> = BTreeMap::new();
        // A ledger is committed; nobody keeps one in a folder of files.
        let is_project = |held: &&Held<'_>| corpus.is_repository(held.finding.place.origin.root);
        for held in corpus.findings.iter().filter(|held| is_kept(held)).filter(is_project) {
            told.entry(held.finding.place.origin.root).or_insert_with(|| {
                Fault::of(["ledger"]).with([listed(held.finding.rule.as_str()), path_of("file", held.path)])
            });
        }
        let selling = first_by_project(corpus, SELLING).into_iter();
        for (root, fact) in selling.filter(|(root, _)| corpus.is_repository(*root)) {
            told.entry(root).or_insert_with(|| {
                let path = fact.place.origin.path.as_deref().unwrap_or_default();
                Fault::of(["ledger"]).with([evidence(SELLING, run_masked(&fact.text)), path_of("file", path)])
            });
        }
        for (root, fault) in told {
            stands.fault(&[Standing::Fact(&absent(root, LEDGER_FILE))], fault);
        }
    }
}

/// The place of a file that should be there: what is missing is missing there, wherever the credentials
/// of the project move.
fn absent(root: u32, path: &str) -> Fact {
    let origin = Origin { root, ..Origin::file(path) };
    let place = Place { origin: origin.into(), inner: Vec::new(), region: None, cell: None };
    Fact { kind: "absent", text: String::new(), place, excerpt: Excerpt::default() }
}

/// A credential that somebody has to keep track of.
fn is_kept(held: &Held<'_>) -> bool {
    known::is_lasting(held) || held.finding.rule.as_str() == "seller-central-login"
}

fn is_of_project(held: &Held<'_>, root: u32) -> bool {
    held.finding.place.origin.root == root && is_kept(held)
}
