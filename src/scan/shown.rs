//! What of a scanned tree may be shown: names, never values.

use std::sync::{Arc, LazyLock};

use regex::Regex;

use crate::decode::{Layers, layers};
use crate::detect::{Sighting, detect};
use crate::fields;
use crate::model::{Limits, Origin, Place, Reading, Span, masked_but, random_parts, united};
use crate::rules::{RuleSet, meanings, personal};

/// Longest block between marks of PEM.
const PEM_BYTES_MAX: usize = 32 << 10;

/// Returns what excerpts of a text hide: every named value in it and in what its encodings hide,
/// everything that was seen, and keys in PEM.
pub(super) fn hidden(
    text: &str,
    readings: &[Reading<'_>],
    sightings: &[Vec<Sighting>],
    layers: &Layers,
) -> Vec<Span> {
    let mut all = pem_blocks(text);
    for (index, (reading, sightings)) in readings.iter().zip(sightings).enumerate() {
        // The first reading is the text itself, the others are its layers in their order.
        let outermost = |span| index.checked_sub(1).map_or(span, |layer| layers.outermost(layer, span));
        let values = reading.fields.iter().map(|field| field.value_span);
        all.extend(values.chain(sightings.iter().map(|s| s.span)).map(outermost));
    }
    united(all)
}

/// Returns what is hidden as well where a text holds something of a buyer: all but names that are
/// known.
pub(super) fn veiled(text: &str, reading: Option<&Reading<'_>>) -> Vec<Span> {
    let fields = reading.map_or(&[][..], |reading| reading.fields.as_slice());
    let is_known = |field: &&crate::model::Field<'_>| {
        !meanings(&field.name, &field.scope).is_empty() || personal(&field.name).is_some()
    };
    let names = united(fields.iter().filter(is_known).map(|field| field.name_span).collect());
    let mut all = Vec::with_capacity(names.len() + 1);
    let mut done = 0;
    for name in names {
        all.push(Span::new(done, name.start));
        done = name.end;
    }
    all.push(Span::new(done, text.len()));
    all
}

/// A block without an end is cut off: it reaches to the next blank line.
fn pem_blocks(text: &str) -> Vec<Span> {
    let mut blocks: Vec<Span> = Vec::new();
    for (start, _) in text.match_indices("-----BEGIN ") {
        if blocks.last().is_some_and(|block| start < block.end) {
            continue;
        }
        let end = text.floor_char_boundary(text.len().min(start + PEM_BYTES_MAX));
        let block = text.get(start..end).unwrap_or_default();
        let closed = block.find("-----END ").map(|at| {
            let rest = block.get(at + 9..).unwrap_or_default();
            at + 9 + rest.find("-----").map_or(0, |end| end + 5)
        });
        let length = closed.or_else(|| block.find("\n\n")).unwrap_or(block.len());
        blocks.push(Span::new(start, start + length));
    }
    blocks
}

/// Masks a path, which can hold a secret too: what a rule sees in it, the value behind a telling
/// name, what looks random. Its words stay, so that people find the file.
#[must_use]
pub fn safe_path(path: &str, rules: &RuleSet) -> String {
    let mut known = told(path, rules, |field| !meanings(&field.name, &field.scope).is_empty());
    known.extend(random_parts(path));
    known.extend(mails(path));
    // Most paths need the pattern not even compiled.
    if path.bytes().filter(u8::is_ascii_digit).count() >= PHONE_DIGITS_MIN {
        let phones = PHONE.captures_iter(path).filter_map(|found| found.get(1));
        known.extend(phones.map(|found| Span::new(found.start(), found.end())));
    }
    // Long paths are long runs: each part is masked by itself, where nothing known reaches over it.
    let mut safe = String::with_capacity(path.len());
    let mut done = 0;
    for span in united(known) {
        safe.push_str(path.get(done..span.start).unwrap_or_default());
        safe.push('…');
        done = span.end;
    }
    safe.push_str(path.get(done..).unwrap_or_default());
    safe
}

/// Digits of the shortest telephone number that is known.
const PHONE_DIGITS_MIN: usize = 6;
/// A telephone number in a path, in the groups in which Japan, North America and the world write it.
static PHONE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?x)(?:^|[^0-9A-Za-z])(?-u:(
            0[5-9]0\d{8} | 0\d-\d{4}-\d{4} | 0\d{2}-\d{3,4}-\d{4} | 0\d{3}-\d{2,3}-\d{4} | 0\d{4}-\d{1,2}-\d{4}
          | [2-9]\d{2}[-.][2-9]\d{2}[-.]\d{4} | \([2-9]\d{2}\)[-.\x20]?[2-9]\d{2}[-.]\d{4}
          | \+\d{1,3}[-.\x20]?\d{1,4}(?:[-.\x20]?\d{2,4}){2,3}
        ))(?:$|[^0-9])",
    )
    .expect("the pattern compiles: a test masks with it")
});

/// Addresses of mail in a path, up to the at sign. What stands before one in the same name is of the
/// same person.
fn mails(path: &str) -> Vec<Span> {
    let is_of_domain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_');
    let of_sign = |(at, _): (usize, &str)| {
        let before = path.get(..at)?;
        let name = before.chars().rev().take_while(|c| c.is_alphanumeric() || "._-+".contains(*c));
        let start = at - name.map(char::len_utf8).sum::<usize>();
        let domain = path.get(at + 1..)?;
        let domain = domain.get(..domain.bytes().take_while(|b| is_of_domain(*b)).count())?;
        let mut labels = domain.split('.');
        let (first, second) = (labels.next()?, labels.next()?);
        // Pictures of double size and packages of a version have the sign too.
        let is_mail = first.len() > 1
            && (first.starts_with(|c: char| c.is_ascii_alphabetic())
                || first.bytes().all(|b| b.is_ascii_digit()))
            && second.len() > 1
            && second.starts_with(|c: char| c.is_ascii_alphabetic());
        (start < at && is_mail).then(|| Span::new(start, at))
    };
    path.match_indices('@').filter_map(of_sign).collect()
}

