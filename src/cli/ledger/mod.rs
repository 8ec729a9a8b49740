//! `kagiban ledger`: keeps the file that says who holds which key since when.

mod open;
mod shown;
mod value;

pub(super) use shown::{due_row, key_row, safe};
pub(super) use value::without_secrets;

use std::io::{self, Write as _};

use self::open::Open;
use super::args::ledger::{
    AddArguments, LedgerArguments, LedgerCommand, LeftArguments, RevokeArguments, RotateArguments,
    ShareArguments,
};
use super::exit::Exit;
use super::failure::Failure;
use crate::lang::{AboutLedger, AboutRefusal, Lang};
use crate::ledger::{Guessed, Ledger, NewEntry, Refusal, Share};
use crate::model::RuleId;
use crate::rules::Rule;

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

/// Refuses arguments that hold a credential: whoever typed it has shown it already.
fn holds_no_secret(open: &Open, arguments: &[Option<&str>]) -> Result<(), Failure> {
    let is_any = arguments.iter().flatten().any(|text| value::holds_secret(text, &open.rules));
    if is_any {
        return Err(open.refused_with(AboutRefusal::SecretAsArgument, AboutRefusal::AskedFor));
    }
    Ok(())
}

fn add(arguments: &AddArguments) -> Result<Exit, Failure> {
    let open = Open::new(&arguments.place)?;
    let AddArguments { id, owner, kept_in, path, field, .. } = arguments;
    let texts = [Some(id.as_str()), Some(owner), kept_in.as_deref(), path.as_deref(), field.as_deref()];
    holds_no_secret(&open, &texts)?;
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
    holds_no_secret(&open, &[Some(id)])?;
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
    holds_no_secret(&open, &[Some(id), Some(name)])?;
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
    holds_no_secret(&open, &[Some(id)])?;
    let mut draft = open.draft_of_old()?;
    draft.revoke(id, arguments.on.unwrap_or(open.today)).map_err(|refusal| open.refusal(refusal))?;
    open.write(&draft)?;
    open.tell(AboutLedger::Gone { id })
}

fn left(arguments: &LeftArguments) -> Result<Exit, Failure> {
    let open = Open::new(&arguments.place)?;
    let name = &arguments.name;
    holds_no_secret(&open, &[Some(name)])?;
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
