//! Pipelines of GitLab, CircleCI, Bitbucket and Azure: what they take from somebody else.

use super::shown::Shown;
use super::{MAKERS, Passed, Platform, is_commit, is_own, passed, passed_all, variable};
use crate::audit::sharing::world::World;
use crate::audit::{Page, Value};

/// The credentials that movable parts of other makers get to see.
pub(super) fn shown(page: &Page<'_>, world: World<'_>, platform: Platform) -> Vec<Shown> {
    match platform {
        Platform::GitLab => of_gitlab(page, world),
        Platform::CircleCi => of_circle(page, world),
        Platform::Bitbucket => of_bitbucket(page, world),
        Platform::Azure => of_azure(page, world),
        Platform::GitHub => Vec::new(),
    }
}

/// The first credential that a pipeline names, as a variable or as a setting.
fn named(page: &Page<'_>, world: World<'_>) -> Option<Passed> {
    page.yaml().documents().find_map(|document| named_in(world, document))
}

/// The first credential below a value.
fn named_in(world: World<'_>, value: Value<'_>) -> Option<Passed> {
    let mut waiting = vec![(value, 0)];
    let mut steps = 0_usize;
    while let Some((next, depth)) = waiting.pop() {
        steps += 1;
        if steps > 10_000 || depth > 20 {
            continue;
        }
        if let Some(text) = next.text()
            && let Some((name, strength)) = variable(world, text)
        {
            return Some(Passed { name, strength, at: next.span() });
        }
        for (key, value) in next.entries().into_iter().rev() {
            if let Some(found) = key.text().and_then(|key| passed(world, key, value)) {
                return Some(found);
            }
            waiting.push((value, depth + 1));
        }
        waiting.extend(next.items().into_iter().rev().map(|item| (item, depth + 1)));
    }
    None
}

/// All variables of a GitLab project are seen by every job, also by those that an include adds.
fn of_gitlab(page: &Page<'_>, world: World<'_>) -> Vec<Shown> {
    let Some(passed) = named(page, world) else { return Vec::new() };
    let mut seen = Vec::new();
    for document in page.yaml().documents() {
        let includes = document.get("include").map(Value::one_or_more).unwrap_or_default();
        for include in includes {
            let remote = match include.text() {
                Some(text) => Some((text, include)).filter(|(text, _)| text.contains("://")),
                None => ["remote", "component"]
                    .iter()
                    .find_map(|key| include.get(key))
                    .and_then(|value| Some((value.text()?, value))),
            };
            let Some((address, value)) = remote else { continue };
            if include.get("integrity").is_some() || is_fixed_address(page, address) {
                continue;
            }
            let part = address.split(['?', '#']).next().unwrap_or(address).to_owned();
            seen.push(Shown {
                part,
                passed: passed.clone(),
                by_all: true,
                is_vague: false,
                at: value.span(),
            });
        }
    }
    seen
}

/// Whether an address is known, the team's own, or names one content for ever.
fn is_fixed_address(page: &Page<'_>, address: &str) -> bool {
    let below = address.split_once("://").map_or(address, |(_, below)| below);
    let host = below.split('/').next().unwrap_or_default();
    let mut parts = below.split(['/', '@', '?', '&', '=']);
    // `$CI_SERVER_FQDN` is the very server the pipeline runs on.
    host.starts_with('$')
        || MAKERS.includes.iter().any(|known| below.starts_with(known))
        || page.own.hosts.iter().any(|known| known.value == host)
        || parts.any(|part| is_commit(part) || is_own(page.own, part))
}

/// Orbs run inside the jobs that use them, and jobs see the project's variables.
fn of_circle(page: &Page<'_>, world: World<'_>) -> Vec<Shown> {
    let Some(passed) = named(page, world) else { return Vec::new() };
    let mut seen = Vec::new();
    for document in page.yaml().documents() {
        for (key, orb) in document.get("orbs").map(Value::entries).unwrap_or_default() {
            let (Some(alias), Some(name)) = (key.text(), orb.text()) else { continue };
            let (name, version) = name.split_once('@').unwrap_or((name, "volatile"));
            let maker = name.split('/').next().unwrap_or_default();
            let is_known = MAKERS.orbs.iter().any(|known| known == maker) || is_own(page.own, maker);
            // A full version of an orb cannot be published twice.
            let is_fixed = version.split('.').filter(|part| part.parse::<u32>().is_ok()).count() == 3;
            if is_known || is_fixed || !is_used(document, alias) {
                continue;
            }
            seen.push(Shown {
                part: name.to_owned(),
                passed: passed.clone(),
                by_all: false,
                is_vague: false,
                at: orb.span(),
            });
        }
    }
    seen
}

