//! `kagiban hook`: installed, run by real commits, and taken away again.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Output;

use kagiban::rules::sample;

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

/// Writes a hook as somebody else would.
fn other(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_hook_that_was_there_is_kept_and_run_first() {
    let repo = Sandbox::new();
    let text = "#!/bin/sh\necho mine >>ran\n[ ! -e stop ]\n";
    other(&place(&repo), text);
    other(&place(&repo).with_file_name("commit-msg"), "#!/bin/sh\necho \"$1\" >>ran\n");
    let (exit, told) = said(&hook(&repo, &repo.top, &["install"]));
    assert!(exit == 0 && told.contains("run first"), "{told}");
    let before = place(&repo).with_file_name("pre-commit.before-kagiban");
    assert_eq!(fs::read_to_string(&before).unwrap(), text, "byte for byte");
    assert_eq!(code(&repo, &repo.top, &["install"]), 0, "twice is once");
    assert_eq!(fs::read_to_string(&before).unwrap(), text);
    assert_eq!(code(&repo, &repo.top, &["status"]), 0);
    repo.write(".gitignore", "ran\nstop\n");
    repo.write("app.py", leak(1));
    assert!(!commits(&repo, &repo.top));
    assert_eq!(fs::read_to_string(repo.top.join("ran")).unwrap(), "mine\n");
    repo.write("app.py", "x = 1\n");
    repo.write("stop", "");
    assert!(!commits(&repo, &repo.top), "it has the first word");
    fs::remove_file(repo.top.join("stop")).unwrap();
    assert!(commits(&repo, &repo.top));
    let ran = fs::read_to_string(repo.top.join("ran")).unwrap();
    assert_eq!(ran, "mine\nmine\nmine\n.git/COMMIT_EDITMSG\n", "with git's arguments");
    assert_eq!(code(&repo, &repo.top, &["uninstall"]), 0);
    assert_eq!(fs::read_to_string(place(&repo)).unwrap(), text);
    assert!(!before.exists());
    repo.write("app.py", leak(1));
    assert!(commits(&repo, &repo.top));

    // One that git does not run is kept, and still not run.
    fs::set_permissions(place(&repo), fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(code(&repo, &repo.top, &["install"]), 0);
    repo.write("stop", "");
    repo.write("app.py", "x = 1\n");
    assert!(commits(&repo, &repo.top));
    // Nor is a place taken that was made free by nobody.
    assert_eq!(code(&repo, &repo.top, &["uninstall"]), 0);
    fs::write(&before, "").unwrap();
    assert_eq!(code(&repo, &repo.top, &["install"]), 2);
    assert_eq!(fs::read_to_string(place(&repo)).unwrap(), text);
}

#[test]
fn a_hook_that_others_share_is_never_touched() {
    let repo = Sandbox::new();
    repo.git(&["config", "core.hooksPath", "team"]);
    let place = repo.top.join("team/pre-commit");
    other(&place, "#!/bin/sh\necho mine\n");
    let before = fs::read(&place).unwrap();
    let (exit, told) = said(&hook(&repo, &repo.top, &["install"]));
    assert_eq!(exit, 2);
    let line = told.lines().find_map(|line| line.split_once("add this line to it: ")).unwrap().1;
    assert_eq!(code(&repo, &repo.top, &["status"]), 1);
    assert_eq!(code(&repo, &repo.top, &["uninstall"]), 0);
    assert_eq!(fs::read(&place).unwrap(), before);
    // With the line that it was told to add it works as the other does.
    let folder = Path::new(env!("CARGO_BIN_EXE_kagiban")).parent().unwrap();
    let path = format!("PATH={}:$PATH", folder.display());
    fs::write(&place, format!("#!/bin/sh\n{path}\n{line}\n")).unwrap();
    assert_eq!(code(&repo, &repo.top, &["status"]), 0);
    assert_eq!(code(&repo, &repo.top, &["install"]), 0);
    repo.write("app.py", leak(1));
    assert!(!commits(&repo, &repo.top));
    repo.write("app.py", "x = 1\n");
    assert!(commits(&repo, &repo.top));
    assert_eq!(code(&repo, &repo.top, &["uninstall"]), 0);
    assert!(place.exists());
}

#[test]
fn what_is_no_hook_is_left_alone() {
    let repo = Sandbox::new();
    fs::create_dir_all(place(&repo).parent().unwrap()).unwrap();
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
fn a_program_that_manages_hooks_is_told_instead() {
    for (file, config, written) in [
        (
            ".pre-commit-config.yaml",
            "repos: []\n",
            "#!/usr/bin/env bash\n# File generated by pre-commit: https://pre-commit.com\n",
        ),
        ("lefthook.yml", "pre-push:\n", "#!/bin/sh\ncall_lefthook run \"pre-commit\"\n"),
        (".husky/pre-commit", "npm test\n", "#!/usr/bin/env sh\n. \"${0%/*}/husky.sh\"\n"),
        (
            ".overcommit.yml",
            "PreCommit:\n",
            "#!/usr/bin/env ruby\n# Entrypoint for Overcommit hook\nrequire 'overcommit'\n",
        ),
    ] {
        let repo = Sandbox::new();
        repo.write(file, config);
        let (exit, told) = said(&hook(&repo, &repo.top, &["install"]));
        assert!(exit == 2 && told.contains(file) && told.contains("kagiban"), "{file}: {told}");
        assert!(!place(&repo).exists(), "{file}");
        assert_eq!(code(&repo, &repo.top, &["status"]), 1);
        other(&place(&repo), written);
        assert_eq!(code(&repo, &repo.top, &["install"]), 2);
        assert_eq!(fs::read_to_string(place(&repo)).unwrap(), written);
        assert_eq!(code(&repo, &repo.top, &["status"]), 1);
        // What it says is what is then found.
        let lines = told.split_once("\n\n").unwrap().1;
        repo.write(file, format!("{config}{lines}"));
        assert_eq!(code(&repo, &repo.top, &["status"]), 0, "{file}: {lines}");
        assert_eq!(code(&repo, &repo.top, &["install"]), 0);
        assert_eq!(fs::read_to_string(place(&repo)).unwrap(), written);
    }
}

/// Commits a leak with a reason not to audit it; returns what was said.
fn skip(repo: &Sandbox, reason: &str, more: &[&str]) -> (i32, String) {
    repo.git(&["add", "-A"]);
    let arguments = [&["commit", "-q", "-m", "Change"], more].concat();
    said(&repo.git_with(&[("KAGIBAN_SKIP", reason)], &arguments))
}

#[test]
fn a_skip_is_kept_in_the_commit_and_listed() {
    let repo = Sandbox::new();
    repo.commit("app.py", "x = 1\n");
    assert_eq!(code(&repo, &repo.top, &["install"]), 0);
    repo.write("app.py", leak(1));
    let (exit, told) = skip(&repo, "late at night,\nsite down; $(touch no) `touch no`", &[]);
    assert!(exit == 0 && told.contains("Kagiban-Skip"), "{told}");
    let message = repo.git(&["log", "-1", "--format=%B"]);
    let kept = "Kagiban-Skip: late at night, site down; $(touch no) `touch no`";
    assert_eq!(message, format!("Change\n\n{kept}"));
    assert!(!repo.top.join("no").exists());
    // Beside other trailers, once.
    repo.write("app.py", leak(2));
    assert_eq!(skip(&repo, "again", &["-s", "--trailer", "Kagiban-Skip: again"]).0, 0);
    let trailers = repo.git(&["log", "-1", "--format=%(trailers)"]);
    assert_eq!(trailers.trim(), "Signed-off-by: Aki <aki@shop.example>\nKagiban-Skip: again");
    // A commit that was given up stays so.
    repo.write("app.py", leak(3));
    repo.git(&["add", "-A"]);
    let editor = [("KAGIBAN_SKIP", "x"), ("GIT_EDITOR", "sed -i s/^[^#].*//")];
    assert!(!repo.git_with(&editor, &["commit", "-v", "-m", "Change", "--edit"]).status.success());
    // Without it the audit goes on.
    assert!(!commits(&repo, &repo.top));
    repo.git(&["checkout", "-q", "HEAD", "--", "app.py"]);

    let listed = repo.kagiban(&["--range", "HEAD~2..HEAD"]);
    let skips = listed.report["scan"]["hook_skips"].as_array().unwrap();
    let head = repo.git(&["rev-parse", "HEAD"]);
    let of_head = skips.iter().find(|skip| skip["commit"] == head.as_str()).unwrap();
    assert_eq!((skips.len(), of_head["reason"].as_str()), (2, Some("again")));
    let told = repo.told(&repo.top, &["--range", "HEAD~2..HEAD"]);
    let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains("was not audited by its author's hook (KAGIBAN_SKIP): again"), "{told}");

    // Nothing would keep the reason: it does not count.
    fs::remove_file(place(&repo).with_file_name("commit-msg")).unwrap();
    repo.write("app.py", leak(4));
    let (exit, told) = skip(&repo, "x", &[]);
    assert!(exit != 0 && told.contains("kagiban hook install"), "{told}");
}

#[test]
fn a_reason_that_is_a_secret_is_not_told() {
    let repo = Sandbox::new();
    repo.commit("app.py", "x = 1\n");
    assert_eq!(code(&repo, &repo.top, &["install"]), 0);
    repo.write("app.py", "x = 2\n");
    let secret = sample("amzn1.oa2-cs.v1.{hex:64}", 9);
    assert_eq!(skip(&repo, &secret, &[]).0, 0);
    let told = repo.told(&repo.top, &["--range", "HEAD~..HEAD"]);
    assert!(told.contains("KAGIBAN_SKIP") && !told.contains(secret.get(40..).unwrap()), "{told}");
}

#[test]
fn what_is_pushed_is_audited() {
    let repo = Sandbox::new();
    let remote = repo.outside().join("remote.git");
    repo.git(&["init", "-q", "--bare", remote.to_str().unwrap()]);
    repo.git(&["remote", "add", "origin", remote.to_str().unwrap()]);
    let push = |arguments: &[&str]| said(&repo.git_with(&[], &[&["push", "-q"], arguments].concat()));
    repo.commit("old.py", leak(1));
    assert_eq!(push(&["origin", "main"]).0, 0);
    other(&place(&repo).with_file_name("pre-push"), "#!/bin/sh\ncat >>.git/pushed\n");
    assert_eq!(code(&repo, &repo.top, &["install", "--pre-push"]), 0);
    assert!(said(&hook(&repo, &repo.top, &["status"])).1.contains("each push"));
    let no_verify = |name: &str, text: String| {
        repo.write(name, text);
        repo.git(&["add", "-A"]);
        repo.git(&["commit", "-q", "--no-verify", "-m", "Change"]);
    };
    // What the remote has does not count; a secret that is gone again does.
    no_verify("a.py", "x = 1\n".to_owned());
    let (exit, told) = push(&["origin", "main"]);
    assert_eq!(exit, 0, "{told}");
    assert!(fs::read_to_string(repo.top.join(".git/pushed")).unwrap().contains("refs/heads/main"));
    no_verify("b.py", leak(2));
    no_verify("b.py", "x = 1\n".to_owned());
    let (exit, told) = push(&["origin", "main"]);
    assert!(exit != 0 && told.contains("b.py"), "{told}");
    // A new branch is judged from where it left what the remote has.
    repo.git(&["checkout", "-q", "-b", "topic", "origin/main"]);
    no_verify("c.py", "y = 1\n".to_owned());
    assert_eq!(push(&["origin", "topic", "HEAD:refs/heads/other"]).0, 0);
    no_verify("d.py", leak(3));
    repo.git(&["tag", "-a", "-m", "x", "v1"]);
    assert_ne!(push(&["origin", "topic:newer"]).0, 0);
    assert_ne!(push(&["origin", "v1"]).0, 0);
    // To a place without a name everything is new; taking a branch away adds nothing.
    assert_ne!(push(&[remote.to_str().unwrap(), "origin/main:refs/heads/copy"]).0, 0);
    assert_eq!(push(&["origin", ":other"]).0, 0);
    // An allow that the pusher wrote counts.
    no_verify(
        "d.py",
        format!("# kagiban:allow lwa-client-secret reason=\"revoked\" until=2099-01-01\n{}", leak(3)),
    );
    repo.git(&["reset", "-q", "--soft", "HEAD~2"]);
    repo.git(&["commit", "-q", "--no-verify", "-m", "Change"]);
    let (exit, told) = push(&["-f", "origin", "topic"]);
    assert_eq!(exit, 0, "{told}");
    no_verify("e.py", leak(5));
    let skipped = said(&repo.git_with(&[("KAGIBAN_SKIP", "x")], &["push", "-q", "origin", "topic"]));
    assert!(skipped.0 == 0 && skipped.1.contains("KAGIBAN_SKIP"), "{}", skipped.1);
    assert_eq!(code(&repo, &repo.top, &["uninstall"]), 0);
    assert_eq!(
        fs::read_to_string(place(&repo).with_file_name("pre-push")).unwrap(),
        "#!/bin/sh\ncat >>.git/pushed\n"
    );
}

#[test]
fn it_says_when_it_is_not_on_path() {
    let repo = Sandbox::new();
    let (_, told) = said(&hook(&repo, &repo.top, &["install"]));
    assert!(told.contains("is not on PATH") && told.contains(env!("CARGO_BIN_EXE_kagiban")), "{told}");
    let folder = Path::new(env!("CARGO_BIN_EXE_kagiban")).parent().unwrap();
    let output =
        repo.tool(&repo.top).args(["hook", "install"]).env("PATH", path_with(folder)).output().unwrap();
    assert!(!said(&output).1.contains("PATH"));
    // A graphical client: hardly any PATH, and the program in a usual place.
    fs::remove_file(place(&repo)).unwrap();
    repo.git(&["config", "core.hooksPath", "hooks"]);
    assert_eq!(code(&repo, &repo.top, &["install"]), 0);
    repo.write("app.py", leak(1));
    repo.git(&["add", "-A"]);
    let poor = [("PATH", "/usr/bin:/bin")];
    let told = said(&repo.git_with(&poor, &["commit", "-q", "-m", "x"]));
    assert!(told.0 != 0 && told.1.contains("cargo install"), "{}", told.1);
    let bin = repo.outside().join("home/.cargo/bin");
    fs::create_dir_all(&bin).unwrap();
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_kagiban"), bin.join("kagiban")).unwrap();
    let told = said(&repo.git_with(&poor, &["commit", "-q", "-m", "x"]));
    assert!(told.0 != 0 && told.1.contains("app.py:1"), "{}", told.1);
}

fn path_with(folder: &Path) -> std::ffi::OsString {
    let mut path = folder.as_os_str().to_owned();
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap_or_default());
    path
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
