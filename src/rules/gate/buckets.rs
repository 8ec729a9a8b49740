//! How the literals are dealt to the buckets of the SIMD search.
//!
//! The search stops to compare wherever the first four bytes begin a literal of one bucket, each byte
//! by itself and each half of it by itself. What shares a bucket decides how often that is in vain: on the tree of
//! docs/benchmarks.md in one of 550 places, and with literals dealt in the order of the alphabet in one of 100,
//! which took twice the time.

use std::array;

use super::literals::{LITERAL_BYTES_MIN, Literal};

/// Literal `i` comes into bucket `i % 16`.
const BUCKETS: usize = 16;
/// Buckets that are bettered in a round, the worst first. More rounds or buckets find nothing more.
const WORST: usize = 2;
const ROUNDS: usize = 3;

/// The bytes of a literal that the search looks at.
type Head = [u8; LITERAL_BYTES_MIN];

/// The literals of one bucket, by their numbers.
type Bucket = Vec<(Head, usize)>;

/// Puts literals into an order in which those that share a bucket have much in common.
pub(super) fn dealt(literals: Vec<Literal>) -> Vec<Literal> {
    let shares = Shares::new();
    let head = |literal: &[u8]| literal.first_chunk().copied().unwrap_or_default();
    let mut rest: Bucket = (0..).zip(&literals).map(|(nth, (literal, _))| (head(literal), nth)).collect();
    rest.sort_by(|one, other| shares.met(&[*other]).total_cmp(&shares.met(&[*one])));
    let (full, taller) = (rest.len() / BUCKETS, rest.len() % BUCKETS);
    let heights = (0..BUCKETS).map(|bucket| full + usize::from(bucket < taller));
    let mut buckets: Vec<Bucket> = heights.map(|height| shares.bucket(&mut rest, height)).collect();
    for _ in 0..ROUNDS {
        buckets.sort_by(|one, other| {
            other.len().cmp(&one.len()).then_with(|| shares.met(other).total_cmp(&shares.met(one)))
        });
        (0..WORST).for_each(|worst| shares.better(&mut buckets, worst));
    }
    let rows = (0..=full).flat_map(|row| buckets.iter().filter_map(move |bucket| bucket.get(row)));
    rows.filter_map(|(_, nth)| literals.get(*nth).cloned()).collect()
}

/// How often bytes stand in folded programs and prose, by their halves.
struct Shares([[f32; 16]; 16]);

impl Shares {
    fn new() -> Self {
        Self(array::from_fn(|high| array::from_fn(|low| share((high << 4 | low) as u8))))
    }

    /// Takes what makes a good bucket out of `rest`, which has the commonest first.
    fn bucket(&self, rest: &mut Bucket, height: usize) -> Bucket {
        let mut bucket = Bucket::new();
        while bucket.len() < height && !rest.is_empty() {
            // One that is met often by itself is no worse here than elsewhere.
            let mut adds = |literal: &(Head, usize)| {
                bucket.push(*literal);
                let with = self.met(&bucket);
                bucket.pop();
                with - self.met(&[*literal])
            };
            let cheapest = rest.iter().map(&mut adds).enumerate().min_by(|(_, a), (_, b)| a.total_cmp(b));
            let at = cheapest.map_or(0, |(at, _)| at);
            bucket.push(rest.remove(at));
        }
        bucket
    }

    /// Changes literals of one bucket for those of others, where both together are met less often then.
    fn better(&self, buckets: &mut [Bucket], worst: usize) {
        let Some(mut own) = buckets.get_mut(worst).map(std::mem::take) else { return };
        for other in buckets.iter_mut() {
            let mut best = (self.met(&own) + self.met(other), None);
            for at in 0..own.len() * other.len() {
                let (at, of_other) = (at % own.len(), at / own.len());
                swap(&mut own, at, other, of_other);
                let cost = self.met(&own) + self.met(other);
                swap(&mut own, at, other, of_other);
                if cost < best.0 {
                    best = (cost, Some((at, of_other)));
                }
            }
            if let (_, Some((at, of_other))) = best {
                swap(&mut own, at, other, of_other);
            }
        }
        if let Some(emptied) = buckets.get_mut(worst) {
            *emptied = own;
        }
    }

    /// The share of places at which the search stops for a bucket.
    fn met(&self, bucket: &[(Head, usize)]) -> f32 {
        let at = |nth: usize| {
            let (mut lows, mut highs) = (0_u16, 0_u16);
            for b in bucket.iter().filter_map(|(head, _)| head.get(nth)) {
                lows |= 1 << (b & 15);
                highs |= 1 << (b >> 4);
            }
            let rows = bits(highs).filter_map(|high| self.0.get(high));
            rows.flat_map(|row| bits(lows).filter_map(|low| row.get(low))).sum::<f32>()
        };
        (0..LITERAL_BYTES_MIN).map(at).product()
    }
}

fn swap(one: &mut Bucket, at: usize, other: &mut Bucket, of_other: usize) {
    if let (Some(one), Some(other)) = (one.get_mut(at), other.get_mut(of_other)) {
        std::mem::swap(one, other);
    }
}

/// The places of the bits that are set.
fn bits(mut set: u16) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let at = (set != 0).then(|| set.trailing_zeros() as usize);
        set &= set.wrapping_sub(1);
        at
    })
}

/// The share of a folded byte, as counted in the files of that tree.
const fn share(b: u8) -> f32 {
    match b {
        b'_' => 0.37,
        b'e' => 0.074,
        b't' | b'a' | b'n' | b'i' | b's' | b'r' | b'o' => 0.045,
        b'l' | b'd' | b'c' | b'p' | b'u' | b'm' | b'f' => 0.02,
        b'g' | b'h' | b'b' | b'y' | b'v' | b'w' => 0.009,
        b'k' | b'x' | b'j' | b'q' | b'z' | b'0'..=b'9' => 0.003,
        _ => 0.0001,
    }
}

#[cfg(test)]
mod tests {
    use super::super::Gate;
    use super::super::literals::Needs;
    use super::*;

    fn met(literals: &[Literal]) -> f32 {
        let shares = Shares::new();
        let head = |(literal, _): &Literal| (*literal.first_chunk().unwrap(), 0);
        let bucket = |nth: usize| literals.iter().skip(nth).step_by(BUCKETS).map(head).collect::<Vec<_>>();
        (0..BUCKETS).map(|nth| shares.met(&bucket(nth))).sum()
    }

    #[test]
    fn buckets_are_seldom_met() {
        let mut sorted: Vec<Literal> =
            Gate::get().literals().iter().map(|literal| (literal.clone(), Needs::Nothing)).collect();
        sorted.sort();
        let dealt = dealt(sorted.clone());
        assert!(met(&dealt) < met(&sorted) / 5.0, "{} of {}", met(&dealt), met(&sorted));
        let mut again = dealt;
        again.sort();
        assert_eq!(again, sorted);
    }

    #[test]
    fn any_number_of_literals_is_dealt() {
        for count in [0, 1, 15, 16, 17, 50] {
            let literals: Vec<Literal> =
                (0..count).map(|n| (format!("{n:04}").into_bytes(), Needs::Nothing)).collect();
            assert_eq!(dealt(literals).len(), count);
        }
    }
}
