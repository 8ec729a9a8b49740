//! Keys that may do too much, and doors that stand open.
//!
//! Infrastructure is read once a document, whatever its language, into statements, resources and
//! attached policies; the rules are written over these. What they think wrong is noted as facts and
//! becomes a fault only in a project of a seller's.

mod admin;
mod documents;
mod everybody;
mod foreign;
mod judged;
mod key;
mod legacy;
mod lists;
mod paths;
mod pii_scope;
mod queue;
mod read;
mod rights;
mod rotation;
mod statement;
mod store;
mod suspicion;
mod transport;
mod tree;
mod world;

pub use world::Worlds;

use super::{CorpusAudit, DocumentAudit};
use judged::Judged;

/// The audits of single documents. An audit that is not here does not run.
pub(super) const DOCUMENT_AUDITS: &[&dyn DocumentAudit] =
    &[&documents::Documents, &transport::InsecureTransport, &pii_scope::PiiScope];

/// The audits of all documents together.
pub(super) const CORPUS_AUDITS: &[&dyn CorpusAudit] = &[
    &Judged(admin::RULE),
    &Judged(legacy::RULE),
    &Judged(key::RULE),
    &Judged(foreign::RULE),
    &Judged(everybody::RULE),
    &Judged(queue::RULE),
    &Judged(store::RULE),
    &Judged(transport::RULE),
    &pii_scope::PiiScope,
];
