//! What `kagiban takeover` says.

pub(super) mod en;
pub(super) mod ja;

/// Sentences of the report that is given to the owner when a project changes hands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AboutTakeover<'a> {
    /// The name of the report.
    Title,
    /// What it is for.
    Intro {
        /// The project.
        project: &'a str,
    },
    /// When and by what it was made.
    Made {
        /// The day.
        date: &'a str,
        /// The version.
        version: &'a str,
    },
    /// Heading.
    InShort,
    /// No key has to be replaced.
    NoKeys,
    /// How many keys have to be replaced.
    Keys {
        /// How many.
        count: usize,
    },
    /// How many of them left the computer.
    Outside {
        /// How many.
        count: usize,
    },
    /// How many were replaced, by the ledger.
    AlreadyReplaced {
        /// How many.
        count: usize,
    },
    /// How many other faults there are.
    OtherFaults {
        /// How many.
        count: usize,
    },
    /// Not everything could be read.
    NotAll,
    /// Heading.
    Replace,
    /// Why replacing is what helps.
    ReplaceWhy,
    /// Column.
    Key,
    /// Column.
    Where,
    /// Column.
    HowFar,
    /// Column.
    Knows,
    /// Column.
    WhatToDo,
    /// Column.
    Owner,
    /// Column.
    By,
    /// Column.
    Since,
    /// Column.
    Risk,
    /// Column.
    Finding,
    /// Who knows it is not known.
    Unknown,
    /// How far it got is not known.
    NotKnown,
    /// Heading.
    Done,
    /// What still is to do about them.
    DoneWhy,
    /// Heading.
    Ends,
    /// What is to do about short-lived values.
    EndsWhy,
    /// Heading.
    Steps,
    /// Heading.
    Others,
    /// Heading.
    People,
    /// There is no ledger.
    NoLedger,
    /// The ledger holds no live key.
    EmptyLedger,
    /// Heading.
    DueNow,
    /// Heading.
    Tell,
    /// The owner.
    TellOwner,
    /// Amazon, because keys got outside.
    TellAmazon,
    /// Amazon, if keys got outside.
    TellAmazonIf,
    /// Those who know a key and should not any more.
    TellPeople {
        /// Their names.
        names: &'a str,
    },
    /// Everybody, since there is no ledger.
    TellEverybody,
    /// A lawyer, because buyers' data was found.
    TellBuyers,
    /// Whoever runs the AWS account.
    TellAws,
    /// The outside parties that get keys or orders.
    TellParties,
    /// Heading.
    SignOff,
    /// An item.
    CheckReplaced {
        /// Which key.
        what: &'a str,
    },
    /// An item.
    CheckRemoved,
    /// An item.
    CheckCopies,
    /// An item.
    CheckAccess,
    /// An item.
    CheckLedger,
    /// An item.
    CheckHook,
    /// An item.
    CheckAgain,
    /// Behind an item: who did it, and when.
    DateAndName,
    /// A signature.
    HandedOver,
    /// A signature.
    TakenOver,
    /// A signature.
    OnBehalf,
    /// Heading.
    Limits,
    /// What it cannot know.
    LimitsWhy,
    /// Before what could not be read.
    LeftOut,
    /// The sentence that ends every advice.
    Never,
}
