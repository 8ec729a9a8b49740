//! Which audits there are, and which of them a document calls for.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::{LazyLock, OnceLock};

use super::{
    Carrier, CorpusAudit, DocumentAudit, Met, Noted, Page, carrier_of, customer_data, lifecycle, privilege,
    sharing,
};
use crate::rules::WordSearch;
use crate::rules::lists::CONTEXT;

/// The tables of all families.
const DOCUMENT_AUDITS: &[&[&dyn DocumentAudit]] = &[
    sharing::DOCUMENT_AUDITS,
    privilege::DOCUMENT_AUDITS,
    customer_data::DOCUMENT_AUDITS,
    lifecycle::DOCUMENT_AUDITS,
];
const CORPUS_AUDITS: &[&[&dyn CorpusAudit]] = &[
    sharing::CORPUS_AUDITS,
    privilege::CORPUS_AUDITS,
    customer_data::CORPUS_AUDITS,
    lifecycle::CORPUS_AUDITS,
];

/// Which audits have their turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// All of them: the text is what is audited.
    All,
    /// Those that judge every version of a document: the text is one of them.
    EveryVersion,
    /// The others: every version was or will be judged elsewhere.
    Present,
    /// None.
    Nobody,
}

/// The audits of a run, a bit each in the order of the tables: those whose findings are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chosen {
    documents: u64,
    corpora: u64,
}

impl Chosen {
    /// All audits.
    pub const ALL: Self = Self { documents: u64::MAX, corpora: u64::MAX };

    /// No audit.
    pub const NONE: Self = Self { documents: 0, corpora: 0 };
}

/// An audit of the table, with the words that call it.
struct Entry {
    audit: &'static dyn DocumentAudit,
    wants_credentials: bool,
    carriers: &'static [Carrier],
}

/// Every audit, and the search for what calls them.
pub struct Registry {
    entries: Vec<Entry>,
    calling: Calling,
}

/// Words that call audits.
struct Calling {
    words: Vec<String>,
    /// Made when a text first asks for it: most runs of a hook never do.
    search: OnceLock<WordSearch>,
    /// The audits that each word calls.
    callers: Vec<Callers>,
    /// Whether each word tells what a document is about.
    explains: Vec<bool>,
}

/// The audits that a word calls, a bit each.
#[derive(Debug, Clone, Copy, Default)]
struct Callers {
    anywhere: u64,
    /// Those that it calls where sellers are spoken of.
    of_sellers: u64,
}

/// The audits a document calls for, a bit each in the order of the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Called(u64);

impl Called {
    /// Tells whether none is called.
    #[must_use]
    pub const fn is_nobody(self) -> bool {
        self.0 == 0
    }
}

static REGISTRY: LazyLock<Registry> = LazyLock::new(|| Registry::of(DOCUMENT_AUDITS));

