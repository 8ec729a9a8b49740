//! `--format sarif`.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::lang::Lang;
use crate::model::{Coverage, Mode, Report};
use crate::report::fixture::{clean, facts, full, incomplete, written};

const SCHEMA: &str = include_str!("../../../tests/data/sarif-schema-2.1.0.json");

fn run(report: &Report) -> Value {
    let log: Value = serde_json::from_str(&written("sarif", report, Lang::En)).unwrap();
    log["runs"][0].clone()
}

fn of_mode(mode: Mode) -> Report {
    let full = full();
    Report::new(facts(mode), full.findings().to_vec(), Vec::new(), Vec::new(), Coverage::default())
}

#[test]
fn every_log_keeps_to_the_standard() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for lang in Lang::ALL {
        for report in [full(), clean(), incomplete(), of_mode(Mode::Staged), of_mode(Mode::History)] {
            let log: Value = serde_json::from_str(&written("sarif", &report, lang)).unwrap();
            let faults: Vec<String> =
                validator.iter_errors(&log).map(|e| format!("{}: {e}", e.instance_path)).collect();
            assert_eq!(faults, Vec::<String>::new());
        }
    }
}

#[test]
fn a_log_that_breaks_the_standard_is_seen() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let mut log: Value = serde_json::from_str(&written("sarif", &full(), Lang::En)).unwrap();
    log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] = 0.into();
    assert!(!validator.is_valid(&log));
}

