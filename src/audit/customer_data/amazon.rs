//! Whether data is of an order of Amazon's.

use std::sync::LazyLock;

use regex::Regex;

use super::verdict::is_alias;
use crate::audit::Page;
use crate::audit::pattern::pattern;
use crate::model::Span;
use crate::rules::{ORDERS, WordSearch};

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

/// Digits before and behind the hyphens of the number of an order: three, seven and seven.
const ORDER_DIGITS: [usize; 3] = [3, 7, 7];

/// Whether a text holds the number of an order that is not made up.
pub(super) fn has_order(text: &str) -> bool {
    // The search for a hyphen is faster than that for digits.
    memchr::memchr_iter(b'-', text.as_bytes())
        .filter_map(|hyphen| order_around(text, hyphen))
        .any(|order| !is_made_up(order))
}

/// The number of an order whose first hyphen is at a place, with no letter or digit beside it.
fn order_around(text: &str, hyphen: usize) -> Option<&str> {
    let [first, middle, last] = ORDER_DIGITS;
    let start = hyphen.checked_sub(first)?;
    let end = hyphen + 1 + middle + 1 + last;
    let is_number = |from: usize, to: usize| {
        text.as_bytes().get(from..to).is_some_and(|digits| digits.iter().all(u8::is_ascii_digit))
    };
    let second = hyphen + 1 + middle;
    if text.as_bytes().get(second) != Some(&b'-')
        || !is_number(start, hyphen)
        || !is_number(hyphen + 1, second)
        || !is_number(second + 1, end)
    {
        return None;
    }
    let is_of_word = |c: char| c.is_alphanumeric() || c == '_';
    let before = text.get(..start)?.chars().next_back();
    let behind = text.get(end..)?.chars().next();
    (!before.is_some_and(is_of_word) && !behind.is_some_and(is_of_word)).then(|| text.get(start..end))?
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

/// What shows that a document is about orders of Amazon's: a number of an order, an address that
/// Amazon forwards, or a name that only its answers have.
pub(super) fn of_orders(page: &Page<'_>) -> bool {
    page.is_of_orders(|| OF_ORDERS.is_in(page.folded.as_bytes()) || has_order(page.text))
}

/// Names that only Amazon's answers about orders have.
static OF_ORDERS: LazyLock<WordSearch> = LazyLock::new(|| {
    let names = ["amazonorderid", "amazon_order_id", "amazon-order-id", "marketplace.amazon."];
    WordSearch::new(&names.map(str::to_owned))
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_guides_are_none() {
        assert!(!has_order("902-3159896-1390916") && !has_order("111-1111111-1111111"));
        assert!(!has_order("123-1234567-1234567") && !has_order("2024-01-15"));
        assert!(has_order("order 250-9081726-3345100 was sent"));
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
