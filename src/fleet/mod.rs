//! Many repositories: what belongs to a fleet, who audits what of it, and all results as one.
//!
//! Kagiban is no scheduler. A [`Listing`] says what there is, [`shares`] splits it the same way on
//! every machine, [`Run`] audits what is its own and keeps each result in a file, and [`gathered`]
//! makes one report of the files, whatever order they came in, or says what is missing.
//!
//! Besides `hook`, only here another program is run: the user's own `git`, on addresses that the
//! user listed ([`Fetcher`]).

mod across;
mod engine;
mod fetch;
mod folder;
mod gather;
mod listing;
mod measure;
mod plan;
mod repository;
mod results;
mod run;
mod share;
mod stored;

pub use across::SAME_CREDENTIAL;
pub use engine::{Engine, engine};
pub use fetch::Fetcher;
pub use folder::folder_state;
pub use gather::{Collection, GatherError, gathered};
pub use listing::{Listing, ListingError};
pub use measure::size_of;
pub use plan::{Plan, Planned};
pub use repository::{Location, Repository, is_bare, is_repository};
pub use results::Results;
pub use run::{Auditor, Done, FleetProgress, Here, Run};
pub use share::{Shard, shares};
pub use stored::{Stored, StoredState};
