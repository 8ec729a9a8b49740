//! What `kagiban evidence` and `kagiban answers` say, in English.

use super::{AboutEvidence, Missing, Reason, State};
use crate::lang::AboutAnswer;
use crate::lang::number::grouped;

pub(in crate::lang) fn say(about: AboutEvidence<'_>) -> String {
    match about {
        AboutEvidence::Made { day, version, rules, count, policy } => format!(
            "Made on {day} with Kagiban {version}, {} rules ({rules}). Clause numbers are those of Amazon's policies as read on {policy}; newer editions may number them otherwise.",
            grouped(count as u64)
        ),
        AboutEvidence::Item { id } => item(id).to_owned(),
        AboutEvidence::State(state) => self::state(state).to_owned(),
        AboutEvidence::Because { reason, count } => because(reason, count),
        AboutEvidence::FixedSince { count: 0, day } => {
            format!("Nothing that was open at the run of {day} is gone since.")
        }
        AboutEvidence::FixedSince { count, day } => {
            format!(
                "{} open at the run of {day} and no longer open now.",
                were(count as u64, "finding was", "findings were")
            )
        }
        AboutEvidence::Missing(missing) => self::missing(missing).to_owned(),
        AboutEvidence::MeasuredBy { command } => format!("measured by: {command}"),
        AboutEvidence::Length { count, max } => format!("({count} of {max} characters)"),
        verdict => of_verdict(verdict),
    }
}

fn of_verdict(about: AboutEvidence<'_>) -> String {
    match about {
        AboutEvidence::Holds { runs, first, last } => format!(
            "The run history holds together: {} from {first} to {last}.",
            were(runs as u64, "run", "runs")
        ),
        AboutEvidence::Broken { count, runs } => format!(
            "The run history does not hold: {} in {}.",
            were(count as u64, "fault", "faults"),
            were(runs as u64, "run", "runs")
        ),
        AboutEvidence::Unreadable { line } => {
            format!("line {line} is no run, such as a conflict mark or a line cut off")
        }
        AboutEvidence::Changed { name, day } => {
            format!("the line {name} of {day} was changed after it was written")
        }
        AboutEvidence::Unknown { name, day } => format!(
            "the line {name} is missing: the run of {day} names it, and it was taken out or written anew"
        ),
        AboutEvidence::Removed { name, day } => {
            format!("the line {name} of {day} is in that commit and no longer in the file")
        }
        AboutEvidence::Duplicate { name, day, count } => {
            format!("the line {name} of {day} is there {count} times")
        }
        AboutEvidence::Gap { from, to: Some(to), days } => {
            format!("{days} days without a complete run, from {from} to {to}")
        }
        AboutEvidence::Gap { from, to: None, days } => {
            format!("{days} days without a complete run, since {from}")
        }
        AboutEvidence::Fork { name, count } => {
            format!("{count} lines go on from {name}, as after a merge of branches")
        }
        AboutEvidence::Beginnings { count } => {
            format!("{count} lines begin the history, as when branches began one each")
        }
        AboutEvidence::Ends { count } => {
            format!("the history has {count} ends; the next run that is added joins them")
        }
        AboutEvidence::Added { path, day } => format!("{path}: the run of {day} was added"),
        AboutEvidence::AlreadyThere { day } => format!("The run of {day} is in the history already."),
        AboutEvidence::WouldLeak { rules } => {
            format!("the record would show what it must not, by {rules}; it was not written")
        }
        AboutEvidence::NoHistory { path } => format!("{path}: there is no run history"),
        AboutEvidence::CannotAppend { line } => {
            format!("line {line} of the run history is no run, so nothing was added")
        }
        plain => without_parts(plain).to_owned(),
    }
}

