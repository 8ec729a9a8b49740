//! Items in groups that are numbered from zero.

/// Items by the numbers of their groups, each group found in one look. A map of lists takes several
/// times as long where there are millions of items.
#[derive(Debug)]
pub(super) struct Grouped<T> {
    items: Vec<T>,
    /// Where each group begins, and the end of the last.
    firsts: Vec<u32>,
}

impl<T> Default for Grouped<T> {
    fn default() -> Self {
        Self { items: Vec::new(), firsts: Vec::new() }
    }
}

impl<T: Copy + Default> Grouped<T> {
    /// Groups items; those of one group stay in their order. The items are asked for twice.
    pub(super) fn of(items: impl Iterator<Item = (u32, T)> + Clone) -> Self {
        let mut firsts = vec![0u32];
        for (group, _) in items.clone() {
            let end = group as usize + 1;
            if firsts.len() <= end {
                firsts.resize(end + 1, 0);
            }
            if let Some(count) = firsts.get_mut(end) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for first in &mut firsts {
            sum += *first;
            *first = sum;
        }
        let mut next = firsts.clone();
        let mut sorted = vec![T::default(); sum as usize];
        for (group, item) in items {
            let Some(place) = next.get_mut(group as usize) else { continue };
            if let Some(slot) = sorted.get_mut(*place as usize) {
                *slot = item;
            }
            *place += 1;
        }
        Self { items: sorted, firsts }
    }

    fn range(&self, group: u32) -> std::ops::Range<usize> {
        let at = |group: usize| self.firsts.get(group).map(|first| *first as usize);
        let range = at(group as usize).zip(at(group as usize + 1));
        range.map_or(0..0, |(start, end)| start..end)
    }

    /// Returns the items of a group.
    pub(super) fn group(&self, group: u32) -> &[T] {
        self.items.get(self.range(group)).unwrap_or_default()
    }

    /// Returns the items of a group, to order them.
    pub(super) fn group_mut(&mut self, group: u32) -> &mut [T] {
        let range = self.range(group);
        self.items.get_mut(range).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn groups_hold_their_items_in_order(
            items in proptest::collection::vec((0u32..12, 0u32..100), 0..60),
        ) {
            let grouped = Grouped::of(items.iter().copied());
            for group in 0..13 {
                let of = items.iter().filter(|(own, _)| *own == group);
                let own: Vec<u32> = of.map(|(_, item)| *item).collect();
                proptest::prop_assert_eq!(grouped.group(group), own);
            }
        }
    }
}
