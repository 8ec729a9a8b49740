//! Property lists, Electron's archives, rich text, and what is told and not opened.

use crate::carrier::{At, Carrier};

/// Objects of a binary property list, each of them encoded, the first on top.
fn plist(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = b"bplist00".to_vec();
    let mut offsets = Vec::new();
    for object in objects {
        offsets.extend((bytes.len() as u16).to_be_bytes());
        bytes.extend(object);
    }
    let start = bytes.len() as u64;
    bytes.extend(offsets);
    bytes.extend([0, 0, 0, 0, 0, 0, 2, 1]);
    for number in [objects.len() as u64, 0, start] {
        bytes.extend(number.to_be_bytes());
    }
    bytes
}

fn marked(kind: u8, length: usize, content: &[u8]) -> Vec<u8> {
    match u8::try_from(length) {
        Ok(short @ 0..15) => [&[kind << 4 | short][..], content].concat(),
        _ => [&[kind << 4 | 15, 0x11][..], &(length as u16).to_be_bytes(), content].concat(),
    }
}

fn ascii(text: &str) -> Vec<u8> {
    marked(5, text.len(), text.as_bytes())
}

fn wide(text: &str) -> Vec<u8> {
    let units: Vec<u16> = text.encode_utf16().collect();
    marked(6, units.len(), &units.iter().flat_map(|unit| unit.to_be_bytes()).collect::<Vec<u8>>())
}

fn asar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut at = 0;
    let files = members.iter().map(|(name, bytes)| {
        let entry = serde_json::json!({"size": bytes.len(), "offset": at.to_string()});
        at += bytes.len();
        ((*name).to_owned(), entry)
    });
    let files: serde_json::Map<String, serde_json::Value> = files.collect();
    let table = serde_json::json!({"files": {"dist": {"files": files}}}).to_string();
    let padded = table.len().next_multiple_of(4);
    let mut bytes: Vec<u8> =
        [4, padded + 8, padded + 4, table.len()].iter().flat_map(|n| (*n as u32).to_le_bytes()).collect();
    bytes.extend(table.bytes());
    bytes.resize(16 + padded, 0);
    members.iter().for_each(|(_, member)| bytes.extend(*member));
    bytes
}

const CARRIERS: &[Carrier] = &[
    Carrier {
        name: "com.shop.plist",
        inner: &[],
        at: At::Cell("accounts.0.SPAPIClientSecret"),
        build: |text| {
            let secret = text.split_once('=').unwrap().1;
            let top = marked(13, 1, &[1, 2]);
            let account = marked(13, 2, &[4, 5, 6, 7]);
            let objects = [
                top,
                ascii("accounts"),
                marked(10, 1, &[3]),
                account,
                wide("名前"),
                ascii("SPAPIClientSecret"),
            ];
            plist(&[&objects[..], &[wide("鍵の店"), ascii(secret)]].concat())
        },
        half: Some("damaged"),
    },
    Carrier {
        name: "data.plist",
        inner: &["env"],
        at: At::Line(2),
        build: |text| {
            let env = format!("# keys\n{text}\n");
            plist(&[marked(13, 1, &[1, 2]), ascii("env"), marked(4, env.len(), env.as_bytes())])
        },
        half: Some("damaged"),
    },
    Carrier {
        name: "app.asar",
        inner: &["dist/main.js"],
        at: At::Line(2),
        build: |text| asar(&[("a.js", b"let a;"), ("main.js", format!("// keys\n{text}\n").as_bytes())]),
        half: Some("damaged"),
    },
    Carrier {
        name: "note.rtf",
        inner: &[],
        at: At::Cell("paragraph 2"),
        build: |text| {
            let (name, secret) = text.split_once('=').unwrap();
            let (one, two) = secret.split_at(secret.len() / 2);
            let escaped = |text: &str| text.replace('{', "\\{").replace('}', "\\}");
            let (one, two) = (escaped(one), escaped(two));
            format!(
                "{{\\rtf1\\ansi\\ansicpg932{{\\fonttbl{{\\f0 MS Gothic;}}}}\\f0\\fs20 \\'8c\\'ae\\u-30000 ?\\par\n\
                 {{\\b {name}}}=\\cf1 {one}\r\n{{\\i {two}}}\\par\n{{\\*\\generator Writer;}}}}"
            )
            .into_bytes()
        },
        half: Some("damaged"),
    },
];

#[test]
fn lists_packages_and_rich_text() {
    CARRIERS.iter().for_each(Carrier::proves);
}

#[test]
fn no_bytes_break_the_reading() {
    CARRIERS.iter().for_each(crate::hostile::survives);
}

fn skipped(name: &str, bytes: &[u8]) -> serde_json::Value {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(name), bytes).unwrap();
    crate::carrier::report(folder.path(), &[])["scan"]["skipped"].clone()
}

/// Each list holds the next one many times over.
#[test]
fn shared_values_do_not_multiply_without_end() {
    let lists = (1..40_u8).map(|next| marked(10, 100, &[next; 100]));
    let bytes = plist(&[lists.collect::<Vec<_>>(), vec![ascii(&"x".repeat(1_000))]].concat());
    assert_eq!(skipped("bomb.plist", &bytes)[0]["reason"], "expansion");
}

#[test]
fn archives_that_are_not_opened_are_told() {
    let bytes = [&b"Rar!\x1a\x07"[..], &[0; 100]].concat();
    assert_eq!(
        skipped("keys.rar", &bytes),
        serde_json::json!([{"path": "keys.rar", "reason": "unsupported"}])
    );
}
