//! `tool-intake-form`: a form, a dialog or a letter asks people for a secret that belongs to them.
//!
//! Asked for are a secret key, a client secret or a Seller Central password; a refresh token alone is
//! what the authorisation of an application gives. Amazon Pay has forms of its own for its keys.
//!
//! A question on the command line is asked of whoever runs the program, so it is none of these.
//! A client secret belongs to an application, which may be the tool's own: it counts in full where the
//! form is about sellers, or asks for the refresh token as well. A setting that is named like a
//! variable of the environment is one of the program itself.

mod controls;
mod letters;

use std::sync::LazyLock;

use regex::Regex;

use super::{evidence, phrases};
use crate::audit::pattern::pattern_in_any_case;
use crate::audit::{DocumentAudit, Fault, Noted, Page, Sought, Wants};
use crate::model::{Confidence, ContextKind, Severity, Span, run_masked};
use crate::rules::{WordSearch, folded, meanings};

fn across_lines(text: &str) -> Regex {
    pattern_in_any_case(&format!("(?s){text}"))
}

/// What forms are made of; ASCII letters in lower case.
const FORM_WORDS: [&str; 69] = [
    "<input",
    "<textarea",
    "textfield",
    "text-field",
    "text_field",
    "password_field",
    "text_input",
    "textinput",
    "inputbox",
    "passwordbox",
    "textbox",
    "formcontrol",
    "form.control",
    "form-control",
    "v-model",
    "charfield",
    "stringfield",
    "passwordfield",
    "askstring",
    "entry(",
    "qlineedit",
    "addtextitem",
    "add_settings_field",
    "form::",
    "prompt(",
    "short_text",
    "displayname",
    "type: 'password'",
    "type: \"password\"",
    "\"type\": \"password\"",
    "edittext",
    "securefield",
    "textformfield",
    "inputtext",
    "asp-for",
    "form:password",
    "form:input",
    "ui.input",
    "gr.text",
    "dcc.input",
    "sg.input",
    "ctkentry",
    "passwordinput",
    "textinput::make",
    "jpasswordfield",
    "passwordtype",
    "f.input",
    "<.input",
    "passwordfor(",
    "textboxfor(",
    "...register(",
    "[text",
    "[password",
    "=> 'password'",
    "=> \"password\"",
    "\"type\":\"text\"",
    "\"type\": \"text\"",
    "\"type\":\"password\"",
    "'text', name",
    "'password', name",
    ": tedit",
    "hint_text",
    "placeholdertext",
    "form_label",
    "form_row",
    "form_widget",
    "type=\"password\"",
    "type='password'",
    "single_line_text",
];
/// What letters ask with; ASCII letters in lower case.
const REQUEST_WORDS: [&str; 84] = [
    "send us",
    "e-mail your",
    "email your",
    "mail your",
    "send your",
    "頂けます",
    "願います",
    "頂戴",
    "もらえます",
    "send me",
    "reply with",
    "email us",
    "e-mail us",
    "mail us",
    "share with us",
    "provide us",
    "with our team",
    "to our team",
    "our onboarding",
    "the form",
    "this form",
    "ください",
    "下さい",
    "お願い",
    "いただ",
    "请提供",
    "请发",
    "请填写",
    "with our",
    "to our",
    "need your",
    "send them",
    "send it",
    "senden",
    "schicken",
    "schick",
    "benötigen",
    "envoyez",
    "transmettez",
    "merci de nous",
    "envíe",
    "envie",
    "nos mande",
    "inviateci",
    "必須",
    "設問",
    "申込",
    "申し込み",
    "请把",
    "请将",
    "发给",
    "questionnaire",
    "could you",
    "can you",
    "would you",
    "kindly",
    "upload",
    "everything to",
    "from you",
    "주세요",
    "주시",
    "주십",
    "預か",
    "再提出",
    "dm me",
    "pm me",
    "message me",
    "text me",
    "give me",
    "following details",
    "following info",
    "弊社",
    "当社",
    "hand us",
    "everything",
    "please provide",
    "please share",
    "will need",
    "回答欄",
    "記入欄",
    "ヒアリング",
    "伺い",
    "送って",
    "教えて",
];
static FORMS: LazyLock<Sought> = LazyLock::new(|| Sought::of(&FORM_WORDS));
static REQUESTS: LazyLock<Sought> = LazyLock::new(|| Sought::of(&REQUEST_WORDS));
static LABELLED: LazyLock<Sought> = LazyLock::new(|| Sought::of(&LABELS));

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum AskedFor {
    Key,
    Client,
    Password,
    /// No fault by itself.
    Refresh,
}

