//! `ci-untrusted-trigger`: a stranger, or somebody else's workflow, gets at an Amazon credential of a
//! pipeline.
//!
//! Four ways: a run that a stranger can start checks out the stranger's code beside the credential; it
//! puts the stranger's words into a script; all secrets are inherited by a workflow of another owner;
//! the credential is printed or handed out as an artefact.

use std::sync::LazyLock;

use regex::Regex;

use super::github::{Foreign, Job, Step, Workflow};
use super::printed::{self, Script};
use super::{PIPELINES, Passed, Platform};
use crate::audit::pattern::pattern;
use crate::audit::sharing::world::World;
use crate::audit::sharing::{evidence, listed};
use crate::audit::{DocumentAudit, Fault, Noted, Page, Value, Wants};
use crate::model::{Confidence, Severity, Span, run_masked};
use crate::rules::Strength;

/// Events that strangers cause and that run with the secrets of the repository.
const BY_STRANGERS: [&str; 7] = [
    "pull_request_target",
    "workflow_run",
    "issue_comment",
    "issues",
    "discussion",
    "discussion_comment",
    "pull_request_comment",
];

/// What names the stranger's code.
static HEAD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"github\.event\.pull_request\.(head\b|merge_commit_sha)|github\.head_ref|github\.event\.workflow_run\.(head_|pull_requests)|refs/pull/|github\.event\.(number|issue\.number|pull_request\.number)",
    )
});
/// The same in the words of a shell.
static FETCHED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\bgh\s+pr\s+checkout\b|\bhub\s+pr\s+checkout\b|git\s+fetch\b[^\n]*\bpull/|git\s+(checkout|switch|reset|fetch|pull|merge|clone)\b[^\n]*(github\.event\.pull_request\.head|github\.head_ref|workflow_run\.head_)",
    )
});
/// A command of git that takes a revision, which may be in a variable.
static TAKES: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"git\s+(checkout|switch|reset|merge|pull|clone)\b[^\n]*\$"));
/// What a stranger writes: titles, bodies, names of branches.
static WORDS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\$\{\{[^}]*\b(github\.head_ref|github\.event\.(issue|pull_request|comment|discussion|review|review_comment|workflow_run|head_commit)(\.[\w*]+)*\.(title|body|message|ref|label|head_branch|display_title|default_branch|name|email|page_name))\b[^}]*\}\}",
    )
});
/// Conditions that only the team's own people fulfil.
static GUARD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"(head|head_repository|head\.repo|head_repo)\.?\w*\.?full_name\s*==|==\s*github\.event\.(pull_request\.head\.repo|workflow_run\.head_repository)\.full_name|head\.repo\.fork\s*==\s*false|!\s*github\.event\.pull_request\.head\.repo\.fork|head\.repo\.owner\.login\s*==|author_association|(github\.actor|triggering_actor|sender\.login|user\.login|comment\.user\.login)\s*==|contains\([^)]*(github\.actor|user\.login|triggering_actor)|workflow_run\.event\s*==\s*['"](push|schedule|workflow_dispatch|release)|workflow_run\.event\s*!=\s*['"]pull_request|github\.event_name\s*==\s*['"](push|schedule|workflow_dispatch|release)|github\.event_name\s*!=\s*['"]pull_request"#,
    )
});
/// Conditions that somebody of the team has to bring about first.
static APPROVED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"labels|label\.name|workflow_run\.head_branch\s*=="));

pub(in crate::audit::sharing) struct UntrustedTrigger;

