//! `kagiban evidence` and `kagiban answers`.

use crate::tree::{NOW, Ran, Tree, client_secret};

/// A folder in which nothing is wrong.
fn clean() -> Tree {
    let tree = Tree::new();
    tree.write("src/a.py", "print(1)\n");
    tree
}

/// Audits at a time and adds the record.
fn add(tree: &Tree, now: &str) -> Ran {
    let record = tree.run(&["evidence", "--no-progress", "--now", now]);
    assert_eq!(record.code, 0, "{record:?}");
    tree.write("evidence.json", &record.out);
    let added = tree.run(&["evidence", "append", "evidence.json"]);
    std::fs::remove_file(tree.at("evidence.json")).unwrap();
    added
}

fn state<'r>(record: &'r serde_json::Value, id: &str) -> &'r str {
    let questions = record["questions"].as_array().unwrap();
    questions.iter().find(|question| question["id"] == id).unwrap()["state"].as_str().unwrap()
}

#[test]
fn a_record_says_what_was_found_accepted_and_not_assessed() {
    let tree = clean();
    tree.write("app.env", format!("lwa_client_secret = \"{}\"\n", client_secret(1)));
    tree.write("old.env", format!("lwa_client_secret = \"{}\"\n", client_secret(2)));
    tree.write(
        "kagiban.toml",
        "[[allow]]\nrule = \"lwa-client-secret\"\npath = \"old.env\"\nowner = \"Mika\"\n\
         reason = \"revoked\"\nuntil = 2027-01-31\n",
    );
    let record = tree.run(&["evidence", "--now", NOW]).json();
    assert_eq!(record["kind"], "kagiban-evidence");
    assert_eq!(record["counts"]["high"], 1);
    let open = record["open"].as_array().unwrap();
    let secret = open.iter().find(|finding| finding["rule"] == "lwa-client-secret").unwrap();
    assert_eq!(secret["path"], "app.env");
    assert_eq!(record["suppressed"][0]["owner"], "Mika");
    assert_eq!(record["suppressed"][0]["until"], "2027-01-31");
    assert_eq!(state(&record, "credential-exposure"), "evidence-against");
    assert_eq!(state(&record, "code-scanning"), "not-assessable");
    assert_eq!(state(&record, "key-rotation"), "not-assessable");
    assert_eq!(state(&record, "organisation"), "not-assessable");
    assert!(record.get("ledger").is_none() && record["tool"]["policy_version"].is_string());
    let states: Vec<&str> =
        record["questions"].as_array().unwrap().iter().map(|q| q["state"].as_str().unwrap()).collect();
    let known = ["evidence-found", "evidence-against", "declared-only", "not-assessable", "not-applicable"];
    assert!(states.iter().all(|state| known.contains(state)), "{states:?}");
    // A folder has no history, so that nothing is found in it says little.
    assert_eq!(state(&clean().run(&["evidence"]).json(), "credential-exposure"), "not-assessable");
}

#[test]
fn what_is_left_out_says_nothing() {
    let tree = clean();
    tree.write("kagiban.toml", "skip = [\"sharing\"]\n");
    let record = tree.run(&["evidence"]).json();
    assert_eq!(record["scope"]["whole"], false);
    assert_eq!(state(&record, "outside-parties"), "not-assessable");
    assert_eq!(state(&clean().run(&["evidence"]).json(), "outside-parties"), "evidence-found");
}

#[test]
fn the_ledger_declares_and_contradicts() {
    let tree = clean();
    let ledger = |issued: &str| {
        format!(
            "[[credential]]\nid = \"orders-app\"\nclass = \"lwa-client-secret\"\n\
             fingerprint = \"0123456789abcdef0123456789abcdef\"\nowner = \"Mika\"\nissued = {issued}\n"
        )
    };
    tree.write("kagiban-ledger.toml", ledger("2026-10-01"));
    let record = tree.run(&["evidence", "--now", NOW]).json();
    assert_eq!(state(&record, "key-rotation"), "declared-only");
    assert_eq!(record["ledger"]["keys"][0]["rotate_by"], "2027-03-30");
    assert!(!record.to_string().contains("0123456789abcdef0123456789abcdef"), "the value's name stays out");
    tree.write("kagiban-ledger.toml", ledger("2025-10-01"));
    assert_eq!(state(&tree.run(&["evidence", "--now", NOW]).json(), "key-rotation"), "evidence-against");
}

