//! What a source lends: bytes and where they came from.

use std::fmt;
use std::io::{Read, Seek};
use std::sync::Arc;

use super::Origin;

/// What can be read from any place in it, as containers are: their table of contents is at the end.
pub trait ReadSeek: Read + Seek {}

impl<T: Read + Seek> ReadSeek for T {}

/// Bytes to audit, lent for the length of a call.
#[derive(Clone, Copy)]
pub struct Document<'a> {
    /// The outermost place.
    pub origin: &'a Arc<Origin>,
    /// Members that lead to it, outermost first; empty for the outermost document.
    pub inner: &'a [String],
    /// The bytes as stored.
    pub bytes: &'a [u8],
}

impl fmt::Debug for Document<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Document({} bytes)", self.bytes.len())
    }
}
