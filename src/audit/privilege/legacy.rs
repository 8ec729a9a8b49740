//! `legacy-sigv4-identity`: what was made to sign requests to the selling API, which takes no
//! signatures since October 2023.

use std::sync::LazyLock;

use regex::Regex;

use super::lists::{LISTS, plain, words};
use super::rights::{Resource, Rights};
use super::suspicion::Suspicion;
use super::tree::Tree;
use crate::audit::pattern::pattern;
use crate::audit::{Page, Sought};
use crate::model::Span;

pub(super) const RULE: &str = "legacy-sigv4-identity";

pub(super) fn suspicions(rights: &Rights, page: &Page<'_>, is_for_people: bool) -> Vec<(Span, Suspicion)> {
    let mut found = Vec::new();
    for statement in rights.statements.iter().filter(|statement| statement.allows) {
        let invokes = statement
            .actions
            .iter()
            .find(|action| matches!(action.as_str(), "execute-api:invoke" | "execute-api:*"));
        let everywhere = statement.resources.iter().any(|resource| is_every_interface(resource));
        // Everything of an interface is what a program does with its own.
        let is_of_recipe = |action: &&String| {
            *action == "execute-api:invoke" || !statement.resources.iter().any(|r| r == "*")
        };
        if let Some(action) =
            invokes.filter(is_of_recipe).filter(|_| everywhere && statement.principals.is_empty())
        {
            let suspicion = Suspicion::of(["statement"]).saying("action", action);
            found.push((
                statement.at(),
                suspicion.saying("resource", statement.resources.first().map_or("", String::as_str)),
            ));
        }
    }
    for resource in &rights.resources {
        let is_identity = match resource.kind.as_str() {
            "iam.user" => true,
            // A role of a program that runs on AWS is taken by a service.
            "iam.role" => is_taken_by_user(resource, rights),
            _ => false,
        };
        if is_identity && is_named(resource) {
            found.push((
                resource.at,
                Suspicion::of(["identity", &resource.name]).saying("name", &resource.name),
            ));
        }
    }
    if !is_for_people && VARIABLES.is_in(page) {
        found.extend(variable(page));
    }
    found
}

fn is_every_interface(resource: &str) -> bool {
    let rest = resource
        .strip_prefix("arn:aws:execute-api:")
        .or_else(|| resource.strip_prefix("arn:${AWS::Partition}:execute-api:"));
    resource == "*" || rest.is_some_and(|rest| rest.split([':', '/']).all(|part| part == "*"))
}

/// Whether a role is taken by an account or a user, not by a service.
fn is_taken_by_user(role: &Resource, rights: &Rights) -> bool {
    let of_role = |at: Span| role.at.contains(at);
    let mut trusts = rights
        .statements
        .iter()
        .filter(|statement| statement.is_trust() && of_role(statement.at()))
        .peekable();
    trusts.peek().is_some()
        && trusts.all(|statement| statement.principals.iter().all(|principal| principal.kind == "AWS"))
}

fn is_named(resource: &Resource) -> bool {
    let name = ["UserName", "RoleName", "name", "user-name", "role-name"]
        .iter()
        .find_map(|key| resource.body.get(key));
    let names = [Some(resource.name.as_str()), name.and_then(Tree::word)];
    names.into_iter().flatten().any(names_identity)
}

fn names_identity(text: &str) -> bool {
    let text = plain(text);
    LISTS.identities.iter().any(|identity| text.contains(identity.as_str()))
}

/// A variable by which a program gets such an identity.
fn variable(page: &Page<'_>) -> Option<(Span, Suspicion)> {
    static VARIABLE: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)\b(?:[a-z0-9]+[_-])*(?:role(?:_?arn)?|aws_(?:secret_)?access_key(?:_id)?|aws_secret_key)\b",
        )
    });
    let known = VARIABLE.find_iter(page.text).find(|found| {
        let name = plain(found.as_str());
        let line = page.line(page.lines().line_of(found.start())).0;
        // `role_arn` is anybody's, and says whose by its value.
        let is_of_value = || name == "rolearn" && names_identity(line);
        (LISTS.identity_variables.contains(&name) || is_of_value()) && !is_remark(line)
    })?;
    let at = Span::new(known.start(), known.end());
    Some((at, Suspicion::of(["variable", known.as_str()]).saying("name", known.as_str())))
}

fn is_remark(line: &str) -> bool {
    let line = line.trim_start();
    ["//", "#", "*", "/*", "<!--", ";", "--"].iter().any(|mark| line.starts_with(mark))
        || words(line).iter().any(|word| matches!(word.as_str(), "deprecated" | "removed" | "obsolete"))
}

/// Words that name such a variable, for the search.
pub(super) static VARIABLES: LazyLock<Sought> = LazyLock::new(|| Sought::of(&WORDS));
pub(super) const WORDS: [&str; 12] = [
    "spapirole",
    "spapiiamrole",
    "sellingpartnerrole",
    "amzrolearn",
    "selling_partner_role",
    "selling_partner_access_key",
    "sp_api_role",
    "spapi_role",
    "sp_api_iam_role",
    "sp_api_aws_",
    "spapi_aws_",
    "amazon_role_arn",
];
