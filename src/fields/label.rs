//! A label on one line with its value on the next, and labels with only blanks before their value.

use std::borrow::Cow;

use super::text::{Text, VALUE_BYTES, is_label, is_opaque};
use super::{Found, Value};
use crate::model::{Span, Syntax};
use crate::rules::meanings;

/// The longest line that can be a label, in bytes.
const LABEL_BYTES: usize = 140;

/// A label that waits for its value.
#[derive(Clone, Copy)]
struct Label {
    span: Span,
    /// Whether a colon, a heading or the like says that something follows.
    marked: bool,
    blanks: u8,
}

/// Reads labels and the values below or after them.
pub(super) fn read<'a>(text: &Text<'a>, found: &mut Found<'a>) {
    let mut waiting: Option<Label> = None;
    let mut start = 0;
    while start < text.len() {
        let newline = text.find(b'\n', start);
        let begin = text.skip_blanks(start).min(newline);
        // Most lines of code are neither a label nor a value, which their last byte shows.
        let raw = text.slice(begin, newline).trim_end();
        if raw.is_empty() || raw.starts_with("```") || is_rule(raw) {
            waiting = waiting.and_then(|label| later(label, raw.is_empty()));
        } else {
            if let Some(label) = waiting.take() {
                below(text, label, begin, raw, found);
            }
            if raw.len() <= LABEL_BYTES {
                waiting = printed(begin, raw).or_else(|| label(begin, raw));
            }
            if raw.len() <= VALUE_BYTES {
                after_blank(text, begin, raw, found);
            }
        }
        start = newline + 1;
    }
}

/// Whether a line only underlines the one above.
fn is_rule(raw: &str) -> bool {
    raw.len() >= 3 && raw.bytes().all(|b| matches!(b, b'-' | b'=' | b'~' | b'*' | b'_'))
}

fn later(label: Label, blank: bool) -> Option<Label> {
    let blanks = label.blanks + u8::from(blank);
    (blanks < 2).then_some(Label { blanks, ..label })
}

/// Programs that print what they are asked for.
const PRINTING: [&str; 12] = [
    "cat", "echo", "printenv", "aws", "kubectl", "gcloud", "az", "vault", "op", "pass", "docker", "security",
];

/// What a command prints on the next line, where its own words name it.
fn printed(begin: usize, raw: &str) -> Option<Label> {
    let command = raw.strip_prefix("$ ").or_else(|| raw.strip_prefix("% ")).unwrap_or(raw);
    let program = command.split(' ').next()?;
    if program.len() == command.len() || !PRINTING.contains(&program) {
        return None;
    }
    let mut end = begin + raw.len();
    for word in command.rsplit([' ', '/', '"', '\'', '{', '}', '.', '$', '=', ':', ',']) {
        let span = Span::new(end - word.len(), end);
        if !meanings(word, "").is_empty() {
            return Some(Label { span, marked: true, blanks: 0 });
        }
        end = span.start.saturating_sub(1);
    }
    None
}

/// Reads a whole line as a label.
fn label(begin: usize, raw: &str) -> Option<Label> {
    let last = raw.as_bytes().last().copied().unwrap_or(0);
    if matches!(last, b';' | b'{' | b'}' | b',' | b'(' | b'=' | b'>') {
        return None;
    }
    let bulleted = raw.trim_start_matches([
        '#', '*', '-', '+', '>', ' ', '\t', '・', '•', '■', '●', '◆', '_', '【', '[', '`', '"', '/',
    ]);
    let mut begin = begin + raw.len() - bulleted.len();
    let numbered = bulleted.trim_start_matches(|c: char| c.is_ascii_digit());
    let body = match numbered.strip_prefix(['.', ')']) {
        Some(rest) if numbered.len() < bulleted.len() => rest.trim_start(),
        _ => bulleted,
    };
    begin += bulleted.len() - body.len();
    let name = body.trim_end_matches([':', '：', '*', '_', ' ', '】', ']', '`', '#', '"', '\u{3000}']);
    let heading = raw.starts_with(['#', '【', '[']) || raw.starts_with("**");
    let marked = heading || body.len() > name.len() && !body.ends_with(['"', '`']);
    (is_label(name) && !is_statement(name)).then(|| Label {
        span: Span::new(begin, begin + name.len()),
        marked,
        blanks: 0,
    })
}

/// Reads a whole line as the value of the label above.
fn below<'a>(text: &Text<'a>, label: Label, begin: usize, raw: &'a str, found: &mut Found<'a>) {
    // Answers to answers quote what they answer.
    let lead = raw.strip_prefix("- ").unwrap_or_else(|| raw.trim_start_matches("> "));
    let quotes = ['"', '\'', '`', '「', '」', '*', ','];
    let bare = lead.trim_start_matches(quotes);
    let start = begin + raw.len() - bare.len();
    let bare = bare.trim_end_matches(quotes);
    if bare.len() < 6 || bare.len() > VALUE_BYTES || bare.contains(char::is_whitespace) {
        return;
    }
    if bare.ends_with([':', '{', '(', ';', '[', '：']) || bare.contains("()") {
        return;
    }
    // Two words below one another are no label and value; a value is known by its digits.
    if !label.marked && !is_opaque(bare, 6) && bare.len() < 24 {
        return;
    }
    let quoted = bare.len() < lead.len();
    let value = Value { text: bare.into(), span: Span::new(start, start + bare.len()), quoted };
    found.plain(text, label.span, value, Syntax::Label);
}

