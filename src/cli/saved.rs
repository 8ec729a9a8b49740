//! `kagiban report`: shows saved reports in another form, or several as one.

use std::fs;
use std::io::{self, Write as _};

use super::args::ReportArguments;
use super::base::Base;
use super::exit::Exit;
use super::failure::Failure;
use super::output::{Words, destinations, write_all};
use super::plan::{locale, rule_set};
use crate::fleet::gathered;
use crate::lang::{AboutFleet, Message};
use crate::model::{Report, Severity};
use crate::report::saved::{Saved, merged, read};
use crate::rules::Catalogue;
use crate::settings::{FailOn, Settings};

/// What counts where nothing else is said.
const FAIL_ON: FailOn = FailOn::AtLeast(Severity::Medium);

pub(super) fn run(arguments: &ReportArguments) -> Result<Exit, Failure> {
    let destinations = destinations(&arguments.targets)?;
    let rules = rule_set(&arguments.catalogue.rules, &Settings::default(), &Base::default())?;
    let people = &arguments.catalogue.people;
    let words =
        Words { catalogue: rules.catalogue(), lang: people.lang.unwrap_or_else(locale), folder: None };
    let report = joined(arguments, rules.catalogue())?;
    let least = arguments.min_severity.unwrap_or(Severity::Info);
    let report = report.without(|finding| finding.severity < least);
    #[cfg(feature = "sqlite")]
    super::fleet::write_database(&report, words, arguments.sqlite.as_deref())?;
    write_all(&report, words, &destinations, people)?;
    let missing = report.fleet().map_or(&[][..], |fleet| &fleet.missing_shards);
    if missing.is_empty() {
        return Ok(Exit::of(&report, arguments.fail_on.unwrap_or(FAIL_ON), arguments.strict));
    }
    // Whoever joins shards needs to know first of all that some are still to come.
    let shards = missing.iter().map(u32::to_string).collect::<Vec<_>>().join(" ");
    let count = report.fleet().map_or(0, |fleet| fleet.shards);
    let said = Message::from(AboutFleet::MissingShards { shards: &shards, count });
    writeln!(io::stderr().lock(), "{}", said.say(words.lang))?;
    Ok(Exit::Incomplete)
}

fn joined(arguments: &ReportArguments, catalogue: &Catalogue) -> Result<Report, Failure> {
    if let Some(folder) = &arguments.merge {
        let gathered = gathered(folder, &Saved::new(catalogue));
        return gathered.map_err(|error| Failure::usage(error.to_string()));
    }
    let reports = arguments.files.iter().map(|path| {
        let bytes = fs::read(path).map_err(|error| Failure::file(path.display(), error))?;
        read(&bytes).map_err(|reason| Failure::usage(format!("{}: {reason}", path.display())))
    });
    Ok(merged(reports.collect::<Result<_, Failure>>()?, catalogue))
}
