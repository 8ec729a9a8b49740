//! A text as document audits get it.

use std::cell::OnceCell;
use std::ops::Range;

use super::sharing::Flow;
use super::{Carrier, Met, Yaml};
use crate::fields;
use crate::model::{Context, Credential, Field, LineIndex, Origin, Position, Span};
use crate::settings::Own;

/// One line of a page, as a span of its text without the line end.
pub type LineSpan = Span;

/// What of a document a text is.
#[derive(Debug, Clone, Copy)]
pub struct Window<'a> {
    /// What begins here is this window's; the rest is the neighbours'.
    pub owned: Span,
    /// How the document begins.
    pub head: &'a str,
    /// The first row of a table that began in an earlier window.
    pub header: Option<&'a [String]>,
    /// What a person calls the last place of the text, where it has places such as the rows of a
    /// database.
    pub last_cell: Option<&'a str>,
    /// Whether the document begins here.
    pub is_first: bool,
}

impl Window<'_> {
    /// A document that is one text.
    pub const WHOLE: Self =
        Self { owned: Span::new(0, usize::MAX), head: "", header: None, last_cell: None, is_first: true };

    /// Tells whether something that begins at a byte belongs to it.
    #[must_use]
    pub const fn owns(&self, at: usize) -> bool {
        self.owned.start <= at && at < self.owned.end
    }
}

/// A document, or a window of a large one, with what is known of it. Lent to every audit that is
/// called for it; what costs time is made when first asked for.
pub struct Page<'a> {
    /// Where the document came from.
    pub origin: &'a Origin,
    /// Members that lead to it.
    pub inner: &'a [String],
    /// What the file is for, by its name.
    pub carrier: Option<Carrier>,
    /// The text as a person sees it.
    pub text: &'a str,
    /// The text with its ASCII letters in lower case.
    pub folded: &'a str,
    /// Whether it passed the gate: in what did not, no name can be one of Amazon's secrets.
    pub passed: bool,
    /// Words of the Amazon world in it.
    pub context: &'a Context,
    /// The credentials that stand in it, in the order of their places.
    pub credentials: &'a [Credential],
    /// What belongs to the team itself.
    pub own: &'a Own,
    /// What of the document the text is.
    pub window: Window<'a>,
    /// The words in it, where they were looked for.
    pub(super) met: Option<&'a Met<'a>>,
    lines: OnceCell<LineIndex>,
    fields: OnceCell<Vec<Field<'a>>>,
    yaml: OnceCell<Yaml>,
    is_of_orders: OnceCell<bool>,
    /// What its programs send to whom.
    pub(super) flow: OnceCell<Flow<'a>>,
}

impl<'a> Page<'a> {
    /// Makes a page.
    #[must_use]
    pub fn new(
        (origin, inner): (&'a Origin, &'a [String]),
        (text, folded, passed): (&'a str, &'a str, bool),
        context: &'a Context,
        credentials: &'a [Credential],
        own: &'a Own,
    ) -> Self {
        let path = inner.last().map(String::as_str).or(origin.path.as_deref());
        let carrier = path.and_then(super::carrier_of);
        let (lines, fields, yaml, is_of_orders, flow) = Default::default();
        let window = Window::WHOLE;
        Self {
            origin,
            inner,
            carrier,
            text,
            folded,
            passed,
            context,
            credentials,
            own,
            window,
            met: None,
            lines,
            fields,
            yaml,
            is_of_orders,
            flow,
        }
    }

    /// Says what of the document the text is.
    #[must_use]
    pub const fn within(mut self, window: Window<'a>) -> Self {
        self.window = window;
        self
    }

    /// Says which words it holds.
    #[must_use]
    pub const fn knowing(mut self, met: &'a Met<'a>) -> Self {
        self.met = Some(met);
        self
    }

    /// Returns the path; empty for kinds without one.
    #[must_use]
    pub fn path(&self) -> &'a str {
        self.inner.last().map_or_else(|| self.origin.path.as_deref().unwrap_or_default(), String::as_str)
    }

    /// Returns the name of the file, in lower case.
    #[must_use]
    pub fn file_name(&self) -> String {
        self.path().rsplit('/').next().unwrap_or_default().to_lowercase()
    }

    /// Returns the credentials that are secrets.
    pub fn secrets(&self) -> impl Iterator<Item = &'a Credential> {
        self.credentials.iter().filter(|credential| !credential.is_identifier)
    }

    /// Returns the lines, numbered from 0 within the text.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(self.text, Position { line: 1, column: 1 }))
    }

    /// Returns a line by its number, from 0 within the text, without its line end.
    #[must_use]
    pub fn line(&self, line: usize) -> (&'a str, LineSpan) {
        let span = self.lines().span_of(self.text, line);
        (self.text.get(span.start..span.end).unwrap_or_default(), span)
    }

    /// Returns the numbers of the lines within `reach` lines of a place.
    #[must_use]
    pub fn lines_near(&self, at: Span, reach: usize) -> Range<usize> {
        let lines = self.lines();
        let first = lines.line_of(at.start).saturating_sub(reach);
        let last = lines.line_of(at.end.max(at.start + 1) - 1) + reach;
        first..(last + 1).min(lines.len())
    }

    /// Returns the named values of the whole text. Reading them costs a hundred times what a search
    /// does, so ask once a cheaper look has shown that it pays.
    pub fn fields(&self) -> &[Field<'a>] {
        self.fields.get_or_init(|| fields::read(self.text, None))
    }

    /// Tells whether it is about orders of Amazon's; `look` is asked once, for all audits.
    pub fn is_of_orders(&self, look: impl FnOnce() -> bool) -> bool {
        *self.is_of_orders.get_or_init(look)
    }

    /// Returns the text as YAML. Ask once something else has told that it is.
    pub fn yaml(&self) -> &Yaml {
        self.yaml.get_or_init(|| Yaml::read(self.text))
    }
}
