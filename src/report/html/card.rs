//! A credential set, a credential or another fault, as a person sees it.

use std::cmp::Reverse;
use std::io;

use super::picture::{self, Reach};
use super::said::{Said, escaped};
use crate::lang::Term;
use crate::model::{Exposure, Family, Finding, Report, Severity};
use crate::report::{texts, words};

/// Places named in a card.
const PLACES_MAX: usize = 8;

/// What belongs together: the members of a set, or one finding.
pub(super) struct Case<'a> {
    members: Vec<&'a Finding>,
}

/// The cases, the worst first.
pub(super) fn cases(report: &Report) -> Vec<Case<'_>> {
    let sets = report.bundles().into_iter().map(|bundle| Case { members: bundle.members });
    let single = report.findings().iter().filter(|finding| finding.bundle.is_none());
    let mut cases: Vec<Case<'_>> =
        sets.chain(single.map(|finding| Case { members: vec![finding] })).collect();
    cases.sort_by_key(|case| (Reverse(case.severity()), !case.is_outside()));
    cases
}

impl Case<'_> {
    fn severity(&self) -> Severity {
        self.members.iter().map(|member| member.severity).max().unwrap_or(Severity::Info)
    }

    /// The finding that names the case: that about the set, else the worst.
    fn head(&self) -> Option<&Finding> {
        let about = self.members.iter().find(|m| m.secret.is_none());
        about.or_else(|| self.members.iter().max_by_key(|member| member.severity)).copied()
    }

    fn exposures(&self) -> impl Iterator<Item = &Exposure> {
        self.members.iter().filter_map(|member| member.exposure.as_ref())
    }

    fn reach(&self) -> Option<Reach> {
        if self.members.iter().any(|member| member.family == Family::Sharing) {
            return Some(Reach::Others);
        }
        self.exposures()
            .filter_map(|exposure| {
                Some(match exposure.state.as_deref()? {
                    "pushed" => Reach::Pushed,
                    "committed" => Reach::Repository,
                    _ => Reach::Computer,
                })
            })
            .max()
    }

    /// Whether it is known how far it got.
    pub(super) fn is_known(&self) -> bool {
        self.reach().is_some()
    }

    /// Whether somebody else may have it.
    pub(super) fn is_outside(&self) -> bool {
        self.reach().is_some_and(|reach| reach >= Reach::Pushed)
    }

    pub(super) fn write(&self, said: &Said<'_>, out: &mut dyn io::Write) -> io::Result<()> {
        let Some(head) = self.head() else { return Ok(()) };
        let severity = self.severity();
        writeln!(out, "<article class=\"card {}\" data-part>", severity.as_str())?;
        writeln!(
            out,
            "<h3><span class=\"badge\">{}</span> {}</h3>",
            said.say(words::severity(severity)),
            said.both(|context| texts::title(&head.rule, context).to_owned())
        )?;
        if let Some(reach) = self.reach() {
            picture::reach(reach, out)?;
        }
        let exposure = self.exposures().max_by_key(|exposure| exposure.age_days);
        if let Some(exposure) = exposure {
            let facts = said.both(|context| texts::exposure(exposure, context));
            writeln!(out, "<p>{facts}</p>")?;
            if let (Some(days), Some(first)) = (exposure.age_days, exposure.first_seen.as_deref()) {
                picture::age(days, first, out)?;
            }
        }
        writeln!(out, "<ul class=\"places\">")?;
        for member in self.members.iter().take(PLACES_MAX) {
            let redacted = member.secret.as_ref().map(|secret| secret.redacted.as_str()).unwrap_or_default();
            writeln!(
                out,
                "<li><code>{}</code> {} <code>{}</code></li>",
                escaped(&texts::place_at(&member.place, said.context())),
                said.both(|context| texts::title(&member.rule, context).to_owned()),
                escaped(redacted),
            )?;
        }
        writeln!(out, "</ul>")?;
        self.excerpt(head, out)?;
        writeln!(
            out,
            "<p><a href=\"#fix-{0}\">→ {1}</a></p>\n</article>",
            escaped(head.rule.as_str()),
            said.say(Term::WhatToDo)
        )
    }

    /// The lines around it, masked.
    fn excerpt(&self, head: &Finding, out: &mut dyn io::Write) -> io::Result<()> {
        let lines = head.excerpt.lines();
        if lines.is_empty() {
            return Ok(());
        }
        write!(out, "<pre><code>")?;
        for line in lines {
            writeln!(out, "{} | {}", line.number, escaped(line.text.as_str()))?;
        }
        writeln!(out, "</code></pre>")
    }
}
