//! Bytes become the text a person would see.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{EUC_JP, Encoding, GBK, SHIFT_JIS, UTF_16BE, UTF_16LE};

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
        let japanese = detector.guess(Some(b"jp"), Utf8Detection::Deny);
        Self::Other(if is_escaped_jis {
            japanese
        } else if is_european(head) {
            detector.guess(None, Utf8Detection::Deny)
        } else if is_chinese(head, japanese, || detector.guess(None, Utf8Detection::Deny)) {
            GBK
        } else {
            japanese
        })
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

/// Whether the foreign bytes are letters of Latin-1, most of them alone and beside another letter, as an
/// umlaut or an accent is. Japanese text has kana, whose first byte is none of these, and the others of
/// its bytes and of Chinese come in rows.
fn is_european(head: &[u8]) -> bool {
    let (mut alone, mut rows, mut letters, mut all, mut at) = (0_usize, 0_usize, 0_usize, 0_usize, 0_usize);
    while let Some(first) = head.get(at..).and_then(|rest| rest.iter().position(|b| *b >= 0x80)) {
        let start = at + first;
        let rest = head.get(start..).unwrap_or_default();
        let row = rest.get(..rest.iter().take_while(|b| **b >= 0x80).count()).unwrap_or_default();
        if row.iter().any(|b| (0x81..=0x83).contains(b)) {
            return false;
        }
        all += row.len();
        letters += row.iter().filter(|b| **b >= 0xc0).count();
        let before = start.checked_sub(1).and_then(|before| head.get(before));
        let is_beside =
            before.is_some_and(u8::is_ascii_alphabetic) || rest.get(1).is_some_and(u8::is_ascii_lowercase);
        alone += usize::from(row.len() == 1 && is_beside);
        rows += usize::from(row.len() > 1);
        at = start + row.len();
    }
    alone > 0 && alone >= rows * 2 && letters * 5 >= all * 4
}

/// Whether a text is Chinese rather than Japanese: read as Shift_JIS it is mostly half-width kana, which
/// hardly anybody writes, read as EUC-JP it has no kana at all.
fn is_chinese(head: &[u8], japanese: &'static Encoding, guess: impl FnOnce() -> &'static Encoding) -> bool {
    let end =
        if head.len() < DETECTED_BYTES { head.len() } else { memchr::memrchr(b'\n', head).unwrap_or(0) };
    let head = head.get(..end).unwrap_or_default();
    let (text, _) = japanese.decode_without_bom_handling(head);
    let (mut half, mut full) = (0_usize, 0_usize);
    for c in text.chars() {
        match c {
            '\u{ff61}'..='\u{ff9f}' => half += 1,
            '\u{3041}'..='\u{30fe}' => full += 1,
            _ => {}
        }
    }
    let is_odd = (japanese == SHIFT_JIS && half > 4 && half > full * 4)
        || (japanese == EUC_JP && half + full == 0 && guess() == GBK);
    is_odd && GBK.decode_without_bom_handling_and_without_replacement(head).is_some()
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
    fn european_and_chinese_charsets() {
        for (original, encoding) in [
            (
                "Número de pedido;Dirección de envío;Teléfono\n1;calle de la Peña 4;2\n",
                encoding_rs::WINDOWS_1252,
            ),
            ("Bestellnummer;Käufername;Straße\n1;Jürgen Größe;Mühlweg 3\n", encoding_rs::WINDOWS_1252),
            (
                "订单编号,买家姓名,收件人姓名,收货地址,电话号码\n1,赵晓梅,赵晓梅,上海市浦东新区,2\n",
                encoding_rs::GBK,
            ),
            ("卖家中心密码：不要告诉别人\n密钥=abc\n", encoding_rs::GBK),
        ] {
            let (bytes, _, _) = encoding.encode(original);
            assert_eq!(read(&bytes), original, "{}", encoding.name());
        }
        for original in ["価格 100円\n", "ﾃｽﾄ の ｶﾅ を含む行です。\n", "注文,円\n1,2\n", "A社のB表\n"]
        {
            let (bytes, _, _) = encoding_rs::SHIFT_JIS.encode(original);
            assert_eq!(read(&bytes), original);
        }
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
