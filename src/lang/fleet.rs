//! What is said of several repositories together.

/// About several repositories together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AboutFleet<'a> {
    /// How many there are, and of how many there is nothing.
    Repositories {
        /// How many.
        count: usize,
        /// How many could not be audited.
        broken: usize,
        /// Of how many there is no result.
        missing: usize,
    },
    /// Shards of which there is no result.
    MissingShards {
        /// Their numbers, joined.
        shards: &'a str,
        /// Of how many.
        count: u32,
    },
    /// The same credential in several repositories.
    Credential {
        /// What it is.
        title: &'a str,
        /// The credential, masked.
        what: &'a str,
        /// In how many repositories.
        count: usize,
        /// Of how many clients; 0 where nobody says.
        clients: usize,
        /// Which, joined.
        names: &'a str,
    },
    /// Credentials of one owner in several repositories.
    Owner {
        /// One of them, masked.
        what: &'a str,
        /// In how many repositories.
        count: usize,
        /// Of how many clients; 0 where nobody says.
        clients: usize,
        /// Which, joined.
        names: &'a str,
    },
    /// The same outside party.
    Party {
        /// Its host.
        what: &'a str,
        /// In how many repositories.
        count: usize,
        /// Of how many clients; 0 where nobody says.
        clients: usize,
        /// Which, joined.
        names: &'a str,
    },
    /// How many repositories were audited and how many had not changed.
    Done {
        /// How many were audited.
        audited: usize,
        /// How many had not changed since their last result.
        unchanged: usize,
        /// How many could not be audited.
        broken: usize,
    },
}
