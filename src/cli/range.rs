//! The commits of `--range` and `--since`, as written or as the platform tells.

use std::env;
use std::fs;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

use super::args::ScanArguments;
use super::base::Base;
use super::failure::Failure;
use super::input::{Input, repository, roots};
use super::trust::Between;
use crate::git::{Commits, GitError, Id, Range, Repo, State};
use crate::source;

/// What the hook leaves in a commit that it did not audit.
const SKIP_TRAILER: &str = "Kagiban-Skip";

/// The id that stands for no commit.
fn is_null(hex: &str) -> bool {
    !hex.is_empty() && hex.bytes().all(|b| b == b'0')
}

/// Audits what a range adds. Settings are those of the commit the range starts from.
pub(super) fn input(arguments: &ScanArguments, spec: &str) -> Result<Input, Failure> {
    let (repo, below) = repository(arguments, "--range")?;
    let range = if spec == "ci" { told(&repo, &Ci::of_process()?)? } else { written(&repo, spec)? };
    let base = match range.hidden.as_slice() {
        [] => None,
        [from, ..] => {
            let from_itself = || repo.tree_of(*from).is_ok().then_some(*from);
            repo.merge_base(*from, range.head).or_else(from_itself)
        }
    };
    let commits = repo.commits(&range);
    Ok(assembled(arguments, repo, below, commits, base, range.head))
}

/// Audits the commits since a time that HEAD reaches.
pub(super) fn since(arguments: &ScanArguments, since: Timestamp) -> Result<Input, Failure> {
    let (repo, below) = repository(arguments, "--since")?;
    let head = repo.head()?;
    let Some(head) = head else { return Err(Failure::usage("--since: there is no commit yet")) };
    let commits = repo.commits_since(head, since.as_second());
    let base = repo.commit_before(head, since.as_second());
    Ok(assembled(arguments, repo, below, commits, base, head))
}

fn assembled(
    arguments: &ScanArguments,
    repo: Arc<Repo>,
    below: String,
    commits: Commits,
    base: Option<Id>,
    head: Id,
) -> Input {
    let old = base.map_or(State::Empty, State::Commit);
    let change = Between { repo: Arc::clone(&repo), old, new: State::Commit(head), is_new_trusted: false };
    let ends = source::Ends { base, head };
    let base = Base::of(Arc::clone(&repo), old);
    let skips = repo.trailers(&commits.ids, SKIP_TRAILER);
    let source = Box::new(source::Range::new(Arc::clone(&repo), commits, ends, below));
    let roots = roots(arguments);
    Input {
        source,
        base,
        roots,
        is_whole: false,
        bases: Vec::new(),
        range: Some((repo, head)),
        skips,
        change: Some(change),
        attribution: None,
        submodules: Vec::new(),
    }
}

/// Reads `A..B`; an end left out is HEAD.
fn written(repo: &Repo, spec: &str) -> Result<Range, Failure> {
    let Some((from, to)) = spec.split_once("..").filter(|(_, to)| !to.starts_with('.')) else {
        return Err(Failure::with_help(
            format!("`{spec}` is no range of commits"),
            "a range is written A..B, or `ci` for what the platform says",
        ));
    };
    let named = |name: &str| if name.is_empty() { "HEAD" } else { name }.to_owned();
    let head = repo.commit_named(&named(to))?;
    if is_null(from) {
        return Ok(Range { hidden: Vec::new(), head });
    }
    Ok(Range { hidden: vec![start(repo, &named(from))?], head })
}

/// The commit a range starts from. In a shallow clone an id may name what was not fetched: the
/// audit then says so, rather than that there is no such range.
fn start(repo: &Repo, spec: &str) -> Result<Id, Failure> {
    let is_shallow = !repo.shallow().is_empty();
    match (repo.commit_named(spec), Id::from_hex(spec.as_bytes())) {
        (Err(GitError::Revision { .. }), Some(id)) if is_shallow => Ok(id),
        (Err(error @ GitError::Revision { .. }), _) if is_shallow => Err(Failure::with_help(
            error.to_string(),
            "this clone is shallow: fetch the history between the two ends (`fetch-depth: 0`, \
             `git fetch --unshallow`)",
        )),
        (found, _) => Ok(found?),
    }
}

