//! `scan --staged`: the index against HEAD, never the working tree.

use std::fs;
use std::path::Path;

use super::sandbox::{Sandbox, leak};

#[test]
fn before_the_first_commit_everything_staged_is_new() {
    let repo = Sandbox::new();
    repo.write("app.py", leak(1));
    repo.write("other.py", leak(2));
    repo.git(&["add", "app.py"]);
    let outcome = repo.kagiban(&["--staged"]);
    assert_eq!((outcome.code, outcome.new_paths()), (1, vec!["app.py".to_owned()]));
    assert_eq!(outcome.report["scan"]["mode"], "staged");
    assert_eq!(outcome.report["scan"]["files"], 1);
}

#[test]
fn an_empty_index_is_clean_and_complete() {
    let repo = Sandbox::new();
    let outcome = repo.kagiban(&["--staged"]);
    assert_eq!((outcome.code, outcome.new_paths().len()), (0, 0));
    repo.commit("app.py", leak(1));
    let outcome = repo.kagiban(&["--staged"]);
    assert_eq!((outcome.code, outcome.findings().len()), (0, 0));
    assert_eq!(outcome.report["scan"]["files"], 0);
}

#[test]
fn the_working_tree_is_not_read() {
    let repo = Sandbox::new();
    repo.commit("app.py", "x = 1\n");
    repo.write("app.py", leak(1));
    assert_eq!(repo.kagiban(&["--staged"]).code, 0);
    repo.git(&["add", "app.py"]);
    repo.write("app.py", "x = 2\n");
    let outcome = repo.kagiban(&["--staged"]);
    assert_eq!((outcome.code, outcome.new_paths()), (1, vec!["app.py".to_owned()]));
    fs::remove_file(repo.top.join("app.py")).unwrap();
    assert_eq!(repo.kagiban(&["--staged"]).code, 1);
}

#[test]
fn what_head_held_does_not_count() {
    let repo = Sandbox::new();
    repo.commit("app.py", leak(1));
    repo.write("app.py", format!("{}{}", leak(1), leak(2)));
    repo.git(&["add", "app.py"]);
    let outcome = repo.kagiban(&["--staged"]);
    assert_eq!(outcome.code, 1);
    assert_eq!((outcome.new_paths(), outcome.old_paths().len()), (vec!["app.py".to_owned()], 1));

    repo.write("app.py", format!("# moved by a line\n{}", leak(1)));
    repo.git(&["add", "app.py"]);
    let outcome = repo.kagiban(&["--staged"]);
    assert_eq!((outcome.code, outcome.new_paths().len(), outcome.old_paths().len()), (0, 0, 1));
}

#[test]
fn a_move_is_not_new_and_a_copy_is() {
    let repo = Sandbox::new();
    repo.commit("a/app.py", leak(1));
    repo.git(&["mv", "a/app.py", "b.py"]);
    let outcome = repo.kagiban(&["--staged"]);
    assert_eq!((outcome.code, outcome.old_paths()), (0, vec!["b.py".to_owned()]));
    repo.git(&["reset", "-q", "--hard"]);
    repo.write("b.py", leak(1));
    repo.git(&["add", "b.py"]);
    let outcome = repo.kagiban(&["--staged"]);
    assert_eq!((outcome.code, outcome.new_paths()), (1, vec!["b.py".to_owned()]));
}

#[test]
fn a_folder_and_a_file_may_change_places() {
    let repo = Sandbox::new();
    repo.commit("key/app.py", leak(1));
    repo.git(&["rm", "-q", "-r", "key"]);
    repo.write("key", leak(1));
    repo.git(&["add", "key"]);
    let outcome = repo.kagiban(&["--staged"]);
    assert_eq!((outcome.code, outcome.old_paths()), (0, vec!["key".to_owned()]));
    repo.git(&["commit", "-q", "-m", "Change"]);
    fs::remove_file(repo.top.join("key")).unwrap();
    repo.write("key/new.py", format!("{}{}", leak(1), leak(2)));
    repo.git(&["add", "-A"]);
    let outcome = repo.kagiban(&["--staged"]);
    assert_eq!((outcome.code, outcome.old_paths().len(), outcome.new_paths().len()), (1, 1, 1));
}

#[test]
fn intent_to_add_has_no_content_yet() {
    let repo = Sandbox::new();
    repo.commit("app.py", "x = 1\n");
    repo.write("later.py", leak(1));
    repo.git(&["add", "-N", "later.py"]);
    assert_eq!(repo.kagiban(&["--staged"]).code, 0);
    repo.git(&["add", "later.py"]);
    assert_eq!(repo.kagiban(&["--staged"]).code, 1);
}

