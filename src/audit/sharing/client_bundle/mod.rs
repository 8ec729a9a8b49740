//! `client-bundle-secret`: a secret is made part of what browsers and phones load.
//!
//! It gets there by the beginning of a variable's name, by a bundler that writes it in, by the
//! resources of an app, or as a value in a file that is sent as it is. A reference alone tells it:
//! whoever sets the value publishes it.

mod delivered;
mod inlined;
mod whole;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::secret_names::{self, SecretName, secret_names};
use super::{evidence, listed, phrases};
use crate::audit::{Carrier, DocumentAudit, Fault, Noted, Page, Wants};
use crate::model::{Confidence, Severity, Span};
use crate::rules::Strength;

/// `rules/lists/bundles.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Bundles {
    prefixes: Vec<String>,
    sent: Sent,
    code: Code,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sent {
    folders: Vec<String>,
    endings: Vec<String>,
    packages: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Code {
    browser: Vec<String>,
    server: Vec<String>,
    phone: Vec<String>,
}

static BUNDLES: LazyLock<Bundles> = LazyLock::new(|| {
    toml::from_str(include_str!("../../../../rules/lists/bundles.toml"))
        .expect("bundles.toml parses: a test reads it")
});

/// How a secret gets into what is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    /// The beginning of its name.
    Prefix,
    /// A bundler or a page writes it in.
    Inlined,
    /// A resource or a setting of an app for phones.
    App,
}

impl Way {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Prefix => "public-prefix",
            Self::Inlined => "inlined",
            Self::App => "app-resource",
        }
    }
}

pub(super) struct ClientBundle;

impl DocumentAudit for ClientBundle {
    fn rule(&self) -> &'static str {
        "client-bundle-secret"
    }

    fn wants(&self) -> Wants {
        let mut wants = Wants::words(&secret_names::STEMS);
        wants.words.push("envprefix".to_owned());
        Wants { credentials: true, carriers: &[Carrier::Bundler], ..wants }
    }

    fn notices(&self) -> Vec<&'static str> {
        inlined::WORDS.to_vec()
    }

    fn judge(&self, page: &Page<'_>, noted: &mut Noted) {
        if secret_names::is_test(page.path()) {
            return;
        }
        whole::note(page, noted);
        let mut told: BTreeMap<Way, Vec<(Span, String, bool)>> = BTreeMap::new();
        for (way, name) in named(page) {
            let is_set = !is_commented_out(page, &name) && !is_only_mentioned(page, &name);
            if is_set && !secret_names::is_refused(page, name.at) {
                let is_ambiguous = secret_names::is_ambiguous(page, &name);
                told.entry(way).or_default().push((name.at, name.text.to_owned(), is_ambiguous));
            }
        }
        for (at, prefix) in inlined::open_prefixes(page) {
            told.entry(Way::Prefix).or_default().push((at, prefix, false));
        }
        let is_told = !told.is_empty();
        for (way, names) in told {
            noted_names(way, &names, noted);
        }
        if !is_told && let Some(found) = delivered::found(page) {
            noted.fault(found.at, found.fault);
        }
    }
}

/// The names of Amazon's secrets that get into what is sent.
fn named<'a>(page: &Page<'a>) -> Vec<(Way, SecretName<'a>)> {
    let names: Vec<SecretName<'a>> = secret_names(page, |word| public_rest(word).unwrap_or(word))
        .filter(|name| secret_names::is_of_amazon(page, name) && !is_switch(name.text))
        .collect();
    if names.is_empty() {
        return Vec::new();
    }
    let place = inlined::Place::of(page);
    if place.is_nowhere() && names.iter().all(|name| public_rest(name.text).is_none()) {
        return Vec::new();
    }
    names
        .into_iter()
        .filter_map(|name| {
            if public_rest(name.text).is_some() {
                return Some((Way::Prefix, name));
            }
            place.way(page, &name).map(|way| (way, name))
        })
        .collect()
}

