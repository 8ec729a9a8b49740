//! Source maps, and the bundles that they belong to.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::carrier::{At, Carrier, report, secret};

fn map(sources: &Value, content: &Value, mappings: &str) -> String {
    json!({"version": 3, "file": "main.js", "sources": sources, "sourcesContent": content, "mappings": mappings})
        .to_string()
}

fn source(text: &str) -> String {
    format!("// keys\nexport const keys = `{text}`;\n")
}

const CARRIERS: &[Carrier] = &[
    Carrier {
        name: "main.js.map",
        inner: &["src/api.ts"],
        at: At::Line(2),
        build: |text| {
            let sources = json!(["webpack://shop/./src/app.ts?1f", "webpack://shop/./src/api.ts"]);
            map(&sources, &json!([null, source(text)]), "AAAA").into_bytes()
        },
        half: Some("damaged"),
    },
    Carrier {
        name: "late.js.map",
        inner: &["app/src/api.ts"],
        at: At::Line(2),
        build: |text| {
            let map = json!({"sourcesContent": [source(text)], "mappings": "AAAA", "version": 3});
            let begin = map.to_string();
            format!("{},\"sourceRoot\":\"app\",\"sources\":[\"src/api.ts\"]}}", &begin[..begin.len() - 1])
                .into_bytes()
        },
        half: Some("damaged"),
    },
    Carrier {
        name: "parts.map",
        inner: &["b.ts"],
        at: At::Line(2),
        build: |text| {
            let part = |name: &str, text: &str| {
                let map: Value =
                    serde_json::from_str(&map(&json!([name]), &json!([source(text)]), "AAAA")).unwrap();
                json!({"offset": {"line": 0, "column": 0}, "map": map})
            };
            json!({"version": 3, "sections": [part("a.ts", "none"), part("b.ts", text)]})
                .to_string()
                .into_bytes()
        },
        half: Some("damaged"),
    },
];

#[test]
fn texts_in_maps() {
    CARRIERS.iter().for_each(Carrier::proves);
}

#[test]
fn no_bytes_break_the_reading() {
    CARRIERS.iter().for_each(crate::hostile::survives);
}

/// The bundle of one line, in which a piece begins at the literal.
fn bundle() -> (String, String) {
    let begin = "(()=>{const t={SP_API_CLIENT_SECRET:";
    let column = begin.len();
    // A piece at the beginning, of 1:1, and one at the literal, of line 12.
    let mut digits = String::new();
    let mut number = column << 1;
    let letters: Vec<char> = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['+', '/']).collect();
    loop {
        let rest = number >> 5;
        digits.push(letters[(number & 31) | if rest > 0 { 32 } else { 0 }]);
        number = rest;
        if rest == 0 {
            break;
        }
    }
    (format!("{begin}\"{}\"}};run(t)}})();\n", secret()), format!("AAAA,{digits}AWI"))
}

/// The places beside the finding in the bundle.
fn beside(folder: &std::path::Path) -> Value {
    let report = report(folder, &["--only", "leak"]);
    let findings = report["findings"].as_array().unwrap();
    let found = findings.iter().find(|f| f["location"]["path"] == "main.js").unwrap();
    assert_eq!(found["location"]["line"], 1);
    found["also_at"]
        .as_array()
        .unwrap()
        .iter()
        .map(|at| json!([at["path"], at["inner"], at["line"]]))
        .collect::<Vec<_>>()
        .into()
}

#[test]
fn a_bundle_names_the_place_by_the_map_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let (code, mappings) = bundle();
    let map = |content: Value| map(&json!(["../src/api.ts"]), &content, &mappings);
    std::fs::write(folder.path().join("main.js"), format!("{code}//# sourceMappingURL=main.js.map\n"))
        .unwrap();
    let expected = json!([["main.js.map", ["../src/api.ts"], 12]]);
    // Without the texts the place is what the map's numbers say, with them it is where the secret is.
    std::fs::write(folder.path().join("main.js.map"), map(Value::Null)).unwrap();
    assert_eq!(beside(folder.path()), expected);
    let text = format!("{}export const SECRET = \"{}\";\n", "//\n".repeat(11), secret());
    std::fs::write(folder.path().join("main.js.map"), map(json!([text]))).unwrap();
    assert_eq!(beside(folder.path()), expected);
    // A map that is none is no place.
    std::fs::write(folder.path().join("main.js.map"), "{}").unwrap();
    assert_eq!(beside(folder.path()), json!([]));
}

#[test]
fn a_bundle_names_the_place_by_the_map_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let (code, mappings) = bundle();
    let map = STANDARD.encode(map(&json!(["src/api.ts"]), &Value::Null, &mappings));
    let code = format!("{code}//# sourceMappingURL=data:application/json;charset=utf-8;base64,{map}\n");
    std::fs::write(folder.path().join("main.js"), code).unwrap();
    assert_eq!(beside(folder.path()), json!([["main.js", ["src/api.ts"], 12]]));
}
