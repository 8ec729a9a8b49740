//! How long a credential can work, as far as the places it stands at tell.

use serde::Deserialize;

/// What ends the life of a rule's credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lifespan {
    /// It works for an hour.
    Hour,
    /// The address says until when.
    SignedAddress,
    /// A client secret: those of the Selling Partner API work for 180 days, and 7 after a rotation.
    HalfYear,
    /// A key of Marketplace Web Service: those for selling were deleted, those of Amazon Pay work.
    MarketplaceWebService,
}

/// What the places of one secret tell about its life.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lifetime {
    /// Whether a place speaks of the Selling Partner API.
    pub is_selling: bool,
    /// Whether a place speaks of another use of Login with Amazon, such as advertising.
    pub is_other_login: bool,
    /// Whether a place speaks of Amazon Pay.
    pub is_pay: bool,
    /// Whether a place speaks of the Amazon world at all.
    pub is_of_amazon: bool,
    /// Whether it is of Marketplace Web Service by its own name or form.
    pub is_mws: bool,
    /// When it ends, in seconds since 1970, where an address says so; the latest of all places.
    pub ends: Option<i64>,
}

impl Lifetime {
    /// Adds what another place of the same secret tells.
    pub fn join(&mut self, other: Self) {
        self.is_selling |= other.is_selling;
        self.is_other_login |= other.is_other_login;
        self.is_pay |= other.is_pay;
        self.is_of_amazon |= other.is_of_amazon;
        self.is_mws |= other.is_mws;
        self.ends = self.ends.max(other.ends);
    }
}
