//! Every object of a repository.
//!
//! Blobs have no name at first. Those that hold something are named afterwards, by one look at the
//! trees, and are then lent again under each of their names.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use super::blob::{Lender, meta};
use super::snapshot::OfRepo;
use super::staged::is_below;
use super::{Sink, Source};
use crate::git::{
    Attribution, Entry, EntryKind, Id, Lent, META_BYTES_MAX, Named, Naming, Noted, ObjectKind, Ref, RefKind,
    Repo, State, Wanted,
};
use crate::model::{Document, Limits, Mode, Origin, PlaceKind, Problem, SkipReason, Snapshot};

/// The whole object database.
pub struct History {
    repo: Arc<Repo>,
    below: String,
    /// What stands before its paths: a submodule's own path with a `/` behind it.
    prefix: String,
    gaps: Vec<Problem>,
    attribution: Arc<OnceLock<Attribution>>,
    /// The files of the present state.
    state: OnceLock<Vec<Entry>>,
    /// Those in which something could matter.
    telling_state: OnceLock<HashSet<Id>>,
}

/// What one thread found.
#[derive(Default)]
struct Found {
    blobs: Vec<Id>,
    /// Blobs of the present state that pass.
    state: Vec<Id>,
    naming: Naming,
}

/// What is said to objects that are made from this one.
#[derive(Clone, Copy)]
struct Answer {
    /// Whether anything in it could matter.
    is_telling: bool,
    naming: Noted,
}

/// What of all objects has to be looked at again.
struct Telling {
    blobs: HashSet<Id>,
    /// Names of files and folders, with their numbers.
    names: HashMap<Vec<u8>, u32>,
    /// Whether a message was lent.
    has_texts: bool,
}

impl History {
    /// Audits everything in `repo`, or the files at or below the path `below` if it is not empty.
    /// Where things were is left in `attribution`.
    #[must_use]
    pub const fn new(repo: Arc<Repo>, below: String, attribution: Arc<OnceLock<Attribution>>) -> Self {
        Self {
            repo,
            below,
            prefix: String::new(),
            gaps: Vec::new(),
            attribution,
            state: OnceLock::new(),
            telling_state: OnceLock::new(),
        }
    }

    /// Puts the path of a submodule before all paths.
    #[must_use]
    pub fn of_submodule(mut self, path: &str) -> Self {
        self.prefix = format!("{path}/");
        self
    }

    /// Returns what stands before all paths.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// Tells of submodules that are not here.
    #[must_use]
    pub fn with_gaps(mut self, gaps: Vec<Problem>) -> Self {
        self.gaps = gaps;
        self
    }

    fn tell(&self, sink: &dyn Sink, mut problem: Problem) {
        if !self.prefix.is_empty() {
            let below = if problem.path == "." { "" } else { &problem.path };
            problem.path = format!("{}{below}", self.prefix).trim_end_matches('/').to_owned();
        }
        sink.problem(problem);
    }

    /// Returns the path of a file that a tree or the index names.
    fn whole(&self, path: &[u8]) -> String {
        format!("{}{}", self.prefix, String::from_utf8_lossy(path))
    }

    fn is_narrowed(&self) -> bool {
        !self.below.is_empty()
    }

