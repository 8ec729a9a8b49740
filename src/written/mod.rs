//! Files that people write by hand: values with their places, faults shown where they stand, and a
//! way to replace such a file whole.
//!
//! What is read may be anything, since it lies in the audited tree: a diagnostic shows only what
//! cannot be a secret.

mod date;
mod diagnostic;
mod located;
mod nearest;
mod reader;
mod replace;

pub use diagnostic::{Diagnostic, Source};
pub use located::Located;

pub(crate) use date::civil_date;
pub(crate) use nearest::nearest;
pub(crate) use reader::{Reader, Value, located, read};
pub(crate) use replace::replace;
