//! `kagiban fleet`: many repositories, whole or a shard of them.

use std::env;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::args::{FleetArguments, ScanArguments, ShardChoice};
use super::audit::{Means, pool};
use super::base::Base;
use super::clock::Clock;
use super::exit::Exit;
use super::failure::Failure;
use super::output::{Words, destinations, write_all};
use super::plan::{choice, locale, rule_set};
use super::progress;
use crate::fleet::{
    Collection, Done, Fetcher, FleetProgress, Listing, Plan, Planned, Repository, Results, Run, Shard,
    engine, size_of,
};
use crate::git::Repo;
use crate::lang::{AboutFleet, Lang, Message};
use crate::model::{Limits, Report, Severity};
use crate::policy::Selection;
use crate::report::saved::Saved;
use crate::rules::RuleSet;
use crate::scan::safe_path;
use crate::settings::{FailOn, Settings};

mod auditor;

use auditor::Own;

pub(super) fn run(arguments: &FleetArguments) -> Result<Exit, Failure> {
    let shared = &arguments.shared;
    let destinations = destinations(&shared.output.targets)?;
    let rules = Arc::new(rule_set(&shared.input.rules, &Settings::default(), &Base::default())?);
    // What of the command line cannot hold is told once, not of every repository.
    let selected = Selection::new(rules.catalogue(), &choice(&shared.judgement, &Settings::default()));
    let selected = selected.map_err(|unknown| {
        let names: Vec<String> = unknown.iter().map(ToString::to_string).collect();
        Failure::with_help(names.join("; "), "`kagiban rules list` names every rule and family")
    })?;
    let lang = shared.people.lang.unwrap_or_else(locale);
    let (report, done) = audited(arguments, &rules, lang)?;
    // What the repositories together give is chosen here; the rest was by each one's own settings.
    let report = report.without(|f| f.rule.as_str() == crate::fleet::SAME_CREDENTIAL && !selected.keeps(f));
    let words = Words { catalogue: rules.catalogue(), lang, folder: None };
    #[cfg(feature = "sqlite")]
    write_database(&report, words, arguments.sqlite.as_deref())?;
    write_all(&report, words, &destinations, &shared.people)?;
    if !shared.output.quiet {
        let Done { audited, unchanged, broken } = done;
        let said = Message::from(AboutFleet::Done { audited, unchanged, broken });
        writeln!(io::stderr().lock(), "{}", said.say(lang))?;
    }
    let fail_on = shared.judgement.fail_on.unwrap_or(FailOn::AtLeast(Severity::Medium));
    Ok(Exit::of(&report, fail_on, shared.judgement.strict))
}

