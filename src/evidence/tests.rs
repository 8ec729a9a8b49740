use std::collections::BTreeMap;

use super::*;
use crate::lang::{AboutAnswer, AboutEvidence, Lang, Message};
use crate::model::Severity;

/// The time that everything here is judged by.
const NOW: &str = "2026-11-28T00:00:00Z";

/// A complete run over the whole history in which nothing is open.
fn run(at: &str, heads: &[&str]) -> Run {
    Run {
        at: format!("{at}T03:00:00Z"),
        bytes: 1_000,
        commits: 40,
        complete: true,
        counts: Counts::default(),
        files: 90,
        head: Some("a1".repeat(20)),
        heads: heads.iter().map(|head| (*head).to_owned()).collect(),
        leaks: 0,
        mode: "history".to_owned(),
        open: OpenPrints::default(),
        open_cut: false,
        parties: Vec::new(),
        policy: "2026-08-17".to_owned(),
        record: Record::sum(at.as_bytes()),
        refs: 3,
        rotated: Vec::new(),
        rules: format!("sha256:{}", "0f".repeat(32)),
        shallow: false,
        skipped: 0,
        states: BTreeMap::from([("test-data".to_owned(), State::EvidenceFound)]),
        suppressed: Vec::new(),
        tool: "0.1.0".to_owned(),
        v: RUN_VERSION,
        whole: true,
    }
}

fn line(run: &Run) -> String {
    run.to_line().unwrap()
}

fn name(line: &str) -> String {
    name_of(line).unwrap().0
}

/// The name of one finding.
fn print(digit: char) -> String {
    String::from(digit).repeat(32)
}

/// A run that saw findings open.
fn run_with(at: &str, heads: &[&str], critical: &[char], high: &[char]) -> Run {
    let prints = |digits: &[char]| digits.iter().map(|digit| print(*digit)).collect();
    let open = OpenPrints { critical: prints(critical), high: prints(high), medium: Vec::new() };
    let counts = Counts { critical: critical.len(), high: high.len(), ..Counts::default() };
    Run { open, counts, ..run(at, heads) }
}

/// Runs added one behind the other.
fn chain(days: &[&str]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for day in days {
        let heads: Vec<String> = lines.last().map(|last| name(last)).into_iter().collect();
        let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
        lines.push(line(&run(day, &heads)));
    }
    lines
}

fn verdict(lines: &[String]) -> Verdict {
    History::parse(&lines.join("\n")).verdict(NOW, None)
}

const DAYS: [&str; 4] = ["2026-09-10", "2026-10-05", "2026-10-30", "2026-11-15"];

#[test]
fn a_line_is_named_after_its_text_and_has_its_keys_in_order() {
    let line = line(&run("2026-11-01", &[]));
    let (stated, computed) = name_of(&line).unwrap();
    assert_eq!(stated, computed);
    let keys: Vec<&str> = line
        .split(&['{', ','][..])
        .filter_map(|part| part.strip_prefix('"')?.split_once("\":"))
        .map(|(key, _)| key)
        .collect();
    let top: Vec<&&str> = keys
        .iter()
        .filter(|key| !["critical", "high", "info", "low", "medium", "test-data"].contains(key))
        .collect();
    assert!(top.is_sorted(), "{top:?}");
    assert_eq!(serde_json::from_str::<Run>(&line).unwrap(), run("2026-11-01", &[]));
    let other = line.replace("\"files\":90", "\"files\":91");
    assert_ne!(name_of(&other).unwrap().1, stated);
}

#[test]
fn a_chain_holds() {
    let lines = chain(&DAYS);
    let verdict = verdict(&lines);
    assert!(verdict.holds() && verdict.faults.is_empty(), "{verdict:?}");
    assert_eq!(verdict.span, Some(("2026-09-10".to_owned(), "2026-11-15".to_owned())));
    assert_eq!(History::parse(&lines.join("\r\n")).heads(), [name(&lines[3])]);
}

