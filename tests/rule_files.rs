//! Holds the rule files and lists to what the rest of the program takes for granted.

use std::collections::BTreeSet;

use kagiban::model::Family;
use kagiban::rules::lists::{CONTEXT, NAMES, PLACEHOLDERS, POLICY, REMEDIATION};
use kagiban::rules::prove::filled;
use kagiban::rules::{Catalogue, Example, Match, Rule, Strength, meanings};
use regex::{Regex, RegexBuilder};
use unicode_normalization::UnicodeNormalization;

const LEAK: [&str; 18] = [
    "amazon-pay-private-key",
    "amazon-session-cookie",
    "aws-access-key-id",
    "aws-secret-access-key",
    "aws-session-token",
    "credential-bundle",
    "lwa-access-token",
    "lwa-client-id",
    "lwa-client-secret",
    "lwa-refresh-token",
    "mws-auth-token",
    "mws-developer-id",
    "seller-central-login",
    "seller-id",
    "sp-api-application-id",
    "sp-api-authorization-code",
    "sp-api-document-url",
    "sp-api-restricted-data-token",
];

/// Examples a leak rule must bring of each sort; the house asks two of every rule.
const EXAMPLES_OF_LEAK: usize = 6;
/// Sharing and privilege are told by what stands around, so it takes more to show where the border runs.
const EXAMPLES_OF_SHARING: usize = 8;

fn catalogue() -> Catalogue {
    Catalogue::builtin().expect("every rule file is well formed")
}

fn is_positive(example: &Example) -> bool {
    !example.finds.is_empty() || example.count.is_some_and(|count| count > 0)
}

fn patterns(rule: &Rule) -> Vec<(&str, bool)> {
    rule.file
        .matches
        .iter()
        .flat_map(|found| match found {
            Match::Token { pattern, .. } => vec![(pattern.as_str(), true)],
            Match::Named { value, .. } => vec![(value.as_str(), false)],
            Match::Position { partner, value, .. } => vec![(partner.as_str(), false), (value.as_str(), true)],
            Match::Set { .. } | Match::Audit {} => Vec::new(),
        })
        .collect()
}

fn keywords(found: &Match) -> &[String] {
    match found {
        Match::Token { keywords, .. } | Match::Position { keywords, .. } => keywords,
        Match::Named { .. } | Match::Set { .. } | Match::Audit {} => &[],
    }
}

#[test]
fn every_leak_rule_is_there() {
    let catalogue = catalogue();
    let ids: Vec<&str> =
        catalogue.iter().filter(|r| r.family == Family::Leak).map(|r| r.id.as_str()).collect();
    assert_eq!(ids, LEAK);
}

#[test]
fn every_rule_speaks_both_languages() {
    for rule in catalogue().iter() {
        let texts = &rule.file.text;
        let ja = texts.ja.as_ref().unwrap_or_else(|| panic!("{}: no Japanese", rule.id));
        for text in [&texts.en, ja] {
            assert!(!text.title.is_empty() && !text.why.is_empty(), "{}: empty words", rule.id);
            assert!(!text.title.ends_with(['.', '。']), "{}: full stop in a title", rule.id);
            assert!(text.why.ends_with(['.', '。']), "{}: a sentence without an end", rule.id);
        }
        assert!(texts.en.why.is_ascii(), "{}: English holds other letters", rule.id);
        assert!(!ja.why.is_ascii(), "{}: Japanese is English", rule.id);
    }
}

#[test]
fn every_id_a_rule_stands_on_is_listed() {
    let catalogue = catalogue();
    let ids: BTreeSet<&str> = catalogue.iter().map(|rule| rule.id.as_str()).collect();
    for rule in catalogue.iter() {
        // An identifier breaks nothing.
        assert_eq!(rule.file.identifier, rule.file.policy.is_empty(), "{}: names no clause", rule.id);
        for id in &rule.file.policy {
            assert!(POLICY.clauses.contains_key(id), "{}: no clause {id}", rule.id);
        }
        for id in &rule.file.remediation {
            assert!(REMEDIATION.contains_key(id), "{}: no remediation {id}", rule.id);
        }
        for found in &rule.file.matches {
            match found {
                Match::Named { names, beside, .. } => {
                    for list in std::iter::once(names).chain(beside) {
                        assert!(NAMES.kinds.contains_key(list), "{}: no names {list}", rule.id);
                    }
                }
                Match::Set { all, with, named_by } => {
                    for id in all.iter().chain(with).chain(named_by) {
                        assert!(ids.contains(id.as_str()), "{}: no rule {id}", rule.id);
                    }
                }
                Match::Token { .. } | Match::Position { .. } | Match::Audit {} => {}
            }
        }
    }
}

