//! Findings in, what is left to report out.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::allow::{accepts, places};
use super::baseline::{is_baselined, is_guessable};
use super::select::{family_named, near_names};
use super::waiver::{self, Expired};
use super::{Baseline, InlineAllow, InlineAllows, Selection};
use crate::model::{
    AllowFault, Finding, Fingerprint, Notice, Origin, Place, RuleId, Suppressed, SuppressedBy, run_masked,
};
use crate::rules::Catalogue;
use crate::settings::{Allow, Settings, Term};

/// Days before its end in which a suppression is warned about.
const ENDS_SOON_DAYS: i64 = 14;

/// Unknown rules for which a near one is sought: a file made of nothing else must not cost more.
const NEAR_NAMES_MAX: usize = 100;

/// Whether the audit saw everything that a suppression could stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// A whole tree, every family: a suppression without a finding is a leftover.
    Full,
    /// A narrowed path, a change, or one document.
    Narrowed,
}

/// Everything a judgement stands on.
#[derive(Debug, Clone)]
pub struct Judge<'a> {
    /// The rules in use.
    pub catalogue: &'a Catalogue,
    /// `kagiban.toml`; its names are checked by [`super::unknown_names`].
    pub settings: &'a Settings,
    /// What the baseline's name is in notices.
    pub baseline_name: &'a str,
    /// The baseline.
    pub baseline: &'a Baseline,
    /// The comments of all documents.
    pub inline: &'a InlineAllows,
    /// Which findings are shown.
    pub selection: &'a Selection,
    /// The day of the audit.
    pub today: Date,
    /// What the audit saw.
    pub scope: Scope,
    /// Further places listed at a finding.
    pub also_at_max: usize,
}

/// What is left to report.
#[derive(Debug, Clone, Default)]
pub struct Judgement {
    /// What nobody accepted, expired suppressions among it.
    pub findings: Vec<Finding>,
    /// What somebody accepted.
    pub suppressed: Vec<Suppressed>,
    /// What the owners of the suppressions should know, sorted.
    pub notices: Vec<Notice>,
}

impl Judge<'_> {
    /// Judges every finding of an audit, those of rules that are not shown too: whether a
    /// suppression is used does not depend on what is shown.
    #[must_use]
    pub fn judge(&self, mut findings: Vec<Finding>) -> Judgement {
        let mut case = Case::open(self);
        findings.extend(waiver::findings(
            self.catalogue,
            std::mem::take(&mut case.expired),
            self.also_at_max,
        ));
        case.claim_lines(&findings);
        let mut judgement = Judgement::default();
        for finding in findings {
            let accepted = case.acceptance(&finding);
            if !self.selection.keeps(&finding) {
                continue;
            }
            match accepted {
                Some(accepted) => judgement.suppressed.push(accepted.suppressed(&finding)),
                None => judgement.findings.push(finding),
            }
        }
        judgement.notices = case.close();
        judgement
    }
}

/// A suppression that holds, and what became of it.
struct Standing<T> {
    allow: T,
    accepts: bool,
    refused: bool,
}

impl<T> Standing<T> {
    const fn new(allow: T) -> Self {
        Self { allow, accepts: false, refused: false }
    }
}

struct Comment<'a> {
    origin: &'a Arc<Origin>,
    inner: &'a [String],
    allow: &'a InlineAllow,
    /// Whether a finding begins on its own line, so that the next line is not its business.
    has_own_line: bool,
}

impl Comment<'_> {
    fn covers(&self, rule: &RuleId, line: u64) -> bool {
        let is_here = self.allow.line == line || (!self.has_own_line && self.allow.line + 1 == line);
        is_here && self.allow.rule == *rule
    }

    fn name(&self) -> String {
        let path = self.origin.path.as_deref().or(self.origin.commit.as_deref()).unwrap_or_default();
        let members: String = self.inner.iter().map(|member| format!("!{member}")).collect();
        format!("{path}{members}:{}", self.allow.line)
    }
}

