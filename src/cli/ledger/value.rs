//! The value of a credential: asked for or read from standard input, never an argument, and gone as
//! soon as its fingerprint is taken.

use std::io::{self, IsTerminal as _, Read as _, Write as _};

use zeroize::Zeroizing;

use super::open::Open;
use crate::cli::failure::Failure;
use crate::detect::{canonical, detect};
use crate::fields;
use crate::lang::{AboutLedger, AboutRefusal};
use crate::ledger::is_class;
use crate::model::{Basis, Fingerprint, Reading, random_masked};
use crate::rules::{Catalogue, Rule, RuleSet};

/// Longest value that is read, in bytes; a private key has some 3 KiB.
const VALUE_BYTES_MAX: u64 = 64 << 10;

/// Reads the value of `id`.
pub(super) fn read(id: &str, open: &Open) -> Result<Zeroizing<String>, Failure> {
    let text = if io::stdin().is_terminal() {
        write!(io::stderr().lock(), "{}", open.say(AboutLedger::Ask { id }))?;
        io::stderr().flush()?;
        Zeroizing::new(rpassword::read_password().map_err(|error| Failure::file("standard input", error))?)
    } else {
        let mut text = Zeroizing::new(String::new());
        let read = io::stdin().lock().take(VALUE_BYTES_MAX + 1).read_to_string(&mut text);
        // What is no text may still hold the key, so it is not quoted.
        read.map_err(|error| Failure::file("standard input", error))?;
        text
    };
    if text.len() as u64 > VALUE_BYTES_MAX {
        return Err(open.refused(AboutRefusal::LongValue));
    }
    let value = Zeroizing::new(text.trim_matches(['\u{feff}', ' ', '\t', '\r', '\n']).to_owned());
    if value.is_empty() {
        return Err(open.refused(AboutRefusal::NoValue));
    }
    Ok(value)
}

/// Returns what the value is by its beginning, where that tells.
pub(super) fn class_of<'r>(value: &str, rules: &'r RuleSet) -> Option<&'r Rule> {
    let reading = Reading::new(value, fields::read(value, None));
    let whole = canonical(value);
    let seen = detect(&reading, rules).into_iter().filter(|sighting| sighting.basis == Basis::Prefix);
    let mut classes = seen.filter_map(|sighting| {
        let rule = rules.catalogue().get(&sighting.rule).filter(|rule| is_class(rule))?;
        // A key inside a longer text is not that text.
        let is_whole = sighting.secret.is_some_and(|secret| secret == whole);
        is_whole.then_some(rule)
    });
    classes.next()
}

/// Names a value as a finding of its class would.
pub(super) fn fingerprint(value: &str, rule: &Rule) -> Fingerprint {
    canonical(value).fingerprint(rule.class())
}

/// Tells whether a text that was given as an argument holds a credential.
pub(super) fn holds_secret(text: &str, rules: &RuleSet) -> bool {
    let reading = Reading::new(text, fields::read(text, None));
    let is_secret = |rule: &Rule| !rule.file.identifier;
    detect(&reading, rules)
        .iter()
        .any(|sighting| rules.catalogue().get(&sighting.rule).is_some_and(is_secret))
}

/// Takes out of a sentence about the arguments those that hold a credential.
pub(in crate::cli) fn without_secrets(said: &str, arguments: impl Iterator<Item = String>) -> String {
    let mut safe = random_masked(said).to_string();
    let Ok(catalogue) = Catalogue::without_examples() else { return safe };
    let rules = RuleSet::new(catalogue, None);
    for argument in arguments {
        // `--option=VALUE` is told as a whole or by its value.
        let value = argument.split_once('=').map_or("", |(_, value)| value);
        for text in [argument.as_str(), value].into_iter().filter(|text| holds_secret(text, &rules)) {
            safe = safe.replace(text, "…");
        }
    }
    safe
}
