//! Who audits what: the same on every machine, even in size, and little moved when the fleet grows.
//!
//! The largest go first. Each repository has an order of its own in which it would go to the shards,
//! drawn from its name; it goes to the first that has room. Room is a little more than an equal
//! part, so that few are turned away, and grows in steps, so that one repository more seldom changes
//! it. What fits nowhere goes where the least is.

use std::cmp::Reverse;
use std::fmt;
use std::str::FromStr;

use sha2::{Digest as _, Sha256};

/// Most shards there can be.
const SHARDS_MAX: u32 = 100_000;
/// Steps in which room grows, for each doubling.
const STEPS: f64 = 32.0;
/// What a shard may have more than an equal part.
const SLACK: f64 = 1.02;
/// What even an empty repository costs, in bytes: it is opened, judged and written down.
const BYTES_MIN: u64 = 64 << 10;

/// A part of the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    index: u32,
    count: u32,
}

impl Shard {
    /// All of it.
    pub const WHOLE: Self = Self { index: 1, count: 1 };

    /// The part `index` of `count`, counted from 1.
    #[must_use]
    pub fn new(index: u32, count: u32) -> Option<Self> {
        ((1..=count).contains(&index) && count <= SHARDS_MAX).then_some(Self { index, count })
    }

    /// Returns which one it is, from 1.
    #[must_use]
    pub const fn index(self) -> u32 {
        self.index
    }

    /// Returns how many there are.
    #[must_use]
    pub const fn count(self) -> u32 {
        self.count
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.count)
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("I/N, such as 1/4 for the first of four, with at most {SHARDS_MAX} shards");
        let (index, count) = text.split_once('/').ok_or_else(wrong)?;
        let (index, count) = (index.trim().parse().ok(), count.trim().parse().ok());
        index.zip(count).and_then(|(index, count)| Self::new(index, count)).ok_or_else(wrong)
    }
}

/// Returns the shard of each repository, from 1, in the order they are given: name and bytes.
#[must_use]
pub fn shares(repositories: &[(&str, u64)], count: u32) -> Vec<u32> {
    let mut order: Vec<usize> = (0..repositories.len()).collect();
    let bytes_of =
        |at: usize| repositories.get(at).map_or(BYTES_MIN, |(_, bytes)| bytes.saturating_add(BYTES_MIN));
    let name_of = |at: usize| repositories.get(at).map_or("", |(name, _)| name);
    order.sort_by_key(|at| (Reverse(bytes_of(*at)), name_of(*at)));
    let total: u64 = order.iter().map(|at| bytes_of(*at)).fold(0, u64::saturating_add);
    let room = room(total, count);
    let mut loads = vec![0_u64; count as usize];
    let mut shares = vec![1; repositories.len()];
    for at in order {
        let (bytes, key) = (bytes_of(at), key(name_of(at)));
        let with_room = (0..count).zip(&loads).filter(|(_, load)| load.saturating_add(bytes) <= room);
        let first = with_room.max_by_key(|(shard, _)| draw(key, *shard)).map(|(shard, _)| shard);
        let least =
            || (0..count).zip(&loads).min_by_key(|(shard, load)| (**load, Reverse(draw(key, *shard))));
        let shard = first.or_else(|| least().map(|(shard, _)| shard)).unwrap_or(0);
        if let Some(load) = loads.get_mut(shard as usize) {
            *load = load.saturating_add(bytes);
        }
        if let Some(share) = shares.get_mut(at) {
            *share = shard + 1;
        }
    }
    shares
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "room is an estimate, the same everywhere: basic operations of IEEE 754 alone"
)]
fn room(total: u64, count: u32) -> u64 {
    let equal = total as f64 * SLACK / f64::from(count.max(1));
    // The next step: a mantissa of `STEPS` steps, made without functions that differ by machine.
    let mut step = 1.0;
    while step * 2.0 <= equal {
        step *= 2.0;
    }
    (((equal / step * STEPS).ceil() / STEPS) * step) as u64
}

fn key(name: &str) -> u64 {
    let digest = Sha256::digest(name.as_bytes());
    digest.first_chunk::<8>().map_or(0, |bytes| u64::from_be_bytes(*bytes))
}

/// Draws a number for a repository and a shard (SplitMix64).
const fn draw(key: u64, shard: u32) -> u64 {
    let mut z = key ^ (shard as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sizes as they are in the world: a few large ones, many small ones.
    fn fleet(count: usize) -> Vec<(String, u64)> {
        let mut random = fastrand::Rng::with_seed(9);
        (0..count)
            .map(|at| (format!("repository-{at}"), (1 << 20) << (random.f64().powi(3) * 11.0) as u32))
            .collect()
    }

    fn split(fleet: &[(String, u64)], count: u32) -> Vec<u32> {
        let lent: Vec<(&str, u64)> = fleet.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
        shares(&lent, count)
    }

    #[test]
    fn shards_are_even() {
        for (repositories, count) in [(60, 2), (300, 8), (2_000, 64)] {
            let fleet = fleet(repositories);
            let mut loads = vec![0; count as usize];
            for ((_, bytes), shard) in fleet.iter().zip(split(&fleet, count)) {
                loads[shard as usize - 1] += bytes;
            }
            let equal = loads.iter().sum::<u64>() as f64 / f64::from(count);
            let largest = fleet.iter().map(|(_, bytes)| *bytes).max().unwrap() as f64;
            let most = *loads.iter().max().unwrap() as f64;
            assert!(most <= (equal * 1.1).max(largest * 1.1), "{repositories} on {count}: {most} of {equal}");
        }
    }

    #[test]
    fn the_order_of_the_list_changes_nothing() {
        let mut fleet = fleet(100);
        let before: std::collections::BTreeMap<String, u32> =
            fleet.iter().map(|(name, _)| name.clone()).zip(split(&fleet, 7)).collect();
        fleet.reverse();
        let after = fleet.iter().map(|(name, _)| name.clone()).zip(split(&fleet, 7)).collect();
        assert_eq!(before, after);
    }

    #[test]
    fn one_repository_more_moves_few() {
        let all = fleet(1_000);
        let mut moved = 0;
        for more in 900..999 {
            let (one, other) = (split(&all[..more], 8), split(&all[..=more], 8));
            moved += one.iter().zip(&other).filter(|(one, other)| one != other).count();
        }
        // Of some 94,000 that could have.
        assert!(moved < 4_000, "{moved}");
    }

    #[test]
    fn shards_are_read() {
        assert_eq!("2/8".parse(), Ok(Shard { index: 2, count: 8 }));
        for wrong in ["0/2", "3/2", "1", "1/0", "a/b", "1/100001"] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
        assert!(split(&[], 3).is_empty());
        assert_eq!(split(&fleet(5), 1), [1; 5]);
    }
}
