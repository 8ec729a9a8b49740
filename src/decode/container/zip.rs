//! Zip archives, and what is one underneath: jar, apk, xpi, whl, nupkg, vsix, crx.

use super::{Container, Members, damage};
use crate::model::{ReadSeek, SkipReason};

pub(super) struct Zip;

/// A file, an archive without members, and one part of several.
const MAGICS: [&[u8]; 3] = [b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"];
/// An extension of Chrome: a signature stands before the archive.
const CRX: &[u8] = b"Cr24";

impl Container for Zip {
    fn recognises(&self, _name: &str, head: &[u8]) -> bool {
        head.starts_with(CRX) || MAGICS.iter().any(|magic| head.starts_with(magic))
    }

    fn open(&self, _name: &str, content: &mut dyn ReadSeek, members: &mut dyn Members) {
        let mut archive = match super::office::Archive::new(&mut *content) {
            Ok(archive) => archive,
            Err(error) => {
                fault(members, "", error);
                return from_the_front(content, members);
            }
        };
        let told = super::office::tell(&mut archive, members);
        for index in (0..archive.len()).filter(|index| !told.contains(index)) {
            let (name, is_folder, is_encrypted) = match archive.by_index_raw(index) {
                Ok(entry) => (shown_name(&entry), entry.is_dir(), entry.encrypted()),
                Err(error) => return fault(members, "", error),
            };
            if is_folder {
                continue;
            }
            if is_encrypted {
                members.problem(&name, SkipReason::Encrypted, "a password protects it");
                continue;
            }
            match archive.by_index(index) {
                Err(error) => fault(members, &name, error),
                Ok(mut entry) => {
                    if members.member(&name, &mut entry).is_break() {
                        return;
                    }
                }
            }
        }
    }
}

/// Reads the members of an archive that has lost its end, which holds the table of contents.
fn from_the_front(content: &mut dyn ReadSeek, members: &mut dyn Members) {
    if content.rewind().is_err() {
        return;
    }
    let mut content = std::io::BufReader::new(content);
    while let Ok(Some(mut entry)) = zip::read::read_zipfile_from_stream(&mut content) {
        let name = shown_name(&entry);
        if !entry.is_dir() && members.member(&name, &mut entry).is_break() {
            return;
        }
    }
}

/// The name as people see it: Japanese Windows writes Shift_JIS without saying so.
fn shown_name(entry: &zip::read::ZipFile<'_, impl std::io::Read + ?Sized>) -> String {
    let raw = entry.name_raw();
    match std::str::from_utf8(raw) {
        Ok(name) => name.to_owned(),
        Err(_) => encoding_rs::SHIFT_JIS.decode(raw).0.into_owned(),
    }
}

fn fault(members: &mut dyn Members, member: &str, error: zip::result::ZipError) {
    use zip::result::ZipError;
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => {
            members.problem(member, SkipReason::Encrypted, "a password protects it");
        }
        ZipError::UnsupportedArchive(_) | ZipError::CompressionMethodNotSupported(_) => {
            members.problem(member, SkipReason::Unsupported, "compressed in a way that is not read");
        }
        ZipError::Io(error) => {
            let (reason, detail) = damage(&error);
            members.problem(member, reason, detail);
        }
        _ => members.problem(member, SkipReason::Damaged, "no archive that can be read"),
    }
}
