//! `exposure` of what a scan of files finds, with git as the oracle.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;

use kagiban::rules::sample;
use serde_json::{Value, json};

use super::sandbox::{Outcome, Sandbox, leak};

/// The exposure of the one client secret at a path.
fn exposure<'o>(outcome: &'o Outcome, path: &str) -> &'o Value {
    &finding(outcome, path)["exposure"]
}

fn finding<'o>(outcome: &'o Outcome, path: &str) -> &'o Value {
    let all = outcome.findings().iter().filter(|f| f["rule"] == "lwa-client-secret");
    let here: Vec<&Value> = all.filter(|f| f["location"]["path"] == path).collect();
    assert_eq!(here.len(), 1, "{path} in {:?}", outcome.new_paths());
    here[0]
}

#[test]
fn states_before_a_commit() {
    let repo = Sandbox::new();
    repo.commit("tracked.py", "x = 1\n");
    repo.write(".gitignore", "# keys\n\nsecret/\n!secret/kept.py\n*.env\n");
    repo.write("secret/key.py", leak(1));
    repo.write("shop.env", leak(2));
    repo.write("new.py", leak(3));
    repo.write("tracked.py", leak(4));
    repo.write("staged.py", leak(5));
    repo.git(&["add", "staged.py"]);
    repo.write(".git/info/exclude", "local.py\n");
    repo.write("local.py", leak(6));
    let outcome = repo.kagiban(&[]);
    let state = |path: &str| exposure(&outcome, path)["state"].as_str().unwrap_or("-").to_owned();
    assert_eq!(state("new.py"), "untracked");
    assert_eq!(state("tracked.py"), "unstaged");
    assert_eq!(state("staged.py"), "staged");
    for (path, rule) in
        [("secret/key.py", ".gitignore:3"), ("shop.env", ".gitignore:5"), ("local.py", ".git/info/exclude:1")]
    {
        assert_eq!(
            (state(path), &exposure(&outcome, path)["ignored_by"]),
            ("ignored".to_owned(), &json!(rule))
        );
        let oracle = repo.git(&["check-ignore", "-v", path]);
        let place = oracle.rsplit_once(':').unwrap().0;
        assert_eq!(place, rule);
    }
    assert_eq!(exposure(&outcome, "new.py")["first_commit"], Value::Null);
    assert_eq!(exposure(&outcome, "new.py")["at_head"], json!(false));
}

#[test]
fn the_users_own_excludes_file_counts_as_data() {
    let repo = Sandbox::new();
    repo.commit("a.py", "x = 1\n");
    let own = repo.outside().join("home/ignored");
    fs::write(&own, "*.pem\nkeys.py\n").unwrap();
    fs::write(repo.outside().join("home/.gitconfig"), "[core]\n\texcludesFile = ~/ignored\n").unwrap();
    // The scanned repository may not name another one.
    repo.git(&["config", "core.excludesFile", "/dev/zero"]);
    repo.write("keys.py", leak(1));
    let outcome = repo.kagiban(&[]);
    assert_eq!(exposure(&outcome, "keys.py")["state"], "ignored");
    assert_eq!(exposure(&outcome, "keys.py")["ignored_by"], "core.excludesFile:2");
}

#[test]
fn first_commit_authors_and_age_are_about_the_secret() {
    let repo = Sandbox::new();
    repo.commit_as("mio", "2025-12-01T00:00:00Z", "app.py", "x = 1\n");
    let first = repo.commit_as("aki", "2026-01-01T12:00:00Z", "app.py", leak(1));
    repo.commit_as("ren", "2026-01-05T00:00:00Z", "app.py", format!("y = 2\n{}", leak(1)));
    repo.commit_as("aki", "2026-01-06T00:00:00Z", "other.py", "z = 3\n");
    repo.commit_as("mio", "2026-01-07T00:00:00Z", "app.py", format!("{}{}", leak(1), leak(2)));
    let outcome = repo.kagiban(&[]);
    let all: Vec<&Value> = outcome.findings().iter().filter(|f| f["location"]["path"] == "app.py").collect();
    assert_eq!(all.len(), 2);
    let (old, new) = (&all[0]["exposure"], &all[1]["exposure"]);
    assert_eq!(old["state"], "committed");
    assert_eq!(old["first_commit"], json!(first));
    assert_eq!(old["first_seen"], "2026-01-01T12:00:00Z");
    assert_eq!(old["age_days"], 58);
    assert_eq!((&old["commits"], &old["authors"]), (&json!(4), &json!(3)));
    assert_eq!((&old["at_head"], &old["partial"]), (&json!(true), &json!(false)));
    assert_eq!(new["first_commit"], json!(repo.git(&["rev-parse", "HEAD"])));
    assert_eq!((&new["commits"], &new["authors"]), (&json!(1), &json!(1)));
    // Nothing says whether a remote has it, and nothing is claimed.
    assert_eq!((&old["as_of"], &old["remotes"]), (&Value::Null, &Value::Null));
    assert_eq!(all[0]["severity"], "high");
}

