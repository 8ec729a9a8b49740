//! A made report of as many findings as wanted, audited from made files: several rules, credential
//! sets, every exposure, long and hostile paths.

use std::sync::Arc;

use kagiban::model::{Coverage, Exposure, Finding, Fingerprint, Mode, Origin, Place, Report, ScanFacts};
use kagiban::rules::{Catalogue, RuleSet, sample};
use kagiban::scan::Examples;

/// What files hold.
const TEXTS: [(&str, &str); 6] = [
    (
        "config/.env",
        "LWA_CLIENT_ID=amzn1.application-oa2-client.{hex:32}\nLWA_CLIENT_SECRET=amzn1.oa2-cs.v1.{hex:64}\nLWA_REFRESH_TOKEN=Atzr|{b64url:357}\n",
    ),
    ("src/sync.py", "import requests\n# 在庫の同期\nREFRESH_TOKEN = \"Atzr|{b64url:357}\"\n"),
    (
        "app/settings.php",
        "<?php\n$secret = 'amzn1.oa2-cs.v1.{hex:64}';\n// sellingpartnerapi-fe.amazon.com\n",
    ),
    (
        "tools/report.py",
        "ACCESS = \"AKIA{base32:16}\"\nSECRET = \"{b64:40}\"\nclient = connect(aws_access_key_id=ACCESS, aws_secret_access_key=SECRET)  # sellingpartnerapi\n",
    ),
    (
        "docs/外注さんへ.md",
        "お世話になっております。\nAmazonのSP-APIのキーを送りますので、設定をお願いします。\nクライアントシークレット: amzn1.oa2-cs.v1.{hex:64}\n",
    ),
    ("local.env", "SELLER_CENTRAL_USER=sato@shop.example\nSELLER_CENTRAL_PASSWORD=Kg-{hex:14}\n"),
];

/// Makes a report of this many findings, or a few less where a set does not fit.
pub(crate) fn report(count: usize) -> (RuleSet, Report) {
    let rules = RuleSet::new(Catalogue::builtin().expect("every rule file is well formed"), None);
    let mut found: Vec<Finding> = Vec::new();
    for (seed, (path, text)) in TEXTS.iter().cycle().take(if count == 0 { 0 } else { 60 }).enumerate() {
        let file = (format!("shop-{seed:02}/{path}"), sample(text, seed as u64).into_bytes());
        found.extend(Examples::sieved(&rules).scan(vec![file]).findings);
    }
    let mut findings = Vec::new();
    let rounds = if found.is_empty() { 0 } else { count.div_ceil(found.len()) };
    for round in 0..rounds {
        findings.extend(found.iter().map(|finding| again(finding, round)));
    }
    findings.truncate(count);
    let facts = ScanFacts {
        mode: Mode::Worktree,
        roots: vec![".".to_owned()],
        started_at: "2026-11-28T00:00:00Z".to_owned(),
        elapsed_ms: 0,
        rules_digest: "sha256:00".to_owned(),
    };
    let coverage = Coverage { files: 12_000, bytes: 340_000_000, commits: 0, skipped: Vec::new() };
    (rules, Report::new(facts, findings, Vec::new(), Vec::new(), coverage))
}

/// The same finding somewhere else, as far on its way as its number says.
fn again(finding: &Finding, round: usize) -> Finding {
    let number = round.to_string();
    let named = |of: Fingerprint| Fingerprint::of(&[of.to_string().as_bytes(), number.as_bytes()]);
    let origin = Origin { path: Some(path(finding.path(), round).into()), ..(*finding.place.origin).clone() };
    let days = 1 + (round as u64 * 37) % 900;
    let state = ["untracked", "committed", "pushed", "pushed"].get(round % 4).copied().unwrap_or("pushed");
    Finding {
        place: Place { origin: Arc::new(origin), ..finding.place.clone() },
        fingerprint: named(finding.fingerprint),
        bundle: finding.bundle.map(named),
        exposure: Some(Exposure {
            state: Some(state.to_owned()),
            remotes: if state == "pushed" {
                vec!["github.com/example-shop/stock".to_owned()]
            } else {
                Vec::new()
            },
            first_commit: (state != "untracked")
                .then(|| "0123456789abcdef0123456789abcdef01234567".to_owned()),
            first_seen: (state != "untracked").then(|| "2025-10-08T00:00:00Z".to_owned()),
            age_days: (state != "untracked").then_some(days),
            authors: Some(2),
            commits: Some(3),
            at_head: Some(true),
            ..Exposure::default()
        }),
        ..finding.clone()
    }
}

/// Most paths are ordinary; some are long, some try to leave their place.
fn path(path: &str, round: usize) -> String {
    match round {
        0 => path.to_owned(),
        3 => format!("x/<script>document.title='ran'</script>\u{202e}{path}"),
        5 if path.contains("local.env") => format!("{}/{path}", "とても長い/".repeat(2_000)),
        _ => format!("services/{round}/{path}"),
    }
}
