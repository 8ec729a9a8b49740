//! Repositories built by the system's git, with fixed names and dates and nothing of the machine.

use std::ffi::OsStr;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use kagiban::rules::sample;
use serde_json::Value;
use tempfile::TempDir;

/// A folder with a repository in it, and a home that is empty.
pub(crate) struct Sandbox {
    folder: TempDir,
    pub(crate) top: PathBuf,
}

/// What the tool said.
pub(crate) struct Outcome {
    pub(crate) code: i32,
    pub(crate) report: Value,
    pub(crate) stderr: String,
}

/// A client secret that no one ever had, as a line of configuration.
pub(crate) fn leak(seed: u64) -> String {
    format!("client_secret = \"{}\"\n", sample("amzn1.oa2-cs.v1.{hex:64}", seed))
}

impl Sandbox {
    /// A repository without a commit.
    pub(crate) fn new() -> Self {
        Self::with(&["init", "-q", "-b", "main"])
    }

    /// A repository made by `git init` with these arguments.
    pub(crate) fn with(init: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let real = folder.path().canonicalize().unwrap();
        fs::create_dir(real.join("home")).unwrap();
        let top = real.join("shop");
        fs::create_dir(&top).unwrap();
        let sandbox = Self { folder, top };
        sandbox.git(init);
        sandbox
    }

    /// The folder around the repository.
    pub(crate) fn outside(&self) -> PathBuf {
        self.folder.path().canonicalize().unwrap()
    }

    fn command(&self, program: impl AsRef<OsStr>, folder: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.outside().join("home"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("LC_ALL", "C")
            .env("GIT_AUTHOR_NAME", "Aki")
            .env("GIT_AUTHOR_EMAIL", "aki@shop.example")
            .env("GIT_AUTHOR_DATE", "2026-01-10T09:00:00Z")
            .env("GIT_COMMITTER_NAME", "Aki")
            .env("GIT_COMMITTER_EMAIL", "aki@shop.example")
            .env("GIT_COMMITTER_DATE", "2026-01-10T09:00:00Z")
            .current_dir(folder);
        command
    }

    /// Runs git at the top level and returns what it printed; it must succeed.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        self.git_in(&self.top, arguments)
    }

    pub(crate) fn git_in(&self, folder: &Path, arguments: &[&str]) -> String {
        let output = self.command("git", folder).args(arguments).output().unwrap();
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
    }

    /// Runs git with more variables; it may fail.
    pub(crate) fn git_with(&self, variables: &[(&str, &str)], arguments: &[&str]) -> Output {
        let mut command = self.command("git", &self.top);
        command.args(arguments).envs(variables.iter().copied()).output().unwrap()
    }

    /// Runs another program.
    pub(crate) fn run(&self, program: &Path, folder: &Path, arguments: &[&str]) -> Output {
        self.command(program, folder).args(arguments).output().unwrap()
    }

    /// Runs lines of a script as a platform does, with the tool on PATH.
    pub(crate) fn script(&self, folder: &Path, variables: &[(&str, &str)], lines: &str) -> Output {
        let tool = Path::new(env!("CARGO_BIN_EXE_kagiban")).parent().unwrap();
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path = std::env::join_paths([tool.to_path_buf()].into_iter().chain(std::env::split_paths(&path)));
        let mut command = self.command("bash", folder);
        command.env("PATH", path.unwrap()).envs(variables.iter().copied());
        command.args(["-e", "-c", lines]).output().unwrap()
    }

    /// The tool, to be given arguments.
    pub(crate) fn tool(&self, folder: &Path) -> Command {
        self.command(env!("CARGO_BIN_EXE_kagiban"), folder)
    }

    /// Runs git with standard input and returns what it printed.
    pub(crate) fn git_fed(&self, arguments: &[&str], input: &[u8]) -> String {
        let mut command = self.command("git", &self.top);
        let mut child = command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "git {arguments:?}");
        String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
    }

    pub(crate) fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.top.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// Writes, adds and commits one file; returns the commit.
    pub(crate) fn commit(&self, path: &str, content: impl AsRef<[u8]>) -> String {
        self.write(path, content);
        self.git(&["add", "-f", "--", path]);
        self.git(&["commit", "-q", "-m", "Change"]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// As [`Sandbox::commit`], by somebody else on another day.
    pub(crate) fn commit_as(&self, name: &str, date: &str, path: &str, content: impl AsRef<[u8]>) -> String {
        self.write(path, content);
        self.git(&["add", "-f", "--", path]);
        let mail = format!("{name}@shop.example");
        let variables = [
            ("GIT_AUTHOR_NAME", name),
            ("GIT_AUTHOR_EMAIL", mail.as_str()),
            ("GIT_AUTHOR_DATE", date),
            ("GIT_COMMITTER_DATE", date),
        ];
        assert!(self.git_with(&variables, &["commit", "-q", "-m", "Change"]).status.success());
        self.git(&["rev-parse", "HEAD"])
    }

    /// Runs the tool at the top level.
    pub(crate) fn kagiban(&self, arguments: &[&str]) -> Outcome {
        self.kagiban_in(&self.top, &[], arguments)
    }

    pub(crate) fn kagiban_in(
        &self,
        folder: &Path,
        variables: &[(&str, &str)],
        arguments: &[&str],
    ) -> Outcome {
        let mut command = self.command(env!("CARGO_BIN_EXE_kagiban"), folder);
        command.arg("scan").args(arguments).args(["--format", "json"]);
        if !arguments.contains(&"--now") {
            command.args(["--now", "2026-03-01"]);
        }
        let output = command.envs(variables.iter().copied()).output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        let report = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
        Outcome { code: output.status.code().unwrap(), report, stderr }
    }
}

impl Sandbox {
    /// What the tool tells people.
    pub(crate) fn told(&self, folder: &Path, arguments: &[&str]) -> String {
        let mut command = self.command(env!("CARGO_BIN_EXE_kagiban"), folder);
        let output = command.arg("scan").args(arguments).args(["--now", "2026-03-01"]).output().unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}

impl Outcome {
    pub(crate) fn findings(&self) -> &[Value] {
        self.report["findings"].as_array().map_or(&[], Vec::as_slice)
    }

    /// Paths of what counts, sorted.
    pub(crate) fn new_paths(&self) -> Vec<String> {
        self.paths(|finding| !has_tag(finding, "already-there"))
    }

    /// Paths of what was there before, sorted.
    pub(crate) fn old_paths(&self) -> Vec<String> {
        self.paths(|finding| has_tag(finding, "already-there"))
    }

    fn paths(&self, wanted: impl Fn(&Value) -> bool) -> Vec<String> {
        let leaks = self.findings().iter().filter(|f| f["rule"] == "lwa-client-secret" && wanted(f));
        leaks.map(|f| f["location"]["path"].as_str().unwrap_or("-").to_owned()).collect()
    }

    /// Reasons of what was skipped, sorted.
    pub(crate) fn skipped(&self) -> Vec<String> {
        let skipped = self.report["scan"]["skipped"].as_array().map_or(&[][..], Vec::as_slice);
        let mut reasons: Vec<String> =
            skipped.iter().map(|s| s["reason"].as_str().unwrap_or_default().to_owned()).collect();
        reasons.sort();
        reasons
    }
}

pub(crate) fn has_tag(finding: &Value, tag: &str) -> bool {
    finding["tags"].as_array().is_some_and(|tags| tags.iter().any(|t| t == tag))
}
