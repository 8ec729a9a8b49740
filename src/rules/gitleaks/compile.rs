//! Rules in gitleaks' form, made ready to run.

use std::collections::BTreeMap;

use aho_corasick::AhoCorasick;
use regex::Regex;
use sha2::{Digest, Sha256};

use super::allowlist::Allowlist;
use super::extend::Config;
use super::schema::WrittenRule;
use super::table::At;
use crate::model::{Confidence, Family, RuleId, Severity};
use crate::rules::{Rule, RuleError, RuleFile, Text, Texts};

/// Every rule in gitleaks' form that was given, ready to run.
#[derive(Debug)]
pub struct GitleaksRules {
    /// By file and id.
    pub(super) rules: Vec<Ready>,
    /// The allowlists of each file.
    pub(super) allowlists: Vec<Vec<Allowlist>>,
    /// One search for the keywords of all rules.
    pub(super) keywords: AhoCorasick,
    /// Which rules each keyword wakes.
    pub(super) wakes: Vec<Vec<usize>>,
    digest: String,
}

/// One rule.
#[derive(Debug)]
pub(super) struct Ready {
    pub(super) id: RuleId,
    /// Index into [`GitleaksRules::allowlists`].
    pub(super) file: usize,
    /// Whether a finding of a more particular rule takes its place.
    pub(super) is_generic: bool,
    /// Runs only as a part of others.
    pub(super) is_silent: bool,
    pub(super) regex: Option<Regex>,
    pub(super) path: Option<Regex>,
    pub(super) secret_group: Option<usize>,
    pub(super) entropy: Option<f64>,
    pub(super) has_keywords: bool,
    pub(super) allowlists: Vec<Allowlist>,
    pub(super) required: Vec<Needed>,
}

/// Another rule that must match near a rule's own match.
#[derive(Debug)]
pub(super) struct Needed {
    /// Index of the rule.
    pub(super) rule: usize,
    pub(super) within_lines: Option<usize>,
    pub(super) within_columns: Option<usize>,
}

impl GitleaksRules {
    /// Makes the rules of several files ready; ids are unique over all of them.
    pub(in crate::rules) fn new(configs: Vec<Config>) -> Result<Self, RuleError> {
        let mut words: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        let mut hash = Sha256::new();
        let mut first_at = None;
        let (mut rules, mut allowlists) = (Vec::new(), Vec::new());
        for (file, config) in configs.into_iter().enumerate() {
            config.texts.iter().for_each(|text| hash.update(text));
            let places: BTreeMap<String, usize> = config.rules.keys().cloned().zip(rules.len()..).collect();
            for rule in config.rules.into_values() {
                for word in &rule.keywords {
                    words.entry(word.clone()).or_default().push(rules.len());
                }
                first_at.get_or_insert_with(|| rule.at.clone());
                rules.push(Ready::new(rule, file, &places));
            }
            allowlists.push(config.allowlists);
        }
        let keywords = searched(words.keys(), first_at.as_ref())?;
        let digest = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { rules, allowlists, keywords, wakes: words.into_values().collect(), digest })
    }

    /// Returns the SHA-256 of the files the rules were read from, in hex.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }
}

fn searched<'w>(words: impl Iterator<Item = &'w String>, at: Option<&At>) -> Result<AhoCorasick, RuleError> {
    let search = AhoCorasick::builder().ascii_case_insensitive(true).build(words);
    search.map_err(|error| match at {
        Some(at) => at.error("the rules have too many keywords"),
        None => RuleError::Unreadable { path: String::new(), source: std::io::Error::other(error) },
    })
}

impl Ready {
    fn new(rule: WrittenRule, file: usize, places: &BTreeMap<String, usize>) -> Self {
        let needed = rule.required.iter().filter_map(|required| {
            // Every required id is there: reading the file has checked it.
            let rule = *places.get(&required.id.value)?;
            Some(Needed {
                rule,
                within_lines: required.within_lines,
                within_columns: required.within_columns,
            })
        });
        Self {
            required: needed.collect(),
            id: RuleId::new(&rule.id),
            file,
            is_generic: rule.id.to_lowercase().contains("generic"),
            is_silent: rule.is_silent,
            regex: rule.regex,
            path: rule.path,
            secret_group: rule.secret_group.map(|group| group.value),
            entropy: rule.entropy,
            has_keywords: !rule.keywords.is_empty(),
            allowlists: rule.allowlists,
        }
    }
}

impl Config {
    /// Returns the rules as reports speak of them, with where each was written.
    pub(in crate::rules) fn catalogue(&self) -> impl Iterator<Item = (At, Rule)> {
        self.rules.values().map(|rule| (rule.at.clone(), spoken_of(rule)))
    }
}

fn spoken_of(rule: &WrittenRule) -> Rule {
    let title = rule.description.trim().trim_end_matches('.');
    let title = if title.is_empty() { rule.id.as_str() } else { title };
    let mut why =
        "A rule that your team brought matches here. Its author knows what the value opens.".to_owned();
    if !rule.tags.is_empty() {
        why.push_str(&format!(" Tags: {}.", rule.tags.join(", ")));
    }
    Rule {
        id: RuleId::new(&rule.id),
        family: Family::Leak,
        file: RuleFile {
            lifespan: None,
            id: rule.id.clone(),
            class: None,
            severity: Severity::Medium,
            confidence: Confidence::Medium,
            identifier: false,
            unknown_bits: None,
            policy: Vec::new(),
            remediation: Vec::new(),
            text: Texts { en: Text { title: title.to_owned(), why }, ja: None },
            matches: Vec::new(),
            examples: Vec::new(),
        },
        is_user: true,
    }
}
