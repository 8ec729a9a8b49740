//! Times a scan of a tree of checked-out repositories side by side with other programs.
//!
//! `KAGIBAN_BENCH_TREE=FOLDER cargo bench --bench tree` runs Kagiban and ripgrep in turn and prints the
//! median of each and the ratio run by run; `KAGIBAN_BENCH_RUNS` sets how often (5), and
//! `KAGIBAN_BENCH_PEERS=1` adds the scanners that are on `PATH`. Without a folder it says so and ends.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

/// A program with its arguments; `{}` is the folder.
struct Contestant {
    name: &'static str,
    program: &'static str,
    arguments: &'static [&'static str],
    is_peer: bool,
}

const KAGIBAN: &str = env!("CARGO_BIN_EXE_kagiban");

const CONTESTANTS: [Contestant; 5] = [
    Contestant {
        name: "kagiban",
        program: KAGIBAN,
        arguments: &["scan", "--no-progress", "--format", "json", "{}"],
        is_peer: false,
    },
    Contestant {
        name: "ripgrep, three literals",
        program: "rg",
        arguments: &["-uuu", "-c", "-F", "-e", "Atzr", "-e", "amzn1", "-e", "amzn.mws", "{}"],
        is_peer: false,
    },
    Contestant {
        name: "kingfisher",
        program: "kingfisher",
        arguments: &[
            "scan",
            "{}",
            "--git-history",
            "none",
            "--no-validate",
            "--no-update-check",
            "-f",
            "jsonl",
        ],
        is_peer: true,
    },
    Contestant {
        name: "gitleaks",
        program: "gitleaks",
        arguments: &["dir", "{}", "--report-path", "-", "-f", "json", "--no-banner"],
        is_peer: true,
    },
    Contestant { name: "ripsecrets", program: "ripsecrets", arguments: &["{}"], is_peer: true },
];

/// One run: seconds, and the peak of memory in MiB where the system's `time` tells it.
#[derive(Clone, Copy)]
struct Run {
    seconds: f64,
    peak_mib: Option<f64>,
}

fn main() {
    let Some(tree) = std::env::var_os("KAGIBAN_BENCH_TREE") else {
        println!("KAGIBAN_BENCH_TREE names no folder: nothing to measure");
        return;
    };
    let tree = Path::new(&tree);
    let runs = std::env::var("KAGIBAN_BENCH_RUNS").ok().and_then(|n| n.parse().ok()).unwrap_or(5);
    let with_peers = std::env::var_os("KAGIBAN_BENCH_PEERS").is_some();
    let contestants: Vec<&Contestant> =
        CONTESTANTS.iter().filter(|c| (with_peers || !c.is_peer) && run(c, tree).is_some()).collect();
    let mut measured: Vec<Vec<Run>> = vec![Vec::new(); contestants.len()];
    for _ in 0..runs {
        for (all, contestant) in measured.iter_mut().zip(&contestants) {
            all.extend(run(contestant, tree));
        }
    }
    let Some(ours) = measured.first().cloned() else { return };
    println!("| program | median s | peak MiB | Kagiban takes |\n| --- | --- | --- | --- |");
    for (contestant, runs) in contestants.iter().zip(&measured) {
        let seconds = median(runs.iter().map(|r| r.seconds));
        let peak = runs
            .iter()
            .filter_map(|r| r.peak_mib)
            .fold(None, |a: Option<f64>, b| Some(a.map_or(b, |a| a.max(b))));
        let ratio = median(ours.iter().zip(runs).map(|(own, other)| own.seconds / other.seconds));
        let peak = peak.map_or_else(|| "?".to_owned(), |mib| format!("{mib:.0}"));
        println!("| {} | {seconds:.2} | {peak} | {ratio:.2} of its time |", contestant.name);
    }
}

/// Runs a program over the folder; none where it cannot be started.
fn run(contestant: &Contestant, tree: &Path) -> Option<Run> {
    let arguments =
        contestant.arguments.iter().map(|a| if *a == "{}" { tree.as_os_str().to_owned() } else { a.into() });
    let mut command = Command::new("/usr/bin/time");
    command.args(["-f", "%M"]).arg(contestant.program).args(arguments);
    let begun = Instant::now();
    let output = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).output().ok()?;
    let seconds = begun.elapsed().as_secs_f64();
    // 127 is what `time` answers for a program that is not there.
    (output.status.code() != Some(127)).then_some(())?;
    let told = String::from_utf8_lossy(&output.stderr)
        .lines()
        .last()
        .and_then(|line| line.trim().parse::<f64>().ok());
    Some(Run { seconds, peak_mib: told.map(|kib| kib / 1024.0) })
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
