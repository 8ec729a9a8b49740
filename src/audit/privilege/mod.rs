//! Keys that may do too much, and doors that stand open.

use super::{CorpusAudit, DocumentAudit};

/// The audits of single documents. An audit that is not here does not run.
pub(super) const DOCUMENT_AUDITS: &[&dyn DocumentAudit] = &[];

/// The audits of all documents together.
pub(super) const CORPUS_AUDITS: &[&dyn CorpusAudit] = &[];
