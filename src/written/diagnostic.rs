//! A fault of a file that people write, shown where it stands.

use std::fmt;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::model::{LineIndex, Position, Region, Span, run_masked};

/// A file as read: its name and its text.
#[derive(Debug, Clone)]
pub struct Source {
    path: String,
    text: String,
    lines: LineIndex,
    shown: ShownKeys,
}

/// The keys whose values a diagnostic may show.
pub(crate) type ShownKeys = &'static [&'static [&'static str]];

impl Default for Source {
    fn default() -> Self {
        Self::new("", "", &[])
    }
}

impl Source {
    /// Names a text. Whoever wrote it may have put a secret under a wrong key, so `shown` are the
    /// keys whose values a diagnostic shows.
    #[must_use]
    pub(crate) fn new(path: &str, text: &str, shown: ShownKeys) -> Self {
        let lines = LineIndex::new(text, Position { line: 1, column: 1 });
        Self { path: path.to_owned(), text: text.to_owned(), lines, shown }
    }

    /// Returns the name of the file.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns the text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns line and column, in characters and from 1, of both ends of a span.
    #[must_use]
    pub fn region(&self, span: Span) -> Region {
        self.lines.region(&self.text, span)
    }

    /// Describes a fault at `span`.
    #[must_use]
    pub fn diagnostic(&self, span: Span, message: impl Into<String>) -> Diagnostic {
        let at = self.lines.position(&self.text, span.start);
        let line = self.lines.span_of(&self.text, self.lines.line_of(span.start));
        let text = self.text.get(line.start..line.end).unwrap_or_default();
        let in_line = |offset: usize| offset.clamp(line.start, line.end) - line.start;
        let (excerpt, mark) = shown(text, in_line(span.start)..in_line(span.end), self.shown);
        Diagnostic {
            path: self.path.clone(),
            line: at.line,
            column: at.column,
            message: message.into(),
            excerpt,
            mark,
        }
    }
}

/// A fault, with the line it stands on. `Display` draws the line and marks the fault in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The file.
    pub path: String,
    /// The line, from 1.
    pub line: u64,
    /// The column, from 1, in characters.
    pub column: u64,
    /// What is wrong; quotes nothing of the file but key names.
    pub message: String,
    /// The line, with `…` for whatever could be a secret.
    pub excerpt: String,
    /// The bytes of `excerpt` that are at fault.
    pub mark: Range<usize>,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = usize::try_from(self.line).unwrap_or(usize::MAX);
        let snippet = Snippet::source(self.excerpt.as_str())
            .line_start(line)
            .annotation(AnnotationKind::Primary.span(self.mark.clone()));
        let frame = Renderer::plain().render(&[Group::with_level(Level::ERROR).element(snippet)]);
        // The frame would count the column in the masked line, so the place is written here.
        let indent = self.line.to_string().len();
        writeln!(f, "error: {}", harmless(&self.message))?;
        writeln!(f, "{:indent$}--> {}:{}:{}", "", harmless(&self.path), self.line, self.column)?;
        f.write_str(&frame)
    }
}

impl std::error::Error for Diagnostic {}

/// Returns the line as it may be shown, and where the mark is in it.
///
/// Only values of known keys are shown, because a person may have put a secret under another one.
fn shown(line: &str, mark: Range<usize>, keys: ShownKeys) -> (String, Range<usize>) {
    let visible = visible_bytes(line, keys);
    let start = floor(line, mark.start.min(visible), |before, after| is_run(before) && is_run(after));
    let end = floor(line, mark.end.min(visible), |_, _| false).max(start);
    let rest = line.get(end..visible).unwrap_or_default();
    let run: usize = match line.get(..end).and_then(|s| s.chars().next_back()) {
        Some(last) if is_run(last) => rest.chars().take_while(|c| is_run(*c)).map(char::len_utf8).sum(),
        _ => 0,
    };
    let part = |from: usize, to: usize| run_masked(line.get(from..to).unwrap_or_default());
    let before = part(0, start);
    let marked = part(start, end + run);
    let after = part(end + run, visible);
    let hidden = if visible < line.len() { " …" } else { "" };
    let excerpt = format!("{before}{marked}{after}{hidden}");
    // Masked text can be shorter than what it stands for, never empty where that is not.
    let from = before.as_str().len();
    (excerpt, from..from + marked.as_str().len())
}

/// Replaces what a terminal would obey or reorder.
fn harmless(text: &str) -> String {
    let obeyed = |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().map(|c| if obeyed(c) { '\u{fffd}' } else { c }).collect()
}

/// Returns how much of a line may be shown at all.
fn visible_bytes(line: &str, keys: ShownKeys) -> usize {
    let body = line.trim_start_matches(['\u{feff}', ' ', '\t']);
    if body.starts_with('[') && !body.contains('=') {
        return line.len();
    }
    if body.starts_with(['"', '\'', ']']) && !body.contains('=') {
        return line.len();
    }
    match body.split_once('=') {
        Some((key, _)) if is_value_key(key, keys) => line.len(),
        Some((key, _)) => line.len() - body.len() + key.len() + 1,
        None => 0,
    }
}

/// Moves back to a character border, and on while `joined` holds over the border.
fn floor(line: &str, at: usize, joined: impl Fn(char, char) -> bool) -> usize {
    let mut at = line.floor_char_boundary(at);
    while let (Some(before), Some(after)) =
        (line.get(..at).and_then(|s| s.chars().next_back()), line.get(at..).and_then(|s| s.chars().next()))
    {
        if !joined(before, after) {
            break;
        }
        at -= before.len_utf8();
    }
    at
}

/// The characters of the runs that [`run_masked`] hides; a run must not be masked in two halves.
fn is_run(c: char) -> bool {
    c.is_ascii_alphanumeric() || "+/=_.|-".contains(c)
}

/// Tells whether a key, as written before its `=`, is one of those whose values are shown.
fn is_value_key(written: &str, keys: ShownKeys) -> bool {
    let key = written.rsplit('.').next().unwrap_or_default();
    let key = key.trim().trim_matches(['"', '\'']);
    keys.iter().any(|keys| keys.contains(&key))
}
