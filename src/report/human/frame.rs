//! Code frames: lines of a document with marks under the masked values.

use std::collections::BTreeMap;
use std::ops::{Range, RangeInclusive};

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use anstream::adapter::strip_str;

use crate::model::{Excerpt, ExcerptLine, Severity};
use crate::report::wrap::columns_of;
use crate::report::{Context, paint, terminal, texts};

/// Lines between two marks that still share a frame.
const GAP_LINES_MAX: u64 = 200;

/// The lines of one frame.
#[derive(Debug, Default)]
pub(super) struct Frame {
    lines: BTreeMap<u64, Line>,
}

#[derive(Debug)]
struct Line {
    text: String,
    mark: Option<Mark>,
}

/// What of a line is marked, and what is said of it, the most important first.
#[derive(Debug)]
struct Mark {
    range: Range<usize>,
    label: Vec<String>,
}

impl Frame {
    /// Adds an excerpt with a label at its mark, and tells whether it had a place here: two
    /// excerpts that mark the same line mask it differently, and one far away would leave a hole.
    pub(super) fn add(&mut self, excerpt: &Excerpt, label: &[String]) -> bool {
        let clashes = excerpt.lines().iter().any(|line| {
            line.mark.is_some() && self.lines.get(&line.number).is_some_and(|l| l.mark.is_some())
        });
        if clashes || self.is_far(excerpt) {
            return false;
        }
        let mut label = Some(label);
        for line in excerpt.lines() {
            let (text, mark) = shown(line);
            let mark = mark.map(|range| Mark { range, label: label.take().unwrap_or_default().to_vec() });
            if mark.is_some() || !self.lines.contains_key(&line.number) {
                self.lines.insert(line.number, Line { text, mark });
            }
        }
        true
    }

    fn is_far(&self, excerpt: &Excerpt) -> bool {
        let (Some((first, _)), Some((last, _))) = (self.lines.first_key_value(), self.lines.last_key_value())
        else {
            return false;
        };
        excerpt.lines().iter().any(|line| {
            line.number > last.saturating_add(GAP_LINES_MAX)
                || line.number.saturating_add(GAP_LINES_MAX) < *first
        })
    }

    /// Returns the columns of the largest line number.
    pub(super) fn gutter(&self) -> usize {
        self.shown_lines().map_or(1, |shown| shown.end().to_string().len())
    }

    /// Returns the lines worth showing: a blank first or last line explains nothing.
    fn shown_lines(&self) -> Option<RangeInclusive<u64>> {
        let is_worth = |line: &Line| line.mark.is_some() || !line.text.trim().is_empty();
        let mut worth = self.lines.iter().filter(|(_, line)| is_worth(line)).map(|(number, _)| *number);
        let first = worth.next()?;
        Some(first..=worth.next_back().unwrap_or(first))
    }

    /// Draws the frame, or nothing where there are no lines.
    pub(super) fn drawn(&self, severity: Severity, columns: usize, context: &Context<'_>) -> String {
        let Some(shown) = self.shown_lines() else { return String::new() };
        let first = shown.start();
        let mut source = String::new();
        let mut next = *first;
        let mut annotations = Vec::new();
        for (number, line) in self.lines.range(shown.clone()) {
            // Lines no excerpt holds; the renderer folds what has no annotation.
            source.extend((next..*number).map(|_| "…\n"));
            let at = source.len();
            if let Some(mark) = &line.mark {
                let before = columns_of(line.text.get(..mark.range.end).unwrap_or_default());
                let label = fitting(&mark.label, columns.saturating_sub(self.gutter() + 4 + before), context);
                let span = at + mark.range.start..at + mark.range.end;
                annotations.push(AnnotationKind::Primary.span(span).label(label));
            }
            source.push_str(&line.text);
            annotations.push(AnnotationKind::Visible.span(at..source.len()));
            source.push('\n');
            next = number.saturating_add(1);
        }
        let snippet = Snippet::source(source)
            .line_start(usize::try_from(*first).unwrap_or(usize::MAX))
            .annotations(annotations);
        let group = Group::with_level(Level::ERROR).element(snippet);
        let drawn = renderer(severity, context).term_width(columns).render(&[group]);
        // Whether a bar closes the frame depends on what follows, which is not known here.
        match drawn.rsplit_once('\n') {
            Some((frame, last)) if strip_str(last).to_string().trim() == "|" => frame.to_owned(),
            _ => drawn,
        }
    }
}

