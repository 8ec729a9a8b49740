//! What people accept, and what becomes of it.

use crate::tree::{NOW, Tree, client_secret, found};

fn line(seed: u64) -> String {
    format!("lwa_client_secret = \"{}\"\n", client_secret(seed))
}

/// A tree with one finding, and `kagiban.toml` as given.
fn tree_with(settings: &str) -> Tree {
    let tree = Tree::new();
    tree.write("src/a.py", line(1)).write("kagiban.toml", settings);
    tree
}

fn human(tree: &Tree, more: &[&str]) -> crate::tree::Ran {
    tree.run(&[&["scan", "--now", NOW], more].concat())
}

#[test]
fn an_inline_allow_holds_on_its_line_and_the_next() {
    let allow = "# kagiban:allow lwa-client-secret reason=\"revoked in May\" until=2027-01-31";
    for text in [format!("{} {allow}\n", line(1).trim_end()), format!("{allow}\n{}", line(1))] {
        let tree = Tree::new();
        tree.write("a.py", &text);
        let report = tree.scan(&[]);
        assert_eq!(found(&report), [""; 0], "{text}");
        let suppressed = &report["suppressed"][0];
        assert_eq!(suppressed["by"], "inline");
        assert_eq!(suppressed["reason"], "revoked in May");
        assert_eq!(suppressed["until"], "2027-01-31");
        assert_eq!(suppressed["path"], "a.py");
        assert_eq!(human(&tree, &[]).code, 0);
    }
}

#[test]
fn an_inline_allow_without_reason_or_end_does_not_hold_and_is_told() {
    for (rest, why) in [
        ("", "it names no rule"),
        (" leak reason=\"r\" until=2027-01-31", "it names a family"),
        (" lwa-client-secret until=2027-01-31", "it gives no reason"),
        (" lwa-client-secret reason=\"r\"", "it has neither until=2027-01-31 nor false-positive"),
        (" lwa-client-secret reason=\"r\" until=2027-02-31", "its date is not written as 2027-01-31"),
        (" lwa-client-secrets reason=\"r\" false-positive", "did you mean `lwa-client-secret`?"),
    ] {
        let tree = Tree::new();
        tree.write("a.py", format!("# kagiban:allow{rest}\n{}", line(1)));
        let ran = human(&tree, &[]);
        assert_eq!(ran.code, 1, "{rest}");
        let words = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains("a.py:1") && words.contains(why), "{rest}: {}", ran.out);
    }
}

#[test]
fn pragmas_of_other_scanners_suppress_nothing() {
    for pragma in [
        "gitleaks:allow",
        "betterleaks:allow",
        "trufflehog:ignore",
        "kingfisher:ignore",
        "pragma: allowlist secret",
        "ggignore",
        "nosec",
        "nosemgrep",
        "secretlint-disable-line",
    ] {
        let tree = Tree::new();
        tree.write("a.py", format!("{}  # {pragma}\n", line(1).trim_end()));
        tree.write(".gitleaksignore", "a.py:lwa-client-secret:1\n").write(".secretsignore", "a.py\n");
        assert_eq!(found(&tree.scan(&[])), ["lwa-client-secret a.py:1"], "{pragma}");
    }
}

#[test]
fn an_allow_in_the_settings_holds_by_rule_path_and_fingerprint() {
    let fingerprint = tree_with("").scan(&[])["findings"][0]["fingerprint"].as_str().unwrap().to_owned();
    for criterion in [
        "rule = \"lwa-client-secret\"".to_owned(),
        "path = \"src/**\"".to_owned(),
        format!("fingerprint = \"{fingerprint}\""),
    ] {
        let tree = tree_with(&format!(
            "[[allow]]\n{criterion}\nowner = \"mika\"\nreason = \"revoked\"\nuntil = 2027-01-31\n"
        ));
        let report = tree.scan(&[]);
        assert_eq!(found(&report), [""; 0], "{criterion}");
        assert_eq!(report["suppressed"][0]["by"], "config");
        assert_eq!(report["suppressed"][0]["owner"], "mika");
    }
    for criterion in ["rule = \"mws-auth-token\"", "path = \"tests/**\""] {
        let tree = tree_with(&format!(
            "[[allow]]\n{criterion}\nowner = \"m\"\nreason = \"r\"\nfalse_positive = true\n"
        ));
        let ran = human(&tree, &[]);
        assert_eq!(ran.code, 1);
        assert!(ran.out.contains("this suppression suppresses nothing: kagiban.toml:1"), "{}", ran.out);
    }
}

