//! The run history in repositories: merged by git, compared with commits.

use std::fs;
use std::path::Path;

use super::sandbox::{Sandbox, leak};
use serde_json::Value;

const FILE: &str = ".kagiban/evidence.jsonl";

fn ran(repo: &Sandbox, arguments: &[&str]) -> (i32, String) {
    let output = repo.run(Path::new(env!("CARGO_BIN_EXE_kagiban")), &repo.top, arguments);
    let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    (output.status.code().unwrap(), text)
}

fn record(repo: &Sandbox, now: &str) -> String {
    let (code, text) = ran(repo, &["evidence", "--history", "--no-progress", "--now", now]);
    assert_eq!(code, 0, "{text}");
    text
}

/// Audits the history at a time, adds the record and commits.
fn add(repo: &Sandbox, now: &str) {
    let file = repo.outside().join("evidence.json");
    fs::write(&file, record(repo, now)).unwrap();
    let (code, text) = ran(repo, &["evidence", "append", file.to_str().unwrap()]);
    assert_eq!(code, 0, "{text}");
    repo.git(&["add", "-A"]);
    repo.git(&["commit", "-q", "-m", now]);
}

/// The open finding of the secret itself.
fn leak_of(record: &Value) -> &Value {
    let open = record["open"].as_array().unwrap();
    open.iter().find(|finding| finding["rule"] == "lwa-client-secret").unwrap()
}

fn verify(repo: &Sandbox, more: &[&str]) -> (i32, String) {
    ran(repo, &[&["evidence", "verify", "--now", "2026-11-20", "--lang", "en"], more].concat())
}

#[test]
fn git_merges_runs_of_branches_either_way_round() {
    let mut verdicts = Vec::new();
    for turned in [false, true] {
        let repo = Sandbox::new();
        repo.commit(".gitattributes", format!("{FILE} merge=union text eol=lf\n"));
        add(&repo, "2026-10-01");
        repo.git(&["switch", "-q", "-c", "topic"]);
        add(&repo, "2026-10-20");
        repo.git(&["switch", "-q", "main"]);
        add(&repo, "2026-10-22");
        if turned {
            repo.git(&["switch", "-q", "topic"]);
        }
        repo.git(&["merge", "-q", "-m", "merged", if turned { "main" } else { "topic" }]);
        let text = fs::read_to_string(repo.top.join(FILE)).unwrap();
        assert_eq!(text.lines().count(), 3);
        let (code, said) = verify(&repo, &[]);
        assert_eq!(code, 0, "{said}");
        assert!(said.contains("2 lines go on from"), "{said}");
        add(&repo, "2026-11-10");
        let (code, said) = verify(&repo, &[]);
        assert_eq!(code, 0, "{said}");
        assert!(!said.contains("ends"), "{said}");
        verdicts.push(said.lines().next().unwrap().to_owned());
    }
    assert_eq!(verdicts[0], verdicts[1]);
}

#[test]
fn what_a_commit_holds_and_the_file_does_not_is_named() {
    let repo = Sandbox::new();
    repo.commit("README", "x\n");
    add(&repo, "2026-10-25");
    add(&repo, "2026-11-10");
    let path = repo.top.join(FILE);
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(verify(&repo, &["--since", "HEAD"]).0, 0);
    let (code, said) = verify(&repo, &["--since", "HEAD~2"]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("That commit has no run history"), "{said}");
    // The last line may be taken out: nobody names it, but git remembers it.
    let first = text.lines().next().unwrap();
    fs::write(&path, format!("{first}\n")).unwrap();
    assert_eq!(verify(&repo, &[]).0, 0);
    let (code, said) = verify(&repo, &["--since", "HEAD"]);
    assert_eq!(code, 1);
    assert!(said.contains("of 2026-11-10 is in that commit and no longer in the file"), "{said}");
    fs::remove_file(&path).unwrap();
    assert_eq!(verify(&repo, &["--since", "HEAD"]).0, 1);
    assert_eq!(verify(&repo, &["--since", "no-such-branch"]).0, 2);
}

#[test]
fn a_history_that_was_read_whole_speaks_for_itself() {
    let repo = Sandbox::new();
    repo.commit("app.env", leak(1));
    repo.git(&["tag", "v1"]);
    let found: Value = serde_json::from_str(&record(&repo, "2026-10-01")).unwrap();
    assert_eq!(found["scope"]["mode"], "history");
    assert_eq!(found["scope"]["commits"], 1);
    assert_eq!(found["scope"]["refs_total"], 2);
    assert!(leak_of(&found)["first_commit"].is_string());
    let state = |record: &Value, id: &str| {
        let questions = record["questions"].as_array().unwrap().clone();
        questions.iter().find(|question| question["id"] == id).unwrap()["state"].as_str().unwrap().to_owned()
    };
    assert_eq!(state(&found, "credential-exposure"), "evidence-against");
    add(&repo, "2026-10-01");
    // Gone from the files, not from the history.
    repo.commit("app.env", "moved\n");
    let found: Value = serde_json::from_str(&record(&repo, "2026-11-15")).unwrap();
    assert_eq!(state(&found, "credential-exposure"), "evidence-against");
    assert_eq!(state(&found, "remediation"), "evidence-against", "45 days are too many");
    let fingerprint = leak_of(&found)["fingerprint"].as_str().unwrap();
    repo.commit(
        "kagiban-ledger.toml",
        format!(
            "[[credential]]\nid = \"orders\"\nclass = \"lwa-client-secret\"\nfingerprint = \"{}\"\nowner = \"Mika\"\n\
             issued = 2026-10-10\nformer = [{{ fingerprint = \"{fingerprint}\", issued = 2026-05-01, rotated = 2026-10-10 }}]\n",
            "ab".repeat(16)
        ),
    );
    let found: Value = serde_json::from_str(&record(&repo, "2026-11-15")).unwrap();
    assert_eq!(found["rotated"][0]["key"], "orders");
    assert_eq!(found["counts"]["high"], 0);
    assert_eq!(state(&found, "credential-exposure"), "evidence-found");
    let clean = Sandbox::new();
    clean.commit("README", "x\n");
    let found: Value = serde_json::from_str(&record(&clean, "2026-10-01")).unwrap();
    assert_eq!(state(&found, "credential-exposure"), "evidence-found");
}
