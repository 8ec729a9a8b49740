//! English.

use super::number::{grouped, seconds, size};
use super::{
    AboutAudit, AboutExposure, AboutFinding, AboutFleet, AboutInventory, AboutRule, Fact, Message, Term,
};

pub(super) fn say(message: &Message<'_>) -> String {
    match *message {
        Message::Term(term) => self::term(term).to_owned(),
        Message::Fact(fact) => self::fact(fact).to_owned(),
        Message::Finding(about) => finding(about),
        Message::Exposure(about) => exposure(about),
        Message::Audit(about) => audit(about),
        Message::Fleet(about) => fleet(about),
        Message::Rule(about) => rule(about),
        Message::Inventory(about) => inventory(about),
        Message::Takeover(about) => super::takeover::en::say(about),
        Message::Evidence(about) => super::evidence::en::say(about),
        Message::Answer(about) => super::evidence::en::answer(about),
        Message::Ledger(about) => super::ledger::en::say(about),
        Message::Clauses(about) => about.say(super::Lang::En),
        Message::Page(about) => about.en(),
        Message::Hook(about) => about.en(),
        Message::Editor(about) => about.en(),
        Message::Setup(about) => about.en(),
    }
}

const fn term(term: Term) -> &'static str {
    match term {
        Term::Critical => "critical",
        Term::High | Term::Sure => "high",
        Term::Medium | Term::Likely => "medium",
        Term::Low | Term::Possible => "low",
        Term::Info => "info",
        Term::Leak => "leak",
        Term::Sharing => "sharing",
        Term::Privilege => "privilege",
        Term::CustomerData => "customer data",
        Term::Lifecycle => "lifecycle",
        Term::Because => "because",
        Term::Severity => "severity",
        Term::Exposure => "exposure",
        Term::AlsoAt => "also at",
        Term::Finding => "finding",
        Term::Place => "place",
        Term::Note => "note",
        Term::Why => "Why it matters",
        Term::WhatToDo => "What to do",
        Term::Confidence => "confidence",
        Term::Family => "family",
        Term::Policy => "What Amazon's policies demand",
        Term::Recognised => "How it is recognised",
        Term::Warning => "warning",
        Term::Next => "next",
    }
}

const fn fact(fact: Fact) -> &'static str {
    match fact {
        Fact::AlreadyThere => "it was there before this change and does not count",
        Fact::HistoryOnly => "only in history, no longer in the present tree",
        Fact::InArchive => "inside an archive",
        Fact::CommentedOut => "in a comment, which protects nothing",
        Fact::Encoded => "encoded, which is not encrypted",
        Fact::Unreachable => "in an object that no branch or tag reaches",
        Fact::Unreadable => "cannot be read",
        Fact::Damaged => "damaged",
        Fact::MissingObject => "the object is missing from the repository",
        Fact::ChangedWhileRead => "changed while it was read",
        Fact::Shallow => "the clone is shallow and history ends here",
        Fact::SubmoduleAbsent => "the submodule is not checked out",
        Fact::Encrypted => "encrypted",
        Fact::TooLarge => "larger than the limit (--max-file-size)",
        Fact::TooDeep => "nested deeper than the limit",
        Fact::TooMany => "more members than the limit",
        Fact::Expansion => "expands to more than the limit",
        Fact::Unsupported => "the format is not read",
        Fact::SpecialFile => "a pipe, socket or device",
        Fact::BecausePushed => "pushed to a remote",
        Fact::BecauseHourPassed => "it is older than the hour it works for",
        Fact::BecauseAddressExpired => "the address has expired by its own date",
        Fact::BecauseSecretOutlived => {
            "client secrets of the Selling Partner API work for 180 days and 7 after a rotation, and this one is older"
        }
        Fact::BecauseMwsDeleted => {
            "keys of Marketplace Web Service for selling were deleted in April 2024, and this one is older"
        }
        Fact::BecausePayHonours => "Amazon Pay still honours such keys",
        Fact::BecauseOverdue => "the date has passed",
        Fact::BecauseDueSoon => "the date is near, and has not passed",
        Fact::BecauseShouldBeDead => "this value should have stopped working by now",
        Fact::BecauseNoLedger => "no ledger says whether it was rotated",
        Fact::AllowWithoutRule => "it names no rule",
        Fact::AllowOfFamily => "it names a family, and only one rule at a time can be accepted",
        Fact::AllowWithoutReason => "it gives no reason (reason=\"…\")",
        Fact::AllowWithoutEnd => "it has neither until=2027-01-31 nor false-positive",
        Fact::AllowWithTwoEnds => "it has both until and false-positive",
        Fact::AllowWithBadDate => "its date is not written as 2027-01-31, or there is no such day",
        Fact::AllowOfGuessable => {
            "the secret could be guessed, so only an [[allow]] with until in kagiban.toml accepts it"
        }
        Fact::StandardInput => "standard input",
        Fact::CommitMessage => "the commit message",
        Fact::TagMessage => "the tag message",
        Fact::GitNote => "the git note",
        Fact::RefName => "the name of a branch or tag",
        Fact::FileName => "the file name",
        Fact::LinkTarget => "the target of the symbolic link",
        Fact::RemoteUrl => "the address of the remote",
        Fact::Author => "the author of the commit",
    }
}

