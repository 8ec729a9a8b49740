//! The texts that the cells of a workbook share.

use super::page::Page;
use super::xml::{Broken, Node, Xml};

/// Bytes of shared texts that are held.
const HELD_BYTES: usize = 32 << 20;
/// A text longer than this is told at its first cell only, however many cells show it.
const LONG_BYTES: usize = 1 << 10;

/// The shared texts of a workbook, in order.
#[derive(Default)]
pub(super) struct Strings {
    text: String,
    /// Where each text ends, and whether a long one was told.
    ends: Vec<(u32, bool)>,
}

impl Strings {
    /// Adds a text; tells whether there was room for it.
    pub(super) fn push(&mut self, text: &str) -> bool {
        if self.text.len() + text.len() + 8 * self.ends.len() > HELD_BYTES {
            return false;
        }
        self.text.push_str(text);
        self.ends.push((u32::try_from(self.text.len()).unwrap_or(u32::MAX), false));
        true
    }

    /// Lends a text; nothing for a long one that was lent before.
    pub(super) fn lend(&mut self, index: usize) -> Option<&str> {
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |(end, _)| *end);
        let (end, is_told) = self.ends.get_mut(index)?;
        if *is_told {
            return None;
        }
        *is_told = (*end - start) as usize > LONG_BYTES;
        self.text.get(start as usize..*end as usize)
    }

    /// Reads the part that holds them. What is written above Japanese words to say how they are read
    /// is no text of the cell.
    pub(super) fn read(&mut self, xml: &mut Xml<'_>, page: &mut Page<'_>) -> Result<(), Broken> {
        let mut text = String::new();
        let (mut is_text, mut is_reading) = (false, false);
        while let Some(node) = xml.next()? {
            match node {
                Node::Open(tag) => match tag.name() {
                    "rPh" => is_reading = true,
                    "t" => is_text = !is_reading,
                    _ => {}
                },
                Node::Text(part) if is_text => {
                    text.push_str(&part);
                    page.overflow("shared text", &mut text);
                }
                Node::Text(_) => {}
                Node::Close(name) => match name {
                    "rPh" => is_reading = false,
                    "t" => is_text = false,
                    // What does not fit is read as it is.
                    "si" if !self.push(&unescaped(std::mem::take(&mut text))) => return Err(Broken::TooLong),
                    _ => {}
                },
            }
        }
        Ok(())
    }
}

/// Undoes `_x000D_`, by which Excel writes characters that XML cannot hold.
pub(super) fn unescaped(text: String) -> String {
    if !text.contains("_x") {
        return text;
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find("_x") {
        let (before, found) = rest.split_at(at);
        plain.push_str(before);
        let code = found.get(2..6).filter(|code| found.as_bytes().get(6) == Some(&b'_') && code.len() == 4);
        let character = code.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32);
        let (written, behind) = match character {
            Some(character) => (character, found.get(7..)),
            None => ('_', found.get(1..)),
        };
        plain.push(written);
        rest = behind.unwrap_or_default();
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_of_excel_are_undone() {
        assert_eq!(unescaped("a_x000D_b_x005F_x".to_owned()), "a\rb_x");
        assert_eq!(unescaped("_x00_xyz__x日本語".to_owned()), "_x00_xyz__x日本語");
    }

    #[test]
    fn long_texts_are_lent_once() {
        let mut strings = Strings::default();
        assert!(strings.push("short") && strings.push(&"x".repeat(2_000)));
        assert_eq!(strings.lend(0), Some("short"));
        assert_eq!(strings.lend(0), Some("short"));
        assert!(strings.lend(1).is_some());
        assert_eq!(strings.lend(1), None);
        assert_eq!(strings.lend(2), None);
        assert!(!strings.push(&"x".repeat(HELD_BYTES)));
    }
}
