//! Small files that expand without end.

use std::sync::Arc;
use std::time::{Duration, Instant};

use kagiban::model::{Document, Limits, Mode, Origin, SkipReason};
use kagiban::rules::{Catalogue, RuleSet};
use kagiban::scan::{Plan, Progress, scan};
use kagiban::source::{Sink, Source};

use crate::archives::{bzip2, gzip, tar, xz, zip, zstd};
use crate::carrier::{report, run, secret};
use crate::office::{inline, workbook};

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
    let zeros = vec![0; 64 << 20];
    ends_as("zeros.gz", &gzip(&zeros), "expansion");
    ends_as("zeros.bz2", &bzip2(&zeros), "expansion");
    ends_as("zeros.xz", &xz(&zeros), "expansion");
    ends_as("zeros.zst", &zstd(&zeros), "expansion");
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

/// As many rows as a sheet of Excel can have.
#[test]
fn a_sheet_of_a_million_rows() {
    let mut rows = format!("<row>{}</row>", inline("A1", &secret()));
    rows.push_str(&"<row><c><v>1</v></c></row>".repeat((1 << 20) - 1));
    let bytes = workbook(&rows, &[]);
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("million.xlsx"), &bytes).unwrap();
    let report = report(folder.path(), &[]);
    assert_eq!(report["findings"][0]["location"]["cell"], "設定!A1", "{report:#}");
    assert_eq!(
        report["scan"]["skipped"],
        serde_json::json!([{"path": "million.xlsx", "reason": "too-many"}])
    );
    assert_eq!(report["scan"]["complete"], true, "a limit is no damage");
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

/// One file of a shop.
struct One<'a>(&'a str, &'a [u8]);

impl Source for One<'_> {
    fn mode(&self) -> Mode {
        Mode::Worktree
    }

    fn visit(&self, _limits: &Limits, sink: &dyn Sink) {
        sink.document(Document { origin: &Arc::new(Origin::file(self.0)), inner: &[], bytes: self.1 });
    }
}

/// What speaks of credentials takes long to read, so no small file makes much of it be read, however it
/// comes; what stands before is found.
#[test]
fn words_without_end() {
    let limits = Limits {
        window_bytes: 64 << 10,
        window_overlap_bytes: 4 << 10,
        close_ratio_max: 1,
        close_bytes_free: 128 << 10,
        ..Limits::STANDARD
    };
    let words = "client_secret = abc123 and more of it\n".repeat(8 << 10);
    let planted = format!("SP_API_CLIENT_SECRET={}\n{words}", secret());
    let names: Vec<String> = (100..140).map(|n| format!("{n}.env")).collect();
    let part = &planted.as_bytes()[..16 << 10];
    let members: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), part)).collect();
    let row = |text: &str| format!("<row>{}</row>", inline("A1", text));
    let rows = [row(&secret()), row("client_secret = abc123").repeat(8 << 10)].concat();
    let rules = RuleSet::new(Catalogue::builtin().unwrap(), None);
    for (name, bytes) in [
        ("one.gz", gzip(planted.as_bytes())),
        ("many.zip", zip(&members)),
        ("rows.xlsx", workbook(&rows, &[])),
    ] {
        let (progress, own) = (Progress::default(), kagiban::settings::Own::nobody());
        let scanned = scan(Plan {
            source: &One(name, &bytes),
            rules: &rules,
            limits: &limits,
            progress: &progress,
            own: &own,
            ledger: &kagiban::ledger::Ledger::absent(),
            now: jiff::Timestamp::UNIX_EPOCH,
            exposure: None,
            reads_whole: false,
            audits: kagiban::audit::Chosen::ALL,
        });
        let reasons: Vec<SkipReason> =
            scanned.coverage.skipped.iter().map(|problem| problem.reason).collect();
        assert_eq!(reasons, [SkipReason::Expansion], "{name}");
        assert!(
            scanned.findings.iter().any(|finding| finding.rule.as_str() == "lwa-client-secret"),
            "{name}"
        );
    }
}
