//! The sightings of one document, and which of them stand once all of it has been read.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::sets::{self, FoundSet};
use super::{Sighting, context, lifespan};
use crate::model::{
    Basis, Candidate, Context, ContextKind, Credential, Evidence, Excerpt, Lifespan, Lifetime, Limits,
    LineIndex, Masked, Origin, Place, Reading, Span, Tag, neutral, run_masked,
};
use crate::rules::{RuleSet, meanings};

/// A candidate whose document is not known whole yet.
#[derive(Debug)]
pub struct Pending {
    /// The candidate.
    pub candidate: Candidate,
    /// Where it is in the whole document, in bytes of its text.
    span: Span,
    /// Where it is in each text that an encoding hid, innermost first; texts are named by the
    /// offset of their window and their number in it.
    through: Vec<((usize, usize), Span)>,
    needs: Option<ContextKind>,
    beside: Option<String>,
}

/// Collects what was seen in a document, window by window, layer by layer.
#[derive(Debug)]
pub struct Gathering<'r> {
    rules: &'r RuleSet,
    origin: Arc<Origin>,
    inner: Vec<String>,
    /// Where the parts of the text begin, and what a person calls their places.
    cells: Vec<(usize, String)>,
    context: Context,
    kinds: BTreeSet<&'static str>,
    pending: Vec<Pending>,
    /// Candidates so far that stand by themselves, and those that the document must explain.
    strong: usize,
    weak: usize,
    is_cut: bool,
    /// Whether candidates were dropped that the document may not have explained.
    is_weak_cut: bool,
}

/// What stands of a document.
#[derive(Debug, Default)]
pub struct Gathered {
    /// Candidates with a secret.
    pub candidates: Vec<Candidate>,
    /// Sets among them; members are indexes into `candidates`.
    pub sets: Vec<FoundSet>,
    /// Whether there were more candidates than the limit.
    pub is_cut: bool,
}

/// The outermost text of a window, to which every sighting is traced back.
#[derive(Debug, Clone, Copy)]
pub struct Window<'a> {
    /// The text.
    pub text: &'a str,
    /// Its lines.
    pub lines: &'a LineIndex,
    /// Bytes of the document's text before it.
    pub offset: usize,
    /// What excerpts hide, ascending and apart.
    pub values: &'a [Span],
    /// Only what begins here belongs to this window; the rest is the neighbours'.
    pub owned: Span,
}

/// Where a span of a reading stands in the window's text.
#[derive(Debug, Clone)]
pub struct Traced {
    /// The span there.
    pub span: Span,
    /// Whether it is written in another form there.
    pub is_encoded: bool,
    /// The span in each layer on the way, innermost first, with the number of the layer in the
    /// window.
    pub through: Vec<(usize, Span)>,
}

impl<'r> Gathering<'r> {
    /// Begins a document.
    #[must_use]
    pub fn new(rules: &'r RuleSet, origin: Arc<Origin>, inner: &[String]) -> Self {
        Self {
            rules,
            origin,
            inner: inner.to_vec(),
            cells: Vec::new(),
            context: Context::default(),
            kinds: BTreeSet::new(),
            pending: Vec::new(),
            strong: 0,
            weak: 0,
            is_cut: false,
            is_weak_cut: false,
        }
    }

    /// Says where the parts of the text begin, ascending, and what a person calls their places, such
    /// as cells of a sheet. Lines then mean nothing.
    pub fn in_cells(&mut self, cells: Vec<(usize, String)>) {
        self.cells = cells;
    }

    /// Returns what a person calls the place of a byte of the text, where the text has such places.
    #[must_use]
    pub fn cell_at(&self, at: usize) -> Option<&str> {
        let behind = self.cells.partition_point(|(start, _)| *start <= at);
        self.cells.get(behind.checked_sub(1)?).map(|(_, cell)| cell.as_str())
    }

