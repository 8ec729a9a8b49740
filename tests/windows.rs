//! A document read in windows is judged as the same document read whole.

mod proof;

use std::io::{self, Read};
use std::sync::Arc;

use kagiban::model::{Finding, Limits, Mode, Origin, Region};
use kagiban::rules::{RuleSet, sample};
use kagiban::scan::{Plan, Progress, scan};
use kagiban::settings::Own;
use kagiban::source::{Content, Sink, Source};
use proof::{cases, catalogue, rule_set, utf16};
use proptest::prelude::*;

/// A document that is read piece by piece, also when it would fit into one.
struct Streamed<'a> {
    path: &'a str,
    bytes: &'a [u8],
}

struct Pieces<'a> {
    bytes: &'a [u8],
    rest: &'a [u8],
}

impl Content for Pieces<'_> {
    fn restart(&mut self) -> io::Result<Option<()>> {
        self.rest = self.bytes;
        Ok(Some(()))
    }

    fn reader(&mut self) -> &mut dyn Read {
        &mut self.rest
    }

    fn bytes_read(&self) -> u64 {
        (self.bytes.len() - self.rest.len()) as u64
    }
}

impl Source for Streamed<'_> {
    fn mode(&self) -> Mode {
        Mode::Worktree
    }

    fn visit(&self, _limits: &Limits, sink: &dyn Sink) {
        let origin = Arc::new(Origin::file(self.path));
        sink.stream(&origin, &mut Pieces { bytes: self.bytes, rest: self.bytes });
    }
}

type Seen = Vec<(String, String, Option<Region>, String)>;

fn seen(findings: &[Finding]) -> Seen {
    let one = |f: &Finding| {
        let secret = f.secret.as_ref().map(|s| s.redacted.to_string()).unwrap_or_default();
        (f.rule.to_string(), f.fingerprint.to_string(), f.place.region, secret)
    };
    let mut all: Seen = findings.iter().map(one).collect();
    all.sort();
    all
}

fn findings(rules: &RuleSet, path: &str, bytes: &[u8], limits: &Limits) -> Seen {
    let source = Streamed { path, bytes };
    let progress = Progress::default();
    let own = Own::nobody();
    let plan = Plan {
        source: &source,
        rules,
        limits,
        progress: &progress,
        own: &own,
        ledger: &kagiban::ledger::Ledger::absent(),
        now: jiff::Timestamp::UNIX_EPOCH,
        exposure: None,
        reads_whole: false,
        audits: kagiban::audit::Chosen::ALL,
    };
    seen(&scan(plan).findings)
}

fn small(window_bytes: usize) -> Limits {
    Limits { window_bytes, window_overlap_bytes: 16 << 10, ..Limits::STANDARD }
}

/// Lines that say nothing, of about the wanted size.
fn filler(bytes: usize, seed: u64) -> String {
    let mut text = String::new();
    let mut line = seed;
    while text.len() < bytes {
        line = line.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let words = ["plain words", "注文の一覧です", "nothing = 1", "", "# a remark", "x,y,z"];
        text.push_str(words.get((line >> 33) as usize % words.len()).expect("the index is within them"));
        text.push('\n');
    }
    text
}

