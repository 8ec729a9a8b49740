//! PDF files.

use std::io::Write;

use crate::carrier::{At, Carrier};

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A stream object, compressed.
fn stream(more: &str, bytes: &[u8]) -> Vec<u8> {
    let content = deflated(bytes);
    let head = format!("<</Filter/FlateDecode/Length {}{more}>>\nstream\n", content.len());
    [head.as_bytes(), &content, b"\nendstream"].concat()
}

/// A file of these objects, numbered from 1; the first is the root.
fn file(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n".to_vec();
    for (index, object) in objects.iter().enumerate() {
        bytes.extend(format!("{} 0 obj\n", index + 1).bytes());
        bytes.extend(object);
        bytes.extend(b"\nendobj\n");
    }
    bytes.extend(b"trailer\n<</Root 1 0 R>>\n%%EOF\n");
    bytes
}

const ROOT: &[u8] = b"<</Type/Catalog/Pages 2 0 R>>";
const PAGES: &[u8] = b"<</Type/Pages/Count 2/Kids[3 0 R 4 0 R]>>";
const FIRST: &[u8] = b"<</Type/Page/Parent 2 0 R>>";
const PAGE: &[u8] = b"<</Type/Page/Parent 2 0 R/Contents 5 0 R/Resources<</Font<</F1 6 0 R>>>>>>";
const COURIER: &[u8] = b"<</Type/Font/Subtype/Type1/BaseFont/Courier>>";

fn two_pages(content: &[u8], font: &[u8], more: &[Vec<u8>]) -> Vec<u8> {
    let fixed = [ROOT, PAGES, FIRST, PAGE].map(<[u8]>::to_vec);
    let own = [stream("", content), font.to_vec()];
    file(&[&fixed[..], &own, more].concat())
}

/// A stream in the older compression, written as digits.
fn in_lzw(bytes: &[u8]) -> Vec<u8> {
    let packed =
        weezl::encode::Encoder::with_tiff_size_switch(weezl::BitOrder::Msb, 8).encode(bytes).unwrap();
    let digits: String = packed.iter().map(|byte| format!("{byte:02X}")).collect();
    let head = format!("<</Filter[/AHx/LZW]/Length {}>>\nstream\n", digits.len() + 1);
    [head.as_bytes(), digits.as_bytes(), b">\nendstream"].concat()
}

/// A stream whose rows say what they are more than the row above.
fn predicted(bytes: &[u8]) -> Vec<u8> {
    let (mut rows, mut above) = (Vec::new(), vec![0_u8; 20]);
    for row in bytes.chunks(20) {
        rows.push(2);
        rows.extend(row.iter().zip(&above).map(|(byte, above)| byte.wrapping_sub(*above)));
        above[..row.len()].copy_from_slice(row);
    }
    let content = deflated(&rows);
    let head = format!(
        "<</Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 20>>/Length {}>>\nstream\n",
        content.len()
    );
    [head.as_bytes(), &content, b"\nendstream"].concat()
}

fn one_stream(stream: Vec<u8>) -> Vec<u8> {
    file(&[[ROOT, PAGES, FIRST, PAGE].map(<[u8]>::to_vec).as_slice(), &[stream, COURIER.to_vec()]].concat())
}

/// Words set one by one, as editors do, the name in another run than its value.
fn words(text: &str) -> Vec<u8> {
    let (name, value) = text.split_once('=').unwrap();
    let (one, two) = value.split_at(value.len() / 2);
    format!(
        "BT /F1 10 Tf 1 0 0 1 50 700 Tm (Keys of the shop) Tj 0 -14 Td [({name}) 20 (=)] TJ ({one}) Tj [({two})] TJ ET"
    )
    .into_bytes()
}

/// A value that goes on in the next line, as word processors break it.
fn broken(text: &str) -> Vec<u8> {
    let lines: Vec<String> =
        text.as_bytes().chunks(60).map(|l| format!("({}) Tj T*", std::str::from_utf8(l).unwrap())).collect();
    format!("BT /F1 10 Tf 12 TL 50 700 Td {} (Keep it) Tj ET", lines.join(" ")).into_bytes()
}

