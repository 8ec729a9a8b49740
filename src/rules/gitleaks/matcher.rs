//! Runs the rules over one text, in the order of gitleaks' own steps.

use std::collections::{BTreeMap, BTreeSet};

use regex::Regex;

use super::allowlist::Subject;
use super::compile::{GitleaksRules, Ready};
use super::lines::{Fragment, Spot};
use super::required::Near;
use crate::model::{Limits, RuleId, Span};

/// Matches kept of one rule in one text: one more than detection keeps of a document, so that it
/// can tell that there were too many.
const KEPT_MAX: usize = Limits::STANDARD.candidates_max + 1;
/// Matches of a required rule that are remembered of one text.
const NEAR_MAX: usize = 1 << 20;

/// A place where a user's rule matched.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct UserMatch {
    /// The secret, never empty; none where the path alone matched.
    pub span: Option<Span>,
    /// The rule.
    pub rule: RuleId,
    /// The name of the group that held the secret, which is the rule's own text and never the
    /// document's; empty where the group has no name.
    pub field: String,
}

#[derive(Debug)]
struct Found<'a> {
    rule: usize,
    /// Where the whole match begins, in gitleaks' count.
    spot: Spot,
    /// What gitleaks calls the secret; empty where the path alone matched.
    secret: &'a str,
    reported: UserMatch,
}

impl GitleaksRules {
    /// Finds what the rules find in one text.
    ///
    /// `path` is relative to the root, with `/`. A rule of paths alone gives a match without a span
    /// in each text of the path; they are one finding. At most one match more than
    /// [`Limits::candidates_max`] is returned of each rule.
    #[must_use]
    pub fn scan(&self, path: Option<&str>, text: &str, commit: Option<&str>) -> Vec<UserMatch> {
        let fragment = Fragment::new(path.unwrap_or_default(), commit.unwrap_or_default(), text);
        let passed_over: Vec<bool> = self
            .allowlists
            .iter()
            .map(|lists| lists.iter().any(|list| list.passes_over(fragment.path, fragment.commit)))
            .collect();
        let mut found = Vec::new();
        for ((index, rule), is_awake) in self.rules.iter().enumerate().zip(self.awake(text)) {
            let is_passed_over = passed_over.get(rule.file).copied().unwrap_or_default();
            if is_awake && !is_passed_over && !rule.is_silent {
                self.run(index, rule, &fragment, &mut found);
            }
        }
        let mut matches = particular(&self.rules, found);
        matches.sort();
        matches
    }

    /// Says of each rule whether one of its keywords is there, or that it has none.
    fn awake(&self, text: &str) -> Vec<bool> {
        let mut awake: Vec<bool> = self.rules.iter().map(|rule| !rule.has_keywords).collect();
        let folded;
        let text = if text.is_ascii() {
            text
        } else {
            folded = text.to_lowercase();
            &folded
        };
        let mut seen = BTreeSet::new();
        for hit in self.keywords.find_overlapping_iter(text) {
            let word = hit.pattern().as_usize();
            if seen.insert(word) {
                for rule in self.wakes.get(word).into_iter().flatten() {
                    if let Some(rule) = awake.get_mut(*rule) {
                        *rule = true;
                    }
                }
                if seen.len() == self.wakes.len() {
                    break;
                }
            }
        }
        awake
    }

