//! Commits, read one by one.

use super::object::{Fault, ObjectKind};
use super::objects::Reader;
use super::parse::CommitData;
use super::tree::META_BYTES_MAX;
use super::{Id, parse};

impl Reader<'_> {
    /// Reads a commit; an object of another kind is damaged.
    pub(super) fn commit(&mut self, id: Id) -> Result<CommitData, Fault> {
        let mut bytes = Vec::new();
        match self.read(id, META_BYTES_MAX, &mut bytes)? {
            ObjectKind::Commit => parse::commit(&bytes).ok_or(Fault::Damaged),
            _ => Err(Fault::Damaged),
        }
    }
}
