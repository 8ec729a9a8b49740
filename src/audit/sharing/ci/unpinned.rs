//! `ci-secret-to-unpinned-action`: a pipeline shows an Amazon credential to a part that somebody else
//! makes and can change at any time.

use super::elsewhere;
use super::github::{Foreign, Workflow};
use super::shown::Shown;
use super::{PIPELINES, Passed, Platform, passed_all};
use crate::audit::sharing::world::World;
use crate::audit::sharing::{evidence, listed};
use crate::audit::{DocumentAudit, Fault, Noted, Page, Value, Wants};
use crate::model::{Confidence, Masked, Severity};
use crate::rules::Strength;

pub(in crate::audit::sharing) struct UnpinnedAction;

impl DocumentAudit for UnpinnedAction {
    fn rule(&self) -> &'static str {
        "ci-secret-to-unpinned-action"
    }

    fn wants(&self) -> Wants {
        Wants::carriers(PIPELINES)
    }

    fn judge(&self, page: &Page<'_>, noted: &mut Noted) {
        let Some(world) = World::of_amazon(page) else { return };
        let seen = match Platform::of(page) {
            Platform::GitHub => of_github(page, world),
            platform => elsewhere::shown(page, world, platform),
        };
        for shown in seen {
            noted.fault(shown.at, fault(page, &shown));
        }
    }
}

fn fault(page: &Page<'_>, shown: &Shown) -> Fault {
    let part: Masked = listed(&shown.part);
    let fault = Fault::of([shown.part.as_str()])
        .with([evidence("part", part, 0), evidence("name", listed(&shown.passed.name), 0)]);
    let fault = if shown.by_all {
        fault.severity(Severity::High, "every step of the job sees the credential")
    } else {
        fault
    };
    if page.yaml().is_cut() {
        fault.confidence(Confidence::Low)
    } else if shown.is_vague || shown.passed.strength == Strength::Generic {
        fault.confidence(Confidence::Medium)
    } else {
        fault
    }
}

fn of_github(page: &Page<'_>, world: World<'_>) -> Vec<Shown> {
    let Some(workflow) = Workflow::of(page, world) else { return Vec::new() };
    let mut seen = Vec::new();
    for job in &workflow.jobs {
        if let Some(called) = job.value.get("uses") {
            seen.extend(called_workflow(page, world, job.value, called));
        }
        for step in &job.steps {
            let Some((uses, foreign)) = movable(page, step.uses) else { continue };
            let given = step.passed.first().map(|passed| (passed, false));
            let for_all = || job.passed.iter().chain(&step.left).next().map(|passed| (passed, true));
            // What all see weighs more than what this one is given.
            let Some((passed, by_all)) = for_all().or(given) else { continue };
            seen.push(Shown {
                part: foreign.name.to_owned(),
                passed: passed.clone(),
                by_all,
                is_vague: false,
                at: uses.span(),
            });
        }
    }
    seen
}

fn movable<'y>(page: &Page<'_>, uses: Option<Value<'y>>) -> Option<(Value<'y>, Foreign<'y>)> {
    let uses = uses?;
    let foreign = Foreign::of(uses.text()?, page.own)?;
    foreign.is_movable.then_some((uses, foreign))
}

/// A job that is a workflow of somebody else.
fn called_workflow(page: &Page<'_>, world: World<'_>, job: Value<'_>, called: Value<'_>) -> Option<Shown> {
    let (_, foreign) = movable(page, Some(called))?;
    let secrets = job.get("secrets");
    let inherits = secrets.and_then(Value::text).is_some_and(|text| text.trim() == "inherit");
    let passed = if inherits {
        let secrets = secrets?;
        Passed { name: "inherit".to_owned(), strength: Strength::Generic, at: secrets.span() }
    } else {
        let given = passed_all(world, secrets).into_iter().chain(passed_all(world, job.get("with")));
        given.into_iter().next()?
    };
    Some(Shown {
        part: foreign.name.to_owned(),
        passed,
        by_all: inherits,
        is_vague: inherits,
        at: called.span(),
    })
}