/// The sentences that name nothing.
fn without_parts(about: AboutEvidence<'_>) -> &'static str {
    match about {
        AboutEvidence::Title => "Record of a credential audit",
        AboutEvidence::Intro => {
            "This record says what was audited, what was found and what was not looked at. Each question has a state: what was measured speaks for it or against it, it was only declared, or nothing can be said. The record judges no policy as met."
        }
        AboutEvidence::Questions => "Questions of the developer profile",
        AboutEvidence::Question => "Question",
        AboutEvidence::StateHead => "State",
        AboutEvidence::Why => "Why",
        AboutEvidence::Clauses => "Clauses",
        AboutEvidence::Scope => "What was audited",
        AboutEvidence::Files => "the files of the working tree",
        AboutEvidence::History => "every object of the repository's history",
        AboutEvidence::Mode => "Audited",
        AboutEvidence::Remotes => "Remotes",
        AboutEvidence::Head => "Commit checked out",
        AboutEvidence::Refs => "Branches, tags and other references",
        AboutEvidence::Commits => "Commits",
        AboutEvidence::FilesRead => "Files or versions of files",
        AboutEvidence::Shallow => "Shallow clone",
        AboutEvidence::Complete => "Everything could be read",
        AboutEvidence::Yes => "yes",
        AboutEvidence::No => "no",
        AboutEvidence::LeftOut => "What was left out",
        AboutEvidence::Findings => "Open findings",
        AboutEvidence::Severity => "Severity",
        AboutEvidence::Open => "Open",
        AboutEvidence::NoneOpen => "No finding is open.",
        AboutEvidence::Finding => "Finding",
        AboutEvidence::Place => "Place",
        AboutEvidence::FirstSeen => "First in the history",
        AboutEvidence::Accepted => "Accepted findings",
        AboutEvidence::Owner => "Owner",
        AboutEvidence::ReasonHead => "Reason",
        AboutEvidence::Until => "Until",
        AboutEvidence::Rotated => "Found values that are no longer in use, by the ledger",
        AboutEvidence::Key => "Key",
        AboutEvidence::Since => "Since",
        AboutEvidence::NoLastRun => "There is no earlier complete run of this kind to compare with.",
        rest => of_parts_below(rest),
    }
}

/// The sentences of the second half of a record, and those of the commands.
fn of_parts_below(about: AboutEvidence<'_>) -> &'static str {
    match about {
        AboutEvidence::TimeToFix => "Time to fix",
        AboutEvidence::DaysMax => "Days allowed",
        AboutEvidence::InTime => "Fixed in time",
        AboutEvidence::Late => "Fixed late",
        AboutEvidence::Median => "Median days",
        AboutEvidence::Overdue => "Overdue",
        AboutEvidence::TimeNote => {
            "Days run from the first recorded run that saw a finding to the first that no longer did, or to a rotation in the ledger. Accepting a finding does not fix it."
        }
        AboutEvidence::Ledger => "Rotation, by the ledger",
        AboutEvidence::NoLedger => "There is no ledger, so rotation cannot be assessed.",
        AboutEvidence::LedgerNote => {
            "The dates are declared by the people who keep the ledger; they were not measured."
        }
        AboutEvidence::Issued => "Issued",
        AboutEvidence::RotateBy => "Rotate by",
        AboutEvidence::Parties => "Outside parties",
        AboutEvidence::NoParties => {
            "The audited code was not seen to send credentials or order data to anybody outside."
        }
        AboutEvidence::Host => "Host",
        AboutEvidence::Category => "Category",
        AboutEvidence::Gets => "Gets",
        AboutEvidence::PartiesNote => "Whether they are declared to Amazon is not known to this tool.",
        AboutEvidence::Runs => "Runs of the last 13 months",
        AboutEvidence::NoRuns => "No earlier run is on record.",
        AboutEvidence::Day => "Day",
        AboutEvidence::Bounds => {
            "The run history proves the order of its runs, not who wrote them. Keep the records for the time of the agreement and 12 months after it."
        }
        AboutEvidence::NotThereThen => "That commit has no run history, so there is nothing to compare.",
        AboutEvidence::ProvesOrder => {
            "This proves the order of the runs, not who wrote them: whoever writes the whole file anew can make one that holds. `--since COMMIT` compares it with git's history, and the records kept by CI show which runs took place."
        }
        AboutEvidence::WouldLeakHelp => {
            "mend what the named rules say, most often a reason or a name that holds a credential"
        }
        AboutEvidence::BeginOne => {
            "`kagiban evidence --history --format json > evidence.json`, then `kagiban evidence append evidence.json`"
        }
        AboutEvidence::CannotAppendHelp => {
            "solve the conflict, or take the file from git; `kagiban evidence verify` names every such line"
        }
        AboutEvidence::NoAnswer => "no answer: a fact is missing",
        _ => "",
    }
}

const fn state(state: State) -> &'static str {
    match state {
        State::EvidenceFound => "evidence found",
        State::EvidenceAgainst => "evidence against",
        State::DeclaredOnly => "declared only",
        State::NotAssessable => "not assessable",
        State::NotApplicable => "not applicable",
    }
}

fn item(id: &str) -> &str {
    match id {
        "credential-exposure" => "Measures against the exposure of credentials",
        "code-scanning" => "Code is scanned every 30 days",
        "remediation" => "Findings are fixed within 7 or 30 days",
        "key-rotation" => "Keys are rotated in time",
        "outside-parties" => "Outside parties that get Amazon data",
        "roles" => "Reasons for the roles asked for",
        "test-data" => "No live keys and no buyers' data in tests",
        "logs" => "No personal data in logs",
        "least-privilege" => "Least privilege",
        "encryption" => "Encryption in transit and at rest",
        "access-review" => "Access is reviewed, and ends when people leave",
        "incident-plan" => "Incident response plan",
        "organisation" => "Network, virus protection, training, backups, devices",
        other => other,
    }
}

fn because(reason: Reason, count: u64) -> String {
    let number = grouped(count);
    match reason {
        Reason::OpenFindings => {
            format!("{} against it", were(count, "open finding speaks", "open findings speak"))
        }
        Reason::RegularRuns => format!("{number} complete runs, never more than 30 days apart"),
        Reason::TooFewRuns => format!(
            "{} on record; the interval shows only after 28 days",
            were(count, "complete run is", "complete runs are")
        ),
        Reason::Gap => format!("{number} days without a complete run"),
        Reason::NothingToMend => {
            format!("nothing critical or high was open in {}", were(count, "run", "runs"))
        }
        Reason::InTime => format!(
            "{} fixed in time, and none is late",
            were(count, "critical or high finding was", "critical or high findings were")
        ),
        Reason::Late => format!(
            "{} fixed late or still open past the time",
            were(count, "critical or high finding was", "critical or high findings were")
        ),
        Reason::StillInTime => format!(
            "{} open, and the time to fix is not over",
            were(count, "critical or high finding is", "critical or high findings are")
        ),
        Reason::LedgerOverdue => {
            format!("by the ledger {} past the day of rotation", were(count, "key is", "keys are"))
        }
        Reason::LedgerDeclared => {
            format!(
                "by the ledger {} in use, none past the day of rotation",
                were(count, "key is", "keys are")
            )
        }
        Reason::PeopleDeclared => {
            format!("the ledger names {} and what they know", were(count, "person", "people"))
        }
        Reason::PartiesListed => format!(
            "{} in the code; whether Amazon was told is not known",
            were(count, "party was seen", "parties were seen")
        ),
        Reason::OperationsListed => {
            format!("{} with buyers' data seen in the code", were(count, "operation was", "operations were"))
        }
        plain => because_plain(plain).to_owned(),
    }
}

const fn because_plain(reason: Reason) -> &'static str {
    match reason {
        Reason::NoneOpen => "a complete audit found nothing open against it",
        Reason::HistoryNotAudited => "only the files were audited; --history audits the history",
        Reason::Incomplete => "not everything could be read",
        Reason::Narrowed => "rules or files were left out of this audit",
        Reason::Shallow => "the clone is shallow, so the history ends early",
        Reason::NoRuns => "no earlier run is on record",
        Reason::BrokenHistory => "lines of the run history were changed, taken out or cannot be read",
        Reason::NoLedger => "there is no ledger",
        Reason::EmptyLedger => "the ledger holds no key in use",
        Reason::NoPeople => "the ledger names nobody besides the owners",
        Reason::NoParties => "a complete audit saw nothing sent to anybody outside",
        Reason::NothingAgainst => "nothing was found against it; the files show only a part of it",
        Reason::NoRule => "this version has no rule for it",
        Reason::ByPeople => "files do not tell; people have to answer it",
        Reason::NoOperations => "no operation with buyers' data was seen in the code",
        _ => "",
    }
}

