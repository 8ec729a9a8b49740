use proptest::prelude::*;

use super::*;
use crate::policy::tests::{catalogue, finding};

fn baseline(findings: &[Finding]) -> Baseline {
    Baseline::create(&catalogue(), findings).baseline
}

fn sample_findings() -> Vec<Finding> {
    vec![
        finding("test-token", "src/b.py", 9, "one"),
        finding("test-token", "src/a.py", 3, "two"),
        finding("test-note", "docs/鍵 \"x\".md", 1, ""),
        finding("test-token", "src/c.py", 1, "one"),
    ]
}

#[test]
fn the_file_is_sorted_lines_without_lines_and_dates() {
    let text = baseline(&sample_findings()).to_text();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.first(), Some(&"{\"version\": 1, \"entries\": ["));
    assert_eq!(lines.last(), Some(&"]}"));
    let entries = &lines[1..lines.len() - 1];
    assert_eq!(entries.len(), 4);
    assert!(entries.is_sorted());
    assert!(entries.iter().all(|line| line.starts_with("{\"fingerprint\":\"")));
    assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok());
    assert_eq!(Baseline::default().to_text(), "{\"version\": 1, \"entries\": [\n]}\n");
}

#[test]
fn creating_again_gives_the_same_bytes() {
    let mut findings = sample_findings();
    let text = baseline(&findings).to_text();
    findings.reverse();
    findings.extend(sample_findings());
    assert_eq!(baseline(&findings).to_text(), text);
    assert_eq!(Baseline::parse("b", &text).unwrap().to_text(), text);
}

#[test]
fn guessable_findings_and_expired_waivers_are_left_out() {
    let mut findings = sample_findings();
    findings.push(finding("shop-login", "a.txt", 1, "hunter2"));
    let mut masked = finding("test-token", "a.txt", 1, "x");
    masked.secret.as_mut().unwrap().length = None;
    findings.push(masked);
    let mut waiver = finding("test-note", "kagiban.toml", 1, "");
    waiver.rule = RuleId::new("waiver-expired");
    findings.push(waiver);
    let created = Baseline::create(&catalogue(), &findings);
    assert_eq!((created.baseline.len(), created.left_out), (4, 3));
    let text = created.baseline.to_text();
    assert!(!text.contains("shop-login") && !text.contains("waiver-expired"));
}

#[test]
fn pruning_keeps_what_is_still_there() {
    let findings = sample_findings();
    let mut pruned = baseline(&findings);
    let present: BTreeSet<Fingerprint> = [findings[0].fingerprint].into();
    assert_eq!(pruned.prune(&present), 2);
    assert_eq!(pruned, baseline(&[findings[0].clone(), findings[3].clone()]));
    assert_eq!(pruned.prune(&present), 0);
    assert_eq!(pruned.prune(&BTreeSet::new()), 2);
    assert!(pruned.is_empty());
}

#[test]
fn merged_and_formatted_files_are_read() {
    let findings = sample_findings();
    let one = baseline(&findings[..2]).to_text();
    let two = baseline(&findings[1..]).to_text();
    let all = baseline(&findings);
    let entry_lines = |text: &str| -> Vec<String> {
        text.lines().filter(|line| line.contains("fingerprint")).map(str::to_owned).collect()
    };
    let mut union = entry_lines(&two);
    union.extend(entry_lines(&one));
    let header = "{\"version\": 1, \"entries\": [";
    let pretty =
        serde_json::to_string_pretty(&serde_json::from_str::<serde_json::Value>(&all.to_text()).unwrap())
            .unwrap();
    for text in [
        format!("{one}{two}"),
        format!("{header}\n{}\n]}}", union.join("\n")),
        format!("{header}\n{},\n]}}", union.join(",\n")),
        format!("{}\n{header}\n]}}\n", union.join("\n")),
        format!("\u{feff}{}", all.to_text().replace('\n', "\r\n")),
        all.to_text().replace('\n', ""),
        pretty,
    ] {
        assert_eq!(Baseline::parse("b", &text).unwrap(), all, "{text}");
    }
}

