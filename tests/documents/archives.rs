//! Archives and compressed files.

use std::io::{Cursor, Write};

use crate::carrier::{At, Carrier, report, secret};

/// A zip archive of these members.
pub(crate) fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    zip_by(members, zip::CompressionMethod::Deflated)
}

fn zip_by(members: &[(&str, &[u8])], method: zip::CompressionMethod) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(method);
    for (name, bytes) in members {
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A tape archive of these members.
pub(crate) fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, name, *bytes).unwrap();
    }
    builder.into_inner().unwrap()
}

/// Compressed with gzip.
pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

pub(crate) fn xz(bytes: &[u8]) -> Vec<u8> {
    let mut writer = lzma_rust2::XzWriter::new(Vec::new(), lzma_rust2::XzOptions::default()).unwrap();
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

/// A document with lines before the one that counts.
fn env(text: &str) -> Vec<u8> {
    format!("# settings\nREGION=jp\n{text}\n").into_bytes()
}

const DAMAGED: Option<&str> = Some("damaged");

const CARRIERS: &[Carrier] = &[
    Carrier {
        name: "tool.zip",
        inner: &["tool/.env"],
        at: At::Line(3),
        build: |text| zip(&[("tool/readme.txt", b"hello"), ("tool/.env", &env(text))]),
        half: DAMAGED,
    },
    Carrier {
        name: "stored.zip",
        inner: &["設定.txt"],
        at: At::Line(3),
        build: |text| zip_by(&[("設定.txt", &env(text))], zip::CompressionMethod::Stored),
        half: DAMAGED,
    },
    Carrier {
        name: "old.zip",
        inner: &["a.env"],
        at: At::Line(3),
        build: |text| zip_by(&[("a.env", &env(text))], zip::CompressionMethod::Bzip2),
        half: DAMAGED,
    },
    Carrier {
        name: "app.jar",
        inner: &["lib/inner.jar", "application.properties"],
        at: At::Line(3),
        build: |text| {
            let inner = zip(&[("application.properties", &env(text))]);
            zip(&[("lib/inner.jar", &inner)])
        },
        half: DAMAGED,
    },
    Carrier {
        name: "extension.crx",
        inner: &["background.js"],
        at: At::Line(3),
        build: |text| {
            let head = [&b"Cr24"[..], &3_u32.to_le_bytes(), &4_u32.to_le_bytes(), &[0; 4]].concat();
            [head, zip(&[("background.js", &env(text))])].concat()
        },
        half: DAMAGED,
    },
    Carrier {
        name: "backup.tar",
        inner: &["home/x/.env"],
        at: At::Line(3),
        build: |text| tar(&[("home/x/.env", &env(text)), ("home/x/sales.csv", &[b'1'; 8_000])]),
        half: DAMAGED,
    },
    Carrier {
        name: "backup.tgz",
        inner: &["backup.tar", "home/x/.env"],
        at: At::Line(3),
        build: |text| gzip(&tar(&[("home/x/.env", &env(text))])),
        half: DAMAGED,
    },
    Carrier {
        name: "keys.env.gz",
        inner: &["keys.env"],
        at: At::Line(3),
        build: |text| gzip(&env(text)),
        half: DAMAGED,
    },
    Carrier {
        name: "keys.env.bz2",
        inner: &["keys.env"],
        at: At::Line(3),
        build: |text| bzip2(&env(text)),
        half: DAMAGED,
    },
    Carrier {
        name: "keys.env.xz",
        inner: &["keys.env"],
        at: At::Line(3),
        build: |text| xz(&env(text)),
        half: DAMAGED,
    },
    Carrier {
        name: "keys.env.zst",
        inner: &["keys.env"],
        at: At::Line(3),
        build: |text| zstd(&env(text)),
        half: DAMAGED,
    },
];

#[test]
fn archives_and_compressed_files() {
    CARRIERS.iter().for_each(Carrier::proves);
}

/// What is a zip underneath is known by its first bytes, whatever it is called.
#[test]
fn packages_under_other_names() {
    const NAMES: [&str; 8] =
        ["a.xpi", "a.whl", "a.nupkg", "a.vsix", "a.apk", "a.war", "a.zip.bak", "without an ending"];
    for name in NAMES {
        let build = |text: &str| zip(&[("tool/settings.py", &env(text))]);
        Carrier { name, inner: &["tool/settings.py"], at: At::Line(3), build, half: DAMAGED }.proves();
    }
}

/// What is lost of an archive is its table of contents; the members before the cut are still there.
#[test]
fn half_an_archive_is_read_from_the_front() {
    let secret = format!("SP_API_CLIENT_SECRET={}", crate::carrier::secret());
    let whole =
        zip(&[("first.env", &env(&secret)), ("second.bin", &fastrand::Rng::with_seed(1).char_noise())]);
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("cut.zip"), &whole[..whole.len() - 200]).unwrap();
    let report = crate::carrier::report(folder.path(), &[]);
    assert_eq!(report["findings"][0]["location"]["inner"], serde_json::json!(["first.env"]));
    assert_eq!(report["scan"]["complete"], false);
}

/// Bytes that do not compress.
trait Noise {
    fn char_noise(self) -> Vec<u8>;
}

impl Noise for fastrand::Rng {
    fn char_noise(mut self) -> Vec<u8> {
        std::iter::repeat_with(|| self.u8(..)).take(4_000).collect()
    }
}

#[test]
fn a_password_is_told() {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file("a.env", zip::write::SimpleFileOptions::default()).unwrap();
    writer.write_all(b"text").unwrap();
    let mut bytes = writer.finish().unwrap().into_inner();
    // The flag of encryption, in the header of the member and in the table of contents.
    let table = bytes.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    bytes[6] |= 1;
    bytes[table + 8] |= 1;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("lent.zip"), bytes).unwrap();
    let report = crate::carrier::report(folder.path(), &[]);
    assert_eq!(
        report["scan"]["skipped"],
        serde_json::json!([{"path": "lent.zip > a.env", "reason": "encrypted"}])
    );
    assert_eq!(report["scan"]["limited"], true);
}

#[test]
fn large_arrays_of_numbers_are_not_unpacked_and_those_of_text_are() {
    let array = |kind: &str| {
        let header = format!("{{'descr': '{kind}', 'fortran_order': False, 'shape': (9,), }}\n");
        let start = [b"\x93NUMPY\x01\x00v\x00", header.as_bytes()].concat();
        let text = format!("\0amazon client_secret={}\0", secret());
        [&start[..], &vec![0; 9 << 20], text.as_bytes()].concat()
    };
    let folder = tempfile::tempdir().unwrap();
    let archive = zip(&[("numbers.npy", &array("<f8")), ("names.npy", &array("|S64"))]);
    std::fs::write(folder.path().join("data.npz"), archive).unwrap();
    let report = report(folder.path(), &[]);
    let findings = report["findings"].as_array().unwrap();
    let members: Vec<&str> =
        findings.iter().map(|finding| finding["location"]["inner"][0].as_str().unwrap()).collect();
    assert_eq!(members, ["names.npy"]);
}