struct Accepted {
    by: SuppressedBy,
    owner: Option<String>,
    reason: Option<String>,
    until: Option<Date>,
}

impl Accepted {
    fn suppressed(self, finding: &Finding) -> Suppressed {
        // Reasons are free text, and people explain a secret by quoting it.
        let shown = |text: String| run_masked(&text).to_string();
        Suppressed {
            fingerprint: finding.fingerprint,
            rule: finding.rule.clone(),
            path: finding.path().into(),
            by: self.by,
            owner: self.owner.map(shown),
            reason: self.reason.map(shown),
            until: self.until.map(|date| date.to_string()),
            added_in_change: false,
        }
    }
}

/// One judgement under way.
struct Case<'a> {
    judge: &'a Judge<'a>,
    comments: Vec<Standing<Comment<'a>>>,
    by_document: BTreeMap<(&'a Origin, &'a [String]), Range<usize>>,
    allows: Vec<Standing<&'a Allow>>,
    baseline_used: BTreeSet<Fingerprint>,
    expired: Vec<Expired>,
    notices: Vec<Notice>,
}

impl<'a> Case<'a> {
    fn open(judge: &'a Judge<'a>) -> Self {
        let mut case = Self {
            judge,
            comments: Vec::new(),
            by_document: BTreeMap::new(),
            allows: Vec::new(),
            baseline_used: BTreeSet::new(),
            expired: Vec::new(),
            notices: Vec::new(),
        };
        for (origin, inner, allows) in judge.inline.documents() {
            let first = case.comments.len();
            for allow in allows {
                case.take_comment(Comment { origin, inner, allow, has_own_line: false });
            }
            case.by_document.insert((&**origin, inner), first..case.comments.len());
        }
        for allow in &judge.settings.allows {
            if let Term::Until(until) = allow.term {
                if until < judge.today {
                    case.expired.push(Expired::config(judge.settings, allow, until));
                    continue;
                }
                case.warn_of_end(until, || case_name(judge, allow));
            }
            case.allows.push(Standing::new(allow));
        }
        case
    }

    fn take_comment(&mut self, comment: Comment<'a>) {
        let fault = comment.allow.problem.clone().or_else(|| self.rule_fault(&comment.allow.rule));
        if let Some(fault) = fault {
            self.notices.push(Notice::Void(comment.name(), fault));
            return;
        }
        if let Some(until) = comment.allow.until {
            if until < self.judge.today {
                self.expired.push(Expired::inline(comment.origin, comment.inner, comment.allow, until));
                return;
            }
            self.warn_of_end(until, || comment.name());
        }
        self.comments.push(Standing::new(comment));
    }

    fn rule_fault(&self, rule: &RuleId) -> Option<AllowFault> {
        let catalogue = self.judge.catalogue;
        if catalogue.get(rule).is_some() {
            return None;
        }
        if let Some(family) = family_named(rule.as_str()) {
            return Some(AllowFault::Family(family));
        }
        if self.notices.len() >= NEAR_NAMES_MAX {
            return Some(AllowFault::UnknownRule(None));
        }
        let near = near_names(catalogue, rule.as_str()).into_iter().find(|name| family_named(name).is_none());
        Some(AllowFault::UnknownRule(near.as_deref().map(RuleId::new)))
    }

    fn warn_of_end(&mut self, until: Date, name: impl FnOnce() -> String) {
        // Past the last date of the calendar nothing ends soon.
        let soon = self.judge.today.checked_add(ENDS_SOON_DAYS.days());
        if soon.is_ok_and(|soon| until <= soon) {
            self.notices.push(Notice::EndsSoon(name(), until.to_string()));
        }
    }

    /// Notes which comments have a finding on their own line.
    fn claim_lines(&mut self, findings: &[Finding]) {
        for finding in findings {
            for place in places(finding) {
                let Some((range, line)) = self.comments_near(place) else { continue };
                for comment in self.comments.get_mut(range).unwrap_or_default() {
                    let comment = &mut comment.allow;
                    comment.has_own_line |= comment.allow.line == line && comment.allow.rule == finding.rule;
                }
            }
        }
    }

