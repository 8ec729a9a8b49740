//! Repositories as people and hostile people make them, with git itself as the oracle.

mod sandbox;
mod staged;