/// Masks a sentence of a scanned tree as excerpts are masked.
#[must_use]
pub fn safe_text(text: &str, rules: &RuleSet) -> String {
    masked_but(text, &united(told(text, rules, |_| true))).to_string()
}

pub(super) fn safe_origin(origin: &Origin, rules: &RuleSet) -> Origin {
    let mut origin = origin.clone();
    origin.path = origin.path.map(|path| safe_path(&path, rules).into());
    origin.reference = None;
    origin
}

pub(super) fn safe_inner(inner: &[String], rules: &RuleSet) -> Vec<String> {
    inner.iter().map(|member| safe_path(member, rules)).collect()
}

pub(super) fn safe_place(place: &Place, rules: &RuleSet) -> Place {
    Place {
        origin: Arc::new(safe_origin(&place.origin, rules)),
        inner: safe_inner(&place.inner, rules),
        region: place.region,
        cell: place.cell.clone(),
    }
}

/// What rules and fields tell of a short text and of what its encodings hide.
fn told(text: &str, rules: &RuleSet, is_telling: impl Fn(&crate::model::Field<'_>) -> bool) -> Vec<Span> {
    let found = layers(text, &Limits::STANDARD);
    let mut spans = Vec::new();
    let texts = std::iter::once(text).chain(found.all.iter().map(|layer| layer.text.as_str()));
    for (index, text) in texts.enumerate() {
        let reading = Reading::new(text, fields::read(text, None));
        let seen = detect(&reading, rules).into_iter().map(|s| s.span);
        let values = reading.fields.iter().filter(|field| is_telling(field)).map(|field| field.value_span);
        let outermost = |span| index.checked_sub(1).map_or(span, |layer| found.outermost(layer, span));
        spans.extend(seen.chain(values).map(outermost));
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{Catalogue, sample};

    #[test]
    fn ordinary_paths_stay() {
        let rules = RuleSet::new(Catalogue::builtin().unwrap(), None);
        for path in [
            "src/integration/v2/Base64EncoderTest.java",
            "docs/2024-01-15-release-notes.md",
            "dist/main.8f3a9c2d1e4b5a6f7c8d.js",
            "migrations/20240115093022_AddUserTable.cs",
            "資料/出品者ID一覧2024.xlsx",
            "docs/SP-API_v2021-06-30_Orders-Client2.md",
            "img/Screenshot_2024-01-15-10-22-33_com.example.app.png",
            "a/0f8fad5b-d9cb-469f-a165-70867728950e/x",
            "year=2024/month=05/part-00000.csv",
            "img/icon@2x.png",
            "node_modules/@scope/pkg@1.0.0.tgz",
            "reports/01-12-2024.csv",
            "orders/250-9081726-3345100.json",
            "logs/2026-10-02-0312.log",
            "invoices/2026-0001-0042.pdf",
        ] {
            assert_eq!(safe_path(path, &rules), path);
        }
    }

    #[test]
    fn people_in_paths_go() {
        let rules = RuleSet::new(Catalogue::builtin().unwrap(), None);
        for seed in 0..50 {
            let (mail, alias) = (sample("{mail}", seed), sample("{alias}@marketplace.amazon.co.jp", seed));
            let (phone, here) = (sample("{phone}", seed), sample("{phone:ja}", seed));
            let name = sample("{name:ja}", seed).replace(' ', "");
            for (path, hidden) in [
                (format!("orders/{mail}.csv"), mail.split('@').next().unwrap()),
                (format!("orders/{name}_{mail}/1.json"), name.as_str()),
                (format!("mail/{alias}.eml"), alias.split('@').next().unwrap()),
                (format!("calls/tel_{phone}.txt"), phone.as_str()),
                (format!("calls/{here}.txt"), here.as_str()),
            ] {
                let shown = safe_path(&path, &rules);
                assert!(!shown.contains(hidden), "{path}: {shown}");
                assert!(shown.starts_with(path.split('/').next().unwrap()), "{shown}");
            }
        }
    }

    #[test]
    fn secrets_in_paths_go() {
        let rules = RuleSet::new(Catalogue::builtin().unwrap(), None);
        for seed in 0..50 {
            for (shape, before, after) in [
                ("amzn1.oa2-cs.v1.{hex:64}", "keys/", ".txt"),
                ("ghp_{alnum:36}", "tokens/", "/x"),
                ("{alnum:40}", "a/b-", ".pem"),
                ("ya29.{b64url:60}", "a/", ".txt"),
                ("{hex:64}", "lwa_client_secret=", ".txt"),
            ] {
                let value = sample(shape, seed);
                let shown = safe_path(&format!("{before}{value}{after}"), &rules);
                let folder = before.rfind('/').map_or("", |end| before.get(..=end).unwrap());
                assert!(shown.starts_with(folder), "{shown}");
                let tail = value.get(value.len() - 20..).unwrap();
                assert!(!shown.contains(tail), "{shown}");
            }
        }
    }
}
