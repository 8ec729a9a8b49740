//! Names and values with `=`, `:` or `=>` between them, in code, configuration and notes.

mod unquoted;

use std::borrow::Cow;

use super::literal::{self, Joined};
use super::names::{self, Line, Mark, Names};
use super::pairs::Pairs;
use super::scope::Scope;
use super::text::{Text, VALUE_BYTES, is_word};
use super::{Found, Value, argument, block, chained};
use crate::model::{Span, Syntax};

/// How many values that begin within one another's unquoted text are read.
const NESTED: u32 = 6;
/// What tells commands from objects.
const COMMANDS: u32 = 1 << 31;
/// How many values a list has that one name gets.
const LISTED: usize = 4;

/// Reads all fields whose name and value a mark parts.
pub(super) fn read<'a>(text: &Text<'a>, found: &mut Found<'a>) {
    let mut scan = Scan::new(text, found);
    scan.begin_line(if text.starts(0, "\u{feff}") { 3 } else { 0 });
    let mut at = 0;
    while at < text.len() {
        match text.at(at) {
            b'\n' => scan.begin_line(at + 1),
            b'=' => scan.equal(at),
            b':' => scan.colon(at),
            open @ (b'(' | b'[' | b'{') => {
                argument::call(&mut scan, at);
                if let Some(label) = chained::block_label(text, at, scan.line.content) {
                    scan.scope.expect(at, label);
                }
                scan.scope.open(at, open);
            }
            close @ (b')' | b']' | b'}') => scan.scope.close(close),
            b'-' => argument::dash(&mut scan, at),
            b'<' if text.starts(at, "<<<") => chained::here_string(&mut scan, at),
            b'|' if text.before(at) == b' ' => chained::piped(&mut scan, at),
            0xE3 => scan.ideographic(at),
            0xE2 if text.starts(at, "–") || text.starts(at, "—") => {
                argument::noted(&mut scan, at, at + 3)
            }
            0xEF if text.at(at + 1) == 0xBC => match text.at(at + 2) {
                0x9A => scan.marked(at, at + 3, Mark::Colon),
                0x9D => scan.marked(at, at + 3, Mark::Equal),
                _ => {}
            },
            _ => {}
        }
        at += 1;
    }
    scan.finish();
}

/// Unquoted text read as a value, so that what begins within it is not read to its end again.
#[derive(Clone, Copy, Default)]
struct Token {
    start: usize,
    end: usize,
    uses: u32,
}

/// One pass over a text.
pub(super) struct Scan<'t, 'a> {
    pub(super) text: &'t Text<'a>,
    found: &'t mut Found<'a>,
    pub(super) line: Line,
    pub(super) scope: Scope<'a>,
    pairs: Pairs,
    /// Where the last literals read have their closing quotes, which open nothing.
    closed: Vec<usize>,
    token: Token,
    pub(super) block: block::Nesting,
    /// Which command the reading is in: its arguments may name one another.
    command: u32,
}

impl<'t, 'a> Scan<'t, 'a> {
    fn new(text: &'t Text<'a>, found: &'t mut Found<'a>) -> Self {
        Self {
            text,
            found,
            line: Line { start: 0, content: 0, end: 0 },
            scope: Scope::new(),
            pairs: Pairs::new(),
            closed: Vec::new(),
            token: Token::default(),
            block: block::Nesting::default(),
            command: 0,
        }
    }

    fn finish(self) {
        self.pairs.finish(self.text, self.found);
    }

    fn begin_line(&mut self, start: usize) {
        let before = self.text.slice(0, start);
        let before = before.strip_suffix('\n').unwrap_or(before);
        if !before.strip_suffix('\r').unwrap_or(before).ends_with('\\') {
            self.command = COMMANDS | start as u32;
        }
        let end = self.text.line_end(start);
        self.line = Line { start, content: self.text.skip_blanks(start).min(end), end };
        self.scope.line(self.text, &self.line);
    }

    /// Gives a value to each reading of a name.
    pub(super) fn emit(&mut self, names: &[Span], prefix: Span, value: &Value<'a>, syntax: Syntax) {
        for name in names {
            let mut scope = self.scope.names(self.text);
            if prefix.start < prefix.end && *name != Span::new(prefix.start, name.end) {
                let prefix = self.text.slice(prefix.start, prefix.end);
                if !matches!(prefix, "self" | "this") {
                    scope = if scope.is_empty() {
                        Cow::Borrowed(prefix)
                    } else {
                        Cow::Owned(format!("{scope}.{prefix}"))
                    };
                }
            }
            let written = self.text.slice(name.start, name.end);
            let object = match self.scope.object() {
                0 if syntax == Syntax::Argument => self.command,
                object => object,
            };
            self.pairs.note(written, value, object, self.found.fields.len());
            self.found.push((Cow::Borrowed(written), *name), scope, value.clone(), syntax);
        }
    }