fn audited(arguments: &FleetArguments, rules: &Arc<RuleSet>, lang: Lang) -> Result<(Report, Done), Failure> {
    let shared = &arguments.shared;
    let shown = |at: &str| safe_path(at, rules);
    let listing = Listing::read(&arguments.manifest, &mut io::stdin().lock(), &shown);
    let listing = listing.map_err(|error| Failure::usage(error.to_string()))?.repositories;
    let (shard, run) = shard(arguments)?;
    let results = arguments
        .results
        .as_deref()
        .map(|folder| Results::open(folder).map_err(|error| Failure::file(folder.display(), error)));
    let results = results.transpose()?;
    // Only what is split has to be even.
    let unpacked = |path: &Path| match shard.count() {
        1 => 0,
        _ => Repo::open(path).map_or(0, |repo| repo.unpacked_bytes()),
    };
    let sizes = listing.iter().map(|repository| size_of(repository, arguments.history, &unpacked));
    let bytes: Vec<u64> = sizes.collect();
    let clock = Clock::new(shared.input.now);
    let plan = Plan::new(&listing, &bytes, shard.count(), run, clock.started_at());
    let plan = match &results {
        Some(results) => results.planned(plan).map_err(|error| unwritten(arguments, error))?,
        None => plan,
    };
    let own: Vec<(&Repository, u64)> =
        listing.iter().zip(bytes).filter(|(r, _)| plan.shard_of(&r.id) == Some(shard.index())).collect();
    let planned: Vec<&Planned> = plan.repositories.iter().filter(|p| p.shard == shard.index()).collect();
    let pool = pool(shared)?;
    let lanes = pool.current_num_threads().min(own.len());
    let means = Means {
        pool,
        progress: Arc::default(),
        is_shown: false,
        rules: Some(Arc::clone(rules)),
        // Together they take what one takes.
        in_flight_bytes_max: Some(Limits::STANDARD.in_flight_bytes_max / lanes.max(1)),
    };
    let auditor = Own { arguments, means, lang, clock };
    let fetcher = Fetcher::new(cache(arguments)?, Duration::from_secs(arguments.git_timeout.into()));
    let progress = FleetProgress::of(own.len());
    let collection = Collection::new(Saved::new(rules.catalogue()));
    let run = Run {
        repositories: own,
        lanes,
        auditor: &auditor,
        fetcher: &fetcher,
        results: results.as_ref(),
        progress: &progress,
    };
    let is_shown = !shared.output.no_progress && !shared.output.quiet;
    let done = progress::shown_of_fleet(is_shown, &progress, || {
        run.run(&|stored, report| match report {
            Some(report) => collection.add(stored, &report),
            None => {
                let kept = results.as_ref().and_then(|results| results.report(&stored.id));
                kept.iter().for_each(|(stored, report)| collection.add(stored, report));
            }
        })
    });
    let done = done.map_err(|error| unwritten(arguments, error))?;
    if let Some(results) = &results {
        results.done(&plan, shard).map_err(|error| unwritten(arguments, error))?;
    }
    Ok((collection.finish(&planned), done))
}

fn unwritten(arguments: &FleetArguments, error: io::Error) -> Failure {
    Failure::file(arguments.results.as_deref().unwrap_or(Path::new("")).display(), error)
}

/// The part of the work that is this task's own, and what tells its run from others.
fn shard(arguments: &FleetArguments) -> Result<(Shard, Option<String>), Failure> {
    let variable = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
    let named = arguments.run.clone().or_else(|| variable("KAGIBAN_RUN"));
    match arguments.shard {
        None => Ok((Shard::WHOLE, None)),
        Some(ShardChoice::This(shard)) => Ok((shard, named)),
        Some(ShardChoice::Auto) => {
            let engine =
                engine(&variable).map_err(|reason| Failure::usage(format!("--shard auto: {reason}")))?;
            Ok((engine.shard, named.or(engine.run)))
        }
    }
}

/// Where repositories of addresses are kept.
fn cache(arguments: &FleetArguments) -> Result<PathBuf, Failure> {
    if let Some(folder) = &arguments.cache {
        // Git is run in no folder of ours, so the name must hold from everywhere.
        return std::path::absolute(folder).map_err(|error| Failure::file(folder.display(), error));
    }
    let folder = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let of_user = folder("XDG_CACHE_HOME").or_else(|| Some(folder("HOME")?.join(".cache")));
    let of_user = of_user.or_else(|| folder("LOCALAPPDATA")).unwrap_or_else(env::temp_dir);
    Ok(of_user.join("kagiban").join("fleet"))
}

/// Writes the findings as a SQLite database.
#[cfg(feature = "sqlite")]
pub(super) fn write_database(report: &Report, words: Words<'_>, file: Option<&Path>) -> Result<(), Failure> {
    let Some(file) = file else { return Ok(()) };
    let context = crate::report::Context {
        catalogue: words.catalogue,
        lang: words.lang,
        width: None,
        color: false,
        links: None,
    };
    let written = crate::report::write_database(report, &context, file);
    written.map_err(|reason| Failure::usage(format!("{}: {reason}", file.display())))
}

/// The scan of one repository.
fn scan_of(arguments: &FleetArguments, folder: &Path, is_history: bool) -> ScanArguments {
    ScanArguments {
        paths: vec![folder.to_path_buf()],
        staged: false,
        history: is_history,
        range: None,
        since: None,
        stdin: false,
        stdin_path: "stdin".to_owned(),
        shared: arguments.shared.clone(),
    }
}
