//! Why a repository cannot be audited at all.

use std::path::PathBuf;

/// Ends an audit before it begins.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GitError {
    /// There is no repository.
    #[error("{}: not a git repository", .0.display())]
    NotARepository(PathBuf),
    /// A repository is there, but cannot be opened.
    #[error("{}: the git repository cannot be opened: {detail}", .path.display())]
    Unopened {
        /// Its folder.
        path: PathBuf,
        /// What is wrong.
        detail: String,
    },
    /// The index cannot be read.
    #[error("{}: the index cannot be read: {detail}", .path.display())]
    Index {
        /// Its file.
        path: PathBuf,
        /// What is wrong.
        detail: String,
    },
    /// A revision names no commit.
    #[error("`{spec}` is no revision: {detail}")]
    Revision {
        /// As written.
        spec: String,
        /// What is wrong.
        detail: String,
    },
    /// The commit, tree or reference that everything starts from cannot be read.
    #[error("{what} cannot be read: {detail}")]
    Unreadable {
        /// What.
        what: String,
        /// What is wrong.
        detail: String,
    },
}
