//! Documents inside documents in git: in the index, and in commits that took them out again.

use std::path::Path;
use std::process::Command;

use serde_json::json;

use crate::archives::zip;
use crate::carrier::{report, secret};

fn git(folder: &Path, arguments: &[&str]) {
    let identity = ["-c", "user.name=a", "-c", "user.email=a@shop.invalid", "-c", "commit.gpgsign=false"];
    let output = Command::new("git").args(identity).args(arguments).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn archives_in_the_index_and_in_history() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    git(path, &["init", "-q", "-b", "main"]);
    let inner = zip(&[("設定/.env", format!("A=1\nSP_API_CLIENT_SECRET={}\n", secret()).as_bytes())]);
    std::fs::write(path.join("tool.zip"), zip(&[("lib/inner.zip", &inner)])).unwrap();
    let book =
        crate::office::workbook(&format!("<row>{}</row>", crate::office::inline("B4", &secret())), &[]);
    std::fs::write(path.join("keys.xlsx"), book).unwrap();
    git(path, &["add", "."]);
    // The index alone has them.
    std::fs::remove_file(path.join("tool.zip")).unwrap();
    std::fs::remove_file(path.join("keys.xlsx")).unwrap();
    let places = |arguments: &[&str]| {
        let report = report(path, &[arguments, &["--only", "leak"]].concat());
        assert_eq!(report["scan"]["complete"], true, "{report:#}");
        let findings = report["findings"].as_array().unwrap().iter();
        findings
            .map(|f| &f["location"])
            .map(|at| json!([at["path"], at["inner"], at["line"], at["cell"]]))
            .collect::<Vec<_>>()
    };
    let sheet = json!(["keys.xlsx", [], null, "設定!B4"]);
    let member = json!(["tool.zip", ["lib/inner.zip", "設定/.env"], 2, null]);
    assert_eq!(places(&["--staged"]), [sheet.clone(), member.clone()]);
    git(path, &["commit", "-q", "-m", "add"]);
    git(path, &["commit", "-q", "-a", "-m", "take out"]);
    assert_eq!(places(&[]), Vec::<serde_json::Value>::new());
    assert_eq!(places(&["--history"]), [sheet.clone(), member.clone()]);
    assert_eq!(places(&["--range", "HEAD~1..HEAD"]), Vec::<serde_json::Value>::new());
}

/// A password is told of wherever the archive is, since nobody can look into it.
#[test]
fn a_password_is_told_in_history() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    git(path, &["init", "-q", "-b", "main"]);
    let mut bytes = zip(&[("a.env", b"text")]);
    let table = bytes.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    bytes[6] |= 1;
    bytes[table + 8] |= 1;
    std::fs::write(path.join("lent.zip"), bytes).unwrap();
    git(path, &["add", "."]);
    let staged = report(path, &["--staged"]);
    assert_eq!(staged["scan"]["skipped"], json!([{"path": "lent.zip > a.env", "reason": "encrypted"}]));
    git(path, &["commit", "-q", "-m", "add"]);
    std::fs::remove_file(path.join("lent.zip")).unwrap();
    git(path, &["commit", "-q", "-a", "-m", "take out"]);
    let history = report(path, &["--history"]);
    let skipped = history["scan"]["skipped"].as_array().unwrap();
    assert_eq!(skipped.len(), 1, "{skipped:?}");
    assert_eq!(skipped[0]["reason"], "encrypted");
}
