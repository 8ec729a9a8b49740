//! Which parts of a document are programs, and in what language.

use super::braces;
use super::code::Step;
use super::grammar::{self, Grammar};
use super::{REQUESTED, VALUED, shell};
use crate::audit::Page;
use crate::model::Span;

/// How a text is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Language {
    Of(Grammar),
    /// C#, whose grammar is larger than all others together.
    Braces,
    /// Pages with scripts in them.
    Markup,
    /// Prose with programs between fences.
    Prose,
    /// Commands, wherever they stand.
    Shell,
    /// Commands in strings, one a line.
    Strings,
}

/// Texts up to this size, in bytes, are read whole: people write no longer programs.
const WHOLE_BYTES_MAX: usize = 128 << 10;
/// Bytes on either side of a request that are read of longer ones.
const REACH_BYTES: usize = 8 << 10;
/// Programs of one document that are read.
const PROGRAMS_MAX: usize = 200;

/// Returns the programs of a page.
pub(super) fn programs(page: &Page<'_>) -> Vec<Vec<Step>> {
    let language = language_of_file(page);
    let text = page.text;
    match language {
        Language::Markup => {
            let of_script = |(start, inner): (usize, &str)| grammar::steps(Grammar::Script, inner, start);
            let mut all: Vec<Vec<Step>> = scripts(text, page.folded).into_iter().map(of_script).collect();
            if text.contains("<?php") {
                all.push(grammar::steps(Grammar::Php, text, 0));
            }
            all
        }
        Language::Prose => {
            let mut all = Vec::new();
            for (word, start, inner) in fences(text) {
                let language = language_of_word(&word.to_ascii_lowercase());
                all.extend(language.map(|language| read(language, inner, start)));
            }
            all.push(shell::steps(text, 0, false));
            all
        }
        language => {
            around_requests(page).into_iter().map(|(start, part)| read(language, part, start)).collect()
        }
    }
}

/// The parts of a text that are read: all of it, or of one that a machine made those in which a
/// request stands near something of value. Parsing them whole took half the time of all audits.
fn around_requests<'t>(page: &Page<'t>) -> Vec<(usize, &'t str)> {
    let text = page.text;
    if text.len() <= WHOLE_BYTES_MAX {
        return vec![(0, text)];
    }
    let valued = VALUED.places(page);
    let is_near_value = |at: &usize| {
        let first = valued.partition_point(|place| place + REACH_BYTES < *at);
        valued.get(first).is_some_and(|place| *place <= at + REACH_BYTES)
    };
    let mut spans: Vec<Span> = Vec::new();
    for at in REQUESTED.places(page).into_iter().filter(is_near_value) {
        let start = text.floor_char_boundary(at.saturating_sub(REACH_BYTES));
        let end = text.ceil_char_boundary((at + REACH_BYTES).min(text.len()));
        let start = text
            .get(..start)
            .and_then(|head| head.rfind('\n'))
            .map_or(start, |line| if start - line < REACH_BYTES { line + 1 } else { start });
        match spans.last_mut() {
            Some(last) if start <= last.end => last.end = last.end.max(end),
            _ => spans.push(Span::new(start, end)),
        }
    }
    spans.into_iter().filter_map(|span| Some((span.start, text.get(span.start..span.end)?))).collect()
}

/// The scripts of a page of markup, with where they begin.
fn scripts<'t>(text: &'t str, folded: &str) -> Vec<(usize, &'t str)> {
    let mut all = Vec::new();
    let mut done = 0;
    while let Some(at) = folded.get(done..).and_then(|rest| rest.find("<script")) {
        let Some(open) = folded.get(done + at..).and_then(|rest| rest.find('>')) else { break };
        let start = done + at + open + 1;
        let rest = folded.get(start..).unwrap_or_default();
        let end = start + rest.find("</script").unwrap_or(rest.len());
        all.extend(text.get(start..end).filter(|inner| !inner.trim().is_empty()).map(|inner| (start, inner)));
        done = end;
        if all.len() == PROGRAMS_MAX {
            break;
        }
    }
    all
}

