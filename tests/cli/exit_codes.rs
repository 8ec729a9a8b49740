//! What the exit code says, and what counts for it.

use crate::tree::{Tree, client_id, client_secret, found};

/// A high finding, an identifier and nothing else.
fn tree() -> Tree {
    let tree = Tree::new();
    tree.write(".env", format!("LWA_CLIENT_ID={}\nLWA_CLIENT_SECRET={}\n", client_id(1), client_secret(1)));
    tree
}

#[test]
fn clean_findings_and_failures_differ() {
    assert_eq!(Tree::new().run(&["scan"]).code, 0);
    assert_eq!(tree().run(&["scan"]).code, 1);
    assert_eq!(tree().run(&["scan", "no-such-folder"]).code, 2);
}

#[test]
fn fail_on_moves_the_bar() {
    let tree = tree();
    for (bar, code) in [("critical", 0), ("high", 1), ("medium", 1), ("low", 1), ("info", 1), ("never", 0)] {
        let ran = tree.run(&["scan", "--format", "json", "--fail-on", bar]);
        assert_eq!(ran.code, code, "{bar}");
        assert_eq!(found(&ran.json()), ["lwa-client-secret .env:2"], "{bar}: it is reported all the same");
    }
}

#[test]
fn min_severity_removes_from_report_and_exit_code() {
    let ran = tree().run(&["scan", "--format", "json", "--min-severity", "critical", "--fail-on", "info"]);
    assert_eq!((ran.code, found(&ran.json())), (0, Vec::new()));
}

#[test]
fn identifiers_are_shown_on_request_only() {
    let tree = tree();
    let both = ["lwa-client-id .env:1", "lwa-client-secret .env:2"];
    assert_eq!(found(&tree.scan(&["--identifiers"])), both);
    assert_eq!(found(&tree.scan(&["--only", "lwa-client-id"])), ["lwa-client-id .env:1"]);
    assert_eq!(found(&tree.scan(&["--only", "leak"])), ["lwa-client-secret .env:2"]);
    assert_eq!(tree.run(&["scan", "--only", "lwa-client-id"]).code, 0, "an identifier is info");
}

#[test]
fn only_and_skip_take_rules_and_families_and_repeat() {
    let tree = tree();
    assert_eq!(found(&tree.scan(&["--skip", "lwa-client-secret"])), [""; 0]);
    assert_eq!(found(&tree.scan(&["--skip", "leak"])), [""; 0]);
    assert_eq!(found(&tree.scan(&["--only", "mws-auth-token", "--only", "lwa-client-secret"])).len(), 1);
    let ran = tree.run(&["scan", "--only", "lwa-client-secrets"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("did you mean `lwa-client-secret`?"), "{}", ran.err);
}
