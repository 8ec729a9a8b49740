//! `kagiban hook`: installed, run by real commits, and taken away again.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Output;

use super::sandbox::{Sandbox, leak};

fn hook(repo: &Sandbox, folder: &Path, arguments: &[&str]) -> Output {
    repo.tool(folder).arg("hook").args(arguments).output().unwrap()
}

/// Exit code, and what was said on both streams.
fn said(output: &Output) -> (i32, String) {
    let text = [&output.stdout[..], &output.stderr[..]].concat();
    (output.status.code().unwrap(), String::from_utf8(text).unwrap())
}

fn code(repo: &Sandbox, folder: &Path, arguments: &[&str]) -> i32 {
    hook(repo, folder, arguments).status.code().unwrap()
}

fn place(repo: &Sandbox) -> PathBuf {
    repo.top.join(".git/hooks/pre-commit")
}

/// Commits everything in a folder of the repository.
fn commit(repo: &Sandbox, folder: &Path) -> Output {
    repo.git_with(&[], &["-C", folder.to_str().unwrap(), "add", "-A"]);
    repo.git_with(&[], &["-C", folder.to_str().unwrap(), "commit", "-q", "-m", "Change"])
}

fn commits(repo: &Sandbox, folder: &Path) -> bool {
    commit(repo, folder).status.success()
}

#[test]
fn it_is_installed_once_and_audits_from_the_first_commit_on() {
    let repo = Sandbox::new();
    assert_eq!(code(&repo, &repo.top, &["status"]), 1);
    assert_eq!(code(&repo, &repo.top, &["install"]), 0);
    let written = fs::read(place(&repo)).unwrap();
    assert_eq!(fs::metadata(place(&repo)).unwrap().permissions().mode() & 0o111, 0o111);
    assert_eq!(code(&repo, &repo.top, &["status"]), 0);
    assert_eq!(code(&repo, &repo.top, &["install"]), 0);
    assert_eq!(fs::read(place(&repo)).unwrap(), written, "twice is once");

    repo.write("app.py", leak(1));
    assert!(!commits(&repo, &repo.top), "before the first commit");
    repo.write("app.py", "x = 1\n");
    assert!(commits(&repo, &repo.top));
    repo.write("app.py", leak(1));
    let (_, told) = said(&commit(&repo, &repo.top));
    assert!(told.contains("app.py:1"), "{told}");
    // From a folder below, where the working tree differs from what is staged.
    fs::create_dir(repo.top.join("deep")).unwrap();
    repo.write("app.py", "x = 2\n");
    let below = repo.git_with(&[], &["-C", "deep", "commit", "-q", "-m", "Change"]);
    assert!(!below.status.success());
    assert!(commits(&repo, &repo.top));

    assert_eq!(code(&repo, &repo.top, &["uninstall"]), 0);
    assert!(!place(&repo).exists());
    assert_eq!(code(&repo, &repo.top, &["uninstall"]), 0, "twice is once");
    repo.write("app.py", leak(1));
    assert!(commits(&repo, &repo.top));
}

#[test]
fn what_is_below_high_does_not_stop_a_commit() {
    let repo = Sandbox::new();
    assert_eq!(code(&repo, &repo.top, &["install"]), 0);
    repo.write(
        "kagiban.toml",
        "[[allow]]\nrule = \"seller-id\"\nowner = \"a\"\nreason = \"b\"\nuntil = 2020-01-01\n",
    );
    let output = commit(&repo, &repo.top);
    let (_, told) = said(&output);
    assert!(output.status.success() && told.contains("waiver-expired"), "{told}");
    // Settings that cannot be read stop it: the audit could not be done.
    repo.write("kagiban.toml", "[[allow]\n");
    assert!(!commits(&repo, &repo.top));
}

