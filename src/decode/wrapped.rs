//! Tokens that were broken into lines, as terminals, mails and documents break what is too long.

use memchr::memmem;

use super::offsets::Undone;
use crate::model::Span;
use crate::rules::runs::TOKEN_LETTERS;

/// How long tokens begin, with the letters each is whole with, at most, and the fewest in a line.
const BEGINNINGS: [(&str, usize, usize); 4] =
    [("Atzr|", 2_048, 20), ("Atza|", 2_048, 20), ("Atz.sprdt|", 4_096, 20), ("amzn1.oa2-cs.v1.", 64, 8)];
/// Lines of one token.
const LINES_MAX: usize = 120;
/// The longest line of what was broken.
const WIDTH_MAX: usize = 200;
/// Letters of a last line that no word has.
const TAIL_LETTERS: usize = 16;

/// Returns the line breaks within tokens, with what quotes or comments put in front of each line.
pub(super) fn breaks(text: &str) -> Vec<Undone> {
    let mut breaks = Vec::new();
    for (beginning, most, least) in BEGINNINGS {
        for at in memmem::find_iter(text.as_bytes(), beginning.as_bytes()) {
            of_token(text, at + beginning.len(), (most, least), &mut breaks);
        }
    }
    breaks
}

fn of_token(text: &str, body: usize, (most, least): (usize, usize), breaks: &mut Vec<Undone>) {
    let bytes = text.as_bytes();
    let mut end = body + letters(bytes, body);
    let mut length = end - body;
    if length < least || length >= TOKEN_LETTERS.min(most) {
        return;
    }
    let mut found = Vec::new();
    let mut width = None;
    for _ in 0..LINES_MAX {
        let Some(start) = next_line(bytes, end) else { break };
        let run = letters(bytes, start);
        if is_invisible(bytes, end, start) && run > 0 && length + run <= most {
            found.push(Undone { span: Span::new(end, start), character: None });
            (end, length) = (start + run, length + run);
            continue;
        }
        let is_line = run > 0 && run <= WIDTH_MAX && ends_line(bytes, start + run);
        let is_over = width.is_some_and(|width| run > width) || length + run > most;
        if !is_line || is_over {
            break;
        }
        let line = bytes.get(start..start + run).unwrap_or_default();
        let is_full = width.is_none_or(|width| run == width) && run >= 20;
        let is_tail = run >= TAIL_LETTERS || !is_word(line);
        if !is_full && !is_tail {
            break;
        }
        found.push(Undone { span: Span::new(end, start), character: None });
        (end, length) = (start + run, length + run);
        if !is_full {
            break;
        }
        width = Some(run);
    }
    breaks.extend(found);
}

/// Letters of a token from a place on.
fn letters(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    rest.iter().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')).count()
}

/// Letters as a word has them: small, capital, or small behind one capital.
fn is_word(letters: &[u8]) -> bool {
    let behind_first = letters.get(1..).unwrap_or_default();
    letters.iter().all(u8::is_ascii_uppercase)
        || (letters.first().is_some_and(u8::is_ascii_alphabetic)
            && behind_first.iter().all(u8::is_ascii_lowercase))
}

/// What ends a line, or the quotes around all of them.
fn ends_line(bytes: &[u8], at: usize) -> bool {
    matches!(bytes.get(at), None | Some(b'\n' | b'\r' | b'"' | b'\'' | b'`' | b'<'))
        || break_at(bytes, at) > 0
}

/// Breaks of lines in pages, and what some programs put where a line may break.
const BREAKS: [&[u8]; 8] =
    [b"<br>", b"<br/>", b"<br />", b"<wbr>", b"<wbr/>", b"&shy;", "\u{ad}".as_bytes(), "\u{200b}".as_bytes()];

fn break_at(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    BREAKS.iter().find(|mark| rest.starts_with(mark)).map_or(0, |mark| mark.len())
}

