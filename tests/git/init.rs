//! `kagiban init`: what it writes, what it leaves alone, and that what it writes works.

use std::fs;
use std::path::Path;

use kagiban::settings::Settings;
use kagiban::setup::Platform;

use super::sandbox::{Sandbox, leak};

fn init(repo: &Sandbox, folder: &Path, arguments: &[&str]) -> (i32, String) {
    let output = repo.tool(folder).arg("init").args(arguments).output().unwrap();
    let text = [&output.stdout[..], &output.stderr[..]].concat();
    (output.status.code().unwrap(), String::from_utf8(text).unwrap())
}

#[test]
fn a_project_gets_settings_a_check_and_the_hook() {
    let repo = Sandbox::new();
    repo.git(&["remote", "add", "origin", "git@github.com:acme/shop.git"]);
    fs::create_dir(repo.top.join("deep")).unwrap();
    let (code, told) = init(&repo, &repo.top.join("deep"), &[]);
    assert_eq!(code, 0, "{told}");
    for path in
        ["kagiban.toml", ".github/workflows/kagiban.yml", ".git/hooks/pre-commit", ".git/hooks/commit-msg"]
    {
        assert!(repo.top.join(path).is_file() && told.contains(path), "{path}: {told}");
    }
    assert!(!repo.top.join("deep/kagiban.toml").exists());
    let settings = fs::read_to_string(repo.top.join("kagiban.toml")).unwrap();
    let settings = Settings::parse("kagiban.toml", &settings).unwrap();
    assert!(settings.fail_on.is_none() && settings.allows.is_empty() && settings.only.is_empty());
    // What it wrote passes its own audit, and the hook is at work.
    repo.git(&["add", "-A"]);
    repo.git(&["commit", "-q", "-m", "Audit"]);
    repo.write("app.py", leak(1));
    repo.git(&["add", "-A"]);
    assert!(!repo.git_with(&[], &["commit", "-q", "-m", "x"]).status.success());
    // Twice is once.
    let before = fs::read(repo.top.join(".github/workflows/kagiban.yml")).unwrap();
    let (code, told) = init(&repo, &repo.top, &[]);
    assert!(code == 0 && told.contains("kagiban.toml: is there"), "{told}");
    assert_eq!(fs::read(repo.top.join(".github/workflows/kagiban.yml")).unwrap(), before);
}

#[test]
fn every_key_of_the_settings_is_there_to_be_chosen() {
    let text = kagiban::setup::SETTINGS.text;
    let chosen: String = text
        .lines()
        .filter_map(|line| line.strip_prefix('#'))
        .filter(|line| !line.starts_with(' '))
        .flat_map(|line| [line, "\n"])
        .collect();
    let settings = Settings::parse("kagiban.toml", &chosen).unwrap();
    assert_eq!(settings.allows.len(), 1);
    let documented =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/configuration.md")).unwrap();
    let (_, example) = documented.split_once("<!-- every key -->\n```toml\n").unwrap();
    let keys = example.split_once("```").unwrap().0.lines().filter_map(|line| line.split_once(" = "));
    for (key, _) in keys.filter(|(key, _)| *key != "fingerprint") {
        assert!(chosen.contains(&format!("{key} = ")), "{key}");
    }
}

#[test]
fn what_is_there_stays_and_what_to_add_is_said() {
    let repo = Sandbox::new();
    for (path, text) in [
        ("kagiban.toml", "lang = \"ja\"\n"),
        (".gitlab-ci.yml", "test:\n  script: make\n"),
        ("lefthook.yml", "x:\n"),
    ] {
        repo.write(path, text);
    }
    let (code, told) = init(&repo, &repo.top, &[]);
    assert_eq!(code, 0, "{told}");
    assert_eq!(fs::read_to_string(repo.top.join("kagiban.toml")).unwrap(), "lang = \"ja\"\n");
    assert_eq!(fs::read_to_string(repo.top.join(".gitlab-ci.yml")).unwrap(), "test:\n  script: make\n");
    assert!(told.contains("kagiban scan --range ci") && told.contains("Lefthook"), "{told}");
    assert!(!repo.top.join(".git/hooks/pre-commit").exists());
    // A link out of the project is not written through.
    fs::remove_file(repo.top.join("kagiban.toml")).unwrap();
    std::os::unix::fs::symlink(repo.outside().join("elsewhere.toml"), repo.top.join("kagiban.toml")).unwrap();
    assert_eq!(init(&repo, &repo.top, &[]).0, 0);
    assert!(!repo.outside().join("elsewhere.toml").exists());
}

#[test]
fn platforms_are_known_by_their_files_and_can_be_chosen() {
    for platform in Platform::ALL {
        let repo = Sandbox::new();
        let (code, told) = init(&repo, &repo.top, &["--ci", platform.id()]);
        assert!(code == 0 && told.contains(platform.name()), "{told}");
        assert_eq!(fs::read_to_string(repo.top.join(platform.check().path)).unwrap(), platform.check().text);
        assert!(init(&repo, &repo.top, &[]).1.contains(&format!("{}: is there", platform.check().path)));
    }
    let repo = Sandbox::new();
    let (code, told) = init(&repo, &repo.top, &["--lang", "ja"]);
    assert!(code == 0 && told.contains("github, gitlab") && told.contains("作成しました"), "{told}");
    assert_eq!(init(&repo, &repo.top, &["--ci", "travis"]).0, 2);
}

#[test]
fn without_a_repository_there_are_settings_only() {
    let repo = Sandbox::new();
    let folder = repo.outside().join("loose");
    fs::create_dir(&folder).unwrap();
    let (code, told) = init(&repo, &folder, &[]);
    assert!(code == 0 && told.contains("no git repository"), "{told}");
    assert!(folder.join("kagiban.toml").is_file());
}
