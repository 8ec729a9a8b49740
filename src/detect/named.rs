//! Values without a prefix of their own, which count only under a name.

use super::{Sighting, canonical, guards, prefix_bytes, variety};
use crate::decode;
use crate::model::{Basis, Confidence, Field, Reading, Span, Syntax};
use crate::rules::{Meaning, Named, RuleSet, Strength, meanings, names_no_secret};

/// The shortest value that a built-in rule asks for: a password.
const VALUE_BYTES_MIN: usize = 6;

pub(super) fn see(reading: &Reading<'_>, rules: &RuleSet, out: &mut Vec<Sighting>) {
    // A user's rules may ask for any value.
    let least = if rules.has_user_rules() { 1 } else { VALUE_BYTES_MIN };
    for field in reading.fields.iter().filter(|field| field.value.len() >= least) {
        let mut meant = meanings(&field.name, &field.scope);
        let is_of_key = |meaning: &Meaning| BARE_KINDS.contains(&meaning.0);
        if is_drawn_in_full(field) && !meant.iter().any(is_of_key) {
            meant.extend(remarked(reading, field).into_iter().filter(is_of_key));
        }
        for (kind, strength) in meant {
            for named in rules.named().iter().filter(|named| named.names == kind) {
                let guessable =
                    rules.catalogue().get(&named.rule).is_none_or(crate::rules::Rule::is_guessable);
                out.extend(seen(reading, field, named, strength, guessable));
            }
        }
    }
}

/// Lengths and kinds of keys that have no prefix: secrets of Login with Amazon and of AWS.
const BARE_KEYS: [usize; 2] = [64, 40];
const BARE_KINDS: [&str; 2] = ["client-secret", "aws-secret-key"];
/// The longest remark that is read as a name, in bytes.
const REMARK_BYTES: usize = 80;

/// Tells literals that could be keys under a name that says nothing.
fn is_drawn_in_full(field: &Field<'_>) -> bool {
    field.quoted
        && field.syntax == Syntax::Assignment
        && BARE_KEYS.contains(&field.value.len())
        && !names_no_secret(&field.name)
}

/// What a remark behind a literal, or alone on the line above it, calls it: `KEY = "…"  # MWS secret key`.
fn remarked(reading: &Reading<'_>, field: &Field<'_>) -> Vec<Meaning> {
    let line = reading.text.get(..field.name_span.start).and_then(|text| text.rfind('\n'));
    let rest = reading.text.get(field.value_span.end..).unwrap_or_default();
    let behind = rest.get(..rest.find('\n').unwrap_or(rest.len())).unwrap_or_default();
    let behind = ["#", "//", "--", "/*", "'"].iter().find_map(|mark| {
        let (code, remark) = behind.split_at(behind.find(mark)?);
        code.trim_matches(['"', '\'', '`', ';', ',', ')', ' ', '\t', '\r']).is_empty().then_some(remark)
    });
    let above = || {
        let above = reading.text.get(..line?)?;
        let above = above.get(above.rfind('\n').map_or(0, |at| at + 1)..)?.trim();
        ["#", "//", "--", "/*"].iter().any(|mark| above.starts_with(mark)).then_some(above)
    };
    let remark = behind.or_else(above).filter(|remark| remark.len() <= REMARK_BYTES);
    let words = remark.map(|remark| {
        remark.trim_matches(|c: char| c.is_ascii_punctuation() && c != '(' || c.is_whitespace())
    });
    let mut meant = words.map(|words| meanings(words, "")).unwrap_or_default();
    // A remark explains less than a name.
    meant.iter_mut().for_each(|meaning| meaning.1 = Strength::Generic);
    meant
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
    // One table holds the log-ins of many services, a row each.
    if guessable
        && strength == Strength::Generic
        && field.syntax == Syntax::Table
        && guards::is_of_other_row(reading, field.value_span)
    {
        return None;
    }
    if guessable
        && strength == Strength::Generic
        && named.beside.is_some()
        && guards::is_of_other_shop(reading, field.name_span)
    {
        return None;
    }
    if named.not_beside.as_ref().is_some_and(|word| guards::shares_address(reading, field.value_span, word)) {
        return None;
    }
    // A hash of a file stands under the name of the file, and says of which kind it is.
    let is_bare = prefix_bytes(&canonical(&value), &named.prefix) == 0;
    if is_bare
        && (guards::is_of_source_file(&field.name)
            || guards::is_hash(reading.text, field.name_span, field.value_span))
    {
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
