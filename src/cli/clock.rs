//! The only room that asks for the time; `--now` fixes it.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// When the run began.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    now: Timestamp,
    began: Option<Instant>,
}

impl Clock {
    /// Runs from now, or stands still at `fixed`.
    pub(super) fn new(fixed: Option<Timestamp>) -> Self {
        match fixed {
            Some(now) => Self { now, began: None },
            None => Self { now: Timestamp::now(), began: Some(Instant::now()) },
        }
    }

    /// Reads `--now`: RFC 3339, or a date for its midnight in UTC.
    pub(super) fn parsed(text: &str) -> Result<Timestamp, String> {
        let midnight = || text.parse::<Date>().ok()?.to_zoned(TimeZone::UTC).ok().map(|z| z.timestamp());
        text.parse::<Timestamp>().ok().or_else(midnight).ok_or_else(|| {
            "neither a date (2026-01-31) nor a time of RFC 3339 (2026-01-31T09:00:00Z)".to_owned()
        })
    }

    pub(super) const fn now(&self) -> Timestamp {
        self.now
    }

    pub(super) fn now_seconds(&self) -> i64 {
        self.now.as_second()
    }

    pub(super) fn today(&self) -> Date {
        self.now.to_zoned(TimeZone::UTC).date()
    }

    pub(super) fn started_at(&self) -> String {
        self.now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
    }

    /// Time since the beginning; zero where the clock stands still.
    pub(super) fn elapsed(&self) -> Duration {
        self.began.map(|began| began.elapsed()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_times_are_read() {
        let clock = Clock::new(Some(Clock::parsed("2026-01-31").unwrap()));
        assert_eq!(clock.started_at(), "2026-01-31T00:00:00Z");
        assert_eq!(clock.elapsed(), Duration::ZERO);
        assert!(Clock::parsed("2026-01-31T09:00:00+09:00").is_ok());
        assert!(Clock::parsed("yesterday").is_err());
    }
}
