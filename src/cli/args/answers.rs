//! Arguments of `kagiban answers`.

use std::path::PathBuf;

use clap::Args;
use jiff::Timestamp;

use super::PeopleArguments;
use crate::cli::clock::Clock;

#[derive(Debug, Args)]
pub(in crate::cli) struct AnswersArguments {
    /// The project
    #[arg(default_value = ".", value_name = "PATH")]
    pub(in crate::cli) path: PathBuf,
    /// Only this question (repeatable)
    #[arg(long = "item", value_name = "ID")]
    pub(in crate::cli) items: Vec<String>,
    /// Characters that the form takes
    #[arg(long, value_name = "N", default_value_t = 500)]
    pub(in crate::cli) max_chars: usize,
    /// The time to judge by, instead of now
    #[arg(long, value_name = "TIME", value_parser = Clock::parsed)]
    pub(in crate::cli) now: Option<Timestamp>,
    #[command(flatten)]
    pub(in crate::cli) people: PeopleArguments,
}
