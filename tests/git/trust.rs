//! What a change accepts by itself: allows, baseline entries and settings it brings beside a leak.

use serde_json::{Value, json};

use super::sandbox::{Outcome, Sandbox, has_tag, leak};

const COMMENT: &str = "# kagiban:allow lwa-client-secret reason=\"fixture\" until=2099-01-31\n";
const ALLOW: &str = "[[allow]]\nrule = \"lwa-client-secret\"\nowner = \"aki\"\nreason = \"fixture\"\n\
                     until = 2099-01-31\n";

/// Findings of `allow-added-in-change`: path, line, severity.
fn added(outcome: &Outcome) -> Vec<(String, u64, String)> {
    let found = outcome.findings().iter().filter(|f| f["rule"] == "allow-added-in-change");
    found
        .map(|f| {
            let place = &f["location"];
            let severity = f["severity"].as_str().unwrap().to_owned();
            (place["path"].as_str().unwrap().to_owned(), place["line"].as_u64().unwrap_or(0), severity)
        })
        .collect()
}

/// Suppressed findings: by what, and whether the change brought it.
fn suppressed(outcome: &Outcome) -> Vec<(Value, Value)> {
    let all = outcome.report["suppressed"].as_array().unwrap();
    all.iter().map(|s| (s["by"].clone(), s["added_in_change"].clone())).collect()
}

fn medium(path: &str, line: u64) -> Vec<(String, u64, String)> {
    vec![(path.to_owned(), line, "medium".to_owned())]
}

/// What `--range` says of the change since `base`, without and with `--accept-new-allows`.
fn range(repo: &Sandbox, base: &str) -> (Outcome, Outcome) {
    let range = format!("{base}..");
    (repo.kagiban(&["--range", &range]), repo.kagiban(&["--range", &range, "--accept-new-allows"]))
}

#[test]
fn a_comment_beside_a_new_secret_does_not_accept_it() {
    let repo = Sandbox::new();
    let base = repo.commit("README", "x\n");
    let commit = repo.commit("app.py", format!("x = 1\n{COMMENT}{}", leak(1)));
    let (plain, accepting) = range(&repo, &base);
    assert_eq!((plain.code, plain.new_paths()), (1, vec!["app.py".to_owned()]));
    assert_eq!((added(&plain), suppressed(&plain)), (medium("app.py", 2), vec![]));
    let finding = plain.findings().iter().find(|f| f["rule"] == "allow-added-in-change").unwrap();
    assert_eq!((&finding["family"], &finding["location"]["commit"]), (&json!("lifecycle"), &json!(commit)));
    assert_eq!(finding["evidence"][0]["text"], "lwa-client-secret");
    assert_eq!(accepting.new_paths(), Vec::<String>::new());
    assert_eq!(
        (added(&accepting), suppressed(&accepting)),
        (medium("app.py", 2), vec![(json!("inline"), json!(true))])
    );
    let high = repo.kagiban(&["--range", &format!("{base}.."), "--accept-new-allows", "--fail-on", "high"]);
    assert_eq!(high.code, 0);
}

#[test]
fn staged_comments_suppress_and_are_told() {
    let repo = Sandbox::new();
    repo.commit("README", "x\n");
    repo.write("app.py", format!("{COMMENT}{}", leak(1)));
    repo.git(&["add", "-A"]);
    let outcome = repo.kagiban(&["--staged", "--fail-on", "high"]);
    assert_eq!((outcome.code, outcome.new_paths()), (0, vec![]));
    assert_eq!(
        (added(&outcome), suppressed(&outcome)),
        (medium("app.py", 1), vec![(json!("inline"), json!(true))])
    );
    // Once it is committed it is old.
    repo.git(&["commit", "-q", "-m", "Fixture"]);
    repo.write("app.py", format!("y = 1\n\n  {COMMENT}{}", leak(2)));
    repo.git(&["add", "-A"]);
    let outcome = repo.kagiban(&["--staged"]);
    assert_eq!((outcome.code, added(&outcome)), (0, vec![]));
    assert_eq!(suppressed(&outcome), [(json!("inline"), json!(false))]);
}

