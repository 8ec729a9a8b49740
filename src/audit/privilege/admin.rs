//! `admin-policy`: an identity that may do everything.

use super::everybody::parts;
use super::lists::{LISTS, holds, words};
use super::rights::Rights;
use super::suspicion::Suspicion;
use crate::model::{Severity, Span};

pub(super) const RULE: &str = "admin-policy";

/// Words of what sets the most that is possible, or what others of a company may do, and grants nothing.
const NO_GRANTS: [&str; 16] = [
    "boundary",
    "scp",
    "organizations",
    "ssoadmin",
    "permissionset",
    "permission_set",
    "servicecontrol",
    "service_control",
    "execution-policies",
    "aws iam detach-",
    "aws iam list-",
    "aws iam delete-",
    "aws iam simulate-",
    "denied",
    "forbidden",
    "blocked",
];

pub(super) fn suspicions(rights: &Rights) -> Vec<(Span, Suspicion)> {
    let mut found = Vec::new();
    for managed in rights.managed.iter().filter(|managed| holds(&LISTS.admin, &managed.name)) {
        if is_granted(&managed.around)
            && (managed.around.contains("polic") || managed.around.contains("attach"))
        {
            let mut suspicion = Suspicion::of(["managed", &managed.name, &owner(&managed.around)])
                .saying("policy", &managed.name);
            if managed.name.contains("Gateway") {
                suspicion =
                    suspicion.severity(Severity::Medium, "every interface of the account, not everything");
            }
            found.push((managed.at, judged(suspicion, &managed.around)));
        }
    }
    for statement in &rights.statements {
        // A policy with principals stands at a resource, and is about that.
        if !statement.allows
            || !statement.principals.is_empty()
            || statement.is_for_others
            || !is_granted(&statement.around)
        {
            continue;
        }
        let everywhere = statement.resources.iter().any(|resource| resource == "*");
        let everything = |action: &&String| matches!(action.as_str(), "*" | "*:*" | "iam:*");
        let power = statement.is_of_other_actions.then_some("NotAction");
        let action = statement
            .actions
            .iter()
            .find(everything)
            .map(String::as_str)
            .filter(|_| !statement.is_of_other_actions);
        let is_scoped = statement.conditions.iter().any(|condition| {
            ["resourcetag/", "requesttag/", "iam:passedtoservice", "iam:permissionsboundary", "aws:calledvia"]
                .iter()
                .any(|key| condition.key.contains(key))
        });
        if let Some(action) = action.or(power).filter(|_| everywhere && !is_scoped) {
            let suspicion =
                Suspicion::of([&parts(statement)]).saying("action", action).saying("resource", "*");
            found.push((statement.at(), judged(suspicion, &statement.around)));
        }
    }
    found
}

fn is_granted(around: &str) -> bool {
    !NO_GRANTS.iter().any(|word| around.contains(word))
}

/// The names around, without the numbers and keys that move.
fn owner(around: &str) -> String {
    around.split_whitespace().filter(|word| word.len() > 2).collect::<Vec<_>>().join(" ")
}

/// Whoever deploys needs more than the program does.
fn judged(suspicion: Suspicion, around: &str) -> Suspicion {
    let is_operator =
        words(around).iter().any(|word| LISTS.operator_words.contains(word) && !word.is_empty());
    if is_operator {
        suspicion.severity(Severity::Medium, "the right of who deploys or runs the account, by its name")
    } else {
        suspicion
    }
}
