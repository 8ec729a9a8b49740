//! Opens containers and judges what they hold, within what one of them may cost.

use std::io::{self, Read};
use std::ops::ControlFlow;
use std::sync::{Arc, PoisonError};

use super::auditor::{Auditor, Part};
use super::structure::Structure;
use crate::decode::{Container, HEAD_BYTES, Members, Told, container, is_numbers, read_up_to};
use crate::detect::Gathering;
use crate::model::{Limits, Origin, Problem, ReadSeek, SkipReason};
use crate::source::Content;

/// Members above this many bytes are judged one at a time: judging takes many times their size.
const SMALL_BYTES: usize = 256 << 10;

/// What the members of one outermost container have cost so far.
#[derive(Debug)]
pub(super) struct Spent {
    members: usize,
    rows: usize,
    bytes_left: u64,
    /// Bytes that may still be read closely.
    close_left: u64,
    /// Whether it was told that a limit ended it.
    is_told: bool,
}

impl Spent {
    /// What a container of `size` bytes may cost.
    pub(super) fn allowed(size: u64, limits: &Limits) -> Self {
        let by_size = size.saturating_mul(limits.expansion_ratio_max).max(limits.expanded_bytes_free);
        let bytes_left = by_size.min(limits.expanded_bytes_max);
        let close_left = size.saturating_mul(limits.close_ratio_max).max(limits.close_bytes_free);
        Self { members: 0, rows: 0, bytes_left, close_left, is_told: false }
    }
}

/// Where a container is: what leads to it, and how many containers that is.
#[derive(Clone, Copy)]
pub(super) struct Nested<'a> {
    pub(super) origin: &'a Arc<Origin>,
    pub(super) inner: &'a [String],
    pub(super) depth: usize,
}

impl<'a> Nested<'a> {
    pub(super) const fn outermost(origin: &'a Arc<Origin>, inner: &'a [String]) -> Self {
        Self { origin, inner, depth: 0 }
    }

    /// What a person would look up.
    fn path(&self, member: &str) -> String {
        // An object that no tree names has no other name.
        let object = || self.origin.object.as_deref().map(|object| format!("object {object}"));
        let outer = self.origin.path.as_deref().map(str::to_owned).or_else(object).unwrap_or_default();
        let steps = std::iter::once(outer.as_str()).chain(self.inner.iter().map(String::as_str));
        steps.chain((!member.is_empty()).then_some(member)).collect::<Vec<_>>().join(" > ")
    }

    /// The name that says what it is.
    pub(super) fn name(&self) -> &str {
        self.inner.last().map_or_else(|| self.origin.path.as_deref().unwrap_or_default(), String::as_str)
    }
}

