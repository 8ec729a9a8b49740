//! Which parts of a document are programs, and in what language.

use std::sync::LazyLock;

use regex::Regex;

use super::braces;
use super::code::Step;
use super::grammar::{self, Grammar};
use super::shell;
use crate::audit::Page;

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

/// Programs of one document that are read.
const PROGRAMS_MAX: usize = 200;

static SCRIPT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?is)<script\b[^>]*>(.*?)</script\s*>").expect("the pattern compiles: a test uses it")
});
static FENCE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?ms)^[ \t>]*(?:```|~~~)[ \t]*\{?\.?([A-Za-z#+]*)[^\n]*\n(.*?)^[ \t>]*(?:```|~~~)[ \t]*$")
        .expect("the pattern compiles: a test uses it")
});

/// Returns the programs of a page.
pub(super) fn programs(page: &Page<'_>) -> Vec<Vec<Step>> {
    let language = language_of_file(page);
    let text = page.text;
    match language {
        Language::Markup => {
            let mut all: Vec<Vec<Step>> = SCRIPT
                .captures_iter(text)
                .filter_map(|found| found.get(1))
                .take(PROGRAMS_MAX)
                .map(|inner| grammar::steps(Grammar::Script, inner.as_str(), inner.start()))
                .collect();
            if page.path().ends_with(".php") || text.contains("<?php") {
                all.push(grammar::steps(Grammar::Php, text, 0));
            }
            all
        }
        Language::Prose => {
            let fenced = FENCE.captures_iter(text).take(PROGRAMS_MAX).filter_map(|found| {
                let (word, inner) = (found.get(1)?.as_str(), found.get(2)?);
                let language = language_of_word(&word.to_ascii_lowercase())?;
                Some(read(language, inner.as_str(), inner.start()))
            });
            let mut all: Vec<Vec<Step>> = fenced.collect();
            all.push(shell::steps(text, 0, false));
            all
        }
        language => vec![read(language, text, 0)],
    }
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
        "cs" | "csx" | "csharp" | "c#" => Language::Braces,
        "sh" | "bash" | "zsh" | "shell" | "console" | "ps" | "powershell" | "bat" | "cmd" => Language::Shell,
        _ => return None,
    })
}