#[test]
fn another_hook_is_never_touched() {
    let repo = Sandbox::new();
    fs::create_dir_all(place(&repo).parent().unwrap()).unwrap();
    fs::write(place(&repo), "#!/bin/sh\necho mine\n").unwrap();
    fs::set_permissions(place(&repo), fs::Permissions::from_mode(0o755)).unwrap();
    let before = fs::read(place(&repo)).unwrap();
    let (exit, told) = said(&hook(&repo, &repo.top, &["install"]));
    assert_eq!(exit, 2);
    let line = told.lines().find_map(|line| line.split_once("add this line to it: ")).unwrap().1;
    assert_eq!(code(&repo, &repo.top, &["status"]), 1);
    assert_eq!(code(&repo, &repo.top, &["uninstall"]), 0);
    assert_eq!(fs::read(place(&repo)).unwrap(), before);
    // With the line that it was told to add it works as the other does.
    let folder = Path::new(env!("CARGO_BIN_EXE_kagiban")).parent().unwrap();
    let path = format!("PATH={}:$PATH", folder.display());
    fs::write(place(&repo), format!("#!/bin/sh\n{path}\n{line}\n")).unwrap();
    assert_eq!(code(&repo, &repo.top, &["status"]), 0);
    assert_eq!(code(&repo, &repo.top, &["install"]), 0);
    repo.write("app.py", leak(1));
    assert!(!commits(&repo, &repo.top));
    repo.write("app.py", "x = 1\n");
    assert!(commits(&repo, &repo.top));
    assert_eq!(code(&repo, &repo.top, &["uninstall"]), 0);
    assert!(place(&repo).exists());
    // A link, wherever it leads, and a folder.
    fs::remove_file(place(&repo)).unwrap();
    std::os::unix::fs::symlink("nowhere", place(&repo)).unwrap();
    assert_eq!(code(&repo, &repo.top, &["install"]), 2);
    assert_eq!(fs::read_link(place(&repo)).unwrap(), Path::new("nowhere"));
    fs::remove_file(place(&repo)).unwrap();
    fs::create_dir(place(&repo)).unwrap();
    assert_eq!(code(&repo, &repo.top, &["install"]), 2);
    assert_eq!(code(&repo, &repo.top, &["uninstall"]), 0);
    assert!(place(&repo).is_dir());
}

