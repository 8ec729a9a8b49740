//! `ledger check` and `ledger list`: what is due, and what there is.

use std::io::{self, Write as _};

use jiff::civil::Date;

use super::open::Open;
use crate::cli::args::ledger::{CheckArguments, ListArguments};
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::output::terminal_width;
use crate::cli::plan::is_colored;
use crate::ledger::{Due, DueKind, Entry, Ledger};
use crate::model::{Severity, random_masked};
use crate::report::{Context, DueList, DueRow, FormerRow, KeyList, KeyRow, ShareRow};
use crate::settings::FailOn;

/// Lists what is due. As everywhere 1 means that something is due at or above the threshold.
pub(super) fn check(arguments: &CheckArguments) -> Result<Exit, Failure> {
    let open = Open::new(&arguments.place)?;
    let ledger = open.ledger()?;
    let due = ledger.due(open.today, open.is_public_app());
    let list = DueList {
        schema_version: 1,
        as_of: open.today.to_string(),
        credentials: ledger.entries().len(),
        due: due.iter().map(|due| due_row(due, open.today)).collect(),
    };
    let context = Context {
        catalogue: open.rules.catalogue(),
        lang: open.lang,
        width: terminal_width(),
        color: is_colored(&arguments.place.people),
        links: None,
    };
    written(|out| list.write(arguments.format.into(), &context, out))?;
    let fail_on = arguments.fail_on.or(open.settings.fail_on).unwrap_or(FailOn::AtLeast(Severity::Medium));
    let fails = due.iter().any(|due| due.rule.is_some() && fail_on.includes(due.severity));
    Ok(if fails { Exit::Findings } else { Exit::Clean })
}

/// Lists the credentials.
pub(super) fn list(arguments: &ListArguments) -> Result<Exit, Failure> {
    let open = Open::new(&arguments.place)?;
    let ledger = open.ledger()?;
    let list = KeyList {
        schema_version: 1,
        as_of: open.today.to_string(),
        credentials: ledger.entries().iter().map(|entry| key_row(entry, &ledger, open.today)).collect(),
    };
    let context = Context {
        catalogue: open.rules.catalogue(),
        lang: open.lang,
        width: terminal_width(),
        color: is_colored(&arguments.place.people),
        links: None,
    };
    written(|out| list.write(arguments.format.into(), &context, out))?;
    Ok(Exit::Clean)
}

fn written(write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>) -> Result<(), Failure> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::Output(error)),
        _ => Ok(()),
    }
}

/// Turns what is due into a row of a report.
pub(in crate::cli) fn due_row(due: &Due<'_>, today: Date) -> DueRow {
    let (kind, day, name) = match due.kind {
        DueKind::RotateSoon(by) => ("rotate-soon", by, None),
        DueKind::RotateOverdue(by) => ("rotate-overdue", by, None),
        DueKind::RenewSoon(by) => ("renew-soon", by, None),
        DueKind::RenewOverdue(by) => ("renew-overdue", by, None),
        DueKind::ShareEndsSoon(name, until) => ("share-ends-soon", until, Some(name)),
        DueKind::ShareEnded(name, until) => ("share-ended", until, Some(name)),
        DueKind::LeaverKnows(name, left) => ("leaver-knows", left, Some(name)),
        DueKind::AheadOfClock(day) => ("clock-behind-ledger", day, None),
    };
    DueRow {
        id: safe(&due.entry.id),
        class: due.entry.class.to_string(),
        owner: safe(&due.entry.owner),
        kind,
        severity: due.severity,
        rule: due.rule,
        day: day.to_string(),
        days: today.until(day).map_or(0, |span| span.get_days()),
        name: name.map(safe),
    }
}

/// Turns a credential into a row of a report.
pub(in crate::cli) fn key_row(entry: &Entry, ledger: &Ledger, today: Date) -> KeyRow {
    let days = |day: Option<Date>| day.map(|day| day.to_string());
    let prints = |fingerprint: Option<crate::model::Fingerprint>| fingerprint.map(|f| f.to_string());
    let share = |share: &crate::ledger::Share| ShareRow {
        name: safe(&share.name),
        since: share.since.to_string(),
        until: days(share.until),
    };
    let former = |former: &crate::ledger::Former| FormerRow {
        fingerprint: prints(former.fingerprint),
        issued: days(former.issued),
        rotated: former.rotated.to_string(),
    };
    KeyRow {
        id: safe(&entry.id),
        class: entry.class.to_string(),
        state: if entry.revoked.is_some() { "revoked" } else { "live" },
        fingerprint: prints(entry.fingerprint),
        path: entry.guessed.as_ref().map(|guessed| safe(&guessed.path)),
        field: entry.guessed.as_ref().map(|guessed| safe(&guessed.field)),
        owner: safe(&entry.owner),
        issued: entry.issued.to_string(),
        rotate_by: entry.deadline().to_string(),
        kept_in: entry.kept_in.as_deref().map(safe),
        shared_with: entry.shared_with.iter().map(share).collect(),
        known_by: ledger.knowers(entry, today).iter().map(|knower| safe(knower.name)).collect(),
        former: entry.former.iter().map(former).collect(),
        revoked: days(entry.revoked),
    }
}

/// What people wrote may hold what does not belong there.
pub(in crate::cli) fn safe(text: &str) -> String {
    random_masked(text).to_string()
}
