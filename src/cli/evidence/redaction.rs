//! A record is audited by the same rules before it is written.

use std::collections::BTreeSet;

use crate::audit::Chosen;
use crate::ledger::Ledger;
use crate::model::{Family, Finding, Limits, Severity};
use crate::rules::RuleSet;
use crate::scan::{self, Progress};
use crate::settings::Own;
use crate::source::Memory;

/// Returns the rules that see in a text what must not be shown; none where there is nothing.
pub(super) fn seen_in(name: &str, text: &str, rules: &RuleSet) -> Option<Vec<String>> {
    let source = Memory::new(vec![(name.to_owned(), text.as_bytes().to_vec())]);
    let found = scan::scan(scan::Plan {
        source: &source,
        rules,
        limits: &Limits::STANDARD,
        reads_whole: false,
        progress: &Progress::default(),
        own: &Own::default(),
        ledger: &Ledger::absent(),
        now: jiff::Timestamp::UNIX_EPOCH,
        audits: Chosen::ALL,
        exposure: None,
    });
    let seen: BTreeSet<&str> =
        found.findings.iter().filter(|finding| is_shown(finding)).map(|f| f.rule.as_str()).collect();
    (!seen.is_empty()).then(|| seen.into_iter().map(str::to_owned).collect())
}

/// Faults of a project are none of a record; secrets and buyers' data are. Identifiers are public.
fn is_shown(finding: &Finding) -> bool {
    finding.severity > Severity::Info
        && (finding.secret.is_some() || matches!(finding.family, Family::Leak | Family::CustomerData))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{Catalogue, sample};

    #[test]
    fn a_record_with_a_secret_in_it_is_seen() {
        let rules = RuleSet::new(Catalogue::builtin().unwrap(), None);
        let seen = |text: &str| seen_in("evidence.json", text, &rules);
        for (shape, rule) in [
            ("{\"reason\": \"Atzr|IwEBI{b64url:340}\"}", "lwa-refresh-token"),
            ("{\"owner\": \"amzn1.oa2-cs.v1.{hex:64}\"}", "lwa-client-secret"),
        ] {
            assert_eq!(seen(&sample(shape, 1)).as_deref(), Some(&[rule.to_owned()][..]), "{shape}");
        }
        let digests = "{\"fingerprint\": \"{hex:32}\", \"target\": \"{hex:40}\", \
                       \"rules_digest\": \"sha256:{hex:64}\", \"rule\": \"lwa-client-secret\", \"at\": \"Atzr|\"}";
        assert_eq!(seen(&sample(digests, 1)), None);
    }
}
