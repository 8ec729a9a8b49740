//! Workflows and composite actions of GitHub, and of those who speak its language.

use std::sync::LazyLock;

use regex::Regex;

use super::{MAKERS, Passed, is_commit, is_own, passed_all, referred};
use crate::audit::sharing::world::World;
use crate::audit::{Page, Value};
use crate::settings::Own;

/// A workflow, or a composite action as one with a single job.
pub(super) struct Workflow<'y> {
    /// The jobs, in their order.
    pub(super) jobs: Vec<Job<'y>>,
    /// The events that start it.
    pub(super) triggers: Vec<&'y str>,
    /// Whether only a label that somebody sets starts it.
    pub(super) is_labelled: bool,
    /// What every job sees, as written.
    pub(super) env: Option<Value<'y>>,
}

/// A job.
pub(super) struct Job<'y> {
    /// Its key.
    pub(super) id: &'y str,
    /// The job itself.
    pub(super) value: Value<'y>,
    /// What every step of it sees.
    pub(super) passed: Vec<Passed>,
    /// Its steps.
    pub(super) steps: Vec<Step<'y>>,
}

/// A step.
pub(super) struct Step<'y> {
    /// The step itself.
    pub(super) value: Value<'y>,
    /// What it runs that is written elsewhere.
    pub(super) uses: Option<Value<'y>>,
    /// What it is given, beside what every step sees.
    pub(super) passed: Vec<Passed>,
    /// Of that, what is in its environment.
    pub(super) of_env: Vec<Passed>,
    /// What earlier steps left for it.
    pub(super) left: Vec<Passed>,
}

/// A step that leaves a variable for those after it: `echo "NAME=…" >> $GITHUB_ENV`.
static LEFT: LazyLock<Regex> = LazyLock::new(|| {
    super::pattern(
        r#"(?:["'\s]|^)(?<name>[A-Za-z_]\w+)=(?<value>[^\n]*?)(?:>>\s*"?\$\{?GITHUB_ENV|\|\s*(?:Out-File|tee -a)[^\n]*GITHUB_ENV|>>\s*\$env:GITHUB_ENV)"#,
    )
});

impl<'y> Workflow<'y> {
    /// Reads a page that is one.
    pub(super) fn of(page: &'y Page<'_>, world: World<'_>) -> Option<Self> {
        let root = page.yaml().documents().next()?;
        let outer = passed_all(world, root.get("env"));
        let mut jobs: Vec<Job<'y>> = Vec::new();
        for (key, value) in root.get("jobs").map(Value::entries).unwrap_or_default() {
            let own = passed_all(world, value.get("env"));
            let passed: Vec<Passed> = outer.iter().cloned().chain(own).collect();
            let steps = steps(world, value.get("steps"));
            jobs.push(Job { id: key.text().unwrap_or_default(), value, passed, steps });
        }
        if let Some(runs) = root.get("runs") {
            let steps = steps(world, runs.get("steps"));
            jobs.push(Job { id: "runs", value: runs, passed: outer, steps });
        }
        let on = root.get("on");
        let of_list = |on: Value<'y>| on.one_or_more().into_iter().filter_map(Value::text).collect();
        let of_map = |on: Value<'y>| on.entries().into_iter().filter_map(|(key, _)| key.text());
        let mut triggers: Vec<&str> = on.map(of_list).unwrap_or_default();
        triggers.extend(on.into_iter().flat_map(of_map));
        let types = on.and_then(|on| on.at(&["pull_request_target", "types"])).map(Value::one_or_more);
        let is_label = |types: Vec<Value<'_>>| {
            !types.is_empty() && types.iter().all(|kind| kind.text() == Some("labeled"))
        };
        Some(Self { jobs, triggers, is_labelled: types.is_some_and(is_label), env: root.get("env") })
    }
}

fn steps<'y>(world: World<'_>, steps: Option<Value<'y>>) -> Vec<Step<'y>> {
    let mut left: Vec<Passed> = Vec::new();
    let mut all = Vec::new();
    for value in steps.map(Value::items).unwrap_or_default() {
        let of_env = passed_all(world, value.get("env"));
        let mut passed = of_env.clone();
        passed.extend(passed_all(world, value.get("with")));
        passed.extend(of_run(world, value.get("run")));
        let run = value.get("run");
        let leaves = run.into_iter().filter_map(|run| Some((run, run.text()?)));
        let leaves: Vec<Passed> = leaves
            .flat_map(|(run, text)| {
                LEFT.captures_iter(text).filter_map(move |found| {
                    let name = found.name("name")?.as_str();
                    let refers = || referred(world, found.name("value")?.as_str());
                    let (name, strength) =
                        world.credential(name).map(|strength| (name.to_owned(), strength)).or_else(refers)?;
                    Some(Passed { name, strength, at: run.span() })
                })
            })
            .collect();
        all.push(Step { value, uses: value.get("uses"), passed, of_env, left: left.clone() });
        left.extend(leaves);
    }
    all
}

/// Something that runs in a pipeline and was written by somebody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Foreign<'t> {
    /// Who makes it, and what it is called.
    pub(super) name: &'t str,
    /// Whether it can become something else at any time.
    pub(super) is_movable: bool,
}

impl<'t> Foreign<'t> {
    /// Tells it of what stands behind `uses:`; none for what is the platform's, Amazon's or the
    /// team's own.
    pub(super) fn of(uses: &'t str, own: &Own) -> Option<Self> {
        let uses = uses.trim();
        if uses.starts_with("./") || uses.starts_with(".\\") || uses.contains("${{") {
            return None;
        }
        if let Some(image) = uses.strip_prefix("docker://") {
            let name = image.split(['@', ':']).next().unwrap_or(image);
            let maker = name.rsplit('/').nth(1).unwrap_or_default();
            let is_known = is_own(own, maker) || maker.is_empty();
            return (!is_known).then(|| Self { name, is_movable: !image.contains("@sha256:") });
        }
        let (name, revision) = uses.split_once('@').unwrap_or((uses, ""));
        let maker = name.split('/').next().unwrap_or_default();
        let is_listed = MAKERS.actions.iter().any(|known| known.eq_ignore_ascii_case(maker));
        let is_known = is_listed || is_own(own, maker) || !name.contains('/');
        (!is_known).then(|| Self { name, is_movable: !is_commit(revision.trim()) })
    }
}

/// The credentials that the script of a step names in expressions.
fn of_run(world: World<'_>, run: Option<Value<'_>>) -> Option<Passed> {
    let run = run?;
    let (name, strength) = referred(world, run.text()?)?;
    Some(Passed { name, strength, at: run.span() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_makes_it_is_told() {
        let own = Own::nobody();
        for (uses, movable) in [
            ("vendor/deploy@v1", Some(true)),
            ("vendor/deploy/sub@main", Some(true)),
            ("vendor/deploy@0123456789abcdef0123456789abcdef01234567", Some(false)),
            ("docker://vendor/tool:3", Some(true)),
            ("docker://ghcr.io/vendor/tool@sha256:00", Some(false)),
            ("actions/checkout@v4", None),
            ("./.github/actions/x", None),
            ("docker://alpine:3", None),
        ] {
            assert_eq!(Foreign::of(uses, &own).map(|f| f.is_movable), movable, "{uses}");
        }
    }
}
