//! Letters and pages that ask in sentences to be sent a secret.

use std::sync::LazyLock;

use regex::Regex;

use super::super::phrases;
use super::{Ask, AskedFor, Who, across_lines, parts, span};
use crate::audit::{Page, Sought};

/// A request to send somebody a secret, in a sentence.
static REQUEST: LazyLock<Regex> = LazyLock::new(|| {
    across_lines(
        r"\b(send|e-?mail|mail|reply|forward|give|share|provide|submit|message|fill)\b.{0,50}\b(us|me|our (team|support|staff|engineers?|office)|support team|back to this|form)\b|\b(reply (to this (e-?mail|message) )?with|provide us|send us|share with us)\b|(入力して(送信|登録)|送信して|お送り|送って|ご?連絡|教えて|お知らせ|ご?記入|ご?提供|ご?提出|フォーム(に|から|へ)|共有して)[^。]{0,12}(ください|下さい|お願い|頂|いただ)|请(提供|发|填写|告知|把)",
    )
});
/// What is asked for in a sentence.
static WANTED: LazyLock<Regex> = LazyLock::new(|| {
    across_lines(
        r"(?<key>(aws|mws|amazon)? ?secret (access )?key|mws (keys|credentials)|シークレット(アクセス)?キー|秘密(キー|鍵)|AWSキー|MWSキー)|(?<secret>(lwa )?client secret|クライアント(シークレット|機密情報)|lwa (credentials|secret)|secret密钥|密钥)|(?<password>(seller ?central|amazon seller|amazon)( account)?( log-?in)? (password|credentials|log-?in (details|info|and password))|(セラーセントラル|アマゾン|Amazon)(アカウント)?の?(管理画面の?)?(ログイン|パスワード|ID)[^。]{0,8}(パスワード|情報|PW)|セラーセントラルのパスワード)",
    )
});

/// One of these stands in whatever [`WANTED`] finds; ASCII letters in lower case.
pub(super) const WANTED_WORDS: [&str; 22] = [
    "secret",
    "credential",
    "password",
    "log-in",
    "login",
    "mws ",
    "lwa ",
    "wsキー",
    "シークレット",
    "秘密",
    "機密",
    "密钥",
    "パスワード",
    "情報",
    "セラーセントラル",
    "アマゾン",
    "amazonの",
    "amazonア",
    "amazon管",
    "amazonロ",
    "amazonパ",
    "amazonid",
];
static WANTED_PLACES: LazyLock<Sought> = LazyLock::new(|| Sought::of(&WANTED_WORDS));

/// Lines of a list that are gone back over to the sentence in front of it.
const LIST_LINES_MAX: usize = 10;

/// Whether a line is one of a list of what the sentence in front of it asks for.
fn is_on_list(page: &Page<'_>, item: &phrases::Sentence) -> bool {
    let marks = ['-', '*', '・', '•', '●', '■', '□', '①', '②', '③', '④', '⑤'];
    let is_item = |line: &str| {
        let line = line.trim_start();
        line.starts_with(marks)
            || line.trim_start_matches(|c: char| c.is_ascii_digit()).starts_with(['.', ')'])
    };
    let own = page.lines().line_of(item.at.start);
    if !is_item(page.line(own).0) || item.text.chars().count() > 60 {
        return false;
    }
    let before = (own.saturating_sub(LIST_LINES_MAX)..own).rev().map(|line| page.line(line).0);
    let head = before.into_iter().find(|line| !line.trim().is_empty() && !is_item(line));
    head.is_some_and(|line| {
        let line = phrases::in_nfkc(line);
        LISTED.is_match(&line) && REQUEST.is_match(&line) && !phrases::is_negated(&line)
    })
}

/// What announces a list.
static LISTED: LazyLock<Regex> =
    LazyLock::new(|| across_lines(r"以下|下記|次の|:\s*$|\bfollowing\b|\bbelow\b|。\s*$"));

/// Sentences that ask to be sent a secret.
pub(super) fn requests(page: &Page<'_>) -> Vec<Ask> {
    let mut asks = Vec::new();
    let mut done = 0;
    let wanted = parts(page, &WANTED_PLACES).into_iter().flat_map(|part| {
        let text = page.text.get(part.start..part.end).unwrap_or_default();
        WANTED.find_iter(text).map(move |wanted| span(wanted, part.start))
    });
    for wanted in wanted {
        let line = page.lines().line_of(wanted.start);
        if line < done {
            continue;
        }
        let lines = line.saturating_sub(2)..(line + 3).min(page.lines().len());
        done = lines.end;
        for sentence in phrases::sentences(page, lines, wanted) {
            let Some(found) = WANTED.captures(&sentence.text) else { continue };
            let is_asked = REQUEST.is_match(&sentence.text) || is_on_list(page, &sentence);
            if !is_asked || phrases::is_negated(&sentence.text) {
                continue;
            }
            let secret = if found.name("key").is_some() {
                AskedFor::Key
            } else if found.name("secret").is_some() {
                AskedFor::Client
            } else {
                AskedFor::Password
            };
            let label = found.get(0).map_or("", |found| found.as_str()).to_owned();
            asks.push(Ask { secret, label, at: sentence.at, who: Who::Anybody });
        }
    }
    asks
}
