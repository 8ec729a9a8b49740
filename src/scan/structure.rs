//! Audits of documents: what they are called for, and what becomes of what they note.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::auditor::{Auditor, Part};
use super::regions::{Follower, header_of, neighbourhood};
use super::shown::{hidden, veiled};
use crate::audit::{Fault, Met, Page, Registry, Veil, Window, holds_buyers, names_owner};
use crate::decode::{Charset, layers, text};
use crate::detect::{Gathering, Sighting};
use crate::fields;
use crate::model::{
    Basis, Candidate, Credential, Excerpt, Fact, Lifetime, LineIndex, Origin, Place, PlaceKind, Reading,
    Region, RuleId, Span, masked_but,
};
use crate::rules::Gate;

/// Facts kept of one document: beyond them it says nothing new.
const FACTS_MAX: usize = 1_000;

/// What document audits made of a document.
#[derive(Debug, Default)]
pub(super) struct Structure {
    /// Faults.
    pub(super) candidates: Vec<Candidate>,
    /// Facts for corpus audits.
    pub(super) facts: Vec<Fact>,
}

/// What is known of a text before audits are called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    /// Nothing.
    Nothing,
    /// The words in it that explain values.
    Words,
    /// It holds no word of the Amazon world and matters by its name.
    IsCarrier,
}

