//! `tool-intake-form`: a form, a dialog or a letter asks people for a secret that belongs to them.
//!
//! Asked for are a secret key, a client secret or a Seller Central password; a refresh token alone is
//! what the authorisation of an application gives. Amazon Pay has forms of its own for its keys.
//!
//! A question on the command line is asked of whoever runs the program, so it is none of these.
//! A client secret belongs to an application, which may be the tool's own: it counts in full where the
//! form is about sellers, or asks for the refresh token as well. A setting that is named like a
//! variable of the environment is one of the program itself.

mod letters;

use std::cell::LazyCell;
use std::sync::LazyLock;

use regex::Regex;

use super::{evidence, phrases};
use crate::audit::pattern::{pattern, pattern_in_any_case};
use crate::audit::{DocumentAudit, Fault, Noted, Page, Sought, Wants};
use crate::model::{Confidence, ContextKind, Severity, Span, run_masked};
use crate::rules::{WordSearch, folded, meanings};

fn across_lines(text: &str) -> Regex {
    pattern_in_any_case(&format!("(?s){text}"))
}

/// What forms are made of; ASCII letters in lower case.
const FORM_WORDS: [&str; 30] = [
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
];
/// What letters ask with; ASCII letters in lower case.
const REQUEST_WORDS: [&str; 20] = [
    "send us",
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
];
/// What makes a field of a window.
const ENTRY_WORDS: [&str; 5] = ["entry(", "addtextitem", "qlineedit", "textbox", "textfield("];
static ENTRIES: LazyLock<Sought> = LazyLock::new(|| Sought::of(&ENTRY_WORDS));
static FORMS: LazyLock<Sought> = LazyLock::new(|| Sought::of(&FORM_WORDS));
static REQUESTS: LazyLock<Sought> = LazyLock::new(|| Sought::of(&REQUEST_WORDS));
static LABELLED: LazyLock<Sought> = LazyLock::new(|| Sought::of(&LABELS));

/// An element into which something is typed.
static ELEMENT: LazyLock<Regex> = LazyLock::new(|| {
    across_lines(
        r#"<(?:input|textarea|textbox|passwordbox|textfield|[a-z][\w.-]*(?:field|input|textbox|passwordbox|password))\b[^<>]{0,600}(?:=>[^<>]{0,200})*"#,
    )
});
/// What such an element says it is for.
static ATTRIBUTE: LazyLock<Regex> = LazyLock::new(|| {
    across_lines(
        r#"[\s:@](?:name|id|label|placeholder|v-model(?:\.\w+)?|formcontrolname|title|aria-label|hint|x:name|labeltext|ng-model)\s*=\s*(?:\{\s*)?(?:\w+\(\s*)?["'](?<label>[^"'<>]{3,80})["']"#,
    )
});
/// A caption in front of an element.
static CAPTION: LazyLock<Regex> = LazyLock::new(|| {
    across_lines(
        r"<(?:label|th|td|dt|span|p|div|h\d|formlabel|inputlabel|textblock|text)\b[^<>]{0,200}>(?<label>[^<>{}]{3,80})<",
    )
});
/// Elements far behind a caption are not its own.
const CAPTION_REACH_BYTES: usize = 400;
/// A function that shows a field or a dialog of a program with windows or pages.
static WINDOW: LazyLock<Regex> = LazyLock::new(|| {
    across_lines(
        r#"(?:\bst(?:\.sidebar)?\.text_input|\btext_input|\.text_input|askstring|inputbox|getText|window\.prompt|\bprompt|\btextfield|add_settings_field|form::(?:text|password)|\b(?:char|string|password)field|\bf\.(?:text|password)_field|\blabel|\.setTitle|\.text_field|\.password_field|placeholder_text|setPlaceholderText|PasswordField)\s*\((?<arguments>[^()\n]{0,200}(?:\([^()]{0,60}\)[^()\n]{0,120})?)"#,
    )
});
/// The name a form field is declared under: `mws_secret_key = forms.CharField(`.
static DECLARED: LazyLock<Regex> = LazyLock::new(|| {
    across_lines(
        r#"(?<label>[a-z_][\w]{3,60})\s*=\s*(?:forms\.|wtforms\.|serializers\.)?(?:char|string|password|text)field\s*\("#,
    )
});
/// Of those, what opens a window by itself.
static DIALOG: LazyLock<Regex> =
    LazyLock::new(|| across_lines(r"^(?:askstring|inputbox|getText|window\.prompt|prompt|\.setTitle)"));
