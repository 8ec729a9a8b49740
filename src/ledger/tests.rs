use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::*;
use crate::model::Severity;

fn catalogue() -> Catalogue {
    Catalogue::builtin().unwrap()
}

fn print_of(n: u8) -> Fingerprint {
    Fingerprint::of(&[&[n]])
}

fn parsed(text: &str) -> Ledger {
    let read = Ledger::parse(LEDGER_FILE, text, &catalogue());
    read.unwrap_or_else(|faults| panic!("{}", faults.iter().map(ToString::to_string).collect::<String>()))
}

fn faults(text: &str) -> Vec<(u64, String)> {
    let read = Ledger::parse(LEDGER_FILE, text, &catalogue());
    read.err().unwrap_or_default().into_iter().map(|fault| (fault.line, fault.message)).collect()
}

fn entry(id: &str, class: &str, value: u8, more: &str) -> String {
    format!(
        "[[credential]]\nid = \"{id}\"\nclass = \"{class}\"\nfingerprint = \"{}\"\nowner = \"Mika\"\nissued = 2026-01-10\n{more}\n",
        print_of(value)
    )
}

#[test]
fn every_key_is_read() {
    let text = format!(
        r#"
[[credential]]
id = "app"
class = "lwa-client-secret"
fingerprint = "{}"
owner = "Mika"
issued = 2026-01-10
rotate-by = 2026-05-01
kept-in = "AWS Secrets Manager"
shared-with = [{{ name = "Ken", since = 2026-02-01, until = 2026-03-01 }}, {{ name = "Aoi", since = "2026-02-02" }}]
former = [{{ fingerprint = "{}", issued = 2025-07-10, rotated = 2026-01-10 }}]

[[credential]]
id = "login"
class = "seller-central-login"
path = "config/login.ini"
field = "Seller_Password"
owner = "Mika"
issued = 2026-01-10
revoked = 2026-05-02

[[person]]
name = "Ken"
mails = ["Ken@Example.com"]
left = 2026-05-01
"#,
        print_of(1),
        print_of(0),
    );
    let ledger = parsed(&text);
    assert!(ledger.is_there() && ledger.covers("lwa-client-secret") && !ledger.covers("lwa-refresh-token"));
    let app = ledger.entry("app").unwrap();
    assert_eq!((app.line, app.owner.as_str()), (2, "Mika"));
    assert_eq!(app.rotate_by, Some(date(2026, 5, 1)));
    assert_eq!(app.kept_in.as_deref(), Some("AWS Secrets Manager"));
    assert_eq!(app.shared_with.len(), 2);
    assert_eq!(app.former[0].rotated, date(2026, 1, 10));
    let login = ledger.entry("login").unwrap();
    assert_eq!(login.guessed.as_ref().unwrap().field, "sellerpassword");
    assert_eq!(login.revoked, Some(date(2026, 5, 2)));
    assert_eq!(ledger.person("Ken").unwrap().mails, ["ken@example.com"]);
}

#[test]
fn values_stand_as_the_ledger_says() {
    let former = format!("former = [{{ fingerprint = \"{}\", rotated = 2026-01-10 }}]", print_of(0));
    let text = entry("app", "lwa-client-secret", 1, &former)
        + &entry("old", "mws-auth-token", 2, "revoked = 2026-02-03")
        + "[[credential]]\nid = \"login\"\nclass = \"seller-central-login\"\npath = \"a/b.ini\"\nfield = \"password\"\nowner = \"M\"\nissued = 2026-01-01\n";
    let ledger = parsed(&text);
    assert!(matches!(ledger.standing(print_of(1)), Standing::Live(entry) if entry.id == "app"));
    assert!(matches!(ledger.standing(print_of(0)), Standing::Rotated(_, on) if on == date(2026, 1, 10)));
    assert!(matches!(ledger.standing(print_of(2)), Standing::Rotated(_, on) if on == date(2026, 2, 3)));
    assert_eq!(ledger.standing(print_of(3)), Standing::Unknown);
    // The fingerprint that a finding of a login has: rule, path, field, ordinal.
    let found = Fingerprint::of(&[b"seller-central-login", b"a/b.ini", b"password", b"1"]);
    assert!(matches!(ledger.standing(found), Standing::Live(entry) if entry.id == "login"));
    let elsewhere = Fingerprint::of(&[b"seller-central-login", b"a/c.ini", b"password", b"1"]);
    assert_eq!(ledger.standing(elsewhere), Standing::Unknown);
    assert_eq!(Ledger::absent().standing(print_of(1)), Standing::Unknown);
}

