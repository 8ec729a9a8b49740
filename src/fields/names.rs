//! Names, read backward from what parts them from their values.

use super::keywords::{is_keyword, is_type};
use super::text::{NAME_BYTES, Text, is_label, is_wide_stop, is_word};
use super::{NOWHERE, chained};
use crate::model::Span;

/// What parts a name from its value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// `:`, also full-width.
    Colon,
    /// `=`, `:=`, `+=`, also full-width.
    Equal,
    /// `=>`, `->`, and the parenthesis of a call.
    Arrow,
}

/// The line a mark is on.
#[derive(Clone, Copy)]
pub(super) struct Line {
    pub(super) start: usize,
    /// Where its first character other than a blank is.
    pub(super) content: usize,
    pub(super) end: usize,
}

/// The ways a name can be read: `Client Secret` of `SP-API Client Secret:`, `lwa.secret` and
/// `secret` of `lwa.secret=`.
pub(super) struct Names {
    spans: [Span; 4],
    len: usize,
    /// Whether nothing but bullets, quotes and keywords is before the name on its line.
    pub(super) first: bool,
    /// Whether the name begins where a name can begin.
    pub(super) bound: bool,
    /// What is before the last dot of `config.secret`.
    pub(super) prefix: Span,
    pub(super) quoted: bool,
    /// Where the name begins, `$` and all.
    pub(super) start: usize,
}

impl Names {
    fn add(&mut self, start: usize, end: usize) {
        let span = Span::new(start, end);
        if start < end
            && !self.all().contains(&span)
            && let Some(slot) = self.spans.get_mut(self.len)
        {
            *slot = span;
            self.len += 1;
        }
    }

    pub(super) fn all(&self) -> &[Span] {
        self.spans.get(..self.len).unwrap_or_default()
    }
}

/// Reads the name that ends at `end`.
pub(super) fn read(text: &Text<'_>, end: usize, line: &Line, mark: Mark) -> Option<Names> {
    let mut end = text.back_blanks(end, line.start);
    while end > line.start && text.before(end) == b'*' {
        end -= 1;
    }
    let mut names = Names {
        spans: [NOWHERE; 4],
        len: 0,
        first: false,
        bound: false,
        prefix: NOWHERE,
        quoted: false,
        start: end,
    };
    match text.before(end) {
        quote @ (b'"' | b'\'' | b'`') => quoted(text, end, quote, line, &mut names)?,
        b']' => subscript(text, end, b'[', line, mark, &mut names)?,
        b')' => parenthesis(text, end, line, mark, &mut names)?,
        b'?' | b'!' if mark != Mark::Arrow => word(text, end - 1, line, mark, &mut names)?,
        0x80..
            if text.char_before(end).is_some_and(|c| matches!(c, '」' | '】' | '）' | '”' | '』' | '＞')) =>
        {
            wrapped(text, end, line, &mut names)?;
        }
        _ => word(text, end, line, mark, &mut names)?,
    }
    (names.len > 0).then_some(names)
}

/// The lowest byte a name that ends at `end` may begin at.
fn floor(text: &Text<'_>, end: usize, line: &Line) -> usize {
    text.floor(end.saturating_sub(NAME_BYTES + 2)).max(line.start).min(end)
}

fn quoted(text: &Text<'_>, end: usize, quote: u8, line: &Line, names: &mut Names) -> Option<()> {
    let inner = end - 1;
    if text.before(inner) == b'\\' {
        return None;
    }
    let floor = floor(text, end, line);
    let open = text.slice(floor, inner).rfind(char::from(quote))? + floor;
    add_trimmed(text, open + 1, inner, names);
    names.quoted = true;
    place(text, open, line, names);
    Some(())
}

fn add_trimmed(text: &Text<'_>, start: usize, end: usize, names: &mut Names) {
    let raw = text.slice(start, end);
    let front = raw.len() - raw.trim_start().len();
    let back = raw.len() - raw.trim_end().len();
    if front + back < raw.len() {
        names.add(start + front, end - back);
    }
}

