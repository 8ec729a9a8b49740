//! JSON as people keep it: with comments, with commas too many, with pieces put in later. What is
//! broken ends where it breaks.

use crate::audit::privilege::tree::{DEPTH_MAX, Kind, NODES_MAX, Tree};
use crate::model::Span;

/// Reads the value that begins at `start` of a text; places are those of the text, moved by
/// `offset`, or all of them `fixed` where the text is written otherwise in its document.
pub(super) fn value(text: &str, start: usize, offset: usize, fixed: Option<Span>) -> Option<Tree> {
    let mut reader = Reader { bytes: text.as_bytes(), text, at: start, offset, fixed, nodes: 0 };
    reader.blanks();
    let tree = reader.value(0)?;
    Some(tree)
}

struct Reader<'t> {
    bytes: &'t [u8],
    text: &'t str,
    at: usize,
    offset: usize,
    fixed: Option<Span>,
    nodes: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn span(&self, from: usize) -> Span {
        self.fixed.unwrap_or_else(|| Span::new(self.offset + from, self.offset + self.at))
    }

    fn blanks(&mut self) {
        while let Some(byte) = self.peek() {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            if byte.is_ascii_whitespace() || byte == b',' {
                self.at += 1;
            } else if rest.starts_with(b"//") || byte == b'#' {
                self.at += rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len());
            } else if rest.starts_with(b"/*") {
                let end = rest.windows(2).position(|pair| pair == b"*/");
                self.at += end.map_or(rest.len(), |end| end + 2);
            } else {
                break;
            }
        }
    }

    fn value(&mut self, depth: usize) -> Option<Tree> {
        self.nodes += 1;
        if depth > DEPTH_MAX || self.nodes > NODES_MAX {
            return None;
        }
        let from = self.at;
        let kind = match self.peek()? {
            b'{' => self.pairs(depth)?,
            b'[' => self.list(depth)?,
            b'"' => Kind::Text(self.string(b'"')?),
            b'\'' => Kind::Text(self.string(b'\'')?),
            _ => self.bare()?,
        };
        Some(Tree::new(self.span(from), kind))
    }

    fn pairs(&mut self, depth: usize) -> Option<Kind> {
        self.at += 1;
        let mut pairs = Vec::new();
        loop {
            self.blanks();
            match self.peek()? {
                b'}' => break,
                quote @ (b'"' | b'\'') => {
                    let name = self.string(quote)?;
                    self.blanks();
                    if self.peek()? != b':' {
                        return None;
                    }
                    self.at += 1;
                    self.blanks();
                    pairs.push((name, self.value(depth + 1)?));
                }
                b'$' | b'<' | b'%' => {
                    self.bare()?;
                }
                _ => return None,
            }
        }
        self.at += 1;
        Some(Kind::Pairs(pairs))
    }

    fn list(&mut self, depth: usize) -> Option<Kind> {
        self.at += 1;
        let mut items = Vec::new();
        loop {
            self.blanks();
            if self.peek()? == b']' {
                break;
            }
            items.push(self.value(depth + 1)?);
        }
        self.at += 1;
        Some(Kind::List(items))
    }

    fn string(&mut self, quote: u8) -> Option<String> {
        self.at += 1;
        let mut out = String::new();
        loop {
            let rest = self.text.get(self.at..)?;
            let next = rest.chars().next()?;
            self.at += next.len_utf8();
            match next {
                _ if next == char::from(quote) => return Some(out),
                '\\' => {
                    let escaped = self.text.get(self.at..)?.chars().next()?;
                    self.at += escaped.len_utf8();
                    match escaped {
                        'n' => out.push('\n'),
                        't' => out.push('\t'),
                        'r' => out.push('\r'),
                        'u' => {
                            let digits = self.text.get(self.at..self.at + 4)?;
                            let code = u32::from_str_radix(digits, 16).ok()?;
                            out.push(char::from_u32(code).unwrap_or('\u{fffd}'));
                            self.at += 4;
                        }
                        other => out.push(other),
                    }
                }
                _ => out.push(next),
            }
        }
    }

    /// A number, a word, or what is put in later.
    fn bare(&mut self) -> Option<Kind> {
        let rest = self.bytes.get(self.at..)?;
        let mut open = 0_usize;
        let end = rest.iter().position(|b| {
            match b {
                b'{' | b'(' => open += 1,
                b'}' | b')' if open > 0 => {
                    open -= 1;
                    return false;
                }
                _ => {}
            }
            open == 0 && matches!(b, b',' | b'}' | b']' | b'\n' | b'"' | b':')
        });
        let end = self.at + end.unwrap_or(rest.len());
        let word = self.text.get(self.at..end)?.trim();
        if word.is_empty() {
            return None;
        }
        self.at = end;
        let is_word = word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '$' || c == '_');
        let is_digits = word.len() == 12 && word.bytes().all(|b| b.is_ascii_digit());
        Some(match word {
            "true" | "false" => Kind::Text(word.to_owned()),
            "null" => Kind::Opaque,
            _ if is_digits => Kind::Text(word.to_owned()),
            _ if is_word => Kind::Name(word.to_owned()),
            _ => Kind::Opaque,
        })
    }
}

