//! `kagiban hook`: has git call Kagiban before commits and pushes.

use std::collections::BTreeSet;
use std::env;
use std::io::{self, Write as _};
use std::path::PathBuf;

use super::args::{HookArguments, HookCommand, HookRunArguments, InstallArguments, PeopleArguments};
use super::audit;
use super::exit::Exit;
use super::failure::Failure;
use super::plan::locale;
use crate::git::{Entry, Environment, Repo};
use crate::hook::{
    ALL, BY_HAND, COMMIT_MSG, Folder, Hook, HookError, Installed, Managed, PRE_COMMIT, PRE_PUSH, Place, State,
};
use crate::lang::{AboutHook, HookSays, Lang, Message};

pub(super) fn run(arguments: HookArguments) -> Result<Exit, Failure> {
    match arguments.command {
        HookCommand::Install(arguments) => install(&arguments),
        HookCommand::Uninstall(people) => uninstall(&people),
        HookCommand::Status(people) => status(&people),
        HookCommand::Run(arguments) => as_hook(*arguments),
    }
}

fn spoken(people: &PeopleArguments) -> Lang {
    people.lang.unwrap_or_else(locale)
}

fn install(arguments: &InstallArguments) -> Result<Exit, Failure> {
    let lang = spoken(&arguments.people);
    for line in installed(arguments.pre_push, lang)? {
        writeln!(io::stdout().lock(), "{line}")?;
    }
    Ok(Exit::Clean)
}

/// Installs the hooks, and returns what is to be said about it.
pub(super) fn installed(pre_push: bool, lang: Lang) -> Result<Vec<String>, Failure> {
    let folder = Folder::here().map_err(|error| failure(error, lang))?;
    let say = |about: AboutHook<'_>| Message::from(about).say(lang);
    if let Some(Managed { framework, file, calls, .. }) = folder.managed() {
        if calls {
            return Ok(vec![say(AboutHook::ManagedCalls { manager: framework.name(), file })]);
        }
        return Err(Failure::usage(say(AboutHook::Managed {
            manager: framework.name(),
            file,
            lines: framework.lines(),
        })));
    }
    let hooks = ALL.into_iter().filter(|hook| pre_push || *hook != PRE_PUSH);
    let mut said = Vec::new();
    for hook in hooks {
        let place = folder.place(hook);
        match place.install() {
            Ok(done) => said.push(told(&place, hook, done, lang)),
            // Audits do not depend on the hook that keeps reasons.
            Err(error @ HookError::Taken(_)) if hook == COMMIT_MSG => {
                said.push(failure(error, lang).told().trim_end().to_owned());
            }
            Err(error) => return Err(failure(error, lang)),
        }
    }
    if folder.is_shared() {
        said.push(say(AboutHook::Shared));
    }
    if let Some(program) = program_off_path() {
        said.push(say(AboutHook::NotOnPath { program: &program }));
    }
    Ok(said)
}

fn told(place: &Place, hook: Hook, done: Installed, lang: Lang) -> String {
    let path = place.path().display().to_string();
    let before = place.before().display().to_string();
    let purpose = purpose(hook, lang);
    let (path, before, purpose) = (path.as_str(), before.as_str(), purpose.as_str());
    let about = match done {
        Installed::New => AboutHook::Installed { path, purpose },
        Installed::Chained => AboutHook::Chained { path, before, purpose },
        Installed::Renewed => AboutHook::Renewed { path },
        Installed::Already => AboutHook::AlreadyThere { path, purpose },
    };
    Message::from(about).say(lang)
}

fn purpose(hook: Hook, lang: Lang) -> String {
    let about = match hook {
        COMMIT_MSG => AboutHook::OnMessage,
        PRE_PUSH => AboutHook::BeforePush,
        _ => AboutHook::BeforeCommit,
    };
    Message::from(about).say(lang)
}

/// Where this program is, if PATH does not lead to one of its name.
fn program_off_path() -> Option<String> {
    let program = env::current_exe().ok()?;
    let name = program.file_name()?;
    let paths = env::var_os("PATH").unwrap_or_default();
    let is_on_path = env::split_paths(&paths).any(|folder| folder.join(name).is_file());
    (!is_on_path).then(|| program.display().to_string())
}

fn uninstall(people: &PeopleArguments) -> Result<Exit, Failure> {
    let lang = spoken(people);
    let folder = Folder::here().map_err(|error| failure(error, lang))?;
    for hook in ALL {
        let place = folder.place(hook);
        let path = place.path().display().to_string();
        let path = path.as_str();
        let had_before = place.before().symlink_metadata().is_ok();
        let about = match place.uninstall().map_err(|error| failure(error, lang))? {
            State::Own | State::Stale if had_before => AboutHook::PutBack { path },
            State::Own | State::Stale => AboutHook::Removed { path },
            // Others' hooks of these kinds are none of Kagiban's business.
            _ if hook != PRE_COMMIT => continue,
            State::Absent => AboutHook::Absent { path },
            State::Calls | State::Other => AboutHook::Kept { path },
        };
        writeln!(io::stdout().lock(), "{}", Message::from(about).say(lang))?;
    }
    Ok(Exit::Clean)
}

