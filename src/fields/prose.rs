//! Values in sentences: what the words before a token, on its line, say it is.

use std::borrow::Cow;

use super::text::{Text, is_opaque};
use super::{Found, Value};
use crate::model::{Span, Syntax};
use crate::rules::meanings;
use crate::rules::runs::{BASE64, next_run};

/// Shortest and longest token that is looked at, in bytes.
const TOKEN_BYTES: std::ops::RangeInclusive<usize> = 32..=128;
/// How far before a token its name may begin, in bytes.
const CLAUSE_BYTES: usize = 96;
/// What stands between who speaks and what is said.
const SPEAKER_MARKS: [char; 5] = [':', '：', ']', '>', '\t'];
/// How far two tokens that share a name may be apart, in bytes.
const SHARED_BYTES: usize = 12;

/// Reads tokens that sentences name, passwords that they give, and log-ins written `id / password`.
pub(super) fn read<'a>(text: &Text<'a>, found: &mut Found<'a>) {
    tokens(text, found);
    for (verb, quote) in [(" is ", ""), ("", "「"), ("", "『"), ("は ", "`"), ("は", "`"), ("", "→")] {
        let mark = format!("{verb}{quote}");
        let mut at = text.find_str(&mark, 0);
        while at < text.len() {
            told(text, at, at + verb.len(), found);
            at = text.find_str(&mark, at + mark.len());
        }
    }
    let mut at = text.find_str("は", 0);
    while at < text.len() {
        let next = at + "は".len();
        if text.at(next).is_ascii_graphic() && text.at(next) != b'`' {
            told(text, at, next, found);
        }
        at = text.find_str("は", next);
    }
    for slash in [" / ", "／"] {
        let mut at = text.find_str(slash, 0);
        while at < text.len() {
            log_in(text, at, at + slash.len(), found);
            at = text.find_str(slash, at + slash.len());
        }
    }
}

fn tokens<'a>(text: &Text<'a>, found: &mut Found<'a>) {
    let bytes = text.slice(0, text.len()).as_bytes();
    let (mut at, mut last) = (0, (0, Span::new(0, 0)));
    while let Some(run) = next_run(bytes, at, *TOKEN_BYTES.start(), &BASE64) {
        at = run.end;
        if !TOKEN_BYTES.contains(&(run.end - run.start)) || !is_opaque(text.slice(run.start, run.end), 32) {
            continue;
        }
        let line = line_start(text, run.start);
        let shares = last.0 >= line && run.start - last.0 <= SHARED_BYTES;
        let clause = clause(text, line.max(last.0), run.start);
        let above = said_before(text, line, run);
        let clause =
            above.filter(|_| !names_something(text.slice(clause.start, clause.end))).unwrap_or(clause);
        let words = text.slice(clause.start, clause.end);
        // With `=` before it, the value has a name of its own; with a dot, it is part of one.
        let is_part = matches!(text.before(run.start), b'.' | b'|' | b'%') || words.ends_with('|');
        if is_part || words.is_empty() || words.ends_with('=') || !names_something(words) {
            if !shares || last.1.start >= last.1.end {
                last = (run.end, Span::new(0, 0));
                continue;
            }
        } else {
            last.1 = clause;
        }
        last.0 = run.end;
        let value = Value { text: text.slice(run.start, run.end).into(), span: run, quoted: false };
        found.plain(text, last.1, value, Syntax::Label);
    }
}

/// What somebody said on the line above, where `run` is all that is said on the line that begins at
/// `line`. Lines of a conversation are alike: each begins with who speaks, and a mark.
fn said_before(text: &Text<'_>, line: usize, run: Span) -> Option<Span> {
    let speaker = text.slice(line, run.start).trim_end_matches(' ');
    let mark = speaker.chars().next_back().filter(|c| SPEAKER_MARKS.contains(c))?;
    let is_whole = matches!(text.at(run.end), b'\n' | b'\r' | 0);
    let end = line.checked_sub(1)?;
    if !is_whole || speaker.len() > 48 {
        return None;
    }
    let start = line_start(text, end);
    let (_, said) = text.slice(start, end).split_once(mark)?;
    // A single word is the value of a name, not something said.
    let is_said = (said.trim().contains([' ', '?']) || !said.is_ascii()) && !said.contains(['{', '$', '=']);
    let from = text.floor(end.saturating_sub(CLAUSE_BYTES)).max(end - said.len());
    is_said.then(|| Span::new(from, end))
}

/// Where the line of `at` begins, as far as a clause reaches back.
fn line_start(text: &Text<'_>, at: usize) -> usize {
    let floor = text.floor(at.saturating_sub(2 * CLAUSE_BYTES));
    text.slice(floor, at).rfind('\n').map_or(floor, |end| floor + end + 1)
}

fn names_something(words: &str) -> bool {
    !meanings(words, "").is_empty()
}

