//! String literals that stand side by side, joined as a program would join them.

use std::sync::LazyLock;

use regex::Regex;

use super::offsets::Undone;
use crate::model::Span;
use crate::rules::runs::ends_with_token;

/// A closing quote, an operator or a line break, and an opening quote.
static SEAM: LazyLock<Regex> = LazyLock::new(|| {
    let operator = r"(?:\+\+?|\.\.?|&&?|\|\||<>|<<|~|\^)";
    let call = r"\)?[\ \t\r]*\n?[\ \t]*\.(?:concat|append|Append)\([\ \t]*";
    let between = format!(
        r"(?: [\ \t]*(?:{operator}|,?\\)[\ \t]*[_`]?[\ \t\r]*\n?[\ \t]* | [\ \t\r]*\n[\ \t]*{operator}?[\ \t]* | [\ \t]+ | {call} | )"
    );
    let pattern = format!(
        r#"(?x) "{between}[a-zA-Z@$]?" | '{between}[a-zA-Z@$]?' | `[\ \t]*{operator}[\ \t\r]*\n?[\ \t]*` | \\\r?\n[\ \t]*"#
    );
    Regex::new(&pattern).expect("the pattern is fixed")
});

/// A call that puts literals together, up to the first of them. Groups: what only joins with an empty
/// literal, and that literal.
static CALL: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r#"(?x) (?: concat! | (?-u:\b)(?:concat|CONCAT|Concat|paste0) | -join
            | (?P<joins> !?(?-u:\b)(?:implode|join|Join) | (?:""|'')\.join ) ) "?
        [\s(\[:]* (?: (?P<nothing>""|'') \s*,\s* )?
        (?: (?:new\s*(?:[Ss]tring\s*)?\[\s*\] | \[\]string | Array | array | List\.of) \s* )? [\s(\[{]* ["']"#;
    Regex::new(pattern).expect("the pattern is fixed")
});

/// One of these stands in whatever [`CALL`] finds.
const CALL_WORDS: [&str; 5] = ["oncat", "CONCAT", "paste0", "oin", "implode"];

/// A variable that gets itself and more: `token = token & "…"`, `token += "…"`.
static GROWTH: LazyLock<Regex> = LazyLock::new(|| {
    // Letters of a name, those of Japanese too; Unicode's own class takes a millisecond to compile.
    let letter = r"[0-9A-Za-z_\x{80}-\x{10FFFF}]";
    let pattern = format!(
        r#"(?x) ["'][\ \t]*;?[\ \t\r]*\n[\ \t]* (?P<name>[$@]?{letter}+) [\ \t]*
        (?: [+.&]= | = [\ \t]* (?P<again>[$@]?{letter}+) [\ \t]* [+.&] ) [\ \t]* ["']"#
    );
    Regex::new(&pattern).expect("the pattern is fixed")
});

/// Literals of one call that are put together.
const LISTED_MAX: usize = 64;

/// Returns the seams, which a joined text is without.
pub(super) fn seams(text: &str) -> impl Iterator<Item = Undone> {
    // Most short texts have none, and compiling the pattern takes longer than reading them.
    let asked = may_have_seams(text.as_bytes()).then(|| &*SEAM);
    asked
        .into_iter()
        .flat_map(move |pattern| pattern.find_iter(text))
        .filter(|seam| joins(text.as_bytes(), seam))
        .map(|seam| Undone { span: Span::new(seam.start(), seam.end()), character: None })
}

/// Whether anything that [`SEAM`] begins with goes on as it does.
fn may_have_seams(text: &[u8]) -> bool {
    let goes_on = |at: usize| {
        let rest = text.get(at + 1..).unwrap_or_default();
        let rest = rest.trim_ascii_start();
        match rest {
            [b'"' | b'\'' | b'`' | b'+' | b'.' | b'&' | b'|' | b'<' | b'~' | b'^' | b'\\', ..] => true,
            [b',', next, ..] => *next == b'\\',
            [b')', behind @ ..] => behind.trim_ascii_start().starts_with(b"."),
            [letter, next, ..] => {
                (letter.is_ascii_alphabetic() || matches!(letter, b'@' | b'$'))
                    && matches!(next, b'"' | b'\'')
            }
            _ => false,
        }
    };
    let is_broken = |at: usize| {
        let rest = text.get(at + 1..).unwrap_or_default();
        rest.starts_with(b"\n") || rest.starts_with(b"\r\n")
    };
    memchr::memchr3_iter(b'"', b'\'', b'`', text).any(goes_on)
        || memchr::memchr_iter(b'\\', text).any(is_broken)
}

/// Whether a quote stands behind what [`GROWTH`] ends with.
fn may_have_growth(text: &[u8]) -> bool {
    memchr::memchr2_iter(b'"', b'\'', text).any(|at| {
        let before = text.get(..at).unwrap_or_default().trim_ascii_end();
        let before = before.strip_suffix(b"=").unwrap_or(before);
        before.ends_with(b"+") || before.ends_with(b".") || before.ends_with(b"&")
    })
}

/// Returns what stands around the literals of calls that put them together, and between them.
pub(super) fn calls(text: &str) -> Vec<Undone> {
    let nothing = |start: usize, end: usize| Undone { span: Span::new(start, end), character: None };
    let mut all = Vec::new();
    if !CALL_WORDS.iter().any(|word| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some()) {
        return all;
    }
    for call in CALL.captures_iter(text) {
        let Some(head) = call.get(0) else { continue };
        let (mut end, mut seams) = (head.end(), Vec::new());
        while let Some(next) = next_literal(text, end).filter(|_| seams.len() < LISTED_MAX) {
            seams.push(nothing(next.start, next.end));
            end = next.end;
        }
        let rest = text.get(end..).unwrap_or_default();
        let behind = rest.get(letters(rest) + 1..).unwrap_or_default().trim_start();
        let behind = behind.trim_start_matches([')', ']', '}']).trim_start();
        let ends_with_nothing = || {
            let last = behind.strip_prefix(',').map(str::trim_start).unwrap_or_default();
            last.starts_with("\"\"") || last.starts_with("''")
        };
        // What joins with a mark between them makes a list.
        let is_whole = call.name("joins").is_none_or(|word| word.as_str().ends_with(".join"))
            || call.name("nothing").is_some()
            || ends_with_nothing();
        if is_whole && !seams.is_empty() {
            all.push(nothing(head.start(), head.end() - 1));
            all.append(&mut seams);
        }
    }
    all
}

/// Letters of keys from the beginning of a text on.
fn letters(text: &str) -> usize {
    let is_letter = |b: &u8| b.is_ascii_alphanumeric() || b"|_.+/=-".contains(b);
    text.bytes().take_while(is_letter).count()
}

/// From the end of the literal whose inside begins at `at` to the inside of the next argument, both of them
/// letters of a key.
fn next_literal(text: &str, at: usize) -> Option<Span> {
    let quote = text.as_bytes().get(at.checked_sub(1)?)?;
    let end = at + letters(text.get(at..)?);
    let rest =
        text.get(end..)?.strip_prefix(char::from(*quote))?.trim_start().strip_prefix(',')?.trim_start();
    let inside = rest.strip_prefix(char::from(*quote))?;
    let start = text.len() - inside.len();
    (end > at && letters(inside) > 0).then(|| Span::new(end, start))
}

/// Returns what stands between the pieces of variables that grow.
pub(super) fn growth(text: &str) -> impl Iterator<Item = Undone> {
    let is_of_itself = |growth: &regex::Captures<'_>| {
        let (name, again) = (growth.name("name"), growth.name("again"));
        let name = name.map(|name| name.as_str());
        let line =
            growth.get(0).and_then(|all| text.get(..all.start())?.rsplit('\n').next()).unwrap_or_default();
        let was = line
            .trim_start()
            .trim_start_matches("Dim ")
            .trim_start_matches("let ")
            .trim_start_matches("var ");
        let behind = name.and_then(|name| was.strip_prefix(name));
        again.is_none_or(|again| Some(again.as_str()) == name)
            && behind.is_some_and(|behind| !behind.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
    };
    let asked = may_have_growth(text.as_bytes()).then(|| &*GROWTH).into_iter();
    let all = asked
        .flat_map(move |pattern| pattern.captures_iter(text))
        .filter(is_of_itself)
        .filter_map(|growth| growth.get(0));
    all.map(|seam| Undone { span: Span::new(seam.start(), seam.end()), character: None })
}

/// Whether literals without an operator between them are one value: shells part arguments so, and
/// two quotes in a row are how tables and Basic write one.
fn joins(text: &[u8], seam: &regex::Match<'_>) -> bool {
    let between = seam.as_str().trim_matches(['"', '\'']);
    if between.trim_matches('\r') == "\n" && is_cell(text, seam.start()) {
        return false;
    }
    // A literal of one letter.
    if between.bytes().all(|b| b.is_ascii_alphabetic()) && !between.is_empty() {
        return false;
    }
    let is_only_break = !between.is_empty() && between.trim_matches([' ', '\t', '\r', '\n']).is_empty();
    if is_only_break && between.contains('\n') && is_name(text, seam.end()) {
        return false;
    }
    if !between.trim_matches([' ', '\t']).is_empty() && !is_only_break {
        return true;
    }
    let is_letter = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'/' | b'+');
    if between.is_empty() {
        let before = seam.start().checked_sub(1).and_then(|at| text.get(at));
        return before.is_some_and(is_letter) && text.get(seam.end()).is_some_and(is_letter);
    }
    !ends_with_token(text.get(..seam.start()).unwrap_or_default())
}

/// Whether the literal whose inside begins at `start` names what follows it.
fn is_name(text: &[u8], start: usize) -> bool {
    let quote = start.checked_sub(1).and_then(|at| text.get(at)).copied().unwrap_or(b'"');
    let rest = text.get(start..text.len().min(start + NAME_BYTES)).unwrap_or_default();
    let behind = memchr::memchr(quote, rest).and_then(|end| rest.get(end + 1..)).unwrap_or_default();
    let behind = behind.trim_ascii_start();
    behind.starts_with(b"=") || behind.starts_with(b":")
}

/// The longest name, in bytes.
const NAME_BYTES: usize = 128;

/// Whether the literal that ends at `end` is a cell of a table: a delimiter stands right before it, and
/// what follows begins a row.
fn is_cell(text: &[u8], end: usize) -> bool {
    let quote = text.get(end).copied().unwrap_or(b'"');
    let head = text.get(end.saturating_sub(CELL_BYTES)..end).unwrap_or_default();
    let opening = memchr::memrchr(quote, head).and_then(|at| at.checked_sub(1)).and_then(|at| head.get(at));
    opening.is_some_and(|before| matches!(before, b',' | b';' | b'\t'))
}

/// The longest cell in front of a line break, in bytes.
const CELL_BYTES: usize = 4 << 10;

#[cfg(test)]
mod tests {
    use super::super::offsets::rewritten;
    use super::*;

    fn joined(text: &str) -> String {
        rewritten(text, &seams(text).collect::<Vec<_>>()).0
    }

    proptest::proptest! {
        #[test]
        fn patterns_are_asked_wherever_they_find_anything(
            parts in proptest::collection::vec(
                proptest::sample::select(vec![
                    "\"", "'", "`", " ", "\n", "\r", "\t", "+", ".", "&", "&&", "=", "_", ",", "\\", "ab", "x", "@", ")",
                    ".concat(", ".append(", "<<", "||", ";", "token", "キー",
                ]),
                0..14,
            ),
        ) {
            let text = parts.concat();
            proptest::prop_assert!(!SEAM.is_match(&text) || may_have_seams(text.as_bytes()));
            proptest::prop_assert!(!GROWTH.is_match(&text) || may_have_growth(text.as_bytes()));
        }
    }

    #[test]
    fn calls_put_their_literals_together() {
        for text in [
            r#"concat!("ab1", "cd2")"#,
            "x = CONCAT('ab1','cd2')",
            "x <- paste0(\"ab1\", \"cd2\")",
            "$x = implode('', ['ab1', 'cd2']);",
            "x := strings.Join([]string{\"ab1\", \"cd2\"}, \"\")",
            "x = string.Concat(\"ab1\", \"cd2\")",
            "$x = -join ('ab1', 'cd2')",
            "x = Join(Array(\"ab1\", \"cd2\"), \"\")",
            "my $x = join '', 'ab1', 'cd2';",
            "x = join(\"\", [\"ab1\", \"cd2\"])",
            "X: !Join [\"\", [\"ab1\", \"cd2\"]]",
            "x = ''.join(['ab1', 'cd2'])",
        ] {
            let joined = rewritten(text, &calls(text)).0;
            assert!(joined.contains("ab1cd2") && !joined.contains("oin("), "{text} became {joined}");
        }
        for text in [
            "x = join(',', ['ab1', 'cd2'])",
            "strings.Join([]string{\"ab1\", \"cd2\"}, \"-\")",
            "f('ab1', 'cd2')",
        ] {
            assert!(calls(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn variables_grow_by_themselves() {
        for text in
            ["t = \"ab\"\nt = t & \"cd\"\n", "$t = 'ab';\n$t .= 'cd';\n", "let t = \"ab\";\nt += \"cd\";\n"]
        {
            let joined = rewritten(text, &growth(text).collect::<Vec<_>>()).0;
            assert!(joined.contains("abcd"), "{text} became {joined}");
        }
        for text in ["a = \"ab\"\nt = s + \"cd\"\nb = \"x\"\nc += \"y\"", "token = \"ab\"\nt += \"cd\"\n"] {
            assert_eq!(growth(text).count(), 0, "{text}");
        }
    }

    #[test]
    fn neighbours_are_joined() {
        for text in [
            r#"x = "ab" + "cd""#,
            "x = 'ab' . 'cd'",
            "x = \"ab\" \\\n    \"cd\"",
            "x = (\"ab\"\n     \"cd\")",
            "x = \"ab\" & _\n  \"cd\"",
            "x = \"ab\" +\n  \"cd\"",
            "x = \"ab\"\n  + \"cd\"",
            "x=ab\\\ncd",
            r#"ss << "ab" << "cd""#,
            "x := `ab` && `cd`",
            "X='ab''cd'",
        ] {
            let joined = joined(text);
            assert!(joined.contains("abcd"), "{text} became {joined}");
        }
    }

    #[test]
    fn lists_stay_apart() {
        for text in [
            r#"["ab", "cd"]"#,
            r#"{"ab": "cd"}"#,
            "f('ab', 'cd')",
            "\"x\",\"ab\"\n\"cd\",\"y\"\n",
            "\"jp\" = \"ab\"\n\"cd\" = \"ef\"",
        ] {
            assert!(!joined(text).contains("abcd"), "{text}");
        }
    }
}