impl Auditor<'_> {
    /// Lets the audits judge a text that has been read as far as it was worth. Most texts call for
    /// none; tells whether this one did.
    pub(super) fn structure(
        &self,
        gathering: &mut Gathering<'_>,
        part: Part<'_>,
        known: Known,
        met: Option<Met<'_>>,
        structure: &mut Structure,
    ) -> bool {
        let whole = Span::new(part.offset, part.offset + part.text.len());
        let mut credentials = gathering.credentials(whole);
        for credential in &mut credentials {
            credential.span =
                Span::new(credential.span.start - part.offset, credential.span.end - part.offset);
        }
        let has_secrets = credentials.iter().any(|credential| !credential.is_identifier);
        let (origin, inner) = gathering.place();
        let path = inner.last().map(String::as_str).or(origin.path.as_deref());
        let carrier = path.and_then(crate::audit::carrier_of);
        let registry = Registry::get();
        let asked = (self.turn(gathering.origin()), self.plan().audits);
        let called = registry.called(carrier, has_secrets, asked);
        // A user's rules let texts in that the gate would not, whose words call nobody.
        let passed = match known {
            Known::IsCarrier => false,
            _ => !self.reads_everything() || Gate::get().passes(part.text.as_bytes()),
        };
        let is_looked_through = passed && registry.is_asked(asked);
        let met = met.filter(|_| is_looked_through).unwrap_or_else(|| match is_looked_through {
            true => registry.met_in(part.text),
            false => Met::default(),
        });
        let mut is_learned = known == Known::Words;
        let mut learn = |gathering: &mut Gathering<'_>| {
            match registry.explaining(&met) {
                _ if is_learned => {}
                Some(places) => gathering.learn_met(part.text, places),
                None => gathering.learn_words(part.text),
            }
            is_learned = true;
        };
        let called = registry.called_by_words(&met, called, asked, || {
            learn(gathering);
            gathering.is_of_sellers() || names_owner(part.text)
        });
        // The names of the columns stand at the beginning alone.
        let called = match part.head {
            "" => called,
            head => registry.called_by_words(&registry.met_in(head), called, asked, || true),
        };
        if called.is_nobody() {
            return false;
        }
        learn(gathering);
        let folded = part.text.to_ascii_lowercase();
        let (origin, inner) = gathering.place();
        let page = Page::new(
            (origin, inner),
            (part.text, &folded, passed),
            gathering.context(),
            &credentials,
            self.plan().own,
        )
        .within(Window {
            owned: part.owned,
            head: part.head,
            header: part.header,
            last_cell: gathering.cell_at(part.text.len()),
            is_first: part.offset == 0,
        })
        .knowing(&met);
        let noted = registry.judge(&page, called);
        let is_owned = |at: Span| at.start >= part.owned.start && at.start < part.owned.end;
        for (rule, at, fault) in noted.faults.into_iter().filter(|(_, at, _)| is_owned(*at)) {
            structure.candidates.extend(self.candidate(gathering, part, &credentials, rule, at, fault));
        }
        for (kind, text, at) in noted.facts {
            self.keep_fact(gathering, part, &credentials, (kind, text, at), structure);
        }
        true
    }

    /// Keeps a fact. What is about the whole document has no place in it: it counts once, whichever
    /// window it is noted in, and is never shown.
    fn keep_fact(
        &self,
        gathering: &Gathering<'_>,
        part: Part<'_>,
        credentials: &[Credential],
        (kind, text, at): (&'static str, String, Span),
        structure: &mut Structure,
    ) {
        let is_of_document = at.start == at.end;
        let is_new = if is_of_document {
            !structure.facts.iter().any(|fact| fact.kind == kind && fact.text == text)
        } else {
            at.start >= part.owned.start && at.start < part.owned.end
        };
        if !is_new || structure.facts.len() >= FACTS_MAX {
            return;
        }
        let (region, excerpt) = if is_of_document {
            (None, Excerpt::default())
        } else {
            self.shown(gathering.origin(), part, credentials, at, Veil::Values)
        };
        structure.facts.push(Fact { kind, text, place: place(gathering, region, at), excerpt });
    }

    /// Tells whether a file matters by its name alone.
    pub(super) fn is_carrier(&self, origin: &Origin) -> bool {
        let path = origin.path.as_deref().filter(|_| origin.kind == PlaceKind::File);
        path.is_some_and(|path| Registry::get().wants_file(path, self.turn(origin), self.plan().audits))
    }

    /// Judges a file that holds no word of the Amazon world and matters by its name.
    pub(super) fn audit_carrier(&self, origin: &Arc<Origin>, inner: &[String], bytes: &[u8]) {
        let charset = Charset::of(bytes);
        if charset == Charset::Binary {
            return;
        }
        let decoded = text(bytes, charset);
        let mut gathering = Gathering::new(self.plan().rules, Arc::clone(origin), inner);
        let mut structure = Structure::default();
        self.structure(&mut gathering, Part::whole(&decoded), Known::IsCarrier, None, &mut structure);
        if !structure.candidates.is_empty() || !structure.facts.is_empty() {
            self.accept(origin, inner, 1, &decoded);
            self.keep(origin, inner, gathering.finish(), structure, false);
        }
    }

    fn candidate(
        &self,
        gathering: &Gathering<'_>,
        part: Part<'_>,
        credentials: &[Credential],
        rule: &str,
        at: Span,
        fault: Fault,
    ) -> Option<Candidate> {
        let rule = self.plan().rules.catalogue().get(&RuleId::new(rule))?;
        let (region, excerpt) = self.shown(gathering.origin(), part, credentials, at, fault.veil);
        let mut parts = fault.parts;
        parts.sort();
        parts.dedup();
        Some(Candidate {
            rule: rule.id.clone(),
            basis: Basis::Structure,
            place: place(gathering, region, at),
            secret: None,
            prefix_bytes: 0,
            field: String::new(),
            parts,
            excerpt,
            confidence: fault.confidence.map_or(rule.confidence(), |c| c.min(rule.confidence())),
            severity: fault.severity,
            evidence: fault.evidence,
            counts: fault.counts,
            tags: BTreeSet::new(),
            lifetime: Lifetime::default(),
        })
    }

    /// Returns the region of a place and the lines around it, every value in them masked.
    fn shown(
        &self,
        origin: &Origin,
        part: Part<'_>,
        credentials: &[Credential],
        at: Span,
        veil: Veil,
    ) -> (Option<Region>, Excerpt) {
        let limits = self.plan().limits;
        let around = neighbourhood(part.text, at);
        let text = part.text.get(around.start..around.end).unwrap_or_default();
        let at = Span::new(at.start - around.start, at.end.min(around.end) - around.start);
        let first = Follower::new(part.text, part.first).position(around.start);
        let lines = LineIndex::new(text, first);
        let layers = layers(text, limits);
        let header = header_of(part.text, around.start, part.header);
        let outer = Reading::new(text, fields::read(text, header.as_deref()));
        let inner = layers.all.iter().map(|layer| Reading::new(&layer.text, fields::read(&layer.text, None)));
        let readings: Vec<Reading<'_>> = std::iter::once(outer).chain(inner).collect();
        let sightings: Vec<Vec<Sighting>> = readings.iter().map(|r| self.sightings(r, origin)).collect();
        let mut values = hidden(text, &readings, &sightings, &layers);
        // Of a line that is read from its middle on, nothing tells what its beginning said.
        let is_cut = around.start > 0 && !part.text.get(..around.start).is_some_and(|s| s.ends_with('\n'));
        let cut = text.get(..at.start).and_then(|before| before.find('\n')).filter(|_| is_cut);
        values.extend(cut.map(|end| Span::new(0, end)));
        let within = |credential: &Credential| {
            let span = credential.span;
            span.overlaps(around).then(|| {
                let (start, end) = (span.start.max(around.start), span.end.min(around.end));
                Span::new(start - around.start, end - around.start)
            })
        };
        values.extend(credentials.iter().filter_map(within));
        let fields = readings.first().map_or(&[][..], |reading| reading.fields.as_slice());
        if veil == Veil::Values && holds_buyers(text, header.as_deref(), fields) {
            values.extend(veiled(text, readings.first()));
        }
        match veil {
            Veil::Values => {}
            Veil::Surroundings => {
                // What stands there are names, whatever stands beside them.
                values.retain(|value| !value.overlaps(at));
                values.extend([Span::new(0, at.start), Span::new(at.end, text.len())]);
            }
            Veil::All => values.push(Span::new(0, text.len())),
        }
        let values = crate::model::united(values);
        let inside: Vec<Span> = values
            .iter()
            .filter(|value| value.overlaps(at))
            .map(|value| Span::new(value.start.max(at.start) - at.start, value.end.min(at.end) - at.start))
            .collect();
        let shown = masked_but(text.get(at.start..at.end).unwrap_or_default(), &inside);
        let excerpt = Excerpt::masked(text, &lines, at, &shown, &values, limits);
        // The end of a value that could be guessed would tell its length.
        let first = values.iter().find(|value| value.overlaps(at));
        let told = first.map_or(at, |value| Span::new(at.start, value.start));
        (origin.kind.has_lines().then(|| lines.region(text, told)), excerpt)
    }
}

fn place(gathering: &Gathering<'_>, region: Option<Region>, at: Span) -> Place {
    let (_, inner) = gathering.place();
    // Lines mean nothing where there are cells.
    let cell = gathering.cell_at(at.start).map(str::to_owned);
    let region = region.filter(|_| cell.is_none());
    Place { origin: gathering.shared_origin(), inner: inner.to_vec(), region, cell }
}
