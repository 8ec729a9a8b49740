//! What the answers for Amazon's developer profile are made of.

/// Sentences that answers are made of. Each states something that was measured, or says that people
/// declared it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AboutAnswer<'a> {
    /// Since when is audited, and with what.
    Audited {
        /// The day of the first run.
        since: &'a str,
        /// The version of the program.
        version: &'a str,
        /// The beginning of the digest of the rules.
        rules: &'a str,
        /// How many runs are on record.
        runs: usize,
    },
    /// The last run over the whole history.
    LastHistory {
        /// Its day.
        day: &'a str,
        /// Commits.
        commits: u64,
        /// Branches and tags.
        refs: usize,
        /// Open findings of credentials.
        open: usize,
    },
    /// Values that were found and are no longer in use.
    Replaced {
        /// How many.
        count: usize,
    },
    /// Findings that were mended.
    Mended {
        /// How many.
        count: usize,
    },
    /// The client secret.
    ClientSecret {
        /// When it was issued.
        issued: &'a str,
        /// When it has to be replaced.
        by: &'a str,
    },
    /// How often is scanned.
    Scans {
        /// The version of the program.
        version: &'a str,
        /// The beginning of the digest of the rules.
        rules: &'a str,
        /// The day of the first run.
        first: &'a str,
        /// The day of the last.
        last: &'a str,
        /// How many there were.
        count: usize,
        /// The most days between two.
        days: i64,
    },
    /// What the last one found.
    LastScan {
        /// Its day.
        day: &'a str,
        /// Open critical findings.
        critical: usize,
        /// Open high findings.
        high: usize,
        /// Open medium findings.
        medium: usize,
    },
    /// No interval is longer than 30 days.
    WithinThirtyDays,
    /// What times to fix were measured by.
    MeasuredBy {
        /// The day of the first run.
        first: &'a str,
        /// The day of the last.
        last: &'a str,
        /// How many there were.
        runs: usize,
    },
    /// Times of one severity.
    Times {
        /// Which.
        severity: &'a str,
        /// The time there is.
        days_max: i64,
        /// Mended within it.
        in_time: usize,
        /// Mended after it.
        late: usize,
        /// Still open.
        open: usize,
        /// Open past it.
        overdue: usize,
    },
    /// The longest time.
    Longest {
        /// Days.
        days: i64,
    },
    /// What the ledger keeps track of.
    Keys {
        /// Credentials in use.
        live: usize,
        /// Those past their day.
        overdue: usize,
    },
    /// The next day on which one has to be replaced.
    NextRotation {
        /// The day.
        day: &'a str,
    },
    /// The last day on which one was replaced.
    LastRotation {
        /// The day.
        day: &'a str,
    },
    /// No outside party was seen.
    NoParties {
        /// The day of the run.
        day: &'a str,
    },
    /// Outside parties.
    Parties {
        /// The day of the run.
        day: &'a str,
        /// Their hosts.
        names: &'a str,
        /// How many more there are.
        more: usize,
    },
    /// Whether tests and files hold live credentials or buyers' data.
    TestData {
        /// The day of the run.
        day: &'a str,
        /// Files that were read.
        files: u64,
        /// Whether none was found.
        is_clean: bool,
    },
}
