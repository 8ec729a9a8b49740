//! `kagiban ledger`: keeps the file that says who holds which key since when.

mod arguments;
mod shown;
mod value;

pub(super) use arguments::LedgerArguments;
pub(super) use shown::{due_row, key_row, safe};
pub(super) use value::without_secrets;

use std::fs;
use std::io::{self, Write as _};
use std::path::PathBuf;

use jiff::civil::Date;

use self::arguments::{
    AddArguments, LedgerCommand, LeftArguments, PlaceArguments, RevokeArguments, RotateArguments,
    ShareArguments,
};
use super::args::InputArguments;
use super::base::Base;
use super::clock::Clock;
use super::exit::Exit;
use super::failure::Failure;
use super::plan::{locale, rule_set, settings};
use crate::lang::{AboutLedger, AboutRefusal, Lang, Message};
use crate::ledger::{Draft, Guessed, LEDGER_FILE, Ledger, NewEntry, Refusal, Share, is_class};
use crate::model::RuleId;
use crate::rules::{Rule, RuleSet};
use crate::settings::{AppClass, Language, Settings, nearest};
use crate::source::Worktree;

pub(super) fn run(arguments: &LedgerArguments) -> Result<Exit, Failure> {
    match &arguments.command {
        LedgerCommand::Add(arguments) => add(arguments),
        LedgerCommand::Rotate(arguments) => rotate(arguments),
        LedgerCommand::Share(arguments) => share(arguments),
        LedgerCommand::Revoke(arguments) => revoke(arguments),
        LedgerCommand::Left(arguments) => left(arguments),
        LedgerCommand::Check(arguments) => shown::check(arguments),
        LedgerCommand::List(arguments) => shown::list(arguments),
    }
}

/// The ledger of the place where the command runs, with what it takes to read it.
struct Open {
    path: PathBuf,
    /// What the file is called in diagnostics.
    name: String,
    /// Its text; none where there is no such file.
    text: Option<String>,
    rules: RuleSet,
    settings: Settings,
    lang: Lang,
    today: Date,
}

