//! The ledger of the place where a command runs, and what is said about it.

use std::fs;
use std::io::{self, Write as _};
use std::path::PathBuf;

use jiff::civil::Date;

use crate::cli::args::InputArguments;
use crate::cli::args::ledger::PlaceArguments;
use crate::cli::base::Base;
use crate::cli::clock::Clock;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::plan::{locale, rule_set, settings};
use crate::lang::{AboutLedger, AboutRefusal, Lang, Message};
use crate::ledger::{Draft, LEDGER_FILE, Ledger, Refusal, is_class};
use crate::rules::{Rule, RuleSet};
use crate::settings::{AppClass, Language, Settings, nearest};
use crate::source::Worktree;

/// The ledger of the place where the command runs, with what it takes to read it.
pub(super) struct Open {
    pub(super) path: PathBuf,
    /// What the file is called in diagnostics.
    pub(super) name: String,
    /// Its text; none where there is no such file.
    pub(super) text: Option<String>,
    pub(super) rules: RuleSet,
    pub(super) settings: Settings,
    pub(super) lang: Lang,
    pub(super) today: Date,
}

impl Open {
    pub(super) fn new(place: &PlaceArguments) -> Result<Self, Failure> {
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

    pub(super) fn say(&self, about: AboutLedger<'_>) -> String {
        Message::from(about).say(self.lang)
    }

    pub(super) fn refused(&self, about: AboutRefusal<'_>) -> Failure {
        Failure::usage(self.say(AboutLedger::Refused(about)))
    }

    pub(super) fn refused_with(&self, about: AboutRefusal<'_>, help: AboutRefusal<'_>) -> Failure {
        Failure::with_help(self.say(AboutLedger::Refused(about)), self.say(AboutLedger::Refused(help)))
    }

    /// The ledger, which has to be there.
    pub(super) fn ledger(&self) -> Result<Ledger, Failure> {
        match &self.text {
            Some(text) => Ledger::parse(&self.name, text, self.rules.catalogue()).map_err(Failure::Settings),
            None => Err(self.refused_with(AboutRefusal::NoLedger, AboutRefusal::BeginOne)),
        }
    }

    pub(super) fn draft(&self) -> Result<Draft, Failure> {
        Draft::open(&self.name, self.text.as_deref(), self.rules.catalogue()).map_err(Failure::Settings)
    }

    /// The draft of a ledger that has to be there.
    pub(super) fn draft_of_old(&self) -> Result<Draft, Failure> {
        self.ledger()?;
        self.draft()
    }

    pub(super) fn class(&self, id: &str) -> Result<&Rule, Failure> {
        let classes = || self.rules.catalogue().iter().filter(|rule| is_class(rule));
        classes().find(|rule| rule.id.as_str() == id).ok_or_else(|| {
            let near = nearest(id, classes().map(|rule| rule.id.as_str()));
            self.refused(AboutRefusal::UnknownClass { near })
        })
    }

    /// Writes a changed ledger. What could not be read again is not written.
    pub(super) fn write(&self, draft: &Draft) -> Result<Ledger, Failure> {
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

    pub(super) fn refusal(&self, refusal: Refusal) -> Failure {
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

    pub(super) fn is_public_app(&self) -> bool {
        self.settings.own.app_class == Some(AppClass::Public)
    }

    pub(super) fn tell(&self, about: AboutLedger<'_>) -> Result<Exit, Failure> {
        writeln!(io::stdout().lock(), "{}", self.say(about))?;
        Ok(Exit::Clean)
    }
}