/// What a platform says of the change under audit.
#[derive(Debug, Default, PartialEq, Eq)]
struct Ci {
    head: Option<String>,
    /// Where the branch was before.
    before: Option<String>,
    /// The branch a change is to be merged into.
    target: Option<String>,
    /// The branch that was pushed.
    branch: Option<String>,
    default_branch: Option<String>,
}

impl Ci {
    fn of_process() -> Result<Self, Failure> {
        let variable = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
        Self::of(&variable, |path| fs::read_to_string(path).ok()).ok_or_else(|| {
            Failure::with_help(
                "--range ci: no platform says what changed",
                "GitHub, GitLab, Bitbucket, Azure, CircleCI and Jenkins do; else write --range A..B",
            )
        })
    }

    fn of(variable: &dyn Fn(&str) -> Option<String>, read: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let branch = |name: &str| variable(name).map(|name| short(&name).to_owned());
        if variable("GITHUB_ACTIONS").is_some() {
            let event: Value = variable("GITHUB_EVENT_PATH")
                .and_then(|path| read(&path))
                .and_then(|text| serde_json::from_str(&text).ok())
                .unwrap_or_default();
            let text = |value: &Value| value.as_str().map(str::to_owned);
            return Some(Self {
                head: variable("GITHUB_SHA"),
                before: event.get("before").and_then(text),
                target: branch("GITHUB_BASE_REF"),
                branch: branch("GITHUB_REF_NAME"),
                default_branch: event.pointer("/repository/default_branch").and_then(text),
            });
        }
        if variable("GITLAB_CI").is_some() {
            return Some(Self {
                head: variable("CI_COMMIT_SHA"),
                before: variable("CI_MERGE_REQUEST_DIFF_BASE_SHA")
                    .or_else(|| variable("CI_COMMIT_BEFORE_SHA")),
                target: branch("CI_MERGE_REQUEST_TARGET_BRANCH_NAME"),
                branch: branch("CI_COMMIT_BRANCH"),
                default_branch: branch("CI_DEFAULT_BRANCH"),
            });
        }
        let (head, target, pushed) = if variable("BITBUCKET_BUILD_NUMBER").is_some() {
            ("BITBUCKET_COMMIT", "BITBUCKET_PR_DESTINATION_BRANCH", "BITBUCKET_BRANCH")
        } else if variable("TF_BUILD").is_some() {
            ("BUILD_SOURCEVERSION", "SYSTEM_PULLREQUEST_TARGETBRANCH", "BUILD_SOURCEBRANCH")
        } else if variable("CIRCLECI").is_some() {
            ("CIRCLE_SHA1", "CIRCLE_TARGET_BRANCH", "CIRCLE_BRANCH")
        } else if variable("JENKINS_URL").is_some() {
            ("GIT_COMMIT", "CHANGE_TARGET", "GIT_BRANCH")
        } else {
            return None;
        };
        let before = variable("GIT_PREVIOUS_COMMIT").filter(|_| head == "GIT_COMMIT");
        let (target, pushed) = (branch(target), branch(pushed));
        Some(Self { head: variable(head), before, target, branch: pushed, default_branch: None })
    }
}

fn short(name: &str) -> &str {
    name.strip_prefix("refs/heads/").or_else(|| name.strip_prefix("origin/")).unwrap_or(name)
}

