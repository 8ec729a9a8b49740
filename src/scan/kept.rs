//! What the documents gave, as far as it is kept.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::Origin;

/// What names a document: where it came from, and the members that lead to it.
type Name = (Arc<Origin>, Vec<String>);

/// Documents with findings. Beyond the limit those that come last in order go, whichever was read
/// first, so that the same is kept at any number of threads.
#[derive(Debug)]
pub(super) struct Kept<D> {
    findings_max: usize,
    findings: usize,
    documents: BTreeMap<Name, Vec<(usize, D)>>,
    dropped: usize,
}

impl<D> Kept<D> {
    pub(super) const fn new(findings_max: usize) -> Self {
        Self { findings_max, findings: 0, documents: BTreeMap::new(), dropped: 0 }
    }

    /// Adds a document with so many findings. A container gives several texts of its own, and may hold
    /// several members of one name; those come one after the other in any run.
    pub(super) fn add(&mut self, origin: &Arc<Origin>, inner: &[String], findings: usize, document: D) {
        self.findings += findings;
        let of_name = self.documents.entry((Arc::clone(origin), inner.to_vec())).or_default();
        // Most names have one document, and a list that grows to one has room for four.
        of_name.reserve_exact(usize::from(of_name.is_empty()));
        of_name.push((findings, document));
        while let Some(mut last) = self.documents.last_entry() {
            let without = self.findings - last.get().last().map_or(0, |(findings, _)| *findings);
            if without < self.findings_max {
                return;
            }
            last.get_mut().pop();
            if last.get().is_empty() {
                last.remove();
            }
            self.findings = without;
            self.dropped += 1;
        }
    }

    /// Returns the documents in their order, and how many went.
    pub(super) fn finish(self) -> (Vec<D>, usize) {
        (self.documents.into_values().flatten().map(|(_, document)| document).collect(), self.dropped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(order: &[usize]) -> (Vec<usize>, usize) {
        let mut kept = Kept::new(10);
        for at in order {
            kept.add(&Arc::new(Origin::file(&format!("{at}"))), &[], 3, *at);
        }
        kept.finish()
    }

    #[test]
    fn the_first_in_order_are_kept_whatever_came_first() {
        let expected = (vec![0, 1, 2, 3], 3);
        for order in [[0, 1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1, 0], [3, 6, 0, 5, 1, 4, 2]] {
            assert_eq!(kept(&order), expected);
        }
    }

    #[test]
    fn texts_of_one_name_are_all_kept() {
        let mut kept = Kept::new(10);
        for at in 0..5 {
            kept.add(&Arc::new(Origin::file("a")), &[], 3, at);
        }
        assert_eq!(kept.finish(), (vec![0, 1, 2, 3], 1));
    }

    #[test]
    fn a_document_alone_is_kept_however_much_it_holds() {
        let mut kept = Kept::new(10);
        kept.add(&Arc::new(Origin::file("a")), &[], 1_000, ());
        assert_eq!(kept.finish(), (vec![()], 0));
    }
}
