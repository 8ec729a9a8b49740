//! What the documents claim, tried out.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on has failed")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use kagiban::ledger::Ledger;
use kagiban::model::Family;
use kagiban::report::wire::WireReport;
use kagiban::rules::lists::{POLICY, REMEDIATION};
use kagiban::rules::{Catalogue, Rule, sample};
use kagiban::settings::Settings;
use serde_json::Value;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn document(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

/// Returns the fenced block behind `<!-- marker -->`.
fn block<'d>(document: &'d str, marker: &str) -> &'d str {
    let (_, rest) = document.split_once(&format!("<!-- {marker} -->\n```")).expect("the marker is there");
    let (_, rest) = rest.split_once('\n').unwrap();
    rest.split_once("\n```").unwrap().0
}

fn shell(line: &str, folder: &Path) -> Output {
    Command::new("/bin/sh").args(["-c", line]).current_dir(folder).env("LANG", "C.UTF-8").output().unwrap()
}

fn kagiban(arguments: &[&str], folder: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kagiban"))
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Puts the four characters that a report shows of a secret in the place of those that it drew.
fn with_shown(output: &str, drawn: &str) -> String {
    let (before, after) = output.split_once("SP_API_CLIENT_SECRET=").expect("the line is shown");
    format!("{before}SP_API_CLIENT_SECRET={drawn}{}", after.get(drawn.len()..).unwrap())
}

#[test]
#[cfg(unix)]
fn the_readme_audit_finds_the_secret_it_made() {
    let readme = document("README.md");
    let command = block(&readme, "audit command");
    let through_cargo = "cargo run --release --locked --quiet --";
    assert!(command.contains(through_cargo), "{command}");
    let folder = tempfile::tempdir().unwrap();
    let binary = env!("CARGO_BIN_EXE_kagiban");
    let output = shell(&command.replace(through_cargo, &format!("'{binary}'")), folder.path());
    let out = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{out}");
    let promised = block(&readme, "audit output");
    let shown = promised.split_once("SP_API_CLIENT_SECRET=").unwrap().1.get(..4).unwrap();
    assert!(with_shown(&out, shown).starts_with(promised), "{out}");
}

#[test]
fn the_test_command_is_one_that_ci_can_find() {
    assert_eq!(block(&document("README.md"), "test command"), "cargo test --locked");
    assert!(document(".ci/run").contains("<!-- test command -->"));
}

#[test]
fn documents_that_are_pointed_at_are_there() {
    let documents =
        ["configuration", "json", "user-rules", "rules", "sharing", "ledger", "evidence", "walked"];
    let documents = documents.map(|name| format!("docs/{name}.md"));
    for path in documents.iter().map(String::as_str).chain(["README.md"]) {
        let text = document(path);
        let folder = root().join(path).parent().unwrap().to_path_buf();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split_once(')')) {
            let (target, _) = link.0.split_once('#').unwrap_or((link.0, ""));
            let is_here = target.is_empty() || target.starts_with("https://") || folder.join(target).exists();
            assert!(is_here, "{path}: {target}");
        }
    }
}

#[test]
fn the_settings_example_holds_and_has_every_key() {
    let example = block(&document("docs/configuration.md"), "every key").to_owned();
    let settings = Settings::parse("kagiban.toml", &example).expect("the example holds");
    assert_eq!(settings.allows.len(), 1);
    let source = document("src/settings/reader.rs");
    for list in ["ROOT_KEYS", "OWN_KEYS", "ALLOW_KEYS"] {
        let (_, rest) = source.split_once(&format!("const {list}:")).unwrap();
        let keys = rest.split_once("];").unwrap().0;
        for key in keys.split('"').skip(1).step_by(2).filter(|key| !key.contains('_')) {
            assert!(example.contains(key), "`{key}` is not in docs/configuration.md");
        }
    }
}

#[test]
fn the_ledger_example_holds_and_has_every_key() {
    let example = block(&document("docs/ledger.md"), "every key").to_owned();
    let catalogue = Catalogue::builtin().unwrap();
    let ledger = Ledger::parse("kagiban-ledger.toml", &example, &catalogue).expect("the example holds");
    assert_eq!((ledger.entries().len(), ledger.people().len()), (1, 1));
    let (source, text) = (document("src/ledger/reader.rs"), document("docs/ledger.md"));
    for list in ["ROOT_KEYS", "CREDENTIAL_KEYS", "SHARE_KEYS", "FORMER_KEYS", "PERSON_KEYS"] {
        let (_, rest) = source.split_once(&format!("const {list}:")).unwrap();
        for key in rest.split_once("];").unwrap().0.split('"').skip(1).step_by(2) {
            assert!(text.contains(key), "`{key}` is not in docs/ledger.md");
        }
    }
}