const fn missing(missing: Missing) -> &'static str {
    match missing {
        Missing::Run => "missing: a run of the whole project on record",
        Missing::CompleteRun => "missing: a complete run with every rule on record",
        Missing::HistoryRun => {
            "missing: a complete run over the whole history, from a clone that is not shallow, on record"
        }
        Missing::SecondRun => {
            "missing: a second complete run on record, so that there is an interval to measure"
        }
        Missing::Whole => {
            "missing: a run history that holds together; lines of it were changed, taken out or cannot be read"
        }
        Missing::Ledger => "missing: a ledger that says when keys were issued",
        Missing::LedgerEntry => "missing: a key in use in the ledger",
        Missing::Rule => "missing: rules that look for it; the version that made the record has none",
        Missing::Room => "missing: room; the shortest answer is longer than the limit given by --max-chars",
        Missing::Measure => {
            "missing: a way to measure it; this tool reads files and history, so people have to answer this one"
        }
    }
}

pub(in crate::lang) fn answer(about: AboutAnswer<'_>) -> String {
    match about {
        AboutAnswer::Audited { since, version, rules, runs } => format!(
            "Since {since} our source code is audited for Amazon credentials with Kagiban {version} (rules {rules}); {} on record.",
            were(runs as u64, "run is", "runs are")
        ),
        AboutAnswer::LastHistory { day, commits, refs, open } => format!(
            "On {day} the whole history was audited ({}, {}): {} open.",
            were(commits, "commit", "commits"),
            were(refs as u64, "branch, tag or other reference", "branches, tags and other references"),
            were(open as u64, "credential finding is", "credential findings are")
        ),
        AboutAnswer::Replaced { count } => {
            format!(
                "{} no longer in use, by our key ledger.",
                were(count as u64, "found value is", "found values are")
            )
        }
        AboutAnswer::Mended { count } => {
            format!(
                "{} resolved between recorded runs.",
                were(count as u64, "earlier finding was", "earlier findings were")
            )
        }
        AboutAnswer::ClientSecret { issued, by } => {
            format!(
                "The LWA client secret was issued on {issued} and is to be rotated by {by} (dates declared by its owner)."
            )
        }
        AboutAnswer::Scans { version, rules, first, last, count, days } => format!(
            "Our code is scanned for exposed credentials and risky handling of Amazon data with Kagiban {version} (rules {rules}). From {first} to {last} {} on record, at most {} apart.",
            were(count as u64, "complete scan is", "complete scans are"),
            were(u64::try_from(days).unwrap_or_default(), "day", "days")
        ),
        AboutAnswer::LastScan { day, critical, high, medium } => {
            format!(
                "The scan of {day} left {critical} critical, {high} high and {medium} medium findings open."
            )
        }
        AboutAnswer::WithinThirtyDays => "No interval was longer than 30 days.".to_owned(),
        rest => answer_of_times_and_parties(rest),
    }
}

