//! Scripts that print a credential, and artefacts that hold one.
//!
//! Platforms mask what they know; a value that is encoded, cut or written by another program they do
//! not.

mod lines;

use std::sync::LazyLock;

use regex::Regex;

use self::lines::{commands, is_in_single_quotes, logical, unquoted};
use super::github::{Job, Step};
use super::{Passed, Platform, passed_all, referred};
use crate::audit::pattern::pattern;
use crate::audit::sharing::world::World;
use crate::audit::{Page, Value};
use crate::model::Span;
use crate::rules::Strength;

/// A script of a pipeline.
pub(super) struct Script {
    /// The commands.
    pub(super) text: String,
    /// Where they stand.
    pub(super) at: Span,
    /// A credential in its environment.
    pub(super) has_credential: Option<(String, Strength)>,
}

/// A command that prints a credential.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Printed<'t> {
    /// The line.
    pub(super) line: &'t str,
    /// What prints.
    pub(super) command: &'static str,
    /// The credential.
    pub(super) name: String,
    pub(super) strength: Strength,
}

/// What prints its arguments, with what is printed.
static PRINTS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?is)^(?:sudo\s+)?(?:(?<shell>echo|printf|write-host|write-output)\b|(?<code>print|puts|console\.(?:log|info|error|debug)|echo\s*\(|sys\.stdout\.write|pp|p)\s*[( ])(?<rest>.*)$",
    )
});
/// A program of one line that prints.
static INLINE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"^(?:python3?|node|ruby|php|perl)\s+-[cer]\s+["'](?<program>.*)["']\s*$"#));
static PRINT_CALL: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?:\bprint|console\.log|\bputs|\becho)\b\s*\(?(?<rest>[^;]*)"));
/// A variable as other languages name it.
static OF_CODE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"(?:os\.environ(?:\.get)?|os\.getenv|getenv|ENV|\$_ENV|process\.env)[\[(.]\s*['"]?(?<name>\w+)"#,
    )
});
/// A variable whose value is printed: not its length, not whether it is there.
static OF_SHELL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\$(?:env:(?<ps>\w+)|\{env:(?<pb>\w+)\}|\{(?<braced>\w+)(?<how>:?[+?][^}]*)?[^}]*\}|\((?<made>\w+)\)|(?<plain>\w+))|%(?<cmd>\w+)%",
    )
});
/// All of an environment at once.
static WHOLE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^(?:sudo\s+)?(?:env|printenv|export(?:\s+-p)?|set|declare\s+-[px]+|(?:get-childitem|gci|ls|dir)\s+env:\\?)\s*(?:2>&1\s*)?(?<pipe>\|.*)?$",
    )
});
/// Tracing, which prints each command with its values.
static TRACE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^(?:set\s+(?:-[a-wyzA-Z]*x[a-zA-Z]*|-o\s+xtrace)\b|(?:set\s+-\w+\s+)+-x\b|set -euxo)")
});
static UNTRACE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?:^|[{(\s])set\s+(?:\+[a-zA-Z]*x|\+o\s+xtrace)"));
/// The end of a block on one line, whose output goes somewhere.
static BLOCK_END: LazyLock<Regex> = LazyLock::new(|| pattern(r"[;&]?\s*[})]\s*(>|\|)"));
/// What shows what it is given.
const SHOWING: [&str; 14] =
    ["base64", "xxd", "od", "rev", "sed", "tr", "fold", "hexdump", "cat", "tee", "sort", "nl", "jq", "less"];
/// Names of files that hold credentials.
static SECRET_FILE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)(^|/)(\.env(\.\w+)?|[\w.-]*credentials?\.(json|ya?ml|toml|ini)|secrets?\.(json|ya?ml|toml))$",
    )
});
/// A file that a command writes.
static WRITES: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r#"(?:>>?\s*|\btee\s+(?:-a\s+)?|Out-File\s+(?:-FilePath\s+)?)["']?(?<file>[\w./-]+)"#)
});

/// The place of a line of a script in the page, or the script's own.
pub(super) fn place(page: &Page<'_>, span: Span, line: &str) -> Span {
    let line = line.lines().next().unwrap_or_default().trim();
    let text = page.text.get(span.start..span.end).unwrap_or_default();
    match text.find(line).filter(|_| !line.is_empty()) {
        Some(at) => Span::new(span.start + at, span.start + at + line.len()),
        None => span,
    }
}

