//! Where reports are written to.

use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use super::args::{PeopleArguments, TargetArguments};
use super::failure::Failure;
use super::plan::is_colored;
use crate::lang::Lang;
use crate::model::Report;
use crate::report::{Context, REPORTERS, Reporter, reporter_named, reporter_of_file};
use crate::rules::Catalogue;

/// What a report is said in.
#[derive(Clone, Copy)]
pub(super) struct Words<'a> {
    pub(super) catalogue: &'a Catalogue,
    pub(super) lang: Lang,
    /// The folder that paths are below, where it is one that is still there.
    pub(super) folder: Option<&'a Path>,
}

/// A report to write, to a file or to standard output.
pub(super) struct Destination {
    reporter: &'static dyn Reporter,
    file: Option<PathBuf>,
}

pub(super) fn destinations(output: &TargetArguments) -> Result<Vec<Destination>, Failure> {
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
pub(super) fn write_all(
    report: &Report,
    words: Words<'_>,
    destinations: &[Destination],
    people: &PeopleArguments,
) -> Result<(), Failure> {
    let is_rooted = report.fleet().is_some() && destinations.iter().any(|d| !d.reporter.tells_roots());
    let rooted = is_rooted.then(|| report.clone().rooted());
    let written: Vec<Result<(), Failure>> = destinations
        .iter()
        // Files first: a closed standard output must not cost them.
        .rev()
        .map(|destination| {
            let report = rooted.as_ref().filter(|_| !destination.reporter.tells_roots()).unwrap_or(report);
            write_one(report, words, destination, people)
        })
        .collect();
    written.into_iter().collect()
}

fn write_one(
    report: &Report,
    words: Words<'_>,
    destination: &Destination,
    people: &PeopleArguments,
) -> Result<(), Failure> {
    match &destination.file {
        Some(path) => write_file(report, words, destination.reporter, path)
            .map_err(|error| Failure::file(path.display(), error)),
        None => match write_output(report, words, destination.reporter, people) {
            // Whoever read it has read enough, as `head` does; the exit code still tells all.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            written => written.map_err(Failure::Output),
        },
    }
}

fn write_file(report: &Report, words: Words<'_>, reporter: &dyn Reporter, path: &Path) -> io::Result<()> {
    let context =
        Context { catalogue: words.catalogue, lang: words.lang, width: None, color: false, links: None };
    let mut out = BufWriter::new(File::create(path)?);
    reporter.write(report, &context, &mut out)?;
    out.flush()
}

fn write_output(
    report: &Report,
    words: Words<'_>,
    reporter: &dyn Reporter,
    people: &PeopleArguments,
) -> io::Result<()> {
    let context = Context {
        catalogue: words.catalogue,
        lang: words.lang,
        width: terminal_width(),
        color: is_colored(people),
        links: words.folder.filter(|_| is_colored(people) && opens_links()),
    };
    let mut out = BufWriter::new(io::stdout().lock());
    reporter.write(report, &context, &mut out)?;
    out.flush()
}

/// Whether standard output is a terminal that opens links.
fn opens_links() -> bool {
    supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout)
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