fn assert_fault(text: &str, line: u64, expected: &str) {
    let faults = faults(text);
    let is_told = faults.iter().any(|(at, message)| *at == line && message.contains(expected));
    assert!(is_told, "{expected} on line {line}:\n{text}\n{faults:?}");
}

#[test]
fn faults_name_line_and_reason() {
    let app = entry("app", "lwa-client-secret", 1, "");
    let fingerprint = print_of(1);
    for (text, line, expected) in [
        (format!("{app}colour = 3\n"), 8, "there is no key `colour` in `[[credential]]`"),
        (
            format!("{app}onwer = 3\n"),
            8,
            "there is no key `onwer` in `[[credential]]`; did you mean `owner`?",
        ),
        (
            format!("credentials = 3\n{app}"),
            1,
            "there is no key `credentials` at the top level; did you mean `credential`?",
        ),
        (app.replace("2026-01-10", "2026-02-30"), 6, "invalid date"),
        (app.replace("2026-01-10", "\"2026-02-30\""), 6, "this is no date; write it as `2027-01-31`"),
        (app.replace("2026-01-10", "2026-01-10T10:00:00Z"), 6, "this is no date; write it as `2027-01-31`"),
        (format!("{app}{app}"), 9, "this id is there already, on line 2"),
        (
            format!("{app}{}", entry("b", "lwa-client-secret", 1, "")),
            11,
            "this value is in the ledger already, on line 4",
        ),
        (
            app.replace("lwa-client-secret", "lwa-client-secrets"),
            3,
            "there is no such class of credentials; did you mean `lwa-client-secret`?",
        ),
        (
            app.replace("lwa-client-secret", "handover-note"),
            3,
            "there is no such class of credentials; `kagiban rules list` names them",
        ),
        (
            app.replace("lwa-client-secret", "seller-id"),
            3,
            "there is no such class of credentials; `kagiban rules list` names them",
        ),
        (
            app.replace("lwa-client-secret", "credential-bundle"),
            3,
            "there is no such class of credentials; `kagiban rules list` names them",
        ),
        (app.replace(&fingerprint.to_string(), "12345"), 4, "this is no fingerprint; it has 32 hex digits"),
        (
            app.replace(&format!("fingerprint = \"{fingerprint}\"\n"), ""),
            1,
            "which value is it? give a fingerprint; `kagiban ledger add` makes one",
        ),
        (app.replace("owner = \"Mika\"\n", ""), 1, "who answers for it? give an owner"),
        (app.replace("issued = 2026-01-10\n", ""), 1, "since when is it in use? give `issued`"),
    ] {
        assert_fault(&text, line, expected);
    }
}

#[test]
fn faults_of_dates_and_lists_name_line_and_reason() {
    let app = entry("app", "lwa-client-secret", 1, "");
    for (text, line, expected) in [
        (format!("{app}revoked = 2025-01-01\n"), 8, "`revoked` lies before `issued`, which is 2026-01-10"),
        (
            format!("{app}shared-with = [{{ name = \"Ken\", since = 2026-02-01, until = 2026-01-01 }}]\n"),
            8,
            "`until` lies before `since`, which is 2026-02-01",
        ),
        (format!("{app}shared-with = [{{ name = \"Ken\" }}]\n"), 8, "since when? give `since`"),
        (
            format!("{app}shared-with = [\"Ken\"]\n"),
            8,
            "this must be a table: `shared-with = [{ name = …, since = … }]`, not of type string",
        ),
        (
            format!("{app}former = [{{ fingerprint = \"{}\" }}]\n", print_of(9)),
            8,
            "until when was it in use? give `rotated`",
        ),
        (format!("{app}path = \"a\"\n"), 8, "this kind is known by its fingerprint, not by its place"),
        (
            app.replace("lwa-client-secret", "seller-central-login"),
            4,
            "this kind could be guessed from a fingerprint: give `path` and `field` instead",
        ),
        (format!("{app}[[person]]\nleft = 2026-01-01\n"), 8, "who is it? give a name"),
        (
            "[credential]\nid = 3\n".to_owned(),
            1,
            "this must be a list of tables: `[[credential]]`, not of type table",
        ),
    ] {
        assert_fault(&text, line, expected);
    }
}

