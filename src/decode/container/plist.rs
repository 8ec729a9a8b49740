//! Apple's property lists in their binary form.
//!
//! Told as the same list in XML. Objects may be shared, so a small list can stand for one without
//! end; what is told is bounded, which no library does.

use std::ops::ControlFlow;

use super::telling::Telling;
use super::{Container, Members, container, held};
use crate::model::{ReadSeek, SkipReason};

pub(super) struct Plist;

const MAGIC: &[u8] = b"bplist00";
const FILE_BYTES_MAX: u64 = 64 << 20;
/// Lists in lists.
const DEPTH_MAX: usize = 64;
/// Values that are told.
const VALUES_MAX: usize = 500_000;
/// Bytes of one string, and of one path of names.
const STRING_BYTES_MAX: usize = 1 << 20;
const PATH_BYTES_MAX: usize = 200;
const KEY_BYTES_MAX: usize = 1 << 10;
/// Bytes of a string that cost as much as a value.
const VALUE_BYTES: usize = 64;

impl Container for Plist {
    fn recognises(&self, _name: &str, head: &[u8]) -> bool {
        head.starts_with(MAGIC)
    }

    fn open(&self, _name: &str, content: &mut dyn ReadSeek, members: &mut dyn Members) {
        let Some(bytes) = held(content, FILE_BYTES_MAX, members) else { return };
        let Some(mut list) = List::of(&bytes) else {
            return members.problem("", SkipReason::Damaged, "its bytes are not what its format says");
        };
        let mut telling = Telling::new(members);
        if list.tell(list.top, &Name { path: String::new(), key: None }, 0, &mut telling).is_break()
            || telling.flush().is_break()
        {
            return;
        }
        if list.left == 0 {
            members.problem("", SkipReason::Expansion, "its values expand beyond the limit");
        } else if list.is_damaged {
            members.problem("", SkipReason::Damaged, "its bytes are not what its format says");
        }
    }
}

struct List<'a> {
    bytes: &'a [u8],
    offsets: &'a [u8],
    offset_bytes: usize,
    reference_bytes: usize,
    top: usize,
    left: usize,
    is_damaged: bool,
}

/// What leads to a value, and the name right before it.
struct Name {
    path: String,
    key: Option<String>,
}

impl Name {
    fn below(&self, step: &str, key: Option<String>) -> Self {
        let is_first = self.path.is_empty();
        let path = if is_first { step.to_owned() } else { format!("{}.{step}", self.path) };
        // The end says more than the beginning.
        let cut = path.len().saturating_sub(PATH_BYTES_MAX);
        let cut = (cut..path.len()).find(|at| path.is_char_boundary(*at)).unwrap_or(0);
        Self { path: path.get(cut..).unwrap_or_default().to_owned(), key }
    }
}

fn number(bytes: Option<&[u8]>) -> Option<usize> {
    let bytes = bytes.filter(|bytes| bytes.len() <= 8)?;
    usize::try_from(bytes.iter().fold(0_u64, |n, byte| (n << 8) | u64::from(*byte))).ok()
}

impl<'a> List<'a> {
    fn of(bytes: &'a [u8]) -> Option<Self> {
        let trailer = bytes.last_chunk::<32>()?;
        let byte = |at: usize| trailer.get(at).map(|byte| usize::from(*byte)).filter(|n| (1..=8).contains(n));
        let eight = |at: usize| number(trailer.get(at..at + 8));
        let (offset_bytes, reference_bytes) = (byte(6)?, byte(7)?);
        let (count, top, start) = (eight(8)?, eight(16)?, eight(24)?);
        let offsets = bytes.get(start..start.checked_add(count.checked_mul(offset_bytes)?)?)?;
        let (left, is_damaged) = (VALUES_MAX, false);
        Some(Self { bytes, offsets, offset_bytes, reference_bytes, top, left, is_damaged })
    }

