//! What there is to say, without words.

/// A word or a heading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Term {
    /// Severity: an incident.
    Critical,
    /// Severity: mend now.
    High,
    /// Severity, and confidence: in the middle.
    Medium,
    /// Severity: mend when convenient.
    Low,
    /// Severity: worth knowing.
    Info,
    /// Confidence: the shape alone proves it.
    Sure,
    /// Confidence: context decides.
    Likely,
    /// Confidence: could well be something else.
    Possible,
    /// Family: a credential where it does not belong.
    Leak,
    /// Family: a credential that goes to someone else.
    Sharing,
    /// Family: rights wider than the work needs.
    Privilege,
    /// Family: buyers' data outside its place.
    CustomerData,
    /// Family: rotation, ownership, records.
    Lifecycle,
    /// Label before evidence.
    Because,
    /// Label before reasons for a severity.
    Severity,
    /// Label before how far a secret got.
    Exposure,
    /// Label before further places.
    AlsoAt,
    /// Heading over what was found.
    Finding,
    /// Heading over where it is.
    Place,
    /// Label before tags in words.
    Note,
    /// Label before why a rule matters.
    Why,
    /// Heading over remediation.
    WhatToDo,
    /// Label before the confidence of a rule.
    Confidence,
    /// Label before the family of a rule.
    Family,
    /// Heading over policy clauses.
    Policy,
    /// Heading over how a rule recognises its faults.
    Recognised,
    /// Label of something that must not be overlooked.
    Warning,
    /// Label before the command to run next.
    Next,
}

/// A fact that has no numbers or names in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fact {
    /// Tag: the old side of the change holds it too.
    AlreadyThere,
    /// Tag: no longer in the present tree.
    HistoryOnly,
    /// Tag: inside an archive.
    InArchive,
    /// Tag: in a comment.
    CommentedOut,
    /// Tag: behind an encoding.
    Encoded,
    /// Tag: in an object that no ref reaches.
    Unreachable,
    /// Skipped: could not be opened or read.
    Unreadable,
    /// Skipped: its bytes are not what its format says.
    Damaged,
    /// Skipped: git names it but does not hold it.
    MissingObject,
    /// Skipped: it changed while it was read.
    ChangedWhileRead,
    /// Skipped: history ends here.
    Shallow,
    /// Skipped: a submodule that is not checked out.
    SubmoduleAbsent,
    /// Skipped: encrypted.
    Encrypted,
    /// Skipped: larger than the limit.
    TooLarge,
    /// Skipped: nested deeper than the limit.
    TooDeep,
    /// Skipped: more members than the limit.
    TooMany,
    /// Skipped: expands to more than the limit.
    Expansion,
    /// Skipped: a known format that is not read.
    Unsupported,
    /// Skipped: a pipe, socket or device.
    SpecialFile,
    /// Severity: a remote has it.
    BecausePushed,
    /// Severity: an access token older than an hour.
    BecauseHourPassed,
    /// Severity: an address that has expired.
    BecauseAddressExpired,
    /// Severity: a client secret that has expired.
    BecauseSecretOutlived,
    /// Severity: a deleted key of Marketplace Web Service.
    BecauseMwsDeleted,
    /// Severity: Amazon Pay honours it.
    BecausePayHonours,
    /// Severity: its day has come.
    BecauseOverdue,
    /// Severity: its day is near.
    BecauseDueSoon,
    /// Severity: it should be dead.
    BecauseShouldBeDead,
    /// Severity: no ledger tells of it.
    BecauseNoLedger,
    /// A suppression does not hold: it names no rule.
    AllowWithoutRule,
    /// A suppression does not hold: it names a family.
    AllowOfFamily,
    /// A suppression does not hold: it gives no reason.
    AllowWithoutReason,
    /// A suppression does not hold: it has no end.
    AllowWithoutEnd,
    /// A suppression does not hold: it has a date and is a false positive too.
    AllowWithTwoEnds,
    /// A suppression does not hold: its date is none.
    AllowWithBadDate,
    /// A suppression does not hold: the secret can be guessed.
    AllowOfGuessable,
    /// Place: standard input.
    StandardInput,
    /// Place: the message of a commit.
    CommitMessage,
    /// Place: the message of a tag.
    TagMessage,
    /// Place: a git note.
    GitNote,
    /// Place: the name of a branch or tag.
    RefName,
    /// Place: the name of a file.
    FileName,
    /// Place: the target of a symbolic link.
    LinkTarget,
    /// Place: the address of a remote.
    RemoteUrl,
    /// Place: the author of a commit.
    Author,
}

