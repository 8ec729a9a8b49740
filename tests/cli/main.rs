//! The command line as people and programs meet it.
//!
//! Cases without a secret are data in `cases/`; those with one make their trees here, from shapes.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that cannot go on has failed"
)]

mod bad_input;
mod cases;
mod clauses;
mod evidence;
mod exit_codes;
mod fleet;
mod json;
mod ledger;
mod manual;
mod policy;
mod sinks;
mod sources;
mod takeover;
mod tree;
