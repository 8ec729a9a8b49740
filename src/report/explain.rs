//! What a rule means and what to do, in plain words; and the list of rules.

use std::io;

use super::page::Page;
use super::wrap::columns_of;
use super::{Context, advice, texts, words};
use crate::lang::{AboutRule, Term};
use crate::model::{ContextKind, Family};
use crate::rules::lists::NAMES;
use crate::rules::{Match, Rule};

/// Names of a list shown before the rest is left to the rule file.
const NAMES_SHOWN_MAX: usize = 5;

/// Writes what a rule finds, why that matters, what to do, what Amazon's policies demand and how
/// the rule recognises it.
///
/// # Errors
/// When `out` does not take it.
pub fn write_explain(rule: &Rule, context: &Context<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let mut page = Page::new(context, out);
    let id = page.paint.severity(rule.severity(), rule.id.as_str());
    let title = &texts::of_rule(rule, context.lang).title;
    page.line(&format!("{id}: {}", page.paint.strong(title)))?;
    let facts = [
        (Term::Severity, words::severity(rule.severity())),
        (Term::Confidence, words::confidence(rule.confidence())),
        (Term::Family, words::family(rule.family)),
    ];
    let facts = facts.map(|(label, word)| format!("{}: {}", context.say(label), context.say(word)));
    page.line(&format!("  {}", texts::joined(&facts, context.lang)))?;
    page.line("")?;
    advice::why(rule, &mut page)?;
    if !rule.file.remediation.is_empty() {
        heading(Term::WhatToDo, &mut page)?;
        let remediations: Vec<_> =
            rule.file.remediation.iter().filter_map(|id| texts::remediation(id)).collect();
        let shared = texts::shared_step(&remediations, context.lang);
        for remediation in &rule.file.remediation {
            advice::steps(remediation, true, shared, &mut page)?;
        }
        shared.map_or(Ok(()), |shared| page.hanging("  ", 2, shared))?;
    }
    policy(rule, &mut page)?;
    recognised(rule, &mut page)
}

/// Writes every rule of the catalogue, by family, a line each.
///
/// # Errors
/// When `out` does not take it.
pub fn write_rule_list(context: &Context<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let mut page = Page::new(context, out);
    let rules = context.catalogue.by_family();
    let id_columns = rules.iter().map(|rule| columns_of(rule.id.as_str())).max().unwrap_or(0);
    let severities = rules.iter().map(|rule| columns_of(&context.say(words::severity(rule.severity()))));
    let severity_columns = severities.max().unwrap_or(0);
    for family in Family::ALL {
        let of_family: Vec<&&Rule> = rules.iter().filter(|rule| rule.family == family).collect();
        if of_family.is_empty() {
            continue;
        }
        let count = context.say(AboutRule::Rules { count: of_family.len() });
        let name = page.paint.strong(&context.say(words::family(family)));
        page.line(&format!("{name} ({count})"))?;
        for rule in of_family {
            let severity = context.say(words::severity(rule.severity()));
            let id_gap = id_columns - columns_of(rule.id.as_str());
            let severity_gap = severity_columns - columns_of(&severity);
            let severity = page.paint.severity(rule.severity(), &severity);
            let lead = format!("  {}{:id_gap$}  {severity}{:severity_gap$}  ", rule.id, "", "");
            let title = &texts::of_rule(rule, context.lang).title;
            page.hanging(&lead, id_columns + severity_columns + 6, title)?;
        }
        page.line("")?;
    }
    page.line(&context.say(AboutRule::ExplainHint))
}

fn heading(term: Term, page: &mut Page<'_>) -> io::Result<()> {
    page.line("")?;
    let heading = page.paint.strong(&format!("{}:", page.context.say(term)));
    page.line(&format!("  {heading}"))
}

fn policy(rule: &Rule, page: &mut Page<'_>) -> io::Result<()> {
    if rule.file.policy.is_empty() {
        return Ok(());
    }
    heading(Term::Policy, page)?;
    for id in &rule.file.policy {
        let demands = texts::clause(id).map(|clause| texts::in_lang(&clause.demands, page.context.lang));
        let lead = format!("  {id}  ");
        page.hanging(&lead, columns_of(&lead), demands.unwrap_or_default())?;
    }
    let read = page.context.say(AboutRule::PolicyRead { date: texts::policy_date() });
    page.hanging("  ", 2, &read)
}

fn recognised(rule: &Rule, page: &mut Page<'_>) -> io::Result<()> {
    heading(Term::Recognised, page)?;
    for way in &rule.file.matches {
        let text = texts::sentences(&way_of(way, page.context), page.context.lang);
        page.hanging("  - ", 4, &text)?;
    }
    let has_secret = !rule.file.matches.iter().all(|way| matches!(way, Match::Audit {} | Match::Set { .. }));
    if rule.file.identifier {
        page.hanging("  - ", 4, &page.context.say(AboutRule::Identifier))?;
    } else if has_secret && rule.is_guessable() {
        page.hanging("  - ", 4, &page.context.say(AboutRule::Guessable))?;
    }
    Ok(())
}

fn way_of(way: &Match, context: &Context<'_>) -> Vec<String> {
    let (about, needs) = match way {
        Match::Token { prefix, context, .. } => (AboutRule::Token { prefix }, *context),
        Match::Named { names, context: needs, .. } => {
            let names = names_of(names, context);
            return said(AboutRule::Named { names: &names }, *needs, context);
        }
        Match::Position { within_chars, within_lines, .. } => {
            (AboutRule::Position { characters: *within_chars, lines: *within_lines }, None)
        }
        Match::Set { all, with, .. } => {
            let all = texts::joined(all, context.lang);
            let mut sentences = said(AboutRule::Set { all: &all }, None, context);
            if !with.is_empty() {
                let with = texts::joined(with, context.lang);
                sentences.push(context.say(AboutRule::SetWith { with: &with }));
            }
            return sentences;
        }
        Match::Audit {} => (AboutRule::Structure, None),
    };
    said(about, needs, context)
}

fn said(about: AboutRule<'_>, needs: Option<ContextKind>, context: &Context<'_>) -> Vec<String> {
    let needs = needs.map(|kind| match kind {
        ContextKind::Seller | ContextKind::SpApi | ContextKind::OtherLogin => AboutRule::NeedsSellerContext,
        ContextKind::Pay => AboutRule::NeedsPayContext,
        ContextKind::Account => AboutRule::NeedsAccountContext,
    });
    [Some(about), needs].into_iter().flatten().map(|about| context.say(about)).collect()
}

/// Returns a few names of a list, or the id of the list where it does not exist.
fn names_of(list: &str, context: &Context<'_>) -> String {
    let Some(names) = NAMES.kinds.get(list) else { return format!("`{list}`") };
    let shown: Vec<String> = [&names.own, &names.exact, &names.generic]
        .into_iter()
        .flatten()
        .take(NAMES_SHOWN_MAX)
        .map(|name| format!("`{name}`"))
        .collect();
    texts::joined(&shown, context.lang)
}