/// Sentences about one finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AboutFinding<'a> {
    /// A whole sentence that shows a masked secret.
    Secret {
        /// What it is.
        title: &'a str,
        /// Its masked form.
        redacted: &'a str,
        /// Its length, where that may be told.
        length: Option<usize>,
    },
    /// A whole sentence about a fault without a secret.
    Fault {
        /// What it is.
        title: &'a str,
    },
    /// A whole sentence that names the evidence.
    RecognisedBy {
        /// The evidence, joined.
        evidence: &'a str,
    },
    /// A whole sentence that names the place, where a line number cannot.
    At {
        /// The place.
        place: &'a str,
    },
    /// One piece of evidence.
    Evidence {
        /// Its kind.
        kind: &'a str,
        /// Its text, masked.
        text: &'a str,
        /// What it counts; 0 where nothing is summed.
        weight: i32,
    },
    /// The headline of a credential set that has no rule of its own in the report.
    Set {
        /// How many findings belong to it.
        parts: usize,
    },
    /// The length of a secret.
    Length(usize),
    /// How many further places there are.
    FurtherPlaces(usize),
    /// What comes after the first few of a list.
    AndMore(usize),
    /// The place in a commit.
    InCommit {
        /// The place.
        place: &'a str,
        /// The commit, shortened.
        commit: &'a str,
    },
    /// A line of a member of a container.
    MemberLine {
        /// The members that lead there, joined.
        member: &'a str,
        /// The line.
        line: u64,
    },
}

/// Clauses about how far a secret got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AboutExposure<'a> {
    /// On disk, not known to git.
    Untracked,
    /// On disk, and git is told not to look.
    Ignored {
        /// The rule that says so, where it is known.
        by: Option<&'a str>,
    },
    /// In a tracked file, not added to the index yet.
    Unstaged,
    /// In the index.
    Staged,
    /// In a commit.
    Committed,
    /// On a remote.
    Pushed {
        /// The remotes, joined; empty where they are not known.
        remotes: &'a str,
    },
    /// Distinct authors of commits that hold it.
    Authors(u64),
    /// Commits that hold it.
    Commits(u64),
    /// Days since it was first committed.
    FirstSeen {
        /// Whole days.
        days: u64,
    },
    /// The first commit that holds it.
    FirstCommit(&'a str),
    /// HEAD no longer holds it.
    GoneFromHead,
    /// The search was cut short.
    AtLeast,
}

