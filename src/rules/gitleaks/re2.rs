//! Go's patterns in the words of the `regex` crate.
//!
//! The two read almost the same language. Where they part, a pattern would silently mean something
//! else: Go's `\w`, `\d`, `\s` and `\b` know only ASCII (so that `\b` stands between `鍵` and `A`),
//! a `{` that repeats nothing is a brace, `[` and `&&` inside brackets are ordinary characters, a
//! hyphen after a class is a hyphen, `\<` is `<`, `\Q…\E` quotes and `\012` is octal.

use std::fmt::Write as _;

use regex::{Error, Regex, RegexBuilder};

/// Bytes a compiled pattern may take.
pub(in crate::rules) const PATTERN_BYTES_MAX: usize = 10 << 20;
/// Bytes the states of a pattern may take while it runs.
const STATES_BYTES_MAX: usize = 2 << 20;

const POSIX: [&str; 14] = [
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space",
    "upper", "word", "xdigit",
];

/// Compiles a pattern of Go's `regexp`; the error is one line.
pub(super) fn compiled(pattern: &str) -> Result<Regex, String> {
    bounded(&translated(pattern)?)
}

/// Compiles a pattern within bounds of memory; the error is one line.
pub(in crate::rules) fn bounded(pattern: &str) -> Result<Regex, String> {
    RegexBuilder::new(pattern).size_limit(PATTERN_BYTES_MAX).dfa_size_limit(STATES_BYTES_MAX).build().map_err(
        |error| match error {
            Error::CompiledTooBig(limit) => format!("compiled it would take more than {} MiB", limit >> 20),
            // The last line says why; those before it draw the pattern.
            Error::Syntax(text) => {
                let last = text.lines().last().unwrap_or_default();
                last.strip_prefix("error: ").unwrap_or(last).to_owned()
            }
            _ => "it cannot be compiled".to_owned(),
        },
    )
}

fn translated(pattern: &str) -> Result<String, String> {
    let mut out = String::with_capacity(pattern.len() * 2);
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        rest = match c {
            '\\' => escape(after, &mut out)?,
            '[' => class(after, &mut out)?,
            '(' => group(after, &mut out)?,
            '{' => brace(after, &mut out),
            '}' | ']' => {
                literal(c, &mut out);
                after
            }
            _ => {
                out.push(c);
                after
            }
        };
    }
    Ok(out)
}

/// Reads what follows `(`.
fn group<'p>(rest: &'p str, out: &mut String) -> Result<&'p str, String> {
    out.push('(');
    let Some(inner) = rest.strip_prefix('?') else { return Ok(rest) };
    if ["=", "!", "<=", "<!"].iter().any(|sign| inner.starts_with(sign)) {
        return Err("look-around, including look-ahead and look-behind, is not supported".to_owned());
    }
    if inner.starts_with("P=") {
        return Err("backreferences are not supported".to_owned());
    }
    let is_named = inner.starts_with("P<") || inner.starts_with('<');
    let flags = inner.split([':', ')']).next().unwrap_or_default();
    if !is_named && !flags.chars().all(|c| "imsU-".contains(c)) {
        return Err(format!("`(?{}` opens no group that is supported", inner.chars().next().unwrap_or(' ')));
    }
    out.push('?');
    Ok(inner)
}

/// Reads what follows `{`: the bounds of a repetition, or the brace was only a brace.
fn brace<'p>(rest: &'p str, out: &mut String) -> &'p str {
    if let Some((bounds, after)) = rest.split_once('}') {
        let (least, most) = bounds.split_once(',').unwrap_or((bounds, ""));
        let is_number = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        if !least.is_empty() && is_number(least) && is_number(most) {
            out.push('{');
            out.push_str(bounds);
            out.push('}');
            return after;
        }
    }
    literal('{', out);
    rest
}

/// Reads what follows `\` outside of brackets.
fn escape<'p>(rest: &'p str, out: &mut String) -> Result<&'p str, String> {
    let Some(c) = rest.chars().next() else { return Err("it ends in a single `\\`".to_owned()) };
    let after = rest.get(c.len_utf8()..).unwrap_or_default();
    if let Some(members) = perl(c) {
        let not = if c.is_ascii_uppercase() { "^" } else { "" };
        let _ = write!(out, "[{not}{members}]");
        return Ok(after);
    }
    match c {
        'A' | 'z' => {
            out.push('\\');
            out.push(c);
            Ok(after)
        }
        'b' | 'B' => {
            let _ = write!(out, "(?-u:\\{c})");
            Ok(after)
        }
        'p' | 'P' => unicode(c, after, out),
        'Q' => {
            let (quoted, after) = after.split_once("\\E").unwrap_or((after, ""));
            quoted.chars().for_each(|quoted| literal(quoted, out));
            Ok(after)
        }
        _ => {
            let (character, after) = escaped(rest)?;
            literal(character, out);
            Ok(after)
        }
    }
}

