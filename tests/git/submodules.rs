//! Submodules: audited with the history around them where their objects are here, named where not.

use std::fs;

use serde_json::json;

use super::sandbox::{Outcome, Sandbox, leak};

/// A repository whose history holds a secret that HEAD no longer does.
fn library(seed: u64) -> Sandbox {
    let library = Sandbox::new();
    library.commit("lib.py", leak(seed));
    library.git(&["rm", "-q", "lib.py"]);
    library.git(&["commit", "-q", "-m", "Remove"]);
    library.commit("lib.py", "x = 1\n");
    library
}

fn add(repo: &Sandbox, library: &Sandbox, path: &str) {
    let url = library.top.display().to_string();
    repo.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", &url, path]);
    repo.git(&["commit", "-q", "-m", "Add a submodule"]);
}

/// Paths and reasons of what was skipped.
fn gaps(outcome: &Outcome) -> Vec<(String, String)> {
    let skipped = outcome.report["scan"]["skipped"].as_array().unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    skipped.iter().map(|s| (text(&s["path"]), text(&s["reason"]))).collect()
}

#[test]
fn their_histories_are_audited_under_their_paths() {
    let (library, repo) = (library(1), Sandbox::new());
    repo.commit("app.py", "x = 1\n");
    add(&repo, &library, "deep/lib");
    let outcome = repo.kagiban(&["--history"]);
    assert_eq!(
        (outcome.code, outcome.new_paths(), gaps(&outcome)),
        (1, vec!["deep/lib/lib.py".to_owned()], vec![])
    );
    let first = library.git(&["rev-list", "--max-parents=0", "HEAD"]);
    let exposure = &outcome.findings()[0]["exposure"];
    assert_eq!((&exposure["first_commit"], &exposure["at_head"]), (&json!(first), &json!(false)));
    assert_eq!(exposure["state"], "pushed", "it was cloned from somewhere");
    // Both are counted.
    let commits = |folder: &std::path::Path| -> u64 {
        repo.git_in(folder, &["rev-list", "--all", "--count"]).parse().unwrap()
    };
    let both = commits(&repo.top) + commits(&repo.top.join("deep/lib"));
    assert_eq!(outcome.report["scan"]["commits"], json!(both));
    // PATH narrows to it, or to what is beside it.
    assert_eq!(repo.kagiban(&["--history", "deep"]).new_paths(), ["deep/lib/lib.py"]);
    fs::create_dir(repo.top.join("other")).unwrap();
    assert_eq!(repo.kagiban(&["--history", "other"]).code, 0);
    // In the submodule itself it is an ordinary repository.
    assert_eq!(repo.kagiban_in(&repo.top.join("deep/lib"), &[], &["--history"]).new_paths(), ["lib.py"]);
    // A suppression names it by its path from the top.
    repo.write(
        "kagiban.toml",
        "[[allow]]\npath = \"deep/lib/**\"\nowner = \"a\"\nreason = \"b\"\nuntil = 2099-01-01\n",
    );
    assert_eq!(repo.kagiban(&["--history"]).code, 0);
    fs::remove_file(repo.top.join("kagiban.toml")).unwrap();
    // What was taken out again is still there.
    repo.git(&["rm", "-q", "deep/lib"]);
    repo.git(&["commit", "-q", "-m", "Remove"]);
    let outcome = repo.kagiban(&["--history"]);
    assert_eq!((outcome.code, outcome.new_paths().len(), gaps(&outcome)), (1, 1, vec![]));
}

