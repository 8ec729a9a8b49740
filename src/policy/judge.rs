//! Findings in, what is left to report out.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::added::{Adder, Hidden};
use super::allow::{accepts, places};
use super::baseline::{is_baselined, is_guessable};
use super::select::{family_named, near_names};
use super::waiver::{self, Expired};
use super::{Baseline, Change, InlineAllow, InlineAllows, Selection};
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
    /// The change under audit, where it is one; the settings and the baseline above are those of
    /// its trusted side.
    pub change: Option<Change<'a>>,
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
            case.decide(finding, &mut judgement);
        }
        for finding in std::mem::take(&mut case.hidden).findings(self.catalogue) {
            case.decide_added(finding, &mut judgement);
        }
        judgement.notices = case.close();
        judgement
    }

    /// What a change hides from view must not be hidden from view by it as well.
    fn shows(&self, finding: &Finding) -> bool {
        self.selection.keeps(finding) || self.change.is_some_and(|c| c.old.selection.keeps(finding))
    }
}

/// A suppression that holds, and what became of it.
struct Standing<T> {
    allow: T,
    accepts: bool,
    refused: bool,
    /// Whether the change under audit brings it.
    is_added: bool,
}

impl<T> Standing<T> {
    const fn new(allow: T, is_added: bool) -> Self {
        Self { allow, accepts: false, refused: false, is_added }
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
    /// What of the change under audit it is, where the change brings it.
    adder: Option<Adder>,
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
            added_in_change: self.adder.is_some(),
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
    /// What the change under audit hides by what it brings.
    hidden: Hidden,
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
            hidden: Hidden::default(),
            expired: Vec::new(),
            notices: Vec::new(),
        };
        for (origin, inner, allows) in judge.inline.documents() {
            let first = case.comments.len();
            let known = judge.change.map(|c| c.comments.known(origin, inner, &allows, judge.today));
            for (at, allow) in allows.into_iter().enumerate() {
                let is_old = known.as_ref().map(|known| known.get(at).copied().unwrap_or_default());
                case.take_comment(Comment { origin, inner, allow, has_own_line: false }, is_old);
            }
            case.by_document.insert((&**origin, inner), first..case.comments.len());
        }
        for allow in &judge.settings.allows {
            let is_old = judge.change.map(|change| change.had(allow, judge.today));
            if let Term::Until(until) = allow.term {
                if until < judge.today {
                    let expired = Expired::config(judge.settings, allow, until);
                    case.expired.push(expired.there_before(is_old == Some(true)));
                    continue;
                }
                case.warn_of_end(until, || case_name(judge, allow));
            }
            case.allows.push(Standing::new(allow, is_old == Some(false)));
        }
        case.take_untrusted();
        case
    }

    /// Takes what the change brings where the trusted side is the one before it.
    fn take_untrusted(&mut self) {
        let Some(change) = self.judge.change else { return };
        if std::ptr::eq(change.new.settings, self.judge.settings) {
            return;
        }
        let today = self.judge.today;
        let holds = |allow: &&Allow| !matches!(allow.term, Term::Until(until) if until < today);
        let brought = change.new.settings.allows.iter().filter(|allow| !change.had(allow, today));
        self.allows.extend(brought.filter(holds).map(|allow| Standing::new(allow, true)));
    }

    /// Reports a finding, or says that it is accepted.
    fn decide(&mut self, finding: Finding, judgement: &mut Judgement) {
        let accepted = self.acceptance(&finding);
        let is_shown = self.judge.selection.keeps(&finding);
        let Some(change) = self.judge.change else {
            match accepted.into_iter().next() {
                _ if !is_shown => {}
                Some(accepted) => judgement.suppressed.push(accepted.suppressed(&finding)),
                None => judgement.findings.push(finding),
            }
            return;
        };
        let old = accepted.iter().position(|accepted| accepted.adder.is_none());
        let is_hidden = change.hides(&finding);
        if old.is_none() && self.judge.shows(&finding) {
            for adder in accepted.iter().filter_map(|accepted| accepted.adder.clone()) {
                self.hidden.note(adder, &finding);
            }
            if is_hidden {
                self.hidden.note(Adder::setting(change.new.settings, &finding), &finding);
            }
        }
        if !is_shown || (is_hidden && change.accepts_new) {
            return;
        }
        let first = old.or_else(|| (change.accepts_new && !accepted.is_empty()).then_some(0));
        match first.and_then(|at| accepted.into_iter().nth(at)) {
            Some(accepted) => judgement.suppressed.push(accepted.suppressed(&finding)),
            None => judgement.findings.push(finding),
        }
    }

    /// The same of what a change hides: only what was there before it can accept that.
    fn decide_added(&mut self, finding: Finding, judgement: &mut Judgement) {
        let old = self.acceptance(&finding).into_iter().find(|accepted| accepted.adder.is_none());
        match old {
            _ if !self.judge.shows(&finding) => {}
            Some(accepted) => judgement.suppressed.push(accepted.suppressed(&finding)),
            None => judgement.findings.push(finding),
        }
    }

    /// Takes a comment; `is_old` tells whether it was there before the change under audit.
    fn take_comment(&mut self, comment: Comment<'a>, is_old: Option<bool>) {
        let fault = comment.allow.problem.clone().or_else(|| self.rule_fault(&comment.allow.rule));
        if let Some(fault) = fault {
            self.notices.push(Notice::Void(comment.name(), fault));
            return;
        }
        if let Some(until) = comment.allow.until {
            if until < self.judge.today {
                let expired = Expired::inline(comment.origin, comment.inner, comment.allow, until);
                self.expired.push(expired.there_before(is_old == Some(true)));
                return;
            }
            self.warn_of_end(until, || comment.name());
        }
        self.comments.push(Standing::new(comment, is_old == Some(false)));
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

    /// Finds what accepts a finding, the means that count first in front, and notes every
    /// suppression that would.
    fn acceptance(&mut self, finding: &Finding) -> Vec<Accepted> {
        let guessable = is_guessable(self.judge.catalogue, finding);
        let mut accepted = self.inline_acceptance(finding, guessable);
        accepted.extend(self.config_acceptance(finding, guessable));
        accepted.extend(self.baseline_acceptance(finding));
        accepted
    }

    fn inline_acceptance(&mut self, finding: &Finding, guessable: bool) -> Vec<Accepted> {
        let (mut old, mut added) = (None, None);
        for place in places(finding) {
            let Some((range, line)) = self.comments_near(place) else { continue };
            let comments = self.comments.get_mut(range).unwrap_or_default();
            for comment in comments.iter_mut().filter(|c| c.allow.covers(&finding.rule, line)) {
                comment.accepts |= !guessable;
                comment.refused |= guessable;
                let Comment { origin, inner, allow, .. } = comment.allow;
                if comment.is_added {
                    added.get_or_insert((allow, Some(Adder::inline(origin, inner, allow))));
                } else {
                    old.get_or_insert((allow, None));
                }
            }
        }
        let found = old.into_iter().chain(added).filter(|_| !guessable);
        let accepted = |(allow, adder): (&InlineAllow, _)| Accepted {
            by: SuppressedBy::Inline,
            owner: None,
            reason: Some(allow.reason.clone()),
            until: allow.until,
            adder,
        };
        found.map(accepted).collect()
    }

    fn config_acceptance(&mut self, finding: &Finding, guessable: bool) -> Vec<Accepted> {
        let (mut old, mut added) = (None, None);
        let settings = self.judge.change.map_or(self.judge.settings, |change| change.new.settings);
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
            let accepted = |adder| Accepted {
                by: SuppressedBy::Config,
                owner: Some(allow.owner.clone()),
                reason: Some(allow.reason.clone()),
                until,
                adder,
            };
            if standing.is_added {
                added.get_or_insert_with(|| accepted(Some(Adder::config(settings, allow))));
            } else {
                old.get_or_insert_with(|| accepted(None));
            }
        }
        old.into_iter().chain(added).collect()
    }

    fn baseline_acceptance(&mut self, finding: &Finding) -> Option<Accepted> {
        if !is_baselined(self.judge.catalogue, finding) {
            return None;
        }
        let holds = |baseline: &Baseline| baseline.contains(finding.fingerprint);
        let is_trusted = holds(self.judge.baseline);
        let is_added = self.judge.change.is_some_and(|c| holds(c.new.baseline) && !holds(c.old.baseline));
        if is_trusted {
            self.baseline_used.insert(finding.fingerprint);
        }
        let adder = is_added.then(|| Adder::baseline(self.judge.baseline_name));
        (is_trusted || is_added).then_some(Accepted {
            by: SuppressedBy::Baseline,
            owner: None,
            reason: None,
            until: None,
            adder,
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
