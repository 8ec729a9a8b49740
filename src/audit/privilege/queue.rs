//! `rotation-queue-open`: others reach the queue into which Amazon puts a new client secret.

use super::everybody::is_limited;
use super::foreign::is_foreign;
use super::lists::{LISTS, plain};
use super::rights::{Resource, Rights};
use super::statement::{Principal, Statement};
use super::suspicion::Suspicion;
use super::tree::Tree;
use crate::model::{Severity, Span};

pub(super) const RULE: &str = "rotation-queue-open";

/// Whether a name is that of a queue for new secrets.
fn names_rotation(name: &str) -> bool {
    let name = plain(name);
    LISTS
        .rotation_phrases
        .iter()
        .chain(&LISTS.rotation_events)
        .any(|phrase| name.contains(plain(phrase).as_str()))
}

/// Whether a statement is about a queue for new secrets.
pub(super) fn is_rotation(rights: &Rights, statement: &Statement) -> bool {
    let is_of_queue = statement.actions.iter().any(|action| action.starts_with("sqs:") || action == "*")
        && (statement.around.contains("sqs")
            || statement.actions.iter().any(|action| action.starts_with("sqs:")));
    if !is_of_queue {
        return false;
    }
    let queues: Vec<&Resource> = rights.of_kind("sqs.queue").collect();
    let resources = statement.resources.join(" ");
    if names_rotation(&resources) || names_rotation(&statement.around) || is_for_rotation(rights, statement) {
        return true;
    }
    // The only queue of a document that is about such secrets, by the name it gets there.
    matches!(queues.as_slice(), [only] if (is_named(only) || rights.names_rotation) && (resources == "*" || resources.contains("${") || resources.is_empty()))
}

/// Whether the policy around a statement is that of such a queue, which it names beside.
fn is_for_rotation(rights: &Rights, statement: &Statement) -> bool {
    let policies = rights.resources.iter().filter(|resource| resource.kind == "sqs.queuepolicy");
    let around = policies.filter(|policy| policy.at.contains(statement.at()) || refers(policy, statement));
    around.into_iter().any(|policy| {
        let queues = policy
            .body
            .get("Queues")
            .or_else(|| policy.body.get("queue_url"))
            .or_else(|| policy.body.get("queue-url"));
        queues.is_some_and(|queues| {
            queues.words().iter().any(|word| {
                let word = word.word().unwrap_or_default();
                names_rotation(word)
                    || rights.of_kind("sqs.queue").any(|queue| is_called(queue, word) && is_named(queue))
            })
        })
    })
}

/// Whether a policy of Terraform takes the document that a statement stands in.
fn refers(policy: &Resource, statement: &Statement) -> bool {
    let names = policy.body.words();
    let documents = names
        .iter()
        .filter_map(|word| word.word()?.split("aws_iam_policy_document.").nth(1)?.split(['.', '[']).next());
    documents.into_iter().any(|name| {
        statement.around.contains(&format!("aws_iam_policy_document {}", name.to_ascii_lowercase()))
    })
}

fn is_called(queue: &Resource, word: &str) -> bool {
    word == queue.name || word.split('.').any(|part| part == queue.name)
}

fn is_named(queue: &Resource) -> bool {
    let name =
        ["QueueName", "name", "queue_name"].iter().find_map(|key| queue.body.get(key)).and_then(Tree::word);
    names_rotation(&queue.name) || name.is_some_and(names_rotation)
}

pub(super) fn suspicions(rights: &Rights) -> Vec<(Span, Suspicion)> {
    let mut found = Vec::new();
    for statement in
        rights.statements.iter().filter(|statement| statement.allows && is_rotation(rights, statement))
    {
        for principal in statement.principals.iter().filter(|principal| is_other(principal)) {
            if principal.is_everybody() && is_limited(rights, statement) {
                continue;
            }
            let mut suspicion = Suspicion::of([&principal.text, &statement.actions.join(" ")])
                .saying("principal", &principal.text)
                .saying("action", statement.actions.first().map_or("", String::as_str));
            if statement.may(&LISTS.queue_reads).is_none() {
                suspicion = suspicion.severity(Severity::High, "others may put messages in, not read them");
            }
            suspicion.account = principal.account().map(str::to_owned);
            found.push((principal.at, suspicion));
        }
        if statement.is_for_others {
            found.push((statement.at(), Suspicion::of(["others"]).saying("principal", "NotPrincipal")));
        }
    }
    for queue in rights.of_kind("sqs.queue").filter(|queue| is_named(queue)) {
        if let Some(at) = is_unencrypted(queue) {
            let suspicion = Suspicion::of(["plain", &queue.name])
                .saying("name", &queue.name)
                .saying("content", "unencrypted")
                .severity(Severity::High, "the queue keeps the new secret unencrypted");
            found.push((at, suspicion));
        }
    }
    found
}

fn is_other(principal: &Principal) -> bool {
    principal.is_everybody() || principal.account().is_some_and(is_foreign)
}

/// Where a queue says that it is not encrypted; one that says nothing is.
fn is_unencrypted(queue: &Resource) -> Option<Span> {
    let has_key = ["KmsMasterKeyId", "kms_master_key_id", "encryptionMasterKey"].iter().any(|key| {
        queue.body.get(key).is_some_and(|value| value.word().is_some_and(|word| !word.is_empty()))
    });
    if has_key {
        return None;
    }
    if let Some(managed) =
        queue.body.get("SqsManagedSseEnabled").or_else(|| queue.body.get("sqs_managed_sse_enabled"))
    {
        return (managed.text() == Some("false")).then_some(managed.at);
    }
    if let Some(encryption) = queue.body.get("encryption") {
        let is_off = encryption.word().is_some_and(|word| word.to_ascii_lowercase().ends_with("unencrypted"));
        return is_off.then_some(encryption.at);
    }
    let attributes = queue.body.get("attributes").and_then(|value| value.text().map(|text| (text, value.at)));
    attributes
        .filter(|(text, _)| text.replace(' ', "").contains("SqsManagedSseEnabled=false"))
        .map(|(_, at)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queues_for_new_secrets_are_told() {
        for name in [
            "spapi-new-secret",
            "LwaClientSecretQueue",
            "secret_rotation_queue",
            "APPLICATION_OAUTH_CLIENT_NEW_SECRET",
        ] {
            assert!(names_rotation(name), "{name}");
        }
        for name in ["order-notifications", "log-rotation", "client-orders", "dead_letter"] {
            assert!(!names_rotation(name), "{name}");
        }
    }
}
