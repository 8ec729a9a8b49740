//! `buyer-email`: addresses that Amazon forwards to buyers.

use std::collections::BTreeSet;

use super::amazon;
use super::record::Record;
use crate::audit::{DocumentAudit, Fault, Noted, Page, Veil, Wants};
use crate::model::{Confidence, Span};
use crate::rules::personal;

pub(super) struct BuyerEmail;

/// Lines around one address in which something else of the buyer stands.
const REACH_LINES: usize = 10;

impl DocumentAudit for BuyerEmail {
    fn rule(&self) -> &'static str {
        "buyer-email"
    }

    fn wants(&self) -> Wants {
        Wants::words_anywhere(&["marketplace.amazon."])
    }

    fn judges_every_version(&self) -> bool {
        true
    }

    fn judge(&self, page: &Page<'_>, noted: &mut Noted) {
        let all = amazon::aliases(page.text, page.folded);
        let owned = || all.iter().filter(|(_, at)| page.window.owns(at.start));
        let Some((_, at)) = owned().next() else { return };
        let distinct: BTreeSet<&str> = owned().map(|(alias, _)| *alias).collect();
        let is_several = distinct.len() >= 2;
        if !is_several && page.window.is_first && !is_of_somebody(page, *at) {
            return;
        }
        let fault = Fault::of(["alias"]).counting("addresses", distinct.len()).veiled(Veil::All);
        noted.fault(*at, if is_several { fault } else { fault.confidence(Confidence::Medium) });
    }
}

/// Whether something else of a buyer stands near a single address: a number of an order, or a name,
/// an address or a telephone.
fn is_of_somebody(page: &Page<'_>, at: Span) -> bool {
    let lines = page.lines_near(at, REACH_LINES);
    let (from, to) = (page.line(lines.start).1.start, page.line(lines.end.saturating_sub(1)).1.end);
    if amazon::has_order(page.text.get(from..to).unwrap_or_default()) {
        return true;
    }
    let mut record = Record::default();
    for field in
        page.fields().iter().filter(|field| from <= field.value_span.start && field.value_span.end <= to)
    {
        if let Some((kind, _)) = personal(&field.name) {
            record.add(kind, &field.value);
        }
    }
    record.is_of_person()
}