#[test]
fn a_rule_has_what_github_shows() {
    let rules = &run(&full())["tool"]["driver"]["rules"];
    let rule = rules.as_array().unwrap().iter().find(|rule| rule["id"] == "lwa-client-secret").unwrap();
    insta::assert_snapshot!(serde_json::to_string_pretty(rule).unwrap(), @r#"
    {
      "defaultConfiguration": {
        "level": "error"
      },
      "fullDescription": {
        "text": "Whoever holds it can ask for tokens in the name of your application, from anywhere, until it is rotated."
      },
      "help": {
        "markdown": "Whoever holds it can ask for tokens in the name of your application, from anywhere, until it is rotated.\n\n## What to do\n\n**Rotate the client secret**\n\n1. Open Developer Central and choose the application whose secret this is, then rotate its secret.\n2. Deploy the new secret; the old one ends seven days later.\n\n**Take it out of history**\n\n1. Rewrite history only after the rotation.\n\n## What Amazon's policies demand\n\n- **FIX-2.5** Credentials are encrypted and never hard-coded.\n",
        "text": "Whoever holds it can ask for tokens in the name of your application, from anywhere, until it is rotated.\n\nWhat to do:\nRotate the client secret\n1. Open Developer Central and choose the application whose secret this is, then rotate its secret.\n2. Deploy the new secret; the old one ends seven days later.\nTake it out of history\n1. Rewrite history only after the rotation.\n\nWhat Amazon's policies demand:\n- FIX-2.5: Credentials are encrypted and never hard-coded.\n"
      },
      "id": "lwa-client-secret",
      "properties": {
        "policy": [
          "FIX-2.5"
        ],
        "precision": "very-high",
        "problem.severity": "error",
        "security-severity": "8.0",
        "tags": [
          "security",
          "leak"
        ]
      },
      "shortDescription": {
        "text": "Login with Amazon client secret"
      }
    }
    "#);
}

#[test]
#[expect(clippy::too_many_lines, reason = "the snapshot is long, the test is not")]
fn a_result_has_a_file_a_line_and_our_fingerprint() {
    let run = run(&full());
    let results = run["results"].as_array().unwrap();
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uriBaseId"], "%SRCROOT%");
        assert!(place["region"]["startLine"].as_u64().unwrap() >= 1);
        let keys: Vec<&String> = result["partialFingerprints"].as_object().unwrap().keys().collect();
        assert_eq!(keys, ["kagibanFingerprint/v1"]);
        assert!(result.get("suppressions").is_none());
    }
    let found = |needle: &str| {
        let result = results.iter().find(|result| result.to_string().contains(needle)).unwrap();
        serde_json::to_string_pretty(result).unwrap()
    };
    insta::assert_snapshot!(found("src/config.py"), @r##"
    {
      "level": "error",
      "locations": [
        {
          "physicalLocation": {
            "artifactLocation": {
              "uri": "src/config.py",
              "uriBaseId": "%SRCROOT%"
            },
            "contextRegion": {
              "endLine": 3,
              "snippet": {
                "text": "# 設定\nLWA_CLIENT_SECRET = \"amzn1.oa2-cs.v1.6571…\"\nHOST = \"api.amazon.com\""
              },
              "startLine": 1
            },
            "region": {
              "endColumn": 102,
              "endLine": 2,
              "startColumn": 22,
              "startLine": 2
            }
          }
        }
      ],
      "message": {
        "text": "Login with Amazon client secret: `amzn1.oa2-cs.v1.6571…`, 80 characters. Recognised by name `LWA_CLIENT_SECRET`, context `api.amazon.com`."
      },
      "partialFingerprints": {
        "kagibanFingerprint/v1": "d06ddab8535deaf5eb2d477179ac621b"
      },
      "properties": {
        "confidence": "high",
        "policy": [
          "FIX-2.5"
        ],
        "severity": "high",
        "tags": [
          "commented-out"
        ]
      },
      "relatedLocations": [
        {
          "id": 1,
          "message": {
            "text": "a.py:2:22"
          },
          "physicalLocation": {
            "artifactLocation": {
              "uri": "a.py",
              "uriBaseId": "%SRCROOT%"
            },
            "region": {
              "endColumn": 102,
              "endLine": 2,
              "startColumn": 22,
              "startLine": 2
            }
          }
        },
        {
          "id": 2,
          "message": {
            "text": "b.py:2:22"
          },
          "physicalLocation": {
            "artifactLocation": {
              "uri": "b.py",
              "uriBaseId": "%SRCROOT%"
            },
            "region": {
              "endColumn": 102,
              "endLine": 2,
              "startColumn": 22,
              "startLine": 2
            }
          }
        },
        {
          "id": 3,
          "message": {
            "text": "c.py:2:22"
          },
          "physicalLocation": {
            "artifactLocation": {
              "uri": "c.py",
              "uriBaseId": "%SRCROOT%"
            },
            "region": {
              "endColumn": 102,
              "endLine": 2,
              "startColumn": 22,
              "startLine": 2
            }
          }
        },
        {
          "id": 4,
          "message": {
            "text": "d.py:2:22"
          },
          "physicalLocation": {
            "artifactLocation": {
              "uri": "d.py",
              "uriBaseId": "%SRCROOT%"
            },
            "region": {
              "endColumn": 102,
              "endLine": 2,
              "startColumn": 22,
              "startLine": 2
            }
          }
        }
      ],
      "ruleId": "lwa-client-secret",
      "ruleIndex": 2
    }
    "##);
    insta::assert_snapshot!(found("readme.txt"), @r#"
    {
      "level": "warning",
      "locations": [
        {
          "logicalLocations": [
            {
              "fullyQualifiedName": "mail/送付 #1.zip!/tool!/readme.txt",
              "kind": "resource",
              "name": "readme.txt"
            }
          ],
          "physicalLocation": {
            "artifactLocation": {
              "uri": "mail/%E9%80%81%E4%BB%98%20%231.zip",
              "uriBaseId": "%SRCROOT%"
            },
            "region": {
              "startLine": 1
            }
          }
        }
      ],
      "message": {
        "text": "Note that hands credentials over. Recognised by phrase `キーを送ります`. It is in mail/送付 #1.zip > tool > readme.txt:2:9."
      },
      "partialFingerprints": {
        "kagibanFingerprint/v1": "f69609e727cc3cc298a8d82c48650372"
      },
      "properties": {
        "confidence": "medium",
        "policy": [
          "FIX-2.5"
        ],
        "severity": "medium",
        "tags": [
          "already-there",
          "in-archive"
        ]
      },
      "ruleId": "handover-note",
      "ruleIndex": 1
    }
    "#);
}

#[test]
fn what_has_no_file_stands_at_a_stable_one_and_names_the_commit() {
    let run = run(&full());
    let result =
        run["results"].as_array().unwrap().iter().find(|result| !result["properties"]["commit"].is_null());
    let result = result.unwrap();
    assert_eq!(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "kagiban.toml");
    insta::assert_snapshot!(result["message"]["text"].as_str().unwrap(), @"Login with Amazon refresh token: `Atzr|aVeF…`, 362 characters. It is in the commit message:1:11 (commit 89abcdef0123).");
}

#[test]
fn hostile_text_is_harmless() {
    let run = run(&full());
    let result =
        run["results"].as_array().unwrap().iter().find(|r| r.to_string().contains("script")).unwrap();
    insta::assert_snapshot!(result["message"]["text"].as_str().unwrap(), @r"Login with Amazon client secret: `amzn1.oa2-cs.v1.6571…`, 80 characters. Recognised by name `a\\u{1b}\[0m \\u{3a}:warning::b \[x\](javascript:1)`.");
    let uri = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    insta::assert_snapshot!(uri.as_str().unwrap(), @"x/%1B%5B31mred%E2%80%AE%0A%3A%3Aerror%3A%3A%3Cscript%3Ealert%281%29%3C/script%3E.md");
}

#[test]
fn an_unfinished_run_is_no_success() {
    let invocation = &run(&incomplete())["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    assert_eq!(invocation["toolExecutionNotifications"].as_array().unwrap().len(), 2);
    assert_eq!(run(&clean())["invocations"][0]["executionSuccessful"], true);
}

#[test]
fn old_findings_of_a_change_are_unchanged() {
    let states = |report: &Report| -> BTreeSet<String> {
        let run = run(report);
        run["results"].as_array().unwrap().iter().map(|r| r["baselineState"].to_string()).collect()
    };
    assert_eq!(
        states(&of_mode(Mode::Range)),
        BTreeSet::from(["\"new\"", "\"unchanged\""].map(str::to_owned))
    );
    assert_eq!(states(&full()), BTreeSet::from(["null".to_owned()]));
}