/// The scripts of a job, with a credential that each sees.
pub(super) fn of_job(job: &Job<'_>) -> Vec<Script> {
    let of_step = |step: &Step<'_>| {
        let run = step.value.get("run")?;
        let seen = job.passed.iter().chain(&step.left).chain(&step.of_env).next();
        let has_credential = seen.map(|passed| (passed.name.clone(), passed.strength));
        Some(Script { text: run.text()?.to_owned(), at: run.span(), has_credential })
    };
    job.steps.iter().filter_map(of_step).collect()
}

/// An artefact of a job that holds a credential.
pub(super) fn handed_out(world: World<'_>, job: &Job<'_>) -> Option<(Span, Passed)> {
    let mut written: Vec<(String, Passed)> = Vec::new();
    for step in &job.steps {
        if let Some(run) = step.value.get("run")
            && let Some(text) = run.text()
        {
            let seen = job.passed.iter().chain(&step.left).chain(&step.of_env).next();
            written.extend(writes(world, text, run.span(), seen));
        }
        let uses = step.uses.and_then(Value::text).unwrap_or_default();
        let name = uses.split('@').next().unwrap_or_default();
        if name.ends_with("envfile") || name.ends_with("dotenv") {
            written.extend(step.passed.first().map(|passed| (".env".to_owned(), passed.clone())));
        }
        if name != "actions/upload-artifact" {
            continue;
        }
        let Some(path) = step.value.at(&["with", "path"]) else { continue };
        let hidden = step.value.at(&["with", "include-hidden-files"]).and_then(Value::text) == Some("true");
        if let Some(passed) = uploaded(path.text().unwrap_or_default(), hidden, &written) {
            return Some((path.span(), passed));
        }
    }
    None
}

/// What of the files that were written an artefact takes along.
fn uploaded(paths: &str, hidden: bool, written: &[(String, Passed)]) -> Option<Passed> {
    paths.lines().map(str::trim).filter(|path| !path.starts_with('!')).find_map(|path| {
        let path = path.trim_start_matches("./");
        let takes = |file: &str| {
            let file = file.trim_start_matches("./");
            let is_whole = path.is_empty() || matches!(path, "." | "*" | "**" | "**/*");
            path == file || (is_whole && (hidden || !file.starts_with('.')))
        };
        written.iter().find(|(file, _)| takes(file)).map(|(_, passed)| passed.clone())
    })
}

/// The files that a script writes a credential into.
fn writes(world: World<'_>, text: &str, at: Span, seen: Option<&Passed>) -> Vec<(String, Passed)> {
    let all = referred(world, text).or_else(|| super::variable(world, text));
    let mut files = Vec::new();
    for found in WRITES.captures_iter(text) {
        let Some(file) = found.name("file").map(|file| file.as_str().to_owned()) else { continue };
        let passed = match &all {
            Some((name, strength)) => Some(Passed { name: name.clone(), strength: *strength, at }),
            None => seen.filter(|_| SECRET_FILE.is_match(&file)).cloned(),
        };
        files.extend(passed.map(|passed| (file, passed)));
    }
    files
}

/// What the jobs of another platform run and keep.
#[derive(Default)]
pub(super) struct Elsewhere {
    /// The scripts.
    pub(super) scripts: Vec<Script>,
    /// Artefacts that hold a credential.
    pub(super) handed_out: Vec<(Span, Passed)>,
}

/// Reads the pipelines of other platforms.
pub(super) fn elsewhere(page: &Page<'_>, world: World<'_>) -> Elsewhere {
    let keys: &[&str] = match Platform::of(page) {
        Platform::GitLab | Platform::Bitbucket => {
            &["before_script", "script", "after_script", "after-script"]
        }
        Platform::CircleCi => &["run", "command"],
        _ => &["script", "bash", "pwsh", "powershell"],
    };
    let mut all = Elsewhere::default();
    // Of a list of steps, those that keep something come behind those that wrote it.
    let mut written: Vec<(String, Passed)> = Vec::new();
    for document in page.yaml().documents() {
        let outer = passed_all(world, document.get("variables"));
        let mut waiting = vec![(document, outer.into_iter().next())];
        let mut steps = 0_usize;
        while let Some((next, seen)) = waiting.pop() {
            steps += 1;
            if steps > 10_000 {
                break;
            }
            let own =
                ["variables", "environment", "env"].iter().flat_map(|key| passed_all(world, next.get(key)));
            let seen = own.chain(seen).next();
            let script = script_of(next, keys, seen.as_ref());
            if let Some(script) = &script {
                written.extend(writes(world, &script.text, script.at, seen.as_ref()));
            }
            all.scripts.extend(script);
            let kept = kept_paths(next);
            let paths = kept.iter().filter_map(|path| Some((path.span(), path.text()?)));
            all.handed_out.extend(paths.filter_map(|(at, text)| Some((at, uploaded(text, true, &written)?))));
            waiting.extend(next.items().into_iter().rev().map(|item| (item, seen.clone())));
            waiting.extend(next.entries().into_iter().rev().map(|(_, value)| (value, seen.clone())));
        }
    }
    all
}

