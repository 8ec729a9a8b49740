//! Bytes become the text a person would see.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};

use super::binary;
use crate::rules::{is_utf16, is_wide_text};

/// How the bytes of a document are to be read. Fixed by its first window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charset {
    /// UTF-8: what is invalid is replaced.
    Utf8,
    /// No text at all: only the strings in it are read.
    Binary,
    /// Another encoding.
    Other(&'static Encoding),
}

/// Bytes the detector looks at; more does not make it surer.
const DETECTED_BYTES: usize = 64 << 10;

impl Charset {
    /// Recognises the charset of a document by its beginning.
    ///
    /// The order is: byte-order mark, zeros in every other place, valid UTF-8, then a guess for
    /// text without zeros. The guess leans towards Japanese, since most users' old files are.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        if is_utf16(bytes) {
            let big_endian = match bytes {
                [0xff, 0xfe, ..] => false,
                [0xfe, 0xff, ..] => true,
                _ => is_wide_text(bytes, u16::from_be_bytes),
            };
            return Self::Other(if big_endian { UTF_16BE } else { UTF_16LE });
        }
        let head = bytes.get(..bytes.len().min(DETECTED_BYTES)).unwrap_or_default();
        // A character cut in two at the end is the end of what is looked at.
        let is_valid = std::str::from_utf8(head).err().is_none_or(|error| error.error_len().is_none());
        if binary::is_binary(head) {
            return Self::Binary;
        }
        let is_escaped_jis = memchr::memmem::find(head, b"\x1b$B").is_some();
        if memchr::memchr(0, head).is_some() || (is_valid && !is_escaped_jis) {
            return Self::late(bytes, is_valid);
        }
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
        detector.feed(head, true);
        Self::Other(detector.guess(Some(b"jp"), Utf8Detection::Deny))
    }

    /// Text whose first foreign byte comes after the head.
    fn late(bytes: &[u8], head_is_valid: bool) -> Self {
        if !head_is_valid || bytes.len() <= DETECTED_BYTES || memchr::memchr(0, bytes).is_some() {
            return Self::Utf8;
        }
        let Err(error) = std::str::from_utf8(bytes) else { return Self::Utf8 };
        if error.error_len().is_none() {
            return Self::Utf8;
        }
        let from = error.valid_up_to();
        let part = bytes.get(from..bytes.len().min(from + DETECTED_BYTES)).unwrap_or_default();
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
        detector.feed(part, true);
        Self::Other(detector.guess(Some(b"jp"), Utf8Detection::Deny))
    }
}

/// Decodes a document, or a window of one. Never fails: what is invalid is replaced.
#[must_use]
pub fn text(bytes: &[u8], charset: Charset) -> Cow<'_, str> {
    match charset {
        Charset::Utf8 => {
            let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
            // Nearly every text is valid, which is found out three times as fast.
            std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
        }
        Charset::Binary => Cow::Owned(binary::strings(bytes)),
        Charset::Other(encoding) => encoding.decode_with_bom_removal(bytes).0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> String {
        text(bytes, Charset::of(bytes)).into_owned()
    }

    #[test]
    fn utf16_both_ways_with_and_without_a_mark() {
        let little: Vec<u8> = "key=value one".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = "key=value one".encode_utf16().flat_map(u16::to_be_bytes).collect();
        for bytes in [
            little.clone(),
            big.clone(),
            [&[0xff, 0xfe], &little[..]].concat(),
            [&[0xfe, 0xff], &big[..]].concat(),
        ] {
            assert_eq!(read(&bytes), "key=value one");
        }
    }

    #[test]
    fn japanese_charsets() {
        let original = "セラーセントラルのパスワード: これは秘密です。\n秘密キー＝abc\n";
        for encoding in [encoding_rs::SHIFT_JIS, encoding_rs::EUC_JP, encoding_rs::ISO_2022_JP] {
            let (bytes, _, _) = encoding.encode(original);
            assert_eq!(read(&bytes), original, "{}", encoding.name());
        }
        let ascii_first = format!("{}{}", "# ascii only\n".repeat(10_000), original);
        let (bytes, _, _) = encoding_rs::SHIFT_JIS.encode(&ascii_first);
        assert_eq!(read(&bytes), ascii_first);
    }

    #[test]
    fn a_mark_is_no_text() {
        assert_eq!(read(b"\xef\xbb\xbfSellerId"), "SellerId");
    }

    #[test]
    fn of_binaries_only_strings_are_read() {
        assert_eq!(read(b"\0\x01\x02\xff\xfe\x03secret=1\0\0\x01"), "secret=1\0");
    }
}