    /// Reads the literals at `at`, unless the quote there closes one that was read before.
    pub(super) fn literal(&mut self, at: usize) -> Option<Joined<'a>> {
        if self.closed.contains(&at) {
            return None;
        }
        let joined = literal::joined(self.text, at)?;
        self.closed.clear();
        self.closed.push(joined.value.span.end);
        Some(joined)
    }

    fn equal(&mut self, at: usize) {
        let text = self.text;
        let (before, after) = (text.before(at), text.at(at + 1));
        if matches!(after, b'=' | b'~') || matches!(before, b'=' | b'!' | b'<' | b'>') {
            return;
        }
        if after == b'>' {
            return self.marked(at, at + 2, Mark::Arrow);
        }
        let mut end = at;
        while end > self.line.start
            && end + 3 > at
            && matches!(text.before(end), b':' | b'+' | b'.' | b'?' | b'|' | b'&')
        {
            end -= 1;
        }
        self.marked(end, at + 1, Mark::Equal);
    }

    fn colon(&mut self, at: usize) {
        let text = self.text;
        let (before, after) = (text.before(at), text.at(at + 1));
        if matches!(after, b':' | b'=') || before == b':' {
            return;
        }
        if (before == 0 || matches!(before, b' ' | b'(' | b'{' | b',' | b'[' | b'\n'))
            && after.is_ascii_alphabetic()
        {
            return argument::keyword(self, at);
        }
        if after == b'/' && text.at(at + 2) == b'/' {
            return;
        }
        if before.is_ascii_digit() && after.is_ascii_digit() {
            return;
        }
        // `${NAME:-value}` gives the name a value to fall back on.
        let value = if matches!(after, b'-' | b'=' | b'?')
            && is_word(text.at(at + 2))
            && !matches!(before, b'"' | b'\'')
        {
            at + 2
        } else {
            at + 1
        };
        self.marked(at, value, Mark::Colon);
    }

    /// An ideographic space or a closing bracket after a label.
    fn ideographic(&mut self, at: usize) {
        let text = self.text;
        if text.at(at + 1) != 0x80 {
            return;
        }
        let end = match text.at(at + 2) {
            0x80 => at,
            0x91 | 0x8D => at + 3,
            _ => return,
        };
        let value = text.skip_blanks(at + 3);
        // Only a token right after a label: a sentence has such spaces too.
        if !(text.at(value).is_ascii_graphic() || matches!(text.at(value), 0xE2 | 0xE3))
            || text.at(value) == b':'
        {
            return;
        }
        if let Some(names) = names::read(text, end, &self.line, Mark::Colon)
            && names.first
        {
            self.value(value, Mark::Arrow, &names);
        }
    }

    /// Reads the name before and the value after a mark.
    pub(super) fn marked(&mut self, end: usize, value: usize, mark: Mark) {
        let Some(names) = names::read(self.text, end, &self.line, mark) else { return };
        if mark == Mark::Colon && !names.bound && !is_blank(self.text, value) {
            return;
        }
        self.value(value, mark, &names);
    }

    /// Reads the value that begins at or after `at`.
    pub(super) fn value(&mut self, at: usize, mark: Mark, names: &Names) {
        let text = self.text;
        let mut start = text.skip_blanks(at);
        if text.starts(start, "**") {
            start = text.skip_blanks(start + 2);
        }
        start = block::skip_tag(text, start);
        for go in ["[]byte(", "[]string{"] {
            if text.starts(start, go) {
                start += go.len();
            }
        }
        if literal::opens(text, start) {
            return self.quoted(start, names);
        }
        match text.at(start) {
            b'\n' | b'\r' => self.below(start, mark, names),
            0 if start >= text.len() => {}
            b'|' | b'>' if mark == Mark::Colon && block::begins(text, start) => {
                if let Some(value) = self.block.read(text, start, &self.line, names.first) {
                    self.emit(names.all(), names.prefix, &value, Syntax::Assignment);
                }
            }
            open @ (b'{' | b'[' | b'(') if !(open == b'{' && text.at(start + 1) == b'{') => {
                self.listed(start, names);
            }
            _ => self.unquoted(start, at, mark, names),
        }
    }

    fn quoted(&mut self, start: usize, names: &Names) {
        // `"".join([…])`, as Python joins.
        let list = ["''.join([", "\"\".join([", "''.join((", "\"\".join(("];
        if list.iter().any(|join| self.text.starts(start, join))
            && let Some(value) = literal::listed(self.text, start + 9)
        {
            return self.emit(names.all(), names.prefix, &value, Syntax::Assignment);
        }
        let Some(joined) = self.literal(start) else { return };
        self.emit(names.all(), names.prefix, &joined.value, Syntax::Assignment);
        let spans_lines = matches!(self.text.at(start), b'"' | b'\'' | b'`');
        if !joined.closed
            && names.bound
            && spans_lines
            && let Some(part) = literal::spread(self.text, start)
        {
            let value = literal::join(self.text, part).value;
            self.emit(names.all(), names.prefix, &value, Syntax::Assignment);
        }
    }

    /// The value is on the lines below.
    fn below(&mut self, at: usize, mark: Mark, names: &Names) {
        let text = self.text;
        if mark == Mark::Colon
            && names.first
            && let Some(name) = names.all().first()
        {
            let indent = names.start.saturating_sub(self.line.start);
            self.scope.indent(indent, *name);
        }
        let mut next = text.skip_space(at);
        if mark == Mark::Colon && text.starts(next, "- ") {
            return self.items(next, names);
        }
        if text.starts(next, "\\\n") {
            next = text.skip_space(next + 2);
        }
        // `string(40) "value"`, as PHP dumps it.
        if text.starts(next, "string(") {
            next = text.skip_blanks(text.find_within(b')', next, next + 16) + 1);
        }
        let indented = next - text.back_blanks(next, at) > self.line.content - self.line.start;
        if literal::opens(text, next)
            && (indented || mark != Mark::Colon)
            && let Some(joined) = literal::joined(text, next)
            && !literal::is_key(text, joined.next)
        {
            self.emit(names.all(), names.prefix, &joined.value, Syntax::Assignment);
        } else if matches!(text.at(next), b'{' | b'[' | b'(') && mark != Mark::Colon {
            self.listed(next, names);
        }
    }

    /// A YAML list below its name.
    fn items(&mut self, at: usize, names: &Names) {
        let text = self.text;
        let mut item = at;
        for _ in 0..LISTED {
            if !text.starts(item, "- ") {
                break;
            }
            let start = text.skip_blanks(item + 2);
            let end = text.line_end(start);
            if let Some(joined) = literal::joined(text, start) {
                if !literal::is_key(text, joined.next) {
                    self.emit(names.all(), names.prefix, &joined.value, Syntax::Assignment);
                }
            } else if end - start <= VALUE_BYTES {
                let raw = without_comment(text.slice(start, end));
                if !raw.contains(": ") && !raw.ends_with(':') && !raw.contains('=') {
                    let value =
                        Value { text: raw.into(), span: Span::new(start, start + raw.len()), quoted: false };
                    self.emit(names.all(), names.prefix, &value, Syntax::Assignment);
                }
            }
            item = text.skip_space(end);
        }
    }

    /// A bracket: an object whose names are read on their own, or a list of values.
    fn listed(&mut self, at: usize, names: &Names) {
        let text = self.text;
        if let Some(name) = names.all().first() {
            self.scope.expect(at, *name);
        }
        if let Some(value) = literal::listed(text, at + 1) {
            self.emit(names.all(), names.prefix, &value, Syntax::Assignment);
            return;
        }
        let mut next = text.skip_space(at + 1);
        for _ in 0..LISTED {
            if !literal::opens(text, next) {
                break;
            }
            let Some(joined) = literal::joined(text, next) else { break };
            let after = text.skip_space(joined.next);
            if literal::is_key(text, after) || !joined.closed {
                break;
            }
            self.emit(names.all(), names.prefix, &joined.value, Syntax::Assignment);
            if text.at(after) != b',' {
                break;
            }
            next = text.skip_space(after + 1);
        }
    }
}

fn is_quote(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'`')
}

fn is_blank(text: &Text<'_>, at: usize) -> bool {
    text.blank(at) > 0 || matches!(text.at(at), b'\n' | b'\r' | b'"' | b'\'' | b'`')
}

/// Cuts a comment off the end of a line.
pub(super) fn without_comment(raw: &str) -> &str {
    let cut = [" #", "\t#", " //", " /*", " <!--", " --"].iter().filter_map(|mark| raw.find(mark)).min();
    raw.get(..cut.unwrap_or(raw.len())).unwrap_or(raw).trim_end()
}

#[cfg(test)]
mod tests;
