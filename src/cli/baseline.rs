//! `kagiban baseline`: accepts what is there, and forgets what no longer is.

use std::collections::BTreeSet;
use std::io::{self, Write as _};

use super::args::{BaselineArguments, BaselineCommand, ScanArguments};
use super::audit;
use super::exit::Exit;
use super::failure::Failure;
use crate::model::Fingerprint;
use crate::policy::Baseline;

pub(super) fn run(arguments: &BaselineArguments) -> Result<Exit, Failure> {
    match &arguments.command {
        BaselineCommand::Create(scan) => create(scan),
        BaselineCommand::Prune(scan) => prune(scan),
    }
}

fn create(arguments: &ScanArguments) -> Result<Exit, Failure> {
    let (plan, found, _) = audit::found(arguments)?;
    let shown = found.findings.iter().filter(|finding| plan.selection.keeps(finding));
    let created = Baseline::create(plan.rules.catalogue(), shown);
    write(&created.baseline, &plan.baseline_path)?;
    let mut out = io::stdout().lock();
    writeln!(out, "{}: {} accepted", plan.baseline_path.display(), created.baseline.len())?;
    if created.left_out > 0 {
        writeln!(
            out,
            "{} left out: a secret that could be guessed is accepted only by [[allow]] with `until`",
            created.left_out
        )?;
    }
    Ok(if found.coverage.is_complete() { Exit::Clean } else { Exit::Incomplete })
}

fn prune(arguments: &ScanArguments) -> Result<Exit, Failure> {
    let (mut plan, found, is_whole) = audit::found(arguments)?;
    if !is_whole || plan.is_narrowed || !found.coverage.is_complete() {
        return Err(Failure::with_help(
            "only a complete audit of everything can tell which entries are no longer needed",
            "leave out --only, --skip and PATH, and see to what could not be read",
        ));
    }
    let present: BTreeSet<Fingerprint> = found.findings.iter().map(|finding| finding.fingerprint).collect();
    let gone = plan.baseline.prune(&present);
    write(&plan.baseline, &plan.baseline_path)?;
    writeln!(
        io::stdout().lock(),
        "{}: {gone} dropped, {} kept",
        plan.baseline_path.display(),
        plan.baseline.len()
    )?;
    Ok(Exit::Clean)
}

fn write(baseline: &Baseline, path: &std::path::Path) -> Result<(), Failure> {
    baseline.write(path).map_err(|error| Failure::usage(error.to_string()))
}