/// A value in a narrow column beside its label: its pieces are of any length.
fn column(text: &str) -> Vec<u8> {
    let (name, value) = text.split_once('=').unwrap();
    let (head, rest) = value.split_at(value.find("cs.v1").unwrap_or_default());
    let (short, long) = rest.split_at(15.min(rest.len()));
    let pieces =
        [head, short].into_iter().chain(long.as_bytes().chunks(18).map(|p| std::str::from_utf8(p).unwrap()));
    let lines: Vec<String> = pieces.map(|piece| format!("({piece}) Tj T*")).collect();
    format!("BT /F1 10 Tf 12 TL 50 700 Td ({name}) Tj 200 0 Td {} ET", lines.join(" ")).into_bytes()
}

/// A value of digits alone, over two lines below its label.
fn labelled(text: &str) -> Vec<u8> {
    let value = text.split_once('=').unwrap().1;
    let digits = value.rsplit('.').next().unwrap();
    let (most, rest) = digits.split_at(digits.len().min(60));
    let filler = "(Keys of the shop that nobody but the two of us needs to know) Tj T*";
    format!("BT /F1 10 Tf 12 TL 50 700 Td {filler} (*) Tj 40 0 Td (LWA_CLIENT_SECRET) Tj -40 0 Td T* ({most}) Tj T* ({rest}) Tj T* {filler} ET")
        .into_bytes()
}

/// A value whose name is the last word of the line above, before the sign between them.
fn apart(text: &str) -> Vec<u8> {
    let value = text.split_once('=').unwrap().1;
    let digits = value.rsplit('.').next().unwrap();
    let (most, rest) = digits.split_at(digits.len().min(61));
    format!("BT /F1 10 Tf 12 TL 50 700 Td (Keep to yourself what the key is: LWA_CLIENT_SECRET) Tj T* (={most}) Tj T* ({rest} and so on) Tj ET")
        .into_bytes()
}

/// Runs that are set one behind the other: a gap of a tenth is none, one of a third is a space.
fn gaps(text: &str) -> Vec<u8> {
    let (one, two) = text.split_at(text.len() / 2);
    format!("BT /F1 10 Tf 50 700 Td [({one}) -100 ({two}) -330 (memo)] TJ ET").into_bytes()
}

/// Spaces that were widened to fill the line move what stands behind them.
fn justified(text: &str) -> Vec<u8> {
    let (one, two) = text.split_at(text.len() / 2);
    let begin = format!("it is the key {one}");
    let behind = 50.0 + begin.len() as f64 * 6.0 + 4.0 * 7.0;
    format!("q 3 Tc Q BT /F1 10 Tf 7 Tw 1 0 0 1 50 700 Tm ({begin}) Tj 1 0 0 1 {behind} 700 Tm ({two}) Tj ET")
        .into_bytes()
}

/// A label whose characters were moved apart to fill the line.
fn spread(text: &str) -> Vec<u8> {
    let secret = text.rsplit(['.', '=']).next().unwrap();
    let label: String =
        "クライアントシークレット".encode_utf16().map(|unit| format!("<{unit:04X}> -400 ")).collect();
    let shown = |text: &str| text.encode_utf16().map(|unit| format!("{unit:04X}")).collect::<String>();
    let (shop, value) = (format!("<{}>", shown("SP-API")), shown(secret));
    let font =
        b"<</Type/Font/Subtype/Type0/Encoding/UniJIS-UTF16-H/DescendantFonts[<</W[0[500 500]1 127 500]>>]>>";
    two_pages(format!("BT /F1 8 Tf 20 700 Td [{shop}{label}<003A> <{value}>] TJ ET").as_bytes(), font, &[])
}

