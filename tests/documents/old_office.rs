//! What older office programs write, and binary parts of newer ones, built record by record.

use std::io::{Cursor, Write};

use crate::archives::zip;
use crate::carrier::{At, Carrier, report};
use crate::hostile::{damage, opens, survives};

const DAMAGED: Option<&str> = Some("damaged");

/// A file of these streams.
fn compound(streams: &[(&str, &[u8])]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    for (name, bytes) in streams {
        if let Some((folder, _)) = name.rsplit_once('/').filter(|(folder, _)| !folder.is_empty()) {
            file.create_storage_all(folder).unwrap();
        }
        file.create_stream(name).unwrap().write_all(bytes).unwrap();
    }
    file.flush().unwrap();
    file.into_inner().into_inner()
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// Source as macros are stored, without any copies in it.
fn compressed(source: &[u8]) -> Vec<u8> {
    let mut container = vec![1];
    for chunk in source.chunks(3_000) {
        let data: Vec<u8> = chunk.chunks(8).flat_map(|eight| [&[0], eight].concat()).collect();
        container.extend_from_slice(&(0xB000 | (data.len() - 1) as u16).to_le_bytes());
        container.extend_from_slice(&data);
    }
    container
}

/// A project of one module and one class.
fn project(folder: &str, module: &str) -> Vec<u8> {
    let mut list = Vec::new();
    let mut record = |kind: u16, data: &[u8]| {
        list.extend_from_slice(&kind.to_le_bytes());
        list.extend_from_slice(&(data.len() as u32).to_le_bytes());
        list.extend_from_slice(data);
    };
    record(0x0003, &932_u16.to_le_bytes());
    record(0x001A, b"Module1");
    record(0x0032, &wide("Module1"));
    record(0x0031, &5_u32.to_le_bytes());
    record(0x0021, b"");
    record(0x0032, &wide("ThisWorkbook"));
    record(0x0031, &0_u32.to_le_bytes());
    record(0x0022, b"");
    let module = [&b"junk!"[..], &compressed(module.as_bytes())].concat();
    compound(&[
        (&format!("{folder}/VBA/dir"), &compressed(&list)),
        (&format!("{folder}/VBA/_VBA_PROJECT"), b"compiled"),
        (&format!("{folder}/VBA/Module1"), &module),
        (&format!("{folder}/VBA/ThisWorkbook"), &compressed(b"Attribute VB_Name = \"ThisWorkbook\"\r\n")),
    ])
}

fn source(text: &str) -> String {
    format!("Attribute VB_Name = \"Module1\"\r\n' 設定\r\n' {text}\r\nSub Main()\r\nEnd Sub\r\n")
}

/// A message of Outlook with these properties, and what is attached to it.
fn message(properties: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut streams: Vec<(String, Vec<u8>)> = vec![("/__properties_version1.0".to_owned(), vec![0; 32])];
    let named = properties.iter().map(|(name, bytes)| (format!("/{name}"), bytes.clone()));
    streams.extend(named);
    let lent: Vec<(&str, &[u8])> = streams.iter().map(|(name, bytes)| (name.as_str(), &bytes[..])).collect();
    compound(&lent)
}

/// A record of Excel 97.
fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    [&kind.to_le_bytes()[..], &(data.len() as u16).to_le_bytes(), data].concat()
}

/// A workbook of one sheet with these records, and shared texts of which the last is cut in two.
fn old_book(cells: &[u8], shared: &[&str]) -> Vec<u8> {
    let begin =
        record(0x809, &[&0x600_u16.to_le_bytes()[..], &[5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]].concat());
    let mut strings = vec![0; 8];
    let mut rest = Vec::new();
    for (n, text) in shared.iter().enumerate() {
        let characters: Vec<u16> = text.encode_utf16().collect();
        strings.extend_from_slice(&(characters.len() as u16).to_le_bytes());
        if n + 1 < shared.len() {
            strings.push(1);
            strings.extend(wide(text));
        } else {
            // What goes on in the next record is of narrow characters.
            strings.push(1 | 8);
            strings.extend_from_slice(&1_u16.to_le_bytes());
            strings.extend(characters[..5].iter().flat_map(|unit| unit.to_le_bytes()));
            rest.push(0);
            rest.extend(characters[5..].iter().map(|unit| *unit as u8));
            rest.extend_from_slice(&[0; 4]);
        }
    }
    let strings = [record(0xFC, &strings), record(0x3C, &rest)].concat();
    let name = wide("設定");
    let sheet = |at: u32| record(0x85, &[&at.to_le_bytes()[..], &[2, 0, 2, 1], &name].concat());
    let end = record(0x0A, &[]);
    let head = begin.len() + sheet(0).len() + strings.len() + end.len();
    let stream =
        [begin.clone(), sheet(head as u32), strings, end.clone(), begin, cells.to_vec(), end].concat();
    let padded = [stream, vec![0; 5_000]].concat();
    compound(&[("/Workbook", &padded)])
}

