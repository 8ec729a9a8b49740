//! One report that every format is shown with.
//!
//! Its rules, remediation and clauses are its own, so that a change of wording in `rules/` changes
//! no snapshot.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use super::{Context, reporter_named};
use crate::lang::Lang;
use crate::model::{
    AlsoAt, Confidence, Coverage, Evidence, Excerpt, Exposure, Family, Finding, Fingerprint, Limits,
    LineIndex, Masking, Mode, Notice, Origin, Place, PlaceKind, Position, Problem, Report, RuleId, ScanFacts,
    Secret, SecretShown, Severity, SkipReason, Span, Suppressed, SuppressedBy, Tag, run_masked,
};
use crate::rules::lists::{Clause, Remediation};
use crate::rules::{Catalogue, Rule, sample};

/// Remediation under ids that `rules/lists/` does not have.
pub(super) static REMEDIATION: LazyLock<BTreeMap<String, Remediation>> = LazyLock::new(|| {
    toml::from_str(
        r#"
[fixture-rotate]
number = "R2"
title = { en = "Rotate the client secret", ja = "クライアントシークレットを更新する" }
[fixture-rotate.steps]
en = ["Open Developer Central and choose the application whose secret this is, then rotate its secret.", "Deploy the new secret; the old one ends seven days later."]
ja = ["デベロッパーセントラルを開き、該当するアプリケーションを選んで、シークレットを更新します。", "新しいシークレットを配備します。古いものは 7 日後に失効します。"]
[fixture-history]
number = "R9"
title = { en = "Take it out of history", ja = "履歴から取り除く" }
steps = { en = ["Rewrite history only after the rotation."], ja = ["更新した後に履歴を書き換えます。"] }
"#,
    )
    .unwrap()
});

/// Clauses under ids that `rules/lists/` does not have.
pub(super) static CLAUSES: LazyLock<BTreeMap<String, Clause>> = LazyLock::new(|| {
    toml::from_str(
        r#"
["FIX-2.5"]
demands = { en = "Credentials are encrypted and never hard-coded.", ja = "認証情報は暗号化し、コードに書かないこと。" }
reach = "yes"
beyond = { en = "Copies elsewhere.", ja = "ほかの場所の写し。" }
"#,
    )
    .unwrap()
});

const RULES: [(Family, &str); 4] = [
    (
        Family::Leak,
        r#"
id = "lwa-client-secret"
severity = "high"
confidence = "high"
unknown-bits = 256
policy = ["FIX-2.5"]
remediation = ["fixture-rotate", "fixture-history"]
[text.en]
title = "Login with Amazon client secret"
why = "Whoever holds it can ask for tokens in the name of your application, from anywhere, until it is rotated."
[text.ja]
title = "Login with Amazon のクライアントシークレット"
why = "これを持つ人は、更新されるまで、どこからでもアプリケーションになりすましてトークンを要求できます。"
[[match]]
kind = "token"
keywords = ["amzn1.oa2-cs."]
pattern = '(?<secret>amzn1\.oa2-cs\.v1\.[0-9a-f]{64})'
prefix = "amzn1.oa2-cs.v1."
[[match]]
kind = "named"
names = "fixture-names"
value = '[0-9a-f]{64}'
context = "seller"
"#,
    ),
    (
        Family::Leak,
        r#"
id = "lwa-refresh-token"
severity = "high"
confidence = "high"
unknown-bits = 256
remediation = ["fixture-history"]
[text.en]
title = "Login with Amazon refresh token"
why = "It gives access to a seller's data for a year."
[text.ja]
title = "Login with Amazon のリフレッシュトークン"
why = "出品者のデータに 1 年間アクセスできます。"
[[match]]
kind = "token"
keywords = ["atzr|"]
pattern = '(?<secret>Atzr\|[A-Za-z0-9_-]{300,})'
prefix = "Atzr|"
"#,
    ),
    (
        Family::Leak,
        r#"
id = "credential-bundle"
severity = "critical"
confidence = "high"
remediation = ["fixture-rotate"]
[text.en]
title = "Complete set of credentials"
why = "Nothing else is needed to act as the seller."
[text.ja]
title = "認証情報一式"
why = "これだけで出品者として操作できます。"
[[match]]
kind = "set"
all = ["lwa-client-secret", "lwa-refresh-token"]
with = ["lwa-client-id"]
named_by = ["lwa-client-id"]
"#,
    ),
    (
        Family::Sharing,
        r#"
id = "handover-note"
severity = "high"
confidence = "medium"
policy = ["FIX-2.5"]
[text.en]
title = "Note that hands credentials over"
why = "A key that two firms know has two owners and no guard."
[[match]]
kind = "audit"
"#,
    ),
];

