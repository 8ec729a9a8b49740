//! Times fleets: joining the results of 1,000 shards, and two shards beside one.
//!
//! `cargo bench --bench fleet` makes 1,000 shards of three repositories with 100,000 findings and joins
//! them. With `KAGIBAN_BENCH_FLEET=FOLDER`, a folder of repositories, it audits their histories with
//! one thread, then as two shards at once, each on a core of its own (`taskset`), then once more
//! where nothing has changed. `KAGIBAN_BENCH_RUNS` sets how often it joins (3).

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot be set up ends")]

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use kagiban::fleet::{Location, Plan, Repository, Results, Shard, Stored};
use kagiban::report::saved::read;
use kagiban::report::wire::WireReport;
use kagiban::rules::sample;

const KAGIBAN: &str = env!("CARGO_BIN_EXE_kagiban");
const SHARDS: u32 = 1_000;
const REPOSITORIES: usize = 3_000;
const FINDINGS: usize = 100_000;

/// Seconds on the clock and of the processor, and the peak of memory in MiB.
struct Took {
    wall: f64,
    processor: f64,
    peak: f64,
}

fn main() {
    let scratch = tempfile::tempdir().unwrap();
    if let Some(folder) = std::env::var_os("KAGIBAN_BENCH_FLEET") {
        shards(&folder, scratch.path());
    } else {
        joining(scratch.path());
    }
}

/// One report of a scan, to be filled with findings.
fn template(scratch: &Path) -> WireReport {
    let tree = scratch.join("tree");
    std::fs::create_dir(&tree).unwrap();
    let secret = sample("LWA_CLIENT_SECRET=amzn1.oa2-cs.v1.{hex:64}\n", 1);
    std::fs::write(tree.join("shop.env"), secret).unwrap();
    let output = Command::new(KAGIBAN).args(["scan", "--format", "json"]).arg(&tree).output().unwrap();
    read(&output.stdout).unwrap()
}

fn joining(scratch: &Path) {
    let (folder, template) = (scratch.join("results"), template(scratch));
    let results = Results::open(&folder).unwrap();
    let repository = |number: usize| {
        let at = format!("https://git.example/client-{}/shop-{number}", number % 300);
        Repository::new(&at, Location::Address(at.clone()), &|at| at.to_owned())
    };
    let mut repositories: Vec<Repository> = (0..REPOSITORIES).map(repository).collect();
    repositories.sort_by(|one, other| one.id.cmp(&other.id));
    let bytes = vec![1 << 20; REPOSITORIES];
    let plan = Plan::new(&repositories, &bytes, SHARDS, None, "2026-11-24T00:00:00Z".to_owned());
    let plan = results.planned(plan).unwrap();
    let mut random = fastrand::Rng::with_seed(3);
    for (number, repository) in repositories.iter().enumerate() {
        let (first, last) = (number * FINDINGS / REPOSITORIES, (number + 1) * FINDINGS / REPOSITORIES);
        let mut report = template.clone();
        report.scan.roots = vec![repository.at.clone()];
        report.findings = (first..last)
            .map(|finding| {
                let mut made = template.findings.first().unwrap().clone();
                // One in ten is also somewhere else.
                let secret = if random.u8(..) < 25 { finding % 5_000 } else { finding };
                made.fingerprint = format!("{secret:032x}");
                made.location.path = Some(format!("services/orders/config/{finding}/.env"));
                made
            })
            .collect();
        let stored = Stored::audited(repository, String::new(), &report);
        results.keep(&stored, &report, "2026-11-24").unwrap();
    }
    for shard in 1..=SHARDS {
        results.done(&plan, Shard::new(shard, SHARDS).unwrap()).unwrap();
    }
    let runs = std::env::var("KAGIBAN_BENCH_RUNS").ok().and_then(|n| n.parse().ok()).unwrap_or(3);
    println!("\n{SHARDS} shards, {REPOSITORIES} repositories, {FINDINGS} findings:\n");
    println!("| format | s | processor s | peak MiB |\n| --- | --- | --- | --- |");
    for format in ["json", "csv", "human"] {
        for _ in 0..runs {
            let arguments =
                ["report", "--merge", folder.to_str().unwrap(), "--format", format, "--fail-on", "never"];
            let took = waited(started(None, &arguments.map(OsStr::new)));
            println!("| {format} | {:.2} | {:.2} | {:.0} |", took.wall, took.processor, took.peak);
        }
    }
}

fn shards(folder: &OsStr, scratch: &Path) {
    let audit = |core: Option<&str>, results: &str, shard: &str| {
        let results = scratch.join(results);
        let arguments =
            ["fleet", "--history", "--jobs", "1", "--fail-on", "never", "-q", "--format", "jsonl"];
        let mut arguments: Vec<&OsStr> = arguments.iter().map(OsStr::new).collect();
        arguments.extend([
            folder,
            "--results".as_ref(),
            results.as_os_str(),
            "--shard".as_ref(),
            shard.as_ref(),
        ]);
        started(core, &arguments)
    };
    let whole = waited(audit(Some("0"), "whole", "1/1"));
    let begun = Instant::now();
    let both = [audit(Some("0"), "split", "1/2"), audit(Some("1"), "split", "2/2")].map(waited);
    let split = begun.elapsed().as_secs_f64();
    let again = waited(audit(Some("0"), "whole", "1/1"));
    println!("\n| | s | processor s | peak MiB |\n| --- | --- | --- | --- |");
    let [first, second] = &both;
    for (name, took) in
        [("one shard", &whole), ("shard 1/2", first), ("shard 2/2", second), ("again", &again)]
    {
        println!("| {name} | {:.2} | {:.2} | {:.0} |", took.wall, took.processor, took.peak);
    }
    let processor = first.processor.max(second.processor) / whole.processor;
    println!(
        "\nTwo shards take {:.2} of the time of one, {processor:.2} by processor time.",
        split / whole.wall
    );
    println!("Again takes {:.2} % of the processor time.", 100.0 * again.processor / whole.processor);
}

/// Starts the program under `time`, on one core where it is named.
fn started(core: Option<&str>, arguments: &[&OsStr]) -> (Instant, Child) {
    let mut command = Command::new("/usr/bin/time");
    command.args(["-f", "%U %S %M"]);
    if let Some(core) = core {
        command.args(["taskset", "-c", core]);
    }
    command.arg(KAGIBAN).args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    (Instant::now(), command.spawn().unwrap())
}

fn waited((begun, child): (Instant, Child)) -> Took {
    let output = child.wait_with_output().unwrap();
    let wall = begun.elapsed().as_secs_f64();
    let told = String::from_utf8_lossy(&output.stderr).lines().last().unwrap().to_owned();
    let figures: Vec<f64> = told.split(' ').filter_map(|figure| figure.parse().ok()).collect();
    let [user, system, kib] = figures.as_slice() else { panic!("`time` says {told}") };
    Took { wall, processor: user + system, peak: kib / 1024.0 }
}
