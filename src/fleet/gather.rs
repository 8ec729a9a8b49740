//! All results of a fleet as one report, whatever order they came in.
//!
//! The folder may hold those of several machines, each in a folder of its own, and the same one
//! twice. The plan says what must be there; what is not is named, and the audit is incomplete.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use sha2::{Digest as _, Sha256};
use walkdir::WalkDir;

use super::across::across;
use super::plan::{DoneShard, PLAN_VERSION, Plan, Planned};
use super::share::Shard;
use super::stored::{Header, Stored, StoredState};
use crate::model::{Fleet, Member, MemberState, Problem, Report, SkipReason, random_masked, reason};
use crate::report::saved::{Joined, Part, Saved, read};
use crate::report::wire::WireReport;

/// Folders in folders that are looked through.
const DEPTH_MAX: usize = 8;
/// Results that are read at a time, so that few are in memory as they were written.
const AT_ONCE: usize = 64;

/// Why results cannot be joined.
#[derive(Debug, thiserror::Error)]
pub enum GatherError {
    /// The folder cannot be read.
    #[error("{path}: {}", reason(source))]
    File {
        /// The folder.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// There is no result in it.
    #[error("{0}: there is no result in it")]
    Empty(String),
}

/// The files of a folder of results, by what they are.
#[derive(Default)]
struct Files {
    plans: Vec<PathBuf>,
    shards: Vec<PathBuf>,
    /// By the name of the repository; of one that is there several times, all.
    results: BTreeMap<String, Vec<PathBuf>>,
}

/// A result that was read.
struct ResultFile {
    stored: Option<Stored>,
    part: Part,
    started_at: String,
    digest: [u8; 32],
}

/// The results of one task, which come on several threads.
pub struct Collection<'s> {
    saved: Saved<'s>,
    results: Mutex<BTreeMap<String, ResultFile>>,
}

impl<'s> Collection<'s> {
    /// Nothing yet.
    #[must_use]
    pub fn new(saved: Saved<'s>) -> Self {
        Self { saved, results: Mutex::default() }
    }

    /// Adds a result.
    pub fn add(&self, stored: &Stored, report: &WireReport) {
        let result = ResultFile {
            stored: Some(stored.clone()),
            part: self.saved.part(report).with_rooted_gaps(),
            started_at: String::new(),
            digest: [0; 32],
        };
        let mut results = self.results.lock().unwrap_or_else(PoisonError::into_inner);
        results.insert(stored.id.clone(), result);
    }

    /// Makes one report of the results of these repositories.
    #[must_use]
    pub fn finish(self, repositories: &[&Planned]) -> Report {
        let mut results = self.results.into_inner().unwrap_or_else(PoisonError::into_inner);
        let (mut joined, mut fleet) = (Joined::default(), Fleet { shards: 1, ..Fleet::default() });
        for planned in repositories {
            take(Ok(results.remove(&planned.id)), Some(planned), &planned.id, &mut joined, &mut fleet);
        }
        finished(joined, fleet)
    }
}

/// Joins every result below a folder.
///
/// # Errors
/// When the folder cannot be read, or holds no result.
pub fn gathered(folder: &Path, saved: &Saved<'_>) -> Result<Report, GatherError> {
    let files = Files::below(folder)?;
    let plan = newest(&files.plans);
    let is_split = !files.shards.is_empty();
    let names: Vec<(&str, Option<&Planned>)> = match &plan {
        Some(plan) => plan.repositories.iter().map(|planned| (planned.id.as_str(), Some(planned))).collect(),
        None => files.results.keys().map(|name| (name.as_str(), None)).collect(),
    };
    if plan.is_none() && files.results.is_empty() {
        return Err(GatherError::Empty(folder.display().to_string()));
    }
    let (mut joined, mut fleet, mut is_of_fleet) = (Joined::default(), Fleet::default(), is_split);
    for names in names.chunks(AT_ONCE) {
        let read = |(name, planned): &(&str, Option<&Planned>)| {
            let paths = files.results.get(*name).map_or(&[][..], Vec::as_slice);
            best(paths, planned.is_some(), saved)
        };
        let results: Vec<_> = names.par_iter().map(read).collect();
        for (result, (name, planned)) in results.into_iter().zip(names.iter().copied()) {
            is_of_fleet |=
                result.as_ref().is_ok_and(|result| result.as_ref().is_some_and(|r| r.stored.is_some()));
            take(result, planned, name, &mut joined, &mut fleet);
        }
    }
    fleet.shards = 1;
    if let Some(plan) = &plan {
        fleet.shards = plan.shards;
        fleet.missing_shards = missing(plan, &files.shards);
    }
    for shard in &fleet.missing_shards {
        let path = format!("shard {shard}/{}", fleet.shards);
        let detail = Some("there is no result of it".to_owned());
        joined.add_problem(Problem { path, reason: SkipReason::Unreadable, detail });
    }
    if plan.is_none() && is_of_fleet {
        let path = folder.display().to_string();
        let detail = Some("no plan says what belongs to it".to_owned());
        joined.add_problem(Problem {
            path: random_masked(&path).to_string(),
            reason: SkipReason::Unreadable,
            detail,
        });
    }
    Ok(finished(joined, fleet))
}