#[test]
fn broken_files_name_the_line() {
    let entry = format!("{{\"fingerprint\":\"{}\",\"rule\":\"r\",\"path\":\"p\"}}", "0".repeat(32));
    let header = "{\"version\": 1, \"entries\": [";
    for (text, line, reason) in [
        (String::new(), 1, "does not say its version"),
        (format!("{entry}\n"), 1, "does not say its version"),
        ("{\"version\": 2, \"entries\": [\n]}".to_owned(), 1, "another version"),
        (format!("{header}\n{entry},\n<<<<<<< HEAD\n{entry}\n=======\n>>>>>>> x\n]}}"), 3, "merge conflict"),
        (format!("{header}\n{entry},\nnonsense\n]}}"), 3, "no entry"),
        (
            format!("{header}\n{{\"fingerprint\":\"abc\",\"rule\":\"r\",\"path\":\"p\"}}\n]}}"),
            2,
            "32 hex digits",
        ),
        (format!("{header}\n{{\"fingerprint\":\"abc\"}}\n]}}"), 2, "no entry"),
        (format!("{header}\n{}\n]}}", entry.replace("\"path\"", "\"line\"")), 2, "no entry"),
        ("[]".to_owned(), 1, "no entry"),
    ] {
        let error = Baseline::parse("kagiban-baseline.json", &text).unwrap_err().to_string();
        assert!(error.starts_with(&format!("kagiban-baseline.json:{line}: ")), "{text}\n{error}");
        assert!(error.contains(reason), "{text}\n{error}");
    }
}

#[test]
fn files_are_replaced_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kagiban-baseline.json");
    let written = baseline(&sample_findings());
    written.write(&path).unwrap();
    Baseline::default().write(&path).unwrap();
    written.write(&path).unwrap();
    assert_eq!(Baseline::read(&path).unwrap(), written);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    let missing = folder.path().join("absent/kagiban-baseline.json");
    assert!(matches!(written.write(&missing), Err(BaselineError::Unwritable { .. })));
    assert!(matches!(Baseline::read(&missing), Err(BaselineError::Unreadable { .. })));
    assert!(matches!(Baseline::read(folder.path()), Err(BaselineError::Unreadable { .. })));
    // A folder in its place cannot be replaced, and nothing unfinished is left behind.
    let taken = folder.path().join("taken");
    fs::create_dir_all(taken.join("x")).unwrap();
    assert!(written.write(&taken).is_err());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
}

fn some_findings() -> impl Strategy<Value = Vec<Finding>> {
    let one = ("[a-z/]{1,12}|\\PC{0,12}", "[a-z]{1,3}", 1_u64..99)
        .prop_map(|(path, secret, line)| finding("test-token", &path, line, &secret));
    prop::collection::vec(one, 0..8)
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in any::<String>(), lines in prop::collection::vec("[\\[\\]{}\":, a-z0-9<=]{0,30}", 0..6)) {
        let _ = Baseline::parse("b", &text);
        let _ = Baseline::parse("b", &format!("{{\"version\": 1, \"entries\": [\n{}", lines.join("\n")));
    }

    #[test]
    fn every_baseline_comes_back(findings in some_findings()) {
        let created = baseline(&findings);
        prop_assert_eq!(&Baseline::parse("b", &created.to_text()).unwrap(), &created);
    }

    #[test]
    fn line_unions_are_the_union(ours in some_findings(), theirs in some_findings()) {
        let text = format!("{}{}", baseline(&ours).to_text(), baseline(&theirs).to_text());
        let mut shuffled: Vec<&str> = text.lines().collect();
        shuffled.sort_by_key(|line| line.bytes().rev().collect::<Vec<_>>());
        let both: Vec<Finding> = ours.into_iter().chain(theirs).collect();
        prop_assert_eq!(Baseline::parse("b", &text).unwrap(), baseline(&both));
        prop_assert_eq!(Baseline::parse("b", &shuffled.join("\n")).unwrap(), baseline(&both));
    }
}
