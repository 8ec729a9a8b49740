//! What `kagiban sinks` says.

/// About the inventory of outside parties.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AboutInventory<'a> {
    /// How many there are.
    Parties {
        /// How many.
        count: usize,
    },
    /// What category a party is in.
    Category {
        /// The category of `recipients.toml`.
        category: &'a str,
    },
    /// What a party gets.
    Kind {
        /// A kind of credential, or `order-data`.
        kind: &'a str,
    },
    /// That the list is of what was seen in code only.
    Bounds,
}
