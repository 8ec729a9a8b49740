//! Times every format with 5,000 findings of one made tree, and says how large each is.
//!
//! `cargo bench --bench report` prints a line a format: milliseconds, the least of
//! `KAGIBAN_BENCH_RUNS` (5), and the bytes. With `KAGIBAN_BENCH_PAGES=FOLDER` it also writes them there.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot be set up ends")]

#[path = "../tests/pages/made.rs"]
mod made;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use kagiban::lang::Lang;
use kagiban::report::{Context, REPORTERS};

const FINDINGS: usize = 5_000;

fn main() {
    let runs = std::env::var("KAGIBAN_BENCH_RUNS").ok().and_then(|runs| runs.parse().ok()).unwrap_or(5);
    let folder = std::env::var_os("KAGIBAN_BENCH_PAGES").map(PathBuf::from);
    let (rules, report) = made::report(FINDINGS);
    println!("{} findings\n{:20} {:>8} {:>10}", report.findings().len(), "format", "ms", "bytes");
    for reporter in REPORTERS {
        let width = (reporter.name() == "human").then_some(100);
        let context =
            Context { catalogue: rules.catalogue(), lang: Lang::Ja, width, color: false, links: None };
        let mut least = Duration::MAX;
        let mut out = Vec::new();
        for _ in 0..runs {
            out.clear();
            let start = Instant::now();
            reporter.write(&report, &context, &mut out).unwrap();
            least = least.min(start.elapsed());
        }
        println!("{:20} {:8.1} {:10}", reporter.name(), least.as_secs_f64() * 1e3, out.len());
        if let Some(folder) = &folder {
            std::fs::write(folder.join(format!("report.{}", reporter.name())), &out).unwrap();
        }
    }
}
