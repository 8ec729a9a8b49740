use jiff::civil::date;

use super::*;
use crate::model::Family;
use crate::policy::Choice;
use crate::policy::tests::{catalogue, comments, finding, place, settings};

/// What surrounds the findings of a case.
#[derive(Default)]
struct Given {
    settings: String,
    baseline: Vec<Finding>,
    files: Vec<(&'static str, String)>,
    choice: Choice,
    is_narrowed: bool,
}

impl Given {
    fn judge(&self, findings: Vec<Finding>) -> Judgement {
        let catalogue = catalogue();
        let files: Vec<(&str, &str)> = self.files.iter().map(|(path, text)| (*path, text.as_str())).collect();
        let judge = Judge {
            catalogue: &catalogue,
            settings: &settings(&self.settings),
            baseline_name: "kagiban-baseline.json",
            baseline: &Baseline::create(&catalogue, &self.baseline).baseline,
            inline: &comments(&files),
            selection: &Selection::new(&catalogue, &self.choice).unwrap(),
            today: date(2026, 10, 1),
            scope: if self.is_narrowed { Scope::Narrowed } else { Scope::Full },
            also_at_max: 100,
            change: None,
        };
        judge.judge(findings)
    }

    /// Tells what accepted the finding, and which notices there are.
    fn outcome(&self, one: Finding) -> (Option<SuppressedBy>, Vec<Notice>) {
        let judgement = self.judge(vec![one]);
        (judgement.suppressed.first().map(|s| s.by), judgement.notices)
    }
}

fn commented(text: &str) -> Given {
    Given { files: vec![("a.py", text.to_owned())], ..Given::default() }
}

fn allowed(criteria: &str, term: &str) -> Given {
    let settings = format!("[[allow]]\n{criteria}\nowner = \"mika\"\nreason = \"revoked\"\n{term}\n");
    Given { settings, ..Given::default() }
}

fn token(line: u64) -> Finding {
    finding("test-token", "a.py", line, "secret")
}

const INLINE: Option<SuppressedBy> = Some(SuppressedBy::Inline);
const CONFIG: Option<SuppressedBy> = Some(SuppressedBy::Config);
const BASELINE: Option<SuppressedBy> = Some(SuppressedBy::Baseline);
const TERM: &str = "until = 2027-01-31";

#[test]
fn comments_cover_their_line_and_the_next() {
    let good = "# kagiban:allow test-token reason=\"r\" until=2027-01-31";
    for (text, line, expected) in [
        (format!("\nx = 1 {good}"), 2, INLINE),
        (format!("\n{good}\nx = 1"), 3, INLINE),
        (format!("\n{good}\n\nx = 1"), 4, None),
        (format!("x = 1\n{good}"), 1, None),
        (format!("\nx = 1 {} {good}", good.replace("token", "key")), 2, INLINE),
        (format!("\nx = 1 {}", good.replace("token", "key")), 2, None),
        (format!("\nx = 1 {}", good.replace("test-token", "leak")), 2, None),
        (format!("\nx = 1 {}", good.replace("reason=\"r\"", "")), 2, None),
        (format!("\nx = 1 {}", good.replace("2027", "2025")), 2, None),
        ("\nx = 1 # kagiban:allow test-token reason=\"r\" false-positive".to_owned(), 2, INLINE),
        ("\nx = 1 # gitleaks:allow # nosec # pragma: allowlist secret".to_owned(), 2, None),
    ] {
        assert_eq!(commented(&text).outcome(token(line)).0, expected, "{text}");
    }
}

#[test]
fn a_comment_beside_one_secret_does_not_cover_the_next() {
    let text = "x = 1 # kagiban:allow test-token reason=\"r\" false-positive\ny = 2\n";
    let other = finding("test-token", "a.py", 2, "other");
    let judgement = commented(text).judge(vec![token(1), other.clone()]);
    assert_eq!(judgement.suppressed.len(), 1);
    assert_eq!(judgement.findings.len(), 1);
    assert_eq!(judgement.findings[0].fingerprint, other.fingerprint);
    assert_eq!(commented(text).judge(vec![other]).suppressed.len(), 1);
}

#[test]
fn a_comment_covers_its_own_document_only() {
    let text = "kagiban:allow test-token reason=\"r\" false-positive";
    let mut here = token(1);
    here.place.inner = vec!["member".to_owned()];
    assert_eq!(commented(text).outcome(here).0, None);
    let elsewhere = finding("test-token", "b.py", 1, "secret");
    assert_eq!(commented(text).outcome(elsewhere).0, None);
    let mut without_lines = token(1);
    without_lines.place.region = None;
    assert_eq!(commented(text).outcome(without_lines).0, None);
    for (first, also, rule, expected) in [
        (place("a.py", 1), place("b.py", 1), None, INLINE),
        (place("b.py", 1), place("a.py", 1), None, None),
        (place("a.py", 50), place("a.py", 1), None, INLINE),
        (place("a.py", 50), place("a.py", 1), Some("test-token"), None),
    ] {
        let mut merged = token(1);
        merged.place = first;
        merged.also_at = vec![crate::model::AlsoAt { place: also, rule: rule.map(RuleId::new) }];
        assert_eq!(commented(text).outcome(merged.clone()).0, expected, "{merged:?}");
    }
}

#[test]
fn faulty_comments_are_told_by_line() {
    for (text, fault) in [
        ("\n# kagiban:allow", AllowFault::NoRule),
        ("\n# kagiban:allow test-token until=2027-01-31", AllowFault::NoReason),
        ("\n# kagiban:allow test-token reason=\"r\"", AllowFault::NoEnd),
        ("\n# kagiban:allow test-token reason=\"r\" until=31.1.2027", AllowFault::BadDate),
        (
            "\n# kagiban:allow tset-token reason=\"r\" false-positive",
            AllowFault::UnknownRule(Some(RuleId::new("test-token"))),
        ),
        ("\n# kagiban:allow zzzzzzz reason=\"r\" false-positive", AllowFault::UnknownRule(None)),
        ("\n# kagiban:allow leak reason=\"r\" false-positive", AllowFault::Family(Family::Leak)),
    ] {
        let (by, notices) = commented(text).outcome(token(2));
        assert_eq!((by, notices), (None, vec![Notice::Void("a.py:2".to_owned(), fault)]), "{text}");
    }
}

#[test]
fn allows_need_all_their_criteria() {
    let fingerprint = token(1).fingerprint;
    let other = finding("test-token", "a.py", 1, "other").fingerprint;
    for (criteria, expected) in [
        ("rule = \"test-token\"".to_owned(), CONFIG),
        ("rule = \"test-key\"".to_owned(), None),
        ("path = \"*.py\"".to_owned(), CONFIG),
        ("path = \"src/*.py\"".to_owned(), None),
        (format!("fingerprint = \"{fingerprint}\""), CONFIG),
        (format!("fingerprint = \"{other}\""), None),
        (format!("rule = \"test-token\"\npath = \"a.py\"\nfingerprint = \"{fingerprint}\""), CONFIG),
        (format!("rule = \"test-key\"\npath = \"a.py\"\nfingerprint = \"{fingerprint}\""), None),
        (format!("rule = \"test-token\"\npath = \"b.py\"\nfingerprint = \"{fingerprint}\""), None),
        (format!("rule = \"test-token\"\npath = \"a.py\"\nfingerprint = \"{other}\""), None),
    ] {
        assert_eq!(allowed(&criteria, TERM).outcome(token(1)).0, expected, "{criteria}");
    }
    let mut nameless = token(1);
    nameless.place.origin = Arc::new(Origin { path: None, ..Origin::file("") });
    assert_eq!(allowed("path = \"**\"", TERM).outcome(nameless).0, None);
    // The other path has a finding of its own.
    let mut elsewhere_too = token(1);
    elsewhere_too.also_at = vec![crate::model::AlsoAt { place: place("b.py", 1), rule: None }];
    assert_eq!(allowed("path = \"a.py\"", TERM).outcome(elsewhere_too.clone()).0, CONFIG);
    assert_eq!(allowed("path = \"b.py\"", TERM).outcome(elsewhere_too).0, None);
}

#[test]
fn the_baseline_follows_the_secret() {
    let given = Given { baseline: vec![token(3)], ..Given::default() };
    assert_eq!(given.outcome(token(3)), (BASELINE, vec![]));
    assert_eq!(given.outcome(token(4)), (BASELINE, vec![]), "a line was inserted above");
    assert_eq!(given.outcome(finding("test-token", "moved/b.py", 1, "secret")).0, BASELINE);
    assert_eq!(given.outcome(finding("test-token", "a.py", 3, "another")).0, None);
    assert_eq!(given.outcome(finding("test-key", "a.py", 3, "secret")).0, None);
}

#[test]
fn guessable_secrets_need_an_allow_with_an_end() {
    let login = finding("shop-login", "a.py", 1, "hunter2");
    let refused = |name: &str| vec![Notice::Void(name.to_owned(), AllowFault::Guessable)];
    for rest in ["until=2027-01-31", "false-positive"] {
        let given = commented(&format!("kagiban:allow shop-login reason=\"r\" {rest}"));
        assert_eq!(given.outcome(login.clone()), (None, refused("a.py:1")), "{rest}");
    }
    for criteria in
        ["rule = \"shop-login\"", "path = \"a.py\"", &format!("fingerprint = \"{}\"", login.fingerprint)]
    {
        assert_eq!(allowed(criteria, TERM).outcome(login.clone()), (CONFIG, vec![]));
        let outcome = allowed(criteria, "false-positive = true").outcome(login.clone());
        assert_eq!(outcome, (None, refused("kagiban.toml:1")));
    }
    // Somebody wrote the entry by hand, or the rule became guessable since.
    let mut by_hand = Baseline::default();
    let text =
        format!("{{\"fingerprint\":\"{}\",\"rule\":\"shop-login\",\"path\":\"a.py\"}}", login.fingerprint);
    by_hand = Baseline::parse("b", &format!("{}{text}", by_hand.to_text())).unwrap();
    let (catalogue, selection) = (catalogue(), Selection::default());
    let judge = Judge {
        catalogue: &catalogue,
        settings: &Settings::default(),
        baseline_name: "b",
        baseline: &by_hand,
        inline: &InlineAllows::default(),
        selection: &selection,
        today: date(2026, 10, 1),
        scope: Scope::Narrowed,
        also_at_max: 100,
        change: None,
    };
    assert_eq!(judge.judge(vec![login]).suppressed, []);
}

#[test]
fn comment_before_allow_before_baseline() {
    let comment = commented("kagiban:allow test-token reason=\"inline\" until=2027-02-28").files;
    let allow = allowed("rule = \"test-token\"", TERM).settings;
    let shown = |given: &Given| {
        let mut judgement = given.judge(vec![token(1)]);
        assert_eq!((judgement.findings.len(), judgement.notices.len()), (0, 0));
        let s = judgement.suppressed.remove(0);
        (s.by, s.owner.unwrap_or_default(), s.reason.unwrap_or_default(), s.until.unwrap_or_default())
    };
    let mut given = Given { settings: allow, baseline: vec![token(1)], files: comment, ..Given::default() };
    let expected = |by, owner: &str, reason: &str, until: &str| {
        (by, owner.to_owned(), reason.to_owned(), until.to_owned())
    };
    assert_eq!(shown(&given), expected(SuppressedBy::Inline, "", "inline", "2027-02-28"));
    given.files.clear();
    assert_eq!(shown(&given), expected(SuppressedBy::Config, "mika", "revoked", "2027-01-31"));
    given.settings.clear();
    assert_eq!(shown(&given), expected(SuppressedBy::Baseline, "", "", ""));
}

#[test]
fn reasons_do_not_show_secrets() {
    let secret = crate::rules::sample("Atzr|{alnum:60}7", 1);
    let given = commented(&format!("kagiban:allow test-token reason=\"it was {secret}\" false-positive"));
    let judgement = given.judge(vec![token(1)]);
    assert_eq!(judgement.suppressed[0].reason.as_deref(), Some("it was …"));
}

#[test]
fn dates_decide() {
    for (until, by, ends_soon) in [
        ("2026-09-30", None, false),
        ("2026-10-01", CONFIG, true),
        ("2026-10-15", CONFIG, true),
        ("2026-10-16", CONFIG, false),
        ("9999-12-31", CONFIG, false),
    ] {
        let (outcome, notices) =
            allowed("rule = \"test-token\"", &format!("until = {until}")).outcome(token(1));
        assert_eq!(outcome, by, "{until}");
        let expected: Vec<Notice> = if ends_soon {
            vec![Notice::EndsSoon("kagiban.toml:1".to_owned(), until.to_owned())]
        } else {
            vec![]
        };
        assert_eq!(notices, expected, "{until}");
    }
}

#[test]
fn expired_suppressions_are_findings() {
    let mut given = allowed("rule = \"test-token\"", "until = 2026-09-30");
    given.files = vec![("a.py", "\nx # kagiban:allow test-key reason=\"r\" until=2025-01-31".to_owned())];
    let judgement = given.judge(vec![token(1), finding("test-key", "a.py", 2, "k")]);
    assert_eq!((judgement.suppressed, judgement.notices), (vec![], vec![]));
    let waivers: Vec<&Finding> =
        judgement.findings.iter().filter(|f| f.rule.as_str() == "waiver-expired").collect();
    let mut places: Vec<(&str, u64)> =
        waivers.iter().map(|w| (w.path(), w.place.region.unwrap().start.line)).collect();
    places.sort_unstable();
    assert_eq!(places, [("a.py", 2), ("kagiban.toml", 5)]);
    assert!(waivers.iter().all(|w| w.family == Family::Lifecycle && w.secret.is_none()));
    assert_eq!(judgement.findings.len(), 4);
}

#[test]
fn expired_suppressions_keep_their_name_when_lines_move() {
    let text = "kagiban:allow test-key reason=\"r\" until=2025-01-31";
    let one = commented(text).judge(vec![]).findings;
    let moved = commented(&format!("\n\n{text}")).judge(vec![]).findings;
    assert_eq!(one[0].fingerprint, moved[0].fingerprint);
    let twice = commented(&format!("{text}\n{text}\n{text}")).judge(vec![]).findings;
    assert_eq!((twice.len(), twice[0].also_at_total), (1, 2));
    let other = commented(&text.replace("2025", "2024")).judge(vec![]).findings;
    assert_ne!(one[0].fingerprint, other[0].fingerprint);
}

#[test]
fn expired_suppressions_obey_selection_and_catalogue() {
    let mut given = allowed("rule = \"test-token\"", "until = 2026-09-30");
    assert_eq!(given.judge(vec![]).findings.len(), 1);
    given.choice.skip = vec!["waiver-expired".to_owned()];
    assert_eq!(given.judge(vec![]).findings.len(), 0);
    given.choice = Choice { min_severity: Some(crate::model::Severity::High), ..Choice::default() };
    assert_eq!(given.judge(vec![]).findings.len(), 0);
    let catalogue = Catalogue::default();
    let judge = Judge {
        catalogue: &catalogue,
        settings: &settings(&given.settings),
        baseline_name: "b",
        baseline: &Baseline::default(),
        inline: &InlineAllows::default(),
        selection: &Selection::default(),
        today: date(2026, 10, 1),
        scope: Scope::Full,
        also_at_max: 100,
        change: None,
    };
    assert_eq!(judge.judge(vec![]).findings.len(), 0);
}

#[test]
fn unused_suppressions_are_told_in_full_audits_only() {
    let mut given = allowed("rule = \"test-key\"", TERM);
    given.files = vec![("a.py", "\n# kagiban:allow test-note reason=\"r\" false-positive".to_owned())];
    given.baseline = vec![finding("test-token", "b.py", 1, "gone")];
    let gone = given.baseline[0].fingerprint;
    let unused = |name: String| Notice::Unused(name);
    assert_eq!(
        given.judge(vec![token(1)]).notices,
        [
            unused("a.py:2".to_owned()),
            unused(format!("kagiban-baseline.json: {gone}")),
            unused("kagiban.toml:1".to_owned()),
        ]
    );
    given.is_narrowed = true;
    assert_eq!(given.judge(vec![]).notices, []);
    given.is_narrowed = false;
    given.choice.only = vec!["sharing".to_owned()];
    assert_eq!(given.judge(vec![]).notices, []);
    given.choice = Choice { skip: vec!["sharing".to_owned()], ..Choice::default() };
    assert_eq!(given.judge(vec![]).notices, []);
}

#[test]
fn what_is_not_shown_still_uses_its_suppression() {
    let mut given = allowed("rule = \"test-key\"", TERM);
    given.choice.min_severity = Some(crate::model::Severity::High);
    let judgement = given.judge(vec![finding("test-key", "a.py", 1, "k"), token(1)]);
    assert_eq!((judgement.findings.len(), judgement.suppressed.len()), (1, 0));
    assert_eq!(judgement.notices, []);
    // Identifiers are not shown unless they are asked for.
    let mut given = allowed("rule = \"shop-id\"", TERM);
    let id = finding("shop-id", "a.py", 1, "A1");
    assert_eq!(given.outcome(id.clone()), (None, vec![]));
    given.choice.identifiers = true;
    assert_eq!(given.outcome(id).0, CONFIG);
}
