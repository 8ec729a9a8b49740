//! What the codes of a font stand for, and how wide they are.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::file::File;
use super::object::{Dictionary, Lexer, Value};

/// Entries of one map: a font of all of Unicode has fewer.
const ENTRIES_MAX: usize = 70_000;
/// Entries of all fonts that are kept.
const KEPT_ENTRIES_MAX: usize = 500_000;
/// The width of a character where the font does not say.
const WIDTH: f64 = 0.55;

/// How the codes of a font become text.
enum Codes {
    /// A map that the file brings, and the bytes of a code.
    Mapped(BTreeMap<u32, String>, usize),
    /// An encoding that is known by its name, and the bytes of a code.
    Named(&'static encoding_rs::Encoding),
    /// One byte a code, some of them given by the names of their characters.
    Single(BTreeMap<u32, String>),
    /// Numbers of glyphs that nothing explains.
    Unknown,
}

/// A font.
pub(super) struct Font {
    codes: Codes,
    widths: BTreeMap<u32, f64>,
    default_width: f64,
    /// Whether the font says how wide its characters are.
    pub(super) has_widths: bool,
}

/// How long a string is.
pub(super) struct Shown {
    /// Its width, in sizes of the font.
    pub(super) width: f64,
    /// Its characters.
    pub(super) count: usize,
    /// Its spaces.
    pub(super) spaces: usize,
}

impl Default for Font {
    fn default() -> Self {
        let codes = Codes::Single(BTreeMap::new());
        Self { codes, widths: BTreeMap::new(), default_width: WIDTH, has_widths: false }
    }
}

impl Font {
    pub(super) fn of(file: &mut File<'_>, font: &Dictionary) -> Self {
        let is_composite = font.is("Subtype", "Type0");
        let map = font.get("ToUnicode").and_then(|map| file.stream(map));
        let codes = match map.map(|map| mapped(&map)) {
            Some((map, bytes)) if !map.is_empty() => Codes::Mapped(map, if is_composite { bytes } else { 1 }),
            _ if is_composite => named(font.get("Encoding")),
            _ => Codes::Single(differences(file, font)),
        };
        let mut made = Self { codes, ..Self::default() };
        if is_composite {
            made.composite_widths(file, font)
        } else {
            made.simple_widths(file, font)
        }
        made
    }

    /// How much it holds.
    pub(super) fn entries(&self) -> usize {
        let codes = match &self.codes {
            Codes::Mapped(map, _) | Codes::Single(map) => map.len(),
            Codes::Named(_) | Codes::Unknown => 0,
        };
        codes + self.widths.len()
    }

    /// Whether its text can be read.
    pub(super) const fn is_known(&self) -> bool {
        !matches!(self.codes, Codes::Unknown)
    }

    /// Adds the text of a string, and returns how long it is.
    pub(super) fn show(&self, string: &[u8], text: &mut String) -> Shown {
        let bytes = match &self.codes {
            Codes::Mapped(_, bytes) => *bytes,
            Codes::Single(_) => 1,
            Codes::Named(_) | Codes::Unknown => 2,
        };
        let mut width = 0.0;
        let mut count = 0;
        for code in string.chunks(bytes.max(1)) {
            let code = code.iter().fold(0_u32, |code, byte| (code << 8) | u32::from(*byte));
            width += self.widths.get(&code).copied().unwrap_or(self.default_width);
            count += 1;
            match &self.codes {
                Codes::Mapped(map, _) => text.push_str(map.get(&code).map_or("", String::as_str)),
                Codes::Single(names) => match names.get(&code) {
                    Some(name) => text.push_str(name),
                    None => text.push(windows_1252(code as u8)),
                },
                Codes::Named(_) | Codes::Unknown => {}
            }
        }
        if let Codes::Named(encoding) = self.codes {
            text.push_str(&encoding.decode_without_bom_handling(string).0);
        }
        // Only a space of one byte is widened.
        let spaces = if bytes == 1 { memchr::memchr_iter(b' ', string).count() } else { 0 };
        Shown { width, count, spaces }
    }

