//! `order-json`: answers of the Orders API with buyers in them, of both generations, and those of MWS.

use super::people::{From, people};
use super::{amazon, counted_columns, is_model};
use crate::audit::{DocumentAudit, Fault, Noted, Page, Veil, Wants};

pub(super) struct OrderJson;

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
            "shipping_address",
            "delivery_address",
            "shiptoparty",
            "addressline1",
            "address_line1",
            "address_line_1",
        ])
    }

    fn judges_every_version(&self) -> bool {
        true
    }

    fn judge(&self, page: &Page<'_>, noted: &mut Noted) {
        let is_orders = || {
            amazon::of_orders(page)
                || (page.folded.contains("marketplaceid") && page.folded.contains("buyer"))
        };
        if is_model(page) || !is_orders() {
            return;
        }
        // A report in XML has its own rule.
        if page.folded.contains("<addressfieldone") || page.folded.contains("<buyeremailaddress") {
            return;
        }
        let people = people(page, From::Objects);
        let Some(at) = people.first else { return };
        let fault = Fault::of(["orders"])
            .with(counted_columns(people.names.iter().map(String::as_str)))
            .counting("orders", people.count)
            .veiled(Veil::Surroundings);
        noted.fault(at, fault);
    }
}
