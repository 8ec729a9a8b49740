//! `rotation-queue-open`: others reach the queue into which Amazon puts a new client secret.

use super::everybody::is_limited;
use super::foreign::is_foreign;
use super::lists::LISTS;
use super::rights::{Resource, Rights};
use super::rotation::{is_named, is_rotation};
use super::statement::Principal;
use super::suspicion::Suspicion;
use crate::model::{Severity, Span};

pub(super) const RULE: &str = "rotation-queue-open";

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
