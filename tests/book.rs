//! The book: its pages of rules are made of the rules, its examples run.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use kagiban::lang::Lang;
use kagiban::model::Family;
use kagiban::rules::lists::{POLICY, REMEDIATION};
use kagiban::rules::{Catalogue, Rule};

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("book/src")
}

/// Pages that people wrote, in the order of the book.
const PAGES: &[(&str, &str)] = &[
    ("Kagiban 鍵番", "introduction.md"),
    ("When a key has leaked", "leaked.md"),
    ("キーが漏れたときは", "leaked.ja.md"),
    ("Install", "install.md"),
    ("Before a commit", "hook.md"),
    ("GitHub", "platforms/github.md"),
    ("GitLab", "platforms/gitlab.md"),
    ("Bitbucket", "platforms/bitbucket.md"),
    ("Azure Pipelines", "platforms/azure.md"),
    ("CircleCI", "platforms/circleci.md"),
    ("Jenkins", "platforms/jenkins.md"),
    ("Elsewhere", "platforms/elsewhere.md"),
    ("In editors", "editors.md"),
    ("Configuration", "configuration.md"),
    ("Rules of your own", "user-rules.md"),
    ("Sharing, and what is followed", "sharing.md"),
    ("Customers' data", "customer-data.md"),
    ("Privilege", "privilege.md"),
    ("Documents and archives", "documents.md"),
    ("A ledger of the keys", "ledger.md"),
    ("Evidence for an assessment", "evidence.md"),
    ("Many repositories", "fleet.md"),
    ("The JSON report", "json.md"),
];

/// Pages that are also in docs/.
const INCLUDED: &[&str] = &[
    "configuration",
    "user-rules",
    "sharing",
    "customer-data",
    "privilege",
    "documents",
    "ledger",
    "evidence",
    "fleet",
    "json",
];

