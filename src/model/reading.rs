//! A document made readable once, and lent to everyone who judges it.

use std::borrow::Cow;

use super::{Position, Region, Span};

/// One text of a document: the document itself, or what an encoding in it hides.
#[derive(Debug)]
pub struct Reading<'a> {
    /// The text, always valid UTF-8.
    pub text: &'a str,
    /// The text with its ASCII letters in lower case, for searches that ignore letter case.
    pub folded: String,
    /// The named values in it, in the order of their values.
    pub fields: Vec<Field<'a>>,
}

impl<'a> Reading<'a> {
    /// Makes a text ready to be judged.
    #[must_use]
    pub fn new(text: &'a str, fields: Vec<Field<'a>>) -> Self {
        Self { text, folded: text.to_ascii_lowercase(), fields }
    }
}

/// Which syntax a named value was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Syntax {
    /// `name = value` or `name: value` of any language, JSON, YAML, TOML, INI and shell included.
    Assignment,
    /// `<name>value</name>`, attributes, and `<key>`, `<string>` of property lists.
    Markup,
    /// `name=value&name=value` of addresses and form bodies.
    Query,
    /// `{"name": …, "value": …}` of Postman, HAR, CloudFormation, Kubernetes.
    Pair,
    /// A cell under a header, or beside a label.
    Table,
    /// A label on one line and its value on the next.
    Label,
    /// An argument, as in `setSecret("name", "value")` or `--name value`.
    Argument,
}

/// A named value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field<'a> {
    /// The name as written, without quotes.
    pub name: Cow<'a, str>,
    /// Names of the sections or objects around it, joined by `.`; empty where there are none.
    pub scope: Cow<'a, str>,
    /// The value without quotes, its escapes undone, adjacent literals joined.
    pub value: Cow<'a, str>,
    /// Where the name is.
    pub name_span: Span,
    /// Where the value is, without its quotes; from the first literal to the last where it is
    /// split.
    pub value_span: Span,
    /// Whether the value stood in quotes, so that it is a literal and no expression.
    pub quoted: bool,
    /// Which syntax it was read from.
    pub syntax: Syntax,
}

/// Finds lines and columns of byte offsets.
#[derive(Debug, Clone)]
pub struct LineIndex {
    starts: Vec<usize>,
    first: Position,
}

impl LineIndex {
    /// Indexes a text whose first character is at `first`.
    #[must_use]
    pub fn new(text: &str, first: Position) -> Self {
        let newlines = text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(at, _)| at + 1);
        Self { starts: std::iter::once(0).chain(newlines).collect(), first }
    }

    /// Returns the number of lines.
    #[must_use]
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Never true: a text has a first line.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// Returns the line, from 0 within the text, that holds the byte at `offset`.
    #[must_use]
    pub fn line_of(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset).saturating_sub(1)
    }

    /// Returns the bytes of a line, from 0 within the text, without its line end.
    #[must_use]
    pub fn span_of(&self, text: &str, line: usize) -> Span {
        let start = self.starts.get(line).copied().unwrap_or(text.len());
        let end = self.starts.get(line + 1).copied().unwrap_or(text.len());
        let body = text.get(start..end).unwrap_or_default();
        Span::new(start, start + body.trim_end_matches(['\n', '\r']).len())
    }

    /// Returns the number a person would give the line.
    #[must_use]
    pub fn number_of(&self, line: usize) -> u64 {
        self.first.line + line as u64
    }

    /// Returns line and column of a byte.
    #[must_use]
    pub fn position(&self, text: &str, offset: usize) -> Position {
        let line = self.line_of(offset);
        let start = self.starts.get(line).copied().unwrap_or(0);
        let characters = text.get(start..offset.min(text.len())).map_or(0, |s| s.chars().count());
        let before = if line == 0 { self.first.column } else { 1 };
        Position { line: self.number_of(line), column: before + characters as u64 }
    }

    /// Returns the region of a span.
    #[must_use]
    pub fn region(&self, text: &str, span: Span) -> Region {
        Region { start: self.position(text, span.start), end: self.position(text, span.end) }
    }
}

/// A part of the Amazon world a document can belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ContextKind {
    /// Selling: SP-API, MWS, Login with Amazon, advertising, Seller Central.
    Seller,
    /// Amazon Pay.
    Pay,
    /// The Seller Central or amazon account itself: log-ins and cookies.
    Account,
    /// The Selling Partner API, and nothing that has a word with it only by Login with Amazon.
    SpApi,
    /// Other uses of Login with Amazon, whose client secrets do not expire: advertising, Alexa.
    OtherLogin,
}

/// A word that put a document into a context.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Marker {
    /// Which context.
    pub kind: ContextKind,
    /// The word, from `rules/lists/context.toml`; never text of the document.
    pub word: String,
}

/// Why a document belongs to the Amazon world, or that it does not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Context {
    markers: std::collections::BTreeSet<Marker>,
}

impl Context {
    /// Remembers a word.
    pub fn add(&mut self, marker: Marker) {
        self.markers.insert(marker);
    }

    /// Tells whether a word was seen already.
    #[must_use]
    pub fn has(&self, kind: ContextKind, word: &str) -> bool {
        self.markers.iter().any(|m| m.kind == kind && m.word == word)
    }

    /// Returns the words that put the document into a context, sorted.
    pub fn words(&self, kind: ContextKind) -> impl Iterator<Item = &str> {
        self.markers.iter().filter(move |m| m.kind == kind).map(|m| m.word.as_str())
    }

    /// Tells whether anything shows that the document is about a seller's keys, account or payments.
    #[must_use]
    pub fn is_of_sellers(&self) -> bool {
        !self.markers.is_empty()
    }

    /// Returns a word that proves the context, if there is one.
    #[must_use]
    pub fn proof(&self, kind: ContextKind) -> Option<&str> {
        self.markers.iter().find(|m| m.kind == kind).map(|m| m.word.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let text = "一行目\n鍵=abc\r\n";
        let index = LineIndex::new(text, Position { line: 1, column: 1 });
        let at = text.find("abc").unwrap();
        assert_eq!(index.position(text, at), Position { line: 2, column: 3 });
        assert_eq!(index.span_of(text, 1), Span::new(10, 17));
    }

    #[test]
    fn a_window_continues_its_line() {
        let index = LineIndex::new("cd\ne", Position { line: 7, column: 3 });
        assert_eq!(index.position("cd\ne", 1), Position { line: 7, column: 4 });
        assert_eq!(index.position("cd\ne", 3), Position { line: 8, column: 1 });
    }
}
