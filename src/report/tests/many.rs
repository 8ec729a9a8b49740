//! Very many findings, and links, on the terminal.

use std::path::Path;
use std::sync::Arc;

use crate::lang::Lang;
use crate::model::{Coverage, Finding, Fingerprint, Mode, Origin, Place, Report, Severity};
use crate::report::fixture::{catalogue, facts, full, leak, written};
use crate::report::wrap::columns_of;
use crate::report::{Context, reporter_named};

/// Findings of one rule, the last of them critical.
fn many(count: usize) -> Report {
    let one = leak("lwa-client-secret", Origin::file("a"), "k={s}\n", "amzn1.oa2-cs.v1.{hex:64}", 16);
    let finding = |number: usize| Finding {
        place: Place { origin: Arc::new(Origin::file(&format!("f{number:04}"))), ..one.place.clone() },
        fingerprint: Fingerprint::of(&[number.to_string().as_bytes()]),
        severity: if number + 1 == count { Severity::Critical } else { Severity::High },
        ..one.clone()
    };
    let findings = (0..count).map(finding).collect();
    Report::new(facts(Mode::Worktree), findings, Vec::new(), Vec::new(), Coverage::default())
}

#[test]
fn of_very_many_the_worst_are_shown_and_the_others_counted() {
    for lang in Lang::ALL {
        let text = written("human", &many(5_000), lang);
        let shown = text.lines().filter(|line| line.contains("[lwa-client-secret]:")).count();
        assert_eq!(shown, 100);
        assert!(text.contains(" --> f4999:1:3"), "the worst is among them");
        assert!(text.lines().count() < 650, "{}", text.lines().count());
        let word = text.lines().rev().take(8).collect::<Vec<_>>().join("\n");
        assert!(
            word.contains("4,900") && word.contains("5,000") && word.contains("--report kagiban.html"),
            "{word}"
        );
        assert!(!written("human", &many(100), lang).contains("kagiban.html"));
    }
}

#[test]
fn places_are_links_where_the_terminal_has_them() {
    let catalogue = catalogue();
    let plain = Context { catalogue: &catalogue, lang: Lang::Ja, width: Some(90), color: false, links: None };
    let linked = Context { links: Some(Path::new("/shop")), ..plain };
    let drawn = |context: &Context<'_>| {
        let mut out = Vec::new();
        reporter_named("human").unwrap().write(&full(), context, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    };
    let text = drawn(&linked);
    assert!(
        text.contains("--> \u{1b}]8;;file:///shop/src/config.py\u{1b}\\src/config.py:2:22\u{1b}]8;;\u{1b}\\")
    );
    let without: String = text
        .split("\u{1b}]8;;")
        .enumerate()
        .map(|(at, part)| if at == 0 { part } else { part.split_once("\u{1b}\\").unwrap().1 })
        .collect();
    assert_eq!(without, drawn(&plain));
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    let catalogue = catalogue();
    for (lang, width) in Lang::ALL.into_iter().flat_map(|lang| [72, 80, 120].map(|width| (lang, width))) {
        let context = Context { catalogue: &catalogue, lang, width: Some(width), color: false, links: None };
        let mut out = Vec::new();
        reporter_named("human").unwrap().write(&full(), &context, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        // A place is one word, however long, and so is a command with what is said of it.
        let too_wide = |line: &&str| columns_of(line) > usize::from(width) && !line.contains(['#', '>']);
        let wide: Vec<&str> = text.lines().filter(too_wide).collect();
        assert_eq!(wide, Vec::<&str>::new(), "{lang:?} at {width}");
    }
}