/// Reads what follows `[`.
fn class<'p>(rest: &'p str, out: &mut String) -> Result<&'p str, String> {
    const UNCLOSED: &str = "a `[` is not closed";
    out.push('[');
    let mut rest = rest;
    if let Some(after) = rest.strip_prefix('^') {
        out.push('^');
        rest = after;
    }
    let mut is_first = true;
    loop {
        let c = rest.chars().next().ok_or(UNCLOSED)?;
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        if c == ']' && !is_first {
            out.push(']');
            return Ok(after);
        }
        is_first = false;
        if let Some((name, after)) = rest.strip_prefix("[:").and_then(|inner| inner.split_once(":]")) {
            if !POSIX.contains(&name.trim_start_matches('^')) {
                return Err("there is no such class of characters between `[:` and `:]`".to_owned());
            }
            let _ = write!(out, "[:{name}:]");
            rest = after;
            continue;
        }
        if c == '\\' {
            let letter = after.chars().next().ok_or(UNCLOSED)?;
            let behind = after.get(letter.len_utf8()..).unwrap_or_default();
            if let Some(members) = perl(letter) {
                let (open, close) = if letter.is_ascii_uppercase() { ("[^", "]") } else { ("", "") };
                let _ = write!(out, "{open}{members}{close}");
                rest = behind;
                continue;
            }
            if matches!(letter, 'p' | 'P') {
                rest = unicode(letter, behind, out)?;
                continue;
            }
        }
        rest = range(rest, out)?;
    }
}

/// Reads one character of a class, or two with a hyphen between.
fn range<'p>(rest: &'p str, out: &mut String) -> Result<&'p str, String> {
    let (low, rest) = member(rest)?;
    literal(low, out);
    let Some(after) = rest.strip_prefix('-').filter(|after| !after.starts_with(']')) else {
        return Ok(rest);
    };
    let (high, rest) = member(after)?;
    if high < low {
        return Err("the ends of a range are the wrong way round".to_owned());
    }
    out.push('-');
    literal(high, out);
    Ok(rest)
}

fn member(rest: &str) -> Result<(char, &str), String> {
    let c = rest.chars().next().ok_or("a `[` is not closed")?;
    let after = rest.get(c.len_utf8()..).unwrap_or_default();
    if c == '\\' { escaped(after) } else { Ok((c, after)) }
}

/// Reads `\pL`, `\p{Greek}` and Go's `\p{^Greek}`, after the letter.
fn unicode<'p>(letter: char, rest: &'p str, out: &mut String) -> Result<&'p str, String> {
    let (name, after) = match rest.strip_prefix('{') {
        Some(inner) => inner.split_once('}').ok_or("a `\\p{` is not closed")?,
        None => {
            let length = rest.chars().next().ok_or("it ends in `\\p`")?.len_utf8();
            rest.split_at_checked(length).unwrap_or_default()
        }
    };
    let (is_not, name) = match name.strip_prefix('^') {
        Some(name) => (letter == 'p', name),
        None => (letter == 'P', name),
    };
    let _ = write!(out, "\\{}{{{name}}}", if is_not { 'P' } else { 'p' });
    Ok(after)
}

/// Returns the members of `\d`, `\s` and `\w`, and of their opposites.
const fn perl(letter: char) -> Option<&'static str> {
    match letter {
        'd' | 'D' => Some("0-9"),
        's' | 'S' => Some("\\t\\n\\x0C\\r "),
        'w' | 'W' => Some("0-9A-Za-z_"),
        _ => None,
    }
}

