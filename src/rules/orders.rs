//! What the data of orders and buyers is called, and what is made up: `rules/lists/orders.toml`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Deserialize;

use super::names::folded;

/// What a name says of a buyer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Personal {
    /// An e-mail address.
    Mail,
    /// A name.
    Name,
    /// A telephone number.
    Phone,
    /// A line of an address.
    Address,
    /// A postal code.
    Postal,
}

/// Names by what they say.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ByKind {
    mail: BTreeSet<String>,
    name: BTreeSet<String>,
    phone: BTreeSet<String>,
    address: BTreeSet<String>,
    postal: BTreeSet<String>,
}

/// Names that tell an order of Amazon.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AmazonNames {
    /// What the number of an order is called.
    pub order: BTreeSet<String>,
    /// Names that only Amazon's reports and answers have.
    pub telling: BTreeSet<String>,
}

/// Names of objects.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scopes {
    /// Those around a buyer's name and address.
    pub address: BTreeSet<String>,
    /// Those around the seller's own.
    pub own: BTreeSet<String>,
}

/// What is written where made-up data stands.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Samples {
    /// Whole names, folded.
    pub names: BTreeSet<String>,
    /// Words of what is made up.
    pub words: Vec<String>,
    /// Beginnings of addresses.
    pub addresses: Vec<String>,
    /// Domains of nobody.
    pub domains: Vec<String>,
    /// Names of addresses that Amazon forwards, in guides.
    pub aliases: BTreeSet<String>,
    /// Numbers of orders in guides.
    pub orders: BTreeSet<String>,
}

/// What gives buyers' data.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Operations {
    /// Operations that need a restricted data token, or make one.
    pub restricted: Vec<String>,
    /// Types of reports that do.
    pub reports: Vec<String>,
}

/// The whole list.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderList {
    own: ByKind,
    any: ByKind,
    /// Names of Amazon's.
    pub amazon: AmazonNames,
    /// Names of objects.
    pub scopes: Scopes,
    /// What is made up.
    pub samples: Samples,
    /// What gives buyers' data.
    pub operations: Operations,
}

/// The list of the built-in rules.
pub static ORDERS: LazyLock<OrderList> = LazyLock::new(|| {
    toml::from_str(include_str!("../../rules/lists/orders.toml"))
        .expect("orders.toml parses: a test reads it")
});

/// Every name, with what it says and whether it is a buyer's wherever it stands.
static NAMES: LazyLock<BTreeMap<&'static str, (Personal, bool)>> = LazyLock::new(|| {
    let mut all = BTreeMap::new();
    for (list, is_own) in [(&ORDERS.any, false), (&ORDERS.own, true)] {
        let kinds = [
            (&list.mail, Personal::Mail),
            (&list.name, Personal::Name),
            (&list.phone, Personal::Phone),
            (&list.address, Personal::Address),
            (&list.postal, Personal::Postal),
        ];
        for (names, kind) in kinds {
            all.extend(names.iter().map(|name| (name.as_str(), (kind, is_own))));
        }
    }
    all
});

/// Tells what a name says of a buyer, and whether it does so wherever it stands; of a path such as
/// `BuyerInfo.BuyerEmail` the end counts.
#[must_use]
pub fn personal(name: &str) -> Option<(Personal, bool)> {
    if name.len() > 80 {
        return None;
    }
    let whole = folded(name);
    let found = NAMES.get(whole.as_str()).copied();
    found.or_else(|| {
        let end = name.rsplit(['.', '/', ':']).next().filter(|end| end.len() < name.len())?;
        let (kind, is_own) = NAMES.get(folded(end).as_str()).copied()?;
        let is_buyers = || ORDERS.scopes.address.iter().any(|scope| whole.contains(scope.as_str()));
        Some((kind, is_own || is_buyers()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_whose_they_are() {
        for (name, expected) in [
            ("buyer-email", Some((Personal::Mail, true))),
            ("Recipient Name", Some((Personal::Name, true))),
            ("ship-address-1", Some((Personal::Address, true))),
            ("ShippingAddress.AddressLine1", Some((Personal::Address, true))),
            ("email", Some((Personal::Mail, false))),
            ("お届け先郵便番号", Some((Personal::Postal, true))),
            ("product-name", None),
            ("ship-city", None),
            ("order-id", None),
        ] {
            assert_eq!(personal(name), expected, "{name}");
        }
    }

    #[test]
    fn the_list_is_folded() {
        for name in NAMES.keys().copied().chain(ORDERS.samples.names.iter().map(String::as_str)) {
            assert_eq!(name, folded(name));
        }
    }
}