#[test]
fn every_positive_far_into_a_text_is_found_where_it_is() {
    let rules = rule_set();
    let mut faults = Vec::new();
    for case in cases(&catalogue()).iter().filter(|case| case.is_positive) {
        for (path, bytes) in case.files() {
            let text = String::from_utf8(bytes).expect("examples are text");
            let text = format!("{}\n\n{text}\n\n{}", filler(26_000, 1), filler(12_000, 2));
            for (form, bytes, size) in [
                ("UTF-8", text.clone().into_bytes(), 20 << 10),
                ("UTF-16BE", utf16(&text, true, false), 30_001),
            ] {
                let whole = findings(&rules, &path, &bytes, &Limits::STANDARD);
                let parts = findings(&rules, &path, &bytes, &small(size));
                if whole != parts {
                    faults.push(format!("{} / {} in {form}:\n {whole:?}\n {parts:?}", case.rule, case.name));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_header_row_explains_rows_in_later_windows() {
    let rules = rule_set();
    let rows: String = (0..3_000)
        .map(|row| {
            let secret = if row % 500 == 17 { sample("{hex:64}", row) } else { "none".to_owned() };
            format!("shop {row},{row},{secret}\n")
        })
        .collect();
    for header in ["shop,id,lwa_client_secret\n", "\u{feff}店舗,番号,LWAクライアントシークレット\n"]
    {
        let text = format!("{header}{rows}");
        let whole = findings(&rules, "shops.csv", text.as_bytes(), &Limits::STANDARD);
        assert_eq!(whole.len(), 6, "{header}");
        assert_eq!(findings(&rules, "shops.csv", text.as_bytes(), &small(24 << 10)), whole, "{header}");
    }
}

#[test]
fn a_header_row_further_down_explains_rows_in_later_windows() {
    let rules = rule_set();
    let rows: String = (0..3_000)
        .map(|row| {
            let secret = if row % 500 == 17 { sample("{hex:64}", row) } else { "none".to_owned() };
            format!("| shop {row} | {row} | {secret} |\n")
        })
        .collect();
    let text =
        format!("{}\n| shop | id | lwa_client_secret |\n| --- | --- | --- |\n{rows}", filler(40_000, 3));
    let whole = findings(&rules, "shops.md", text.as_bytes(), &Limits::STANDARD);
    assert_eq!(whole.len(), 6);
    assert_eq!(findings(&rules, "shops.md", text.as_bytes(), &small(24 << 10)), whole);
}

#[test]
fn a_word_explains_values_before_and_after_it() {
    let rules = rule_set();
    let secret = sample("client_secret = \"{hex:64}\"", 5);
    let word = "https://sellingpartnerapi-fe.amazon.com";
    for text in [
        format!("{secret}\n{}\n{word}\n", filler(90_000, 4)),
        format!("{word}\n{}\n{secret}\n", filler(90_000, 4)),
    ] {
        let whole = findings(&rules, "a.py", text.as_bytes(), &Limits::STANDARD);
        assert_eq!(whole.len(), 1);
        assert_eq!(findings(&rules, "a.py", text.as_bytes(), &small(24 << 10)), whole);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    /// Tokens at any distance from any border, on lines of any length.
    #[test]
    fn tokens_across_borders_are_found(
        gaps in prop::collection::vec((0_usize..9_000, 0_usize..4), 3..14),
        window in (17_usize << 10)..40_000,
        form in 0..3,
    ) {
        let rules = rule_set();
        let mut text = String::new();
        for (seed, (gap, kind)) in (0..).zip(gaps) {
            let unit = ["word ", "鍵の話。", "line\n", "{\"a\":1},"][kind];
            text.push_str(&unit.repeat(gap / unit.len()));
            let shape = ["\"Atzr|{b64url:335}\" ", "amzn1.oa2-cs.v1.{hex:64}\n"][seed as usize % 2];
            text.push_str(&sample(shape, seed));
        }
        let bytes = match form {
            0 => text.into_bytes(),
            1 => utf16(&text, false, true),
            _ => utf16(&text, true, true),
        };
        let whole = findings(&rules, "a.txt", &bytes, &Limits::STANDARD);
        prop_assert!(!whole.is_empty());
        prop_assert_eq!(findings(&rules, "a.txt", &bytes, &small(window)), whole);
    }
}

/// Values that only their document can explain, however many, do not crowd out a token behind them.
#[test]
fn many_weak_sightings_hide_no_strong_one() {
    let rules = rule_set();
    let weak: String = (0..5_000).map(|n| format!("secret_key = \"{}\"\n", sample("{b64:40}", n))).collect();
    let text = format!("# mws_ tools\n{weak}\ntoken = \"{}\"\n", sample("Atzr|IwEBI{b64url:322}", 1));
    let found = findings(&rules, "a.py", text.as_bytes(), &Limits::STANDARD);
    assert!(found.iter().any(|f| format!("{f:?}").contains("lwa-refresh-token")), "{} findings", found.len());
}
