//! Runs a rule's own examples: what must be found is, and nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::load::{Catalogue, Rule};
use super::sample::sample;
use super::schema::{Example, ExampleCommit, ExampleFile};
use crate::model::{Fingerprint, RuleId};

/// What an audit of an example saw.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seen {
    /// The rule.
    pub rule: RuleId,
    /// The fingerprint of the finding.
    pub fingerprint: Fingerprint,
}

/// The audit that examples are run through.
pub trait Audit {
    /// Audits an example; fails if what stands around its files cannot be read.
    fn audit(&self, example: &Filled) -> Result<Vec<Seen>, String>;

    /// Names a value as a finding of `rule` would.
    fn fingerprint(&self, rule: &Rule, value: &str) -> Fingerprint;
}

/// An example that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The rule.
    pub rule: RuleId,
    /// The example's name.
    pub example: String,
    /// What is wrong with it.
    pub what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: example \"{}\": {}", self.rule, self.example, self.what)
    }
}

/// An example with its samples filled in.
#[derive(Debug, Clone, Default)]
pub struct Filled {
    /// The files to audit.
    pub files: Vec<ExampleFile>,
    /// The samples by name.
    pub samples: BTreeMap<String, String>,
    /// The commits that lead to the files; none where they are just there.
    pub commits: Vec<ExampleCommit>,
    /// The ledger, its fingerprints not yet filled in.
    pub ledger: Option<String>,
    /// The time to judge by, as written.
    pub now: Option<String>,
}

/// Fills in the samples of an example, the same way at every run.
#[must_use]
pub fn filled(rule: &Rule, example: &Example) -> Filled {
    let samples: BTreeMap<String, String> = example
        .samples
        .iter()
        .map(|(name, shape)| (name.clone(), sample(shape, seed(&[rule.id.as_str(), &example.name, name]))))
        .collect();
    let fill = |text: &str| {
        samples
            .iter()
            .fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
    };
    let path = example.path.clone().unwrap_or_else(|| "example.txt".to_owned());
    let fill_all = |files: &[ExampleFile]| -> Vec<ExampleFile> {
        files.iter().map(|f| ExampleFile { path: f.path.clone(), text: fill(&f.text) }).collect()
    };
    let commits: Vec<ExampleCommit> = example
        .commits
        .iter()
        .map(|commit| ExampleCommit { files: fill_all(&commit.files), ..commit.clone() })
        .collect();
    let files = if !commits.is_empty() {
        tree(&commits)
    } else if example.files.is_empty() {
        vec![ExampleFile { path, text: fill(&example.text) }]
    } else {
        fill_all(&example.files)
    };
    Filled { files, samples, commits, ledger: example.ledger.clone(), now: example.now.clone() }
}

/// Returns the files as the last of some commits leaves them.
#[must_use]
pub fn tree(commits: &[ExampleCommit]) -> Vec<ExampleFile> {
    let mut files: BTreeMap<&str, &str> = BTreeMap::new();
    for commit in commits {
        commit.removes.iter().for_each(|path| {
            files.remove(path.as_str());
        });
        files.extend(commit.files.iter().map(|file| (file.path.as_str(), file.text.as_str())));
    }
    let file = |(path, text): (&str, &str)| ExampleFile { path: path.to_owned(), text: text.to_owned() };
    files.into_iter().map(file).collect()
}

/// Runs every example of every rule; an empty answer is the proof.
#[must_use]
pub fn prove(catalogue: &Catalogue, audit: &dyn Audit) -> Vec<Fault> {
    let mut faults = Vec::new();
    for rule in catalogue.iter() {
        for example in &rule.file.examples {
            let filled = filled(rule, example);
            let what = match audit.audit(&filled) {
                Ok(seen) => fault(rule, example, &filled.samples, &seen, audit),
                Err(reason) => Some(reason),
            };
            if let Some(what) = what {
                faults.push(Fault { rule: rule.id.clone(), example: example.name.clone(), what });
            }
        }
    }
    faults
}

fn fault(
    rule: &Rule,
    example: &Example,
    samples: &BTreeMap<String, String>,
    seen: &[Seen],
    audit: &dyn Audit,
) -> Option<String> {
    let own: BTreeSet<Fingerprint> =
        seen.iter().filter(|s| s.rule == rule.id).map(|s| s.fingerprint).collect();
    if let Some(count) = example.count {
        return (own.len() != count).then(|| format!("{} findings instead of {count}", own.len()));
    }
    if rule.is_guessable() {
        let count = example.finds.len();
        return (own.len() != count).then(|| format!("{} findings instead of {count}", own.len()));
    }
    let wanted: BTreeMap<Fingerprint, &str> = example
        .finds
        .iter()
        .filter_map(|name| Some((audit.fingerprint(rule, samples.get(name)?), name.as_str())))
        .collect();
    if wanted.len() != example.finds.len() {
        return Some("`finds` names a sample that is not there".to_owned());
    }
    let missed: Vec<&str> = wanted.iter().filter(|(f, _)| !own.contains(f)).map(|(_, name)| *name).collect();
    let extra = own.iter().filter(|f| !wanted.contains_key(f)).count();
    match (missed.is_empty(), extra) {
        (true, 0) => None,
        (true, _) => Some(format!("{extra} findings that it does not name")),
        (false, 0) => Some(format!("misses {}", missed.join(", "))),
        (false, _) => {
            Some(format!("misses {} and has {extra} findings that it does not name", missed.join(", ")))
        }
    }
}

fn seed(parts: &[&str]) -> u64 {
    // FNV-1a: any stable spread will do.
    parts
        .iter()
        .flat_map(|p| p.bytes().chain([0]))
        .fold(0xcbf2_9ce4_8422_2325, |hash, b| (hash ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3))
}
