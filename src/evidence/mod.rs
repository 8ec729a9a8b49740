//! Evidence: a dated record of one audit, the history of all of them, and what both can answer.
//!
//! A record ([`Record`]) is written by `kagiban evidence` and kept as an artifact. Its line ([`Run`])
//! goes into `.kagiban/evidence.jsonl`, where each line names the lines that no other line named when
//! it was added. The file is therefore a graph, whatever the order of its lines: `merge=union` keeps
//! it valid, and a line that is taken out or changed leaves a name that nothing answers to. That
//! proves an order. It does not prove who wrote a line: whoever writes the whole file anew can make
//! one that holds, which is why it is compared with git's history and with the artifacts.
//!
//! Nothing here says that anybody complies with anything: a question has one of the states of
//! [`State`], and an answer is made of measured facts or not at all.

mod answer;
mod fix;
mod graph;
mod page;
mod parts;
mod question;
mod record;
mod run;
#[cfg(test)]
mod tests;

pub use answer::{Answer, Answers, ITEMS, Missing};
pub use fix::{Fix, FixTable, fixes};
pub use graph::{Fault, GAP_DAYS, History, Verdict};
pub use page::{VerdictPage, blocks};
pub use parts::{Accepted, Kept, KeyKept, Opened, Outside, Past, Replaced, Scope, SeenRef, Tool};
pub use question::{Asked, Measured, asked};
pub use record::{Found, Record, RecordError};
pub use run::{Counts, HISTORY_FILE, OpenPrints, RUN_VERSION, Run, name_of};

pub use crate::lang::{Reason, State};

use jiff::Timestamp;

/// Whole days from one time to another; none where one of them is no time.
fn days_between(from: &str, to: &str) -> Option<i64> {
    let seconds = |text: &str| text.parse::<Timestamp>().ok().map(Timestamp::as_second);
    Some((seconds(to)? - seconds(from)?) / 86_400)
}

/// The day of a time, as people write it.
fn day(time: &str) -> &str {
    time.get(..10).unwrap_or(time)
}
