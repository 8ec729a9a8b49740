//! `customer-database`: buyers in a database file or in a dump of one.

use std::sync::LazyLock;

use regex::Regex;

use super::people::{From, people};
use super::{amazon, counted_columns, report, table};
use crate::audit::pattern::pattern;
use crate::audit::{DocumentAudit, Fault, Noted, Page, Veil, Wants};
use crate::model::Span;
use crate::rules::{ORDERS, folded};

pub(super) struct CustomerDatabase;

impl DocumentAudit for CustomerDatabase {
    fn rule(&self) -> &'static str {
        "customer-database"
    }

    fn wants(&self) -> Wants {
        Wants::words_anywhere(table::WORDS)
    }

    fn judges_every_version(&self) -> bool {
        true
    }

    fn judge(&self, page: &Page<'_>, noted: &mut Noted) {
        if table::is_of_database(page) {
            for buyers in table::buyers(page) {
                let (at, fault) = report::fault_of(&buyers);
                noted.fault(at, fault);
            }
            return;
        }
        if !DUMP.is_match(page.folded) || !(amazon::of_orders(page) || has_telling_columns(page)) {
            return;
        }
        let people = people(page, From::Rows);
        // The number of an order in its row makes anybody a buyer.
        let has_order = |at: &Span| amazon::has_order(page.line(page.lines().line_of(at.start)).0);
        let Some(at) = people.first.filter(|at| people.is_own || has_order(at)) else { return };
        let fault = Fault::of(["rows"])
            .with(counted_columns(people.names.iter().map(String::as_str)))
            .counting("rows", people.count)
            .veiled(Veil::Surroundings);
        noted.fault(at, fault);
    }
}

/// A statement that brings rows. A bundle of programs says `copy` and `values` too, far apart.
static DUMP: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:insert (?:ignore )?into|replace into|copy) [^\s(]+\s*(?:\([^)]*\)\s*)?(?:overriding \w+ value\s+)?(?:values?\b|from stdin)",
    )
});

/// Whether columns have names that only Amazon's reports have.
fn has_telling_columns(page: &Page<'_>) -> bool {
    let words = page.folded.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-')).take(20_000);
    words
        .filter(|word| word.contains(['_', '-']))
        .filter(|word| ORDERS.amazon.telling.contains(&folded(word)))
        .take(2)
        .count()
        == 2
}
