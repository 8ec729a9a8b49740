//! Values without a prefix of their own, which count only under a name.

use super::{Sighting, canonical, guards, prefix_bytes, variety};
use crate::decode;
use crate::model::{Basis, Confidence, Field, Reading, Span};
use crate::rules::{Named, RuleSet, Strength, meanings};

/// The shortest value that a built-in rule asks for: a password.
const VALUE_BYTES_MIN: usize = 6;

pub(super) fn see(reading: &Reading<'_>, rules: &RuleSet, out: &mut Vec<Sighting>) {
    // A user's rules may ask for any value.
    let least = if rules.has_user_rules() { 1 } else { VALUE_BYTES_MIN };
    for field in reading.fields.iter().filter(|field| field.value.len() >= least) {
        for (kind, strength) in meanings(&field.name, &field.scope) {
            for named in rules.named().iter().filter(|named| named.names == kind) {
                let guessable =
                    rules.catalogue().get(&named.rule).is_none_or(crate::rules::Rule::is_guessable);
                out.extend(seen(reading, field, named, strength, guessable));
            }
        }
    }
}

fn seen(
    reading: &Reading<'_>,
    field: &Field<'_>,
    named: &Named,
    strength: Strength,
    guessable: bool,
) -> Option<Sighting> {
    // Some write a value with the quotes it had elsewhere.
    let written = unquoted(unquoted(field.value.trim()));
    let value = matching(written, named)
        .or_else(|| decode::forms(written).iter().find_map(|(form, _)| matching(form, named)))?;
    if guards::is_placeholder(&value, &named.prefix)
        || guards::is_reference(written)
        || (named.both_cases && variety::is_one_case(&value))
    {
        return None;
    }
    let is_documented = || guards::is_of_documented_account(reading.text, field.value_span, &value);
    if guessable && (!guards::could_be_password(field, &value) || is_documented()) {
        return None;
    }
    if named.not_beside.as_ref().is_some_and(|word| guards::shares_address(reading, field.value_span, word)) {
        return None;
    }
    let secret = canonical(&value);
    let (basis, needs, confidence) = match strength {
        Strength::Own => (Basis::OwnName, None, None),
        // A public prefix says what it is, whatever the name.
        Strength::Generic if prefix_bytes(&secret, &named.prefix) > 0 => (Basis::Prefix, None, None),
        Strength::Generic => (Basis::GenericName, named.context, Some(Confidence::Medium)),
    };
    Some(Sighting {
        rule: named.rule.clone(),
        basis,
        span: narrowed(reading, field.value_span, &value),
        prefix_bytes: prefix_bytes(&secret, &named.prefix),
        secret: Some(secret),
        name: field.name.to_string(),
        because: "name",
        needs,
        beside: named.beside.clone(),
        confidence,
    })
}

fn unquoted(value: &str) -> &str {
    ['"', '\'', '`']
        .iter()
        .find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote))
        .map_or(value, str::trim)
}

/// Where within `span` the value itself stands, when it is written there as it is.
fn narrowed(reading: &Reading<'_>, span: Span, value: &str) -> Span {
    let at = reading.text.get(span.start..span.end).and_then(|written| written.find(value));
    at.map_or(span, |at| Span::new(span.start + at, span.start + at + value.len()))
}

/// The secret in a value of the right shape.
fn matching(value: &str, named: &Named) -> Option<String> {
    let found = named.value.get()?.captures(value)?;
    let secret = found.name("secret").or_else(|| found.get(0))?;
    Some(secret.as_str().to_owned())
}