    /// Returns where the document came from.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Learns the words and names of a reading that explain values elsewhere in the document.
    pub fn learn(&mut self, reading: &Reading<'_>) {
        self.learn_words(reading.text);
        let beside: Vec<&str> = self.rules.named().iter().filter_map(|n| n.beside.as_deref()).collect();
        for field in reading.fields.iter().filter(|_| !beside.is_empty()) {
            self.kinds.extend(meanings(&field.name, &field.scope).iter().map(|(kind, _)| *kind));
        }
    }

    /// Tells whether anything learned so far shows that the document is about a seller's keys, account
    /// or payments.
    #[must_use]
    pub fn is_of_sellers(&self) -> bool {
        self.context.is_of_sellers()
    }

    /// Learns the words of a text that explain values elsewhere in the document.
    pub fn learn_words(&mut self, text: &str) {
        context::note(text, &mut self.context);
    }

    /// The same, where a look for words that hold all of these has met them already: each with where
    /// it begins in the text.
    pub fn learn_met<'w>(&mut self, text: &str, met: impl Iterator<Item = (&'w str, usize)>) {
        context::note_met(text, met, &mut self.context);
    }

    /// Takes what was seen in a reading; `traced` leads its spans back to the window's text.
    pub fn take(
        &mut self,
        window: Window<'_>,
        sightings: Vec<Sighting>,
        traced: impl Fn(Span) -> Traced,
        limits: &Limits,
    ) {
        for sighting in sightings {
            let traced = traced(sighting.span);
            let span = traced.span;
            if span.start < window.owned.start || span.start >= window.owned.end {
                continue;
            }
            // What only its document can explain must not crowd out what stands by itself.
            let is_weak = sighting.needs.is_some() || sighting.beside.is_some();
            let count = if is_weak { &mut self.weak } else { &mut self.strong };
            if *count >= limits.candidates_max {
                self.is_cut |= !is_weak;
                self.is_weak_cut |= is_weak;
                continue;
            }
            *count += 1;
            self.pending.extend(self.pended(window, sighting, traced, limits));
        }
    }

    /// Returns where the document came from, shared.
    #[must_use]
    pub fn shared_origin(&self) -> Arc<Origin> {
        Arc::clone(&self.origin)
    }

    /// Returns where the document came from and the members that lead to it.
    #[must_use]
    pub fn place(&self) -> (&Origin, &[String]) {
        (&self.origin, &self.inner)
    }

    /// Returns the words of the Amazon world so far.
    #[must_use]
    pub const fn context(&self) -> &Context {
        &self.context
    }

    /// Returns the credentials that begin in a part of the document and stand by what is known of
    /// it so far, in the order of their places.
    #[must_use]
    pub fn credentials(&self, within: Span) -> Vec<Credential> {
        let stands = |p: &&Pending| {
            p.span.start >= within.start
                && p.span.start < within.end
                && p.needs.is_none_or(|kind| self.context.proof(kind).is_some())
                && p.beside.as_ref().is_none_or(|kind| self.kinds.contains(kind.as_str()))
        };
        let mut standing: Vec<&Pending> = self.pending.iter().filter(stands).collect();
        standing.sort_by_key(|pending| rank(pending));
        let mut kept: Vec<&Pending> = Vec::new();
        for pending in standing {
            if !kept.iter().any(|better| covers(better, pending)) {
                kept.push(pending);
            }
        }
        kept.sort_by_key(|pending| (pending.span, pending.candidate.rule.clone()));
        kept.into_iter().filter_map(|pending| self.credential(pending)).collect()
    }

    fn credential(&self, pending: &Pending) -> Option<Credential> {
        let candidate = &pending.candidate;
        let rule = self.rules.catalogue().get(&candidate.rule)?;
        let identity = match &candidate.secret {
            Some(secret) if !rule.is_guessable() => secret.fingerprint(rule.class()).to_string(),
            _ => format!("{}:{}", candidate.rule, candidate.field),
        };
        Some(Credential {
            rule: candidate.rule.clone(),
            is_identifier: rule.file.identifier,
            span: pending.span,
            identity,
            field: candidate.field.clone(),
        })
    }

    /// Decides which candidates stand.
    #[must_use]
    pub fn finish(self) -> Gathered {
        let Self { rules, context, kinds, pending, is_cut, is_weak_cut, .. } = self;
        let mut standing: Vec<Pending> =
            pending.into_iter().filter_map(|p| with_context(p, &context, &kinds)).collect();
        let is_weak = |p: &Pending| p.needs.is_some() || p.beside.is_some();
        let is_cut = is_cut || (is_weak_cut && standing.iter().any(is_weak));
        standing.sort_by_key(rank);
        let mut kept: Vec<Pending> = Vec::new();
        for pending in standing {
            if !kept.iter().any(|better| covers(better, &pending)) {
                kept.push(pending);
            }
        }
        for Pending { candidate, .. } in &mut kept {
            let lifespan = rules.catalogue().get(&candidate.rule).and_then(|rule| rule.file.lifespan);
            let named = (candidate.basis, candidate.field.as_str());
            candidate.lifetime = lifespan::told(lifespan, named, &context, candidate.lifetime.ends);
        }
        kept.sort_by(|a, b| {
            (&a.candidate.place, &a.candidate.rule).cmp(&(&b.candidate.place, &b.candidate.rule))
        });
        let sets = sets::found(&kept, rules);
        Gathered { candidates: kept.into_iter().map(|p| p.candidate).collect(), sets, is_cut }
    }

    fn pended(
        &self,
        window: Window<'_>,
        sighting: Sighting,
        traced: Traced,
        limits: &Limits,
    ) -> Option<Pending> {
        let Traced { span, is_encoded, through } = traced;
        let rule = self.rules.catalogue().get(&sighting.rule)?;
        // What only a path tells has no place in the text.
        let excerpt = sighting.secret.as_ref().map_or_else(Excerpt::default, |secret| {
            let shown = secret.masked(rule.masking(sighting.prefix_bytes));
            Excerpt::masked(window.text, window.lines, span, &shown, window.values, limits)
        });
        // The end of what could be guessed would tell its length.
        let told = if rule.is_guessable() { first_character(window.text, span) } else { span };
        let ends = (rule.file.lifespan == Some(Lifespan::SignedAddress))
            .then(|| lifespan::end_of_address(window.text, span));
        let cell = self.cell_at(window.offset + span.start).map(str::to_owned);
        let has_lines = self.origin.kind.has_lines() && sighting.secret.is_some() && cell.is_none();
        let region = has_lines.then(|| window.lines.region(window.text, told));
        let mut tags = BTreeSet::new();
        if !self.inner.is_empty() {
            tags.insert(Tag::InArchive);
        }
        if is_encoded {
            tags.insert(Tag::Encoded);
        }
        if is_commented(window, span) {
            tags.insert(Tag::CommentedOut);
        }
        let mut evidence = vec![Evidence {
            kind: sighting.because,
            text: if sighting.name.is_empty() { neutral("") } else { shown_name(&sighting.name, window) },
            weight: 0,
        }];
        evidence.retain(|e| !(e.kind == "prefix" && e.text.as_str().is_empty()));
        let place = Place { origin: Arc::clone(&self.origin), inner: self.inner.clone(), region, cell };
        let candidate = Candidate {
            rule: sighting.rule,
            basis: sighting.basis,
            place,
            secret: sighting.secret,
            prefix_bytes: sighting.prefix_bytes,
            field: crate::rules::folded(&sighting.name),
            parts: Vec::new(),
            excerpt,
            confidence: sighting.confidence.map_or(rule.confidence(), |c| c.min(rule.confidence())),
            severity: None,
            evidence,
            counts: Vec::new(),
            tags,
            lifetime: Lifetime { ends: ends.flatten(), ..Lifetime::default() },
        };
        let at = Span::new(window.offset + span.start, window.offset + span.end);
        let through = through.into_iter().map(|(layer, span)| ((window.offset, layer), span)).collect();
        Some(Pending { candidate, span: at, through, needs: sighting.needs, beside: sighting.beside })
    }
}