/// As much of a label as fits beside the mark, and at least how it begins.
fn fitting(label: &[String], columns: usize, context: &Context<'_>) -> Option<String> {
    let said = (1..=label.len()).rev().filter_map(|count| label.get(..count));
    let mut said = said.map(|parts| texts::joined(parts, context.lang)).peekable();
    while let Some(text) = said.next() {
        if columns_of(&text) <= columns || said.peek().is_none() {
            return Some(text);
        }
    }
    None
}

fn renderer(severity: Severity, context: &Context<'_>) -> Renderer {
    if context.color { Renderer::styled().error(paint::style_of(severity)) } else { Renderer::plain() }
}

/// Makes a line harmless and moves its mark along.
fn shown(line: &ExcerptLine) -> (String, Option<Range<usize>>) {
    let Some((from, to)) = line.mark else { return (terminal::visible(&line.text).into_owned(), None) };
    let part = |range: Range<usize>| terminal::visible(line.text.get(range).unwrap_or_default());
    let (before, marked, after) = (part(0..from), part(from..to), part(to..line.text.len()));
    let mark = before.len()..before.len() + marked.len();
    (format!("{before}{marked}{after}"), Some(mark))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Lang;
    use crate::model::Origin;
    use crate::report::fixture::{catalogue, leak};

    fn excerpt(before: usize, line: &str) -> Excerpt {
        let text = format!("{}{line}\nafter\n", "x = 1\n".repeat(before));
        leak("lwa-client-secret", Origin::file("a"), &text, "amzn1.oa2-cs.v1.{hex:64}", 16).excerpt
    }

    fn drawn(frame: &Frame) -> String {
        let catalogue = catalogue();
        let context =
            Context { catalogue: &catalogue, lang: Lang::En, width: None, color: false, links: None };
        frame.drawn(Severity::High, 80, &context)
    }

    #[test]
    fn neighbours_share_a_frame_and_what_lies_between_is_folded() {
        let mut frame = Frame::default();
        assert!(frame.add(&excerpt(1, "first={s}"), &["one".to_owned()]));
        assert!(frame.add(&excerpt(5, "third={s}"), &["three".to_owned()]));
        assert!(frame.add(&excerpt(19, "秘密={s} # 鍵"), &["two".to_owned()]));
        insta::assert_snapshot!(drawn(&frame), @"
           |
         1 | x = 1
         2 | first=amzn1.oa2-cs.v1.6571…
           |       ^^^^^^^^^^^^^^^^^^^^^ one
         3 | after
         4 | …
         5 | x = 1
         6 | third=amzn1.oa2-cs.v1.6571…
           |       ^^^^^^^^^^^^^^^^^^^^^ three
         7 | after
        ...
        19 | x = 1
        20 | 秘密=amzn1.oa2-cs.v1.6571… # 鍵
           |      ^^^^^^^^^^^^^^^^^^^^^ two
        21 | after
        ");
    }

    #[test]
    fn what_clashes_or_is_far_has_a_frame_of_its_own() {
        let mut frame = Frame::default();
        assert!(frame.add(&excerpt(1, "first={s}"), &["one".to_owned()]));
        assert!(!frame.add(&excerpt(1, "first=1 second={s}"), &["two".to_owned()]));
        assert!(!frame.add(&excerpt(400, "far={s}"), &["three".to_owned()]));
        assert_eq!(drawn(&Frame::default()), "");
    }

    #[test]
    fn long_lines_are_cut_to_the_width() {
        let mut frame = Frame::default();
        frame.add(
            &excerpt(0, &format!("{}{{s}} {}", "word ".repeat(30), "tail ".repeat(60))),
            &["80 characters".to_owned()],
        );
        insta::assert_snapshot!(drawn(&frame), @"
          |
        1 | ...d word word word amzn1.oa2-cs.v1.6571… tail tail tail tail tail tail t...
          |                     ^^^^^^^^^^^^^^^^^^^^^ 80 characters
        2 | ...
        ");
    }
    #[test]
    fn of_a_label_as_much_is_said_as_fits() {
        let catalogue = catalogue();
        let context =
            Context { catalogue: &catalogue, lang: Lang::Ja, width: None, color: false, links: None };
        let mut frame = Frame::default();
        let label = ["緊急[lwa-client-secret]".to_owned(), "80 文字".to_owned()];
        frame.add(&excerpt(0, "secret={s}"), &label);
        let at = |columns: usize| {
            let drawn = frame.drawn(Severity::High, columns, &context);
            drawn.lines().find(|line| line.contains('^')).unwrap().to_owned()
        };
        assert!(at(65).ends_with("^ 緊急[lwa-client-secret]、80 文字"));
        assert_eq!(columns_of(&at(65)), 65);
        assert!(at(64).ends_with("^ 緊急[lwa-client-secret]"));
        assert!(at(40).ends_with("^ 緊急[lwa-client-secret]"));
    }
}
