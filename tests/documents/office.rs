//! Office documents, written here part by part; `office_programs.rs` has those of a real program.

use crate::archives::zip;
use crate::carrier::{At, Carrier, report, secret};

const DAMAGED: Option<&str> = Some("damaged");

/// A list of relations: the last word of the type, the target, and whether it is outside.
fn relations(list: &[(&str, &str, bool)]) -> String {
    let each: String = list
        .iter()
        .enumerate()
        .map(|(n, (kind, target, is_outside))| {
            let mode = if *is_outside { " TargetMode=\"External\"" } else { "" };
            format!(
                "<Relationship Id=\"r{n}\" Type=\"http://schemas.example/{kind}\" Target=\"{target}\"{mode}/>"
            )
        })
        .collect();
    format!("<?xml version=\"1.0\"?><Relationships>{each}</Relationships>")
}

/// A package of these parts, of which the first is the main one.
fn package(parts: &[(&str, String)]) -> Vec<u8> {
    let types = "<Types/>".to_owned();
    let main = relations(&[("officeDocument", parts[0].0, false)]);
    let mut members = vec![("[Content_Types].xml", types.as_bytes()), ("_rels/.rels", main.as_bytes())];
    members.extend(parts.iter().map(|(name, text)| (*name, text.as_bytes())));
    zip(&members)
}

/// A workbook of a sheet, a hidden sheet, and what they share; `rest` overrides and adds parts.
pub(crate) fn workbook(sheet: &str, rest: &[(&str, String)]) -> Vec<u8> {
    let book = "<workbook xmlns:r=\"x\"><sheets><sheet name=\"設定\" sheetId=\"1\" r:id=\"r0\"/>\
                <sheet name=\"Old\" sheetId=\"2\" state=\"veryHidden\" r:id=\"r1\"/></sheets></workbook>";
    let names = relations(&[
        ("worksheet", "worksheets/sheet1.xml", false),
        ("worksheet", "/xl/worksheets/sheet2.xml", false),
        ("sharedStrings", "sharedStrings.xml", false),
    ]);
    let empty = "<worksheet><sheetData/></worksheet>";
    let mut parts = vec![
        ("xl/workbook.xml", book.to_owned()),
        ("xl/_rels/workbook.xml.rels", names),
        ("xl/worksheets/sheet1.xml", format!("<worksheet><sheetData>{sheet}</sheetData></worksheet>")),
        ("xl/worksheets/sheet2.xml", empty.to_owned()),
        ("xl/sharedStrings.xml", "<sst/>".to_owned()),
    ];
    for (name, text) in rest {
        match parts.iter_mut().find(|(part, _)| part == name) {
            Some(part) => part.1.clone_from(text),
            None => parts.push((name, text.clone())),
        }
    }
    package(&parts)
}

