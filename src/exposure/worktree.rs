//! Exposure of what a scan of files found.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use super::facts::{Facts, State, Tally};
use super::followed::{Brought, Trail};
use super::{AskedOfWorktree, Detects};
use crate::git::{self, AtPaths, GitError, Id, Repo, Snapshot, Tracking};
use crate::model::{ABSENT_DAYS_MIN, Finding, Fingerprint, Limits, People, PlaceKind};

/// What is known of each secret of one repository, and the commits that hold it.
type Known = BTreeMap<Fingerprint, (Facts, Tally)>;

/// Findings of one repository, with their paths from its top level.
type Members = Vec<(usize, String)>;

/// Says of every finding inside a repository how far its secret got. Returns
/// who could read them.
///
/// `paths` are those of the findings before anything in them was masked.
pub fn of_worktree(
    findings: &mut [Finding],
    paths: &[Arc<str>],
    asked: &AskedOfWorktree,
    detects: &dyn Detects,
    limits: &Limits,
) -> People {
    let since = asked.now_seconds - ABSENT_DAYS_MIN * 86_400;
    let mut people = People::default();
    let deadline = Instant::now() + asked.time_max;
    for (top, members) in by_repository(findings, paths, asked) {
        let Ok(repo) = Repo::open(&top) else { continue };
        let case = Case { repo: &repo, detects, limits, deadline };
        // A repository whose index or HEAD is broken says nothing about exposure.
        let Ok((known, head)) = case.known(findings, &members) else { continue };
        if let Some(head) = head.filter(|_| known.values().any(|(_, tally)| tally.count > 0)) {
            people.active.extend(repo.active(head, since, deadline));
        }
        for (index, _) in &members {
            let Some(finding) = findings.get_mut(*index) else { continue };
            let known = known.get(&finding.fingerprint);
            finding.exposure = known
                .map(|(facts, tally)| facts.told(tally, head.map(|_| facts.is_at_head), asked.now_seconds));
        }
        for (fingerprint, (_, tally)) in known {
            people.knowers.entry(fingerprint).or_default().extend(tally.authors);
        }
    }
    people
}

fn by_repository(
    findings: &[Finding],
    paths: &[Arc<str>],
    asked: &AskedOfWorktree,
) -> BTreeMap<PathBuf, Members> {
    let mut groups: BTreeMap<PathBuf, Members> = BTreeMap::new();
    for (index, (finding, path)) in findings.iter().zip(paths).enumerate() {
        let origin = &finding.place.origin;
        let is_file = matches!(origin.kind, PlaceKind::File | PlaceKind::LinkTarget | PlaceKind::FileName);
        let base = asked.bases.get(origin.root as usize);
        let (Some(base), true) = (base, is_file) else { continue };
        // Git's own folder is not versioned.
        if path.split('/').any(|name| name == ".git") {
            continue;
        }
        let whole = base.join(&**path);
        let inside = whole.ancestors().skip(1).take_while(|folder| folder.starts_with(base));
        let top = inside.into_iter().find(|folder| folder.join(".git").exists());
        let Some((top, below)) = top.and_then(|top| Some((top, whole.strip_prefix(top).ok()?))) else {
            continue;
        };
        groups.entry(top.to_path_buf()).or_default().push((index, with_slashes(below)));
    }
    groups
}

fn with_slashes(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

struct Case<'a> {
    repo: &'a Repo,
    detects: &'a dyn Detects,
    limits: &'a Limits,
    deadline: Instant,
}

impl Case<'_> {
    fn known(&self, findings: &[Finding], members: &Members) -> Result<(Known, Option<Id>), GitError> {
        let mut by_path: AtPaths<'_> = BTreeMap::new();
        for (index, path) in members {
            let fingerprint = findings.get(*index).map(|finding| finding.fingerprint);
            by_path.entry(path).or_default().extend(fingerprint);
        }
        let paths: Vec<&str> = by_path.keys().copied().collect();
        let tracking = self.repo.tracking(&paths)?;
        let head = self.repo.head()?;
        let mut facts: BTreeMap<Fingerprint, Facts> = BTreeMap::new();
        for ((path, wanted), tracking) in by_path.iter().zip(tracking) {
            self.learn_state(&mut facts, path, wanted, &tracking, head);
        }
        let mut holds = |path: &str, bytes: &[u8]| self.detects.fingerprints(path, bytes);
        let follow = |head| self.repo.follow(head, &by_path, &mut holds, self.deadline);
        let followed = head.map(follow).unwrap_or_default();
        let is_committed = |(fingerprint, facts): (&Fingerprint, &Facts)| {
            facts.is_at_head || followed.stay(*fingerprint).is_some_and(|stay| !stay.commits.is_empty())
        };
        let trail = if facts.iter().any(is_committed) {
            Trail::new(self.repo, &followed, self.deadline)?
        } else {
            Trail::without_remotes(&followed)
        };
        let learn = |(fingerprint, mut facts): (Fingerprint, Facts)| {
            let tally = trail.learn(&mut facts, fingerprint, &Brought::new(), head);
            facts.is_at_head |= head.is_some_and(|head| trail.holds(fingerprint, head));
            (fingerprint, (facts, tally))
        };
        Ok((facts.into_iter().map(learn).collect(), head))
    }

    fn learn_state(
        &self,
        facts: &mut BTreeMap<Fingerprint, Facts>,
        path: &str,
        wanted: &BTreeSet<Fingerprint>,
        tracking: &Tracking,
        head: Option<Id>,
    ) {
        // History may take longer than there is time; what HEAD holds is known at once.
        let of_head = |id: Id| head.is_some_and(|head| self.blob_of(head, path) == Some(id));
        let is_committed = matches!(tracking, Tracking::Tracked(id) if of_head(*id));
        let staged = match tracking {
            Tracking::Tracked(id) => self.held_by(path, *id),
            _ => BTreeSet::new(),
        };
        for fingerprint in wanted {
            let facts = facts.entry(*fingerprint).or_default();
            match tracking {
                Tracking::Untracked => facts.reaches(State::Untracked),
                Tracking::Ignored(rule) => {
                    facts.ignored_by.get_or_insert_with(|| rule.clone());
                    facts.reaches(State::Ignored);
                }
                Tracking::Tracked(_) if staged.contains(fingerprint) && is_committed => {
                    facts.is_at_head = true;
                    facts.reaches(State::Committed);
                }
                Tracking::Tracked(_) if staged.contains(fingerprint) => facts.reaches(State::Staged),
                Tracking::Tracked(_) => facts.reaches(State::Unstaged),
            }
        }
    }

    fn blob_of(&self, commit: Id, path: &str) -> Option<Id> {
        Snapshot::new(self.repo, git::State::Commit(commit)).blob(path).ok().flatten()
    }

    fn held_by(&self, path: &str, blob: Id) -> BTreeSet<Fingerprint> {
        let mut bytes = Vec::new();
        match self.repo.reader().read(blob, self.limits.container_bytes_max, &mut bytes) {
            Ok(_) => self.detects.fingerprints(path, &bytes),
            Err(_) => BTreeSet::new(),
        }
    }
}
