//! Arguments of `kagiban takeover`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{InputArguments, PeopleArguments};
use crate::report::TakeoverFormat;

#[derive(Debug, Args)]
pub(in crate::cli) struct TakeoverArguments {
    /// The project
    #[arg(default_value = ".", value_name = "PATH")]
    pub(in crate::cli) path: PathBuf,
    /// The format on standard output
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Markdown)]
    pub(in crate::cli) format: Format,
    /// What the project is called [default: the name of its folder]
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) project: Option<String>,
    /// Leave the history out, and say only what the files hold
    #[arg(long)]
    pub(in crate::cli) files_only: bool,
    /// Show no progress
    #[arg(long)]
    pub(in crate::cli) no_progress: bool,
    #[command(flatten)]
    pub(in crate::cli) input: InputArguments,
    #[command(flatten)]
    pub(in crate::cli) people: PeopleArguments,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Format {
    /// For repositories, wikis and mail
    Markdown,
    /// For browsers and printers
    Html,
}

impl From<Format> for TakeoverFormat {
    fn from(format: Format) -> Self {
        match format {
            Format::Markdown => Self::Markdown,
            Format::Html => Self::Html,
        }
    }
}
