//! What other programs write as text: chats, requests, cassettes, properties. No reader of their own is
//! needed for them, and half of one is told; these tests hold that it stays so.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::carrier::{At, Carrier, report, secret};

fn pretty(value: &serde_json::Value) -> Vec<u8> {
    serde_json::to_vec_pretty(value).unwrap()
}

fn carrier(name: &'static str, line: u64, build: fn(&str) -> Vec<u8>) -> Carrier {
    Carrier { name, inner: &[], at: At::Line(line), build, half: Some("damaged") }
}

fn reply(text: &str) -> String {
    let (name, secret) = text.split_once('=').unwrap();
    json!({"token_type": "bearer", name: secret}).to_string()
}

fn cassette(text: &str) -> Vec<u8> {
    let digits = STANDARD.encode(reply(text));
    let lines: Vec<String> = digits
        .as_bytes()
        .chunks(60)
        .map(|line| format!("        {}\n", std::str::from_utf8(line).unwrap()))
        .collect();
    format!("http_interactions:\n- response:\n    body:\n      base64_string: |\n{}", lines.concat())
        .into_bytes()
}

/// The formats, each with the line it is found in.
fn all() -> Vec<Carrier> {
    vec![
        // Slack writes the keys in this order.
        carrier("slack.json", 5, |text| {
            let text = json!(format!("here it is\n{text}"));
            let id = "\"client_msg_id\": \"1\",\n    \"type\": \"message\"";
            format!("[\n  {{\n    {id},\n    \"text\": {text},\n    \"ts\": \"1\"\n  }}\n]\n").into_bytes()
        }),
        carrier("discord.json", 4, |text| pretty(&json!({"messages": [{"content": text}]}))),
        carrier("chatwork.csv", 3, |text| {
            format!("日時,名前,メッセージ\n\"2024/01/01\",\"田中\",\"鍵です\n{text}\"\n").into_bytes()
        }),
        carrier("line.txt", 4, |text| {
            format!("[LINE] 田中とのトーク履歴\n\n10:00\t田中\t\"鍵です\n{text}\"\n").into_bytes()
        }),
        carrier("shop.postman_environment.json", 6, |text| {
            let (name, secret) = text.split_once('=').unwrap();
            pretty(&json!({"values": [{"key": name, "type": "secret", "value": secret}]}))
        }),
        carrier("insomnia.yaml", 4, |text| {
            let text = text.replace('=', ": ");
            format!("type: collection.insomnia.rest/5.0\nenvironments:\n  data:\n    {text}\n").into_bytes()
        }),
        carrier("shop.har", 8, |text| {
            let body = json!({"encoding": "base64", "text": STANDARD.encode(reply(text))});
            pretty(&json!({"log": {"entries": [{"response": {"content": body}}]}}))
        }),
        carrier("cassette.yml", 5, cassette),
        // Half of the file is half of an escape.
        carrier("shop.properties", 2, |text| {
            let text = text.replace("amzn1.", "amzn1\\u002e");
            let before = format!("# keys\n{text}\nshop=\\u");
            format!("{before}5e97{}", " ".repeat(before.len() - 4)).into_bytes()
        }),
        carrier("list.plist", 3, |text| {
            let (name, secret) = text.split_once('=').unwrap();
            format!("<plist><dict>\n<key>{name}</key>\n<string>{secret}</string></dict></plist>").into_bytes()
        }),
        // A value that goes on in the next line, whose blanks are none of it, under a name in escapes.
        Carrier {
            half: None,
            ..carrier("long.properties", 2, |text| {
                let (begin, end) = text.split_at(text.len() - 20);
                format!("# \\u9375\n{begin}\\\n        {end}\n").into_bytes()
            })
        },
        carrier("gzipped.yml", 5, |text| {
            let body = crate::archives::gzip(reply(text).as_bytes());
            format!(
                "interactions:\n- request:\n    uri: https://api.amazon.com/auth/o2/token\n  response:\n    body: {}\n",
                STANDARD.encode(body)
            )
            .into_bytes()
        }),
        // Exports of Insomnia's older kind, and of Postman's requests.
        carrier("Insomnia_2026.json", 6, |text| {
            let (name, secret) = text.split_once('=').unwrap();
            pretty(&json!({"_type": "export", "resources": [{"data": {name: secret}}]}))
        }),
        carrier("shop.postman_collection.json", 10, |text| {
            let body = json!({"mode": "raw", "raw": reply(text)});
            pretty(&json!({"info": {"name": "x"}, "item": [{"request": {"body": body}}]}))
        }),
    ]
}

#[test]
fn what_is_text_is_read_as_text() {
    all().iter().for_each(Carrier::proves);
}

/// Cuts behind the last sign of the credential: what closes it is gone.
fn cut(bytes: &[u8]) -> Vec<u8> {
    let secret = secret();
    let whole = memchr::memmem::find(bytes, secret.as_bytes()).map(|at| at + secret.len());
    let is_sign = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'=';
    let last = || bytes.iter().rposition(is_sign).map_or(0, |at| at + 1);
    bytes[..whole.unwrap_or_else(last)].to_vec()
}

/// Puts bytes behind the first line's end, so that the lines stay what they are.
fn spoilt(bytes: &[u8], with: &[u8]) -> Vec<u8> {
    let end = memchr::memchr(b'\n', bytes).unwrap();
    [&bytes[..end], with, &bytes[end..]].concat()
}

/// What still stands in a broken text is found at its line, and what its format tells of the damage is
/// said.
#[test]
fn what_is_broken_is_read_as_far_as_it_stands() {
    let folder = tempfile::tempdir().unwrap();
    let mut lines = std::collections::BTreeMap::new();
    for carrier in all() {
        let At::Line(line) = carrier.at else { panic!("{} has lines", carrier.name) };
        let whole = (carrier.build)(&format!("SP_API_CLIENT_SECRET={}", secret()));
        let damaged = [
            ("cut", cut(&whole)),
            ("open", spoilt(&whole, b" {\"a\": [\"")),
            ("closed", spoilt(&whole, b"]}}>\"'")),
            ("torn", spoilt(&whole, b" \xe3\x82")),
            ("foreign", spoilt(&whole, b" \xff\xfe\x80\xc0")),
            ("nul", spoilt(&whole, b" \0")),
        ];
        for (way, bytes) in damaged {
            std::fs::create_dir_all(folder.path().join(way)).unwrap();
            let name = format!("{way}/{}", carrier.name);
            std::fs::write(folder.path().join(&name), bytes).unwrap();
            lines.insert(name, line);
        }
    }
    let report = report(folder.path(), &["--only", "leak"]);
    let findings = report["findings"].as_array().unwrap();
    let found: std::collections::BTreeMap<String, u64> = findings
        .iter()
        .map(|finding| &finding["location"])
        .map(|at| (at["path"].as_str().unwrap().to_owned(), at["line"].as_u64().unwrap_or(0)))
        .collect();
    assert_eq!(found, lines);
    let skipped = report["scan"]["skipped"].as_array().unwrap();
    assert!(skipped.iter().all(|skipped| skipped["reason"] == "damaged"), "{skipped:#?}");
    for carrier in all().iter().filter(|carrier| !carrier.name.ends_with(".properties")) {
        let cut = format!("cut/{}", carrier.name);
        assert!(skipped.iter().any(|skipped| skipped["path"] == cut.as_str()), "{cut}: {skipped:#?}");
    }
}
