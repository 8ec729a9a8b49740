//! What `kagiban ledger` says, in English.

use super::{AboutDue, AboutLedger, AboutRefusal};
use crate::lang::number::grouped;

pub(in crate::lang) fn say(about: AboutLedger<'_>) -> String {
    match about {
        AboutLedger::Due(about) => due(about),
        AboutLedger::Refused(about) => refused(about),
        AboutLedger::Nothing { count } => format!("Nothing is due. {} in the ledger.", credentials(count)),
        AboutLedger::Count { count: 1 } => "1 thing is due".to_owned(),
        AboutLedger::Count { count } => format!("{} things are due", grouped(count as u64)),
        AboutLedger::Owner { name } => format!("owner: {name}"),
        AboutLedger::Dates { issued, by } => format!("issued {issued}, rotate by {by}"),
        AboutLedger::Revoked { on } => format!("revoked {on}"),
        AboutLedger::KeptIn { place } => format!("kept in: {place}"),
        AboutLedger::KnownBy { names } => format!("known by: {names}"),
        AboutLedger::Former { count: 1 } => "1 earlier value".to_owned(),
        AboutLedger::Former { count } => format!("{} earlier values", grouped(count as u64)),
        AboutLedger::Empty => "The ledger holds no credential yet.".to_owned(),
        AboutLedger::Ask { id } => format!("Value of {id} (it is not shown): "),
        AboutLedger::ByPrefix { class } => format!("Its beginning says what it is: {class}."),
        AboutLedger::Added { id, by } => {
            format!("{id}: added. Rotate it by {by}. The ledger holds its fingerprint, not its value.")
        }
        AboutLedger::Rotated { id, by } => {
            format!("{id}: rotated. The old value is noted as a former one; rotate again by {by}.")
        }
        AboutLedger::Shared { id, name, until: Some(until) } => {
            format!("{id}: shared with {name} through {until}. Rotate it when the share ends.")
        }
        AboutLedger::Shared { id, name, until: None } => {
            format!("{id}: shared with {name}, with no end. Give one with --until as soon as you know it.")
        }
        AboutLedger::Gone { id } => format!("{id}: revoked. Its history stays in the ledger."),
        AboutLedger::LeftClean { name } => format!("{name}: left, and knows no credential that is live."),
        AboutLedger::LeftKnowing { name, ids } => {
            format!(
                "{name}: left, and still knows {ids}. Rotate them, then run `kagiban ledger rotate` for each."
            )
        }
    }
}

fn credentials(count: usize) -> String {
    if count == 1 {
        "1 credential is".to_owned()
    } else {
        format!("{} credentials are", grouped(count as u64))
    }
}

fn days(days: i32) -> String {
    if days == 1 { "1 day".to_owned() } else { format!("{days} days") }
}

fn due(about: AboutDue<'_>) -> String {
    match about {
        AboutDue::RotateSoon { by, days: 0 } => format!("has to be rotated today ({by})"),
        AboutDue::RotateSoon { by, days: left } => format!("has to be rotated by {by}, in {}", days(left)),
        AboutDue::RotateOverdue { by, days: over } => {
            format!("should have been rotated by {by}, {} ago", days(over))
        }
        AboutDue::RenewSoon { by, days: 0 } => {
            format!("sellers have to authorise the app again today ({by})")
        }
        AboutDue::RenewSoon { by, days: left } => {
            format!("sellers have to authorise the app again by {by}, in {}", days(left))
        }
        AboutDue::RenewOverdue { by, days: over } => {
            format!("sellers should have authorised the app again by {by}, {} ago", days(over))
        }
        AboutDue::ShareEndsSoon { name, until } => {
            format!("the share with {name} ends on {until}: rotate it then")
        }
        AboutDue::ShareEnded { name, until } => {
            format!(
                "the share with {name} ended on {until}, and they still know the value of today: rotate it"
            )
        }
        AboutDue::LeaverKnows { name, left } => {
            format!("{name} left on {left} and still knows the value of today: rotate it")
        }
        AboutDue::AheadOfClock { day } => {
            format!(
                "clock-behind-ledger: the ledger tells of {day}, which has not come yet; one of the two is wrong"
            )
        }
    }
}

fn meant(near: Option<&str>) -> String {
    near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default()
}

fn refused(about: AboutRefusal<'_>) -> String {
    match about {
        AboutRefusal::NoLedger => "there is no kagiban-ledger.toml here".to_owned(),
        AboutRefusal::BeginOne => "`kagiban ledger add ID --owner NAME` begins one".to_owned(),
        AboutRefusal::NoEntry { id, near } => {
            format!("the ledger has no credential `{id}`{}", meant(near))
        }
        AboutRefusal::Taken { id } => {
            format!(
                "the ledger has a credential `{id}` already; `kagiban ledger rotate` gives it a new value"
            )
        }
        AboutRefusal::NoId => {
            "this is no id: use a short name of letters, digits, `-`, `_` and `.`".to_owned()
        }
        AboutRefusal::KnownValue { id } => {
            format!("this value is in the ledger already, as one of `{id}`; nothing was changed")
        }
        AboutRefusal::IsRevoked { id, on } => {
            format!("`{id}` was revoked on {on}; add a new credential instead")
        }
        AboutRefusal::Backwards { day, latest } => format!(
            "clock-behind-ledger: it would be {day}, but the ledger tells of {latest}; nothing was changed"
        ),
        AboutRefusal::GiveDay => "set the clock, or give the day with --on".to_owned(),
        AboutRefusal::EndsBefore { since } => format!("a share cannot end before it begins, on {since}"),
        AboutRefusal::Nobody { name, near } => {
            format!("nobody in the ledger is called `{name}`{}", meant(near))
        }
        AboutRefusal::NoValue => "no value came: type it when asked, or pass it on standard input".to_owned(),
        AboutRefusal::LongValue => "the value is longer than any credential".to_owned(),
        AboutRefusal::NoClass => {
            "the value does not tell what it is: give --class, such as aws-secret-access-key".to_owned()
        }
        AboutRefusal::OtherClass { given, class } => {
            format!("the value begins as `{class}` does, not as `{given}`; nothing was changed")
        }
        AboutRefusal::UnknownClass { near } => {
            format!("there is no such class of credentials{}", meant(near))
        }
        AboutRefusal::NeedsPlace { class } => format!(
            "`{class}` could be guessed from a fingerprint, so it is known by its place: give --path and --field, and no value"
        ),
        AboutRefusal::NeedsNoPlace { class } => {
            format!("`{class}` is known by its fingerprint: leave out --path and --field")
        }
        AboutRefusal::SecretAsArgument => {
            "an argument looks like a credential; arguments are kept in shell histories and process lists"
                .to_owned()
        }
        AboutRefusal::AskedFor => {
            "rotate it, since it has been shown; the value is asked for, or read from standard input"
                .to_owned()
        }
        AboutRefusal::ChangedMeanwhile => {
            "the ledger changed in the meantime, so nothing was written; run it once more".to_owned()
        }
    }
}
