//! `kagiban report`: shows saved reports in another form, or several as one.

use std::fs;

use super::args::ReportArguments;
use super::base::Base;
use super::exit::Exit;
use super::failure::Failure;
use super::output::{Words, destinations, write_all};
use super::plan::{locale, rule_set};
use crate::model::Severity;
use crate::report::saved::{from_severity, merged, read};
use crate::settings::{FailOn, Settings};

/// What counts where nothing else is said.
const FAIL_ON: FailOn = FailOn::AtLeast(Severity::Medium);

pub(super) fn run(arguments: &ReportArguments) -> Result<Exit, Failure> {
    let destinations = destinations(&arguments.targets)?;
    let rules = rule_set(&arguments.catalogue.rules, &Settings::default(), &Base::default())?;
    let reports = arguments.files.iter().map(|path| {
        let bytes = fs::read(path).map_err(|error| Failure::file(path.display(), error))?;
        read(&bytes).map_err(|reason| Failure::usage(format!("{}: {reason}", path.display())))
    });
    let report = merged(reports.collect::<Result<_, Failure>>()?, rules.catalogue());
    let report = from_severity(&report, arguments.min_severity.unwrap_or(Severity::Info));
    let people = &arguments.catalogue.people;
    let words = Words { catalogue: rules.catalogue(), lang: people.lang.unwrap_or_else(locale) };
    write_all(&report, words, &destinations, people)?;
    Ok(Exit::of(&report, arguments.fail_on.unwrap_or(FAIL_ON), arguments.strict))
}
