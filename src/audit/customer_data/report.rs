//! `order-report`: a report of orders with buyers in its rows.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use memchr::memmem;
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

/// Whether a text in lower case has the beginning of one of the elements.
pub(super) fn may_be_xml(folded: &str) -> bool {
    let has = |begin: &str| memmem::find(folded.as_bytes(), begin.as_bytes()).is_some();
    has("<buyer") || has("<addressfieldone")
}

impl DocumentAudit for OrderReport {
    fn rule(&self) -> &'static str {
        "order-report"
    }

    fn wants(&self) -> Wants {
        Wants::words_anywhere(table::WORDS)
    }

    fn judges_every_version(&self) -> bool {
        true
    }

    fn judge(&self, page: &Page<'_>, noted: &mut Noted) {
        if may_be_xml(page.folded) && ELEMENTS.iter().any(|element| page.folded.contains(element)) {
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
    let fault = Fault::of(["rows"])
        .with(counted_columns(buyers.columns.iter().map(String::as_str)))
        .counting("rows", buyers.rows)
        .veiled(veil);
    (buyers.at, fault)
}

/// What of one buyer stands in elements.
#[derive(Default)]
struct Open<'t> {
    record: Record,
    within: Vec<&'t str>,
    /// Where the first element begins, and its name.
    at: Option<Span>,
}

/// Elements up to one that comes again are those of one buyer.
fn in_xml(page: &Page<'_>, noted: &mut Noted) {
    let is_report = page.folded.contains("<addressfieldone") && amazon::of_orders(page)
        || page.folded.contains("<buyeremailaddress");
    if !is_report {
        return;
    }
    let (mut first, mut rows) = (None, 0);
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut open = Open::default();
    let mut close = |open: Open<'_>| {
        let at = open.at.filter(|at| page.window.owns(at.start) && open.record.is_of_person());
        rows += usize::from(at.is_some());
        first = first.or(at);
    };
    for found in ELEMENT.captures_iter(page.text) {
        let (Some(whole), Some(name), Some(value)) = (found.get(0), found.get(1), found.get(2)) else {
            continue;
        };
        if open.within.contains(&name.as_str()) {
            close(std::mem::take(&mut open));
        }
        open.within.push(name.as_str());
        open.at.get_or_insert(Span::new(whole.start(), name.end()));
        seen.insert(name.as_str());
        open.record.add(kind_of(name.as_str()), value.as_str());
    }
    close(open);
    let Some(at) = first else { return };
    let fault = Fault::of(["rows"])
        .with(counted_columns(seen.into_iter()))
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