    fn comments_near(&self, place: &Place) -> Option<(Range<usize>, u64)> {
        let line = place.region?.start.line;
        let range = self.by_document.get(&(&*place.origin, place.inner.as_slice()))?;
        Some((range.clone(), line))
    }

    /// Finds what accepts a finding, and notes every suppression that would.
    fn acceptance(&mut self, finding: &Finding) -> Option<Accepted> {
        let guessable = is_guessable(self.judge.catalogue, finding);
        let inline = self.inline_acceptance(finding, guessable);
        let config = self.config_acceptance(finding, guessable);
        let baseline = self.baseline_acceptance(finding);
        inline.or(config).or(baseline)
    }

    fn inline_acceptance(&mut self, finding: &Finding, guessable: bool) -> Option<Accepted> {
        let mut accepted = None;
        for place in places(finding) {
            let Some((range, line)) = self.comments_near(place) else { continue };
            let comments = self.comments.get_mut(range).unwrap_or_default();
            for comment in comments.iter_mut().filter(|c| c.allow.covers(&finding.rule, line)) {
                comment.accepts |= !guessable;
                comment.refused |= guessable;
                accepted = accepted.or(Some(comment.allow.allow));
            }
        }
        accepted.filter(|_| !guessable).map(|allow| Accepted {
            by: SuppressedBy::Inline,
            owner: None,
            reason: Some(allow.reason.clone()),
            until: allow.until,
        })
    }

    fn config_acceptance(&mut self, finding: &Finding, guessable: bool) -> Option<Accepted> {
        let mut accepted = None;
        for standing in self.allows.iter_mut().filter(|standing| accepts(standing.allow, finding)) {
            let allow = standing.allow;
            let until = match allow.term {
                Term::Until(date) => Some(date),
                Term::FalsePositive => None,
            };
            if guessable && until.is_none() {
                standing.refused = true;
                continue;
            }
            standing.accepts = true;
            accepted.get_or_insert_with(|| Accepted {
                by: SuppressedBy::Config,
                owner: Some(allow.owner.clone()),
                reason: Some(allow.reason.clone()),
                until,
            });
        }
        accepted
    }

    fn baseline_acceptance(&mut self, finding: &Finding) -> Option<Accepted> {
        let holds =
            self.judge.baseline.contains(finding.fingerprint) && is_baselined(self.judge.catalogue, finding);
        holds.then(|| {
            self.baseline_used.insert(finding.fingerprint);
            Accepted { by: SuppressedBy::Baseline, owner: None, reason: None, until: None }
        })
    }

    fn close(mut self) -> Vec<Notice> {
        let tells_unused = self.judge.scope == Scope::Full && !self.judge.selection.is_narrowed();
        let mut outcomes = Vec::new();
        outcomes.extend(self.comments.iter().map(|c| (c.allow.name(), c.accepts, c.refused)));
        outcomes.extend(self.allows.iter().map(|a| (case_name(self.judge, a.allow), a.accepts, a.refused)));
        for (name, accepts, refused) in outcomes {
            if refused {
                self.notices.push(Notice::Void(name, AllowFault::Guessable));
            } else if !accepts && tells_unused {
                self.notices.push(Notice::Unused(name));
            }
        }
        if tells_unused {
            let unused = self.judge.baseline.fingerprints().filter(|f| !self.baseline_used.contains(f));
            let name = self.judge.baseline_name;
            self.notices.extend(unused.map(|fingerprint| Notice::Unused(format!("{name}: {fingerprint}"))));
        }
        self.notices.sort();
        self.notices.dedup();
        self.notices
    }
}

fn case_name(judge: &Judge<'_>, allow: &Allow) -> String {
    format!("{}:{}", judge.settings.source.path(), allow.line)
}

#[cfg(test)]
mod tests;