fn answer_of_times_and_parties(about: AboutAnswer<'_>) -> String {
    match about {
        AboutAnswer::MeasuredBy { first, last, runs } => {
            format!(
                "Times to fix are measured from {} between {first} and {last}.",
                were(runs as u64, "recorded scan", "recorded scans")
            )
        }
        AboutAnswer::Times { severity, days_max, in_time: 0, late: 0, open: 0, .. } => {
            format!("No {severity} finding was recorded (limit {days_max} days).")
        }
        AboutAnswer::Times { severity, days_max, in_time, late, open, overdue } => format!(
            "{} findings (limit {days_max} days): {in_time} fixed in time, {late} fixed late, {open} open, {overdue} of them overdue.",
            capitalised(severity)
        ),
        AboutAnswer::Longest { days } => {
            format!(
                "The longest time to fix was {}.",
                were(u64::try_from(days).unwrap_or_default(), "day", "days")
            )
        }
        AboutAnswer::Keys { live, overdue } => format!(
            "Our key ledger records owner, date of issue and date of rotation of {} in use; {} past the date of rotation (dates declared by the owners).",
            were(live as u64, "Amazon key", "Amazon keys"),
            were(overdue as u64, "key is", "keys are")
        ),
        AboutAnswer::NextRotation { day } => format!("The next rotation is due by {day}."),
        AboutAnswer::LastRotation { day } => format!("The last rotation was on {day}."),
        AboutAnswer::NoParties { day } => format!(
            "The audit of our code on {day} saw no Amazon credentials and no order data sent to outside parties."
        ),
        AboutAnswer::Parties { day, names, more: 0 } => format!(
            "By the audit of our code on {day}, Amazon credentials or order data are sent to these outside parties: {names}."
        ),
        AboutAnswer::Parties { day, names, more } => format!(
            "By the audit of our code on {day}, Amazon credentials or order data are sent to these outside parties: {names} and {}.",
            were(more as u64, "other", "others")
        ),
        AboutAnswer::TestData { day, files, is_clean: true } => format!(
            "The audit of our repository on {day} ({}) found no live credentials in tests and no files with buyers' data.",
            were(files, "file", "files")
        ),
        AboutAnswer::TestData { day, files, is_clean: false } => format!(
            "The audit of our repository on {day} ({}) found live credentials in tests or files with buyers' data; they are open findings.",
            were(files, "file", "files")
        ),
        _ => String::new(),
    }
}

/// A number with what it counts.
fn were(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(count), if count == 1 { one } else { many })
}

/// A word as a sentence begins with it.
fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
