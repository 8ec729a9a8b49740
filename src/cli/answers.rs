//! `kagiban answers`: answers for Amazon's developer profile, from measured facts only.

use std::io::{self, Write as _};

use super::args::AnswersArguments;
use super::clock::Clock;
use super::evidence::{Place, history};
use super::exit::Exit;
use super::failure::Failure;
use super::plan::{ledger, rule_set, settings};
use crate::evidence::{Answer, Answers, ITEMS, Kept, Missing};
use crate::lang::{AboutEvidence, Lang, Message};
use crate::settings::{AppClass, nearest};

/// What makes a line of the run history.
const RECORD: &str =
    "kagiban evidence --history --format json > evidence.json && kagiban evidence append evidence.json";

/// Items of the form about which nothing can be measured in files.
const BY_PEOPLE: &[&str] = &[
    "backups",
    "change-management",
    "device-monitoring",
    "employee-access",
    "encryption-at-rest",
    "incident-response",
    "logging",
    "network-protection",
    "password-management",
    "privacy-policy",
];

pub(super) fn run(arguments: &AnswersArguments) -> Result<Exit, Failure> {
    let place = Place::of(&arguments.path)?;
    let settings = settings(&super::args::InputArguments::default(), &place.base)?;
    let rules = rule_set(&[], &settings, &place.base)?;
    let ledger = ledger(&place.base, rules.catalogue())?;
    let clock = Clock::new(arguments.now);
    let is_public_app = settings.own.app_class == Some(AppClass::Public);
    let kept = ledger.is_there().then(|| Kept::of(&ledger, clock.today(), is_public_app));
    let (history, lang) = (history(&place)?.unwrap_or_default(), place.lang(&arguments.people)?);
    let answers = Answers {
        history: &history,
        ledger: kept.as_ref(),
        lang,
        chars_max: arguments.max_chars,
        now: &clock.started_at(),
    };
    let asked: Vec<&str> = if arguments.items.is_empty() {
        ITEMS.to_vec()
    } else {
        arguments.items.iter().map(String::as_str).collect()
    };
    if let Some(unknown) = asked.iter().find(|item| !ITEMS.contains(item) && !BY_PEOPLE.contains(item)) {
        return Err(no_such_item(unknown));
    }
    let mut out = io::BufWriter::new(io::stdout().lock());
    let mut is_all = true;
    for (at, item) in asked.into_iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        let said = match answers.answer(item) {
            Some(Answer { said, .. }) => said,
            None => Err(vec![Missing::Measure]),
        };
        is_all &= said.is_ok();
        shown(item, &said, arguments.max_chars, lang, &mut out)?;
    }
    out.flush()?;
    Ok(if is_all { Exit::Clean } else { Exit::Findings })
}

fn no_such_item(item: &str) -> Failure {
    let near = nearest(item, ITEMS.iter().chain(BY_PEOPLE).copied());
    let hint = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    let help = format!("measured are {}; people have to answer {}", ITEMS.join(" "), BY_PEOPLE.join(" "));
    Failure::with_help(format!("there is no item `{item}`{hint}"), help)
}

fn shown(
    item: &str,
    said: &Result<String, Vec<Missing>>,
    max: usize,
    lang: Lang,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let say = |about: AboutEvidence<'_>| Message::from(about).say(lang);
    match said {
        Ok(text) => {
            let count = text.chars().count();
            writeln!(out, "{item} {}\n{text}", say(AboutEvidence::Length { count, max }))
        }
        Err(all) => {
            writeln!(out, "{item} ({})", say(AboutEvidence::NoAnswer))?;
            for missing in all {
                writeln!(out, "  {}", say(AboutEvidence::Missing(*missing)))?;
                if let Some(command) = command(*missing) {
                    writeln!(out, "  {}", say(AboutEvidence::MeasuredBy { command }))?;
                }
            }
            Ok(())
        }
    }
}

/// The command that measures what is missing.
const fn command(missing: Missing) -> Option<&'static str> {
    match missing {
        Missing::Run | Missing::CompleteRun | Missing::HistoryRun | Missing::SecondRun => Some(RECORD),
        Missing::Whole => Some("kagiban evidence verify"),
        Missing::Ledger | Missing::LedgerEntry => Some("kagiban ledger add ID --owner NAME"),
        Missing::Rule | Missing::Room | Missing::Measure => None,
    }
}