/// Keeps a candidate whose document explains it, and says by which word.
fn with_context(mut pending: Pending, context: &Context, kinds: &BTreeSet<&'static str>) -> Option<Pending> {
    if let Some(kind) = pending.needs {
        let word = context.proof(kind)?;
        pending.candidate.evidence.push(Evidence { kind: "context", text: run_masked(word), weight: 0 });
    }
    match &pending.beside {
        Some(kind) if !kinds.contains(kind.as_str()) => None,
        _ => Some(pending),
    }
}

type Rank = (Basis, std::cmp::Reverse<usize>, bool, Span, String);

/// Better evidence first, then the longer value, then the plain before the encoded form.
fn rank(pending: &Pending) -> Rank {
    let length = pending.candidate.secret.as_ref().map_or(0, crate::model::Secret::len);
    let encoded = pending.candidate.tags.contains(&Tag::Encoded);
    (
        pending.candidate.basis,
        std::cmp::Reverse(length),
        encoded,
        pending.span,
        pending.candidate.rule.to_string(),
    )
}

/// One value gives one finding: the same secret, or an overlapping value with no better evidence.
fn covers(better: &Pending, other: &Pending) -> bool {
    let same_secret = better.candidate.secret.is_some() && better.candidate.secret == other.candidate.secret;
    if same_secret && better.candidate.rule == other.candidate.rule {
        return true;
    }
    let (one, two, is_of_one_text) = spans_in_common(better, other);
    // Several secrets in one encoded run share its span, seen from the text around the run.
    one.overlaps(two) && (same_secret || is_of_one_text || one != two)
}

