//! Texts told part by part, in pieces that are judged at once.

use std::ops::ControlFlow;

use super::{Members, Told};

/// Text that is judged at once, in bytes.
const TOLD_BYTES: usize = 256 << 10;
/// A part beyond this is read as a document of its own, in windows.
const PART_BYTES_MAX: usize = 1 << 20;

/// Gathers parts with their places.
pub(super) struct Telling<'m> {
    pub(super) members: &'m mut dyn Members,
    told: Told,
}

impl<'m> Telling<'m> {
    pub(super) fn new(members: &'m mut dyn Members) -> Self {
        Self { members, told: Told::default() }
    }

    /// Tells a part, and what a person calls its place.
    pub(super) fn part(&mut self, cell: &str, text: &str) -> ControlFlow<()> {
        if text.trim().is_empty() {
            return ControlFlow::Continue(());
        }
        if text.len() > PART_BYTES_MAX {
            return self.members.member(cell, &mut text.as_bytes());
        }
        if self.told.text.len() + text.len() > TOLD_BYTES {
            self.flush()?;
        }
        self.told.cells.push((self.told.text.len(), cell.to_owned()));
        self.told.text.push_str(text);
        self.told.text.push('\n');
        ControlFlow::Continue(())
    }

    /// Tells a row of a table: its values with their places, in one line.
    pub(super) fn row(&mut self, cells: &[(String, String)]) {
        for (index, (place, text)) in cells.iter().enumerate() {
            if index > 0 {
                self.told.text.push('\t');
            }
            self.told.cells.push((self.told.text.len(), place.clone()));
            self.told.text.push_str(text);
        }
        self.told.text.push('\n');
    }

    /// Hands over what was gathered if it is enough; tells whether nothing is gathered then.
    pub(super) fn flush_full(&mut self) -> ControlFlow<(), bool> {
        if self.told.text.len() > TOLD_BYTES {
            self.flush()?;
        }
        ControlFlow::Continue(self.told.text.is_empty())
    }

    /// Hands over what was gathered.
    pub(super) fn flush(&mut self) -> ControlFlow<()> {
        if self.told.text.is_empty() {
            return ControlFlow::Continue(());
        }
        self.members.text(std::mem::take(&mut self.told))
    }
}