/// Codes of two bytes, with a map to text.
fn composite(text: &str) -> Vec<u8> {
    let shown: String = text.bytes().map(|byte| format!("{:04X}", u16::from(byte) + 0x100)).collect();
    let map = "/CIDInit /ProcSet findresource begin 1 begincodespacerange <0000> <FFFF> endcodespacerange \
        1 beginbfrange <0120> <017E> <0020> endbfrange end";
    let font = b"<</Type/Font/Subtype/Type0/Encoding/Identity-H/ToUnicode 7 0 R>>";
    two_pages(format!("BT /F1 9 Tf <{shown}> Tj ET").as_bytes(), font, &[stream("", map.as_bytes())])
}

/// The pages are in a stream of objects.
fn object_stream(text: &str) -> Vec<u8> {
    let objects = [PAGES, FIRST, PAGE, COURIER];
    let mut numbers = String::new();
    let mut at = 0;
    for (number, object) in [2, 3, 4, 6].iter().zip(objects) {
        numbers.push_str(&format!("{number} {at} "));
        at += object.len() + 1;
    }
    let store = [numbers.as_bytes(), &objects.join(&b' ')].concat();
    let mut bytes = b"%PDF-1.5\n".to_vec();
    let store = stream(&format!("/Type/ObjStm/N 4/First {}", numbers.len()), &store);
    for (number, object) in [(1, ROOT.to_vec()), (8, store), (5, stream("", &words(text)))] {
        bytes.extend(format!("{number} 0 obj\n").bytes());
        bytes.extend(object);
        bytes.extend(b"\nendobj\n");
    }
    bytes.extend(b"trailer\n<</Root 1 0 R>>\n%%EOF\n");
    bytes
}

const CARRIERS: &[Carrier] = &[
    Carrier {
        name: "words.pdf",
        inner: &[],
        at: At::Cell("page 2"),
        build: |text| two_pages(&words(text), COURIER, &[]),
        half: Some("damaged"),
    },
    Carrier {
        name: "broken.pdf",
        inner: &[],
        at: At::Cell("page 2"),
        build: |text| two_pages(&broken(text), COURIER, &[]),
        half: Some("damaged"),
    },
    Carrier {
        name: "column.pdf",
        inner: &[],
        at: At::Cell("page 2"),
        build: |text| two_pages(&column(text), COURIER, &[]),
        half: Some("damaged"),
    },
    Carrier {
        name: "labelled.pdf",
        inner: &[],
        at: At::Cell("page 2"),
        build: |text| two_pages(&labelled(text), COURIER, &[]),
        half: Some("damaged"),
    },
    Carrier {
        name: "apart.pdf",
        inner: &[],
        at: At::Cell("page 2"),
        build: |text| two_pages(&apart(text), COURIER, &[]),
        half: Some("damaged"),
    },
    Carrier {
        name: "gaps.pdf",
        inner: &[],
        at: At::Cell("page 2"),
        build: |text| two_pages(&gaps(text), COURIER, &[]),
        half: Some("damaged"),
    },
    Carrier {
        name: "justified.pdf",
        inner: &[],
        at: At::Cell("page 2"),
        build: |text| two_pages(&justified(text), COURIER, &[]),
        half: Some("damaged"),
    },
    Carrier { name: "spread.pdf", inner: &[], at: At::Cell("page 2"), build: spread, half: Some("damaged") },
    Carrier {
        name: "lzw.pdf",
        inner: &[],
        at: At::Cell("page 2"),
        build: |text| one_stream(in_lzw(&words(text))),
        half: Some("damaged"),
    },
    Carrier {
        name: "predicted.pdf",
        inner: &[],
        at: At::Cell("page 2"),
        build: |text| one_stream(predicted(&words(text))),
        half: Some("damaged"),
    },
    Carrier {
        name: "composite.pdf",
        inner: &[],
        at: At::Cell("page 2"),
        build: composite,
        half: Some("damaged"),
    },
    Carrier {
        name: "objects.pdf",
        inner: &[],
        at: At::Cell("page 2"),
        build: object_stream,
        half: Some("damaged"),
    },
    Carrier {
        name: "note.pdf",
        inner: &[],
        at: At::Cell("page 1"),
        build: |text| {
            let note = format!("<</Type/Annot/Subtype/Text/Contents({text})>>");
            let page = b"<</Type/Page/Parent 2 0 R/Annots[4 0 R]>>";
            let pages = b"<</Type/Pages/Count 1/Kids[3 0 R]>>";
            file(&[ROOT.to_vec(), pages.to_vec(), page.to_vec(), note.into_bytes()])
        },
        half: Some("damaged"),
    },
    Carrier {
        name: "attached.pdf",
        inner: &["keys.env"],
        at: At::Line(1),
        build: |text| {
            let named = b"<</Type/Filespec/F(keys.env)/EF<</F 8 0 R>>>>".to_vec();
            two_pages(b"", COURIER, &[named, stream("/Type/EmbeddedFile", text.as_bytes())])
        },
        half: Some("damaged"),
    },
];