impl Auditor<'_> {
    /// Judges a document that is held whole, whatever it is.
    pub(super) fn opened(&self, place: Nested<'_>, bytes: &[u8], spent: &mut Spent) {
        let head = bytes.get(..HEAD_BYTES.min(bytes.len())).unwrap_or_default();
        if let Some(format) = container(place.name(), head)
            && self.unpack(place, format, &mut io::Cursor::new(bytes), spent)
        {
            return;
        }
        let close = self.judge(place.origin, place.inner, bytes);
        spent.close_left = spent.close_left.saturating_sub(close);
    }

    /// Opens a container; tells whether nothing of it has to be read in another way.
    pub(super) fn unpack(
        &self,
        place: Nested<'_>,
        format: &dyn Container,
        content: &mut dyn ReadSeek,
        spent: &mut Spent,
    ) -> bool {
        let limits = self.plan().limits;
        let mut members = Unpacking { auditor: self, place, limits, spent, is_whole: true };
        if place.depth >= limits.container_depth_max && !format.is_text() {
            members.problem("", SkipReason::TooDeep, "containers in containers beyond the limit");
            return false;
        }
        format.open(place.name(), content, &mut members);
        members.is_whole && !format.is_text()
    }

    /// Opens a container that is too large to be held; tells as [`unpack`](Self::unpack) does. What
    /// it has read of the content it gives back by going to its beginning.
    pub(super) fn unpack_stream(&self, origin: &Arc<Origin>, content: &mut dyn Content) -> bool {
        let place = Nested::outermost(origin, &[]);
        let Some(seekable) = content.seekable() else { return false };
        let mut head = Vec::new();
        let size = seekable.seek(io::SeekFrom::End(0)).unwrap_or(0);
        let is_read = seekable.rewind().is_ok()
            && (&mut *seekable).take(HEAD_BYTES as u64).read_to_end(&mut head).is_ok()
            && seekable.rewind().is_ok();
        let Some(format) = container(place.name(), &head).filter(|_| is_read) else { return false };
        let limits = self.plan().limits;
        if size > limits.container_bytes_max && format.is_text() {
            return false;
        }
        if size > limits.container_bytes_max {
            let detail = Some("a container beyond the limit of --max-file-size".to_owned());
            let path = place.path("");
            crate::source::Sink::problem(self, Problem { path, reason: SkipReason::TooLarge, detail });
            return false;
        }
        let is_whole = self.unpack(place, format, seekable, &mut Spent::allowed(size, limits));
        if is_whole {
            self.plan().progress.add_bytes(size);
        }
        is_whole
    }

    /// Judges a text that a container told; returns how much of it was read closely.
    fn told(&self, place: Nested<'_>, told: Told) -> u64 {
        if !self.passes(told.text.as_bytes()) {
            return 0;
        }
        let mut gathering = Gathering::new(self.plan().rules, Arc::clone(place.origin), place.inner);
        gathering.in_cells(told.cells);
        let mut structure = Structure::default();
        let seen = self.window(&mut gathering, Part::whole(&told.text), &mut structure);
        self.keep(place.origin, place.inner, gathering.finish(), structure, seen.is_cut);
        seen.close_bytes
    }
}

/// Tells containers by their beginning alone.
pub(super) fn is_container(bytes: &[u8]) -> bool {
    container("", bytes.get(..HEAD_BYTES.min(bytes.len())).unwrap_or_default()).is_some()
}

/// Takes the members of one container.
struct Unpacking<'u, 'a> {
    auditor: &'u Auditor<'a>,
    place: Nested<'u>,
    limits: &'u Limits,
    spent: &'u mut Spent,
    is_whole: bool,
}

impl Unpacking<'_, '_> {
    /// Says once that a limit ended the reading.
    fn ends(&mut self, reason: SkipReason, detail: &str) -> ControlFlow<()> {
        if !self.spent.is_told {
            self.spent.is_told = true;
            self.problem("", reason, detail);
        }
        ControlFlow::Break(())
    }

    fn has_ended(&mut self) -> ControlFlow<()> {
        if self.spent.is_told {
            return ControlFlow::Break(());
        }
        if self.spent.bytes_left == 0 {
            return self.ends(SkipReason::Expansion, "its members expand beyond the limit");
        }
        if self.spent.close_left == 0 {
            return self.ends(SkipReason::Expansion, "it speaks of credentials beyond the limit");
        }
        ControlFlow::Continue(())
    }

    /// Judges a member whose beginning is held.
    fn judge(&mut self, inner: &[String], mut bytes: Vec<u8>, mut rest: Metered<'_>) -> Option<io::Error> {
        let place = Nested { origin: self.place.origin, inner, depth: self.place.depth + 1 };
        let is_large = bytes.len() > self.limits.window_bytes;
        // Nobody has to unpack the rest; data sets of a library came to a seventh of a tree's time.
        if is_large && is_numbers(&bytes) {
            self.spent.bytes_left = rest.left;
            return rest.failure;
        }
        let head = bytes.get(..HEAD_BYTES.min(bytes.len())).unwrap_or_default();
        let is_known = is_large && container(place.name(), head).is_some_and(|format| !format.is_text());
        if is_known {
            let more = (self.limits.member_bytes_max + 1).saturating_sub(bytes.len() as u64);
            // The meter keeps the error.
            let _ = (&mut rest).take(more).read_to_end(&mut bytes);
        }
        let is_held = is_known && bytes.len() as u64 <= self.limits.member_bytes_max;
        if !is_large || is_held {
            let Metered { failure, left, .. } = rest;
            self.spent.bytes_left = left;
            let _one = (bytes.len() > SMALL_BYTES && place.depth == 1)
                .then(|| self.auditor.large_member.lock().unwrap_or_else(PoisonError::into_inner));
            self.auditor.opened(place, &bytes, self.spent);
            return failure;
        }
        if is_known {
            self.problem(place.name(), SkipReason::TooLarge, "a container in a container beyond the limit");
        }
        let mut once = Once { head: io::Cursor::new(bytes), rest, read: 0 };
        let _one = (place.depth == 1)
            .then(|| self.auditor.large_member.lock().unwrap_or_else(PoisonError::into_inner));
        self.spent.close_left =
            self.auditor.audit_windows(place.origin, inner, &mut once, u64::MAX, self.spent.close_left);
        let Metered { failure, left, .. } = once.rest;
        self.spent.bytes_left = left;
        failure
    }
}

