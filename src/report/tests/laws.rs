//! What holds in every format.

use crate::lang::Lang;
use crate::model::Report;
use crate::report::fixture::{clean, full, incomplete, samples, written};
use crate::report::{REPORTERS, Reporter, terminal};

fn everything() -> impl Iterator<Item = (&'static dyn Reporter, Lang, Report, String)> {
    REPORTERS.iter().flat_map(|reporter| {
        Lang::ALL.into_iter().flat_map(move |lang| {
            [full(), clean(), incomplete()].into_iter().map(move |report| {
                let text = written(reporter.name(), &report, lang);
                (*reporter, lang, report, text)
            })
        })
    })
}

#[test]
fn no_format_shows_a_secret() {
    for (reporter, _, _, text) in everything() {
        for secret in samples() {
            // Eight characters more than may be shown.
            let body: String = secret.chars().skip(24).take(8).collect();
            assert!(!text.contains(&body), "{} shows a secret", reporter.name());
        }
    }
}

#[test]
fn no_format_writes_control_characters() {
    for (reporter, _, _, text) in everything() {
        let bad = text.chars().find(|c| c.is_control() && *c != '\n');
        assert_eq!(bad, None, "{}", reporter.name());
        // Without a finding there is no annotation.
        assert!(text.is_empty() || text.ends_with('\n'), "{}", reporter.name());
    }
}

#[test]
fn nobody_sees_hidden_characters_and_no_build_takes_commands() {
    for (reporter, _, _, text) in everything() {
        // The mark by which Excel knows UTF-8.
        for line in text.trim_start_matches('\u{feff}').lines() {
            // What GitHub takes commands from holds one a line, its own.
            let line = match line.strip_prefix("::") {
                Some(command) if reporter.name() == "github" => command,
                _ => line,
            };
            let shown = line.replace("::", ": :");
            assert_eq!(terminal::visible(&shown), shown, "{}", reporter.name());
            assert!(!line.trim_start().starts_with("::"), "{line}");
        }
    }
}

#[test]
fn the_order_of_findings_changes_nothing() {
    for (reporter, lang, report, text) in everything() {
        let mut findings = report.findings().to_vec();
        findings.reverse();
        let again = Report::new(
            report.facts().clone(),
            findings,
            report.suppressed().to_vec(),
            report.notices().to_vec(),
            report.coverage().clone(),
        );
        assert_eq!(written(reporter.name(), &again, lang), text, "{}", reporter.name());
    }
}