#[test]
fn branches_are_merged_either_way_round() {
    let base = chain(&["2026-10-10"]);
    let from = name(&base[0]);
    let ours = line(&run("2026-10-30", &[&from]));
    let theirs = line(&run("2026-11-02", &[&from]));
    let one = [base[0].clone(), ours.clone(), theirs.clone()];
    let other = [base[0].clone(), theirs.clone(), ours.clone()];
    assert_eq!(verdict(&one), verdict(&other));
    let merged = verdict(&one);
    assert!(merged.holds(), "{merged:?}");
    assert_eq!(
        merged.faults,
        [Fault::Fork { from: Some(from), count: 2 }, Fault::Ends { count: 2 }],
        "a fork is named, and breaks nothing"
    );
    let heads = History::parse(&one.join("\n")).heads();
    assert_eq!(heads, History::parse(&other.join("\n")).heads());
    let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
    let next = line(&run("2026-11-10", &heads));
    let joined = verdict(&[one.to_vec(), vec![next]].concat());
    assert!(joined.holds() && !joined.faults.contains(&Fault::Ends { count: 2 }), "{joined:?}");
}

#[test]
fn a_line_that_was_taken_out_is_named() {
    let lines = chain(&DAYS);
    for gone in 0..3 {
        let mut rest = lines.clone();
        let name = name(&rest.remove(gone));
        let verdict = verdict(&rest);
        let by = DAYS[gone + 1].to_owned();
        assert!(verdict.faults.contains(&Fault::Unknown { name, by }), "{gone}: {verdict:?}");
        assert!(!verdict.holds());
    }
    // Nobody names the last one; git's history does.
    let rest = &lines[..3];
    assert!(verdict(rest).holds());
    let old = History::parse(&lines.join("\n"));
    let since = History::parse(&rest.join("\n")).verdict(NOW, Some(&old));
    let gone = Fault::Removed { name: name(&lines[3]), on: DAYS[3].to_owned() };
    assert!(since.faults.contains(&gone), "{since:?}");
    assert!(History::parse(&lines.join("\n")).verdict(NOW, Some(&old)).holds());
}

#[test]
fn a_line_that_was_changed_is_named() {
    let lines = chain(&DAYS);
    let mut edited = lines.clone();
    edited[3] = edited[3].replace("\"files\":90", "\"files\":9");
    let found = verdict(&edited);
    assert_eq!(found.faults, [Fault::Changed { name: name(&lines[3]), on: DAYS[3].to_owned() }]);
    assert!(!found.holds());
    // Whoever names it anew leaves the old name with nothing behind it.
    let mut forged = lines.clone();
    forged[1] = line(&Run { files: 9, ..run(DAYS[1], &[&name(&lines[0])]) });
    let found = verdict(&forged);
    let missing = Fault::Unknown { name: name(&lines[1]), by: DAYS[2].to_owned() };
    assert!(found.faults.contains(&missing) && !found.holds(), "{found:?}");
    assert!(History::parse(&forged.join("\n")).is_tampered_with());
}

#[test]
fn conflict_marks_duplicates_and_gaps_are_named() {
    let mut lines = chain(&DAYS);
    lines.insert(1, "<<<<<<< HEAD".to_owned());
    assert!(verdict(&lines).faults.contains(&Fault::Unreadable { line: 2 }));
    lines.remove(1);
    lines.push(lines[0].clone());
    let twice = Fault::Duplicate { name: name(&lines[0]), on: DAYS[0].to_owned(), count: 2 };
    assert_eq!(verdict(&lines).faults, [twice]);
    let pause = chain(&["2026-08-01", "2026-09-20", "2026-10-10"]);
    let from = |day: &str| day.to_owned();
    assert_eq!(
        verdict(&pause).faults,
        [
            Fault::Gap { from: from("2026-08-01"), to: Some(from("2026-09-20")), days: 50 },
            Fault::Gap { from: from("2026-10-10"), to: None, days: 48 },
        ]
    );
    // A run that could not read everything fills no gap.
    let first = line(&run("2026-10-01", &[]));
    let partial = Run { complete: false, ..run("2026-10-20", &[&name(&first)]) };
    let lines = [first, line(&partial)];
    assert_eq!(verdict(&lines).faults, [Fault::Gap { from: from("2026-10-01"), to: None, days: 57 }]);
}

#[test]
fn what_this_program_does_not_write_is_no_run() {
    let good = run("2026-11-01", &[]);
    assert!(good.is_well_formed());
    for bad in [
        Run { tool: "0.1.0 and a sentence".to_owned(), ..good.clone() },
        Run { head: Some("main".to_owned()), ..good.clone() },
        Run { rotated: vec!["Atzr".to_owned()], ..good.clone() },
        Run { parties: vec!["chat:a b".to_owned()], ..good.clone() },
        Run { at: "yesterday".to_owned(), ..good.clone() },
    ] {
        assert!(!bad.is_well_formed(), "{bad:?}");
        assert_eq!(History::parse(&line(&bad)).first_unreadable(), Some(1));
    }
}

