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

use std::ffi::{OsStr, OsString};
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use kagiban::git::{Lent, ObjectKind, Repo};
use kagiban::rules::sample;

const KAGIBAN: &str = env!("CARGO_BIN_EXE_kagiban");
/// Names the repository that the walk without a scan reads, in a process of its own.
const PLAIN: &str = "KAGIBAN_BENCH_PLAIN";

const COMMITS: usize = 100_000;
const FINDINGS: usize = 100;
const FILES: usize = 500;

/// A program with its arguments, in a folder.
struct Contestant<'a> {
    name: &'a str,
    program: &'a OsStr,
    arguments: Vec<OsString>,
    plain: Option<&'a Path>,
    folder: &'a Path,
    /// How often it runs for one figure: `time` counts in hundredths.
    times: u32,
}

/// One run: seconds on the clock and of the processor, and the peak of memory in MiB.
#[derive(Clone, Copy)]
struct Run {
    wall: f64,
    processor: f64,
    peak: f64,
}

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
    let kinds = [ObjectKind::Blob, ObjectKind::Commit, ObjectKind::Tag];
    let take = |bytes: &mut u64, lent: Lent<'_, ()>| *bytes += lent.bytes.len() as u64;
    let (bytes, problems) = repo.each_object(&kinds, u64::MAX, &|| 0, &take);
    println!("{} bytes, {} problems", bytes.iter().sum::<u64>(), problems.len());
}

fn whole_history(repository: &Path) {
    let own = std::env::current_exe().unwrap();
    let scan = kagiban("Kagiban, whole history", &["--history"], repository);
    let walk = Contestant {
        name: "inflating and applying only",
        program: own.as_os_str(),
        arguments: Vec::new(),
        plain: Some(repository),
        folder: Path::new("."),
        times: 1,
    };
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
    fs::create_dir(&folder).unwrap();
    git(&folder, &["init", "-q", "-b", "main"]);
    let write = |file: usize, more: &str| {
        let text: String = (0..100).map(|line| format!("value_{line} = {}\n", file * line)).collect();
        let path = folder.join(format!("src/{}/f{file}.py", file % 20));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, format!("{text}{more}")).unwrap();
    };
    (0..1_000).for_each(|file| write(file, ""));
    git(&folder, &["add", "-A"]);
    git(&folder, &["-c", "user.name=a", "-c", "user.email=a@b.example", "commit", "-q", "-m", "x"]);
    (0..5).for_each(|file| write(file * 190, "more = 1\n"));
    git(&folder, &["add", "-A"]);
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

fn kagiban<'a>(name: &'a str, arguments: &[&str], folder: &'a Path) -> Contestant<'a> {
    let more = ["--no-progress", "--format", "json"];
    let arguments = std::iter::once(&"scan").chain(arguments).chain(&more).map(OsString::from).collect();
    Contestant { name, program: OsStr::new(KAGIBAN), arguments, plain: None, folder, times: 1 }
}

fn peers<'a>(folder: &'a Path, all: &[(&'a str, &[&str])]) -> Vec<Contestant<'a>> {
    if std::env::var_os("KAGIBAN_BENCH_PEERS").is_none() {
        return Vec::new();
    }
    let of = |(name, arguments): &(&'a str, &[&str])| Contestant {
        name,
        program: OsStr::new(*name),
        arguments: arguments.iter().map(OsString::from).collect(),
        plain: None,
        folder,
        times: 1,
    };
    all.iter().map(of).filter(|peer| run(peer).is_some()).collect()
}

fn git(folder: &Path, arguments: &[&str]) {
    assert!(Command::new("git").args(arguments).current_dir(folder).status().unwrap().success());
}

fn compare(contestants: &[Contestant<'_>]) {
    let runs = std::env::var("KAGIBAN_BENCH_RUNS").ok().and_then(|n| n.parse().ok()).unwrap_or(5);
    let mut measured: Vec<Vec<Run>> = vec![Vec::new(); contestants.len()];
    for _ in 0..runs {
        for (all, contestant) in measured.iter_mut().zip(contestants) {
            all.extend(run(contestant));
        }
    }
    let Some(ours) = measured.first().cloned() else { return };
    println!(
        "| program | median s | processor s | peak MiB | the first takes |\n| --- | --- | --- | --- | --- |"
    );
    for (contestant, runs) in contestants.iter().zip(&measured) {
        let of = |figure: fn(&Run) -> f64| median(runs.iter().map(figure));
        let ratio = median(ours.iter().zip(runs).map(|(own, other)| own.processor / other.processor));
        println!(
            "| {} | {:.3} | {:.3} | {:.0} | {ratio:.2} of its processor time |",
            contestant.name,
            of(|run| run.wall),
            of(|run| run.processor),
            of(|run| run.peak)
        );
    }
}

/// Runs a program; none where it cannot be started.
fn run(contestant: &Contestant<'_>) -> Option<Run> {
    let mut command = Command::new("/usr/bin/time");
    let times = contestant.times;
    let again =
        format!("n=0; while [ $n -lt {times} ]; do n=$((n+1)); \"$@\" > /dev/null; e=$?; done; exit $e");
    command.args(["-f", "%e %U %S %M", "sh", "-c", &again, "sh"]);
    command.arg(contestant.program).args(&contestant.arguments);
    if let Some(repository) = contestant.plain {
        command.env(PLAIN, repository);
    }
    let begun = std::time::Instant::now();
    let command = command.current_dir(contestant.folder).stdin(Stdio::null()).stdout(Stdio::null());
    let output = command.stderr(Stdio::piped()).output().ok()?;
    let wall = begun.elapsed().as_secs_f64();
    // 127 is what `time` answers for a program that is not there.
    (output.status.code() != Some(127)).then_some(())?;
    let told = String::from_utf8_lossy(&output.stderr).lines().last()?.to_owned();
    let mut figures = told.split(' ').filter_map(|figure| figure.parse::<f64>().ok()).skip(1);
    let (user, system, kib) = (figures.next()?, figures.next()?, figures.next()?);
    let times = f64::from(times);
    Some(Run { wall: wall / times, processor: (user + system) / times, peak: kib / 1024.0 })
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
