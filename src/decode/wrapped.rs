//! Tokens that were broken into lines, as terminals, mails and documents break what is too long.

use memchr::memmem;

use super::offsets::Undone;
use crate::model::Span;

/// How long tokens begin, with the letters each is whole with, at most, and the fewest in a line.
const BEGINNINGS: [(&str, usize, usize); 4] =
    [("Atzr|", 2_048, 20), ("Atza|", 2_048, 20), ("Atz.sprdt|", 4_096, 20), ("amzn1.oa2-cs.v1.", 64, 8)];
/// A line that holds so many letters of a token holds it whole.
const WHOLE_LETTERS: usize = 300;
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
    if length < least || length >= WHOLE_LETTERS.min(most) {
        return;
    }
    let mut found = Vec::new();
    let mut width = None;
    for _ in 0..LINES_MAX {
        let Some(start) = next_line(bytes, end) else { break };
        let run = letters(bytes, start);
        let is_line = run > 0 && run <= WIDTH_MAX && ends_line(bytes, start + run);
        let is_over = width.is_some_and(|width| run > width) || length + run > most;
        if !is_line || is_over {
            break;
        }
        let line = bytes.get(start..start + run).unwrap_or_default();
        let is_full = width.is_none_or(|width| run == width) && run >= 20;
        let is_tail = run >= TAIL_LETTERS || line.iter().any(u8::is_ascii_digit);
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

fn ends_line(bytes: &[u8], at: usize) -> bool {
    matches!(bytes.get(at), None | Some(b'\n' | b'\r'))
}

/// Where the next line begins behind its marks, if the one before ends at `at`.
fn next_line(bytes: &[u8], at: usize) -> Option<usize> {
    let newline = at + usize::from(bytes.get(at) == Some(&b'\r'));
    (bytes.get(newline) == Some(&b'\n')).then_some(())?;
    let rest = bytes.get(newline + 1..)?;
    let marks = rest.iter().take(12).take_while(|b| matches!(b, b' ' | b'\t' | b'>' | b'#' | b'/')).count();
    Some(newline + 1 + marks)
}

#[cfg(test)]
mod tests {
    use super::super::offsets::rewritten;
    use super::*;

    #[test]
    fn broken_tokens_are_joined() {
        let token = format!("Atzr|{}", "IwEBIa1b2c3d4e5f6g7h8".repeat(16));
        for (mark, line_end) in [("", "\n"), ("> ", "\n"), ("# ", "\n"), ("    ", "\r\n")] {
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
            "Atzr|IQEBLzAtAhRPpMJxdwVz2Nn6f2y-tpJX2DeX, then\nIQEBLzAtAhRPpMJxdwVz2Nn6f2y\n",
        ] {
            assert!(breaks(text).is_empty(), "{text}");
        }
    }
}
