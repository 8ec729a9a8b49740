//! The sections and objects around a name, as far as they are cheap to know.

use std::borrow::Cow;

use super::NOWHERE;
use super::names::Line;
use super::text::{NAME_BYTES, Text, is_word};
use crate::model::Span;

/// How many brackets are kept; deeper ones are forgotten from the outside.
const DEPTH: usize = 64;
/// How many names a scope has at most, counted from the inside.
const NAMED: usize = 4;

struct Bracket {
    open: u8,
    name: Span,
    object: u32,
}

/// Where in sections, brackets and indentation the reading is.
pub(super) struct Scope<'a> {
    section: Span,
    brackets: Vec<Bracket>,
    indents: Vec<(usize, Span)>,
    /// The name whose value is the bracket at this place.
    pending: Option<(usize, Span)>,
    /// The object the reading is in; 0 outside of all.
    object: u32,
    objects: u32,
    joined: Option<Cow<'a, str>>,
}

impl<'a> Scope<'a> {
    pub(super) fn new() -> Self {
        Self {
            section: NOWHERE,
            brackets: Vec::new(),
            indents: Vec::new(),
            pending: None,
            object: 0,
            objects: 0,
            joined: None,
        }
    }

    /// Notes that the bracket at `at` is the value of `name`.
    pub(super) fn expect(&mut self, at: usize, name: Span) {
        self.pending = Some((at, name));
    }

    /// Notes that the lines below, further in than `indent`, belong to `name`.
    pub(super) fn indent(&mut self, indent: usize, name: Span) {
        while self.indents.last().is_some_and(|(last, _)| *last >= indent) {
            self.indents.pop();
        }
        if self.indents.len() < DEPTH {
            self.indents.push((indent, name));
        }
        self.joined = None;
    }

    pub(super) fn open(&mut self, at: usize, open: u8) {
        let name = match self.pending {
            Some((expected, name)) if expected == at => name,
            _ => NOWHERE,
        };
        if self.brackets.len() >= DEPTH {
            self.brackets.drain(..DEPTH / 2);
        }
        self.brackets.push(Bracket { open, name, object: self.object });
        self.begin_object();
        if name.start < name.end {
            self.joined = None;
        }
    }

    pub(super) fn close(&mut self, close: u8) {
        let open = match close {
            b'}' => b'{',
            b']' => b'[',
            _ => b'(',
        };
        // A closing bracket within a sentence closes nothing.
        if let Some(bracket) = self.brackets.pop_if(|bracket| bracket.open == open) {
            self.object = bracket.object;
            if bracket.name.start < bracket.name.end {
                self.joined = None;
            }
        }
    }

    /// Returns a number that two names of one object share; 0 outside of all objects.
    pub(super) fn object(&self) -> u32 {
        self.object
    }

    fn begin_object(&mut self) {
        self.objects = self.objects.wrapping_add(1).max(1);
        self.object = self.objects;
    }

    /// Notes a new line: its indentation closes YAML objects, `- ` and `[name]` begin new ones.
    pub(super) fn line(&mut self, text: &Text<'a>, line: &Line) {
        let first = text.at(line.content);
        if line.content >= line.end || first == b'#' {
            return;
        }
        let indent = line.content - line.start;
        let dash = first == b'-' && text.at(line.content + 1) == b' ';
        while self.indents.last().is_some_and(|(last, _)| *last > indent || (*last == indent && !dash)) {
            self.indents.pop();
            self.joined = None;
        }
        if dash {
            self.begin_object();
        }
        if indent > 0 {
            return;
        }
        if first == b'[' && self.brackets.is_empty() {
            if let Some(section) = section(text, line) {
                self.section = section;
                self.begin_object();
                self.joined = None;
            }
        } else if is_word(first) && !dash && !self.brackets.is_empty() {
            // Code at the left edge is in no bracket; whatever was left open was no bracket.
            self.brackets.clear();
            self.joined = None;
        }
    }

    /// Returns the names around, the outermost first.
    pub(super) fn names(&mut self, text: &Text<'a>) -> Cow<'a, str> {
        if let Some(joined) = &self.joined {
            return joined.clone();
        }
        let around = std::iter::once(self.section)
            .chain(self.brackets.iter().map(|bracket| bracket.name))
            .chain(self.indents.iter().map(|(_, name)| *name))
            .filter(|span| span.start < span.end);
        let mut inner = [NOWHERE; NAMED];
        let mut count = 0;
        for span in around {
            if count == NAMED {
                inner.rotate_left(1);
                count -= 1;
            }
            if let Some(slot) = inner.get_mut(count) {
                *slot = span;
            }
            count += 1;
        }
        // Of brackets and indentation, what begins first is around the rest.
        if let Some(names) = inner.get_mut(..count) {
            names.sort_by_key(|span| span.start);
        }
        let names = inner.get(..count).unwrap_or_default();
        let joined = match names {
            [] => Cow::Borrowed(""),
            [one] => Cow::Borrowed(text.slice(one.start, one.end)),
            many => {
                let all: Vec<&str> = many.iter().map(|span| text.slice(span.start, span.end)).collect();
                Cow::Owned(all.join("."))
            }
        };
        self.joined = Some(joined.clone());
        joined
    }
}

/// Reads `[section]` or `[[section]]` that has its line to itself.
fn section(text: &Text<'_>, line: &Line) -> Option<Span> {
    let raw = text.slice(line.content, line.end);
    if raw.len() > NAME_BYTES {
        return None;
    }
    let raw = raw.split(['#', ';']).next().unwrap_or_default().trim_end();
    let open = raw.len() - raw.trim_start_matches('[').len();
    let inner = raw.trim_start_matches('[').trim_end_matches(']');
    let whole = raw.len() == inner.len() + 2 * open;
    let plain = inner
        .chars()
        .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ' | ':' | '"' | '/' | '\''));
    let start = line.content + open;
    (whole && plain && inner.chars().any(char::is_alphabetic)).then(|| Span::new(start, start + inner.len()))
}

#[cfg(test)]
mod tests;
