//! Pictures: the texts that stand beside the image. The image itself is compressed pixels, which hold a
//! word by chance alone and are a sixth of the bytes of ordinary trees; so they are passed over.
//!
//! A picture that is not what its format says is no problem: from there on it is read as it is.
//! Formats: PNG (ISO/IEC 15948, third edition, section 5), JPEG (ITU-T T.81, annex B).

use std::io::{self, BufRead as _, BufReader, Read, Seek as _, SeekFrom};
use std::ops::ControlFlow;

use flate2::read::ZlibDecoder;

use super::{Container, Members};
use crate::model::ReadSeek;

pub(super) struct Png;
pub(super) struct Jpeg;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
const JPEG: &[u8] = b"\xff\xd8\xff";
/// Chunks of pixels, colours, sizes and times.
const PIXELS: [&[u8; 4]; 18] = [
    b"IHDR", b"IDAT", b"PLTE", b"fdAT", b"fcTL", b"acTL", b"iCCP", b"sPLT", b"cHRM", b"gAMA", b"sRGB",
    b"sBIT", b"bKGD", b"hIST", b"tRNS", b"pHYs", b"tIME", b"cICP",
];
/// A chunk's checksum, which stands behind it.
const CHECKSUM_BYTES: u64 = 4;
/// Longest texts of a picture that are put in order before they are read, in bytes.
const TEXT_BYTES_MAX: u64 = 1 << 20;
/// What is read of what stands behind the image.
const REST: &str = "behind the image";

impl Container for Png {
    fn recognises(&self, _name: &str, head: &[u8]) -> bool {
        head.starts_with(PNG)
    }

    fn open(&self, _name: &str, content: &mut dyn ReadSeek, members: &mut dyn Members) {
        if let Ok(mut picture) = Picture::new(content) {
            // What fails to be read is told by whoever lends the bytes.
            let _ = picture.chunks(members);
        }
    }
}

impl Container for Jpeg {
    fn recognises(&self, _name: &str, head: &[u8]) -> bool {
        head.starts_with(JPEG)
    }

    fn open(&self, _name: &str, content: &mut dyn ReadSeek, members: &mut dyn Members) {
        if let Ok(mut picture) = Picture::new(content) {
            let _ = picture.segments(members);
        }
    }
}

/// A picture that is read from its front.
struct Picture<'c> {
    content: BufReader<&'c mut dyn ReadSeek>,
    size: u64,
    at: u64,
}

/// Where a part of a picture that has been read ends; nothing when nobody takes more.
type Ended = io::Result<Option<u64>>;

impl<'c> Picture<'c> {
    fn new(content: &'c mut dyn ReadSeek) -> io::Result<Self> {
        let size = content.seek(SeekFrom::End(0))?;
        content.rewind()?;
        Ok(Self { content: BufReader::new(content), size, at: 0 })
    }

    fn go_to(&mut self, at: u64) -> io::Result<()> {
        self.content.seek_relative(at as i64 - self.at as i64)?;
        self.at = at;
        Ok(())
    }

    fn bytes<const N: usize>(&mut self) -> io::Result<Option<[u8; N]>> {
        if self.size - self.at < N as u64 {
            return Ok(None);
        }
        let mut bytes = [0; N];
        self.content.read_exact(&mut bytes)?;
        self.at += N as u64;
        Ok(Some(bytes))
    }

    /// Lends the part from `start` to `end` under a name of its own.
    fn part(&mut self, name: &str, start: u64, end: u64, members: &mut dyn Members) -> Ended {
        self.go_to(start)?;
        let taken = members.member(name, &mut (&mut self.content).take(end - start));
        self.content.seek(SeekFrom::Start(end))?;
        self.at = end;
        Ok(taken.is_continue().then_some(end))
    }

    /// Lends all that is left from `start` on.
    fn rest(&mut self, start: u64, members: &mut dyn Members) -> io::Result<()> {
        if start < self.size {
            self.part(REST, start, self.size, members)?;
        }
        Ok(())
    }