/// `store['X']['secretKey']`, `ENV[NAME]`, `settings("Key")`.
fn subscript(
    text: &Text<'_>,
    end: usize,
    open: u8,
    line: &Line,
    mark: Mark,
    names: &mut Names,
) -> Option<()> {
    let inner = text.back_blanks(end - 1, line.start);
    if let quote @ (b'"' | b'\'') = text.before(inner) {
        quoted(text, inner, quote, line, names)?;
        let bracket = text.back_blanks(names.start, line.start);
        if text.before(bracket) == open {
            names.prefix = subscripted(text, bracket - 1, line);
        }
        return (text.before(bracket) == open).then_some(());
    }
    let floor = floor(text, end, line);
    let at = text.slice(floor, inner).rfind(char::from(open))? + floor;
    let within = text.slice(at + 1, inner).trim().trim_start_matches([':', '$', '@']);
    // `[name:protected]` and `["name":"Class":private]`, as PHP prints properties.
    if let Some((own, "protected" | "private")) = within.rsplit_once(':') {
        let own = own.split(':').next().unwrap_or_default().trim_matches('"');
        let start = at + 1 + text.slice(at + 1, inner).find(own).unwrap_or(0);
        add_trimmed(text, start, start + own.len(), names);
        place(text, at, line, names);
        return Some(());
    }
    if open == b'[' && is_type(within.as_bytes()) || mark == Mark::Equal && before_is_type(text, at) {
        return annotated(text, at, line, names);
    }
    if within.bytes().all(is_word) && within.bytes().any(|b| b.is_ascii_alphabetic()) {
        add_trimmed(text, inner - within.len(), inner, names);
        place(text, at, line, names);
    }
    if within.is_empty() || within.bytes().all(|b| b.is_ascii_digit()) {
        word(text, at, line, mark, names)?;
    }
    Some(())
}

/// What is subscripted by what begins at `end`: the key before it, or the variable.
fn subscripted(text: &Text<'_>, end: usize, line: &Line) -> Span {
    let is_key = text.before(end) == b']' && matches!(text.before(end - 1), b'"' | b'\'');
    let end = if is_key { end - 2 } else { end };
    let mut start = end;
    while start > line.start && is_word(text.before(start)) {
        start -= 1;
    }
    Span::new(start, end)
}

fn before_is_type(text: &Text<'_>, at: usize) -> bool {
    matches!(text.before(at), b'>') || text.slice(at.saturating_sub(8), at).ends_with("Optional")
}

/// `settings("Key")`, and labels that explain themselves: `Client Secret (LWA)`.
fn parenthesis(text: &Text<'_>, end: usize, line: &Line, mark: Mark, names: &mut Names) -> Option<()> {
    if matches!(text.before(end - 1), b'"' | b'\'') {
        return subscript(text, end, b'(', line, mark, names);
    }
    let floor = floor(text, end, line);
    let open = text.slice(floor, end - 1).rfind('(')? + floor;
    if mark == Mark::Equal {
        // The width of a type: `name VARCHAR(100) =`.
        let sized = text.slice(open + 1, end - 1).bytes().all(|b| b.is_ascii_digit());
        return sized.then(|| annotated(text, run(text, open, floor), line, names)).flatten();
    }
    explained(text, open, open + 1, end - 1, line, names)
}

/// `「パスワード」`, `【パスワード】`, and `秘密キー（Secret Key）`.
fn wrapped(text: &Text<'_>, end: usize, line: &Line, names: &mut Names) -> Option<()> {
    let (open, explains) = match text.char_before(end)? {
        '」' => ('「', false),
        '』' => ('『', false),
        '】' => ('【', false),
        '＞' => ('＜', false),
        '”' => ('“', false),
        _ => ('（', true),
    };
    let floor = floor(text, end, line);
    let inner = end - 3;
    let at = text.slice(floor, inner).rfind(open)? + floor;
    if explains {
        return explained(text, at, at + open.len_utf8(), inner, line, names);
    }
    add_trimmed(text, at + open.len_utf8(), inner, names);
    names.quoted = true;
    place(text, at, line, names);
    Some(())
}

