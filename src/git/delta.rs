//! Deltas of packs: what an object copies from another, and what is new in it.

use std::ops::Range;

/// The sizes a delta begins with: of its base and of its result, in bytes.
pub(super) fn sizes(delta: &[u8]) -> Option<(u64, u64, &[u8])> {
    let (base, rest) = size(delta)?;
    let (result, rest) = size(rest)?;
    Some((base, result, rest))
}

fn size(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0u64;
    for (at, byte) in bytes.iter().enumerate().take(10) {
        value |= u64::from(byte & 0x7f).checked_shl(7 * u32::try_from(at).ok()?)?;
        if byte & 0x80 == 0 {
            return Some((value, bytes.get(at + 1..)?));
        }
    }
    None
}

/// Which bytes of an object its base does not hold in the same neighbourhood.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Edits {
    fresh: Vec<Range<usize>>,
    resumes: Vec<usize>,
}

impl Edits {
    /// Makes the edits of an object of `len` bytes that is made from nothing.
    pub(super) fn whole(len: usize) -> Self {
        Self { fresh: std::iter::once(0..len).collect(), resumes: vec![0] }
    }

    /// What is inserted, in ascending order, and as empty ranges the borders between copies.
    #[must_use]
    pub fn fresh(&self) -> &[Range<usize>] {
        &self.fresh
    }

    /// The same ranges, each with where in the base that goes on which stands behind it.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&Range<usize>, usize)> {
        self.fresh.iter().zip(self.resumes.iter().copied())
    }

    fn clear(&mut self) {
        self.fresh.clear();
        self.resumes.clear();
    }

    fn touch(&mut self, range: Range<usize>) {
        match self.fresh.last_mut() {
            Some(last) if last.end >= range.start => last.end = last.end.max(range.end),
            _ => {
                self.fresh.push(range);
                self.resumes.push(0);
            }
        }
    }

    /// What stands at `at` is copied from `from`.
    fn resume(&mut self, at: usize, from: usize) {
        if let (Some(last), Some(resumes)) = (self.fresh.last(), self.resumes.last_mut())
            && last.end == at
        {
            *resumes = from;
        }
    }
}

/// Makes the result of a delta in `out`, and notes its edits. `None` when the delta does not fit its
/// base.
pub(super) fn apply(base: &[u8], delta: &[u8], out: &mut Vec<u8>, edits: &mut Edits) -> Option<()> {
    let (base_size, result_size, mut rest) = sizes(delta)?;
    let result_size = usize::try_from(result_size).ok()?;
    if usize::try_from(base_size).ok()? != base.len() {
        return None;
    }
    out.clear();
    out.reserve(result_size);
    edits.clear();
    // Where the base would go on after the last copy.
    let mut next_in_base = 0;
    while let Some((command, after)) = rest.split_first() {
        rest = after;
        if command & 0x80 != 0 {
            let (from, length) = copy(*command, &mut rest)?;
            if from != next_in_base {
                edits.touch(out.len()..out.len());
            }
            edits.resume(out.len(), from);
            out.extend_from_slice(base.get(from..from.checked_add(length)?)?);
            next_in_base = from + length;
        } else {
            let (inserted, after) = rest.split_at_checked(usize::from(*command))?;
            if inserted.is_empty() {
                return None;
            }
            rest = after;
            let start = out.len();
            out.extend_from_slice(inserted);
            edits.touch(start..out.len());
        }
        if out.len() > result_size {
            return None;
        }
    }
    if next_in_base != base.len() {
        // The end of the document is a border too.
        edits.touch(out.len()..out.len());
    }
    (out.len() == result_size).then_some(())
}

fn copy(command: u8, rest: &mut &[u8]) -> Option<(usize, usize)> {
    let mut number = |bits: std::ops::Range<u32>| {
        let mut value = 0usize;
        for (shift, bit) in bits.enumerate() {
            if command & (1 << bit) != 0 {
                let (byte, after) = rest.split_first()?;
                *rest = after;
                value |= usize::from(*byte) << (8 * shift);
            }
        }
        Some(value)
    };
    let from = number(0..4)?;
    let length = number(4..7)?;
    Some((from, if length == 0 { 0x10000 } else { length }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_and_insertions_are_told_apart() {
        // Copy 0..3, insert "XY", copy 3..6, copy 0..2.
        let delta = [6, 10, 0x90, 3, 2, b'X', b'Y', 0x91, 3, 3, 0x90, 2];
        let (mut out, mut edits) = (Vec::new(), Edits::default());
        apply(b"abcdef", &delta, &mut out, &mut edits).unwrap();
        assert_eq!(out, b"abcXYdefab");
        assert_eq!(edits.fresh(), [3..5, 8..8, 10..10]);
        assert_eq!(edits.iter().map(|(_, from)| from).collect::<Vec<_>>(), [3, 0, 0]);
        // The same bytes without a change have nothing new.
        apply(b"abcdef", &[6, 6, 0x90, 2, 0x91, 2, 4], &mut out, &mut edits).unwrap();
        assert_eq!((out.as_slice(), edits.fresh().len()), (&b"abcdef"[..], 0));
    }

    #[test]
    fn broken_deltas_give_nothing() {
        let (mut out, mut edits) = (Vec::new(), Edits::default());
        let wrong: [&[u8]; 7] = [
            &[],
            &[6],
            &[5, 1, 0x90, 1],
            &[6, 2, 0x91, 5, 3],
            &[6, 9, 0x90, 1],
            &[6, 1, 0],
            &[6, 1, 3, b'a'],
        ];
        for delta in wrong {
            assert!(apply(b"abcdef", delta, &mut out, &mut edits).is_none(), "{delta:?}");
        }
    }
}