#[test]
fn what_is_not_here_is_named() {
    let (library, repo) = (library(1), Sandbox::new());
    add(&repo, &library, "lib");
    let gap = vec![("lib".to_owned(), "submodule-absent".to_owned())];
    let url = format!("file://{}", repo.top.display());
    for arguments in [&["clone", "-q"][..], &["clone", "-q", "--bare"]] {
        let copy = repo.outside().join(arguments.len().to_string());
        repo.git(&[arguments, &[&url, copy.to_str().unwrap()]].concat());
        let outcome = repo.kagiban_in(&copy, &[], &["--history"]);
        assert_eq!((outcome.code, gaps(&outcome)), (3, gap.clone()));
        assert_eq!(outcome.report["scan"]["complete"], json!(false));
    }
    // Its objects are here, its commit is not.
    let lib = repo.top.join("lib");
    fs::write(lib.join("new.py"), "y = 1\n").unwrap();
    repo.git_in(&lib, &["add", "-A"]);
    repo.git_in(&lib, &["commit", "-q", "-m", "Local"]);
    repo.git(&["commit", "-q", "-a", "-m", "Move"]);
    let copy = repo.outside().join("2");
    repo.git_in(&copy, &["pull", "-q"]);
    repo.git_with(
        &[],
        &["-C", copy.to_str().unwrap(), "-c", "protocol.file.allow=always", "submodule", "update", "--init"],
    );
    let outcome = repo.kagiban_in(&copy, &[], &["--history"]);
    assert_eq!(gaps(&outcome), [("lib".to_owned(), "missing-object".to_owned())]);
    assert_eq!((outcome.code, outcome.new_paths()), (1, vec!["lib/lib.py".to_owned()]));
    // The other modes audit files, and a submodule's commit is none.
    assert_eq!(repo.kagiban_in(&copy, &[], &["--range", "HEAD^..HEAD"]).code, 0);
}

#[test]
fn submodules_of_submodules_and_of_linked_trees_are_audited() {
    let (inner, outer, repo) = (library(1), Sandbox::new(), Sandbox::new());
    add(&outer, &inner, "inner");
    add(&repo, &outer, "outer");
    let update =
        ["-c", "protocol.file.allow=always", "submodule", "--quiet", "update", "--init", "--recursive"];
    let gap = ("outer/inner".to_owned(), "submodule-absent".to_owned());
    assert_eq!(gaps(&repo.kagiban(&["--history"])), [gap]);
    repo.git(&update);
    let outcome = repo.kagiban(&["--history"]);
    assert_eq!((outcome.new_paths(), gaps(&outcome)), (vec!["outer/inner/lib.py".to_owned()], vec![]));
    let linked = repo.outside().join("linked");
    repo.git(&["worktree", "add", "-q", linked.to_str().unwrap()]);
    repo.git_in(&linked, &update);
    let outcome = repo.kagiban_in(&linked, &[], &["--history"]);
    assert!(outcome.new_paths().contains(&"outer/inner/lib.py".to_owned()), "{:?}", outcome.new_paths());
    assert_eq!(gaps(&outcome), []);
}

#[test]
fn a_submodule_that_keeps_its_own_git_folder_is_audited() {
    let (library, repo) = (library(1), Sandbox::new());
    let url = library.top.display().to_string();
    repo.git(&["clone", "-q", &url, "lib"]);
    repo.git(&["-c", "advice.addEmbeddedRepo=false", "add", "lib"]);
    repo.git(&["commit", "-q", "-m", "Embed"]);
    assert!(repo.top.join("lib/.git").is_dir());
    let outcome = repo.kagiban(&["--history"]);
    assert_eq!((outcome.new_paths(), gaps(&outcome)), (vec!["lib/lib.py".to_owned()], vec![]));
}

#[test]
fn nothing_leads_out_to_somebody_elses_repository() {
    let (library, other, repo) = (library(1), library(2), Sandbox::new());
    let url = library.top.display().to_string();
    repo.git(&["clone", "-q", &url, "lib"]);
    repo.git(&["-c", "advice.addEmbeddedRepo=false", "add", "lib"]);
    repo.git(&["commit", "-q", "-m", "Embed"]);
    fs::remove_dir_all(repo.top.join("lib")).unwrap();
    let gap = vec![("lib".to_owned(), "submodule-absent".to_owned())];
    fs::create_dir(repo.top.join("lib")).unwrap();
    fs::write(repo.top.join("lib/.git"), format!("gitdir: {}/.git\n", other.top.display())).unwrap();
    let outcome = repo.kagiban(&["--history"]);
    assert_eq!((outcome.new_paths(), gaps(&outcome)), (vec![], gap.clone()));
    fs::remove_dir_all(repo.top.join("lib")).unwrap();
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(&other.top, repo.top.join("lib")).unwrap();
        let outcome = repo.kagiban(&["--history"]);
        assert_eq!((outcome.new_paths(), gaps(&outcome)), (vec![], gap));
    }
}
