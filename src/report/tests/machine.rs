//! `--format json` and `--format jsonl`.

use crate::lang::Lang;
use crate::model::Report;
use crate::report::Context;
use crate::report::fixture::{catalogue, clean, full, incomplete, written};
use crate::report::wire::{WireFinding, WireReport, WireScan, WireSummary};

/// The finding with the most to say, and everything beside findings.
fn one() -> Report {
    let full = full();
    let findings = full.findings().iter().filter(|finding| finding.path() == "src/config.py");
    Report::new(
        full.facts().clone(),
        findings
            .cloned()
            .map(|mut finding| {
                finding.also_at.truncate(1);
                finding
            })
            .collect(),
        full.suppressed().to_vec(),
        full.notices().to_vec(),
        full.coverage().clone(),
    )
}

fn without_version(text: &str) -> String {
    text.replace(&format!("\"{}\"", env!("CARGO_PKG_VERSION")), "\"VERSION\"")
}

#[test]
#[expect(clippy::too_many_lines, reason = "the snapshot is long, the test is not")]
fn json() {
    insta::assert_snapshot!(without_version(&written("json", &one(), Lang::En)), @r#"
    {
      "schema_version": 1,
      "tool": {
        "name": "kagiban",
        "version": "VERSION",
        "rules_digest": "sha256:00"
      },
      "scan": {
        "mode": "worktree",
        "roots": [
          "."
        ],
        "files": 1204,
        "bytes": 3400000,
        "commits": 0,
        "started_at": "2026-11-24T00:00:00Z",
        "elapsed_ms": 0,
        "complete": false,
        "limited": false,
        "skipped": [
          {
            "path": "img/a.bin",
            "reason": "unreadable"
          }
        ]
      },
      "summary": {
        "critical": 0,
        "high": 1,
        "medium": 0,
        "low": 0,
        "info": 0
      },
      "findings": [
        {
          "fingerprint": "d06ddab8535deaf5eb2d477179ac621b",
          "rule": "lwa-client-secret",
          "family": "leak",
          "severity": "high",
          "severity_because": [
            "pushed to a remote"
          ],
          "confidence": "high",
          "title": "Login with Amazon client secret",
          "message": "Login with Amazon client secret: `amzn1.oa2-cs.v1.6571…`, 80 characters. Recognised by name `LWA_CLIENT_SECRET`, context `api.amazon.com`.",
          "evidence": [
            {
              "kind": "name",
              "text": "LWA_CLIENT_SECRET",
              "weight": 0
            },
            {
              "kind": "context",
              "text": "api.amazon.com",
              "weight": 0
            }
          ],
          "location": {
            "kind": "file",
            "root": 0,
            "path": "src/config.py",
            "inner": [],
            "line": 2,
            "column": 22,
            "end_line": 2,
            "end_column": 102
          },
          "also_at": [
            {
              "kind": "file",
              "root": 0,
              "path": "a.py",
              "inner": [],
              "line": 2,
              "column": 22,
              "end_line": 2,
              "end_column": 102
            }
          ],
          "also_at_total": 103,
          "secret": {
            "redacted": "amzn1.oa2-cs.v1.6571…",
            "length": 80
          },
          "tags": [
            "commented-out"
          ],
          "exposure": {
            "state": "pushed",
            "remotes": [
              "github.com/x/y"
            ],
            "as_of": "2026-11-23T00:00:00Z",
            "first_commit": "0123456789abcdef0123456789abcdef01234567",
            "first_seen": "2025-10-08T00:00:00Z",
            "age_days": 412,
            "authors": 5,
            "at_head": true,
            "partial": true
          },
          "policy": [
            "FIX-2.5"
          ],
          "remediation": [
            "fixture-rotate",
            "fixture-history"
          ]
        }
      ],
      "suppressed": [
        {
          "fingerprint": "819ae81031c4c86d7ad95d1ec0cd4853",
          "rule": "lwa-client-secret",
          "path": "tests/a.py",
          "by": "config",
          "owner": "sato",
          "reason": "revoked",
          "until": "2026-12-01",
          "added_in_change": false
        }
      ]
    }
    "#);
}

#[test]
fn json_of_nothing() {
    insta::assert_snapshot!(without_version(&written("json", &clean(), Lang::Ja)), @r#"
    {
      "schema_version": 1,
      "tool": {
        "name": "kagiban",
        "version": "VERSION",
        "rules_digest": "sha256:00"
      },
      "scan": {
        "mode": "worktree",
        "roots": [
          "."
        ],
        "files": 1204,
        "bytes": 3400000,
        "commits": 0,
        "started_at": "2026-11-24T00:00:00Z",
        "elapsed_ms": 0,
        "complete": true,
        "limited": false,
        "skipped": []
      },
      "summary": {
        "critical": 0,
        "high": 0,
        "medium": 0,
        "low": 0,
        "info": 0
      },
      "findings": [],
      "suppressed": []
    }
    "#);
}

#[test]
fn json_lines() {
    insta::assert_snapshot!(written("jsonl", &full(), Lang::Ja), @r#"
    {"fingerprint":"14c4ded9b67d0cfd5953eb7174644d96","rule":"lwa-refresh-token","family":"leak","severity":"high","severity_because":[],"confidence":"high","title":"Login with Amazon のリフレッシュトークン","message":"Login with Amazon のリフレッシュトークン: `Atzr|aVeF…` (362 文字)。","evidence":[],"location":{"kind":"commit-message","root":0,"inner":[],"line":1,"column":11,"end_line":1,"end_column":373,"commit":"89abcdef0123456789abcdef0123456789abcdef","object":"89abcdef0123456789abcdef0123456789abcdef"},"also_at":[],"secret":{"redacted":"Atzr|aVeF…","length":362},"tags":[],"policy":[],"remediation":["fixture-history"]}
    {"fingerprint":"0b9c48123b9bf49bff9412350160d767","rule":"credential-bundle","family":"leak","severity":"critical","severity_because":[],"confidence":"high","title":"認証情報一式","message":"認証情報一式。根拠: 接頭辞 `amzn1.oa2-cs.`。","evidence":[{"kind":"prefix","text":"amzn1.oa2-cs.","weight":0}],"location":{"kind":"file","root":0,"path":"deploy/.env","inner":[],"line":1,"column":19,"end_line":1,"end_column":99},"also_at":[{"kind":"file","root":0,"path":"deploy/.env","inner":[],"line":3,"column":19,"end_line":3,"end_column":381,"rule":"lwa-refresh-token"}],"tags":[],"bundle":"1982726ae8f964988a16c6e25c4b6803","policy":[],"remediation":["fixture-rotate"]}
    {"fingerprint":"d06ddab8535deaf5eb2d477179ac621b","rule":"lwa-client-secret","family":"leak","severity":"high","severity_because":[],"confidence":"high","title":"Login with Amazon のクライアントシークレット","message":"Login with Amazon のクライアントシークレット: `amzn1.oa2-cs.v1.6571…` (80 文字)。根拠: 接頭辞 `amzn1.oa2-cs.`。","evidence":[{"kind":"prefix","text":"amzn1.oa2-cs.","weight":0}],"location":{"kind":"file","root":0,"path":"deploy/.env","inner":[],"line":1,"column":19,"end_line":1,"end_column":99},"also_at":[],"secret":{"redacted":"amzn1.oa2-cs.v1.6571…","length":80},"tags":[],"bundle":"1982726ae8f964988a16c6e25c4b6803","policy":["FIX-2.5"],"remediation":["fixture-rotate","fixture-history"]}
    {"fingerprint":"14c4ded9b67d0cfd5953eb7174644d96","rule":"lwa-refresh-token","family":"leak","severity":"high","severity_because":[],"confidence":"high","title":"Login with Amazon のリフレッシュトークン","message":"Login with Amazon のリフレッシュトークン: `Atzr|aVeF…` (362 文字)。根拠: 接頭辞 `amzn1.oa2-cs.`。","evidence":[{"kind":"prefix","text":"amzn1.oa2-cs.","weight":0}],"location":{"kind":"file","root":0,"path":"deploy/.env","inner":[],"line":3,"column":19,"end_line":3,"end_column":381},"also_at":[],"secret":{"redacted":"Atzr|aVeF…","length":362},"tags":[],"bundle":"1982726ae8f964988a16c6e25c4b6803","policy":[],"remediation":["fixture-history"]}
    {"fingerprint":"f69609e727cc3cc298a8d82c48650372","rule":"handover-note","family":"sharing","severity":"medium","severity_because":[],"confidence":"medium","title":"Note that hands credentials over","message":"Note that hands credentials over。根拠: 語句 `キーを送ります`。","evidence":[{"kind":"phrase","text":"キーを送ります","weight":0}],"location":{"kind":"file","root":0,"path":"mail/送付 #1.zip","inner":["tool","readme.txt"],"line":2,"column":9,"end_line":2,"end_column":10},"also_at":[],"tags":["already-there","in-archive"],"policy":["FIX-2.5"],"remediation":[]}
    {"fingerprint":"d06ddab8535deaf5eb2d477179ac621b","rule":"lwa-client-secret","family":"leak","severity":"high","severity_because":["リモートにプッシュ済み"],"confidence":"high","title":"Login with Amazon のクライアントシークレット","message":"Login with Amazon のクライアントシークレット: `amzn1.oa2-cs.v1.6571…` (80 文字)。根拠: 名前 `LWA_CLIENT_SECRET`、文脈 `api.amazon.com`。","evidence":[{"kind":"name","text":"LWA_CLIENT_SECRET","weight":0},{"kind":"context","text":"api.amazon.com","weight":0}],"location":{"kind":"file","root":0,"path":"src/config.py","inner":[],"line":2,"column":22,"end_line":2,"end_column":102},"also_at":[{"kind":"file","root":0,"path":"a.py","inner":[],"line":2,"column":22,"end_line":2,"end_column":102},{"kind":"file","root":0,"path":"b.py","inner":[],"line":2,"column":22,"end_line":2,"end_column":102},{"kind":"file","root":0,"path":"c.py","inner":[],"line":2,"column":22,"end_line":2,"end_column":102},{"kind":"file","root":0,"path":"d.py","inner":[],"line":2,"column":22,"end_line":2,"end_column":102}],"also_at_total":103,"secret":{"redacted":"amzn1.oa2-cs.v1.6571…","length":80},"tags":["commented-out"],"exposure":{"state":"pushed","remotes":["github.com/x/y"],"as_of":"2026-11-23T00:00:00Z","first_commit":"0123456789abcdef0123456789abcdef01234567","first_seen":"2025-10-08T00:00:00Z","age_days":412,"authors":5,"at_head":true,"partial":true},"policy":["FIX-2.5"],"remediation":["fixture-rotate","fixture-history"]}
    {"fingerprint":"d06ddab8535deaf5eb2d477179ac621b","rule":"lwa-client-secret","family":"leak","severity":"high","severity_because":[],"confidence":"high","title":"Login with Amazon のクライアントシークレット","message":"Login with Amazon のクライアントシークレット: `amzn1.oa2-cs.v1.6571…` (80 文字)。根拠: 名前 `a\u001b[0m ::warning::b [x](javascript:1)`。","evidence":[{"kind":"name","text":"a\u001b[0m ::warning::b [x](javascript:1)","weight":0}],"location":{"kind":"file","root":0,"path":"x/\u001b[31mred\u202e\n::error::<script>alert(1)</script>.md","inner":[],"line":1,"column":17,"end_line":1,"end_column":97},"also_at":[],"secret":{"redacted":"amzn1.oa2-cs.v1.6571…","length":80},"tags":[],"policy":["FIX-2.5"],"remediation":["fixture-rotate","fixture-history"]}
    {"scan":{"mode":"worktree","roots":["."],"files":1204,"bytes":3400000,"commits":0,"started_at":"2026-11-24T00:00:00Z","elapsed_ms":0,"complete":false,"limited":false,"skipped":[{"path":"img/a.bin","reason":"unreadable"}]},"summary":{"critical":1,"high":5,"medium":1,"low":0,"info":0}}
    "#);
}

#[test]
fn saved_json_reads_back_as_what_was_written() {
    let catalogue = catalogue();
    for lang in Lang::ALL {
        let context = Context { catalogue: &catalogue, lang, width: None, color: false, links: None };
        for report in [full(), clean(), incomplete()] {
            let read: WireReport = serde_json::from_str(&written("json", &report, lang)).unwrap();
            assert_eq!(read, WireReport::new(&report, &context));
        }
    }
}

#[test]
fn every_line_reads_back() {
    #[derive(serde::Deserialize)]
    struct Last {
        scan: WireScan,
        summary: WireSummary,
    }
    let report = full();
    let text = written("jsonl", &report, Lang::En);
    let lines: Vec<&str> = text.lines().collect();
    let (last, findings) = lines.split_last().unwrap();
    assert_eq!(findings.len(), report.findings().len());
    for line in findings {
        serde_json::from_str::<WireFinding>(line).unwrap();
    }
    let last: Last = serde_json::from_str(last).unwrap();
    assert_eq!((last.scan, last.summary), (WireScan::new(&report), WireSummary::new(&report)));
}
