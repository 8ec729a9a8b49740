//! Words, signs and strings of C# and of languages that read like it.

use crate::model::Span;

/// A token, with its place in the document.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub(super) at: Span,
    pub(super) what: What,
}

/// What a token is.
#[derive(Debug, Clone)]
pub(super) enum What {
    Word(String),
    Sign(String),
    /// Parts of a string: where, whether it is code, and its source.
    Text(Vec<(Span, bool, String)>),
}

/// Signs of more than one character.
const SIGNS: [&str; 15] =
    ["??=", "=>", "?.", "??", "==", "!=", "<=", ">=", "&&", "||", "+=", "-=", "::", "++", "--"];

/// Reads the tokens of a text that begins at `offset`; numbers are words, comments are left out.
pub(super) fn tokens(text: &str, offset: usize) -> Vec<Token> {
    let mut lexer = Lexer { text, at: 0, offset };
    let mut all = Vec::new();
    while let Some(token) = lexer.next() {
        all.push(token);
    }
    all
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
    offset: usize,
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn next(&mut self) -> Option<Token> {
        loop {
            let rest = self.rest();
            let first = rest.chars().next()?;
            if first.is_whitespace() {
                self.at += first.len_utf8();
            } else if rest.starts_with("//") || (first == '#' && self.is_at_line_start()) {
                self.at += rest.find('\n').unwrap_or(rest.len());
            } else if rest.starts_with("/*") {
                self.at += rest.find("*/").map_or(rest.len(), |end| end + 2);
            } else {
                break;
            }
        }
        let start = self.at;
        let what = self.string().or_else(|| self.word()).unwrap_or_else(|| self.sign());
        Some(Token { at: Span::new(self.offset + start, self.offset + self.at), what })
    }

    fn is_at_line_start(&self) -> bool {
        let before = self.text.get(..self.at).unwrap_or_default();
        before.rsplit('\n').next().is_some_and(|line| line.trim().is_empty())
    }

    fn word(&mut self) -> Option<What> {
        let rest = self.rest();
        let length: usize =
            rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').map(char::len_utf8).sum();
        let word = rest.get(..length).filter(|word| !word.is_empty())?.to_owned();
        self.at += length;
        Some(What::Word(word))
    }

    fn sign(&mut self) -> What {
        let rest = self.rest();
        let known = SIGNS.iter().find(|sign| rest.starts_with(**sign));
        let length = known.map_or_else(|| rest.chars().next().map_or(1, char::len_utf8), |sign| sign.len());
        let sign = rest.get(..length).unwrap_or_default().to_owned();
        self.at += length;
        What::Sign(sign)
    }

    /// `"…"`, `@"…"`, `$"…{x}…"`, `"""…"""`, `'c'`.
    fn string(&mut self) -> Option<What> {
        let rest = self.rest();
        let marks: usize = rest.bytes().take_while(|b| matches!(b, b'$' | b'@')).count();
        let (mark, body) = rest.split_at(marks);
        let (fills, verbatim) = (mark.contains('$'), mark.contains('@'));
        let quote = if body.starts_with("\"\"\"") {
            "\"\"\""
        } else if body.starts_with('"') {
            "\""
        } else if body.starts_with('\'') && marks == 0 {
            "'"
        } else {
            return None;
        };
        let open = self.at + marks + quote.len();
        self.at = open;
        let raw = verbatim || quote.len() == 3;
        Some(What::Text(self.parts(quote, raw, fills)))
    }

    fn parts(&mut self, quote: &str, raw: bool, fills: bool) -> Vec<(Span, bool, String)> {
        let mut parts = Vec::new();
        let (mut begun, mut plain) = (self.at, String::new());
        while let Some(c) = self.rest().chars().next() {
            let rest = self.rest();
            if raw && quote == "\"" && rest.starts_with("\"\"") {
                plain.push('"');
                self.at += 2;
            } else if rest.starts_with(quote) {
                parts.push((self.span(begun), false, std::mem::take(&mut plain)));
                self.at += quote.len();
                return parts;
            } else if c == '\n' && !raw {
                break;
            } else if let Some((lead, length)) = filled(rest).filter(|_| !fills && !raw) {
                parts.push((self.span(begun), false, std::mem::take(&mut plain)));
                let code = rest.get(lead..length).unwrap_or_default().to_owned();
                let at = self.offset + self.at;
                parts.push((Span::new(at + lead, at + length), true, code));
                let closes = usize::from(
                    rest.get(length..).is_some_and(|rest| rest.starts_with(['}', ')']) && lead > 1),
                );
                self.at = self.text.floor_char_boundary((self.at + length + closes).min(self.text.len()));
                begun = self.at;
            } else if c == '\\' && !raw {
                let next = rest.chars().nth(1).unwrap_or('\\');
                plain.push(if next == 'n' { '\n' } else { next });
                self.at += 1 + next.len_utf8().min(rest.len() - 1);
            } else if fills && (rest.starts_with("{{") || rest.starts_with("}}")) {
                plain.push(c);
                self.at += 2;
            } else if fills && c == '{' {
                parts.push((self.span(begun), false, std::mem::take(&mut plain)));
                let length = hole(rest, ['{', '}']);
                let code = rest.get(1..length).unwrap_or_default().to_owned();
                parts.push((
                    Span::new(self.offset + self.at + 1, self.offset + self.at + length),
                    true,
                    code,
                ));
                self.at += length + 1;
                self.at = self.text.floor_char_boundary(self.at.min(self.text.len()));
                begun = self.at;
            } else {
                plain.push(c);
                self.at += c.len_utf8();
            }
        }
        parts.push((self.span(begun), false, plain));
        parts
    }

    fn span(&self, begun: usize) -> Span {
        Span::new(self.offset + begun, self.offset + self.at.max(begun))
    }
}

/// A value in a string of Kotlin, Dart, Scala or Swift, `$name`, `${code}` or `\(code)`: where its code begins and
/// ends.
fn filled(text: &str) -> Option<(usize, usize)> {
    if let Some(code) = text.strip_prefix("\\(") {
        return Some((2, 1 + hole(text.get(1..)?, ['(', ')']))).filter(|_| !code.is_empty());
    }
    let rest = text.strip_prefix('$')?;
    if rest.starts_with('{') {
        return Some((2, 1 + hole(rest, ['{', '}'])));
    }
    let length = rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
    rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_').then_some((1, 1 + length))
}

/// Where the bracket that opens a text closes.
fn hole(text: &str, [open, close]: [char; 2]) -> usize {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            _ if c == open => depth += 1,
            _ if c == close => depth -= 1,
            '\n' => return at,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    text.len()
}
