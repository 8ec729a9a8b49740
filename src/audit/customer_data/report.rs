//! `order-report`: a report of orders with buyers in its rows.

use std::sync::LazyLock;

use regex::Regex;

use super::record::Record;
use super::table::{self, Buyers};
use super::{amazon, counted_columns};
use crate::audit::pattern::pattern;
use crate::audit::{DocumentAudit, Fault, Noted, Page, Veil, Wants};
use crate::model::Span;
use crate::rules::Personal;

pub(super) struct OrderReport;

/// Elements of Amazon's report in XML.
const ELEMENTS: [&str; 4] = ["<buyeremailaddress", "<buyername", "<addressfieldone", "<buyerphonenumber"];

static ELEMENT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"<(?:\w+:)?(BuyerEmailAddress|BuyerName|BuyerPhoneNumber|AddressFieldOne|PhoneNumber|PostalCode|Name)>([^<]{1,200})</",
    )
});

impl DocumentAudit for OrderReport {
    fn rule(&self) -> &'static str {
        "order-report"
    }

    fn wants(&self) -> Wants {
        Wants::words(table::WORDS)
    }

    fn judges_every_version(&self) -> bool {
        true
    }

    fn judge(&self, page: &Page<'_>, noted: &mut Noted) {
        if ELEMENTS.iter().any(|element| page.folded.contains(element)) {
            in_xml(page, noted);
        }
        if table::is_of_database(page) {
            return;
        }
        for buyers in table::buyers(page) {
            let (at, fault) = fault_of(&buyers);
            noted.fault(at, fault);
        }
    }
}

/// The fault of a table, wherever it stands.
pub(super) fn fault_of(buyers: &Buyers) -> (Span, Fault) {
    let veil = if buyers.is_head { Veil::Surroundings } else { Veil::All };
    let fault = Fault::of(buyers.columns.iter().cloned())
        .with(counted_columns(buyers.columns.iter().map(String::as_str)))
        .counting("rows", buyers.rows)
        .veiled(veil);
    (buyers.at, fault)
}

/// Every `Order` or `Message` is a row.
fn in_xml(page: &Page<'_>, noted: &mut Noted) {
    let mut first: Option<Span> = None;
    let (mut rows, mut record) = (0, Record::default());
    let mut seen: Vec<String> = Vec::new();
    let mut within: Vec<&str> = Vec::new();
    let mut close = |record: &mut Record| {
        let is_of_person = std::mem::take(record).is_of_person();
        rows += usize::from(is_of_person);
        is_of_person
    };
    let mut pending: Option<Span> = None;
    for found in ELEMENT.captures_iter(page.text) {
        let (Some(whole), Some(name), Some(value)) = (found.get(0), found.get(1), found.get(2)) else {
            continue;
        };
        if !page.window.owns(whole.start()) {
            continue;
        }
        // An element that comes again is the next buyer's.
        if within.contains(&name.as_str()) {
            if close(&mut record) {
                first = first.or(pending);
            }
            within.clear();
            pending = None;
        }
        within.push(name.as_str());
        pending.get_or_insert(Span::new(whole.start(), whole.start() + 1 + name.as_str().len()));
        if !seen.iter().any(|known| known == name.as_str()) {
            seen.push(name.as_str().to_owned());
        }
        record.add(kind_of(name.as_str()), value.as_str());
    }
    if close(&mut record) {
        first = first.or(pending);
    }
    let is_report =
        page.folded.contains("amazonorderid") || page.folded.contains("amznorder") || amazon::of_orders(page);
    let Some(at) = first.filter(|_| {
        is_report && page.folded.contains("<addressfieldone") || page.folded.contains("<buyeremailaddress")
    }) else {
        return;
    };
    seen.sort();
    let fault = Fault::of(seen.iter().cloned())
        .with(counted_columns(seen.iter().map(String::as_str)))
        .counting("rows", rows)
        .veiled(Veil::Surroundings);
    noted.fault(at, fault);
}

fn kind_of(element: &str) -> Personal {
    match element {
        "BuyerEmailAddress" => Personal::Mail,
        "BuyerPhoneNumber" | "PhoneNumber" => Personal::Phone,
        "AddressFieldOne" => Personal::Address,
        "PostalCode" => Personal::Postal,
        _ => Personal::Name,
    }
}
