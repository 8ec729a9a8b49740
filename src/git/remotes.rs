//! Remotes, and what they had when they were last heard of.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::time::Instant;

use super::refs::RefKind;
use super::{GitError, Id, Repo, reftable_log};

/// A remote that something was fetched from or pushed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remote {
    /// Its address without user, password and scheme, or its name.
    pub shown: String,
    /// What its branches were at.
    pub tips: Vec<Id>,
    /// When, in seconds since 1970.
    pub heard_of: Option<i64>,
}

impl Repo {
    /// Returns the remotes that have tracking references, sorted.
    ///
    /// # Errors
    /// When the references cannot be listed.
    pub fn remotes(&self) -> Result<Vec<Remote>, GitError> {
        let local = self.local();
        let config = local.config_snapshot();
        let names: Vec<String> = local.remote_names().iter().map(ToString::to_string).collect();
        let mut tips: BTreeMap<String, Vec<Id>> = BTreeMap::new();
        for reference in self.refs()?.iter().filter(|reference| reference.kind == RefKind::Remote) {
            let below = reference.name.strip_prefix("refs/remotes/").unwrap_or_default();
            let name = names
                .iter()
                .find(|name| below.strip_prefix(name.as_str()).is_some_and(|b| b.starts_with('/')));
            let name = name.map_or_else(|| below.split('/').next().unwrap_or_default(), String::as_str);
            tips.entry(name.to_owned()).or_default().push(reference.target);
        }
        let remotes = tips.into_iter().map(|(name, tips)| {
            let url = config.string(format!("remote.{name}.url").as_str());
            let shown = url.map_or_else(|| name.clone(), |url| without_user(&url.to_string()));
            Remote { shown, heard_of: self.heard_of(&name), tips }
        });
        Ok(remotes.collect())
    }

    /// Returns where the remotes are, without users and passwords; whether or not anything is known
    /// of what they hold.
    #[must_use]
    pub fn addresses(&self) -> Vec<String> {
        let local = self.local();
        let config = local.config_snapshot();
        let names = local.remote_names();
        let urls = names.iter().filter_map(|name| config.string(format!("remote.{name}.url").as_str()));
        urls.map(|url| without_user(&url.to_string())).collect()
    }

    /// The last time a reflog says that a branch of the remote moved.
    fn heard_of(&self, remote: &str) -> Option<i64> {
        let prefix = format!("refs/remotes/{remote}/");
        if let Some(seconds) = reftable_log::last_moved(self.common_dir(), &prefix) {
            return Some(seconds);
        }
        let logs = self.common_dir().join("logs/refs/remotes").join(remote);
        let files = walkdir::WalkDir::new(logs).into_iter().flatten().filter(|e| e.file_type().is_file());
        let times = files.filter_map(|file| {
            let text = fs::read(file.path()).ok()?;
            let last = text.split(|b| *b == b'\n').rfind(|line| !line.is_empty())?;
            let who = last.split(|b| *b == b'\t').next()?;
            let seconds = who.rsplit(|b| *b == b' ').nth(1)?;
            std::str::from_utf8(seconds).ok()?.parse().ok()
        });
        times.max()
    }

    /// Returns everything reachable from `tips`; `None` when that takes longer than `deadline`.
    #[must_use]
    pub fn reachable(&self, tips: &[Id], deadline: Instant) -> Option<HashSet<Id>> {
        let mut reader = self.reader();
        let mut seen: HashSet<Id> = HashSet::new();
        let mut open: Vec<Id> = tips.to_vec();
        while let Some(id) = open.pop() {
            if !seen.insert(id) {
                continue;
            }
            if seen.len().is_multiple_of(256) && Instant::now() >= deadline {
                return None;
            }
            // What a shallow or partial clone lacks has nothing below it here.
            if let Ok(commit) = reader.commit(id) {
                open.extend(commit.parents.iter().filter(|parent| !seen.contains(*parent)));
            }
        }
        Some(seen)
    }
}

/// An address as people say it: host and path.
fn without_user(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = host.rsplit('@').next().unwrap_or_default();
    let joined = if url.contains("://") {
        format!("{host}{path}")
    } else {
        format!("{}{path}", host.replacen(':', "/", 1))
    };
    let bare = joined.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    bare.strip_suffix(".git").unwrap_or(bare).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lose_what_is_secret_in_them() {
        for url in [
            "https://github.com/x/y.git",
            "https://aki:word@github.com/x/y.git?token=1",
            "ssh://git@github.com/x/y",
            "git@github.com:x/y.git",
        ] {
            assert_eq!(without_user(url), "github.com/x/y", "{url}");
        }
        assert_eq!(without_user("/srv/git/y.git"), "/srv/git/y");
    }
}
