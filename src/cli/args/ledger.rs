//! Arguments of `kagiban ledger`, as typed.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use jiff::Timestamp;
use jiff::civil::Date;

use super::{PeopleArguments, fail_on};
use crate::cli::clock::Clock;
use crate::report::LedgerFormat;
use crate::settings::{FailOn, civil_date};

#[derive(Debug, Args)]
pub(in crate::cli) struct LedgerArguments {
    #[command(subcommand)]
    pub(in crate::cli) command: LedgerCommand,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum LedgerCommand {
    /// Note a credential; its value is asked for, or read from standard input
    Add(AddArguments),
    /// Note that a credential has a new value, which is asked for, or read from standard input
    Rotate(RotateArguments),
    /// Note who was given a credential, and until when
    Share(ShareArguments),
    /// Note that a credential was switched off
    Revoke(RevokeArguments),
    /// Note that somebody left, and say what they still know
    Left(LeftArguments),
    /// Say what is due, overdue, shared past its end or known by somebody who left
    Check(CheckArguments),
    /// List the credentials
    List(ListArguments),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct PlaceArguments {
    /// The ledger [default: kagiban-ledger.toml at the top level]
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) ledger: Option<PathBuf>,
    /// The time to judge by, instead of now
    #[arg(long, value_name = "TIME", value_parser = Clock::parsed)]
    pub(in crate::cli) now: Option<Timestamp>,
    #[command(flatten)]
    pub(in crate::cli) people: PeopleArguments,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct AddArguments {
    /// What you call it
    pub(in crate::cli) id: String,
    /// What it is, a rule of the leak family [default: what the value's beginning says]
    #[arg(long, value_name = "CLASS")]
    pub(in crate::cli) class: Option<String>,
    /// Who answers for it
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) owner: String,
    /// When it was issued [default: today]
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(in crate::cli) issued: Option<Date>,
    /// When it has to be rotated [default: as its kind demands]
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(in crate::cli) rotate_by: Option<Date>,
    /// Where it is kept, in words
    #[arg(long, value_name = "WHERE")]
    pub(in crate::cli) kept_in: Option<String>,
    /// Of a kind that could be guessed: the file it stands in, from the top level
    #[arg(long, value_name = "PATH", requires = "field")]
    pub(in crate::cli) path: Option<String>,
    /// Of a kind that could be guessed: the name it stands under
    #[arg(long, value_name = "NAME", requires = "path")]
    pub(in crate::cli) field: Option<String>,
    #[command(flatten)]
    pub(in crate::cli) place: PlaceArguments,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct RotateArguments {
    /// Which credential
    pub(in crate::cli) id: String,
    /// The day of the rotation [default: today]
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(in crate::cli) on: Option<Date>,
    /// When it has to be rotated again [default: after as many days as before]
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(in crate::cli) rotate_by: Option<Date>,
    #[command(flatten)]
    pub(in crate::cli) place: PlaceArguments,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ShareArguments {
    /// Which credential
    pub(in crate::cli) id: String,
    /// With whom
    pub(in crate::cli) name: String,
    /// The first day [default: today]
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(in crate::cli) since: Option<Date>,
    /// The last day
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(in crate::cli) until: Option<Date>,
    #[command(flatten)]
    pub(in crate::cli) place: PlaceArguments,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct RevokeArguments {
    /// Which credential
    pub(in crate::cli) id: String,
    /// The day it was switched off [default: today]
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(in crate::cli) on: Option<Date>,
    #[command(flatten)]
    pub(in crate::cli) place: PlaceArguments,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct LeftArguments {
    /// Who left, as written in the ledger
    pub(in crate::cli) name: String,
    /// The first day without access [default: today]
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(in crate::cli) on: Option<Date>,
    #[command(flatten)]
    pub(in crate::cli) place: PlaceArguments,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct CheckArguments {
    /// The format on standard output
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Human)]
    pub(in crate::cli) format: Format,
    /// Exit with 1 from this severity on [default: medium]
    #[arg(long, value_name = "SEVERITY", value_parser = fail_on)]
    pub(in crate::cli) fail_on: Option<FailOn>,
    #[command(flatten)]
    pub(in crate::cli) place: PlaceArguments,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ListArguments {
    /// The format on standard output
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Human)]
    pub(in crate::cli) format: Format,
    #[command(flatten)]
    pub(in crate::cli) place: PlaceArguments,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Format {
    /// For people
    Human,
    /// JSON
    Json,
    /// Rows of a spreadsheet
    Csv,
}

impl From<Format> for LedgerFormat {
    fn from(format: Format) -> Self {
        match format {
            Format::Human => Self::Human,
            Format::Json => Self::Json,
            Format::Csv => Self::Csv,
        }
    }
}

fn day(text: &str) -> Result<Date, String> {
    civil_date(text).ok_or_else(|| "no date; write it as 2027-01-31".to_owned())
}