/// A cell of Excel 97: row, column, and what follows.
fn old_cell(kind: u16, row: u16, column: u16, data: &[u8]) -> Vec<u8> {
    record(kind, &[&row.to_le_bytes()[..], &column.to_le_bytes(), &[0, 0], data].concat())
}

/// A record of the newer binary workbooks.
fn binary(kind: u16, data: &[u8]) -> Vec<u8> {
    let variable = |mut number: usize| {
        let mut bytes = vec![(number & 0x7F) as u8];
        while number > 0x7F {
            number >>= 7;
            *bytes.last_mut().unwrap() |= 0x80;
            bytes.push((number & 0x7F) as u8);
        }
        bytes
    };
    [variable(usize::from(kind)), variable(data.len()), data.to_vec()].concat()
}

fn counted(text: &str) -> Vec<u8> {
    [&(text.encode_utf16().count() as u32).to_le_bytes()[..], &wide(text)].concat()
}

fn binary_book(text: &str) -> Vec<u8> {
    let relations = |list: &str| format!("<Relationships>{list}</Relationships>");
    let book = binary(156, &[&[2, 0, 0, 0, 1, 0, 0, 0][..], &counted("r1"), &counted("設定")].concat());
    let shared = [
        binary(19, &[&[0][..], &counted("クライアントシークレット")].concat()),
        binary(19, &[&[0][..], &counted(text)].concat()),
    ]
    .concat();
    let cell =
        |column: u32, index: u32| binary(7, &[column.to_le_bytes(), [0; 4], index.to_le_bytes()].concat());
    let row = binary(0, &[&3_u32.to_le_bytes()[..], &[0; 20]].concat());
    let sheet = [row, cell(0, 0), cell(1, 1)].concat();
    zip(&[
        ("[Content_Types].xml", b"<Types/>"),
        (
            "_rels/.rels",
            relations("<Relationship Id=\"a\" Type=\"x/officeDocument\" Target=\"xl/workbook.bin\"/>")
                .as_bytes(),
        ),
        ("xl/workbook.bin", &book),
        (
            "xl/_rels/workbook.bin.rels",
            relations(
                "<Relationship Id=\"r1\" Type=\"x/worksheet\" Target=\"worksheets/sheet1.bin\"/>\
                 <Relationship Id=\"r2\" Type=\"x/sharedStrings\" Target=\"sharedStrings.bin\"/>",
            )
            .as_bytes(),
        ),
        ("xl/worksheets/sheet1.bin", &sheet),
        ("xl/sharedStrings.bin", &shared),
    ])
}

/// A text of Word in two pieces, of which the first is of one byte a character.
fn old_text(first: &str, second: &str, flags: u16) -> Vec<u8> {
    let mut stream = vec![0; 0x400];
    let mut put = |at: usize, bytes: &[u8]| stream[at..at + bytes.len()].copy_from_slice(bytes);
    let ends = [0, first.len(), first.len() + second.encode_utf16().count()].map(|end| end as u32);
    let second_at = 0x400 + first.len() as u32;
    let places = [(0x400 * 2) | 1 << 30, second_at];
    let list: Vec<u8> = ends
        .iter()
        .flat_map(|end| end.to_le_bytes())
        .chain(places.iter().flat_map(|place| [&[0, 0], &place.to_le_bytes()[..], &[0, 0]].concat()))
        .collect();
    let table = [&[2][..], &(list.len() as u32).to_le_bytes(), &list].concat();
    put(0, &0xA5EC_u16.to_le_bytes());
    put(0x0A, &(0x0200 | flags).to_le_bytes());
    put(0x1A6, &(table.len() as u32).to_le_bytes());
    stream.extend(first.bytes());
    stream.extend(wide(second));
    compound(&[("/WordDocument", &stream), ("/1Table", &table)])
}

