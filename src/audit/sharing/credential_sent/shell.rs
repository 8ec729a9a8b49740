//! Commands that send something: curl, wget and their like, in scripts, pipelines, recipes and prose.

use std::sync::LazyLock;

use regex::Regex;

use super::code::{Arg, Expr, Kind, Step};
use super::literal;
use crate::audit::pattern::pattern;
use crate::model::Span;

/// Bytes of one command that are read.
const COMMAND_BYTES_MAX: usize = 8 << 10;
/// Commands and settings of one text.
const STEPS_MAX: usize = 4_000;
/// Commands in commands.
const DEPTH_MAX: usize = 6;

static COMMAND: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)(?:^|[\s(`;|&@'\x22=])(curl|curl\.exe|wget|invoke-restmethod|invoke-webrequest|irm|iwr)[ \t]+",
    )
});
/// What `jq` takes out of an answer.
static TAKEN: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"(?:jq|ConvertFrom-Json|grep|sed|python3?)\b[^|]*?[.\["']([A-Za-z_]{4,40})"#));
static MEMBER: LazyLock<Regex> = LazyLock::new(|| pattern(r"\$\{?([A-Za-z_]\w*)"));
/// Files that hold credentials by what they are.
static KEY_FILE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)(?:^|[@</=])(?:\.env(?:\.\w+)?|[\w.-]*credentials?(?:\.\w+)?|[\w.-]*access_?keys?\.csv|secrets?\.(?:json|ya?ml|toml|ini|txt))$",
    )
});

/// Reads the commands of a text; `by_line` where each stands in a string of its own.
pub(super) fn steps(text: &str, offset: usize, by_line: bool) -> Vec<Step> {
    let mut found: Vec<(usize, Step)> = Vec::new();
    if !COMMAND.is_match(text) {
        return Vec::new();
    }
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if let Some((name, value)) = setting(line).filter(|_| found.len() < STEPS_MAX) {
            let target = Expr::name(
                Span::new(offset + at + name.0, offset + at + name.1),
                line.get(name.0..name.1).unwrap_or_default(),
            );
            let words = Words { text, offset, by_line, depth: 0 };
            let value = words.word_at(at + value, at + line.trim_end().len());
            found.push((at + name.0, Step::Assign { targets: vec![target], value, adds: false }));
        }
        at += line.len();
    }
    for command in COMMAND.captures_iter(text).take(STEPS_MAX) {
        let Some(name) = command.get(1) else { continue };
        let words = Words { text, offset, by_line, depth: 0 };
        found.push((name.start(), Step::Do(words.command(name.start()))));
    }
    found.sort_by_key(|(at, _)| *at);
    found.into_iter().map(|(_, step)| step).collect()
}

/// A variable that gets something, in YAML and Dockerfiles too: where its name is, and where the value
/// begins.
fn setting(line: &str) -> Option<((usize, usize), usize)> {
    const WORDS: [&str; 10] =
        ["- ", "export ", "local ", "readonly ", "set ", "declare ", "ENV ", "ARG ", "$env:", "env:"];
    let mut rest = line.trim_start();
    for word in WORDS {
        rest = rest.strip_prefix(word).map_or(rest, str::trim_start);
    }
    rest = rest.trim_start_matches(['$', '"']);
    let start = line.len() - rest.len();
    let length = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|length| *length > 0)?;
    let behind = rest.get(length..)?.trim_start_matches('"').trim_start();
    let value = behind.strip_prefix('=').or_else(|| behind.strip_prefix(": "))?.trim_start();
    (!value.is_empty()).then(|| ((start, start + length), line.len() - value.len()))
}

#[derive(Clone, Copy)]
struct Words<'t> {
    text: &'t str,
    offset: usize,
    by_line: bool,
    depth: usize,
}

impl Words<'_> {
    fn at(&self, start: usize, end: usize) -> Span {
        Span::new(self.offset + start, self.offset + end)
    }

    /// Reads a command from its name on, and what is piped into it.
    fn command(&self, start: usize) -> Expr {
        let mut end = start + COMMAND_BYTES_MAX;
        if self.by_line {
            end =
                start + self.text.get(start..).and_then(|rest| rest.find('\n')).unwrap_or(COMMAND_BYTES_MAX);
        }
        let end = self.text.floor_char_boundary(end.min(self.text.len()));
        let (words, stop) = self.words(start, end);
        let mut args = Vec::new();
        let mut words = words.into_iter();
        let name = words.next().map_or_else(String::new, |word| first_text(&word).to_ascii_lowercase());
        let mut awaited: Option<&str> = None;
        for word in words {
            let option = option(first_text(&word));
            match (awaited.take(), option) {
                (Some("skip"), _) => {}
                (Some(name), _) => args.push(Arg { name: name.to_owned(), value: as_sent(word) }),
                (None, Some(takes)) => awaited = takes,
                (None, None) => args.push(Arg { name: String::new(), value: as_address(word) }),
            }
        }
        args.extend(self.piped(start).into_iter().map(|value| Arg { name: "stdin".to_owned(), value }));
        args.extend(self.here_document(start, stop).map(|value| Arg { name: "stdin".to_owned(), value }));
        let name = if name.starts_with("curl") { "curl" } else { &name };
        let at = self.at(start, stop);
        Expr::new(at, Kind::Call(Box::new(Expr::name(at, name)), args))
    }

    /// What stands before the pipe that leads into a command.
    fn piped(&self, start: usize) -> Option<Expr> {
        let line = self.text.get(..start)?.rfind('\n').map_or(0, |at| at + 1);
        let before = self.text.get(line..start)?;
        let pipe = before.trim_end().strip_suffix('|')?;
        let (words, _) = self.words(line, line + pipe.len());
        let at = self.at(line, start);
        Some(Expr::new(at, Kind::List(words.into_iter().map(as_sent).collect())))
    }

    /// The text between `<<EOF` and `EOF`.
    fn here_document(&self, start: usize, stop: usize) -> Option<Expr> {
        let command = self.text.get(start..stop)?;
        let (_, mark) = command.rsplit_once("<<")?;
        let mark: String = mark
            .trim_matches(['-', ' ', '"', '\'', '\\'])
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect();
        if mark.is_empty() {
            return None;
        }
        let body = stop + self.text.get(stop..)?.find('\n')? + 1;
        let rest = self.text.get(body..)?;
        let mut length = 0;
        for line in rest.split_inclusive('\n') {
            if line.trim() == mark || length > COMMAND_BYTES_MAX {
                break;
            }
            length += line.len();
        }
        Some(self.expanded(body, body + length))
    }

    /// Reads words up to the end of a command.
    fn words(&self, start: usize, end: usize) -> (Vec<Expr>, usize) {
        let bytes = self.text.as_bytes();
        let byte = |at: usize| bytes.get(at).copied().unwrap_or_default();
        let (mut words, mut parts) = (Vec::new(), Vec::new());
        let (mut at, mut begun) = (start, start);
        while at < end {
            match byte(at) {
                b'\\' | b'`' | b'^' if matches!(byte(at + 1), b'\n' | b'\r') => {
                    self.finish(&mut words, &mut parts, begun, at);
                    at += 1 + usize::from(byte(at + 1) == b'\r') + 1;
                    begun = at;
                }
                b'\n' | b'\r' | b'|' | b';' | b')' | b'`' => break,
                b'&' if !matches!(byte(at.wrapping_sub(1)), b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'}') =>
                {
                    break;
                }
                b' ' | b'\t' => {
                    self.finish(&mut words, &mut parts, begun, at);
                    at += 1;
                    begun = at;
                }
                b'\\' if matches!(byte(at + 1), b'"' | b'\'') => {
                    // A string in a string: of JSON, of another program.
                    if begun < at {
                        parts.push(self.expanded(begun, at));
                    }
                    let mark = self.text.get(at..at + 2).unwrap_or_default();
                    let rest = self.text.get(at + 2..end).unwrap_or_default();
                    let close = at + 2 + rest.find(mark).unwrap_or(rest.len());
                    parts.push(self.expanded(at + 2, close));
                    at = close + 2;
                    begun = at;
                }
                quote @ (b'"' | b'\'') => {
                    if begun < at {
                        parts.push(self.expanded(begun, at));
                    }
                    let close = self.closing(at, quote, end);
                    parts.push(self.expanded(at + 1, close));
                    at = close + 1;
                    begun = at;
                }
                b'$' if byte(at + 1) == b'(' => at = self.bracket(at + 1, end),
                b'$' if byte(at + 1) == b'{' => {
                    let rest = self.text.get(at..end).unwrap_or_default();
                    at += rest.find('}').unwrap_or(0) + 1;
                }
                b'{' if byte(at + 1) == b'{' => {
                    let rest = self.text.get(at..end).unwrap_or_default();
                    at += rest.find("}}").map_or(2, |close| close + 2);
                }
                _ => at += 1,
            }
        }
        let at = self.text.floor_char_boundary(at.min(end));
        self.finish(&mut words, &mut parts, begun.min(at), at);
        (words, at)
    }

    fn finish(&self, words: &mut Vec<Expr>, parts: &mut Vec<Expr>, begun: usize, at: usize) {
        if begun < at {
            parts.push(self.expanded(begun, at));
        }
        if parts.is_empty() {
            return;
        }
        let start = parts.first().map_or(self.offset + begun, |part| part.at.start);
        let mut flat = Vec::new();
        for part in parts.drain(..) {
            match part.kind {
                Kind::Joined(inner) => flat.extend(inner),
                _ => flat.push(part),
            }
        }
        words.push(Expr::new(Span::new(start, self.offset + at), literal::joined(flat)));
    }

    fn closing(&self, open: usize, quote: u8, end: usize) -> usize {
        let bytes = self.text.as_bytes();
        let mut at = open + 1;
        while at < end {
            match bytes.get(at) {
                Some(b'\\') if quote == b'"' => at += 2,
                Some(b) if *b == quote => return at,
                _ => at += 1,
            }
        }
        self.text.floor_char_boundary(end)
    }

    fn bracket(&self, open: usize, end: usize) -> usize {
        let mut depth = 0_usize;
        for (at, b) in self.text.as_bytes().iter().enumerate().take(end).skip(open) {
            match b {
                b'(' => depth += 1,
                b')' => {
                    depth -= 1;
                    if depth == 0 {
                        return at + 1;
                    }
                }
                _ => {}
            }
        }
        end
    }

    /// Reads a value up to the end of its line.
    fn word_at(&self, start: usize, end: usize) -> Expr {
        let (words, _) = self.words(start, end);
        let mut words = words.into_iter();
        match (words.next(), words.next()) {
            (Some(only), None) => only,
            _ => self.expanded(start, end),
        }
    }

    /// Reads the variables in a text.
    fn expanded(&self, start: usize, end: usize) -> Expr {
        let end = self.text.floor_char_boundary(end.min(self.text.len()));
        let start = self.text.floor_char_boundary(start.min(end));
        let text = self.text.get(start..end).unwrap_or_default();
        let mut parts = Vec::new();
        let mut done = 0;
        while let Some(found) = text.get(done..).and_then(next_variable) {
            let (from, to) = (done + found.0, done + found.1);
            let plain = text.get(done..from).unwrap_or_default();
            if !plain.is_empty() {
                parts.push(Expr::text(self.at(start + done, start + from), plain));
            }
            let variable = text.get(from..to).unwrap_or_default();
            parts.push(self.variable(variable, start + from, start + to));
            done = to;
        }
        let rest = text.get(done..).unwrap_or_default();
        if !rest.is_empty() || parts.is_empty() {
            parts.push(Expr::text(self.at(start + done, end), rest));
        }
        Expr::new(self.at(start, end), literal::joined(parts))
    }

    fn variable(&self, variable: &str, start: usize, end: usize) -> Expr {
        let at = self.at(start, end);
        if let Some(inner) = variable.strip_prefix("$(") {
            return self.substitution(inner.trim_end_matches(')'), start + 2, at);
        }
        let name = variable.trim_matches(['$', '{', '}', '%', ' ', '.']);
        let name = name.strip_prefix("env:").unwrap_or(name);
        let name: String =
            name.chars().take_while(|c| c.is_alphanumeric() || *c == '_' || *c == '.').collect();
        // A part of a value is masked.
        if variable.contains(":0:") || variable.contains("${#") {
            return Expr::new(at, Kind::Opaque);
        }
        Expr::name(at, &name)
    }

    /// What another command gives.
    fn substitution(&self, inner: &str, start: usize, at: Span) -> Expr {
        let deeper = Words { depth: self.depth + 1, ..*self };
        if self.depth < DEPTH_MAX
            && let Some(command) = COMMAND.captures(&format!(" {inner}")).and_then(|found| found.get(1))
        {
            let call = deeper.command(start + command.start() - 1);
            return match TAKEN.captures(inner).and_then(|found| found.get(1)) {
                Some(name) => Expr::new(at, Kind::Member(Box::new(call), name.as_str().to_owned())),
                None => call,
            };
        }
        if inner.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            return Expr::name(at, inner);
        }
        if let Some(name) = TAKEN.captures(inner).and_then(|found| found.get(1)) {
            return Expr::name(at, name.as_str());
        }
        let is_masked = ["cut ", "head -c", "tail -c", "wc ", "sum", "openssl dgst"]
            .iter()
            .any(|word| inner.contains(word));
        let names = MEMBER.captures_iter(inner).filter(|_| !is_masked).filter_map(|found| found.get(1));
        Expr::new(at, Kind::List(names.map(|name| Expr::name(at, name.as_str())).collect()))
    }
}

