//! `pii-operations`: which code asks Amazon for buyers' data, for the inventory.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use super::{is_model, is_text_for_people};
use crate::audit::pattern::pattern;
use crate::audit::{DocumentAudit, Fault, Noted, Page, Wants};
use crate::model::{ContextKind, Evidence, Span, run_masked};
use crate::rules::{ORDERS, folded};

pub(super) struct PiiOperations;

/// What calls for a look; ASCII letters in lower case.
pub(super) const WORDS: &[&str] = &[
    "getorderaddress",
    "get_order_address",
    "getorderbuyerinfo",
    "get_order_buyer_info",
    "getorderitemsbuyerinfo",
    "get_order_items_buyer_info",
    "getshippinglabel",
    "get_shipping_label",
    "getpackingslip",
    "get_packing_slip",
    "getcustomerinvoice",
    "get_customer_invoice",
    "getshipmentdetails",
    "get_shipment_details",
    "createrestricteddatatoken",
    "create_restricted_data_token",
    "restricteddatatoken",
    "restrictedresources",
    "restricted_resources",
    "includeddata",
    "included_data",
    "order_report_data_shipping",
    "order_report_data_invoicing",
    "order_report_data_tax",
    "actionable_order_data_shipping",
    "reconciliation_data_",
    "fulfilled_shipments_data_",
    "get_easyship_documents",
    "gst_mtr_b2b_custom",
    "vat_transaction_data",
    "sc_vat_tax_report",
    "'buyerinfo'",
    "\"buyerinfo\"",
];

/// A name of an operation, and what stands beside it, in lower case.
static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(get_?order_?address|get_?order_?buyer_?info|get_?order_?items_?buyer_?info|get_?shipping_?labels?|get_?packing_?slips?|get_?customer_?invoices?|get_?shipment_?details|create_?restricted_?data_?token)(?:async|with_?http_?info)?\b",
    )
});
/// A type of report in quotes, or as a constant of a type.
static REPORT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"["'`.:](GET_(?:FLAT_FILE_(?:ACTIONABLE_ORDER_DATA_SHIPPING|ORDER_REPORT_DATA_(?:SHIPPING|INVOICING|TAX)|ORDERS_RECONCILIATION_DATA_(?:TAX|INVOICING|SHIPPING))|ORDER_REPORT_DATA_(?:INVOICING|TAX|SHIPPING)|AMAZON_FULFILLED_SHIPMENTS_DATA_(?:INVOICING|TAX)|EASYSHIP_DOCUMENTS|GST_MTR_B2B_CUSTOM|VAT_TRANSACTION_DATA)|SC_VAT_TAX_REPORT)\b"#,
    )
});
/// Fields that are asked for, in lower case.
static ELEMENTS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"(?:data_?elements|included_?data)["'\]]*\s*(?:=>|[:=(])[^;\n]{0,80}?\b(buyer_?info|shipping_?address|buyer_?tax_?information|buyer|recipient)\b"#,
    )
});

/// Types of reports that a list of all of them has, and that no program asks for at once.
const REPORTS_OF_LIST: usize = 7;

impl DocumentAudit for PiiOperations {
    fn rule(&self) -> &'static str {
        "pii-operations"
    }

    fn wants(&self) -> Wants {
        Wants::words(WORDS)
    }

    fn judge(&self, page: &Page<'_>, noted: &mut Noted) {
        let asked = asked(page);
        let Some(at) = asked.values().min_by_key(|at| at.start) else { return };
        let evidence =
            asked.keys().map(|name| Evidence { kind: "operation", text: run_masked(name), weight: 0 });
        noted.fault(*at, Fault::of(asked.keys().cloned()).with(evidence));
    }
}

/// What a program asks Amazon for that holds buyers' data, and where.
pub(super) fn asked(page: &Page<'_>) -> BTreeMap<String, Span> {
    let mut asked: BTreeMap<String, Span> = BTreeMap::new();
    if is_model(page) || is_text_for_people(page.path()) || page.context.proof(ContextKind::Seller).is_none()
    {
        return asked;
    }
    for found in NAMED.find_iter(page.folded) {
        let name = operation(found.as_str());
        if !asked.contains_key(&name) && is_called(page.text, found.start(), found.end()) {
            asked.insert(name, Span::new(found.start(), found.end()));
        }
    }
    let mut reports: BTreeMap<String, Span> = BTreeMap::new();
    for found in REPORT.captures_iter(page.text).filter_map(|found| found.get(1)) {
        reports.entry(found.as_str().to_owned()).or_insert(Span::new(found.start(), found.end()));
    }
    if reports.len() < REPORTS_OF_LIST {
        asked.extend(reports);
    }
    for found in ELEMENTS.captures_iter(page.folded).filter_map(|found| found.get(1)) {
        asked.entry(folded(found.as_str())).or_insert(Span::new(found.start(), found.end()));
    }
    asked
}

/// The name of an operation as Amazon writes it.
fn operation(written: &str) -> String {
    let name = folded(written);
    let listed = ORDERS.operations.restricted.iter().filter(|known| name.starts_with(&folded(known)));
    listed.max_by_key(|known| known.len()).cloned().unwrap_or(name)
}

/// Whether an operation is called there or named to a client, and not defined or described.
fn is_called(text: &str, start: usize, end: usize) -> bool {
    let line = text.get(text.floor_char_boundary(start.saturating_sub(200))..start).unwrap_or_default();
    let before = line.rsplit('\n').next().unwrap_or_default();
    if ["//", "#", "*", "--"].iter().any(|mark| before.trim_start().starts_with(mark)) {
        return false;
    }
    let after = text.get(end..).unwrap_or_default().trim_start();
    let is_definition =
        ["def ", "function ", "fn ", "func ", "public ", "private ", "async ", "Task<", "* ", "// ", "# "]
            .iter()
            .any(|word| before.contains(word) && !before.contains(['=', '.', '>']));
    let is_call = after.starts_with('(') && (before.ends_with(['.', '>', ':']) || before.contains("await "));
    let is_named = before.ends_with(['"', '\'', '`'])
        && ["operation", "endpoint", "action", "method", "call"]
            .iter()
            .any(|word| before.to_ascii_lowercase().contains(word));
    !is_definition && (is_call || is_named)
}
