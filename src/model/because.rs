//! Why a severity is not the rule's own.

/// A reason that every language has its own words for. Reports hold sentences, so that a reason of
/// an audit can be any phrase; these are told again in the language of the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Because {
    /// A remote has it.
    Pushed,
    /// An access token that is older than an hour.
    HourPassed,
    /// An address that has expired by its own date.
    AddressExpired,
    /// A client secret older than any that still works.
    SecretOutlived,
    /// A key of Marketplace Web Service from before they were deleted.
    MwsDeleted,
    /// A key of Marketplace Web Service that Amazon Pay still honours.
    PayHonours,
    /// Its day has come.
    Overdue,
    /// Its day is near, and not yet there.
    DueSoon,
    /// It should be dead by now, unless something else renews it.
    ShouldBeDead,
    /// There is no ledger that says whether it was rotated.
    NoLedger,
}

impl Because {
    /// Every reason.
    pub const ALL: [Self; 10] = [
        Self::Pushed,
        Self::HourPassed,
        Self::AddressExpired,
        Self::SecretOutlived,
        Self::MwsDeleted,
        Self::PayHonours,
        Self::Overdue,
        Self::DueSoon,
        Self::ShouldBeDead,
        Self::NoLedger,
    ];

    /// Returns the phrase that findings hold, in English.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pushed => "pushed to a remote",
            Self::HourPassed => "it is older than the hour it works for",
            Self::AddressExpired => "the address has expired by its own date",
            Self::SecretOutlived => {
                "client secrets of the Selling Partner API work for 180 days and 7 after a rotation, and this one is older"
            }
            Self::MwsDeleted => {
                "keys of Marketplace Web Service for selling were deleted in April 2024, and this one is older"
            }
            Self::PayHonours => "Amazon Pay still honours such keys",
            Self::Overdue => "the date has passed",
            Self::DueSoon => "the date is near, and has not passed",
            Self::ShouldBeDead => "this value should have stopped working by now",
            Self::NoLedger => "no ledger says whether it was rotated",
        }
    }

    /// Reads the phrase back.
    #[must_use]
    pub fn named(phrase: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|because| because.as_str() == phrase)
    }
}

impl From<Because> for String {
    fn from(because: Because) -> Self {
        because.as_str().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_read_back() {
        for because in Because::ALL {
            assert_eq!(Because::named(because.as_str()), Some(because));
        }
        assert_eq!(Because::named("the moon is full"), None);
    }
}
