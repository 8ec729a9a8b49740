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
    seen_by(name, text, rules, is_shown)
}

/// The same of a page made of a record. The name of a password beside the place where one is stands
/// there in a table as the password itself would, so that what could be guessed is not asked for.
pub(super) fn seen_in_page(text: &str, rules: &RuleSet) -> Option<Vec<String>> {
    let is_random = |finding: &Finding| finding.secret.as_ref().is_some_and(|secret| secret.length.is_some());
    seen_by("evidence.txt", text, rules, |finding| is_shown(finding) && is_random(finding))
}

fn seen_by(
    name: &str,
    text: &str,
    rules: &RuleSet,
    is_shown: impl Fn(&Finding) -> bool,
) -> Option<Vec<String>> {
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
        for (key, shape, rule) in [
            ("reason", "Atzr|IwEBI{b64url:340}", "lwa-refresh-token"),
            ("owner", "amzn1.oa2-cs.v1.{hex:64}", "lwa-client-secret"),
        ] {
            let record = format!("{{\"suppressed\": [{{\"{key}\": \"{}\"}}]}}", sample(shape, 1));
            assert_eq!(seen(&record).as_deref(), Some(&[rule.to_owned()][..]), "{shape}");
        }
        let token = sample("| Mika | Atzr|IwEBI{b64url:340} |", 1);
        assert_eq!(seen_in_page(&token, &rules).as_deref(), Some(&["lwa-refresh-token".to_owned()][..]));
        let digests = format!(
            "{{\"fingerprint\": \"{}\", \"target\": \"{}\", \"rules_digest\": \"sha256:{}\", \
             \"rule\": \"lwa-client-secret\", \"heads\": [\"{}\"]}}",
            sample("{hex:32}", 1),
            sample("{hex:40}", 2),
            sample("{hex:64}", 3),
            sample("{hex:64}", 4)
        );
        assert_eq!(seen(&digests), None);
    }

    #[test]
    fn names_of_rules_beside_places_are_no_secrets() {
        let rules = RuleSet::new(Catalogue::builtin().unwrap(), None);
        for rule in rules.catalogue().iter() {
            let texts = [Some(&rule.file.text.en), rule.file.text.ja.as_ref()];
            for title in texts.into_iter().flatten().map(|text| &text.title) {
                let page = format!(
                    "| Severity | Finding | Place | First in the history |\n| --- | --- | --- | --- |\n\
                     | high | {title} | `config/amazon-login.ini:3` | 2026-01-31 |\n"
                );
                assert_eq!(seen_in_page(&page, &rules), None, "{title}");
            }
            let id = &rule.id;
            let json = format!(
                "{{\"open\": [{{\n\"fingerprint\": \"{}\",\n\"rule\": \"{id}\",\n\"path\": \"config/login.ini\"\n}}]}}",
                sample("{hex:32}", 1)
            );
            assert_eq!(seen_in("evidence.json", &json, &rules), None, "{id}");
        }
    }
}