    fn simple_widths(&mut self, file: &mut File<'_>, font: &Dictionary) {
        let first = font.get("FirstChar").and_then(Value::number).unwrap_or(0.0) as u32;
        let Some(Value::Array(widths)) = font.get("Widths").and_then(|widths| file.resolved(widths)) else {
            if font.get("BaseFont").is_some_and(|n| matches!(n, Value::Name(n) if n.starts_with(b"Courier")))
            {
                (self.default_width, self.has_widths) = (0.6, true);
            }
            return;
        };
        let widths = widths.iter().map(|width| width.number().unwrap_or(0.0) / 1000.0);
        self.widths = (first..).zip(widths).collect();
        self.has_widths = true;
    }

    fn composite_widths(&mut self, file: &mut File<'_>, font: &Dictionary) {
        let below = font.get("DescendantFonts").and_then(|all| file.resolved(all));
        let Some(Value::Array(below)) = below else { return };
        let Some(below) = below.first().and_then(|font| file.dictionary(font)) else { return };
        self.default_width = below.get("DW").and_then(Value::number).unwrap_or(1000.0) / 1000.0;
        self.has_widths = true;
        let Some(Value::Array(all)) = below.get("W").and_then(|widths| file.resolved(widths)) else { return };
        let mut rest = all.as_slice();
        let mut left = ENTRIES_MAX;
        while let [first, second, behind @ ..] = rest {
            let first = first.number().unwrap_or(0.0) as u32;
            match (second, behind) {
                (Value::Array(widths), _) => {
                    let widths = widths.iter().map(|width| width.number().unwrap_or(0.0) / 1000.0);
                    self.widths.extend((first..).zip(widths));
                    rest = behind;
                }
                (Value::Number(last), [width, behind @ ..]) => {
                    let width = width.number().unwrap_or(0.0) / 1000.0;
                    let last = (*last as u32).min(first.saturating_add(0xffff));
                    self.widths.extend((first..=last).take(left).map(|code| (code, width)));
                    left = left.saturating_sub(last.saturating_sub(first) as usize + 1);
                    rest = behind;
                }
                _ => return,
            }
        }
    }
}

/// The fonts of a file, read once.
#[derive(Default)]
pub(super) struct Fonts {
    all: BTreeMap<u32, Rc<Font>>,
    entries: usize,
}

impl Fonts {
    /// Returns a font by what refers to it.
    pub(super) fn font(&mut self, file: &mut File<'_>, font: &Value) -> Rc<Font> {
        let Value::Reference(number) = font else {
            return Rc::new(file.dictionary(font).map(|font| Font::of(file, &font)).unwrap_or_default());
        };
        if let Some(font) = self.all.get(number) {
            return Rc::clone(font);
        }
        let made = Rc::new(file.dictionary(font).map(|font| Font::of(file, &font)).unwrap_or_default());
        self.entries += made.entries() + 1;
        if self.entries > KEPT_ENTRIES_MAX {
            self.all.clear();
            self.entries = made.entries() + 1;
        }
        self.all.insert(*number, Rc::clone(&made));
        made
    }
}

fn windows_1252(byte: u8) -> char {
    let byte = [byte];
    encoding_rs::WINDOWS_1252.decode_without_bom_handling(&byte).0.chars().next().unwrap_or(' ')
}

/// The encodings of Japanese fonts that files name and do not bring.
fn named(encoding: Option<&Value>) -> Codes {
    let Some(Value::Name(name)) = encoding else { return Codes::Unknown };
    let has = |part: &str| memchr::memmem::find(name, part.as_bytes()).is_some();
    if has("RKSJ") {
        Codes::Named(encoding_rs::SHIFT_JIS)
    } else if has("UCS2") || has("UTF16") {
        Codes::Named(encoding_rs::UTF_16BE)
    } else if name.starts_with(b"EUC-") {
        Codes::Named(encoding_rs::EUC_JP)
    } else {
        Codes::Unknown
    }
}

/// Codes that a font gives by the names of their characters.
fn differences(file: &mut File<'_>, font: &Dictionary) -> BTreeMap<u32, String> {
    let mut names = BTreeMap::new();
    let Some(Value::Dictionary(encoding)) = font.get("Encoding").and_then(|e| file.resolved(e)) else {
        return names;
    };
    let Some(Value::Array(all)) = encoding.get("Differences").and_then(|d| file.resolved(d)) else {
        return names;
    };
    let mut code = 0_u32;
    for value in &all {
        match value {
            Value::Number(number) => code = *number as u32,
            Value::Name(name) => {
                names.extend(character(name).map(|c| (code, c.to_string())));
                code = code.wrapping_add(1);
            }
            _ => {}
        }
    }
    names
}

/// The characters of credentials whose names are words.
const NAMES: &[(&str, char)] = &[
    ("space", ' '),
    ("exclam", '!'),
    ("quotedbl", '"'),
    ("numbersign", '#'),
    ("dollar", '$'),
    ("percent", '%'),
    ("ampersand", '&'),
    ("quotesingle", '\''),
    ("parenleft", '('),
    ("parenright", ')'),
    ("asterisk", '*'),
    ("plus", '+'),
    ("comma", ','),
    ("hyphen", '-'),
    ("minus", '-'),
    ("period", '.'),
    ("slash", '/'),
    ("zero", '0'),
    ("one", '1'),
    ("two", '2'),
    ("three", '3'),
    ("four", '4'),
    ("five", '5'),
    ("six", '6'),
    ("seven", '7'),
    ("eight", '8'),
    ("nine", '9'),
    ("colon", ':'),
    ("semicolon", ';'),
    ("less", '<'),
    ("equal", '='),
    ("greater", '>'),
    ("question", '?'),
    ("at", '@'),
    ("bracketleft", '['),
    ("backslash", '\\'),
    ("bracketright", ']'),
    ("underscore", '_'),
    ("grave", '`'),
    ("braceleft", '{'),
    ("bar", '|'),
    ("braceright", '}'),
    ("asciitilde", '~'),
    ("asciicircum", '^'),
];

fn character(name: &[u8]) -> Option<char> {
    let name = std::str::from_utf8(name).ok()?;
    let mut characters = name.chars();
    if let (Some(one), None) = (characters.next(), characters.next()) {
        return Some(one);
    }
    if let Some((_, character)) = NAMES.iter().find(|(known, _)| *known == name) {
        return Some(*character);
    }
    let code = name.strip_prefix("uni").or_else(|| name.strip_prefix('u'))?;
    u32::from_str_radix(code, 16).ok().and_then(char::from_u32)
}

/// Reads a map of codes to text.
fn mapped(map: &[u8]) -> (BTreeMap<u32, String>, usize) {
    let mut lexer = Lexer::new(map, 0);
    let (mut entries, mut stack, mut bytes) = (BTreeMap::new(), Vec::new(), 2);
    let mut left = ENTRIES_MAX;
    while let Some(value) = lexer.value() {
        let Value::Word(word) = value else {
            stack.push(value);
            continue;
        };
        match word.as_slice() {
            b"endcodespacerange" => {
                if let Some(Value::Text(code)) = stack.last() {
                    bytes = code.len().clamp(1, 4);
                }
            }
            b"endbfchar" => {
                for pair in stack.chunks(2) {
                    if let [Value::Text(code), Value::Text(text)] = pair {
                        entries.insert(number(code), utf16(text));
                    }
                }
            }
            b"endbfrange" => {
                for range in stack.chunks(3) {
                    if let [Value::Text(first), Value::Text(last), to] = range {
                        ranged(&mut entries, &mut left, number(first), number(last), to);
                    }
                }
            }
            _ => {}
        }
        stack.clear();
    }
    (entries, bytes)
}

fn ranged(entries: &mut BTreeMap<u32, String>, left: &mut usize, first: u32, last: u32, to: &Value) {
    let count = (last.saturating_sub(first) as usize + 1).min(*left).min(0x10000);
    *left -= count;
    let codes = (first..=last).take(count);
    match to {
        Value::Array(all) => {
            for (code, text) in codes.zip(all) {
                if let Value::Text(text) = text {
                    entries.insert(code, utf16(text));
                }
            }
        }
        Value::Text(text) => {
            let Some((end, before)) = text.split_last_chunk::<2>().map(|(b, e)| (u16::from_be_bytes(*e), b))
            else {
                return;
            };
            for (code, step) in codes.zip(0_u32..) {
                let end = end.wrapping_add(step as u16).to_be_bytes();
                entries.insert(code, utf16(&[before, &end].concat()));
            }
        }
        _ => {}
    }
}

fn number(code: &[u8]) -> u32 {
    code.iter().take(4).fold(0, |number, byte| (number << 8) | u32::from(*byte))
}

/// Text of a map: a few characters at most.
fn utf16(bytes: &[u8]) -> String {
    let bytes = bytes.get(..bytes.len().min(32)).unwrap_or_default();
    encoding_rs::UTF_16BE.decode_without_bom_handling(bytes).0.into_owned()
}
