//! `--format markdown`: for job summaries and comments.
//!
//! GitHub takes a summary of 1 MiB a step, so the table is cut; what to do is said of every rule.

use std::cmp::Reverse;
use std::io;

use super::{Context, Reporter, remedies, terminal, texts, words};
use crate::lang::{AboutAudit, AboutFinding, AboutRule, Term};
use crate::model::{Finding, Report, Severity};

/// Writes Markdown.
#[derive(Debug)]
pub(super) struct Markdown;

/// Findings shown in the table.
const ROWS_MAX: usize = 500;
/// Things left out that are named before the rest is counted.
const SKIPPED_MAX: usize = 50;

impl Reporter for Markdown {
    fn name(&self) -> &'static str {
        "markdown"
    }

    fn endings(&self) -> &'static [&'static str] {
        &[".md", ".markdown"]
    }

    fn write(&self, report: &Report, context: &Context<'_>, out: &mut dyn io::Write) -> io::Result<()> {
        headline(report, context, out)?;
        table(report, context, out)?;
        notices(report, context, out)?;
        left_out(report, context, out)?;
        advice(report, context, out)
    }
}

fn headline(report: &Report, context: &Context<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let audited = texts::audited(report, context);
    if report.findings().is_empty() {
        let said = if report.coverage().is_complete() {
            context.say(AboutAudit::Clean { audited: &audited })
        } else {
            context.say(AboutAudit::CleanButIncomplete { audited: &audited })
        };
        return writeln!(out, "## Kagiban\n\n{}\n", escaped(&said));
    }
    let total = context.say(AboutAudit::Findings { count: report.findings().len() });
    let summary = report.summary();
    let counts: Vec<String> = Severity::DESCENDING
        .into_iter()
        .filter(|severity| summary.of(*severity) > 0)
        .map(|severity| {
            let word = context.say(words::severity(severity));
            context.say(AboutAudit::CountOf { count: summary.of(severity), word: &word })
        })
        .collect();
    let counts = texts::joined(&counts, context.lang);
    writeln!(out, "## Kagiban: {} ({})\n", escaped(&total), escaped(&counts))?;
    let old = report.findings().iter().filter(|finding| !finding.counts()).count();
    let mut said = vec![audited];
    if old > 0 {
        said.push(context.say(AboutAudit::DoNotCount { count: old }));
    }
    writeln!(out, "{}\n", escaped(&texts::sentences(&said, context.lang)))
}

fn table(report: &Report, context: &Context<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let mut findings: Vec<&Finding> = report.findings().iter().collect();
    if findings.is_empty() {
        return Ok(());
    }
    // The order of the report within one severity.
    findings.sort_by_key(|finding| (!finding.counts(), Reverse(finding.severity)));
    let heads = [Term::Severity, Term::Finding, Term::Place, Term::Exposure];
    let heads: Vec<String> = heads.iter().map(|term| escaped(&context.say(*term))).collect();
    writeln!(out, "| {} |", heads.join(" | "))?;
    writeln!(out, "|{}", " --- |".repeat(heads.len()))?;
    for finding in findings.iter().take(ROWS_MAX) {
        let severity = context.say(words::severity(finding.severity));
        let title = texts::title(&finding.rule, context);
        let secret = finding.secret.as_ref().map(|secret| format!(" {}", code(secret.redacted.as_str())));
        let exposure = finding.exposure.as_ref().map(|e| texts::exposure(e, context)).unwrap_or_default();
        writeln!(
            out,
            "| {} | {} {}{} | {} | {} |",
            escaped(&severity),
            escaped(title),
            code(finding.rule.as_str()),
            secret.unwrap_or_default(),
            code(&texts::place_at(&finding.place, context)),
            escaped(&exposure),
        )?;
    }
    writeln!(out)?;
    match findings.len().saturating_sub(ROWS_MAX) {
        0 => Ok(()),
        rest => writeln!(out, "{}\n", escaped(&context.say(AboutFinding::AndMore(rest)))),
    }
}

fn notices(report: &Report, context: &Context<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    for notice in report.notices() {
        let said = texts::notice(notice, context);
        writeln!(out, "**{}:** {}\n", escaped(&context.say(Term::Warning)), escaped(&said))?;
    }
    Ok(())
}

fn left_out(report: &Report, context: &Context<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let skipped = &report.coverage().skipped;
    if skipped.is_empty() {
        return Ok(());
    }
    let incomplete = skipped.iter().filter(|problem| problem.reason.is_incomplete()).count();
    let said = match incomplete {
        0 => context.say(AboutAudit::Limited { count: skipped.len() }),
        count => context.say(AboutAudit::Incomplete { count }),
    };
    writeln!(out, "**{}:** {}\n", escaped(&context.say(Term::Warning)), escaped(&said))?;
    for problem in skipped.iter().take(SKIPPED_MAX) {
        writeln!(out, "- {}", escaped(&texts::problem(problem, context)))?;
    }
    if let rest @ 1.. = skipped.len().saturating_sub(SKIPPED_MAX) {
        writeln!(out, "- {}", escaped(&context.say(AboutFinding::AndMore(rest))))?;
    }
    writeln!(out)
}

/// Why each rule matters and what to do, folded up.
fn advice(report: &Report, context: &Context<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let rules = texts::rules_found(report);
    if rules.is_empty() {
        return Ok(());
    }
    writeln!(out, "### {}\n", escaped(&context.say(Term::WhatToDo)))?;
    for (id, _, count) in rules {
        let Some(rule) = context.catalogue.get(id) else { continue };
        let count = context.say(AboutRule::WithFindings { count });
        let text = texts::of_rule(rule, context.lang);
        writeln!(
            out,
            "<details><summary>{} ({})</summary>\n\n{}\n",
            escaped(&text.title),
            escaped(&count),
            escaped(&text.why)
        )?;
        for (_, remediation) in remedies::applying(rule, report, context.catalogue) {
            writeln!(out, "**{}**\n", escaped(texts::in_lang(&remediation.title, context.lang)))?;
            for (at, step) in texts::steps(remediation, context.lang).iter().enumerate() {
                writeln!(out, "{}. {}", at + 1, escaped(step))?;
            }
            writeln!(out)?;
        }
        writeln!(out, "</details>\n")?;
    }
    Ok(())
}

/// Text without a meaning in Markdown or HTML, on one line; names of people call nobody.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for c in terminal::visible(text).chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '@' => out.push_str("&#64;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '|' | '~' | '!' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

/// Text in the letters of code. A table takes a bar as the end of a cell there too.
pub(super) fn code(text: &str) -> String {
    let text = terminal::visible(text).replace('`', "\u{2019}").replace('|', "\\|");
    format!("`{text}`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_has_no_meaning() {
        assert_eq!(escaped("<script>|[x](y) @me"), r"&lt;script&gt;\|\[x\](y) &#64;me");
        assert_eq!(escaped("a\nb"), r"a\\nb");
        assert_eq!(code("a`|b"), "`a\u{2019}\\|b`");
    }
}
