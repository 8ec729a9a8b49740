//! The same report through every format, in one table, and each against what is published of it.

use std::fmt::Write as _;

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::lang::Lang;
use crate::model::Report;
use crate::report::fixture::{clean, full, incomplete, written};
use crate::report::{REPORTERS, texts};

/// How many findings a document of this format holds.
fn findings(format: &str, text: &str) -> usize {
    let json = || serde_json::from_str::<serde_json::Value>(text).unwrap();
    let of = |value: &serde_json::Value| value.as_array().unwrap().len();
    match format {
        "human" => text.lines().filter(|line| line.contains("]: ")).count(),
        "json" => of(&json()["findings"]),
        "jsonl" => text.lines().count() - 1,
        "sarif" => of(&json()["runs"][0]["results"]),
        "markdown" => text.lines().filter(|line| line.starts_with("| ")).count().saturating_sub(2),
        "html" => text.matches("<tr data-part").count(),
        "github" => text.lines().filter(|line| !line.contains("title=Kagiban")).count(),
        "gitlab" => of(&json()["vulnerabilities"]),
        "gitlab-code-quality" => of(&json()),
        "junit" => text.matches("<failure ").count() + text.matches("      <skipped ").count(),
        "csv" => text.lines().count() - 1,
        other => panic!("{other} is not in the table"),
    }
}

/// What a reader of a format can learn of one finding.
fn told(format: &str) -> String {
    let text = written(format, &full(), Lang::En).replace("\\_", "_");
    let facts = [
        ("rule", "lwa-client-secret"),
        ("title", "Login with Amazon client secret"),
        ("place", "src/config.py"),
        ("masked", "amzn1.oa2-cs.v1.6571…"),
        ("evidence", "LWA_CLIENT_SECRET"),
        ("remote", "github.com/x/y"),
        ("age", "412"),
        ("why", "Whoever holds it can ask for tokens"),
        ("to do", "Rotate the client secret"),
        ("steps", "Deploy the new secret"),
        ("clause", "FIX-2.5"),
        ("fingerprint", "d06ddab8535deaf5eb2d477179ac621b"),
        ("accepted", "revoked"),
        ("left out", "img/a.bin"),
    ];
    let told: Vec<&str> =
        facts.iter().filter(|(_, sign)| text.contains(sign)).map(|(name, _)| *name).collect();
    told.join(", ")
}

