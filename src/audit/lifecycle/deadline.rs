//! `client-secret-rotation-due`, `credential-older-than-a-year`, `authorization-renewal-due`: what the
//! ledger says of dates, and what git says of a credential that no ledger knows.

use super::{evidence, known, listed};
use crate::audit::{Corpus, CorpusAudit, Fault, Held, Standing, Stands};
use crate::ledger::{self, Due, DueKind, Entry, LEDGER_FILE, REMIND_DAYS};
use crate::model::{
    Because, Confidence, Evidence, Excerpt, Fact, Origin, Place, Position, Region, Severity, run_masked,
};
use crate::settings::AppClass;

/// Audits of one rule that the ledger's dates give.
pub(super) struct Deadline {
    rule: &'static str,
}

pub(super) const CLIENT_SECRET: Deadline = Deadline { rule: "client-secret-rotation-due" };
pub(super) const YEAR: Deadline = Deadline { rule: "credential-older-than-a-year" };
pub(super) const AUTHORIZATION: Deadline = Deadline { rule: "authorization-renewal-due" };

/// Days after which a client secret no longer works: its 180, and 7 after a rotation.
const OUTLIVED_DAYS: u64 = 187;

impl CorpusAudit for Deadline {
    fn rule(&self) -> &'static str {
        self.rule
    }

    fn judge(&self, corpus: &Corpus<'_>, stands: &mut Stands) {
        for due in dues(corpus) {
            if due.rule == Some(self.rule) {
                at_entry(due, self.severity(&due), stands);
            }
        }
        for held in corpus.findings.iter().filter(|held| known::is_lasting(held)) {
            let is_unknown = corpus.ledger.standing(held.finding.fingerprint) == ledger::Standing::Unknown;
            if is_unknown && let Some(fault) = self.by_git(held) {
                stands.fault(&[Standing::Finding(*held)], fault);
            }
        }
    }
}

impl Deadline {
    /// A seller who does not authorise again ends what others may do; nothing leaks by it.
    fn severity(&self, due: &Due<'_>) -> Severity {
        if self.rule == AUTHORIZATION.rule { due.severity.min(Severity::Low) } else { due.severity }
    }

    /// What is in the present state and has been for long was not rotated meanwhile: it would be
    /// another value. Whether it is the one in use nobody says.
    fn by_git(&self, held: &Held<'_>) -> Option<Fault> {
        let days = known::age_days(held)?;
        let is_client_secret = held.finding.rule.as_str() == "lwa-client-secret";
        let fault = || {
            let parts = [held.finding.fingerprint.to_string()];
            let seen = evidence("first-seen", run_masked(&format!("{days}")));
            Fault::of(parts).with([listed(held.finding.rule.as_str()), seen]).confidence(Confidence::Low)
        };
        if is_client_secret && self.rule == CLIENT_SECRET.rule {
            let life = held.lifetime;
            // A secret of advertising or of a sign-in has no end.
            if life.is_other_login || life.is_pay {
                return None;
            }
            let first = (ledger::CLIENT_SECRET_DAYS - REMIND_DAYS).unsigned_abs().into();
            return match days {
                days if days <= first => None,
                days if days <= OUTLIVED_DAYS && !life.is_selling => {
                    Some(fault().severity(Severity::Low, Because::NoLedger))
                }
                days if days <= OUTLIVED_DAYS => Some(fault()),
                _ if !life.is_selling => None,
                _ => Some(fault().severity(Severity::Low, Because::ShouldBeDead)),
            };
        }
        let is_old = days > ledger::YEAR_DAYS.unsigned_abs().into();
        let is_alive = !known::is_because(held, Because::MwsDeleted);
        let is_due = self.rule == YEAR.rule && !is_client_secret && is_old && is_alive;
        is_due.then(|| fault().severity(Severity::Low, Because::NoLedger))
    }
}

/// Everything that is due. Who did not say whether sellers authorise the application yearly is
/// reminded of that, and of the year that every credential has.
fn dues<'a>(corpus: &Corpus<'a>) -> Vec<Due<'a>> {
    let today = corpus.today();
    let is_private = corpus.own.app_class == Some(AppClass::Private);
    let mut all = corpus.ledger.due(today, !is_private);
    if corpus.own.app_class.is_none() {
        let is_over = |due: &Due<'_>| matches!(due.kind, DueKind::RotateOverdue(_));
        let is_token = |due: &Due<'_>| due.entry.class.as_str() == "lwa-refresh-token";
        let of_private = corpus.ledger.due(today, false);
        all.extend(of_private.into_iter().filter(|due| is_over(due) && is_token(due)));
    }
    all
}

/// Notes what is due at the entry of the ledger.
fn at_entry(due: Due<'_>, severity: Severity, stands: &mut Stands) {
    let (kind, date, is_over) = match due.kind {
        DueKind::RotateSoon(by) | DueKind::RenewSoon(by) => ("due-by", by, false),
        DueKind::RotateOverdue(by) | DueKind::RenewOverdue(by) => ("due-by", by, true),
        DueKind::ShareEndsSoon(..)
        | DueKind::ShareEnded(..)
        | DueKind::LeaverKnows(..)
        | DueKind::AheadOfClock(_) => return,
    };
    let mut fault = Fault::of([due.entry.id.as_str()])
        .with([entry_evidence(due.entry), evidence(kind, run_masked(&date.to_string()))]);
    if is_over {
        fault = fault.severity(severity, Because::Overdue);
    } else if severity != Severity::Medium {
        fault = fault.severity(severity, Because::DueSoon);
    }
    stands.fault(&[Standing::Fact(&fact_of(due.entry))], fault);
}

/// Names an entry.
pub(super) fn entry_evidence(entry: &Entry) -> Evidence {
    evidence("ledger-entry", run_masked(&entry.id))
}

/// An entry as something that a fault can stand on.
pub(super) fn fact_of(entry: &Entry) -> Fact {
    let start = Position { line: entry.line, column: 1 };
    let region = Region { start, end: start };
    let place = Place {
        origin: Origin::file(LEDGER_FILE).into(),
        inner: Vec::new(),
        region: Some(region),
        cell: None,
    };
    Fact { kind: "ledger-entry", text: entry.id.clone(), place, excerpt: Excerpt::default() }
}
