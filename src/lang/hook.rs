//! What `kagiban hook` says.

/// Sentences about the hook that git runs before a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AboutHook<'a> {
    /// It was written.
    Installed {
        /// Its file.
        path: &'a str,
    },
    /// An older one was written anew.
    Renewed {
        /// Its file.
        path: &'a str,
    },
    /// It is there and works.
    AlreadyThere {
        /// Its file.
        path: &'a str,
    },
    /// It was removed.
    Removed {
        /// Its file.
        path: &'a str,
    },
    /// There is none.
    Absent {
        /// Its file.
        path: &'a str,
    },
    /// It is Kagiban's, and out of date or not run.
    Stale {
        /// Its file.
        path: &'a str,
    },
    /// There is another hook, which calls Kagiban.
    Calls {
        /// Its file.
        path: &'a str,
    },
    /// There is another hook, which does not call Kagiban.
    Other {
        /// Its file.
        path: &'a str,
        /// What to add to it.
        line: &'a str,
    },
    /// There is another hook, which was not removed.
    Kept {
        /// Its file.
        path: &'a str,
    },
    /// There is another hook, so none was written.
    Taken {
        /// Its file.
        path: &'a str,
    },
    /// What to do where there is another hook.
    AddInstead {
        /// What to add to it.
        line: &'a str,
    },
    /// Git does not say where hooks belong.
    NoFolder {
        /// What it says instead.
        said: &'a str,
    },
    /// Said by the hook: the program is gone, and the commit is stopped.
    ProgramGone,
    /// Said by the hook: the audit was incomplete, and the commit goes on.
    Incomplete,
}