impl DocumentAudit for UntrustedTrigger {
    fn rule(&self) -> &'static str {
        "ci-untrusted-trigger"
    }

    fn wants(&self) -> Wants {
        Wants::carriers(PIPELINES)
    }

    fn judge(&self, page: &Page<'_>, noted: &mut Noted) {
        let Some(world) = World::of_amazon(page) else { return };
        let mut reaches = Vec::new();
        if Platform::of(page) == Platform::GitHub {
            if let Some(workflow) = Workflow::of(page, world) {
                for job in &workflow.jobs {
                    reaches.extend(inherited(page, job));
                    reaches.extend(by_strangers(page, world, &workflow, job));
                    reaches.extend(of_scripts(page, world, printed::of_job(job)));
                    reaches.extend(printed::handed_out(world, job).map(|(at, passed)| kept(at, &passed)));
                }
            }
        } else {
            let other = printed::elsewhere(page, world);
            reaches.extend(of_scripts(page, world, other.scripts));
            reaches.extend(other.handed_out.into_iter().map(|(at, passed)| kept(at, &passed)));
        }
        for reach in reaches {
            noted.fault(reach.at, reach.fault(page));
        }
    }
}

/// A way in which a credential gets out.
struct Reach {
    kind: &'static str,
    name: String,
    strength: Strength,
    shown: Option<(&'static str, String)>,
    at: Span,
    milder: Option<(Severity, &'static str)>,
}

impl Reach {
    fn new(kind: &'static str, name: &str, strength: Strength, at: Span) -> Self {
        Self { kind, name: name.to_owned(), strength, shown: None, at, milder: None }
    }

    fn fault(self, page: &Page<'_>) -> Fault {
        let mut parts = vec![self.kind.to_owned(), self.name.clone()];
        parts.extend(self.shown.iter().map(|(_, text)| text.clone()));
        let shown = self.shown.map(|(kind, text)| evidence(kind, run_masked(&text), 0));
        let fault = Fault::of(parts).with(shown).with([evidence("name", listed(&self.name), 0)]);
        let fault = match self.milder {
            Some((severity, why)) => fault.severity(severity, why).confidence(Confidence::Low),
            None => fault,
        };
        if page.yaml().is_cut() {
            fault.confidence(Confidence::Low)
        } else if self.strength == Strength::Generic && self.milder.is_none() {
            fault.confidence(Confidence::Medium)
        } else {
            fault
        }
    }
}

/// A job that is a workflow of another owner and inherits every secret.
fn inherited(page: &Page<'_>, job: &Job<'_>) -> Option<Reach> {
    let called = job.value.get("uses")?;
    let secrets = job.value.get("secrets")?;
    let foreign = Foreign::of(called.text()?, page.own)?;
    (secrets.text()?.trim() == "inherit").then(|| Reach {
        shown: Some(("part", foreign.name.to_owned())),
        milder: (!foreign.is_movable).then_some((Severity::Medium, "the workflow is pinned to a commit")),
        ..Reach::new("inherit", "inherit", Strength::Own, secrets.span())
    })
}

/// A job that strangers start and that runs their code or their words.
fn by_strangers(page: &Page<'_>, world: World<'_>, workflow: &Workflow<'_>, job: &Job<'_>) -> Option<Reach> {
    let trigger = workflow.triggers.iter().find(|trigger| BY_STRANGERS.contains(trigger))?;
    let condition = text_of(job.value.get("if"));
    if GUARD.is_match(condition)
        || needed(workflow, job).any(|other| GUARD.is_match(text_of(other.get("if"))))
    {
        return None;
    }
    let seen_from = |at: usize| {
        let steps = job.steps.iter().skip(at);
        let of_steps = steps.flat_map(|step| step.passed.iter().chain(&step.left));
        job.passed.iter().chain(of_steps).next()
    };
    let is_open = |step: &Step<'_>| !GUARD.is_match(text_of(step.value.get("if")));
    let (at, place, kind) =
        job.steps.iter().enumerate().filter(|(_, step)| is_open(step)).find_map(|(at, step)| {
            let taken = taken(page, workflow, job, step, trigger).map(|place| (place, "checkout"));
            let (place, kind) = taken.or_else(|| Some((spoken(page, step)?, "words")))?;
            Some((at, place, kind))
        })?;
    let passed = seen_from(at).or_else(|| {
        // What a step leaves in a variable or a file outlives it.
        (world.is_amazon()).then(|| job.steps.get(at)?.passed.first()).flatten()
    })?;
    let has_environment = job.value.get("environment").is_some();
    let has_environment =
        has_environment || needed(workflow, job).any(|other| other.get("environment").is_some());
    // An environment can ask for approval; a label says that somebody looked, at what came before it.
    let milder = if has_environment {
        Some((Severity::Low, "an environment may ask the team for approval first"))
    } else if workflow.is_labelled || APPROVED.is_match(condition) {
        Some((Severity::Medium, "somebody of the team has to set it off"))
    } else {
        None
    };
    Some(Reach {
        shown: Some(("trigger", (*trigger).to_owned())),
        milder,
        ..Reach::new(kind, &passed.name, passed.strength, place)
    })
}

/// The jobs that a job waits for.
fn needed<'w, 'y>(
    workflow: &'w Workflow<'y>,
    job: &Job<'y>,
) -> impl Iterator<Item = Value<'y>> + use<'w, 'y> {
    let needs = job.value.get("needs").map(Value::one_or_more).unwrap_or_default();
    let names: Vec<&str> = needs.into_iter().filter_map(Value::text).collect();
    workflow.jobs.iter().filter(move |other| names.contains(&other.id)).map(|other| other.value)
}

fn text_of<'y>(value: Option<Value<'y>>) -> &'y str {
    value.and_then(Value::text).unwrap_or_default()
}

