//! Documents that LibreOffice itself writes: what is built part by part elsewhere is what its author
//! believes a program to write.

use std::process::Command;

use crate::carrier::{At, Carrier};

/// Has LibreOffice write a document in another format.
fn converted(source: &str, kind: &str, ending: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(format!("book.{kind}"));
    std::fs::write(&path, source).unwrap();
    let profile = format!("-env:UserInstallation=file://{}/profile", folder.path().display());
    let output = Command::new("soffice")
        .args([&profile, "--headless", "--convert-to", ending, "--outdir"])
        .arg(folder.path())
        .arg(&path)
        .output()
        .expect("LibreOffice is installed: .ci/run says how");
    let written = folder.path().join(format!("book.{ending}"));
    std::fs::read(&written)
        .unwrap_or_else(|_| panic!("no {ending}: {}", String::from_utf8_lossy(&output.stderr)))
}

/// A flat document of this kind.
fn flat(kind: &str, styles: &str, body: &str) -> String {
    let names: String = ["office", "table", "text", "style", "draw"]
        .iter()
        .map(|name| {
            let space = if *name == "draw" { "drawing" } else { name };
            format!(" xmlns:{name}=\"urn:oasis:names:tc:opendocument:xmlns:{space}:1.0\"")
        })
        .collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document{names} \
         xmlns:fo=\"urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" \
         office:version=\"1.2\" office:mimetype=\"application/vnd.oasis.opendocument.{kind}\">\
         <office:automatic-styles><style:style style:name=\"bold\" style:family=\"text\">\
         <style:text-properties fo:font-weight=\"bold\"/></style:style>{styles}</office:automatic-styles>\
         <office:body><office:{kind}>{body}</office:{kind}></office:body></office:document>"
    )
}

/// A workbook of a sheet whose first three rows are filled, and of a hidden one.
fn book(third: &str, comment: &str, hidden: &str) -> String {
    let cell = |text: &str| {
        format!("<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>")
    };
    let note = format!(
        "<table:table-cell office:value-type=\"string\"><office:annotation><text:p>{comment}</text:p>\
         </office:annotation><text:p>備考</text:p></table:table-cell>"
    );
    let rows = [
        format!("<table:table-row>{}{}</table:table-row>", cell("項目"), cell("値")),
        format!("<table:table-row>{}{note}</table:table-row>", cell("店舗")),
        format!("<table:table-row>{}{}</table:table-row>", cell("クライアントシークレット"), cell(third)),
    ];
    let hide = "<style:style style:name=\"hidden\" style:family=\"table\">\
                <style:table-properties table:display=\"false\"/></style:style>";
    let body = format!(
        "<table:table table:name=\"設定\">{}</table:table><table:table table:name=\"Old\" \
         table:style-name=\"hidden\"><table:table-row>{}</table:table-row></table:table>",
        rows.concat(),
        cell(hidden)
    );
    flat("spreadsheet", hide, &body)
}

fn value(text: &str) -> &str {
    text.split_once('=').unwrap().1
}

/// A text whose second paragraph changes its style in the middle of a word, and a table.
fn letter(second: &str, table: &str) -> String {
    let (begin, end) = second.split_at(second.len() / 2);
    let cell = |text: &str| format!("<table:table-cell><text:p>{text}</text:p></table:table-cell>");
    let body = format!(
        "<text:p>引き継ぎ</text:p><text:p>{begin}<text:span text:style-name=\"bold\">{end}</text:span></text:p>\
         <table:table table:name=\"t\"><table:table-column table:number-columns-repeated=\"2\"/><table:table-row>\
         {}{}</table:table-row></table:table><text:p/>",
        cell("クライアントシークレット"),
        cell(table)
    );
    flat("text", "", &body)
}

fn slides(text: &str) -> String {
    let page = |text: &str| {
        format!(
            "<draw:page><draw:frame xmlns:svg=\"urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0\" \
             svg:width=\"20cm\" svg:height=\"3cm\" svg:x=\"1cm\" svg:y=\"1cm\"><draw:text-box><text:p>{text}</text:p>\
             </draw:text-box></draw:frame></draw:page>"
        )
    };
    flat("presentation", "", &[page("鍵"), page(text)].concat())
}

