//! `kagiban hook`: has git call Kagiban before each commit.

use std::io::{self, Write as _};

use super::args::{HookArguments, HookCommand};
use super::exit::Exit;
use super::failure::Failure;
use super::plan::locale;
use crate::hook::{BY_HAND, HookError, Installed, PRE_COMMIT, Place, State};
use crate::lang::{AboutHook, Lang, Message};

pub(super) fn run(arguments: &HookArguments) -> Result<Exit, Failure> {
    let (HookCommand::Install(people) | HookCommand::Uninstall(people) | HookCommand::Status(people)) =
        &arguments.command;
    let lang = people.lang.unwrap_or_else(locale);
    let place = Place::of(PRE_COMMIT).map_err(|error| failure(error, lang))?;
    let path = place.path().display().to_string();
    let path = path.as_str();
    let (about, exit) = match &arguments.command {
        HookCommand::Install(_) => {
            let about = match place.install().map_err(|error| failure(error, lang))? {
                Installed::New => AboutHook::Installed { path },
                Installed::Renewed => AboutHook::Renewed { path },
                Installed::Already => AboutHook::AlreadyThere { path },
            };
            (about, Exit::Clean)
        }
        HookCommand::Uninstall(_) => {
            let about = match place.uninstall().map_err(|error| failure(error, lang))? {
                State::Own | State::Stale => AboutHook::Removed { path },
                State::Absent => AboutHook::Absent { path },
                State::Calls | State::Other => AboutHook::Kept { path },
            };
            (about, Exit::Clean)
        }
        HookCommand::Status(_) => match place.state().map_err(|error| failure(error, lang))? {
            State::Own => (AboutHook::AlreadyThere { path }, Exit::Clean),
            State::Calls => (AboutHook::Calls { path }, Exit::Clean),
            State::Stale => (AboutHook::Stale { path }, Exit::Findings),
            State::Absent => (AboutHook::Absent { path }, Exit::Findings),
            State::Other => (AboutHook::Other { path, line: BY_HAND }, Exit::Findings),
        },
    };
    writeln!(io::stdout().lock(), "{}", Message::from(about).say(lang))?;
    Ok(exit)
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
        HookError::File { path, source } => Failure::file(path.display(), source),
    }
}