#[test]
fn every_format_in_one_table() {
    let mut table = String::new();
    for reporter in REPORTERS {
        let name = reporter.name();
        let counts = [clean(), incomplete(), full()]
            .map(|report| findings(name, &written(name, &report, Lang::En)).to_string());
        let endings = reporter.endings().join(" ");
        writeln!(table, "{name:20} {endings:20} {:6} {}", counts.join(" "), told(name)).unwrap();
    }
    insta::assert_snapshot!(table, @r"
    human                                     0 0 5  rule, title, place, masked, evidence, remote, age, why, to do, steps, left out
    json                 .json                0 0 7  rule, title, place, masked, evidence, remote, age, clause, fingerprint, accepted, left out
    jsonl                .jsonl               0 0 7  rule, title, place, masked, evidence, remote, age, clause, fingerprint, left out
    sarif                .sarif               0 0 7  rule, title, place, masked, evidence, age, why, to do, steps, clause, fingerprint, left out
    markdown             .md .markdown        0 0 7  rule, title, place, masked, remote, age, why, to do, steps, left out
    html                 .html .htm           0 0 7  rule, title, place, masked, evidence, remote, age, why, to do, steps, clause, fingerprint, left out
    github                                    0 0 7  rule, title, place, masked, evidence, remote, age, left out
    gitlab               .gitlab.json         0 0 7  rule, title, place, masked, evidence, remote, age, why, to do, left out
    gitlab-code-quality  .codequality.json    0 0 7  rule, title, place, masked, evidence
    junit                .junit.xml           0 0 7  rule, title, place, masked, evidence, left out
    csv                  .csv                 0 0 7  rule, title, place, masked, remote, age, clause, fingerprint
    ");
}

/// `gitlab` and `gitlab-code-quality` against what GitLab publishes: all that the schema of secret
/// detection 15.2.1 says of what is written here, and the table of code quality's fields. Both take no
/// key they do not name, so a new one is first looked up there.
#[test]
fn gitlab_takes_both_reports() {
    for (format, schema) in [
        ("gitlab", include_str!("gitlab-secret-detection.json")),
        ("gitlab-code-quality", include_str!("gitlab-code-quality.json")),
    ] {
        let schema: serde_json::Value = serde_json::from_str(schema).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        for (report, lang) in reports() {
            let value: serde_json::Value = serde_json::from_str(&written(format, &report, lang)).unwrap();
            let faults: Vec<String> = validator.iter_errors(&value).map(|fault| fault.to_string()).collect();
            assert!(faults.is_empty(), "{format}: {faults:#?}");
        }
        assert!(!validator.is_valid(&serde_json::json!([{"severity": "bad"}])));
        let mut value: serde_json::Value = serde_json::from_str(&written(format, &full(), Lang::En)).unwrap();
        let list = if value.is_array() { &mut value } else { &mut value["vulnerabilities"] };
        list[0]["unknown"] = true.into();
        assert!(!validator.is_valid(&value), "{format} takes anything");
    }
}

fn reports() -> impl Iterator<Item = (Report, Lang)> {
    Lang::ALL.into_iter().flat_map(|lang| [clean(), incomplete(), full()].map(|report| (report, lang)))
}

#[test]
fn code_quality_follows_each_finding_by_its_own_name() {
    let value: serde_json::Value =
        serde_json::from_str(&written("gitlab-code-quality", &full(), Lang::En)).unwrap();
    let names: std::collections::BTreeSet<&str> =
        value.as_array().unwrap().iter().map(|issue| issue["fingerprint"].as_str().unwrap()).collect();
    assert_eq!(names.len(), full().findings().len());
}

/// An element, the attributes it must have, those it may have, and what may be in it.
type Element = (&'static str, &'static [&'static str], &'static [&'static str], &'static [&'static str]);

/// What `junit-10.xsd` of Jenkins' xUnit plugin says of the elements written here; `xmllint` reads the
/// schema itself where `.ci/run` has installed it.
const JUNIT: [Element; 6] = [
    ("testsuites", &[], &["name", "time", "tests", "failures", "errors"], &["testsuite"]),
    (
        "testsuite",
        &["name", "tests", "failures", "errors"],
        &["group", "time", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url"],
        &["testsuite", "properties", "testcase", "system-out", "system-err"],
    ),
    ("testcase", &["name"], &["time", "classname", "group"], &["skipped", "error", "failure"]),
    ("failure", &[], &["type", "message"], &[]),
    ("error", &[], &["type", "message"], &[]),
    ("skipped", &[], &["type", "message"], &[]),
];

#[test]
fn junit_is_what_the_schema_of_jenkins_takes() {
    for (report, lang) in reports() {
        let text = written("junit", &report, lang);
        let mut reader = Reader::from_str(&text);
        let mut open: Vec<Element> = Vec::new();
        loop {
            let (start, is_empty) = match reader.read_event().unwrap() {
                Event::Start(start) => (start, false),
                Event::Empty(start) => (start, true),
                Event::End(_) => {
                    open.pop();
                    continue;
                }
                Event::Eof => break,
                _ => continue,
            };
            let name = start.name().as_ref().to_owned();
            let element = *JUNIT.iter().find(|element| element.0 == name).expect("a known element");
            match open.last() {
                Some(outer) => assert!(outer.3.contains(&element.0), "{name} in {}", outer.0),
                None => assert_eq!(name, "testsuites"),
            }
            let names: Vec<String> =
                start.attributes().map(|attribute| attribute.unwrap().key.as_ref().to_owned()).collect();
            assert!(element.1.iter().all(|must| names.iter().any(|name| name == must)), "{name}: {names:?}");
            let known =
                |name: &String| element.1.contains(&name.as_str()) || element.2.contains(&name.as_str());
            assert!(names.iter().all(known), "{name}: {names:?}");
            if !is_empty {
                open.push(element);
            }
        }
        assert!(open.is_empty());
    }
}

/// The schema itself, as a program reads it that knows the language of XML schemas.
#[cfg(feature = "programs")]
mod with_xmllint {
    use std::io::Write as _;
    use std::process::{Command, Stdio};

    use super::{reports, written};

    const SCHEMA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/junit-10.xsd");

    /// What the program says against a document, which is nothing where it keeps to the schema.
    fn faults(document: &str) -> String {
        let mut program = Command::new("xmllint")
            .args(["--noout", "--nonet", "--schema", SCHEMA, "-"])
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("xmllint is installed: `.ci/run` says how");
        program.stdin.take().unwrap().write_all(document.as_bytes()).unwrap();
        let output = program.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        if output.status.success() { String::new() } else { said }
    }

    #[test]
    fn junit_keeps_to_its_schema() {
        for (report, lang) in reports() {
            assert_eq!(faults(&written("junit", &report, lang)), "");
        }
    }

    #[test]
    fn a_document_that_breaks_the_schema_is_seen() {
        let (report, lang) = reports().last().unwrap();
        let without = written("junit", &report, lang).replacen(" failures=", " failed=", 2);
        assert!(faults(&without).contains("failed"));
    }
}

#[test]
fn what_is_the_same_in_all_steps_is_said_once() {
    let text = |last: &str| {
        let text = format!(
            "number = \"R1\"\ntitle = {{ en = \"t\", ja = \"t\" }}\nsteps = {{ en = [\"a\", \"{last}\"], ja = [\"a\", \"{last}\"] }}"
        );
        toml::from_str::<crate::rules::lists::Remediation>(&text).unwrap()
    };
    let (one, same, other) = (text("z"), text("z"), text("y"));
    assert_eq!(texts::shared_step(&[&one, &same], Lang::En), Some("z"));
    assert_eq!(texts::shared_step(&[&one, &other], Lang::En), None);
    assert_eq!(texts::shared_step(&[&one], Lang::En), None);
    assert_eq!(texts::steps_without(&one, Some("z"), Lang::En).collect::<Vec<_>>(), ["a"]);
}
