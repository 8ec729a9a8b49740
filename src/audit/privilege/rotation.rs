//! Whether something is about the queue into which Amazon puts a new client secret.

use super::lists::{LISTS, plain};
use super::rights::{Resource, Rights};
use super::statement::Statement;
use super::tree::Tree;

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

pub(super) fn is_named(queue: &Resource) -> bool {
    let name =
        ["QueueName", "name", "queue_name"].iter().find_map(|key| queue.body.get(key)).and_then(Tree::word);
    names_rotation(&queue.name) || name.is_some_and(names_rotation)
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
