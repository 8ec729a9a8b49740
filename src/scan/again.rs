//! Finds again in old versions of a file what was found in the new one.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::auditor::Auditor;
use super::{Plan, Progress, merge};
use crate::audit::Turn;
use crate::exposure::Detects;
use crate::model::{Fingerprint, Limits, Mode, Origin};
use crate::source::{Sink, Source, lend};

/// Runs the ordinary audit over one file in memory.
pub(super) struct Again<'a> {
    pub(super) plan: Plan<'a>,
}

impl Detects for Again<'_> {
    fn fingerprints(&self, path: &str, bytes: &[u8]) -> BTreeSet<Fingerprint> {
        let progress = Progress::default();
        let one = One;
        let auditor =
            Auditor::new(Plan { progress: &progress, source: &one, exposure: None, ..self.plan }, Turn::All);
        auditor.file_name(0, path, None);
        lend(&auditor, &Arc::new(Origin::file(path)), bytes, self.plan.limits);
        let documents = auditor.finish().documents;
        documents.iter().flat_map(|d| merge::keys(&d.gathered, self.plan.rules)).map(|key| key.1).collect()
    }
}

/// The source of one file, which is lent rather than visited.
struct One;

impl Source for One {
    fn mode(&self) -> Mode {
        Mode::Worktree
    }

    fn visit(&self, _limits: &Limits, _sink: &dyn Sink) {}
}
