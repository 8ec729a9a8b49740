//! Sets of numbers, a bit each.

/// A set of small numbers, such as the ranks of commits.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct NumberSet {
    words: Vec<u64>,
}

impl NumberSet {
    pub(super) const EMPTY: Self = Self { words: Vec::new() };

    /// Adds a number.
    pub fn insert(&mut self, number: u32) {
        let at = number as usize / 64;
        if self.words.len() <= at {
            self.words.resize(at + 1, 0);
        }
        if let Some(word) = self.words.get_mut(at) {
            *word |= 1 << (number % 64);
        }
    }

    /// Tells whether a number is in it.
    #[must_use]
    pub fn contains(&self, number: u32) -> bool {
        self.words.get(number as usize / 64).is_some_and(|word| word & (1 << (number % 64)) != 0)
    }

    /// Tells whether the two share a number.
    #[must_use]
    pub fn meets(&self, other: &Self) -> bool {
        self.words.iter().zip(&other.words).any(|(one, other)| one & other != 0)
    }

    /// Adds all of another set.
    pub fn extend(&mut self, other: &Self) {
        if self.words.len() < other.words.len() {
            self.words.resize(other.words.len(), 0);
        }
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word |= other;
        }
    }

    /// Returns the numbers, the lowest first.
    pub fn iter(&self) -> impl Iterator<Item = u32> {
        let set_bits = |word: u64| {
            let rest = |word: &u64| Some(word & (word - 1)).filter(|rest| *rest != 0);
            std::iter::successors(Some(word).filter(|word| *word != 0), rest).map(u64::trailing_zeros)
        };
        let words = self.words.iter().enumerate();
        words.flat_map(move |(at, word)| set_bits(*word).map(move |bit| at as u32 * 64 + bit))
    }

    /// Returns how many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Tells whether nothing is in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    /// Leaves what another set has as well.
    pub(super) fn retain(&mut self, other: &Self) {
        self.words.truncate(other.words.len());
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word &= other;
        }
        self.trim();
    }

    /// Leaves what another set has not.
    pub(super) fn remove(&mut self, other: &Self) {
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word &= !other;
        }
        self.trim();
    }

    /// Equal sets have equal words.
    fn trim(&mut self) {
        while self.words.last() == Some(&0) {
            self.words.pop();
        }
    }
}

impl FromIterator<u32> for NumberSet {
    fn from_iter<T: IntoIterator<Item = u32>>(numbers: T) -> Self {
        let mut set = Self::default();
        numbers.into_iter().for_each(|number| set.insert(number));
        set
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    proptest::proptest! {
        #[test]
        fn sets_of_numbers_are_sets(
            one in proptest::collection::btree_set(0u32..300, 0..40),
            other in proptest::collection::btree_set(0u32..300, 0..40),
        ) {
            let of = |numbers: &BTreeSet<u32>| numbers.iter().copied().collect::<NumberSet>();
            let (mut both, mut all, mut less) = (of(&one), of(&one), of(&one));
            both.retain(&of(&other));
            all.extend(&of(&other));
            less.remove(&of(&other));
            proptest::prop_assert_eq!(&both, &of(&(&one & &other)));
            proptest::prop_assert_eq!(&all, &of(&(&one | &other)));
            proptest::prop_assert_eq!(&less, &of(&(&one - &other)));
            proptest::prop_assert_eq!(of(&one).meets(&of(&other)), !both.is_empty());
            proptest::prop_assert_eq!(all.iter().collect::<Vec<_>>(), (&one | &other).into_iter().collect::<Vec<_>>());
            proptest::prop_assert_eq!(all.len(), (&one | &other).len());
        }
    }
}
