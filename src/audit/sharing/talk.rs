//! Who says what in a talk that was written down: one asks for a credential, another gives it.
//!
//! Exports of messengers name who speaks in front of what is said, behind a time, in a line of its own
//! or as a member of an object. A value that one of them says is handed to the other.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::phrases;
use crate::audit::Page;
use crate::audit::pattern::pattern_in_any_case;
use crate::model::Span;

/// What counts where one asks and another gives.
const ASKED: i32 = 3;
/// What counts where somebody only says that it came.
const ANSWERED: i32 = 2;
/// Bytes of a talk that are looked at.
const TALK_BYTES_MAX: usize = 16 << 10;

/// What somebody says.
struct Utterance<'t> {
    who: &'t str,
    text: &'t str,
    at: Span,
}

/// What shows that a credential went from one to another.
pub(super) struct Handed {
    /// The words of the other.
    pub(super) words: String,
    /// Where they stand.
    pub(super) at: Span,
    /// What it counts.
    pub(super) weight: i32,
}

/// A time in front of who speaks.
static TIME: LazyLock<Regex> = LazyLock::new(|| {
    pattern_in_any_case(
        r"^\W{0,2}(?:\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4},?[ T])?\d{1,2}:\d{2}(?::\d{2})?(?: ?[ap]m)?\]?[\s-]*(?:開始 )?",
    )
});
/// Who speaks, and what stands between that and what is said.
static NAME: LazyLock<Regex> = LazyLock::new(|| {
    pattern_in_any_case(
        r#"^(?<who>[^\s:="'<>{}\[\]/]{1,24}(?: ?\([^)]{1,16}\))?)(?:\s?[:\u{ff1a}](?:\s|$)|(?<blank>\t| +|$))"#,
    )
});
/// A line that says who speaks and when.
static HEAD: LazyLock<Regex> = LazyLock::new(|| {
    pattern_in_any_case(r"^(?<who>[^\s:=<>{}\[\]/]{1,24}(?: ?\([^)]{1,16}\))?) \d{1,2}:\d{2}(?: ?[ap]m)?$")
});
/// The same as a member of an object.
static MEMBER: LazyLock<Regex> = LazyLock::new(|| {
    pattern_in_any_case(
        r#""(?:user|from|author|sender|name|username|speaker)"\s*:\s*"(?<who>[^"\n]{1,30})"[^{}]{0,80}?"(?:text|body|message|content)"\s*:\s*"(?<text>(?:[^"\\]|\\.)*)""#,
    )
});
/// One of these stands in whatever [`MEMBER`] finds; asked first, since most passages are no talk.
const TEXTS_OF_MEMBERS: [&str; 4] = ["\"text\"", "\"body\"", "\"message\"", "\"content\""];
/// A row of a table whose header names who speaks.
static ROW: LazyLock<Regex> =
    LazyLock::new(|| pattern_in_any_case(r#"(?m)^"?(?<who>[^",\n\d][^",\n]{0,19})"?,"?(?<text>[^\n]*)$"#));
static HEADER: LazyLock<Regex> = LazyLock::new(|| {
    pattern_in_any_case(r#"^"?(?:発言者|送信者|投稿者|名前|user|name|author|sender|from)"?,"#)
});

/// Tells whether a value of these lines goes from one who speaks to another.
pub(super) fn handed(
    page: &Page<'_>,
    lines: Range<usize>,
    values: &[Span],
    is_letter: bool,
) -> Option<Handed> {
    let (start, end) = (page.line(lines.start).1.start, page.line(lines.end.saturating_sub(1)).1.end);
    let whole = page.text.get(start..end).filter(|text| text.len() <= TALK_BYTES_MAX)?;
    let small = page.folded.get(start..end).unwrap_or_default();
    let may_be_members = TEXTS_OF_MEMBERS.iter().any(|name| small.contains(name));
    let mut said = if may_be_members { members(whole, start) } else { Vec::new() };
    if said.is_empty() && page.line(0).0.contains(',') && HEADER.is_match(page.line(0).0) {
        said = rows(whole, start);
    }
    if said.is_empty() && is_letter {
        said = spoken(page, lines);
    }
    let holder = said
        .iter()
        .position(|one| values.iter().any(|value| one.at.start <= value.start && value.start < one.at.end))?;
    let (before, rest) = said.split_at(holder);
    let giver = rest.first()?;
    let other = |one: &&Utterance<'_>| one.who != giver.who;
    let told =
        |one: &Utterance<'_>, words: &str, weight| Handed { words: words.to_owned(), at: one.at, weight };
    let asked = before.iter().filter(other).find_map(|one| {
        let text = phrases::in_nfkc(one.text);
        phrases::asking(&text).map(|words| told(one, words, ASKED))
    });
    asked.or_else(|| {
        rest.iter().skip(1).filter(other).find_map(|one| {
            let text = phrases::in_nfkc(one.text);
            phrases::answering(&text).map(|words| told(one, words, ANSWERED))
        })
    })
}

fn members(text: &str, start: usize) -> Vec<Utterance<'_>> {
    MEMBER.captures_iter(text).filter_map(|found| utterance(&found, start)).collect()
}

fn rows(text: &str, start: usize) -> Vec<Utterance<'_>> {
    ROW.captures_iter(text).filter_map(|found| utterance(&found, start)).collect()
}

fn utterance<'t>(found: &regex::Captures<'t>, start: usize) -> Option<Utterance<'t>> {
    let (who, text) = (found.name("who")?, found.name("text")?);
    Some(Utterance {
        who: who.as_str(),
        text: text.as_str(),
        at: Span::new(start + text.start(), start + text.end()),
    })
}