impl Open {
    fn new(place: &PlaceArguments) -> Result<Self, Failure> {
        let here = Worktree::new(&[PathBuf::from(".")]).map_err(|error| Failure::usage(error.to_string()))?;
        let base = Base::on_disk(here.base().map(std::path::Path::to_path_buf).unwrap_or_default());
        let settings = settings(&InputArguments::default(), &base)?;
        let rules = rule_set(&[], &settings, &base)?;
        let (path, name) = match &place.ledger {
            Some(path) => (path.clone(), path.display().to_string()),
            None => (base.join(LEDGER_FILE), LEDGER_FILE.to_owned()),
        };
        let text = match base.text(&path) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(Failure::file(name, error)),
        };
        let of_settings = settings.lang.map(|lang| match lang {
            Language::English => Lang::En,
            Language::Japanese => Lang::Ja,
        });
        let lang = place.people.lang.or(of_settings).unwrap_or_else(locale);
        Ok(Self { path, name, text, rules, settings, lang, today: Clock::new(place.now).today() })
    }

    fn say(&self, about: AboutLedger<'_>) -> String {
        Message::from(about).say(self.lang)
    }

    fn refused(&self, about: AboutRefusal<'_>) -> Failure {
        Failure::usage(self.say(AboutLedger::Refused(about)))
    }

    fn refused_with(&self, about: AboutRefusal<'_>, help: AboutRefusal<'_>) -> Failure {
        Failure::with_help(self.say(AboutLedger::Refused(about)), self.say(AboutLedger::Refused(help)))
    }

    /// The ledger, which has to be there.
    fn ledger(&self) -> Result<Ledger, Failure> {
        match &self.text {
            Some(text) => Ledger::parse(&self.name, text, self.rules.catalogue()).map_err(Failure::Settings),
            None => Err(self.refused_with(AboutRefusal::NoLedger, AboutRefusal::BeginOne)),
        }
    }

    fn draft(&self) -> Result<Draft, Failure> {
        Draft::open(&self.name, self.text.as_deref(), self.rules.catalogue()).map_err(Failure::Settings)
    }

    /// The draft of a ledger that has to be there.
    fn draft_of_old(&self) -> Result<Draft, Failure> {
        self.ledger()?;
        self.draft()
    }

    /// Refuses arguments that hold a credential: whoever typed it has shown it already.
    fn holds_no_secret(&self, arguments: &[Option<&str>]) -> Result<(), Failure> {
        let is_any = arguments.iter().flatten().any(|text| value::holds_secret(text, &self.rules));
        if is_any {
            return Err(self.refused_with(AboutRefusal::SecretAsArgument, AboutRefusal::AskedFor));
        }
        Ok(())
    }

    fn class(&self, id: &str) -> Result<&Rule, Failure> {
        let classes = || self.rules.catalogue().iter().filter(|rule| is_class(rule));
        classes().find(|rule| rule.id.as_str() == id).ok_or_else(|| {
            let near = nearest(id, classes().map(|rule| rule.id.as_str()));
            self.refused(AboutRefusal::UnknownClass { near })
        })
    }

    /// Writes a changed ledger. What could not be read again is not written.
    fn write(&self, draft: &Draft) -> Result<Ledger, Failure> {
        let text = draft.to_text();
        let ledger = Ledger::parse(&self.name, &text, self.rules.catalogue()).map_err(Failure::Settings)?;
        let now = match fs::read_to_string(&self.path) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(Failure::file(&self.name, error)),
        };
        if now != self.text {
            return Err(self.refused(AboutRefusal::ChangedMeanwhile));
        }
        Ledger::write(&self.path, &text).map_err(|error| Failure::file(&self.name, error))?;
        Ok(ledger)
    }

    fn refusal(&self, refusal: Refusal) -> Failure {
        match refusal {
            Refusal::NoEntry(id, near) => {
                self.refused(AboutRefusal::NoEntry { id: &id, near: near.as_deref() })
            }
            Refusal::Taken(id) => self.refused(AboutRefusal::Taken { id: &id }),
            Refusal::NoId => self.refused(AboutRefusal::NoId),
            Refusal::KnownValue(id) => self.refused(AboutRefusal::KnownValue { id: &id }),
            Refusal::Revoked(id, on) => {
                self.refused(AboutRefusal::IsRevoked { id: &id, on: &on.to_string() })
            }
            Refusal::Backwards { day, latest } => {
                let (day, latest) = (day.to_string(), latest.to_string());
                let about = AboutRefusal::Backwards { day: &day, latest: &latest };
                self.refused_with(about, AboutRefusal::GiveDay)
            }
            Refusal::EndsBefore(since) => {
                self.refused(AboutRefusal::EndsBefore { since: &since.to_string() })
            }
            Refusal::Nobody(name, near) => {
                self.refused(AboutRefusal::Nobody { name: &name, near: near.as_deref() })
            }
        }
    }

    fn is_public_app(&self) -> bool {
        self.settings.own.app_class == Some(AppClass::Public)
    }

    fn tell(&self, about: AboutLedger<'_>) -> Result<Exit, Failure> {
        writeln!(io::stdout().lock(), "{}", self.say(about))?;
        Ok(Exit::Clean)
    }
}

fn add(arguments: &AddArguments) -> Result<Exit, Failure> {
    let open = Open::new(&arguments.place)?;
    let AddArguments { id, owner, kept_in, path, field, .. } = arguments;
    let texts = [Some(id.as_str()), Some(owner), kept_in.as_deref(), path.as_deref(), field.as_deref()];
    open.holds_no_secret(&texts)?;
    let mut draft = open.draft()?;
    // Told before anybody types a value.
    if draft.ledger().entry(id).is_some() {
        return Err(open.refusal(Refusal::Taken(id.clone())));
    }
    let given = arguments.class.as_deref().map(|class| open.class(class)).transpose()?;
    let guessed = path.as_ref().zip(field.as_ref());
    let (class, fingerprint, guessed) = match (given, guessed) {
        (Some(rule), Some((path, field))) if rule.is_guessable() => {
            (rule, None, Some(Guessed::new(path, field)))
        }
        (Some(rule), None) if rule.is_guessable() => {
            return Err(open.refused(AboutRefusal::NeedsPlace { class: rule.id.as_str() }));
        }
        (Some(rule), Some(_)) => {
            return Err(open.refused(AboutRefusal::NeedsNoPlace { class: rule.id.as_str() }));
        }
        (None, Some(_)) => return Err(open.refused(AboutRefusal::NoClass)),
        (given, None) => {
            let value = value::read(id, &open)?;
            let rule = class_of(&open, given, &value)?;
            (rule, Some(value::fingerprint(&value, rule)), None)
        }
    };
    let new = NewEntry {
        id: id.clone(),
        class: RuleId::new(class.class()),
        fingerprint,
        guessed,
        owner: owner.clone(),
        issued: arguments.issued.unwrap_or(open.today),
        rotate_by: arguments.rotate_by,
        kept_in: kept_in.clone(),
    };
    draft.add(new).map_err(|refusal| open.refusal(refusal))?;
    let ledger = open.write(&draft)?;
    open.tell(AboutLedger::Added { id, by: &deadline(&ledger, id) })
}

