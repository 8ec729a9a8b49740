//! Buyers' data where it does not belong: in files, in logs, with somebody else.
//!
//! What a fault shows are counts and the names of columns, never a value: the lines around it are
//! veiled, since no field and no shape tells a person's name from another word.

mod alias;
mod amazon;
mod database;
mod json;
mod logged;
mod operations;
mod people;
mod record;
mod report;
mod sent;
mod shared;
mod store;
mod table;
mod verdict;

use memchr::memmem;

use super::{CorpusAudit, DocumentAudit, Page};
use crate::model::{Evidence, Field, run_masked};
use crate::rules::personal;

/// The audits of single documents. An audit that is not here does not run.
pub(super) const DOCUMENT_AUDITS: &[&dyn DocumentAudit] = &[
    &report::OrderReport,
    &alias::BuyerEmail,
    &json::OrderJson,
    &database::CustomerDatabase,
    &logged::CustomerDataLogged,
    &sent::CustomerDataSent,
    &shared::LinkSharedSheet,
    &store::UnencryptedStore,
    &store::OrdersHandled,
    &operations::PiiOperations,
];

/// The audits of all documents together.
pub(super) const CORPUS_AUDITS: &[&dyn CorpusAudit] = &[&store::UnencryptedStore];

/// Columns that are named as evidence, at most.
const COLUMNS_SHOWN_MAX: usize = 12;

/// Names columns as evidence.
fn counted_columns<'c>(columns: impl Iterator<Item = &'c str>) -> Vec<Evidence> {
    let evidence = |name: &str| Evidence { kind: "column", text: run_masked(name), weight: 0 };
    columns.take(COLUMNS_SHOWN_MAX).map(evidence).collect()
}

/// Whether a text holds something of a buyer. What stands around anything in it must then not be
/// shown: no field and no shape tells a person's name from another word.
pub(crate) fn holds_buyers(text: &str, header: Option<&[String]>, fields: &[Field<'_>]) -> bool {
    let is_real = |field: &Field<'_>| {
        personal(&field.name).is_some_and(|(kind, is_own)| {
            is_own && verdict::verdict(kind, &field.value) == verdict::Verdict::Real
        })
    };
    amazon::has_order(text)
        || text.contains("@marketplace.amazon.")
        || text.contains("@m.marketplace.amazon.")
        || header.is_some_and(|cells| table::is_head(&cells.join("\t")))
        || table::has_head(text)
        || fields.iter().any(is_real)
}

/// Whether a document says what data looks like instead of being data.
fn is_model(page: &Page<'_>) -> bool {
    let head = page.folded.get(..page.folded.floor_char_boundary(4 << 10)).unwrap_or_default();
    let is_schema =
        ["\"swagger\"", "\"openapi\"", "\nopenapi:", "\nswagger:", "\"$schema\"", "json-schema.org"]
            .iter()
            .any(|mark| head.contains(mark));
    let is_described = page.folded.starts_with("openapi:") || page.folded.starts_with("swagger:");
    // Pages that show a model hold it whole.
    let holds_model = || {
        [("\"swagger\":", "\"2."), ("\"openapi\":", "\"3.")].iter().any(|(name, version)| {
            let places = memmem::find_iter(page.folded.as_bytes(), name);
            let mut behind = places.filter_map(|at| page.folded.get(at + name.len()..));
            behind.any(|behind| behind.strip_prefix(' ').unwrap_or(behind).starts_with(version))
        })
    };
    is_schema || is_described || holds_model()
}

/// Whether a file is one that people read.
fn is_text_for_people(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    [".md", ".mdx", ".rst", ".adoc", ".txt", ".html", ".htm"].iter().any(|ending| path.ends_with(ending))
}
