//! Mails and mailboxes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::archives::zip;
use crate::carrier::{At, Carrier};

/// Lines of 76 characters, as mail programs write.
fn base64_lines(bytes: &[u8]) -> String {
    let digits = STANDARD.encode(bytes);
    let lines: Vec<&str> = digits.as_bytes().chunks(76).map(|l| std::str::from_utf8(l).unwrap()).collect();
    lines.join("\r\n")
}

/// Soft line ends after 70 characters, and every sign that has to be written otherwise.
fn quoted_printable(text: &str) -> String {
    let mut out = String::new();
    let mut column = 0;
    for byte in text.bytes() {
        let piece = match byte {
            b'\n' => "\r\n".to_owned(),
            b'=' | 0x80.. => format!("={byte:02X}"),
            _ => char::from(byte).to_string(),
        };
        column = if byte == b'\n' { 0 } else { column + piece.len() };
        out.push_str(&piece);
        if column > 70 {
            out.push_str("=\r\n");
            column = 0;
        }
    }
    out
}

const HEAD: &str = "From: seller@example.jp\r\nTo: dev@example.com\r\nMIME-Version: 1.0\r\n";

fn one_part(subject: &str, kind: &str, encoding: &str, body: &str) -> Vec<u8> {
    format!(
        "{HEAD}Subject: {subject}\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{body}\r\n"
    )
    .into_bytes()
}

fn in_charset(text: &str, encoding: &'static encoding_rs::Encoding) -> Vec<u8> {
    encoding.encode(text).0.into_owned()
}

/// A message of two parts, the second of them attached.
fn attached(name: &str, bytes: &[u8]) -> Vec<u8> {
    let body = base64_lines(bytes);
    format!(
        "{HEAD}Subject: files\r\nContent-Type: multipart/mixed; boundary=\"b=1\"\r\n\r\n--b=1\r\n\
         Content-Type: text/plain\r\n\r\nSee the file.\r\n--b=1\r\n\
         Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\
         Content-Disposition: attachment; filename*=UTF-8''{name}\r\n\r\n{body}\r\n--b=1--\r\n"
    )
    .into_bytes()
}

const CARRIERS: &[Carrier] = &[
    Carrier {
        name: "quoted.eml",
        inner: &[],
        at: At::Cell("body"),
        build: |text| {
            one_part("keys", "text/plain; charset=utf-8", "quoted-printable", &quoted_printable(text))
        },
        half: None,
    },
    Carrier {
        name: "japanese.eml",
        inner: &[],
        at: At::Cell("body"),
        build: |text| {
            let body = in_charset(&format!("秘密です。\r\n{text}"), encoding_rs::ISO_2022_JP);
            one_part("keys", "text/plain; charset=ISO-2022-JP", "base64", &base64_lines(&body))
        },
        half: None,
    },
    Carrier {
        name: "windows.eml",
        inner: &[],
        at: At::Cell("body"),
        build: |text| {
            let body = in_charset(&format!("鍵です。\r\n{text}"), encoding_rs::SHIFT_JIS);
            one_part("keys", "text/plain; charset=\"Shift_JIS\"", "base64", &base64_lines(&body))
        },
        half: None,
    },
    Carrier {
        name: "subject.eml",
        inner: &[],
        at: At::Cell("subject"),
        build: |text| {
            let subject = format!("鍵 {text}");
            let words: Vec<String> = subject
                .chars()
                .collect::<Vec<_>>()
                .chunks(12)
                .map(|part| format!("=?UTF-8?B?{}?=", STANDARD.encode(part.iter().collect::<String>())))
                .collect();
            one_part(&words.join("\r\n "), "text/plain", "7bit", "see above")
        },
        half: None,
    },
    Carrier {
        name: "page.eml",
        inner: &[],
        at: At::Cell("body (html)"),
        build: |text| {
            let (name, value) = text.split_once('=').unwrap();
            let (one, two) = value.split_at(value.len() / 2);
            let page = format!("<html><body><p>{name}=<b>{one}</b>{two}</p></body></html>");
            one_part("keys", "text/html; charset=utf-8", "quoted-printable", &quoted_printable(&page))
        },
        half: None,
    },
    Carrier {
        name: "apple.emlx",
        inner: &[],
        at: At::Cell("body"),
        build: |text| {
            let message = one_part("keys", "text/plain", "base64", &base64_lines(text.as_bytes()));
            [format!("{}\n", message.len()).as_bytes(), &message].concat()
        },
        half: Some("damaged"),
    },
    Carrier {
        name: "pasted.eml",
        inner: &[],
        at: At::Line(3),
        build: |text| format!("Here they are.\n\n{text}\n").into_bytes(),
        half: None,
    },
    Carrier {
        name: "attached.eml",
        inner: &["鍵.env"],
        at: At::Line(2),
        build: |text| attached("%E9%8D%B5.env", format!("# keys\n{text}\n").as_bytes()),
        half: Some("damaged"),
    },
    Carrier {
        name: "archive.eml",
        inner: &["keys.zip", "a.env"],
        at: At::Line(1),
        build: |text| attached("keys.zip", &zip(&[("a.env", text.as_bytes())])),
        half: Some("damaged"),
    },
    Carrier {
        name: "forwarded.eml",
        inner: &["attachment 1.eml", "keys.env"],
        at: At::Line(1),
        build: |text| {
            let inner = String::from_utf8(attached("keys.env", text.as_bytes())).unwrap();
            format!(
                "{HEAD}Subject: Fwd\r\nContent-Type: multipart/mixed; boundary=outer\r\n\r\n--outer\r\n\
                 Content-Type: message/rfc822\r\n\r\n{inner}\r\n--outer--\r\n"
            )
            .into_bytes()
        },
        half: Some("damaged"),
    },
    Carrier {
        name: "Inbox",
        inner: &["message 2.eml"],
        at: At::Cell("body"),
        build: |text| {
            let one = one_part("first", "text/plain", "7bit", "hello\r\n>From me");
            let two = one_part("second", "text/plain", "base64", &base64_lines(text.as_bytes()));
            let line = &b"From - Mon Jan  1 00:00:00 2024\r\n"[..];
            [line, &one, b"\r\n", line, &two].concat()
        },
        half: None,
    },
];

#[test]
fn mails_and_mailboxes() {
    CARRIERS.iter().for_each(Carrier::proves);
}

#[test]
fn no_bytes_break_the_reading() {
    CARRIERS.iter().for_each(crate::hostile::survives);
}

/// Parts in parts, and messages in messages, without end.
#[test]
fn nesting_ends() {
    let mut parts = String::from(HEAD);
    for depth in 0..2_000 {
        parts.push_str(&format!("Content-Type: multipart/mixed; boundary=b{depth}\r\n\r\n--b{depth}\r\n"));
    }
    let messages = format!("{HEAD}{}", "Content-Type: message/rfc822\r\n\r\n".repeat(100_000));
    for bytes in [parts, messages] {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("deep.eml"), bytes).unwrap();
        let report = crate::carrier::report(folder.path(), &[]);
        let skipped = report["scan"]["skipped"].as_array().unwrap();
        assert!(skipped.iter().any(|s| s["reason"] == "too-deep"), "{report:#}");
    }
}