/// A label and what stands in parentheses after it are both names.
fn explained(
    text: &Text<'_>,
    open: usize,
    start: usize,
    end: usize,
    line: &Line,
    names: &mut Names,
) -> Option<()> {
    let within = text.slice(start, end);
    if !is_label(within.trim()) {
        return None;
    }
    word(text, text.back_blanks(open, line.start), line, Mark::Colon, names)?;
    if !names.first {
        return None;
    }
    add_trimmed(text, start, end, names);
    Some(())
}

/// Returns where the run of name characters that ends at `end` begins.
pub(super) fn run(text: &Text<'_>, end: usize, floor: usize) -> usize {
    let mut at = end;
    while at > floor {
        let byte = text.before(at);
        if is_word(byte) {
            at -= 1;
        } else if byte >= 0x80 {
            match text.char_before(at) {
                Some(c) if !is_wide_stop(c) && at - floor >= c.len_utf8() => at -= c.len_utf8(),
                _ => break,
            }
        } else {
            break;
        }
    }
    at
}

fn word(text: &Text<'_>, end: usize, line: &Line, mark: Mark, names: &mut Names) -> Option<()> {
    if let Some(name) = chained::receiver(text, end).or_else(|| chained::filled(text, end)) {
        names.add(name.start, name.end);
        place(text, name.start, line, names);
        return Some(());
    }
    let floor = floor(text, end, line);
    let mut start = run(text, end, floor);
    if start == end || (start == floor && floor > line.start && is_word(text.before(floor))) {
        return None;
    }
    names.start = start;
    // `\nname=` within a literal: the letter belongs to the escape.
    if text.before(start) == b'\\' && matches!(text.at(start), b'n' | b'r' | b't') {
        start += 1;
    }
    let raw = text.slice(start, end);
    let stripped = raw.trim_start_matches(['-', '.', '$', '@']);
    start += raw.len() - stripped.len();
    let mut stripped = stripped.trim_end_matches(['-', '.']);
    // `-Dname=value`, as java and cmake take it.
    if raw.starts_with("-D") || raw.starts_with("-P") {
        stripped = stripped.get(1..).unwrap_or_default();
        start += 1;
    }
    let end = start + stripped.len();
    let last = stripped.rfind('.').map_or(start, |dot| start + dot + 1);
    let short = text.slice(last, end);
    if mark == Mark::Equal && (is_type(short.as_bytes()) || after_type_mark(text, start, line)) {
        let before = names.len;
        if annotated(text, start, line, names).is_some() && names.len > before {
            if !is_type(short.as_bytes()) {
                names.add(last, end);
            }
            return Some(());
        }
    }
    names.start = start;
    if last > start {
        names.prefix = Span::new(start, last - 1);
    }
    label(text, start, last, end, line, mark, names);
    Some(())
}

/// Adds the word and the label of several words it is the end of.
fn label(text: &Text<'_>, start: usize, last: usize, end: usize, line: &Line, mark: Mark, names: &mut Names) {
    let mut begins = [start; 7];
    let mut words = 1;
    let mut at = names.start.min(start);
    let bound = loop {
        let gap = text.back_blanks(at, line.start);
        if gap <= line.content || at - gap != 1 || text.before(gap) == b'.' {
            break true;
        }
        let floor = floor(text, gap, line);
        let before = back_word(text, gap, floor);
        // What is longer than any word is a value.
        if before == gap
            || gap - before > 48
            || !text.slice(before, gap).bytes().any(|b| b.is_ascii_alphanumeric() || b >= 0x80)
        {
            break true;
        }
        if words == 6 || end - before > 2 * NAME_BYTES / 2 {
            break false;
        }
        if let Some(slot) = begins.get_mut(words) {
            *slot = before;
        }
        words += 1;
        at = before;
    };
    let begin = begins.get(words - 1).copied().unwrap_or(start);
    place(text, begin, line, names);
    names.bound = bound;
    let first_word = text.slice(begin, end).split([' ', '\t']).next().unwrap_or_default();
    let label = words > 1 && !is_keyword(first_word);
    let is_prose = mark == Mark::Colon && label && !is_identifier(text.slice(last, end));
    if !is_prose || !bound {
        names.add(last, end);
    }
    if label && bound {
        names.add(begin, end);
    } else if is_prose {
        names.add(begins.get(2).copied().unwrap_or(start), end);
        names.add(begins.get(1).copied().unwrap_or(start), end);
    }
    if last > start && names.first && words == 1 {
        names.add(start, end);
    }
}