    /// Lends messages, and returns the blobs and the names in trees that hold something. All kinds are
    /// read in one go, so that the headers of a pack are read once.
    fn objects(&self, limits: &Limits, sink: &dyn Sink, missing: &mut BTreeSet<Id>) -> Telling {
        let shallow = self.repo.shallow();
        let state: OnceLock<HashSet<Id>> = OnceLock::new();
        let state = || state.get_or_init(|| self.state().iter().map(|entry| entry.id).collect());
        let has_texts = AtomicBool::new(false);
        // Where nothing could matter in the object that a blob is made from, only what is new in it has
        // to be looked at.
        let take = |found: &mut Found, lent: Lent<'_, Answer>| {
            let said = lent.base.as_ref().map(|(_, answer)| answer.naming);
            let naming = found.naming.note(&self.repo, &shallow, &lent, said);
            let answer = Answer { is_telling: true, naming };
            match lent.kind {
                ObjectKind::Blob => {
                    sink.count(lent.bytes.len() as u64);
                    let passes = match lent.base {
                        Some((edits, Answer { is_telling: false, .. })) => {
                            sink.passes_near(lent.bytes, edits.fresh())
                        }
                        _ => sink.passes(lent.bytes),
                    };
                    if passes {
                        let id = lent.id();
                        found.state.extend(Some(id).filter(|id| state().contains(id)));
                        found.blobs.extend(Some(id).filter(|_| sink.is_worth_naming(lent.bytes)));
                    }
                    return Answer { is_telling: passes, ..answer };
                }
                ObjectKind::Commit => sink.commit(),
                ObjectKind::Tag => {}
                ObjectKind::Tree => return answer,
            }
            let telling = lent.bytes.get(naming.silent_bytes..).unwrap_or_default();
            if !self.is_narrowed() && sink.passes(telling) && sink.is_worth_naming(lent.bytes) {
                has_texts.store(true, Ordering::Relaxed);
                texts(sink, &lent, limits);
            }
            answer
        };
        let max = limits.container_bytes_max;
        let bounds = [
            (ObjectKind::Blob, max),
            (ObjectKind::Commit, max),
            (ObjectKind::Tag, max),
            (ObjectKind::Tree, META_BYTES_MAX),
        ];
        let walk = || self.repo.each_object(&bounds, &Found::default, &take);
        // The walk begins with what one thread does alone.
        let prepare = || {
            state();
            Naming::prepare(&self.repo);
        };
        let ((), (states, problems)) = rayon::join(prepare, walk);
        problems.into_iter().for_each(|problem| self.tell(sink, problem));
        let (mut blobs, mut parts, mut state) = (HashSet::new(), Vec::new(), HashSet::new());
        for found in states {
            blobs.extend(found.blobs);
            state.extend(found.state);
            parts.push(found.naming);
        }
        self.telling_state.get_or_init(|| state);
        let (names, unseen) = Naming::together(&self.repo, parts);
        missing.extend(unseen);
        let telling = names.par_iter().filter(|(_, name)| sink.passes(name) && sink.is_worth_naming(name));
        let names = telling.map(|(number, name)| (name.to_vec(), number)).collect();
        Telling { blobs, names, has_texts: has_texts.into_inner() }
    }

    /// Lends the names of references and the configuration, and returns the references whose names
    /// hold something.
    fn surroundings(&self, limits: &Limits, sink: &dyn Sink, missing: &mut BTreeSet<Id>) -> Vec<Ref> {
        let mut telling = Vec::new();
        match self.repo.refs() {
            Ok(refs) => {
                missing.extend(self.repo.missing_targets(&refs));
                for reference in refs.iter().filter(|reference| reference.kind != RefKind::Head) {
                    let object = Some(reference.target.hex());
                    let name = Some(reference.name.as_str().into());
                    let origin = Origin { object, reference: name, ..Origin::of(PlaceKind::RefName) };
                    let bytes = reference.name.as_bytes();
                    if sink.passes(bytes) && sink.is_worth_naming(bytes) {
                        telling.push(reference.clone());
                    }
                    sink.document(Document { origin: &Arc::new(origin), inner: &[], bytes });
                }
            }
            Err(error) => {
                let (path, reason) = (".".to_owned(), SkipReason::Unreadable);
                self.tell(sink, Problem { path, reason, detail: Some(error.to_string()) });
            }
        }
        let is_bare = self.repo.top().is_none() && self.prefix.is_empty();
        let folder = format!("{}{}", self.prefix, if is_bare { "" } else { ".git/" });
        if let Ok(bytes) = fs::read(self.repo.common_dir().join("config")) {
            super::lend(sink, &Arc::new(Origin::file(&format!("{folder}config"))), &bytes, limits);
        }
        telling
    }

    /// Lends a blob under each of its names.
    fn named(&self, lender: &mut Lender<'_>, blob: Id, attribution: &Attribution) {
        let places = attribution.named.get(&Wanted::Blob(blob)).map_or(&[][..], Vec::as_slice);
        let mut origins: Vec<Origin> =
            places.iter().map(|named| self.origin(blob, named, attribution)).collect();
        if origins.is_empty() {
            let path = attribution.staged.get(&blob);
            let path = path.map(|path| self.whole(path).into());
            origins.push(Origin { path, object: Some(blob.hex()), ..Origin::of(PlaceKind::File) });
        }
        origins.retain(|origin| is_below(origin.path.as_deref().unwrap_or_default().as_bytes(), &self.below));
        // Every note is a file named after what it is about.
        origins.dedup();
        lender.again(blob, origins);
    }

    /// Where a blob stood, by the first commit that holds it there.
    fn origin(&self, blob: Id, named: &Named, attribution: &Attribution) -> Origin {
        let first = named.commits.iter().next().and_then(|rank| attribution.graph.commit(rank));
        let is_note = named.commits.iter().all(|rank| attribution.notes.contains(rank)) && first.is_some();
        let kind = match named.kind {
            _ if is_note => PlaceKind::Note,
            EntryKind::Link => PlaceKind::LinkTarget,
            _ => PlaceKind::File,
        };
        let path = (!is_note).then(|| self.whole(&named.path).into());
        let commit = first.map(|commit| commit.id.hex());
        Origin { path, commit, object: Some(blob.hex()), ..Origin::of(kind) }
    }
}

