//! The life of credentials: severities that follow age, and what git and the ledger tell together.

use kagiban::model::RuleId;
use kagiban::rules::RuleSet;
use kagiban::rules::prove::Audit as _;
use kagiban::rules::{Catalogue, sample};
use kagiban::scan::Examples;
use serde_json::Value;

use super::sandbox::{Outcome, Sandbox};

const LIVED: &str = "client secrets of the Selling Partner API work for 180 days and 7 after a rotation, and this one is older";
const DELETED: &str =
    "keys of Marketplace Web Service for selling were deleted in April 2024, and this one is older";

fn secret(seed: u64) -> String {
    sample("amzn1.oa2-cs.v1.{hex:64}", seed)
}

fn refresh(seed: u64) -> String {
    sample("Atzr|IwEBI{b64url:322}", seed)
}

fn of_rule<'o>(outcome: &'o Outcome, rule: &str) -> Vec<&'o Value> {
    outcome.findings().iter().filter(|finding| finding["rule"] == rule).collect()
}

/// The severity of the only finding of a rule, and why.
fn severity(outcome: &Outcome, rule: &str) -> (String, Vec<String>) {
    let found = of_rule(outcome, rule);
    assert_eq!(found.len(), 1, "{rule} in {:?}", outcome.report["findings"]);
    let because = found[0]["severity_because"].as_array().unwrap();
    let because = because.iter().map(|reason| reason.as_str().unwrap().to_owned()).collect();
    (found[0]["severity"].as_str().unwrap().to_owned(), because)
}

fn fingerprint(rule: &str, value: &str) -> String {
    let rules = RuleSet::new(Catalogue::builtin().unwrap(), None);
    let found = rules.catalogue().get(&RuleId::new(rule)).unwrap().clone();
    Examples::new(&rules).fingerprint(&found, value).to_string()
}

fn entry(class: &str, value: &str, issued: &str, more: &str) -> String {
    let fingerprint = fingerprint(class, value);
    format!(
        "[[credential]]\nid = \"app\"\nclass = \"{class}\"\nfingerprint = \"{fingerprint}\"\nowner = \"Mika\"\nissued = {issued}\n{more}"
    )
}

/// A history in which one file was committed on a day, and another lately.
fn committed(date: &str, path: &str, text: &str) -> Sandbox {
    let repo = Sandbox::new();
    repo.commit_as("ken", date, path, text);
    repo.commit_as("mika", "2026-06-20T00:00:00Z", "README.md", "# Shop\n");
    repo
}

const NOW: &[&str] = &["--now", "2026-07-01", "--skip", "lifecycle"];

#[test]
fn a_client_secret_dies_after_187_days() {
    let text = format!("# sp-api\nLWA_CLIENT_SECRET={}\n", secret(1));
    for (date, wanted) in [("2025-12-25T00:00:00Z", "medium"), ("2025-12-27T00:00:00Z", "high")] {
        let repo = committed(date, ".env", &text);
        for mode in [&[][..], &["--history"]] {
            let outcome = repo.kagiban(&[mode, NOW].concat());
            let (severity, because) = severity(&outcome, "lwa-client-secret");
            assert_eq!(severity, wanted, "{date} {mode:?}");
            assert_eq!(because, if wanted == "medium" { vec![LIVED.to_owned()] } else { vec![] });
        }
    }
}

#[test]
fn a_client_secret_of_another_login_has_no_end() {
    for beside in [
        "advertising-api.amazon.com",
        "alexa skill",
        "amazon pay",
        // Nothing says that it is of the Selling Partner API.
        "https://api.amazon.com/auth/o2/token",
    ] {
        let sp = if beside.starts_with("https") { "" } else { "sp-api " };
        let text = format!("# {sp}{beside}\nLWA_CLIENT_SECRET={}\n", secret(1));
        let repo = committed("2024-01-01T00:00:00Z", ".env", &text);
        assert_eq!(severity(&repo.kagiban(NOW), "lwa-client-secret").0, "high", "{beside}");
    }
    // Another place of the same secret tells.
    let repo =
        committed("2024-01-01T00:00:00Z", ".env", &format!("# sp-api\nLWA_CLIENT_SECRET={}\n", secret(1)));
    repo.commit("ads.py", format!("# advertising-api.amazon.com\nclient_secret = \"{}\"\n", secret(1)));
    let outcome = repo.kagiban(NOW);
    assert!(of_rule(&outcome, "lwa-client-secret").iter().all(|finding| finding["severity"] == "high"));
}