#[test]
fn a_merged_branch_and_a_mailmap_are_followed() {
    let repo = Sandbox::new();
    repo.commit_as(
        "mio",
        "2025-12-01T00:00:00Z",
        ".mailmap",
        "Aki <aki@shop.example> <akiko@shop.example>\n",
    );
    repo.git(&["checkout", "-q", "-b", "side"]);
    let first = repo.commit_as("akiko", "2026-01-02T00:00:00Z", "app.py", leak(1));
    repo.git(&["checkout", "-q", "main"]);
    repo.commit_as("mio", "2026-01-03T00:00:00Z", "b.py", "x = 1\n");
    repo.git(&["merge", "-q", "--no-ff", "-m", "Merge", "side"]);
    repo.commit_as("aki", "2026-01-04T00:00:00Z", "b.py", "x = 2\n");
    let outcome = repo.kagiban(&[]);
    let found = exposure(&outcome, "app.py");
    assert_eq!(found["first_commit"], json!(first));
    // The commit itself, the merge and the one after it; akiko and Aki are one.
    assert_eq!((&found["commits"], &found["authors"]), (&json!(3), &json!(1)));
}

#[test]
fn pushed_is_what_a_remote_had() {
    let repo = Sandbox::new();
    let hub = repo.outside().join("hub.git");
    repo.git(&["init", "-q", "--bare", hub.to_str().unwrap()]);
    repo.git(&["remote", "add", "origin", hub.to_str().unwrap()]);
    repo.commit("app.py", leak(1));
    repo.commit("b.py", "x = 1\n");
    repo.git(&["push", "-q", "origin", "main"]);
    repo.commit("late.py", leak(2));
    repo.git(&["config", "remote.origin.url", "https://aki:word@git.example/shop/app.git"]);
    let outcome = repo.kagiban(&[]);
    let pushed = finding(&outcome, "app.py");
    assert_eq!(pushed["exposure"]["state"], "pushed");
    assert_eq!(pushed["exposure"]["remotes"], json!(["git.example/shop/app"]));
    assert_eq!(pushed["exposure"]["as_of"], "2026-01-10T09:00:00Z");
    assert_eq!(
        (&pushed["severity"], &pushed["severity_because"]),
        (&json!("critical"), &json!(["pushed to a remote"]))
    );
    let late = finding(&outcome, "late.py");
    assert_eq!((&late["exposure"]["state"], &late["severity"]), (&json!("committed"), &json!("high")));
    assert!(!outcome.report.to_string().contains("word@"));
    // Gone from HEAD's tree of the file, but another file still holds it: one secret, one set of facts.
    repo.write("copy.py", leak(1));
    let outcome = repo.kagiban(&[]);
    assert_eq!(exposure(&outcome, "copy.py")["state"], "pushed");
}

#[test]
fn a_shallow_clone_gives_lower_bounds() {
    let origin = Sandbox::new();
    origin.commit("app.py", leak(1));
    origin.commit("b.py", "x = 1\n");
    let repo = Sandbox::new();
    let url = format!("file://{}", origin.top.display());
    repo.git(&["clone", "-q", "--depth", "1", &url, "../clone"]);
    let clone = repo.outside().join("clone");
    let outcome = repo.kagiban_in(&clone, &[], &[]);
    let found = exposure(&outcome, "app.py");
    assert_eq!(
        (&found["state"], &found["partial"], &found["commits"]),
        (&json!("pushed"), &json!(true), &json!(1))
    );
    assert!(outcome.report["scan"]["complete"].as_bool().unwrap(), "only history needs what is missing");
}

