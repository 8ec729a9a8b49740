//! Takes documents from a source: gate, text, readings, detection.

mod sink;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::Plan;
use super::kept::Kept;
use super::regions::{Follower, header_of, regions};
use super::shown::{hidden, safe_inner, safe_origin, safe_path, safe_text, veiled};
use super::structure::{Known, Structure};
use crate::audit::{Met, Registry, Turn, holds_buyers};
use crate::decode::{Charset, TextWindow, Windows, layers, read_up_to, text};
use crate::detect::{Gathered, Gathering, Sighting, Traced, Window, detect, detect_by_gitleaks};
use crate::fields;
use crate::model::{
    Coverage, Fact, LineIndex, Mode, Origin, PlaceKind, Position, Problem, Reading, SkipReason, Span, united,
};
use crate::policy::{InlineAllows, inline_allows};
use crate::rules::{self, Gate, Passing, Places};
use crate::source::{Content, Sink};

/// What was found in one document.
#[derive(Debug)]
pub(super) struct AuditedDocument {
    /// Candidates and sets.
    pub(super) gathered: Gathered,
    /// What audits noted for those who judge several documents.
    pub(super) facts: Vec<Fact>,
}

/// What the sources yielded, judged document by document.
#[derive(Debug)]
pub(super) struct Audited {
    /// Documents in which something was found.
    pub(super) documents: Vec<AuditedDocument>,
    /// Acceptances written beside what they accept.
    pub(super) inline: InlineAllows,
    /// What was audited and what was not.
    pub(super) coverage: Coverage,
}

/// Bytes of a document's beginning that its later windows know.
const HEAD_BYTES: usize = 8 << 10;

/// A text to judge: a document, or a window of one.
#[derive(Clone, Copy)]
pub(super) struct Part<'a> {
    pub(super) text: &'a str,
    /// What begins here is this part's; the rest is the neighbours'.
    pub(super) owned: Span,
    pub(super) first: Position,
    /// Bytes of the document's text before it.
    pub(super) offset: usize,
    /// The first row of a table that began in an earlier part.
    pub(super) header: Option<&'a [String]>,
    /// How the document begins, where it began in an earlier part.
    pub(super) head: &'a str,
    is_one_of_many: bool,
    /// Whether it is known to hold a literal of the gate as it is.
    holds_literal: bool,
}

impl<'a> Part<'a> {
    pub(super) const fn whole(text: &'a str) -> Self {
        let first = Position { line: 1, column: 1 };
        Self {
            text,
            owned: Span::new(0, usize::MAX),
            first,
            offset: 0,
            header: None,
            head: "",
            is_one_of_many: false,
            holds_literal: false,
        }
    }
}

/// What came of a window.
#[derive(Default)]
pub(super) struct Seen {
    /// Whether a limit cut the decoding short.
    pub(super) is_cut: bool,
    /// How much of it was worth reading closely.
    pub(super) close_bytes: u64,
}

/// What came of a region.
struct Judged {
    is_cut: bool,
    has_sightings: bool,
}

/// Lets other threads make ready what the first file that passes the gate is asked, while it is read: a file
/// with a finding took 14 ms, and takes 12.
fn begin() {
    static HAS_BEGUN: AtomicBool = AtomicBool::new(false);
    if rayon::current_num_threads() > 1 && !HAS_BEGUN.swap(true, Ordering::Relaxed) {
        rayon::spawn(rules::prepare);
        rayon::spawn(|| Registry::get().prepare());
    }
}

/// The sink of a run.
pub(super) struct Auditor<'a> {
    plan: Plan<'a>,
    turn: Turn,
    documents: Mutex<Kept<AuditedDocument>>,
    inline: Mutex<InlineAllows>,
    problems: Mutex<Vec<Problem>>,
    /// Held while a large member of a container is judged.
    pub(super) large_member: Mutex<()>,
}

impl<'a> Auditor<'a> {
    pub(super) fn new(plan: Plan<'a>, turn: Turn) -> Self {
        Self {
            plan,
            turn,
            documents: Mutex::new(Kept::new(plan.limits.candidates_of_all_max)),
            inline: Mutex::new(InlineAllows::default()),
            problems: Mutex::new(Vec::new()),
            large_member: Mutex::new(()),
        }
    }

