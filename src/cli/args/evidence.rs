//! Arguments of `kagiban evidence`, as typed.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use jiff::Timestamp;

use super::{InputArguments, PeopleArguments};
use crate::cli::clock::Clock;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(in crate::cli) struct EvidenceArguments {
    #[command(subcommand)]
    pub(in crate::cli) command: Option<EvidenceCommand>,
    /// The project
    #[arg(default_value = ".", value_name = "PATH")]
    pub(in crate::cli) path: PathBuf,
    /// Audit every object of the repository, not only the files
    #[arg(long)]
    pub(in crate::cli) history: bool,
    /// The format on standard output
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Json)]
    pub(in crate::cli) format: Format,
    /// Show no progress
    #[arg(long)]
    pub(in crate::cli) no_progress: bool,
    #[command(flatten)]
    pub(in crate::cli) input: InputArguments,
    #[command(flatten)]
    pub(in crate::cli) people: PeopleArguments,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum EvidenceCommand {
    /// Add a record to the run history, `.kagiban/evidence.jsonl`
    Append(AppendArguments),
    /// Check that no run was taken out or changed: exit code 0 if it holds, 1 if not
    Verify(VerifyArguments),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct AppendArguments {
    /// A record that `kagiban evidence --format json` wrote
    #[arg(value_name = "FILE")]
    pub(in crate::cli) file: PathBuf,
    /// Its project
    #[arg(default_value = ".", value_name = "PATH")]
    pub(in crate::cli) path: PathBuf,
    #[command(flatten)]
    pub(in crate::cli) people: PeopleArguments,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct VerifyArguments {
    /// The project
    #[arg(default_value = ".", value_name = "PATH")]
    pub(in crate::cli) path: PathBuf,
    /// Compare with the run history of this commit
    #[arg(long, value_name = "COMMIT")]
    pub(in crate::cli) since: Option<String>,
    /// The time to judge by, instead of now
    #[arg(long, value_name = "TIME", value_parser = Clock::parsed)]
    pub(in crate::cli) now: Option<Timestamp>,
    #[command(flatten)]
    pub(in crate::cli) people: PeopleArguments,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Format {
    /// The record, for CI to keep and for `evidence append`
    Json,
    /// For wikis and mail
    Markdown,
    /// For browsers and printers
    Html,
}
