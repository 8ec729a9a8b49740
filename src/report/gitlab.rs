//! `--format gitlab`: GitLab's report of secret detection, version 15.2.
//!
//! <https://gitlab.com/gitlab-org/security-products/security-report-schemas>. GitLab shows it in merge
//! requests and in the vulnerability report.

use std::io;

use serde::Serialize;

use super::{Context, Reporter, terminal, texts};
use crate::model::{Finding, Fingerprint, Report, Severity};

/// Writes GitLab's JSON.
#[derive(Debug)]
pub(super) struct Gitlab;

const SCHEMA: &str = "15.2.1";
/// Characters of a name and of a solution that the schema takes.
const NAME_MAX: usize = 255;
const SOLUTION_MAX: usize = 7_000;
/// What stands for the commit of a finding that is in none, as in GitLab's own analyser.
const NO_COMMIT: &str = "0000000000000000000000000000000000000000";

#[derive(Serialize)]
struct Log {
    version: &'static str,
    scan: Scan,
    vulnerabilities: Vec<Vulnerability>,
}

#[derive(Serialize)]
struct Scan {
    analyzer: Program,
    scanner: Program,
    #[serde(rename = "type")]
    kind: &'static str,
    start_time: String,
    end_time: String,
    status: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    messages: Vec<Message>,
}

#[derive(Serialize)]
struct Program {
    id: &'static str,
    name: &'static str,
    version: &'static str,
    vendor: Vendor,
}

#[derive(Serialize)]
struct Vendor {
    name: &'static str,
}

#[derive(Serialize)]
struct Message {
    level: &'static str,
    value: String,
}

#[derive(Serialize)]
struct Vulnerability {
    id: String,
    name: String,
    description: String,
    severity: &'static str,
    solution: String,
    location: Location,
    identifiers: [Identifier; 1],
}

#[derive(Serialize)]
struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    commit: Commit,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_line: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_line: Option<u64>,
}

#[derive(Serialize)]
struct Commit {
    sha: String,
}

#[derive(Serialize)]
struct Identifier {
    #[serde(rename = "type")]
    kind: &'static str,
    name: String,
    value: String,
}

impl Reporter for Gitlab {
    fn name(&self) -> &'static str {
        "gitlab"
    }

    fn endings(&self) -> &'static [&'static str] {
        &[".gitlab.json"]
    }

    fn write(&self, report: &Report, context: &Context<'_>, out: &mut dyn io::Write) -> io::Result<()> {
        let log = Log {
            version: SCHEMA,
            scan: scan(report, context),
            vulnerabilities: report.findings().iter().map(|f| vulnerability(f, context)).collect(),
        };
        serde_json::to_writer_pretty(terminal::VisibleJson(&mut *out), &log)?;
        writeln!(out)
    }
}

fn scan(report: &Report, context: &Context<'_>) -> Scan {
    let program = || Program {
        id: "kagiban",
        name: "Kagiban",
        version: env!("CARGO_PKG_VERSION"),
        vendor: Vendor { name: "Kagiban" },
    };
    let messages = report.coverage().skipped.iter().map(|problem| Message {
        level: if problem.reason.is_incomplete() { "warn" } else { "info" },
        value: texts::problem(problem, context),
    });
    // The schema wants the time without its zone.
    let start = report.facts().started_at.get(..19).unwrap_or_default();
    let end = start.parse::<jiff::civil::DateTime>().ok().and_then(|start| {
        let elapsed = jiff::SignedDuration::from_millis(i64::try_from(report.facts().elapsed_ms).ok()?);
        start.checked_add(elapsed).ok()
    });
    Scan {
        analyzer: program(),
        scanner: program(),
        kind: "secret_detection",
        start_time: start.to_owned(),
        end_time: end.map_or_else(|| start.to_owned(), |end| end.strftime("%Y-%m-%dT%H:%M:%S").to_string()),
        status: if report.coverage().is_complete() { "success" } else { "failure" },
        messages: messages.collect(),
    }
}

fn vulnerability(finding: &Finding, context: &Context<'_>) -> Vulnerability {
    let rule = context.catalogue.get(&finding.rule);
    let why = rule.map_or("", |rule| &texts::of_rule(rule, context.lang).why);
    let exposure = finding.exposure.as_ref().map(|e| texts::exposure(e, context)).unwrap_or_default();
    let mut said = vec![texts::message(finding, context), why.to_owned(), exposure];
    said.retain(|part| !part.is_empty());
    let origin = &finding.place.origin;
    let region = finding.place.region.filter(|_| finding.place.inner.is_empty());
    let commit = origin.commit.as_deref().or(origin.object.as_deref()).unwrap_or(NO_COMMIT);
    let steps = rule.into_iter().flat_map(|rule| &rule.file.remediation);
    let steps: Vec<&str> = steps
        .filter_map(|id| texts::remediation(id))
        .map(|remediation| texts::in_lang(&remediation.title, context.lang))
        .collect();
    Vulnerability {
        id: id(finding),
        name: texts::title(&finding.rule, context).chars().take(NAME_MAX).collect(),
        description: texts::sentences(&said, context.lang),
        severity: match finding.severity {
            Severity::Critical => "Critical",
            Severity::High => "High",
            Severity::Medium => "Medium",
            Severity::Low => "Low",
            Severity::Info => "Info",
        },
        solution: steps.join("; ").chars().take(SOLUTION_MAX).collect(),
        location: Location {
            file: origin.path.as_deref().map(str::to_owned),
            commit: Commit { sha: commit.to_owned() },
            start_line: region.map(|region| region.start.line),
            end_line: region.map(|region| region.end.line),
        },
        identifiers: [Identifier {
            kind: "kagiban_rule_id",
            name: format!("Kagiban rule {}", finding.rule),
            value: finding.rule.as_str().to_owned(),
        }],
    }
}

/// One id a finding and path, the same in every run: GitLab follows vulnerabilities by it.
fn id(finding: &Finding) -> String {
    let hex = followed(finding).to_string();
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
}

/// What GitLab follows a finding by: a secret may be in several files.
pub(super) fn followed(finding: &Finding) -> Fingerprint {
    let fingerprint = finding.fingerprint.to_string();
    let parts = [finding.rule.as_str(), &fingerprint, finding.path()];
    Fingerprint::of(&parts.map(str::as_bytes))
}