    fn chunks(&mut self, members: &mut dyn Members) -> io::Result<()> {
        let mut start = PNG.len() as u64;
        loop {
            self.go_to(start)?;
            let Some(head) = self.bytes::<8>()? else { return self.rest(start, members) };
            let [a, b, c, d, kind @ ..] = head;
            let (data, length) = (self.at, u64::from(u32::from_be_bytes([a, b, c, d])));
            let end = data + length;
            if !kind.iter().all(u8::is_ascii_alphabetic) || end + CHECKSUM_BYTES > self.size {
                return self.rest(start, members);
            }
            start = end + CHECKSUM_BYTES;
            if &kind == b"IEND" {
                return self.rest(start, members);
            }
            if PIXELS.contains(&&kind) {
                continue;
            }
            let is_text = matches!(&kind, b"tEXt" | b"zTXt" | b"iTXt") && length <= TEXT_BYTES_MAX;
            let go_on = if is_text {
                self.text(kind, length as usize, members)?
            } else {
                let name = String::from_utf8_lossy(&kind).into_owned();
                self.part(&name, data, end, members)?
                    .map_or(ControlFlow::Break(()), |_| ControlFlow::Continue(()))
            };
            if go_on.is_break() {
                return Ok(());
            }
        }
    }

    /// Lends a text under its keyword.
    fn text(
        &mut self,
        kind: [u8; 4],
        length: usize,
        members: &mut dyn Members,
    ) -> io::Result<ControlFlow<()>> {
        let mut chunk = vec![0; length];
        self.content.read_exact(&mut chunk)?;
        self.at += length as u64;
        let (keyword, mut text) = parted(&chunk);
        let mut is_packed = kind == *b"zTXt";
        if kind == *b"iTXt" {
            is_packed = text.first() == Some(&1);
            // The flag stands before the method, language and translated keyword behind it.
            text = parted(parted(text.get(2..).unwrap_or_default()).1).1;
        } else if is_packed {
            text = text.get(1..).unwrap_or_default();
        }
        let name = String::from_utf8_lossy(keyword);
        Ok(if is_packed {
            members.member(&name, &mut ZlibDecoder::new(text))
        } else {
            members.member(&name, &mut &*text)
        })
    }

    fn segments(&mut self, members: &mut dyn Members) -> io::Result<()> {
        let mut start = 2;
        loop {
            self.go_to(start)?;
            let Some([mark, kind]) = self.bytes::<2>()? else { return self.rest(start, members) };
            match (mark, kind) {
                (0xff, 0xff) => start += 1,
                (0xff, 0x01 | 0xd0..=0xd8) => start += 2,
                (0xff, 0xd9) => return self.rest(start + 2, members),
                (0xff, 0xc0..) => {
                    let length = self.bytes::<2>()?.map_or(0, u16::from_be_bytes);
                    let end = start + 2 + u64::from(length);
                    if length < 2 || end > self.size {
                        return self.rest(start, members);
                    }
                    let is_told = matches!(kind, 0xe0..=0xef | 0xfe);
                    if is_told && self.part(&segment_name(kind), start + 4, end, members)?.is_none() {
                        return Ok(());
                    }
                    start = end;
                    if kind == 0xda {
                        start = self.behind_scan(end)?;
                    }
                }
                _ => return self.rest(start, members),
            }
        }
    }

    /// Returns where the compressed pixels that begin at `start` end: at the next mark that is none of theirs.
    fn behind_scan(&mut self, start: u64) -> io::Result<u64> {
        self.go_to(start)?;
        loop {
            let block = self.content.fill_buf()?;
            let Some(mark) = memchr::memchr(0xff, block) else {
                let passed = block.len();
                if passed == 0 {
                    return Ok(self.size);
                }
                self.content.consume(passed);
                self.at += passed as u64;
                continue;
            };
            self.content.consume(mark);
            self.at += mark as u64;
            match self.bytes::<2>()? {
                // A byte of the pixels, and the marks between their parts.
                Some([_, 0x00 | 0xd0..=0xd7]) => {}
                Some([_, 0xff]) => self.go_to(self.at - 1)?,
                Some(_) => return Ok(self.at - 2),
                None => return Ok(self.size),
            }
        }
    }
}

/// What T.81 calls a segment.
fn segment_name(kind: u8) -> String {
    if kind == 0xfe { "COM".to_owned() } else { format!("APP{}", kind & 0x0f) }
}