/// Reads a line whose last token is a value and whose words before it name it.
fn after_blank<'a>(text: &Text<'a>, begin: usize, raw: &'a str, found: &mut Found<'a>) {
    let (first, rest) = raw.split_once([' ', '\t']).unwrap_or((raw, ""));
    if is_command(first) {
        return command(text, begin + first.len() + 1, rest, found);
    }
    let head = raw.trim_end_matches([';', '`']);
    let Some(blank) = head.rfind([' ', '\t']) else { return };
    let (words, token) = head.split_at(blank);
    let token = token.trim_start();
    let bare = token.trim_matches(['`', '"', '\'']);
    // `${NAME}    value`, as Robot Framework parts them.
    let braced = words.trim_end().strip_prefix("${").and_then(|name| name.strip_suffix('}'));
    if let Some(name) = braced.filter(|name| words.ends_with("  ") && is_label(name) && bare.len() >= 6) {
        let at = begin + 2;
        let span = Span::new(begin + blank + 1, begin + blank + 1 + bare.len());
        let value = Value { text: bare.into(), span, quoted: false };
        return found.plain(text, Span::new(at, at + name.len()), value, Syntax::Label);
    }
    let foreign = raw.as_bytes().first().is_some_and(|b| *b >= 0x80);
    // A word and a value with signs in it, and nothing else: `Password x7…!`.
    let is_pair = words.trim() == first && bare.bytes().any(|b| b.is_ascii_punctuation());
    let least = match (foreign, is_pair) {
        (true, _) => 6,
        (false, true) => 8,
        (false, false) => 16,
    };
    // What people type has no digits everywhere, so its name must say what it is.
    let is_typed = bare.contains('@') || (foreign && bare.bytes().any(|b| b.is_ascii_punctuation()));
    if !(is_opaque(bare, least) || is_typed && bare.len() >= 6)
        || !bare.is_ascii()
        || bare.contains(['(', '{', '=', ',', ')', ';'])
    {
        return;
    }
    let lead =
        words.trim_start_matches(['#', '*', '-', '+', '>', ' ', '\t', '・', '•', '■', '●', '◆', '/', '`']);
    let name = lead.trim_end_matches([' ', '\t', '*', '-', '`']);
    if !is_label(name) || is_statement(first) || (is_typed && meanings(name, "").is_empty()) {
        return;
    }
    let at = begin + words.len() - lead.len();
    let start =
        begin + head.len() - token.len() + (token.len() - token.trim_start_matches(['`', '"', '\'']).len());
    let value = Value {
        text: bare.into(),
        span: Span::new(start, start + bare.len()),
        quoted: bare.len() < token.len(),
    };
    found.plain(text, Span::new(at, at + name.len()), value, Syntax::Label);
}

/// `ENV NAME value`, `setx NAME value`.
fn command<'a>(text: &Text<'a>, at: usize, rest: &'a str, found: &mut Found<'a>) {
    let mut rest = rest;
    let mut at = at;
    loop {
        let trimmed = rest.trim_start();
        at += rest.len() - trimmed.len();
        rest = trimmed;
        let Some((word, tail)) = rest.split_once([' ', '\t']) else { return };
        let start = at;
        at += word.len() + 1;
        rest = tail;
        // Options come before the name: `set -gx NAME value`.
        if word.starts_with(['-', '/']) {
            continue;
        }
        if word.contains(['=', ':', '(']) {
            return;
        }
        let trimmed = rest.trim_start();
        at += rest.len() - trimmed.len();
        let (value, quoted) = match trimmed.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                at += 1;
                let inner = trimmed.get(1..).unwrap_or_default();
                (inner.split(quote).next().unwrap_or_default(), true)
            }
            _ => (trimmed.trim_end_matches(';').trim_end(), false),
        };
        let name = Span::new(start, start + word.len());
        let value = Value { text: Cow::Borrowed(value), span: Span::new(at, at + value.len()), quoted };
        found.plain(text, name, value, Syntax::Assignment);
        return;
    }
}

fn is_command(word: &str) -> bool {
    matches!(
        word,
        "ENV" | "setx" | "setenv" | "SetEnv" | "set" | "SETX" | "Setx" | "fastcgi_param" | "proxy_set_header"
    )
}

/// Tells whether a line begins as a statement of a program does.
fn is_statement(word: &str) -> bool {
    matches!(
        word,
        "return"
            | "else"
            | "try"
            | "finally"
            | "do"
            | "begin"
            | "default"
            | "public"
            | "private"
            | "protected"
            | "import"
            | "from"
            | "package"
            | "use"
            | "using"
            | "include"
            | "require"
            | "goto"
            | "case"
            | "class"
            | "struct"
            | "enum"
            | "interface"
            | "new"
            | "extends"
            | "commit"
            | "index"
            | "tree"
            | "parent"
            | "blob"
            | "object"
            | "let"
            | "var"
            | "const"
            | "func"
            | "def"
            | "fn"
            | "namespace"
    )
}

#[cfg(test)]
mod tests;
