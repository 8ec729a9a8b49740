//! Scripts as a shell takes them: lines, commands, quotes.

/// Lines that are one for a shell, at most.
const JOINED_MAX: usize = 60;

/// Lines of a script as a shell takes them: goes on behind a backslash, a pipe, an open quote.
pub(super) fn logical(text: &str) -> Vec<&str> {
    let mut lines = Vec::new();
    let (mut from, mut at, mut joined) = (0, 0, 0);
    for line in text.split_inclusive('\n') {
        at += line.len();
        let so_far = text.get(from..at).unwrap_or_default();
        let is_comment = so_far.trim_start().starts_with('#');
        let end = so_far.trim_end();
        let goes_on = end.ends_with(['\\', '|', '`']) || end.ends_with("&&") || has_open_quote(end);
        if goes_on && !is_comment && joined < JOINED_MAX {
            joined += 1;
            continue;
        }
        lines.push(so_far);
        (from, joined) = (at, 0);
    }
    lines.extend(text.get(from..).filter(|rest| !rest.is_empty()));
    lines
}

/// The commands of a line; what stands in quotes is not looked into.
pub(super) fn commands(line: &str) -> Vec<&str> {
    let mut all = Vec::new();
    let (mut from, mut quote) = (0, None);
    let bytes = line.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        let is_pair = |other: u8| *byte == other && bytes.get(at + 1) == Some(&other);
        match (quote, byte) {
            (None, b'"' | b'\'') => quote = Some(*byte),
            (Some(open), byte) if *byte == open => quote = None,
            (None, b';') => {
                all.push(line.get(from..at).unwrap_or_default());
                from = at + 1;
            }
            (None, b'&' | b'|') if is_pair(b'&') || is_pair(b'|') => {
                all.push(line.get(from..at).unwrap_or_default());
                from = at + 2;
            }
            _ => {}
        }
    }
    all.push(line.get(from..).unwrap_or_default());
    let begun = |command: &'_ str| {
        let command = command.trim();
        ["then ", "do ", "else ", "{ ", "run: "]
            .iter()
            .find_map(|word| command.strip_prefix(word))
            .map_or(command.len(), |rest| rest.trim_start().len())
    };
    all.into_iter()
        .map(|command| {
            let trimmed = command.trim();
            trimmed.get(trimmed.len() - begun(command)..).unwrap_or(trimmed)
        })
        .filter(|command| !command.is_empty())
        .collect()
}

pub(super) fn is_in_single_quotes(before: &str) -> bool {
    open_quote(before) == Some('\'')
}

fn has_open_quote(text: &str) -> bool {
    open_quote(text).is_some()
}

/// The quote that is open at the end of a text.
fn open_quote(text: &str) -> Option<char> {
    let (mut open, mut escaped) = (None, false);
    for c in text.chars() {
        if !std::mem::take(&mut escaped) {
            match (open, c) {
                (None | Some('"'), '\\') => escaped = true,
                (None, '"' | '\'') => open = Some(c),
                (Some(quote), c) if quote == c => open = None,
                _ => {}
            }
        }
    }
    open
}

/// The rest of a command without what is in quotes.
pub(super) fn unquoted(text: &str) -> String {
    let mut open = None;
    let mut plain = String::new();
    for c in text.chars() {
        match open {
            None if matches!(c, '"' | '\'') => open = Some(c),
            Some(quote) if quote == c => open = None,
            None => plain.push(c),
            Some(_) => {}
        }
    }
    plain
}
