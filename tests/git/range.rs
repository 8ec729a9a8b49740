//! `scan --range` and `--since`: what commits add.

use std::fs;

use serde_json::{Value, json};

use super::sandbox::{Outcome, Sandbox, has_tag, leak};

fn commits_of(outcome: &Outcome) -> Vec<String> {
    let new = outcome.findings().iter().filter(|f| !has_tag(f, "already-there"));
    new.map(|f| f["location"]["commit"].as_str().unwrap_or("-").to_owned()).collect()
}

#[test]
fn a_secret_added_and_removed_inside_counts() {
    let repo = Sandbox::new();
    let base = repo.commit("old.py", leak(9));
    let added = repo.commit("app.py", leak(1));
    repo.commit("app.py", "x = 1\n");
    let outcome = repo.kagiban(&["--range", &format!("{base}..HEAD")]);
    assert_eq!((outcome.code, outcome.new_paths()), (1, vec!["app.py".to_owned()]));
    assert_eq!(commits_of(&outcome), std::slice::from_ref(&added));
    assert_eq!(
        (&outcome.report["scan"]["mode"], &outcome.report["scan"]["commits"]),
        (&json!("range"), &json!(2))
    );
    let exposure = &outcome.findings()[0]["exposure"];
    assert_eq!((&exposure["state"], &exposure["first_commit"]), (&json!("committed"), &json!(added)));
    assert_eq!((&exposure["at_head"], &outcome.findings()[0]["severity"]), (&json!(false), &json!("high")));
}

#[test]
fn what_a_parent_held_is_old() {
    let repo = Sandbox::new();
    let base = repo.commit("app.py", leak(1));
    repo.commit("app.py", format!("x = 1\n{}", leak(1)));
    repo.git(&["mv", "app.py", "moved.py"]);
    repo.git(&["commit", "-q", "-m", "Move"]);
    let outcome = repo.kagiban(&["--range", &format!("{base}..")]);
    assert_eq!((outcome.code, outcome.new_paths().len(), outcome.old_paths().len()), (0, 0, 2));
    repo.commit("copy.py", leak(1));
    let outcome = repo.kagiban(&["--range", &format!("{base}..")]);
    assert_eq!((outcome.code, outcome.new_paths()), (1, vec!["copy.py".to_owned()]));
}

#[test]
fn evil_merges_count_and_honest_ones_do_not() {
    let repo = Sandbox::new();
    let base = repo.commit("app.py", "a\nb\nc\nd\ne\nf\ng\n");
    repo.git(&["checkout", "-q", "-b", "side"]);
    repo.commit("app.py", format!("{}a\nb\nc\nd\ne\nf\ng\n", leak(1)));
    repo.git(&["checkout", "-q", "main"]);
    let main = repo.commit("app.py", "a\nb\nc\nd\ne\nf\ng\nmain\n");
    repo.git(&["merge", "-q", "--no-ff", "-m", "Merge", "side"]);
    // The merge made a new blob of both sides, and brings nothing that neither had.
    let outcome = repo.kagiban(&["--range", "HEAD^1..HEAD"]);
    assert_eq!(outcome.new_paths().len(), 1, "the side branch itself is in the range");
    assert_eq!(commits_of(&outcome), [repo.git(&["rev-parse", "side"])]);
    let outcome = repo.kagiban(&["--range", "side..HEAD"]);
    assert_eq!((outcome.code, outcome.new_paths().len(), outcome.old_paths().len()), (0, 0, 1));

    repo.git(&["reset", "-q", "--hard", &main]);
    repo.git(&["merge", "-q", "--no-ff", "--no-commit", "side"]);
    repo.write("app.py", format!("{}{}a\nb\nc\nd\ne\nf\ng\nmain\n", leak(1), leak(2)));
    repo.write("extra.py", leak(3));
    repo.git(&["add", "-A"]);
    repo.git(&["commit", "-q", "-m", "Evil"]);
    let evil = repo.git(&["rev-parse", "HEAD"]);
    let outcome = repo.kagiban(&["--range", &format!("{base}..HEAD")]);
    assert_eq!(outcome.code, 1);
    let mut commits = commits_of(&outcome);
    commits.sort();
    let mut expected = vec![evil.clone(), evil, repo.git(&["rev-parse", "side"])];
    expected.sort();
    assert_eq!(commits, expected);
}