/// The class of a value: that which was given, where the value does not say otherwise.
fn class_of<'o>(open: &'o Open, given: Option<&'o Rule>, value: &str) -> Result<&'o Rule, Failure> {
    let told = value::class_of(value, &open.rules);
    match (given, told) {
        (Some(given), Some(told)) if given.class() != told.class() => {
            let (given, class) = (given.id.as_str(), told.id.as_str());
            Err(open.refused(AboutRefusal::OtherClass { given, class }))
        }
        (Some(given), _) => Ok(given),
        (None, Some(told)) if told.is_guessable() => {
            Err(open.refused(AboutRefusal::NeedsPlace { class: told.id.as_str() }))
        }
        (None, Some(told)) => {
            writeln!(io::stderr().lock(), "{}", open.say(AboutLedger::ByPrefix { class: told.id.as_str() }))?;
            Ok(told)
        }
        (None, None) => Err(open.refused(AboutRefusal::NoClass)),
    }
}

fn rotate(arguments: &RotateArguments) -> Result<Exit, Failure> {
    let open = Open::new(&arguments.place)?;
    let id = &arguments.id;
    open.holds_no_secret(&[Some(id)])?;
    let mut draft = open.draft_of_old()?;
    let on = arguments.on.unwrap_or(open.today);
    let entry = draft.ledger().entry(id).filter(|entry| entry.revoked.is_none());
    // A refusal that needs no value comes before the question for one.
    let rule = match entry {
        Some(entry) => Some(open.class(entry.class.as_str())?).filter(|rule| !rule.is_guessable()),
        None => None,
    };
    let fingerprint = match rule {
        Some(rule) => {
            let value = value::read(id, &open)?;
            Some(value::fingerprint(&value, class_of(&open, Some(rule), &value)?))
        }
        None => None,
    };
    draft.rotate(id, fingerprint, on, arguments.rotate_by).map_err(|refusal| open.refusal(refusal))?;
    let ledger = open.write(&draft)?;
    open.tell(AboutLedger::Rotated { id, by: &deadline(&ledger, id) })
}

fn share(arguments: &ShareArguments) -> Result<Exit, Failure> {
    let open = Open::new(&arguments.place)?;
    let ShareArguments { id, name, .. } = arguments;
    open.holds_no_secret(&[Some(id), Some(name)])?;
    let mut draft = open.draft_of_old()?;
    let since = arguments.since.unwrap_or(open.today);
    let share = Share { name: name.clone(), since, until: arguments.until };
    draft.share(id, &share).map_err(|refusal| open.refusal(refusal))?;
    open.write(&draft)?;
    let until = arguments.until.map(|until| until.to_string());
    open.tell(AboutLedger::Shared { id, name, until: until.as_deref() })
}

fn revoke(arguments: &RevokeArguments) -> Result<Exit, Failure> {
    let open = Open::new(&arguments.place)?;
    let id = &arguments.id;
    open.holds_no_secret(&[Some(id)])?;
    let mut draft = open.draft_of_old()?;
    draft.revoke(id, arguments.on.unwrap_or(open.today)).map_err(|refusal| open.refusal(refusal))?;
    open.write(&draft)?;
    open.tell(AboutLedger::Gone { id })
}

fn left(arguments: &LeftArguments) -> Result<Exit, Failure> {
    let open = Open::new(&arguments.place)?;
    let name = &arguments.name;
    open.holds_no_secret(&[Some(name)])?;
    let mut draft = open.draft_of_old()?;
    draft.leave(name, arguments.on.unwrap_or(open.today)).map_err(|refusal| open.refusal(refusal))?;
    let ledger = open.write(&draft)?;
    let knows = |id: &&str| {
        let entry = ledger.entry(id);
        entry.is_some_and(|entry| ledger.knowers(entry, open.today).iter().any(|knower| knower.name == name))
    };
    let ids: Vec<&str> = ledger.entries().iter().map(|entry| entry.id.as_str()).filter(knows).collect();
    if ids.is_empty() {
        return open.tell(AboutLedger::LeftClean { name });
    }
    let ids = ids.join(if open.lang == Lang::Ja { "、" } else { ", " });
    open.tell(AboutLedger::LeftKnowing { name, ids: &ids })
}

fn deadline(ledger: &Ledger, id: &str) -> String {
    ledger.entry(id).map(|entry| entry.deadline().to_string()).unwrap_or_default()
}