impl AskedFor {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Key => "secret-key",
            Self::Client => "client-secret",
            Self::Password => "seller-central-password",
            Self::Refresh => "refresh-token",
        }
    }
}

/// A place that asks.
struct Ask {
    secret: AskedFor,
    label: String,
    at: Span,
    who: Who,
}

/// Who is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Who {
    /// Whoever opens a window or gets a letter.
    Anybody,
    /// Whoever opens a page, which may be one for the owner of the program.
    Visitor,
    /// Whoever sets the program up.
    Owner,
}

pub(super) struct ToolIntake;

impl DocumentAudit for ToolIntake {
    fn rule(&self) -> &'static str {
        "tool-intake-form"
    }

    fn wants(&self) -> Wants {
        let words: Vec<&str> = FORM_WORDS.iter().chain(&REQUEST_WORDS).copied().collect();
        Wants::words(&words)
    }

    fn notices(&self) -> Vec<&'static str> {
        [&controls::ENTRY_WORDS[..], &LABELS, &letters::WANTED_WORDS].concat()
    }

    fn judge(&self, page: &Page<'_>, noted: &mut Noted) {
        let is_of = |kind| page.context.proof(kind).is_some();
        let is_of_amazon = is_of(ContextKind::Seller) || is_of(ContextKind::Account);
        // Shops type the keys of Amazon Pay into the shop's own plug-in, as Amazon tells them to.
        if !is_of_amazon || is_of(ContextKind::Pay) || is_drawn_by_test(page.path()) {
            return;
        }
        let mut asks = if REQUESTS.is_in(page) { letters::requests(page) } else { Vec::new() };
        if FORMS.is_in(page) {
            for part in parts(page, &LABELLED) {
                asks.extend(controls::elements(page, part));
                asks.extend(controls::functions(page, part));
                asks.extend(controls::shortcodes(page, part));
            }
        }
        let refresh: Vec<Span> =
            asks.iter().filter(|ask| ask.secret == AskedFor::Refresh).map(|ask| ask.at).collect();
        asks.sort_by_key(|ask| (ask.secret, ask.who, ask.at));
        asks.dedup_by_key(|ask| ask.secret);
        for ask in asks.iter().filter(|ask| ask.secret != AskedFor::Refresh) {
            let fault = Fault::of([ask.secret.as_str()]).with([evidence("label", run_masked(&ask.label), 0)]);
            let is_about_sellers = || {
                refresh.iter().any(|other| is_one_form(page, ask.at, *other)) || AUDIENCE.is_match(page.text)
            };
            noted.fault(ask.at, weighed(ask, fault, is_about_sellers));
        }
    }
}

/// Whom a form is for, where it is for sellers.
static AUDIENCE: LazyLock<Regex> = LazyLock::new(|| {
    across_lines(
        r"\byour (amazon|seller|store|shop|account|sp-api|selling|mws|aws|own)|\b(connect|link|add|register)( an?| your| new)* (amazon|seller|store|shop|marketplace) ?(account|store)?|\b(sign ?up|onboard\w*|subscribers?|merchant[_ -]?id|seller[_ -]?id)\b|出品者|セラーID|マーチャント|店舗|ショップ|お客様|会員登録|連携|ご契約|貴社|利用者|お店",
    )
});

fn weighed(ask: &Ask, fault: Fault, is_about_sellers: impl Fn() -> bool) -> Fault {
    let why = match ask.who {
        Who::Owner => "named like a variable of the environment: a setting of the program itself",
        Who::Visitor if ask.secret == AskedFor::Client && !is_about_sellers() => {
            "may be the secret of the tool's own application"
        }
        Who::Visitor | Who::Anybody => return fault,
    };
    fault.severity(Severity::Low, why).confidence(Confidence::Low)
}

