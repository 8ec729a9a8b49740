//! One format to try, and what becomes of it.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use kagiban::rules::sample;
use serde_json::Value;

/// A format with a document in it.
pub(crate) struct Carrier {
    /// The name of the file.
    pub(crate) name: &'static str,
    /// What leads to the document.
    pub(crate) inner: &'static [&'static str],
    /// The line it is found in, or else the cell.
    pub(crate) at: At,
    /// Makes the file around a text.
    pub(crate) build: fn(&str) -> Vec<u8>,
    /// What a file of half the length ends as; `None` where half a document is one.
    pub(crate) half: Option<&'static str>,
}

/// Where something is found.
pub(crate) enum At {
    Line(u64),
    Cell(&'static str),
}

impl Carrier {
    /// Holds the format to all three.
    pub(crate) fn proves(&self) {
        let planted = (self.build)(&format!("SP_API_CLIENT_SECRET={}", secret()));
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(self.name), &planted).unwrap();
        let report = report(folder.path(), &[]);
        // What it means that a program ships the secret is for the rules about programs.
        let findings = report["findings"].as_array().unwrap();
        let found: Vec<&Value> = findings.iter().filter(|f| f["rule"] == "lwa-client-secret").collect();
        assert_eq!(found.len(), 1, "{}: {report:#}", self.name);
        let location = &found[0]["location"];
        assert_eq!(location["path"], self.name);
        let inner: Vec<&str> =
            location["inner"].as_array().into_iter().flatten().map(|step| step.as_str().unwrap()).collect();
        assert_eq!(inner, self.inner, "{}", self.name);
        match self.at {
            At::Line(line) => assert_eq!(location["line"], line, "{}", self.name),
            At::Cell(cell) => assert_eq!(location["cell"], cell, "{}", self.name),
        }
        assert_eq!(report["scan"]["complete"], true, "{}", self.name);

        fs::write(folder.path().join(self.name), (self.build)("SP_API_CLIENT_SECRET=${SECRET}")).unwrap();
        let clean = self::report(folder.path(), &[]);
        assert_eq!(clean["findings"], serde_json::json!([]), "{}", self.name);
        assert_eq!(clean["scan"]["skipped"], serde_json::json!([]), "{}", self.name);

        if let Some(reason) = self.half {
            fs::write(folder.path().join(self.name), &planted[..planted.len() / 2]).unwrap();
            let half = self::report(folder.path(), &[]);
            let skipped = half["scan"]["skipped"].as_array().unwrap();
            assert!(skipped.iter().any(|s| s["reason"] == reason), "{}: {half:#}", self.name);
        }
    }
}

/// A client secret, made anew.
pub(crate) fn secret() -> String {
    sample("amzn1.oa2-cs.v1.{hex:64}", 7)
}

/// Audits a folder.
pub(crate) fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kagiban"))
        .args(["scan", "--format", "json", "--no-progress", "--lang", "en"])
        .args(arguments)
        .arg(folder)
        .output()
        .unwrap()
}

/// Audits a folder and reads the report; no secret is in what was said.
pub(crate) fn report(folder: &Path, arguments: &[&str]) -> Value {
    let output = run(folder, arguments);
    let said = [&output.stdout[..], &output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(!said.contains(&secret()[20..]), "a secret was shown");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("no report: {said}"))
}
