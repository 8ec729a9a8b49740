//! Repositories as people and hostile people make them, with git itself as the oracle.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a repository that cannot be built, or a report without its fields, fails the test"
)]

mod changing;
mod customers;
mod differential;
mod editor;
mod evidence;
mod exposure;
mod history;
#[cfg(unix)]
mod hook;
mod lifecycle;
#[cfg(unix)]
mod init;
#[cfg(unix)]
mod platforms;
mod range;
mod sandbox;
mod sharing;
mod staged;
mod submodules;
mod takeover;
mod trust;
