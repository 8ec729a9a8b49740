//! What the HTML page says beside what every report says.

/// About the page for people who are not engineers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AboutPage {
    /// The name of the page.
    Title,
    /// The headline where nothing was found.
    Nothing,
    /// The headline: how many things were found that need somebody.
    Headline {
        /// Credential sets, single credentials and other faults.
        count: usize,
    },
    /// How many of them are known to others already.
    Outside {
        /// Pushed, or given to somebody.
        count: usize,
    },
    /// None of them is known to have left the computer.
    Inside,
    /// How far: on this computer.
    OnComputer,
    /// How far: in the repository.
    InRepository,
    /// How far: pushed.
    Pushed,
    /// How far: at somebody else's.
    WithOthers,
    /// How far is not known: there is no repository.
    UnknownReach,
    /// Since when.
    Age {
        /// Whole days.
        days: u64,
    },
    /// The end of a line of time.
    Today,
    /// Heading over the cards.
    Cards,
    /// Heading over the table of everything.
    Details,
    /// Label of the box that filters.
    Filter,
    /// Heading over what was not audited.
    LeftOut,
    /// The other findings, which are in the table only.
    Others {
        /// How many.
        count: usize,
    },
    /// Label before clauses.
    Clauses,
}
