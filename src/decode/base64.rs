//! Base64 in both alphabets, padded or not, wrapped or not.

use crate::model::Span;
use crate::rules::decoded_base64;
use crate::rules::runs::{BASE64, next_run};

/// Shortest run worth decoding: the shortest secret behind a name has 20 characters.
pub(super) const RUN_CHARACTERS_MIN: usize = 20;

/// Decodes a whole value; line breaks within it are skipped.
#[must_use]
pub fn decoded(value: &str) -> Option<Vec<u8>> {
    let compact: String = value.chars().filter(|c| !c.is_whitespace()).collect();
    if compact.len() < RUN_CHARACTERS_MIN || !compact.bytes().all(|b| is_letter(b) || b == b'=') {
        return None;
    }
    decoded_base64(compact.as_bytes())
}

fn is_letter(b: u8) -> bool {
    BASE64.get(usize::from(b)).copied().unwrap_or(false)
}

/// Calls `found` with every run of base64 of at least `least` characters, wrapped lines joined.
///
/// A run may be preceded by letters of the alphabet that do not belong to it, as in
/// `key/QXR6…`; the three later alignments are tried by whoever looks for something in it.
pub(super) fn runs(text: &str, least: usize, mut found: impl FnMut(Span, &[u8])) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(run) = next_run(bytes, at, least, &BASE64) {
        let (end, joined) = with_wrapped_lines(bytes, run);
        match joined {
            Some(joined) => found(Span::new(run.start, end), &joined),
            None => found(run, bytes.get(run.start..run.end).unwrap_or_default()),
        }
        at = end;
    }
}

/// Decodes a run at an alignment of 0 to 3 characters.
pub(super) fn decoded_at(run: &[u8], alignment: usize) -> Option<Vec<u8>> {
    decoded_base64(run.get(alignment..)?)
}

/// Joins the lines of a wrapped block: every line but the last has the length of the first, and
/// they are indented alike.
fn with_wrapped_lines(bytes: &[u8], first: Span) -> (usize, Option<Vec<u8>>) {
    let width = first.end - first.start;
    if width < 40 {
        return (first.end, None);
    }
    let mut end = first.end;
    let mut joined: Option<Vec<u8>> = None;
    while let Some(next) = continuation(bytes, end) {
        let length = next.end - next.start;
        if length > width {
            break;
        }
        joined
            .get_or_insert_with(|| bytes.get(first.start..first.end).unwrap_or_default().to_vec())
            .extend(bytes.get(next.start..next.end).unwrap_or_default());
        end = next.end;
        if length < width {
            break;
        }
    }
    (end, joined)
}

/// The run at the beginning of the next line, when the line break comes right behind `end`.
fn continuation(bytes: &[u8], end: usize) -> Option<Span> {
    let rest = bytes.get(end..)?;
    // `\n` written out is how JSON and shell strings wrap.
    let after = rest
        .strip_prefix(b"\r\n")
        .or_else(|| rest.strip_prefix(b"\n"))
        .or_else(|| rest.strip_prefix(b"\\r\\n"))
        .or_else(|| rest.strip_prefix(b"\\n"))?;
    let indent = after.iter().take_while(|b| matches!(b, b' ' | b'\t' | b'#' | b'*')).count();
    let start = end + (rest.len() - after.len()) + indent;
    let tail = bytes.get(start..)?;
    let length = tail.iter().take_while(|b| is_letter(**b)).count();
    let padding = tail.iter().skip(length).take_while(|b| **b == b'=').count();
    // Anything but the end of a line or string behind it is the next key of a mapping.
    let ends = bytes
        .get(start + length)
        .is_none_or(|b| matches!(b, b'\n' | b'\r' | b'=' | b'"' | b'\'' | b'`' | b'\\' | b'<'));
    (length > 0 && length + padding >= 4 && ends).then(|| Span::new(start, start + length))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::base64::Engine as _;
    use ::base64::engine::general_purpose::STANDARD;

    fn texts(text: &str) -> Vec<String> {
        let mut all = Vec::new();
        runs(text, RUN_CHARACTERS_MIN, |_, run| {
            all.extend(decoded_at(run, 0).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()));
        });
        all
    }

    #[test]
    fn wrapped_values_decode() {
        let plain = "hello world? and more>>>";
        let wrapped = STANDARD.encode(plain).replacen('w', "w\n  ", 1);
        assert_eq!(decoded(&wrapped).as_deref(), Some(plain.as_bytes()));
        assert_eq!(decoded("short"), None);
        assert_eq!(decoded("not base64 at all, see?"), None);
    }

    #[test]
    fn wrapped_blocks_are_one_run() {
        let plain = "KEY=one\nOTHER=two\n".repeat(20);
        let encoded = STANDARD.encode(&plain);
        let wrapped: Vec<&str> =
            encoded.as_bytes().chunks(60).map(|c| std::str::from_utf8(c).unwrap()).collect();
        assert_eq!(
            texts(&format!("body: |\n    {}\nnext: 1", wrapped.join("\n    "))),
            std::slice::from_ref(&plain)
        );
        assert_eq!(texts(&format!("\"{}\"", wrapped.join("\\n"))), [plain]);
    }
}