pub(crate) fn inline(address: &str, text: &str) -> String {
    format!("<c r=\"{address}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
}

/// The value of `NAME=value`, so that it can stand in a cell of its own.
fn value(text: &str) -> &str {
    text.split_once('=').unwrap().1
}

/// A document with these elements in its body.
fn document(body: &str, rest: &[(&str, String)]) -> Vec<u8> {
    let mut parts = vec![(
        "word/document.xml",
        format!("<w:document xmlns:w=\"w\" xmlns:r=\"r\"><w:body>{body}</w:body></w:document>"),
    )];
    parts.extend_from_slice(rest);
    package(&parts)
}

fn paragraph(text: &str) -> String {
    format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")
}

/// Runs of three characters each, as spell checkers and edits leave them.
fn runs(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let runs: String = characters
        .chunks(3)
        .map(|run| {
            let run: String = run.iter().collect();
            format!("<w:r><w:rPr/><w:t xml:space=\"preserve\">{run}</w:t></w:r><w:proofErr/>")
        })
        .collect();
    format!("<w:p>{runs}</w:p>")
}

const SHEETS: &[Carrier] = &[
    Carrier {
        name: "shared.xlsx",
        inner: &[],
        at: At::Cell("設定!B4"),
        build: |text| {
            let row = "<row r=\"4\"><c r=\"A4\" t=\"s\"><v>0</v></c><c r=\"B4\" t=\"s\"><v>1</v></c></row>";
            let (begin, end) = value(text).split_at(9);
            let strings = format!(
                "<sst><si><t>クライアントシークレット</t><rPh><t>くらいあんと</t></rPh></si>\
                 <si><r><t>{begin}</t></r><r><rPr/><t>{end}</t></r></si></sst>"
            );
            workbook(row, &[("xl/sharedStrings.xml", strings)])
        },
        half: DAMAGED,
    },
    Carrier {
        name: "lines.xlsm",
        inner: &[],
        at: At::Cell("設定!C2"),
        build: |text| {
            workbook(&format!("<row r=\"2\">{}</row>", inline("C2", &format!("REGION=jp\n{text}\nX=1"))), &[])
        },
        half: DAMAGED,
    },
    Carrier {
        name: "hidden.xlsx",
        inner: &[],
        at: At::Cell("Old!AA30"),
        build: |text| {
            let sheet = format!(
                "<worksheet><sheetData><row r=\"30\">{}</row></sheetData></worksheet>",
                inline("AA30", text)
            );
            workbook("", &[("xl/worksheets/sheet2.xml", sheet)])
        },
        half: DAMAGED,
    },
    Carrier {
        name: "comment.xlsx",
        inner: &[],
        at: At::Cell("設定!D5, comment"),
        build: |text| {
            let comments = format!(
                "<comments><commentList><comment ref=\"D5\"><text><r><t>key: </t></r><r><t>{text}</t></r></text>\
                 </comment></commentList></comments>"
            );
            let beside = relations(&[("comments", "../comments1.xml", false)]);
            workbook(
                &format!("<row>{}</row>", inline("A1", "x")),
                &[("xl/worksheets/_rels/sheet1.xml.rels", beside), ("xl/comments1.xml", comments)],
            )
        },
        half: DAMAGED,
    },
    Carrier {
        name: "formula.xlsx",
        inner: &[],
        at: At::Cell("設定!A1"),
        build: |text| {
            let cell = format!(
                "<row><c t=\"str\"><f>WEBSERVICE(\"https://api.amazon.com/?{text}&amp;x=1\")</f><v>5</v></c></row>"
            );
            workbook(&cell, &[])
        },
        half: DAMAGED,
    },
    Carrier {
        name: "name.xlsx",
        inner: &[],
        at: At::Cell("defined name SP_API_CLIENT_SECRET"),
        build: |text| {
            let book = format!(
                "<workbook><definedNames><definedName name=\"SP_API_CLIENT_SECRET\" hidden=\"1\">\"{}\"</definedName>\
                 </definedNames></workbook>",
                value(text)
            );
            workbook("", &[("xl/workbook.xml", book)])
        },
        half: DAMAGED,
    },
    Carrier {
        name: "link.xlsx",
        inner: &[],
        at: At::Cell("設定!B1, link"),
        build: |text| {
            let sheet = "<worksheet><sheetData/><hyperlinks><hyperlink ref=\"B1\" r:id=\"r0\"/></hyperlinks></worksheet>";
            let target = format!("https://example.com/?{text}");
            workbook(
                "",
                &[
                    ("xl/worksheets/sheet1.xml", sheet.to_owned()),
                    ("xl/worksheets/_rels/sheet1.xml.rels", relations(&[("hyperlink", &target, true)])),
                ],
            )
        },
        half: DAMAGED,
    },
    Carrier {
        name: "connection.xlsx",
        inner: &["xl/connections.xml"],
        at: At::Line(1),
        build: |text| {
            let connection = format!(
                "<connections><connection><webPr url=\"https://x/?{text}\"/></connection></connections>"
            );
            workbook("", &[("xl/connections.xml", connection)])
        },
        half: DAMAGED,
    },
];

const TEXTS: &[Carrier] = &[
    Carrier {
        name: "runs.docx",
        inner: &[],
        at: At::Cell("paragraph 2"),
        build: |text| document(&[paragraph("引き継ぎ"), runs(text)].concat(), &[]),
        half: DAMAGED,
    },
    Carrier {
        name: "table.docx",
        inner: &[],
        at: At::Cell("table 1, row 2"),
        build: |text| {
            let cell = |text: &str| format!("<w:tc>{}</w:tc>", runs(text));
            let first = [cell("Name"), cell("Value")].concat();
            let second = [cell("クライアントシークレット"), cell(value(text))].concat();
            document(&format!("<w:tbl><w:tr>{first}</w:tr><w:tr>{second}</w:tr></w:tbl>"), &[])
        },
        half: DAMAGED,
    },
    Carrier {
        name: "header.docx",
        inner: &[],
        at: At::Cell("header"),
        build: |text| {
            document(
                &paragraph("x"),
                &[
                    ("word/_rels/document.xml.rels", relations(&[("header", "header1.xml", false)])),
                    ("word/header1.xml", format!("<w:hdr>{}</w:hdr>", runs(text))),
                ],
            )
        },
        half: DAMAGED,
    },
    Carrier {
        name: "comment.docx",
        inner: &[],
        at: At::Cell("comment"),
        build: |text| {
            document(
                &paragraph("x"),
                &[
                    ("word/_rels/document.xml.rels", relations(&[("comments", "comments.xml", false)])),
                    (
                        "word/comments.xml",
                        format!("<w:comments><w:comment>{}</w:comment></w:comments>", runs(text)),
                    ),
                ],
            )
        },
        half: DAMAGED,
    },
    Carrier {
        name: "deleted.docx",
        inner: &[],
        at: At::Cell("paragraph 1, before it was changed"),
        build: |text| {
            let (begin, end) = text.split_at(30);
            let body = format!(
                "<w:p><w:r><w:t>{begin}</w:t></w:r><w:del><w:r><w:delText>{end}</w:delText></w:r></w:del>\
                 <w:ins><w:r><w:t>gone</w:t></w:r></w:ins></w:p>"
            );
            document(&body, &[])
        },
        half: DAMAGED,
    },
    Carrier {
        name: "link.docx",
        inner: &[],
        at: At::Cell("link"),
        build: |text| {
            let target = format!("https://example.com/?{text}");
            document(
                &paragraph("x"),
                &[("word/_rels/document.xml.rels", relations(&[("hyperlink", &target, true)]))],
            )
        },
        half: DAMAGED,
    },
    Carrier {
        name: "custom.docx",
        inner: &["docProps/custom.xml"],
        at: At::Line(1),
        build: |text| {
            document(
                &paragraph("x"),
                &[("docProps/custom.xml", format!("<Properties><p><v>{text}</v></p></Properties>"))],
            )
        },
        half: DAMAGED,
    },
    Carrier {
        name: "inside.docx",
        inner: &["word/embeddings/book.xlsx"],
        at: At::Cell("設定!A1"),
        build: |text| {
            let book = workbook(&format!("<row>{}</row>", inline("A1", text)), &[]);
            let main = relations(&[("officeDocument", "word/document.xml", false)]);
            let body = format!("<w:document>{}</w:document>", paragraph("x"));
            zip(&[
                ("_rels/.rels", main.as_bytes()),
                ("word/document.xml", body.as_bytes()),
                ("word/embeddings/book.xlsx", &book),
            ])
        },
        half: DAMAGED,
    },
];

/// A presentation whose slides are shown in another order than they were made in.
fn presentation(first: &str, rest: &[(&str, String)]) -> Vec<u8> {
    let order = "<p:presentation xmlns:r=\"r\"><p:sldIdLst><p:sldId id=\"256\" r:id=\"r1\"/>\
                 <p:sldId id=\"257\" r:id=\"r0\"/></p:sldIdLst></p:presentation>";
    let slide = |text: &str| format!("<p:sld><p:txBody>{text}</p:txBody></p:sld>");
    let mut parts = vec![
        ("ppt/presentation.xml", order.to_owned()),
        (
            "ppt/_rels/presentation.xml.rels",
            relations(&[("slide", "slides/slide1.xml", false), ("slide", "slides/slide2.xml", false)]),
        ),
        ("ppt/slides/slide1.xml", slide(first)),
        ("ppt/slides/slide2.xml", slide("<a:p><a:r><a:t>title</a:t></a:r></a:p>")),
    ];
    parts.extend_from_slice(rest);
    package(&parts)
}

const SLIDES: &[Carrier] = &[
    Carrier {
        name: "order.pptx",
        inner: &[],
        at: At::Cell("slide 2"),
        build: |text| presentation(&runs(text).replace("w:", "a:"), &[]),
        half: DAMAGED,
    },
    Carrier {
        name: "notes.pptx",
        inner: &[],
        at: At::Cell("slide 2, notes"),
        build: |text| {
            presentation(
                "",
                &[
                    (
                        "ppt/slides/_rels/slide1.xml.rels",
                        relations(&[("notesSlide", "../notesSlides/n.xml", false)]),
                    ),
                    ("ppt/notesSlides/n.xml", format!("<p:notes>{}</p:notes>", runs(text))),
                ],
            )
        },
        half: DAMAGED,
    },
];

/// A document of LibreOffice with this content.
fn open_document(kind: &str, body: &str) -> Vec<u8> {
    let content =
        format!("<office:document-content><office:body>{body}</office:body></office:document-content>");
    let mimetype = format!("application/vnd.oasis.opendocument.{kind}");
    let styles = "<office:document-styles/>";
    zip(&[
        ("mimetype", mimetype.as_bytes()),
        ("content.xml", content.as_bytes()),
        ("styles.xml", styles.as_bytes()),
        ("META-INF/manifest.xml", b"<manifest:manifest/>"),
    ])
}

fn open_sheet(rows: &str) -> Vec<u8> {
    let table = format!("<table:table table:name=\"設定\">{rows}</table:table>");
    open_document("spreadsheet", &format!("<office:spreadsheet>{table}</office:spreadsheet>"))
}

const OPEN_DOCUMENTS: &[Carrier] = &[
    Carrier {
        name: "repeated.ods",
        inner: &[],
        at: At::Cell("設定!D1001"),
        build: |text| {
            let value = value(text);
            open_sheet(&format!(
                "<table:table-row table:number-rows-repeated=\"1000\"><table:table-cell \
                 table:number-columns-repeated=\"1024\"/></table:table-row><table:table-row>\
                 <table:table-cell table:number-columns-repeated=\"2\"/><table:table-cell>\
                 <text:p>クライアントシークレット</text:p></table:table-cell><table:table-cell>\
                 <text:p>{value}</text:p></table:table-cell></table:table-row>"
            ))
        },
        half: DAMAGED,
    },
    Carrier {
        name: "comment.ods",
        inner: &[],
        at: At::Cell("設定!A1, comment"),
        build: |text| {
            open_sheet(&format!(
                "<table:table-row><table:table-cell><office:annotation><text:p>see</text:p><text:p>{text}</text:p>\
                 </office:annotation><text:p>x</text:p></table:table-cell></table:table-row>"
            ))
        },
        half: DAMAGED,
    },
    Carrier {
        name: "spans.odt",
        inner: &[],
        at: At::Cell("paragraph 2"),
        build: |text| {
            let (begin, end) = text.split_at(30);
            let body = format!(
                "<text:h>引き継ぎ</text:h><text:p>{begin}<text:span>{end}</text:span><text:s/>x</text:p>"
            );
            open_document("text", &format!("<office:text>{body}</office:text>"))
        },
        half: DAMAGED,
    },
    Carrier {
        name: "table.odt",
        inner: &[],
        at: At::Cell("table 1, row 1"),
        build: |text| {
            let cell = |text: &str| format!("<table:table-cell><text:p>{text}</text:p></table:table-cell>");
            let row = [cell("クライアントシークレット"), cell(value(text))].concat();
            let table = format!("<table:table><table:table-row>{row}</table:table-row></table:table>");
            open_document("text", &format!("<office:text>{table}</office:text>"))
        },
        half: DAMAGED,
    },
    Carrier {
        name: "deleted.odt",
        inner: &[],
        at: At::Cell("deleted text"),
        build: |text| {
            let region = format!(
                "<text:changed-region><text:deletion><text:p>{text}</text:p></text:deletion></text:changed-region>"
            );
            let body = format!("<text:tracked-changes>{region}</text:tracked-changes><text:p>x</text:p>");
            open_document("text", &format!("<office:text>{body}</office:text>"))
        },
        half: DAMAGED,
    },
    Carrier {
        name: "slide.odp",
        inner: &[],
        at: At::Cell("slide 2"),
        build: |text| {
            let page = |text: &str| {
                format!("<draw:page><draw:frame><text:p>{text}</text:p></draw:frame></draw:page>")
            };
            let pages = [page("title"), page(text)].concat();
            open_document("presentation", &format!("<office:presentation>{pages}</office:presentation>"))
        },
        half: DAMAGED,
    },
];

#[test]
fn slides() {
    SLIDES.iter().for_each(Carrier::proves);
}

#[test]
fn open_documents() {
    OPEN_DOCUMENTS.iter().for_each(Carrier::proves);
}

/// Damages what is in the package, not the package: its parts are read to where they break.
#[test]
fn damaged_parts_are_survived() {
    let mut random = fastrand::Rng::with_seed(5);
    for carrier in [SHEETS, TEXTS, SLIDES, OPEN_DOCUMENTS].iter().copied().flatten() {
        let whole = (carrier.build)(&format!("SP_API_CLIENT_SECRET={}", secret()));
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(whole)).unwrap();
        let members: Vec<(String, Vec<u8>)> = (0..archive.len())
            .map(|index| {
                let mut member = archive.by_index(index).unwrap();
                let mut bytes = Vec::new();
                std::io::Read::read_to_end(&mut member, &mut bytes).unwrap();
                (member.name().unwrap().into_owned(), bytes)
            })
            .collect();
        for _ in 0..60 {
            let mut members = members.clone();
            let which = random.usize(..members.len());
            crate::hostile::damage(&mut members[which].1, &mut random);
            let lent: Vec<(&str, &[u8])> =
                members.iter().map(|(name, bytes)| (name.as_str(), &bytes[..])).collect();
            crate::hostile::opens(carrier.name, &zip(&lent));
        }
    }
}

