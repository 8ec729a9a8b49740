//! What has to be done about credentials, by their dates.

use jiff::civil::Date;

use super::{Entry, Ledger, Role};
use crate::model::Severity;

/// Days after which Amazon switches a client secret off.
pub const CLIENT_SECRET_DAYS: i32 = 180;
/// Days after which every other credential is to be replaced, and after which a seller has to
/// authorise a public application again.
pub const YEAR_DAYS: i32 = 365;
/// Days before such a date on which reminding begins.
pub const REMIND_DAYS: i32 = 30;
/// Days before a share ends on which reminding begins.
const SHARE_REMIND_DAYS: i32 = 14;

/// What is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DueKind<'l> {
    /// The value has to be replaced by this day, which is near.
    RotateSoon(Date),
    /// The value should have been replaced by this day.
    RotateOverdue(Date),
    /// Sellers have to authorise a public application again by this day, which is near.
    RenewSoon(Date),
    /// Sellers should have authorised a public application again by this day.
    RenewOverdue(Date),
    /// Somebody's share ends on this day, which is near.
    ShareEndsSoon(&'l str, Date),
    /// Somebody's share ended on this day, and the value they know is still that of today.
    ShareEnded(&'l str, Date),
    /// Somebody left on this day, and the value they know is still that of today.
    LeaverKnows(&'l str, Date),
    /// This day of the ledger lies in the future: the clock, or the ledger, is wrong.
    AheadOfClock(Date),
}

/// Something to do about a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due<'l> {
    /// The credential.
    pub entry: &'l Entry,
    /// What is due.
    pub kind: DueKind<'l>,
    /// How bad it is.
    pub severity: Severity,
    /// The rule that says so in audits; none for notices.
    pub rule: Option<&'static str>,
}

impl Ledger {
    /// Returns everything that is due, by entry in the order of the file and then in the order of
    /// [`DueKind`]. `is_public_app` says whether sellers authorise the application yearly.
    #[must_use]
    pub fn due(&self, today: Date, is_public_app: bool) -> Vec<Due<'_>> {
        self.entries.iter().flat_map(|entry| self.due_of(entry, today, is_public_app)).collect()
    }

    /// Returns what is due about one entry.
    #[must_use]
    pub fn due_of<'l>(&'l self, entry: &'l Entry, today: Date, is_public_app: bool) -> Vec<Due<'l>> {
        let mut all = Vec::new();
        if entry.revoked.is_none_or(|revoked| revoked > today) {
            all.extend(deadline(entry, today, is_public_app));
            all.extend(self.of_people(entry, today));
        }
        if let Some(ahead) = entry.latest_past_day().filter(|day| *day > today) {
            all.push(Due { entry, kind: DueKind::AheadOfClock(ahead), severity: Severity::Info, rule: None });
        }
        all
    }

    fn of_people<'l>(&'l self, entry: &'l Entry, today: Date) -> Vec<Due<'l>> {
        let due = |kind, severity, rule| Due { entry, kind, severity, rule };
        let mut all = Vec::new();
        for knower in self.knowers(entry, today) {
            let name = knower.name;
            let left = knower.left.filter(|left| *left <= today);
            match (left, knower.until) {
                (Some(left), _) => all.push(due(
                    DueKind::LeaverKnows(name, left),
                    Severity::Medium,
                    Some("leaver-still-knows"),
                )),
                (None, Some(until)) if until < today => {
                    let kind = DueKind::ShareEnded(name, until);
                    all.push(due(kind, Severity::Medium, Some("leaver-still-knows")));
                }
                (None, Some(until)) if days_between(today, until) <= SHARE_REMIND_DAYS => {
                    all.push(due(DueKind::ShareEndsSoon(name, until), Severity::Low, None));
                }
                _ => {}
            }
            debug_assert!(knower.role == Role::Shared || knower.until.is_none());
        }
        all
    }
}

/// Says whether the value has to be replaced, or will have to soon.
fn deadline(entry: &Entry, today: Date, is_public_app: bool) -> Option<Due<'_>> {
    let by = entry.deadline();
    let left = days_between(today, by);
    if left > REMIND_DAYS {
        return None;
    }
    let is_over = left < 0;
    let is_renewal = is_public_app && entry.class.as_str() == "lwa-refresh-token";
    let is_client_secret = entry.class.as_str() == "lwa-client-secret";
    let kind = match (is_renewal, is_over) {
        (true, true) => DueKind::RenewOverdue(by),
        (true, false) => DueKind::RenewSoon(by),
        (false, true) => DueKind::RotateOverdue(by),
        (false, false) => DueKind::RotateSoon(by),
    };
    let (severity, rule) = match (is_renewal, is_client_secret, is_over) {
        (true, _, true) => (Severity::Medium, "authorization-renewal-due"),
        (true, _, false) => (Severity::Low, "authorization-renewal-due"),
        (false, true, true) => (Severity::High, "client-secret-rotation-due"),
        (false, true, false) => (Severity::Medium, "client-secret-rotation-due"),
        (false, false, true) => (Severity::Medium, "credential-older-than-a-year"),
        (false, false, false) => (Severity::Low, "credential-older-than-a-year"),
    };
    Some(Due { entry, kind, severity, rule: Some(rule) })
}

impl Entry {
    /// Returns the last day on which the value of today may be used: what somebody decided, and
    /// never later than its kind allows.
    #[must_use]
    pub fn deadline(&self) -> Date {
        let days = if self.class.as_str() == "lwa-client-secret" { CLIENT_SECRET_DAYS } else { YEAR_DAYS };
        let by_kind = days_after(self.issued, days);
        self.rotate_by.map_or(by_kind, |by| by.min(by_kind))
    }

    /// The latest day that the ledger tells of as past.
    pub(super) fn latest_past_day(&self) -> Option<Date> {
        let former = self.former.iter().map(|former| former.rotated);
        former.chain([self.issued]).chain(self.revoked).max()
    }
}

/// Counts days from one date to another; negative where the other is earlier.
#[must_use]
pub(super) fn days_between(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |span| span.get_days())
}

/// Goes days ahead; stays at the end of the calendar.
#[must_use]
pub(super) fn days_after(from: Date, days: i32) -> Date {
    from.saturating_add(jiff::Span::new().days(days))
}
