//! The audit that the examples of rules are run through: the ordinary one, over files in memory.

use super::{Found, Plan, Progress, scan};
use crate::audit::Chosen;
use crate::detect::canonical;
use crate::model::{Fingerprint, Limits};
use crate::rules::prove::{Audit, Seen};
use crate::rules::{ExampleFile, Rule, RuleSet};
use crate::settings::Own;
use crate::source::Memory;

/// A team that owns nothing: to it everybody is a third party.
static NOBODY: Own = Own::nobody();

/// The day of every example: 1 November 2026, in seconds since 1970.
const NOW_SECONDS: i64 = 1_793_491_200;

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
            exposure: None,
            now_seconds: NOW_SECONDS,
        })
    }
}

impl Audit for Examples<'_> {
    fn audit(&self, files: &[ExampleFile]) -> Vec<Seen> {
        let files = files.iter().map(|f| (f.path.clone(), f.text.clone().into_bytes())).collect();
        let found = self.scan(files).findings;
        found.into_iter().map(|f| Seen { rule: f.rule, fingerprint: f.fingerprint }).collect()
    }

    fn fingerprint(&self, rule: &Rule, value: &str) -> Fingerprint {
        canonical(value).fingerprint(rule.class())
    }
}
