//! Small files that expand without end.

use std::time::{Duration, Instant};

use crate::archives::{gzip, tar, zip};
use crate::carrier::{report, run};
use crate::office::workbook;

/// Longest time that a bomb may take here, with an unoptimised build on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

fn ends_as(name: &str, bytes: &[u8], reason: &str) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(name), bytes).unwrap();
    let began = Instant::now();
    let report = report(folder.path(), &[]);
    assert!(began.elapsed() < PATIENCE, "{name} took {:?}", began.elapsed());
    let skipped = report["scan"]["skipped"].as_array().unwrap();
    assert!(skipped.iter().any(|s| s["reason"] == reason), "{name}: {report:#}");
    assert_eq!(report["scan"]["complete"], true, "a limit is no damage");
    assert_eq!(run(folder.path(), &["--strict"]).status.code(), Some(3), "{name}");
    assert_eq!(run(folder.path(), &[]).status.code(), Some(0), "{name}");
}

#[test]
fn zeros() {
    ends_as("zeros.gz", &gzip(&vec![0; 64 << 20]), "expansion");
}

#[test]
fn archives_in_archives_that_multiply() {
    let mut bytes = zip(&[("0.bin", &vec![0; 8 << 20])]);
    for _ in 0..5 {
        let name: Vec<String> = (0..16).map(|n| format!("{n}.zip")).collect();
        let members: Vec<(&str, &[u8])> = name.iter().map(|name| (name.as_str(), &bytes[..])).collect();
        bytes = zip(&members);
    }
    ends_as("42.zip", &bytes, "expansion");
}

#[test]
fn archives_in_archives_that_never_end() {
    let mut bytes = zip(&[("a.txt", b"text")]);
    for depth in 0..30 {
        bytes = if depth % 2 == 0 { gzip(&tar(&[("a.zip", &bytes)])) } else { zip(&[("a.tar.gz", &bytes)]) };
    }
    ends_as("deep.zip", &bytes, "too-deep");
}

/// Small cells that all show one long text.
#[test]
fn a_sheet_that_says_the_same_without_end() {
    let strings = format!("<sst><si><t>{}</t></si></sst>", "client_secret = abc123 ".repeat(40));
    let rows = "<row><c t=\"s\"><v>0</v></c></row>".repeat(30_000);
    ends_as("rows.xlsx", &workbook(&rows, &[("xl/sharedStrings.xml", strings)]), "expansion");
}

#[test]
fn elements_in_elements() {
    let sheet = "<a>".repeat(2_000_000);
    ends_as("deep.xlsx", &workbook("", &[("xl/worksheets/sheet1.xml", sheet)]), "too-deep");
}

#[test]
fn a_text_without_an_end() {
    let sheet = format!("<worksheet><c t=\"str\"><v>{}", "client_secret=a ".repeat(400_000));
    ends_as("long.xlsx", &workbook("", &[("xl/worksheets/sheet1.xml", sheet)]), "too-large");
}

/// A sheet that is as large as sheets can be, of which a few cells are filled.
#[test]
fn a_sheet_with_two_cells_a_world_apart() {
    let rows = "<row r=\"1\"><c r=\"A1\"><v>1</v></c></row><row r=\"1048576\"><c r=\"XFD1048576\"><v>2</v></c></row>";
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("dense.xlsx"), workbook(rows, &[])).unwrap();
    assert_eq!(report(folder.path(), &[])["scan"]["skipped"], serde_json::json!([]));
}