impl Registry {
    /// Returns the registry of all audits.
    #[must_use]
    pub fn get() -> &'static Self {
        &REGISTRY
    }

    fn of(tables: &[&[&'static dyn DocumentAudit]]) -> Self {
        let audits = tables.iter().copied().flatten().copied();
        let entries: Vec<Entry> = audits
            .map(|audit| {
                let wants = audit.wants();
                Entry { audit, wants_credentials: wants.credentials, carriers: wants.carriers }
            })
            .collect();
        let calling = Calling::of(&entries);
        Self { entries, calling }
    }

    /// Returns every document audit.
    pub fn documents(&self) -> impl Iterator<Item = &'static dyn DocumentAudit> {
        self.entries.iter().map(|entry| entry.audit)
    }

    /// Returns every corpus audit.
    pub fn corpora(&self) -> impl Iterator<Item = &'static dyn CorpusAudit> {
        CORPUS_AUDITS.iter().copied().flatten().copied()
    }

    /// Returns the corpus audits of a run.
    pub fn chosen_corpora(&self, chosen: Chosen) -> impl Iterator<Item = &'static dyn CorpusAudit> {
        self.corpora()
            .enumerate()
            .filter(move |(at, _)| chosen.corpora >> at & 1 == 1)
            .map(|(_, audit)| audit)
    }

    /// Returns the audits whose rules are shown. One that only notes facts for the other kind has
    /// the same rule, or says for which others it notes, so both are chosen or neither.
    #[must_use]
    pub fn chosen(&self, is_shown: impl Fn(&str) -> bool) -> Chosen {
        let mask = |rules: &mut dyn Iterator<Item = bool>| {
            rules.enumerate().fold(0, |mask, (at, is_shown)| mask | u64::from(is_shown) << at)
        };
        let serves = |audit: &'static dyn DocumentAudit| {
            is_shown(audit.rule()) || audit.notes_for().iter().any(|rule| is_shown(rule))
        };
        Chosen {
            documents: mask(&mut self.documents().map(serves)),
            corpora: mask(&mut self.corpora().map(|audit| is_shown(audit.rule()))),
        }
    }

    /// Tells whether what a turn says of a rule is said elsewhere: by the pass over every version,
    /// or by the one over the present state.
    #[must_use]
    pub fn is_left_out(&self, rule: &str, turn: Turn) -> bool {
        let entry = self.entries.iter().find(|entry| entry.audit.rule() == rule);
        let is_corpus = self.corpora().any(|audit| audit.rule() == rule);
        match turn {
            Turn::All => false,
            Turn::Present => !is_corpus && entry.is_none_or(|entry| !entry.is_of(turn)),
            Turn::EveryVersion | Turn::Nobody => is_corpus || entry.is_some_and(|entry| !entry.is_of(turn)),
        }
    }

    /// Tells whether a file matters by its name alone.
    #[must_use]
    pub fn wants_file(&self, path: &str, turn: Turn, chosen: Chosen) -> bool {
        let carrier = carrier_of(path);
        carrier.is_some_and(|carrier| {
            self.of_turn(turn, chosen).any(|(_, entry)| entry.carriers.contains(&carrier))
        })
    }

    fn of_turn(&self, turn: Turn, chosen: Chosen) -> impl Iterator<Item = (usize, &Entry)> {
        let is_chosen = move |at: usize| chosen.documents >> at & 1 == 1;
        self.entries.iter().enumerate().filter(move |(at, entry)| is_chosen(*at) && entry.is_of(turn))
    }

    /// Returns the audits that a document calls for whatever its words are.
    #[must_use]
    pub fn called(
        &self,
        carrier: Option<Carrier>,
        has_secrets: bool,
        (turn, chosen): (Turn, Chosen),
    ) -> Called {
        let mut called = 0;
        for (at, entry) in self.of_turn(turn, chosen) {
            let is_called = (entry.wants_credentials && has_secrets)
                || carrier.is_some_and(|carrier| entry.carriers.contains(&carrier));
            called |= u64::from(is_called) << at;
        }
        Called(called)
    }

    /// Adds the audits that the words of a text call for. `is_of_world` tells whether it is about
    /// sellers at all; asked only where words of such texts call somebody.
    #[must_use]
    pub fn called_by_words(
        &self,
        met: &Met<'_>,
        Called(mut called): Called,
        (turn, chosen): (Turn, Chosen),
        is_of_world: impl FnOnce() -> bool,
    ) -> Called {
        let open = self.of_turn(turn, chosen).fold(0, |all, (at, _)| all | 1 << at) & !called;
        let Callers { anywhere, of_sellers } = self.calling.called(met);
        let of_sellers = of_sellers & open;
        called |= anywhere & open;
        if of_sellers & !called != 0 && is_of_world() {
            called |= of_sellers;
        }
        Called(called)
    }

    /// Tells whether any audit has its turn.
    #[must_use]
    pub fn is_asked(&self, (turn, chosen): (Turn, Chosen)) -> bool {
        self.of_turn(turn, chosen).next().is_some()
    }

    /// Returns the words of all audits, ascending: those that call them, those they look for, and those
    /// that tell what a document is about.
    #[must_use]
    pub fn words(&self) -> &[String] {
        &self.calling.words
    }

    /// Makes ready what audits need for every document.
    pub fn prepare(&self) {
        self.entries.iter().for_each(|entry| entry.audit.prepare());
    }

    /// Looks for the words of all audits in a text.
    #[must_use]
    pub fn met_in(&self, text: &str) -> Met<'_> {
        let mut met = Met::of(self.words());
        let search = self.calling.search.get_or_init(|| WordSearch::new(self.words()));
        search.each(text.as_bytes(), |word, at| {
            met.add(word, at);
            ControlFlow::Continue(())
        });
        met
    }

    /// Returns the words that tell what a text is about and where they begin, in no order; `None` where it
    /// was not looked through.
    pub fn explaining<'m>(&self, met: &'m Met<'_>) -> Option<impl Iterator<Item = (&'m str, usize)>> {
        met.places(&self.calling.explains)
    }

    /// Lets the called audits judge a page.
    #[must_use]
    pub fn judge(&self, page: &Page<'_>, called: Called) -> Noted {
        let mut noted = Noted::default();
        for (at, entry) in self.entries.iter().enumerate() {
            if called.0 >> at & 1 == 1 {
                noted.rule = entry.audit.rule();
                entry.audit.judge(page, &mut noted);
            }
        }
        noted
    }
}

