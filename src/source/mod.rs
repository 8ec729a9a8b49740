//! What yields documents.
//!
//! Push, not pull: a source lends its buffer for the length of a call, so nothing is copied and
//! nothing piles up.

mod budget;
mod memory;
mod blob;
mod history;
mod range;
mod snapshot;
mod staged;
mod stdin;
mod worktree;

pub use blob::{Held, lend};
pub use history::History;
pub use memory::{Memory, MemoryHistory};
pub use range::{Ends, Range};
pub use staged::Staged;
pub use stdin::Stdin;
pub use worktree::Worktree;

use std::collections::BTreeSet;
use std::io::{self, Read};
use std::ops;
use std::sync::Arc;

use crate::model::{Document, Limits, Mode, NoFiles, Origin, Problem, ReadSeek, Snapshot};

/// Takes what a source yields, on any thread.
pub trait Sink: Sync {
    /// Takes a document that fits into one window.
    fn document(&self, document: Document<'_>);

    /// Takes a document of any size.
    fn stream(&self, origin: &Arc<Origin>, content: &mut dyn Content);

    /// Takes the name of a file, which can hold a secret as well as its content can, with the
    /// commit that brings it where there is one.
    fn file_name(&self, root: u32, path: &str, commit: Option<&Arc<str>>);

    /// Counts a commit.
    fn commit(&self);

    /// Tells whether anything in the bytes could matter.
    fn passes(&self, bytes: &[u8]) -> bool;

    /// The same of bytes that were made of others in which nothing matters. `fresh` are the ranges
    /// that were put in, ascending, and as empty ranges the borders between what stood apart.
    fn passes_near(&self, bytes: &[u8], fresh: &[ops::Range<usize>]) -> bool;

    /// Tells whether a file in which nothing could matter is read for its name.
    fn reads_by_name(&self, path: &str) -> bool;

    /// Counts a file whose name is not known yet.
    fn count(&self, bytes: u64);

    /// Tells whether anything is found in a file whose name is not known yet and in which something
    /// could matter. If so it is lent [again](Self::again) under its names.
    fn is_worth_naming(&self, bytes: &[u8]) -> bool;

    /// Takes a file that was counted before, under a name it has.
    fn again(&self, origin: &Arc<Origin>, bytes: &[u8]);

    /// Takes something that could not be audited, or not whole.
    fn problem(&self, problem: Problem);
}

/// The content of a document that is read piece by piece.
pub trait Content {
    /// Goes back to the beginning. `None` when that is impossible, as for a pipe.
    ///
    /// # Errors
    /// When it could be read before and no longer can.
    fn restart(&mut self) -> io::Result<Option<()>>;

    /// Returns the reader.
    fn reader(&mut self) -> &mut dyn Read;

    /// Returns the bytes read since the beginning.
    fn bytes_read(&self) -> u64;

    /// Returns the content as something that can be read from any place in it, at its beginning.
    /// `None` where that is impossible, as for a pipe.
    fn seekable(&mut self) -> Option<&mut dyn ReadSeek> {
        None
    }
}

/// Where documents come from.
pub trait Source: Sync {
    /// Which mode it serves.
    fn mode(&self) -> Mode;

    /// Lends every document to the sink. A bad item is a problem for the sink.
    fn visit(&self, limits: &Limits, sink: &dyn Sink);

    /// Lends what a change replaces, so that what was there before does not count. Asked only for
    /// the commits whose additions hold something; a source without commits is asked for none of
    /// them, by `None`. The origin of what is lent names the commit that was asked about.
    fn visit_old(&self, _asked: &BTreeSet<Option<Arc<str>>>, _limits: &Limits, _sink: &dyn Sink) {}

    /// Lends the files of the state in which structure is judged, where [`visit`](Self::visit) lends
    /// versions of files: HEAD's tree of a history, the touched files of a range as its last commit
    /// leaves them.
    fn visit_state(&self, _limits: &Limits, _sink: &dyn Sink) {}

    /// Lends what that state replaces. The origin names the commit of the state itself.
    fn visit_state_before(&self, _limits: &Limits, _sink: &dyn Sink) {}

    /// Returns the files of the state in which structure is judged.
    fn snapshot(&self) -> Box<dyn Snapshot + '_> {
        Box::new(NoFiles)
    }
}
