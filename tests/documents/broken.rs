//! Documents that were damaged in every way there is: reading them ends, and says so at most.

use std::io::{Cursor, Read};
use std::ops::ControlFlow;

use kagiban::decode::{HEAD_BYTES, Members, Told, container};
use kagiban::model::SkipReason;

use crate::carrier::Carrier;

/// Ways in which each document is damaged.
const WAYS: usize = 300;
/// What members may expand to.
const BYTES_MAX: u64 = 64 << 20;

/// Reads everything, up to a limit, and opens what can be opened.
struct Reader {
    left: u64,
    depth: usize,
}

impl Members for Reader {
    fn member(&mut self, name: &str, content: &mut dyn Read) -> ControlFlow<()> {
        let mut bytes = Vec::new();
        let _ = content.take(self.left).read_to_end(&mut bytes);
        self.left -= bytes.len() as u64;
        if self.depth < 8 {
            let mut inner = Self { left: self.left, depth: self.depth + 1 };
            open(name, &bytes, &mut inner);
            self.left = inner.left;
        }
        if self.left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn text(&mut self, told: Told) -> ControlFlow<()> {
        assert!(told.cells.is_sorted_by_key(|(at, _)| *at), "places ascend");
        assert!(told.cells.iter().all(|(at, _)| told.text.is_char_boundary(*at)), "places are in the text");
        self.left = self.left.saturating_sub(told.text.len() as u64);
        if self.left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn problem(&mut self, _member: &str, _reason: SkipReason, _detail: &str) {}

    fn bytes_left(&self) -> u64 {
        self.left
    }
}

fn open(name: &str, bytes: &[u8], reader: &mut Reader) {
    let head = &bytes[..bytes.len().min(HEAD_BYTES)];
    if let Some(format) = container(name, head) {
        format.open(name, &mut Cursor::new(bytes), reader);
    }
}

/// Cuts, flips, repeats and drops bytes of a document.
pub(crate) fn survives(carrier: &Carrier) {
    let whole = (carrier.build)(&format!("SP_API_CLIENT_SECRET={}", crate::carrier::secret()));
    let mut random = fastrand::Rng::with_seed(11);
    for _ in 0..WAYS {
        let mut bytes = whole.clone();
        for _ in 0..random.usize(1..8) {
            if bytes.is_empty() {
                break;
            }
            let at = random.usize(..bytes.len());
            let to = bytes.len().min(at + random.usize(..64));
            match random.u8(..5) {
                0 => bytes.truncate(at),
                1 => bytes[at] ^= 1 << random.u8(..8),
                2 => bytes[at..to].fill(if random.bool() { 0xff } else { 0 }),
                3 => bytes.extend_from_within(at..to),
                _ => drop(bytes.drain(at..to)),
            }
        }
        open(carrier.name, &bytes, &mut Reader { left: BYTES_MAX, depth: 0 });
    }
}
