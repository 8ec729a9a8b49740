//! Files in Kagiban's own form.

use std::fs;
use std::path::PathBuf;

use crate::model::Family;
use crate::rules::UserRules;

const RULE: &str =
    "id = 'acme'\nseverity = 'high'\nconfidence = 'high'\n[text.en]\ntitle = 'T'\nwhy = 'W.'\n";
const TOKEN: &str = "[[match]]\nkind = 'token'\nkeywords = ['ACME_']\npattern = '(?<secret>acme_[0-9]+)'\n";

fn read(files: &[(&str, String)]) -> Result<UserRules, String> {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let shown = folder.path().display().to_string();
    UserRules::read(&[folder.path().to_path_buf()])
        .map_err(|e| e.to_string().replace(&format!("{shown}/"), ""))
}

fn error(text: String) -> String {
    read(&[("r.toml", text)]).unwrap_err()
}

#[test]
fn a_file_is_one_rule_or_several() {
    let one = read(&[("r.toml", format!("{RULE}{TOKEN}"))]).unwrap();
    assert_eq!((one.rules.len(), one.rules[0].family, one.rules[0].is_user), (1, Family::Leak, true));
    let table = |id: &str| {
        let rule = format!("family = 'sharing'\n{RULE}").replace("'acme'", &format!("'{id}'"));
        let rule = rule.replace("[text.en]", "[rule.text.en]");
        format!("[[rule]]\n{rule}{}", TOKEN.replace("[[match]]", "[[rule.match]]"))
    };
    let two = read(&[("r.toml", format!("{}{}", table("a"), table("b")))]).unwrap();
    let ids: Vec<&str> = two.rules.iter().map(|rule| rule.id.as_str()).collect();
    assert_eq!((ids, two.rules[1].family), (vec!["a", "b"], Family::Sharing));
}

#[test]
fn a_folder_stands_for_its_files_and_both_forms_mix() {
    let both = read(&[
        ("a.toml", format!("{RULE}{TOKEN}")),
        ("b.toml", "[[rules]]\nid = 'b'\nregex = 'x'\n".to_owned()),
        ("notes.md", "no rule".to_owned()),
    ]);
    let both = both.unwrap();
    assert_eq!(both.rules.len(), 2);
    assert!(both.gitleaks.is_some());
    assert!(read(&[("notes.md", String::new())]).unwrap_err().contains("the folder holds no `*.toml`"));
    assert!(UserRules::read(&[PathBuf::from("no/such.toml")]).is_err());
}

#[test]
fn an_id_is_there_once_over_all_files() {
    let rule = || format!("{RULE}{TOKEN}");
    let twice = read(&[("a.toml", rule()), ("b.toml", rule())]).err().unwrap();
    assert!(twice.starts_with("b.toml:1: the rule `acme` is there twice, first at "), "{twice}");
    let forms = read(&[("a.toml", rule()), ("b.toml", "[[rules]]\nid = 'acme'\nregex = 'x'\n".to_owned())]);
    assert!(forms.err().unwrap().contains("the rule `acme` is there twice"));
}

#[test]
fn faults_name_file_line_and_reason() {
    let with = |from: &str, to: &str| format!("{RULE}{TOKEN}").replace(from, to);
    for (text, said) in [
        (with("'acme'", "''"), "r.toml:1: the `id` is empty"),
        (RULE.to_owned(), "r.toml:1: the rule `acme` has no [[match]]"),
        (with("'high'\nconf", "'huge'\nconf"), "r.toml:2: unknown variant `huge`"),
        (with("keywords = ['ACME_']", "keywords = []"), "r.toml:9: `keywords` is empty"),
        (with("[0-9]+", "[0-9+"), "r.toml:10: the pattern cannot be used: unclosed"),
        (with("?<secret>", "?<key>"), "r.toml:10: the pattern has no group named `secret`"),
        (with("'token'", "'audit'"), "r.toml:7: "),
        (format!("policy = ['XYZ-1']\n{RULE}{TOKEN}"), "r.toml:1: there is no policy clause `XYZ-1`"),
        (format!("remediation = ['pray']\n{RULE}{TOKEN}"), "r.toml:1: there is no remediation `pray`"),
        (format!("family = 'leaks'\n{RULE}{TOKEN}"), "r.toml:1: `family` is not leak"),
    ] {
        let told = error(text.clone());
        assert!(told.starts_with(said), "{text}\n{told}");
    }
}

#[test]
#[cfg(unix)]
fn a_pipe_is_no_rule_file() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("r.toml");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let error = UserRules::read(&[pipe]).unwrap_err().to_string();
    assert!(error.ends_with("it is no ordinary file"), "{error}");
}