#[test]
fn comments_that_were_there_suppress() {
    let repo = Sandbox::new();
    let base = repo.commit("app.py", format!("{COMMENT}{}", leak(1)));
    // The fixture moves down and gets another value.
    repo.commit("app.py", format!("x = 1\ny = 2\n    {COMMENT}    {}", leak(2)));
    let (plain, _) = range(&repo, &base);
    assert_eq!((plain.code, added(&plain)), (0, vec![]));
    assert_eq!(suppressed(&plain), [(json!("inline"), json!(false))]);
    // The file moves to another name with its lines.
    let base = repo.git(&["rev-parse", "HEAD"]);
    repo.git(&["mv", "app.py", "moved.py"]);
    repo.git(&["commit", "-q", "-m", "Move"]);
    let (plain, _) = range(&repo, &base);
    assert_eq!((plain.code, added(&plain)), (0, vec![]));
    // A copy of the comment stands beside another secret.
    let base = repo.git(&["rev-parse", "HEAD"]);
    let old = std::fs::read_to_string(repo.top.join("moved.py")).unwrap();
    repo.commit("moved.py", format!("{old}z = 1\n{COMMENT}{}", leak(3)));
    let (plain, _) = range(&repo, &base);
    assert_eq!((plain.code, added(&plain)), (1, medium("moved.py", 6)));
    assert_eq!(plain.new_paths(), ["moved.py"]);
}

#[test]
fn a_comment_that_had_ended_is_new_when_it_is_renewed() {
    let ended = COMMENT.replace("2099", "2026");
    let repo = Sandbox::new();
    let base = repo.commit("app.py", format!("{ended}{}", leak(1)));
    repo.commit("app.py", format!("x = 1\n{ended}{}", leak(1)));
    let (plain, _) = range(&repo, &base);
    let expired = plain.findings().iter().find(|f| f["rule"] == "waiver-expired").unwrap();
    assert!(has_tag(expired, "already-there"), "it had ended before");
    assert_eq!((plain.code, added(&plain)), (0, vec![]));
    repo.commit("app.py", format!("x = 1\n{COMMENT}{}", leak(1)));
    let (plain, _) = range(&repo, &base);
    assert_eq!(added(&plain), medium("app.py", 2));
}

#[test]
fn allows_of_the_settings_hold_from_the_merge_base_on() {
    let repo = Sandbox::new();
    let base = repo.commit("README", "x\n");
    repo.write("kagiban.toml", ALLOW);
    repo.commit("app.py", leak(1));
    repo.commit("kagiban.toml", ALLOW);
    let (plain, accepting) = range(&repo, &base);
    assert_eq!((plain.code, plain.new_paths()), (1, vec!["app.py".to_owned()]));
    assert_eq!(added(&plain), medium("kagiban.toml", 5));
    assert_eq!(suppressed(&accepting), [(json!("config"), json!(true))]);
    assert_eq!(added(&accepting), medium("kagiban.toml", 5));
    // From then on it is old, also when its reason is put in other words and its end is put off.
    let base = repo.git(&["rev-parse", "HEAD"]);
    repo.commit("kagiban.toml", ALLOW.replace("fixture", "revoked").replace("2099", "2100"));
    repo.commit("app.py", leak(2));
    let (plain, _) = range(&repo, &base);
    assert_eq!((plain.code, added(&plain)), (0, vec![]));
    assert_eq!(suppressed(&plain), [(json!("config"), json!(false))]);
    // A wider one is new.
    let narrow = ALLOW.replace("owner", "path = \"a/**\"\nowner");
    repo.commit("kagiban.toml", narrow);
    let base = repo.git(&["rev-parse", "HEAD"]);
    repo.commit("kagiban.toml", ALLOW);
    repo.commit("b/app.py", leak(3));
    let (plain, _) = range(&repo, &base);
    assert_eq!((plain.new_paths(), added(&plain)), (vec!["b/app.py".to_owned()], medium("kagiban.toml", 5)));
}

#[test]
fn what_hides_less_than_high_is_low() {
    let repo = Sandbox::new();
    repo.commit("README", "x\n");
    let ended = "[[allow]]\nrule = \"seller-id\"\nowner = \"aki\"\nreason = \"r\"\nuntil = 2026-01-31\n";
    let waiver = ALLOW.replace("lwa-client-secret", "waiver-expired");
    repo.write("kagiban.toml", format!("{ended}{waiver}"));
    repo.git(&["add", "-A"]);
    let outcome = repo.kagiban(&["--staged"]);
    assert_eq!((outcome.code, added(&outcome)), (0, vec![("kagiban.toml".to_owned(), 10, "low".to_owned())]));
}

