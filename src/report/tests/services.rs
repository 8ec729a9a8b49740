//! What build servers and spreadsheets read: `github`, `gitlab`, `junit`, `csv`, `markdown`.

use std::collections::BTreeSet;

use crate::lang::Lang;
use crate::report::fixture::{clean, full, incomplete, written};

const LANGS: [Lang; 2] = [Lang::En, Lang::Ja];

#[test]
fn github_has_a_command_a_finding_and_a_problem() {
    for (lang, report) in LANGS.into_iter().flat_map(|lang| [(lang, full()), (lang, incomplete())]) {
        let text = written("github", &report, lang);
        let commands: Vec<&str> = text.lines().collect();
        assert_eq!(commands.len(), report.findings().len() + report.coverage().skipped.len());
        for command in &commands {
            let rest = command.strip_prefix("::").unwrap();
            let level = rest.split(' ').next().unwrap();
            assert!(["error", "warning", "notice"].contains(&level), "{command}");
        }
        // Of a kind ten are shown, so nothing worse comes behind something better.
        let errors = commands.iter().take_while(|command| command.starts_with("::error")).count();
        assert!(!commands[errors..].iter().any(|command| command.starts_with("::error")), "{text}");
    }
}

#[test]
fn gitlab_has_what_its_schema_requires() {
    let report: serde_json::Value = serde_json::from_str(&written("gitlab", &full(), Lang::En)).unwrap();
    assert_eq!(report["scan"]["type"], "secret_detection");
    for time in ["start_time", "end_time"] {
        let time = report["scan"][time].as_str().unwrap();
        assert!(time.parse::<jiff::civil::DateTime>().is_ok() && !time.ends_with('Z'), "{time}");
    }
    let found = report["vulnerabilities"].as_array().unwrap();
    assert_eq!(found.len(), full().findings().len());
    let ids: BTreeSet<&str> = found.iter().map(|v| v["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), found.len(), "an id a finding");
    for vulnerability in found {
        assert!(vulnerability["location"]["commit"]["sha"].as_str().is_some_and(|sha| sha.len() >= 40));
        let identifier = &vulnerability["identifiers"][0];
        assert_eq!(identifier["type"], "kagiban_rule_id");
    }
}

#[test]
fn junit_counts_what_it_holds() {
    for report in [full(), incomplete(), clean()] {
        let text = written("junit", &report, Lang::Ja);
        let of = |name: &str| -> usize {
            let head = text.lines().find(|line| line.starts_with("<testsuites")).unwrap();
            let value = head.split(&format!("{name}=\"")).nth(1).unwrap();
            value.split('"').next().unwrap().parse().unwrap()
        };
        assert_eq!(of("tests"), text.matches("<testcase ").count());
        assert_eq!(of("failures"), text.matches("<failure ").count());
        assert_eq!(of("errors"), text.matches("<error ").count());
        assert_eq!(of("skipped"), text.matches("<skipped ").count());
        assert_eq!(text.matches("<testsuite ").count(), text.matches("</testsuite>").count());
    }
}

#[test]
fn csv_has_as_many_cells_in_every_row() {
    let text = written("csv", &full(), Lang::En);
    let text = text.strip_prefix('\u{feff}').unwrap();
    let rows: Vec<&str> = text.lines().collect();
    assert_eq!(rows.len(), 1 + full().findings().len());
    for row in rows {
        let mut is_quoted = false;
        let commas = row.chars().filter(|c| {
            is_quoted ^= *c == '"';
            *c == ',' && !is_quoted
        });
        assert_eq!(commas.count(), 19, "{row}");
        assert!(!row.contains('\r'));
    }
}

#[test]
fn markdown_holds_no_html_but_its_own() {
    for lang in LANGS {
        let text = written("markdown", &full(), lang);
        let own = ["<details>", "</details>", "<summary>", "</summary>"];
        let rest = own.iter().fold(text.clone(), |text, tag| text.replace(tag, ""));
        // What stands in the letters of code is no HTML.
        let outside: String = rest.split('`').step_by(2).collect();
        assert!(!outside.contains('<'), "{outside}");
        let rows = text.lines().filter(|line| line.starts_with("| ")).count();
        assert_eq!(rows, 2 + full().findings().len());
    }
    assert!(!written("markdown", &clean(), Lang::En).contains('|'));
}
