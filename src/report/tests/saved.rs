//! Saved reports come back as they were, and several become one.

use crate::lang::Lang;
use crate::report::fixture::{catalogue, clean, full, incomplete, written};
use crate::report::saved::{from_severity, merged, read};

fn again(reports: &[String]) -> crate::model::Report {
    merged(reports.iter().map(|text| read(text.as_bytes()).unwrap()).collect(), &catalogue())
}

#[test]
fn a_report_reads_back_as_it_was() {
    for report in [full(), clean(), incomplete()] {
        for lang in [Lang::En, Lang::Ja] {
            let text = written("json", &report, lang);
            let back = again(std::slice::from_ref(&text));
            assert_eq!(written("json", &back, lang), text);
        }
    }
}

#[test]
fn a_report_given_twice_counts_once() {
    let text = written("json", &full(), Lang::En);
    let once = again(std::slice::from_ref(&text));
    let twice = again(&[text.clone(), text.clone()]);
    assert_eq!(written("json", &twice, Lang::En), written("json", &once, Lang::En));
}

#[test]
fn several_reports_are_one() {
    let [one, other] = [full(), incomplete()].map(|report| written("json", &report, Lang::En));
    let both = again(&[one, other]);
    assert_eq!(both.findings().len(), full().findings().len() + incomplete().findings().len());
    assert_eq!(both.coverage().files, full().coverage().files + incomplete().coverage().files);
    assert!(!both.coverage().is_complete());
    assert_eq!(both.facts().roots.len(), 2);
    let least = both.findings().iter().map(|finding| finding.severity).max().unwrap();
    let worst = from_severity(&both, least);
    assert!(worst.findings().iter().all(|f| f.severity == least) && !worst.findings().is_empty());
}

#[test]
fn what_is_no_report_is_told() {
    assert!(read(b"{}").unwrap_err().contains("schema_version"));
    assert!(read(b"{\"schema_version\": 9}").unwrap_err().contains("version 9"));
    assert!(read(b"not json").is_err());
}

#[test]
fn a_secret_in_a_report_is_not_passed_on() {
    let secret = crate::rules::sample("amzn1.oa2-cs.v1.{hex:64}", 3);
    let body = secret.get(20..50).unwrap();
    let text = written("json", &full(), Lang::En);
    let mut report: serde_json::Value = serde_json::from_str(&text).unwrap();
    for finding in report["findings"].as_array_mut().unwrap() {
        if finding.get("secret").is_some() {
            finding["secret"]["redacted"] = format!("{secret}…").into();
        }
        finding["location"]["path"] = format!("src/{secret}/a.py").into();
        finding["severity_because"] = serde_json::json!([secret]);
        finding["evidence"] = serde_json::json!([{"kind": "name", "text": secret, "weight": 0}]);
    }
    let back = again(&[report.to_string()]);
    for format in ["json", "human", "html", "csv", "markdown", "github", "gitlab", "junit", "sarif", "jsonl"]
    {
        assert!(!written(format, &back, Lang::En).contains(body), "{format}");
    }
}
