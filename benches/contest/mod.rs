//! Programs that run in turn, and the table of what they took.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

pub(crate) const KAGIBAN: &str = env!("CARGO_BIN_EXE_kagiban");

/// A program with its arguments, in a folder.
pub(crate) struct Contestant<'a> {
    pub(crate) name: &'a str,
    pub(crate) program: &'a OsStr,
    pub(crate) arguments: Vec<OsString>,
    /// A variable of its environment.
    pub(crate) variable: Option<(&'a str, OsString)>,
    pub(crate) folder: &'a Path,
    /// How often it runs for one figure: `time` counts in hundredths.
    pub(crate) times: u32,
}

impl<'a> Contestant<'a> {
    pub(crate) fn new(name: &'a str, program: &'a str, arguments: &[&str], folder: &'a Path) -> Self {
        let arguments = arguments.iter().map(OsString::from).collect();
        Self { name, program: OsStr::new(program), arguments, variable: None, folder, times: 1 }
    }
}

/// One run: seconds on the clock and of the processor, and the peak of memory in MiB.
#[derive(Clone, Copy)]
struct Run {
    wall: f64,
    processor: f64,
    peak: f64,
}

/// Returns a scan by Kagiban.
pub(crate) fn kagiban<'a>(name: &'a str, arguments: &[&str], folder: &'a Path) -> Contestant<'a> {
    let all = [&["scan"], arguments, &["--no-progress", "--format", "json"]].concat();
    Contestant::new(name, KAGIBAN, &all, folder)
}

/// Returns those of the other scanners that are on `PATH`, where they are asked for.
pub(crate) fn peers<'a>(folder: &'a Path, all: &[(&'a str, &[&str])]) -> Vec<Contestant<'a>> {
    if std::env::var_os("KAGIBAN_BENCH_PEERS").is_none() {
        return Vec::new();
    }
    let of = |(name, arguments): &(&'a str, &[&str])| Contestant::new(name, name, arguments, folder);
    all.iter().map(of).filter(|peer| run(peer).is_some()).collect()
}

pub(crate) fn git(folder: &Path, arguments: &[&str]) {
    assert!(Command::new("git").args(arguments).current_dir(folder).status().unwrap().success());
}

/// Makes a repository of 1,000 files, five of which have `more` in them and are staged.
pub(crate) fn with_five_staged(folder: &Path, more: &str) {
    fs::create_dir(folder).unwrap();
    git(folder, &["init", "-q", "-b", "main"]);
    let write = |file: usize, more: &str| {
        let text: String = (0..100).map(|line| format!("value_{line} = {}\n", file * line)).collect();
        let path = folder.join(format!("src/{}/f{file}.py", file % 20));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, format!("{text}{more}")).unwrap();
    };
    (0..1_000).for_each(|file| write(file, ""));
    git(folder, &["add", "-A"]);
    git(folder, &["-c", "user.name=a", "-c", "user.email=a@b.example", "commit", "-q", "-m", "x"]);
    (0..5).for_each(|file| write(file * 190, more));
    git(folder, &["add", "-A"]);
}

/// Runs all in turn, as often as `KAGIBAN_BENCH_RUNS` says, and prints a table.
pub(crate) fn compare(contestants: &[Contestant<'_>]) {
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
        let ratio = |figure: fn(&Run) -> f64| {
            median(ours.iter().zip(runs).map(|(own, other)| figure(own) / figure(other)))
        };
        println!(
            "| {} | {:.3} | {:.3} | {:.0} | {:.2} of its time, {:.2} of its processor time |",
            contestant.name,
            of(|run| run.wall),
            of(|run| run.processor),
            of(|run| run.peak),
            ratio(|run| run.wall),
            ratio(|run| run.processor),
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
    command.envs(contestant.variable.clone());
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
