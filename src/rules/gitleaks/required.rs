//! Composite rules: what else must match near a match.

use super::compile::Needed;
use super::lines::Spot;

/// Where a required rule matched, kept in the order that its bounds ask for.
#[derive(Debug)]
pub(super) struct Near<'r> {
    needed: &'r Needed,
    /// Sorted and unique; a coordinate without a bound is 0.
    spots: Vec<Spot>,
}

impl<'r> Near<'r> {
    pub(super) fn new(needed: &'r Needed, spots: impl Iterator<Item = Spot>) -> Self {
        let mut spots: Vec<Spot> = spots
            .map(|spot| Spot {
                line: needed.within_lines.map_or(0, |_| spot.line),
                column: needed.within_columns.map_or(0, |_| spot.column),
            })
            .collect();
        spots.sort_unstable();
        spots.dedup();
        Self { needed, spots }
    }

    /// Returns the rule that is required.
    pub(super) const fn rule(&self) -> usize {
        self.needed.rule
    }

    /// Tells whether the required rule matched near enough to `spot`.
    pub(super) fn holds(&self, spot: Spot) -> bool {
        let bounds = |at: usize, within: Option<usize>| match within {
            Some(within) => (at.saturating_sub(within), at.saturating_add(within)),
            None => (0, 0),
        };
        let (first, last) = bounds(spot.line, self.needed.within_lines);
        let (left, right) = bounds(spot.column, self.needed.within_columns);
        let mut from = Spot { line: first, column: left };
        // One look a line: to the first spot that is not left of the range, or on to the next line.
        loop {
            let at = self.spots.partition_point(|known| *known < from);
            let Some(next) = self.spots.get(at).filter(|next| next.line <= last) else { return false };
            if next.column < left {
                from = Spot { line: next.line, column: left };
            } else if next.column > right {
                from = Spot { line: next.line + 1, column: left };
            } else {
                return true;
            }
        }
    }
}
