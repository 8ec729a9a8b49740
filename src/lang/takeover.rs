//! What `kagiban takeover` says.

pub(super) mod en;
pub(super) mod ja;

/// Sentences of the report that is given to the owner when a project changes hands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AboutTakeover<'a> {
    /// A heading, a column or a label.
    Head(TakeoverHead),
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
    /// Why replacing is what helps.
    ReplaceWhy,
    /// Who knows it is not known.
    Unknown,
    /// How far it got is not known.
    NotKnown,
    /// What still is to do about them.
    DoneWhy,
    /// What is to do about short-lived values.
    EndsWhy,
    /// There is no ledger.
    NoLedger,
    /// The ledger holds no live key.
    EmptyLedger,
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
    /// What it cannot know.
    LimitsWhy,
    /// The sentence that ends every advice.
    Never,
}

/// Headings, columns and labels of that report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TakeoverHead {
    /// The name of the report.
    Title,
    /// Heading.
    InShort,
    /// Heading.
    Replace,
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
    /// Heading.
    Done,
    /// Heading.
    Ends,
    /// Heading.
    Steps,
    /// Heading.
    Others,
    /// Heading.
    People,
    /// Heading.
    DueNow,
    /// Heading.
    Tell,
    /// Heading.
    SignOff,
    /// Heading.
    Limits,
    /// A signature.
    HandedOver,
    /// A signature.
    TakenOver,
    /// A signature.
    OnBehalf,
    /// Behind an item: who did it, and when.
    DateAndName,
    /// Before what could not be read.
    LeftOut,
}