impl Members for Unpacking<'_, '_> {
    fn member(&mut self, name: &str, content: &mut dyn Read) -> ControlFlow<()> {
        self.has_ended()?;
        if self.spent.members >= self.limits.members_max {
            return self.ends(SkipReason::TooMany, "it has more members than the limit");
        }
        self.spent.members += 1;
        let inner = [self.place.inner, &[name.to_owned()]].concat();
        let mut metered = Metered { reader: content, left: self.spent.bytes_left, failure: None };
        let mut bytes = Vec::new();
        // The meter keeps the error, and what came before it is judged.
        let _ = read_up_to(&mut metered, self.limits.window_bytes + 1, &mut bytes);
        if let Some(error) = self.judge(&inner, bytes, metered) {
            let (reason, detail) = crate::decode::damage(&error);
            self.problem(name, reason, detail);
        }
        self.has_ended()
    }

    fn text(&mut self, told: Told) -> ControlFlow<()> {
        self.has_ended()?;
        if self.spent.rows >= self.limits.rows_max {
            return self.ends(SkipReason::TooMany, "its sheets have more rows than the limit");
        }
        self.spent.rows += told.rows;
        self.spent.bytes_left = self.spent.bytes_left.saturating_sub(told.text.len() as u64);
        let _one = (told.text.len() > SMALL_BYTES && self.place.depth == 0)
            .then(|| self.auditor.large_member.lock().unwrap_or_else(PoisonError::into_inner));
        let close = self.auditor.told(self.place, told);
        self.spent.close_left = self.spent.close_left.saturating_sub(close);
        self.has_ended()
    }

    fn problem(&mut self, member: &str, reason: SkipReason, detail: &str) {
        // What is damaged is read as it is as well, so that nothing is lost.
        self.is_whole &= !(member.is_empty() && reason == SkipReason::Damaged);
        let (path, detail) = (self.place.path(member), Some(detail.to_owned()));
        crate::source::Sink::problem(self.auditor, Problem { path, reason, detail });
    }

    fn bytes_left(&self) -> u64 {
        self.spent.bytes_left
    }
}

/// Reads no further than what is left, and keeps the error at which it ended.
struct Metered<'r> {
    reader: &'r mut dyn Read,
    left: u64,
    failure: Option<io::Error>,
}

impl Read for Metered<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.failure.is_some() {
            return Ok(0);
        }
        let most = buffer.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        let part = buffer.get_mut(..most).unwrap_or_default();
        // Some decoders take an empty read for the end of a block, and what follows for damage.
        if part.is_empty() {
            return Ok(0);
        }
        match self.reader.read(part) {
            Ok(read) => {
                self.left -= read as u64;
                Ok(read)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(error),
            Err(error) => {
                self.failure = Some(error);
                Ok(0)
            }
        }
    }
}

/// A member that is too large to be held, read once.
struct Once<'r> {
    head: io::Cursor<Vec<u8>>,
    rest: Metered<'r>,
    read: u64,
}

impl Read for Once<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = match self.head.read(buffer)? {
            0 => {
                // It is held beside the window otherwise.
                self.head = io::Cursor::default();
                self.rest.read(buffer)?
            }
            read => read,
        };
        self.read += read as u64;
        Ok(read)
    }
}

impl Content for Once<'_> {
    fn restart(&mut self) -> io::Result<Option<()>> {
        Ok(None)
    }

    fn reader(&mut self) -> &mut dyn Read {
        self
    }

    fn bytes_read(&self) -> u64 {
        self.read
    }
}
