//! `--format human`: for a person at a terminal, or reading a build's log.
//!
//! Findings come in the order of the report; a credential set is shown once, where its first member
//! is. Why a rule matters and what to do is said once a rule, after the findings. The close says
//! what was audited and what was not, so that an unfinished audit never looks like a clean one. Of very
//! many findings the worst are shown and the others counted, with a word on how to see them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::io;

mod across;
mod finding;
mod frame;
mod link;
mod summary;

use super::page::Page;
use super::{Context, Reporter, advice};
use crate::model::{Bundle, Finding, Fingerprint, Report, Severity};

/// Findings and sets that are shown; who has more reads them elsewhere.
const SECTIONS_MAX: usize = 100;

/// Writes for people.
#[derive(Debug)]
pub(super) struct Human;

impl Reporter for Human {
    fn name(&self) -> &'static str {
        "human"
    }

    fn endings(&self) -> &'static [&'static str] {
        &[]
    }

    fn write(&self, report: &Report, context: &Context<'_>, out: &mut dyn io::Write) -> io::Result<()> {
        let mut page = Page::new(context, out);
        let sections = sections(report);
        let shown = worst(&sections);
        let mut written = 0;
        for (_, section) in sections.iter().enumerate().filter(|(at, _)| shown.contains(at)) {
            written += section.len();
            match section.as_slice() {
                [finding] => finding::write_one(finding, &mut page)?,
                members => finding::write_set(members, &mut page)?,
            }
        }
        advice::write(report, &mut page)?;
        across::write(report, &mut page)?;
        summary::write(report, report.findings().len() - written, &mut page)
    }
}

/// What is shown under one headline each: a credential set where its first member is, or a finding.
fn sections(report: &Report) -> Vec<Vec<&Finding>> {
    let bundles: BTreeMap<(u32, Fingerprint), Bundle<'_>> =
        report.bundles().into_iter().map(|bundle| ((bundle.root, bundle.id), bundle)).collect();
    let mut done: BTreeSet<(u32, Fingerprint)> = BTreeSet::new();
    let mut sections = Vec::new();
    for finding in report.findings() {
        let key = finding.bundle.map(|id| (finding.place.origin.root, id));
        match key.and_then(|key| bundles.get(&key)).filter(|set| set.members.len() > 1) {
            Some(set) if done.insert((set.root, set.id)) => sections.push(set.members.clone()),
            Some(_) => {}
            None => sections.push(vec![finding]),
        }
    }
    sections
}

/// The places of the sections that are shown: all of them, or the worst.
fn worst(sections: &[Vec<&Finding>]) -> BTreeSet<usize> {
    let severity = |section: &[&Finding]| section.iter().map(|f| f.severity).max().unwrap_or(Severity::Info);
    let mut places: Vec<usize> = (0..sections.len()).collect();
    places.sort_by_key(|at| (Reverse(sections.get(*at).map(|section| severity(section))), *at));
    places.into_iter().take(SECTIONS_MAX).collect()
}