#[test]
fn exposure_raises_after_age_has_lowered() {
    let repo =
        committed("2025-01-01T00:00:00Z", ".env", &format!("# sp-api\nLWA_CLIENT_SECRET={}\n", secret(1)));
    let hub = repo.outside().join("hub.git");
    repo.git(&["init", "-q", "--bare", hub.to_str().unwrap()]);
    repo.git(&["remote", "add", "origin", hub.to_str().unwrap()]);
    repo.git(&["push", "-q", "origin", "main"]);
    let outcome = repo.kagiban(NOW);
    let told = (String::from("high"), vec![LIVED.to_owned(), "pushed to a remote".to_owned()]);
    assert_eq!(severity(&outcome, "lwa-client-secret"), told);
    let japanese = repo.kagiban(&[NOW, &["--lang", "ja"]].concat());
    let (_, because) = severity(&japanese, "lwa-client-secret");
    assert!(because[0].contains("180日") && because[1].contains("プッシュ"), "{because:?}");
}

#[test]
fn an_access_token_dies_within_the_hour() {
    let token = sample("Atza|IwEBI{b64url:340}", 1);
    let text = format!("x-amz-access-token: {token}\n");
    let repo = committed("2026-07-01T09:00:00Z", "run.log", &text);
    let at =
        |now: &str| severity(&repo.kagiban(&["--now", now, "--skip", "lifecycle"]), "lwa-access-token").0;
    assert_eq!(at("2026-07-01T09:59:00Z"), "medium");
    assert_eq!(at("2026-07-01T10:01:00Z"), "low");
    // What is not committed has no age.
    repo.write("new.log", format!("x-amz-access-token: {}\n", sample("Atza|IwEBI{b64url:340}", 2)));
    let outcome = repo.kagiban(&["--now", "2027-07-01", "--skip", "lifecycle"]);
    let new = of_rule(&outcome, "lwa-access-token");
    let new = new.iter().find(|finding| finding["location"]["path"] == "new.log").unwrap();
    assert_eq!(new["severity"], "medium");
}

#[test]
fn an_address_says_until_when_it_works() {
    let repo = Sandbox::new();
    let signature = sample("{hex:64}", 1);
    let address = format!(
        "https://tortuga-prod-fe.s3.us-west-2.amazonaws.com/1f2e3d4c.amzn1.tortuga.4.fe.T1?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20260701T000000Z&X-Amz-Expires=300&X-Amz-Signature={signature}"
    );
    repo.write("reply.json", format!("{{\"url\": \"{address}\"}}\n"));
    let at =
        |now: &str| severity(&repo.kagiban(&["--now", now, "--skip", "lifecycle"]), "sp-api-document-url").0;
    assert_eq!(at("2026-07-01T00:04:59Z"), "low");
    assert_eq!(at("2026-07-01T00:05:01Z"), "info");
}

#[test]
fn keys_of_mws_died_in_april_2024_and_those_of_pay_did_not() {
    let token = sample("amzn.mws.{uuid}", 1);
    let key = sample("{b64:40}", 2);
    let text = format!("# mws.amazonservices.jp\nMWS_AUTH_TOKEN={token}\nMWS_SECRET_KEY={key}\n");
    let old = committed("2020-03-01T00:00:00Z", "mws.env", &text);
    let outcome = old.kagiban(NOW);
    assert_eq!(severity(&outcome, "mws-auth-token"), ("low".to_owned(), vec![DELETED.to_owned()]));
    assert_eq!(severity(&outcome, "aws-secret-access-key"), ("low".to_owned(), vec![DELETED.to_owned()]));
    // Before they were deleted they lived.
    let then = old.kagiban(&["--now", "2023-07-01", "--skip", "lifecycle"]);
    assert_eq!(severity(&then, "mws-auth-token").0, "medium");
    // What was issued since is no selling token.
    let new = committed("2025-03-01T00:00:00Z", "mws.env", &text);
    assert_eq!(severity(&new.kagiban(NOW), "mws-auth-token").0, "medium");
    // Without a date nothing is claimed.
    let plain = Sandbox::new();
    plain.write("mws.env", &text);
    assert_eq!(severity(&plain.kagiban(NOW), "mws-auth-token").0, "medium");
    let pay = committed("2020-03-01T00:00:00Z", "pay.env", &format!("# Amazon Pay\n{text}"));
    let told = ("high".to_owned(), vec!["Amazon Pay still honours such keys".to_owned()]);
    assert_eq!(severity(&pay.kagiban(NOW), "mws-auth-token"), told);
    assert_eq!(severity(&pay.kagiban(NOW), "aws-secret-access-key").0, "high");
    // A key of AWS beside a remark about MWS is one of AWS.
    let aws = format!(
        "# mws.amazonservices.jp\nAWS_ACCESS_KEY_ID={}\nAWS_SECRET_ACCESS_KEY={key}\n",
        sample("AKIA{base32:16}", 3)
    );
    let aws = committed("2020-03-01T00:00:00Z", "aws.env", &aws);
    assert_eq!(severity(&aws.kagiban(NOW), "aws-secret-access-key").0, "high");
}