/// Finds the policies that stand as JSON in a text of anything, each from its outermost brace that
/// is near.
pub(in crate::audit::privilege) fn islands(text: &str, offset: usize, fixed: Option<Span>) -> Vec<Tree> {
    let (mut trees, mut done) = (Vec::new(), 0);
    for (at, _) in text.match_indices("Statement") {
        let quote = at.checked_sub(1).and_then(|before| text.as_bytes().get(before));
        if at < done || !matches!(quote, Some(b'"' | b'\'')) || trees.len() >= ISLANDS_MAX {
            continue;
        }
        // The braces before it, the nearest last: `{` or `{"Version": "2012-10-17", `.
        let reach = text.floor_char_boundary(at.saturating_sub(REACH_BYTES));
        let before = text.get(reach..at).unwrap_or_default();
        let starts = before.match_indices('{').map(|(brace, _)| reach + brace).filter(|brace| *brace >= done);
        let starts: Vec<usize> = starts.collect();
        for start in starts.into_iter().rev().take(STARTS_MAX) {
            if let Some(tree) = value(text, start, offset, fixed)
                && tree.get("Statement").is_some()
            {
                done = start + tree_bytes(text, start);
                trees.push(tree);
                break;
            }
        }
    }
    trees
}

/// Policies of one text.
const ISLANDS_MAX: usize = 50;
/// Bytes before `Statement` in which its brace is.
const REACH_BYTES: usize = 300;
/// Braces that are tried.
const STARTS_MAX: usize = 3;

fn tree_bytes(text: &str, start: usize) -> usize {
    let mut reader = Reader { bytes: text.as_bytes(), text, at: start, offset: 0, fixed: None, nodes: 0 };
    reader.value(0);
    reader.at - start
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_keep_is_read() {
        let text =
            "{ // note\n \"a\": [\"x\\u0041\", ${jsonencode(x)}, 123456789012,], 'b': {\"c\": true}, }";
        let tree = value(text, 0, 10, None).unwrap();
        assert_eq!(tree.get("a").unwrap().items().len(), 3);
        assert_eq!(tree.get("a").unwrap().items().first().unwrap().text(), Some("xA"));
        assert_eq!(tree.at(&["b", "c"]).unwrap().text(), Some("true"));
        assert_eq!(tree.at.start, 10);
    }

    #[test]
    fn what_is_broken_is_nothing() {
        for text in ["{\"a\": ", "{\"a\" 1}", "[1, 2", "{\"Statement\": \"\\", "{'a': \"\\u12"] {
            assert!(value(text, 0, 0, None).is_none(), "{text}");
        }
        assert!(value(&"[".repeat(100_000), 0, 0, None).is_none());
        assert!(value(&"{\"a\":".repeat(100_000), 0, 0, None).is_none());
        assert!(islands(&"{\"Statement\":".repeat(20_000), 0, None).is_empty());
    }

    #[test]
    fn islands_are_found() {
        let text =
            "cat > x.json <<EOF\n{\"Version\": \"1\", \"Statement\": [{\"Effect\": \"Allow\"}]}\nEOF\n";
        let trees = islands(text, 0, None);
        assert_eq!(trees.len(), 1);
        assert_eq!(text.get(trees.first().unwrap().at.start..).unwrap().chars().next(), Some('{'));
    }
}
