//! Elements and attributes of XML, HTML and property lists.

use std::borrow::Cow;

use super::text::{NAME_BYTES, Text, VALUE_BYTES, is_label, is_wide_stop};
use super::{Found, Value};
use crate::model::{Span, Syntax};
use crate::rules::meanings;

/// How far a tag may reach, in bytes.
const TAG_BYTES: usize = 8192;
/// How many columns of a table get their header's name.
const COLUMNS: usize = 32;

/// Reads all elements, and attributes whose entities must be undone or that name one another.
pub(super) fn read<'a>(text: &Text<'a>, found: &mut Found<'a>) {
    let mut markup = Markup { text, found, label: None, heads: Vec::new(), column: 0, cell: Cell::None };
    let mut at = text.find(b'<', 0);
    while at < text.len() {
        at = markup.tag(at);
    }
}

/// What the reading stands in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cell {
    None,
    Head,
    Body,
}

/// A text with its place.
type Placed<'a> = (Cow<'a, str>, Span);

struct Markup<'t, 'a> {
    text: &'t Text<'a>,
    found: &'t mut Found<'a>,
    /// The text that names the next value: a property list's key, a label cell.
    label: Option<Placed<'a>>,
    heads: Vec<Placed<'a>>,
    column: usize,
    cell: Cell,
}

