//! What is to be audited, from the arguments.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use super::args::ScanArguments;
use super::base::Base;
use super::failure::Failure;
use super::range;
use super::trust::Between;
use crate::git::{Attribution, Environment, GitError, Id, Repo, State};
use crate::source::{History, Source, Staged, Stdin, Worktree};

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
    /// The change under audit, where it is one.
    pub(super) change: Option<Between>,
    /// What a whole history says of what is found in it.
    pub(super) attribution: Option<Arc<OnceLock<Attribution>>>,
}

impl Input {
    pub(super) fn of(arguments: &ScanArguments) -> Result<Self, Failure> {
        if arguments.stdin {
            return standard_input(arguments);
        }
        if arguments.staged {
            return staged(arguments);
        }
        if arguments.history {
            return history(arguments);
        }
        if let Some(spec) = &arguments.range {
            return range::input(arguments, spec);
        }
        if let Some(time) = arguments.since {
            return range::since(arguments, time);
        }
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
            change: None,
            attribution: None,
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

fn standard_input(arguments: &ScanArguments) -> Result<Input, Failure> {
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
        change: None,
        attribution: None,
    })
}

fn staged(arguments: &ScanArguments) -> Result<Input, Failure> {
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
        change: Some(change),
        attribution: None,
    })
}

fn history(arguments: &ScanArguments) -> Result<Input, Failure> {
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
    let attribution = Arc::default();
    Ok(Input {
        source: Box::new(History::new(repo, below, Arc::clone(&attribution))),
        base: Base::on_disk(base),
        roots: roots(arguments),
        is_whole,
        bases: Vec::new(),
        range: None,
        change: None,
        attribution: Some(attribution),
    })
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
