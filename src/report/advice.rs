//! Why each rule matters and what to do, once a rule and once a remediation; in full for the worst.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::io;

use super::page::Page;
use super::wrap::{columns_of, wrapped};
use super::{remedies, texts};
use crate::lang::{AboutRule, Term};
use crate::model::{Report, Severity};
use crate::rules::Rule;
use crate::rules::lists::Remediation;

/// Rules whose steps are written out; the others are named with what to do, and `explain` says more.
const FULL_MAX: usize = 3;

pub(super) fn write(report: &Report, page: &mut Page<'_>) -> io::Result<()> {
    let context = page.context;
    let rules = texts::rules_found(report);
    let known =
        rules.iter().filter_map(|(id, worst, count)| Some((context.catalogue.get(id)?, *worst, *count)));
    let mut known: Vec<(&Rule, Severity, usize)> = known.collect();
    // A set is more than its parts, and what is done about it comes before what is done about them.
    known.sort_by_key(|(rule, worst, _)| (Reverse(*worst), !remedies::is_set(rule)));
    if known.is_empty() {
        return Ok(());
    }
    let heading = page.paint.strong(&context.say(Term::WhatToDo));
    page.line(&heading)?;
    page.line("")?;
    let (full, brief) = known.split_at(known.len().min(FULL_MAX));
    let applying = |rule| remedies::applying(rule, report, context.catalogue);
    let remediations: Vec<&Remediation> =
        full.iter().flat_map(|(rule, ..)| applying(rule)).map(|(_, remediation)| remediation).collect();
    let shared = texts::shared_step(&remediations, context.lang);
    let mut said = BTreeSet::new();
    for (rule, worst, count) in full {
        named(rule, *worst, *count, page)?;
        why(rule, page)?;
        for (id, _) in applying(rule) {
            steps(id, said.insert(id), shared, page)?;
        }
        page.line("")?;
    }
    if let Some(shared) = shared {
        page.hanging("", 0, shared)?;
        page.line("")?;
    }
    briefly(brief, report, page)
}

/// Names rules with what to do, a line or two each.
fn briefly(rules: &[(&Rule, Severity, usize)], report: &Report, page: &mut Page<'_>) -> io::Result<()> {
    let context = page.context;
    for (rule, worst, count) in rules {
        let applying = remedies::applying(rule, report, context.catalogue);
        let titles: Vec<&str> =
            applying.iter().map(|(_, r)| texts::in_lang(&r.title, context.lang)).collect();
        named(rule, *worst, *count, page)?;
        if !titles.is_empty() {
            page.hanging("  ", 2, &titles.join(" · "))?;
        }
    }
    if rules.is_empty() {
        return Ok(());
    }
    page.hanging("", 0, &context.say(AboutRule::ExplainHint))?;
    page.line("")
}

/// Writes the name of a rule, what it is called and how much it found.
fn named(rule: &Rule, worst: Severity, count: usize, page: &mut Page<'_>) -> io::Result<()> {
    let title = &texts::of_rule(rule, page.context.lang).title;
    let count = page.context.say(AboutRule::WithFindings { count });
    let lead = format!("{}: ", page.paint.severity(worst, rule.id.as_str()));
    page.hanging(&lead, columns_of(rule.id.as_str()) + 2, &format!("{title} ({count})"))
}

/// Writes why a rule matters.
pub(super) fn why(rule: &Rule, page: &mut Page<'_>) -> io::Result<()> {
    let label = format!("{}: ", page.context.say(Term::Why));
    let text = texts::of_rule(rule, page.context.lang);
    let lead = format!("  {}", page.paint.strong(&label));
    // Hung below the label the text would be narrow, so it hangs below the indent.
    let first = format!("{}{}", " ".repeat(columns_of(&label)), text.why);
    let lines = wrapped(&first, page.columns - 2);
    for (at, line) in lines.iter().enumerate() {
        match at {
            0 => page.line(&format!("{lead}{}", line.trim_start()))?,
            _ => page.line(&format!("  {line}"))?,
        }
    }
    Ok(())
}

/// Writes what a remediation consists of, or that it was said above.
pub(super) fn steps(id: &str, is_new: bool, shared: Option<&str>, page: &mut Page<'_>) -> io::Result<()> {
    let Some(remediation) = texts::remediation(id) else { return Ok(()) };
    let title = texts::in_lang(&remediation.title, page.context.lang);
    if !is_new {
        let above = page.context.say(AboutRule::AsAbove { title });
        return page.line(&format!("  {above}"));
    }
    let title = page.paint.strong(title);
    page.line(&format!("  {title}"))?;
    for (at, step) in texts::steps_without(remediation, shared, page.context.lang).enumerate() {
        let lead = format!("    {}. ", at + 1);
        page.hanging(&lead, lead.len(), step)?;
    }
    Ok(())
}