/// Whether only a mark that nobody sees parts two pieces.
fn is_invisible(bytes: &[u8], end: usize, start: usize) -> bool {
    start > end && break_at(bytes, end) == start - end
}

/// Where the next line begins behind its marks, if the one before ends at `at`.
fn next_line(bytes: &[u8], at: usize) -> Option<usize> {
    let shown = at + break_at(bytes, at);
    let newline = shown + usize::from(bytes.get(shown) == Some(&b'\r'));
    if bytes.get(newline) != Some(&b'\n') {
        return (shown > at).then_some(shown);
    }
    let rest = bytes.get(newline + 1..)?;
    let is_mark = |b: &&u8| matches!(b, b' ' | b'\t' | b'>' | b'#' | b'/' | b'*' | b'+' | b';');
    Some(newline + 1 + rest.iter().take(12).take_while(is_mark).count())
}

/// Letters behind a bar from which on it is one of a token.
const BODY_LETTERS: usize = 100;

/// Returns the bars of tokens that are written wide or between blanks, as editors and tables make them.
pub(super) fn bars(text: &str) -> Vec<Undone> {
    let bytes = text.as_bytes();
    let skip = |at: usize| {
        at + bytes.get(at..).unwrap_or_default().iter().take(2).take_while(|b| **b == b' ').count()
    };
    let mut bars = Vec::new();
    for (beginning, ..) in BEGINNINGS {
        let Some(kind) = beginning.strip_suffix('|') else { continue };
        for at in memmem::find_iter(bytes, kind.as_bytes()) {
            let start = at + kind.len();
            let rest = bytes.get(skip(start)..).unwrap_or_default();
            let Some(bar) = ["|", "｜"].iter().find(|bar| rest.starts_with(bar.as_bytes())) else {
                continue;
            };
            let end = skip(skip(start) + bar.len());
            if end > start + 1 && letters(bytes, end) >= BODY_LETTERS {
                bars.push(Undone { span: Span::new(start, end), character: Some('|') });
            }
        }
    }
    bars
}

#[cfg(test)]
mod tests {
    use super::super::offsets::rewritten;
    use super::*;

    #[test]
    fn broken_tokens_are_joined() {
        let token = format!("Atzr|{}", "IwEBIa1b2c3d4e5f6g7h8".repeat(16));
        for (mark, line_end) in [
            ("", "\n"),
            ("> ", "\n"),
            ("# ", "\n"),
            ("    ", "\r\n"),
            (" * ", "\n"),
            ("", "<br>\n"),
            ("", "<wbr>"),
        ] {
            let lines: Vec<&str> = (0..token.len())
                .step_by(76)
                .filter_map(|at| token.get(at..token.len().min(at + 76)))
                .collect();
            let text = format!("{mark}{}\nthanks\n", lines.join(&format!("{line_end}{mark}")));
            let joined = rewritten(&text, &breaks(&text)).0;
            assert!(joined.contains(&token) && !joined.contains(&format!("{token}t")), "{mark:?}: {joined}");
        }
    }

    #[test]
    fn other_lines_stay_apart() {
        for text in [
            "Atzr|IQEBLzAtAhRPpMJxdwVz2Nn6f2y-tpJX2DeX\nclient\n",
            "Atzr|IQEBLzAtAhRPpMJxdwVz2Nn6f2y-tpJX2DeX\nAtzr|IQEBLzAtAhRPpMJxdwVz2Nn6f2y-tpJX2DeX\n",
            "Atzr|IQEBLzAtAhRPpMJxdwVz2Nn6f2y-tpJX2DeX\n> Thanks\n",
            "Atzr|IQEBLzAtAhRPpMJxdwVz2Nn6f2y-tpJX2DeX, then\nIQEBLzAtAhRPpMJxdwVz2Nn6f2y\n",
        ] {
            assert!(breaks(text).is_empty(), "{text}");
        }
    }
}