pub(super) fn catalogue() -> Catalogue {
    let rule = |(family, text): (Family, &str)| {
        let file: crate::rules::RuleFile = toml::from_str(text).unwrap();
        Rule { id: RuleId::new(&file.id), family, file, is_user: false }
    };
    Catalogue::from_rules(RULES.map(rule).into())
}

/// Writes a report in one format.
pub(super) fn written(format: &str, report: &Report, lang: Lang) -> String {
    let catalogue = catalogue();
    let context = Context { catalogue: &catalogue, lang, width: Some(90), color: false, links: None };
    let mut out = Vec::new();
    reporter_named(format).unwrap().write(report, &context, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

pub(super) fn facts(mode: Mode) -> ScanFacts {
    ScanFacts {
        mode,
        roots: vec![".".to_owned()],
        started_at: "2026-11-24T00:00:00Z".to_owned(),
        elapsed_ms: 0,
        rules_digest: "sha256:00".to_owned(),
    }
}

pub(super) fn clean() -> Report {
    let coverage = Coverage { files: 1_204, bytes: 3_400_000, commits: 0, skipped: Vec::new() };
    Report::new(facts(Mode::Worktree), Vec::new(), Vec::new(), Vec::new(), coverage)
}

pub(super) fn problem(path: &str, reason: SkipReason, detail: Option<&str>) -> Problem {
    Problem { path: path.to_owned(), reason, detail: detail.map(str::to_owned) }
}

pub(super) fn incomplete() -> Report {
    let skipped = vec![
        problem("vault/\u{1b}[2Jkeys.env", SkipReason::Unreadable, Some("permission denied")),
        problem("big.zip", SkipReason::TooLarge, None),
    ];
    let coverage = Coverage { files: 1, bytes: 12, commits: 0, skipped };
    Report::new(facts(Mode::Worktree), Vec::new(), Vec::new(), Vec::new(), coverage)
}

/// A finding whose secret stands in `text` where `{s}` is.
pub(super) fn leak(rule: &str, origin: Origin, text: &str, shape: &str, prefix: usize) -> Finding {
    let value = sample(shape, SEED);
    let start = text.find("{s}").unwrap();
    let text = text.replace("{s}", &value);
    let span = Span::new(start, start + value.len());
    let lines = LineIndex::new(&text, Position { line: 1, column: 1 });
    let secret = Secret::new(value.as_bytes());
    let redacted = secret.masked(Masking::Random { public_prefix: prefix });
    Finding {
        place: Place {
            origin: Arc::new(origin),
            inner: Vec::new(),
            region: Some(lines.region(&text, span)),
            cell: None,
        },
        rule: RuleId::new(rule),
        family: Family::Leak,
        fingerprint: secret.fingerprint(rule),
        severity: Severity::High,
        severity_because: Vec::new(),
        confidence: Confidence::High,
        evidence: Vec::new(),
        also_at: Vec::new(),
        also_at_total: 0,
        excerpt: Excerpt::masked(&text, &lines, span, &redacted, &[], &Limits::STANDARD),
        secret: Some(SecretShown { redacted, length: Some(secret.len()) }),
        tags: BTreeSet::new(),
        exposure: None,
        bundle: None,
    }
}

pub(super) fn evidence(kind: &'static str, text: &str) -> Evidence {
    Evidence { kind, text: run_masked(text), weight: 0 }
}

const SEED: u64 = 7;
const CLIENT_SECRET: &str = "amzn1.oa2-cs.v1.{hex:64}";
const REFRESH_TOKEN: &str = "Atzr|{b64url:357}";

/// The secrets of the fixture, which no report may show.
pub(super) fn samples() -> [String; 2] {
    [CLIENT_SECRET, REFRESH_TOKEN].map(|shape| sample(shape, SEED))
}

fn exposed() -> Finding {
    let text = "# 設定\nLWA_CLIENT_SECRET = \"{s}\"\nHOST = \"api.amazon.com\"\n";
    let mut finding = leak("lwa-client-secret", Origin::file("src/config.py"), text, CLIENT_SECRET, 16);
    finding.severity_because = vec!["pushed to a remote".to_owned()];
    finding.evidence = vec![evidence("name", "LWA_CLIENT_SECRET"), evidence("context", "api.amazon.com")];
    let also = |path: &str| {
        let place = Place { origin: Arc::new(Origin::file(path)), ..finding.place.clone() };
        AlsoAt { place, rule: None }
    };
    finding.also_at = ["a.py", "b.py", "c.py", "d.py"].map(also).into();
    finding.also_at_total = 103;
    finding.tags = BTreeSet::from([Tag::CommentedOut]);
    finding.exposure = Some(Exposure {
        state: Some("pushed".to_owned()),
        remotes: vec!["github.com/x/y".to_owned()],
        as_of: Some("2026-11-23T00:00:00Z".to_owned()),
        first_commit: Some("0123456789abcdef0123456789abcdef01234567".to_owned()),
        first_seen: Some("2025-10-08T00:00:00Z".to_owned()),
        age_days: Some(412),
        authors: Some(5),
        at_head: Some(true),
        partial: true,
        ..Exposure::default()
    });
    finding
}

fn set() -> Vec<Finding> {
    let origin = Origin::file("deploy/.env");
    let id = Fingerprint::of(&[b"set"]);
    let token = "LWA_CLIENT_SECRET=…\nPORT=1\nLWA_REFRESH_TOKEN={s}\n";
    let mut token = leak("lwa-refresh-token", origin.clone(), token, REFRESH_TOKEN, 5);
    let text = "LWA_CLIENT_SECRET={s}\nPORT=1\n";
    let mut secret = leak("lwa-client-secret", origin, text, CLIENT_SECRET, 16);
    let mut whole = secret.clone();
    whole.rule = RuleId::new("credential-bundle");
    whole.severity = Severity::Critical;
    whole.secret = None;
    whole.fingerprint = Fingerprint::of(&[b"whole"]);
    whole.also_at = vec![AlsoAt { place: token.place.clone(), rule: Some(token.rule.clone()) }];
    whole.also_at_total = 1;
    for member in [&mut token, &mut secret, &mut whole] {
        member.bundle = Some(id);
        member.evidence = vec![evidence("prefix", "amzn1.oa2-cs.")];
    }
    vec![token, secret, whole]
}

/// Text that tries to leave its place: escape sequences, bidi marks, workflow commands, markup.
fn hostile() -> Finding {
    let path = "x/\u{1b}[31mred\u{202e}\n::error::<script>alert(1)</script>.md";
    let text = "\u{1b}]0;title\u{7}\u{202e} key={s} <script>\n::error file=a::b\n";
    let mut finding = leak("lwa-client-secret", Origin::file(path), text, CLIENT_SECRET, 16);
    finding.evidence = vec![evidence("name", "a\u{1b}[0m ::warning::b [x](javascript:1)")];
    finding
}

fn message_of_a_commit() -> Finding {
    let origin = Origin {
        commit: Some("89abcdef0123456789abcdef0123456789abcdef".into()),
        object: Some("89abcdef0123456789abcdef0123456789abcdef".into()),
        ..Origin::of(PlaceKind::CommitMessage)
    };
    leak("lwa-refresh-token", origin, "Add token {s}\n", REFRESH_TOKEN, 5)
}

fn note_in_an_archive() -> Finding {
    let text = "お世話になっております。\nキーを送ります。{s}\n";
    let mut finding = leak("handover-note", Origin::file("mail/送付 #1.zip"), text, "x", 0);
    finding.family = Family::Sharing;
    finding.place.inner = vec!["tool".to_owned(), "readme.txt".to_owned()];
    finding.secret = None;
    finding.severity = Severity::Medium;
    finding.confidence = Confidence::Medium;
    finding.evidence = vec![evidence("phrase", "キーを送ります")];
    finding.tags = BTreeSet::from([Tag::InArchive, Tag::AlreadyThere]);
    finding
}

/// Everything at once.
pub(super) fn full() -> Report {
    let mut findings = set();
    findings.extend([exposed(), hostile(), message_of_a_commit(), note_in_an_archive()]);
    let suppressed = Suppressed {
        fingerprint: Fingerprint::of(&[b"accepted"]),
        rule: RuleId::new("lwa-client-secret"),
        path: "tests/a.py".into(),
        by: SuppressedBy::Config,
        owner: Some("sato".to_owned()),
        reason: Some("revoked".to_owned()),
        until: Some("2026-12-01".to_owned()),
        added_in_change: false,
    };
    let notices = vec![
        Notice::Unused("kagiban.toml:12".to_owned()),
        Notice::EndsSoon("kagiban.toml:4".to_owned(), "2026-12-01".to_owned()),
    ];
    let skipped = vec![problem("img/a.bin", SkipReason::Unreadable, Some("permission denied"))];
    let coverage = Coverage { files: 1_204, bytes: 3_400_000, commits: 0, skipped };
    Report::new(facts(Mode::Worktree), findings, vec![suppressed], notices, coverage)
}
