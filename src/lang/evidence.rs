//! What `kagiban evidence` and `kagiban answers` say.

pub(super) mod en;
pub(super) mod ja;

use serde::{Deserialize, Serialize};

/// What speaks for or against something; nothing here says that anybody complies with anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Something measured speaks for it.
    EvidenceFound,
    /// Something measured speaks against it.
    EvidenceAgainst,
    /// People say so, and nothing was measured.
    DeclaredOnly,
    /// Nothing can be said.
    NotAssessable,
    /// There is nothing that it is about.
    NotApplicable,
}

/// Why a question has its state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// Open findings.
    OpenFindings,
    /// A complete audit found none.
    NoneOpen,
    /// Only files were audited.
    HistoryNotAudited,
    /// Not everything could be read.
    Incomplete,
    /// Rules or files were left out.
    Narrowed,
    /// The clone is shallow.
    Shallow,
    /// No run is on record.
    NoRuns,
    /// Lines of the history are not what they were.
    BrokenHistory,
    /// The history is too short.
    TooFewRuns,
    /// Complete runs at most 30 days apart; counts them.
    RegularRuns,
    /// More than 30 days without a complete run; counts the days.
    Gap,
    /// No run saw anything critical or high; counts the runs.
    NothingToMend,
    /// Mended in time; counts them.
    InTime,
    /// Mended late, or still open past the time; counts them.
    Late,
    /// Open, and the time is not over; counts them.
    StillInTime,
    /// No ledger.
    NoLedger,
    /// A ledger without a live credential.
    EmptyLedger,
    /// The ledger knows credentials past their day; counts them.
    LedgerOverdue,
    /// By the ledger none is; counts the live ones.
    LedgerDeclared,
    /// The ledger names nobody.
    NoPeople,
    /// The ledger names people; counts them.
    PeopleDeclared,
    /// No outside party was seen.
    NoParties,
    /// Outside parties are listed; counts them.
    PartiesListed,
    /// Nothing was found against it, which is little where files show only a part.
    NothingAgainst,
    /// This version has no rule for it.
    NoRule,
    /// People have to answer it.
    ByPeople,
    /// Operations with buyers' data are listed; counts them.
    OperationsListed,
    /// None was seen.
    NoOperations,
}

/// What is missing for an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Missing {
    /// Any run.
    Run,
    /// A complete run.
    CompleteRun,
    /// A complete run over the whole history.
    HistoryRun,
    /// A second run, so that there is an interval.
    SecondRun,
    /// A run history that holds together.
    Whole,
    /// A ledger.
    Ledger,
    /// A credential in the ledger.
    LedgerEntry,
    /// Rules that look for it.
    Rule,
    /// Room: the shortest answer is longer than the form takes.
    Room,
    /// Anything that could be measured: people have to answer it.
    Measure,
}

