//! `wildcard-principal`: a policy lets everybody in.

use super::lists::{LISTS, words};
use super::rights::Rights;
use super::rotation::is_rotation;
use super::statement::{Condition, Statement, UNKNOWN_KEY};
use super::suspicion::Suspicion;
use crate::model::{Severity, Span};

pub(super) const RULE: &str = "wildcard-principal";

pub(super) fn suspicions(rights: &Rights) -> Vec<(Span, Suspicion)> {
    let endpoints = rights.of_endpoints();
    let mut found = Vec::new();
    for statement in &rights.statements {
        let is_endpoint = statement.around.contains("endpoint")
            || endpoints
                .iter()
                .any(|name| statement.around.contains(&format!("aws_iam_policy_document {name}")));
        // What a queue of secrets says is told by its own rule.
        if is_endpoint || is_rotation(rights, statement) {
            continue;
        }
        if let Some(suspicion) = judged(rights, statement) {
            found.push((place(statement), suspicion));
        }
    }
    found.extend(public_buckets(rights));
    for permission in rights.of_kind("lambda.permission") {
        let word = |name: &str| permission.body.get(name).and_then(|value| value.word()).unwrap_or_default();
        let limits = [
            "SourceArn",
            "SourceAccount",
            "PrincipalOrgID",
            "PrincipalOrgId",
            "FunctionUrlAuthType",
            "EventSourceToken",
        ];
        let is_limited = limits.iter().any(|name| permission.body.get(name).is_some());
        if word("Principal") == "*" && !is_limited && !word("Action").contains("InvokeFunctionUrl") {
            found.push((
                permission.at,
                Suspicion::of(["lambda", &permission.name])
                    .saying("principal", "*")
                    .saying("name", &permission.name),
            ));
        }
    }
    found
}

/// Words of buckets that hold what is nobody else's business.
const PRIVATE_WORDS: [&str; 14] = [
    "order",
    "orders",
    "report",
    "reports",
    "buyer",
    "buyers",
    "customer",
    "customers",
    "invoice",
    "invoices",
    "shipment",
    "shipments",
    "export",
    "exports",
];

/// Buckets of orders that are opened without a policy.
fn public_buckets(rights: &Rights) -> Vec<(Span, Suspicion)> {
    let mut found = Vec::new();
    for bucket in rights.of_kind("s3.bucket").chain(rights.of_kind("s3.bucketacl")) {
        let opened = ["acl", "AccessControl", "publicReadAccess"].iter().find_map(|key| {
            let value = bucket.body.get(key)?;
            let word: String = value.word()?.chars().filter(char::is_ascii_alphanumeric).collect();
            let word = word.to_ascii_lowercase();
            (word == "true" || word.ends_with("publicread") || word.ends_with("publicreadwrite"))
                .then_some(value.at)
        });
        let Some(at) = opened else { continue };
        let names =
            bucket.body.words().into_iter().filter_map(|word| word.word()).collect::<Vec<_>>().join(" ");
        let words = words(&format!("{} {names}", bucket.name));
        let holds = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
        let is_page = words.iter().any(|word| LISTS.public_words.contains(word) && word != "public");
        if holds(&PRIVATE_WORDS) && !is_page {
            let suspicion =
                Suspicion::of(["acl", &bucket.name]).saying("principal", "*").saying("name", &bucket.name);
            found.push((at, suspicion.severity(Severity::High, "everybody may read, not write")));
        }
    }
    found
}

fn judged(rights: &Rights, statement: &Statement) -> Option<Suspicion> {
    let is_open =
        statement.principals.iter().any(super::statement::Principal::is_everybody) || statement.is_for_others;
    if !statement.allows || !is_open || is_limited(rights, statement) {
        return None;
    }
    let has_prefix = |prefix: &str| statement.actions.iter().all(|action| action.starts_with(prefix));
    // What a stack may change of itself is no right of anybody.
    let is_of_stack =
        ["stackpolicy", "stack-policy", "stack_policy"].iter().any(|word| statement.around.contains(word));
    // An interface for the web is for everybody, and says elsewhere who may use it.
    if is_of_stack
        || has_prefix("update:")
        || statement.actions.is_empty()
        || has_prefix("execute-api:")
        || has_prefix("lambda:invokefunctionurl")
    {
        return None;
    }
    let names = format!("{} {}", statement.around, statement.resources.join(" "));
    let is_page = || words(&names).iter().any(|word| LISTS.public_words.contains(word));
    let only_reads = statement.actions.iter().all(|action| action.starts_with("s3:getobject"));
    let has_page = || {
        let mut buckets = rights.of_kind("s3.bucket").chain(rights.of_kind("s3.bucketwebsiteconfiguration"));
        buckets.any(|bucket| {
            ["WebsiteConfiguration", "website", "websiteIndexDocument", "index_document"]
                .iter()
                .any(|key| bucket.body.get(key).is_some())
        })
    };
    if only_reads && (is_page() || has_page()) {
        return None;
    }
    let suspicion = Suspicion::of([&parts(statement)])
        .saying("principal", "*")
        .saying("action", statement.actions.first().map_or("", String::as_str))
        .saying("resource", statement.resources.first().map_or("", String::as_str));
    if only_reads {
        return Some(suspicion.severity(Severity::High, "everybody may read, not write"));
    }
    Some(suspicion)
}

/// What tells a statement from others of its document: the names around it, and what it is about.
pub(super) fn parts(statement: &Statement) -> String {
    let mut parts: Vec<&str> = vec![statement.around.trim()];
    parts.extend(statement.actions.iter().map(String::as_str));
    parts.extend(statement.resources.iter().map(String::as_str));
    parts.join(" ")
}

/// Where a statement says who, for it to be shown.
fn place(statement: &Statement) -> Span {
    let who = statement.principals.iter().find(|principal| principal.is_everybody());
    who.map_or(statement.at(), |principal| principal.at)
}

/// Whether conditions, or another statement of the same policy, keep most of everybody out.
pub(super) fn is_limited(rights: &Rights, statement: &Statement) -> bool {
    if statement.conditions.iter().any(is_limit) {
        return true;
    }
    let denies_others = |other: &Statement| {
        !other.allows
            && other.policy == statement.policy
            && other.principals.iter().any(super::statement::Principal::is_everybody)
            && other
                .conditions
                .iter()
                .any(|condition| condition.operator.contains("not") && is_known_key(condition))
            && statement.actions.iter().all(|action| {
                other
                    .actions
                    .iter()
                    .any(|denied| denied == action || denied == "*" || is_service(denied, action))
            })
    };
    rights.statements.iter().any(denies_others)
}

fn is_service(denied: &str, action: &str) -> bool {
    denied.strip_suffix('*').is_some_and(|head| !head.is_empty() && action.starts_with(head))
}

fn is_known_key(condition: &Condition) -> bool {
    LISTS.limits.iter().any(|known| {
        if known.ends_with('/') { condition.key.starts_with(known.as_str()) } else { condition.key == *known }
    })
}

fn is_limit(condition: &Condition) -> bool {
    // What is not known may be the limit: nobody is accused of what cannot be read.
    if condition.key == UNKNOWN_KEY {
        return true;
    }
    let operator = condition.operator.as_str();
    // A value of anything limits nothing, nor does what holds where the key is absent.
    let is_any = |value: &String| matches!(value.as_str(), "*" | "0.0.0.0/0" | "::/0");
    let is_open =
        condition.values.iter().any(is_any) || operator.contains("not") || operator.ends_with("ifexists");
    is_known_key(condition) && !is_open && operator != "null"
}