fn back_word(text: &Text<'_>, end: usize, floor: usize) -> usize {
    let mut at = end;
    while at > floor {
        let next = run(text, at, floor);
        at = if next < at {
            next
        } else if matches!(text.before(at), b'/' | b'&' | b'\'' | b')' | b'(') && at - 1 > floor {
            at - 1
        } else {
            break;
        };
    }
    let raw = text.slice(at, end);
    at + (raw.len() - raw.trim_start_matches(['(', '\'', '/', '&']).len())
}

/// Tells whether a word could only be written by a program.
fn is_identifier(word: &str) -> bool {
    word.contains('_')
        || word.contains('-')
        || word
            .as_bytes()
            .windows(2)
            .any(|pair| matches!(pair, [a, b] if a.is_ascii_lowercase() && b.is_ascii_uppercase()))
}

/// Notes whether only bullets, quotes and keywords are before `start` on its line.
fn place(text: &Text<'_>, start: usize, line: &Line, names: &mut Names) {
    names.start = start;
    names.bound = true;
    let lead = text.slice(line.content.min(start), start);
    names.first = lead.len() <= 16
        && lead.bytes().all(|b| {
            matches!(b, b' ' | b'\t' | b'#' | b'/' | b'*' | b'-' | b'+' | b'>' | b'"' | b'\'' | b'`' | b'|')
                || matches!(b, b'.' | b',' | b';' | b'{' | b'(' | b'<' | b'!' | b'$' | b'@' | b'[' | b'\\')
                || b.is_ascii_digit()
                || b >= 0x80
        })
        || matches!(lead.trim_end(), "export" | "set" | "ENV" | "ARG" | "- export" | "RUN export");
}

/// Tells whether what is before a word makes it part of a type: `x: &str`, `x: a | b`.
fn after_type_mark(text: &Text<'_>, start: usize, line: &Line) -> bool {
    let at = text.back_blanks(start, line.start);
    match text.before(at) {
        b':' => text.before(at - 1) != b':' && text.before(at - 1) != b'?' && at < start,
        b'&' | b'|' | b'<' => true,
        _ => false,
    }
}

/// Finds the name before a type: `name: Option<&str>`, `Const name As String`, `var name string`.
fn annotated(text: &Text<'_>, at: usize, line: &Line, names: &mut Names) -> Option<()> {
    let low = text.floor(at.saturating_sub(48)).max(line.start);
    let is_part = |b: u8| {
        is_word(b) || matches!(b, b' ' | b'\t' | b'<' | b'>' | b'&' | b'\'' | b'*' | b'[' | b'|' | b'?')
    };
    let mut colon = at;
    while colon > low && is_part(text.before(colon)) {
        colon -= 1;
    }
    let gap = text.back_blanks(at, line.start);
    let typed = |end: usize| {
        let end = text.back_blanks(end, line.start);
        let end = if text.before(end) == b'?' { end - 1 } else { end };
        (run(text, end, floor(text, end, line)), end)
    };
    let (start, end) = if text.before(colon) == b':' && !matches!(text.before(colon - 1), b':' | 0) {
        typed(colon - 1)
    } else if text.slice(gap.saturating_sub(3), gap).eq_ignore_ascii_case(" as") {
        typed(gap - 3)
    } else if is_word(text.before(gap)) && gap < at {
        let (start, end) = (run(text, gap, floor(text, gap, line)), gap);
        if is_keyword(text.slice(start, end)) {
            return None;
        }
        (start, end)
    } else {
        return None;
    };
    if text.at(start) == b'$' {
        return None;
    }
    let raw = text.slice(start, end);
    let start = start + raw.len() - raw.trim_start_matches(['-', '.', '@']).len();
    place(text, start, line, names);
    names.add(start, end);
    Some(())
}

#[cfg(test)]
mod tests;