fn finding(about: AboutFinding<'_>) -> String {
    match about {
        AboutFinding::Secret { title, redacted, length: Some(length) } => {
            format!("{title}: `{redacted}`, {}.", counted(length, "character", "characters"))
        }
        AboutFinding::Secret { title, redacted, length: None } => format!("{title}: `{redacted}`."),
        AboutFinding::Fault { title } => format!("{title}."),
        AboutFinding::RecognisedBy { evidence } => format!("Recognised by {evidence}."),
        AboutFinding::At { place } => format!("It is in {place}."),
        AboutFinding::Evidence { kind, text, weight } => evidence(kind, text, weight),
        AboutFinding::Set { parts } => {
            format!("A credential set: {} that belong together", counted(parts, "finding", "findings"))
        }
        AboutFinding::Length(length) => counted(length, "character", "characters"),
        AboutFinding::FurtherPlaces(count) => counted(count, "further place", "further places"),
        AboutFinding::AndMore(count) => format!("and {} more", grouped(count as u64)),
        AboutFinding::InCommit { place, commit } => format!("{place} (commit {commit})"),
        AboutFinding::MemberLine { member, line } => format!("{member}, line {}", grouped(line)),
    }
}

fn exposure(about: AboutExposure<'_>) -> String {
    match about {
        AboutExposure::Untracked => "not tracked by git".to_owned(),
        AboutExposure::Ignored { by: Some(by) } => format!("ignored by git ({by})"),
        AboutExposure::Ignored { by: None } => "ignored by git".to_owned(),
        AboutExposure::Unstaged => "in a tracked file, not staged".to_owned(),
        AboutExposure::Staged => "staged for the next commit".to_owned(),
        AboutExposure::Committed => "committed, not known to be pushed".to_owned(),
        AboutExposure::Pushed { remotes: "" } => "pushed".to_owned(),
        AboutExposure::Pushed { remotes } => format!("pushed to {remotes}"),
        AboutExposure::Authors(count) => counted(count, "author", "authors"),
        AboutExposure::Commits(count) => counted(count, "commit", "commits"),
        AboutExposure::FirstSeen { days: 0 } => "first seen today".to_owned(),
        AboutExposure::FirstSeen { days } => format!("first seen {} ago", counted(days, "day", "days")),
        AboutExposure::FirstCommit(commit) => format!("first in commit {commit}"),
        AboutExposure::GoneFromHead => "no longer at HEAD".to_owned(),
        AboutExposure::AtLeast => "at least this much: the search was cut short".to_owned(),
    }
}

fn fleet(about: AboutFleet<'_>) -> String {
    let in_repositories = |count: usize| counted(count, "repository", "repositories");
    let of_clients = |count: usize, clients: usize| match clients {
        0 => in_repositories(count),
        _ => format!("{} of {}", in_repositories(count), counted(clients, "client", "clients")),
    };
    match about {
        AboutFleet::Repositories { count, broken, missing } => {
            let mut said = in_repositories(count);
            if broken > 0 {
                said.push_str(&format!(", {} could not be audited", grouped(broken as u64)));
            }
            if missing > 0 {
                said.push_str(&format!(", {} without a result", grouped(missing as u64)));
            }
            said
        }
        AboutFleet::MissingShards { shards, count } => {
            format!("no result of shard {shards} of {}", grouped(count.into()))
        }
        AboutFleet::Credential { title, what, count, clients, names } => {
            format!("the same credential in {}: {title} `{what}`: {names}", of_clients(count, clients))
        }
        AboutFleet::Owner { what, count, clients, names } => {
            format!("keys of one owner in {}, `{what}` among them: {names}", of_clients(count, clients))
        }
        AboutFleet::Party { what, count, clients, names } => {
            format!("{what} gets data from {}: {names}", of_clients(count, clients))
        }
        AboutFleet::Done { audited, unchanged, broken } => format!(
            "{} audited, {} unchanged since their last result, {} broken",
            in_repositories(audited),
            grouped(unchanged as u64),
            grouped(broken as u64)
        ),
    }
}

