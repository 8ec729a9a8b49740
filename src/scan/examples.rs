//! The audit that the examples of rules are run through: the ordinary one, over files in memory.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{Found, Plan, Progress, scan};
use crate::audit::Chosen;
use crate::detect::canonical;
use crate::exposure::{Asked, ToldCommit};
use crate::git::Id;
use crate::ledger::Ledger;
use crate::model::{Fingerprint, Limits};
use crate::rules::prove::{Audit, Filled, Seen, tree};
use crate::rules::{ExampleCommit, ExampleFile, Rule, RuleSet};
use crate::settings::Own;
use crate::source::{Memory, MemoryHistory, Source};

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
        let now =
            time(example.now.as_deref().unwrap_or(NOW)).ok_or("its `now` is neither a date nor a time")?;
        if example.commits.is_empty() {
            return Ok(self.run(files, &ledger, now));
        }
        let told = Told::of(&example.commits).ok_or("a `date` is neither a date nor a time")?;
        let source = MemoryHistory::new(told.versions, files);
        let exposure = Asked::OfTold { commits: &told.commits, now_seconds: now.as_second() };
        Ok(self.run_over(&source, Some(exposure), &ledger, now))
    }

    fn run(&self, files: Vec<(String, Vec<u8>)>, ledger: &Ledger, now: Timestamp) -> Found {
        self.run_over(&Memory::new(files), None, ledger, now)
    }

    fn run_over(
        &self,
        source: &dyn Source,
        exposure: Option<Asked<'_>>,
        ledger: &Ledger,
        now: Timestamp,
    ) -> Found {
        let progress = Progress::default();
        scan(Plan {
            source,
            rules: self.rules,
            limits: &Limits::STANDARD,
            reads_whole: self.reads_whole,
            audits: Chosen::ALL,
            progress: &progress,
            own: &NOBODY,
            ledger,
            now,
            exposure,
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

/// Reads a date, for its midnight in UTC, or a time of RFC 3339.
fn time(text: &str) -> Option<Timestamp> {
    let midnight = || text.parse::<Date>().ok()?.to_zoned(TimeZone::UTC).ok().map(|z| z.timestamp());
    text.parse().ok().or_else(midnight)
}

/// The history of an example.
struct Told {
    /// Every version of every file: path, object, bytes.
    versions: Vec<(String, Arc<str>, Vec<u8>)>,
    commits: Vec<ToldCommit>,
}

impl Told {
    fn of(commits: &[ExampleCommit]) -> Option<Self> {
        let mut told = Self { versions: Vec::new(), commits: Vec::new() };
        for (at, commit) in commits.iter().enumerate() {
            let id = Id::from_hex(format!("{:040x}", at + 1).as_bytes())?;
            let objects = tree(commits.get(..=at)?).into_iter().map(|file| told.object(file)).collect();
            let seconds = time(&commit.date)?.as_second();
            let author = commit.author.as_str().into();
            told.commits.push(ToldCommit { id, seconds, author, objects });
        }
        Some(told)
    }

    /// Returns the name of a file's content, and keeps its version if it is a new one.
    fn object(&mut self, file: ExampleFile) -> Arc<str> {
        let name = Fingerprint::of(&[file.text.as_bytes()]);
        let object: Arc<str> = format!("{name}00000000").into();
        if !self.versions.iter().any(|(path, known, _)| *path == file.path && *known == object) {
            self.versions.push((file.path, Arc::clone(&object), file.text.into_bytes()));
        }
        object
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Tag;
    use crate::rules::{Catalogue, Example, prove::filled};

    const REMOVED: &str = r#"
name = "removed in the second commit"
samples.s = "amzn1.oa2-cs.v1.{hex:64}"
now = "2026-11-28"
ledger = '''
[[credential]]
id = "app"
class = "lwa-client-secret"
fingerprint = "{lwa-client-secret:s}"
owner = "Mika"
issued = 2026-01-10
'''
[[commits]]
date = "2026-02-01"
author = "ken"
files = [{ path = "a.env", text = "LWA_CLIENT_SECRET={s}\n" }, { path = "b.txt", text = "b" }]
[[commits]]
date = "2026-02-03"
removes = ["a.env"]
"#;

    #[test]
    fn commits_and_ledgers_surround_an_example() {
        let rules = RuleSet::new(Catalogue::builtin().unwrap(), None);
        let rule = rules.catalogue().iter().find(|rule| rule.id.as_str() == "lwa-client-secret").unwrap();
        let example: Example = toml::from_str(REMOVED).unwrap();
        let filled = filled(rule, &example);
        let paths: Vec<&str> = filled.files.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(paths, ["b.txt"]);
        let examples = Examples::new(&rules);
        let found = examples.scan_as(&filled, vec![("b.txt".to_owned(), b"b".to_vec())]).unwrap();
        let leak = found.findings.iter().find(|finding| finding.rule == rule.id).unwrap();
        assert!(leak.tags.contains(&Tag::HistoryOnly));
        let exposure = leak.exposure.as_ref().unwrap();
        assert_eq!(exposure.first_seen.as_deref(), Some("2026-02-01T00:00:00Z"));
        assert_eq!(
            (exposure.age_days, exposure.commits, exposure.at_head),
            (Some(300), Some(1), Some(false))
        );
        let ledger = examples.ledger(filled.ledger.as_deref().unwrap(), &filled).unwrap();
        assert!(matches!(ledger.standing(leak.fingerprint), crate::ledger::Standing::Live(_)));
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        let rules = RuleSet::new(Catalogue::builtin().unwrap(), None);
        let examples = Examples::new(&rules);
        let with = |ledger: Option<&str>, now: Option<&str>| Filled {
            ledger: ledger.map(str::to_owned),
            now: now.map(str::to_owned),
            ..Filled::default()
        };
        let reason = examples.scan_as(&with(Some("[[credential]]\nid = 3"), None), Vec::new()).unwrap_err();
        assert!(reason.starts_with("its ledger cannot be read: 1:"), "{reason}");
        assert!(examples.scan_as(&with(None, Some("soon")), Vec::new()).is_err());
    }
}
