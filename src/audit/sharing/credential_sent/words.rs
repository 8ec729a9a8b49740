//! What names mean: of functions, of variables, of what they hold.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Deserialize;

use super::hosts::{Dest, KnownBy};
use crate::rules::{Strength, folded, meanings};

/// `rules/lists/requests.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Words {
    pub(super) verbs: BTreeSet<String>,
    pub(super) shells: BTreeSet<String>,
    pub(super) answers: BTreeSet<String>,
    pub(super) forms: BTreeSet<String>,
    pub(super) readers: BTreeSet<String>,
    pub(super) masked: BTreeSet<String>,
    pub(super) carrying: BTreeSet<String>,
    pub(super) into_first: BTreeSet<String>,
    pub(super) carriers: Vec<String>,
    pub(super) address_names: BTreeSet<String>,
    /// Hosts whose functions others have too, and what a text that means them holds.
    library_words: BTreeMap<String, Vec<String>>,
    services: BTreeMap<String, String>,
    sdks: BTreeMap<String, String>,
}

pub(super) static WORDS: LazyLock<Words> = LazyLock::new(|| {
    toml::from_str(include_str!("../../../../rules/lists/requests.toml"))
        .expect("requests.toml parses: a test reads it")
});

/// Something that must not go to others, or that the inventory tells of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Taint {
    /// The kind, of `names.toml`, or [`ORDERS`].
    pub(super) kind: &'static str,
    /// Whether it is Amazon's by itself.
    pub(super) strength: Strength,
    /// The name that tells it, folded; empty for a value that stands in the text.
    pub(super) name: String,
}

impl Taint {
    /// Whether it is something of a buyer.
    pub(super) fn is_of_buyer(&self) -> bool {
        self.kind == ORDERS && is_of_buyer(&self.name)
    }
}

/// What the inventory calls the data of orders and buyers.
pub(super) const ORDERS: &str = "order-data";

/// Kinds that open something. Passwords under an ordinary name and codes that are used up at once say
/// too little.
const KINDS: [&str; 11] = [
    "client-secret",
    "refresh-token",
    "access-token",
    "restricted-data-token",
    "mws-auth-token",
    "aws-secret-key",
    "aws-session-token",
    "seller-password",
    "totp-seed",
    "session-cookie",
    "private-key",
];
/// Of those, the ones that every service has under the same name.
pub(super) const EVERYBODYS: [&str; 5] =
    ["access-token", "mws-auth-token", "aws-secret-key", "private-key", "totp-seed"];

/// Words at the end of a name that say something about a credential instead of being it.
const ABOUT: [&str; 48] = [
    "status",
    "state",
    "result",
    "count",
    "masked",
    "redacted",
    "hint",
    "ok",
    "valid",
    "invalid",
    "exists",
    "present",
    "preview",
    "prefix",
    "suffix",
    "error",
    "err",
    "msg",
    "message",
    "age",
    "days",
    "date",
    "time",
    "expired",
    "expiring",
    "missing",
    "required",
    "changed",
    "refreshed",
    "updated",
    "rotated",
    "at",
    "in",
    "id",
    "response",
    "request",
    "store",
    "manager",
    "provider",
    "cache",
    "service",
    "client",
    "handler",
    "class",
    "input",
    "found",
    "set",
    "configured",
];
/// Words at the beginning of a name that make it a question.
const QUESTIONS: [&str; 14] = [
    "is", "has", "no", "should", "can", "need", "needs", "missing", "invalid", "use", "with", "without",
    "on", "set",
];

fn words_of(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = ' ';
    for c in name.chars() {
        let goes_on = before.is_alphanumeric() && !(c.is_uppercase() && before.is_lowercase());
        if c.is_alphanumeric() {
            match words.last_mut() {
                Some(word) if goes_on => word.extend(c.to_lowercase()),
                _ => words.push(c.to_lowercase().collect()),
            }
        }
        before = c;
    }
    words
}

