//! Who audits what, written down once for all tasks of a run.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::repository::{Repository, hex};
use super::share::{Shard, shares};

/// The version of plans and of what shards say when they are done.
pub(super) const PLAN_VERSION: u32 = 1;
/// Hex digits of a split that names of files hold.
const SPLIT_DIGITS: usize = 16;

/// Who audits what.
///
/// The first task of a run writes it, and all take it from there, so that a push while they start
/// cannot make two of them split the work differently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// `plan`.
    pub kind: String,
    /// The version of this form.
    pub plan_version: u32,
    /// The run and the split: names of repositories, shards, run.
    pub split: String,
    /// What tells the run from others, where something does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<String>,
    /// When it was written, RFC 3339.
    pub planned_at: String,
    /// In how many shards.
    pub shards: u32,
    /// Every repository, by name.
    pub repositories: Vec<Planned>,
}

/// A repository of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planned {
    /// Its name.
    pub id: String,
    /// Where it is, as it may be shown.
    pub at: String,
    /// Whose it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// How large it is, roughly.
    pub bytes: u64,
    /// Its shard, from 1.
    pub shard: u32,
}

/// What a shard says when it is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct DoneShard {
    /// `shard`.
    pub(super) kind: String,
    pub(super) plan_version: u32,
    pub(super) split: String,
    pub(super) shard: u32,
    pub(super) shards: u32,
    /// The repositories it audited, by name, each with what its result stands on.
    pub(super) repositories: Vec<DoneRepository>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct DoneRepository {
    pub(super) id: String,
}

impl Plan {
    /// Splits repositories, which are sorted by name, into shards.
    #[must_use]
    pub fn new(
        repositories: &[Repository],
        bytes: &[u64],
        shards: u32,
        run: Option<String>,
        planned_at: String,
    ) -> Self {
        let sized: Vec<(&str, u64)> =
            repositories.iter().map(|repository| repository.id.as_str()).zip(bytes.iter().copied()).collect();
        let planned =
            repositories.iter().zip(bytes).zip(shares(&sized, shards)).map(|((repository, bytes), shard)| {
                let (id, at, client) =
                    (repository.id.clone(), repository.at.clone(), repository.client.clone());
                Planned { id, at, client, bytes: *bytes, shard }
            });
        Self {
            kind: "plan".to_owned(),
            plan_version: PLAN_VERSION,
            split: split(repositories, shards, run.as_deref()),
            run,
            planned_at,
            shards,
            repositories: planned.collect(),
        }
    }

    /// Returns the shard of a repository.
    #[must_use]
    pub fn shard_of(&self, id: &str) -> Option<u32> {
        let at = self.repositories.binary_search_by(|planned| planned.id.as_str().cmp(id)).ok()?;
        self.repositories.get(at).map(|planned| planned.shard)
    }

    /// What a shard says when all of its repositories have a result.
    pub(super) fn done(&self, shard: Shard) -> DoneShard {
        let own = self.repositories.iter().filter(|planned| planned.shard == shard.index());
        DoneShard {
            kind: "shard".to_owned(),
            plan_version: PLAN_VERSION,
            split: self.split.clone(),
            shard: shard.index(),
            shards: shard.count(),
            repositories: own.map(|planned| DoneRepository { id: planned.id.clone() }).collect(),
        }
    }

    /// The name of its file.
    pub(super) fn file_name(split: &str) -> String {
        format!("plan-{}.json", short(split))
    }

    /// The name of the file in which a shard says that it is done.
    pub(super) fn done_name(split: &str, shard: Shard) -> String {
        format!("shard-{}-{:06}-of-{:06}.json", short(split), shard.index(), shard.count())
    }
}

/// What tells a split from all others.
pub(super) fn split(repositories: &[Repository], shards: u32, run: Option<&str>) -> String {
    let mut text = format!("{PLAN_VERSION}\n{shards}\n{}\n", run.unwrap_or_default());
    for repository in repositories {
        let _ = writeln!(text, "{}", repository.id);
    }
    format!("sha256:{}", hex(&Sha256::digest(text.as_bytes())))
}

fn short(split: &str) -> &str {
    let digits = split.strip_prefix("sha256:").unwrap_or(split);
    digits.get(..SPLIT_DIGITS).unwrap_or(digits)
}
