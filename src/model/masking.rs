//! What must not be shown of a line, whether or not a rule or a field knows it.
//!
//! Invariants:
//! 1. A run of 16 or more characters of `[A-Za-z0-9+/=_.|-]` that holds a digit is hidden. It is
//!    measured in the text as it was: what a known value leaves of a run is hidden with it.
//! 2. User and password of an address are hidden.
//! 3. A name before `=` is no part of the value behind it.

use super::{Masked, Span};

/// Shortest run that is hidden.
const RUN_BYTES_MIN: usize = 16;

/// Masks every long run that holds a digit, and users and passwords in addresses.
#[must_use]
pub fn run_masked(text: &str) -> Masked {
    masked_but(text, &[])
}

/// Masks `known` spans as well as what [`run_masked`] masks.
#[must_use]
pub fn masked_but(text: &str, known: &[Span]) -> Masked {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for span in hidden(text, Span::new(0, text.len()), known) {
        out.push_str(text.get(done..span.start).unwrap_or_default());
        out.push('…');
        done = span.end;
    }
    out.push_str(text.get(done..).unwrap_or_default());
    Masked::of_safe(out)
}

/// Returns what is to be hidden within `part` of a text, sorted, apart from one another: `known`
/// spans, long runs, users of addresses.
#[must_use]
pub(super) fn hidden(text: &str, part: Span, known: &[Span]) -> Vec<Span> {
    let within = |span: &Span| Span::new(span.start.max(part.start), span.end.min(part.end));
    let mut all: Vec<Span> = known.iter().map(within).chain(users(text, part)).collect();
    all.retain(|span| span.start < span.end);
    let known = united(all);
    let mut all = known.clone();
    for run in runs(text, part) {
        hide_run(text, run, &known, &mut all);
    }
    united(all)
}

/// Joins spans that overlap or touch; the result is sorted.
#[must_use]
pub fn united(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    let mut all: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match all.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => all.push(span),
        }
    }
    all
}

pub(super) fn is_of_run(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b"+/=_.|-".contains(&b)
}

fn runs(text: &str, part: Span) -> impl Iterator<Item = Span> {
    let bytes = text.as_bytes().get(part.start..part.end).unwrap_or_default();
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + bytes.get(at..)?.iter().position(|b| is_of_run(*b))?;
        let length = bytes.get(start..)?.iter().take_while(|b| is_of_run(**b)).count();
        at = start + length;
        Some(Span::new(part.start + start, part.start + at))
    })
}

fn is_telling(text: &str, run: Span) -> bool {
    run.end - run.start >= RUN_BYTES_MIN
        && text.get(run.start..run.end).is_some_and(|run| run.bytes().any(|b| b.is_ascii_digit()))
}

fn hide_run(text: &str, run: Span, known: &[Span], all: &mut Vec<Span>) {
    let first = known.partition_point(|span| span.end <= run.start);
    let mut inside = known.iter().skip(first).take_while(|span| span.start < run.end).peekable();
    let is_run_telling = is_telling(text, run);
    let Some(next) = inside.peek() else {
        if is_run_telling {
            all.push(run);
        }
        return;
    };
    let before = Span::new(run.start, next.start);
    let name_length =
        text.get(before.start..before.end).and_then(|name| name.rfind('=')).map_or(0, |equal| equal + 1);
    let name = Span::new(before.start, before.start + name_length);
    if is_telling(text, name) {
        all.push(name);
    }
    if !is_run_telling {
        return;
    }
    all.push(Span::new(name.end, before.end.max(name.end)));
    let mut done = before.end;
    for span in inside {
        all.push(Span::new(done, span.start.max(done)));
        done = span.end;
    }
    all.push(Span::new(done, run.end.max(done)));
}

/// Masks what looks random in a message that names files or arguments.
#[must_use]
pub fn random_masked(text: &str) -> Masked {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for span in random_parts(text) {
        out.push_str(text.get(done..span.start).unwrap_or_default());
        out.push('…');
        done = span.end;
    }
    out.push_str(text.get(done..).unwrap_or_default());
    Masked::of_safe(out)
}

