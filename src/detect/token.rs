//! Values with a public prefix, anywhere in text.

use super::{Sighting, canonical, guards, prefix_bytes};
use crate::model::{Basis, Reading, Span};
use crate::rules::Token;

pub(super) fn see(reading: &Reading<'_>, token: &Token, out: &mut Vec<Sighting>) {
    let Some(pattern) = token.pattern.get() else { return };
    for found in pattern.captures_iter(reading.text) {
        let Some(secret) = found.name("secret").or_else(|| found.get(0)) else { continue };
        let span = Span::new(secret.start(), secret.end());
        if !guards::is_masked(reading.text, secret.end()) {
            out.extend(seen(reading, token, secret.as_str(), span));
        }
    }
    if token.prefix.is_empty() {
        return;
    }
    // Pieces that were put together are nowhere in the text.
    for field in reading.fields.iter().filter(|field| field.value.starts_with(&token.prefix)) {
        let written = reading.text.get(field.value_span.start..field.value_span.end).unwrap_or_default();
        let whole = pattern.captures(&field.value).filter(|_| written.len() > field.value.len());
        let secret = whole.as_ref().and_then(|found| found.name("secret").or_else(|| found.get(0)));
        if let Some(secret) = secret.filter(|secret| secret.start() == 0) {
            out.extend(seen(reading, token, secret.as_str(), field.value_span));
        }
    }
}

fn seen(reading: &Reading<'_>, token: &Token, value: &str, span: Span) -> Option<Sighting> {
    if guards::is_placeholder(value, &token.prefix)
        || token.not_beside.as_ref().is_some_and(|word| guards::shares_address(reading, span, word))
    {
        return None;
    }
    let canonical_value = canonical(value);
    Some(Sighting {
        rule: token.rule.clone(),
        basis: Basis::Prefix,
        span,
        prefix_bytes: prefix_bytes(&canonical_value, &token.prefix),
        secret: Some(canonical_value),
        name: String::new(),
        because: "prefix",
        needs: token.context,
        beside: None,
        confidence: None,
    })
}

/// Splits `Atzr%7Cbody` into its kind and its body, whatever the spelling of the bar.
pub(super) fn split_at_bar(value: &str) -> Option<(&str, &str)> {
    let kind_length = value.bytes().take_while(|b| b.is_ascii_alphabetic() || *b == b'.').count();
    let (kind, rest) = value.split_at_checked(kind_length)?;
    kind.starts_with("Atz").then_some(())?;
    Some((kind, behind_bar(rest)?))
}

/// The bar may be escaped for HTML, percent-encoded up to three times, or escaped for a string.
fn behind_bar(rest: &str) -> Option<&str> {
    if let Some(entity) = rest.strip_prefix('&') {
        return ["#124;", "#x7c;", "#x7C;", "#X7C;", "vert;", "verbar;"]
            .iter()
            .find_map(|e| entity.strip_prefix(e));
    }
    if let Some(percent) = rest.strip_prefix('%') {
        let digits = percent.trim_start_matches("25");
        return digits.strip_prefix("7C").or_else(|| digits.strip_prefix("7c"));
    }
    let plain = rest.trim_start_matches('\\');
    let escaped = ["u007c", "u007C", "x7c", "x7C"].iter().find_map(|e| plain.strip_prefix(e));
    plain.strip_prefix('|').or(if plain.len() < rest.len() { escaped } else { None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bar_is_one() {
        for bar in ["|", "%7C", "%257c", "\\u007c", "\\x7c", "&#124;", "\\|", "\\\\|", "%25257C", "&#x7c;"] {
            assert_eq!(split_at_bar(&format!("Atz.sprdt{bar}AbC")), Some(("Atz.sprdt", "AbC")));
        }
        assert_eq!(split_at_bar("other|AbC"), None);
    }
}