#[test]
fn times_to_fix_are_those_between_runs() {
    let runs = [
        run_with("2026-09-01", &[], &['a'], &['b', 'c', 'd']),
        Run { suppressed: vec![print('d')], ..run_with("2026-09-06", &[], &[], &['b', 'c']) },
        // Files only: what is gone from them is still in the history.
        Run { mode: "worktree".to_owned(), ..run_with("2026-09-20", &[], &[], &[]) },
        Run { rotated: vec![print('c')], ..run_with("2026-10-20", &[], &[], &['b']) },
        Run { complete: false, ..run_with("2026-11-01", &[], &[], &[]) },
    ];
    let runs: Vec<&Run> = runs.iter().collect();
    let all = fixes(&runs, NOW);
    let told: Vec<(char, i64, bool)> = all
        .iter()
        .map(|fix| (fix.fingerprint.chars().next().unwrap(), fix.days, fix.closed.is_some()))
        .collect();
    assert_eq!(told, [('a', 5, true), ('b', 87, false), ('c', 49, true)]);
    let tables = FixTable::all(&all);
    let of = |severity| tables.iter().find(|table| table.severity == severity).unwrap();
    assert_eq!((of(Severity::Critical).in_time, of(Severity::Critical).late), (1, 0));
    let high = of(Severity::High);
    assert_eq!((high.in_time, high.late, high.open, high.overdue), (0, 1, 1, 1));
    assert_eq!(high.longest_days, Some(49));
}

fn history(runs: Vec<Run>) -> History {
    let mut text = String::new();
    for mut run in runs {
        run.heads = History::parse(&text).heads();
        text.push_str(&line(&run));
        text.push('\n');
    }
    History::parse(&text)
}

fn kept() -> Kept {
    let key = KeyKept {
        id: "orders-app".to_owned(),
        class: "lwa-client-secret".to_owned(),
        owner: "Mika".to_owned(),
        issued: "2026-10-01".to_owned(),
        rotate_by: "2027-03-30".to_owned(),
        rotated: vec!["2026-10-01".to_owned()],
        revoked: None,
    };
    Kept { live: 1, overdue: 0, leavers: 0, people: 1, keys: vec![key] }
}

#[test]
fn answers_are_made_of_facts_and_fit_the_form() {
    let hosts = (0..90).map(|n| format!("other:relay-{n}.stock-hub.app")).collect();
    let runs = vec![
        run_with("2026-10-01", &[], &['a'], &['b']),
        run_with("2026-10-05", &[], &[], &['b']),
        Run { parties: hosts, rotated: vec![print('b')], ..run("2026-11-01", &[]) },
    ];
    let (history, kept) = (history(runs), kept());
    for lang in Lang::ALL {
        for chars_max in [500, 300] {
            let answers = Answers { history: &history, ledger: Some(&kept), lang, chars_max, now: NOW };
            for item in ITEMS {
                let said = answers.answer(item).unwrap().said.unwrap();
                assert!(said.chars().count() <= chars_max, "{item}: {said}");
                assert!(!said.is_empty());
            }
        }
        let answers = Answers { history: &history, ledger: Some(&kept), lang, chars_max: 20, now: NOW };
        assert!(ITEMS.iter().all(|item| answers.answer(item).unwrap().said == Err(vec![Missing::Room])));
    }
    let answers =
        Answers { history: &history, ledger: Some(&kept), lang: Lang::En, chars_max: 500, now: NOW };
    let said = |item| answers.answer(item).unwrap().said.unwrap();
    assert_eq!(
        said("code-scanning"),
        "Our code is scanned for exposed credentials and risky handling of Amazon data with Kagiban 0.1.0 (rules \
         0f0f0f0f0f0f). From 2026-10-01 to 2026-11-01 3 complete scans are on record, at most 27 days apart. The \
         scan of 2026-11-01 left 0 critical, 0 high and 0 medium findings open. No interval was longer than 30 days."
    );
    assert!(
        said("outside-parties").contains("relay-0.stock-hub.app, ")
            && said("outside-parties").ends_with("others.")
    );
    assert!(said("remediation").contains("Critical findings (limit 7 days): 1 fixed in time"));
}