    fn run<'a>(&self, index: usize, rule: &Ready, fragment: &Fragment<'a>, found: &mut Vec<Found<'a>>) {
        let mut near: Option<Vec<Near<'_>>> = None;
        let mut kept = 0;
        self.each(index, rule, fragment, &mut |candidate| {
            let near = near.get_or_insert_with(|| self.near(rule, fragment));
            let is_complete = near.iter().all(|required| {
                let mut same = near.iter().filter(|other| other.rule() == required.rule());
                same.any(|other| other.holds(candidate.spot))
            });
            if is_complete {
                found.push(candidate);
                kept += 1;
            }
            kept < KEPT_MAX
        });
    }

    /// Runs the required rules, which need no keyword and may be silent ones.
    fn near<'r>(&self, rule: &'r Ready, fragment: &Fragment<'_>) -> Vec<Near<'r>> {
        rule.required
            .iter()
            .filter_map(|needed| {
                let mut spots = Vec::new();
                let required = self.rules.get(needed.rule)?;
                self.each(needed.rule, required, fragment, &mut |candidate| {
                    spots.push(candidate.spot);
                    spots.len() < NEAR_MAX
                });
                Some(Near::new(needed, spots.into_iter()))
            })
            .collect()
    }

    /// Hands over what one rule finds by itself, until told to stop.
    fn each<'a>(
        &self,
        index: usize,
        rule: &Ready,
        fragment: &Fragment<'a>,
        keep: &mut dyn FnMut(Found<'a>) -> bool,
    ) {
        if rule.allowlists.iter().any(|list| list.passes_over(fragment.path, fragment.commit)) {
            return;
        }
        if rule.path.as_ref().is_some_and(|pattern| !pattern.is_match(fragment.path)) {
            return;
        }
        let Some(regex) = &rule.regex else {
            let reported = UserMatch { span: None, rule: rule.id.clone(), field: String::new() };
            keep(Found { rule: index, spot: Spot::default(), secret: "", reported });
            return;
        };
        for whole in regex.find_iter(fragment.text) {
            let matched = whole.as_str().trim_matches('\n');
            if matched.is_empty() {
                continue;
            }
            let newlines = whole.as_str().len() - whole.as_str().trim_start_matches('\n').len();
            let trimmed = Span::new(whole.start() + newlines, whole.start() + newlines + matched.len());
            let Some((secret, span, field)) = self.judged(rule, regex, fragment, matched, trimmed) else {
                continue;
            };
            let reported = UserMatch { span: Some(span), rule: rule.id.clone(), field };
            if !keep(Found { rule: index, spot: fragment.spot(whole.start()), secret, reported }) {
                return;
            }
        }
    }

    /// Takes the secret out of a match and holds it against entropy and allowlists.
    fn judged<'a>(
        &self,
        rule: &Ready,
        regex: &Regex,
        fragment: &Fragment<'a>,
        matched: &'a str,
        at: Span,
    ) -> Option<(&'a str, Span, String)> {
        let (secret, span, field) = secret_of(rule, regex, matched, at);
        if rule.entropy.is_some_and(|least| entropy(secret) <= least) {
            return None;
        }
        let line = fragment.lines_of(at);
        let subject = Subject { path: fragment.path, commit: fragment.commit, secret, matched, line };
        let global = self.allowlists.get(rule.file).into_iter().flatten();
        if global.chain(&rule.allowlists).any(|list| list.allows(&subject)) {
            return None;
        }
        Some((secret, span, field))
    }
}

/// Returns the secret, where to report it and the name of its group.
///
/// The pattern runs again on the match alone, as in gitleaks: anchors that looked beyond it can
/// lose their groups, and then the whole match is the secret.
fn secret_of<'a>(rule: &Ready, regex: &Regex, matched: &'a str, at: Span) -> (&'a str, Span, String) {
    let whole = (matched, at, String::new());
    if regex.captures_len() < 2 {
        return whole;
    }
    let Some(groups) = regex.captures(matched) else { return whole };
    let group = match rule.secret_group {
        Some(group) => group,
        None => {
            let full = |group: &usize| groups.get(*group).is_some_and(|group| !group.is_empty());
            match (1..groups.len()).find(full) {
                Some(group) => group,
                None => return whole,
            }
        }
    };
    let field = regex.capture_names().nth(group).flatten().unwrap_or_default().to_owned();
    match groups.get(group).filter(|group| !group.is_empty()) {
        Some(group) => {
            let secret = matched.get(group.range()).unwrap_or_default();
            (secret, Span::new(at.start + group.start(), at.start + group.end()), field)
        }
        // The asked-for group took no part. It counts as empty, and the whole match is masked.
        None => ("", at, field),
    }
}

/// Returns Shannon's bits a character.
fn entropy(text: &str) -> f64 {
    let mut counts: BTreeMap<char, u32> = BTreeMap::new();
    for c in text.chars() {
        *counts.entry(c).or_default() += 1;
    }
    let all = f64::from(counts.values().sum::<u32>());
    counts.values().map(|count| f64::from(*count) / all).map(|share| -share * share.log2()).sum()
}

/// Drops findings of generic rules where a more particular rule found the same on the same line.
fn particular(rules: &[Ready], found: Vec<Found<'_>>) -> Vec<UserMatch> {
    let is_generic = |found: &Found<'_>| rules.get(found.rule).is_some_and(|rule| rule.is_generic);
    let (generic, particular): (Vec<_>, Vec<_>) = found.into_iter().partition(is_generic);
    let mut by_line: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
    for found in &particular {
        by_line.entry(found.spot.line).or_default().insert(found.secret);
    }
    let outdone = |found: &Found<'_>| {
        by_line.get(&found.spot.line).is_some_and(|secrets| secrets.iter().any(|s| s.contains(found.secret)))
    };
    let generic: Vec<_> = generic.into_iter().filter(|found| !outdone(found)).collect();
    particular.into_iter().chain(generic).map(|found| found.reported).collect()
}
