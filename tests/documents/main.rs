//! Documents inside documents: of every format a planted credential is found at its place, a clean
//! twin gives nothing, and a damaged twin ends as a problem.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that panics has failed, and its inputs are its own"
)]

mod archives;
mod bombs;
mod carrier;
mod hostile;
mod office;
mod old_office;
#[cfg(feature = "programs")]
mod programs;
mod databases;
mod exports;
mod mails;
mod notebooks;
mod packages;
mod pdfs;
mod seven_zip;
mod shortcuts;
mod source_maps;
mod states;
