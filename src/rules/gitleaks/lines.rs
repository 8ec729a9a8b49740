//! Lines and columns as gitleaks counts them, which `required` and the generic rules depend on.

use std::cell::OnceCell;

use crate::model::Span;

/// A text with its path and commit; either is empty where it is absent.
#[derive(Debug)]
pub(super) struct Fragment<'a> {
    pub(super) path: &'a str,
    pub(super) commit: &'a str,
    pub(super) text: &'a str,
    newlines: OnceCell<Vec<usize>>,
}

/// A line from 1 and a column in bytes. What was found by path alone is at 0, 0.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Spot {
    pub(super) line: usize,
    pub(super) column: usize,
}

impl<'a> Fragment<'a> {
    pub(super) const fn new(path: &'a str, commit: &'a str, text: &'a str) -> Self {
        Self { path, commit, text, newlines: OnceCell::new() }
    }

    /// Returns where a byte is.
    ///
    /// The newline itself counts to the line it begins, so columns of every line but the first are
    /// one higher than a person would say. gitleaks measures `withinColumns` so.
    pub(super) fn spot(&self, at: usize) -> Spot {
        let newlines = self.newlines();
        let line = newlines.partition_point(|newline| *newline <= at);
        let start = line.checked_sub(1).and_then(|before| newlines.get(before)).copied().unwrap_or(0);
        Spot { line: line + 1, column: at - start + 1 }
    }

    /// Returns the whole lines that hold a span.
    pub(super) fn lines_of(&self, span: Span) -> &'a str {
        let newlines = self.newlines();
        let before = newlines.partition_point(|newline| *newline < span.start);
        let start = before.checked_sub(1).and_then(|at| newlines.get(at)).map_or(0, |newline| newline + 1);
        let after = newlines.partition_point(|newline| *newline < span.end);
        let end = newlines.get(after).copied().unwrap_or(self.text.len());
        self.text.get(start..end).unwrap_or_default().trim_end_matches('\r')
    }

    fn newlines(&self) -> &[usize] {
        self.newlines.get_or_init(|| {
            self.text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(at, _)| at).collect()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_after_the_first_line_count_the_newline() {
        let fragment = Fragment::new("", "", "ab\ncd");
        assert_eq!(fragment.spot(1), Spot { line: 1, column: 2 });
        assert_eq!(fragment.spot(4), Spot { line: 2, column: 3 });
    }

    #[test]
    fn lines_are_whole_and_without_their_ends() {
        let fragment = Fragment::new("", "", "ab\r\ncd\r\nef");
        assert_eq!(fragment.lines_of(Span::new(5, 6)), "cd");
        assert_eq!(fragment.lines_of(Span::new(1, 5)), "ab\r\ncd");
        assert_eq!(fragment.lines_of(Span::new(9, 10)), "ef");
    }
}
