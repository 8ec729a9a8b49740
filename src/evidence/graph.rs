//! The run history as a graph of lines, and what is wrong with it.
//!
//! Nothing here depends on the order of the lines: two branches may be merged either way round.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::run::{Run, name_of};
use super::{day, days_between};

/// Days that may lie between two complete runs: scans are due every 30 days.
pub const GAP_DAYS: i64 = 30;

/// One line of the history.
#[derive(Debug, Clone)]
struct Line {
    /// As it stands in the file.
    text: String,
    /// The name it states.
    stated: String,
    /// Whether its text has that name.
    is_true: bool,
    run: Run,
}

/// The run history, as read.
#[derive(Debug, Clone, Default)]
pub struct History {
    lines: Vec<Line>,
    /// Lines that are no runs, by their numbers.
    unreadable: Vec<u64>,
}

/// Something about the history that somebody should know.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// A line that is no run, such as a mark of a conflict.
    Unreadable {
        /// Its number, from 1.
        line: u64,
    },
    /// A line whose text is not the one it was named after.
    Changed {
        /// The name it states.
        name: String,
        /// The day of its run.
        on: String,
    },
    /// A line that is named and not there: it was taken out, or changed together with its name.
    Unknown {
        /// The name.
        name: String,
        /// The day of the run that names it.
        by: String,
    },
    /// A line that an earlier commit holds and the file no longer does.
    Removed {
        /// Its name.
        name: String,
        /// The day of its run.
        on: String,
    },
    /// A line that is there more than once.
    Duplicate {
        /// Its name.
        name: String,
        /// The day of its run.
        on: String,
        /// How often.
        count: usize,
    },
    /// More days between two complete runs than there should be.
    Gap {
        /// The day of the earlier one.
        from: String,
        /// The day of the later one; none where there was none until now.
        to: Option<String>,
        /// How many days.
        days: i64,
    },
    /// Lines that go on from the same line, as after a merge of branches.
    Fork {
        /// The name of that line; none where several lines begin the history.
        from: Option<String>,
        /// How many go on from it.
        count: usize,
    },
    /// Ends that no line has joined yet; the next one will.
    Ends {
        /// How many.
        count: usize,
    },
}

impl Fault {
    /// Whether the history does not hold because of it. A fork is what merging branches leaves.
    #[must_use]
    pub const fn breaks(&self) -> bool {
        !matches!(self, Self::Fork { .. } | Self::Ends { .. })
    }

    /// Whether lines are not what they were, so that nothing may be concluded from them.
    #[must_use]
    pub const fn is_tampering(&self) -> bool {
        matches!(
            self,
            Self::Unreadable { .. } | Self::Changed { .. } | Self::Unknown { .. } | Self::Removed { .. }
        )
    }
}

/// What a check came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// How many runs there are.
    pub runs: usize,
    /// The day of the first and of the last.
    pub span: Option<(String, String)>,
    /// What is wrong, sorted.
    pub faults: Vec<Fault>,
}

impl Verdict {
    /// Whether nothing breaks the history.
    #[must_use]
    pub fn holds(&self) -> bool {
        !self.faults.iter().any(Fault::breaks)
    }
}

