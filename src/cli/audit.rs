//! `kagiban scan`: audits, reports, and says by its exit code what came of it.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::args::{OutputArguments, PeopleArguments, ScanArguments};
use super::exit::Exit;
use super::failure::Failure;
use super::input::Input;
use super::plan::{Plan, is_colored};
use super::progress;
use crate::exposure::{Asked, AskedOfRange, AskedOfWorktree, HISTORY_TIME_MAX};
use crate::model::{Report, ScanFacts};
use crate::policy::{InlineAllows, Judge, Scope};
use crate::report::{Context, REPORTERS, Reporter, reporter_named, reporter_of_file};
use crate::scan::{self, Found, Progress};

pub(super) fn run(arguments: &ScanArguments) -> Result<Exit, Failure> {
    let reporters = reporters(&arguments.shared.output)?;
    let input = Input::of(arguments)?;
    let plan = Plan::new(&arguments.shared, &input.base)?;
    let (found, facts) = audited(arguments, &plan, &input)?;
    let Found { findings, inline, coverage } = found;
    let across = input.change.as_ref().map(|change| change.across(&arguments.shared, &plan, &inline));
    let change = across.as_ref().map(|across| across.change(&plan));
    let judgement = Judge { change, ..judge(&plan, &input, &inline) }.judge(findings);
    let report = Report::new(facts, judgement.findings, judgement.suppressed, judgement.notices, coverage);
    write_all(&report, &plan, &reporters, &arguments.shared.people)?;
    Ok(Exit::of(&report, plan.fail_on, arguments.shared.judgement.strict))
}

/// Everything a scan finds before anything is accepted, for the baseline.
pub(super) fn found(arguments: &ScanArguments) -> Result<(Plan, Found, bool), Failure> {
    let input = Input::of(arguments)?;
    let plan = Plan::new(&arguments.shared, &input.base)?;
    let (found, _) = audited(arguments, &plan, &input)?;
    Ok((plan, found, input.is_whole))
}

fn audited(arguments: &ScanArguments, plan: &Plan, input: &Input) -> Result<(Found, ScanFacts), Failure> {
    let threads = arguments.shared.input.jobs.map_or(0, usize::from);
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .map_err(|_| Failure::usage("cannot start the threads of the audit"))?;
    let progress = Progress::default();
    let output = &arguments.shared.output;
    let shows_identifiers =
        plan.rules.catalogue().iter().any(|rule| rule.file.identifier && plan.selection.shows(&rule.id));
    let now_seconds = plan.clock.now_seconds();
    let of_worktree = AskedOfWorktree { bases: input.bases.clone(), now_seconds, time_max: HISTORY_TIME_MAX };
    let exposure = match (&input.range, &input.attribution) {
        (_, Some(attribution)) => Some(Asked::OfHistory { attribution, prefix: "", now_seconds }),
        (Some((repo, head)), _) => {
            Some(Asked::OfRange(AskedOfRange { repo, head: *head, now_seconds, time_max: HISTORY_TIME_MAX }))
        }
        _ => (!input.bases.is_empty()).then_some(Asked::OfWorktree(&of_worktree)),
    };
    let scan_plan = scan::Plan {
        source: &*input.source,
        rules: &plan.rules,
        limits: &plan.limits,
        reads_whole: shows_identifiers,
        progress: &progress,
        own: &plan.settings.own,
        exposure,
    };
    let found = progress::shown(!output.no_progress && !output.quiet, &progress, || {
        pool.install(|| {
            let mut found = scan::scan(scan_plan);
            for (history, attribution) in &input.submodules {
                let prefix = history.prefix();
                let exposure = Some(Asked::OfHistory { attribution, prefix, now_seconds });
                found.take(scan::scan(scan::Plan { source: history, exposure, ..scan_plan }));
            }
            found
        })
    });
    let elapsed_ms = u64::try_from(plan.clock.elapsed().as_millis()).unwrap_or(u64::MAX);
    if output.verbose {
        writeln!(
            io::stderr().lock(),
            "audited {} files, {} bytes in {elapsed_ms} ms",
            found.coverage.files,
            found.coverage.bytes
        )?;
    }
    let facts = ScanFacts {
        mode: input.source.mode(),
        roots: input.roots.iter().map(|root| scan::safe_path(root, &plan.rules)).collect(),
        started_at: plan.clock.started_at(),
        elapsed_ms,
        rules_digest: plan.rules.catalogue().digest().to_owned(),
    };
    Ok((found, facts))
}