#[test]
fn removed_is_no_more_than_a_tag_without_a_ledger() {
    let repo = Sandbox::new();
    let text = format!("# sp-api\nLWA_CLIENT_SECRET={}\n", secret(1));
    repo.commit_as("ken", "2026-05-01T00:00:00Z", ".env", &text);
    repo.git(&["rm", "-q", ".env"]);
    repo.commit_as("ken", "2026-05-02T00:00:00Z", "README.md", "# Shop\n");
    let history = |repo: &Sandbox| repo.kagiban(&["--history", "--now", "2026-07-01"]);
    let outcome = history(&repo);
    assert!(of_rule(&outcome, "removed-but-not-rotated").is_empty());
    assert!(of_rule(&outcome, "lwa-client-secret")[0]["tags"].to_string().contains("history-only"));

    let live = entry("lwa-client-secret", &secret(1), "2026-04-01", "");
    repo.commit_as("mika", "2026-06-01T00:00:00Z", "kagiban-ledger.toml", &live);
    let outcome = history(&repo);
    let found = of_rule(&outcome, "removed-but-not-rotated");
    assert_eq!(found.len(), 1);
    assert_eq!((&found[0]["severity"], &found[0]["location"]["path"]), (&"high".into(), &".env".into()));
    // A scan of the files sees nothing of it.
    assert!(of_rule(&repo.kagiban(&["--now", "2026-07-01"]), "removed-but-not-rotated").is_empty());

    let former = format!(
        "former = [{{ fingerprint = \"{}\", rotated = 2026-05-03 }}]\n",
        fingerprint("lwa-client-secret", &secret(1))
    );
    let rotated = entry("lwa-client-secret", &secret(2), "2026-05-03", &former);
    repo.commit_as("mika", "2026-06-02T00:00:00Z", "kagiban-ledger.toml", &rotated);
    assert!(of_rule(&history(&repo), "removed-but-not-rotated").is_empty());

    // A ledger that keeps track of other keys only.
    let other = entry("lwa-refresh-token", &refresh(3), "2026-05-03", "");
    repo.commit_as("mika", "2026-06-03T00:00:00Z", "kagiban-ledger.toml", &other);
    assert_eq!(of_rule(&history(&repo), "removed-but-not-rotated").len(), 1);

    // On another branch it is not removed from there, but HEAD lacks it.
    repo.git(&["branch", "old", "HEAD~4"]);
    assert_eq!(of_rule(&history(&repo), "removed-but-not-rotated").len(), 1);
}

#[test]
fn who_has_not_been_seen_may_have_left() {
    let text = format!("LWA_REFRESH_TOKEN={}\n", refresh(1));
    let repo = Sandbox::new();
    repo.commit_as("ken", "2026-01-10T00:00:00Z", ".env", &text);
    repo.commit_as("mika", "2026-06-20T00:00:00Z", "README.md", "# Shop\n");
    for mode in [&[][..], &["--history"]] {
        let outcome = repo.kagiban(&[mode, &["--now", "2026-07-01"]].concat());
        let (severity, because) = severity(&outcome, "leaver-still-knows");
        assert_eq!((severity.as_str(), because.len()), ("low", 1), "{mode:?}");
        assert!(!outcome.report.to_string().contains("ken@shop.example"), "people are counted, not named");
    }
    // Ken is back.
    repo.commit_as("ken", "2026-06-25T00:00:00Z", "b.py", "x = 1\n");
    assert!(of_rule(&repo.kagiban(&["--now", "2026-07-01"]), "leaver-still-knows").is_empty());
    // Nobody has been seen: the project rests.
    assert!(of_rule(&repo.kagiban(&["--now", "2027-07-01"]), "leaver-still-knows").is_empty());
}

