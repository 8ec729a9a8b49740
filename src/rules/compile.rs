//! Rules made ready to run: one keyword search over all, patterns compiled when first needed.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::OnceLock;

use regex::{Regex, RegexBuilder};

use super::gitleaks::GitleaksRules;
use super::load::{Catalogue, Rule};
use super::schema::Match;
use super::sieve::Sieve;
use super::words::WordSearch;
use crate::model::{ContextKind, RuleId};

/// Bytes a compiled pattern may take; a counted repetition of a large class takes megabytes.
pub const PATTERN_BYTES_MAX: usize = 10 << 20;

/// A pattern that is compiled when it is first needed: a clean tree compiles none.
#[derive(Debug)]
pub struct Pattern {
    source: String,
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    fn new(source: impl Into<String>) -> Self {
        Self { source: source.into(), compiled: OnceLock::new() }
    }

    /// Returns the compiled pattern. A broken one, which the checks of rule files rule out,
    /// matches nothing.
    pub fn get(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| compiled(&self.source).ok()).as_ref()
    }
}

/// Compiles a pattern within the bounds for all rules.
///
/// # Errors
/// When it is no pattern, or too large.
pub fn compiled(source: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(source).size_limit(PATTERN_BYTES_MAX).build()
}

/// A value with a public prefix.
#[derive(Debug)]
pub struct Token {
    /// Its rule.
    pub rule: RuleId,
    /// The pattern, with a group `secret`.
    pub pattern: Pattern,
    /// What every value begins with.
    pub prefix: String,
    /// Context it needs.
    pub context: Option<ContextKind>,
    /// What makes it another thing in the same address.
    pub not_beside: Option<String>,
}

/// A value that counts under a name.
#[derive(Debug)]
pub struct Named {
    /// Its rule.
    pub rule: RuleId,
    /// The kind of name.
    pub names: String,
    /// The pattern of the whole value; a group `secret` narrows it.
    pub value: Pattern,
    /// What every value begins with.
    pub prefix: String,
    /// Context it needs under a generic name.
    pub context: Option<ContextKind>,
    /// The kind of a name that must stand in the same document.
    pub beside: Option<String>,
    /// What makes it another thing in the same address.
    pub not_beside: Option<String>,
    /// Whether a value in one letter case is another thing.
    pub both_cases: bool,
}

/// A value that counts beside its partner.
#[derive(Debug)]
pub struct Position {
    /// Its rule.
    pub rule: RuleId,
    /// The partner.
    pub partner: Pattern,
    /// The value, with a group `secret`.
    pub value: Pattern,
    /// Characters between the two, at most.
    pub within_chars: usize,
    /// Lines between the two, at most.
    pub within_lines: usize,
    /// Whether a value in one letter case is another thing.
    pub both_cases: bool,
}

/// Findings of one document that belong together.
#[derive(Debug)]
pub struct Set {
    /// Its rule.
    pub rule: RuleId,
    /// Rules of which all must have found something.
    pub all: Vec<RuleId>,
    /// Rules whose findings join.
    pub with: Vec<RuleId>,
    /// Rules whose findings name the set.
    pub named_by: Vec<RuleId>,
}

/// What the keyword search calls for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Owner {
    Token(usize),
    Position(usize),
}

/// The rules of a run, ready.
#[derive(Debug)]
pub struct RuleSet {
    catalogue: Catalogue,
    tokens: Vec<Token>,
    named: Vec<Named>,
    positions: Vec<Position>,
    sets: Vec<Set>,
    keywords: WordSearch,
    sieve: Sieve,
    gitleaks: Option<GitleaksRules>,
    has_user_rules: bool,
    owners: Vec<Owner>,
}

/// The matchers whose keywords a text holds.
#[derive(Debug)]
pub struct Called<'a> {
    /// Token patterns to run.
    pub tokens: Vec<&'a Token>,
    /// Partners to look for.
    pub positions: Vec<&'a Position>,
}

