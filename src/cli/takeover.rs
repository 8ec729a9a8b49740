//! `kagiban takeover`: the report that goes with a project when it changes hands.

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::path::Path;

use jiff::civil::Date;

use super::args::{ScanArguments, TakeoverArguments};
use super::audit;
use super::exit::Exit;
use super::failure::Failure;
use super::ledger::{due_row, key_row, safe};
use super::plan::Plan;
use crate::git::Repo;
use crate::ledger::{Ledger, Standing};
use crate::model::{Fingerprint, Report};
use crate::report::{Context, Noted, Takeover, with_history};
use crate::scan::safe_path;
use crate::settings::AppClass;

pub(super) fn run(arguments: &TakeoverArguments) -> Result<Exit, Failure> {
    let scan = ScanArguments::of_people(
        vec![arguments.path.clone()],
        arguments.no_progress,
        arguments.input.clone(),
        arguments.people.clone(),
    );
    let (plan, of_files) = audit::report(&scan)?;
    let has_history = !arguments.files_only && Repo::open(&arguments.path).is_ok();
    let report = if has_history {
        let (_, of_history) = audit::report(&ScanArguments { history: true, ..scan })?;
        with_history(&of_files, &of_history)
    } else {
        of_files
    };
    let today = plan.clock.today();
    let is_public_app = plan.settings.own.app_class == Some(AppClass::Public);
    let keys: Vec<_> =
        plan.ledger.entries().iter().map(|entry| key_row(entry, &plan.ledger, today)).collect();
    let due: Vec<_> = plan.ledger.due(today, is_public_app).iter().map(|due| due_row(due, today)).collect();
    let takeover = Takeover {
        project: &project(arguments, &plan),
        date: &today.to_string(),
        report: &report,
        has_ledger: plan.ledger.is_there(),
        keys: &keys,
        due: &due,
        noted: &noted(&report, &plan.ledger, today),
    };
    let context = Context {
        catalogue: plan.rules.catalogue(),
        lang: plan.lang,
        width: None,
        color: false,
        links: None,
    };
    let mut out = io::BufWriter::new(io::stdout().lock());
    let written = takeover.write(arguments.format.into(), &context, &mut out).and_then(|()| out.flush());
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::Output(error)),
        _ if report.coverage().is_complete() => Ok(Exit::Clean),
        _ => Ok(Exit::Incomplete),
    }
}

/// What the project is called: as its owner says, or as its folder is named.
fn project(arguments: &TakeoverArguments, plan: &Plan) -> String {
    let of_folder = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned());
    let folder = || arguments.path.canonicalize().ok().as_deref().and_then(of_folder);
    let name = arguments.project.clone().or_else(folder).unwrap_or_else(|| ".".to_owned());
    safe_path(&name, &plan.rules)
}

/// What the ledger knows of the values that were found.
fn noted(report: &Report, ledger: &Ledger, today: Date) -> BTreeMap<Fingerprint, Noted> {
    let of = |fingerprint: Fingerprint| {
        let standing = ledger.standing(fingerprint);
        let entry = standing.entry()?;
        let replaced = match standing {
            Standing::Rotated(_, on) => Some(on.to_string()),
            Standing::Live(_) | Standing::Unknown => None,
        };
        let known_by = ledger.knowers(entry, today).iter().map(|knower| safe(knower.name)).collect();
        Some((fingerprint, Noted { id: safe(&entry.id), known_by, replaced }))
    };
    report.findings().iter().filter_map(|finding| of(finding.fingerprint)).collect()
}