/// What is said line by line; a line that names nobody goes on with the one before.
fn spoken<'t>(page: &Page<'t>, lines: Range<usize>) -> Vec<Utterance<'t>> {
    let mut said: Vec<Utterance<'t>> = Vec::new();
    for line in lines {
        let (text, span) = page.line(line);
        match speaker(text) {
            Some((who, from)) => {
                let text = text.get(from..).unwrap_or_default();
                said.push(Utterance { who, text, at: Span::new(span.start + from, span.end) });
            }
            None => {
                if let Some(last) = said.last_mut() {
                    last.at.end = span.end;
                    last.text = page.text.get(last.at.start..span.end).unwrap_or_default();
                }
            }
        }
    }
    said
}

/// Who speaks in a line, and where what is said begins.
fn speaker(line: &str) -> Option<(&str, usize)> {
    let blanks = line.len() - line.trim_start().len();
    let text = line.trim();
    if let Some(who) = HEAD.captures(text).and_then(|found| found.name("who")) {
        return Some(who.as_str()).filter(|who| !phrases::is_label(who)).map(|who| (who, line.len()));
    }
    let time = TIME.find(text).map_or(0, |time| time.end());
    let found = NAME.captures(text.get(time..)?)?;
    // Without a time only a colon says that somebody speaks.
    if time == 0 && found.name("blank").is_some() {
        return None;
    }
    let who = found.name("who")?.as_str();
    let from = blanks + time + found.get(0)?.end();
    (!phrases::is_label(who)).then_some((who, from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speakers_are_told() {
        for (line, who) in [
            ("okada: キーもらえますか?", Some("okada")),
            ("[10:02] Owner: paste from there", Some("Owner")),
            ("21:03\t店長\t値", Some("店長")),
            ("12/09/2026, 21:02 - Mark: send it", Some("Mark")),
            ("岡田(ゲスト) 14:06", Some("岡田(ゲスト)")),
            ("2026/09/03 10:12 クライアント", Some("クライアント")),
            ("client_secret: abc", None),
            ("シークレット: abc", None),
            ("The token is here", None),
            ("https://example.com", None),
        ] {
            assert_eq!(speaker(line).map(|(who, _)| who), who, "{line}");
        }
    }
}