#[test]
fn every_rule_brings_its_proof() {
    // What is said of exceptions is proved where there are settings and changes.
    let of_exceptions = ["allow-added-in-change", "waiver-expired"];
    for rule in catalogue().iter().filter(|rule| !of_exceptions.contains(&rule.id.as_str())) {
        let wanted = match rule.family {
            Family::Leak => EXAMPLES_OF_LEAK,
            _ => EXAMPLES_OF_SHARING,
        };
        let examples = &rule.file.examples;
        let positive = examples.iter().filter(|example| is_positive(example)).count();
        assert!(positive >= wanted, "{}: {positive} positive examples", rule.id);
        assert!(examples.len() - positive >= wanted, "{}: too few negative examples", rule.id);
        let names: BTreeSet<&str> = examples.iter().map(|example| example.name.as_str()).collect();
        assert_eq!(names.len(), examples.len(), "{}: a name twice", rule.id);
        for example in examples {
            assert!(
                [example.text.is_empty(), example.files.is_empty(), example.commits.is_empty()]
                    .iter()
                    .filter(|is_empty| !**is_empty)
                    .count()
                    == 1,
                "{}: {}: text, files or commits, one of them",
                rule.id,
                example.name
            );
            for name in &example.finds {
                assert!(example.samples.contains_key(name), "{}: {}: no {name}", rule.id, example.name);
            }
            let of_commits = || example.commits.iter().flat_map(|commit| &commit.files);
            let files = || example.files.iter().chain(of_commits()).map(|file| &file.text);
            let texts = || std::iter::once(&example.text).chain(files());
            for name in example.samples.keys() {
                let hole = format!("{{{name}}}");
                let of_class = format!(":{name}}}");
                let is_in_ledger = example.ledger.as_ref().is_some_and(|ledger| ledger.contains(&of_class));
                let is_used = texts().any(|text| text.contains(&hole)) || is_in_ledger;
                assert!(is_used, "{}: {}: {name} unused", rule.id, example.name);
            }
        }
    }
}

#[test]
fn every_pattern_compiles_and_names_its_secret() {
    for rule in catalogue().iter() {
        for (pattern, needs_secret) in patterns(rule) {
            let regex = Regex::new(pattern).unwrap_or_else(|e| panic!("{}: {e}", rule.id));
            let has_secret = regex.capture_names().flatten().any(|name| name == "secret");
            assert!(has_secret || !needs_secret, "{}: no group `secret`", rule.id);
            assert!(!regex.is_match(""), "{}: matches nothing at all", rule.id);
        }
    }
}

#[test]
fn every_token_rule_has_keywords_in_lower_case() {
    for rule in catalogue().iter() {
        for found in &rule.file.matches {
            if matches!(found, Match::Token { .. } | Match::Position { .. }) {
                assert!(!keywords(found).is_empty(), "{}: no keywords", rule.id);
            }
            for word in keywords(found) {
                assert_eq!(*word, word.to_lowercase(), "{}", rule.id);
                assert!(word.len() >= 4, "{}: `{word}` is everywhere", rule.id);
            }
        }
    }
}

#[test]
fn names_are_folded() {
    let fold = |name: &str| -> String {
        name.nfkc().flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric()).collect()
    };
    let kinds = NAMES.kinds.values().flat_map(|n| [&n.own, &n.generic, &n.exact, &n.within, &n.not]);
    for name in kinds.flatten().chain(&NAMES.amazon).chain(&NAMES.not) {
        assert_eq!(*name, fold(name));
        assert!(!name.is_empty());
    }
}

#[test]
fn no_name_cancels_itself() {
    let cancels = |word: &str, name: &str| name == word || (word.chars().count() >= 5 && name.contains(word));
    for (kind, names) in &NAMES.kinds {
        for name in names.own.iter().chain(&names.generic).chain(&names.exact) {
            for word in NAMES.not.iter().chain(&names.not) {
                assert!(!cancels(word, name), "{kind}: {name} holds {word}");
            }
        }
        for stem in names.own.iter().chain(&names.generic) {
            assert!(stem.chars().count() >= 5 || !stem.is_ascii(), "{kind}: `{stem}` is in too many words");
        }
    }
}