/// Sentences about the audit as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AboutAudit<'a> {
    /// Findings that the terminal does not show, and where they are.
    NotShown {
        /// How many.
        count: usize,
    },
    /// How many credential sets there are, and where.
    Sets {
        /// How many.
        count: usize,
        /// Their places, joined.
        places: &'a str,
    },
    /// What was audited: files of a tree, an index or a range.
    Files {
        /// How many files.
        files: u64,
        /// How many bytes.
        bytes: u64,
        /// How many commits; 0 where none were read.
        commits: u64,
    },
    /// What was audited: objects of a history.
    Objects {
        /// How many objects.
        objects: u64,
        /// How many bytes.
        bytes: u64,
        /// How many commits.
        commits: u64,
    },
    /// What was audited: standard input.
    Input {
        /// How many bytes.
        bytes: u64,
    },
    /// What was audited and in how many milliseconds.
    Took {
        /// What was audited.
        audited: &'a str,
        /// How long it took.
        milliseconds: u64,
    },
    /// The line of a run that found nothing and left nothing out.
    Clean {
        /// What was audited.
        audited: &'a str,
    },
    /// The line of a run that found nothing in what it could read.
    CleanButIncomplete {
        /// What was audited.
        audited: &'a str,
    },
    /// How many findings there are.
    Findings {
        /// How many.
        count: usize,
    },
    /// How many of a severity or a family.
    CountOf {
        /// How many.
        count: usize,
        /// The word for them.
        word: &'a str,
    },
    /// Findings that the change did not bring.
    DoNotCount {
        /// How many.
        count: usize,
    },
    /// Something could not be read.
    Incomplete {
        /// How many things.
        count: usize,
    },
    /// A limit was hit.
    Limited {
        /// How many times.
        count: usize,
    },
    /// One thing that was left out.
    Skipped {
        /// Its path or name.
        path: &'a str,
        /// Why, in words.
        reason: &'a str,
    },
    /// Findings that were accepted.
    Suppressed {
        /// How many.
        count: usize,
        /// How many by which means, joined.
        by: &'a str,
    },
    /// Accepted by a comment.
    ByComment(usize),
    /// Accepted by `kagiban.toml`.
    ByConfig(usize),
    /// Accepted by the baseline.
    ByBaseline(usize),
    /// Acceptances that the audited change itself adds.
    AddedInChange {
        /// How many.
        count: usize,
    },
    /// A commit that its author had not audited.
    SkippedByAuthor {
        /// Its id.
        commit: &'a str,
        /// The reason given.
        reason: &'a str,
    },
    /// A suppression that suppresses nothing.
    UnusedSuppression {
        /// Its name.
        name: &'a str,
    },
    /// A suppression that ends soon.
    EndingSuppression {
        /// Its name.
        name: &'a str,
        /// When.
        date: &'a str,
    },
    /// A suppression that does not hold.
    VoidSuppression {
        /// Its name.
        name: &'a str,
        /// Why, in words.
        reason: &'a str,
    },
    /// A suppression does not hold: there is no such rule.
    AllowOfUnknownRule {
        /// The nearest rule, if one is near.
        near: Option<&'a str>,
    },
    /// Findings that did not fit into a format's limit.
    LeftOut {
        /// How many.
        count: usize,
        /// The limit.
        limit: usize,
    },
    /// What a command is for, after the command.
    ExplainNext,
}

/// Sentences about a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AboutRule<'a> {
    /// Recognised by a public prefix.
    Token {
        /// The prefix; empty where there is none to tell.
        prefix: &'a str,
    },
    /// Recognised by the name before the value.
    Named {
        /// A few of the names, joined.
        names: &'a str,
    },
    /// Recognised by the partner beside the value.
    Position {
        /// Characters between the two, at most.
        characters: usize,
        /// Lines between the two, at most.
        lines: usize,
    },
    /// Recognised by findings that stand together.
    Set {
        /// The rules of which all must be there, joined.
        all: &'a str,
    },
    /// Findings that join a set.
    SetWith {
        /// The rules, joined.
        with: &'a str,
    },
    /// Recognised by the structure of files.
    Structure,
    /// Needs the seller context.
    NeedsSellerContext,
    /// Needs the context of Amazon Pay.
    NeedsPayContext,
    /// Needs the context of an Amazon account.
    NeedsAccountContext,
    /// An identifier, shown on request.
    Identifier,
    /// Its values can be guessed, so nothing of them is shown.
    Guessable,
    /// A remediation that was printed above.
    AsAbove {
        /// Its title.
        title: &'a str,
    },
    /// How many findings a rule has.
    WithFindings {
        /// How many.
        count: usize,
    },
    /// Which texts the policy clauses were read from.
    PolicyRead {
        /// The date.
        date: &'a str,
    },
    /// How many rules a list has.
    Rules {
        /// How many.
        count: usize,
    },
    /// How to have a rule explained.
    ExplainHint,
}