/// Makes the report, with what several repositories share.
fn finished(mut joined: Joined, mut fleet: Fleet) -> Report {
    let (shared, found) = across(joined.findings(), &fleet);
    found.into_iter().for_each(|finding| joined.add(finding));
    fleet.across = shared;
    joined.finish().with_fleet(fleet)
}

impl Files {
    fn below(folder: &Path) -> Result<Self, GatherError> {
        fs::read_dir(folder)
            .map_err(|source| GatherError::File { path: folder.display().to_string(), source })?;
        let mut files = Self::default();
        for entry in WalkDir::new(folder).max_depth(DEPTH_MAX).sort_by_file_name().into_iter().flatten() {
            let name = entry.file_name().to_string_lossy();
            let Some(stem) = name.strip_suffix(".json").filter(|_| entry.file_type().is_file()) else {
                continue;
            };
            let is_numbered = |kind: &str| stem.strip_prefix(kind).is_some_and(|rest| rest.len() >= 16);
            if is_numbered("plan-") {
                files.plans.push(entry.into_path());
            } else if is_numbered("shard-") && stem.contains("-of-") {
                files.shards.push(entry.into_path());
            } else {
                files.results.entry(stem.to_owned()).or_default().push(entry.path().to_path_buf());
            }
        }
        Ok(files)
    }
}

/// The plan of the newest run.
fn newest(paths: &[PathBuf]) -> Option<Plan> {
    let read = |path: &PathBuf| serde_json::from_slice::<Plan>(&fs::read(path).ok()?).ok();
    let plans = paths.iter().filter_map(read).filter(|plan| plan.plan_version == PLAN_VERSION);
    let mut plan =
        plans.max_by(|one, other| (&one.planned_at, &one.split).cmp(&(&other.planned_at, &other.split)))?;
    plan.repositories.sort_by(|one, other| one.id.cmp(&other.id));
    Some(plan)
}

/// The shards of a plan that have not said that they are done.
fn missing(plan: &Plan, paths: &[PathBuf]) -> Vec<u32> {
    let read = |path: &PathBuf| serde_json::from_slice::<DoneShard>(&fs::read(path).ok()?).ok();
    let is_of_plan =
        |done: &DoneShard| done.split == plan.split && Shard::new(done.shard, plan.shards).is_some();
    let done: BTreeSet<u32> =
        paths.iter().filter_map(read).filter(is_of_plan).map(|done| done.shard).collect();
    (1..=plan.shards).filter(|shard| !done.contains(shard)).collect()
}

/// The result that counts of those that are there: one of an audit before one of none, and a later
/// one before an earlier one. An error where all are damaged.
fn best(paths: &[PathBuf], must_be_stored: bool, saved: &Saved<'_>) -> Result<Option<ResultFile>, ()> {
    let (mut best, mut is_damaged): (Option<ResultFile>, bool) = (None, false);
    for path in paths {
        let Some(result) = read_result(path, saved) else {
            is_damaged = true;
            continue;
        };
        if must_be_stored && result.stored.is_none() {
            continue;
        }
        if best.as_ref().is_none_or(|best| best.rank() < result.rank()) {
            best = Some(result);
        }
    }
    if best.is_none() && is_damaged { Err(()) } else { Ok(best) }
}

impl ResultFile {
    fn rank(&self) -> (bool, &str, &[u8; 32]) {
        let is_audited = self.stored.as_ref().is_none_or(|stored| stored.state == StoredState::Audited);
        (is_audited, &self.started_at, &self.digest)
    }
}

fn read_result(path: &Path, saved: &Saved<'_>) -> Option<ResultFile> {
    let bytes = fs::read(path).ok()?;
    let header: Header = serde_json::from_slice(&bytes).ok()?;
    let report = read(&bytes).ok()?;
    let part = saved.part(&report).with_rooted_gaps();
    Some(ResultFile {
        stored: header.repository,
        part,
        started_at: report.scan.started_at,
        digest: Sha256::digest(&bytes).into(),
    })
}

fn take(
    result: Result<Option<ResultFile>, ()>,
    planned: Option<&Planned>,
    name: &str,
    joined: &mut Joined,
    fleet: &mut Fleet,
) {
    let at = planned.map_or(name, |planned| planned.at.as_str());
    let mut member = Member {
        id: name.to_owned(),
        at: random_masked(at).to_string(),
        client: planned.and_then(|planned| planned.client.clone()),
        root: joined.next_root(),
        state: MemberState::Audited,
    };
    match result {
        Ok(Some(mut result)) => {
            if let Some(stored) = result.stored {
                member.at = random_masked(&stored.at).to_string();
                member.client = member.client.or(stored.client);
                if stored.state == StoredState::Broken {
                    let error = random_masked(&stored.error.unwrap_or_default()).to_string();
                    result.part = result.part.because(&error);
                    member.state = MemberState::Broken(error);
                }
            }
            joined.take(result.part);
        }
        Ok(None) | Err(()) => {
            let reason = if result.is_err() { SkipReason::Damaged } else { SkipReason::Unreadable };
            member.state = MemberState::Missing;
            let detail = Some("there is no result of it".to_owned()).filter(|_| result.is_ok());
            joined.add_gap(&member.at, Problem { path: member.at.clone(), reason, detail });
        }
    }
    fleet.members.push(member);
}
