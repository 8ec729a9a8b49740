//! Answers for Amazon's developer profile, made of measured facts only.

use super::fix::{FixTable, fixes};
use super::graph::{GAP_DAYS, History, longest_interval};
use super::parts::{Kept, KeyKept};
use super::run::Run;
use super::{State, day};
use crate::lang::{AboutAnswer, Lang, Message};

pub use crate::lang::Missing;

/// The questions that can be answered, in the order of the form.
pub const ITEMS: &[&str] =
    &["credential-exposure", "code-scanning", "remediation", "key-rotation", "outside-parties", "test-data"];

/// What answers are made of.
#[derive(Debug)]
pub struct Answers<'a> {
    /// The run history.
    pub history: &'a History,
    /// What the ledger says; none where there is none.
    pub ledger: Option<&'a Kept>,
    /// The language.
    pub lang: Lang,
    /// Characters that the form takes.
    pub chars_max: usize,
    /// Now, RFC 3339.
    pub now: &'a str,
}

/// An answer, or what is missing for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The question.
    pub item: &'static str,
    /// The answer.
    pub said: Result<String, Vec<Missing>>,
}

/// Sentences that have to be there, and those that may be.
type Sentences = (Vec<String>, Vec<String>);

impl Answers<'_> {
    /// Answers one question; none where there is no such question.
    #[must_use]
    pub fn answer(&self, item: &str) -> Option<Answer> {
        let item = ITEMS.iter().copied().find(|known| *known == item)?;
        let made = match item {
            "credential-exposure" => self.exposure(),
            "code-scanning" => self.scanning(),
            "remediation" => self.remediation(),
            "key-rotation" => self.rotation(),
            "outside-parties" => self.parties(),
            _ => self.test_data(),
        };
        let said = made.and_then(|(needed, further)| self.fitted(needed, further));
        Some(Answer { item, said })
    }

    fn say(&self, about: AboutAnswer<'_>) -> String {
        Message::from(about).say(self.lang)
    }

    /// Joins what fits; sentences that may be left out are, the last first.
    fn fitted(&self, needed: Vec<String>, further: Vec<String>) -> Result<String, Vec<Missing>> {
        let joined = |sentences: &[String]| match self.lang {
            Lang::En => sentences.join(" "),
            Lang::Ja => sentences.concat(),
        };
        let least = needed.len();
        let mut all = needed;
        all.extend(further);
        while joined(&all).chars().count() > self.chars_max {
            if all.len() == least {
                return Err(vec![Missing::Room]);
            }
            all.pop();
        }
        Ok(joined(&all))
    }

    /// The runs, where they hold together.
    fn runs(&self) -> Result<Vec<&Run>, Vec<Missing>> {
        if self.history.is_tampered_with() {
            return Err(vec![Missing::Whole]);
        }
        let runs: Vec<&Run> = self.history.runs().into_iter().filter(|run| run.whole).collect();
        if runs.is_empty() { Err(vec![Missing::Run]) } else { Ok(runs) }
    }

    fn complete(&self) -> Result<Vec<&Run>, Vec<Missing>> {
        let complete: Vec<&Run> = self.runs()?.into_iter().filter(|run| run.complete).collect();
        if complete.is_empty() { Err(vec![Missing::CompleteRun]) } else { Ok(complete) }
    }

    fn exposure(&self) -> Result<Sentences, Vec<Missing>> {
        let runs = self.runs()?;
        let of_history = runs.iter().rev().find(|run| run.mode == "history" && run.complete && !run.shallow);
        let (Some(last), Some(first)) = (of_history, runs.first()) else {
            return Err(vec![Missing::HistoryRun]);
        };
        let needed = vec![
            self.say(AboutAnswer::Audited {
                since: day(&first.at),
                version: &last.tool,
                rules: short(&last.rules),
                runs: runs.len(),
            }),
            self.say(AboutAnswer::LastHistory {
                day: day(&last.at),
                commits: last.commits,
                refs: last.refs,
                open: last.leaks,
            }),
        ];
        let all = fixes(&runs, self.now);
        let is_mended = |name: &String| !last.rotated.contains(name);
        let mended = all.iter().filter(|fix| fix.closed.is_some() && is_mended(&fix.fingerprint)).count();
        let mut further = Vec::new();
        if !last.rotated.is_empty() {
            further.push(self.say(AboutAnswer::Replaced { count: last.rotated.len() }));
        }
        if mended > 0 {
            further.push(self.say(AboutAnswer::Mended { count: mended }));
        }
        if let Some(key) = self.ledger.and_then(client_secret) {
            further.push(self.say(AboutAnswer::ClientSecret { issued: &key.issued, by: &key.rotate_by }));
        }
        Ok((needed, further))
    }

    fn scanning(&self) -> Result<Sentences, Vec<Missing>> {
        let complete = self.complete()?;
        let (Some(first), Some(last), Some(days)) =
            (complete.first(), complete.last(), longest_interval(&complete))
        else {
            return Err(vec![Missing::SecondRun]);
        };
        let needed = vec![
            self.say(AboutAnswer::Scans {
                version: &last.tool,
                rules: short(&last.rules),
                first: day(&first.at),
                last: day(&last.at),
                count: complete.len(),
                days,
            }),
            self.say(AboutAnswer::LastScan {
                day: day(&last.at),
                critical: last.counts.critical,
                high: last.counts.high,
                medium: last.counts.medium,
            }),
        ];
        let further =
            if days > GAP_DAYS { Vec::new() } else { vec![self.say(AboutAnswer::WithinThirtyDays)] };
        Ok((needed, further))
    }

    fn remediation(&self) -> Result<Sentences, Vec<Missing>> {
        let complete = self.complete()?;
        if complete.len() < 2 {
            return Err(vec![Missing::SecondRun]);
        }
        let (Some(first), Some(last)) = (complete.first(), complete.last()) else {
            return Err(vec![Missing::SecondRun]);
        };
        let tables = FixTable::all(&fixes(&self.runs()?, self.now));
        let mut needed = vec![self.say(AboutAnswer::MeasuredBy {
            first: day(&first.at),
            last: day(&last.at),
            runs: complete.len(),
        })];
        for table in &tables {
            needed.push(self.say(AboutAnswer::Times {
                severity: table.severity.as_str(),
                days_max: table.days_max,
                in_time: table.in_time,
                late: table.late,
                open: table.open,
                overdue: table.overdue,
            }));
        }
        let longest = tables.iter().filter_map(|table| table.longest_days).max();
        let further = longest.map(|days| self.say(AboutAnswer::Longest { days })).into_iter().collect();
        Ok((needed, further))
    }

    fn rotation(&self) -> Result<Sentences, Vec<Missing>> {
        let Some(kept) = self.ledger else { return Err(vec![Missing::Ledger]) };
        if kept.live == 0 {
            return Err(vec![Missing::LedgerEntry]);
        }
        let mut needed = vec![self.say(AboutAnswer::Keys { live: kept.live, overdue: kept.overdue })];
        if let Some(key) = client_secret(kept) {
            needed.push(self.say(AboutAnswer::ClientSecret { issued: &key.issued, by: &key.rotate_by }));
        }
        let live = kept.keys.iter().filter(|key| key.revoked.is_none());
        let next = live.map(|key| key.rotate_by.as_str()).min();
        let rotated = kept.keys.iter().flat_map(|key| &key.rotated).max();
        let further = [
            next.map(|day| self.say(AboutAnswer::NextRotation { day })),
            rotated.map(|day| self.say(AboutAnswer::LastRotation { day })),
        ];
        Ok((needed, further.into_iter().flatten().collect()))
    }

    fn parties(&self) -> Result<Sentences, Vec<Missing>> {
        let complete = self.complete()?;
        let Some(last) = complete.last() else { return Err(vec![Missing::CompleteRun]) };
        let day = day(&last.at);
        if last.parties.is_empty() {
            return Ok((vec![self.say(AboutAnswer::NoParties { day })], Vec::new()));
        }
        let hosts: Vec<&str> = last
            .parties
            .iter()
            .map(|party| party.split_once(':').map_or(party.as_str(), |(_, host)| host))
            .collect();
        let separator = if self.lang == Lang::Ja { "、" } else { ", " };
        // As many names as the form takes, and how many more there are.
        let listed = (1..=hosts.len()).rev().find_map(|count| {
            let names = hosts.get(..count)?.join(separator);
            let said = self.say(AboutAnswer::Parties { day, names: &names, more: hosts.len() - count });
            (said.chars().count() <= self.chars_max).then_some(said)
        });
        Ok((vec![listed.ok_or_else(|| vec![Missing::Room])?], Vec::new()))
    }

    fn test_data(&self) -> Result<Sentences, Vec<Missing>> {
        let complete = self.complete()?;
        let Some(last) = complete.last() else { return Err(vec![Missing::CompleteRun]) };
        let day = day(&last.at);
        let is_clean = match last.states.get("test-data") {
            Some(State::EvidenceFound) => true,
            Some(State::EvidenceAgainst) => false,
            _ => return Err(vec![Missing::Rule]),
        };
        let said = AboutAnswer::TestData { day, files: last.files, is_clean };
        Ok((vec![self.say(said)], Vec::new()))
    }
}

/// The client secret in use, of several the one whose time ends first.
fn client_secret(kept: &Kept) -> Option<&KeyKept> {
    let live = kept.keys.iter().filter(|key| key.revoked.is_none() && key.class == "lwa-client-secret");
    live.min_by(|a, b| a.rotate_by.cmp(&b.rotate_by))
}

/// The beginning of a digest, which is enough to tell two apart.
fn short(digest: &str) -> &str {
    let hex = digest.strip_prefix("sha256:").unwrap_or(digest);
    hex.get(..12).unwrap_or(hex)
}