impl Calling {
    fn of(entries: &[Entry]) -> Self {
        let mut callers: BTreeMap<String, Callers> = BTreeMap::new();
        for (at, entry) in entries.iter().enumerate() {
            let wants = entry.audit.wants();
            for word in wants.words {
                let callers = callers.entry(word).or_default();
                let bits = if wants.anywhere { &mut callers.anywhere } else { &mut callers.of_sellers };
                *bits |= 1 << at;
            }
            for word in entry.audit.notices() {
                callers.entry(word.to_owned()).or_default();
            }
        }
        // What the documents are about is told by these.
        for marker in &CONTEXT.markers {
            callers.entry(marker.word.clone()).or_default();
        }
        let (words, callers): (Vec<String>, _) = callers.into_iter().unzip();
        let explaining: BTreeSet<&str> = CONTEXT.markers.iter().map(|marker| marker.word.as_str()).collect();
        let explains = words.iter().map(|word| explaining.contains(word.as_str())).collect();
        Self { words, search: OnceLock::new(), callers, explains }
    }

    /// Those that the words of a text call.
    fn called(&self, met: &Met<'_>) -> Callers {
        let mut called = Callers::default();
        for callers in met.words().filter_map(|word| self.callers.get(word)) {
            called.anywhere |= callers.anywhere;
            called.of_sellers |= callers.of_sellers;
        }
        called
    }
}

impl Entry {
    fn is_of(&self, turn: Turn) -> bool {
        match turn {
            Turn::All => true,
            Turn::EveryVersion => self.audit.judges_every_version(),
            Turn::Present => !self.audit.judges_every_version(),
            Turn::Nobody => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::model::Family;
    use crate::rules::{Catalogue, Match};

    #[test]
    fn every_audit_has_its_rule_and_every_rule_its_audit() {
        let registry = Registry::get();
        let documents = registry.documents().map(DocumentAudit::rule);
        let audits: BTreeSet<&str> = documents.chain(registry.corpora().map(CorpusAudit::rule)).collect();
        let catalogue = Catalogue::builtin().unwrap();
        let is_audit = |found: &Match| matches!(found, Match::Audit {});
        // These are about exceptions, so policy itself finds them.
        let of_policy = ["allow-added-in-change", "waiver-expired"];
        let rules: BTreeSet<&str> = catalogue
            .iter()
            .filter(|rule| rule.family != Family::Leak && rule.file.matches.iter().any(is_audit))
            .map(|rule| rule.id.as_str())
            .filter(|id| !of_policy.contains(id))
            .collect();
        assert_eq!(audits, rules);
    }

    #[test]
    fn whoever_judges_every_version_asks_for_no_names() {
        for audit in Registry::get().documents().filter(|audit| audit.judges_every_version()) {
            assert!(audit.wants().carriers.is_empty());
        }
    }

    #[test]
    fn words_are_folded_and_the_bits_suffice() {
        let registry = Registry::get();
        assert!(registry.entries.len() <= 64);
        for word in registry.documents().flat_map(|audit| audit.wants().words) {
            assert_eq!(word, word.to_ascii_lowercase());
            assert!(!word.is_empty());
        }
    }
}
