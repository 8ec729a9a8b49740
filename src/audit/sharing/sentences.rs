//! The sentences of a text that people wrote, over the ends of its lines.

use super::super::Page;
use super::phrases::in_nfkc;
use crate::model::Span;

/// Bytes of a line that are looked at around what a page shows; a longer line is one of a machine.
const LINE_BYTES_MAX: usize = 4 << 10;
/// Bytes on either side of a place in a longer line.
const NEAR_BYTES: usize = 600;
/// Bytes of a sentence.
const SENTENCE_BYTES_MAX: usize = 1_000;

/// A sentence in NFKC, with the place of the line it begins in.
#[derive(Debug)]
pub(super) struct Sentence {
    /// The text.
    pub(super) text: String,
    /// The line, without blanks at its ends, or the part of it that is looked at.
    pub(super) at: Span,
}

/// Returns the sentences of some lines of a page. `near` is what a very long line is looked at
/// around.
pub(super) fn sentences(page: &Page<'_>, lines: std::ops::Range<usize>, near: Span) -> Vec<Sentence> {
    let mut all: Vec<Sentence> = Vec::new();
    let (mut is_open, mut was_remark) = (false, false);
    for line in lines {
        let (_, span) = page.line(line);
        let span =
            if span.end - span.start > LINE_BYTES_MAX { part_near(page.text, span, near) } else { span };
        let text = page.text.get(span.start..span.end).unwrap_or_default();
        let body = without_marks(text);
        // A remark says nothing more in the line of the program behind it.
        let is_remark = is_remark(text);
        if body.is_empty() || begins_anew(text) || is_remark != was_remark {
            is_open = false;
        }
        was_remark = is_remark;
        let is_value = is_value(body);
        let start = span.start + (text.len() - text.trim_start().len());
        let at = Span::new(start, span.start + text.trim_end().len().max(start - span.start));
        for piece in pieces(&in_nfkc(body)).into_iter().filter(|piece| !piece.trim().is_empty()) {
            match all.last_mut() {
                Some(last) if is_open && last.text.len() + piece.len() < SENTENCE_BYTES_MAX => {
                    if !last.text.ends_with(|c: char| !c.is_ascii()) {
                        last.text.push(' ');
                    }
                    last.text.push_str(piece.trim());
                }
                _ => all.push(Sentence { text: piece.trim().to_owned(), at }),
            }
            is_open = !piece.trim_end().ends_with(ENDS);
        }
        // A line that ends in a colon speaks of what follows, but is a sentence by itself.
        is_open &= !is_value && !is_whole(body) && !body.trim_end().ends_with([':', ':']);
    }
    all
}

/// What ends a sentence, in NFKC.
const ENDS: [char; 4] = ['。', '.', '!', '?'];

/// Cuts a line into sentences. A full stop within a host or a version ends none.
fn pieces(line: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    for (at, c) in line.char_indices().filter(|(_, c)| ENDS.contains(c)) {
        let end = at + c.len_utf8();
        let rest = line.get(end..).unwrap_or_default();
        if c == '。' || rest.starts_with(char::is_whitespace) || rest.is_empty() {
            pieces.push(line.get(start..end).unwrap_or_default());
            start = end;
        }
    }
    pieces.push(line.get(start..).unwrap_or_default());
    pieces
}

/// Lines of lists, headings and tables, and settings, are no part of the sentence before.
fn begins_anew(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with([
        '#', '-', '*', '|', '>', '■', '□', '◆', '◇', '●', '○', '・', '【', '①', '②', '③', '・', '<',
    ]) || line.starts_with("//")
        || line.starts_with(|c: char| c.is_ascii_digit())
        || line
            .split_once(['=', ':'])
            .is_some_and(|(name, value)| !name.trim().contains(' ') || (name.is_ascii() && is_value(value)))
        || is_value(line)
}

/// Tells a short Japanese line that needs no other to go on: it ends in none of the words that do.
fn is_whole(line: &str) -> bool {
    let line = line.trim_end();
    let goes_on =
        ['を', 'の', 'に', 'は', 'が', 'で', 'へ', 'と', 'も', 'や', 'て', 'し', 'く', '、', ',', '('];
    !line.is_ascii()
        && line.chars().count() <= WHOLE_CHARS_MAX
        && line.ends_with(|c: char| !c.is_ascii())
        && !line.ends_with(goes_on)
}

/// Characters of such a line: longer ones may be broken anywhere.
const WHOLE_CHARS_MAX: usize = 30;

/// Tells a line that is a remark in a program.
fn is_remark(line: &str) -> bool {
    let line = line.trim_start();
    ["#", "//", "--", ";", "'", "<!--", "/*", "rem "].iter().any(|mark| line.starts_with(mark))
}

/// Tells a line that is a value and no words.
fn is_value(line: &str) -> bool {
    let line = line.trim();
    line.len() >= VALUE_BYTES_MIN && line.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Bytes of such a line.
const VALUE_BYTES_MIN: usize = 24;

/// A line without the marks of comments around it.
fn without_marks(line: &str) -> &str {
    line.trim().trim_start_matches(['#', '/', '*', '-', ';', '>', '\'', '<', '!']).trim()
}

fn part_near(text: &str, line: Span, near: Span) -> Span {
    let start = near.start.saturating_sub(NEAR_BYTES).clamp(line.start, line.end);
    let end = (near.end + NEAR_BYTES).clamp(start, line.end);
    Span::new(text.floor_char_boundary(start), text.floor_char_boundary(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_need_no_other_end_a_sentence() {
        for line in ["業務委託費 50,000円", "外注さんに連絡", "副業の木村さん用"] {
            assert!(is_whole(line), "{line}");
        }
        for line in ["お使いいただくキーを", "先方から頂いた、", "The key", "値はABC"] {
            assert!(!is_whole(line), "{line}");
        }
    }

    #[test]
    fn values_and_settings_begin_anew() {
        let value = "Q".repeat(VALUE_BYTES_MIN);
        for line in
            [value.clone(), format!("Client secret: {value}"), "KEY=x".to_owned(), "- item".to_owned()]
        {
            assert!(begins_anew(&line), "{line}");
        }
        assert!(!begins_anew("Note that it goes on: here"));
    }
}