#[test]
fn runs_are_added_once_and_checked() {
    let tree = clean();
    let none = tree.run(&["evidence", "verify"]);
    assert_eq!((none.code, none.out.as_str()), (2, ""));
    assert!(none.err.contains("there is no run history"), "{}", none.err);
    for now in ["2026-10-01", "2026-10-25", "2026-11-20"] {
        let added = add(&tree, now);
        assert_eq!(
            (added.code, added.out),
            (0, format!(".kagiban/evidence.jsonl: the run of {now} was added\n"))
        );
    }
    let history = tree.read(".kagiban/evidence.jsonl");
    assert_eq!(history.lines().count(), 3);
    tree.write("last.json", tree.run(&["evidence", "--now", "2026-11-21"]).out);
    let twice = [0, 1].map(|_| tree.run(&["evidence", "append", "last.json"]));
    assert_eq!(twice.each_ref().map(|ran| ran.code), [0, 0], "{twice:?}");
    assert_eq!(twice[1].out, "The run of 2026-11-21 is in the history already.\n");
    let history = tree.read(".kagiban/evidence.jsonl");
    assert_eq!(history.lines().count(), 4);
    let holds = tree.run(&["evidence", "verify", "--now", NOW]);
    assert_eq!(holds.code, 0, "{holds:?}");
    assert!(holds.out.starts_with("The run history holds together: 4 runs from 2026-10-01 to 2026-11-21."));
    assert!(holds.out.contains("not who wrote them"), "{}", holds.out);
    let late = tree.run(&["evidence", "verify", "--now", "2027-01-01"]);
    assert_eq!(late.code, 1);
    assert!(late.out.contains("41 days without a complete run, since 2026-11-21"), "{}", late.out);
    let lines: Vec<&str> = history.lines().collect();
    tree.write(".kagiban/evidence.jsonl", [lines[0], lines[2]].join("\n"));
    let broken = tree.run(&["evidence", "verify", "--now", NOW]);
    assert_eq!(broken.code, 1);
    assert!(broken.out.contains("is missing: the run of 2026-11-20 names it"), "{}", broken.out);
    tree.write(".kagiban/evidence.jsonl", format!("{}\n=======\n", lines[0]));
    let refused = add(&tree, "2026-11-22");
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("line 2 of the run history is no run"), "{}", refused.err);
}

#[test]
fn only_records_are_added() {
    let tree = clean();
    tree.write("report.json", tree.run(&["scan", "--format", "json"]).out);
    for (file, said) in [
        ("report.json", "no record of `kagiban evidence --format json`"),
        ("src/a.py", "no record of `kagiban evidence --format json`"),
        ("src", "it is no ordinary file"),
    ] {
        let ran = tree.run(&["evidence", "append", file]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{file}");
        assert!(ran.err.contains(said), "{file}: {}", ran.err);
    }
    let record = tree.run(&["evidence", "--now", NOW]).out;
    tree.write("newer.json", record.replace("\"schema_version\": 1", "\"schema_version\": 9"));
    assert!(tree.run(&["evidence", "append", "newer.json"]).err.contains("schema version 9"));
    // A record may come from anywhere.
    tree.write("odd.json", record.replace("\"version\": \"0.1.0\"", "\"version\": \"0.1.0 is good\""));
    let odd = tree.run(&["evidence", "append", "odd.json"]);
    assert_eq!(odd.code, 2);
    assert!(odd.err.contains("holds what this program does not write"), "{}", odd.err);
    assert!(!tree.at(".kagiban").exists());
}

#[test]
fn answers_come_from_runs_or_name_what_is_missing() {
    let tree = clean();
    let none = tree.run(&["answers", "--item", "code-scanning"]);
    assert_eq!(none.code, 1);
    assert!(
        none.out.contains("no answer: a fact is missing") && none.out.contains("kagiban evidence append")
    );
    for now in ["2026-10-01", "2026-10-25"] {
        add(&tree, now);
    }
    let said = tree.run(&["answers", "--item", "code-scanning", "--now", NOW]);
    assert_eq!(said.code, 0, "{said:?}");
    assert!(
        said.out.contains("From 2026-10-01 to 2026-10-25 2 complete scans are on record"),
        "{}",
        said.out
    );
    let japanese = tree.run(&["answers", "--item", "outside-parties", "--lang", "ja", "--now", NOW]);
    assert!(japanese.out.contains("外部の第三者に送る箇所は見つかりませんでした"), "{}", japanese.out);
    let history = tree.run(&["answers", "--item", "credential-exposure"]);
    assert_eq!(history.code, 1);
    assert!(history.out.contains("a complete run over the whole history"), "{}", history.out);
    let people = tree.run(&["answers", "--item", "network-protection"]);
    assert_eq!(people.code, 1);
    assert!(people.out.contains("people have to answer"), "{}", people.out);
    let unknown = tree.run(&["answers", "--item", "code-scaning"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.err.contains("did you mean `code-scanning`?"), "{}", unknown.err);
}

#[test]
fn pages_say_the_same_in_both_languages_and_no_more() {
    let tree = clean();
    tree.write("<b>.env", format!("lwa_client_secret = \"{}\"\n", client_secret(1)));
    for (lang, said) in [("en", "evidence against"), ("ja", "反する事実あり")] {
        for format in ["markdown", "html"] {
            let page = tree.run(&["evidence", "--format", format, "--lang", lang, "--now", NOW]);
            assert_eq!(page.code, 0, "{page:?}");
            assert!(page.out.contains(said), "{}", page.out);
            assert!(format == "markdown" || !page.out.contains("<b>.env"), "{}", page.out);
            for word in ["complian", "comply", "準拠", "遵守"] {
                assert!(!page.out.to_lowercase().contains(word), "{word}: {}", page.out);
            }
        }
    }
}
