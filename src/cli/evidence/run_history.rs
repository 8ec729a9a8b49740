//! `evidence append` and `evidence verify`: the run history of a project.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::redaction;
use crate::cli::args::evidence::{AppendArguments, VerifyArguments};
use crate::cli::args::{InputArguments, PeopleArguments};
use crate::cli::base::Base;
use crate::cli::clock::Clock;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::plan::{locale, rule_set, settings};
use crate::evidence::{Fault, HISTORY_FILE, History, Record, VerdictPage};
use crate::git::{Repo, Snapshot, State};
use crate::lang::{AboutEvidence, Lang, Message};
use crate::settings::{Language, Settings};
use crate::source::Worktree;
use crate::written::replace;

/// Largest record that is read, in bytes.
const RECORD_BYTES_MAX: u64 = 64 << 20;

/// Where the run history of a project is.
pub(in crate::cli) struct Place {
    pub(in crate::cli) base: Base,
    file: PathBuf,
}

impl Place {
    /// The top level of the repository that `path` lies in, or the folder itself.
    pub(in crate::cli) fn of(path: &Path) -> Result<Self, Failure> {
        let here = Worktree::new(&[path.to_path_buf()]).map_err(|error| Failure::usage(error.to_string()))?;
        let base = Base::on_disk(here.base().map(Path::to_path_buf).unwrap_or_default());
        let file = base.join(HISTORY_FILE);
        Ok(Self { base, file })
    }

    fn settings(&self) -> Result<Settings, Failure> {
        settings(&InputArguments::default(), &self.base)
    }

    /// The language of what is said.
    pub(in crate::cli) fn lang(&self, people: &PeopleArguments) -> Result<Lang, Failure> {
        let of_settings = self.settings()?.lang.map(|lang| match lang {
            Language::English => Lang::En,
            Language::Japanese => Lang::Ja,
        });
        Ok(people.lang.or(of_settings).unwrap_or_else(locale))
    }
}

/// Reads the run history; none where there is none.
pub(in crate::cli) fn history(place: &Place) -> Result<Option<History>, Failure> {
    Ok(text(place)?.map(|text| History::parse(&text)))
}

fn text(place: &Place) -> Result<Option<String>, Failure> {
    match place.base.text(&place.file) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::file(HISTORY_FILE, error)),
    }
}

fn told(about: AboutEvidence<'_>, lang: Lang) -> Result<(), Failure> {
    writeln!(io::stdout().lock(), "{}", Message::from(about).say(lang)).map_err(Failure::Output)
}

/// Adds the line of a record. A record that was added already changes nothing.
pub(super) fn append(arguments: &AppendArguments) -> Result<Exit, Failure> {
    let place = Place::of(&arguments.path)?;
    let lang = place.lang(&arguments.people)?;
    let say = |about: AboutEvidence<'_>| Message::from(about).say(lang);
    let shown = arguments.file.display();
    let bytes = record_bytes(&arguments.file).map_err(|error| Failure::file(shown.to_string(), error))?;
    let wrong = |error: crate::evidence::RecordError| Failure::usage(format!("{shown}: {error}"));
    let record = Record::read(&bytes).map_err(wrong)?;
    let old = text(&place)?.unwrap_or_default();
    let history = History::parse(&old);
    if let Some(line) = history.first_unreadable() {
        return Err(Failure::with_help(
            say(AboutEvidence::CannotAppend { line }),
            say(AboutEvidence::CannotAppendHelp),
        ));
    }
    let sum = Record::sum(&bytes);
    if history.holds_record(&sum) {
        told(AboutEvidence::AlreadyThere { day: record.day() }, lang)?;
        return Ok(Exit::Clean);
    }
    let run = record.to_run(&sum, history.heads()).map_err(wrong)?;
    let line = run.to_line().map_err(io::Error::other)?;
    let rules = rule_set(&[], &place.settings()?, &place.base)?;
    if let Some(rules) = redaction::seen_in("evidence.jsonl", &line, &rules) {
        return Err(Failure::with_help(
            say(AboutEvidence::WouldLeak { rules: &rules.join(", ") }),
            say(AboutEvidence::WouldLeakHelp),
        ));
    }
    let end = if old.is_empty() || old.ends_with('\n') { "" } else { "\n" };
    let whole = format!("{old}{end}{line}\n");
    let folder = place.file.parent().map_or(Ok(()), fs::create_dir_all);
    folder
        .and_then(|()| replace(&place.file, whole.as_bytes()))
        .map_err(|error| Failure::file(HISTORY_FILE, error))?;
    told(AboutEvidence::Added { path: HISTORY_FILE, day: record.day() }, lang)?;
    Ok(Exit::Clean)
}

fn record_bytes(path: &Path) -> io::Result<Vec<u8>> {
    let about = fs::metadata(path)?;
    if !about.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no ordinary file"));
    }
    if about.len() > RECORD_BYTES_MAX {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    fs::read(path)
}

/// Checks the run history, alone or against that of a commit.
pub(super) fn verify(arguments: &VerifyArguments) -> Result<Exit, Failure> {
    let place = Place::of(&arguments.path)?;
    let lang = place.lang(&arguments.people)?;
    let old = arguments.since.as_deref().map(|since| of_commit(&arguments.path, since)).transpose()?;
    let is_not_there_then = matches!(old, Some(None));
    let old = old.flatten();
    let Some(history) = history(&place)?.or_else(|| old.is_some().then(History::default)) else {
        let say = |about: AboutEvidence<'_>| Message::from(about).say(lang);
        return Err(Failure::with_help(
            say(AboutEvidence::NoHistory { path: HISTORY_FILE }),
            say(AboutEvidence::BeginOne),
        ));
    };
    let now = Clock::new(arguments.now).started_at();
    let verdict = history.verdict(&now, old.as_ref());
    let page = VerdictPage { verdict: &verdict, is_not_there_then };
    let mut out = io::BufWriter::new(io::stdout().lock());
    page.write(lang, &mut out).and_then(|()| out.flush()).map_err(Failure::Output)?;
    Ok(if verdict.faults.iter().any(Fault::breaks) { Exit::Findings } else { Exit::Clean })
}

/// The run history as a commit holds it; none where it holds none.
fn of_commit(path: &Path, since: &str) -> Result<Option<History>, Failure> {
    let repo = Repo::open(path)?;
    let commit = repo.commit_named(since)?;
    let bytes = Snapshot::new(&repo, State::Commit(commit)).read(HISTORY_FILE)?;
    Ok(bytes.map(|bytes| History::parse(&String::from_utf8_lossy(&bytes))))
}