#[test]
fn all_stages_of_a_conflict_are_read_and_the_other_side_is_old() {
    let repo = Sandbox::new();
    repo.commit("app.py", "x = 1\n");
    repo.git(&["checkout", "-q", "-b", "side"]);
    repo.commit("app.py", leak(1));
    repo.git(&["checkout", "-q", "main"]);
    repo.commit("app.py", "x = 2\n");
    let merge = repo.git_with(&[], &["merge", "-q", "side"]);
    assert!(!merge.status.success(), "the merge conflicts");
    // The secret came with the other side, which is one of the two old sides of a merge.
    let outcome = repo.kagiban(&["--staged"]);
    assert_eq!((outcome.code, outcome.old_paths()), (0, vec!["app.py".to_owned()]));
    // A secret of the resolution itself is new.
    repo.write("app.py", format!("{}{}", leak(1), leak(2)));
    repo.git(&["add", "app.py"]);
    let outcome = repo.kagiban(&["--staged"]);
    assert_eq!((outcome.code, outcome.new_paths().len(), outcome.old_paths().len()), (1, 1, 1));
}

#[test]
fn a_conflict_without_a_merge_counts() {
    let repo = Sandbox::new();
    repo.commit("app.py", "x = 1\n");
    repo.git(&["checkout", "-q", "-b", "side"]);
    repo.commit("app.py", leak(1));
    repo.git(&["checkout", "-q", "main"]);
    repo.commit("app.py", "x = 2\n");
    assert!(!repo.git_with(&[], &["cherry-pick", "side"]).status.success());
    assert_eq!(repo.kagiban(&["--staged"]).code, 1);
}

#[test]
fn names_flags_and_attributes_hide_nothing() {
    let repo = Sandbox::new();
    repo.commit("seen.py", "x = 1\n");
    repo.write(".gitattributes", "*.bin binary\n*.txt -diff\n* filter=evil\n");
    repo.write("鍵 \"番\"\t.py", leak(1));
    repo.write("data.bin", leak(2));
    repo.write("note.txt", leak(3));
    repo.write("seen.py", leak(4));
    repo.write("wide.txt", {
        let text: Vec<u8> = leak(5).encode_utf16().flat_map(u16::to_le_bytes).collect();
        [&[0xff, 0xfe][..], &text].concat()
    });
    repo.git(&["add", "-A"]);
    repo.git(&["update-index", "--assume-unchanged", "seen.py"]);
    repo.git(&["update-index", "--skip-worktree", "data.bin"]);
    let outcome = repo.kagiban(&["--staged"]);
    assert_eq!((outcome.code, outcome.new_paths().len()), (1, 5));
    assert!(outcome.new_paths().contains(&"鍵 \"番\"\t.py".to_owned()), "{:?}", outcome.new_paths());
}

#[test]
fn a_link_target_is_a_document() {
    let repo = Sandbox::new();
    let target = leak(1).replace(['"', ' '], "");
    let id = repo.git_fed(&["hash-object", "-w", "--stdin"], target.trim_end().as_bytes());
    repo.git(&["update-index", "--add", "--cacheinfo", &format!("120000,{id},link")]);
    let outcome = repo.kagiban(&["--staged"]);
    assert_eq!(outcome.code, 1);
    assert_eq!(outcome.findings()[0]["location"]["kind"], "link-target");
}

#[test]
fn split_and_sparse_indexes_are_read() {
    let repo = Sandbox::new();
    for folder in 0..4 {
        repo.write(&format!("f{folder}/a.py"), format!("x = {folder}\n"));
    }
    repo.commit("f1/deep/b.py", "y = 1\n");
    repo.git(&["add", "-A"]);
    repo.git(&["commit", "-q", "-m", "All"]);
    repo.git(&["update-index", "--split-index"]);
    repo.write("f2/a.py", leak(1));
    repo.git(&["add", "-A"]);
    assert!(
        fs::read_dir(repo.top.join(".git"))
            .unwrap()
            .flatten()
            .any(|e| { e.file_name().to_string_lossy().starts_with("sharedindex.") })
    );
    assert_eq!(repo.kagiban(&["--staged"]).new_paths(), ["f2/a.py"]);
    repo.git(&["commit", "-q", "-m", "Leak"]);
    repo.git(&["update-index", "--no-split-index"]);

    repo.git(&["sparse-checkout", "init", "--cone", "--sparse-index"]);
    repo.git(&["sparse-checkout", "set", "f1"]);
    repo.write("f1/a.py", leak(2));
    repo.git(&["add", "f1/a.py"]);
    assert!(repo.git(&["ls-files", "--sparse"]).lines().any(|line| line == "f2/"), "the index is sparse");
    let outcome = repo.kagiban(&["--staged"]);
    assert_eq!((outcome.code, outcome.new_paths()), (1, vec!["f1/a.py".to_owned()]));
    assert_eq!(outcome.report["scan"]["files"], 1);
}