/// Kind, and names that mean it by themselves.
const OWN: [(&str, &[&str]); 8] = [
    (
        "client-secret",
        &[
            "lwa_client_secret",
            "lwaClientSecret",
            "lwaClientIdSecret",
            "SELLING_PARTNER_APP_CLIENT_SECRET",
            "SP_API_LWA_CLIENT_SECRET",
            "SPAPI_CLIENT_SECRET",
            "SP_LWA_CLIENT_SECRET",
            "AMZN_SPA_LWA_CLIENT_SECRET",
            "AMAZON_AU_CLIENT_SECRET",
            "AMAZON_CREATOR_CLIENT_SECRET",
            "AWS_BUSINESS_API_CLIENT_SECRET",
            "LWA_CLIENT_SECRET_SHOP1",
            "amazon.lwa.client-secret",
        ],
    ),
    (
        "refresh-token",
        &["SP_API_REFRESH_TOKEN_JP", "SP_REFRESH_TOKEN_NA", "amz_refresh_token", "lwaRefreshToken"],
    ),
    ("access-token", &["x-amz-access-token", "amz_access_token"]),
    ("mws-auth-token", &["MWSAuthToken", "MWSAuthorizationToken", "x-amz-pay-authtoken", "MWS認証トークン"]),
    (
        "aws-secret-key",
        &[
            "AWS_SECRET_ACCESS_KEY",
            "MWS_SECRET_KEY",
            "amzn_secret_key",
            "AMZN_SPA_AWS_SECRET_KEY",
            "AWS_SP_API_ACCESS_SECRET_KEY",
        ],
    ),
    (
        "aws-access-key-id",
        &["AWSAccessKeyId", "MWS_ACESS_KEY", "AWS_SP_API_ACCESS_KEY_ID", "AWSアクセスキーＩＤ"],
    ),
    (
        "seller-id",
        &["selling_partner_id", "MWS_ACCOUNT_ID", "AMAZON_SELLER_ID", "出品者ID", "マーチャント・トークン"],
    ),
    ("seller-password", &["SELLER_CENTRAL_PASSWORD", "AmazonLoginPassword", "セラーセントラルのパスワード"]),
];

/// Kind, and names that need an Amazon word near them.
const GENERIC: [(&str, &[&str]); 7] = [
    (
        "client-secret",
        &["client_secret", "ClientSecret", "newClientSecret", "クライアントシークレット", "ｼｰｸﾚｯﾄ"],
    ),
    ("refresh-token", &["refreshToken", "リフレッシュトークン"]),
    ("aws-secret-key", &["secretKey", "SecretAccessKey", "秘密キー", "シークレットアクセスキー"]),
    ("aws-access-key-id", &["access_key", "keyId", "アクセスキーID"]),
    ("seller-id", &["sellerId", "MERCHANT_ID", "account_id", "セラーID"]),
    ("developer-id", &["developer_id", "開発者ＩＤ"]),
    ("password", &["password", "ログインパスワード", "暗証番号", "pw"]),
];

/// Names beside secrets that are none.
const NONE: [&str; 22] = [
    "client_secret_hash",
    "client_secret_id",
    "clientSecretRef",
    "client_secret_expiry",
    "LWA_CLIENT_SECRET_FILE",
    "lwa_client_secret_arn",
    "newClientSecretExpiryTime",
    "COGNITO_CLIENT_SECRET",
    "google_client_secret",
    "secretKeyRef",
    "secret_key_name",
    "awsSecretAccessKeyArn",
    "AWS_SECRET_NAME",
    "DJANGO_SECRET_KEY",
    "DB_PASSWORD",
    "mysqlPassword",
    "passwordHash",
    "password_field",
    "パスワード変更日",
    "always",
    "refreshTokenExpiresAt",
    "access_token_url",
];

#[test]
fn names_of_public_clients_are_known() {
    for (table, strength) in [(&OWN[..], Strength::Own), (&GENERIC[..], Strength::Generic)] {
        for (kind, names) in table {
            for name in *names {
                assert!(meanings(name, "").contains(&(*kind, strength)), "{name}: {:?}", meanings(name, ""));
            }
        }
    }
    for name in NONE {
        assert!(meanings(name, "").is_empty(), "{name}: {:?}", meanings(name, ""));
    }
}

