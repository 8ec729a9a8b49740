//! `--format human`: for a person at a terminal, or reading a build's log.
//!
//! Findings come in the order of the report; a credential set is shown once, where its first member
//! is. Why a rule matters and what to do is said once a rule, after the findings. The close says
//! what was audited and what was not, so that an unfinished audit never looks like a clean one.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

mod across;
mod finding;
mod frame;
mod summary;

use super::page::Page;
use super::{Context, Reporter, advice};
use crate::model::{Bundle, Fingerprint, Report};

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
        let bundles: BTreeMap<(u32, Fingerprint), Bundle<'_>> =
            report.bundles().into_iter().map(|bundle| ((bundle.root, bundle.id), bundle)).collect();
        let mut done: BTreeSet<(u32, Fingerprint)> = BTreeSet::new();
        for finding in report.findings() {
            let set = finding.bundle.and_then(|id| bundles.get(&(finding.place.origin.root, id)));
            match set.filter(|set| set.members.len() > 1) {
                Some(Bundle { id, root, members }) => {
                    if done.insert((*root, *id)) {
                        finding::write_set(members, &mut page)?;
                    }
                }
                None => finding::write_one(finding, &mut page)?,
            }
        }
        advice::write(report, &mut page)?;
        across::write(report, &mut page)?;
        summary::write(report, &mut page)
    }
}
