//! How far each secret got: findings and what git knows of them.
//!
//! Asked only about what was found. Facts are about the secret, so findings of one secret share
//! them; what cannot be known stays absent.

mod facts;
mod followed;
mod history;
mod range;
mod severity;
mod told;
mod worktree;

pub use history::{Holder, Holders, of_history};
pub use range::of_range;
pub use severity::Moves;
pub use told::{ToldCommit, of_told};
pub use worktree::of_worktree;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::Duration;

use crate::git::{Attribution, Id, Repo};
use crate::model::Fingerprint;

/// Time that following paths through history may take.
pub const HISTORY_TIME_MAX: Duration = Duration::from_secs(2);

/// Finds again in old versions what was found in a new one.
pub trait Detects {
    /// Returns what a file of this name and content holds.
    fn fingerprints(&self, path: &str, bytes: &[u8]) -> BTreeSet<Fingerprint>;
}

/// What is asked about exposure.
#[derive(Clone, Copy)]
pub enum Asked<'a> {
    /// Of the findings of a scan of files.
    OfWorktree(&'a AskedOfWorktree),
    /// Of the findings of a range of commits.
    OfRange(AskedOfRange<'a>),
    /// Of the findings of a history that was told, not read.
    OfTold {
        /// Its commits, the oldest first.
        commits: &'a [ToldCommit],
        /// The time to judge by, in seconds since 1970.
        now_seconds: i64,
    },
    /// Of the findings of a whole history, whose source leaves here what it learned.
    OfHistory {
        /// What the source learned.
        attribution: &'a OnceLock<Attribution>,
        /// What stands before the paths of a submodule; empty where there is none.
        prefix: &'a str,
        /// The time to judge by, in seconds since 1970.
        now_seconds: i64,
    },
}

/// What is asked about the findings of a range of commits.
#[derive(Clone, Copy)]
pub struct AskedOfRange<'a> {
    /// The repository.
    pub repo: &'a Repo,
    /// The newest commit of the range.
    pub head: Id,
    /// The time to judge by, in seconds since 1970.
    pub now_seconds: i64,
    /// How long history may take.
    pub time_max: Duration,
}

/// What is asked about the findings of a scan of files.
#[derive(Debug, Clone)]
pub struct AskedOfWorktree {
    /// What paths of each root are relative to.
    pub bases: Vec<PathBuf>,
    /// The time to judge by, in seconds since 1970.
    pub now_seconds: i64,
    /// How long history may take.
    pub time_max: Duration,
}
