//! Arguments of `kagiban evidence`, as typed.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use jiff::Timestamp;

use crate::cli::args::{InputArguments, PeopleArguments};
use crate::cli::clock::Clock;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(in crate::cli) struct EvidenceArguments {
    #[command(subcommand)]
    pub(super) command: Option<EvidenceCommand>,
    /// The project
    #[arg(default_value = ".", value_name = "PATH")]
    pub(super) path: PathBuf,
    /// Audit every object of the repository, not only the files
    #[arg(long)]
    pub(super) history: bool,
    /// The format on standard output
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Json)]
    pub(super) format: Format,
    /// Show no progress
    #[arg(long)]
    pub(super) no_progress: bool,
    #[command(flatten)]
    pub(super) input: InputArguments,
    #[command(flatten)]
    pub(super) people: PeopleArguments,
}

#[derive(Debug, Subcommand)]
pub(super) enum EvidenceCommand {
    /// Add a record to the run history, `.kagiban/evidence.jsonl`
    Append(AppendArguments),
    /// Check that no run was taken out or changed: exit code 0 if it holds, 1 if not
    Verify(VerifyArguments),
}

#[derive(Debug, Args)]
pub(super) struct AppendArguments {
    /// A record that `kagiban evidence --format json` wrote
    #[arg(value_name = "FILE")]
    pub(super) file: PathBuf,
    /// Its project
    #[arg(default_value = ".", value_name = "PATH")]
    pub(super) path: PathBuf,
    #[command(flatten)]
    pub(super) people: PeopleArguments,
}

#[derive(Debug, Args)]
pub(super) struct VerifyArguments {
    /// The project
    #[arg(default_value = ".", value_name = "PATH")]
    pub(super) path: PathBuf,
    /// Compare with the run history of this commit
    #[arg(long, value_name = "COMMIT")]
    pub(super) since: Option<String>,
    /// The time to judge by, instead of now
    #[arg(long, value_name = "TIME", value_parser = Clock::parsed)]
    pub(super) now: Option<Timestamp>,
    #[command(flatten)]
    pub(super) people: PeopleArguments,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// The record, for CI to keep and for `evidence append`
    Json,
    /// For wikis and mail
    Markdown,
    /// For browsers and printers
    Html,
}
