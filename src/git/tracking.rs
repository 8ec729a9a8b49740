//! What git knows of a file of the working tree.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use gix::index::entry::{Flags, Mode};
use gix::worktree::stack::state::ignore::Source;

use super::{GitError, Id, Repo};

/// How git sees a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tracking {
    /// The index holds it.
    Tracked(Id),
    /// Not in the index, and kept out of it by this file and line.
    Ignored(String),
    /// Not in the index.
    Untracked,
}

impl Repo {
    /// Tells how git sees each of `paths`, which are relative to the top level.
    ///
    /// # Errors
    /// When the index or the ignore rules cannot be read.
    pub fn tracking(&self, paths: &[&str]) -> Result<Vec<Tracking>, GitError> {
        let unreadable =
            |detail: String| GitError::Unreadable { what: "the ignore rules".to_owned(), detail };
        let mut local = self.local();
        if let Some(top) = self.top() {
            local.set_workdir(Some(top.to_path_buf())).map_err(|error| unreadable(error.to_string()))?;
        }
        let index = self.index()?;
        let stack = local.excludes(&index, None, Source::default());
        let mut stack = stack.map_err(|error| unreadable(error.to_string()))?;
        let mut all = Vec::new();
        for path in paths {
            let entry = index.entry_by_path((*path).into());
            let entry = entry.filter(|entry| !entry.flags.contains(Flags::INTENT_TO_ADD));
            if let Some(entry) = entry {
                all.push(Tracking::Tracked(Id(entry.id)));
                continue;
            }
            // A path that cannot be looked up, such as one through a link, is ignored by nothing.
            let rule = stack.at_entry(*path, Some(Mode::FILE)).ok().and_then(|platform| {
                let matched = platform.matching_exclude_pattern()?;
                let is_kept = matched.pattern.is_negative();
                (!is_kept).then(|| self.rule_name(matched.source, matched.sequence_number))
            });
            all.push(rule.map_or(Tracking::Untracked, Tracking::Ignored));
        }
        Ok(all)
    }

    fn rule_name(&self, file: Option<&Path>, line: usize) -> String {
        let relative = |file: &Path| {
            let top = self.top().and_then(|top| file.strip_prefix(top).ok());
            let shared = || Some(Path::new(".git").join(file.strip_prefix(self.common_dir()).ok()?));
            top.map(Path::to_path_buf).or_else(shared)
        };
        // Where the user's own file lies is nobody's business in a report.
        let name = file.map_or_else(PathBuf::new, |file| {
            if file.is_relative() { file.to_path_buf() } else { relative(file).unwrap_or_else(own_name) }
        });
        format!("{}:{line}", name.to_string_lossy().replace('\\', "/"))
    }
}

fn own_name() -> PathBuf {
    PathBuf::from("core.excludesFile")
}

/// The user's own ignore rules, the one thing of the user's configuration that counts.
pub(super) fn own_excludes_file() -> Option<PathBuf> {
    let folder = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let home = folder("HOME");
    let shared = folder("XDG_CONFIG_HOME").or_else(|| Some(home.as_ref()?.join(".config")));
    let git = shared.map(|shared| shared.join("git"));
    let configs =
        [home.as_ref().map(|home| home.join(".gitconfig")), git.as_ref().map(|git| git.join("config"))];
    let named = configs.into_iter().flatten().find_map(|config| {
        let text = fs::read(config).ok()?;
        let file = gix::config::File::from_bytes_no_includes(
            &text,
            gix::config::file::Metadata::api(),
            gix::config::file::init::Options::default(),
        );
        let value = file.ok()?.raw_value("core.excludesFile").ok()?.to_string();
        match value.strip_prefix("~/") {
            Some(below) => Some(home.as_ref()?.join(below)),
            None => Some(PathBuf::from(value)),
        }
    });
    named.or_else(|| Some(git?.join("ignore"))).filter(|file| file.is_file())
}
