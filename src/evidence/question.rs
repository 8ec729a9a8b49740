//! What the questions of Amazon's developer profile come to, by what was measured.

use serde::{Deserialize, Serialize};

use super::fix::FixTable;
use super::graph::{GAP_DAYS, longest_pause};
use super::run::Run;
use super::{Reason, State, days_between};
use crate::model::{Finding, Severity};
use crate::rules::lists::{QUESTIONS, Question, QuestionKind};
use crate::rules::{Catalogue, Rule};

/// Days that the run history has to reach back before it says how often is scanned.
const SPAN_DAYS_MIN: i64 = 28;

/// A question and what it came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The question, an id of `questions.toml`.
    pub id: String,
    /// The clauses it stands on.
    pub clauses: Vec<String>,
    /// What speaks for or against it.
    pub state: State,
    /// Why.
    pub because: Reason,
    /// How many, where the reason counts something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
}

/// What questions are answered by.
#[derive(Debug)]
pub struct Measured<'a> {
    /// The rules that were asked.
    pub catalogue: &'a Catalogue,
    /// Open findings.
    pub open: &'a [&'a Finding],
    /// Whether everything that should have been read was.
    pub complete: bool,
    /// Whether the whole project was audited by all rules.
    pub whole: bool,
    /// Whether the history was audited.
    pub is_history: bool,
    /// Whether it ends where a shallow clone does.
    pub shallow: bool,
    /// The runs of the last 13 months, the earliest first.
    pub runs: &'a [&'a Run],
    /// Whether lines of the run history are not what they were.
    pub is_broken: bool,
    /// How long findings stayed open.
    pub fixes: &'a [FixTable],
    /// Live credentials of the ledger, and how many of them are past their day; none without a
    /// ledger.
    pub ledger: Option<(usize, usize)>,
    /// People whom the ledger says something of.
    pub people: usize,
    /// Outside parties.
    pub parties: usize,
    /// Now, RFC 3339.
    pub now: &'a str,
}

type Because = (State, Reason, Option<usize>);

/// Answers every question.
#[must_use]
pub fn asked(measured: &Measured<'_>) -> Vec<Asked> {
    QUESTIONS
        .all
        .iter()
        .map(|question| {
            let (state, because, count) = measured.answer(question);
            let count = count.map(|count| count as u64);
            Asked { id: question.id.clone(), clauses: question.clauses.clone(), state, because, count }
        })
        .collect()
}