impl<'a> Markup<'_, 'a> {
    /// Reads the tag at `at` and the text after it; returns where the next tag may be.
    fn tag(&mut self, at: usize) -> usize {
        let text = self.text;
        let closing = text.at(at + 1) == b'/';
        let start = at + 1 + usize::from(closing);
        let end = tag_name_end(text, start);
        if end == start {
            return text.find(b'<', at + 1);
        }
        let (close, key) = if closing { (end, None) } else { self.attributes(end) };
        let close = if closing { text.skip_blanks(close) } else { close };
        if text.at(close) != b'>' {
            self.noted(start, at);
            return text.find(b'<', at + 1);
        }
        let empty = text.before(close) == b'/';
        let (body, next) = self.body(close + 1);
        let name = Span::new(local(text, start, end), end);
        if closing {
            self.closed(name, body);
        } else if !empty {
            self.opened(name, key, body, text.starts(next, "</"));
        }
        if !text.slice(start, end).is_ascii() {
            self.noted(start, at);
        }
        next
    }

    /// Returns the text after a tag without its entities, and where the next tag is.
    fn body(&self, start: usize) -> (Option<Placed<'a>>, usize) {
        let text = self.text;
        let begin = text.skip_space(start);
        let (start, end, next, raw) = if text.starts(begin, "<![CDATA[") {
            let inner = begin + 9;
            let end = text.find_str("]]>", inner);
            (inner, end, text.find(b'<', end), true)
        } else {
            let end = text.find(b'<', start);
            (start, end, end, false)
        };
        if end - start > VALUE_BYTES {
            return (None, next);
        }
        let inner = text.slice(start, end);
        let trimmed = inner.trim();
        if trimmed.is_empty() {
            return (None, next);
        }
        let start = start + inner.len() - inner.trim_start().len();
        let value = if raw { Cow::Borrowed(trimmed) } else { entities_undone(trimmed) };
        (Some((value, Span::new(start, start + trimmed.len()))), next)
    }

    /// Reads attributes up to the end of the tag, and returns that end and the attribute that
    /// names the element.
    fn attributes(&mut self, at: usize) -> (usize, Option<Placed<'a>>) {
        let text = self.text;
        let stop = text.len().min(at + TAG_BYTES);
        let (mut at, mut key, mut other, mut value) = (at, None, None, None);
        while at < stop {
            match text.at(at) {
                b'>' | b'<' => break,
                b'=' => {
                    let quote_at = text.skip_space(at + 1);
                    let quote = text.at(quote_at);
                    if !matches!(quote, b'"' | b'\'') {
                        at += 1;
                        continue;
                    }
                    let end = text.find_within(quote, quote_at + 1, stop);
                    let (name, span) = (attribute_name(text, at), Span::new(quote_at + 1, end));
                    let raw = text.slice(span.start, span.end);
                    let written = text.slice(name.start, name.end);
                    let undone = entities_undone(raw);
                    if is_key(written) {
                        let slot = if key.is_none() { &mut key } else { &mut other };
                        *slot = Some((undone.clone(), span));
                    } else if is_value(written) {
                        value = Some((undone.clone(), span));
                    }
                    if matches!(undone, Cow::Owned(_)) {
                        self.emit((written.into(), name), &(undone, span));
                    }
                    at = end + 1;
                }
                _ => at += 1,
            }
        }
        if let (Some(key), Some(value)) = (&key, &value) {
            let field = Value { text: value.0.clone(), span: value.1, quoted: true };
            for key in std::iter::once(key).chain(&other) {
                self.found.push(key.clone(), Cow::Borrowed(""), field.clone(), Syntax::Pair);
            }
            key_done(&mut self.label);
        } else if let Some(value) = &value
            && let Some(label) = self.label.take()
        {
            self.emit(label, value);
        }
        (at, key)
    }

    fn emit(&mut self, name: Placed<'a>, value: &Placed<'a>) {
        let value = Value { text: value.0.clone(), span: value.1, quoted: true };
        self.found.push(name, Cow::Borrowed(""), value, Syntax::Markup);
    }

    fn opened(&mut self, name: Span, key: Option<Placed<'a>>, body: Option<Placed<'a>>, whole: bool) {
        let written = self.text.slice(name.start, name.end);
        let is = |known: &[&str]| known.iter().any(|k| k.eq_ignore_ascii_case(written));
        if is(&["tr", "row", "dl", "table"]) {
            self.column = 0;
            self.label = None;
            if is(&["table"]) {
                self.heads.clear();
            }
        } else if is(&["th", "dt"]) {
            self.cell = Cell::Head;
        } else if is(&["td", "cell", "dd"]) {
            self.cell = Cell::Body;
        }
        let Some(body) = body else {
            if key.is_some() {
                self.label = key;
            }
            return;
        };
        if self.cell != Cell::None {
            return self.cell_text(body);
        }
        if !whole {
            // `<li>Secret key: <code>value</code>`
            if body.0.ends_with([':', '：']) && is_label(trim_label(&body.0)) {
                self.label = Some(labelled(body));
            }
            return;
        }
        if let Some(label) = self.label.take_if(|_| !is_label(trim_label(&body.0))) {
            self.emit(label, &body);
        }
        let is_named = key.as_ref().is_some_and(|key| ends_with_any(&key.0, &["key", "name"]));
        if let Some(key) = key {
            if ends_with_any(&key.0, &["value"])
                && let Some(label) = self.label.take()
            {
                self.emit(label, &body);
            }
            self.emit(key, &body);
        }
        if is_named || (is_prose(written) && names_credential(&body.0)) {
            self.label = is_label(trim_label(&body.0)).then(|| labelled(body.clone()));
        } else if is(&["key", "name", "label", "strong", "b", "em", "parameterkey", "h1", "h2", "h3", "h4"]) {
            self.label = is_label(trim_label(&body.0)).then(|| labelled(body.clone()));
        } else if let Some(label) = self.label.take() {
            self.emit(label, &body);
        }
        if !is_prose(written) {
            self.emit((written.into(), name), &body);
        }
    }

    fn closed(&mut self, name: Span, body: Option<Placed<'a>>) {
        let written = self.text.slice(name.start, name.end);
        let is = |known: &[&str]| known.iter().any(|k| k.eq_ignore_ascii_case(written));
        if is(&["td", "th", "cell", "dd", "dt"]) {
            self.cell = Cell::None;
            self.column += 1;
        }
        let Some((value, span)) = body else { return };
        if self.cell != Cell::None {
            return self.cell_text((value, span));
        }
        // `<b>Client Secret:</b> value`
        if is(&["strong", "b", "em", "label", "span"])
            && let Some(label) = self.label.take()
            && let Cow::Borrowed(raw) = value
        {
            let bare = raw.trim_start_matches([':', ' ', '：', '\u{3000}']);
            let bare = bare.split(['\n']).next().unwrap_or_default().trim_end();
            let start = span.start + (raw.len() - raw.trim_start_matches([':', ' ', '：', '\u{3000}']).len());
            self.emit(label, &(bare.into(), Span::new(start, start + bare.len())));
        }
    }

    /// A cell names the one after it, and the head of its column names it.
    fn cell_text(&mut self, body: Placed<'a>) {
        let is_head = self.cell == Cell::Head;
        self.cell = Cell::None;
        if is_head && self.heads.len() < COLUMNS && self.column <= self.heads.len() {
            self.heads.truncate(self.column);
            self.heads.push(labelled(body.clone()));
        }
        if !is_head {
            if let Some(head) = self.heads.get(self.column).filter(|head| is_label(&head.0)) {
                let head = head.clone();
                self.emit(head, &body);
            }
            if let Some(label) = self.label.take() {
                self.emit(label, &body);
            }
        }
        self.label = is_label(trim_label(&body.0)).then(|| labelled(body));
    }

    /// `<パスワード> value`: a label in angle brackets.
    fn noted(&mut self, start: usize, at: usize) {
        let text = self.text;
        if text.at(start) < 0x80 || text.at(at + 1) == b'/' {
            return;
        }
        let end = tag_name_end(text, start);
        if text.at(end) != b'>' {
            return;
        }
        let value = text.skip_blanks(end + 1);
        let mut stop = value;
        while stop - value < VALUE_BYTES && text.at(stop).is_ascii_graphic() && text.at(stop) != b'<' {
            stop += 1;
        }
        let name = text.slice(start, end);
        self.emit(
            (name.into(), Span::new(start, end)),
            &(text.slice(value, stop).into(), Span::new(value, stop)),
        );
    }
}

