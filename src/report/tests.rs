//! The fixture through every format.

mod explain;
mod formats;
mod human;
mod laws;
mod machine;
mod many;
mod sarif;
mod saved;
mod services;