/// Where the next variable of a text is.
fn next_variable(text: &str) -> Option<(usize, usize)> {
    static VARIABLE: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"\$\{\{[^}]*\}\}|\$\{[^}]*\}|\$\((?:[^()]|\([^()]*\))*\)|\$(?:env:)?[A-Za-z_]\w*(?:\.\w+)*|\{\{[^}]*\}\}|%[A-Za-z_]\w*%",
        )
    });
    VARIABLE.find(text).map(|found| (found.start(), found.end()))
}

fn first_text(word: &Expr) -> &str {
    match &word.kind {
        Kind::Text(text) => text,
        Kind::Joined(parts) => parts.first().map_or("", first_text),
        _ => "",
    }
}

/// What an option takes: nothing, something that is sent or not, the address.
fn option(word: &str) -> Option<Option<&'static str>> {
    Some(match word {
        "-d" | "--data" | "--data-raw" | "--data-binary" | "--data-urlencode" | "--data-ascii" | "--json"
        | "-F" | "--form" | "--form-string" | "-T" | "--upload-file" | "--post-data" | "--post-file"
        | "--body-data" | "-Body" | "-body" | "-InFile" => Some("data"),
        "-H" | "--header" | "-u" | "--user" | "-b" | "--cookie" | "--oauth2-bearer" | "-Headers"
        | "-headers" => Some("header"),
        "--url" | "-Uri" | "-uri" | "-URI" => Some("url"),
        "-X" | "--request" | "-o" | "--output" | "-w" | "--write-out" | "-x" | "--proxy" | "-m"
        | "--max-time" | "-A" | "--user-agent" | "-e" | "--referer" | "--connect-timeout" | "--retry"
        | "--cacert" | "-E" | "--cert" | "--key" | "-K" | "-c" | "--cookie-jar" | "-O" | "-Method"
        | "-method" | "-ContentType" | "-contenttype" | "--method" | "--retry-delay" | "-D" | "-r" => {
            Some("skip")
        }
        // Those whose value is behind them in the same word are read as words.
        _ if word.starts_with("--") && word.contains('=') => return None,
        _ if word.starts_with("-d") || word.starts_with("-F") || word.starts_with("-H") => return None,
        _ if word.starts_with('-') => None,
        _ => return None,
    })
}

/// A host without a scheme is an address for curl.
fn as_address(word: Expr) -> Expr {
    match word.kind {
        Kind::Text(text)
            if text.contains('.')
                && !text.contains("://")
                && !text.starts_with(['.', '/', '@', '<', '>']) =>
        {
            Expr::text(word.at, &format!("https://{text}"))
        }
        Kind::Joined(mut parts) => {
            if let Some(Expr { kind: Kind::Text(text), .. }) = parts.first_mut()
                && text.contains('.')
                && text.contains('/')
                && !text.contains("://")
                && !text.starts_with(['.', '/', '@', '-'])
            {
                *text = format!("https://{text}");
            }
            Expr::new(word.at, Kind::Joined(parts))
        }
        kind => Expr::new(word.at, kind),
    }
}

/// A file of credentials that is sent is a credential that is sent.
fn as_sent(word: Expr) -> Expr {
    match &word.kind {
        Kind::Text(text) if KEY_FILE.is_match(text) => Expr::name(word.at, "client_secret"),
        _ => word,
    }
}
