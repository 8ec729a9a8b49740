//! Programs that manage the hooks of a repository, which are told about Kagiban in their own files.

use std::fs;
use std::path::Path;

use super::shim;

/// A program that writes hooks itself, and would overwrite or be broken by another's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framework {
    /// <https://typicode.github.io/husky>
    Husky,
    /// <https://lefthook.dev>
    Lefthook,
    /// <https://pre-commit.com>
    PreCommit,
    /// <https://github.com/sds/overcommit>
    Overcommit,
}

/// A framework of a repository, as found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Managed {
    /// Which.
    pub framework: Framework,
    /// The file that tells it what to run, from the top level.
    pub file: &'static str,
    /// Whether that file calls Kagiban.
    pub calls: bool,
}

impl Framework {
    const ALL: [Self; 4] = [Self::Husky, Self::Lefthook, Self::PreCommit, Self::Overcommit];

    /// Returns its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Husky => "Husky",
            Self::Lefthook => "Lefthook",
            Self::PreCommit => "pre-commit",
            Self::Overcommit => "Overcommit",
        }
    }

    /// Returns the files it is told by, the usual one first.
    const fn files(self) -> &'static [&'static str] {
        match self {
            Self::Husky => &[".husky/pre-commit"],
            Self::Lefthook => &[
                "lefthook.yml",
                ".lefthook.yml",
                "lefthook.yaml",
                ".lefthook.yaml",
                ".config/lefthook.yml",
                "lefthook.toml",
                "lefthook.json",
            ],
            Self::PreCommit => &[".pre-commit-config.yaml", ".pre-commit-config.yml"],
            Self::Overcommit => &[".overcommit.yml"],
        }
    }

    /// Returns what is to be added to its file.
    #[must_use]
    pub const fn lines(self) -> &'static str {
        match self {
            Self::Husky => shim::BY_HAND,
            Self::Lefthook => "pre-commit:\n  commands:\n    kagiban:\n      run: kagiban hook run",
            Self::PreCommit => {
                "repos:\n  \
                 - repo: local\n    \
                   hooks:\n      \
                     - id: kagiban\n        \
                       name: kagiban\n        \
                       entry: kagiban hook run\n        \
                       language: system\n        \
                       always_run: true\n        \
                       require_serial: true"
            }
            Self::Overcommit => {
                "PreCommit:\n  CustomScript:\n    enabled: true\n    required_executable: 'kagiban'\n    \
                 command: ['kagiban', 'hook', 'run']"
            }
        }
    }

    /// Tells whether a hook is one of those it writes.
    fn wrote(self, hook: &str) -> bool {
        match self {
            Self::Husky => hook.contains("husky"),
            Self::Lefthook => hook.contains("lefthook"),
            Self::PreCommit => hook.contains("pre_commit") || hook.contains("pre-commit.com"),
            Self::Overcommit => hook.contains("overcommit"),
        }
    }

    fn found(self, top: &Path, hook: Option<&str>, folder: &Path) -> Option<Managed> {
        let there = self.files().iter().copied().find(|file| top.join(file).is_file());
        let is_its_folder = self == Self::Husky && folder.starts_with(top.join(".husky"));
        let is_there = there.is_some() || is_its_folder || hook.is_some_and(|hook| self.wrote(hook));
        let file = there.or_else(|| self.files().first().copied())?;
        let calls = |text: String| if self == Self::Husky { shim::calls(&text) } else { names(&text) };
        let calls = there.is_some_and(|file| fs::read_to_string(top.join(file)).is_ok_and(calls));
        is_there.then_some(Managed { framework: self, file, calls })
    }
}

/// Tells whether a configuration has an entry for Kagiban.
fn names(text: &str) -> bool {
    text.lines().any(|line| line.contains("kagiban") && !line.trim_start().starts_with('#'))
}

impl Managed {
    /// Looks for one by its files and by the hook it wrote. Where there are traces of several, the
    /// one that wrote the hook is it.
    pub(super) fn find(top: &Path, folder: &Path, hook: Option<&str>) -> Option<Self> {
        let found = || Framework::ALL.into_iter().filter_map(|framework| framework.found(top, hook, folder));
        let of_hook = |managed: &Self| hook.is_some_and(|hook| managed.framework.wrote(hook));
        found().find(of_hook).or_else(|| found().next())
    }
}