#[test]
fn the_first_commit_and_messages_are_documents() {
    let repo = Sandbox::new();
    repo.write("app.py", "x = 1\n");
    repo.git(&["add", "-A"]);
    repo.git(&["commit", "-q", "-m", &format!("Add\n\n{}", leak(1))]);
    repo.commit("app.py", leak(2));
    let outcome = repo.kagiban(&["--range", &format!("{}..HEAD", "0".repeat(40))]);
    let kinds: Vec<&Value> = outcome.findings().iter().map(|f| &f["location"]["kind"]).collect();
    assert_eq!(kinds, [&json!("commit-message"), &json!("file")]);
    assert_eq!(outcome.report["scan"]["files"], 2);
}

#[test]
fn the_commits_are_those_of_rev_list() {
    let repo = Sandbox::new();
    let mut base = repo.commit_as("aki", "2026-01-01T00:00:00Z", "a", "0\n");
    for n in 0..12 {
        // Clocks go back and forth, and branches are merged.
        let date = format!("2026-01-{:02}T00:00:00Z", 1 + (n * 7) % 20);
        if n % 4 == 1 {
            repo.git(&["checkout", "-q", "-b", &format!("b{n}")]);
            repo.commit_as("mio", &date, &format!("b{n}"), "x\n");
            repo.git(&["checkout", "-q", "main"]);
        }
        let commit = repo.commit_as("aki", &date, "a", format!("v{n}\n"));
        if n == 5 {
            base = commit;
        }
        if n % 4 == 3 {
            repo.git(&["merge", "-q", "--no-ff", "-m", "Merge", &format!("b{}", n - 2)]);
        }
    }
    for range in
        [format!("{base}..HEAD"), format!("b9..{base}"), "b1..b9".to_owned(), "HEAD..HEAD".to_owned()]
    {
        let outcome = repo.kagiban(&["--range", &range]);
        let oracle: u64 = repo.git(&["rev-list", "--count", &range]).parse().unwrap();
        assert_eq!((outcome.code, &outcome.report["scan"]["commits"]), (0, &json!(oracle)), "{range}");
    }
    let outcome = repo.kagiban(&["--since", "2026-01-10"]);
    let log = repo.git(&["log", "--format=%ct"]);
    let oracle = log.lines().filter(|line| line.parse::<i64>().unwrap() >= 1_768_003_200).count();
    assert_eq!(outcome.report["scan"]["commits"], json!(oracle));
    assert!(oracle > 2);
}

#[test]
fn bad_ranges_are_no_clean_audits() {
    let repo = Sandbox::new();
    repo.commit("app.py", leak(1));
    for range in
        ["nowhere..HEAD", "HEAD..nowhere", "HEAD", "HEAD...HEAD", &format!("{}..HEAD", "1".repeat(40))]
    {
        let outcome = repo.kagiban(&["--range", range]);
        assert_eq!(
            (outcome.code, outcome.stderr.starts_with("error: ")),
            (2, true),
            "{range}: {}",
            outcome.stderr
        );
    }
    assert_eq!(repo.kagiban(&["--range", "ci"]).code, 2);
    assert_eq!(repo.kagiban(&["--since", "yesterday"]).code, 2);
    assert_eq!(repo.kagiban_in(&repo.outside(), &[], &["--range", "A..B"]).code, 2);
}

#[test]
fn a_shallow_boundary_is_explained() {
    let origin = Sandbox::new();
    let base = origin.commit("app.py", "x = 1\n");
    origin.commit("app.py", leak(1));
    origin.commit("b.py", "x = 2\n");
    let url = format!("file://{}", origin.top.display());
    let clone = |depth: &str| {
        let name = format!("../clone{depth}");
        origin.git(&["clone", "-q", "--depth", depth, &url, &name]);
        origin.outside().join(format!("clone{depth}"))
    };
    let outcome = origin.kagiban_in(&clone("2"), &[], &["--range", &format!("{base}..HEAD")]);
    assert_eq!(
        (outcome.code, outcome.skipped()),
        (3, vec!["missing-object".to_owned(), "shallow".to_owned()])
    );
    let told = origin.told(&origin.outside().join("clone2"), &["--range", &format!("{base}..HEAD")]);
    assert!(told.contains("--unshallow"), "{told}");
    let outcome = origin.kagiban_in(&clone("3"), &[], &["--range", &format!("{base}..HEAD")]);
    assert_eq!(
        (outcome.code, outcome.skipped().len()),
        (1, 0),
        "the boundary itself is where the range starts"
    );
}