impl Measured<'_> {
    fn answer(&self, question: &Question) -> Because {
        let against = self.against(question);
        if against > 0 {
            return (State::EvidenceAgainst, Reason::OpenFindings, Some(against));
        }
        match question.id.as_str() {
            "credential-exposure" => self.exposure(),
            "code-scanning" => self.scanning(),
            "remediation" => self.remediation(),
            "key-rotation" => self.rotation(),
            "outside-parties" => self.outside(),
            "roles" => self.roles(question),
            "access-review" => self.review(),
            _ => self.by_rules(question),
        }
    }

    /// How many open findings speak against it.
    fn against(&self, question: &Question) -> usize {
        let speaks = |finding: &&&Finding| {
            finding.severity > Severity::Info
                && question
                    .against
                    .iter()
                    .any(|name| name == finding.rule.as_str() || name == finding.family.as_str())
        };
        self.open.iter().filter(speaks).count()
    }

    /// Why the absence of findings says nothing, if it does not.
    fn unfinished(&self) -> Option<Because> {
        let reason = if !self.complete {
            Reason::Incomplete
        } else if !self.whole {
            Reason::Narrowed
        } else {
            return None;
        };
        Some((State::NotAssessable, reason, None))
    }

    /// Whether every rule is there that the question is judged by.
    fn has_rules(&self, question: &Question) -> bool {
        let is_there = |name: &String| {
            let is_named = |rule: &Rule| name == rule.id.as_str() || name == rule.family.as_str();
            self.catalogue.iter().any(is_named)
        };
        question.against.iter().chain(&question.shown_by).all(is_there)
    }

    fn by_rules(&self, question: &Question) -> Because {
        match question.kind {
            QuestionKind::People => (State::NotAssessable, Reason::ByPeople, None),
            _ if !self.has_rules(question) => (State::NotAssessable, Reason::NoRule, None),
            QuestionKind::Partial | QuestionKind::Declared => {
                (State::NotAssessable, Reason::NothingAgainst, None)
            }
            QuestionKind::Measured => {
                self.unfinished().unwrap_or((State::EvidenceFound, Reason::NoneOpen, None))
            }
        }
    }

    fn exposure(&self) -> Because {
        if let Some(unfinished) = self.unfinished() {
            return unfinished;
        }
        if !self.is_history {
            return (State::NotAssessable, Reason::HistoryNotAudited, None);
        }
        if self.shallow {
            return (State::NotAssessable, Reason::Shallow, None);
        }
        (State::EvidenceFound, Reason::NoneOpen, None)
    }

    fn scanning(&self) -> Because {
        if self.is_broken {
            return (State::NotAssessable, Reason::BrokenHistory, None);
        }
        let complete: Vec<&&Run> = self.runs.iter().filter(|run| run.complete && run.whole).collect();
        let Some(first) = complete.first() else {
            return (State::NotAssessable, Reason::NoRuns, None);
        };
        if let Some(pause) = longest_pause(self.runs, self.now).filter(|days| *days > GAP_DAYS) {
            return (State::EvidenceAgainst, Reason::Gap, usize::try_from(pause).ok());
        }
        let span = days_between(&first.at, self.now).unwrap_or_default();
        if complete.len() < 2 || span < SPAN_DAYS_MIN {
            return (State::NotAssessable, Reason::TooFewRuns, Some(complete.len()));
        }
        (State::EvidenceFound, Reason::RegularRuns, Some(complete.len()))
    }

    fn remediation(&self) -> Because {
        let sum = |count: fn(&FixTable) -> usize| self.fixes.iter().map(count).sum::<usize>();
        let late = sum(|table| table.late + table.overdue);
        let in_time = sum(|table| table.in_time);
        if self.is_broken {
            (State::NotAssessable, Reason::BrokenHistory, None)
        } else if self.runs.is_empty() {
            (State::NotAssessable, Reason::NoRuns, None)
        } else if late > 0 {
            (State::EvidenceAgainst, Reason::Late, Some(late))
        } else if in_time > 0 {
            (State::EvidenceFound, Reason::InTime, Some(in_time))
        } else if sum(|table| table.open) > 0 {
            (State::NotAssessable, Reason::StillInTime, Some(sum(|table| table.open)))
        } else {
            (State::NotApplicable, Reason::NothingToMend, Some(self.runs.len()))
        }
    }

    fn rotation(&self) -> Because {
        match self.ledger {
            None => (State::NotAssessable, Reason::NoLedger, None),
            Some((0, _)) => (State::NotAssessable, Reason::EmptyLedger, None),
            Some((_, overdue @ 1..)) => (State::EvidenceAgainst, Reason::LedgerOverdue, Some(overdue)),
            Some((live, _)) => (State::DeclaredOnly, Reason::LedgerDeclared, Some(live)),
        }
    }

    fn outside(&self) -> Because {
        if let Some(unfinished) = self.unfinished() {
            return unfinished;
        }
        match self.parties {
            0 => (State::EvidenceFound, Reason::NoParties, None),
            count => (State::EvidenceFound, Reason::PartiesListed, Some(count)),
        }
    }

    fn roles(&self, question: &Question) -> Because {
        let is_shown = |finding: &&&Finding| question.shown_by.iter().any(|id| id == finding.rule.as_str());
        let count = self.open.iter().filter(is_shown).count();
        if !self.has_rules(question) {
            return (State::NotAssessable, Reason::NoRule, None);
        }
        match self.unfinished() {
            Some(unfinished) => unfinished,
            None if count > 0 => (State::EvidenceFound, Reason::OperationsListed, Some(count)),
            None => (State::NotApplicable, Reason::NoOperations, None),
        }
    }

    fn review(&self) -> Because {
        match self.ledger {
            None => (State::NotAssessable, Reason::NoLedger, None),
            Some(_) if self.people == 0 => (State::NotAssessable, Reason::NoPeople, None),
            Some(_) => (State::DeclaredOnly, Reason::PeopleDeclared, Some(self.people)),
        }
    }
}