#[test]
fn sha256_worktrees_submodules_and_other_owners_are_ordinary() {
    let repo = Sandbox::with(&["init", "-q", "-b", "main", "--object-format=sha256"]);
    repo.commit("app.py", "x = 1\n");
    repo.write("app.py", leak(1));
    repo.git(&["add", "-A"]);
    let outcome = repo.kagiban(&["--staged"]);
    assert_eq!((outcome.code, outcome.new_paths()), (1, vec!["app.py".to_owned()]));
    assert_eq!(outcome.findings()[0]["location"]["object"].as_str().unwrap().len(), 64);

    let repo = Sandbox::new();
    repo.commit("app.py", "x = 1\n");
    repo.git(&["worktree", "add", "-q", "../linked"]);
    let linked = repo.outside().join("linked");
    fs::write(linked.join("new.py"), leak(1)).unwrap();
    repo.git_in(&linked, &["add", "-A"]);
    assert_eq!(repo.kagiban_in(&linked, &[], &["--staged"]).new_paths(), ["new.py"]);
    assert_eq!(repo.kagiban(&["--staged"]).code, 0);

    let library = Sandbox::new();
    library.commit("lib.py", "x = 1\n");
    let url = library.top.display().to_string();
    repo.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", &url, "lib"]);
    let outcome = repo.kagiban(&["--staged"]);
    assert_eq!((outcome.code, outcome.skipped().len()), (0, 0), "a submodule's commit is no blob here");
    repo.write("lib/lib.py", leak(2));
    repo.git_in(&repo.top.join("lib"), &["add", "-A"]);
    assert_eq!(repo.kagiban_in(&repo.top.join("lib"), &[], &["--staged"]).new_paths(), ["lib.py"]);
}

#[test]
fn references_in_tables_are_ordinary() {
    let repo = Sandbox::with(&["init", "-q", "-b", "main", "--ref-format=reftable"]);
    let base = repo.commit("app.py", leak(1));
    // Many references make several blocks, and deletions leave their marks.
    for n in 0..300 {
        repo.git(&["update-ref", &format!("refs/heads/topic-{n:04}/of-some-length"), &base]);
    }
    repo.git(&["update-ref", "-d", "refs/heads/topic-0007/of-some-length"]);
    repo.git(&["tag", "-a", "v1", "-m", "One"]);
    repo.write("app.py", format!("{}{}", leak(1), leak(2)));
    repo.git(&["add", "-A"]);
    let outcome = repo.kagiban(&["--staged"]);
    assert_eq!((outcome.code, outcome.new_paths().len(), outcome.old_paths().len()), (1, 1, 1));
    repo.git(&["commit", "-q", "-m", "Leak"]);
    for range in ["v1..HEAD", "main~1..main", "topic-0299/of-some-length.."] {
        assert_eq!(repo.kagiban(&["--range", range]).new_paths().len(), 1, "{range}");
    }
    assert_eq!(repo.kagiban(&["--range", "topic-0007/of-some-length..HEAD"]).code, 2, "it was deleted");
    let outcome = repo.kagiban(&[]);
    assert_eq!(outcome.findings()[0]["exposure"]["state"], "committed");
    repo.git(&["worktree", "add", "-q", "../linked", "main~1", "--detach"]);
    let linked = repo.outside().join("linked");
    assert_eq!(repo.kagiban_in(&linked, &[], &["--range", "HEAD..main"]).new_paths().len(), 1);
}