/// Slides whose texts are listed, as PowerPoint keeps them.
fn old_slides(texts: &[&str]) -> Vec<u8> {
    let record = |version: u16, kind: u16, data: &[u8]| {
        [&version.to_le_bytes()[..], &kind.to_le_bytes(), &(data.len() as u32).to_le_bytes(), data].concat()
    };
    let slides = texts.iter().flat_map(|text| [record(0, 0x03F3, &[0; 20]), record(0, 0x0FA0, &wide(text))]);
    let list = record(0xF, 0x0FF0, &slides.collect::<Vec<_>>().concat());
    compound(&[("/PowerPoint Document", &record(0xF, 0x03E8, &list))])
}

const CARRIERS: &[Carrier] = &[
    Carrier {
        name: "handover.doc",
        inner: &[],
        at: At::Cell("paragraph 2"),
        build: |text| {
            let value = text.split_once('=').unwrap().1;
            old_text("Keys\r", &format!("クライアントシークレット\x07{value}\x07\x07終わり\r"), 0)
        },
        half: DAMAGED,
    },
    Carrier {
        name: "handover.ppt",
        inner: &[],
        at: At::Cell("slide 2"),
        build: |text| old_slides(&["鍵", &format!("設定\r{text}")]),
        half: DAMAGED,
    },
    Carrier {
        name: "tool.docm",
        inner: &["word/vbaProject.bin", "Module1.bas"],
        at: At::Line(3),
        build: |text| zip(&[("word/vbaProject.bin", &project("", &source(text)))]),
        half: DAMAGED,
    },
    Carrier {
        name: "tool.xlsm",
        inner: &["xl/vbaProject.bin", "Module1.bas"],
        at: At::Line(3),
        build: |text| zip(&[("xl/vbaProject.bin", &project("", &source(text)))]),
        half: DAMAGED,
    },
    Carrier {
        name: "tool.xls",
        inner: &["Module1.bas"],
        at: At::Line(3),
        build: |text| project("/_VBA_PROJECT_CUR", &source(text)),
        half: DAMAGED,
    },
    Carrier {
        name: "handover.msg",
        inner: &[],
        at: At::Cell("body"),
        build: |text| {
            message(&[
                ("__substg1.0_0037001F", wide("鍵の件")),
                ("__substg1.0_1000001F", wide(&format!("お世話になっております。\r\n{text}\r\n"))),
                ("__substg1.0_10090102", [&[0; 8][..], b"MELA", &[0; 4], text.as_bytes()].concat()),
            ])
        },
        half: DAMAGED,
    },
    Carrier {
        name: "subject.msg",
        inner: &[],
        at: At::Cell("subject"),
        build: |text| {
            message(&[("__substg1.0_0037001E", text.into()), ("__substg1.0_0070001E", text.into())])
        },
        half: DAMAGED,
    },
    Carrier {
        name: "rich.msg",
        inner: &["body.rtf"],
        at: At::Cell("paragraph 2"),
        build: |text| {
            let rich = format!("{{\\rtf1\\ansi first\\par {text}\\par}}");
            message(&[("__substg1.0_10090102", [&[0; 8][..], b"MELA", &[0; 4], rich.as_bytes()].concat())])
        },
        half: DAMAGED,
    },
    Carrier {
        name: "attached.msg",
        inner: &["設定.env"],
        at: At::Line(2),
        build: |text| {
            message(&[
                ("__attach_version1.0_#00000000/__substg1.0_3707001F", wide("設定.env")),
                ("__attach_version1.0_#00000000/__substg1.0_37010102", format!("A=1\n{text}\n").into()),
            ])
        },
        half: DAMAGED,
    },
    Carrier {
        name: "forwarded.msg",
        inner: &[],
        at: At::Cell("attachment 1: body"),
        build: |text| {
            let folder = "__attach_version1.0_#00000000/__substg1.0_3701000D";
            message(&[
                ("__substg1.0_1000001F", wide("FYI")),
                (&format!("{folder}/__properties_version1.0"), vec![0; 24]),
                (&format!("{folder}/__substg1.0_1000001F"), wide(text)),
            ])
        },
        half: DAMAGED,
    },
    Carrier {
        name: "shared.xls",
        inner: &[],
        at: At::Cell("設定!B4"),
        build: |text| {
            let cells = [old_cell(0xFD, 3, 0, &[0; 4]), old_cell(0xFD, 3, 1, &[1, 0, 0, 0])].concat();
            old_book(&cells, &["クライアントシークレット", text.split_once('=').unwrap().1])
        },
        half: DAMAGED,
    },
    Carrier {
        name: "formula.xls",
        inner: &[],
        at: At::Cell("設定!C1"),
        build: |text| {
            let literal = [&[0x17, text.len() as u8, 0][..], text.as_bytes()].concat();
            let formula = [&[0, 0, 0, 0, 0, 0, 0xFF, 0xFF][..], &[0; 8], &literal].concat();
            old_book(&old_cell(0x06, 0, 2, &formula), &["shared text"])
        },
        half: DAMAGED,
    },
    Carrier {
        name: "comment.xls",
        inner: &[],
        at: At::Cell("設定!C1, comment"),
        build: |text| {
            let object = record(0x5D, &[0x15, 0, 0x12, 0, 0x19, 0, 7, 0]);
            let mut head = vec![0; 18];
            head[10] = text.len() as u8;
            let words = record(0x3C, &[&[0][..], text.as_bytes()].concat());
            let note = record(0x1C, &[0, 0, 2, 0, 0, 0, 7, 0]);
            old_book(&[object, record(0x1B6, &head), words, note].concat(), &["shared text"])
        },
        half: DAMAGED,
    },
    Carrier {
        name: "shared.xlsb",
        inner: &[],
        at: At::Cell("設定!B4"),
        build: |text| binary_book(text.split_once('=').unwrap().1),
        half: DAMAGED,
    },
    Carrier {
        name: "letter.doc",
        inner: &["WordDocument"],
        at: At::Line(1),
        build: |text| compound(&[("/WordDocument", format!("{text}\r\n").as_bytes())]),
        half: DAMAGED,
    },
];