#[test]
fn each_file_belongs_to_the_innermost_repository() {
    let repo = Sandbox::new();
    repo.commit("app.py", "x = 1\n");
    let inner = Sandbox::new();
    inner.commit("lib.py", leak(1));
    fs::rename(&inner.top, repo.top.join("inner")).unwrap();
    let outcome = repo.kagiban(&[]);
    assert_eq!(exposure(&outcome, "inner/lib.py")["state"], "committed");
}

#[test]
fn outside_a_repository_nothing_is_claimed() {
    let repo = Sandbox::new();
    let plain = repo.outside().join("plain");
    fs::create_dir(&plain).unwrap();
    fs::write(plain.join("app.py"), leak(1)).unwrap();
    let outcome = repo.kagiban_in(&plain, &[], &[]);
    assert_eq!((outcome.code, exposure(&outcome, "app.py")), (1, &Value::Null));
}

#[test]
fn the_environment_of_a_hook_changes_nothing_here() {
    let repo = Sandbox::new();
    repo.commit("app.py", leak(1));
    let plain = repo.kagiban(&[]);
    let variables =
        [("GIT_DIR", "/nowhere"), ("GIT_INDEX_FILE", "/nowhere"), ("GIT_OBJECT_DIRECTORY", "/nowhere")];
    let outcome = repo.kagiban_in(&repo.top, &variables, &[]);
    assert_eq!(outcome.report, plain.report);
}

#[test]
fn references_in_tables_tell_when_a_remote_was_heard_of() {
    let repo = Sandbox::with(&["init", "-q", "-b", "main", "--ref-format=reftable"]);
    let hub = repo.outside().join("hub.git");
    repo.git(&["init", "-q", "--bare", hub.to_str().unwrap()]);
    repo.git(&["remote", "add", "origin", hub.to_str().unwrap()]);
    repo.commit("app.py", leak(1));
    let push = |date: &str, branch: &str| {
        let variables = [("GIT_COMMITTER_DATE", date)];
        assert!(repo.git_with(&variables, &["push", "-q", "origin", branch]).status.success());
    };
    push("2026-01-12T09:00:00Z", "main");
    let as_of = || exposure(&repo.kagiban(&[]), "app.py")["as_of"].clone();
    assert_eq!(as_of(), "2026-01-12T09:00:00Z");
    // Many entries, in several blocks, of several tables and of one.
    for n in 0..300 {
        repo.git(&["branch", &format!("a-branch-with-a-long-name-{n}")]);
    }
    push("2026-01-14T09:00:00Z", "main:other");
    assert_eq!(as_of(), "2026-01-14T09:00:00Z");
    repo.git(&["pack-refs", "--all"]);
    assert_eq!(as_of(), "2026-01-14T09:00:00Z");
}

/// A commit of a made history: when it was made, its parents, and which secrets each of [`PATHS`] holds.
struct Made {
    seconds: u64,
    parents: Vec<usize>,
    holds: Vec<BTreeSet<u64>>,
}

const PATHS: [&str; 4] = ["a.py", "d/b.py", "d/c.py", "d/e/f.py"];

/// Branches, merges, clocks that go backwards, and secrets that come, go and come again.
fn made_history(random: &mut fastrand::Rng) -> Vec<Made> {
    let mut all: Vec<Made> = Vec::new();
    for at in 0..60 {
        let mut parents: Vec<usize> = (0..random.usize(1..4)).map(|_| random.usize(0..at.max(1))).collect();
        parents.push(at.saturating_sub(random.usize(1..3)));
        parents.retain(|parent| *parent < at);
        parents.sort_unstable();
        parents.dedup();
        let of_parent = |path: usize| parents.last().map(|parent| all[*parent].holds[path].clone());
        let mut holds: Vec<BTreeSet<u64>> = (0..4).map(|path| of_parent(path).unwrap_or_default()).collect();
        let (path, secret) = (random.usize(0..4), random.u64(1..5));
        if !holds[path].remove(&secret) || random.u8(0..4) > 0 {
            holds[path].insert(secret);
        }
        let seconds = 1_700_000_000 + (at as u64 * 1_000).saturating_sub(random.u64(0..9_000));
        all.push(Made { seconds, parents, holds });
    }
    all
}

