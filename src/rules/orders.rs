//! What the data of orders and buyers is called, and what is made up: `rules/lists/orders.toml`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Deserialize;
use unicode_normalization::UnicodeNormalization as _;

use super::names::folded;
use crate::model::Span;

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

/// Parts of the names of columns.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Composed {
    whose: BTreeSet<String>,
    mail: BTreeSet<String>,
    name: BTreeSet<String>,
    phone: BTreeSet<String>,
    address: BTreeSet<String>,
    postal: BTreeSet<String>,
    glue: BTreeSet<String>,
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
    composed: Composed,
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

/// Makes the names ready.
pub(super) fn prepare() {
    LazyLock::force(&NAMES);
}

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

/// Bytes of a document's beginning that tell a table of orders.
const TABLE_BYTES: usize = 8 << 10;
/// Lines among which the head of a table is, and marks between its cells.
const TABLE_LINES: usize = 3;
const TABLE_MARKS: usize = 3;

/// Tells whether a document begins as a table in which a number of an order of Amazon's stands: three,
/// seven and seven digits. Lists for a warehouse or a carrier have no other word of Amazon in them.
#[must_use]
pub(super) fn is_order_table(bytes: &[u8]) -> bool {
    let head = bytes.get(..bytes.len().min(TABLE_BYTES)).unwrap_or_default();
    let is_head = |line: &[u8]| {
        [b'\t', b',', b';']
            .iter()
            .any(|mark| memchr::memchr_iter(*mark, line).take(TABLE_MARKS).count() == TABLE_MARKS)
    };
    head.split(|b| *b == b'\n').take(TABLE_LINES).any(is_head) && order_numbers(head).next().is_some()
}

/// Digits before and behind the hyphens of the number of an order.
const ORDER_DIGITS: [usize; 3] = [3, 7, 7];

/// Returns where numbers of orders stand: three, seven and seven digits, with no letter or digit of ASCII
/// beside them; Japanese parts no words. The search for a hyphen is faster than that for digits.
pub fn order_numbers(text: &[u8]) -> impl Iterator<Item = Span> {
    memchr::memchr_iter(b'-', text).filter_map(|hyphen| order_around(text, hyphen))
}

/// The number of an order around its first hyphen.
fn order_around(text: &[u8], hyphen: usize) -> Option<Span> {
    let [first, middle, last] = ORDER_DIGITS;
    let second = hyphen + 1 + middle;
    let at = Span::new(hyphen.checked_sub(first)?, second + 1 + last);
    let is_number = |from: usize, to: usize| {
        text.get(from..to).is_some_and(|digits| digits.iter().all(u8::is_ascii_digit))
    };
    let is_order = text.get(second) == Some(&b'-')
        && is_number(at.start, hyphen)
        && is_number(hyphen + 1, second)
        && is_number(second + 1, at.end);
    let is_of_word = |b: &u8| b.is_ascii_alphanumeric() || *b == b'_';
    let before = at.start.checked_sub(1).and_then(|before| text.get(before));
    (is_order && !before.is_some_and(is_of_word) && !text.get(at.end).is_some_and(is_of_word)).then_some(at)
}

/// What a part of the name of a column says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Whose,
    Kind(Personal),
    Glue,
}

/// The parts of names of columns.
static PARTS: LazyLock<BTreeMap<&'static str, Part>> = LazyLock::new(|| {
    let composed = &ORDERS.composed;
    let parts = [
        (&composed.glue, Part::Glue),
        (&composed.whose, Part::Whose),
        (&composed.address, Part::Kind(Personal::Address)),
        (&composed.name, Part::Kind(Personal::Name)),
        (&composed.postal, Part::Kind(Personal::Postal)),
        (&composed.phone, Part::Kind(Personal::Phone)),
        (&composed.mail, Part::Kind(Personal::Mail)),
    ];
    parts.iter().flat_map(|(words, part)| words.iter().map(|word| (word.as_str(), *part))).collect()
});

