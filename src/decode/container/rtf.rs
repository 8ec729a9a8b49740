//! Rich text: what a person sees of it, paragraph by paragraph.

use std::ops::ControlFlow;

use encoding_rs::{Encoding, SHIFT_JIS, WINDOWS_1252};

use super::telling::Telling;
use super::{Container, Members, held};
use crate::model::{ReadSeek, SkipReason};

pub(super) struct Rtf;

const FILE_BYTES_MAX: u64 = 64 << 20;
/// Groups in groups that are told apart; deeper ones are as the one around them.
const DEPTH_MAX: usize = 10_000;
/// Groups that hold no text of the document.
const HIDDEN: [&[u8]; 9] = [
    b"fonttbl",
    b"colortbl",
    b"stylesheet",
    b"pict",
    b"objdata",
    b"themedata",
    b"datastore",
    b"listtable",
    b"generator",
];
/// Groups that are marked as unknown to old programs and hold text.
const SHOWN: [&[u8]; 5] = [b"fldinst", b"annotation", b"shptxt", b"shpinst", b"footnote"];

impl Container for Rtf {
    fn recognises(&self, _name: &str, head: &[u8]) -> bool {
        head.starts_with(b"{\\rtf")
    }

    fn open(&self, _name: &str, content: &mut dyn ReadSeek, members: &mut dyn Members) {
        let Some(bytes) = held(content, FILE_BYTES_MAX, members) else { return };
        let mut text = Text {
            telling: Telling::new(members),
            encoding: WINDOWS_1252,
            raw: Vec::new(),
            paragraph: String::new(),
            paragraphs: 0,
            groups: vec![Group { is_hidden: false, skipped: 1 }],
            skip: 0,
        };
        let read = text.read(&bytes);
        if read.is_break() || text.ends().is_break() || text.telling.flush().is_break() {
            return;
        }
        if text.groups.len() > 1 {
            members.problem("", SkipReason::Damaged, "it ends too early");
        }
    }
}

/// A group, and how many signs stand in for a character of Unicode in it.
#[derive(Clone, Copy)]
struct Group {
    is_hidden: bool,
    skipped: usize,
}

struct Text<'m> {
    telling: Telling<'m>,
    encoding: &'static Encoding,
    /// Bytes of characters that are not decoded yet.
    raw: Vec<u8>,
    paragraph: String,
    paragraphs: usize,
    groups: Vec<Group>,
    /// Signs to pass over, since a character of Unicode said the same.
    skip: usize,
}

impl Text<'_> {
    fn read(&mut self, bytes: &[u8]) -> ControlFlow<()> {
        let mut rest = bytes;
        while let Some((byte, behind)) = rest.split_first() {
            rest = behind;
            match byte {
                b'{' if self.groups.len() < DEPTH_MAX => {
                    let group = self.group();
                    self.groups.push(group);
                }
                b'}' => {
                    if self.groups.len() > 1 {
                        self.groups.pop();
                    }
                }
                b'\\' => rest = self.control(behind)?,
                b'\r' | b'\n' => {}
                byte => self.sign(*byte),
            }
        }
        ControlFlow::Continue(())
    }

    fn group(&self) -> Group {
        self.groups.last().copied().unwrap_or(Group { is_hidden: false, skipped: 1 })
    }

    fn hide(&mut self, is_hidden: bool) {
        if let Some(group) = self.groups.last_mut() {
            group.is_hidden = is_hidden;
        }
    }

    fn sign(&mut self, byte: u8) {
        if self.skip > 0 {
            self.skip -= 1;
        } else if !self.group().is_hidden {
            self.raw.push(byte);
        }
    }

    fn character(&mut self, character: char) {
        self.decode();
        if !self.group().is_hidden {
            self.paragraph.push(character);
        }
    }

    fn decode(&mut self) {
        let raw = std::mem::take(&mut self.raw);
        self.paragraph.push_str(&self.encoding.decode_without_bom_handling(&raw).0);
    }

    fn ends(&mut self) -> ControlFlow<()> {
        self.decode();
        self.paragraphs += 1;
        let mut paragraph = std::mem::take(&mut self.paragraph);
        // The last cell of a row ends as the others do.
        paragraph.truncate(paragraph.trim_end_matches('\t').len());
        self.telling.part(&format!("paragraph {}", self.paragraphs), &paragraph)
    }

    /// Reads what stands behind a backslash, and returns what comes behind that.
    fn control<'b>(&mut self, behind: &'b [u8]) -> ControlFlow<(), &'b [u8]> {
        let Some((first, rest)) = behind.split_first() else { return ControlFlow::Continue(behind) };
        if !first.is_ascii_alphabetic() {
            return self.symbol(*first, rest);
        }
        let length = behind.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        let (word, rest) = behind.split_at_checked(length).unwrap_or((behind, &[]));
        let digits =
            rest.iter().enumerate().take_while(|(at, b)| b.is_ascii_digit() || (*at == 0 && **b == b'-'));
        let (written, rest) = rest.split_at_checked(digits.count()).unwrap_or((rest, &[]));
        let value = std::str::from_utf8(written).ok().and_then(|text| text.parse::<i64>().ok());
        let rest = rest.strip_prefix(b" ").unwrap_or(rest);
        match word {
            b"par" | b"row" | b"sect" | b"page" => self.ends()?,
            b"line" => self.character('\n'),
            b"tab" | b"cell" => self.character('\t'),
            b"ansicpg" if value == Some(932) => self.encoding = SHIFT_JIS,
            b"uc" => {
                if let Some(group) = self.groups.last_mut() {
                    group.skipped = value.and_then(|v| usize::try_from(v).ok()).unwrap_or(1).min(16);
                }
            }
            b"u" => {
                let code = (value.unwrap_or(0) & 0xffff) as u32;
                self.character(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
                self.skip = self.group().skipped;
            }
            b"bin" => {
                let length = value.and_then(|v| usize::try_from(v).ok()).unwrap_or(0);
                return ControlFlow::Continue(rest.get(length..).unwrap_or_default());
            }
            word if HIDDEN.contains(&word) => self.hide(true),
            word if SHOWN.contains(&word) => self.hide(false),
            _ => {}
        }
        ControlFlow::Continue(rest)
    }

    fn symbol<'b>(&mut self, symbol: u8, rest: &'b [u8]) -> ControlFlow<(), &'b [u8]> {
        match symbol {
            b'\'' => {
                let digit = |at: usize| rest.get(at).and_then(|byte| char::from(*byte).to_digit(16));
                if let (Some(high), Some(low)) = (digit(0), digit(1)) {
                    self.sign((high * 16 + low) as u8);
                    return ControlFlow::Continue(rest.get(2..).unwrap_or_default());
                }
            }
            b'\\' | b'{' | b'}' => self.sign(symbol),
            b'~' => self.character(' '),
            b'_' => self.character('-'),
            b'*' => self.hide(true),
            b'\r' | b'\n' => self.ends()?,
            _ => {}
        }
        ControlFlow::Continue(rest)
    }
}