#[test]
fn path_narrows_and_names_the_repository() {
    let repo = Sandbox::new();
    repo.write("a/app.py", leak(1));
    repo.write("ab/app.py", leak(2));
    repo.git(&["add", "-A"]);
    assert_eq!(repo.kagiban(&["--staged", "a"]).new_paths(), ["a/app.py"]);
    assert_eq!(repo.kagiban(&["--staged", "ab/app.py"]).new_paths(), ["ab/app.py"]);
    let top = repo.top.display().to_string();
    assert_eq!(repo.kagiban_in(&repo.outside(), &[], &["--staged", &top]).new_paths().len(), 2);
    let outside = repo.kagiban_in(&repo.outside(), &[], &["--staged"]);
    assert_eq!(
        (outside.code, outside.stderr.contains("not a git repository")),
        (2, true),
        "{}",
        outside.stderr
    );
    assert_eq!(repo.kagiban(&["--staged", "a", "ab"]).code, 2);
}

#[test]
fn a_foreign_repository_does_not_hear_the_environment() {
    let hook = Sandbox::new();
    hook.commit("app.py", "x = 1\n");
    let other = Sandbox::new();
    other.write("app.py", leak(1));
    other.git(&["add", "-A"]);
    let git_dir = hook.top.join(".git").display().to_string();
    let index = hook.top.join(".git/index").display().to_string();
    let variables = [("GIT_DIR", git_dir.as_str()), ("GIT_INDEX_FILE", index.as_str())];
    let top = other.top.display().to_string();
    let outcome = hook.kagiban_in(&hook.top, &variables, &["--staged", &top]);
    assert_eq!((outcome.code, outcome.new_paths()), (1, vec!["app.py".to_owned()]));
    // Without a path, git's word counts wherever the process stands.
    let index = other.top.join(".git/index").display().to_string();
    let git_dir = other.top.join(".git").display().to_string();
    let work_tree = other.top.display().to_string();
    let variables = [
        ("GIT_DIR", git_dir.as_str()),
        ("GIT_INDEX_FILE", index.as_str()),
        ("GIT_WORK_TREE", work_tree.as_str()),
    ];
    assert_eq!(hook.kagiban_in(&hook.outside(), &variables, &["--staged"]).new_paths(), ["app.py"]);
}

#[test]
fn settings_and_baseline_come_from_the_index() {
    let repo = Sandbox::new();
    let staged = ["--staged", "--fail-on", "high"];
    repo.write("app.py", leak(1));
    repo.git(&["add", "-A"]);
    let allow = "[[allow]]\nrule = \"lwa-client-secret\"\npath = \"app.py\"\nowner = \"aki\"\n\
                 reason = \"an example\"\nuntil = 2027-01-31\n";
    repo.write("kagiban.toml", allow);
    assert_eq!(repo.kagiban(&staged).code, 1, "settings of the working tree do not count");
    repo.git(&["add", "kagiban.toml"]);
    let outcome = repo.kagiban(&staged);
    assert_eq!((outcome.code, outcome.report["suppressed"].as_array().unwrap().len()), (0, 1));
    fs::remove_file(repo.top.join("kagiban.toml")).unwrap();
    assert_eq!(repo.kagiban(&staged).code, 0);
    repo.git(&["rm", "-q", "--cached", "kagiban.toml"]);
    fs::remove_file(repo.top.join("kagiban-baseline.json")).unwrap_err();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_kagiban"));
    let created = command.args(["baseline", "create"]).current_dir(&repo.top).output().unwrap();
    assert!(created.status.success());
    assert_eq!(repo.kagiban(&staged).code, 1, "a baseline of the working tree does not count");
    repo.git(&["add", "kagiban-baseline.json"]);
    assert_eq!(repo.kagiban(&staged).code, 0);
}

#[test]
fn a_hostile_configuration_runs_nothing_and_changes_nothing() {
    let repo = Sandbox::new();
    repo.write("app.py", leak(1));
    repo.git(&["add", "-A"]);
    let mark = repo.outside().join("ran");
    let run = format!("touch {}", mark.display());
    for key in ["core.fsmonitor", "core.pager", "core.sshCommand", "filter.evil.clean", "diff.external"] {
        repo.git(&["config", key, &run]);
    }
    let config = repo.top.join(".git/config");
    let hostile = "[include]\n\tpath = /dev/zero\n[core]\n\tworktree = /\n[safe]\n\tdirectory = /nowhere\n";
    fs::write(&config, fs::read_to_string(&config).unwrap() + hostile).unwrap();
    repo.write(".gitattributes", "* filter=evil\n");
    let outcome = repo.kagiban(&["--staged"]);
    assert_eq!(
        (outcome.code, outcome.new_paths(), outcome.skipped().len()),
        (1, vec!["app.py".to_owned()], 0)
    );
    assert!(!mark.exists());
}