/// Sentences about evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AboutEvidence<'a> {
    /// The name of the record.
    Title,
    /// When and by what it was made.
    Made {
        /// The day.
        day: &'a str,
        /// The version of the program.
        version: &'a str,
        /// The beginning of the digest of the rules.
        rules: &'a str,
        /// How many rules.
        count: usize,
        /// The date of the policies.
        policy: &'a str,
    },
    /// What it is and is not.
    Intro,
    /// Heading.
    Questions,
    /// Column.
    Question,
    /// Column.
    StateHead,
    /// Column.
    Why,
    /// Column.
    Clauses,
    /// A question.
    Item {
        /// Its id.
        id: &'a str,
    },
    /// A state.
    State(State),
    /// Why.
    Because {
        /// The reason.
        reason: Reason,
        /// How many, where it counts.
        count: u64,
    },
    /// Heading.
    Scope,
    /// What was read: files.
    Files,
    /// What was read: history.
    History,
    /// Names of facts of the scope.
    Mode,
    /// Name of a fact.
    Remotes,
    /// Name of a fact.
    Head,
    /// Name of a fact.
    Refs,
    /// Name of a fact.
    Commits,
    /// Name of a fact.
    FilesRead,
    /// Name of a fact.
    Shallow,
    /// Name of a fact.
    Complete,
    /// Yes.
    Yes,
    /// No.
    No,
    /// Heading.
    LeftOut,
    /// Heading.
    Findings,
    /// Column.
    Severity,
    /// Column.
    Open,
    /// None is open.
    NoneOpen,
    /// Column.
    Finding,
    /// Column.
    Place,
    /// Column.
    FirstSeen,
    /// Heading.
    Accepted,
    /// Column.
    Owner,
    /// Column.
    ReasonHead,
    /// Column.
    Until,
    /// Heading.
    Rotated,
    /// Column.
    Key,
    /// Column.
    Since,
    /// What is gone since the run before.
    FixedSince {
        /// How many.
        count: usize,
        /// The day of that run.
        day: &'a str,
    },
    /// There is no run to compare with.
    NoLastRun,
    /// Heading.
    TimeToFix,
    /// Column.
    DaysMax,
    /// Column.
    InTime,
    /// Column.
    Late,
    /// Column.
    Median,
    /// Column.
    Overdue,
    /// How the days are counted.
    TimeNote,
    /// Heading.
    Ledger,
    /// There is none.
    NoLedger,
    /// That its dates are declared.
    LedgerNote,
    /// Column.
    Issued,
    /// Column.
    RotateBy,
    /// Heading.
    Parties,
    /// None was seen.
    NoParties,
    /// Column.
    Host,
    /// Column.
    Category,
    /// Column.
    Gets,
    /// Whether they were declared is not known.
    PartiesNote,
    /// Heading.
    Runs,
    /// There is none.
    NoRuns,
    /// Column.
    Day,
    /// What it proves and how long to keep it.
    Bounds,
    /// Verification: the history holds.
    Holds {
        /// How many runs.
        runs: usize,
        /// The first day.
        first: &'a str,
        /// The last day.
        last: &'a str,
    },
    /// Verification: it does not.
    Broken {
        /// How many faults.
        count: usize,
        /// How many runs.
        runs: usize,
    },
    /// A line that is no run.
    Unreadable {
        /// Its number.
        line: u64,
    },
    /// A line that was changed.
    Changed {
        /// Its name.
        name: &'a str,
        /// The day of its run.
        day: &'a str,
    },
    /// A line that is named and not there.
    Unknown {
        /// Its name.
        name: &'a str,
        /// The day of the run that names it.
        day: &'a str,
    },
    /// A line that an earlier commit holds.
    Removed {
        /// Its name.
        name: &'a str,
        /// The day of its run.
        day: &'a str,
    },
    /// A line that is there several times.
    Duplicate {
        /// Its name.
        name: &'a str,
        /// The day of its run.
        day: &'a str,
        /// How often.
        count: usize,
    },
    /// Days without a complete run.
    Gap {
        /// From.
        from: &'a str,
        /// To; none for until now.
        to: Option<&'a str>,
        /// How many.
        days: i64,
    },
    /// Several lines go on from one.
    Fork {
        /// Its name.
        name: &'a str,
        /// How many.
        count: usize,
    },
    /// Several lines begin the history.
    Beginnings {
        /// How many.
        count: usize,
    },
    /// Several ends.
    Ends {
        /// How many.
        count: usize,
    },
    /// The earlier commit has no such file.
    NotThereThen,
    /// What verification proves and what not.
    ProvesOrder,
    /// A record was added.
    Added {
        /// The file.
        path: &'a str,
        /// The day of the run.
        day: &'a str,
    },
    /// It was there already.
    AlreadyThere {
        /// The day of the run.
        day: &'a str,
    },
    /// A record would show a secret, so it is not written.
    WouldLeak {
        /// The rules that found something.
        rules: &'a str,
    },
    /// What to do about that.
    WouldLeakHelp,
    /// There is no run history.
    NoHistory {
        /// The file.
        path: &'a str,
    },
    /// How to begin one.
    BeginOne,
    /// The history has lines that are no runs.
    CannotAppend {
        /// The first of them.
        line: u64,
    },
    /// What to do about that.
    CannotAppendHelp,
    /// An answer cannot be given.
    NoAnswer,
    /// What is missing.
    Missing(Missing),
    /// The command that measures it.
    MeasuredBy {
        /// The command.
        command: &'a str,
    },
    /// How long an answer is.
    Length {
        /// Characters.
        count: usize,
        /// Characters that the form takes.
        max: usize,
    },
}
