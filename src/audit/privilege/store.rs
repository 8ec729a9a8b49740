//! `secret-store-wide-read`: a program that may read every secret of the account.

use super::everybody::parts;
use super::lists::{LISTS, holds};
use super::rights::Rights;
use super::statement::Statement;
use super::suspicion::Suspicion;
use super::tree::Tree;
use crate::model::Span;

pub(super) const RULE: &str = "secret-store-wide-read";

pub(super) fn suspicions(rights: &Rights) -> Vec<(Span, Suspicion)> {
    let mut found = Vec::new();
    for statement in &rights.statements {
        if let Some((action, resource)) = judged(statement) {
            let suspicion =
                Suspicion::of([&parts(statement)]).saying("action", action).saying("resource", resource);
            found.push((statement.at(), suspicion));
        }
    }
    for managed in rights.managed.iter().filter(|managed| holds(&LISTS.secret_readers, &managed.name)) {
        // The right to read everything else is no matter of secrets: this policy reads no secret's value.
        if managed.name != "ReadOnlyAccess"
            && managed.around.contains("polic")
            && !managed.around.contains("boundary")
        {
            found.push((
                managed.at,
                Suspicion::of(["managed", &managed.name, &managed.around]).saying("policy", &managed.name),
            ));
        }
    }
    for (call, at) in templates(rights) {
        found.push((at, Suspicion::of(["template", call]).saying("policy", call).saying("resource", "*")));
    }
    found
}

fn judged(statement: &Statement) -> Option<(&str, &str)> {
    if !statement.allows
        || !statement.principals.is_empty()
        || statement.is_of_other_actions
        || statement.around.contains("boundary")
    {
        return None;
    }
    // Who may do everything is told by another rule.
    let action = statement.may(&LISTS.secret_reads).filter(|action| *action != "*")?;
    let resource = statement.resources.iter().find(|resource| is_every_secret(action, resource))?;
    let is_scoped = statement.conditions.iter().any(|condition| {
        condition.key.contains("resourcetag")
            || condition.key.ends_with(":secretid")
            || condition.key.ends_with(":name")
    });
    (!is_scoped).then_some((action, resource))
}

/// Whether a resource is every secret, or every parameter, of an account.
fn is_every_secret(action: &str, resource: &str) -> bool {
    if resource == "*" {
        return true;
    }
    let plain = without_names(resource);
    let mut parts = plain.splitn(6, ':').skip(2);
    let (service, _, _, name) = (parts.next(), parts.next(), parts.next(), parts.next().unwrap_or_default());
    // A part of the path that is put in is somebody's own: `parameter/${app}/*` is not every parameter.
    if name.contains(PUT_IN) {
        return false;
    }
    let is_service = service.is_some_and(|service| service == "*" || action.starts_with(service));
    let rest = ["secret:", "parameter/", "parameter"]
        .iter()
        .find_map(|head| name.strip_prefix(head))
        .unwrap_or(name);
    resource.starts_with("arn:") && is_service && matches!(rest, "*" | "/*" | "**" | "?*")
}

/// Stands for a name of what is put in.
const PUT_IN: char = '$';

/// A text with a sign in place of each name of what is put in: they hold colons.
fn without_names(text: &str) -> String {
    let mut out = String::new();
    for (n, part) in text.split("${").enumerate() {
        if n == 0 {
            out.push_str(part);
        } else {
            out.push(PUT_IN);
            out.push_str(part.split_once('}').map_or("", |(_, rest)| rest));
        }
    }
    out
}

/// Templates of SAM with a wildcard for the name.
fn templates(rights: &Rights) -> Vec<(&'static str, Span)> {
    let known =
        [("AWSSecretsManagerGetSecretValuePolicy", "SecretArn"), ("SSMParameterReadPolicy", "ParameterName")];
    let functions = rights.resources.iter().filter(|resource| resource.kind.starts_with("serverless."));
    let policies = functions.filter_map(|function| function.body.get("Policies"));
    let items = policies.flat_map(Tree::items);
    let found = items.flat_map(|item| {
        known.iter().filter_map(move |(name, key)| {
            let value = item.get(name)?.get(key)?;
            let is_all = value
                .text()
                .is_some_and(|text| matches!(text, "*" | "/*") || is_every_secret("secretsmanager", text));
            is_all.then_some((*name, value.at))
        })
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_secret_is_told() {
        for resource in [
            "*",
            "arn:aws:secretsmanager:*:*:*",
            "arn:aws:secretsmanager:us-east-1:${AWS::AccountId}:secret:*",
            "arn:${AWS}:secretsmanager:a:b:secret:*",
        ] {
            assert!(is_every_secret("secretsmanager:getsecretvalue", resource), "{resource}");
        }
        assert!(is_every_secret("ssm:getparameter", "arn:aws:ssm:us-east-1:1:parameter/*"));
        for resource in [
            "arn:aws:secretsmanager:*:*:secret:spapi/*",
            "arn:aws:ssm:*:*:parameter/${var.app}/*",
            "${}",
            "arn:aws:s3:::*",
            "arn:aws:kms:*:*:key/*",
        ] {
            assert!(!is_every_secret("secretsmanager:getsecretvalue", resource), "{resource}");
        }
    }
}