/// Where a step takes the stranger's code.
fn taken(
    page: &Page<'_>,
    workflow: &Workflow<'_>,
    job: &Job<'_>,
    step: &Step<'_>,
    trigger: &str,
) -> Option<Span> {
    if let Some(uses) = step.uses {
        let name = uses.text()?.split('@').next()?;
        if !name.ends_with("checkout") {
            return None;
        }
        let with = step.value.get("with")?;
        let is_head = |key: &&str| {
            let text = text_of(with.get(key));
            HEAD.is_match(text)
                // A comment does not say where the code is, so an earlier step found it out.
                || (trigger == "issue_comment" && *key == "ref" && text.contains("steps."))
        };
        let key = ["ref", "repository"].into_iter().find(is_head)?;
        return Some(with.get(key)?.span());
    }
    let run = step.value.get("run")?;
    let text = run.text()?;
    if let Some(found) = FETCHED.find(text) {
        return Some(printed::place(page, run.span(), found.as_str()));
    }
    let found = TAKES.find(text)?;
    let environments = [step.value.get("env"), job.value.get("env"), workflow.env];
    let of_head =
        environments.into_iter().flatten().flat_map(Value::entries).any(|(_, value)| {
            value.text().is_some_and(|text| HEAD.is_match(text) && !text.contains("number"))
        });
    of_head.then(|| printed::place(page, run.span(), found.as_str()))
}

/// Where a step puts the stranger's words into a script.
fn spoken(page: &Page<'_>, step: &Step<'_>) -> Option<Span> {
    let script = step.value.get("run").or_else(|| step.value.at(&["with", "script"]))?;
    let found = WORDS.find(script.text()?)?;
    Some(printed::place(page, script.span(), found.as_str()))
}

fn kept(at: Span, passed: &Passed) -> Reach {
    Reach::new("artifact", &passed.name, passed.strength, at)
}

/// Scripts that print a credential.
fn of_scripts(page: &Page<'_>, world: World<'_>, scripts: Vec<Script>) -> Vec<Reach> {
    let mut found = Vec::new();
    for script in scripts {
        for printed in printed::in_script(world, &script.text, script.has_credential) {
            let at = printed::place(page, script.at, printed.line);
            let shown = Some(("command", printed.command.to_owned()));
            found.push(Reach { shown, ..Reach::new("print", &printed.name, printed.strength, at) });
        }
    }
    found
}
