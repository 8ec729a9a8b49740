//! What one row, one order or one entry of a log says of a buyer.

use super::verdict::{Verdict, verdict};
use crate::rules::Personal;

/// What is known of one buyer.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Record {
    real: u8,
    is_sample: bool,
}

const fn bit(kind: Personal) -> u8 {
    1 << kind as u8
}

impl Record {
    /// Adds a value and tells what it is.
    pub(super) fn add(&mut self, kind: Personal, text: &str) -> Verdict {
        let verdict = verdict(kind, text);
        match verdict {
            Verdict::Real => self.real |= bit(kind),
            // A made-up name makes the whole row one that nobody is in; a telephone that nobody has is
            // often put in where a shop asks for one.
            Verdict::Sample => {
                self.is_sample |= matches!(kind, Personal::Name | Personal::Mail | Personal::Address);
            }
            Verdict::Nothing => {}
        }
        verdict
    }

    /// Whether it tells of somebody: two things that belong to a person, not the place alone.
    pub(super) const fn is_of_person(self) -> bool {
        let kinds = self.real.count_ones();
        let is_place_alone = self.real & !(bit(Personal::Postal) | bit(Personal::Address)) == 0;
        let has_line = self.real & bit(Personal::Address) != 0;
        !self.is_sample && kinds >= 2 && (!is_place_alone || has_line)
    }

    /// Whether it tells of somebody by one thing alone, where that is known to be a buyer's.
    pub(super) const fn names_person(self) -> bool {
        !self.is_sample && self.real & !bit(Personal::Postal) != 0
    }
}
