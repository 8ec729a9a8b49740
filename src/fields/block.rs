//! YAML block scalars.

use super::Value;
use super::names::Line;
use super::text::{Text, VALUE_BYTES};
use crate::model::Span;

/// How many blocks within one another are read.
const DEPTH: usize = 4;

/// The blocks the reading is in, by their ends.
#[derive(Default)]
pub(super) struct Nesting {
    ends: Vec<usize>,
}

/// Skips `!!binary`, `!Sub`, `&anchor` and the like.
pub(super) fn skip_tag(text: &Text<'_>, at: usize) -> usize {
    let is_anchor = text.at(at) == b'&' && text.at(at + 1).is_ascii_alphabetic();
    let is_tag = text.at(at) == b'!' && (text.at(at + 1) == b'!' || text.at(at + 1).is_ascii_uppercase());
    if !is_tag && !is_anchor {
        return at;
    }
    let mut end = at + if text.starts(at, "!!") { 2 } else { 1 };
    while text.at(end).is_ascii_alphanumeric() || (is_anchor && matches!(text.at(end), b'-' | b'_')) {
        end += 1;
    }
    text.skip_blanks(end)
}

/// Tells whether a `|` or `>` stands alone at the end of its line.
pub(super) fn begins(text: &Text<'_>, at: usize) -> bool {
    let mut next = at + 1;
    while matches!(text.at(next), b'+' | b'-' | b'0'..=b'9') && next < at + 4 {
        next += 1;
    }
    next = text.skip_blanks(next);
    matches!(text.at(next), b'\n' | b'\r' | b'#')
}

impl Nesting {
    /// Reads the block below the line of its mark, its indentation taken away. Lines that only
    /// wrap one long token are joined without a line end. A name that is not `first` on its line,
    /// as in a configuration pasted behind other words, says nothing of the outer indentation.
    pub(super) fn read<'a>(
        &mut self,
        text: &Text<'a>,
        mark: usize,
        line: &Line,
        first: bool,
    ) -> Option<Value<'a>> {
        self.ends.retain(|end| *end > mark);
        if self.ends.len() >= DEPTH {
            return None;
        }
        let outer = if first { line.content - line.start } else { 0 };
        let mut at = text.find(b'\n', mark) + 1;
        let begin = at;
        let mut indent = None;
        let mut lines: Vec<&'a str> = Vec::new();
        let (mut start, mut end) = (None, begin);
        while at < text.len() && at - begin < VALUE_BYTES {
            let stop = text.line_end(at);
            let content = text.skip_blanks(at).min(stop);
            if content < stop {
                let own = content - at;
                let indent = *indent.get_or_insert(own);
                if own < indent || own <= outer {
                    break;
                }
                lines.push(text.slice(at + indent, stop).trim_end());
                start.get_or_insert(at + indent);
                end = stop;
            } else if start.is_some() {
                lines.push("");
            }
            at = text.find(b'\n', stop) + 1;
        }
        let start = start?;
        self.ends.push(end);
        while lines.last().is_some_and(|last| last.is_empty()) {
            lines.pop();
        }
        let value = match lines.as_slice() {
            [one] => (*one).into(),
            many => many.join(if is_wrapped(many) { "" } else { "\n" }).into(),
        };
        Some(Value { text: value, span: Span::new(start, end), quoted: true })
    }
}

/// Tells whether lines are one token, cut to one width.
fn is_wrapped(lines: &[&str]) -> bool {
    let Some((last, full)) = lines.split_last() else { return false };
    let width = full.first().map_or(0, |line| line.len());
    width >= 16
        && full.iter().all(|line| line.len() == width)
        && last.len() <= width
        && lines.iter().all(|line| {
            line.bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=' | b'-' | b'_' | b'|'))
        })
}

#[cfg(test)]
mod tests;
