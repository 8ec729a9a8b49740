//! What is judged in which state: notes in every version, forms in the tree that is there.

use std::fs;

use super::sandbox::{Outcome, Sandbox, has_tag, leak};

/// A note that hands a credential over.
fn note(seed: u64) -> String {
    format!("外注さん用のSP-APIのキーをお送りします。\n\n{}", leak(seed))
}

const FORM: &str = "<h1>Amazon MWS</h1>\n<input type=\"password\" name=\"mws_secret_key\">\n";

/// Rule, path or kind of place, and whether it counts, of what was found about sharing.
fn shared(outcome: &Outcome) -> Vec<(String, String, bool)> {
    let found = outcome.findings().iter().filter(|finding| finding["family"] == "sharing");
    let mut all: Vec<_> = found
        .map(|finding| {
            let place = &finding["location"];
            let at = place["path"].as_str().or(place["kind"].as_str()).unwrap();
            (finding["rule"].as_str().unwrap().to_owned(), at.to_owned(), !has_tag(finding, "already-there"))
        })
        .collect();
    all.sort();
    all
}

fn found(rule: &str, at: &str, counts: bool) -> (String, String, bool) {
    (rule.to_owned(), at.to_owned(), counts)
}

#[test]
fn what_is_staged_is_judged_against_head() {
    let repo = Sandbox::new();
    repo.commit("old.txt", note(1));
    repo.commit("form.html", FORM);
    repo.write("old.txt", format!("{}\nmore words\n", note(1)));
    repo.write("form.html", format!("{FORM}<p>more</p>\n"));
    repo.write("new.txt", note(2));
    repo.git(&["add", "-A"]);
    // What lies there by now is not what will be committed.
    fs::remove_file(repo.top.join("new.txt")).unwrap();
    let outcome = repo.kagiban(&["--staged"]);
    let wanted = [
        found("handover-note", "new.txt", true),
        found("handover-note", "old.txt", false),
        found("tool-intake-form", "form.html", false),
    ];
    assert_eq!(shared(&outcome), wanted);
}

#[test]
fn a_range_is_judged_as_it_ends() {
    let repo = Sandbox::new();
    repo.commit("old.txt", note(1));
    let base = repo.commit("form.html", FORM);
    repo.commit("gone.html", FORM);
    repo.git(&["rm", "-q", "gone.html"]);
    repo.git(&["commit", "-q", "-m", "Remove"]);
    repo.commit("old.txt", format!("{}\nmore words\n", note(1)));
    repo.commit("form.html", format!("{FORM}<p>more</p>\n"));
    repo.commit("new.html", FORM);
    repo.write("x", "y");
    repo.git(&["add", "x"]);
    repo.git(&["commit", "-q", "-m", &note(3)]);
    let outcome = repo.kagiban(&["--range", &format!("{base}..HEAD")]);
    let wanted = [
        found("handover-note", "commit-message", true),
        found("handover-note", "old.txt", false),
        found("tool-intake-form", "form.html", false),
        found("tool-intake-form", "new.html", true),
    ];
    assert_eq!(shared(&outcome), wanted);
    assert!(outcome.skipped().is_empty());
}

#[test]
fn history_knows_every_note_and_the_forms_that_are_there() {
    let repo = Sandbox::new();
    repo.commit("note.txt", note(1));
    repo.commit("gone.html", FORM);
    repo.git(&["rm", "-q", "note.txt", "gone.html"]);
    repo.git(&["commit", "-q", "-m", &note(2)]);
    repo.commit("form.html", FORM);
    repo.write("form.html", "not committed");
    let outcome = repo.kagiban(&["--history"]);
    let wanted = [
        found("handover-note", "commit-message", true),
        found("handover-note", "note.txt", true),
        found("tool-intake-form", "form.html", true),
    ];
    assert_eq!(shared(&outcome), wanted);
}

#[test]
fn a_comment_accepts_what_history_finds_at_its_end() {
    let repo = Sandbox::new();
    let allow = "<!-- kagiban:allow tool-intake-form reason=\"our own page\" false-positive -->\n";
    repo.commit("form.html", format!("<h1>Amazon MWS</h1>\n{allow}<input name=\"mws_secret_key\">\n"));
    for arguments in [&["--history"][..], &["."]] {
        let outcome = repo.kagiban(arguments);
        assert_eq!(shared(&outcome), [], "{arguments:?}");
        assert_eq!(outcome.report["suppressed"].as_array().unwrap().len(), 1, "{arguments:?}");
    }
}

#[test]
fn one_note_is_one_finding_however_it_is_looked_at() {
    let repo = Sandbox::new();
    repo.commit("note.txt", note(1));
    let print = |arguments: &[&str]| {
        let outcome = repo.kagiban(arguments);
        let found = outcome.findings().iter().find(|finding| finding["rule"] == "handover-note");
        found.map(|finding| finding["fingerprint"].as_str().unwrap().to_owned())
    };
    let scanned = print(&["."]);
    assert!(scanned.is_some());
    assert_eq!(print(&["--history"]), scanned);
    repo.commit("note.txt", format!("\n\nwords before\n\n{}", note(1)));
    assert_eq!(print(&["."]), scanned, "a fingerprint knows no lines");
}

#[test]
fn parts_of_the_own_organisation_are_nobody_elses() {
    let repo = Sandbox::new();
    let called = "on: push\njobs:\n  docs:\n    uses: kiku/automations/.github/workflows/docs.yml@main\n    \
        secrets: inherit\n    with:\n      schema: amazon_selling_partner\n";
    repo.commit(".github/workflows/docs.yml", called);
    let rules = |options: &[&str]| -> Vec<String> {
        shared(&repo.kagiban(options)).into_iter().map(|(rule, _, _)| rule).collect()
    };
    assert_eq!(rules(&[]), ["ci-secret-to-unpinned-action", "ci-untrusted-trigger"]);
    repo.git(&["remote", "add", "origin", "git@github.com:kiku/shop.git"]);
    for options in [&[][..], &["--history"]] {
        assert_eq!(rules(options), [""; 0], "{options:?}");
    }
}