fn audit(about: AboutAudit<'_>) -> String {
    match about {
        AboutAudit::NotShown { count } => not_shown(count),
        AboutAudit::Sets { count, places } => sets(count, places),
        AboutAudit::Files { files, bytes, commits: 0 } => {
            format!("{} ({})", counted(files, "file", "files"), size(bytes))
        }
        AboutAudit::Files { files, bytes, commits } => {
            let commits = counted(commits, "commit", "commits");
            format!("{} ({}) of {commits}", counted(files, "file", "files"), size(bytes))
        }
        AboutAudit::Objects { objects, bytes, commits } => {
            let commits = counted(commits, "commit", "commits");
            format!("{} ({}) of {commits}", counted(objects, "object", "objects"), size(bytes))
        }
        AboutAudit::Input { bytes } => format!("standard input ({})", size(bytes)),
        AboutAudit::Took { audited, milliseconds: 0 } => format!("Audited {audited}."),
        AboutAudit::Took { audited, milliseconds } => {
            format!("Audited {audited} in {} s.", seconds(milliseconds))
        }
        AboutAudit::Clean { audited } => format!("Nothing found. {audited}"),
        AboutAudit::CleanButIncomplete { audited } => {
            format!("Nothing found in what could be read, but the audit is incomplete. {audited}")
        }
        AboutAudit::Findings { count } => counted(count, "finding", "findings"),
        AboutAudit::CountOf { count, word } => format!("{} {word}", grouped(count as u64)),
        AboutAudit::DoNotCount { count: 1 } => {
            "1 of them was there before this change and does not count.".to_owned()
        }
        AboutAudit::DoNotCount { count } => {
            format!("{} of them were there before this change and do not count.", grouped(count as u64))
        }
        AboutAudit::Incomplete { count } => format!(
            "the audit is incomplete: {} could not be audited, and nothing is known about what is there",
            counted(count, "item", "items")
        ),
        AboutAudit::Limited { count } => {
            format!("{} left out or read in part because of a limit", were(count, "item", "items"))
        }
        AboutAudit::Skipped { path, reason } => format!("{path}: {reason}"),
        AboutAudit::Suppressed { count, by } => {
            format!("{} accepted and not shown: {by}.", were(count, "finding", "findings"))
        }
        AboutAudit::ByComment(count) => format!("{} by a comment", grouped(count as u64)),
        AboutAudit::ByConfig(count) => format!("{} by kagiban.toml", grouped(count as u64)),
        AboutAudit::ByBaseline(count) => format!("{} by the baseline", grouped(count as u64)),
        AboutAudit::AddedInChange { count: 1 } => {
            "1 of these acceptances comes from the audited change itself".to_owned()
        }
        AboutAudit::AddedInChange { count } => {
            format!("{} of these acceptances come from the audited change itself", grouped(count as u64))
        }
        AboutAudit::SkippedByAuthor { commit, reason } => {
            format!("commit {commit} was not audited by its author's hook (KAGIBAN_SKIP): {reason}")
        }
        AboutAudit::UnusedSuppression { name } => format!("this suppression suppresses nothing: {name}"),
        AboutAudit::EndingSuppression { name, date } => format!("this suppression ends on {date}: {name}"),
        AboutAudit::VoidSuppression { name, reason } => {
            format!("this suppression does not hold: {name}: {reason}")
        }
        AboutAudit::AllowOfUnknownRule { near: Some(near) } => {
            format!("there is no such rule; did you mean `{near}`?")
        }
        AboutAudit::AllowOfUnknownRule { near: None } => "there is no such rule".to_owned(),
        AboutAudit::LeftOut { count, limit } => format!(
            "{} not in this file, which holds the {} worst.",
            are(count, "finding", "findings"),
            grouped(limit as u64)
        ),
        AboutAudit::ExplainNext => "what it means and what to do, in full".to_owned(),
    }
}

