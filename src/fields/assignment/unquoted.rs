//! Values without quotes: where they end, and what an expression falls back on.

use super::super::literal;
use super::super::names::{self, Mark, Names};
use super::super::text::{Text, VALUE_BYTES, is_opaque, is_wide_stop, is_word};
use super::super::{Value, argument, chained};
use super::{NESTED, Scan, Token, is_quote, without_comment};
use crate::model::{Span, Syntax};

impl Scan<'_, '_> {
    /// A value without quotes: one token, and the rest of the line where the name begins it.
    pub(super) fn unquoted(&mut self, start: usize, mark_end: usize, mark: Mark, names: &Names) {
        let text = self.text;
        if let Some(value) = chained::fallback(self, start) {
            return self.emit(names.all(), names.prefix, &value, Syntax::Assignment);
        }
        let spaced = start > mark_end;
        let alone = names.first || (spaced && is_quote(text.before(names.start)));
        let rest = (alone && (mark == Mark::Colon || (mark == Mark::Equal && !spaced)))
            .then(|| self.rest(start, names))
            .flatten();
        let Some(end) = self.token_end(start) else { return };
        let token = text.slice(start, end).trim_end_matches(['*', '\\']);
        let span = Span::new(start, start + token.len());
        if let Some(rest) = rest {
            let is_more = rest.end > span.end;
            if is_more {
                let value =
                    Value { text: text.slice(rest.start, rest.end).into(), span: rest, quoted: false };
                self.emit(names.all(), names.prefix, &value, Syntax::Assignment);
            }
            let names_more = text.slice(span.end, rest.end).contains('=');
            if is_more && !is_opaque(token, 6) && !names_more {
                self.fallback(start, end, names);
                return;
            }
        }
        let value = Value { text: token.into(), span, quoted: false };
        self.emit(names.all(), names.prefix, &value, Syntax::Assignment);
        self.fallback(start, end, names);
    }

    /// The rest of the line without what ends it.
    fn rest(&self, start: usize, names: &Names) -> Option<Span> {
        let text = self.text;
        let end = self.line.end.max(start);
        if end - start > VALUE_BYTES {
            return None;
        }
        let mut raw = without_comment(text.slice(start, end));
        if let Some((cell, _)) = raw.split_once(" |") {
            raw = cell.trim_end();
        }
        if let Some((said, _)) = raw.split_once("[/") {
            raw = said;
        }
        raw = raw.trim_end_matches([',', ';', '\\']).trim_end_matches("**");
        // The line may be a literal as a whole: `"x-amz-access-token: Atza|…",`.
        let quote = text.before(names.start);
        if is_quote(quote) {
            raw = raw.split(char::from(quote)).next().unwrap_or_default();
        }
        let raw = raw.trim_end();
        Some(Span::new(start, start + raw.len()))
    }

    /// Returns where the token at `start` ends; none where it is part of a query, which has its
    /// own reader.
    pub(in crate::fields) fn token_end(&mut self, start: usize) -> Option<usize> {
        if self.token.start <= start && start < self.token.end {
            self.token.uses += 1;
            return (self.token.uses <= NESTED).then(|| self.closed_within(start, self.token.end));
        }
        let text = self.text;
        let mut depth = 0u32;
        let mut at = start;
        let stop = text.len().min(start + VALUE_BYTES);
        while at < stop {
            match text.at(at) {
                b' ' | b'\t' | b'\n' | b'\r' | b'"' | b'\'' | b'`' | b'<' | b'>' | b',' | b';' | 0 => break,
                // The end of what a chat marks: `[info]password: value[/info]`.
                b'[' if text.at(at + 1) == b'/' && at > start => break,
                b'(' | b'[' | b'{' => depth += 1,
                b')' | b']' | b'}' => match depth.checked_sub(1) {
                    Some(less) => depth = less,
                    None => break,
                },
                b'\\' if matches!(text.at(at + 1), b'n' | b'r' | b't' | b'"' | b'\'') => break,
                // The end of a paragraph in RTF.
                b'\\' if text.starts(at, "\\par") => break,
                b'&' if is_query(text, at) => return None,
                0x80.. => match text.char_at(at) {
                    Some(c) if is_wide_stop(c) => break,
                    Some(c) => at += c.len_utf8() - 1,
                    None => {}
                },
                _ => {}
            }
            at += 1;
        }
        let end = text.floor(at.min(text.len())).max(start);
        self.token = Token { start, end, uses: 1 };
        Some(end)
    }

    /// Leaves off the brackets that were opened before `start`.
    fn closed_within(&self, start: usize, end: usize) -> usize {
        let mut raw = self.text.slice(start, end);
        while let Some(open) = raw.chars().next_back().and_then(|close| match close {
            ')' => Some('('),
            ']' => Some('['),
            '}' => Some('{'),
            _ => None,
        }) && !raw.contains(open)
        {
            raw = raw.get(..raw.len() - 1).unwrap_or_default();
        }
        start + raw.len()
    }

    /// The literal an expression falls back on or wraps: `process.env.X || "v"`, `env("X", "v")`.
    fn fallback(&mut self, start: usize, end: usize, names: &Names) {
        let text = self.text;
        let mut at = text.skip_blanks(end);
        let mut end = end;
        if text.slice(start, end) == "new" {
            end = self.token_end(at).unwrap_or(at);
            at = text.skip_blanks(end);
        }
        let operator = match text.at(at) {
            b'|' if text.at(at + 1) == b'|' => 2,
            b'?' if matches!(text.at(at + 1), b'?' | b':') => 2,
            b'o' if text.starts(at, "or ") => 2,
            _ => 0,
        };
        if operator > 0 && at > end {
            let literal = text.skip_space(at + operator);
            if literal::opens(text, literal)
                && let Some(joined) = self.literal(literal)
            {
                self.emit(names.all(), names.prefix, &joined.value, Syntax::Assignment);
                if let Some(own) = names::read(text, end, &self.line, Mark::Arrow) {
                    self.emit(own.all(), own.prefix, &joined.value, Syntax::Assignment);
                }
            }
        } else if matches!(text.at(at), b'{' | b'[' | b'(') && at <= end + 1 {
            if let Some(name) = names.all().first() {
                self.scope.expect(at, *name);
            }
        } else if let Some(open) = text.slice(start, end).find(['(', '{', '[']) {
            if let Some(name) = names.all().first() {
                self.scope.expect(start + open, *name);
            }
            if text.before(end) == b'('
                && let Some(value) = argument::wrapped(self, start, end)
            {
                self.emit(names.all(), names.prefix, &value, Syntax::Assignment);
            }
        }
    }
}

/// Tells whether a `&` begins the next pair of a query.
fn is_query(text: &Text<'_>, at: usize) -> bool {
    let mut next = at + 1;
    if text.starts(next, "amp;") {
        next += 4;
    }
    let begin = next;
    while next - begin < 64 && (is_word(text.at(next)) || matches!(text.at(next), b'%' | b'[' | b']')) {
        next += 1;
    }
    next > begin && text.at(next) == b'='
}
