//! `credential-sent-to-third-party`: a credential reaches a request to a host that is not Amazon's.
//!
//! Only documents that name a credential, a request and somebody else are parsed. A name that every
//! service has (`refresh_token`) counts where the text shows that it is Amazon's; a host is somebody
//! else's where its address, its library or its name says so, and an unknown variable says nothing.

mod braces;
mod calls;
mod code;
mod flow;
mod grammar;
mod hosts;
mod kinds;
mod literal;
mod nodes;
mod parts;
mod shell;
mod sink;
mod tokens;
mod value;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;

pub(in crate::audit) use self::flow::Flow;
use self::flow::Sent;
use self::hosts::{Dest, Party};
use self::sink::SINK;
pub use self::sink::Sink;
use super::{evidence, listed};
use crate::audit::pattern::pattern;
use crate::audit::{DocumentAudit, Fault, Noted, Page, Sought, Wants};
use crate::model::{Confidence, ContextKind, Masked, Severity, Span, random_masked};
use crate::rules::Strength;

/// Bytes of a text that is parsed: larger ones are made by machines.
const BYTES_MAX: usize = 1 << 20;

/// What requests are made with; ASCII letters in lower case.
const WORDS: [&str; 73] = [
    "requests.",
    "httpx",
    "urlopen",
    "urllib",
    "aiohttp",
    "http.client",
    "session.post",
    "fetch(",
    "axios",
    "got.",
    "got(",
    "superagent",
    "xmlhttprequest",
    "sendbeacon",
    ".ajax(",
    "$.post",
    "needle",
    "urlfetchapp",
    "curl",
    "wget",
    "guzzle",
    "file_get_contents",
    "wp_remote_",
    "http::",
    "net::http",
    "httparty",
    "faraday",
    "restclient",
    "httpclient",
    "postasync(",
    "postasjsonasync",
    "putasync(",
    "putasjsonasync",
    "sendasync(",
    "webclient",
    "webrequest",
    "httprequest",
    "okhttp",
    "newcall(",
    "resttemplate",
    "openconnection",
    "reqwest",
    "ureq::",
    "urlrequest",
    "urlsession",
    "io.ktor",
    "http.post",
    "http.newrequest",
    "resty",
    "invoke-restmethod",
    "invoke-webrequest",
    "postmessage",
    "webhook",
    "sentry",
    "httppost",
    "https.request",
    "http.request",
    "$http",
    "telegram",
    "chatwork",
    "mixpanel",
    "posthog",
    "openai",
    "anthropic",
    "deepl",
    "generativeai",
    "genai",
    "gspread",
    "spreadsheets.values",
    "->post(",
    "googletrans",
    "cloud import translate",
    "cloud/translate",
];

const SECRET_STORE: &str = "secret-store";
const UNKNOWN: &str = "other";

/// Words that make a function one about Amazon.
const AMAZON_WORDS: [&str; 10] = [
    "amazon",
    "sp_api",
    "sp-api",
    "spapi",
    "sellingpartner",
    "selling_partner",
    "selling partner",
    "lwa",
    "seller",
    "mws",
];
/// Other services whose clients have secrets of the same names.
const OTHER_WORDS: [&str; 12] = [
    "google",
    "shopify",
    "ebay",
    "rakuten",
    "yahoo",
    "oauth",
    "salesforce",
    "microsoft",
    "quickbooks",
    "xero",
    "stripe",
    "paypal",
];

/// What a text must hold somewhere if something of value is in it.
const VALUABLES: [&str; 19] = [
    "secret",
    "refresh",
    "accesstoken",
    "access_token",
    "authtoken",
    "auth_token",
    "password",
    "private_key",
    "privatekey",
    "秘密",
    "トークン",
    "シークレット",
    "getorder",
    "get_order",
    "orders",
    "buyerinfo",
    "buyer_info",
    "shippingaddress",
    "shipping_address",
];

/// Names of services that programs send to.
const SERVICES: [&str; 21] = [
    "webhook",
    "slack",
    "discord",
    "chatwork",
    "telegram",
    "sentry",
    "mixpanel",
    "posthog",
    "openai",
    "anthropic",
    "rollbar",
    "line_bot",
    "linebot",
    "deepl",
    "generativeai",
    "genai",
    "gspread",
    "spreadsheets.values",
    "googletrans",
    "cloud import translate",
    "cloud/translate",
];

/// Hosts that stand in heads of files and in references, to which nobody sends anything.
const REFERENCES: [&str; 24] = [
    "www.apache.org",
    "apache.org",
    "opensource.org",
    "www.w3.org",
    "w3.org",
    "github.com",
    "www.github.com",
    "openapi-generator.tech",
    "swagger.io",
    "schemas.microsoft.com",
    "json-schema.org",
    "www.gnu.org",
    "stackoverflow.com",
    "developer.mozilla.org",
    "docs.python.org",
    "www.npmjs.com",
    "packagist.org",
    "getcomposer.org",
    "maven.apache.org",
    "docs.microsoft.com",
    "www.php.net",
    "php.net",
    "en.wikipedia.org",
    "docs.github.com",
];

