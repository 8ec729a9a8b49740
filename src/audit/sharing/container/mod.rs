//! `container-bakes-secret`: an Amazon credential becomes part of a container image.
//!
//! Looked at are the recipe itself, the arguments that builds are given, compose files, and what a
//! `COPY` takes along. Values that are given when the container starts are not in the image.

mod copied;
mod dockerfile;

use std::sync::LazyLock;

use regex::Regex;

pub(super) use copied::CopiedSecret;

use self::dockerfile::{Dockerfile, Instruction};
use super::ci;
use super::world::World;
use super::{evidence, listed, phrases};
use crate::audit::pattern::pattern;
use crate::audit::{Carrier, DocumentAudit, Fault, Noted, Page, Value, Wants};
use crate::model::{Confidence, Severity, Span};
use crate::rules::Strength;

/// Ways to give a build its arguments; ASCII letters in lower case.
const WORDS: [&str; 4] = ["--build-arg", "buildargs", "build_args", "build-args"];

/// An argument on a command line, or in a list of words.
static ARGUMENT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"--build-arg(?:[= ]+|["'],\s*(?:f|\$)?["'])["']?(?:build-arg:)?(?<name>[A-Za-z_]\w*)(?<given>=(?<value>[^\s"',]*))?|--opt[= ]+build-arg:(?<opt>[A-Za-z_]\w*)="#,
    )
});
/// Arguments as a map of a program.
static MAP: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\bbuild_?args\b[\x22']?\s*[=:(]\s*(?:new\s*\w*\s*)?\{(?<body>[^{}]*(?:\{[^{}]*\}[^{}]*)*)\}",
    )
});
static KEY: LazyLock<Regex> = LazyLock::new(|| pattern(r#"["']?(?<name>[A-Za-z_]\w*)["']?\s*[:=]"#));
/// Arguments of a file for bake.
static BAKE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#""?\bargs"?\s*[=:]\s*\{(?<body>[^{}]*(?:\$\{[^{}]*\}[^{}]*)*)\}"#));
/// A line of the arguments of a build action.
static LINE: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?m)\b(?<name>[A-Za-z_]\w*)(?:=|,|\s*$)"));
/// A variable in a value.
static VARIABLE: LazyLock<Regex> = LazyLock::new(|| pattern(r"\$\{?(?<name>[A-Za-z_]\w*)"));

pub(super) struct ContainerBakes;

impl DocumentAudit for ContainerBakes {
    fn rule(&self) -> &'static str {
        "container-bakes-secret"
    }

    fn wants(&self) -> Wants {
        let carriers = &[Carrier::Container, Carrier::Compose, Carrier::Workflow, Carrier::Pipeline];
        Wants { carriers, ..Wants::words(&WORDS) }
    }

    fn judge(&self, page: &Page<'_>, noted: &mut Noted) {
        let is_bake = page.file_name().contains("bake.");
        if page.carrier == Some(Carrier::Container) && !is_bake {
            let file = Dockerfile::read(page.text);
            let world = World::of(page);
            copied::note(&file, world, noted);
            if world.is_amazon() || page.secrets().next().is_some() {
                baked(page, world, &file, noted);
            }
            return;
        }
        let Some(world) = World::of_amazon(page) else { return };
        let found = match page.carrier {
            Some(Carrier::Compose) => of_compose(page, world),
            Some(Carrier::Container) => of_maps(page, world, &BAKE),
            Some(Carrier::Workflow) => of_actions(page, world),
            _ => of_maps(page, world, &MAP),
        };
        for baked in found.into_iter().chain(of_commands(page, world)) {
            noted.fault(baked.at, baked.fault(page));
        }
    }
}

/// A credential that gets into an image.
struct Baked {
    kind: &'static str,
    name: String,
    strength: Strength,
    milder: Option<&'static str>,
    at: Span,
}

impl Baked {
    fn new(kind: &'static str, (name, strength): (&str, Strength), at: Span) -> Self {
        Self { kind, name: name.to_owned(), strength, milder: None, at }
    }