    /// The kind of an object, its length, and where its content begins.
    fn object(&self, index: usize) -> Option<(u8, usize, usize)> {
        let start = index.checked_mul(self.offset_bytes)?;
        let at = number(self.offsets.get(start..start.checked_add(self.offset_bytes)?))?;
        let mark = *self.bytes.get(at)?;
        let (kind, short) = (mark >> 4, usize::from(mark & 15));
        if short < 15 || matches!(kind, 0..=3) {
            return Some((kind, short, at + 1));
        }
        let size = 1_usize << (self.bytes.get(at + 1)? & 7);
        let length = number(self.bytes.get(at + 2..(at + 2).checked_add(size)?))?;
        Some((kind, length, at + 2 + size))
    }

    fn string(&self, index: usize, most: usize) -> Option<String> {
        let (kind, length, at) = self.object(index)?;
        let bytes = if kind == 6 { length.checked_mul(2)? } else { length };
        let content = self.bytes.get(at..at.checked_add(bytes)?)?;
        let content = content.get(..content.len().min(most))?;
        match kind {
            5 | 7 => Some(String::from_utf8_lossy(content).into_owned()),
            6 => Some(encoding_rs::UTF_16BE.decode_without_bom_handling(content).0.into_owned()),
            _ => None,
        }
    }

    fn reference(&self, at: usize, index: usize) -> Option<usize> {
        let start = at.checked_add(index.checked_mul(self.reference_bytes)?)?;
        number(self.bytes.get(start..start.checked_add(self.reference_bytes)?))
    }

    fn tell(
        &mut self,
        index: usize,
        name: &Name,
        depth: usize,
        telling: &mut Telling<'_>,
    ) -> ControlFlow<()> {
        let (Some((kind, length, at)), true) = (self.object(index), depth < DEPTH_MAX) else {
            self.is_damaged = true;
            return ControlFlow::Continue(());
        };
        let Some(left) = self.left.checked_sub(1) else { return ControlFlow::Continue(()) };
        self.left = left;
        match kind {
            5..=7 => {
                let Some(text) = self.string(index, STRING_BYTES_MAX) else {
                    self.is_damaged = true;
                    return ControlFlow::Continue(());
                };
                self.left = self.left.saturating_sub(text.len() / VALUE_BYTES);
                let key = name.key.as_ref().map(|key| format!("<key>{}</key>\n", escaped(key)));
                let text = format!("{}<string>{}</string>", key.unwrap_or_default(), escaped(&text));
                telling.part(&name.path, &text)
            }
            4 => {
                let content = self.bytes.get(at..at.saturating_add(length)).unwrap_or_default();
                let head = content.get(..content.len().min(super::HEAD_BYTES)).unwrap_or_default();
                let is_document = container("", head).is_some() || std::str::from_utf8(content).is_ok();
                if content.is_empty() || !is_document {
                    return ControlFlow::Continue(());
                }
                telling.members.member(&name.path, &mut &*content)
            }
            10 | 12 => self.each(
                length,
                |list, index| {
                    let value = list.reference(at, index)?;
                    Some((value, name.below(&index.to_string(), name.key.clone())))
                },
                depth,
                telling,
            ),
            13 => self.each(
                length,
                |list, index| {
                    let key = list.string(list.reference(at, index)?, KEY_BYTES_MAX)?;
                    let value = list.reference(at, length.checked_add(index)?)?;
                    Some((value, name.below(&key, Some(key.clone()))))
                },
                depth,
                telling,
            ),
            _ => ControlFlow::Continue(()),
        }
    }

    /// Tells each value of a list.
    fn each(
        &mut self,
        length: usize,
        value: impl Fn(&Self, usize) -> Option<(usize, Name)>,
        depth: usize,
        telling: &mut Telling<'_>,
    ) -> ControlFlow<()> {
        for index in 0..length {
            if self.left == 0 {
                break;
            }
            let Some((value, name)) = value(self, index) else {
                self.is_damaged = true;
                break;
            };
            self.tell(value, &name, depth + 1, telling)?;
        }
        ControlFlow::Continue(())
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