/// A format with a planted cell, comment or hidden sheet.
macro_rules! carriers {
    ($($name:literal, $kind:literal, $ending:literal, $place:literal, |$text:ident| $source:expr;)*) => {
        &[$(Carrier {
            name: $name,
            inner: &[],
            at: At::Cell($place),
            build: |$text| converted(&$source, $kind, $ending),
            half: Some("damaged"),
        }),*]
    };
}

const SHEETS: &[Carrier] = carriers! {
    "cell.xlsx", "fods", "xlsx", "設定!B3", |text| book(value(text), "", "");
    "comment.xlsx", "fods", "xlsx", "設定!B2, comment", |text| book("x", text, "");
    "hidden.xlsx", "fods", "xlsx", "Old!A1", |text| book("x", "", text);
    "cell.xls", "fods", "xls", "設定!B3", |text| book(value(text), "", "");
    "comment.xls", "fods", "xls", "設定!B2, comment", |text| book("x", text, "");
    "hidden.xls", "fods", "xls", "Old!A1", |text| book("x", "", text);
    "cell.ods", "fods", "ods", "設定!B3", |text| book(value(text), "", "");
    "comment.ods", "fods", "ods", "設定!B2, comment", |text| book("x", text, "");
    "hidden.ods", "fods", "ods", "Old!A1", |text| book("x", "", text);
};

const TEXTS: &[Carrier] = carriers! {
    "runs.docx", "fodt", "docx", "paragraph 2", |text| letter(text, "x");
    "table.docx", "fodt", "docx", "table 1, row 1", |text| letter("xx", value(text));
    "runs.odt", "fodt", "odt", "paragraph 2", |text| letter(text, "x");
    "table.odt", "fodt", "odt", "table 1, row 1", |text| letter("xx", value(text));
    "runs.doc", "fodt", "doc", "paragraph 2", |text| letter(text, "x");
    "table.doc", "fodt", "doc", "paragraph 3", |text| letter("xx", value(text));
    "slides.ppt", "fodp", "ppt", "slide 2", |text| slides(text);
    "slides.pptx", "fodp", "pptx", "slide 2", |text| slides(text);
    "slides.odp", "fodp", "odp", "slide 2", |text| slides(text);
};

/// A page on which a value goes over several lines of a narrow column, its label beside it.
fn column(value: &str) -> String {
    let cell = |text: &str| format!("<table:table-cell><text:p>{text}</text:p></table:table-cell>");
    let row = format!(
        "<table:table-row>{}{}{}{}</table:table-row>",
        cell("店"),
        cell("クライアントシークレット"),
        cell(value),
        cell("済")
    );
    let columns = "<table:table-column table:number-columns-repeated=\"4\"/>";
    flat(
        "text",
        "",
        &format!(
            "<text:p>鍵の一覧</text:p><table:table table:name=\"t\">{columns}{row}</table:table><text:p/>"
        ),
    )
}

/// A list of which a value fills the line below its label.
fn list(text: &str) -> String {
    let (name, value) = text.split_once('=').unwrap();
    let item = |text: &str| format!("<text:list-item><text:p>{text}</text:p></text:list-item>");
    let items = [item("SP-API"), item(&format!("{name}：{value}")), item("おわり")].concat();
    flat("text", "", &format!("<text:p>引き継ぎ</text:p><text:list>{items}</text:list>"))
}

const PAGES: &[Carrier] = carriers! {
    "runs.pdf", "fodt", "pdf", "page 1", |text| letter(text, "x");
    "table.pdf", "fodt", "pdf", "page 1", |text| letter("xx", value(text));
    "column.pdf", "fodt", "pdf", "page 1", |text| column(value(text));
    "list.pdf", "fodt", "pdf", "page 1", |text| list(text);
    "slides.pdf", "fodp", "pdf", "page 2", |text| slides(text);
};

#[test]
fn pages_of_libreoffice() {
    PAGES.iter().for_each(Carrier::proves);
}

#[test]
fn sheets_of_libreoffice() {
    SHEETS.iter().for_each(Carrier::proves);
}

#[test]
fn texts_and_slides_of_libreoffice() {
    TEXTS.iter().for_each(Carrier::proves);
}