#[test]
fn without_a_fact_there_is_no_sentence() {
    let missing = |history: &History, ledger: Option<&Kept>, item: &str| {
        let answers = Answers { history, ledger, lang: Lang::En, chars_max: 500, now: NOW };
        answers.answer(item).unwrap().said.err()
    };
    let none = History::default();
    for item in ITEMS.iter().filter(|item| **item != "key-rotation") {
        assert!(missing(&none, None, item).is_some(), "{item}");
    }
    assert_eq!(missing(&none, None, "key-rotation"), Some(vec![Missing::Ledger]));
    let empty = Kept { live: 0, keys: Vec::new(), ..kept() };
    assert_eq!(missing(&none, Some(&empty), "key-rotation"), Some(vec![Missing::LedgerEntry]));
    let of_files = history(vec![Run { mode: "worktree".to_owned(), ..run("2026-11-01", &[]) }]);
    assert_eq!(missing(&of_files, None, "credential-exposure"), Some(vec![Missing::HistoryRun]));
    let shallow = history(vec![Run { shallow: true, ..run("2026-11-01", &[]) }]);
    assert_eq!(missing(&shallow, None, "credential-exposure"), Some(vec![Missing::HistoryRun]));
    let one = history(vec![run("2026-11-01", &[])]);
    assert_eq!(missing(&one, None, "credential-exposure"), None);
    assert_eq!(missing(&one, None, "code-scanning"), Some(vec![Missing::SecondRun]));
    let narrowed = history(vec![Run { whole: false, ..run("2026-11-01", &[]) }]);
    assert_eq!(missing(&narrowed, None, "outside-parties"), Some(vec![Missing::Run]));
    let by_fewer_rules = history(vec![Run { states: BTreeMap::new(), ..run("2026-11-01", &[]) }]);
    assert_eq!(missing(&by_fewer_rules, None, "test-data"), Some(vec![Missing::Rule]));
    let changed = History::parse(&line(&run("2026-11-01", &[])).replace("\"files\":90", "\"files\":9"));
    assert_eq!(missing(&changed, None, "outside-parties"), Some(vec![Missing::Whole]));
}

/// The tool says what was measured; nobody may read in it that a policy is met.
#[test]
fn no_sentence_says_that_anybody_complies() {
    let words =
        ["complian", "comply", "complies", "conform", "準拠", "遵守", "適合", "順守", "コンプライアンス"];
    for (name, source) in [
        ("en", include_str!("../lang/evidence/en.rs")),
        ("ja", include_str!("../lang/evidence/ja.rs")),
        ("page", include_str!("page.rs")),
        ("answers", include_str!("../cli/answers.rs")),
        ("questions", include_str!("../../rules/lists/questions.toml")),
    ] {
        let source = source.to_lowercase();
        for word in words {
            assert!(!source.contains(word), "{name}: {word}");
        }
    }
}

#[test]
fn every_sentence_is_said_in_both_languages() {
    let about = [
        AboutEvidence::Title,
        AboutEvidence::Intro,
        AboutEvidence::Bounds,
        AboutEvidence::ProvesOrder,
        AboutEvidence::Holds { runs: 1, first: "2026-11-01", last: "2026-11-01" },
        AboutEvidence::Fork { name: "0123", count: 2 },
        AboutEvidence::NoHistory { path: HISTORY_FILE },
        AboutEvidence::Missing(Missing::Measure),
        AboutEvidence::Because { reason: Reason::OpenFindings, count: 1 },
    ];
    let ids = crate::rules::lists::QUESTIONS.all.iter().map(|question| question.id.as_str());
    let items: Vec<AboutEvidence<'_>> = ids.map(|id| AboutEvidence::Item { id }).collect();
    for about in about.into_iter().chain(items) {
        let [en, ja] = Lang::ALL.map(|lang| Message::from(about).say(lang));
        assert!(!en.is_empty() && !ja.is_empty() && en != ja, "{about:?}: {en} / {ja}");
    }
    let one = AboutAnswer::Scans { version: "1", rules: "2", first: "3", last: "4", count: 1, days: 1 };
    assert!(Message::from(one).say(Lang::En).contains("1 complete scan is on record, at most 1 day apart"));
}
