//! Why each rule matters and what to do, once a rule and once a remediation.

use std::collections::BTreeSet;
use std::io;

use super::page::Page;
use super::texts;
use super::wrap::{columns_of, wrapped};
use crate::lang::{AboutRule, Term};
use crate::model::Report;
use crate::rules::Rule;

pub(super) fn write(report: &Report, page: &mut Page<'_>) -> io::Result<()> {
    let rules = texts::rules_found(report);
    let mut said = BTreeSet::new();
    for (at, (id, worst, count)) in rules.into_iter().enumerate() {
        let Some(rule) = page.context.catalogue.get(id) else { continue };
        if at == 0 {
            let heading = page.paint.strong(&page.context.say(Term::WhatToDo));
            page.line(&heading)?;
            page.line("")?;
        }
        let count = page.context.say(AboutRule::WithFindings { count });
        let id = page.paint.severity(worst, id.as_str());
        page.line(&format!("{id} ({count})"))?;
        why(rule, page)?;
        for remediation in &rule.file.remediation {
            let is_new = said.insert(remediation.clone());
            steps(remediation, is_new, page)?;
        }
        page.line("")?;
    }
    Ok(())
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
pub(super) fn steps(id: &str, is_new: bool, page: &mut Page<'_>) -> io::Result<()> {
    let Some(remediation) = texts::remediation(id) else { return Ok(()) };
    let title = texts::in_lang(&remediation.title, page.context.lang);
    if !is_new {
        let above = page.context.say(AboutRule::AsAbove { title });
        return page.line(&format!("  {above}"));
    }
    let title = page.paint.strong(title);
    page.line(&format!("  {title}"))?;
    for (at, step) in texts::steps(remediation, page.context.lang).iter().enumerate() {
        let lead = format!("    {}. ", at + 1);
        page.hanging(&lead, lead.len(), step)?;
    }
    Ok(())
}
