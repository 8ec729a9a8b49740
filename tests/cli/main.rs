//! The command line as people and programs meet it.
//!
//! Cases without a secret are data in `cases/`; those with one make their trees here, from shapes.

mod bad_input;
mod cases;
mod exit_codes;
mod json;
mod policy;
mod reports;
mod sources;
mod tree;
mod user_rules;
