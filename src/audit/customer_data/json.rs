//! `order-json`: answers of the Orders API with buyers in them, of both generations, and those of MWS.

use std::sync::LazyLock;

use regex::Regex;

use super::people::{From, People, people};
use super::{amazon, counted_columns, is_model, report};
use crate::audit::pattern::pattern;
use crate::audit::{DocumentAudit, Fault, Noted, Page, Veil, Wants};
use crate::model::Span;
use crate::rules::decoded_base64;

pub(super) struct OrderJson;

/// The first name of an answer that stands in a string of another document.
static ESCAPED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"\\"(?:AmazonOrderId|BuyerInfo|ShippingAddress|amazonOrderId|buyerEmail|buyerName|deliveryAddress)\\""#,
    )
});
/// The body of an answer in a recording of a browser.
static RECORDED: LazyLock<Regex> = LazyLock::new(|| pattern(r#""text"\s*:\s*"([A-Za-z0-9+/]{160,}={0,2})""#));
/// Bodies of one recording that are looked into.
const BODIES_MAX: usize = 200;

/// The buyers of answers that stand in strings: saved in a collection of requests, or recorded with
/// what a browser got, there as base64 as well.
fn within_strings(page: &Page<'_>) -> Option<People> {
    if let Some(found) = ESCAPED.find(page.text) {
        let text = page.text.replace("\\n", " ").replace("\\\"", "\"");
        return within(page, &text, Span::new(found.start() + 2, found.end() - 2));
    }
    if !(page.folded.contains("\"encoding\"") && page.folded.contains("base64")) {
        return None;
    }
    RECORDED.captures_iter(page.text).take(BODIES_MAX).find_map(|found| {
        let (whole, body) = (found.get(0)?, found.get(1)?);
        let text = String::from_utf8(decoded_base64(body.as_str().as_bytes())?).ok()?;
        within(page, &text, Span::new(whole.start() + 1, whole.start() + 5))
    })
}

/// The buyers of a text within the page, shown where it stands there.
fn within(page: &Page<'_>, text: &str, at: Span) -> Option<People> {
    let folded = text.to_ascii_lowercase();
    let inner = Page::new((page.origin, page.inner), (text, &folded, true), page.context, &[], page.own);
    let is_orders = amazon::of_orders(&inner) && page.window.owns(at.start);
    let people = people(&inner, From::Objects);
    (is_orders && people.first.is_some()).then_some(People { first: Some(at), ..people })
}

impl DocumentAudit for OrderJson {
    fn rule(&self) -> &'static str {
        "order-json"
    }

    fn wants(&self) -> Wants {
        Wants::words_anywhere(&[
            "buyeremail",
            "buyername",
            "buyerinfo",
            "shippingaddress",
            "deliveryaddress",
            "destinationaddress",
            "shiptoaddress",
            "buyer_email",
            "buyer_name",
            "buyer-email",
            "buyer-name",
            "recipient-name",
            "ship-address",
            "recipient_name",
            "ship_address",
            "recipientname",
            "shipaddress",
            "\"encoding\"",
            "shipping_address",
            "delivery_address",
            "shiptoparty",
            "addressline1",
            "address_line1",
            "address_line_1",
        ])
    }

    fn notices(&self) -> Vec<&'static str> {
        amazon::NAMES.to_vec()
    }

    fn judges_every_version(&self) -> bool {
        true
    }

    fn judge(&self, page: &Page<'_>, noted: &mut Noted) {
        // A report in XML has its own rule.
        let is_report = || {
            report::may_be_xml(page.folded)
                && (page.folded.contains("<addressfieldone") || page.folded.contains("<buyeremailaddress"))
        };
        if is_model(page) || is_report() {
            return;
        }
        let is_orders = amazon::of_orders(page)
            || (page.folded.contains("marketplaceid") && page.folded.contains("buyer"));
        let mut people = if is_orders { people(page, From::Objects) } else { People::default() };
        if people.first.is_none() {
            people = within_strings(page).unwrap_or_default();
        }
        let Some(at) = people.first else { return };
        let fault = Fault::of(["orders"])
            .with(counted_columns(people.names.iter().map(String::as_str)))
            .counting("orders", people.count)
            .veiled(Veil::Surroundings);
        noted.fault(at, fault);
    }
}
