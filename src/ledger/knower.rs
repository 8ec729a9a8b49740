//! Who knows a credential.

use jiff::civil::Date;

use super::{Entry, Ledger, Person};

/// What somebody has to do with a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Answers for it.
    Owner,
    /// Was given it.
    Shared,
}

/// Somebody who knows the value of today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Knower<'l> {
    /// Who.
    pub name: &'l str,
    /// Why.
    pub role: Role,
    /// Since when; none for the owner.
    pub since: Option<Date>,
    /// When the share ended or ends, through this day.
    pub until: Option<Date>,
    /// When they left, if they have.
    pub left: Option<Date>,
}

impl Knower<'_> {
    /// Tells whether they should no longer know it: they left, or their share is over.
    #[must_use]
    pub fn is_past(&self, today: Date) -> bool {
        self.left.is_some_and(|left| left <= today) || self.until.is_some_and(|until| until < today)
    }
}

impl Ledger {
    /// Finds a person.
    #[must_use]
    pub fn person(&self, name: &str) -> Option<&Person> {
        self.people.iter().find(|person| person.name == name)
    }

    /// Returns everybody who knows the value of today of a credential, whether they should or not;
    /// the owner first. A revoked credential is known by nobody.
    #[must_use]
    pub fn knowers<'l>(&'l self, entry: &'l Entry, today: Date) -> Vec<Knower<'l>> {
        if entry.revoked.is_some_and(|revoked| revoked <= today) {
            return Vec::new();
        }
        let left = |name: &str| self.person(name).and_then(|person| person.left);
        let owner = Knower {
            name: &entry.owner,
            role: Role::Owner,
            since: None,
            until: None,
            left: left(&entry.owner),
        };
        let shares = entry.shared_with.iter().filter(|share| share.since <= today).map(|share| Knower {
            name: &share.name,
            role: Role::Shared,
            since: Some(share.since),
            until: share.until,
            left: left(&share.name),
        });
        let mut knowers: Vec<Knower<'l>> = std::iter::once(owner).chain(shares).collect();
        knowers.retain(|knower| knows(knower, entry.issued, today));
        knowers
    }
}

/// Tells whether somebody ever had the value that was issued on a day.
fn knows(knower: &Knower<'_>, issued: Date, today: Date) -> bool {
    if !knower.is_past(today) {
        return true;
    }
    // Who was given it after it was issued was given this one.
    if knower.since.is_some_and(|since| since >= issued) {
        return true;
    }
    // A value that took the old one's place on their last day is not theirs any more.
    let before_left = knower.left.is_none_or(|left| left > today || issued < left);
    let before_end = knower.until.is_none_or(|until| until >= today || issued < until);
    before_left && before_end
}