#[test]
fn every_option_is_told() {
    let text = document("docs/configuration.md");
    let (_, table) = text.split_once("<!-- every option -->").unwrap();
    let told: BTreeSet<&str> =
        table.split('`').skip(1).step_by(2).filter(|code| code.starts_with("--")).collect();
    let told: BTreeSet<&str> = told.iter().filter_map(|code| code.split(' ').next()).collect();
    let command = kagiban::cli::command();
    let scan = command.find_subcommand("scan").unwrap();
    let there: BTreeSet<String> =
        scan.get_arguments().filter_map(|a| a.get_long()).map(|long| format!("--{long}")).collect();
    let there: BTreeSet<&str> = there.iter().map(String::as_str).filter(|long| *long != "--help").collect();
    assert_eq!(told, there);
}

#[test]
fn the_json_example_is_of_the_schema() {
    let text = document("docs/json.md");
    let example: Value = serde_json::from_str(block(&text, "every key")).unwrap();
    let read: WireReport = serde_json::from_value(example.clone()).unwrap();
    assert_eq!(serde_json::to_value(read).unwrap(), example, "a key that the schema does not have");
}

#[test]
fn the_examples_of_user_rules_run() {
    let text = document("docs/user-rules.md");
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("own.toml"), block(&text, "own form")).unwrap();
    fs::write(folder.path().join("gitleaks.toml"), block(&text, "gitleaks form")).unwrap();
    let tested =
        kagiban(&["rules", "test", "--rules", "own.toml", "--rules", "gitleaks.toml"], folder.path());
    assert!(tested.status.success(), "{}{}", text_of(&tested), String::from_utf8_lossy(&tested.stderr));
    let tree = folder.path().join("tree");
    fs::create_dir_all(tree.join("docs")).unwrap();
    let key = sample("acme-key-{hex:32}", 1);
    fs::write(tree.join("a.env"), sample("VAULT=acme_vault_{hex:40}\n", 1)).unwrap();
    fs::write(tree.join("b.txt"), &key).unwrap();
    fs::write(tree.join("docs/b.txt"), &key).unwrap();
    let arguments = ["scan", "tree", "--format", "json", "--rules", "own.toml", "--rules", "gitleaks.toml"];
    let report: Value = serde_json::from_slice(&kagiban(&arguments, folder.path()).stdout).unwrap();
    let found: Vec<(&str, &str)> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| (f["rule"].as_str().unwrap(), f["location"]["path"].as_str().unwrap()))
        .collect();
    assert_eq!(found, [("acme-vault-token", "a.env"), ("acme-internal-key", "b.txt")]);
}

fn text_of(output: &Output) -> String {
    text(&output.stdout)
}

/// Writes docs/rules.md from the rules. `KAGIBAN_WRITE_DOCS=1 cargo test --test docs` replaces it.
#[test]
fn the_list_of_rules_is_made_of_the_rules() {
    let path: PathBuf = root().join("docs/rules.md");
    let written = rules_document(&Catalogue::builtin().unwrap());
    if std::env::var_os("KAGIBAN_WRITE_DOCS").is_some() {
        fs::write(&path, &written).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == written, "docs/rules.md is out of date: KAGIBAN_WRITE_DOCS=1 cargo test --test docs");
}

fn rules_document(catalogue: &Catalogue) -> String {
    let mut out = String::from(
        "# The rules\n\nMade from the files in `rules/`. `kagiban explain RULE` says the same in English or \
         Japanese, with\nevery step of what to do; `kagiban rules test` runs every rule's own examples.\n",
    );
    for family in Family::ALL {
        let rules: Vec<&Rule> = catalogue.by_family().into_iter().filter(|r| r.family == family).collect();
        if rules.is_empty() {
            continue;
        }
        let _ = write!(out, "\n## {}\n\n| rule | severity | finds |\n| --- | --- | --- |\n", family.as_str());
        for rule in &rules {
            let title = &rule.file.text.en.title;
            let _ = writeln!(out, "| [`{0}`](#{0}) | {1} | {title} |", rule.id, rule.severity().as_str());
        }
        for rule in rules {
            of_rule(rule, &mut out);
        }
    }
    let _ = write!(
        out,
        "\n## Policy clauses\n\nAs of {}.\n\n| clause | demands |\n| --- | --- |\n",
        POLICY.version
    );
    for (id, clause) in &POLICY.clauses {
        let _ = writeln!(out, "| {id} | {} |", clause.demands.en);
    }
    out
}

fn of_rule(rule: &Rule, out: &mut String) {
    let file = &rule.file;
    let _ = write!(out, "\n### {}\n\n{}\n\n{}\n", rule.id, file.text.en.title, file.text.en.why);
    if let Some(ja) = &file.text.ja {
        let _ = write!(out, "\n{}\n", ja.title);
    }
    let mut facts = vec![
        format!("severity {}", rule.severity().as_str()),
        format!("confidence {}", rule.confidence().as_str()),
    ];
    if file.identifier {
        facts.push("an identifier, reported with `--identifiers`".to_owned());
    }
    let _ = writeln!(out, "\n- {}", facts.join(", "));
    let steps: Vec<&str> = file.remediation.iter().map(|id| REMEDIATION[id].title.en.as_str()).collect();
    if !steps.is_empty() {
        let _ = writeln!(out, "- what to do: {}", steps.join("; "));
    }
    if !file.policy.is_empty() {
        let _ = writeln!(out, "- policy: {}", file.policy.join(", "));
    }
}