#[test]
fn what_is_missing_or_broken_is_said() {
    let repo = Sandbox::new();
    repo.commit("app.py", "x = 1\n");
    repo.write("app.py", leak(1));
    repo.git(&["add", "-A"]);
    let id = repo.git(&["rev-parse", ":app.py"]);
    let object = repo.top.join(".git/objects").join(&id[..2]).join(&id[2..]);
    let whole = fs::read(&object).unwrap();
    fs::remove_file(&object).unwrap();
    let outcome = repo.kagiban(&["--staged"]);
    assert_eq!((outcome.code, outcome.skipped()), (3, vec!["missing-object".to_owned()]));
    fs::write(&object, &whole[..whole.len() / 2]).unwrap();
    let outcome = repo.kagiban(&["--staged"]);
    assert_eq!((outcome.code, outcome.skipped()), (3, vec!["damaged".to_owned()]));
    fs::write(repo.top.join(".git/index"), b"DIRCnonsense").unwrap();
    assert_eq!(repo.kagiban(&["--staged"]).code, 2);
}

/// Installs the tool as a hook that says what it found.
fn install(repo: &Sandbox, hook: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    let path = repo.top.join(".git/hooks").join(hook);
    let script =
        format!("#!/bin/sh\nexec \"{}\" scan --staged --no-progress\n", env!("CARGO_BIN_EXE_kagiban"));
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, script).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
}

fn commits(repo: &Sandbox, arguments: &[&str]) -> bool {
    repo.git_with(&[], arguments).status.success()
}

#[test]
fn a_pre_commit_hook_sees_what_each_form_of_commit_stages() {
    let repo = Sandbox::new();
    repo.commit("app.py", "x = 1\n");
    repo.commit("other.py", "y = 1\n");
    install(&repo, "pre-commit");

    repo.write("app.py", leak(1));
    assert!(!commits(&repo, &["commit", "-q", "-a", "-m", "x"]), "commit -a is stopped");
    assert!(!commits(&repo, &["commit", "-q", "-o", "app.py", "-m", "x"]), "commit -o is stopped");
    repo.write("other.py", "y = 2\n");
    repo.git(&["add", "other.py"]);
    assert!(commits(&repo, &["commit", "-q", "-m", "x"]), "the clean part may be committed");
    repo.write("other.py", leak(2));
    repo.git(&["add", "other.py"]);
    repo.write("app.py", "x = 3\n");
    assert!(commits(&repo, &["commit", "-q", "-o", "app.py", "-m", "x"]), "-o leaves the index out");
    assert!(!commits(&repo, &["commit", "-q", "--amend", "-m", "x"]), "amend commits the index");
    repo.write("other.py", "y = 3\n");
    assert!(!commits(&repo, &["commit", "-q", "-m", "x"]), "staged, then cleaned in the working tree");
    repo.git(&["add", "other.py"]);
    assert!(commits(&repo, &["commit", "-q", "-m", "x"]));
}

#[test]
fn a_partly_staged_file_is_judged_by_its_staged_part() {
    let repo = Sandbox::new();
    let lines: Vec<String> = (0..40).map(|n| format!("line {n}\n")).collect();
    repo.commit("app.py", lines.concat());
    install(&repo, "pre-commit");
    let mut changed = lines.clone();
    changed[2] = leak(1);
    changed[35] = "harmless\n".to_owned();
    repo.write("app.py", changed.concat());
    // `git add -p` with the answers "no" for the first hunk and "yes" for the second.
    repo.git_fed(&["add", "-p"], b"n\ny\n");
    assert!(commits(&repo, &["commit", "-q", "-m", "x"]));
    repo.git_fed(&["add", "-p"], b"y\n");
    assert!(!commits(&repo, &["commit", "-q", "-m", "x"]));
}

#[test]
fn a_hook_in_a_linked_worktree_sees_its_own_index() {
    let repo = Sandbox::new();
    repo.commit("app.py", "x = 1\n");
    repo.git(&["worktree", "add", "-q", "../linked"]);
    install(&repo, "pre-commit");
    let linked = repo.outside().join("linked");
    fs::write(linked.join("app.py"), leak(1)).unwrap();
    let commit = |folder: &Path| {
        let folder = folder.display().to_string();
        commits(&repo, &["-C", &folder, "commit", "-q", "-a", "-m", "x"])
    };
    assert!(!commit(&linked));
    fs::write(linked.join("app.py"), "x = 2\n").unwrap();
    assert!(commit(&linked));
}
