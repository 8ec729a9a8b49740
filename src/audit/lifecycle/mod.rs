//! Keys that nobody keeps track of.

use super::{CorpusAudit, DocumentAudit};

/// The audits of single documents. An audit that is not here does not run.
pub(super) const DOCUMENT_AUDITS: &[&dyn DocumentAudit] = &[];

/// The audits of all documents together.
pub(super) const CORPUS_AUDITS: &[&dyn CorpusAudit] = &[];