fn inventory(about: AboutInventory<'_>) -> String {
    match about {
        AboutInventory::Parties { count: 0 } => {
            "No outside party was seen to get credentials or order data.".to_owned()
        }
        AboutInventory::Parties { count: 1 } => "1 outside party gets credentials or order data:".to_owned(),
        AboutInventory::Parties { count } => {
            format!("{} outside parties get credentials or order data:", grouped(count as u64))
        }
        AboutInventory::Category { category } | AboutInventory::Kind { kind: category } => {
            category.replace('-', " ")
        }
        AboutInventory::Bounds => {
            "The list holds what the code of this tree sends, as far as it can be followed; \
                                   docs/sharing.md says how far that is."
                .to_owned()
        }
    }
}

fn rule(about: AboutRule<'_>) -> String {
    match about {
        AboutRule::Token { prefix: "" } => "A value of a shape that nothing else has.".to_owned(),
        AboutRule::Token { prefix } => format!("A value that begins with `{prefix}`, anywhere in text."),
        AboutRule::Named { names } => format!("A value under a name such as {names}."),
        AboutRule::Position { characters, lines } => format!(
            "A value beside its partner, at most {} and {} away.",
            counted(characters, "character", "characters"),
            counted(lines, "line", "lines")
        ),
        AboutRule::Set { all } => format!("Findings that stand in one document: {all}."),
        AboutRule::SetWith { with } => format!("These join them where they are there: {with}."),
        AboutRule::Structure => "The structure of the files around it.".to_owned(),
        AboutRule::NeedsSellerContext => "Only in a document about selling on Amazon.".to_owned(),
        AboutRule::NeedsPayContext => "Only in a document about Amazon Pay.".to_owned(),
        AboutRule::NeedsAccountContext => "Only in a document about an Amazon account.".to_owned(),
        AboutRule::Identifier => {
            "It is an identifier and no secret; it is shown with --identifiers.".to_owned()
        }
        AboutRule::Guessable => {
            "Its values could be guessed, so nothing of them is shown or compared.".to_owned()
        }
        AboutRule::AsAbove { title } => format!("{title} (see above)"),
        AboutRule::WithFindings { count } => counted(count, "finding", "findings"),
        AboutRule::PolicyRead { date } => format!("As the policies stood on {date}."),
        AboutRule::Rules { count } => counted(count, "rule", "rules"),
        AboutRule::ExplainHint => "`kagiban explain RULE` says what one means and what to do.".to_owned(),
    }
}

fn not_shown(count: usize) -> String {
    let further = counted(count, "further finding", "further findings");
    format!("not shown here: {further}; `--report kagiban.html` and `--format jsonl` have all")
}

fn sets(count: usize, places: &str) -> String {
    format!("{}: {places}", counted(count, "credential set", "credential sets"))
}

pub(super) fn counted(count: impl TryInto<u64>, one: &str, many: &str) -> String {
    let count = count.try_into().unwrap_or(u64::MAX);
    format!("{} {}", grouped(count), if count == 1 { one } else { many })
}

fn were(count: usize, one: &str, many: &str) -> String {
    format!("{} {}", counted(count, one, many), if count == 1 { "was" } else { "were" })
}

fn are(count: usize, one: &str, many: &str) -> String {
    format!("{} {}", counted(count, one, many), if count == 1 { "is" } else { "are" })
}

/// Kinds are words joined by hyphens; a few want more words than their names have.
fn evidence(kind: &str, text: &str, weight: i32) -> String {
    let kind = match kind {
        "member" => "parts".to_owned(),
        "partner" => "paired value".to_owned(),
        "first-seen" => "days since first seen".to_owned(),
        "absent-authors" => "authors without a commit for 90 days".to_owned(),
        "rows" => "rows with buyers".to_owned(),
        "orders" => "orders with buyers".to_owned(),
        "entries" => "records with buyers".to_owned(),
        kind => kind.replace('-', " "),
    };
    let said = if text.is_empty() { kind } else { format!("{kind} `{text}`") };
    if weight == 0 { said } else { format!("{said} ({weight:+})") }
}