/// What of a variable follows a beginning that makes it public, where that means a secret.
fn public_rest(word: &str) -> Option<&str> {
    let rest = BUNDLES.prefixes.iter().find_map(|prefix| word.strip_prefix(prefix.as_str()))?;
    secret_names::meaning(rest).is_some().then_some(rest)
}

/// Whether a word of a name makes it a switch, an address or a wording.
fn is_switch(name: &str) -> bool {
    secret_names::is_switch(public_rest(name).unwrap_or(name))
}

/// Whether a name stands in a comment of code or settings, with no value that is still known.
fn is_commented_out(page: &Page<'_>, name: &SecretName<'_>) -> bool {
    let line = page.lines().line_of(name.at.start);
    let (text, span) = page.line(line);
    !secret_names::is_text_for_people(page.path())
        && secret_names::is_comment(text)
        && !page.secrets().any(|credential| credential.span.overlaps(span))
}

/// Whether a row of a table in a text for people tells of a name, as of what was seen elsewhere. A row
/// that begins with the name describes a setting of the program.
fn is_only_mentioned(page: &Page<'_>, name: &SecretName<'_>) -> bool {
    let (text, span) = page.line(page.lines().line_of(name.at.start));
    let before = page.text.get(span.start..name.at.start).unwrap_or_default();
    let behind = page.text.get(name.at.end..span.end).unwrap_or_default();
    let is_in_later_cell = text.trim_start().starts_with('|') && before.matches('|').count() > 1;
    is_in_later_cell && !behind.starts_with('=') && secret_names::is_text_for_people(page.path())
}

fn noted_names(way: Way, names: &[(Span, String, bool)], noted: &mut Noted) {
    let Some((at, _, _)) = names.iter().find(|(_, _, is_ambiguous)| !is_ambiguous).or(names.first()) else {
        return;
    };
    let is_ambiguous = names.iter().all(|(_, _, is_ambiguous)| *is_ambiguous);
    let mut known: Vec<&str> = names.iter().map(|(_, name, _)| name.as_str()).collect();
    known.sort_unstable();
    known.dedup();
    let fault = Fault::of(std::iter::once(way.as_str()).chain(known.iter().copied()))
        .with(known.iter().map(|name| evidence(way.as_str(), listed(name), 0)));
    let fault = if is_ambiguous {
        fault
            .severity(Severity::Low, "nothing but its own words says that the name is Amazon's")
            .confidence(Confidence::Low)
    } else if known.iter().all(|name| {
        let rest = public_rest(name).unwrap_or(name);
        secret_names::meaning(rest).is_none_or(|(_, strength)| strength == Strength::Generic)
    }) {
        fault.confidence(Confidence::Medium)
    } else {
        fault
    };
    noted.fault(*at, fault);
}

/// The first lasting secret of a page that a test of its place holds for.
fn first_lasting<'p>(
    page: &'p Page<'_>,
    holds: impl Fn(Span) -> bool,
) -> Option<&'p crate::model::Credential> {
    page.secrets().find(|credential| phrases::is_lasting(credential.rule.as_str()) && holds(credential.span))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_names_are_told() {
        for name in ["NEXT_PUBLIC_LWA_CLIENT_SECRET", "VITE_SP_API_REFRESH_TOKEN", "PUBLIC_MWS_SECRET_KEY"] {
            assert!(public_rest(name).is_some() && !is_switch(name), "{name}");
        }
        for name in [
            "VITE_LWA_CLIENT_ID",
            "NEXT_PUBLIC_SP_API_TOKEN_URL",
            "VITE_LWA_REFRESH_TOKEN_INTERVAL",
            "LWA_CLIENT_SECRET",
            "REACT_APP_SHOW_REFRESH_TOKEN",
        ] {
            assert!(public_rest(name).is_none() || is_switch(name), "{name}");
        }
    }
}
