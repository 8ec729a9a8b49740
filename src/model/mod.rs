//! The nouns every other room speaks of.
//!
//! This module imports nothing of the crate and does no input or output. A document comes in as
//! [`Document`], is made readable once as [`Reading`], and what is seen in it leaves as
//! [`Candidate`]s, which become [`Finding`]s of a [`Report`].

mod because;
mod candidate;
mod coverage;
mod credential;
mod document;
mod excerpt;
mod fact;
mod finding;
mod lifetime;
mod fleet;
mod limits;
mod people;
mod place;
mod reading;
mod report;
mod rule;
mod secret;
mod snapshot;
mod masking;

pub use because::Because;
pub use candidate::{Basis, Candidate, Evidence};
pub use coverage::{Coverage, Problem, SkipReason, reason};
pub use credential::Credential;
pub use document::{Document, ReadSeek};
pub use excerpt::{Excerpt, ExcerptLine};
pub use fact::Fact;
pub use finding::{AlsoAt, Exposure, Finding, SecretShown, Suppressed, SuppressedBy, Tag};
pub use fleet::{Across, AcrossKind, Fleet, Member, MemberState};
pub use lifetime::{Lifespan, Lifetime};
pub use limits::Limits;
pub use masking::{masked_but, random_masked, random_parts, run_masked, united};
pub use people::{ABSENT_DAYS_MIN, People};
pub use place::{Origin, Place, PlaceKind, Position, Region, Span};
pub use reading::{Context, ContextKind, Field, LineIndex, Marker, Reading, Syntax};
pub use report::{AllowFault, Bundle, Mode, Notice, Report, ScanFacts, Summary};
pub use rule::{Confidence, Family, RuleId, Severity};
pub use secret::{Fingerprint, Masked, Masking, Secret, neutral};
pub use snapshot::{NoFiles, SIBLING_BYTES_MAX, Snapshot};
