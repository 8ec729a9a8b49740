//! `kagiban rules coverage`: clause by clause, what is checked by which rule and what cannot be.

use std::collections::BTreeSet;

use kagiban::rules::Catalogue;
use kagiban::rules::lists::POLICY;

use crate::tree::Tree;

#[test]
fn every_clause_is_listed_with_its_rules() {
    let tree = Tree::new();
    let ran = tree.run(&["rules", "coverage", "--format", "json", "--lang", "en"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let coverage = ran.json();
    assert_eq!(
        (&coverage["schema_version"], coverage["policy_version"].as_str().unwrap()),
        (&1.into(), &*POLICY.version)
    );
    let clauses = coverage["clauses"].as_array().unwrap();
    let ids: BTreeSet<&str> = clauses.iter().map(|clause| clause["id"].as_str().unwrap()).collect();
    assert_eq!(ids, POLICY.clauses.keys().map(String::as_str).collect());
    // What is told of a clause is what the rules themselves name.
    let catalogue = Catalogue::builtin().unwrap();
    let pairs = |clause: &serde_json::Value| -> Vec<(String, String)> {
        let id = clause["id"].as_str().unwrap().to_owned();
        let rules = clause["rules"].as_array().unwrap().iter();
        rules.map(|rule| (rule["id"].as_str().unwrap().to_owned(), id.clone())).collect()
    };
    let told: BTreeSet<(String, String)> = clauses.iter().flat_map(pairs).collect();
    let named: BTreeSet<(String, String)> = catalogue
        .iter()
        .flat_map(|rule| rule.file.policy.iter().map(|clause| (rule.id.to_string(), clause.clone())))
        .collect();
    assert_eq!(told, named);
    for clause in clauses {
        assert!(!clause["not_checked"].as_str().unwrap().is_empty(), "{clause}");
        let is_out_of_reach = clause["reach"] == "no";
        assert!(!is_out_of_reach || clause["rules"].as_array().unwrap().is_empty(), "{clause}");
    }
}

#[test]
fn people_read_it_in_their_language() {
    let tree = Tree::new();
    let english = tree.run(&["rules", "coverage", "--lang", "en"]).out;
    assert!(english.contains("GUIDE-client-secret (checked in part)"), "{english}");
    assert!(english.contains("client-secret-rotation-due: "), "{english}");
    assert!(english.contains("AUP-3.12 (cannot be checked)"), "{english}");
    assert!(english.contains(&POLICY.version));
    let japanese = tree.run(&["rules", "coverage", "--lang", "ja"]).out;
    assert!(japanese.contains("AUP-3.12 (点検できない)"), "{japanese}");
    assert!(japanese.contains("関連会社を開示すること。"), "{japanese}");
    assert_eq!(english.matches("Not seen: ").count(), POLICY.clauses.len());
    assert_eq!(japanese.matches("見えないもの: ").count(), POLICY.clauses.len());
}

#[test]
fn a_rule_of_a_user_counts_as_well() {
    let tree = Tree::new();
    let ran = tree.run(&["rules", "coverage", "--format", "yaml"]);
    assert_eq!(ran.code, 2);
    let rule = "id = \"own-note\"\nseverity = \"low\"\nconfidence = \"low\"\npolicy = [\"AUP-3.12\"]\n[text.en]\ntitle = \"Own rule\"\nwhy = \"Ours.\"\n[[match]]\nkind = \"token\"\nkeywords = [\"own-\"]\npattern = '(?P<secret>own-[0-9]{9})'\n";
    tree.write("own-note.toml", rule);
    let path = tree.at("own-note.toml");
    let ran = tree.run(&["rules", "coverage", "--rules", path.to_str().unwrap(), "--lang", "en"]);
    assert!(ran.out.contains("own-note: Own rule"), "{ran:?}");
}