/// Tells whether a name says something about a value instead of being it.
pub(super) fn is_about(name: &str) -> bool {
    let words = words_of(name);
    let listed =
        |word: Option<&String>, list: &[&str]| word.is_some_and(|word| list.contains(&word.as_str()));
    listed(words.last(), &ABOUT) || (words.len() > 1 && listed(words.first(), &QUESTIONS))
}

/// Tells what a variable holds, by its name and what leads to it.
pub(super) fn held_by(path: &str) -> Option<Taint> {
    let (scope, name) = path.rsplit_once('.').unwrap_or(("", path));
    if name.len() > 80 || is_about(name) {
        return None;
    }
    if let Some((kind, strength)) = meanings(name, scope).into_iter().find(|(kind, _)| KINDS.contains(kind)) {
        return Some(Taint { kind, strength, name: folded(name) });
    }
    let held = holds_orders(name)
        .then_some(name)
        .or_else(|| scope.split('.').rev().find(|part| is_of_buyer(&folded(part))));
    held.map(|held| Taint { kind: ORDERS, strength: Strength::Own, name: folded(held) })
}

/// Tells whether a folded name is that of something of a buyer.
pub(in crate::audit) fn is_of_buyer(name: &str) -> bool {
    BUYERS.contains(&name)
}

/// What programs call a buyer and what belongs to one, folded.
const BUYERS: [&str; 25] = [
    "buyer",
    "buyerinfo",
    "buyeremail",
    "buyername",
    "buyerphone",
    "buyerphonenumber",
    "buyeraddress",
    "shippingaddress",
    "shipaddress",
    "shipaddress1",
    "shiptoaddress",
    "shipto",
    "deliveryaddress",
    "recipient",
    "recipientname",
    "recipientaddress",
    "shipphonenumber",
    "customeremail",
    "customeraddress",
    "customerphone",
    "giftmessage",
    "giftmessagetext",
    "購入者",
    "購入者名",
    "お届け先",
];

/// Tells whether a name is one of orders or of a buyer.
fn holds_orders(name: &str) -> bool {
    let folded = folded(name);
    let exact = [
        "order",
        "orders",
        "orderitems",
        "orderlist",
        "ordersdata",
        "orderdata",
        "amazonorder",
        "amazonorders",
        "amazonorderid",
        "注文",
    ];
    exact.contains(&folded.as_str()) || is_of_buyer(&folded)
}

/// Tells what a function gives that gets or makes a credential.
pub(super) fn given_by(name: &str, has_arguments: bool) -> Option<Taint> {
    let words = words_of(name);
    let makes = [
        "get", "fetch", "load", "read", "obtain", "retrieve", "create", "issue", "request", "refresh", "new",
        "lwa", "exchange",
    ];
    let first = words.first().map(String::as_str).unwrap_or_default();
    if !makes.contains(&first) && has_arguments {
        return None;
    }
    let taint = held_by(name).filter(|taint| taint.kind != ORDERS);
    taint.or_else(|| {
        let orders = [
            "getorders",
            "getorder",
            "getorderitems",
            "searchorders",
            "listorders",
            "getorderbuyerinfo",
            "getorderaddress",
        ];
        let name = folded(name);
        // What an order of a client gives, in languages that ask for it by a call.
        let of_buyer = name.strip_prefix("get").filter(|of| !has_arguments && is_of_buyer(of));
        let given = of_buyer.or_else(|| orders.contains(&name.as_str()).then_some("orders"));
        given.map(|given| Taint { kind: ORDERS, strength: Strength::Own, name: given.to_owned() })
    })
}