#[test]
fn context_words_are_lower_case_and_once() {
    let mut seen = BTreeSet::new();
    for marker in &CONTEXT.markers {
        assert_eq!(marker.word, marker.word.to_lowercase());
        assert!(seen.insert((marker.kind, &marker.word)), "{} twice", marker.word);
        assert!(
            marker.word.chars().count() > 4 || marker.whole || !marker.word.is_ascii(),
            "{}",
            marker.word
        );
    }
}

#[test]
fn placeholders_hide_no_random_value() {
    for word in &PLACEHOLDERS.words {
        assert_eq!(*word, word.to_lowercase());
        assert!(!word.is_ascii() || word.len() >= 5, "`{word}` comes up by chance");
    }
    for word in &PLACEHOLDERS.delimited {
        assert!(word.len() >= 4, "`{word}` comes up by chance");
    }
    for reference in &PLACEHOLDERS.references {
        assert!(reference.starts_with('^'), "{reference} is not anchored");
    }
    let references = regex::RegexSet::new(&PLACEHOLDERS.references).unwrap();
    for password in &PLACEHOLDERS.passwords {
        assert_eq!(*password, password.to_lowercase());
    }
    for rule in catalogue().iter().filter(|rule| rule.family == Family::Leak) {
        for example in rule.file.examples.iter().filter(|example| is_positive(example)) {
            let samples = filled(rule, example).samples;
            for value in example.finds.iter().filter_map(|name| samples.get(name)) {
                let lower = value.to_ascii_lowercase();
                let word = PLACEHOLDERS.words.iter().find(|word| lower.contains(word.as_str()));
                assert_eq!(word, None, "{}: {}", rule.id, example.name);
                assert!(!references.is_match(value), "{}: {}", rule.id, example.name);
            }
        }
    }
}

#[test]
fn remediation_is_complete_in_both_languages() {
    let numbers: BTreeSet<String> = REMEDIATION.values().map(|r| r.number.clone()).collect();
    let wanted: BTreeSet<String> = (1..=34).map(|n| format!("R{n}")).collect();
    assert_eq!(numbers, wanted);
    for (id, remediation) in REMEDIATION.iter() {
        assert!(!remediation.title.en.is_empty() && !remediation.title.ja.is_empty(), "{id}");
        let last = |steps: &[String]| steps.last().cloned().unwrap_or_default();
        assert!(last(&remediation.steps.en).starts_with("Amazon never asks"), "{id}");
        assert!(last(&remediation.steps.ja).starts_with("Amazonがキーを聞いて"), "{id}");
        assert!(remediation.steps.ja.iter().all(|step| step.ends_with('。')), "{id}");
    }
}

#[test]
fn policy_is_complete_in_both_languages() {
    assert!(POLICY.version.parse::<jiff::civil::Date>().is_ok());
    for (id, clause) in &POLICY.clauses {
        assert!(clause.demands.en.ends_with('.'), "{id}");
        assert!(clause.demands.ja.ends_with('。'), "{id}");
        assert!(clause.beyond.en.ends_with('.') && clause.beyond.en.is_ascii(), "{id}");
        assert!(clause.beyond.ja.ends_with('。'), "{id}");
    }
}

#[test]
fn rules_without_their_examples_are_the_same_rules() {
    let without = Catalogue::without_examples().unwrap();
    assert_eq!(without.digest(), catalogue().digest());
    assert_eq!(without.iter().count(), catalogue().iter().count());
    for (short, mut whole) in without.iter().zip(catalogue().iter().cloned()) {
        assert!(short.file.examples.is_empty(), "{}: something stands behind its examples", short.id);
        whole.file.examples.clear();
        assert_eq!(format!("{:?}", short.file), format!("{:?}", whole.file), "{}", short.id);
    }
}

/// Bytes that a rule's pattern may be compiled to. With Unicode's letters in a counted repetition one had several
/// times as many, and took thirty milliseconds of the first text that asked for it.
const COMPILED_BYTES_MAX: usize = 1 << 20;

#[test]
fn patterns_of_rules_are_small() {
    for rule in catalogue().iter() {
        for (pattern, _) in patterns(rule) {
            let compiled = RegexBuilder::new(pattern).size_limit(COMPILED_BYTES_MAX).build();
            assert!(compiled.is_ok(), "{}: {pattern}", rule.id);
        }
    }
}
