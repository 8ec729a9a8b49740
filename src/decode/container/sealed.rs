//! Archives that are told and not opened.

use super::{Container, Members};
use crate::model::{ReadSeek, SkipReason};

pub(super) struct Sealed;

/// RAR: nobody may write a reader from its sources.
const MAGIC: &[u8] = b"Rar!\x1a\x07";

impl Container for Sealed {
    fn recognises(&self, _name: &str, head: &[u8]) -> bool {
        head.starts_with(MAGIC)
    }

    fn open(&self, _name: &str, _content: &mut dyn ReadSeek, members: &mut dyn Members) {
        members.problem("", SkipReason::Unsupported, "an archive of a kind that is not opened");
    }
}