/// Puts a made history into a repository, and returns its commits in order.
fn import(repo: &Sandbox, history: &[Made]) -> Vec<String> {
    let mut stream = String::new();
    for (at, made) in history.iter().enumerate() {
        let who = format!("A <a{}@shop.example> {} +0000", at % 5, made.seconds);
        let _ = write!(stream, "commit refs/heads/main\nmark :{}\n", at + 1);
        let _ = write!(stream, "author {who}\ncommitter {who}\ndata 1\nx\n");
        for (nth, parent) in made.parents.iter().enumerate() {
            let _ = writeln!(stream, "{} :{}", if nth == 0 { "from" } else { "merge" }, parent + 1);
        }
        stream.push_str("deleteall\n");
        for (path, secrets) in PATHS.iter().zip(&made.holds) {
            let text: String = secrets.iter().map(|secret| leak(*secret)).collect();
            let _ = write!(stream, "M 100644 inline {path}\ndata {}\n{text}\n", text.len());
        }
    }
    repo.git_fed(&["fast-import", "--quiet", "--export-marks=marks"], stream.as_bytes());
    let marks = fs::read_to_string(repo.top.join("marks")).unwrap();
    fs::remove_file(repo.top.join("marks")).unwrap();
    let mut ids: Vec<(usize, String)> = marks
        .lines()
        .map(|line| line.strip_prefix(':').unwrap().split_once(' ').unwrap())
        .map(|(mark, id)| (mark.parse().unwrap(), id.to_owned()))
        .collect();
    ids.sort();
    repo.git(&["reset", "-q", "--hard", "main"]);
    ids.into_iter().map(|(_, id)| id).collect()
}

/// Commits from the last backwards, as long as a path holds a secret.
fn followed(history: &[Made], path: usize, secret: u64) -> BTreeSet<usize> {
    let mut seen = BTreeSet::new();
    let mut open = vec![history.len() - 1];
    while let Some(at) = open.pop() {
        if history[at].holds[path].contains(&secret) && seen.insert(at) {
            open.extend(&history[at].parents);
        }
    }
    seen
}

#[test]
fn many_paths_are_followed_as_if_each_were_alone() {
    for seed in 0..6 {
        let history = made_history(&mut fastrand::Rng::with_seed(seed));
        let repo = Sandbox::new();
        let ids = import(&repo, &history);
        let outcome = repo.kagiban(&[]);
        for secret in 1..5 {
            let at_paths: Vec<BTreeSet<usize>> =
                (0..4).map(|path| followed(&history, path, secret)).collect();
            let all: BTreeSet<usize> = at_paths.iter().flatten().copied().collect();
            // Each path that holds it got it in this commit.
            let came = all.iter().filter(|at| {
                let came_to = |path: usize| {
                    let before = |parent: &usize| history[*parent].holds[path].contains(&secret);
                    !at_paths[path].contains(at) || !history[**at].parents.iter().any(before)
                };
                (0..4).all(came_to)
            });
            let first = came.map(|at| (history[*at].seconds, &ids[*at])).min();
            let authors: BTreeSet<usize> = all.iter().map(|at| at % 5).collect();
            let shown = sample("amzn1.oa2-cs.v1.{hex:64}", secret);
            let lines = PATHS.iter().enumerate().find_map(|(path, name)| {
                let line = history.last()?.holds[path].iter().position(|other| *other == secret)?;
                Some((*name, line + 1))
            });
            let Some((path, line)) = lines else { continue };
            let is_it = |f: &&Value| f["location"]["path"] == path && f["location"]["line"] == line;
            let mut leaks = outcome.findings().iter().filter(|f| f["rule"] == "lwa-client-secret");
            let found = &leaks.find(is_it).unwrap()["exposure"];
            assert_eq!(found["commits"], json!(all.len()), "{seed} {secret}");
            assert_eq!(found["authors"], json!(authors.len()), "{seed} {secret}");
            assert_eq!(found["first_commit"], json!(first.map(|(_, id)| id)), "{seed} {secret}");
            assert_eq!(found["partial"], json!(false));
            assert!(!outcome.report.to_string().contains(&shown));
        }
    }
}
