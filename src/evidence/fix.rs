//! How long findings stayed open, by the runs that saw them.
//!
//! A finding is mended when complete runs of every kind that saw it no longer do, or when the ledger
//! says that its value is no longer in use. One that somebody accepted is not mended, and no longer
//! counted. The days are those between runs, so they are never too few.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::days_between;
use super::run::Run;
use crate::model::Severity;

/// One finding of which a run history tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// Its name.
    pub fingerprint: String,
    /// How bad it was when it was seen first.
    pub severity: Severity,
    /// The first run that saw it.
    pub opened: String,
    /// The first run that saw it mended.
    pub closed: Option<String>,
    /// Days between the two, or until now.
    pub days: i64,
}

/// The times of one severity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FixTable {
    /// Which.
    pub severity: Severity,
    /// Days in which it is to be mended.
    pub days_max: i64,
    /// How many were mended in time.
    pub in_time: usize,
    /// How many were mended late.
    pub late: usize,
    /// The days of the one in the middle, of those that were mended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub median_days: Option<i64>,
    /// The days of the one that took longest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub longest_days: Option<i64>,
    /// How many are open.
    pub open: usize,
    /// How many of those should have been mended by now.
    pub overdue: usize,
}

struct Watched {
    severity: Severity,
    opened: String,
    seen_by: BTreeSet<String>,
}

/// Returns every finding with a severity of which the runs tell, by name.
#[must_use]
pub fn fixes(runs: &[&Run], now: &str) -> Vec<Fix> {
    let mut watched: BTreeMap<String, Watched> = BTreeMap::new();
    let mut done = Vec::new();
    for run in runs {
        for (severity, name) in run.open.iter() {
            let found = watched.entry(name.to_owned()).or_insert_with(|| Watched {
                severity,
                opened: run.at.clone(),
                seen_by: BTreeSet::new(),
            });
            found.seen_by.insert(run.mode.clone());
        }
        watched.retain(|name, _| !run.suppressed.contains(name));
        let open: BTreeSet<&str> = run.open.iter().map(|(_, name)| name).collect();
        let mut mended = Vec::new();
        for (name, found) in &mut watched {
            if run.rotated.contains(name) {
                mended.push(name.clone());
            } else if run.is_comparable() && !open.contains(name.as_str()) {
                found.seen_by.remove(&run.mode);
                if found.seen_by.is_empty() {
                    mended.push(name.clone());
                }
            }
        }
        for name in mended {
            let Some(found) = watched.remove(&name) else { continue };
            let days = days_between(&found.opened, &run.at).unwrap_or_default();
            let (severity, opened, closed) = (found.severity, found.opened, Some(run.at.clone()));
            done.push(Fix { fingerprint: name, severity, opened, closed, days });
        }
    }
    for (fingerprint, found) in watched {
        let days = days_between(&found.opened, now).unwrap_or_default();
        done.push(Fix { fingerprint, severity: found.severity, opened: found.opened, closed: None, days });
    }
    done.sort_by(|a, b| (&a.fingerprint, &a.opened).cmp(&(&b.fingerprint, &b.opened)));
    done
}

impl FixTable {
    /// Sums up one severity; none for those without a time to be mended in.
    #[must_use]
    pub fn of(severity: Severity, fixes: &[Fix]) -> Option<Self> {
        let days_max = match severity {
            Severity::Critical => 7,
            Severity::High => 30,
            Severity::Medium | Severity::Low | Severity::Info => return None,
        };
        let of: Vec<&Fix> = fixes.iter().filter(|fix| fix.severity == severity).collect();
        let mut closed: Vec<i64> = of.iter().filter(|fix| fix.closed.is_some()).map(|fix| fix.days).collect();
        closed.sort_unstable();
        let open: Vec<i64> = of.iter().filter(|fix| fix.closed.is_none()).map(|fix| fix.days).collect();
        let late = closed.iter().filter(|days| **days > days_max).count();
        Some(Self {
            severity,
            days_max,
            in_time: closed.len() - late,
            late,
            median_days: closed.get(closed.len() / 2).copied(),
            longest_days: closed.last().copied(),
            open: open.len(),
            overdue: open.iter().filter(|days| **days > days_max).count(),
        })
    }

    /// Sums up the severities that have a time to be mended in.
    #[must_use]
    pub fn all(fixes: &[Fix]) -> Vec<Self> {
        [Severity::Critical, Severity::High].into_iter().filter_map(|s| Self::of(s, fixes)).collect()
    }

    /// How many there were.
    #[must_use]
    pub const fn total(&self) -> usize {
        self.in_time + self.late + self.open
    }
}