#[test]
fn an_allow_ends_on_its_day_and_says_so_before() {
    let with_end = |until: &str| {
        tree_with(&format!(
            "[[allow]]\nrule = \"lwa-client-secret\"\nowner = \"m\"\nreason = \"r\"\nuntil = {until}\n"
        ))
    };
    let expired = with_end("2026-11-23").scan(&[]);
    assert_eq!(found(&expired), ["waiver-expired kagiban.toml:5", "lwa-client-secret src/a.py:1"]);
    let last_day = with_end("2026-11-24");
    let ran = human(&last_day, &[]);
    assert_eq!(ran.code, 0);
    assert!(ran.out.contains("this suppression ends on 2026-11-24: kagiban.toml:1"), "{}", ran.out);
    let later = human(&with_end("2027-01-31"), &[]);
    assert!(later.code == 0 && !later.out.contains("warning"), "{}", later.out);
}

#[test]
fn the_baseline_accepts_what_was_there_and_nothing_new() {
    let tree = Tree::new();
    tree.write("a.py", line(1)).write("b.py", line(2));
    let created = tree.run(&["baseline", "create"]);
    assert_eq!((created.code, created.err.as_str()), (0, ""));
    let text = tree.read("kagiban-baseline.json");
    assert_eq!(text.lines().filter(|l| l.contains("fingerprint")).count(), 2, "a line an entry: {text}");
    assert!(!text.contains("line\":") && !text.contains("2026"), "no line numbers, no dates: {text}");
    assert_eq!(human(&tree, &[]).code, 0);
    // It moves, and is accepted where it is now; another one is not.
    tree.write("moved/c.py", format!("\n\n{}", line(1))).write("new.py", line(3));
    let report = tree.scan(&[]);
    assert_eq!(found(&report), ["lwa-client-secret new.py:1"]);
    assert_eq!(report["suppressed"].as_array().unwrap().len(), 3);
    std::fs::remove_file(tree.at("b.py")).unwrap();
    let ran = human(&tree, &[]);
    assert!(ran.out.contains("suppresses nothing"), "{}", ran.out);
    let pruned = tree.run(&["baseline", "prune"]);
    assert_eq!(pruned.code, 0, "{}", pruned.err);
    assert_eq!(tree.read("kagiban-baseline.json").matches("fingerprint").count(), 1);
    assert_eq!(found(&tree.scan(&[])), ["lwa-client-secret new.py:1"], "pruning accepts nothing");
}

#[test]
fn pruning_needs_a_full_audit() {
    let tree = Tree::new();
    tree.write("src/a.py", line(1));
    tree.run(&["baseline", "create"]);
    let before = tree.read("kagiban-baseline.json");
    for more in [&["--only", "mws-auth-token"][..], &["--skip", "leak"]] {
        let ran = tree.run(&[&["baseline", "prune"], more].concat());
        assert_eq!(ran.code, 2, "{more:?}");
        assert!(ran.err.contains("only a complete audit of everything"), "{}", ran.err);
    }
    assert_eq!(tree.read("kagiban-baseline.json"), before);
    // What was not looked at is not called unused either.
    tree.write(".git/HEAD", "").write("docs/a.md", "nothing");
    let ran = human(&tree, &["docs"]);
    assert!(!ran.out.contains("suppresses nothing"), "{}", ran.out);
}

