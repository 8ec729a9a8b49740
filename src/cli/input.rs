//! What is to be audited, from the arguments.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use super::args::ScanArguments;
use super::base::Base;
use super::failure::Failure;
use super::trust::Between;
use crate::git::{Attribution, Environment, GitError, Id, Repo, State, Submodule};
use crate::model::{Problem, SkipReason};
use crate::source::{History, Source, Staged, Stdin, Worktree};

/// Submodules in submodules that are followed.
const SUBMODULE_DEPTH_MAX: usize = 8;

/// What is to be audited.
pub(super) struct Input {
    pub(super) source: Box<dyn Source>,
    /// Where settings count from.
    pub(super) base: Base,
    pub(super) roots: Vec<String>,
    /// Whether it is the whole of a repository or folder.
    pub(super) is_whole: bool,
    /// What paths are relative to, where exposure is asked about.
    pub(super) bases: Vec<PathBuf>,
    /// The repository and the newest commit of a range.
    pub(super) range: Option<(Arc<Repo>, Id)>,
    /// Commits whose authors had them not audited, and the reasons they gave.
    pub(super) skips: Vec<(Id, String)>,
    /// The change under audit, where it is one.
    pub(super) change: Option<Between>,
    /// What a whole history says of what is found in it.
    pub(super) attribution: Option<Arc<OnceLock<Attribution>>>,
    /// The histories of submodules, with what each says.
    pub(super) submodules: Vec<(History, Arc<OnceLock<Attribution>>)>,
}

impl Input {
    /// Files and folders as they are.
    pub(super) fn files(arguments: &ScanArguments) -> Result<Self, Failure> {
        let worktree = worktree(&arguments.paths)?;
        let base = worktree.base().map(Path::to_path_buf).unwrap_or_default();
        let (is_whole, bases) = (worktree.is_whole(), worktree.bases());
        let base = Base::on_disk(base);
        Ok(Self {
            source: Box::new(worktree),
            base,
            roots: roots(arguments),
            is_whole,
            bases,
            range: None,
            skips: Vec::new(),
            change: None,
            attribution: None,
            submodules: Vec::new(),
        })
    }
}

impl From<GitError> for Failure {
    fn from(error: GitError) -> Self {
        Self::usage(error.to_string())
    }
}

pub(super) fn roots(arguments: &ScanArguments) -> Vec<String> {
    arguments.paths.iter().map(|path| path.display().to_string()).collect()
}

fn worktree(paths: &[PathBuf]) -> Result<Worktree, Failure> {
    Worktree::new(paths).map_err(|error: io::Error| Failure::usage(error.to_string()))
}

pub(super) fn standard_input(arguments: &ScanArguments) -> Result<Input, Failure> {
    let base = worktree(&[PathBuf::from(".")])?.base().map(Path::to_path_buf).unwrap_or_default();
    let source = Box::new(Stdin::new(arguments.stdin_path.clone(), io::stdin()));
    let roots = vec!["-".to_owned()];
    Ok(Input {
        source,
        base: Base::on_disk(base),
        roots,
        is_whole: false,
        bases: Vec::new(),
        range: None,
        skips: Vec::new(),
        change: None,
        attribution: None,
        submodules: Vec::new(),
    })
}

pub(super) fn staged(arguments: &ScanArguments) -> Result<Input, Failure> {
    let (repo, below) = repository(arguments, "--staged")?;
    let base = Base::of(Arc::clone(&repo), State::Index);
    let old = repo.head()?.map_or(State::Empty, State::Commit);
    let change = Between { repo: Arc::clone(&repo), old, new: State::Index, is_new_trusted: true };
    let source = Box::new(Staged::new(repo, &below)?);
    Ok(Input {
        source,
        base,
        roots: roots(arguments),
        is_whole: false,
        bases: Vec::new(),
        range: None,
        skips: Vec::new(),
        change: Some(change),
        attribution: None,
        submodules: Vec::new(),
    })
}

pub(super) fn history(arguments: &ScanArguments) -> Result<Input, Failure> {
    let [path] = arguments.paths.as_slice() else {
        return Err(Failure::usage("--history audits one repository, so it takes one PATH"));
    };
    let repo = Arc::new(Repo::open(path)?);
    // The history is what was committed, the settings are those that lie there now.
    let base = repo.top().unwrap_or_else(|| repo.git_dir()).to_path_buf();
    let real = path.canonicalize().map_err(|error| Failure::file(path.display(), error))?;
    let below = repo.top().and_then(|top| real.strip_prefix(top).ok()).map(Path::to_path_buf);
    let below = below.unwrap_or_default().to_string_lossy().replace('\\', "/");
    // The git folder itself stands for all of it.
    let below = if below == ".git" || below.starts_with(".git/") { String::new() } else { below };
    let is_whole = below.is_empty();
    let mut gaps = Vec::new();
    let mut submodules = Vec::new();
    add_submodules(&repo, "", &below, 0, &mut submodules, &mut gaps);
    let attribution = Arc::default();
    let source = History::new(repo, below, Arc::clone(&attribution)).with_gaps(gaps);
    Ok(Input {
        source: Box::new(source),
        base: Base::on_disk(base),
        roots: roots(arguments),
        is_whole,
        bases: Vec::new(),
        range: None,
        skips: Vec::new(),
        change: None,
        attribution: Some(attribution),
        submodules,
    })
}

/// Adds the submodules of a repository, theirs included.
fn add_submodules(
    repo: &Repo,
    prefix: &str,
    below: &str,
    depth: usize,
    histories: &mut Vec<(History, Arc<OnceLock<Attribution>>)>,
    gaps: &mut Vec<Problem>,
) {
    let is_asked_for = |path: &str| Path::new(path).starts_with(below);
    let found = repo.submodules();
    for mut problem in found.problems {
        problem.path = format!("{prefix}{}", problem.path);
        gaps.extend(is_asked_for(&problem.path).then_some(problem));
    }
    for Submodule { path, repo } in found.present {
        let path = format!("{prefix}{path}");
        if !is_asked_for(&path) {
            continue;
        }
        if depth < SUBMODULE_DEPTH_MAX {
            add_submodules(&repo, &format!("{path}/"), below, depth + 1, histories, gaps);
        } else {
            let detail = Some("submodules in submodules".to_owned());
            gaps.push(Problem { path: path.clone(), reason: SkipReason::TooDeep, detail });
        }
        let attribution = Arc::default();
        let history = History::new(Arc::new(repo), String::new(), Arc::clone(&attribution));
        histories.push((history.of_submodule(&path), attribution));
    }
}

/// The repository of the one PATH, and what of it PATH narrows the audit to.
pub(super) fn repository(arguments: &ScanArguments, option: &str) -> Result<(Arc<Repo>, String), Failure> {
    let [path] = arguments.paths.as_slice() else {
        return Err(Failure::usage(format!("{option} audits one repository, so it takes one PATH")));
    };
    let real = path.canonicalize().map_err(|error| Failure::file(path.display(), error))?;
    // Git speaks to its hooks of the repository around the current folder.
    let given = (path != Path::new(".")).then_some(path.as_path());
    let repo = Repo::open_in(given, &Environment::of_process())?;
    let below = repo.top().and_then(|top| real.strip_prefix(top).ok()).unwrap_or_else(|| Path::new(""));
    let below = below.to_string_lossy().replace('\\', "/");
    Ok((Arc::new(repo), if given.is_some() { below } else { String::new() }))
}