#[test]
fn an_allow_does_not_hide_that_it_is_new() {
    let repo = Sandbox::new();
    let base = repo.commit("README", "x\n");
    let itself = ALLOW.replace("lwa-client-secret", "allow-added-in-change");
    repo.write("kagiban.toml", format!("min-severity = \"critical\"\n{ALLOW}{itself}"));
    repo.write("app.py", leak(1));
    repo.git(&["add", "-A"]);
    let staged = repo.kagiban(&["--staged"]);
    let paths: Vec<String> = added(&staged).into_iter().map(|a| a.0).collect();
    assert_eq!((staged.code, paths), (1, vec!["kagiban.toml".to_owned(); 2]), "the allow and the setting");
    repo.git(&["commit", "-q", "-m", "Hide"]);
    let (plain, _) = range(&repo, &base);
    assert_eq!((plain.code, plain.new_paths(), added(&plain).len()), (1, vec!["app.py".to_owned()], 2));
    // One that was there before may accept it.
    let repo = Sandbox::new();
    let base = repo.commit("kagiban.toml", itself);
    repo.commit("app.py", format!("{COMMENT}{}", leak(1)));
    let (_, accepting) = range(&repo, &base);
    assert_eq!((accepting.code, added(&accepting)), (0, vec![]));
}

#[test]
fn settings_that_hide_are_told() {
    for (setting, line) in [
        ("skip = [\"leak\"]\n", 1),
        ("lang = \"en\"\nskip = [\"lwa-client-secret\"]\n", 2),
        ("only = [\"sharing\"]\n", 1),
        ("min-severity = \"critical\"\n", 1),
    ] {
        let repo = Sandbox::new();
        let base = repo.commit("README", "x\n");
        repo.write("kagiban.toml", setting);
        repo.write("app.py", leak(1));
        repo.git(&["add", "-A"]);
        let staged = repo.kagiban(&["--staged"]);
        assert_eq!((staged.new_paths(), added(&staged)), (vec![], medium("kagiban.toml", line)), "{setting}");
        repo.git(&["commit", "-q", "-m", "Hide"]);
        let (plain, accepting) = range(&repo, &base);
        assert_eq!(plain.new_paths(), ["app.py"], "{setting}");
        assert_eq!((added(&plain), plain.code), (medium("kagiban.toml", line), 1), "{setting}");
        assert_eq!(accepting.new_paths(), Vec::<String>::new(), "{setting}");
        // A choice on the command line is nobody's change.
        let chosen = repo.kagiban(&["--range", &format!("{base}.."), "--skip", "leak"]);
        assert_eq!((chosen.code, chosen.findings().len()), (0, 0), "{setting}");
    }
}

#[test]
fn baseline_entries_hold_from_the_merge_base_on() {
    let repo = Sandbox::new();
    let base = repo.commit("README", "x\n");
    repo.write("app.py", format!("{}\n\n{}", leak(1), leak(2)));
    assert!(repo.tool(&repo.top).args(["baseline", "create"]).output().unwrap().status.success());
    repo.git(&["add", "-A"]);
    let staged = repo.kagiban(&["--staged"]);
    assert_eq!((staged.new_paths(), added(&staged)), (vec![], medium("kagiban-baseline.json", 0)));
    assert_eq!(suppressed(&staged), vec![(json!("baseline"), json!(true)); 2]);
    repo.git(&["commit", "-q", "-m", "Accept"]);
    let (plain, accepting) = range(&repo, &base);
    assert_eq!(
        (plain.code, plain.new_paths().len(), added(&plain)),
        (1, 2, medium("kagiban-baseline.json", 0))
    );
    assert_eq!(suppressed(&accepting), vec![(json!("baseline"), json!(true)); 2]);
    let base = repo.git(&["rev-parse", "HEAD"]);
    repo.commit("copy.py", leak(1));
    let (plain, _) = range(&repo, &base);
    assert_eq!(
        (plain.code, added(&plain), suppressed(&plain)),
        (0, vec![], vec![(json!("baseline"), json!(false))])
    );
}

#[test]
fn a_trusted_configuration_lies_outside() {
    let repo = Sandbox::new();
    let base = repo.commit("README", "x\n");
    repo.commit("app.py", leak(1));
    let trusted = repo.outside().join("trusted.toml");
    std::fs::write(&trusted, ALLOW).unwrap();
    let range = format!("{base}..");
    let outcome = repo.kagiban(&["--range", &range, "--config", trusted.to_str().unwrap()]);
    assert_eq!((outcome.code, added(&outcome)), (0, vec![]));
    assert_eq!(suppressed(&outcome), [(json!("config"), json!(false))]);
}

#[test]
fn other_modes_know_no_change() {
    let repo = Sandbox::new();
    repo.commit("app.py", format!("{COMMENT}{}", leak(1)));
    for mode in [&[][..], &["--history"]] {
        let outcome = repo.kagiban(mode);
        assert_eq!((outcome.code, added(&outcome)), (0, vec![]));
        assert_eq!(suppressed(&outcome), [(json!("inline"), json!(false))]);
    }
}