/// Returns the parts of names that look random. Words, dates and digests, which people and build
/// tools put into names, do not.
#[must_use]
pub fn random_parts(text: &str) -> Vec<Span> {
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, c) in text.char_indices().chain([(text.len(), '/')]) {
        if c.is_ascii_alphanumeric() || "+=_|-".contains(c) {
            continue;
        }
        if text.get(start..at).is_some_and(looks_random) {
            parts.push(Span::new(start, at));
        }
        start = at + c.len_utf8();
    }
    parts
}

/// Both letter cases and digits, which change as they do not in words.
fn looks_random(part: &str) -> bool {
    let letters: Vec<u8> = part.bytes().filter(u8::is_ascii_alphanumeric).collect();
    let has = |is_kind: fn(&u8) -> bool| letters.iter().any(is_kind);
    let is_mixed = has(u8::is_ascii_digit) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase);
    let kind = |b: &u8| (b.is_ascii_digit(), b.is_ascii_uppercase(), b.is_ascii_lowercase());
    let is_change = |(one, two): &(&u8, &u8)| {
        // A word begins with a capital letter.
        kind(one) != kind(two) && !(one.is_ascii_uppercase() && two.is_ascii_lowercase())
    };
    let changes = letters.iter().zip(letters.iter().skip(1)).filter(is_change).count();
    // A short part is random by fewer changes than a long one by chance has.
    let letters_a_change = if letters.len() < 20 { 3 } else { 4 };
    letters.len() >= RUN_BYTES_MIN && is_mixed && (changes + 1) * letters_a_change >= letters.len()
}

/// The part between `://` and `@` of addresses.
fn users(text: &str, part: Span) -> Vec<Span> {
    let Some(line) = text.get(part.start..part.end) else { return Vec::new() };
    let of_address = |(at, scheme): (usize, &str)| {
        let start = at + scheme.len();
        let rest = line.get(start..)?;
        let is_end = |c: char| c.is_whitespace() || "\"'`<>\\".contains(c);
        let address = rest.get(..rest.find(is_end).unwrap_or(rest.len()))?;
        let authority = address.get(..address.find(['/', '?', '#']).unwrap_or(address.len()))?;
        // A password that holds a slash as it is: what looks like the port is none.
        let is_broken = authority.split_once(':').is_some_and(|(_, port)| {
            !port.is_empty() && !port.contains('@') && !port.bytes().all(|b| b.is_ascii_digit())
        });
        let user = if is_broken { address } else { authority };
        Some(Span::new(part.start + start, part.start + start + user.rfind('@')?))
    };
    line.match_indices("://").filter_map(of_address).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_with_a_digit_are_masked() {
        assert_eq!(run_masked("token abcdefghijklmnop1 end").as_str(), "token … end");
        assert_eq!(run_masked("a-long-word-without-digits here").as_str(), "a-long-word-without-digits here");
        assert_eq!(run_masked("鍵abcdefghijklmnop1鍵").as_str(), "鍵…鍵");
    }

    #[test]
    fn what_a_value_leaves_of_a_run_is_masked_with_it() {
        let shown = |text: &str, known: &str| {
            let start = text.find(known).unwrap();
            masked_but(text, &[Span::new(start, start + known.len())]).to_string()
        };
        assert_eq!(shown("key=abcdefghijkl.mno1", "abcdefghijkl"), "key=…");
        assert_eq!(shown("key=xyz-abcdefghijkl1", "abcdefghijkl1"), "key=…");
        assert_eq!(shown("a.b-c=secret.", "secret"), "a.b-c=….");
        assert_eq!(shown("S3_ACCESS_KEY_SECRET=secret", "secret"), "…");
    }

    #[test]
    fn users_of_addresses_are_masked() {
        for (text, shown) in [
            ("git clone https://bob:pw@host/x.git", "git clone https://…@host/x.git"),
            ("'https://token@host'", "'https://…@host'"),
            ("postgres://a:p/w@host:5432/db", "postgres://…@host:5432/db"),
            ("https://host:8080/@scope/name", "https://host:8080/@scope/name"),
            ("amqp://u:p@w@host", "amqp://…@host"),
            ("https://host/ mail a@b", "https://host/ mail a@b"),
        ] {
            assert_eq!(run_masked(text).as_str(), shown);
        }
    }
}