/// Clean means that commits are audited, and that no hook of Kagiban's is out of order.
fn status(people: &PeopleArguments) -> Result<Exit, Failure> {
    let lang = spoken(people);
    let folder = Folder::here().map_err(|error| failure(error, lang))?;
    let mut exit = Exit::Clean;
    for hook in ALL {
        let place = folder.place(hook);
        let path = place.path().display().to_string();
        let (path, purpose) = (path.as_str(), purpose(hook, lang));
        let purpose = purpose.as_str();
        let state = place.state().map_err(|error| failure(error, lang))?;
        let managed = folder.managed().filter(|_| hook == PRE_COMMIT && state != State::Absent);
        let (about, is_well) = match (state, managed) {
            (State::Own, _) => (AboutHook::AlreadyThere { path, purpose }, true),
            (State::Calls, _) => (AboutHook::Calls { path, purpose }, true),
            (State::Stale, _) => (AboutHook::Stale { path }, false),
            (State::Other, Some(managed)) if managed.calls => {
                let Managed { framework, file, .. } = managed;
                (AboutHook::ManagedCalls { manager: framework.name(), file }, true)
            }
            (State::Other, Some(Managed { framework, file, .. })) => {
                (AboutHook::Managed { manager: framework.name(), file, lines: framework.lines() }, false)
            }
            (State::Absent | State::Other, _) if hook != PRE_COMMIT => continue,
            (State::Absent, _) => (AboutHook::Absent { path }, false),
            (State::Other, None) => (AboutHook::Other { path, line: BY_HAND }, false),
        };
        if !is_well {
            exit = Exit::Findings;
        }
        writeln!(io::stdout().lock(), "{}", Message::from(about).say(lang))?;
    }
    Ok(exit)
}

/// Audits as a hook does: only what is high counts, and what could not be audited is a warning.
fn as_hook(mut arguments: HookRunArguments) -> Result<Exit, Failure> {
    let lang = spoken(&arguments.shared.people);
    if let Some(range) = of_framework() {
        // Who pushes may accept; in CI the change under audit may not.
        arguments.shared.judgement.accept_new_allows |= variable("PRE_COMMIT_REMOTE_NAME").is_some();
        arguments.range.get_or_insert(range);
    }
    let is_of_files = is_of_files(&arguments.files);
    let exit = audit::run(&arguments.scan(is_of_files))?;
    let says = match exit {
        Exit::Incomplete => HookSays::Incomplete,
        Exit::Findings => HookSays::Stopped { in_framework: variable("PRE_COMMIT").is_some() },
        Exit::Clean | Exit::Failed => return Ok(exit),
    };
    writeln!(io::stderr().lock(), "kagiban: {}", Message::from(AboutHook::Says(says)).say(lang))?;
    Ok(if exit == Exit::Incomplete { Exit::Clean } else { exit })
}

fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

/// The commits that the pre-commit framework was asked about, before a push or in CI.
fn of_framework() -> Option<String> {
    Some(format!("{}..{}", variable("PRE_COMMIT_FROM_REF")?, variable("PRE_COMMIT_TO_REF")?))
}

/// Whether the framework was asked about files, as by `--all-files`, and not about the next commit:
/// git, which names its index to hooks, is not committing, and some of the files are not staged.
fn is_of_files(files: &[PathBuf]) -> bool {
    if files.is_empty() || variable("GIT_INDEX_FILE").is_some() {
        return false;
    }
    let repo = Repo::open_in(None, &Environment::of_process());
    let staged = repo.and_then(|repo| repo.staged()).map(|staged| staged.new).unwrap_or_default();
    let staged: BTreeSet<String> = staged.iter().map(Entry::shown_path).collect();
    files.iter().any(|file| !staged.contains(file.to_string_lossy().replace('\\', "/").as_str()))
}

fn failure(error: HookError, lang: Lang) -> Failure {
    match error {
        HookError::NoFolder(said) => {
            Failure::usage(Message::from(AboutHook::NoFolder { said: &said }).say(lang))
        }
        HookError::Taken(path) => {
            let path = path.display().to_string();
            let taken = Message::from(AboutHook::Taken { path: &path }).say(lang);
            Failure::with_help(taken, Message::from(AboutHook::AddInstead { line: BY_HAND }).say(lang))
        }
        HookError::Managed(Managed { framework, file, .. }) => Failure::usage(
            Message::from(AboutHook::Managed { manager: framework.name(), file, lines: framework.lines() })
                .say(lang),
        ),
        HookError::File { path, source } => Failure::file(path.display(), source),
    }
}