/// The words before `end`, back to the mark that ends another clause.
fn clause(text: &Text<'_>, floor: usize, end: usize) -> Span {
    let end = floor + text.slice(floor, end).trim_end_matches(is_lead).len();
    let start = text.floor(end.saturating_sub(CLAUSE_BYTES)).max(floor);
    let words = text.slice(start, end);
    let cut = words
        .char_indices()
        .rev()
        .find(|(_, c)| {
            matches!(c, '。' | '、' | ',' | ';' | '\t' | '{' | '}' | '&' | '?' | '<' | '>' | '!' | '"')
        })
        .map_or(0, |(at, c)| at + c.len_utf8());
    let words = words.get(cut..).unwrap_or_default();
    let start = start + cut + words.len() - words.trim_start().len();
    Span::new(start, end.max(start))
}

/// Marks between the words and the token.
fn is_lead(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '"' | '\'' | '`' | '「' | '『' | '“' | '(' | '（' | '*' | ':' | '：' | '→' | '⇒')
}

/// Reads the value that a verb between `end` and `start` gives to the words before it.
fn told<'a>(text: &Text<'a>, end: usize, start: usize, found: &mut Found<'a>) {
    let mut clause = clause(text, line_start(text, end), end);
    let words = text.slice(clause.start, clause.end);
    clause.end = clause.start + words.trim_end_matches(['は', 'が', 'も']).len();
    let value = token(text, start);
    if value.text.len() < 6 || !(value.quoted || is_opaque(&value.text, 6)) {
        return;
    }
    let last = text.slice(clause.start, clause.end).rfind([' ', '\u{3000}']).map(|at| {
        let start = clause.start + at;
        Span::new(start + text.char_at(start).map_or(1, char::len_utf8), clause.end)
    });
    for name in std::iter::once(clause).chain(last) {
        if names_something(text.slice(name.start, name.end)) {
            found.plain(text, name, value.clone(), Syntax::Label);
        }
    }
}

/// The token at `start`, without the marks a sentence puts around it.
fn token<'a>(text: &Text<'a>, start: usize) -> Value<'a> {
    let rest = text.slice(start, text.floor((start + 160).min(text.len())));
    let bare = rest.trim_start_matches(['`', '"', '\'', '「', '『', ' ', '→']);
    let quote = rest.get(..rest.len() - bare.len()).and_then(|lead| lead.trim_end().chars().next_back());
    let end = bare
        .find(|c: char| match quote {
            Some(quote @ ('`' | '"' | '\'')) => c == quote || c == '\n',
            None => !c.is_ascii_graphic() || matches!(c, '`' | '"' | '\\' | '<'),
            _ => c.is_whitespace() || matches!(c, '」' | '』' | '`' | '"' | '、' | '。' | '\\' | '<'),
        })
        .unwrap_or(bare.len());
    let bare = bare.get(..end).unwrap_or_default();
    let bare = if quote.is_some() { bare } else { bare.trim_end_matches(['.', ',', ')', ';']) };
    let start = start + rest.len() - rest.trim_start_matches(['`', '"', '\'', '「', '『', ' ', '→']).len();
    Value { text: Cow::Borrowed(bare), span: Span::new(start, start + bare.len()), quoted: quote.is_some() }
}

/// `Seller Central login: mail / password`.
fn log_in<'a>(text: &Text<'a>, end: usize, start: usize, found: &mut Found<'a>) {
    let line = line_start(text, end);
    let before = text.slice(line, end);
    let mail_at = before
        .rfind([' ', ':', '：', '\t', '\u{3000}'])
        .map_or(0, |at| at + before.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8));
    let mail = before.get(mail_at..).unwrap_or_default();
    let value = token(text, start);
    if !mail.contains('@') || value.text.len() < 6 || value.text.contains('@') {
        return;
    }
    let owner = text.slice(line, line + mail_at).trim_end_matches(is_lead);
    let at = Span::new(line + mail_at, end);
    let mail = Value { text: mail.into(), span: at, quoted: false };
    found.push((Cow::Borrowed("login"), at), Cow::Borrowed(owner), mail, Syntax::Label);
    found.push((Cow::Borrowed("password"), at), Cow::Borrowed(owner), value, Syntax::Label);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(text: &str) -> Vec<(String, String)> {
        let mut found = Found { fields: Vec::new() };
        read(&Text::new(text), &mut found);
        found.fields.iter().map(|f| (f.name.to_string(), f.value.to_string())).collect()
    }

    #[test]
    fn words_before_a_token_name_it() {
        let (one, two) = (crate::rules::sample("{hex:64}", 1), crate::rules::sample("{hex:64}", 2));
        let all = fields(&format!("We moved the client secret from {one} to {two}."));
        let name = "We moved the client secret from";
        assert_eq!(all, [(name.to_owned(), one), (name.to_owned(), two)]);
    }

    #[test]
    fn tokens_of_other_clauses_have_no_name() {
        let hash = crate::rules::sample("{hex:64}", 1);
        for text in [format!("client secret rotated, commit {hash}"), format!("client_secret\nbuild {hash}")]
        {
            assert_eq!(fields(&text), []);
        }
    }

    #[test]
    fn log_ins_are_two_values() {
        let all = fields("Seller Central login: a@shop.invalid / Sakura-77");
        assert!(all.contains(&("password".to_owned(), "Sakura-77".to_owned())), "{all:?}");
    }
}
