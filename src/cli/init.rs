//! `kagiban init`: settings, the check of the platform in use, and the hook.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::args::InitArguments;
use super::exit::Exit;
use super::failure::Failure;
use super::hook;
use super::plan::locale;
use crate::git::Repo;
use crate::lang::{AboutSetup, Lang, Message};
use crate::setup::{Outcome, Platform, SETTINGS, Written};

pub(super) fn run(arguments: &InitArguments) -> Result<Exit, Failure> {
    let lang = arguments.people.lang.unwrap_or_else(locale);
    let mut out = io::stdout().lock();
    let repo = Repo::open(Path::new(".")).ok();
    let top = repo.as_ref().and_then(Repo::top).map(Path::to_path_buf);
    let say = |about: AboutSetup<'_>| Message::from(about).say(lang);
    let Some((repo, top)) = repo.zip(top) else {
        writeln!(out, "{}", put(SETTINGS, &PathBuf::new(), None, lang)?)?;
        writeln!(out, "{}", say(AboutSetup::NoRepository))?;
        writeln!(out, "{}", say(AboutSetup::Next))?;
        return Ok(Exit::Clean);
    };
    writeln!(out, "{}", put(SETTINGS, &top, None, lang)?)?;
    let platforms = match arguments.ci.as_slice() {
        [] => Platform::used(&top, &repo.addresses()),
        chosen => chosen.iter().map(|choice| choice.0).collect(),
    };
    for platform in &platforms {
        writeln!(out, "{}", put(platform.check(), &top, Some(*platform), lang)?)?;
    }
    if platforms.is_empty() {
        let names = Platform::ALL.map(Platform::id).join(", ");
        writeln!(out, "{}", say(AboutSetup::NoPlatform { names: &names }))?;
    }
    // A hook that others manage is theirs to change; what to add was said then.
    match hook::installed(false, lang) {
        Ok(lines) => lines.iter().try_for_each(|line| writeln!(out, "{line}"))?,
        Err(failure @ Failure::Usage { .. }) => write!(out, "{}", failure.told())?,
        Err(failure) => return Err(failure),
    }
    writeln!(out, "{}", say(AboutSetup::Next))?;
    Ok(Exit::Clean)
}

/// Writes a file where there is none, and says what became of it.
fn put(file: Written, top: &Path, platform: Option<Platform>, lang: Lang) -> Result<String, Failure> {
    let path = file.path;
    let outcome = file.write(top).map_err(|error| Failure::file(error.path.display(), error.source))?;
    let about = match (outcome, platform) {
        (Outcome::New, Some(platform)) => AboutSetup::Check { path, platform: platform.name() },
        (Outcome::New, None) => AboutSetup::Settings { path },
        (Outcome::Already, _) => AboutSetup::Already { path },
        (Outcome::Kept, _) => AboutSetup::Kept { path, text: file.text },
    };
    Ok(Message::from(about).say(lang))
}
