//! What an edit brings: only what stands near it is looked at, and near all edits of a document in
//! one search. A history has millions of edits of a few bytes. Of git's own history's time the gate took
//! 28 % with a search for each of them, and 17 with one for all.

use std::cell::RefCell;
use std::ops::Range;

use super::super::runs::is_base64;
use super::{BASE64, ESCAPED_BYTES_MAX, Gate, escapes_in, is_order_table, is_utf16};

/// Gathered bytes that are searched at once; a window that is as long is searched where it stands.
const GATHERED_BYTES: usize = 12 << 10;

/// Stands between windows: no literal holds the first byte, and the second parts words.
const BORDER: [u8; 2] = [0xff, b' '];

thread_local! {
    static GATHERED: RefCell<Gathered> = const { RefCell::new(Gathered::new()) };
}

/// Windows of a document, one behind the other.
struct Gathered {
    bytes: Vec<u8>,
    windows: Vec<Range<usize>>,
}

impl Gathered {
    const fn new() -> Self {
        Self { bytes: Vec::new(), windows: Vec::new() }
    }

    /// Takes a window, and tells whether what had to be searched for its sake passes.
    fn add(&mut self, gate: &Gate, bytes: &[u8], window: Range<usize>) -> bool {
        let part = bytes.get(window.clone()).unwrap_or_default();
        if part.len() >= GATHERED_BYTES {
            return gate.holds_unescaped(part) || gate.holds_escaped(bytes, &window);
        }
        self.bytes.extend_from_slice(&BORDER);
        self.bytes.extend_from_slice(part);
        self.windows.push(window);
        self.bytes.len() >= GATHERED_BYTES && self.pass(gate, bytes)
    }

    /// Searches all windows and lets go of them. Together they may seem to hold what none of them
    /// does, so each is asked then.
    fn pass(&mut self, gate: &Gate, bytes: &[u8]) -> bool {
        let holds = |w: &Range<usize>| gate.holds_unescaped(bytes.get(w.clone()).unwrap_or_default());
        let has_escapes = || escapes_in(&self.bytes).next().is_some();
        let passes = (gate.holds_unescaped(&self.bytes) && self.windows.iter().any(holds))
            || (has_escapes() && self.windows.iter().any(|w| gate.holds_escaped(bytes, w)));
        self.clear();
        passes
    }

    fn clear(&mut self) {
        self.bytes.clear();
        self.windows.clear();
    }
}

impl Gate {
    /// Tells whether bytes pass that were made of others which do not. `fresh` are the ranges that
    /// were put in, ascending, and as empty ranges the borders between what stood apart in those:
    /// whatever passes reaches into one of them.
    #[must_use]
    pub fn passes_near(&self, bytes: &[u8], fresh: &[Range<usize>]) -> bool {
        if is_utf16(bytes) {
            return true;
        }
        // Up to its first escape a literal is as it is, so the first one stands no farther away than a
        // literal without any reaches, and is in the window.
        let reach = self.longest + ESCAPED_BYTES_MAX;
        GATHERED.with_borrow_mut(|gathered| {
            gathered.clear();
            // A run of base64 or hex is read whole or not at all, and gone through once, however many ranges
            // are in it: a source map in a history has thousands in megabytes. Most end within reach of
            // the range, and need no wider window.
            let part = |from: usize, to: usize| bytes.get(from..to).unwrap_or_default();
            let run_end = |range_end: usize, near_end: usize| {
                let goes_on = is_one_run(part(range_end, near_end));
                let rest = if goes_on { part(near_end, bytes.len()) } else { &[] };
                near_end + rest.iter().take_while(|b| is_run(**b)).count()
            };
            let (mut window, mut last_end) = (0..0, 0);
            for range in fresh {
                let mut near = range.start.saturating_sub(reach)..bytes.len().min(range.end + reach);
                if near.start > window.end {
                    // Another range in the run would have been seen to stand in the same window.
                    window.end = run_end(last_end, window.end);
                }
                if near.start > window.end && is_one_run(part(near.start, range.start)) {
                    let before = part(window.end, near.start);
                    near.start -= before.iter().rev().take_while(|b| is_run(**b)).count();
                }
                last_end = range.end;
                if near.start <= window.end {
                    window.end = window.end.max(near.end);
                } else if gathered.add(self, bytes, std::mem::replace(&mut window, near)) {
                    return true;
                }
            }
            window.end = run_end(last_end, window.end);
            gathered.add(self, bytes, window) | gathered.pass(self, bytes)
        }) || is_order_table(bytes)
    }

    /// Whether something passes around the escapes of a window; what they may be a part of reaches farther
    /// than the window.
    fn holds_escaped(&self, bytes: &[u8], window: &Range<usize>) -> bool {
        let reach = 2 * ESCAPED_BYTES_MAX * self.longest;
        let wide = window.start.saturating_sub(reach)..bytes.len().min(window.end + reach);
        escapes_in(bytes.get(window.clone()).unwrap_or_default()).next().is_some()
            && self.holds(bytes.get(wide).unwrap_or_default())
    }
}

/// Whether a run goes through what stands between an edit and the end of its window. Where that is
/// shorter than usual the bytes end there too.
fn is_one_run(part: &[u8]) -> bool {
    part.first_chunk().is_some_and(is_base64)
        && part.last_chunk().is_some_and(is_base64)
        && part.iter().all(|b| is_run(*b))
}

fn is_run(b: u8) -> bool {
    BASE64.get(usize::from(b)).copied().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_gathered_stays_small() {
        let mut bytes = vec![b'.'; 4 << 20];
        let gate = Gate::get();
        // One insertion of megabytes, and thousands of a few bytes.
        assert!(!gate.passes_near(&bytes, std::slice::from_ref(&(10..3 << 20))));
        let edits: Vec<_> = (0..4_000).map(|nth| nth * 1_000..nth * 1_000 + 3).collect();
        assert!(!gate.passes_near(&bytes, &edits));
        let last = bytes.len() - 300;
        bytes[last..last + 7].copy_from_slice(b"sp_api_");
        assert!(gate.passes_near(&bytes, std::slice::from_ref(&(10..last + 7))));
        assert!(
            gate.passes_near(
                &bytes,
                &[edits.as_slice(), std::slice::from_ref(&(last + 2..last + 3))].concat()
            )
        );
        GATHERED.with_borrow(|gathered| {
            assert!(gathered.bytes.capacity() <= 4 * GATHERED_BYTES);
        });
    }
}
