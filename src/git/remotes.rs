//! Remotes, and what they had when they were last heard of.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::time::Instant;

use super::refs::{Ref, RefKind};
use super::reftable_log::{self, Moved};
use super::{GitError, Id, Repo};

/// A remote that something was fetched from or pushed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remote {
    /// What it is called here.
    pub name: String,
    /// Its address without user, password and scheme, or its name.
    pub shown: String,
    /// What its branches were at.
    pub tips: Vec<Id>,
    /// When, in seconds since 1970.
    pub heard_of: Option<i64>,
}

/// What is known of a reference besides what it points to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    /// When its reflog begins, in seconds since 1970.
    pub since: Option<i64>,
    /// The remote that has it, as it is shown.
    pub remote: Option<String>,
    /// When that remote was last heard of, in seconds since 1970.
    pub heard_of: Option<i64>,
}

impl Repo {
    /// Returns what is known of `references` besides what they point to, by their whole names.
    pub(super) fn told(&self, references: &[Ref], remotes: &[Remote]) -> BTreeMap<String, Told> {
        let of = |reference: &Ref| {
            let below = reference.name.strip_prefix("refs/remotes/");
            let of_it = |remote: &&Remote| below.is_some_and(|name| is_branch_of(name, &remote.name));
            let remote = remotes.iter().filter(of_it).max_by_key(|remote| remote.name.len());
            let told = Told {
                since: self.named_at(&reference.name),
                remote: remote.map(|remote| remote.shown.clone()),
                heard_of: remote.and_then(|remote| remote.heard_of),
            };
            (reference.name.clone(), told)
        };
        references.iter().map(of).collect()
    }

    /// When a reference got its name, as far back as its reflog goes, in seconds since 1970.
    fn named_at(&self, name: &str) -> Option<i64> {
        // In tables the number of an update stands behind the name and a zero.
        let of_tables = reftable_log::moved(self.common_dir(), &format!("{name}\0"));
        let moved = of_tables.or_else(|| {
            // Tables can name anything; a log is an ordinary file of the git folder.
            let is_inside = name.starts_with("refs/") && name.split('/').all(|part| part != "..");
            let path = Some(self.common_dir().join("logs").join(name)).filter(|_| is_inside)?;
            let text =
                fs::metadata(&path).is_ok_and(|about| about.is_file()).then(|| fs::read(path))?.ok()?;
            Some(text.split(|b| *b == b'\n').filter_map(moved_of).collect())
        })?;
        let renamed = moved.iter().filter(|moved| moved.is_renamed).max();
        renamed.or_else(|| moved.iter().min()).map(|moved| moved.seconds)
    }

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
            let name = names.iter().find(|name| is_branch_of(below, name));
            let name = name.map_or_else(|| below.split('/').next().unwrap_or_default(), String::as_str);
            tips.entry(name.to_owned()).or_default().push(reference.target);
        }
        let remotes = tips.into_iter().map(|(name, tips)| {
            let url = config.string(format!("remote.{name}.url").as_str());
            let shown = url.map_or_else(|| name.clone(), |url| without_user(&url.to_string()));
            Remote { shown, heard_of: self.heard_of(&name), tips, name }
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
        if let Some(moved) = reftable_log::moved(self.common_dir(), &prefix) {
            return moved.iter().map(|moved| moved.seconds).max();
        }
        let logs = self.common_dir().join("logs/refs/remotes").join(remote);
        let files = walkdir::WalkDir::new(logs).into_iter().flatten().filter(|e| e.file_type().is_file());
        let times = files.filter_map(|file| {
            let text = fs::read(file.path()).ok()?;
            Some(moved_of(text.split(|b| *b == b'\n').rfind(|line| !line.is_empty())?)?.seconds)
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

fn is_branch_of(below: &str, remote: &str) -> bool {
    below.strip_prefix(remote).is_some_and(|rest| rest.starts_with('/'))
}

/// A line of a reflog.
fn moved_of(line: &[u8]) -> Option<Moved> {
    let mut parts = line.splitn(2, |b| *b == b'\t');
    let seconds = parts.next()?.rsplit(|b| *b == b' ').nth(1)?;
    Some(Moved::new(std::str::from_utf8(seconds).ok()?.parse().ok()?, parts.next().unwrap_or_default()))
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