    fn fault(self, page: &Page<'_>) -> Fault {
        let fault = Fault::of([self.kind, &self.name])
            .with([evidence("instruction", listed(self.kind), 0), evidence("name", listed(&self.name), 0)]);
        let fault = match self.milder {
            Some(why) => fault.severity(Severity::Medium, why),
            None => fault,
        };
        let is_yaml = page.carrier.is_some_and(|carrier| carrier != Carrier::Container);
        if is_yaml && page.yaml().is_cut() {
            fault.confidence(Confidence::Low)
        } else if self.strength == Strength::Generic {
            fault.confidence(Confidence::Medium)
        } else {
            fault
        }
    }
}

/// What a recipe puts into its image by itself.
fn baked(page: &Page<'_>, world: World<'_>, file: &Dockerfile, noted: &mut Noted) {
    let mut arguments: Vec<String> = Vec::new();
    let mut found: Vec<Baked> = Vec::new();
    for instruction in &file.instructions {
        if instruction.keyword == "ARG" {
            arguments.extend(instruction.settings().into_iter().map(|(name, _)| name));
        }
        found.extend(of_instruction(page, world, instruction, &arguments));
    }
    // A variable that comes in as an argument is told where it comes in.
    let mut told: Vec<String> = Vec::new();
    for baked in found {
        // Also in a stage that is left behind: what is built there takes the value along.
        if !told.contains(&baked.name) {
            told.push(baked.name.clone());
            noted.fault(baked.at, baked.fault(page));
        }
    }
}

fn of_instruction(
    page: &Page<'_>,
    world: World<'_>,
    instruction: &Instruction,
    arguments: &[String],
) -> Vec<Baked> {
    let at = instruction.at;
    let kind = match instruction.keyword.as_str() {
        "ENV" => "ENV",
        "ARG" => "ARG",
        "COPY" => "COPY",
        "ADD" => "ADD",
        "LABEL" => "LABEL",
        "CMD" => "CMD",
        "ENTRYPOINT" => "ENTRYPOINT",
        "RUN" => "RUN",
        _ => return Vec::new(),
    };
    let literal =
        page.secrets().find(|credential| credential.span.overlaps(at) && credential.span.end <= at.end);
    let of_settings = |(name, value): (String, Option<String>)| {
        let strength = world.credential(&name)?;
        let value = value.unwrap_or_default();
        let is_given = kind == "ARG"
            || VARIABLE
                .captures_iter(&value)
                .filter_map(|found| found.name("name"))
                .any(|variable| arguments.iter().any(|known| known == variable.as_str()));
        is_given.then(|| Baked::new(kind, (&name, strength), at))
    };
    let mut found = Vec::new();
    if matches!(kind, "ENV" | "ARG") {
        found.extend(instruction.settings().into_iter().filter_map(of_settings));
    } else if matches!(kind, "COPY" | "ADD") && instruction.arguments.contains("<<") {
        // An inline document takes its variables from the arguments of the build.
        let text = page.text.get(at.start..at.end).unwrap_or_default();
        let named = ci::variable(world, text);
        found.extend(named.map(|(name, strength)| Baked::new(kind, (&name, strength), at)));
    }
    if found.is_empty() {
        found.extend(
            literal.map(|credential| Baked::new(kind, (credential.rule.as_str(), Strength::Own), at)),
        );
    }
    found
}

/// Arguments of builds on command lines, of whatever kind the file is.
fn of_commands(page: &Page<'_>, world: World<'_>) -> Vec<Baked> {
    let mut found = Vec::new();
    if !page.folded.contains("build-arg") {
        return found;
    }
    for captures in ARGUMENT.captures_iter(page.text) {
        let Some(whole) = captures.get(0) else { continue };
        let Some(name) = captures.name("name").or_else(|| captures.name("opt")) else { continue };
        let Some(strength) = world.credential(name.as_str()) else { continue };
        let is_empty = captures.name("given").is_some_and(|given| given.as_str() == "=")
            && page
                .text
                .get(whole.end()..)
                .is_some_and(|rest| rest.starts_with([' ', '\n']) || rest.is_empty());
        let at = Span::new(whole.start(), whole.end());
        if is_empty || is_left_out(page, at) {
            continue;
        }
        found.push(Baked::new("--build-arg", (name.as_str(), strength), at));
    }
    found
}

