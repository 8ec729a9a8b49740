//! Shortcuts to documents that are kept at Google: `.gsheet`, `.gdoc` and their kin.
//!
//! Google Drive leaves a few lines of JSON where a person sees a sheet. The keys in the sheet are not on
//! this machine, and whoever reads the report must not take it for audited.

use std::io::Read;

use memchr::memmem;

use super::export::is_json;
use super::{Container, HEAD_BYTES, Members, ends_with};
use crate::model::{ReadSeek, SkipReason};

pub(super) struct Shortcut;

/// Endings that Google Drive gives to its shortcuts.
const ENDINGS: [&str; 10] =
    [".gsheet", ".gdoc", ".gslides", ".gform", ".gdraw", ".gtable", ".gscript", ".gsite", ".gmap", ".gjam"];
/// What a shortcut says of the document: its id, or where it is.
const MARKS: [&[u8]; 3] = [b"\"doc_id\"", b"\"resource_id\"", b"google.com/"];

fn is_marked(head: &[u8]) -> bool {
    MARKS.iter().any(|mark| memmem::find(head, mark).is_some())
}

impl Container for Shortcut {
    fn recognises(&self, name: &str, head: &[u8]) -> bool {
        ENDINGS.iter().any(|ending| ends_with(name, ending))
            && (is_marked(head) || head.trim_ascii_start().starts_with(b"{"))
    }

    fn open(&self, _name: &str, content: &mut dyn ReadSeek, members: &mut dyn Members) {
        let mut head = Vec::new();
        let read = (&mut *content).take(HEAD_BYTES as u64).read_to_end(&mut head);
        if is_marked(&head) {
            let detail = "only a link to a document at Google: that document is not on this machine";
            members.problem("", SkipReason::Unsupported, detail);
        } else if read.is_err() || content.rewind().is_err() || !is_json(content) {
            members.problem("", SkipReason::Damaged, "a link that is cut: it no longer says where it leads");
        }
    }

    fn is_text(&self) -> bool {
        true
    }
}