#[test]
fn older_formats() {
    CARRIERS.iter().for_each(Carrier::proves);
}

#[test]
fn damaged_files_are_survived() {
    CARRIERS.iter().for_each(survives);
}

/// Damages what is in the streams, not the file around them.
#[test]
fn damaged_records_are_survived() {
    let mut random = fastrand::Rng::with_seed(3);
    let whole = binary_book("text");
    for _ in 0..200 {
        let mut archive = zip::ZipArchive::new(Cursor::new(&whole)).unwrap();
        let mut members = Vec::new();
        for index in 0..archive.len() {
            let mut member = archive.by_index(index).unwrap();
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut member, &mut bytes).unwrap();
            let name = member.name().unwrap().into_owned();
            if name.ends_with(".bin") {
                damage(&mut bytes, &mut random);
            }
            members.push((name, bytes));
        }
        let lent: Vec<(&str, &[u8])> =
            members.iter().map(|(name, bytes)| (name.as_str(), &bytes[..])).collect();
        opens("a.xlsb", &zip(&lent));
    }
}

#[test]
fn passwords_are_told() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.xlsx"), compound(&[("/EncryptedPackage", b"noise")])).unwrap();
    let protected = [record(0x809, &[0, 6, 5, 0]), record(0x2F, &[0; 6]), vec![9; 5_000]].concat();
    std::fs::write(folder.path().join("b.xls"), compound(&[("/Workbook", &protected)])).unwrap();
    std::fs::write(folder.path().join("c.doc"), old_text("noise", "noise", 0x0100)).unwrap();
    let report = report(folder.path(), &[]);
    let told = |path: &str| serde_json::json!({"path": path, "reason": "encrypted"});
    assert_eq!(
        report["scan"]["skipped"],
        serde_json::Value::from(["a.xlsx", "b.xls", "c.doc"].map(told).to_vec())
    );
}
