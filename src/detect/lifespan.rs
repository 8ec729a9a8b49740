//! What the text around a credential tells about how long it works.

use std::sync::LazyLock;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use regex::Regex;

use crate::model::{Basis, Context, ContextKind, Lifespan, Lifetime, Span};
use crate::rules::folded;

/// Bytes around a signature in which the rest of its address stands.
const ADDRESS_BYTES_MAX: usize = 2_048;

/// When an address was signed, and for how many seconds; the equals sign in any spelling.
static SIGNED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"X-Amz-Date(?:=|%3[Dd]|\\u003[Dd])(?P<date>[0-9]{8}T[0-9]{6})Z").expect("a fixed pattern")
});
static LASTS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"X-Amz-Expires(?:=|%3[Dd]|\\u003[Dd])(?P<seconds>[0-9]{1,7})").expect("a fixed pattern")
});

/// Tells when the address around a signature ends, in seconds since 1970.
pub(super) fn end_of_address(text: &str, at: Span) -> Option<i64> {
    let mut start = at.start.saturating_sub(ADDRESS_BYTES_MAX);
    let mut end = at.end.saturating_add(ADDRESS_BYTES_MAX).min(text.len());
    while !text.is_char_boundary(start) {
        start += 1;
    }
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    // Another address begins or ends where a blank or a quote is.
    let is_border = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | '`');
    let before = text.get(start..at.start)?;
    let before = before.rfind(is_border).and_then(|at| before.get(at..)).unwrap_or(before);
    let after = text.get(at.end..end)?;
    let after = after.find(is_border).and_then(|at| after.get(..at)).unwrap_or(after);
    let find = |pattern: &Regex, name: &str| {
        let found = pattern.captures(before).or_else(|| pattern.captures(after))?;
        Some(found.name(name)?.as_str().to_owned())
    };
    let signed = DateTime::strptime("%Y%m%dT%H%M%S", find(&SIGNED, "date")?).ok()?;
    let lasts: i64 = find(&LASTS, "seconds")?.parse().ok()?;
    let signed = signed.to_zoned(TimeZone::UTC).ok()?.timestamp().as_second();
    Some(signed.saturating_add(lasts))
}

/// Tells what a document says about the life of one of its credentials.
pub(super) fn told(
    lifespan: Option<Lifespan>,
    (basis, field): (Basis, &str),
    context: &Context,
    ends: Option<i64>,
) -> Lifetime {
    let is_about = |kind| context.proof(kind).is_some();
    match lifespan {
        None => Lifetime::default(),
        Some(_) => Lifetime {
            is_selling: is_about(ContextKind::SpApi),
            is_other_login: is_about(ContextKind::OtherLogin),
            is_pay: is_about(ContextKind::Pay),
            is_of_amazon: [ContextKind::Seller, ContextKind::Pay, ContextKind::Account]
                .into_iter()
                .any(is_about),
            // Beside a key id may stand any key of AWS, so only its own name or form tells.
            is_mws: basis == Basis::Prefix || folded(field).contains("mws"),
            ends,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_tell_their_end() {
        let end = |text: &str| {
            let at = text.find("SIGN").unwrap();
            end_of_address(text, Span::new(at, at + 4))
        };
        let plain = "https://x/y?X-Amz-Date=20260105T010203Z&X-Amz-Expires=300&X-Amz-Signature=SIGN";
        assert_eq!(end(plain), Some(1_767_575_223));
        let escaped = r"https://x/y?X-Amz-Signature=SIGN\u0026X-Amz-Date\u003d20260105T010203Z\u0026X-Amz-Expires\u003d60";
        assert_eq!(end(escaped), Some(1_767_574_983));
        for none in [
            "https://x/y?X-Amz-Date=20260105T010203Z&X-Amz-Signature=SIGN",
            "https://x/y?X-Amz-Date=20269905T010203Z&X-Amz-Expires=300&X-Amz-Signature=SIGN",
            "X-Amz-Date=20260105T010203Z&X-Amz-Expires=300 and another: X-Amz-Signature=SIGN",
        ] {
            assert_eq!(end(none), None, "{none}");
        }
    }
}