/// Whether a job or a workflow runs something of an orb.
fn is_used(document: Value<'_>, alias: &str) -> bool {
    let prefix = format!("{alias}/");
    let mut waiting: Vec<Value<'_>> =
        ["jobs", "workflows", "commands", "executors"].iter().filter_map(|key| document.get(key)).collect();
    let mut steps = 0_usize;
    while let Some(next) = waiting.pop() {
        steps += 1;
        if steps > 10_000 {
            return true;
        }
        if next.text().is_some_and(|text| text.starts_with(&prefix)) {
            return true;
        }
        for (key, value) in next.entries() {
            if key.text().is_some_and(|key| key.starts_with(&prefix)) {
                return true;
            }
            waiting.push(value);
        }
        waiting.extend(next.items());
    }
    false
}

/// A pipe sees the variables it is given.
fn of_bitbucket(page: &Page<'_>, world: World<'_>) -> Vec<Shown> {
    let mut seen = Vec::new();
    let mut waiting: Vec<Value<'_>> = page.yaml().documents().collect();
    let mut steps = 0_usize;
    while let Some(next) = waiting.pop() {
        steps += 1;
        if steps > 10_000 {
            break;
        }
        if let Some(pipe) = next.get("pipe")
            && let Some(name) = pipe.text()
        {
            seen.extend(of_pipe(page, world, next, (pipe, name)));
            continue;
        }
        waiting.extend(next.entries().into_iter().map(|(_, value)| value));
        waiting.extend(next.items());
    }
    seen
}

fn of_pipe(
    page: &Page<'_>,
    world: World<'_>,
    step: Value<'_>,
    (pipe, name): (Value<'_>, &str),
) -> Option<Shown> {
    let image = name.strip_prefix("docker://").unwrap_or(name);
    let is_fixed = image.contains("@sha256:");
    let part = image.split(['@', ':']).next().unwrap_or(image);
    let mut makers = part.split('/');
    let is_known = makers
        .any(|maker| MAKERS.pipes.iter().any(|known| known == maker) || is_own(page.own, maker))
        || !part.contains('/');
    if is_fixed || is_known {
        return None;
    }
    let variables = step.get("variables");
    let by_name = passed_all(world, variables).into_iter().next();
    let passed = by_name.or_else(|| named_in(world, variables?))?;
    Some(Shown { part: part.to_owned(), passed, by_all: false, is_vague: false, at: pipe.span() })
}

/// Templates of another repository run with the parameters they are given.
fn of_azure(page: &Page<'_>, world: World<'_>) -> Vec<Shown> {
    let Some(passed) = named(page, world) else { return Vec::new() };
    let mut seen = Vec::new();
    for document in page.yaml().documents() {
        let repositories = document.at(&["resources", "repositories"]).map(Value::items).unwrap_or_default();
        for repository in repositories {
            let text = |key: &str| repository.get(key).and_then(Value::text);
            let (Some(alias), Some(name)) = (text("repository"), text("name")) else { continue };
            let is_elsewhere = matches!(text("type"), Some("github" | "bitbucket" | "githubenterprise"));
            let maker = name.split('/').next().unwrap_or_default();
            let revision = text("ref").unwrap_or_default();
            if !is_elsewhere || is_own(page.own, maker) || is_commit(revision) {
                continue;
            }
            if !page.text.contains(&format!("@{alias}")) {
                continue;
            }
            let at = repository.get("name").map_or(repository.span(), Value::span);
            seen.push(Shown {
                part: name.to_owned(),
                passed: passed.clone(),
                by_all: false,
                is_vague: false,
                at,
            });
        }
    }
    seen
}