/// The fenced parts of a text: the word behind the fence, where they begin, what they hold.
fn fences(text: &str) -> Vec<(&str, usize, &str)> {
    let mut all = Vec::new();
    let mut open: Option<(&str, &str, usize)> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim_start_matches([' ', '\t', '>']).trim_end();
        let fence = ["```", "~~~"].into_iter().find(|fence| trimmed.starts_with(fence));
        match (fence, open) {
            (Some(fence), Some((opened, word, start))) if fence == opened => {
                all.extend(text.get(start..at).map(|inner| (word, start, inner)));
                open = None;
            }
            (Some(fence), None) => {
                let word = trimmed.trim_start_matches(['`', '~', '{', '.', ' ']);
                let end = word
                    .find(|c: char| !c.is_ascii_alphanumeric() && !"#+".contains(c))
                    .unwrap_or(word.len());
                open = Some((fence, word.get(..end).unwrap_or_default(), at + line.len()));
            }
            _ => {}
        }
        at += line.len();
    }
    all.truncate(PROGRAMS_MAX);
    all
}

fn read(language: Language, text: &str, offset: usize) -> Vec<Step> {
    match language {
        Language::Of(grammar) => grammar::steps(grammar, text, offset),
        Language::Braces => braces::steps(text, offset),
        Language::Shell => shell::steps(text, offset, false),
        Language::Strings => shell::steps(text, offset, true),
        Language::Markup | Language::Prose => Vec::new(),
    }
}

fn language_of_file(page: &Page<'_>) -> Language {
    let name = page.file_name();
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    match ending {
        "html" | "htm" | "vue" | "svelte" | "ejs" | "hbs" | "twig" | "erb" | "cshtml" | "jsp" | "astro" => {
            Language::Markup
        }
        "md" | "markdown" | "mdx" | "rst" | "adoc" => Language::Prose,
        "json" | "jsonc" | "json5" => Language::Strings,
        _ => language_of_word(ending)
            .or_else(|| language_of_word(&interpreter(page.text)))
            .or_else(|| {
                ["rakefile", "gemfile", "capfile"]
                    .contains(&name.as_str())
                    .then_some(Language::Of(Grammar::Ruby))
            })
            .unwrap_or(Language::Shell),
    }
}

/// The program that a script names in its first line.
fn interpreter(text: &str) -> String {
    let first = text.strip_prefix("#!").and_then(|rest| rest.lines().next()).unwrap_or_default();
    let last = first.split_whitespace().find(|word| !word.ends_with("/env") && !word.starts_with('-'));
    let name = last.unwrap_or_default().rsplit('/').next().unwrap_or_default();
    name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.').to_owned()
}

fn language_of_word(word: &str) -> Option<Language> {
    Some(match word {
        "py" | "pyw" | "python" => Language::Of(Grammar::Python),
        "js" | "mjs" | "cjs" | "jsx" | "ts" | "tsx" | "mts" | "cts" | "gs" | "javascript" | "typescript"
        | "node" | "deno" | "bun" => Language::Of(Grammar::Script),
        "php" | "phtml" | "inc" | "ctp" => Language::Of(Grammar::Php),
        "rb" | "rake" | "ruby" | "ru" => Language::Of(Grammar::Ruby),
        "java" => Language::Of(Grammar::Java),
        "go" | "golang" => Language::Of(Grammar::Go),
        "cs" | "csx" | "csharp" | "c#" | "kt" | "kts" | "kotlin" | "swift" | "dart" | "rs" | "rust"
        | "scala" => Language::Braces,
        "sh" | "bash" | "zsh" | "shell" | "console" | "ps" | "powershell" | "bat" | "cmd" => Language::Shell,
        _ => return None,
    })
}
