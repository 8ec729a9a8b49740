use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::model::RuleId;

const ALLOW: &str = "[[allow]]\nrule = \"lwa-client-secret\"\nowner = \"mika\"\nreason = \"revoked\"\n";

fn faults(text: &str) -> Vec<(u64, u64, String)> {
    match Settings::parse("kagiban.toml", text) {
        Ok(_) => Vec::new(),
        Err(faults) => faults.into_iter().map(|f| (f.line, f.column, f.message)).collect(),
    }
}

fn one_fault(text: &str) -> String {
    match faults(text).as_slice() {
        [(_, _, message)] => message.clone(),
        others => panic!("{} faults in {text}: {others:?}", others.len()),
    }
}

#[test]
fn every_key_is_read() {
    let text = r#"
fail-on = "never"
min-severity = "low"
only = ["leak", "handover-note"]
skip = ["seller-id"]
identifiers = true
lang = "ja"
baseline = "audit/baseline.json"
rules = ["audit/rules"]

[own]
accounts = ["123456789012"]
organisations = ["acme"]
hosts = ["API.acme.example"]
mail-domains = ["acme.example"]
app-class = "public"

[[allow]]
rule = "lwa-client-secret"
path = "tests/**"
fingerprint = "0123456789abcdef0123456789abcdef"
owner = "mika"
reason = "revoked"
until = 2027-01-31

[[allow]]
path = "docs/"
owner = "mika"
reason = "made up"
false-positive = true
"#;
    let settings = Settings::parse("kagiban.toml", text).unwrap();
    let values = |list: &[Located<String>]| list.iter().map(|l| l.value.clone()).collect::<Vec<_>>();
    assert_eq!(settings.fail_on, Some(FailOn::Never));
    assert_eq!(settings.min_severity, Some(Severity::Low));
    assert_eq!(values(&settings.only), ["leak", "handover-note"]);
    assert_eq!(values(&settings.skip), ["seller-id"]);
    assert_eq!(settings.identifiers, Some(true));
    assert_eq!(settings.lang, Some(Language::Japanese));
    assert_eq!(settings.baseline.unwrap().value, "audit/baseline.json");
    assert_eq!(values(&settings.rules), ["audit/rules"]);
    assert_eq!(values(&settings.own.accounts), ["123456789012"]);
    assert_eq!(values(&settings.own.organisations), ["acme"]);
    assert_eq!(values(&settings.own.hosts), ["api.acme.example"]);
    assert_eq!(values(&settings.own.mail_domains), ["acme.example"]);
    assert_eq!(settings.own.app_class, Some(AppClass::Public));
    let [first, second] = settings.allows.as_slice() else { panic!("two allows") };
    assert_eq!(first.rule.as_ref().unwrap().value, RuleId::new("lwa-client-secret"));
    assert_eq!(first.path.as_ref().unwrap().as_str(), "tests/**");
    assert_eq!(first.fingerprint.unwrap().to_string(), "0123456789abcdef0123456789abcdef");
    assert_eq!((first.owner.as_str(), first.reason.as_str()), ("mika", "revoked"));
    assert_eq!((first.term, first.line), (Term::Until(date(2027, 1, 31)), 18));
    assert_eq!((second.term, second.line), (Term::FalsePositive, 26));
}

#[test]
fn an_empty_file_decides_nothing() {
    for text in ["", "\u{feff}", "# nothing\n"] {
        let settings = Settings::parse("kagiban.toml", text).unwrap();
        assert!(settings.allows.is_empty() && settings.fail_on.is_none(), "{text:?}");
    }
}

