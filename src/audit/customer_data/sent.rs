//! `customer-data-sent-to-third-party`: a buyer's data reaches a request to a chat, an AI, a
//! translation, an analytics or an automation service.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::audit::sharing::{OrdersSent, orders_sent};
use crate::audit::{DocumentAudit, Fault, Noted, Page, Sought, Wants};
use crate::model::{Confidence, Evidence, Severity, run_masked};

pub(super) struct CustomerDataSent;

/// Categories of `recipients.toml` that have no part in getting an order to its buyer.
const OUTSIDERS: [&str; 10] = [
    "marketing",
    "chat",
    "ai-and-translation",
    "telemetry",
    "file-transfer",
    "paste-and-sandbox",
    "notes-and-tickets",
    "ipaas-connector",
    "spreadsheet",
    "one-time-secret",
];

/// What a text must say of buyers or orders; ASCII letters in lower case.
static IS_ABOUT: LazyLock<Sought> = LazyLock::new(|| Sought::of(&ABOUT));
const ABOUT: [&str; 12] = [
    "buyer",
    "shippingaddress",
    "shipping_address",
    "deliveryaddress",
    "delivery_address",
    "recipient",
    "ship_address",
    "購入者",
    "order[",
    "orders",
    "order.",
    "order)",
];

impl DocumentAudit for CustomerDataSent {
    fn rule(&self) -> &'static str {
        "customer-data-sent-to-third-party"
    }

    fn wants(&self) -> Wants {
        Wants::words(&[
            "buyer",
            "shippingaddress",
            "shipping_address",
            "deliveryaddress",
            "delivery_address",
            "recipient",
            "orders",
            "購入者",
            "注文",
        ])
    }

    fn notices(&self) -> Vec<&'static str> {
        ABOUT.to_vec()
    }

    fn judge(&self, page: &Page<'_>, noted: &mut Noted) {
        if !IS_ABOUT.is_in(page) {
            return;
        }
        let mut calls: BTreeMap<(usize, String), Vec<OrdersSent>> = BTreeMap::new();
        for sent in orders_sent(page).into_iter().filter(|sent| OUTSIDERS.contains(&sent.category)) {
            calls.entry((sent.at.start, sent.host.as_str().to_owned())).or_default().push(sent);
        }
        for all in calls.into_values() {
            let mut what: Vec<&str> = all.iter().map(|sent| sent.what.as_str()).collect();
            what.sort_unstable();
            what.dedup();
            let Some(first) = all.first() else { continue };
            let is_buyers = all.iter().any(|sent| sent.is_buyers);
            let confidence =
                if is_buyers { first.confidence } else { first.confidence.min(Confidence::Medium) };
            let fields =
                what.iter().map(|name| Evidence { kind: "field", text: run_masked(name), weight: 0 });
            let recipient = Evidence { kind: first.category, text: first.host.clone(), weight: 0 };
            let fault = Fault::of(std::iter::once(first.host.as_str()).chain(what.iter().copied()))
                .with(std::iter::once(recipient).chain(fields).collect::<Vec<_>>())
                .confidence(confidence);
            noted.fault(
                first.at,
                if is_buyers {
                    fault
                } else {
                    fault.severity(
                        Severity::Low,
                        "an order is sent as a whole; whether a buyer is in it is decided elsewhere",
                    )
                },
            );
        }
    }
}
