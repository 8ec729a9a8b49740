//! `--format gitlab-code-quality`: GitLab's code quality report, which every tier shows at the lines of
//! a merge request.
//!
//! <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>

use std::io;

use serde::Serialize;

use super::{Context, Reporter, gitlab, terminal, texts};
use crate::model::{Finding, Report, Severity};

/// Writes GitLab's JSON.
#[derive(Debug)]
pub(super) struct CodeQuality;

#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: String,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u64,
}

impl Reporter for CodeQuality {
    fn name(&self) -> &'static str {
        "gitlab-code-quality"
    }

    fn endings(&self) -> &'static [&'static str] {
        &[".codequality.json"]
    }

    fn write(&self, report: &Report, context: &Context<'_>, out: &mut dyn io::Write) -> io::Result<()> {
        // What was there before the change does not count, and GitLab compares by itself.
        let issues: Vec<Issue> = report.findings().iter().map(|finding| issue(finding, context)).collect();
        serde_json::to_writer_pretty(terminal::VisibleJson(&mut *out), &issues)?;
        writeln!(out)
    }
}

fn issue(finding: &Finding, context: &Context<'_>) -> Issue {
    let place = &finding.place;
    // Inside a container the line is that of a member; a message has no line at all. GitLab asks for one.
    let line = place.region.filter(|_| place.inner.is_empty() && place.origin.path.is_some());
    let mut said = texts::message(finding, context);
    if line.is_none() {
        let at = crate::lang::AboutFinding::At { place: &texts::place_at(place, context) };
        said = texts::sentences(&[said, context.say(at)], context.lang);
    }
    Issue {
        description: said,
        check_name: finding.rule.as_str().to_owned(),
        fingerprint: gitlab::followed(finding).to_string(),
        severity: match finding.severity {
            Severity::Critical => "blocker",
            Severity::High => "critical",
            Severity::Medium => "major",
            Severity::Low => "minor",
            Severity::Info => "info",
        },
        location: Location {
            path: texts::path_of(place, context),
            lines: Lines { begin: line.map_or(1, |region| region.start.line) },
        },
    }
}