#[test]
fn two_ledgers_after_a_merge_are_told_as_that() {
    let text = format!(
        "{}<<<<<<< HEAD\n{}=======\n{}>>>>>>> theirs\n",
        entry("a", "lwa-client-secret", 1, ""),
        entry("b", "lwa-client-secret", 2, ""),
        entry("c", "lwa-client-secret", 3, ""),
    );
    let faults = faults(&text);
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert_eq!(faults[0].0, 8);
    assert!(faults[0].1.contains("both sides of a merge"), "{faults:?}");
    let shown = Ledger::parse(LEDGER_FILE, &text, &catalogue()).unwrap_err()[0].to_string();
    assert!(shown.contains("kagiban-ledger.toml:8:1"), "{shown}");
}

#[test]
fn diagnostics_show_no_secret() {
    let secret = crate::rules::sample("amzn1.oa2-cs.v1.{hex:64}", 3);
    let password = crate::rules::sample("pa{alnum:14}", 3);
    for text in [
        entry("app", "lwa-client-secret", 1, &format!("value = \"{password}\"")),
        entry("app", "lwa-client-secret", 1, "").replace(&print_of(1).to_string(), &secret),
        format!("{password}\n"),
        format!("secret = {password}\n"),
    ] {
        let faults = Ledger::parse(LEDGER_FILE, &text, &catalogue()).unwrap_err();
        let shown: String = faults.iter().map(|fault| format!("{fault}\n{fault:?}")).collect();
        assert!(!shown.contains(&secret) && !shown.contains(&password), "{shown}");
    }
}

fn names<'l>(ledger: &'l Ledger, id: &str, today: Date) -> Vec<&'l str> {
    ledger.knowers(ledger.entry(id).unwrap(), today).into_iter().map(|knower| knower.name).collect()
}

#[test]
fn who_knows_a_value_follows_from_dates() {
    let shares = "shared-with = [{ name = \"Ken\", since = 2026-02-01, until = 2026-03-01 }, { name = \"Aoi\", since = 2026-02-01 }]";
    let text =
        entry("app", "lwa-client-secret", 1, shares) + "[[person]]\nname = \"Aoi\"\nleft = 2026-04-01\n";
    let ledger = parsed(&text);
    assert_eq!(names(&ledger, "app", date(2026, 1, 31)), ["Mika"]);
    assert_eq!(names(&ledger, "app", date(2026, 2, 1)), ["Mika", "Ken", "Aoi"]);
    // Neither forgets.
    assert_eq!(names(&ledger, "app", date(2026, 9, 1)), ["Mika", "Ken", "Aoi"]);
    let rotated = |on: &str| parsed(&text.replace("issued = 2026-01-10", &format!("issued = {on}")));
    // On the last day of a share the new value is still given to whoever has it.
    assert_eq!(names(&rotated("2026-02-28"), "app", date(2026, 9, 1)), ["Mika", "Ken", "Aoi"]);
    assert_eq!(names(&rotated("2026-03-01"), "app", date(2026, 9, 1)), ["Mika", "Aoi"]);
    // Who leaves on a day does not get the value of that day.
    assert_eq!(names(&rotated("2026-04-01"), "app", date(2026, 9, 1)), ["Mika"]);
}

#[test]
fn deadlines_are_those_of_the_kind() {
    let text = entry("app", "lwa-client-secret", 1, "") + &entry("token", "lwa-refresh-token", 2, "");
    let ledger = parsed(&text);
    let due = |today, public| -> Vec<(String, Severity, Option<&'static str>)> {
        let told = ledger.due(today, public);
        told.iter().map(|due| (format!("{} {:?}", due.entry.id, due.kind), due.severity, due.rule)).collect()
    };
    assert_eq!(due(date(2026, 6, 8), false), []);
    let soon = due(date(2026, 6, 9), false);
    assert_eq!(
        soon,
        [("app RotateSoon(2026-07-09)".to_owned(), Severity::Medium, Some("client-secret-rotation-due"))]
    );
    // The last of 180 days is not over it.
    assert!(due(date(2026, 7, 9), false)[0].0.contains("Soon"));
    let over = due(date(2026, 7, 10), false);
    assert_eq!(
        over,
        [("app RotateOverdue(2026-07-09)".to_owned(), Severity::High, Some("client-secret-rotation-due"))]
    );
    let year = due(date(2026, 12, 12), true);
    assert_eq!(
        year[1],
        ("token RenewSoon(2027-01-10)".to_owned(), Severity::Low, Some("authorization-renewal-due"))
    );
    let year = due(date(2027, 1, 11), false);
    assert_eq!(
        year[1],
        (
            "token RotateOverdue(2027-01-10)".to_owned(),
            Severity::Medium,
            Some("credential-older-than-a-year")
        )
    );
    // A decision can be stricter than the kind, never laxer.
    let decided = |by: &str| parsed(&entry("app", "lwa-client-secret", 1, &format!("rotate-by = {by}")));
    assert_eq!(decided("2026-03-01").entries()[0].deadline(), date(2026, 3, 1));
    assert_eq!(decided("2027-03-01").entries()[0].deadline(), date(2026, 7, 9));
}