#[test]
fn a_password_is_told() {
    let encrypted = zip(&[
        ("mimetype", b"application/vnd.oasis.opendocument.text"),
        ("content.xml", &[7; 300]),
        ("META-INF/manifest.xml", b"<manifest><file-entry><encryption-data/></file-entry></manifest>"),
    ]);
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("lent.odt"), encrypted).unwrap();
    let report = report(folder.path(), &[]);
    assert_eq!(
        report["scan"]["skipped"],
        serde_json::json!([{"path": "lent.odt > content.xml", "reason": "encrypted"}])
    );
}

#[test]
fn workbooks_in_xml() {
    SHEETS.iter().for_each(Carrier::proves);
}

#[test]
fn texts_in_xml() {
    TEXTS.iter().for_each(Carrier::proves);
}

/// A name that stands alone needs no name in the cell: the header says it, rows below.
#[test]
fn a_sheet_is_read_by_its_header() {
    let secret = kagiban::rules::sample("{hex:64}", 3);
    let rows: String = [
        vec![inline("B2", "Amazon SP-API"), inline("C2", "client_id"), inline("D2", "client_secret")],
        vec![inline("B3", "shop one"), inline("D3", &secret)],
    ]
    .iter()
    .enumerate()
    .map(|(n, cells)| format!("<row r=\"{}\">{}</row>", n + 2, cells.concat()))
    .collect();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("keys.xlsx"), workbook(&rows, &[])).unwrap();
    let report = report(folder.path(), &[]);
    assert_eq!(report["findings"][0]["location"]["cell"], "設定!D3", "{report:#}");
}

