//! `--format sarif`: SARIF 2.1.0 as GitHub code scanning reads it.
//!
//! Three things differ from what the standard alone would suggest. Every result has a file and a
//! line, because GitHub takes none without. The fingerprint stands under Kagiban's own key and
//! `primaryLocationLineHash` is left to the uploader, which warns where another value is there. And
//! accepted findings are left out, because GitHub would open alerts for them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::io;

use log::{
    AutomationDetails, Configuration, DescriptorReference, Driver, DriverProperties, Invocation, Level, Log,
    Notification, NotificationDescriptor, Run, Text, Tool, UriBase,
};

use super::{Context, Reporter, terminal, texts, words};
use crate::lang::AboutAudit;
use crate::model::{Finding, Mode, Report, RuleId, Severity, SkipReason};

mod log;
mod result;
mod rule;

/// Results of a run above which GitHub refuses the file.
const RESULTS_MAX: usize = 25_000;
/// Further locations of a result that GitHub keeps.
const RELATED_MAX: usize = 100;
/// Further locations of all results: GitHub refuses files of more than 10 MB, compressed.
const RELATED_OF_ALL_MAX: usize = 100_000;
/// The name that relative addresses start from.
const ROOT: &str = "%SRCROOT%";

/// Writes SARIF.
#[derive(Debug)]
pub(super) struct Sarif;

impl Reporter for Sarif {
    fn name(&self) -> &'static str {
        "sarif"
    }

    fn endings(&self) -> &'static [&'static str] {
        &[".sarif"]
    }

    fn write(&self, report: &Report, context: &Context<'_>, out: &mut dyn io::Write) -> io::Result<()> {
        let log = Log {
            schema: "https://json.schemastore.org/sarif-2.1.0.json",
            version: "2.1.0",
            runs: [run(report, context, RESULTS_MAX)],
        };
        serde_json::to_writer_pretty(terminal::VisibleJson(&mut *out), &log)?;
        writeln!(out)
    }
}

fn run(report: &Report, context: &Context<'_>, results_max: usize) -> Run {
    let findings = worst(report.findings(), results_max);
    // Results are limited to as many as rules may be, so the limit of rules holds by itself.
    let rules: BTreeSet<&RuleId> = findings.iter().map(|finding| &finding.rule).collect();
    let rules: Vec<&RuleId> = rules.into_iter().collect();
    let mode = report.facts().mode;
    let left_out = report.findings().len() - findings.len();
    let left_out = (left_out > 0).then_some(AboutAudit::LeftOut { count: left_out, limit: results_max });
    let related_max = RELATED_MAX.min(RELATED_OF_ALL_MAX / findings.len().max(1));
    let results = findings.iter().map(|finding| {
        let rule_index = rules.binary_search(&&finding.rule).unwrap_or_default();
        result::of(finding, rule_index, related_max, mode, context)
    });
    Run {
        results: results.collect(),
        tool: Tool {
            driver: Driver {
                name: "Kagiban",
                semantic_version: env!("CARGO_PKG_VERSION"),
                rules: rules.iter().map(|id| rule::of(id, context)).collect(),
                notifications: notification_kinds(report, context),
                properties: DriverProperties { rules_digest: report.facts().rules_digest.clone() },
            },
        },
        invocations: [invocation(report, left_out, context)],
        // What stands before the last slash is the category: each mode closes its own alerts only.
        automation_details: AutomationDetails { id: format!("kagiban/{}/", mode.as_str()) },
        language: context.lang.as_str(),
        column_kind: "unicodeCodePoints",
        original_uri_base_ids: BTreeMap::from([(
            ROOT,
            UriBase {
                description: Text {
                    text: "The top level of the repository, or the audited root.".to_owned(),
                },
            },
        )]),
    }
}

/// Keeps the worst findings, in the order of the report.
fn worst(findings: &[Finding], limit: usize) -> Vec<&Finding> {
    let mut kept: Vec<(usize, &Finding)> = findings.iter().enumerate().collect();
    kept.sort_by_key(|(at, finding)| (Reverse(finding.severity), *at));
    kept.truncate(limit);
    kept.sort_by_key(|(at, _)| *at);
    kept.into_iter().map(|(_, finding)| finding).collect()
}

fn invocation(report: &Report, left_out: Option<AboutAudit<'_>>, context: &Context<'_>) -> Invocation {
    let mut execution: Vec<Notification> = report
        .coverage()
        .skipped
        .iter()
        .map(|problem| Notification {
            descriptor: Some(DescriptorReference { id: kind_of(problem.reason) }),
            level: level_of(problem.reason),
            message: Text { text: texts::problem(problem, context) },
            locations: result::file(&problem.path).into_iter().collect(),
        })
        .collect();
    execution.extend(left_out.map(|about| plain(Level::Warning, context.say(about))));
    let configuration =
        report.notices().iter().map(|notice| plain(Level::Note, texts::notice(notice, context)));
    Invocation {
        execution_successful: report.coverage().is_complete(),
        tool_execution_notifications: execution,
        tool_configuration_notifications: configuration.collect(),
    }
}

fn plain(level: Level, text: String) -> Notification {
    Notification { descriptor: None, level, message: Text { text }, locations: Vec::new() }
}

fn notification_kinds(report: &Report, context: &Context<'_>) -> Vec<NotificationDescriptor> {
    let reasons: BTreeSet<SkipReason> = report.coverage().skipped.iter().map(|p| p.reason).collect();
    let kind = |reason| NotificationDescriptor {
        id: kind_of(reason),
        short_description: Text { text: context.say(words::reason(reason)) },
        default_configuration: Configuration { level: level_of(reason) },
    };
    reasons.into_iter().map(kind).collect()
}

fn kind_of(reason: SkipReason) -> String {
    format!("skipped/{}", reason.as_str())
}

const fn level_of(reason: SkipReason) -> Level {
    if reason.is_incomplete() { Level::Error } else { Level::Warning }
}

const fn level(severity: Severity) -> Level {
    match severity {
        Severity::Critical | Severity::High => Level::Error,
        Severity::Medium => Level::Warning,
        Severity::Low | Severity::Info => Level::Note,
    }
}

/// Tells whether findings of a mode are old or new.
const fn compares(mode: Mode) -> bool {
    matches!(mode, Mode::Staged | Mode::Range)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Lang;
    use crate::report::fixture;

    #[test]
    fn the_worst_results_are_kept_where_there_are_too_many() {
        let catalogue = fixture::catalogue();
        let context =
            Context { catalogue: &catalogue, lang: Lang::En, width: None, color: false, links: None };
        let run = run(&fixture::full(), &context, 2);
        let kept: Vec<&str> = run.results.iter().map(|result| result.rule_id.as_str()).collect();
        assert_eq!(kept, ["lwa-refresh-token", "credential-bundle"]);
        assert_eq!(run.tool.driver.rules.len(), 2);
        let [invocation] = &run.invocations;
        let said = invocation.tool_execution_notifications.last().unwrap();
        assert_eq!(said.message.text, "5 findings are not in this file, which holds the 2 worst.");
    }
}