#[test]
fn terms_have_one_form_each() {
    for (line, term) in [
        ("until = 2027-01-31", Some(Term::Until(date(2027, 1, 31)))),
        ("until = \"2027-01-31\"", Some(Term::Until(date(2027, 1, 31)))),
        ("false-positive = true", Some(Term::FalsePositive)),
        ("false_positive = true", Some(Term::FalsePositive)),
        ("false-positive = false", None),
        ("false-positive = \"yes\"", None),
        ("until = 2027-01-31T00:00:00Z", None),
        ("until = 2027-02-30", None),
        ("until = \"2027-02-30\"", None),
        ("until = \"31.1.2027\"", None),
        ("until = 2027", None),
        ("until = 2027-01-31\nfalse-positive = true", None),
        ("false-positive = true\nfalse_positive = true", None),
        ("", None),
    ] {
        let read = Settings::parse("kagiban.toml", &format!("{ALLOW}{line}\n"));
        assert_eq!(read.ok().map(|s| s.allows[0].term), term, "{line}");
    }
}

#[test]
fn faults_say_what_to_do() {
    let until = "until = 2027-01-31\n";
    for (text, expected) in [
        ("fial-on = \"high\"", "there is no key `fial-on` at the top level; did you mean `fail-on`?"),
        ("colour = true", "there is no key `colour` at the top level"),
        ("[own]\nhost = []", "there is no key `host` in `[own]`; did you mean `hosts`?"),
        ("fail-on = \"hihg\"", "there is no such severity; did you mean `high`?"),
        (
            "fail-on = \"bad\"",
            "there is no such severity; it is one of critical, high, medium, low, info, never",
        ),
        (
            "min-severity = \"never\"",
            "there is no such severity; it is one of critical, high, medium, low, info",
        ),
        ("lang = \"français\"", "there is no such language; it is one of en, ja"),
        ("identifiers = \"yes\"", "this must be true or false, not of type string"),
        ("only = \"leak\"", "this must be a list in brackets, not of type string"),
        ("only = [1]", "this must be text in quotes, not of type integer"),
        ("only = [\" \"]", "this is blank"),
        ("own = 3", "this must be a table: `[own]`, not of type integer"),
        ("allow = 3", "this must be a list of tables: `[[allow]]`, not of type integer"),
        ("allow = [3]", "this must be a table: `[[allow]]`, not of type integer"),
        (&format!("[allow]\n{until}"), "this must be a list of tables: `[[allow]]`, not of type table"),
        ("baseline = \"../b.json\"", "this path must be below the top level and written with `/`"),
        ("baseline = \"/b.json\"", "this path must be below the top level and written with `/`"),
        ("rules = ['C:\\rules']", "this path must be below the top level and written with `/`"),
        (
            "[own]\nhosts = [\"https://a.example\"]",
            "this is no host name: leave out scheme, user, port and path",
        ),
        (
            &format!("[[allow]]\nowner = \"m\"\nreason = \"r\"\n{until}"),
            "this allow says nothing of what it accepts: give rule, path or fingerprint",
        ),
        (&format!("[[allow]]\nrule = \"r\"\nreason = \"r\"\n{until}"), "who answers for this? give an owner"),
        (&format!("[[allow]]\nrule = \"r\"\nowner = \"m\"\n{until}"), "why is this accepted? give a reason"),
        (&format!("[[allow]]\nrule = \"r\"\nowner = \" \"\nreason = \"r\"\n{until}"), "this is blank"),
        (&format!("[[allow]]\nrule = \"r\"\nowner = \"m\"\nreason = \"\"\n{until}"), "this is blank"),
        (ALLOW, "until when is this accepted? give `until`, or `false-positive = true`"),
        (
            &format!("{ALLOW}{until}untill = 1"),
            "there is no key `untill` in `[[allow]]`; did you mean `until`?",
        ),
        (&format!("{ALLOW}{until}path = \"!a\""), "a path pattern cannot be negated"),
        (&format!("{ALLOW}{until}fingerprint = \"abc\""), "this is no fingerprint; it has 32 hex digits"),
        (&format!("{ALLOW}until = \"2027-02-30\""), "this is no date; write it as `2027-01-31`"),
    ] {
        assert_eq!(one_fault(text), expected, "{text}");
    }
}