impl History {
    /// Reads the text of the file.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut history = Self::default();
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim_end_matches('\r');
            if line.is_empty() {
                continue;
            }
            let run = serde_json::from_str::<Run>(line).ok().filter(Run::is_well_formed);
            match (run, name_of(line)) {
                (Some(run), Some((stated, computed))) => {
                    let is_true = stated == computed;
                    history.lines.push(Line { text: line.to_owned(), stated, is_true, run });
                }
                _ => history.unreadable.push(number),
            }
        }
        history
    }

    /// Whether there is no line at all.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.unreadable.is_empty()
    }

    /// Returns the number of the first line that is no run.
    #[must_use]
    pub fn first_unreadable(&self) -> Option<u64> {
        self.unreadable.first().copied()
    }

    /// Whether a line is of the record with this sum.
    #[must_use]
    pub fn holds_record(&self, sum: &str) -> bool {
        self.lines.iter().any(|line| line.run.record == sum)
    }

    /// Returns the names of the lines that no other line names, sorted.
    #[must_use]
    pub fn heads(&self) -> Vec<String> {
        let named: BTreeSet<&str> =
            self.lines.iter().flat_map(|line| &line.run.heads).map(String::as_str).collect();
        let heads: BTreeSet<&str> =
            self.lines.iter().map(|line| line.stated.as_str()).filter(|name| !named.contains(name)).collect();
        heads.into_iter().map(str::to_owned).collect()
    }

    /// Returns the runs, the earliest first, each once.
    #[must_use]
    pub fn runs(&self) -> Vec<&Run> {
        let by_name: BTreeMap<&str, &Run> =
            self.lines.iter().map(|line| (line.stated.as_str(), &line.run)).collect();
        let mut runs: Vec<(&str, &Run)> = by_name.into_iter().collect();
        runs.sort_by_key(|(name, run)| (run.at.parse::<Timestamp>().ok(), *name));
        runs.into_iter().map(|(_, run)| run).collect()
    }

    /// Checks the graph. `now` is RFC 3339; `old` is the file as an earlier commit holds it.
    #[must_use]
    pub fn verdict(&self, now: &str, old: Option<&Self>) -> Verdict {
        let runs = self.runs();
        let mut faults: BTreeSet<Fault> =
            self.unreadable.iter().map(|line| Fault::Unreadable { line: *line }).collect();
        faults.extend(self.changed());
        faults.extend(self.unknown());
        faults.extend(self.duplicates());
        faults.extend(self.forks());
        faults.extend(gaps(&runs, now));
        faults.extend(old.into_iter().flat_map(|old| self.since(old)));
        let span = runs.first().zip(runs.last());
        let span = span.map(|(first, last)| (day(&first.at).to_owned(), day(&last.at).to_owned()));
        Verdict { runs: runs.len(), span, faults: faults.into_iter().collect() }
    }

    /// Whether lines are not what they were.
    #[must_use]
    pub fn is_tampered_with(&self) -> bool {
        !self.unreadable.is_empty() || self.changed().next().is_some() || self.unknown().next().is_some()
    }

    fn changed(&self) -> impl Iterator<Item = Fault> {
        let lines = self.lines.iter().filter(|line| !line.is_true);
        lines.map(|line| Fault::Changed { name: line.stated.clone(), on: day(&line.run.at).to_owned() })
    }

    fn unknown(&self) -> impl Iterator<Item = Fault> {
        let there: BTreeSet<&str> = self.lines.iter().map(|line| line.stated.as_str()).collect();
        self.lines.iter().flat_map(move |line| {
            let gone: Vec<Fault> = line
                .run
                .heads
                .iter()
                .filter(|name| !there.contains(name.as_str()))
                .map(|name| Fault::Unknown { name: name.clone(), by: day(&line.run.at).to_owned() })
                .collect();
            gone
        })
    }

    fn duplicates(&self) -> Vec<Fault> {
        let mut by_name: BTreeMap<&str, Vec<&Line>> = BTreeMap::new();
        for line in &self.lines {
            by_name.entry(&line.stated).or_default().push(line);
        }
        let several = by_name.into_iter().filter(|(_, lines)| lines.len() > 1);
        several
            .filter_map(|(name, lines)| {
                let on = day(&lines.first()?.run.at).to_owned();
                Some(Fault::Duplicate { name: name.to_owned(), on, count: lines.len() })
            })
            .collect()
    }

    fn forks(&self) -> Vec<Fault> {
        let mut after: BTreeMap<Option<&str>, BTreeSet<&str>> = BTreeMap::new();
        for line in &self.lines {
            if line.run.heads.is_empty() {
                after.entry(None).or_default().insert(&line.stated);
            }
            for head in &line.run.heads {
                after.entry(Some(head)).or_default().insert(&line.stated);
            }
        }
        let forks = after.into_iter().filter(|(_, lines)| lines.len() > 1);
        let mut all: Vec<Fault> = forks
            .map(|(from, lines)| Fault::Fork { from: from.map(str::to_owned), count: lines.len() })
            .collect();
        if let count @ 2.. = self.heads().len() {
            all.push(Fault::Ends { count });
        }
        all
    }

    /// What an earlier commit holds and the file does not.
    fn since(&self, old: &Self) -> Vec<Fault> {
        let texts: BTreeSet<&str> = self.lines.iter().map(|line| line.text.as_str()).collect();
        let names: BTreeSet<&str> = self.lines.iter().map(|line| line.stated.as_str()).collect();
        let gone = old.lines.iter().filter(|line| !texts.contains(line.text.as_str()));
        gone.map(|line| {
            let (name, on) = (line.stated.clone(), day(&line.run.at).to_owned());
            if names.contains(line.stated.as_str()) {
                Fault::Changed { name, on }
            } else {
                Fault::Removed { name, on }
            }
        })
        .collect()
    }
}

/// Days without a complete run, the time since the last one included.
fn gaps(runs: &[&Run], now: &str) -> Vec<Fault> {
    let complete: Vec<&str> =
        runs.iter().filter(|run| run.complete && run.whole).map(|run| run.at.as_str()).collect();
    let long = |from: &str, to: &str| days_between(from, to).filter(|days| *days > GAP_DAYS);
    let mut all: Vec<Fault> = complete
        .iter()
        .zip(complete.iter().skip(1))
        .filter_map(|(from, to)| {
            let days = long(from, to)?;
            Some(Fault::Gap { from: day(from).to_owned(), to: Some(day(to).to_owned()), days })
        })
        .collect();
    if let Some(last) = complete.last()
        && let Some(days) = long(last, now)
    {
        all.push(Fault::Gap { from: day(last).to_owned(), to: None, days });
    }
    all
}

/// The most days between two complete runs.
pub(super) fn longest_interval(runs: &[&Run]) -> Option<i64> {
    let complete: Vec<&str> =
        runs.iter().filter(|run| run.complete && run.whole).map(|run| run.at.as_str()).collect();
    complete.iter().zip(complete.iter().skip(1)).filter_map(|(from, to)| days_between(from, to)).max()
}

/// The most days without a complete run, the time since the last one included.
pub(super) fn longest_pause(runs: &[&Run], now: &str) -> Option<i64> {
    let last = runs.iter().rev().find(|run| run.complete && run.whole)?;
    longest_interval(runs).max(days_between(&last.at, now))
}