#[test]
fn a_clock_behind_the_ledger_is_a_notice() {
    let ledger = parsed(&entry("app", "lwa-client-secret", 1, ""));
    let due = ledger.due(date(2020, 1, 1), false);
    assert!(
        matches!(due.as_slice(), [Due { kind: DueKind::AheadOfClock(day), severity: Severity::Info, rule: None, .. }] if *day == date(2026, 1, 10))
    );
}

fn ledger_text() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "[[credential]]",
        "[[person]]",
        "id",
        "class",
        "fingerprint",
        "shared-with",
        "former",
        "name",
        "=",
        "\"lwa-client-secret\"",
        "\"0123456789abcdef0123456789abcdef\"",
        "2026-01-31",
        "[",
        "]",
        "{",
        "}",
        ",",
        "\n",
        " ",
        "<<<<<<< a",
        "鍵",
        "\u{feff}",
        "#",
        "\r\n",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// A change, by numbers: what, of which credential, on which day, with which value.
fn changed(text: Option<&str>, (what, which, day, value): (u8, u8, u16, u8)) -> Result<String, Refusal> {
    let mut draft = Draft::open(LEDGER_FILE, text, &catalogue()).expect("what a draft wrote is read again");
    let id = format!("key-{which}");
    let on = date(2026, 1, 1).saturating_add(jiff::Span::new().days(i32::from(day)));
    match what {
        0 => draft.add(NewEntry {
            id,
            class: crate::model::RuleId::new("lwa-client-secret"),
            fingerprint: Some(print_of(value)),
            guessed: None,
            owner: "Mika \"鍵\" \\ #".to_owned(),
            issued: on,
            rotate_by: None,
            kept_in: Some("a, b\n] = c".to_owned()),
        })?,
        1 => draft.rotate(&id, Some(print_of(value)), on, None)?,
        2 => draft.share(&id, &Share { name: format!("p{value}"), since: on, until: None })?,
        3 => draft.share(&id, &Share { name: format!("p{value}"), since: on, until: Some(on) })?,
        4 => draft.revoke(&id, on)?,
        _ => draft.leave(&format!("p{value}"), on)?,
    }
    Ok(draft.to_text())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_is_read_or_refused(text in prop_oneof![any::<String>(), ledger_text()]) {
        if let Err(faults) = Ledger::parse(LEDGER_FILE, &text, &catalogue()) {
            prop_assert!(!faults.is_empty());
            for fault in faults {
                prop_assert!(!fault.to_string().is_empty());
            }
        }
    }

    #[test]
    fn whatever_is_changed_can_be_read_again(
        changes in prop::collection::vec((0..6_u8, 0..4_u8, 0..400_u16, 0..12_u8), 1..14)
    ) {
        let mut text: Option<String> = None;
        for change in changes {
            let Ok(next) = changed(text.as_deref(), change) else { continue };
            let ledger = parsed(&next);
            let ids: Vec<&str> = ledger.entries().iter().map(|entry| entry.id.as_str()).collect();
            prop_assert!(ids.is_sorted(), "{}", next);
            // What was noted of values stays noted.
            let before = text.as_deref().map(parsed).unwrap_or_default();
            for entry in before.entries() {
                let after = ledger.entry(&entry.id).expect("nothing is lost");
                let values = |entry: &Entry| -> Vec<Fingerprint> {
                    entry.former.iter().filter_map(|f| f.fingerprint).chain(entry.fingerprint).collect()
                };
                prop_assert!(values(entry).iter().all(|value| values(after).contains(value)), "{}", next);
            }
            text = Some(next);
        }
    }
}