#[test]
fn its_own_hook_is_renewed_unless_it_was_changed_by_hand() {
    let repo = Sandbox::new();
    assert_eq!(code(&repo, &repo.top, &["install"]), 0);
    let written = fs::read_to_string(place(&repo)).unwrap();
    fs::set_permissions(place(&repo), fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(code(&repo, &repo.top, &["status"]), 1, "git does not run it");
    assert_eq!(code(&repo, &repo.top, &["install"]), 0);
    assert_eq!(code(&repo, &repo.top, &["status"]), 0);
    assert_eq!(
        fs::read_dir(place(&repo).parent().unwrap())
            .unwrap()
            .flatten()
            .filter(|e| { e.file_name().to_string_lossy().contains("kagiban") })
            .count(),
        0,
        "nothing is left beside it"
    );
    fs::write(place(&repo), format!("{written}make lint\n")).unwrap();
    assert_eq!(code(&repo, &repo.top, &["uninstall"]), 0);
    assert!(fs::read_to_string(place(&repo)).unwrap().ends_with("make lint\n"));
}

#[test]
fn hooks_lie_where_git_says() {
    let repo = Sandbox::new();
    repo.commit("app.py", "x = 1\n");
    // A linked working tree shares the hooks of the others, and each sees its own index.
    let linked = repo.outside().join("linked");
    repo.git(&["worktree", "add", "-q", linked.to_str().unwrap()]);
    assert_eq!(code(&repo, &linked, &["install"]), 0);
    assert!(place(&repo).exists());
    fs::write(linked.join("app.py"), leak(1)).unwrap();
    assert!(!commits(&repo, &linked));
    repo.write("other.py", "y = 1\n");
    assert!(commits(&repo, &repo.top));
    assert_eq!(code(&repo, &linked, &["uninstall"]), 0);
    assert!(!place(&repo).exists());
    // A relative folder of hooks counts from the top level, wherever the command is given.
    repo.git(&["config", "core.hooksPath", "team hooks"]);
    fs::create_dir_all(repo.top.join("deep/er")).unwrap();
    assert_eq!(code(&repo, &repo.top.join("deep/er"), &["install"]), 0);
    let text = fs::read_to_string(repo.top.join("team hooks/pre-commit")).unwrap();
    assert!(!text.contains(env!("CARGO_BIN_EXE_kagiban")), "a versioned hook names no path of this machine");
    assert!(!place(&repo).exists());
    // An absolute one lies outside.
    let shared = repo.outside().join("shared");
    repo.git(&["config", "core.hooksPath", shared.to_str().unwrap()]);
    assert_eq!(code(&repo, &repo.top, &["install"]), 0);
    assert!(shared.join("pre-commit").exists());
    repo.write("app.py", leak(2));
    assert!(!commits(&repo, &repo.top));
    assert_eq!(code(&repo, &repo.top, &["uninstall"]), 0);
    assert!(!shared.join("pre-commit").exists());
}

#[test]
fn where_nothing_can_be_committed_there_is_no_hook() {
    let repo = Sandbox::new();
    for arguments in [["install"], ["uninstall"], ["status"]] {
        assert_eq!(code(&repo, &repo.outside(), &arguments), 2);
    }
    let bare = repo.outside().join("bare.git");
    repo.git(&["init", "-q", "--bare", bare.to_str().unwrap()]);
    assert_eq!(code(&repo, &bare, &["install"]), 2);
    assert!(!bare.join("hooks/pre-commit").exists());
}

#[test]
fn without_the_program_nothing_is_committed() {
    let repo = Sandbox::new();
    let program = repo.outside().join("it's here");
    fs::create_dir(&program).unwrap();
    let program = program.join("kagiban");
    // A program that a thread of this process was writing when another one forked is busy.
    let copied =
        repo.run(Path::new("cp"), &repo.top, &[env!("CARGO_BIN_EXE_kagiban"), program.to_str().unwrap()]);
    assert!(copied.status.success());
    assert!(repo.run(&program, &repo.top, &["hook", "install"]).status.success());
    repo.write("app.py", "x = 1\n");
    assert!(commits(&repo, &repo.top), "a path with a quote in it works");
    fs::remove_file(&program).unwrap();
    repo.write("app.py", "x = 2\n");
    let output = commit(&repo, &repo.top);
    let (_, told) = said(&output);
    assert!(!output.status.success() && told.contains("cargo install"), "{told}");
    let output = repo.git_with(&[("LC_ALL", "ja_JP.UTF-8")], &["commit", "-q", "-m", "x"]);
    let (_, told) = said(&output);
    assert!(!output.status.success() && told.contains("監査できない"), "{told}");
}

#[test]
fn an_incomplete_audit_warns_and_lets_the_commit_pass() {
    let repo = Sandbox::new();
    repo.commit("app.py", "x = 1\n");
    assert_eq!(code(&repo, &repo.top, &["install"]), 0);
    repo.write("app.py", "x = 2\n");
    repo.git(&["add", "-A"]);
    // A pack whose index is broken: what is staged is there, other objects are not.
    fs::write(repo.top.join(".git/objects/pack/pack-broken.pack"), b"PACK").unwrap();
    fs::write(repo.top.join(".git/objects/pack/pack-broken.idx"), b"broken").unwrap();
    let output = repo.git_with(&[], &["commit", "-q", "-m", "Change"]);
    let (_, told) = said(&output);
    assert!(output.status.success(), "{told}");
    assert!(told.contains("kagiban: warning"), "{told}");
}

#[test]
fn it_speaks_japanese() {
    let repo = Sandbox::new();
    let (exit, told) = said(&hook(&repo, &repo.top, &["install", "--lang", "ja"]));
    assert!(exit == 0 && told.contains("作成しました"), "{told}");
    let (_, told) = said(&hook(&repo, &repo.top, &["status", "--lang", "ja"]));
    assert!(told.contains("設定済み"), "{told}");
}
