//! The audit that the examples of rules are run through: the ordinary one, over files in memory.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{Found, Plan, Progress, scan};
use crate::audit::Chosen;
use crate::detect::canonical;
use crate::ledger::Ledger;
use crate::model::{Fingerprint, Limits};
use crate::rules::prove::{Audit, Filled, Seen};
use crate::rules::{Rule, RuleSet};
use crate::settings::Own;
use crate::source::Memory;

/// A team that owns nothing: to it everybody is a third party.
static NOBODY: Own = Own::nobody();
/// To it no key is known.
static NO_LEDGER: Ledger = Ledger::absent();
/// The time that examples are judged by which give none, so that no proof depends on the clock.
const NOW: &str = "2026-07-01T00:00:00Z";

/// Audits examples with a set of rules.
#[derive(Debug, Clone, Copy)]
pub struct Examples<'a> {
    rules: &'a RuleSet,
    reads_whole: bool,
}

impl<'a> Examples<'a> {
    /// Uses `rules`, identifiers included.
    #[must_use]
    pub const fn new(rules: &'a RuleSet) -> Self {
        Self { rules, reads_whole: true }
    }

    /// Uses `rules` as an ordinary run does, which reads texts only where a secret could be.
    #[must_use]
    pub const fn sieved(rules: &'a RuleSet) -> Self {
        Self { rules, reads_whole: false }
    }

    /// Audits files in memory.
    #[must_use]
    pub fn scan(&self, files: Vec<(String, Vec<u8>)>) -> Found {
        self.run(files, &NO_LEDGER, NOW.parse().unwrap_or_default())
    }

    /// Audits files in memory under the circumstances of an example.
    ///
    /// # Errors
    /// When the ledger or the time of the example cannot be read.
    pub fn scan_as(&self, example: &Filled, files: Vec<(String, Vec<u8>)>) -> Result<Found, String> {
        let ledger = match &example.ledger {
            None => Ledger::absent(),
            Some(text) => self.ledger(text, example)?,
        };
        let now = example.now.as_deref().unwrap_or(NOW);
        let midnight = || now.parse::<Date>().ok()?.to_zoned(TimeZone::UTC).ok().map(|z| z.timestamp());
        let now = now.parse().ok().or_else(midnight).ok_or("its `now` is neither a date nor a time")?;
        Ok(self.run(files, &ledger, now))
    }

    fn run(&self, files: Vec<(String, Vec<u8>)>, ledger: &Ledger, now: Timestamp) -> Found {
        let source = Memory::new(files);
        let progress = Progress::default();
        scan(Plan {
            source: &source,
            rules: self.rules,
            limits: &Limits::STANDARD,
            reads_whole: self.reads_whole,
            audits: Chosen::ALL,
            progress: &progress,
            own: &NOBODY,
            ledger,
            now,
            exposure: None,
        })
    }

    /// Reads the ledger of an example, with the fingerprints of its samples.
    fn ledger(&self, text: &str, example: &Filled) -> Result<Ledger, String> {
        let catalogue = self.rules.catalogue();
        let mut text = text.to_owned();
        for (name, value) in &example.samples {
            for rule in catalogue.iter() {
                let form = format!("{{{}:{name}}}", rule.id);
                if text.contains(&form) {
                    text = text.replace(&form, &self.fingerprint(rule, value).to_string());
                }
            }
        }
        Ledger::parse("ledger", &text, catalogue).map_err(|faults| {
            let faults: Vec<String> =
                faults.iter().map(|fault| format!("{}:{}", fault.line, fault.message)).collect();
            format!("its ledger cannot be read: {}", faults.join("; "))
        })
    }
}

impl Audit for Examples<'_> {
    fn audit(&self, example: &Filled) -> Result<Vec<Seen>, String> {
        let files = example.files.iter().map(|f| (f.path.clone(), f.text.clone().into_bytes())).collect();
        let found = self.scan_as(example, files)?.findings;
        Ok(found.into_iter().map(|f| Seen { rule: f.rule, fingerprint: f.fingerprint }).collect())
    }

    fn fingerprint(&self, rule: &Rule, value: &str) -> Fingerprint {
        canonical(value).fingerprint(rule.class())
    }
}
