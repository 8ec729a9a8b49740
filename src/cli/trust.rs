//! Both sides of a change under audit: what accepted findings before it, and what does after it.

use std::sync::Arc;

use super::args::SharedArguments;
use super::base::Base;
use super::plan::{Plan, baseline, choice, settings};
use crate::decode::{Charset, text};
use crate::git::{Repo, Snapshot, State};
use crate::policy::{
    Baseline, Change, InlineAllow, InlineAllows, OldComments, Selection, Side, inline_allows,
};
use crate::rules::Catalogue;
use crate::settings::Settings;

/// A change from one state of a repository to another.
pub(super) struct Between {
    pub(super) repo: Arc<Repo>,
    pub(super) old: State,
    pub(super) new: State,
    /// Whether the plan stands on what is after the change.
    pub(super) is_new_trusted: bool,
}

/// What accepts findings on the side that the plan does not stand on.
pub(super) struct Across {
    settings: Settings,
    selection: Selection,
    baseline: Baseline,
    comments: OldComments,
    is_new_trusted: bool,
    accepts_new: bool,
}

impl Between {
    /// Reads the other side, as far as it concerns what was found.
    pub(super) fn across(&self, arguments: &SharedArguments, plan: &Plan, inline: &InlineAllows) -> Across {
        let other = if self.is_new_trusted { self.old } else { self.new };
        let base = Base::of(Arc::clone(&self.repo), other);
        // A side whose settings have faults accepts nothing: whoever audits it itself is told.
        let settings = settings(&arguments.input, &base).unwrap_or_default();
        let accepts_new = self.is_new_trusted || arguments.judgement.accept_new_allows;
        Across {
            selection: selection(arguments, &settings, plan.rules.catalogue()),
            baseline: baseline(&arguments.input, &settings, &base).map(|b| b.0).unwrap_or_default(),
            settings,
            comments: self.comments(inline),
            is_new_trusted: self.is_new_trusted,
            accepts_new,
        }
    }

    /// Reads the comments that were there before, in the files that have some now.
    fn comments(&self, inline: &InlineAllows) -> OldComments {
        let (old, new) = (Snapshot::new(&self.repo, self.old), Snapshot::new(&self.repo, self.new));
        let mut comments = OldComments::default();
        let mut is_any_new = false;
        for path in inline.paths() {
            match read(old, path) {
                Some(allows) => comments.add(path, allows),
                None => is_any_new = true,
            }
        }
        if is_any_new {
            // Where the two cannot be compared nothing has moved, and what is new stays new.
            for path in old.gone_in(&new).unwrap_or_default() {
                comments.add_gone(read(old, &path).unwrap_or_default());
            }
        }
        comments
    }
}

/// What cannot be read held no comment that anybody trusts.
fn read(snapshot: Snapshot<'_>, path: &str) -> Option<Vec<InlineAllow>> {
    let bytes = snapshot.read(path).ok().flatten()?;
    Some(inline_allows(&text(&bytes, Charset::of(&bytes))))
}

fn selection(arguments: &SharedArguments, settings: &Settings, catalogue: &Catalogue) -> Selection {
    Selection::new(catalogue, &choice(&arguments.judgement, settings)).unwrap_or_default()
}

impl Across {
    /// Puts both sides together.
    pub(super) fn change<'a>(&'a self, plan: &'a Plan) -> Change<'a> {
        let ours = Side { settings: &plan.settings, selection: &plan.selection, baseline: &plan.baseline };
        let theirs = Side { settings: &self.settings, selection: &self.selection, baseline: &self.baseline };
        let (old, new) = if self.is_new_trusted { (theirs, ours) } else { (ours, theirs) };
        Change { old, new, comments: &self.comments, accepts_new: self.accepts_new }
    }
}