    pub(super) fn finish(self) -> Audited {
        let (files, bytes) = self.plan.progress.so_far();
        let mut skipped = self.problems.into_inner().unwrap_or_else(PoisonError::into_inner);
        for problem in &mut skipped {
            problem.path = safe_path(&problem.path, self.plan.rules);
        }
        let (documents, dropped) =
            self.documents.into_inner().unwrap_or_else(PoisonError::into_inner).finish();
        if dropped > 0 {
            let detail = format!("more findings than are kept of one audit: {dropped} documents more");
            skipped.push(Problem { path: ".".to_owned(), reason: SkipReason::TooMany, detail: Some(detail) });
        }
        let commits = self.plan.progress.commits();
        let coverage = Coverage { files, bytes, commits, skipped };
        Audited {
            documents,
            inline: self.inline.into_inner().unwrap_or_else(PoisonError::into_inner),
            coverage,
        }
    }

    pub(super) const fn plan(&self) -> Plan<'a> {
        self.plan
    }

    /// Which audits judge a document. Of what a range adds commit by commit only the messages are
    /// their business: its files are judged as its last commit leaves them.
    pub(super) fn turn(&self, origin: &Origin) -> Turn {
        let is_version_of_file = self.plan.source.mode() == Mode::Range
            && self.turn == Turn::EveryVersion
            && origin.kind != PlaceKind::CommitMessage;
        if is_version_of_file { Turn::Nobody } else { self.turn }
    }

    /// Judges a document that is no container, or not only; returns how much of it was read closely.
    pub(super) fn judge(&self, origin: &Arc<Origin>, inner: &[String], bytes: &[u8]) -> u64 {
        let passing = Gate::get().passing(bytes);
        if passing != Passing::No || self.reads_everything() {
            return self.audit(origin, inner, bytes, passing);
        }
        if self.is_carrier(origin) {
            self.audit_carrier(origin, inner, bytes);
        }
        0
    }

    fn audit(&self, origin: &Arc<Origin>, inner: &[String], bytes: &[u8], passing: Passing) -> u64 {
        let charset = Charset::of(bytes);
        let decoded = text(bytes, charset);
        // Compressed bytes hold a short literal by chance; their strings then hold none.
        if charset == Charset::Binary && !self.passes(decoded.as_bytes()) {
            return 0;
        }
        begin();
        let mut gathering = Gathering::new(self.plan.rules, Arc::clone(origin), inner);
        let holds_literal = passing == Passing::Plain && charset == Charset::Utf8;
        let mut structure = Structure::default();
        let part = Part { holds_literal, ..Part::whole(&decoded) };
        let seen = self.window(&mut gathering, part, &mut structure);
        self.accept(origin, inner, 1, &decoded);
        self.keep(origin, inner, gathering.finish(), structure, seen.is_cut);
        seen.close_bytes
    }

    /// Judges a stream; `counted` of its bytes were counted before it was read once more. Ends where
    /// nothing is left that may be read closely, and returns what is left of that.
    pub(super) fn audit_windows(
        &self,
        origin: &Arc<Origin>,
        inner: &[String],
        content: &mut dyn Content,
        counted: u64,
        mut close_left: u64,
    ) -> u64 {
        let mut gathering = Gathering::new(self.plan.rules, Arc::clone(origin), inner);
        let mut reader = Counted { content, counted, progress: self.plan.progress };
        let mut windows = Windows::new(&mut reader, self.plan.limits);
        let mut header: Option<Vec<String>> = None;
        let mut head = String::new();
        let mut structure = Structure::default();
        let mut is_cut = false;
        // A reader that fails has told its owner, which reports it.
        while close_left > 0
            && let Ok(Some(window)) = windows.next_window()
        {
            let TextWindow { text, owned, first, offset } = &window;
            let part = Part {
                text,
                owned: *owned,
                first: *first,
                offset: *offset,
                header: header.as_deref(),
                head: &head,
                is_one_of_many: true,
                holds_literal: false,
            };
            let seen = self.window(&mut gathering, part, &mut structure);
            is_cut |= seen.is_cut;
            close_left = close_left.saturating_sub(seen.close_bytes);
            let whole_lines = text.rfind('\n').and_then(|end| text.get(..end)).unwrap_or(text);
            self.accept(origin, inner, first.line, whole_lines);
            // The next window begins a little before the end of what this one owns.
            let done = text.get(..owned.end).unwrap_or(text);
            header = fields::header(done, header.as_deref());
            if head.is_empty() {
                head = done.get(..done.floor_char_boundary(HEAD_BYTES)).unwrap_or_default().to_owned();
            }
        }
        self.keep(origin, inner, gathering.finish(), structure, is_cut);
        close_left
    }

    /// Judges one window.
    pub(super) fn window(
        &self,
        gathering: &mut Gathering<'_>,
        part: Part<'_>,
        structure: &mut Structure,
    ) -> Seen {
        let mut met = None;
        let regions = if self.reads_whole() {
            vec![Span::new(0, part.text.len())]
        } else {
            let is_literal = part.holds_literal || part.is_one_of_many;
            let look = || self.look(gathering.origin(), part.text, &mut met);
            regions(part.text, self.plan.rules.sieve(), look, part.header, is_literal)
        };
        let mut follower = Follower::new(part.text, part.first);
        let (mut seen, mut has_sightings) = (Seen::default(), false);
        for region in regions {
            let judged = self.region(gathering, part, region, &mut follower);
            seen.is_cut |= judged.is_cut;
            seen.close_bytes += (region.end - region.start) as u64;
            has_sightings |= judged.has_sightings;
        }
        // Most documents end here, so words are looked for only behind it.
        let is_learned = has_sightings || part.is_one_of_many;
        if is_learned {
            gathering.learn_words(part.text);
        }
        let known = if is_learned { Known::Words } else { Known::Nothing };
        if self.structure(gathering, part, known, met, structure) {
            seen.close_bytes = part.text.len() as u64;
        }
        seen
    }

    /// Looks for what is worth reading, and with it for the words of the audits that have their turn.
    fn look(&self, origin: &Origin, text: &str, met: &mut Option<Met<'_>>) -> Places {
        let (sieve, registry) = (self.plan.rules.sieve(), Registry::get());
        if !registry.is_asked((self.turn(origin), self.plan.audits)) {
            return sieve.places(text);
        }
        let met = met.insert(Met::of(registry.words()));
        sieve.places_beside(text, registry.words(), |word, at| met.add(word, at))
    }

    fn region(
        &self,
        gathering: &mut Gathering<'_>,
        part: Part<'_>,
        region: Span,
        follower: &mut Follower<'_>,
    ) -> Judged {
        let limits = self.plan.limits;
        let text = part.text.get(region.start..region.end).unwrap_or_default();
        let layers = layers(text, limits);
        let header = header_of(part.text, region.start, part.header);
        let outer = Reading::new(text, fields::read(text, header.as_deref()));
        let inner = layers.all.iter().map(|layer| Reading::new(&layer.text, fields::read(&layer.text, None)));
        let readings: Vec<Reading<'_>> = std::iter::once(outer).chain(inner).collect();
        let sightings: Vec<Vec<Sighting>> =
            readings.iter().map(|r| self.sightings(r, gathering.origin())).collect();
        let has_sightings = !sightings.iter().all(Vec::is_empty);
        let judged = Judged { is_cut: layers.is_cut, has_sightings };
        if !has_sightings && !part.is_one_of_many {
            return judged;
        }
        let lines = LineIndex::new(text, follower.position(region.start));
        let mut values = hidden(text, &readings, &sightings, &layers);
        let fields = readings.first().map_or(&[][..], |reading| reading.fields.as_slice());
        if has_sightings && holds_buyers(part.text, part.header, fields) {
            values.extend(veiled(text, readings.first()));
            values = united(values);
        }
        let owned = Span::new(
            part.owned.start.saturating_sub(region.start),
            part.owned.end.saturating_sub(region.start),
        );
        let offset = part.offset + region.start;
        let window = Window { text, lines: &lines, offset, values: &values, owned };
        for (index, (reading, sightings)) in readings.iter().zip(sightings).enumerate() {
            // The first reading is the region itself, the others are its layers in their order.
            let traced = |span| match index.checked_sub(1) {
                None => Traced { span, is_encoded: false, through: Vec::new() },
                Some(layer) => {
                    let (through, outermost) = layers.traced(layer, span);
                    Traced { span: outermost, is_encoded: layers.is_encoded(layer, span), through }
                }
            };
            gathering.take(window, sightings, traced, limits);
            gathering.learn(reading);
        }
        judged
    }

    /// Whether what is worth reading is not known: a user's rules ask for other words.
    fn reads_whole(&self) -> bool {
        let rules = self.plan.rules;
        self.plan.reads_whole || rules.has_user_rules() || rules.gitleaks().is_some()
    }

    pub(super) fn sightings(&self, reading: &Reading<'_>, origin: &Origin) -> Vec<Sighting> {
        let rules = self.plan.rules;
        let mut sightings = detect(reading, rules);
        if let Some(gitleaks) = rules.gitleaks() {
            let (path, commit) = (origin.path.as_deref(), origin.commit.as_deref());
            sightings.extend(detect_by_gitleaks(reading, path, commit, gitleaks));
        }
        sightings
    }

    /// Tells whether a document is worth reading. The gate knows the built-in rules only.
    pub(super) fn passes(&self, bytes: &[u8]) -> bool {
        self.reads_everything() || Gate::get().passes(bytes)
    }

    pub(super) fn reads_everything(&self) -> bool {
        let rules = self.plan.rules;
        rules.has_user_rules() || rules.gitleaks().is_some()
    }

    /// Counts a file, or the bytes of what is none, such as a message.
    fn count_place(&self, kind: PlaceKind, bytes: u64) {
        if matches!(kind, PlaceKind::File | PlaceKind::LinkTarget | PlaceKind::Note) {
            self.plan.progress.add(bytes);
        } else {
            self.plan.progress.add_bytes(bytes);
        }
    }

    pub(super) fn accept(&self, origin: &Arc<Origin>, inner: &[String], first_line: u64, text: &str) {
        let mut allows = inline_allows(text);
        // What another pass judges is accepted there.
        let turn = self.turn(origin);
        allows.retain(|allow| !Registry::get().is_left_out(allow.rule.as_str(), turn));
        if allows.is_empty() {
            return;
        }
        let rules = self.plan.rules;
        for allow in &mut allows {
            allow.reason = safe_text(&allow.reason, rules);
        }
        let (origin, inner) = (Arc::new(safe_origin(origin, rules)), safe_inner(inner, rules));
        let mut inline = self.inline.lock().unwrap_or_else(PoisonError::into_inner);
        inline.add(&origin, &inner, first_line, allows);
    }

    pub(super) fn keep(
        &self,
        origin: &Arc<Origin>,
        inner: &[String],
        mut gathered: Gathered,
        structure: Structure,
        is_cut: bool,
    ) {
        let path = origin.path.as_deref().unwrap_or_default();
        if is_cut {
            self.skip(path, SkipReason::Expansion, "encoded text expands beyond the limit");
        }
        if gathered.is_cut {
            self.skip(path, SkipReason::TooMany, "more findings than are kept of one document");
        }
        let Structure { candidates, mut facts } = structure;
        // A list that grew to one fact has room for four.
        facts.shrink_to_fit();
        // Sets name their members by number, so what audits found comes last.
        gathered.candidates.extend(candidates);
        if !gathered.candidates.is_empty() || !facts.is_empty() {
            let mut documents = self.documents.lock().unwrap_or_else(PoisonError::into_inner);
            documents.add(origin, inner, gathered.candidates.len(), AuditedDocument { gathered, facts });
        }
    }

    fn skip(&self, path: &str, reason: SkipReason, detail: &str) {
        self.problem(Problem { path: path.to_owned(), reason, detail: Some(detail.to_owned()) });
    }

    /// Reads a stream until some of it passes the gate, or to its end. Counts what it reads.
    fn stream_passes(&self, content: &mut dyn Content) -> bool {
        let mut buffer = Vec::new();
        loop {
            let kept = buffer.len().min(Gate::get().longest());
            buffer.drain(..buffer.len() - kept);
            match read_up_to(content.reader(), kept + self.plan.limits.window_bytes, &mut buffer) {
                Ok(0) | Err(_) => return false,
                Ok(read) => self.plan.progress.add_bytes(read as u64),
            }
            if self.passes(&buffer) {
                return true;
            }
        }
    }
}

/// Counts the bytes of a stream that were not counted before.
struct Counted<'c> {
    content: &'c mut dyn Content,
    counted: u64,
    progress: &'c super::Progress,
}

impl std::io::Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.content.reader().read(buffer)?;
        let new = self.content.bytes_read().saturating_sub(self.counted);
        self.progress.add_bytes(new);
        self.counted += new;
        Ok(read)
    }
}