/// The commands of one job or step, which share a shell.
fn script_of(value: Value<'_>, keys: &[&str], seen: Option<&Passed>) -> Option<Script> {
    let scripts: Vec<Value<'_>> = keys.iter().filter_map(|key| value.get(key)).collect();
    let lines: Vec<&str> = scripts
        .iter()
        .flat_map(|script| script.one_or_more())
        .flat_map(Value::one_or_more)
        .filter_map(Value::text)
        .collect();
    let start = scripts.iter().map(|script| script.span().start).min()?;
    let end = scripts.iter().map(|script| script.span().end).max()?;
    let has_credential = seen.map(|passed| (passed.name.clone(), passed.strength));
    (!lines.is_empty()).then(|| Script { text: lines.join("\n"), at: Span::new(start, end), has_credential })
}

/// What a job or a step keeps for whoever opens the run.
fn kept_paths(value: Value<'_>) -> Vec<Value<'_>> {
    let artifacts = value.get("artifacts").map(|kept| kept.get("paths").unwrap_or(kept));
    let stored = value.at(&["store_artifacts", "path"]).or_else(|| value.get("publish"));
    let published = value.at(&["inputs", "PathtoPublish"]).or_else(|| value.at(&["inputs", "targetPath"]));
    [artifacts, stored, published].into_iter().flatten().flat_map(Value::one_or_more).collect()
}

/// The commands of a script that print a credential.
pub(super) fn in_script<'t>(
    world: World<'_>,
    text: &'t str,
    seen: Option<(String, Strength)>,
) -> Vec<Printed<'t>> {
    let mut found: Vec<Printed<'t>> = Vec::new();
    let mut traced: Option<&'t str> = None;
    let lines = logical(text);
    let kept = kept_blocks(&lines);
    for (at, line) in lines.iter().enumerate() {
        let trimmed = line.trim().trim_start_matches('@');
        if trimmed.is_empty() || trimmed.starts_with('#') {
            continue;
        }
        if UNTRACE.is_match(trimmed) {
            traced = None;
        } else if TRACE.is_match(trimmed) {
            traced = Some(trimmed);
        } else if let Some(trace) = traced
            && let Some((name, strength)) = of_line(world, trimmed)
        {
            found.push(Printed { line: trace, command: "set -x", name, strength });
            traced = None;
        }
        if kept.iter().any(|block| block.contains(&at)) {
            continue;
        }
        for command in commands(trimmed) {
            if let Some((command, name, strength)) = printed(world, command, seen.as_ref()) {
                found.push(Printed { line: trimmed, command, name, strength });
            }
        }
    }
    found
}

/// The lines of blocks whose output goes into a file: `{ … } > .env`.
fn kept_blocks(lines: &[&str]) -> Vec<std::ops::RangeInclusive<usize>> {
    let (mut open, mut kept) = (Vec::new(), Vec::new());
    for (at, line) in lines.iter().map(|line| line.trim()).enumerate() {
        let begins =
            line == "{" || line == "(" || line.ends_with(" do") || line == "do" || line.ends_with("; then");
        let ends = line.starts_with(['}', ')']) || line.starts_with("done") || line.starts_with("fi");
        if begins {
            open.push(at);
        } else if ends && let Some(from) = open.pop() {
            kept.extend(unquoted(line).contains(['>', '|']).then_some(from..=at));
        }
        let is_one_line = (line.starts_with("{ ") || line.starts_with('(')) && BLOCK_END.is_match(line);
        kept.extend(is_one_line.then_some(at..=at));
    }
    kept
}

fn of_line(world: World<'_>, line: &str) -> Option<(String, Strength)> {
    referred(world, line).or_else(|| shell_variable(world, line))
}

