//! The takeover report and the ledger, inside repositories.

use std::path::Path;

use super::sandbox::{Sandbox, leak};

fn takeover(repo: &Sandbox, more: &[&str]) -> (String, i32) {
    let arguments = [&["takeover", "--lang", "en", "--now", "2026-03-01"], more].concat();
    let output = repo.run(Path::new(env!("CARGO_BIN_EXE_kagiban")), &repo.top, &arguments);
    (String::from_utf8(output.stdout).unwrap(), output.status.code().unwrap())
}

#[test]
fn history_belongs_to_the_report() {
    let repo = Sandbox::new();
    repo.commit("old.env", leak(1));
    repo.commit("old.env", "gone\n");
    repo.commit("app.env", leak(2));
    let (page, code) = takeover(&repo, &[]);
    assert_eq!(code, 0);
    assert!(page.contains("2 keys have to be replaced."), "{page}");
    assert!(page.contains("`old.env") && page.contains("`app.env"), "{page}");
    let (files, _) = takeover(&repo, &["--files-only"]);
    assert!(files.contains("1 key has to be replaced.") && !files.contains("`old.env"), "{files}");
}

#[test]
fn a_key_in_files_and_history_is_one() {
    let repo = Sandbox::new();
    repo.commit("app.env", leak(1));
    repo.write("copy.env", leak(1));
    let (page, _) = takeover(&repo, &[]);
    assert!(page.contains("1 key has to be replaced."), "{page}");
    assert_eq!(page.matches("- [ ] Replaced: ").count(), 1, "{page}");
    assert!(page.contains("`app.env") && page.contains("`copy.env"), "{page}");
}

#[test]
fn the_ledger_is_read_from_where_the_change_cannot_have_altered_it() {
    let repo = Sandbox::new();
    let base = repo.commit("README", "x\n");
    repo.commit("kagiban-ledger.toml", "colour = 3\n");
    // The change itself breaks the ledger, and is audited by that before it.
    assert_eq!(repo.kagiban(&["--range", &format!("{base}..")]).code, 0);
    assert_eq!(repo.kagiban(&[]).code, 2);
    repo.git(&["rm", "-q", "--cached", "kagiban-ledger.toml"]);
    assert_eq!(repo.kagiban(&["--staged"]).code, 0, "the index has no ledger");
    repo.git(&["add", "kagiban-ledger.toml"]);
    let staged = repo.kagiban(&["--staged"]);
    assert_eq!(staged.code, 2);
    assert!(staged.stderr.contains("there is no key `colour`"), "{}", staged.stderr);
}
