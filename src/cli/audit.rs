//! `kagiban scan`: audits, reports, and says by its exit code what came of it.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::Arc;

use rayon::ThreadPool;

use super::args::{ScanArguments, SharedArguments};
use super::exit::Exit;
use super::failure::Failure;
use super::input::Input;
use super::output::{Words, destinations, write_all};
use super::plan::Plan;
use super::progress;
use super::state;
use crate::audit::{Chosen, Registry};
use crate::exposure::{Asked, AskedOfRange, AskedOfWorktree, HISTORY_TIME_MAX};
use crate::model::{Fact, Family, Mode, Notice, Report, RuleId, ScanFacts};
use crate::policy::{InlineAllows, Judge, Scope, Selection};
use crate::rules::{Catalogue, Gate, Rule, RuleSet};
use crate::scan::{self, Found, Progress};

/// The rules of the lifecycle family that judge a change.
const OF_CHANGES: &[&str] = &["allow-added-in-change", "live-credential-in-tests", "waiver-expired"];

pub(super) fn run(arguments: &ScanArguments) -> Result<Exit, Failure> {
    let reporters = destinations(&arguments.shared.output.targets)?;
    let Audited { plan, report, folder, .. } = audited_whole(arguments)?;
    let words = Words { catalogue: plan.rules.catalogue(), lang: plan.lang, folder: folder.as_deref() };
    write_all(&report, words, &reporters, &arguments.shared.people)?;
    Ok(Exit::of(&report, plan.fail_on, arguments.shared.judgement.strict))
}

/// What audits have in common when there are several.
pub(super) struct Means {
    pub(super) pool: Arc<ThreadPool>,
    pub(super) progress: Arc<Progress>,
    /// Whether it shows how far it is.
    pub(super) is_shown: bool,
    /// The rules of those whose settings bring none.
    pub(super) rules: Option<Arc<RuleSet>>,
    /// What is spent at the same time.
    pub(super) in_flight_bytes_max: Option<usize>,
}

impl Means {
    fn of(arguments: &ScanArguments) -> Result<Self, Failure> {
        let output = &arguments.shared.output;
        Ok(Self {
            pool: pool(&arguments.shared)?,
            progress: Arc::default(),
            is_shown: !output.no_progress && !output.quiet,
            rules: None,
            in_flight_bytes_max: None,
        })
    }
}

/// The threads of an audit.
pub(super) fn pool(arguments: &SharedArguments) -> Result<Arc<ThreadPool>, Failure> {
    let threads = arguments.input.jobs.map_or(0, usize::from);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    pool.map(Arc::new).map_err(|_| Failure::usage("cannot start the threads of the audit"))
}

/// Audits and judges alone.
pub(super) fn report(arguments: &ScanArguments) -> Result<(Plan, Report), Failure> {
    audited_whole(arguments).map(|audited| (audited.plan, audited.report))
}

/// Audits and judges as one of several.
pub(super) fn reported(arguments: &ScanArguments, means: &Means) -> Result<(Plan, Report), Failure> {
    whole(arguments, means).map(|audited| (audited.plan, audited.report))
}

/// An audit with everything that a record of it says.
pub(super) struct Audited {
    pub(super) plan: Plan,
    pub(super) report: Report,
    pub(super) facts: Vec<Fact>,
    /// Whether it was of a whole repository or folder.
    pub(super) is_whole: bool,
    /// The folder that paths are below, where they are files on disk.
    pub(super) folder: Option<PathBuf>,
}

/// Audits and judges, and keeps what audits noted that is no fault.
pub(super) fn audited_whole(arguments: &ScanArguments) -> Result<Audited, Failure> {
    whole(arguments, &Means::of(arguments)?)
}

fn whole(arguments: &ScanArguments, means: &Means) -> Result<Audited, Failure> {
    if means.pool.current_num_threads() > 1 {
        // The first thing a file meets, made while the rules are read.
        means.pool.spawn(|| _ = Gate::get());
    }
    let input = state::input(arguments)?;
    let mut plan = Plan::with_rules(&arguments.shared, &input.base, means.rules.as_ref())?;
    if let Some(bytes) = means.in_flight_bytes_max {
        plan.limits.in_flight_bytes_max = bytes;
    }
    plan.selection = of_mode(plan.selection, plan.rules.catalogue(), input.source.mode());
    let audits = Registry::get().chosen(|rule| plan.selection.shows(&RuleId::new(rule)));
    let (found, facts) = audited(arguments, &plan, &input, audits, means)?;
    let Found { findings, inline, coverage, facts: noted } = found;
    let across = input.change.as_ref().map(|change| change.across(&arguments.shared, &plan, &inline));
    let change = across.as_ref().map(|across| across.change(&plan));
    let judgement = Judge { change, ..judge(&plan, &input, &inline) }.judge(findings);
    let skips = input.skips.iter().map(|(commit, reason)| {
        Notice::Skipped(commit.hex().to_string(), scan::safe_text(reason, &plan.rules))
    });
    let notices = judgement.notices.into_iter().chain(skips).collect();
    let report = Report::new(facts, judgement.findings, judgement.suppressed, notices, coverage);
    let is_on_disk = input.source.mode() == Mode::Worktree && input.roots.len() == 1;
    let folder = is_on_disk.then(|| std::path::absolute(input.base.join("")).ok()).flatten();
    Ok(Audited { plan, report, facts: noted, is_whole: input.is_whole, folder })
}

/// Everything a scan finds before anything is accepted, for the baseline.
pub(super) fn found(arguments: &ScanArguments) -> Result<(Plan, Found, bool), Failure> {
    let input = state::input(arguments)?;
    let plan = Plan::new(&arguments.shared, &input.base)?;
    let (found, _) = audited(arguments, &plan, &input, Chosen::ALL, &Means::of(arguments)?)?;
    Ok((plan, found, input.is_whole))
}

/// Leaves out the rules that a mode does not judge: what a change touches says little about who
/// keeps track of keys, and one file on standard input nothing about a project.
pub(super) fn of_mode(selection: Selection, catalogue: &Catalogue, mode: Mode) -> Selection {
    let is_judged = |rule: &Rule| match rule.family {
        Family::Leak | Family::Sharing | Family::CustomerData => true,
        Family::Privilege => !matches!(mode, Mode::Staged | Mode::Stdin),
        Family::Lifecycle => {
            matches!(mode, Mode::Worktree | Mode::History) || OF_CHANGES.contains(&rule.id.as_str())
        }
    };
    let others = catalogue.iter().filter(|rule| !is_judged(rule)).map(|rule| rule.id.clone());
    selection.without(others)
}

fn audited(
    arguments: &ScanArguments,
    plan: &Plan,
    input: &Input,
    audits: Chosen,
    means: &Means,
) -> Result<(Found, ScanFacts), Failure> {
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
        progress: &means.progress,
        own: &plan.settings.own,
        ledger: &plan.ledger,
        now: plan.clock.now(),
        audits,
        exposure,
    };
    let found = progress::shown(means.is_shown, &means.progress, || {
        means.pool.install(|| {
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