#[test]
fn a_mailmap_makes_one_person_of_two_addresses() {
    let repo = Sandbox::new();
    repo.commit_as(
        "mika",
        "2026-01-01T00:00:00Z",
        ".mailmap",
        "Ken <ken@shop.example> <kenji@shop.example>\n",
    );
    repo.commit_as("kenji", "2026-01-10T00:00:00Z", ".env", format!("LWA_REFRESH_TOKEN={}\n", refresh(1)));
    repo.commit_as("ken", "2026-06-20T00:00:00Z", "README.md", "# Shop\n");
    assert!(of_rule(&repo.kagiban(&["--now", "2026-07-01"]), "leaver-still-knows").is_empty());
}

#[test]
fn dates_of_the_ledger_are_shown_where_they_stand() {
    let repo = Sandbox::new();
    let ledger = format!("# who holds what\n\n{}", entry("lwa-client-secret", &secret(1), "2025-12-01", ""));
    repo.commit("kagiban-ledger.toml", ledger);
    let outcome = repo.kagiban(&["--now", "2026-07-01"]);
    let found = of_rule(&outcome, "client-secret-rotation-due");
    assert_eq!(found.len(), 1);
    assert_eq!(
        (&found[0]["severity"], &found[0]["severity_because"][0]),
        (&"high".into(), &"the date has passed".into())
    );
    assert_eq!(found[0]["location"]["path"], "kagiban-ledger.toml");
    assert_eq!(found[0]["location"]["line"], 3);
    // The same on the day before a reminder is none, and in a change nobody asks for dates.
    assert!(of_rule(&repo.kagiban(&["--now", "2026-04-29"]), "client-secret-rotation-due").is_empty());
    assert!(
        of_rule(&repo.kagiban(&["--staged", "--now", "2026-07-01"]), "client-secret-rotation-due").is_empty()
    );
}

#[test]
fn a_change_is_judged_by_what_it_adds_to_tests() {
    let repo = Sandbox::new();
    let text = format!("# sp-api\nLWA_CLIENT_SECRET={}\n", secret(1));
    repo.commit("tests/old.env", &text);
    repo.write("tests/new.env", format!("# sp-api\nLWA_CLIENT_SECRET={}\n", secret(2)));
    repo.git(&["add", "-f", "tests/new.env"]);
    let outcome = repo.kagiban(&["--staged"]);
    let found = of_rule(&outcome, "live-credential-in-tests");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["location"]["path"], "tests/new.env");
    assert_eq!(outcome.code, 1);
    repo.git(&["commit", "-q", "-m", "Change"]);
    let ranged = repo.kagiban(&["--range", "HEAD~1..HEAD"]);
    let found = of_rule(&ranged, "live-credential-in-tests");
    assert_eq!(found.len(), 1, "{:?}", ranged.report["findings"]);
    assert!(of_rule(&ranged, "ledger-missing").is_empty(), "a change says nothing of the project");
}

#[test]
fn ignore_rules_are_those_of_git() {
    let template = "# sp-api\nLWA_CLIENT_ID=\nLWA_CLIENT_SECRET=\n";
    for (rules, is_ignored) in
        [("", false), (".env\n", true), ("*.env\n", true), ("/api/.env\n", false), (".env*\n!.env\n", false)]
    {
        let repo = Sandbox::new();
        repo.write(".env.example", template);
        repo.write(".gitignore", rules);
        let oracle = repo.git_with(&[], &["check-ignore", "-q", ".env"]).status.success();
        assert_eq!(oracle, is_ignored, "{rules}");
        let found = of_rule(&repo.kagiban(&[]), "ignore-rules-missing").len();
        assert_eq!(found, usize::from(!is_ignored), "{rules}");
    }
}
