//! Any bytes are audited: no panic, and time that grows with the size and not faster.

mod proof;

use std::time::{Duration, Instant};

use kagiban::model::Limits;
use kagiban::rules::{RuleSet, sample};
use proof::{cases, catalogue, rule_set, scan};
use proptest::prelude::*;

/// Pieces that begin something: names, quotes, escapes, encodings, marks of tables and blocks.
const UNITS: &[&[u8]] = &[
    b"\"",
    b"'",
    b"`",
    b"\\",
    b"\\\"",
    b"\\u00",
    b"%",
    b"%7",
    b"%25",
    b"&#",
    b"&quot;",
    b"=",
    b"==",
    b":",
    b"|",
    b"| a ",
    b",",
    b";",
    b"\t",
    b"\n",
    b"\r",
    b"\r\n",
    b" ",
    b"  ",
    b"(",
    b"{",
    b"[",
    b"<",
    b"</",
    b"<a>",
    b"<!--",
    b"#",
    b"//",
    b"@",
    b"://",
    b"a=",
    b"a:",
    b"key: |\n  ",
    b"- ",
    b"\"a\": ",
    b"\" + \"",
    b"' . '",
    b"\\\n",
    b"=\n",
    b"=3D",
    b"client_secret",
    b"lwa_client_secret=",
    b"amazon",
    b"Atzr|",
    b"Atzr%7C",
    b"amzn1.oa2-cs.v1.",
    b"AKIA",
    b"mws.",
    b"sellingpartner",
    b"password",
    b"kagiban:allow ",
    b"-----BEGIN ",
    b"-----END ",
    b"QXR6",
    b"QXR6cnw",
    b"4174",
    b"0x",
    b"\0",
    b"A\0t\0z\0",
    b"\xff\xfe",
    b"\xfe\xff",
    b"\xef\xbb\xbf",
    b"\x1b$B",
    b"\x83",
    b"\xe3\x82",
    b"\xf0\x9f\x98",
    b"\x80",
    b"\xff",
    b"\xe7\xa7\x98\xe5\xaf\x86\xe3\x82\xad\xe3\x83\xbc",
    b"otpauth://totp/amazon?secret=",
    b"X-Amz-Signature=",
    b"a=${",
    b"{{ a | default(",
    b"<<< ",
    b" | ",
    b"a['b'] = ",
    b"->a(",
    b"export A=",
];

fn audited(rules: &RuleSet, bytes: Vec<u8>) -> Duration {
    let began = Instant::now();
    let found = scan(rules, vec![("seller/a.txt".to_owned(), bytes)]);
    assert!(found.findings.len() <= Limits::STANDARD.candidates_max * 2);
    began.elapsed()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_audited(bytes in prop::collection::vec(any::<u8>(), 0..3_000)) {
        audited(&rule_set(), [b"seller amzn1. Atzr|", &bytes[..]].concat());
        audited(&rule_set(), bytes);
    }

    #[test]
    fn any_mixture_of_marks_is_audited(picks in prop::collection::vec((0..UNITS.len(), 1_usize..4), 0..200)) {
        let bytes: Vec<u8> = picks.iter().flat_map(|(unit, times)| UNITS[*unit].repeat(*times)).collect();
        audited(&rule_set(), [b"seller\n", &bytes[..]].concat());
    }

    /// Examples with bytes dropped, doubled and changed.
    #[test]
    fn any_damage_is_audited(
        pick in any::<prop::sample::Index>(),
        damages in prop::collection::vec((any::<prop::sample::Index>(), 0..3, any::<u8>()), 1..12),
    ) {
        let cases = cases(&catalogue());
        let mut bytes = cases[pick.index(cases.len())].files().remove(0).1;
        for (at, kind, byte) in damages {
            let at = at.index(bytes.len().max(1)).min(bytes.len().saturating_sub(1));
            match kind {
                0 if !bytes.is_empty() => { bytes.remove(at); }
                1 => bytes.insert(at, byte),
                _ => bytes.truncate(at),
            }
        }
        audited(&rule_set(), bytes);
    }
}

/// Time for a megabyte of any kind, in an unoptimised build on a busy machine: what is quadratic
/// takes minutes.
const MEGABYTE_MAX: Duration = Duration::from_secs(40);

#[test]
fn repeated_units_take_no_more_than_linear_time() {
    let rules = rule_set();
    let mut slow = Vec::new();
    for unit in UNITS {
        let bytes = [b"seller amazon_key ", &unit.repeat((256 << 10) / unit.len())[..]].concat();
        let spent = audited(&rules, bytes);
        if spent > MEGABYTE_MAX / 4 {
            slow.push(format!("{:?}: {spent:?}", String::from_utf8_lossy(unit)));
        }
    }
    assert!(slow.is_empty(), "{}", slow.join("\n"));
}

#[test]
fn pairs_of_units_take_no_more_than_linear_time() {
    let rules = rule_set();
    let mut random = fastrand::Rng::with_seed(5);
    let mut slow = Vec::new();
    for _ in 0..120 {
        let pair: Vec<u8> = (0..3).flat_map(|_| UNITS[random.usize(..UNITS.len())]).copied().collect();
        let bytes = [b"seller amazon_key ", &pair.repeat((64 << 10) / pair.len())[..]].concat();
        let spent = audited(&rules, bytes);
        if spent > MEGABYTE_MAX / 16 {
            slow.push(format!("{:?}: {spent:?}", String::from_utf8_lossy(&pair)));
        }
    }
    assert!(slow.is_empty(), "{}", slow.join("\n"));
}

/// Many findings on one line, each with an excerpt of it.
#[test]
fn a_long_line_of_secrets_takes_no_more_than_linear_time() {
    let rules = rule_set();
    for between in ["\"", "&", ",", " "] {
        let line: String =
            (0..2_500).map(|n| format!("{}{between}", sample("amzn1.oa2-cs.v1.{hex:64}", n))).collect();
        assert!(audited(&rules, line.into_bytes()) < MEGABYTE_MAX / 4, "{between}");
    }
}
