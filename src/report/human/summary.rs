//! The close: how much was found, what was audited, and what was not.

use std::io;

use anstream::adapter::strip_str;

use crate::lang::{AboutAudit, AboutFinding, Term};
use crate::model::{Family, Problem, Report, Severity, SuppressedBy};
use crate::report::page::Page;
use crate::report::wrap::columns_of;
use crate::report::{Context, terminal, texts, words};

/// Left-out items named before the rest is counted.
const SKIPPED_SHOWN_MAX: usize = 10;

/// Places of credential sets named before the rest is counted.
const SETS_SHOWN_MAX: usize = 3;

pub(super) fn write(report: &Report, hidden: usize, page: &mut Page<'_>) -> io::Result<()> {
    if hidden > 0 {
        let text = page.context.say(AboutAudit::NotShown { count: hidden });
        warning(&text, page)?;
        page.line("")?;
    }
    headline(report, page)?;
    suppressed(report, page)?;
    notices(report, page)?;
    left_out(report, page)?;
    next(report, page)
}

fn headline(report: &Report, page: &mut Page<'_>) -> io::Result<()> {
    let context = page.context;
    let audited = texts::audited(report, context);
    if report.findings().is_empty() {
        let text = if report.coverage().is_complete() {
            let clean = context.say(AboutAudit::Clean { audited: &audited });
            page.paint.good(&clean)
        } else {
            let clean = context.say(AboutAudit::CleanButIncomplete { audited: &audited });
            page.paint.warning(&clean)
        };
        return page.line(&text);
    }
    let total = context.say(AboutAudit::Findings { count: report.findings().len() });
    let severities = format!("{}: {}", page.paint.strong(&total), by_severity(report, page));
    let families = format!("({})", by_family(report, context));
    let columns = columns_of(&strip_str(&severities).to_string()) + 1 + columns_of(&families);
    if columns <= page.columns {
        page.line(&format!("{severities} {families}"))?;
    } else {
        page.line(&severities)?;
        page.hanging("  ", 2, &families)?;
    }
    let old = report.findings().iter().filter(|finding| !finding.counts()).count();
    if old > 0 {
        page.hanging("", 0, &context.say(AboutAudit::DoNotCount { count: old }))?;
    }
    sets(report, page)?;
    page.hanging("", 0, &audited)
}

/// Names the places of credential sets, which are worth more than their parts.
fn sets(report: &Report, page: &mut Page<'_>) -> io::Result<()> {
    let context = page.context;
    let mut places: Vec<String> = report
        .bundles()
        .into_iter()
        .filter(|bundle| bundle.members.len() > 1)
        .filter_map(|bundle| bundle.members.first().map(|first| texts::path_of(&first.place, context)))
        .map(|path| terminal::visible(&path).into_owned())
        .collect();
    let count = places.len();
    if count == 0 {
        return Ok(());
    }
    places.truncate(SETS_SHOWN_MAX);
    if let rest @ 1.. = count - places.len() {
        places.push(context.say(AboutFinding::AndMore(rest)));
    }
    let places = texts::joined(&places, context.lang);
    page.hanging("", 0, &context.say(AboutAudit::Sets { count, places: &places }))
}

fn by_severity(report: &Report, page: &Page<'_>) -> String {
    let summary = report.summary();
    let counts: Vec<String> = Severity::DESCENDING
        .into_iter()
        .filter(|severity| summary.of(*severity) > 0)
        .map(|severity| {
            let word = page.context.say(words::severity(severity));
            let count = AboutAudit::CountOf { count: summary.of(severity), word: &word };
            page.paint.severity(severity, &page.context.say(count))
        })
        .collect();
    texts::joined(&counts, page.context.lang)
}

fn by_family(report: &Report, context: &Context<'_>) -> String {
    let counts: Vec<String> = Family::ALL
        .into_iter()
        .filter_map(|family| {
            let count = report.findings().iter().filter(|finding| finding.family == family).count();
            let word = context.say(words::family(family));
            (count > 0).then(|| context.say(AboutAudit::CountOf { count, word: &word }))
        })
        .collect();
    texts::joined(&counts, context.lang)
}

fn suppressed(report: &Report, page: &mut Page<'_>) -> io::Result<()> {
    let of = |by| report.suppressed().iter().filter(|suppressed| suppressed.by == by).count();
    let count = report.suppressed().len();
    if count == 0 {
        return Ok(());
    }
    let context = page.context;
    let by: Vec<String> = [
        (of(SuppressedBy::Inline), AboutAudit::ByComment(of(SuppressedBy::Inline))),
        (of(SuppressedBy::Config), AboutAudit::ByConfig(of(SuppressedBy::Config))),
        (of(SuppressedBy::Baseline), AboutAudit::ByBaseline(of(SuppressedBy::Baseline))),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(_, about)| context.say(about))
    .collect();
    let text = context.say(AboutAudit::Suppressed { count, by: &texts::joined(&by, context.lang) });
    page.hanging("", 0, &text)?;
    let added = report.suppressed().iter().filter(|suppressed| suppressed.added_in_change).count();
    if added > 0 {
        warning(&page.context.say(AboutAudit::AddedInChange { count: added }), page)?;
    }
    Ok(())
}

fn notices(report: &Report, page: &mut Page<'_>) -> io::Result<()> {
    report.notices().iter().try_for_each(|notice| {
        let text = texts::notice(notice, page.context);
        warning(&text, page)
    })
}

fn left_out(report: &Report, page: &mut Page<'_>) -> io::Result<()> {
    let (incomplete, limited): (Vec<&Problem>, Vec<&Problem>) =
        report.coverage().skipped.iter().partition(|problem| problem.reason.is_incomplete());
    if !limited.is_empty() {
        warning(&page.context.say(AboutAudit::Limited { count: limited.len() }), page)?;
        list(&limited, page)?;
    }
    // Last of the warnings, so that it is the last thing read.
    if !incomplete.is_empty() {
        warning(&page.context.say(AboutAudit::Incomplete { count: incomplete.len() }), page)?;
        list(&incomplete, page)?;
    }
    Ok(())
}

fn list(problems: &[&Problem], page: &mut Page<'_>) -> io::Result<()> {
    for problem in problems.iter().take(SKIPPED_SHOWN_MAX) {
        let text = texts::problem(problem, page.context);
        page.hanging("  - ", 4, &text)?;
    }
    match problems.len().saturating_sub(SKIPPED_SHOWN_MAX) {
        0 => Ok(()),
        rest => {
            let rest = page.context.say(AboutFinding::AndMore(rest));
            page.line(&format!("  - {rest}"))
        }
    }
}

fn warning(text: &str, page: &mut Page<'_>) -> io::Result<()> {
    let label = page.context.say(Term::Warning);
    let lead = format!("{}: ", page.paint.warning(&label));
    page.hanging(&lead, columns_of(&label) + 2, text)
}

fn next(report: &Report, page: &mut Page<'_>) -> io::Result<()> {
    // The first of the worst, in the order of the report.
    let worst = report.findings().iter().rev().max_by_key(|finding| finding.severity);
    let Some(worst) = worst else { return Ok(()) };
    let label = page.context.say(Term::Next);
    let command = page.paint.strong(&format!("kagiban explain {}", worst.rule));
    let what = page.context.say(AboutAudit::ExplainNext);
    page.line(&format!("{label}: {command}  # {what}"))
}
