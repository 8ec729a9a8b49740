//! What becomes of suspicions once it is known whose project they are in.

use super::foreign::Accounts;
use super::suspicion::Suspicion;
use crate::audit::{Corpus, CorpusAudit, Standing, Stands};

/// The rule whose suspicions become faults.
pub(super) struct Judged(pub(super) &'static str);

impl CorpusAudit for Judged {
    fn rule(&self) -> &'static str {
        self.0
    }

    fn judge(&self, corpus: &Corpus<'_>, stands: &mut Stands) {
        let mut facts = corpus.facts_of(self.0).peekable();
        if facts.peek().is_none() {
            return;
        }
        let accounts = Accounts::of(corpus);
        for fact in facts {
            let Some(suspicion) = Suspicion::read(fact) else { continue };
            if !suspicion.is_of_seller && !corpus.worlds.is_sellers(corpus, fact) {
                continue;
            }
            if let Some(suspicion) = accounts.judged(self.0, suspicion) {
                stands.fault(&[Standing::Fact(fact)], suspicion.fault());
            }
        }
    }
}
