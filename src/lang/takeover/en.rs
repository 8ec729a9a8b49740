//! What `kagiban takeover` says, in English.

use super::{AboutTakeover, TakeoverHead};
use crate::lang::number::grouped;

pub(in crate::lang) fn say(about: AboutTakeover<'_>) -> String {
    match about {
        AboutTakeover::Intro { project } => {
            format!(
                "For the owner of {project}. This report says which keys to Amazon's selling systems the project holds, how far each got, who knows it, and what has to be done when the project changes hands. No key is written in it, so it can be passed on."
            )
        }
        AboutTakeover::Made { date, version } => {
            format!("Made on {date} with Kagiban {version}.")
        }
        AboutTakeover::Keys { count: 1 } => "1 key has to be replaced.".to_owned(),
        AboutTakeover::Keys { count } => {
            let count = grouped(count as u64);
            format!("{count} keys have to be replaced.")
        }
        AboutTakeover::Outside { count: 1 } => {
            "1 of them was pushed to a server or passed on, so others may have it.".to_owned()
        }
        AboutTakeover::Outside { count } => {
            let count = grouped(count as u64);
            format!("{count} of them were pushed to a server or passed on, so others may have them.")
        }
        AboutTakeover::AlreadyReplaced { count: 1 } => {
            "1 found key was replaced already, as the ledger says.".to_owned()
        }
        AboutTakeover::AlreadyReplaced { count } => {
            let count = grouped(count as u64);
            format!("{count} found keys were replaced already, as the ledger says.")
        }
        AboutTakeover::OtherFaults { count: 1 } => "1 other fault was found.".to_owned(),
        AboutTakeover::OtherFaults { count } => {
            let count = grouped(count as u64);
            format!("{count} other faults were found.")
        }
        AboutTakeover::TellPeople { names } => {
            format!(
                "Those who know a key: {names}. Ask them in writing to delete every copy, and note the answer."
            )
        }
        AboutTakeover::CheckReplaced { what } => {
            format!("Replaced: {what}")
        }
        plain => without_parts(plain).to_owned(),
    }
}

/// The sentences that name nothing.
fn without_parts(about: AboutTakeover<'_>) -> &'static str {
    match about {
        AboutTakeover::Head(about) => head(about),
        AboutTakeover::NoKeys => "No key was found that has to be replaced.",
        AboutTakeover::NotAll => {
            "Not everything could be read, so there may be more; the end of this report says what is missing."
        }
        AboutTakeover::ReplaceWhy => {
            "Everybody who worked on the project can have a copy of these. Taking them out of the files does not stop them from working; only replacing does. Begin at the top."
        }
        AboutTakeover::Unknown => "not in the ledger: ask",
        AboutTakeover::NotKnown => "not known",
        AboutTakeover::DoneWhy => {
            "The ledger says that these values are no longer in use. Take them out of the files when convenient."
        }
        AboutTakeover::EndsWhy => {
            "These values work for minutes or hours only. There is nothing to replace, but the program that saved them should stop doing so."
        }
        AboutTakeover::NoLedger => {
            "The project has no ledger (kagiban-ledger.toml), so nobody can say who was given a key. Ask everybody who ever worked on it, and take every key above as known to all of them."
        }
        AboutTakeover::EmptyLedger => "The ledger holds no key that is in use.",
        AboutTakeover::TellOwner => {
            "The owner of the seller account: only the primary user can replace a client secret or take back an authorisation."
        }
        AboutTakeover::TellAmazon => {
            "Amazon, by mail to security@amazon.com, within 24 hours of learning of it: keys left the circle of those who may have them."
        }
        AboutTakeover::TellAmazonIf => {
            "Amazon, by mail to security@amazon.com, within 24 hours, should it turn out that somebody outside could read a key or buyers' data."
        }
        AboutTakeover::TellEverybody => {
            "Everybody who had access to the project. Ask them in writing to delete every copy, and note the answer."
        }
        AboutTakeover::TellBuyers => {
            "A lawyer, at once: data of buyers was found. The law may ask for a report within days (in Japan to the Personal Information Protection Commission, first within about 3 to 5 days, in full within 30)."
        }
        AboutTakeover::TellAws => {
            "Whoever runs the AWS account: they deactivate the key and look in CloudTrail for use that nobody knows of."
        }
        AboutTakeover::TellParties => {
            "The companies and services that keys or orders are sent to; `kagiban sinks` lists them."
        }
        AboutTakeover::CheckRemoved => "The old values are out of files, documents and exports",
        AboutTakeover::CheckCopies => "Everybody who had a copy has confirmed in writing that it is deleted",
        AboutTakeover::CheckAccess => {
            "Access was taken back: Seller Central users, code hosting, servers, secret stores"
        }
        AboutTakeover::CheckLedger => "The ledger says who holds which key from now on (`kagiban ledger`)",
        AboutTakeover::CheckHook => "Commits are audited from now on (`kagiban hook install`)",
        AboutTakeover::CheckAgain => "This report was made again and has nothing left to replace",
        AboutTakeover::LimitsWhy => {
            "It says what files and history hold. It does not know who copied them, nor whether a key still works: nothing was tried, and nothing was sent anywhere."
        }
        AboutTakeover::Never => {
            "Amazon never asks for your keys. Only trust pages you open yourself from Seller Central."
        }
        AboutTakeover::Intro { .. }
        | AboutTakeover::Made { .. }
        | AboutTakeover::Keys { .. }
        | AboutTakeover::Outside { .. }
        | AboutTakeover::AlreadyReplaced { .. }
        | AboutTakeover::OtherFaults { .. }
        | AboutTakeover::TellPeople { .. }
        | AboutTakeover::CheckReplaced { .. } => "",
    }
}

const fn head(about: TakeoverHead) -> &'static str {
    match about {
        TakeoverHead::Title => "Takeover report on credentials",
        TakeoverHead::InShort => "In short",
        TakeoverHead::Replace => "What has to be replaced, in this order",
        TakeoverHead::Key => "Key",
        TakeoverHead::Where => "Where",
        TakeoverHead::HowFar => "How far it got",
        TakeoverHead::Knows => "Known by",
        TakeoverHead::WhatToDo => "What to do",
        TakeoverHead::Owner => "Owner",
        TakeoverHead::By => "Replace by",
        TakeoverHead::Since => "Replaced on",
        TakeoverHead::Risk => "Severity",
        TakeoverHead::Finding => "Finding",
        TakeoverHead::Done => "Replaced already",
        TakeoverHead::Ends => "Ends by itself",
        TakeoverHead::Steps => "How to replace each kind",
        TakeoverHead::Others => "Other findings",
        TakeoverHead::People => "Who knows which key",
        TakeoverHead::DueNow => "What is due by the ledger",
        TakeoverHead::Tell => "Whom to tell",
        TakeoverHead::SignOff => "Sign-off",
        TakeoverHead::Limits => "What this report cannot know",
        TakeoverHead::HandedOver => "Handed over by",
        TakeoverHead::TakenOver => "Taken over by",
        TakeoverHead::OnBehalf => "For the owner",
        TakeoverHead::DateAndName => "date, name",
        TakeoverHead::LeftOut => "Not read, or not whole:",
    }
}
