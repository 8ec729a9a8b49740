//! Times what people wait for: a commit with the hook, and the check of a pull request.
//!
//! `cargo bench --bench hook` makes a repository of 1,000 files with five staged and runs `git commit`
//! in it, without a hook and with Kagiban's as `kagiban hook install` writes it. Behind the audit a
//! hook stands that always refuses, so that a commit ends with its verdict and can be tried again;
//! the first row says what git needs by itself. With `KAGIBAN_BENCH_REPOSITORY=FOLDER` it also
//! audits what the last 50 commits of that repository add. `KAGIBAN_BENCH_RUNS` sets how often (5),
//! and `KAGIBAN_BENCH_PEERS=1` adds the scanners that are on `PATH`, in hooks as they document them.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot be set up ends")]

mod contest;

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use contest::{Contestant, KAGIBAN, compare, kagiban, peers, with_five_staged};

/// Commits of a pull request, at the least.
const COMMITS: usize = 50;

/// What others write into `.git/hooks/pre-commit`, by their own manuals.
const HOOKS: &[(&str, &str)] = &[
    ("gitleaks", "exec gitleaks git --pre-commit --staged --redact --no-banner ."),
    ("kingfisher", "exec kingfisher scan . --staged --quiet --no-validate --no-update-check"),
    ("ripsecrets", "exec ripsecrets --strict-ignore $(git diff --cached --name-only --diff-filter=ACM)"),
];

fn main() {
    let scratch = tempfile::tempdir().unwrap();
    commits(scratch.path());
    if let Some(repository) = std::env::var_os("KAGIBAN_BENCH_REPOSITORY") {
        pull_request(Path::new(&repository));
    }
}

fn commits(scratch: &Path) {
    let none = repository(&scratch.join("none"));
    let own = repository(&scratch.join("kagiban"));
    assert!(Command::new(KAGIBAN).args(["hook", "install"]).current_dir(&own).status().unwrap().success());
    let with_peers = std::env::var_os("KAGIBAN_BENCH_PEERS").is_some();
    let others: Vec<(&str, PathBuf)> = HOOKS
        .iter()
        .filter(|(name, _)| with_peers && Command::new(name).arg("--version").output().is_ok())
        .map(|(name, hook)| {
            let folder = repository(&scratch.join(name));
            script(&folder, "pre-commit", hook);
            (*name, folder)
        })
        .collect();
    println!("\n`git commit`, five files of 1,000 staged, up to the verdict:\n");
    let mut contestants = vec![commit("Kagiban's hook", &own), commit("no hook", &none)];
    contestants.extend(others.iter().map(|(name, folder)| commit(name, folder)));
    compare(&contestants);
}

fn commit<'a>(name: &'a str, folder: &'a Path) -> Contestant<'a> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let program = Path::new(KAGIBAN).parent().unwrap().to_path_buf();
    let path: OsString =
        std::env::join_paths([program].into_iter().chain(std::env::split_paths(&path))).unwrap();
    let arguments = ["-c", "user.name=a", "-c", "user.email=a@b.example", "commit", "-q", "-m", "Change"];
    let mut contestant = Contestant::new(name, "git", &arguments, folder);
    contestant.variable = Some(("PATH", path));
    contestant.times = 20;
    contestant
}

/// Makes a repository in which every commit is refused once it was audited.
fn repository(folder: &Path) -> PathBuf {
    with_five_staged(folder, "host = \"https://sellingpartnerapi-fe.amazon.com\"\n");
    script(folder, "prepare-commit-msg", "exit 1");
    folder.to_path_buf()
}

fn script(folder: &Path, name: &str, line: &str) {
    let path = folder.join(".git/hooks").join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, format!("#!/bin/sh\n{line}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// Audits what the last commits of a repository add, as a check of a pull request does.
fn pull_request(repository: &Path) {
    let count = |range: &str| -> usize {
        let counted = Command::new("git")
            .args(["rev-list", "--count", range])
            .current_dir(repository)
            .output()
            .unwrap();
        String::from_utf8(counted.stdout).unwrap().trim().parse().unwrap()
    };
    let back = (1..=COMMITS).find(|back| count(&format!("HEAD~{back}..HEAD")) >= COMMITS).unwrap();
    let (base, range) = (format!("HEAD~{back}"), format!("HEAD~{back}..HEAD"));
    println!("\nA pull request of {} commits:\n", count(&range));
    let mut contestants = vec![kagiban("kagiban scan --range", &["--range", &range], repository)];
    contestants.extend(peers(
        repository,
        &[
            ("gitleaks", &["git", "--log-opts", &range, "--no-banner", "."]),
            (
                "kingfisher",
                &[
                    "scan",
                    ".",
                    "--since-commit",
                    &base,
                    "--branch",
                    "HEAD",
                    "--no-validate",
                    "--no-update-check",
                ],
            ),
        ],
    ));
    compare(&contestants);
}