/// Where two candidates stand in the innermost text that holds both, and whether both were seen in
/// that very text.
fn spans_in_common(one: &Pending, two: &Pending) -> (Span, Span, bool) {
    let in_common = one.through.iter().enumerate().find_map(|(depth, (text, span))| {
        let other = two.through.iter().position(|(t, _)| t == text)?;
        Some((*span, two.through.get(other)?.1, depth == 0 && other == 0))
    });
    in_common.unwrap_or((one.span, two.span, one.through.is_empty() && two.through.is_empty()))
}

/// Shows a name. One of several words may begin with the value before it on the same line.
fn shown_name(name: &str, window: Window<'_>) -> Masked {
    if !name.contains(char::is_whitespace) {
        return run_masked(name);
    }
    let is_value = |word: &str| {
        let texts = window.values.iter().filter_map(|value| window.text.get(value.start..value.end));
        word.len() >= VALUE_BYTES_MIN
            && texts.filter(|text| text.len() >= word.len()).any(|t| t.contains(word))
    };
    let words: Vec<&str> =
        name.split_whitespace().map(|word| if is_value(word) { "…" } else { word }).collect();
    run_masked(&words.join(" "))
}

/// Shortest word of a name that could be a value.
const VALUE_BYTES_MIN: usize = 6;

fn first_character(text: &str, span: Span) -> Span {
    let first = text.get(span.start..).and_then(|rest| rest.chars().next());
    Span::new(span.start, span.start + first.map_or(0, char::len_utf8))
}

/// Whether the line up to the value opens as a comment.
fn is_commented(window: Window<'_>, span: Span) -> bool {
    let line = window.lines.span_of(window.text, window.lines.line_of(span.start));
    let before = window.text.get(line.start..span.start.max(line.start)).unwrap_or_default().trim_start();
    ["#", "//", "--", ";", "<!--", "/*", "* ", "' ", "REM ", "rem "]
        .iter()
        .any(|mark| before.starts_with(mark))
        && !before.starts_with("---")
        && !before.starts_with("# ") | before.contains(['=', ':'])
}
