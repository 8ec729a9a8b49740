//! The JSON that other programs read, key by key.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::tree::{NOW, Tree, client_id, client_secret, found, refresh_token};

/// Two files with one secret, a complete set in one of them, an accepted one and a pipe's worth of
/// everything else.
fn tree() -> Tree {
    let tree = Tree::new();
    let set = format!(
        "LWA_CLIENT_ID={}\nLWA_CLIENT_SECRET={}\nLWA_REFRESH_TOKEN={}\n",
        client_id(1),
        client_secret(1),
        refresh_token(1)
    );
    tree.write("config/.env", set);
    tree.write("docs/鍵.md", format!("The secret is {} .\n", client_secret(1)));
    let accepted = "kagiban:allow lwa-client-secret reason=\"revoked\" until=2027-01-31";
    tree.write("old.py", format!("lwa_client_secret = \"{}\" # {accepted}\n", client_secret(2)));
    tree
}

fn keys(value: &Value) -> BTreeSet<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn every_key_of_the_schema_is_there() {
    let report = tree().scan(&["--skip", "same-credential-many-places"]);
    assert_eq!(keys(&report), ["findings", "scan", "schema_version", "summary", "suppressed", "tool"].into());
    assert_eq!(report["schema_version"], 1);
    assert_eq!(keys(&report["tool"]), ["name", "rules_digest", "version"].into());
    assert_eq!(report["tool"]["name"], "kagiban");
    assert_eq!(report["tool"]["version"], env!("CARGO_PKG_VERSION"));
    assert!(report["tool"]["rules_digest"].as_str().unwrap().starts_with("sha256:"));
    let size = |path: &str, tree: &Tree| std::fs::metadata(tree.at(path)).unwrap().len();
    let tree = tree();
    let bytes = size("config/.env", &tree) + size("docs/鍵.md", &tree) + size("old.py", &tree);
    assert_eq!(
        report["scan"],
        json!({
            "mode": "worktree", "roots": ["."], "files": 3, "bytes": bytes, "commits": 0,
            "started_at": "2026-11-24T00:00:00Z", "elapsed_ms": 0, "complete": true, "limited": false,
            "skipped": []
        })
    );
    assert_eq!(report["summary"], json!({"critical": 1, "high": 3, "medium": 0, "low": 0, "info": 0}));
    let finding = &report["findings"][1];
    assert_eq!(
        keys(finding),
        [
            "also_at",
            "bundle",
            "confidence",
            "evidence",
            "family",
            "fingerprint",
            "location",
            "message",
            "policy",
            "remediation",
            "rule",
            "secret",
            "severity",
            "severity_because",
            "tags",
            "title"
        ]
        .into()
    );
    assert_eq!(
        keys(&finding["location"]),
        ["column", "end_column", "end_line", "inner", "kind", "line", "path", "root"].into()
    );
    assert_eq!(
        keys(&report["suppressed"][0]),
        ["added_in_change", "by", "fingerprint", "path", "reason", "rule", "until"].into()
    );
}

#[test]
fn findings_are_sorted_and_say_where_else() {
    let report = tree().scan(&["--skip", "same-credential-many-places"]);
    assert_eq!(
        found(&report),
        [
            "credential-bundle config/.env:1",
            "lwa-client-secret config/.env:2",
            "lwa-refresh-token config/.env:3",
            "lwa-client-secret docs/鍵.md:1"
        ]
    );
    let [bundle, secret, token, copy] = report["findings"].as_array().unwrap().as_slice() else {
        panic!("four findings")
    };
    assert_eq!(bundle.get("secret"), None);
    assert_eq!(bundle["also_at"].as_array().unwrap().len(), 2, "the other members");
    assert_eq!(bundle["bundle"], secret["bundle"]);
    assert_eq!(secret["bundle"], token["bundle"]);
    assert_eq!(copy.get("bundle"), None);
    assert_eq!(secret["fingerprint"], copy["fingerprint"], "one secret, one name");
    assert_eq!(secret["also_at"][0]["path"], "docs/鍵.md");
    assert_eq!(copy["also_at"][0]["path"], "config/.env");
    let shown = secret["secret"]["redacted"].as_str().unwrap();
    assert_eq!(shown, format!("{}…", &client_secret(1)[.."amzn1.oa2-cs.v1.".len() + 4]));
    assert_eq!(secret["secret"]["length"], 80);
    assert_eq!(copy["location"]["column"], "The secret is ".len() + 1);
    assert_eq!(copy["location"]["end_column"], "The secret is ".len() + 81);
}

