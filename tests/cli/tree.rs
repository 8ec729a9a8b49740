//! Trees to audit, and what the program said about them.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use kagiban::rules::sample;
use serde_json::Value;

/// The time that every run is judged by.
pub(crate) const NOW: &str = "2026-11-24";

/// A client secret; the number tells one from another.
pub(crate) fn client_secret(seed: u64) -> String {
    sample("amzn1.oa2-cs.v1.{hex:64}", seed)
}

/// A refresh token.
pub(crate) fn refresh_token(seed: u64) -> String {
    sample("Atzr|IwEBI{b64url:340}", seed)
}

/// A client id.
pub(crate) fn client_id(seed: u64) -> String {
    sample("amzn1.application-oa2-client.{hex:32}", seed)
}

/// A folder that goes when the test ends.
pub(crate) struct Tree {
    folder: tempfile::TempDir,
}

impl Tree {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn at(&self, path: &str) -> PathBuf {
        self.path().join(path)
    }

    /// Writes a file, and the folders it needs.
    pub(crate) fn write(&self, path: &str, content: impl AsRef<[u8]>) -> &Self {
        let path = self.at(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        self
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.at(path)).unwrap()
    }

    /// Runs the program in the folder.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with(arguments, b"")
    }

    /// Runs the program in the folder with something on standard input.
    pub(crate) fn run_with(&self, arguments: &[&str], input: &[u8]) -> Ran {
        let mut child = program(self.path()).args(arguments).spawn().unwrap();
        // A program that fails early closes its input.
        let _ = child.stdin.take().unwrap().write_all(input);
        Ran::from(&child.wait_with_output().unwrap())
    }

    /// Runs `scan` with more arguments and returns what the JSON report says.
    pub(crate) fn scan(&self, more: &[&str]) -> Value {
        let arguments = [&["scan", "--format", "json", "--now", NOW], more].concat();
        self.run(&arguments).json()
    }
}

/// The program, with nothing of the surroundings that could change what it says.
pub(crate) fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kagiban"));
    command.current_dir(folder).env_clear().env("LANG", "C.UTF-8");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// What a run came to.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl From<&Output> for Ran {
    fn from(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        Self {
            code: output.status.code().expect("it was not killed"),
            out: text(&output.stdout),
            err: text(&output.stderr),
        }
    }
}

impl Ran {
    /// Reads standard output as one JSON document.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// What is said of a project or of several findings together: proved where it is meant.
const OF_SEVERAL: [&str; 3] = ["ledger-missing", "live-credential-in-tests", "same-credential-many-places"];

/// Returns `rule path:line` of every finding of a report, but for what is said of several.
pub(crate) fn found(report: &Value) -> Vec<String> {
    let findings = report["findings"].as_array().unwrap();
    let is_single = |finding: &&Value| !OF_SEVERAL.iter().any(|rule| finding["rule"] == *rule);
    findings
        .iter()
        .filter(is_single)
        .map(|finding| {
            let location = &finding["location"];
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            format!("{} {}:{}", text(&finding["rule"]), text(&location["path"]), location["line"])
        })
        .collect()
}

/// Returns `reason path` of everything that was left out.
pub(crate) fn skipped(report: &Value) -> Vec<String> {
    let skipped = report["scan"]["skipped"].as_array().unwrap();
    skipped
        .iter()
        .map(|row| format!("{} {}", row["reason"].as_str().unwrap(), row["path"].as_str().unwrap()))
        .collect()
}