fn key_done(label: &mut Option<Placed<'_>>) {
    *label = None;
}

fn trim_label(text: &str) -> &str {
    text.trim_end_matches([':', '：', ' '])
}

fn labelled(mut placed: Placed<'_>) -> Placed<'_> {
    let kept = trim_label(&placed.0).len();
    let cut = placed.0.len() - kept;
    match &mut placed.0 {
        Cow::Borrowed(text) => *text = text.get(..kept).unwrap_or_default(),
        Cow::Owned(text) => text.truncate(kept),
    }
    placed.1 = Span::new(placed.1.start, placed.1.end.saturating_sub(cut));
    placed
}

fn tag_name_end(text: &Text<'_>, start: usize) -> usize {
    let first = text.at(start);
    if !first.is_ascii_alphabetic() && first != b'_' && first < 0x80 {
        return start;
    }
    let mut end = start;
    while end - start < NAME_BYTES {
        match text.at(end) {
            b if b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b':') => end += 1,
            0x80.. => match text.char_at(end) {
                Some(c) if !is_wide_stop(c) => end += c.len_utf8(),
                _ => break,
            },
            _ => break,
        }
    }
    end
}

/// Returns where the name begins after its namespace.
fn local(text: &Text<'_>, start: usize, end: usize) -> usize {
    text.slice(start, end).rfind(':').map_or(start, |at| start + at + 1)
}

fn attribute_name(text: &Text<'_>, equal: usize) -> Span {
    let end = text.back_blanks(equal, 0);
    let mut start = end;
    while end - start < NAME_BYTES
        && (text.before(start).is_ascii_alphanumeric() || matches!(text.before(start), b'_' | b'-' | b'.'))
    {
        start -= 1;
    }
    Span::new(start, end)
}

fn is_key(name: &str) -> bool {
    ["name", "key", "id", "property", "n", "field", "variable"]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(name))
}

fn is_value(name: &str) -> bool {
    ["value", "val", "v", "content", "data", "default", "defaultvalue"]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(name))
}

/// Whether the last word of a name is one of some: `Argument.name`.
fn ends_with_any(name: &str, words: &[&str]) -> bool {
    let last = name.rsplit(['.', '_', '-']).next().unwrap_or(name);
    words.iter().any(|word| word.eq_ignore_ascii_case(last))
}

/// The longest text of an element that is read as a label of the next, in bytes.
const LABEL_BYTES: usize = 60;

/// Whether a text is what a credential is called, and no more.
fn names_credential(text: &str) -> bool {
    text.len() <= LABEL_BYTES && is_label(trim_label(text)) && !meanings(trim_label(text), "").is_empty()
}

/// Tells whether an element says how its text looks rather than what it is.
fn is_prose(name: &str) -> bool {
    matches!(
        name,
        "p" | "a"
            | "b"
            | "i"
            | "u"
            | "s"
            | "li"
            | "div"
            | "span"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "code"
            | "pre"
            | "strong"
            | "em"
            | "td"
            | "th"
            | "dt"
            | "dd"
            | "br"
            | "small"
            | "option"
            | "button"
            | "title"
            | "summary"
            | "tt"
            | "kbd"
            | "font"
            | "body"
            | "html"
    )
}

/// Undoes the entities that stand for marks and for characters by their number.
pub(super) fn entities_undone(raw: &str) -> Cow<'_, str> {
    if !raw.contains('&') {
        return Cow::Borrowed(raw);
    }
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    let mut changed = false;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let (head, _) = after.split_at(after.floor_char_boundary(12));
        match head.split_once(';').and_then(|(name, _)| Some((entity(name)?, name.len() + 1))) {
            Some((c, width)) => {
                out.push(c);
                changed = true;
                rest = after.get(width..).unwrap_or_default();
            }
            None => {
                out.push('&');
                rest = after;
            }
        }
    }
    if !changed {
        return Cow::Borrowed(raw);
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn entity(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some(' '),
        "vert" | "verbar" | "VerticalLine" => Some('|'),
        "sol" => Some('/'),
        "plus" => Some('+'),
        "equals" => Some('='),
        "lowbar" => Some('_'),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

#[cfg(test)]
mod tests;