#[test]
fn all_faults_are_told_in_order() {
    let text = "lang = \"x\"\nnonsense = 1\n[own]\nhosts = 3\n[[allow]]\nuntil = 1\n";
    let places: Vec<(u64, u64)> = faults(text).into_iter().map(|(line, column, _)| (line, column)).collect();
    assert_eq!(places, [(1, 8), (2, 1), (4, 9), (5, 1), (5, 1), (5, 1), (6, 9)]);
}

#[test]
fn broken_syntax_does_not_hide_other_faults_nor_invent_any() {
    let lines = |text| faults(text).into_iter().map(|(line, _, _)| line).collect::<Vec<_>>();
    assert_eq!(lines("fail-on = high\nlang = \"x\"\n"), [1, 2]);
    assert_eq!(lines("[[allow]]\nrule = lwa\nowner = \"m\"\nreason = \"r\"\nuntil = 2027-01-31\n"), [2]);
    assert_eq!(lines("lang = \"en\"\nlang = \"ja\"\n"), [2]);
}

#[test]
fn diagnostics_point_at_the_fault() {
    let fault = Settings::parse("kagiban.toml", "lang = \"en\"\nfial-on = \"high\"\n").unwrap_err().remove(0);
    insta::assert_snapshot!(fault.to_string(), @r"
    error: there is no key `fial-on` at the top level; did you mean `fail-on`?
     --> kagiban.toml:2:1
      |
    2 | fial-on = …
      | ^^^^^^^
    ");
    let fault = Settings::parse(
        "kagiban.toml",
        "[[allow]]\nowner = \"鍵番\"\nreason = \"鍵\"\nrule = \"r\"\nuntil = \"二〇二七\"",
    )
    .unwrap_err()
    .remove(0);
    insta::assert_snapshot!(fault.to_string(), @r#"
    error: this is no date; write it as `2027-01-31`
     --> kagiban.toml:5:9
      |
    5 | until = "二〇二七"
      |         ^^^^^^^^^^
    "#);
}

#[test]
fn diagnostics_do_not_steer_the_terminal() {
    let fault = Settings::parse("a\u{1b}[2J.toml", "\"\\u001b]0;x\\u0007\\u202e\" = \"\u{202e}\"")
        .unwrap_err()
        .remove(0);
    let shown = fault.to_string();
    assert!(!shown.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{shown:?}");
}

#[test]
fn diagnostics_show_no_secret() {
    let secret = crate::rules::sample("pa{alnum:14}", 3);
    let long = crate::rules::sample("Atzr|{alnum:60}1", 3);
    for text in [
        format!("password = \"{secret}\""),
        format!("password = {secret}"),
        format!("password: {secret}"),
        secret.clone(),
        format!("own = {{ password = \"{secret}\" }}"),
        format!("[own]\nx.y = '{secret}'"),
        format!("fail-on = \"{long}\""),
        format!("[[allow]]\nfingerprint = \"{long}\""),
        format!("only = [\"{long}\", 3]"),
        format!("\"{long}\" = 1"),
        format!("[\"{long}\"]"),
        format!("lang = {long}"),
    ] {
        let shown: String = Settings::parse("kagiban.toml", &text)
            .unwrap_err()
            .iter()
            .map(|fault| format!("{fault}\n{fault:?}"))
            .collect();
        assert!(!shown.contains(&secret) && !shown.contains(&long), "{text}\n{shown}");
    }
}

fn settings_text() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "fail-on",
        "only",
        "[own]",
        "[[allow]]",
        "until",
        "path",
        "owner",
        "=",
        "\"",
        "'",
        "[",
        "]",
        "{",
        "}",
        ",",
        "\n",
        " ",
        "2027-01-31",
        "true",
        "\"high\"",
        "鍵",
        "\t",
        "\u{feff}",
        ".",
        "#",
        "\r\n",
        "\u{0}",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in prop_oneof![any::<String>(), settings_text()]) {
        if let Err(faults) = Settings::parse("kagiban.toml", &text) {
            prop_assert!(!faults.is_empty());
            for fault in faults {
                prop_assert!(fault.excerpt.get(fault.mark.clone()).is_some());
                prop_assert!(!fault.to_string().is_empty());
            }
        }
    }
}