/// One search each.
static REQUESTED: LazyLock<Sought> = LazyLock::new(|| Sought::of(&WORDS));
static VALUED: LazyLock<Sought> = LazyLock::new(|| Sought::of(&VALUABLES));
static SERVED: LazyLock<Sought> = LazyLock::new(|| Sought::of(&SERVICES));
static ADDRESSES: LazyLock<Sought> = LazyLock::new(|| Sought::of(&[ADDRESS]));
/// What stands behind the scheme of an address: so common that it is looked for in few pages alone.
const ADDRESS: &str = "://";

pub(super) struct CredentialSent;

impl DocumentAudit for CredentialSent {
    fn rule(&self) -> &'static str {
        "credential-sent-to-third-party"
    }

    fn wants(&self) -> Wants {
        Wants::words(&WORDS)
    }

    fn notices(&self) -> Vec<&'static str> {
        [&VALUABLES[..], &SERVICES].concat()
    }

    fn judge(&self, page: &Page<'_>, noted: &mut Noted) {
        if !is_worth_parsing(page) {
            return;
        }
        let flow = followed(page);
        let amazons = flow.amazons(|dest| dest.party(page.own) == Party::Amazon);
        let mut calls: BTreeMap<(usize, &str), Vec<(&Sent, Confidence)>> = BTreeMap::new();
        for sent in &flow.sent {
            if let Some(confidence) = certainty(page, sent, &amazons) {
                calls.entry((sent.at.start, &sent.dest.host)).or_default().push((sent, confidence));
            }
        }
        calls.values().for_each(|sent| note(page, sent, noted));
    }
}

/// Data of orders that a program sends to somebody else.
#[derive(Debug)]
pub(in crate::audit) struct OrdersSent {
    /// The call.
    pub(in crate::audit) at: Span,
    /// The host, masked.
    pub(in crate::audit) host: Masked,
    /// Its category in `recipients.toml`.
    pub(in crate::audit) category: &'static str,
    /// What the program calls what it sends, folded.
    pub(in crate::audit) what: String,
    /// Whether that is a buyer's datum, and not an order that may hold none.
    pub(in crate::audit) is_buyers: bool,
    /// How sure the destination is.
    pub(in crate::audit) confidence: Confidence,
}

/// Returns the data of Amazon's orders that a text sends to others.
pub(in crate::audit) fn orders_sent(page: &Page<'_>) -> Vec<OrdersSent> {
    let is_amazons = page.context.proof(ContextKind::Seller).is_some() || page.folded.contains("amazonorder");
    let is_short = page.text.len() <= BYTES_MAX;
    if !is_amazons || !is_short || !REQUESTED.is_in(page) || !names_somebody(page) {
        return Vec::new();
    }
    let of_sent = |sent: &Sent| {
        if !words::is_of_its_library(&sent.dest, page.folded) {
            return None;
        }
        let category = category_of(page, &sent.dest)?;
        let what = Some(&sent.taint.name).filter(|name| !name.is_empty() && !name.ends_with("orderid"))?;
        let shown = random_masked(if sent.dest.host.is_empty() { "webhook" } else { &sent.dest.host });
        let confidence = if Flow::is_sure(&sent.dest) { Confidence::High } else { Confidence::Medium };
        let is_buyers = words::is_of_buyer(what);
        Some(OrdersSent { at: sent.at, host: shown, category, what: what.clone(), is_buyers, confidence })
    };
    followed(page).sent.iter().filter(|sent| sent.taint.kind == words::ORDERS).filter_map(of_sent).collect()
}

/// The programs of a page, followed once for all who ask.
fn followed<'p>(page: &'p Page<'_>) -> &'p Flow<'p> {
    page.flow.get_or_init(|| {
        let mut flow = Flow::new(page.credentials, Span::new(0, page.text.len()));
        for steps in parts::programs(page) {
            flow.follow(&steps);
        }
        flow
    })
}

/// A cheap look: something of value, and somebody else to whom it could go.
fn is_worth_parsing(page: &Page<'_>) -> bool {
    let is_valued = || page.secrets().next().is_some() || VALUED.is_in(page);
    page.text.len() <= BYTES_MAX && is_valued() && names_somebody(page)
}