/// Whether the line is a comment, or tells not to.
fn is_left_out(page: &Page<'_>, at: Span) -> bool {
    let (line, _) = page.line(page.lines().line_of(at.start));
    let trimmed = line.trim_start();
    let is_comment = trimmed.starts_with('#') || trimmed.starts_with("//") || trimmed.starts_with("rem ");
    is_comment || phrases::is_negated(&phrases::in_nfkc(line))
}

/// Arguments of builds as maps of programs.
fn of_maps(page: &Page<'_>, world: World<'_>, map: &Regex) -> Vec<Baked> {
    let mut found = Vec::new();
    for captures in map.captures_iter(page.text) {
        let Some(body) = captures.name("body") else { continue };
        for key in KEY.captures_iter(body.as_str()).filter_map(|key| key.name("name")) {
            let at = Span::new(body.start() + key.start(), body.start() + key.end());
            let Some(strength) = world.credential(key.as_str()).filter(|_| !is_left_out(page, at)) else {
                continue;
            };
            found.push(Baked::new("build-args", (key.as_str(), strength), at));
        }
    }
    found
}

/// Arguments that workflows give to actions that build.
fn of_actions(page: &Page<'_>, world: World<'_>) -> Vec<Baked> {
    let mut found = Vec::new();
    for document in page.yaml().documents() {
        let jobs = document.get("jobs").map(Value::entries).unwrap_or_default();
        let jobs = jobs.into_iter().map(|(_, job)| job).chain(document.get("runs"));
        for step in jobs.filter_map(|job| job.get("steps")).flat_map(Value::items) {
            let settings = ["build-args", "buildargs", "build_args", "set"];
            for value in settings.iter().filter_map(|key| step.at(&["with", key])) {
                let Some(text) = value.text() else { continue };
                let names = LINE.captures_iter(text).filter_map(|line| line.name("name"));
                let told = names.filter_map(|name| Some((name.as_str(), world.credential(name.as_str())?)));
                found.extend(told.map(|name| Baked::new("build-args", name, value.span())));
            }
        }
    }
    found
}

/// Arguments and literal settings of containers that run together.
fn of_compose(page: &Page<'_>, world: World<'_>) -> Vec<Baked> {
    let mut found = Vec::new();
    for document in page.yaml().documents() {
        for (_, service) in document.get("services").map(Value::entries).unwrap_or_default() {
            let arguments = service.at(&["build", "args"]).map(pairs).unwrap_or_default();
            for (name, _, at) in arguments {
                let strength = world.credential(&name);
                found.extend(strength.map(|strength| Baked::new("build-args", (&name, strength), at)));
            }
            let settings = service.get("environment").map(pairs).unwrap_or_default();
            for (name, value, at) in settings {
                if value.is_empty() || !world.has_value(at) {
                    continue;
                }
                let mut baked = Baked::new("environment", (&name, Strength::Own), at);
                baked.milder = Some("the value stands in the file and in what the container tells of itself");
                found.push(baked);
            }
        }
    }
    found
}

/// Names and values, as a map or as a list of `NAME=value`.
fn pairs(value: Value<'_>) -> Vec<(String, String, Span)> {
    let of_map = |(key, value): (Value<'_>, Value<'_>)| {
        let text = value.text().unwrap_or_default().to_owned();
        let (start, end) = (key.span().start, value.span().end.max(key.span().end));
        Some((key.text()?.to_owned(), text, Span::new(start.min(end), end)))
    };
    let of_list = |item: Value<'_>| {
        let text = item.text()?;
        let (name, value) = text.split_once('=').unwrap_or((text, ""));
        Some((name.trim().to_owned(), value.to_owned(), item.span()))
    };
    let of_map = value.entries().into_iter().filter_map(of_map);
    of_map.chain(value.items().into_iter().filter_map(of_list)).collect()
}
