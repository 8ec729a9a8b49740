//! 7z archives.

use std::io::Cursor;

use sevenz_rust2::encoder_options::AesEncoderOptions;
use sevenz_rust2::{
    ArchiveEntry, ArchiveWriter, EncoderConfiguration, EncoderMethod, Password, SourceReader,
};

use crate::carrier::{At, Carrier};

type Methods = Vec<EncoderConfiguration>;

fn archive(members: &[(&str, &[u8])], methods: Methods, is_solid: bool) -> Vec<u8> {
    let mut writer = ArchiveWriter::new(Cursor::new(Vec::new())).unwrap();
    writer.set_content_methods(methods);
    if is_solid {
        let entries = members.iter().map(|(name, _)| ArchiveEntry::new_file(name)).collect();
        let readers = members.iter().map(|(_, bytes)| SourceReader::new(*bytes)).collect();
        writer.push_archive_entries(entries, readers).unwrap();
    } else {
        for (name, bytes) in members {
            let content = Some(*bytes).filter(|bytes| !bytes.is_empty());
            writer.push_archive_entry(ArchiveEntry::new_file(name), content).unwrap();
        }
    }
    writer.finish().unwrap().into_inner()
}

fn methods(all: &[EncoderMethod]) -> Methods {
    all.iter().map(|method| EncoderConfiguration::new(*method)).collect()
}

fn carrier(name: &'static str, build: fn(&str) -> Vec<u8>) -> Carrier {
    Carrier { name, inner: &["鍵/keys.env"], at: At::Line(2), build, half: Some("damaged") }
}

fn members(text: &str, all: &[EncoderMethod], is_solid: bool) -> Vec<u8> {
    let env = format!("# keys\n{text}\n");
    let some = [("empty", &b""[..]), ("a.txt", b"hello"), ("鍵/keys.env", env.as_bytes())];
    archive(if is_solid { &some[1..] } else { &some }, methods(all), is_solid)
}

fn all() -> [Carrier; 4] {
    [
        carrier("keys.7z", |text| members(text, &[EncoderMethod::LZMA2], false)),
        carrier("solid.7z", |text| members(text, &[EncoderMethod::LZMA], true)),
        carrier("stored.7z", |text| members(text, &[EncoderMethod::COPY], false)),
        carrier("filtered.7z", |text| {
            members(text, &[EncoderMethod::BCJ_X86_FILTER, EncoderMethod::LZMA2], true)
        }),
    ]
}

#[test]
fn members_are_read() {
    all().iter().for_each(Carrier::proves);
}

#[test]
fn no_bytes_break_the_reading() {
    all().iter().for_each(crate::hostile::survives);
}

fn skipped(bytes: &[u8]) -> serde_json::Value {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.7z"), bytes).unwrap();
    crate::carrier::report(folder.path(), &[])["scan"]["skipped"].clone()
}

#[test]
fn a_password_is_told() {
    let password = AesEncoderOptions::new(Password::from("lent"));
    let bytes = archive(
        &[("a.env", b"text")],
        vec![password.into(), EncoderConfiguration::new(EncoderMethod::LZMA2)],
        false,
    );
    let said = skipped(&bytes);
    assert_eq!(said[0]["reason"], "encrypted", "{said:#}");
}

/// An archive that says it has a billion files, and one that asks for gigabytes to look back at.
#[test]
fn what_an_archive_says_of_itself_takes_no_room() {
    let start = |header: &[u8]| {
        let sizes = [0_u64.to_le_bytes(), (header.len() as u64).to_le_bytes()].concat();
        [&b"7z\xbc\xaf\x27\x1c\0\x04\0\0\0\0"[..], &sizes, &[0; 4], header].concat()
    };
    let many = [1, 5, 0xf0, 0xff, 0xff, 0xff, 0x3f, 14, 1, 0xff, 0, 0];
    assert_eq!(skipped(&start(&many))[0]["reason"], "damaged");
    let folders = [1, 4, 6, 0, 0xf0, 0xff, 0xff, 0xff, 0x3f, 9, 1, 0, 7, 11, 0xf0, 0xff, 0xff, 0xff, 0x3f, 0];
    assert_eq!(skipped(&start(&folders))[0]["reason"], "damaged");
}
