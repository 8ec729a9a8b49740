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
mod ignored;
mod lifecycle;
mod met;
mod owner;
mod page;
mod pattern;
mod privilege;
mod registry;
mod sharing;
mod shelf;
mod yaml;

pub use carrier::{Carrier, carrier_of};
pub use corpus::{Corpus, Held, Standing, Stands};
pub(crate) use corpus::{Ground, StandingFault};
pub(crate) use customer_data::holds_buyers;
pub use fault::{Fault, Noted, Veil};
use ignored::{is_ignored, text_of};
pub use met::{Met, Sought};
pub use owner::names_owner;
pub use page::{LineSpan, Page, Window};
pub use privilege::Worlds;
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

    /// Words that it looks for in the pages it is called for, beyond those that call it; ASCII
    /// letters in lower case. One look meets those of all audits, and [`Sought`] tells what it met.
    fn notices(&self) -> Vec<&'static str> {
        Vec::new()
    }

    /// Makes ready what it needs for every document it is called for, and takes long to make.
    fn prepare(&self) {}

    /// Judges a document, or one window of a large one.
    fn judge(&self, page: &Page<'_>, noted: &mut Noted);

    /// Whether every version of a document counts. It wants then no carriers: in history blobs are
    /// judged before they have a name, and those in which something is found get one.
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
    /// Documents that passed the gate, speak of sellers and hold one of these words; ASCII letters
    /// in lower case. Words that are nearly everywhere cost time.
    pub words: Vec<String>,
    /// Whether these words call where nothing else speaks of sellers, as columns of orders do. Every
    /// text that passed the gate is then searched for them.
    pub anywhere: bool,
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

    /// The same, whether they speak of sellers or not.
    #[must_use]
    pub fn words_anywhere(words: &[&str]) -> Self {
        Self { anywhere: true, ..Self::words(words) }
    }

    /// Files of these kinds.
    #[must_use]
    pub fn carriers(carriers: &'static [Carrier]) -> Self {
        Self { carriers, ..Self::default() }
    }
}
