//! `--format junit`: a test suite a family, a failed test a finding, for build servers.

use std::io;

use super::{Context, Reporter, terminal, texts, words};
use crate::model::{Family, Finding, Problem, Report};

/// Writes JUnit's XML.
#[derive(Debug)]
pub(super) struct Junit;

/// The suite of what could not be audited.
const COVERAGE: &str = "coverage";

impl Reporter for Junit {
    fn name(&self) -> &'static str {
        "junit"
    }

    fn endings(&self) -> &'static [&'static str] {
        &[".junit.xml"]
    }

    fn write(&self, report: &Report, context: &Context<'_>, out: &mut dyn io::Write) -> io::Result<()> {
        let counting = report.findings().iter().filter(|finding| finding.counts()).count();
        let (incomplete, limited) = problems(report);
        // No `skipped` here: the schema of Jenkins' plugin has it at the suites alone.
        writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
        writeln!(
            out,
            "<testsuites name=\"kagiban\" tests=\"{}\" failures=\"{counting}\" errors=\"{}\">",
            tests(report),
            incomplete.len(),
        )?;
        for family in Family::ALL {
            suite(family, report, context, out)?;
        }
        coverage(&incomplete, &limited, context, out)?;
        writeln!(out, "</testsuites>")
    }
}

/// A family without findings is one test that passed.
fn tests(report: &Report) -> usize {
    let empty = Family::ALL
        .into_iter()
        .filter(|family| !report.findings().iter().any(|finding| finding.family == *family))
        .count();
    report.findings().len() + empty + report.coverage().skipped.len().max(1)
}

fn problems(report: &Report) -> (Vec<&Problem>, Vec<&Problem>) {
    report.coverage().skipped.iter().partition(|problem| problem.reason.is_incomplete())
}

fn suite(family: Family, report: &Report, context: &Context<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let findings: Vec<&Finding> = report.findings().iter().filter(|f| f.family == family).collect();
    let counting = findings.iter().filter(|finding| finding.counts()).count();
    let name = family.as_str();
    writeln!(
        out,
        "  <testsuite name=\"{name}\" tests=\"{}\" failures=\"{counting}\" errors=\"0\" skipped=\"{}\">",
        findings.len().max(1),
        findings.len() - counting,
    )?;
    if findings.is_empty() {
        writeln!(out, "    <testcase classname=\"{name}\" name=\"{name}\"/>")?;
    }
    for finding in findings {
        let place = texts::place_at(&finding.place, context);
        let case = format!("{} {place}", finding.rule);
        writeln!(
            out,
            "    <testcase classname=\"{}\" name=\"{}\">",
            escaped(finding.rule.as_str()),
            escaped(&case)
        )?;
        let message = texts::message(finding, context);
        let severity = context.say(words::severity(finding.severity));
        if finding.counts() {
            writeln!(
                out,
                "      <failure type=\"{}\" message=\"{}\">{}</failure>",
                escaped(&severity),
                escaped(texts::title(&finding.rule, context)),
                escaped(&format!("{place}\n{message}"))
            )?;
        } else {
            writeln!(out, "      <skipped message=\"{}\"/>", escaped(&message))?;
        }
        writeln!(out, "    </testcase>")?;
    }
    writeln!(out, "  </testsuite>")
}

fn coverage(
    incomplete: &[&Problem],
    limited: &[&Problem],
    context: &Context<'_>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    writeln!(
        out,
        "  <testsuite name=\"{COVERAGE}\" tests=\"{}\" failures=\"0\" errors=\"{}\" skipped=\"{}\">",
        (incomplete.len() + limited.len()).max(1),
        incomplete.len(),
        limited.len()
    )?;
    if incomplete.is_empty() && limited.is_empty() {
        writeln!(out, "    <testcase classname=\"{COVERAGE}\" name=\"{COVERAGE}\"/>")?;
    }
    for (element, problems) in [("error", incomplete), ("skipped", limited)] {
        for problem in problems {
            writeln!(
                out,
                "    <testcase classname=\"{COVERAGE}\" name=\"{}\"><{element} message=\"{}\"/></testcase>",
                escaped(&problem.path),
                escaped(&texts::problem(problem, context))
            )?;
        }
    }
    writeln!(out, "  </testsuite>")
}

/// Text as it may stand in XML; characters that XML forbids are visible escapes by then.
fn escaped(text: &str) -> String {
    terminal::visible_lines(text)
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}
