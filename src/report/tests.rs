//! The fixture through every format.

mod explain;
mod human;
mod laws;
mod machine;
mod sarif;
mod saved;
mod services;
