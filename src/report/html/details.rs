//! What to do, what was not audited, and every finding for engineers.

use std::io;

use super::said::{Said, escaped};
use crate::lang::{AboutAudit, AboutFinding, AboutPage, AboutRule, Term};
use crate::model::Report;
use crate::report::{texts, words};

/// Rows of the table: a page of more is none that a browser likes.
const ROWS_MAX: usize = 5_000;
/// Things left out that are named.
const SKIPPED_MAX: usize = 500;

/// Why each rule matters, and what Amazon demands.
pub(super) fn why(report: &Report, said: &Said<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let rules = texts::rules_found(report);
    if rules.is_empty() {
        return Ok(());
    }
    writeln!(out, "<section>\n<h2>{}</h2>", said.say(AboutPage::Why))?;
    for (id, worst, count) in rules {
        let Some(rule) = said.context().catalogue.get(id) else { continue };
        writeln!(
            out,
            "<article class=\"card {}\" id=\"why-{}\">\n<h3>{} ({})</h3>\n<p>{}</p>",
            worst.as_str(),
            escaped(id.as_str()),
            said.both(|context| texts::of_rule(rule, context.lang).title.clone()),
            said.say(AboutRule::WithFindings { count }),
            said.both(|context| texts::of_rule(rule, context.lang).why.clone()),
        )?;
        let clauses = rule.file.policy.iter().filter_map(|id| Some((id, texts::clause(id)?)));
        let clauses: Vec<String> = clauses
            .map(|(id, clause)| {
                let demands = said.both(|context| texts::in_lang(&clause.demands, context.lang).to_owned());
                format!("<li><code>{}</code> {demands}</li>", escaped(id))
            })
            .collect();
        if !clauses.is_empty() {
            let heading = said.say(AboutPage::Clauses);
            writeln!(out, "<details><summary>{heading}</summary><ul>{}</ul></details>", clauses.concat())?;
        }
        writeln!(out, "</article>")?;
    }
    writeln!(out, "</section>")
}

/// Names what was not audited.
pub(super) fn left_out(report: &Report, said: &Said<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let skipped = &report.coverage().skipped;
    if skipped.is_empty() {
        return Ok(());
    }
    let incomplete = skipped.iter().filter(|problem| problem.reason.is_incomplete()).count();
    let summary = match incomplete {
        0 => said.say(AboutAudit::Limited { count: skipped.len() }),
        count => said.say(AboutAudit::Incomplete { count }),
    };
    writeln!(
        out,
        "<section id=\"left-out\">\n<h2>{}</h2>\n<p class=\"warning\">{summary}</p>\n<ul>",
        said.say(AboutPage::LeftOut)
    )?;
    for problem in skipped.iter().take(SKIPPED_MAX) {
        writeln!(out, "<li>{}</li>", said.both(|context| texts::problem(problem, context)))?;
    }
    if let rest @ 1.. = skipped.len().saturating_sub(SKIPPED_MAX) {
        writeln!(out, "<li>{}</li>", said.say(AboutFinding::AndMore(rest)))?;
    }
    writeln!(out, "</ul>\n</section>")
}

/// Every finding, a row each.
pub(super) fn table(report: &Report, said: &Said<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    if report.findings().is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "<section class=\"every\">\n<h2 id=\"details\">{}</h2>\n<p class=\"soft\">{}</p>\n\
         <div class=\"wide\" role=\"region\" aria-labelledby=\"details\" tabindex=\"0\"><table><thead><tr>",
        said.say(AboutPage::Details),
        said.say(AboutPage::DetailsMean { count: report.findings().len() })
    )?;
    for head in [Term::Severity, Term::Finding, Term::Place, Term::Because] {
        write!(out, "<th scope=\"col\">{}</th>", said.say(head))?;
    }
    writeln!(out, "</tr></thead><tbody>")?;
    for finding in report.findings().iter().take(ROWS_MAX) {
        let commit = finding.place.origin.commit.as_deref().map(texts::short).unwrap_or_default();
        writeln!(
            out,
            "<tr data-part class=\"{}\"><td class=\"badge\">{}</td><td><code>{}</code></td>\
             <td><code>{}</code> <code>{}</code></td><td>{}<br><code class=\"soft\">{}</code></td></tr>",
            finding.severity.as_str(),
            said.say(words::severity(finding.severity)),
            escaped(finding.rule.as_str()),
            escaped(&texts::place_at(&finding.place, said.context())),
            escaped(commit),
            said.both(|context| texts::evidence(finding, context)),
            finding.fingerprint,
        )?;
    }
    writeln!(out, "</tbody></table></div>")?;
    if let rest @ 1.. = report.findings().len().saturating_sub(ROWS_MAX) {
        writeln!(out, "<p>{}</p>", said.say(AboutFinding::AndMore(rest)))?;
    }
    writeln!(out, "</section>")
}
