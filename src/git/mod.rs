//! Git repositories, read without running git. The only room that names gix.
//!
//! A repository is opened as data: no filter, hook, monitor or other program of its configuration
//! runs, no file its configuration points to is read, and who owns it changes nothing. Replace refs
//! are not followed, since they could hide what is there. Whatever cannot be read becomes a
//! [`Problem`] of the caller's report, never silence.

mod attribution;
mod commit;
mod delta;
mod error;
mod everything;
mod families;
mod follow;
mod graph;
mod grouped;
mod history;
mod id;
mod lookout;
mod names;
mod number_set;
mod object;
mod objects;
mod open;
mod pack;
mod pack_walk;
mod parse;
mod people;
mod range;
mod refs;
mod reftable;
mod reftable_log;
mod remotes;
mod size;
mod snapshot;
mod staged;
mod standing;
mod submodules;
mod tracking;
mod trailer;
mod tree;
mod tree_near;

pub use attribution::{Named, Places, Wanted};
pub use delta::Edits;
pub use error::GitError;
pub use everything::{Lent, Take};
pub use follow::{Followed, Met, Stay};
pub use graph::{Commit, Graph};
pub use history::Attribution;
pub use id::Id;
pub use lookout::{AtPaths, Holds};
pub use names::{Names, Naming, Noted};
pub use number_set::NumberSet;
pub use object::{Fault, ObjectKind};
pub use objects::Reader;
pub use open::{Environment, Repo};
pub use parse::EntryKind;
pub use range::{Added, Commits, Range};
pub use refs::{Ref, RefKind};
pub use remotes::{Remote, Told};
pub use snapshot::{Snapshot, State};
pub use staged::Staged;
pub use submodules::{Submodule, Submodules};
pub use tracking::Tracking;
pub use tree::{Entry, META_BYTES_MAX};

use crate::model::{Problem, SkipReason};

/// Says what cannot be audited, by a name a person can look up.
fn problem(path: impl Into<String>, reason: SkipReason, detail: impl Into<String>) -> Problem {
    Problem { path: path.into(), reason, detail: Some(detail.into()) }
}

/// A path as git stores it; `None` where this system has no such path.
fn path_of(bytes: &[u8]) -> Option<std::path::PathBuf> {
    gix::path::from_byte_slice(bytes).ok().map(std::path::Path::to_path_buf)
}
