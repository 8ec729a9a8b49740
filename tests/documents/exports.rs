//! What other programs write as text: chats, requests, cassettes, bundles. No reader of their own is
//! needed for them; these tests hold that it stays so.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::carrier::{At, Carrier};

fn pretty(value: &serde_json::Value) -> Vec<u8> {
    serde_json::to_vec_pretty(value).unwrap()
}

fn carrier(name: &'static str, line: u64, build: fn(&str) -> Vec<u8>) -> Carrier {
    Carrier { name, inner: &[], at: At::Line(line), build, half: None }
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

#[test]
fn what_is_text_is_read_as_text() {
    let all = [
        carrier("slack.json", 3, |text| {
            pretty(&json!([{"ts": "1", "text": format!("here it is\n{text}"), "type": "message"}]))
                .iter()
                .copied()
                .chain(*b"\n")
                .collect()
        }),
        carrier("discord.json", 4, |text| pretty(&json!({"messages": [{"content": text}]}))),
        carrier("chatwork.csv", 3, |text| {
            format!("日時,名前,メッセージ\n\"2024/01/01\",\"田中\",\"鍵です\n{text}\"\n").into_bytes()
        }),
        carrier("line.txt", 3, |text| {
            format!("[LINE] 田中とのトーク履歴\n\n10:00\t田中\t{text}\n").into_bytes()
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
        carrier("shop.properties", 2, |text| {
            format!("# keys\n{}\n", text.replace("amzn1.", "amzn1\\u002e")).into_bytes()
        }),
        carrier("list.plist", 3, |text| {
            let (name, secret) = text.split_once('=').unwrap();
            format!("<plist><dict>\n<key>{name}</key>\n<string>{secret}</string></dict></plist>").into_bytes()
        }),
        // A value that goes on in the next line, whose blanks are none of it, under a name in escapes.
        carrier("long.properties", 2, |text| {
            let (begin, end) = text.split_at(text.len() - 20);
            format!("# \\u9375\n{begin}\\\n        {end}\n").into_bytes()
        }),
        carrier("gzipped.yml", 5, |text| {
            let body = crate::archives::gzip(reply(text).as_bytes());
            format!(
                "interactions:\n- request:\n    uri: https://api.amazon.com/auth/o2/token\n  response:\n    body: {}\n",
                STANDARD.encode(body)
            )
            .into_bytes()
        }),
    ];
    all.iter().for_each(Carrier::proves);
}