#[test]
fn settings_come_from_where_the_range_starts() {
    let repo = Sandbox::new();
    let base = repo.commit("app.py", "x = 1\n");
    let allow = "[[allow]]\nrule = \"lwa-client-secret\"\npath = \"*.py\"\nowner = \"aki\"\n\
                 reason = \"an example\"\nuntil = 2027-01-31\n";
    repo.commit("kagiban.toml", allow);
    let trusted = repo.git(&["rev-parse", "HEAD"]);
    repo.commit("app.py", leak(1));
    assert_eq!(repo.kagiban(&["--range", &format!("{base}..HEAD")]).code, 1);
    fs::remove_file(repo.top.join("kagiban.toml")).unwrap();
    let outcome = repo.kagiban(&["--range", &format!("{trusted}..HEAD")]);
    assert_eq!((outcome.code, outcome.report["suppressed"].as_array().unwrap().len()), (0, 1));
}

#[test]
fn platforms_tell_the_range() {
    let origin = Sandbox::new();
    origin.commit("app.py", leak(9));
    let repo = Sandbox::new();
    let url = format!("file://{}", origin.top.display());
    repo.git(&["clone", "-q", &url, "../work"]);
    let work = repo.outside().join("work");
    repo.git_in(&work, &["checkout", "-q", "-b", "topic"]);
    fs::write(work.join("new.py"), leak(1)).unwrap();
    repo.git_in(&work, &["add", "-A"]);
    repo.git_in(&work, &["commit", "-q", "-m", "Leak"]);
    let head = repo.git_in(&work, &["rev-parse", "HEAD"]);
    let first = repo.git_in(&work, &["rev-parse", "HEAD^"]);
    let event = repo.outside().join("event.json");
    let zero = "0".repeat(40);
    let github = |before: &str| {
        let text = format!("{{\"before\":\"{before}\",\"repository\":{{\"default_branch\":\"main\"}}}}");
        fs::write(&event, text).unwrap();
    };
    let event_path = event.display().to_string();
    let run = |variables: &[(&str, &str)]| {
        let outcome = repo.kagiban_in(&work, variables, &["--range", "ci"]);
        assert_eq!(
            (outcome.code, outcome.new_paths()),
            (1, vec!["new.py".to_owned()]),
            "{variables:?} {}",
            outcome.stderr
        );
    };
    let push = [("GITHUB_ACTIONS", "true"), ("GITHUB_EVENT_PATH", &*event_path), ("GITHUB_SHA", &*head)];
    github(&first);
    run(&push);
    github(&zero);
    run(&push);
    run(&[("GITHUB_ACTIONS", "true"), ("GITHUB_BASE_REF", "main")]);
    run(&[("GITLAB_CI", "true"), ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main"), ("CI_COMMIT_SHA", &head)]);
    run(&[("GITLAB_CI", "true"), ("CI_COMMIT_BEFORE_SHA", &zero), ("CI_DEFAULT_BRANCH", "main")]);
    run(&[("BITBUCKET_BUILD_NUMBER", "1"), ("BITBUCKET_COMMIT", &head), ("BITBUCKET_BRANCH", "topic")]);
    run(&[("TF_BUILD", "True"), ("SYSTEM_PULLREQUEST_TARGETBRANCH", "refs/heads/main")]);
    run(&[("CIRCLECI", "true"), ("CIRCLE_SHA1", &head), ("CIRCLE_BRANCH", "topic")]);
    run(&[("JENKINS_URL", "http://ci.example"), ("GIT_PREVIOUS_COMMIT", &first), ("GIT_COMMIT", &head)]);
    let gone = repo.kagiban_in(
        &work,
        &[("GITHUB_ACTIONS", "true"), ("GITHUB_BASE_REF", "gone")],
        &["--range", "ci"],
    );
    assert_eq!((gone.code, gone.stderr.contains("`gone`")), (2, true));
}

#[test]
fn a_quarantine_of_a_push_is_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let hub = Sandbox::with(&["init", "-q", "--bare", "-b", "main"]);
    let hook = hub.top.join("hooks/pre-receive");
    let script = format!(
        "#!/bin/sh\nwhile read old new ref; do \"{}\" scan --range \"$old..$new\" --no-progress || exit 1; done\n",
        env!("CARGO_BIN_EXE_kagiban")
    );
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    fs::write(&hook, script).unwrap();
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    let repo = Sandbox::new();
    repo.git(&["remote", "add", "origin", hub.top.to_str().unwrap()]);
    repo.commit("app.py", "x = 1\n");
    repo.git(&["push", "-q", "origin", "main"]);
    repo.commit("app.py", "x = 2\n");
    repo.git(&["push", "-q", "origin", "main"]);
    repo.commit("app.py", leak(1));
    let push = repo.git_with(&[], &["push", "-q", "origin", "main"]);
    let said = String::from_utf8_lossy(&push.stderr).into_owned();
    assert!(!push.status.success() && said.contains("app.py"), "{said}");
}