/// What a single command prints of a credential.
fn printed(
    world: World<'_>,
    command: &str,
    seen: Option<&(String, Strength)>,
) -> Option<(&'static str, String, Strength)> {
    if command.contains("::add-mask::") || command.contains("task.setsecret") {
        return None;
    }
    if let Some(found) = WHOLE.captures(command) {
        let is_shown = found.name("pipe").is_none_or(|pipe| is_shown_whole(pipe.as_str()));
        let (name, strength) = seen.filter(|_| is_shown)?;
        return Some(("env", name.clone(), *strength));
    }
    if let Some(name) = command.strip_prefix("printenv ").map(str::trim) {
        return Some(("printenv", name.to_owned(), world.credential(name)?));
    }
    if let Some(program) = INLINE.captures(command).and_then(|found| found.name("program")) {
        let rest = PRINT_CALL.captures(program.as_str())?.name("rest")?.as_str();
        let (name, strength) = of_code(world, rest).or_else(|| of_line(world, rest))?;
        return Some(("print", name, strength));
    }
    let found = PRINTS.captures(command)?;
    let rest = found.name("rest")?.as_str();
    if found.name("code").is_some() {
        let (name, strength) = of_code(world, rest)?;
        return Some(("print", name, strength));
    }
    if !is_shown(rest) {
        return None;
    }
    let (name, strength) = referred(world, rest).or_else(|| shell_variable(world, rest))?;
    Some(("echo", name, strength))
}

fn of_code(world: World<'_>, text: &str) -> Option<(String, Strength)> {
    let names = OF_CODE.captures_iter(text).filter_map(|found| found.name("name"));
    let mut told =
        names.filter_map(|name| Some((name.as_str().to_owned(), world.credential(name.as_str())?)));
    // A length or a comparison is no value.
    told.next().filter(|_| !text.contains("len(") && !text.contains(".length") && !text.contains("!!"))
}

/// The first credential that a shell would put into a text.
fn shell_variable(world: World<'_>, text: &str) -> Option<(String, Strength)> {
    let told = |found: regex::Captures<'_>| {
        let at = found.get(0)?.start();
        let before = text.get(..at)?;
        // In single quotes, or behind a backslash, a name stays a name.
        let is_plain = before.ends_with('\\') || is_in_single_quotes(before);
        if is_plain || found.name("how").is_some() {
            return None;
        }
        let names = ["ps", "pb", "braced", "made", "plain", "cmd"];
        let name = names.iter().find_map(|group| found.name(group))?.as_str();
        Some((name.to_owned(), world.credential(name)?))
    };
    OF_SHELL.captures_iter(text).find_map(told)
}

/// Whether what a command prints ends in the log: not in a file, not in a program that keeps it.
fn is_shown(rest: &str) -> bool {
    let plain = unquoted(rest).replace("2>&1", "").replace(">&2", "").replace("1>&2", "");
    let targets: Vec<&str> = plain.split('|').collect();
    let last = targets.last().copied().unwrap_or_default();
    let to_file = last.split('>').nth(1).map(str::trim);
    let is_file = match to_file {
        // The summary of a run is a page that whoever sees the run sees.
        Some(file) => {
            !(file.starts_with("/dev/stderr")
                || file.starts_with("/dev/tty")
                || rest.contains("GITHUB_STEP_SUMMARY"))
        }
        None => false,
    };
    if is_file {
        return false;
    }
    targets.iter().skip(1).all(|command| {
        let mut words = command.split_whitespace();
        let program = words.next().unwrap_or_default();
        let keeps = program == "tee" && !command.contains("/dev/");
        let decodes_to_nobody = words.any(|word| matches!(word, "-q" | "--quiet"));
        SHOWING.contains(&program) && !keeps && !decodes_to_nobody
    })
}

/// Whether an environment goes on to the log with its values.
fn is_shown_whole(pipe: &str) -> bool {
    if unquoted(pipe).contains('>') {
        return false;
    }
    pipe.split('|').skip(1).all(|command| {
        let mut words = command.split_whitespace();
        match words.next().unwrap_or_default() {
            "grep" | "egrep" | "rg" | "findstr" | "select-string" => {
                let pattern = command.to_ascii_lowercase();
                let is_quiet = command.contains("-q") || command.contains("-c ");
                let words = ["lwa", "sp_", "spapi", "amazon", "amz", "mws", "secret", "token", "key", "aws"];
                !is_quiet && (command.contains("-v") || words.iter().any(|word| pattern.contains(word)))
            }
            "sed" => !command.contains("=.*"),
            program => SHOWING.contains(&program),
        }
    })
}

#[cfg(test)]
mod tests;