/// Which of two things a name says where it says both: an address of mail is no street.
const PRECEDENCE: [Personal; 5] =
    [Personal::Mail, Personal::Phone, Personal::Postal, Personal::Name, Personal::Address];

/// Tells what the name of a column says of a buyer, as [`personal`] does, in more languages: there
/// it may be put together of whose it is and what it is.
#[must_use]
pub fn personal_column(cell: &str) -> Option<(Personal, bool)> {
    personal(cell).or_else(|| composed(cell).map(|kind| (kind, true)))
}

fn composed(cell: &str) -> Option<Personal> {
    if cell.len() > 80 || !cell.chars().any(char::is_alphabetic) {
        return None;
    }
    let plain: String = cell.nfkc().flat_map(char::to_lowercase).collect();
    let mut parts = Vec::new();
    for word in plain.split(|c: char| !c.is_alphanumeric()) {
        let word = word.trim_matches(|c: char| c.is_numeric());
        if !word.is_empty() && !takes_apart(word, &mut parts) {
            return None;
        }
    }
    if !parts.contains(&Part::Whose) {
        return None;
    }
    PRECEDENCE.into_iter().find(|kind| parts.contains(&Part::Kind(*kind)))
}

/// Takes a word apart, its longest parts first; tells whether nothing is left.
fn takes_apart(word: &str, parts: &mut Vec<Part>) -> bool {
    if word.is_empty() {
        return true;
    }
    let ends = word.char_indices().map(|(at, c)| at + c.len_utf8()).rev();
    for end in ends {
        let (Some(head), Some(rest)) = (word.get(..end), word.get(end..)) else { continue };
        if let Some(part) = PARTS.get(head) {
            // A single letter is a word by itself or none.
            if rest.is_empty() || head.chars().nth(1).is_some() || !head.is_ascii() {
                parts.push(*part);
                if takes_apart(rest, parts) {
                    return true;
                }
                parts.pop();
            }
        }
    }
    false
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
    fn tables_of_orders_are_told() {
        let row = |order: &str| format!("a,b,c,d\n1,{order},x,y\n");
        assert!(is_order_table(row("250-9081726-3345100").as_bytes()));
        for order in ["250-9081726-33451001", "1250-9081726-3345100", "250-908172-3345100", "2026-01-15"] {
            assert!(!is_order_table(row(order).as_bytes()), "{order}");
        }
        assert!(!is_order_table(b"order 250-9081726-3345100 was sent\n") && !is_order_table(b""));
    }

    #[test]
    fn columns_are_put_together() {
        for (cell, expected) in [
            ("Nom de l'acheteur", Some(Personal::Name)),
            ("E-mail de l'acheteur", Some(Personal::Mail)),
            ("Adresse e-mail de l'acheteur", Some(Personal::Mail)),
            ("Code postal de livraison", Some(Personal::Postal)),
            ("E-Mail des Käufers", Some(Personal::Mail)),
            ("Lieferadresse 1", Some(Personal::Address)),
            ("Imię i nazwisko kupującego", Some(Personal::Name)),
            ("Número de teléfono del comprador", Some(Personal::Phone)),
            ("Leveransadress 1", Some(Personal::Address)),
            ("Alıcı E-postası", Some(Personal::Mail)),
            ("Shipment Address 1", Some(Personal::Address)),
            ("お届け先住所１", Some(Personal::Address)),
            ("お届け先名称１", Some(Personal::Name)),
            ("Shipping Method", None),
            ("Ship date", None),
            ("Buyer type", None),
            ("Delivery instructions", None),
            ("Customer", None),
            ("name", None),
            ("お届け先コード", None),
            ("Shipping address id", None),
            ("Postage", None),
        ] {
            assert_eq!(composed(cell), expected, "{cell}");
        }
    }

    #[test]
    fn the_list_is_folded() {
        for name in NAMES.keys().copied().chain(ORDERS.samples.names.iter().map(String::as_str)) {
            assert_eq!(name, folded(name));
        }
    }
}
