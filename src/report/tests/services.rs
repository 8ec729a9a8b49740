//! What build servers, spreadsheets and browsers read.

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
        let skipped = text.lines().filter(|line| line.trim_start().starts_with("<testsuite "));
        let skipped = skipped.map(|line| line.split("skipped=\"").nth(1).unwrap().split('"').next().unwrap());
        let skipped: usize = skipped.map(|count| count.parse::<usize>().unwrap()).sum();
        assert_eq!(skipped, text.matches("<skipped ").count());
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

#[test]
fn the_page_runs_nothing_but_its_own() {
    for report in [full(), clean(), incomplete()] {
        let text = written("html", &report, Lang::Ja);
        let body = text.split("<body>").nth(1).unwrap();
        assert_eq!(body.matches("<script>").count(), 1);
        assert_eq!(body.matches("<style").count(), 0);
        let own = "a article b br circle code dd details div dl dt footer h1 h2 h3 h4 header input label li line main nav ol output p pre rect \
                   script section span summary svg table tbody td text th thead tr ul body html";
        for tag in body.split("<script>").next().unwrap().split('<').skip(1) {
            let name = tag.trim_start_matches('/').split([' ', '>']).next().unwrap();
            assert!(own.split_whitespace().any(|known| known == name), "{name}");
            let attributes = tag.split('>').next().unwrap();
            assert!(!attributes.contains(" on") && !attributes.contains("src="), "{attributes}");
        }
        assert!(text.contains("default-src 'none'"));
        let of = |tag: &str| body.matches(&format!("<{tag}")).count();
        for tag in ["section", "article", "details", "ol", "ul", "svg", "main", "header", "footer"] {
            assert_eq!(
                of(&format!("{tag}>")) + of(&format!("{tag} ")),
                body.matches(&format!("</{tag}>")).count()
            );
        }
    }
}

#[test]
fn the_page_says_everything_in_both_languages() {
    let text = written("html", &full(), Lang::En);
    let said = |lang: &str| text.matches(&format!("<span lang=\"{lang}\">")).count();
    assert!(said("en") > 20 && said("en") == said("ja"));
    assert!(text.contains("id=\"en\" checked"));
    assert!(written("html", &clean(), Lang::Ja).contains("class=\"good\""));
    assert!(
        !written("html", &incomplete(), Lang::Ja).contains("class=\"good\""),
        "an unfinished audit is none"
    );
}