/// A variable of the environment, as a literal.
static VARIABLE: LazyLock<Regex> = LazyLock::new(|| pattern(r#"["'][A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+["']"#));
/// A question described by an object: `{ label: "…", type: "password" }`.
static DESCRIBED: LazyLock<Regex> = LazyLock::new(|| {
    across_lines(
        r#"["']?(?:displayname|label|title|question|message)["']?\s*:\s*["'](?<label>[^"'\n]{3,80})["'][^{}\[\]]{0,200}?["']?type["']?\s*:\s*["'](?:password|text|short_text|input|secret)["']"#,
    )
});
/// The caption of a window's label: `lblSecret.Text = "LWA Client Secret"`.
static SET_CAPTION: LazyLock<Regex> = LazyLock::new(|| {
    across_lines(
        r#"\.(?:text|caption|content|headertext|placeholdertext|placeholder)\s*=\s*l?"(?<label>[^"\n]{3,80})"|\b(?:labeltext|hinttext)\s*:\s*['"](?<flutter>[^'"\n]{3,80})['"]"#,
    )
});
/// A field of a form as templates of Ruby write it: `f.password_field :client_secret`.
static RUBY_FIELD: LazyLock<Regex> = LazyLock::new(|| {
    across_lines(r"\b\w+\.(?:text_field|password_field|text_area|input)[\s(]+:(?<label>[a-z_]{4,60})\b")
});
static LITERAL: LazyLock<Regex> =
    LazyLock::new(|| across_lines(r#"["'“](?<label>[^"'“”\n]{3,100})["'”]|:(?<symbol>[a-z_]{4,60})\b"#));
/// What cannot be typed into.
static CLOSED: LazyLock<Regex> = LazyLock::new(|| {
    across_lines(
        r#"type\s*=\s*["']?(?:hidden|checkbox|radio|submit|button|file)\b|\b(?:readonly|disabled)\b(?:\s*=\s*["']?(?:true|readonly|disabled))?\s*(?:/?$|[\w:@])"#,
    )
});

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
        [&ENTRY_WORDS[..], &LABELS, &letters::WANTED_WORDS].concat()
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
                asks.extend(elements(page, part));
                asks.extend(functions(page, part));
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

/// Elements of markup, with what they or their captions say.
fn elements(page: &Page<'_>, part: Span) -> Vec<Ask> {
    let text = page.text.get(part.start..part.end).unwrap_or_default();
    let mut asks = Vec::new();
    let mut elements: Vec<usize> = Vec::new();
    if memchr::memchr(b'<', text.as_bytes()).is_none() {
        return asks;
    }
    for element in ELEMENT.find_iter(text).filter(|element| !CLOSED.is_match(element.as_str())) {
        elements.push(element.start());
        if !LABEL_SEARCH.is_in(element.as_str().as_bytes()) {
            continue;
        }
        let label = ATTRIBUTE
            .captures_iter(element.as_str())
            .filter_map(|found| found.name("label"))
            .find_map(|label| Some((asked(label.as_str())?, label)));
        if let Some((secret, label)) = label {
            let at = span(label, part.start + element.start());
            asks.push(Ask { secret, label: label.as_str().to_owned(), at, who: Who::Visitor });
        }
    }
    for caption in telling(&CAPTION, text).filter_map(|found| found.name("label")) {
        let next = elements.partition_point(|start| *start < caption.end());
        let is_near = elements.get(next).is_some_and(|start| *start < caption.end() + CAPTION_REACH_BYTES);
        if let Some(secret) = asked(caption.as_str()).filter(|_| is_near) {
            let label = caption.as_str().trim().to_owned();
            asks.push(Ask { secret, label, at: span(caption, part.start), who: Who::Visitor });
        }
    }
    asks
}

/// Fields and dialogs that functions make.
fn functions(page: &Page<'_>, part: Span) -> Vec<Ask> {
    let text = page.text.get(part.start..part.end).unwrap_or_default();
    let mut asks = Vec::new();
    let has_entries = LazyCell::new(|| ENTRIES.is_in(page));
    for found in telling(&WINDOW, text) {
        let Some(arguments) = found.name("arguments") else { continue };
        // A column of a table is filled by nobody directly.
        let is_column = found
            .get(0)
            .is_some_and(|whole| text.get(..whole.start()).is_some_and(|t| t.ends_with("models.")));
        if is_column {
            continue;
        }
        let is_caption = found.get(0).is_some_and(|whole| {
            let head = whole.as_str().to_ascii_lowercase();
            head.starts_with("label") || head.starts_with(".settitle")
        });
        if !is_caption || *has_entries {
            let is_dialog = found.get(0).is_some_and(|whole| DIALOG.is_match(whole.as_str()));
            asks.extend(literal(
                part,
                arguments,
                if is_dialog || *has_entries { Who::Anybody } else { Who::Visitor },
            ));
        }
    }
    let captions: &[&LazyLock<Regex>] = if *has_entries { &[&SET_CAPTION] } else { &[] };
    for label in captions
        .iter()
        .flat_map(|p| telling(p, text))
        .filter_map(|found| found.name("label").or_else(|| found.name("flutter")))
    {
        if let Some(secret) = asked(label.as_str()) {
            let at = span(label, part.start);
            asks.push(Ask { secret, label: label.as_str().to_owned(), at, who: Who::Anybody });
        }
    }
    for pattern in [&DECLARED, &DESCRIBED, &RUBY_FIELD] {
        for label in telling(pattern, text).filter_map(|found| found.name("label")) {
            if let Some(secret) = asked(label.as_str()) {
                let who = if is_of_environment(page, part.start + label.start()) {
                    Who::Owner
                } else {
                    Who::Visitor
                };
                let (label, at) = (label.as_str().to_owned(), span(label, part.start));
                asks.push(Ask { secret, label, at, who });
            }
        }
    }
    asks
}

/// Whether the line names a variable of the environment as well.
fn is_of_environment(page: &Page<'_>, at: usize) -> bool {
    VARIABLE.is_match(page.line(page.lines().line_of(at)).0)
}

/// The first literal among arguments that asks for something.
fn literal(part: Span, arguments: regex::Match<'_>, who: Who) -> Option<Ask> {
    LITERAL.captures_iter(arguments.as_str()).find_map(|found| {
        let label = found.name("label").or_else(|| found.name("symbol"))?;
        let secret = asked(label.as_str())?;
        let at = span(label, part.start + arguments.start());
        Some(Ask { secret, label: label.as_str().to_owned(), at, who })
    })
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
