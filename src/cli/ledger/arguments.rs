//! Arguments of `kagiban ledger`, as typed.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::cli::args::{PeopleArguments, fail_on};
use crate::cli::clock::Clock;
use crate::report::LedgerFormat;
use crate::settings::{FailOn, civil_date};

#[derive(Debug, Args)]
pub(in crate::cli) struct LedgerArguments {
    #[command(subcommand)]
    pub(super) command: LedgerCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum LedgerCommand {
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
pub(super) struct PlaceArguments {
    /// The ledger [default: kagiban-ledger.toml at the top level]
    #[arg(long, value_name = "FILE")]
    pub(super) ledger: Option<PathBuf>,
    /// The time to judge by, instead of now
    #[arg(long, value_name = "TIME", value_parser = Clock::parsed)]
    pub(super) now: Option<Timestamp>,
    #[command(flatten)]
    pub(super) people: PeopleArguments,
}

#[derive(Debug, Args)]
pub(super) struct AddArguments {
    /// What you call it
    pub(super) id: String,
    /// What it is, a rule of the leak family [default: what the value's beginning says]
    #[arg(long, value_name = "CLASS")]
    pub(super) class: Option<String>,
    /// Who answers for it
    #[arg(long, value_name = "NAME")]
    pub(super) owner: String,
    /// When it was issued [default: today]
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(super) issued: Option<Date>,
    /// When it has to be rotated [default: as its kind demands]
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(super) rotate_by: Option<Date>,
    /// Where it is kept, in words
    #[arg(long, value_name = "WHERE")]
    pub(super) kept_in: Option<String>,
    /// Of a kind that could be guessed: the file it stands in, from the top level
    #[arg(long, value_name = "PATH", requires = "field")]
    pub(super) path: Option<String>,
    /// Of a kind that could be guessed: the name it stands under
    #[arg(long, value_name = "NAME", requires = "path")]
    pub(super) field: Option<String>,
    #[command(flatten)]
    pub(super) place: PlaceArguments,
}

#[derive(Debug, Args)]
pub(super) struct RotateArguments {
    /// Which credential
    pub(super) id: String,
    /// The day of the rotation [default: today]
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(super) on: Option<Date>,
    /// When it has to be rotated again [default: after as many days as before]
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(super) rotate_by: Option<Date>,
    #[command(flatten)]
    pub(super) place: PlaceArguments,
}

#[derive(Debug, Args)]
pub(super) struct ShareArguments {
    /// Which credential
    pub(super) id: String,
    /// With whom
    pub(super) name: String,
    /// The first day [default: today]
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(super) since: Option<Date>,
    /// The last day
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(super) until: Option<Date>,
    #[command(flatten)]
    pub(super) place: PlaceArguments,
}

#[derive(Debug, Args)]
pub(super) struct RevokeArguments {
    /// Which credential
    pub(super) id: String,
    /// The day it was switched off [default: today]
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(super) on: Option<Date>,
    #[command(flatten)]
    pub(super) place: PlaceArguments,
}

#[derive(Debug, Args)]
pub(super) struct LeftArguments {
    /// Who left, as written in the ledger
    pub(super) name: String,
    /// The first day without access [default: today]
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(super) on: Option<Date>,
    #[command(flatten)]
    pub(super) place: PlaceArguments,
}

#[derive(Debug, Args)]
pub(super) struct CheckArguments {
    /// The format on standard output
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Human)]
    pub(super) format: Format,
    /// Exit with 1 from this severity on [default: medium]
    #[arg(long, value_name = "SEVERITY", value_parser = fail_on)]
    pub(super) fail_on: Option<FailOn>,
    #[command(flatten)]
    pub(super) place: PlaceArguments,
}

#[derive(Debug, Args)]
pub(super) struct ListArguments {
    /// The format on standard output
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Human)]
    pub(super) format: Format,
    #[command(flatten)]
    pub(super) place: PlaceArguments,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
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
