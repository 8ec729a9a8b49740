//! Rules as data: what they look like, where they come from and how they are compiled.

mod schema;
mod load;
mod user;
mod gitleaks;
pub mod lists;
mod names;
mod orders;
mod compile;
mod words;
mod gate;
mod sieve;
mod encoded;
pub mod runs;
mod sample;
pub mod prove;

pub use compile::{Called, Named, PATTERN_BYTES_MAX, Pattern, Position, RuleSet, Set, Token, compiled};
pub use encoded::{base64 as decoded_base64, hex as decoded_hex};
pub(crate) use gate::is_wide_text;
pub use gate::{Gate, LITERALS_MAX, Passing, is_utf16};
pub use gitleaks::{GitleaksRules, UserMatch};
pub use load::{Catalogue, Rule, RuleError};
pub use names::{
    Meaning, Strength, folded, is_of_amazon, is_of_another, may_name_secret, meanings, names_another,
    names_no_secret, names_server,
};
pub use orders::{ORDERS, Personal, order_numbers, personal, personal_column};
pub use sample::sample;
pub use schema::{Example, ExampleCommit, ExampleFile, Match, RuleFile, Text, Texts};
pub use sieve::{Places, Sieve};
pub use user::{DISK, RuleStore, UserRules};
pub use words::WordSearch;

/// Makes ready what is asked of whatever passes the gate, so that one thread does so while another reads it.
pub fn prepare() {
    names::prepare();
    orders::prepare();
}
