//! What sources hand to the auditor.

use std::ops::Range;
use std::sync::{Arc, PoisonError};

use super::super::unpack::{Nested, Spent, is_container};
use super::super::{Plan, Progress};
use super::Auditor;
use crate::audit::Turn;
use crate::decode::{HEAD_BYTES, is_called_container};
use crate::model::{Document, Origin, PlaceKind, Problem};
use crate::rules::{Gate, Passing};
use crate::source::{Content, Held, Sink, lend};

impl Sink for Auditor<'_> {
    fn document(&self, document: Document<'_>) {
        self.count_place(document.origin.kind, document.bytes.len() as u64);
        let Document { origin, inner, bytes } = document;
        let mut spent = Spent::allowed(bytes.len() as u64, self.plan.limits);
        self.opened(Nested::outermost(origin, inner), bytes, &mut spent);
    }

    fn stream(&self, origin: &Arc<Origin>, content: &mut dyn Content) {
        self.count_place(origin.kind, 0);
        if self.unpack_stream(origin, content) {
            return;
        }
        // What can be read only once is read whole.
        let (passes, counted) = match content.restart() {
            Ok(None) => (true, 0),
            Ok(Some(())) => {
                let passes = self.stream_passes(content);
                let counted = content.bytes_read();
                let is_read = passes || self.is_carrier(origin);
                (is_read && content.restart().is_ok(), counted)
            }
            Err(_) => (false, 0),
        };
        if passes {
            self.audit_windows(origin, &[], content, counted, u64::MAX);
        }
    }

    fn file_name(&self, root: u32, path: &str, commit: Option<&Arc<str>>) {
        if Gate::get().first_hit(path.as_bytes()).is_some() {
            let origin = Origin {
                root,
                path: Some(path.into()),
                commit: commit.cloned(),
                ..Origin::of(PlaceKind::FileName)
            };
            self.audit(&Arc::new(origin), &[], path.as_bytes(), Passing::Plain);
        }
    }

    fn passes(&self, bytes: &[u8]) -> bool {
        is_container(bytes) || Auditor::passes(self, bytes)
    }

    fn passes_near(&self, bytes: &[u8], fresh: &[Range<usize>]) -> bool {
        // What a document begins with tells containers, and did not before.
        let is_new_head = fresh.first().is_some_and(|range| range.start < HEAD_BYTES);
        self.reads_everything()
            || (is_new_head && is_container(bytes))
            || Gate::get().passes_near(bytes, fresh)
    }

    fn reads_by_name(&self, path: &str) -> bool {
        is_called_container(path) || self.is_carrier(&Origin::file(path))
    }

    fn count(&self, bytes: u64) {
        self.plan.progress.add(bytes);
    }

    fn is_worth_naming(&self, bytes: &[u8]) -> bool {
        let progress = Progress::default();
        let trial = Auditor::new(Plan { progress: &progress, ..self.plan }, Turn::EveryVersion);
        lend(&trial, &Arc::new(Origin::file("")), bytes, self.plan.limits);
        let audited = trial.finish();
        if audited.documents.is_empty() {
            // Nobody will look again, so what could not be read is said now.
            audited.coverage.skipped.into_iter().for_each(|problem| self.problem(problem));
        }
        !audited.documents.is_empty()
    }

    fn again(&self, origin: &Arc<Origin>, bytes: &[u8]) {
        if bytes.len() <= self.plan.limits.window_bytes {
            let mut spent = Spent::allowed(bytes.len() as u64, self.plan.limits);
            self.opened(Nested::outermost(origin, &[]), bytes, &mut spent);
        } else {
            // All of it was counted when it had no name.
            let mut content = Held::new(bytes);
            if !self.unpack_stream(origin, &mut content) {
                self.audit_windows(origin, &[], &mut content, bytes.len() as u64, u64::MAX);
            }
        }
    }

    fn commit(&self) {
        self.plan.progress.add_commit();
    }

    fn problem(&self, problem: Problem) {
        self.problems.lock().unwrap_or_else(PoisonError::into_inner).push(problem);
    }
}
