//! Archives that are told and not opened.

use super::{Container, Members};
use crate::model::{ReadSeek, SkipReason};

pub(super) struct Sealed;

/// 7z: the library for it makes room for as many files as an archive says it has, and ends the
/// program. RAR: nobody may write a reader from its sources.
const MAGICS: [&[u8]; 2] = [b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07"];

impl Container for Sealed {
    fn recognises(&self, _name: &str, head: &[u8]) -> bool {
        MAGICS.iter().any(|magic| head.starts_with(magic))
    }

    fn open(&self, _name: &str, _content: &mut dyn ReadSeek, members: &mut dyn Members) {
        members.problem("", SkipReason::Unsupported, "an archive of a kind that is not opened");
    }
}