#[test]
fn pages_notes_and_files() {
    CARRIERS.iter().for_each(Carrier::proves);
}

#[test]
fn no_bytes_break_the_reading() {
    CARRIERS.iter().for_each(crate::hostile::survives);
}

fn skipped(bytes: &[u8]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.pdf"), bytes).unwrap();
    let report = crate::carrier::report(folder.path(), &[]);
    let skipped = report["scan"]["skipped"].as_array().unwrap();
    skipped.iter().map(|s| s["reason"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_password_is_told() {
    let bytes = two_pages(b"BT (x) Tj ET", COURIER, &[]);
    let bytes =
        String::from_utf8_lossy(&bytes).replace("/Root 1 0 R", "/Root 1 0 R/Encrypt 9 0 R").into_bytes();
    assert_eq!(skipped(&bytes), ["encrypted"]);
}

/// A stream costs what it expands to, once: a file of as many bytes as may be is read to its end.
#[test]
fn what_a_stream_expands_to_is_counted_once() {
    let wide = 9 << 20;
    let mut content = vec![b' '; wide];
    content.extend(words(&format!("SP_API_CLIENT_SECRET={}", crate::carrier::secret())));
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.pdf"), two_pages(&content, COURIER, &[])).unwrap();
    let report = crate::carrier::report(folder.path(), &[]);
    assert_eq!(report["scan"]["skipped"], serde_json::json!([]));
    assert_eq!(report["findings"][0]["location"]["cell"], "page 2");
}

/// Streams that expand a thousandfold, a page that is its own parent, forms that hold themselves.
#[test]
fn bombs_end() {
    let zeros = stream("", &vec![b' '; 15 << 20]);
    let kids: String = (4..104).map(|id| format!("{id} 0 R ")).collect();
    let pages = format!("<</Type/Pages/Kids[{kids}]>>").into_bytes();
    let page = b"<</Type/Page/Contents[3 0 R 3 0 R]>>".to_vec();
    let many = [vec![ROOT.to_vec(), pages, zeros], vec![page; 100]].concat();
    assert_eq!(skipped(&file(&many)), ["expansion"]);

    let form = stream("/Subtype/Form", "/X Do ".repeat(10_000).as_bytes());
    let page = b"<</Type/Page/Contents 5 0 R/Resources<</XObject<</X 5 0 R>>>>>>".to_vec();
    let pages = b"<</Type/Pages/Kids[2 0 R 3 0 R]>>".to_vec();
    let itself = file(&[ROOT.to_vec(), pages, page, b"null".to_vec(), form]);
    assert_eq!(skipped(&itself), ["expansion"]);

    for deep in [&b"["[..], b"<<", b"<</a ", b"[<</a "] {
        assert_eq!(skipped(&file(&[ROOT.to_vec(), deep.repeat(1_000_000)])), ["too-deep"]);
    }
}