#[test]
fn the_fingerprint_is_as_promised() {
    use sha2::{Digest as _, Sha256};
    let report = tree().scan(&[]);
    let hashed = [&b"kagiban/1\0lwa-client-secret\0"[..], client_secret(1).as_bytes()].concat();
    let hex: String = Sha256::digest(hashed).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(report["findings"][1]["fingerprint"], hex);
}

#[test]
fn encoded_and_plain_forms_are_one_secret() {
    use base64::Engine as _;
    let token = refresh_token(1);
    let base64 = base64::engine::general_purpose::STANDARD.encode(&token);
    let tree = Tree::new();
    tree.write("a.txt", format!("refresh_token={token}\n"));
    tree.write("b.txt", format!("refresh_token={}\n", token.replace('|', "%7C")));
    tree.write("c.yaml", format!("data:\n  refresh_token: {base64}\n"));
    let report = tree.scan(&["--skip", "same-credential-many-places"]);
    let names: BTreeSet<&str> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["fingerprint"].as_str().unwrap())
        .collect();
    assert_eq!((found(&report).len(), names.len()), (3, 1), "{:?}", found(&report));
    assert_eq!(report["findings"][2]["tags"], json!(["encoded"]));
}

#[test]
fn further_places_are_listed_up_to_a_hundred_and_counted() {
    let tree = Tree::new();
    for number in 0..150 {
        tree.write(&format!("{number:03}.py"), format!("lwa_client_secret = \"{}\"\n", client_secret(1)));
    }
    let report = tree.scan(&[]);
    let last = &report["findings"][149];
    assert_eq!(last["also_at"].as_array().unwrap().len(), 100);
    assert_eq!(last["also_at_total"], 149);
    assert_eq!(last["also_at"][0]["path"], "000.py");
}

#[test]
fn the_same_input_gives_the_same_bytes_at_any_number_of_threads() {
    let tree = tree();
    for number in 0..200 {
        tree.write(
            &format!("{}/{number}.py", number % 7),
            format!("lwa_client_secret = \"{}\"\n", client_secret(number % 50)),
        );
    }
    for format in ["json", "jsonl", "sarif", "human"] {
        let with_jobs = |jobs| tree.run(&["scan", "--now", NOW, "--format", format, "--jobs", jobs]).out;
        let one = with_jobs("1");
        assert!(one.len() > 10_000, "{format}");
        for jobs in ["2", "8", "8"] {
            assert_eq!(with_jobs(jobs), one, "{format} at {jobs} threads");
        }
    }
}

#[test]
fn json_lines_end_with_what_was_audited() {
    let tree = tree();
    let whole = tree.scan(&[]);
    let lines = tree.run(&["scan", "--format", "jsonl", "--now", NOW]).out;
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let (last, findings) = lines.split_last().unwrap();
    assert_eq!(Value::from(findings), whole["findings"]);
    assert_eq!(*last, json!({"scan": whole["scan"], "summary": whole["summary"]}));
}

#[test]
fn sentences_follow_the_language_and_keys_do_not() {
    let tree = tree();
    let (english, japanese) = (tree.scan(&["--lang", "en"]), tree.scan(&["--lang", "ja"]));
    assert_eq!(keys(&english["findings"][1]), keys(&japanese["findings"][1]));
    assert_eq!(english["findings"][1]["rule"], japanese["findings"][1]["rule"]);
    let is_japanese = |value: &Value| value.as_str().unwrap().contains(|c| matches!(c, 'ぁ'..='ん'));
    assert!(is_japanese(&japanese["findings"][1]["message"]));
    assert!(!is_japanese(&english["findings"][1]["message"]));
}
