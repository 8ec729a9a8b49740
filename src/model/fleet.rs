//! Several repositories audited as one.

use std::sync::Arc;

use super::{Finding, Fingerprint, Origin, Place, RuleId};

/// What is known of several repositories together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fleet {
    /// Every repository, in the order of the report's roots.
    pub members: Vec<Member>,
    /// In how many shards it was audited.
    pub shards: u32,
    /// The shards of which there is no result, counted from 1.
    pub missing_shards: Vec<u32>,
    /// What several repositories share.
    pub across: Vec<Across>,
}

/// A repository of a fleet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its name across runs and machines.
    pub id: String,
    /// Where it is, as written, without users and passwords.
    pub at: String,
    /// Whose it is, where the list says so.
    pub client: Option<String>,
    /// The first of the report's roots that is its own.
    pub root: u32,
    /// What came of it.
    pub state: MemberState,
}

/// What came of a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MemberState {
    /// It was audited.
    Audited,
    /// It could not be audited; what the system said.
    Broken(String),
    /// There is no result of it.
    Missing,
}

/// What makes a thing that several repositories share worth knowing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AcrossKind {
    /// The same credential.
    Credential,
    /// Credentials of one owner: those that go with one client id or access key id.
    Owner,
    /// An outside party that credentials or order data are sent to.
    Party,
}

impl AcrossKind {
    /// Returns the name used in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Credential => "credential",
            Self::Owner => "owner",
            Self::Party => "party",
        }
    }
}

/// A thing that several repositories share.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Across {
    /// What kind of thing.
    pub kind: AcrossKind,
    /// The thing as it may be shown: a masked credential or a host.
    pub what: String,
    /// The rule that found it.
    pub rule: RuleId,
    /// The credential, or the set that an owner's credentials make; none for a party.
    pub fingerprint: Option<Fingerprint>,
    /// The repositories, by their places among the members.
    pub members: Vec<usize>,
    /// How many clients these belong to; a repository whose client is not told is one by itself.
    pub clients: usize,
}

impl Fleet {
    /// Returns the place among the members of the repository that a root belongs to.
    #[must_use]
    pub fn member_of(&self, root: u32) -> Option<usize> {
        self.members.partition_point(|member| member.root <= root).checked_sub(1)
    }
}

/// Puts the root before the path, so that files of two repositories are told apart where a format
/// has no other place for it. A place without a path is named by its root alone.
pub(super) fn rooted(finding: &mut Finding, roots: &[String]) {
    rooted_place(&mut finding.place, roots);
    finding.also_at.iter_mut().for_each(|also| rooted_place(&mut also.place, roots));
}

fn rooted_place(place: &mut Place, roots: &[String]) {
    let Some(root) = roots.get(place.origin.root as usize) else { return };
    let root = root.trim_end_matches('/');
    let path = match &place.origin.path {
        Some(path) => format!("{root}/{path}"),
        None => root.to_owned(),
    };
    place.origin = Arc::new(Origin { path: Some(path.into()), ..(*place.origin).clone() });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_lead_to_members() {
        let member = |root| Member {
            id: format!("m{root}"),
            at: String::new(),
            client: None,
            root,
            state: MemberState::Audited,
        };
        let fleet = Fleet { members: vec![member(0), member(1), member(3)], ..Fleet::default() };
        let members: Vec<_> = (0..5).map(|root| fleet.member_of(root)).collect();
        assert_eq!(members, [Some(0), Some(1), Some(1), Some(2), Some(2)]);
        assert_eq!(Fleet::default().member_of(0), None);
    }
}
