//! Whether data is of an order of Amazon's.

use std::sync::LazyLock;

use regex::Regex;

use super::verdict::is_alias;
use crate::audit::pattern::pattern;
use crate::audit::{Page, Sought};
use crate::model::Span;
use crate::rules::{ORDERS, order_numbers};

/// An address that Amazon forwards to a buyer.
static ALIAS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"\b([a-z0-9]{10,20})(?:\+[a-z0-9-]{1,48})?@(?:m\.)?marketplace\.amazon\.(?:com?\.)?[a-z]{2,3}\b")
});

/// Whether a number of an order is one that guides print or hands type.
fn is_made_up(order: &str) -> bool {
    let digits: Vec<u8> = order.bytes().filter(u8::is_ascii_digit).collect();
    let counts = |part: &[u8]| {
        part.windows(2).all(|pair| matches!(pair, [a, b] if (*b - b'0') == (*a - b'0' + 1) % 10 || *b == *a))
    };
    let (middle, end) = (digits.get(3..10).unwrap_or_default(), digits.get(10..17).unwrap_or_default());
    ORDERS.samples.orders.contains(order) || (counts(middle) && counts(end))
}

/// Whether a text holds the number of an order that is not made up.
pub(super) fn has_order(text: &str) -> bool {
    order_numbers(text.as_bytes()).filter_map(|at| text.get(at.start..at.end)).any(|order| !is_made_up(order))
}

/// The addresses that Amazon forwards to buyers, in the order of their places.
pub(super) fn aliases<'t>(text: &'t str, folded: &str) -> Vec<(&'t str, Span)> {
    let mut all = Vec::new();
    let mut done = 0;
    for (at, domain) in folded.match_indices("marketplace.amazon.") {
        let from = text.floor_char_boundary(at.saturating_sub(80).max(done));
        let to = text.ceil_char_boundary((at + domain.len() + 8).min(text.len()));
        let Some(found) = text.get(from..to).and_then(|part| ALIAS.captures(part)) else { continue };
        let (Some(whole), Some(name)) = (found.get(0), found.get(1)) else { continue };
        let span = Span::new(from + whole.start(), from + whole.end());
        if is_alias(name.as_str()) && span.contains(Span::new(at, at + 1)) {
            all.extend(text.get(span.start..span.end).map(|alias| (alias, span)));
            done = span.end;
        }
    }
    all
}

/// Names that only Amazon's answers about orders have, and the domain of its addresses.
pub(super) const NAMES: [&str; 4] =
    ["amazonorderid", "amazon_order_id", "amazon-order-id", "marketplace.amazon."];
static NAMED: LazyLock<Sought> = LazyLock::new(|| Sought::of(&NAMES));

/// What shows that a document is about orders of Amazon's: a number of an order, an address that
/// Amazon forwards, or a name that only its answers have.
pub(super) fn of_orders(page: &Page<'_>) -> bool {
    page.is_of_orders(|| NAMED.is_in(page) || has_order(page.text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_guides_are_none() {
        assert!(!has_order("902-3159896-1390916") && !has_order("111-1111111-1111111"));
        assert!(!has_order("123-1234567-1234567") && !has_order("2024-01-15"));
        assert!(has_order("order 250-9081726-3345100 was sent"));
        assert!(has_order("注文番号250-9081726-3345100です") && has_order("250-9081726-3345100"));
        assert!(has_order("12-250-9081726-3345100") && has_order("1-2,250-9081726-3345100"));
        assert!(!has_order("1250-9081726-3345100") && !has_order("250-9081726-3345100x"));
        assert!(!has_order("250-9081726-33451") && !has_order("-9081726-3345100"));
    }

    #[test]
    fn addresses_are_found_once() {
        let text = "From: q7w2k9d4m1x8c5@marketplace.amazon.co.jp, 5vlhEXAMPLEh9h5@marketplace.amazon.com";
        let found: Vec<&str> =
            aliases(text, &text.to_lowercase()).into_iter().map(|(alias, _)| alias).collect();
        assert_eq!(found, ["q7w2k9d4m1x8c5@marketplace.amazon.co.jp"]);
    }
}