/// Reads the one character that an escape stands for, after the `\`.
fn escaped(rest: &str) -> Result<(char, &str), String> {
    let c = rest.chars().next().ok_or("it ends in a single `\\`")?;
    let after = rest.get(c.len_utf8()..).unwrap_or_default();
    match c {
        '1'..='9' if c > '7' || !after.starts_with(|next| matches!(next, '0'..='7')) => {
            Err("backreferences are not supported".to_owned())
        }
        '0'..='7' => {
            let length = 1 + after.bytes().take(2).take_while(|b| matches!(b, b'0'..=b'7')).count();
            let (digits, after) = rest.split_at_checked(length).unwrap_or_default();
            Ok((numbered(digits, 8)?, after))
        }
        'x' => {
            let (digits, after) = match after.strip_prefix('{') {
                Some(inner) => inner.split_once('}').ok_or("a `\\x{` is not closed")?,
                None => after.split_at_checked(2).ok_or("`\\x` lacks its two digits")?,
            };
            Ok((numbered(digits, 16)?, after))
        }
        'a' => Ok(('\x07', after)),
        'f' => Ok(('\x0C', after)),
        'n' => Ok(('\n', after)),
        'r' => Ok(('\r', after)),
        't' => Ok(('\t', after)),
        'v' => Ok(('\x0B', after)),
        _ if c.is_ascii() && !c.is_ascii_alphanumeric() => Ok((c, after)),
        _ => Err(format!("there is no escape `\\{c}`")),
    }
}

fn numbered(digits: &str, radix: u32) -> Result<char, String> {
    u32::from_str_radix(digits, radix)
        .ok()
        .and_then(char::from_u32)
        .ok_or_else(|| "an escape names no character".to_owned())
}

/// Writes a character so that it means itself, in brackets and outside.
fn literal(c: char, out: &mut String) {
    if c.is_ascii() && !c.is_ascii_alphanumeric() {
        let _ = write!(out, "\\x{:02X}", u32::from(c));
    } else {
        out.push(c);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pattern, what it finds, what it does not.
    const CASES: [(&str, &str, &str); 29] = [
        (r"^\d+$", "12", "１２"),
        (r"^\w$", "k", "鍵"),
        (r"^\W$", "鍵", "k"),
        (r"^\S\s$", "鍵 ", "鍵\u{3000}"),
        (r"\bAK", "鍵AK", "xAK"),
        (r"^a\Bb$", "ab", "a b"),
        (r"^{\d+}$", "{7}", "7"),
        (r"^a{2}$", "aa", "a{2}"),
        (r"^a{,2}$", "a{,2}", "aa"),
        (r"^a{1,}$", "aaa", ""),
        (r"^[[]$", "[", "]"),
        (r"^[]a]$", "]", "["),
        (r"^[^]a]$", "b", "]"),
        (r"^[a&&b]$", "&", "c"),
        (r"^[\w-.]$", "-", "+"),
        (r"^[\w.-]$", "-", "+"),
        (r"^[^\w\s]$", "-", "a"),
        (r"^[\W_]$", "_", "a"),
        (r"^[[:alpha:]-]$", "-", "7"),
        (r"^[[:^alpha:]]$", "7", "a"),
        (r"^\<b\>$", "<b>", "b"),
        (r"^\Qa.b\E.$", "a.bc", "axbc"),
        (r"^\101\x41\x{41}$", "AAA", "101"),
        (r"^[\x2D-\x2f]$", ".", "0"),
        (r"^\p{^Greek}\pL$", "aλ", "λa"),
        (r"(?i)^(?P<key>k)(?<v>\_)$", "K_", "k-"),
        (r"(?s)^a.b\z", "a\nb", "a\nb\n"),
        (r"(?m)^b$", "a\nb\nc", "ab"),
        (r"^[^\S\n]$", " ", "\n"),
    ];

    #[test]
    fn patterns_mean_what_go_means() {
        for (pattern, found, other) in CASES {
            let regex = compiled(pattern).unwrap_or_else(|reason| panic!("{pattern}: {reason}"));
            assert!(regex.is_match(found), "{pattern} should find {found:?}");
            assert!(!regex.is_match(other), "{pattern} should not find {other:?}");
        }
    }

    #[test]
    fn what_is_not_supported_is_named() {
        let cases = [
            (r"(?=a)", "look-around"),
            (r"(?<!a)b", "look-around"),
            (r"(a)\1", "backreferences"),
            (r"(?P<a>x)(?P=a)", "backreferences"),
            (r"(?>a)", "opens no group"),
            (r"(?x)a", "opens no group"),
            (r"a\Z", "no escape `\\Z`"),
            (r"[a", "not closed"),
            (r"(a", "unclosed group"),
            (r"[z-a]", "wrong way round"),
            (r"[[:letters:]]", "no such class"),
            (r"a\", "single `\\`"),
            (r"\p{Nonsense}", "Unicode property"),
            (r"((a{1000}){1000}){1000}", "more than 10 MiB"),
        ];
        for (pattern, reason) in cases {
            let error = compiled(pattern).expect_err(pattern);
            assert!(error.contains(reason), "{pattern}: {error}");
            assert!(!error.contains('\n'), "{pattern}: {error}");
        }
    }
}
