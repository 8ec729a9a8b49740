//! Fills the slots of a carrier.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use kagiban::rules::sample;

use super::data::{Kind, Kinds};

/// A carrier's text with its credentials in it.
#[derive(Debug)]
pub(crate) struct Rendered {
    pub(crate) text: String,
    pub(crate) planted: Vec<Planted>,
}

/// A credential, and where a person would see it.
#[derive(Debug)]
pub(crate) struct Planted {
    /// The slot as written.
    pub(crate) slot: String,
    pub(crate) rule: String,
    pub(crate) value: String,
    pub(crate) lines: RangeInclusive<u64>,
    /// Where nothing around it was encoded.
    pub(crate) column: Option<u64>,
}

impl Planted {
    pub(crate) fn anywhere(&mut self) {
        self.lines = 0..=u64::MAX;
        self.column = None;
    }

    pub(crate) fn is_column(&self, column: u64) -> bool {
        self.column.is_none_or(|wanted| wanted == column)
    }
}

/// A credential by its bytes in the text made so far.
struct Piece {
    slot: String,
    start: usize,
    end: usize,
    is_plain: bool,
}

struct Renderer<'a> {
    kinds: &'a Kinds,
    seed: u64,
    values: BTreeMap<String, String>,
}

/// Fills the slots of `template` with values of one seed.
pub(crate) fn rendered(template: &str, kinds: &Kinds, seed: u64) -> Rendered {
    let mut renderer = Renderer { kinds, seed, values: BTreeMap::new() };
    let (text, pieces) = renderer.filled(template);
    let mut planted: Vec<Planted> = Vec::new();
    for piece in pieces {
        let Some(rule) = &renderer.kind(&piece.slot).rule else { continue };
        // The same secret once more is the same finding.
        if planted.iter().any(|p| p.slot == piece.slot) {
            continue;
        }
        let before = |at: usize| text.get(..at).expect("slots begin between characters");
        let line = |at: usize| 1 + before(at).matches('\n').count() as u64;
        let column = 1 + before(piece.start).chars().rev().take_while(|c| *c != '\n').count() as u64;
        planted.push(Planted {
            rule: rule.clone(),
            value: renderer.values.get(&piece.slot).cloned().unwrap_or_default(),
            lines: line(piece.start)..=line(if piece.is_plain { piece.start } else { piece.end }),
            column: piece.is_plain.then_some(column),
            slot: piece.slot,
        });
    }
    Rendered { text, planted }
}

impl Renderer<'_> {
    fn kind(&self, slot: &str) -> &Kind {
        let name = slot.trim_end_matches(|c: char| c.is_ascii_digit());
        self.kinds.get(slot).or_else(|| self.kinds.get(name)).unwrap_or_else(|| panic!("no kind {slot}"))
    }

    fn filled(&mut self, template: &str) -> (String, Vec<Piece>) {
        let (mut text, mut pieces) = (String::new(), Vec::new());
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('«') {
            text.push_str(before);
            let (slot, behind) = closed(after);
            let start = text.len();
            match slot.split_once(':') {
                Some((transform, inner)) => {
                    let (inner, inside) = self.filled(inner);
                    text.push_str(&transformed(transform, &inner));
                    let end = text.len();
                    pieces.extend(inside.into_iter().map(|p| Piece { start, end, is_plain: false, ..p }));
                }
                None => {
                    text.push_str(&self.value(slot));
                    pieces.push(Piece { slot: slot.to_owned(), start, end: text.len(), is_plain: true });
                }
            }
            rest = behind;
        }
        text.push_str(rest);
        (text, pieces)
    }

    fn value(&mut self, slot: &str) -> String {
        if let Some(value) = self.values.get(slot) {
            return value.clone();
        }
        let shapes = &self.kind(slot).shapes;
        let shape = shapes.iter().cycle().nth(self.seed as usize % shapes.len()).expect("kinds have shapes");
        let own = slot.bytes().fold(self.seed, |hash, b| hash.wrapping_mul(0x0100_0000_01b3) ^ u64::from(b));
        let value = sample(shape, own);
        self.values.insert(slot.to_owned(), value.clone());
        value
    }
}

