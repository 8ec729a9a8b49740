//! Faults that need structure: what stands around a credential, what a file does with it.
//!
//! Two kinds of audits. A [`DocumentAudit`] gets a [`Page`] lent, on the threads of the audit, and
//! notes [`Fault`]s and facts. A [`CorpusAudit`] gets what was found and noted of all documents,
//! with the files around them, once. Adding one is a file of its family's folder, its line in that
//! family's table, and the rule file of its id.

mod carrier;
mod corpus;
mod customer_data;
mod fault;
mod lifecycle;
mod page;
mod pattern;
mod privilege;
mod registry;
mod sharing;
mod yaml;

pub use carrier::{Carrier, carrier_of};
pub use corpus::{Corpus, Held, Standing, Stands};
pub(crate) use corpus::{Ground, StandingFault};
pub use fault::{Fault, Noted};
pub use page::{LineSpan, Page};
pub use registry::{Called, Chosen, Registry, Turn};
pub use sharing::Sink;
pub use yaml::{Value, Yaml};

/// Judges one document.
pub trait DocumentAudit: Sync {
    /// The id of its rule.
    fn rule(&self) -> &'static str;

    /// Other rules whose corpus audits judge what it notes.
    fn notes_for(&self) -> &'static [&'static str] {
        &[]
    }

    /// Which documents it is called for. Asked once.
    fn wants(&self) -> Wants;

    /// Judges a document, or one window of a large one.
    fn judge(&self, page: &Page<'_>, noted: &mut Noted);

    /// Whether every version of a document counts. What it wants are then credentials alone: in
    /// history nothing else says which blobs are worth naming.
    fn judges_every_version(&self) -> bool {
        false
    }
}

/// Judges what was found in all documents.
pub trait CorpusAudit: Sync {
    /// The id of its rule.
    fn rule(&self) -> &'static str;

    /// Judges.
    fn judge(&self, corpus: &Corpus<'_>, stands: &mut Stands);
}

/// Which documents a [`DocumentAudit`] is called for: those that fulfil any of these.
#[derive(Debug, Clone, Default)]
pub struct Wants {
    /// Documents in which a credential stands, identifiers left out.
    pub credentials: bool,
    /// Documents that passed the gate and hold one of these words, or are carriers; ASCII letters
    /// in lower case. Words that are nearly everywhere cost time.
    pub words: Vec<String>,
    /// Documents that are such a file, with any content.
    pub carriers: &'static [Carrier],
}

impl Wants {
    /// Documents in which a credential stands.
    #[must_use]
    pub fn credentials() -> Self {
        Self { credentials: true, ..Self::default() }
    }

    /// Documents of the Amazon world that hold one of these words.
    #[must_use]
    pub fn words(words: &[&str]) -> Self {
        Self { words: words.iter().map(|word| (*word).to_owned()).collect(), ..Self::default() }
    }

    /// Files of these kinds.
    #[must_use]
    pub fn carriers(carriers: &'static [Carrier]) -> Self {
        Self { carriers, ..Self::default() }
    }
}
