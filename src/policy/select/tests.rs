use super::*;
use crate::policy::tests::{catalogue, finding, settings};
use crate::policy::unknown_names;

fn shown(only: &[&str], skip: &[&str], identifiers: bool) -> Vec<String> {
    let catalogue = catalogue();
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let choice = Choice { only: owned(only), skip: owned(skip), identifiers, min_severity: None };
    let selection = Selection::new(&catalogue, &choice).unwrap();
    let made_up = ["shop-id", "shop-login", "test-key", "test-note", "test-token"];
    made_up.into_iter().filter(|id| selection.shows(&RuleId::new(id))).map(str::to_owned).collect()
}

#[test]
fn choices_show_what_they_name() {
    let usual = ["shop-login", "test-key", "test-note", "test-token"];
    let everything = ["shop-id", "shop-login", "test-key", "test-note", "test-token"];
    for (only, skip, identifiers, expected) in [
        (&[][..], &[][..], false, &usual[..]),
        (&[], &[], true, &everything),
        (&["leak"], &[], false, &["shop-login", "test-key", "test-token"]),
        (&["leak"], &[], true, &["shop-id", "shop-login", "test-key", "test-token"]),
        (&["shop-id"], &[], false, &["shop-id"]),
        (&["shop-id", "sharing"], &[], false, &["shop-id", "test-note"]),
        (&["test-token"], &[], false, &["test-token"]),
        (&["test-token"], &[], true, &["test-token"]),
        (&[], &["leak"], true, &["test-note"]),
        (&[], &["test-key"], false, &["shop-login", "test-note", "test-token"]),
        (&["leak"], &["test-key"], false, &["shop-login", "test-token"]),
        (&["test-key"], &["leak"], false, &[]),
        (&["shop-id"], &["shop-id"], true, &[]),
        (&["customer-data"], &[], false, &[]),
    ] {
        assert_eq!(shown(only, skip, identifiers), expected, "only {only:?} skip {skip:?} {identifiers}");
    }
}

#[test]
fn unknown_names_are_told_with_near_ones() {
    let catalogue = catalogue();
    for (name, message) in [
        ("leaks", "there is no rule or family `leaks`; did you mean `leak`?"),
        ("tets-token", "there is no rule or family `tets-token`; did you mean `test-token`?"),
        ("shop-log", "there is no rule or family `shop-log`; did you mean `shop-login`?"),
        ("zzzzzz", "there is no rule or family `zzzzzz`"),
        ("", "there is no rule or family ``"),
        ("LEAK", "there is no rule or family `LEAK`"),
    ] {
        for choice in [
            Choice { only: vec![name.to_owned()], ..Choice::default() },
            Choice { skip: vec![name.to_owned()], ..Choice::default() },
        ] {
            let unknown = Selection::new(&catalogue, &choice).unwrap_err();
            assert_eq!(unknown.iter().map(ToString::to_string).collect::<Vec<_>>(), [message]);
        }
    }
    let both = Choice { only: vec!["x1".to_owned()], skip: vec!["y1".to_owned()], ..Choice::default() };
    assert_eq!(Selection::new(&catalogue, &both).unwrap_err().len(), 2);
}

#[test]
fn unknown_names_of_settings_point_at_their_line() {
    let settings = settings(
        "only = [\"leak\", \"leek\"]\nskip = [\"test-tokens\"]\n\
         [[allow]]\nrule = \"leak\"\nowner = \"m\"\nreason = \"r\"\nfalse-positive = true\n\
         [[allow]]\nrule = \"test-kay\"\nowner = \"m\"\nreason = \"r\"\nfalse-positive = true\n\
         [[allow]]\nrule = \"test-key\"\nowner = \"m\"\nreason = \"r\"\nfalse-positive = true\n",
    );
    let faults: Vec<(u64, u64, String)> = unknown_names(&catalogue(), &settings)
        .into_iter()
        .map(|fault| (fault.line, fault.column, fault.message))
        .collect();
    let expected = [
        (1, 17, "there is no such rule or family; did you mean `leak`?"),
        (2, 9, "there is no such rule or family; did you mean `test-token`?"),
        (4, 8, "this is a family; an allow accepts one rule"),
        (9, 8, "there is no such rule; did you mean `test-key`?"),
    ];
    assert_eq!(faults, expected.map(|(line, column, message)| (line, column, message.to_owned())));
}

#[test]
fn severity_and_further_rules_hide_findings() {
    let catalogue = catalogue();
    let choice = Choice { min_severity: Some(Severity::Medium), ..Choice::default() };
    let selection = Selection::new(&catalogue, &choice).unwrap();
    assert!(selection.keeps(&finding("test-token", "a", 1, "s")));
    assert!(selection.keeps(&finding("test-note", "a", 1, "s")));
    assert!(!selection.keeps(&finding("test-key", "a", 1, "s")));
    assert!(!selection.is_narrowed());
    let selection = selection.without([RuleId::new("test-note")]);
    assert!(!selection.keeps(&finding("test-note", "a", 1, "s")));
    let skipping = Choice { skip: vec!["leak".to_owned()], ..Choice::default() };
    assert!(Selection::new(&catalogue, &skipping).unwrap().is_narrowed());
}