/// What is damaged inside is told, and read as it is.
#[test]
fn a_damaged_part_is_a_problem_and_is_read_as_it_is() {
    let sheet = format!("<worksheet><row><c t=\"str\"><v>SP_API_CLIENT_SECRET={}</v></c></row>", secret());
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.xlsx"), workbook("", &[("xl/worksheets/sheet1.xml", sheet)]))
        .unwrap();
    let report = report(folder.path(), &[]);
    assert_eq!(report["findings"][0]["location"]["cell"], "設定!A1", "{report:#}");
    assert_eq!(report["findings"][1]["location"]["inner"], serde_json::json!(["xl/worksheets/sheet1.xml"]));
    assert_eq!(
        report["scan"]["skipped"],
        serde_json::json!([{"path": "a.xlsx > xl/worksheets/sheet1.xml", "reason": "damaged"}])
    );
}

/// A report that somebody saved again as a workbook: the sheet says how many buyers, never who.
#[test]
fn order_reports_in_sheets_are_counted() {
    let cells = |n: usize, shapes: [&str; 4]| {
        let cell = |(column, shape): (&str, &str)| {
            inline(&format!("{column}{n}"), &kagiban::rules::sample(shape, n as u64))
        };
        let row: String = ["A", "B", "C", "D"].into_iter().zip(shapes).map(cell).collect();
        format!("<row r=\"{n}\">{row}</row>")
    };
    let head = cells(1, ["Amazon注文番号", "購入者名", "お届け先住所", "電話番号"]);
    let rows: String =
        (2..9).map(|n| cells(n, ["{order}", "{name:ja}", "{street:ja}", "{phone:ja}"])).collect();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("出荷.xlsx"), workbook(&format!("{head}{rows}"), &[])).unwrap();
    let report = report(folder.path(), &[]);
    let finding = &report["findings"][0];
    assert_eq!(finding["rule"], "order-report", "{report:#}");
    assert_eq!(finding["location"]["cell"], "設定!A1");
    let evidence = finding["evidence"].as_array().unwrap();
    assert!(evidence.iter().any(|e| e["kind"] == "rows" && e["text"] == "7"), "{finding:#}");
}