/// What stands before the first zero, and what stands behind it.
fn parted(bytes: &[u8]) -> (&[u8], &[u8]) {
    let zero = memchr::memchr(0, bytes).unwrap_or(bytes.len());
    (bytes.get(..zero).unwrap_or_default(), bytes.get(zero + 1..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::super::container;
    use super::*;
    use crate::decode::Told;
    use crate::model::SkipReason;

    #[derive(Default)]
    struct Kept(Vec<(String, String)>);

    impl Members for Kept {
        fn member(&mut self, name: &str, content: &mut dyn Read) -> ControlFlow<()> {
            let mut bytes = Vec::new();
            content.read_to_end(&mut bytes).unwrap();
            self.0.push((name.to_owned(), String::from_utf8_lossy(&bytes).into_owned()));
            ControlFlow::Continue(())
        }

        fn text(&mut self, _told: Told) -> ControlFlow<()> {
            ControlFlow::Continue(())
        }

        fn problem(&mut self, _member: &str, _reason: SkipReason, _detail: &str) {}

        fn bytes_left(&self) -> u64 {
            u64::MAX
        }
    }

    fn read(bytes: &[u8]) -> Vec<(String, String)> {
        let mut kept = Kept::default();
        container("", bytes).unwrap().open("", &mut io::Cursor::new(bytes), &mut kept);
        kept.0
    }

    fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
        [&(data.len() as u32).to_be_bytes()[..], kind, data, &[0; 4]].concat()
    }

    fn packed(text: &str) -> Vec<u8> {
        let mut bytes = Vec::new();
        flate2::read::ZlibEncoder::new(text.as_bytes(), flate2::Compression::best())
            .read_to_end(&mut bytes)
            .unwrap();
        bytes
    }

    fn png(more: &[Vec<u8>], behind: &str) -> Vec<u8> {
        let mut all = vec![PNG.to_vec(), chunk(b"IHDR", &[0; 13])];
        all.extend(more.iter().cloned());
        all.extend([chunk(b"IDAT", b"pixels"), chunk(b"IEND", b""), behind.into()]);
        all.concat()
    }

    fn jpeg(behind: &str) -> Vec<u8> {
        let segment = |kind: u8, data: &[u8]| {
            [&[0xff, kind], &(data.len() as u16 + 2).to_be_bytes()[..], data].concat()
        };
        [
            vec![0xff, 0xd8],
            segment(0xe1, b"exif\xff\xd9"),
            segment(0xfe, b"a comment"),
            segment(0xdb, b"tables"),
            segment(0xda, b"head"),
            b"pixels\xff\x00 more \xff\xd1 pixels".to_vec(),
            segment(0xda, b"head"),
            b"pixels\xff\xff\xd9".to_vec(),
            behind.into(),
        ]
        .concat()
    }

    fn of(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn texts_of_png_are_read_and_pixels_are_not() {
        let texts = [
            chunk(b"tEXt", b"Comment\0plain"),
            chunk(b"zTXt", &[b"Note\0\0", &packed("small")[..]].concat()),
            chunk(b"iTXt", "XML\0\0\0ja\0鍵\0世".as_bytes()),
            chunk(b"iTXt", &[b"Long\0\x01\0\0\0", &packed("packed")[..]].concat()),
            chunk(b"eXIf", b"exif"),
        ];
        let expected =
            [("Comment", "plain"), ("Note", "small"), ("XML", "世"), ("Long", "packed"), ("eXIf", "exif")];
        assert_eq!(read(&png(&texts, "")), of(&expected));
        assert_eq!(read(&png(&[], "appended")), of(&[(REST, "appended")]));
    }

    #[test]
    fn texts_of_jpeg_are_read_and_pixels_are_not() {
        let lossy = "exif\u{fffd}\u{fffd}";
        assert_eq!(read(&jpeg("tail")), of(&[("APP1", lossy), ("COM", "a comment"), (REST, "tail")]));
        assert_eq!(read(&jpeg("")), of(&[("APP1", lossy), ("COM", "a comment")]));
    }

    #[test]
    fn what_is_no_picture_is_read_as_it_is() {
        let fake = [PNG, b"client_secret = word and more words"].concat();
        assert_eq!(read(&fake), of(&[(REST, "client_secret = word and more words")]));
        let fake = [JPEG, b" no picture"].concat();
        assert_eq!(read(&fake), of(&[(REST, "\u{fffd} no picture")]));
        let whole = png(&[], "");
        let cut = whole.get(..whole.len() - 18).unwrap();
        assert_eq!(read(cut).len(), 1);
    }
}
