//! One compressed document: gzip, bzip2, xz and zstd.

use std::io::{BufReader, Read};

use super::{Container, Members, damage, ends_with};
use crate::model::{ReadSeek, SkipReason};

pub(super) struct Compressed;

/// How each format begins, and the endings it adds to names.
const FORMATS: &[(&[u8], Format, &[&str])] = &[
    (b"\x1f\x8b\x08", Format::Gzip, &[".gz", ".tgz", ".svgz"]),
    (b"BZh", Format::Bzip2, &[".bz2", ".tbz2", ".tbz"]),
    (b"\xfd7zXZ\0", Format::Xz, &[".xz", ".txz"]),
    (b"\x28\xb5\x2f\xfd", Format::Zstd, &[".zst", ".tzst", ".zstd"]),
];

#[derive(Clone, Copy)]
enum Format {
    Gzip,
    Bzip2,
    Xz,
    Zstd,
}

impl Container for Compressed {
    fn recognises(&self, _name: &str, head: &[u8]) -> bool {
        FORMATS.iter().any(|(magic, ..)| head.starts_with(magic))
    }

    fn open(&self, name: &str, content: &mut dyn ReadSeek, members: &mut dyn Members) {
        let mut content = BufReader::new(content);
        let Ok(head) = std::io::BufRead::fill_buf(&mut content) else { return };
        let Some((_, format, endings)) = FORMATS.iter().find(|(magic, ..)| head.starts_with(magic)) else {
            return;
        };
        let plain = plain_name(name, endings);
        let mut plain_content: Box<dyn Read + '_> = match format {
            Format::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(content)),
            Format::Bzip2 => Box::new(bzip2::bufread::MultiBzDecoder::new(content)),
            Format::Xz => Box::new(lzma_rust2::XzReader::new(content, true)),
            Format::Zstd => match ruzstd::decoding::StreamingDecoder::new(content) {
                Ok(decoder) => Box::new(decoder),
                Err(_) => return members.problem("", SkipReason::Damaged, "no frame of zstd"),
            },
        };
        let mut failed = Failing { reader: &mut plain_content, failure: None };
        let _ = members.member(&plain, &mut failed);
        if let Some(error) = failed.failure {
            let (reason, detail) = damage(&error);
            members.problem("", reason, detail);
        }
    }
}

/// Notes the error at which a stream ended, and lends what came before it.
struct Failing<'r> {
    reader: &'r mut dyn Read,
    failure: Option<std::io::Error>,
}

impl Read for Failing<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        match self.reader.read(buffer) {
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => Err(error),
            Err(error) => {
                self.failure.get_or_insert(error);
                Ok(0)
            }
            read => read,
        }
    }
}

/// `keys.env.gz` holds `keys.env`, and `backup.tgz` holds `backup.tar`.
fn plain_name(name: &str, endings: &[&str]) -> String {
    let Some(ending) = endings.iter().find(|ending| ends_with(name, ending)) else { return name.to_owned() };
    let stem = name.get(..name.len() - ending.len()).unwrap_or(name);
    if ending.starts_with(".t") { format!("{stem}.tar") } else { stem.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_what_compression_added() {
        assert_eq!(plain_name("keys.env.gz", FORMATS[0].2), "keys.env");
        assert_eq!(plain_name("backup.TGZ", FORMATS[0].2), "backup.tar");
        assert_eq!(plain_name("data", FORMATS[0].2), "data");
    }
}