/// Lends the headers and the message of a commit, or the message of a tag.
fn texts(sink: &dyn Sink, lent: &Lent<'_, Answer>, limits: &Limits) {
    let at = Repo::message_at(lent.kind, lent.bytes).unwrap_or(0);
    let (headers, message) = lent.bytes.split_at_checked(at).unwrap_or((&[], lent.bytes));
    let id = lent.id().hex();
    let mut origins = [meta(PlaceKind::Author, &id), meta(PlaceKind::CommitMessage, &id)];
    if lent.kind == ObjectKind::Tag {
        for origin in &mut origins {
            origin.kind = PlaceKind::TagMessage;
            origin.commit = None;
        }
    }
    let [of_headers, of_message] = origins.map(Arc::new);
    super::lend(sink, &of_message, message, limits);
    // One name is lent once: the headers of a tag say little more than its message.
    if lent.kind == ObjectKind::Commit {
        super::lend(sink, &of_headers, headers, limits);
    }
}

impl Source for History {
    fn mode(&self) -> Mode {
        Mode::History
    }

    fn visit(&self, limits: &Limits, sink: &dyn Sink) {
        let own = self.repo.problems().iter().chain(&self.gaps);
        own.for_each(|problem| self.tell(sink, problem.clone()));
        let mut missing = BTreeSet::new();
        let Telling { blobs, names, has_texts } = self.objects(limits, sink, &mut missing);
        let refs =
            if self.is_narrowed() { Vec::new() } else { self.surroundings(limits, sink, &mut missing) };
        self.tell_gaps(sink, &missing);
        // Nothing found costs nothing more; messages need the graph for their dates.
        let has_texts = has_texts || !refs.is_empty();
        if blobs.is_empty() && names.is_empty() && !has_texts {
            return;
        }
        let mut problems = Vec::new();
        let attribution =
            self.attribution.get_or_init(|| self.repo.attribution(&blobs, &names, &refs, &mut problems));
        problems.into_iter().for_each(|problem| self.tell(sink, problem));
        let mut wanted: Vec<Id> = blobs.into_iter().collect();
        wanted.sort_unstable();
        let lender = || Lender::new(self.repo.reader(), limits, sink);
        wanted.par_iter().for_each_init(lender, |lender, blob| self.named(lender, *blob, attribution));
        let mut by_path: BTreeMap<&[u8], &Named> = BTreeMap::new();
        for (wanted, places) in &attribution.named {
            if matches!(wanted, Wanted::Name(_)) {
                by_path.extend(places.iter().map(|named| (named.path.as_slice(), named)));
            }
        }
        for (path, named) in by_path.into_iter().filter(|(path, _)| is_below(path, &self.below)) {
            let first = named.commits.iter().next().and_then(|rank| attribution.graph.commit(rank));
            let commit = first.map(|commit| commit.id.hex());
            sink.file_name(0, &self.whole(path), commit.as_ref());
        }
    }

    fn visit_state(&self, limits: &Limits, sink: &dyn Sink) {
        let Some(head) = self.head() else { return };
        let hex = head.hex();
        let is_asked = |entry: &&Entry| is_below(&entry.path, &self.below);
        let mut entries: Vec<Entry> = self.state().iter().filter(is_asked).cloned().collect();
        for entry in &mut entries {
            entry.path.splice(..0, self.prefix.bytes());
        }
        // The others hold nothing, as the visit of every object saw; it told what cannot be read.
        let telling = self.telling_state.get();
        entries.retain(|entry| {
            telling.is_none_or(|telling| telling.contains(&entry.id))
                || sink.reads_by_name(&entry.shown_path())
        });
        let lender = || Lender::new(self.repo.reader(), limits, sink);
        entries.par_iter().for_each_init(lender, |lender, entry| lender.file(entry, Some(&hex)));
    }

    fn snapshot(&self) -> Box<dyn Snapshot + '_> {
        let state = self.head().map_or(State::Empty, State::Commit);
        Box::new(OfRepo::new(&self.repo, state).below(&self.prefix))
    }
}

impl History {
    /// The commit whose tree is the present state; none before the first.
    fn head(&self) -> Option<Id> {
        self.repo.head().ok().flatten()
    }

    /// The files of the present state.
    fn state(&self) -> &[Entry] {
        let listed = |head| self.repo.changed(&mut self.repo.reader(), None, head).new;
        self.state.get_or_init(|| self.head().map(listed).unwrap_or_default())
    }

    /// Says what of the history is not here.
    fn tell_gaps(&self, sink: &dyn Sink, missing: &BTreeSet<Id>) {
        let tell = |reason: SkipReason, detail: String| {
            self.tell(sink, Problem { path: ".".to_owned(), reason, detail: Some(detail) });
        };
        if let Some(first) = missing.first() {
            let detail = format!("{} objects that others name are not here, such as {first}", missing.len());
            tell(SkipReason::MissingObject, detail);
        }
        if !self.repo.shallow().is_empty() {
            let detail = "this clone is shallow; `git fetch --unshallow` gets the rest of history";
            tell(SkipReason::Shallow, detail.to_owned());
        }
    }
}
