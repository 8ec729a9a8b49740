//! Arguments of `kagiban hook`, `init` and `lsp`.

use std::path::PathBuf;

use clap::builder::TypedValueParser;
use clap::{Args, Subcommand};

use super::{InputArguments, PeopleArguments, ScanArguments, SharedArguments};
use crate::model::Severity;
use crate::settings::FailOn;
use crate::setup::Platform;

#[derive(Debug, Args)]
pub(in crate::cli) struct HookArguments {
    #[command(subcommand)]
    pub(in crate::cli) command: HookCommand,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum HookCommand {
    /// Write the hooks; one that is there already is kept and run first
    Install(InstallArguments),
    /// Remove the hooks that are Kagiban's, and put back those that were there before
    Uninstall(PeopleArguments),
    /// Say whether commits are audited: exit code 0 if they are, 1 if not
    Status(PeopleArguments),
    /// Audit as the hook does: what is staged, from high on; what is incomplete only warns
    Run(Box<HookRunArguments>),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct LspArguments {
    /// Speak on standard input and output, which it does anyway; editors give it
    #[arg(long)]
    pub(in crate::cli) stdio: bool,
    #[command(flatten)]
    pub(in crate::cli) input: InputArguments,
    #[command(flatten)]
    pub(in crate::cli) people: PeopleArguments,
}

impl LspArguments {
    /// The judgement of open documents.
    pub(in crate::cli) fn shared(self) -> SharedArguments {
        SharedArguments::of(self.input, self.people)
    }
}

#[derive(Debug, Args)]
pub(in crate::cli) struct InitArguments {
    /// The platform that runs the checks, instead of the one in use (repeatable)
    #[arg(long, value_name = "NAME", value_parser = platforms())]
    pub(in crate::cli) ci: Vec<CiChoice>,
    #[command(flatten)]
    pub(in crate::cli) people: PeopleArguments,
}

/// A platform as chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) struct CiChoice(pub(in crate::cli) Platform);

fn platforms() -> impl clap::builder::TypedValueParser<Value = CiChoice> {
    let names = clap::builder::PossibleValuesParser::new(Platform::ALL.map(Platform::id));
    TypedValueParser::try_map(names, |name| {
        let platform = Platform::ALL.into_iter().find(|platform| platform.id() == name);
        platform.map(CiChoice).ok_or("there is no such platform")
    })
}

#[derive(Debug, Args)]
pub(in crate::cli) struct InstallArguments {
    /// Also audit what is pushed
    #[arg(long)]
    pub(in crate::cli) pre_push: bool,
    #[command(flatten)]
    pub(in crate::cli) people: PeopleArguments,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct HookRunArguments {
    /// What a hook manager names: when not all of it is staged, these files are audited
    #[arg(value_name = "FILE")]
    pub(in crate::cli) files: Vec<PathBuf>,
    /// Audit what the commits of A..B add, as before a push
    #[arg(long, value_name = "A..B")]
    pub(in crate::cli) range: Option<String>,
    #[command(flatten)]
    pub(in crate::cli) shared: SharedArguments,
}

impl HookRunArguments {
    /// The audit of what is staged, of a range, or of the files.
    pub(in crate::cli) fn scan(mut self, is_of_files: bool) -> ScanArguments {
        let judgement = &mut self.shared.judgement;
        judgement.fail_on.get_or_insert(FailOn::AtLeast(Severity::High));
        self.shared.output.no_progress = true;
        let is_of_files = is_of_files && self.range.is_none();
        let paths = if is_of_files { self.files } else { vec![PathBuf::from(".")] };
        let staged = self.range.is_none() && !is_of_files;
        ScanArguments { staged, range: self.range, ..ScanArguments::of(paths, self.shared) }
    }
}