/// A change starts where it left its target, a push where the branch was, a new branch where it
/// left the default branch.
fn told(repo: &Repo, ci: &Ci) -> Result<Range, Failure> {
    let head = repo.commit_named(ci.head.as_deref().unwrap_or("HEAD"))?;
    if let Some(target) = &ci.target {
        let from = branch(repo, target).ok_or_else(|| no_branch(target))?;
        return from_merge_base(repo, from, head);
    }
    if let Some(before) = ci.before.as_deref().filter(|before| !is_null(before)) {
        return Ok(Range { hidden: vec![start(repo, before)?], head });
    }
    let default = ci.default_branch.clone().or_else(|| default_branch(repo));
    match default {
        // The first push of the default branch itself: all of it is new.
        Some(default) if ci.branch.as_deref() == Some(default.as_str()) && ci.before.is_some() => {
            Ok(Range { hidden: Vec::new(), head })
        }
        Some(default) => {
            let from = branch(repo, &default).ok_or_else(|| no_branch(&default))?;
            from_merge_base(repo, from, head)
        }
        None => Err(no_branch("the default branch")),
    }
}

fn from_merge_base(repo: &Repo, from: Id, head: Id) -> Result<Range, Failure> {
    match repo.merge_base(from, head) {
        // On the branch itself there is no change to tell from it but the last one.
        Some(base) if base == head => {
            let parent = repo.commit_named(&format!("{head}^"));
            Ok(Range { hidden: parent.ok().into_iter().collect(), head })
        }
        Some(base) => Ok(Range { hidden: vec![base], head }),
        None => Ok(Range { hidden: vec![from], head }),
    }
}

fn branch(repo: &Repo, name: &str) -> Option<Id> {
    [format!("refs/remotes/origin/{name}"), format!("refs/heads/{name}")]
        .iter()
        .find_map(|name| repo.commit_named(name).ok())
}

fn default_branch(repo: &Repo) -> Option<String> {
    let known = ["main", "master", "trunk", "develop"];
    let head = repo.default_branch();
    head.or_else(|| known.iter().find(|name| branch(repo, name).is_some()).map(|name| (*name).to_owned()))
}

fn no_branch(name: &str) -> Failure {
    Failure::with_help(
        format!("--range ci: `{name}` is not in this clone"),
        "fetch it with its history (`fetch-depth: 0`, `git fetch origin BRANCH`)",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ci(variables: &[(&str, &str)]) -> Option<Ci> {
        let find = |name: &str| variables.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
        Ci::of(&find, |path| {
            (path == "event").then(|| r#"{"before":"b","repository":{"default_branch":"main"}}"#.to_owned())
        })
    }

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn each_platform_is_understood() {
        let github = ci(&[
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_SHA", "h"),
            ("GITHUB_EVENT_PATH", "event"),
            ("GITHUB_REF_NAME", "topic"),
        ]);
        let github = github.unwrap();
        assert_eq!((github.head, github.before, github.default_branch), (some("h"), some("b"), some("main")));
        let gitlab =
            ci(&[("GITLAB_CI", "1"), ("CI_COMMIT_SHA", "h"), ("CI_MERGE_REQUEST_DIFF_BASE_SHA", "b")])
                .unwrap();
        assert_eq!((gitlab.head, gitlab.before), (some("h"), some("b")));
        let azure =
            ci(&[("TF_BUILD", "True"), ("SYSTEM_PULLREQUEST_TARGETBRANCH", "refs/heads/main")]).unwrap();
        assert_eq!(azure.target, some("main"));
        let bitbucket =
            ci(&[("BITBUCKET_BUILD_NUMBER", "1"), ("BITBUCKET_PR_DESTINATION_BRANCH", "main")]).unwrap();
        assert_eq!(bitbucket.target, some("main"));
        let circle = ci(&[("CIRCLECI", "true"), ("CIRCLE_SHA1", "h"), ("CIRCLE_BRANCH", "topic")]).unwrap();
        assert_eq!((circle.head, circle.branch), (some("h"), some("topic")));
        let jenkins = ci(&[
            ("JENKINS_URL", "x"),
            ("GIT_PREVIOUS_COMMIT", "b"),
            ("GIT_BRANCH", "origin/topic"),
            ("GIT_COMMIT", "h"),
        ]);
        let jenkins = jenkins.unwrap();
        assert_eq!((jenkins.before, jenkins.branch), (some("b"), some("topic")));
        assert_eq!(ci(&[("CI", "true")]), None);
    }
}