/// Parts the slot that is open at the start of `text` from what is behind it.
fn closed(text: &str) -> (&str, &str) {
    let mut depth = 0;
    for (at, c) in text.char_indices() {
        match c {
            '«' => depth += 1,
            '»' if depth == 0 => {
                let (slot, behind) = text.split_at(at);
                return (slot, behind.strip_prefix('»').unwrap_or(behind));
            }
            '»' => depth -= 1,
            _ => {}
        }
    }
    panic!("a slot does not close: {}", text.lines().next().unwrap_or_default());
}

/// Encodes `text` as a transform says: a name and, behind a blank, its argument.
fn transformed(transform: &str, text: &str) -> String {
    let (name, argument) = transform.split_once(' ').unwrap_or((transform, ""));
    let each = |change: &dyn Fn(char, &mut String)| {
        let mut out = String::new();
        text.chars().for_each(|c| change(c, &mut out));
        out
    };
    match name {
        "b64" => STANDARD.encode(text),
        "b64url" => URL_SAFE_NO_PAD.encode(text),
        "hex" => each(&|c, out| c.to_string().bytes().for_each(|b| out.push_str(&format!("{b:02x}")))),
        "percent" => each(&|c, out| match c {
            'A'..='Z' | 'a'..='z' | '0'..='9' | '-' | '_' | '.' | '~' => out.push(c),
            _ => c.to_string().bytes().for_each(|b| out.push_str(&format!("%{b:02X}"))),
        }),
        "json" => {
            let quoted = serde_json::to_string(text).expect("text is JSON");
            quoted.strip_prefix('"').and_then(|q| q.strip_suffix('"')).unwrap_or_default().to_owned()
        }
        "json-slash" => transformed("json", text).replace('/', "\\/"),
        "html" => each(&|c, out| match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }),
        "entities" => each(&|c, out| match c {
            '|' | '/' | '+' | '=' | '"' | '&' => out.push_str(&format!("&#{};", u32::from(c))),
            _ => out.push(c),
        }),
        "unicode" => each(&|c, out| match c {
            'A'..='Z' | 'a'..='z' | '0'..='9' | ' ' | '\n' | '-' | '.' | '_' => out.push(c),
            _ => out.push_str(&format!("\\u{:04x}", u32::from(c))),
        }),
        "qp" => quoted_printable(text),
        "bar" => text.replace('|', argument),
        "upper" => text.to_uppercase(),
        "wrap" => wrapped(text, argument),
        "split" => split(text, &argument.replace("\\n", "\n")),
        "repeat" => text.repeat(argument.parse().expect("how often")),
        "length" => text.len().to_string(),
        _ => panic!("no transform {name}"),
    }
}

/// Lines of a width, behind an indentation: `wrap 60 6`.
fn wrapped(text: &str, argument: &str) -> String {
    let (width, indent) = argument.split_once(' ').unwrap_or((argument, "0"));
    let (width, indent): (usize, usize) =
        (width.parse().expect("a width"), indent.parse().expect("an indentation"));
    let letters: Vec<char> = text.chars().collect();
    let lines: Vec<String> = letters.chunks(width).map(|line| line.iter().collect()).collect();
    lines.join(&format!("\n{}", " ".repeat(indent)))
}

/// Two seams, at thirds.
fn split(text: &str, seam: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let third = letters.len().div_ceil(3);
    let pieces: Vec<String> = letters.chunks(third).map(|piece| piece.iter().collect()).collect();
    pieces.join(seam)
}

fn quoted_printable(text: &str) -> String {
    let mut out = String::new();
    let mut column = 0;
    for c in text.chars() {
        let piece = match c {
            '\n' => {
                column = 0;
                out.push('\n');
                continue;
            }
            ' '..='<' | '>'..='~' if c != '|' => c.to_string(),
            _ => c.to_string().bytes().map(|b| format!("={b:02X}")).collect(),
        };
        if column + piece.len() > 75 {
            out.push_str("=\n");
            column = 0;
        }
        column += piece.len();
        out.push_str(&piece);
    }
    out
}
