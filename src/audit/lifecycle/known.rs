//! Which findings are credentials that work for long, and whether they still do.

use crate::audit::{Corpus, Held};
use crate::ledger::Standing;
use crate::model::{Because, Family};

/// Credentials that work until somebody ends it, or for months. What lasts for minutes or an hour
/// needs no keeping track of.
const LASTING: [&str; 5] = [
    "lwa-client-secret",
    "lwa-refresh-token",
    "aws-secret-access-key",
    "amazon-pay-private-key",
    "mws-auth-token",
];

/// Tells whether a finding is a credential of random letters that lasts, so that its fingerprint
/// tells it from all others. Everybody has keys of AWS; those beside a word of Amazon's are meant.
pub(super) fn is_lasting(held: &Held<'_>) -> bool {
    let finding = held.finding;
    let is_meant = finding.rule.as_str() != "aws-secret-access-key" || held.lifetime.is_of_amazon;
    let is_of_kind = LASTING.contains(&finding.rule.as_str()) && is_meant;
    finding.family == Family::Leak && finding.secret.is_some() && is_of_kind
}

/// Tells whether it is known to work no more: by the ledger, or by its age.
pub(super) fn is_dead(corpus: &Corpus<'_>, held: &Held<'_>) -> bool {
    match corpus.ledger.standing(held.finding.fingerprint) {
        Standing::Live(_) => false,
        Standing::Rotated(_, since) => since <= corpus.today(),
        Standing::Unknown => {
            is_because(held, Because::MwsDeleted) || is_because(held, Because::SecretOutlived)
        }
    }
}

/// Tells whether its severity is what it is for a reason.
pub(super) fn is_because(held: &Held<'_>, because: Because) -> bool {
    held.finding.severity_because.iter().any(|reason| reason == because.as_str())
}

/// Returns how long it has been known to git, in days.
pub(super) fn age_days(held: &Held<'_>) -> Option<u64> {
    held.finding.exposure.as_ref()?.age_days
}