/// Pages that are made: `KAGIBAN_WRITE_DOCS=1 cargo test --test book` writes them.
#[test]
fn the_pages_of_rules_are_made_of_the_rules() {
    let catalogue = Catalogue::builtin().unwrap();
    let pages = made(&catalogue);
    let folder = source();
    if std::env::var_os("KAGIBAN_WRITE_DOCS").is_some() {
        drop(fs::remove_dir_all(folder.join("rules")));
        for (path, text) in &pages {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }
    for (path, text) in &pages {
        let kept = fs::read_to_string(folder.join(path)).unwrap_or_default();
        assert!(kept == *text, "book/src/{path} is out of date: KAGIBAN_WRITE_DOCS=1 cargo test --test book");
    }
    for entry in fs::read_dir(folder.join("rules")).unwrap() {
        let path = format!("rules/{}", entry.unwrap().file_name().to_str().unwrap());
        assert!(pages.contains_key(&path), "book/src/{path} is of no rule");
    }
}

fn made(catalogue: &Catalogue) -> BTreeMap<String, String> {
    let mut pages = BTreeMap::new();
    let mut summary = String::from("# Summary\n\n");
    let line = |title: &str, path: &str, depth: usize| format!("{}- [{title}]({path})\n", "  ".repeat(depth));
    for (title, path) in PAGES {
        summary.push_str(&line(title, path, 0));
    }
    summary.push_str("\n# Rules\n\n");
    for family in Family::ALL {
        let rules: Vec<&Rule> = catalogue.by_family().into_iter().filter(|r| r.family == family).collect();
        if rules.is_empty() {
            continue;
        }
        let _ = writeln!(summary, "- [{0}](rules/family-{0}.md)", family.as_str());
        let mut index =
            format!("# {}\n\n| rule | severity | finds |\n| --- | --- | --- |\n", family.as_str());
        for rule in rules {
            let (id, file) = (rule.id.as_str(), &rule.file);
            let severity = rule.severity().as_str();
            let _ = writeln!(index, "| [`{id}`]({id}.md) | {severity} | {} |", file.text.en.title);
            summary.push_str(&line(id, &format!("rules/{id}.md"), 1));
            pages.insert(format!("rules/{id}.md"), page(rule));
        }
        pages.insert(format!("rules/family-{}.md", family.as_str()), index);
    }
    for name in INCLUDED {
        pages.insert(format!("{name}.md"), format!("{{{{#include ../../docs/{name}.md}}}}\n"));
    }
    pages.insert("SUMMARY.md".to_owned(), summary);
    pages
}

fn page(rule: &Rule) -> String {
    let file = &rule.file;
    let mut out = format!("# {}\n\n", rule.id);
    let _ = writeln!(
        out,
        "**{}** · {} · confidence {}\n",
        file.text.en.title,
        rule.severity().as_str(),
        rule.confidence().as_str()
    );
    let _ = writeln!(out, "{}\n", file.text.en.why);
    if file.identifier {
        out.push_str("It is an identifier and no secret; `--identifiers` shows it.\n\n");
    }
    steps(rule, Lang::En, "What to do", &mut out);
    if !file.policy.is_empty() {
        let _ = writeln!(out, "## What Amazon demands\n\nAs of {}.\n", POLICY.version);
        for id in &file.policy {
            let demands = POLICY.clauses.get(id).map_or("", |clause| clause.demands.en.as_str());
            let _ = writeln!(out, "- **{id}** {demands}");
        }
        out.push('\n');
    }
    if let Some(ja) = &file.text.ja {
        let _ = writeln!(out, "## 日本語\n\n**{}**\n\n{}\n", ja.title, ja.why);
        steps(rule, Lang::Ja, "対処", &mut out);
    }
    let _ = writeln!(out, "`kagiban explain {}`", rule.id);
    out
}

fn steps(rule: &Rule, lang: Lang, heading: &str, out: &mut String) {
    if rule.file.remediation.is_empty() {
        return;
    }
    let depth = if lang == Lang::Ja { "###" } else { "##" };
    let _ = writeln!(out, "{depth} {heading}\n");
    for id in &rule.file.remediation {
        let remediation = &REMEDIATION[id];
        let (title, steps) = match lang {
            Lang::En => (&remediation.title.en, &remediation.steps.en),
            Lang::Ja => (&remediation.title.ja, &remediation.steps.ja),
        };
        let _ = writeln!(out, "**{title}**\n");
        for (number, step) in steps.iter().enumerate() {
            let _ = writeln!(out, "{}. {step}", number + 1);
        }
        out.push('\n');
    }
}

#[test]
fn every_link_leads_somewhere() {
    for entry in walkdir::WalkDir::new(source()) {
        let entry = entry.unwrap();
        if entry.path().extension().is_none_or(|ending| ending != "md") {
            continue;
        }
        let mut text = fs::read_to_string(entry.path()).unwrap();
        let folder = entry.path().parent().unwrap();
        // What is included leads from the page that includes it.
        while let Some((before, rest)) = text.split_once("{{#include ") {
            let (target, rest) = rest.split_once("}}").unwrap();
            let included = fs::read_to_string(folder.join(target));
            let included = included.unwrap_or_else(|_| panic!("{}: {target}", entry.path().display()));
            text = format!("{before}{included}{rest}");
        }
        for (target, _) in text.split("](").skip(1).filter_map(|rest| rest.split_once(')')) {
            let is_there = target.starts_with("https://") || folder.join(target).exists();
            assert!(is_there, "{}: {target}", entry.path().display());
        }
    }
}

/// The blocks of a page that are to run, with the exit codes they promise.
#[cfg(unix)]
fn blocks(text: &str) -> Vec<(i32, &str)> {
    text.split("<!-- run: ")
        .skip(1)
        .map(|rest| {
            let (code, rest) = rest.split_once(" -->\n```sh\n").unwrap();
            (code.parse().unwrap(), rest.split_once("\n```").unwrap().0)
        })
        .collect()
}

#[test]
#[cfg(unix)]
fn the_examples_run() {
    use std::process::Command;
    let tool = Path::new(env!("CARGO_BIN_EXE_kagiban")).parent().unwrap();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path =
        std::env::join_paths([tool.to_path_buf()].into_iter().chain(std::env::split_paths(&path))).unwrap();
    let mut ran = 0;
    for (_, page) in PAGES {
        let text = fs::read_to_string(source().join(page)).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let (home, shop) = (folder.path().join("home"), folder.path().join("shop"));
        fs::create_dir_all(&home).unwrap();
        fs::create_dir_all(&shop).unwrap();
        let run = |lines: &str| {
            let mut command = Command::new("bash");
            command
                .args(["-euc", lines])
                .current_dir(&shop)
                .env_clear()
                .env("PATH", &path)
                .env("HOME", &home);
            command.envs([("GIT_CONFIG_NOSYSTEM", "1"), ("LC_ALL", "C.UTF-8")]);
            command.envs([("GIT_AUTHOR_NAME", "Aki"), ("GIT_AUTHOR_EMAIL", "aki@shop.example")]);
            command.envs([("GIT_COMMITTER_NAME", "Aki"), ("GIT_COMMITTER_EMAIL", "aki@shop.example")]);
            command.output().unwrap()
        };
        assert!(run("git init -q -b main && git commit -q --allow-empty -m Start").status.success());
        for (code, lines) in blocks(&text) {
            let output = run(lines);
            let told = [&output.stdout[..], &output.stderr[..]].concat();
            assert_eq!(output.status.code(), Some(code), "{page}: {}", String::from_utf8_lossy(&told));
            ran += 1;
        }
    }
    assert!(ran >= 8, "{ran}");
}

/// A line that ends in Japanese is shown with a space behind it, where none belongs.
#[test]
fn japanese_goes_on_in_its_line() {
    let is_japanese =
        |c: char| matches!(c, '\u{3001}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}' | '\u{ff00}'..='\u{ff60}');
    let text = fs::read_to_string(source().join("leaked.ja.md")).unwrap();
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    for pair in lines.windows(2) {
        let goes_on = pair[0].ends_with(is_japanese) && pair[1].starts_with(is_japanese);
        assert!(!goes_on || pair[0].starts_with('#'), "{pair:?}");
    }
}
