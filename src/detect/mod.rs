//! Finds credentials in readings: token patterns, named values, position, guards, sets.
//!
//! Total: any reading in, sightings out. A [`Sighting`] is what was seen in one text; a
//! [`Gathering`] collects those of a whole document and decides which of them stand.

mod context;
mod gathering;
mod guards;
mod lifespan;
mod named;
mod position;
mod sets;
mod token;
mod user;
mod variety;

pub use gathering::{Gathered, Gathering, Pending, Traced, Window};
pub use sets::FoundSet;
pub use user::detect_by_gitleaks;

use crate::decode;
use crate::model::{Basis, Confidence, ContextKind, Reading, RuleId, Secret, Span};
use crate::rules::RuleSet;

/// A credential seen in one text, before its document is known whole.
#[derive(Debug)]
pub struct Sighting {
    /// The rule.
    pub rule: RuleId,
    /// What it stands on.
    pub basis: Basis,
    /// Where the value is, in the text it was seen in.
    pub span: Span,
    /// The canonical value; none where a path alone was seen.
    pub secret: Option<Secret>,
    /// Bytes of public prefix that may be shown.
    pub prefix_bytes: usize,
    /// The name as written; empty without one.
    pub name: String,
    /// What else speaks for it: the prefix, or the partner's kind.
    pub because: &'static str,
    /// Context the document must turn out to have.
    pub needs: Option<ContextKind>,
    /// The kind of a name the document must turn out to have.
    pub beside: Option<String>,
    /// How sure, where it is less sure than its rule.
    pub confidence: Option<Confidence>,
}

/// Sees every credential in one text.
#[must_use]
pub fn detect(reading: &Reading<'_>, rules: &RuleSet) -> Vec<Sighting> {
    let called = rules.called(reading.folded.as_bytes());
    let mut sightings = Vec::new();
    for token in &called.tokens {
        token::see(reading, token, &mut sightings);
    }
    named::see(reading, rules, &mut sightings);
    for position in &called.positions {
        position::see(reading, position, &mut sightings);
    }
    sightings
}

/// The canonical form that fingerprints are made of: decoded, `|` plain, hex in lower case.
#[must_use]
pub fn canonical(value: &str) -> Secret {
    let plain = decode::percent_decoded(value.trim());
    // JSON may write a slash behind a backslash.
    let plain = if plain.contains("\\/") { plain.replace("\\/", "/").into() } else { plain };
    let plain = plain.as_ref();
    if plain.starts_with("-----BEGIN") {
        return Secret::new(pem_letters(plain).as_bytes());
    }
    let hex_from = plain.rfind('.').map_or(0, |dot| dot + 1);
    let is_hex = plain
        .get(hex_from..)
        .is_some_and(|tail| tail.len() >= 32 && tail.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-'));
    if is_hex {
        return Secret::new(plain.to_ascii_lowercase().as_bytes());
    }
    if let Some((kind, body)) = token::split_at_bar(plain) {
        return Secret::new(format!("{kind}|{body}").as_bytes());
    }
    Secret::new(plain.as_bytes())
}

/// Bytes of the public prefix of a value; a rule may take values with and without it.
fn prefix_bytes(value: &Secret, prefix: &str) -> usize {
    if value.begins_with(prefix) { prefix.len() } else { 0 }
}

/// A PEM block without line breaks, written out or not, and without the quotes of its pieces.
fn pem_letters(block: &str) -> String {
    let joined = block.replace("\\r", "").replace("\\n", "");
    joined.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=' | '-')).collect()
}
