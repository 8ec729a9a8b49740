//! Times the git modes side by side with what bounds them.
//!
//! `cargo bench --bench history` measures on repositories it makes: the attribution of 100 findings
//! among 100,000 commits beside the same history without findings, and `--staged` with five changed
//! files of 1,000. With `KAGIBAN_BENCH_REPOSITORY=FOLDER` it measures a whole history beside a walk
//! that only inflates and applies every blob's, commit's and tag's delta. `KAGIBAN_BENCH_RUNS` sets
//! how often (5), and `KAGIBAN_BENCH_PEERS=1` adds the scanners that are on `PATH`. Programs take
//! turns, and processor time is told as well, because machines are shared.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot be set up ends")]

mod contest;

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use contest::{Contestant, compare, git, kagiban, peers, with_five_staged};
use kagiban::git::{Lent, ObjectKind, Repo};
use kagiban::rules::sample;

/// Names the repository that the walk without a scan reads, in a process of its own.
const PLAIN: &str = "KAGIBAN_BENCH_PLAIN";

const COMMITS: usize = 100_000;
const FINDINGS: usize = 100;
const FILES: usize = 500;

fn main() {
    if let Some(repository) = std::env::var_os(PLAIN) {
        return plain(Path::new(&repository));
    }
    let scratch = tempfile::tempdir().unwrap();
    if let Some(repository) = std::env::var_os("KAGIBAN_BENCH_REPOSITORY") {
        whole_history(Path::new(&repository));
    } else {
        attribution(scratch.path());
        staged(scratch.path());
    }
}

/// Inflates and applies, and looks at nothing.
fn plain(repository: &Path) {
    let repo = Repo::open(repository).unwrap();
    let bounds = [ObjectKind::Blob, ObjectKind::Commit, ObjectKind::Tag].map(|kind| (kind, u64::MAX));
    let take = |bytes: &mut u64, lent: Lent<'_, ()>| *bytes += lent.bytes.len() as u64;
    let (bytes, problems) = repo.each_object(&bounds, &|| 0, &take);
    println!("{} bytes, {} problems", bytes.iter().sum::<u64>(), problems.len());
}

fn whole_history(repository: &Path) {
    let own = std::env::current_exe().unwrap();
    let scan = kagiban("Kagiban, whole history", &["--history"], repository);
    let mut walk = Contestant::new("inflating and applying only", "", &[], Path::new("."));
    walk.program = own.as_os_str();
    walk.variable = Some((PLAIN, repository.into()));
    let mut contestants = vec![scan, walk];
    contestants.extend(peers(
        repository,
        &[
            ("kingfisher", &["scan", ".", "--no-validate", "--no-update-check", "-f", "jsonl"]),
            ("gitleaks", &["git", ".", "--report-path", "-", "-f", "json", "--no-banner"]),
        ],
    ));
    compare(&contestants);
}

fn attribution(scratch: &Path) {
    let with = generated(&scratch.join("with"), FINDINGS);
    let without = generated(&scratch.join("without"), 0);
    println!("\n{COMMITS} commits, {FINDINGS} findings:\n");
    compare(&[
        kagiban("whole history, findings attributed", &["--history"], &with),
        kagiban("the same history without findings", &["--history"], &without),
        kagiban("the working tree with its exposure", &[], &with),
    ]);
}

/// Makes a history of small changes in which some secrets come and later go.
fn generated(folder: &Path, secrets: usize) -> std::path::PathBuf {
    fs::create_dir(folder).unwrap();
    git(folder, &["init", "-q", "-b", "main"]);
    let mut import = Command::new("git")
        .args(["fast-import", "--quiet"])
        .current_dir(folder)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stream = import.stdin.take().unwrap();
    let mut random = fastrand::Rng::with_seed(7);
    for commit in 0..COMMITS {
        let file = random.usize(0..FILES);
        let mut text = String::new();
        for line in 0..30 {
            let _ = writeln!(text, "value_{line} = {}", if line == commit % 30 { commit } else { file });
        }
        let mut path = format!("src/{}/{}/f{file}.py", file % 10, file % 7);
        if secrets > 0 && commit % (COMMITS / secrets) == 50 {
            let secret = sample("amzn1.oa2-cs.v1.{hex:64}", commit as u64);
            let _ = writeln!(text, "client_secret = \"{secret}\"");
            // Every other one goes with the next change of its file; the rest are still there.
            if (commit / (COMMITS / secrets)).is_multiple_of(2) {
                path = format!("keys/{commit}.py");
            }
        }
        let seconds = 1_600_000_000 + commit * 60;
        let who = format!("Aki <aki{}@shop.example> {seconds} +0000", commit % 40);
        let head = format!("commit refs/heads/main\nauthor {who}\ncommitter {who}\ndata 6\nChange\n");
        let change = format!("M 100644 inline {path}\ndata {}\n{text}\n", text.len());
        stream.write_all(format!("{head}{change}").as_bytes()).unwrap();
    }
    drop(stream);
    assert!(import.wait().unwrap().success());
    git(folder, &["repack", "-q", "-a", "-d", "-f", "--depth=50", "--window=10"]);
    git(folder, &["reset", "-q", "--hard"]);
    folder.to_path_buf()
}

fn staged(scratch: &Path) {
    let folder = scratch.join("staged");
    with_five_staged(&folder, "more = 1\n");
    println!("\nFive changed files of 1,000 staged:\n");
    let mut contestants = vec![kagiban("kagiban scan --staged", &["--staged"], &folder)];
    contestants.extend(peers(
        &folder,
        &[
            ("gitleaks", &["git", "--staged", "--no-banner", "."]),
            ("git-secrets", &["--scan", "--cached"]),
            ("ripsecrets", &["--strict-ignore"]),
        ],
    ));
    contestants.iter_mut().for_each(|contestant| contestant.times = 20);
    compare(&contestants);
}
