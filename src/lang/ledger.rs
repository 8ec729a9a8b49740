//! What `kagiban ledger` says.

pub(super) mod en;
pub(super) mod ja;

/// Sentences about the ledger. Days are written as `2027-01-31`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AboutLedger<'a> {
    /// What is due.
    Due(AboutDue<'a>),
    /// Why a change is refused, or cannot be made.
    Refused(AboutRefusal<'a>),
    /// How many credentials there are, and that nothing is due.
    Nothing {
        /// How many.
        count: usize,
    },
    /// How many things are due.
    Count {
        /// How many.
        count: usize,
    },
    /// Who answers for a credential.
    Owner {
        /// Who.
        name: &'a str,
    },
    /// A credential's dates.
    Dates {
        /// When it was issued.
        issued: &'a str,
        /// When it has to be replaced.
        by: &'a str,
    },
    /// When a credential was revoked.
    Revoked {
        /// When.
        on: &'a str,
    },
    /// Where it is kept.
    KeptIn {
        /// Where.
        place: &'a str,
    },
    /// Who knows the value of today.
    KnownBy {
        /// Their names.
        names: &'a str,
    },
    /// How many earlier values are noted.
    Former {
        /// How many.
        count: usize,
    },
    /// The ledger holds no credential.
    Empty,
    /// Asks for a value.
    Ask {
        /// The credential.
        id: &'a str,
    },
    /// The value's beginning tells its class.
    ByPrefix {
        /// The class.
        class: &'a str,
    },
    /// A credential was added.
    Added {
        /// Which.
        id: &'a str,
        /// When it has to be replaced.
        by: &'a str,
    },
    /// A credential was rotated.
    Rotated {
        /// Which.
        id: &'a str,
        /// When it has to be replaced.
        by: &'a str,
    },
    /// A share was noted.
    Shared {
        /// Which.
        id: &'a str,
        /// With whom.
        name: &'a str,
        /// Through which day.
        until: Option<&'a str>,
    },
    /// A credential was revoked.
    Gone {
        /// Which.
        id: &'a str,
    },
    /// Somebody left, and knows nothing that is live.
    LeftClean {
        /// Who.
        name: &'a str,
    },
    /// Somebody left and knows live credentials.
    LeftKnowing {
        /// Who.
        name: &'a str,
        /// Which, a list.
        ids: &'a str,
    },
}

/// What is due about a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AboutDue<'a> {
    /// It has to be rotated soon.
    RotateSoon {
        /// By when.
        by: &'a str,
        /// In how many days.
        days: i32,
    },
    /// It should have been rotated.
    RotateOverdue {
        /// By when.
        by: &'a str,
        /// How many days ago.
        days: i32,
    },
    /// Sellers have to authorise again soon.
    RenewSoon {
        /// By when.
        by: &'a str,
        /// In how many days.
        days: i32,
    },
    /// Sellers should have authorised again.
    RenewOverdue {
        /// By when.
        by: &'a str,
        /// How many days ago.
        days: i32,
    },
    /// A share ends soon.
    ShareEndsSoon {
        /// Whose.
        name: &'a str,
        /// When.
        until: &'a str,
    },
    /// A share ended without a rotation.
    ShareEnded {
        /// Whose.
        name: &'a str,
        /// When.
        until: &'a str,
    },
    /// Somebody left without a rotation.
    LeaverKnows {
        /// Who.
        name: &'a str,
        /// When.
        left: &'a str,
    },
    /// A day of the ledger lies in the future.
    AheadOfClock {
        /// Which day.
        day: &'a str,
    },
}

/// Why a change is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AboutRefusal<'a> {
    /// There is no ledger.
    NoLedger,
    /// How a ledger begins.
    BeginOne,
    /// There is no such credential.
    NoEntry {
        /// What was asked for.
        id: &'a str,
        /// What may be meant.
        near: Option<&'a str>,
    },
    /// There is such a credential already.
    Taken {
        /// Its id.
        id: &'a str,
    },
    /// This cannot be an id.
    NoId,
    /// The value is known already.
    KnownValue {
        /// The credential.
        id: &'a str,
    },
    /// It was revoked.
    IsRevoked {
        /// The credential.
        id: &'a str,
        /// When.
        on: &'a str,
    },
    /// The clock went backwards.
    Backwards {
        /// The day of the change.
        day: &'a str,
        /// The latest day of the ledger.
        latest: &'a str,
    },
    /// What to do about it.
    GiveDay,
    /// A share ends before it begins.
    EndsBefore {
        /// When it begins.
        since: &'a str,
    },
    /// Nobody is called so.
    Nobody {
        /// What was asked for.
        name: &'a str,
        /// Who may be meant.
        near: Option<&'a str>,
    },
    /// No value came.
    NoValue,
    /// The value is longer than any.
    LongValue,
    /// The value does not tell its class.
    NoClass,
    /// The value begins as another kind does.
    OtherClass {
        /// The class that was given.
        given: &'a str,
        /// The class it begins as.
        class: &'a str,
    },
    /// There is no such class.
    UnknownClass {
        /// The one that may be meant.
        near: Option<&'a str>,
    },
    /// A kind that could be guessed needs a place.
    NeedsPlace {
        /// The class.
        class: &'a str,
    },
    /// A kind with a fingerprint needs no place.
    NeedsNoPlace {
        /// The class.
        class: &'a str,
    },
    /// A secret was given as an argument.
    SecretAsArgument,
    /// What to do about it.
    AskedFor,
    /// The file changed while it was being changed.
    ChangedMeanwhile,
}
