//! Severity moves: first with the life of the secret, then with how far it got, one step up at most.

use jiff::Timestamp;

use crate::model::{Because, Family, Finding, Lifespan, Lifetime, Severity};

/// Seconds for which an access token works.
const HOUR_SECONDS: i64 = 3_600;
/// Days for which a client secret of the Selling Partner API works: 180, and 7 after a rotation.
const CLIENT_SECRET_DAYS: i64 = 187;
/// Since when no key for selling over Marketplace Web Service works: 22 April 2024.
/// developer-docs.amazon.com/sp-api/changelog/update-amazon-marketplace-web-service-mws-credential-deletion
const MWS_DELETED_SECONDS: i64 = 1_713_744_000;

/// How severities move in a run.
#[derive(Debug, Clone, Copy)]
pub struct Moves {
    /// The time to judge by, in seconds since 1970.
    pub now_seconds: i64,
    /// Whether exposure counts: a change is judged by what it changes.
    pub by_exposure: bool,
}

impl Moves {
    /// Moves the severity of a finding, whose rule's credentials live as `lifespan` says.
    pub fn settle(self, finding: &mut Finding, lifespan: Option<Lifespan>, lifetime: Lifetime) {
        if let Some((severity, because)) =
            lifespan.and_then(|lifespan| self.by_life(finding, lifespan, lifetime))
        {
            finding.severity = severity;
            finding.severity_because.push(because.into());
        }
        if self.by_exposure {
            raise(finding);
        }
    }

    fn by_life(self, finding: &Finding, lifespan: Lifespan, life: Lifetime) -> Option<(Severity, Because)> {
        let severity = finding.severity;
        let first_seen = first_seen(finding);
        let is_older = |seconds: i64| first_seen.is_some_and(|first| self.now_seconds - first > seconds);
        let (moved, because) = match lifespan {
            Lifespan::Hour if is_older(HOUR_SECONDS) => (severity.min(Severity::Low), Because::HourPassed),
            Lifespan::SignedAddress if life.ends.is_some_and(|end| end < self.now_seconds) => {
                (severity.min(Severity::Info), Because::AddressExpired)
            }
            Lifespan::HalfYear
                if life.is_selling
                    && !life.is_other_login
                    && !life.is_pay
                    && is_older(CLIENT_SECRET_DAYS * 86_400) =>
            {
                (step_down(severity), Because::SecretOutlived)
            }
            Lifespan::MarketplaceWebService if life.is_mws && life.is_pay => {
                (severity.max(Severity::High), Because::PayHonours)
            }
            Lifespan::MarketplaceWebService
                if life.is_mws
                    && self.now_seconds >= MWS_DELETED_SECONDS
                    && first_seen.is_some_and(|first| first < MWS_DELETED_SECONDS) =>
            {
                (severity.min(Severity::Low), Because::MwsDeleted)
            }
            _ => return None,
        };
        (moved != severity).then_some((moved, because))
    }
}

fn first_seen(finding: &Finding) -> Option<i64> {
    let first = finding.exposure.as_ref()?.first_seen.as_deref()?;
    Some(first.parse::<Timestamp>().ok()?.as_second())
}

const fn step_down(severity: Severity) -> Severity {
    match severity {
        Severity::Critical => Severity::High,
        Severity::High => Severity::Medium,
        Severity::Medium => Severity::Low,
        Severity::Low | Severity::Info => Severity::Info,
    }
}

/// Raises what was pushed. What is worth little stays so wherever it lies.
fn raise(finding: &mut Finding) {
    let pushed = finding.exposure.as_ref().is_some_and(|e| e.state.as_deref() == Some("pushed"));
    let counts = matches!(finding.family, Family::Leak | Family::CustomerData);
    let higher = match finding.severity {
        Severity::Medium => Severity::High,
        Severity::High => Severity::Critical,
        _ => return,
    };
    if pushed && counts {
        finding.severity = higher;
        finding.severity_because.push(Because::Pushed.into());
    }
}