/// Bytes between two fields of one form, at most.
const FORM_BYTES_MAX: usize = 4 << 10;

/// Whether two fields are in the same form.
fn is_one_form(page: &Page<'_>, one: Span, other: Span) -> bool {
    let between = page.folded.get(one.end.min(other.end)..one.start.max(other.start)).unwrap_or_default();
    between.len() <= FORM_BYTES_MAX && !between.contains("</form")
}

/// Pages as tests draw them are no forms.
fn is_drawn_by_test(path: &str) -> bool {
    path.ends_with(".snap") || path.contains("__snapshots__/") || path.contains(".stories.")
}

/// Tells what a caption or a name asks for.
fn asked(label: &str) -> Option<AskedFor> {
    let label = phrases::in_nfkc(label.trim());
    if FAILURE.is_match(&label) {
        return None;
    }
    let of_meaning = meanings(&label, "").into_iter().find_map(|(kind, _)| match kind {
        "aws-secret-key" => Some(AskedFor::Key),
        "client-secret" => Some(AskedFor::Client),
        "seller-password" => Some(AskedFor::Password),
        "refresh-token" => Some(AskedFor::Refresh),
        _ => None,
    });
    let name = folded(&label);
    let is_login = [
        "sellercentralpass",
        "amazonpass",
        "セラーセントラルパスワード",
        "amazonパスワード",
        "amazonのパスワード",
    ];
    of_meaning.or_else(|| is_login.iter().any(|login| name.contains(login)).then_some(AskedFor::Password))
}

/// What says that something went wrong asks for nothing.
static FAILURE: LazyLock<Regex> = LazyLock::new(|| {
    across_lines(
        r"^(?:invalid|missing|expired|wrong|incorrect|unknown|bad|no|could not|failed)\b|(?:is|was|has) (?:invalid|missing|expired|wrong|incorrect)\b|(?:が|は)(?:無効|正しく|未設定|不正|期限切れ)",
    )
});

/// Where something found in a part of a page is in the page.
fn span(found: regex::Match<'_>, offset: usize) -> Span {
    Span::new(offset + found.start(), offset + found.end())
}

/// What every label asks for contains one of these; ASCII letters in lower case.
const LABELS: [&str; 10] = [
    "secret",
    "refresh",
    "リフレッシュ",
    "シークレット",
    "ｼｰｸﾚｯﾄ",
    "秘密",
    "機密",
    "パスワード",
    "amazon_pass",
    "central",
];
static LABEL_SEARCH: LazyLock<WordSearch> = LazyLock::new(|| WordSearch::new(&LABELS.map(str::to_owned)));
/// Bytes on either side of such a word that are looked at.
const PART_BYTES: usize = 1 << 10;

/// The parts of a text in which something could be asked for, ascending and apart. A large text
/// costs no more than what it asks.
fn parts(page: &Page<'_>, words: &Sought) -> Vec<Span> {
    let around = |at: usize| {
        let start = page.text.floor_char_boundary(at.saturating_sub(PART_BYTES));
        Span::new(start, page.text.ceil_char_boundary(at + PART_BYTES))
    };
    crate::model::united(words.places(page).into_iter().map(around).collect())
}

/// Matches that hold a word of a label: where groups begin is asked of few.
fn telling<'t>(pattern: &'t Regex, text: &'t str) -> impl Iterator<Item = regex::Captures<'t>> {
    let matches = pattern.find_iter(text).filter(|found| LABEL_SEARCH.is_in(found.as_str().as_bytes()));
    matches.filter_map(|found| pattern.captures_at(text, found.start()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn captions_are_understood() {
        for (label, secret) in [
            ("MWS Secret Key", Some(AskedFor::Key)),
            ("LWA Client Secret", Some(AskedFor::Client)),
            ("クライアントシークレット", Some(AskedFor::Client)),
            ("seller_central_password", Some(AskedFor::Password)),
            ("Refresh Token", Some(AskedFor::Refresh)),
            ("Password", None),
            ("Seller ID", None),
        ] {
            assert_eq!(asked(label), secret, "{label}");
        }
    }
}