fn judge<'a>(plan: &'a Plan, input: &Input, inline: &'a InlineAllows) -> Judge<'a> {
    Judge {
        catalogue: plan.rules.catalogue(),
        settings: &plan.settings,
        baseline_name: &plan.baseline_name,
        baseline: &plan.baseline,
        inline,
        selection: &plan.selection,
        today: plan.clock.today(),
        scope: if input.is_whole && !plan.is_narrowed { Scope::Full } else { Scope::Narrowed },
        also_at_max: plan.limits.also_at_max,
        change: None,
    }
}

/// A report to write, to a file or to standard output.
struct Destination {
    reporter: &'static dyn Reporter,
    file: Option<PathBuf>,
}

fn reporters(output: &OutputArguments) -> Result<Vec<Destination>, Failure> {
    let named = reporter_named(&output.format)
        .ok_or_else(|| Failure::usage(format!("there is no format `{}`", output.format)))?;
    let mut all = vec![Destination { reporter: named, file: None }];
    for file in &output.reports {
        let reporter = reporter_of_file(&file.to_string_lossy()).ok_or_else(|| {
            let endings: Vec<&str> = REPORTERS.iter().flat_map(|r| r.endings()).copied().collect();
            Failure::with_help(
                format!("{}: no format has this ending", file.display()),
                format!("the endings are {}", endings.join(" ")),
            )
        })?;
        if let Some(reason) = why_no_target(file) {
            return Err(Failure::usage(format!("{}: {reason}", file.display())));
        }
        all.push(Destination { reporter, file: Some(file.clone()) });
    }
    Ok(all)
}

/// Tells before the audit that a report could not be written after it.
fn why_no_target(file: &Path) -> Option<&'static str> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    if file.is_dir() {
        Some("a report is written to a file, and this is a folder")
    } else if folder.is_some_and(|folder| !folder.is_dir()) {
        Some("there is no such folder to write the report to")
    } else {
        None
    }
}

/// Writes every report. One that fails does not cost the others; the first failure is told.
fn write_all(
    report: &Report,
    plan: &Plan,
    destinations: &[Destination],
    people: &PeopleArguments,
) -> Result<(), Failure> {
    let written: Vec<Result<(), Failure>> = destinations
        .iter()
        // Files first: a closed standard output must not cost them.
        .rev()
        .map(|destination| match &destination.file {
            Some(path) => write_file(report, plan, destination.reporter, path)
                .map_err(|error| Failure::file(path.display(), error)),
            None => match write_output(report, plan, destination.reporter, people) {
                // Whoever read it has read enough, as `head` does; the exit code still tells all.
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
                written => written.map_err(Failure::Output),
            },
        })
        .collect();
    written.into_iter().collect()
}

fn write_file(report: &Report, plan: &Plan, reporter: &dyn Reporter, path: &Path) -> io::Result<()> {
    let context = Context { catalogue: plan.rules.catalogue(), lang: plan.lang, width: None, color: false };
    let mut out = BufWriter::new(File::create(path)?);
    reporter.write(report, &context, &mut out)?;
    out.flush()
}

fn write_output(
    report: &Report,
    plan: &Plan,
    reporter: &dyn Reporter,
    people: &PeopleArguments,
) -> io::Result<()> {
    let context = Context {
        catalogue: plan.rules.catalogue(),
        lang: plan.lang,
        width: terminal_width(),
        color: is_colored(people),
    };
    let mut out = BufWriter::new(io::stdout().lock());
    reporter.write(report, &context, &mut out)?;
    out.flush()
}

/// Columns of the terminal, if standard output is one.
pub(super) fn terminal_width() -> Option<u16> {
    use std::io::IsTerminal as _;
    if !io::stdout().is_terminal() {
        return None;
    }
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    columns.or_else(|| terminal_size::terminal_size().map(|(width, _)| width.0))
}