/// Whether a text names somebody to whom something could go.
fn names_somebody(page: &Page<'_>) -> bool {
    let folded = page.folded;
    let is_foreign = |at: usize| {
        let head =
            folded.get(..at).and_then(|head| head.rsplit('\n').next()).unwrap_or_default().trim_start();
        let is_comment = ["*", "/*", "//", "<!--", "\"\"\""].iter().any(|mark| head.starts_with(mark));
        let rest = folded.get(at..).unwrap_or_default();
        let rest = rest.get(..rest.floor_char_boundary(120)).unwrap_or_default();
        !is_comment
            && Dest::of_text(&format!("https{rest}")).is_none_or(|dest| {
                // What generators of clients write where no address is used at all.
                let is_unused = dest.is_placeholder() && head.contains("dummy_");
                let is_party =
                    !is_unused && matches!(dest.party(page.own), Party::Other(_) | Party::SecretStore);
                is_party && !REFERENCES.contains(&dest.host.as_str())
            })
    };
    SERVED.is_in(page) || ADDRESSES.places(page).into_iter().any(is_foreign) || HOST.is_match(folded)
}

/// A host that a client gets without a scheme.
static HOST: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"(?-u)host(?:name)?["']?\s*(?::|=>?)\s*["'][a-z0-9-]+\.[a-z0-9.-]+["']"#));

/// Whose category a destination is in, where it is no part of the house.
fn category_of(page: &Page<'_>, dest: &Dest) -> Option<&'static str> {
    match dest.party(page.own) {
        Party::Amazon | Party::Own => None,
        Party::SecretStore => Some(SECRET_STORE),
        Party::Other(category) => Some(category.unwrap_or(UNKNOWN)),
    }
}

/// Notes what one call sends to one host.
fn note(page: &Page<'_>, all: &[(&Sent, Confidence)], noted: &mut Noted) {
    let Some((first, _)) = all.first() else { return };
    let (dest, at) = (&first.dest, first.at);
    let Some(category) = category_of(page, dest) else { return };
    let shown = random_masked(if dest.host.is_empty() { "webhook" } else { &dest.host });
    let mut kinds: BTreeMap<&'static str, Confidence> = BTreeMap::new();
    for (sent, confidence) in all {
        let sure = kinds.entry(sent.taint.kind).or_insert(*confidence);
        *sure = (*sure).max(*confidence);
    }
    for (kind, confidence) in &kinds {
        let sink = Sink { host: shown.as_str().to_owned(), category, kind, confidence: *confidence };
        noted.fact(SINK, sink.written(), at);
    }
    kinds.remove(words::ORDERS);
    let Some(confidence) = kinds.values().copied().max() else { return };
    if category == SECRET_STORE {
        return;
    }
    let parts = std::iter::once(shown.as_str()).chain(kinds.keys().copied());
    let credentials = kinds.keys().map(|kind| evidence("credential", listed(kind), 0));
    let fault = Fault::of(parts)
        .with([evidence(if category == UNKNOWN { "recipient" } else { category }, shown.clone(), 0)])
        .with(credentials)
        .confidence(confidence);
    let fault = match (dest.is_placeholder(), dest.host.is_empty()) {
        (true, _) => fault.severity(Severity::Low, "the host is one of a guide"),
        (_, true) => fault.severity(Severity::Medium, "whose webhook it is does not stand in the text"),
        _ => fault,
    };
    noted.fault(at, fault);
}

/// How sure it is that the credential is Amazon's and goes there, if it is sure enough.
fn certainty(page: &Page<'_>, sent: &Sent, amazons: &BTreeSet<String>) -> Option<Confidence> {
    if !words::is_of_its_library(&sent.dest, page.folded) {
        return None;
    }
    let category = category_of(page, &sent.dest)?;
    let of_dest = match (sent.dest.host.is_empty(), Flow::is_sure(&sent.dest)) {
        (true, _) => Confidence::Low,
        (_, false) => Confidence::Medium,
        _ => Confidence::High,
    };
    if sent.taint.strength == Strength::Own {
        return Some(of_dest);
    }
    // A name that every service has: its own secret is shown to it when a token is asked for.
    if sent.is_sign_in || words::EVERYBODYS.contains(&sent.taint.kind) {
        return None;
    }
    let is_amazons = amazons.contains(&sent.taint.name) || {
        let function = page.folded.get(sent.function.start..sent.function.end).unwrap_or_default();
        let path = page.path().to_ascii_lowercase();
        let says = |words: &[&str]| words.iter().any(|word| function.contains(word));
        let says_amazon = says(&AMAZON_WORDS) || AMAZON_WORDS.iter().any(|word| path.contains(word));
        let is_receiver = category != UNKNOWN && !says(&OTHER_WORDS);
        page.context.proof(ContextKind::Seller).is_some() && (says_amazon || is_receiver)
    };
    is_amazons.then_some(of_dest.min(Confidence::Medium))
}

#[cfg(test)]
mod tests;
