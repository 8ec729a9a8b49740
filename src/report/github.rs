//! `--format github`: annotations of GitHub Actions, on the lines of a pull request.
//!
//! <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>. GitHub shows ten
//! annotations of a kind a step, so the worst come first.

use std::cmp::Reverse;
use std::io;

use super::{Context, Reporter, terminal, texts};
use crate::model::{Finding, Notice, PlaceKind, Report, Severity};

/// Writes workflow commands.
#[derive(Debug)]
pub(super) struct Github;

impl Reporter for Github {
    fn name(&self) -> &'static str {
        "github"
    }

    fn endings(&self) -> &'static [&'static str] {
        &[]
    }

    fn write(&self, report: &Report, context: &Context<'_>, out: &mut dyn io::Write) -> io::Result<()> {
        let mut findings: Vec<&Finding> = report.findings().iter().collect();
        findings.sort_by_key(|finding| (!finding.counts(), Reverse(finding.severity)));
        for finding in findings {
            annotation(finding, context, out)?;
        }
        // What else is to be known concerns suppressions, and no change.
        let skips = report.notices().iter().filter(|notice| matches!(notice, Notice::Skipped(..)));
        for notice in skips {
            writeln!(out, "::notice title=Kagiban::{}", data(&texts::notice(notice, context)))?;
        }
        for problem in &report.coverage().skipped {
            let level = if problem.reason.is_incomplete() { "warning" } else { "notice" };
            writeln!(out, "::{level} title=Kagiban::{}", data(&texts::problem(problem, context)))?;
        }
        Ok(())
    }
}

fn annotation(finding: &Finding, context: &Context<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let level = match finding.severity {
        _ if !finding.counts() => "notice",
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "notice",
    };
    let place = &finding.place;
    let is_of_file = place.origin.kind == PlaceKind::File && place.inner.is_empty();
    let mut properties = Vec::new();
    if let Some(path) = place.origin.path.as_deref().filter(|_| place.origin.kind == PlaceKind::File) {
        properties.push(format!("file={}", property(path)));
    }
    if let Some(region) = place.region.filter(|_| is_of_file && place.origin.commit.is_none()) {
        properties.push(format!("line={},endLine={}", region.start.line, region.end.line));
        // GitHub takes columns only within one line.
        if region.start.line == region.end.line {
            properties.push(format!("col={},endColumn={}", region.start.column, region.end.column));
        }
    }
    let title = format!("{} [{}]", texts::title(&finding.rule, context), finding.rule);
    properties.push(format!("title={}", property(&title)));
    let mut said = vec![texts::message(finding, context)];
    if !is_of_file || place.origin.commit.is_some() {
        said.push(texts::place_at(place, context));
    }
    if let Some(exposure) = &finding.exposure {
        said.push(texts::exposure(exposure, context));
    }
    said.push(format!("kagiban explain {}", finding.rule));
    said.retain(|part| !part.is_empty());
    writeln!(out, "::{level} {}::{}", properties.join(","), data(&said.join("\n")))
}

fn data(text: &str) -> String {
    terminal::visible_lines(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_ends_no_command() {
        assert_eq!(property("a:b,c%\n::error::x"), "a%3Ab%2Cc%25%0A\\u{3a}%3Aerror%3A%3Ax");
    }
}
