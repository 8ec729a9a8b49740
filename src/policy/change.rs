//! What a change under audit accepts by itself: it could hide what it brings.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{Baseline, InlineAllow, Selection};
use crate::model::{Finding, Origin, PlaceKind};
use crate::settings::{Allow, Settings, Term};

/// What accepts and hides findings on one side of a change.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// `kagiban.toml`.
    pub settings: &'a Settings,
    /// Which findings are shown.
    pub selection: &'a Selection,
    /// The baseline.
    pub baseline: &'a Baseline,
}

/// The change under audit.
#[derive(Debug, Clone, Copy)]
pub struct Change<'a> {
    /// Before it.
    pub old: Side<'a>,
    /// After it.
    pub new: Side<'a>,
    /// The comments before it.
    pub comments: &'a OldComments,
    /// Whether what it adds suppresses.
    pub accepts_new: bool,
}

impl Change<'_> {
    /// Tells whether an `[[allow]]` accepts nothing that was not accepted before.
    pub(super) fn had(&self, allow: &Allow, today: Date) -> bool {
        let until = |allow: &Allow| match allow.term {
            Term::Until(until) => Some(until),
            Term::FalsePositive => None,
        };
        let is_over = |allow: &Allow| is_over(until(allow), today);
        let mut before = self.old.settings.allows.iter();
        before.any(|old| is_same(old, allow) && is_over(old) == is_over(allow))
    }

    /// Tells whether the settings of the change hide a finding that was shown before.
    pub(super) fn hides(&self, finding: &Finding) -> bool {
        self.old.selection.keeps(finding) && !self.new.selection.keeps(finding)
    }
}

/// A longer term of what still holds is no new acceptance, but one of what had ended is.
fn is_over(until: Option<Date>, today: Date) -> bool {
    until.is_some_and(|until| until < today)
}

/// Whether two allows are about the same findings.
fn is_same(one: &Allow, other: &Allow) -> bool {
    let path = |allow: &Allow| allow.path.as_ref().map(|glob| glob.as_str().to_owned());
    one.rule.as_ref().map(|rule| &rule.value) == other.rule.as_ref().map(|rule| &rule.value)
        && one.fingerprint == other.fingerprint
        && path(one) == path(other)
}

/// The comments that stood in files before a change.
#[derive(Debug, Clone, Default)]
pub struct OldComments {
    by_path: BTreeMap<String, Vec<InlineAllow>>,
    /// Those of files that are gone: they may have moved with their lines.
    gone: Vec<InlineAllow>,
}

impl OldComments {
    /// Adds those of a file that is still there.
    pub fn add(&mut self, path: &str, allows: Vec<InlineAllow>) {
        self.by_path.insert(path.to_owned(), allows);
    }

    /// Adds those of a file that the change takes away.
    pub fn add_gone(&mut self, allows: Vec<InlineAllow>) {
        self.gone.extend(allows);
    }

    /// Tells of each comment of a document whether it was there. Lines move and are indented anew,
    /// so comments are told apart by their rule; where there are more of a rule than before, only
    /// those are old whose lines were there.
    pub(super) fn known(
        &self,
        origin: &Origin,
        inner: &[String],
        allows: &[&InlineAllow],
        today: Date,
    ) -> Vec<bool> {
        let path = origin.path.as_deref().filter(|_| inner.is_empty() && origin.kind == PlaceKind::File);
        let Some(path) = path else { return vec![false; allows.len()] };
        let before = self.by_path.get(path);
        let is_alike = |one: &InlineAllow, other: &InlineAllow| {
            one.rule == other.rule
                && one.problem == other.problem
                && is_over(one.until, today) == is_over(other.until, today)
        };
        let stood = |allow: &&InlineAllow, before: &[InlineAllow]| {
            before.iter().any(|old| is_alike(old, allow) && old.lines == allow.lines)
        };
        let Some(before) = before else { return allows.iter().map(|a| stood(a, &self.gone)).collect() };
        let is_counted = |allow: &&InlineAllow| {
            let now = allows.iter().filter(|other| is_alike(other, allow)).count();
            now <= before.iter().filter(|old| is_alike(old, allow)).count()
        };
        allows.iter().map(|allow| is_counted(allow) || stood(allow, before)).collect()
    }
}
