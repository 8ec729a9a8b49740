//! Rules: what GitHub shows beside an alert.

use super::level;
use super::log::{Configuration, Descriptor, Help, RuleProperties, Text};
use crate::lang::Term;
use crate::model::{Confidence, RuleId, Severity};
use crate::report::{Context, texts};
use crate::rules::Rule;

/// Characters of a description above which GitHub cuts it.
const DESCRIPTION_CHARACTERS_MAX: usize = 1_024;

pub(super) fn of(id: &RuleId, context: &Context<'_>) -> Descriptor {
    let rule = context.catalogue.get(id);
    let severity = rule.map_or(Severity::Medium, Rule::severity);
    let title = texts::title(id, context).to_owned();
    let why = rule.map_or_else(|| title.clone(), |rule| texts::of_rule(rule, context.lang).why.clone());
    let mut tags = vec!["security".to_owned()];
    tags.extend(rule.map(|rule| rule.family.as_str().to_owned()));
    Descriptor {
        id: id.as_str().to_owned(),
        help: rule
            .map_or_else(|| Help { text: why.clone(), markdown: why.clone() }, |rule| help(rule, context)),
        short_description: Text { text: title },
        full_description: Text { text: why.chars().take(DESCRIPTION_CHARACTERS_MAX).collect() },
        default_configuration: Configuration { level: level(severity) },
        properties: RuleProperties {
            tags,
            security_severity: security_severity(severity),
            precision: precision(rule.map_or(Confidence::Medium, Rule::confidence)),
            problem_severity: problem_severity(severity),
            policy: rule.map(|rule| rule.file.policy.clone()).unwrap_or_default(),
        },
    }
}

/// Says why and what to do, as text and as Markdown.
fn help(rule: &Rule, context: &Context<'_>) -> Help {
    let why = &texts::of_rule(rule, context.lang).why;
    let mut help = Help { text: format!("{why}\n"), markdown: format!("{why}\n") };
    if !rule.file.remediation.is_empty() {
        heading(Term::WhatToDo, &mut help, context);
    }
    for remediation in rule.file.remediation.iter().filter_map(|id| texts::remediation(id)) {
        let title = texts::in_lang(&remediation.title, context.lang);
        help.text.push_str(&format!("{title}\n"));
        help.markdown.push_str(&format!("**{title}**\n\n"));
        for (at, step) in texts::steps(remediation, context.lang).iter().enumerate() {
            let step = format!("{}. {step}\n", at + 1);
            help.text.push_str(&step);
            help.markdown.push_str(&step);
        }
        help.markdown.push('\n');
    }
    let clauses: Vec<_> = rule.file.policy.iter().map(|id| (id, texts::clause(id))).collect();
    if !clauses.is_empty() {
        heading(Term::Policy, &mut help, context);
    }
    for (id, clause) in clauses {
        let demands = clause.map(|clause| texts::in_lang(&clause.demands, context.lang)).unwrap_or_default();
        help.text.push_str(format!("- {id}: {demands}").trim_end_matches([' ', ':']));
        help.markdown.push_str(format!("- **{id}** {demands}").trim_end());
        help.text.push('\n');
        help.markdown.push('\n');
    }
    help
}

fn heading(term: Term, help: &mut Help, context: &Context<'_>) {
    let heading = context.say(term);
    help.text.push_str(&format!("\n{heading}:\n"));
    let gap = if help.markdown.ends_with("\n\n") { "" } else { "\n" };
    help.markdown.push_str(&format!("{gap}## {heading}\n\n"));
}

/// GitHub's bands: above 9.0 critical, from 7.0 high, from 4.0 medium, from 0.1 low.
const fn security_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "2.0",
        Severity::Info => "0.0",
    }
}

const fn precision(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::High => "very-high",
        Confidence::Medium => "high",
        Confidence::Low => "medium",
    }
}

const fn problem_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "recommendation",
    }
}