impl RuleSet {
    /// Makes the rules of a catalogue ready, and those in gitleaks' form beside them.
    #[must_use]
    pub fn new(catalogue: Catalogue, gitleaks: Option<GitleaksRules>) -> Self {
        let mut parts = Parts::default();
        for rule in catalogue.iter() {
            for a_match in &rule.file.matches {
                parts.add(rule, a_match);
            }
        }
        let Parts { tokens, named, positions, sets, literals, owners } = parts;
        let keywords = WordSearch::new(&literals);
        let of = |is_wanted: fn(&Owner) -> bool| -> Vec<String> {
            let wanted = literals.iter().zip(&owners).filter(|(_, owner)| is_wanted(owner));
            wanted.map(|(literal, _)| literal.clone()).collect()
        };
        let sieve = Sieve::new(
            &of(|owner| matches!(owner, Owner::Token(_))),
            &of(|owner| matches!(owner, Owner::Position(_))),
        );
        let has_user_rules = catalogue.iter().any(|rule| rule.is_user && !rule.file.matches.is_empty());
        Self { catalogue, tokens, named, positions, sets, keywords, sieve, owners, gitleaks, has_user_rules }
    }

    /// Returns the catalogue.
    #[must_use]
    pub const fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// Finds the matchers that a text calls for; its ASCII letters are in lower case.
    #[must_use]
    pub fn called(&self, folded: &[u8]) -> Called<'_> {
        let mut owners = BTreeSet::new();
        let all = self.tokens.len() + self.positions.len();
        self.keywords.each(folded, |keyword, _| {
            owners.extend(self.owners.get(keyword));
            if owners.len() < all { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        let token = |owner: &Owner| if let Owner::Token(i) = owner { self.tokens.get(*i) } else { None };
        let position =
            |owner: &Owner| if let Owner::Position(i) = owner { self.positions.get(*i) } else { None };
        Called {
            tokens: owners.iter().filter_map(token).collect(),
            positions: owners.iter().filter_map(position).collect(),
        }
    }

    /// Returns what finds the places worth reading.
    #[must_use]
    pub const fn sieve(&self) -> &Sieve {
        &self.sieve
    }

    /// Returns the matchers of named values.
    #[must_use]
    pub fn named(&self) -> &[Named] {
        &self.named
    }

    /// Returns the rules in gitleaks' form, if there are any.
    #[must_use]
    pub const fn gitleaks(&self) -> Option<&GitleaksRules> {
        self.gitleaks.as_ref()
    }

    /// Tells whether a user's rules run in the ordinary detection, so that the gate, which knows
    /// only the built-in ones, decides nothing.
    #[must_use]
    pub const fn has_user_rules(&self) -> bool {
        self.has_user_rules
    }

    /// Returns the sets.
    #[must_use]
    pub fn sets(&self) -> &[Set] {
        &self.sets
    }
}

#[derive(Default)]
struct Parts {
    tokens: Vec<Token>,
    named: Vec<Named>,
    positions: Vec<Position>,
    sets: Vec<Set>,
    literals: Vec<String>,
    owners: Vec<Owner>,
}

impl Parts {
    fn add(&mut self, rule: &Rule, a_match: &Match) {
        let id = rule.id.clone();
        match a_match {
            Match::Token { keywords, pattern, prefix, context, not_beside } => {
                self.call(keywords, Owner::Token(self.tokens.len()));
                let pattern = Pattern::new(pattern.as_str());
                self.tokens.push(Token {
                    rule: id,
                    pattern,
                    prefix: prefix.clone(),
                    context: *context,
                    not_beside: not_beside.clone(),
                });
            }
            Match::Named { names, value, prefix, context, beside, not_beside, both_cases } => {
                self.named.push(Named {
                    rule: id,
                    names: names.clone(),
                    value: Pattern::new(format!("^(?:{value})$")),
                    prefix: prefix.clone(),
                    context: *context,
                    beside: beside.clone(),
                    not_beside: not_beside.clone(),
                    both_cases: *both_cases,
                })
            }
            Match::Position { keywords, partner, value, within_chars, within_lines, both_cases } => {
                self.call(keywords, Owner::Position(self.positions.len()));
                self.positions.push(Position {
                    rule: id,
                    partner: Pattern::new(partner.as_str()),
                    value: Pattern::new(value.as_str()),
                    within_chars: *within_chars,
                    within_lines: *within_lines,
                    both_cases: *both_cases,
                });
            }
            Match::Set { all, with, named_by } => {
                let ids = |ids: &[String]| ids.iter().map(|id| RuleId::new(id)).collect();
                self.sets.push(Set { rule: id, all: ids(all), with: ids(with), named_by: ids(named_by) });
            }
            Match::Audit {} => {}
        }
    }

    fn call(&mut self, keywords: &[String], owner: Owner) {
        for keyword in keywords {
            self.literals.push(keyword.clone());
            self.owners.push(owner);
        }
    }
}
