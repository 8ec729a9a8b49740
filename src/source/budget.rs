//! Room for the large files that are in memory at the same time.
//!
//! Every thread may meet a file of a window's size, and a judged text takes many times its own
//! size; on a machine with many cores that would be gigabytes.

use std::sync::{Condvar, Mutex, PoisonError};

/// Bytes that may be held.
pub(super) struct Budget {
    bytes_max: usize,
    held: Mutex<usize>,
    freed: Condvar,
}

/// Room for one file, given back on drop.
pub(super) struct Room<'b> {
    budget: &'b Budget,
    bytes: usize,
}

impl Budget {
    pub(super) const fn new(bytes_max: usize) -> Self {
        Self { bytes_max, held: Mutex::new(0), freed: Condvar::new() }
    }

    /// Waits until there is room. What is larger than all there is gets in alone.
    pub(super) fn room(&self, bytes: usize) -> Room<'_> {
        let bytes = bytes.min(self.bytes_max);
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let mut held = self
            .freed
            .wait_while(held, |held| *held + bytes > self.bytes_max)
            .unwrap_or_else(PoisonError::into_inner);
        *held += bytes;
        Room { budget: self, bytes }
    }
}

impl Drop for Room<'_> {
    fn drop(&mut self) {
        *self.budget.held.lock().unwrap_or_else(PoisonError::into_inner) -= self.bytes;
        self.budget.freed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn no_more_is_held_than_there_is_room_for() {
        let budget = Budget::new(10);
        let (held, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for bytes in [3, 4, 5, 6, 7, 99, 10, 1] {
                let (budget, held, most) = (&budget, &held, &most);
                scope.spawn(move || {
                    let room = budget.room(bytes);
                    let now = held.fetch_add(room.bytes, Ordering::SeqCst) + room.bytes;
                    most.fetch_max(now, Ordering::SeqCst);
                    std::thread::yield_now();
                    held.fetch_sub(room.bytes, Ordering::SeqCst);
                });
            }
        });
        let most = most.into_inner();
        assert!((1..=10).contains(&most), "{most}");
        assert_eq!(*budget.held.lock().unwrap(), 0);
    }
}