/// Tells whom the name of a variable sends to.
pub(super) fn dest_of_name(path: &str) -> Option<Dest> {
    let folded = folded(path);
    let last = path.rsplit('.').next().unwrap_or(path);
    let words = words_of(last);
    let is_address = ["url", "uri", "endpoint", "webhook", "hook", "hookurl", "host"]
        .iter()
        .any(|word| words.iter().any(|w| w == word))
        || folded.ends_with("webhook")
        || folded.ends_with("webhookurl");
    if !is_address {
        return None;
    }
    let amazon = ["lwa", "amazon", "amzn", "spapi", "sellingpartner", "mws"];
    let all_words = words_of(path);
    if amazon
        .iter()
        .any(|word| all_words.iter().any(|w| w == word) || (word.len() > 4 && folded.contains(word)))
    {
        return Some(Dest::named("api.amazon.com"));
    }
    service_in(path).map(Dest::named).or_else(|| folded.contains("webhook").then(|| Dest::named("")))
}

fn service_in(path: &str) -> Option<&'static str> {
    let whole = folded(path);
    let words = words_of(path);
    let is_named = |service: &str| {
        words.iter().any(|word| word == service) || (service.len() > 5 && whole.contains(service))
    };
    WORDS.services.iter().find(|(service, _)| is_named(service)).map(|(_, host)| host.as_str())
}

/// Tells whom a function sends to, by the library it is of or by what it calls itself.
pub(super) fn dest_of_call(path: &str) -> Option<Dest> {
    let called: Vec<String> = path.split('.').map(folded).collect();
    let called = called.join(".");
    let is_of =
        |end: &str| called.strip_suffix(end).is_some_and(|before| before.is_empty() || before.ends_with('.'));
    if let Some((_, host)) = WORDS.sdks.iter().find(|(end, _)| is_of(end)) {
        return Some(Dest { known_by: KnownBy::Library, ..Dest::named(host) });
    }
    let words = words_of(path);
    let sends = ["send", "post", "notify", "push", "alert", "report", "notification", "message"];
    let is_sending = words.iter().any(|word| sends.contains(&word.as_str()));
    is_sending.then(|| service_in(path)).flatten().map(Dest::named)
}

/// Whether a text in lower case speaks of the library whose function it seems to call: others have
/// functions of the same name.
pub(super) fn is_of_its_library(dest: &Dest, folded: &str) -> bool {
    let of_library =
        WORDS.library_words.get(dest.host.as_str()).filter(|_| dest.known_by == KnownBy::Library);
    of_library.is_none_or(|words| words.iter().any(|word| folded.contains(word.as_str())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_hold() {
        for (path, kind) in [
            ("LWA_CLIENT_SECRET", Some("client-secret")),
            ("self.refresh_token", Some("refresh-token")),
            ("refresh_token_expires_at", None),
            ("hasRefreshToken", None),
            ("lwaRefreshTokenStatus", None),
            ("spapi.refreshToken", Some("refresh-token")),
            ("webhook_url", None),
            ("orders", Some(ORDERS)),
            ("password", None),
        ] {
            assert_eq!(held_by(path).map(|taint| taint.kind), kind, "{path}");
        }
    }

    #[test]
    fn names_lead_somewhere() {
        for (path, host) in [
            ("SLACK_WEBHOOK_URL", Some("slack.com")),
            ("config.slack.webhook", Some("slack.com")),
            ("LWA_ENDPOINT", Some("api.amazon.com")),
            ("webhook_url", Some("")),
            ("url", None),
            ("slack_channel", None),
        ] {
            assert_eq!(dest_of_name(path).map(|dest| dest.host).as_deref(), host, "{path}");
        }
        assert!(dest_of_call("slack_client.chat_postMessage").is_some());
        assert!(dest_of_call("notifySlack").is_some());
        assert!(dest_of_call("requests.post").is_none());
    }

    #[test]
    fn lists_are_folded() {
        let lists =
            [&WORDS.verbs, &WORDS.shells, &WORDS.forms, &WORDS.readers, &WORDS.masked, &WORDS.carrying];
        for word in lists.into_iter().flatten() {
            assert_eq!(*word, folded(word));
        }
    }
}