#[test]
fn a_secret_that_could_be_guessed_needs_an_allow_with_an_end() {
    let tree = Tree::new();
    tree.write("notes.md", "Seller Central login\nemail: shop@example.com\npassword: Tr0ub4dour-and-3\n");
    let report = tree.scan(&[]);
    assert_eq!(found(&report), ["seller-central-login notes.md:3"]);
    let secret = &report["findings"][0]["secret"];
    assert_eq!((&secret["redacted"], &secret["length"]), (&"…".into(), &serde_json::Value::Null));
    let created = tree.run(&["baseline", "create"]);
    assert!(created.out.contains("1 left out"), "{}", created.out);
    assert_eq!(human(&tree, &[]).code, 1);
    let allow = "[[allow]]\nrule = \"seller-central-login\"\nowner = \"m\"\nreason = \"r\"\n";
    tree.write("kagiban.toml", format!("{allow}false-positive = true\n"));
    assert_eq!(human(&tree, &[]).code, 1);
    tree.write("kagiban.toml", format!("{allow}until = 2027-01-01\n"));
    assert_eq!(human(&tree, &[]).code, 0);
}

#[test]
fn a_broken_setting_points_at_its_line() {
    for (settings, at, message) in [
        ("fail-on = \"hihg\"\n", "1:11", "there is no such severity; did you mean `high`?"),
        (
            "\nfial-on = \"high\"\n",
            "2:1",
            "there is no key `fial-on` at the top level; did you mean `fail-on`?",
        ),
        ("lang = \"ja\"\nonly = [\"laek\"]\n", "2:9", "there is no such rule or family"),
        ("fail-on = \n", "1:11", ""),
        ("[[allow]]\nrule = \"lwa-client-secret\"\n", "1:1", "who answers for this"),
        ("[allow]\n", "1:1", "this must be"),
    ] {
        let tree = tree_with(settings);
        let ran = human(&tree, &[]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{settings}");
        assert!(ran.err.contains(&format!("--> kagiban.toml:{at}\n")), "{settings}: {}", ran.err);
        assert!(ran.err.contains(message), "{settings}: {}", ran.err);
    }
}

#[test]
fn a_secret_in_the_settings_is_not_quoted() {
    let secret = client_secret(1);
    let tree = tree_with(&format!("client-secret = \"{secret}\"\n{secret} = 1\n"));
    let ran = human(&tree, &[]);
    assert_eq!(ran.code, 2);
    assert!(!ran.err.contains(&secret[20..40]), "{}", ran.err);
}

#[test]
fn the_command_line_wins_over_the_settings() {
    let tree = tree_with("fail-on = \"never\"\nmin-severity = \"critical\"\nlang = \"ja\"\n");
    assert_eq!(human(&tree, &[]).code, 0);
    let ran = human(&tree, &["--fail-on", "low", "--min-severity", "low", "--lang", "en"]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("What to do"), "{}", ran.out);
}

#[test]
fn settings_are_looked_for_at_the_top_level_only() {
    let tree = Tree::new();
    tree.write("kagiban.toml", "fail-on = \"never\"\n")
        .write("repo/.git/HEAD", "")
        .write("repo/a.py", line(1));
    tree.write("repo/nested/.git/HEAD", "").write("repo/nested/kagiban.toml", "broken");
    assert_eq!(tree.run(&["scan", "repo"]).code, 1, "neither the parent's nor the nested one's");
    assert_eq!(tree.run(&["scan", "repo", "--config", "kagiban.toml"]).code, 0);
    let ran = tree.run(&["scan", "repo", "--config", "none.toml"]);
    assert_eq!((ran.code, ran.err.as_str()), (2, "error: none.toml: no such file or folder\n"));
}

#[test]
fn a_broken_baseline_names_its_line() {
    let tree = Tree::new();
    tree.write("a.py", line(1));
    tree.write("kagiban-baseline.json", "{\"version\": 1, \"entries\": [\n<<<<<<< ours\n]}\n");
    let ran = human(&tree, &[]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("kagiban-baseline.json:2: a merge conflict is not resolved"), "{}", ran.err);
}

#[test]
#[cfg(unix)]
fn settings_that_are_no_file_are_refused_and_not_waited_for() {
    let tree = Tree::new();
    let made = std::process::Command::new("mkfifo").arg(tree.at("kagiban.toml")).status().unwrap();
    assert!(made.success());
    let ran = human(&tree, &[]);
    assert_eq!((ran.code, ran.err.as_str()), (2, "error: kagiban.toml: it is no ordinary file\n"));
}
