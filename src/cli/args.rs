//! Arguments as typed.

mod answers;
pub(super) mod evidence;
mod help;
mod hooks;
pub(super) mod ledger;
mod takeover;

use std::path::PathBuf;

use clap::{Args, CommandFactory as _, Parser, Subcommand, ValueEnum};
use jiff::Timestamp;

use super::clock::Clock;
use crate::fleet::Shard;
use crate::lang::Lang;
use crate::model::Severity;
use crate::report::REPORTERS;
use crate::settings::FailOn;
pub(super) use answers::AnswersArguments;
use evidence::EvidenceArguments;
use help::{AFTER_HELP, COMPLETIONS_HELP, HOOK_HELP, MAN_HELP, SCAN_HELP};
pub(super) use hooks::{
    HookArguments, HookCommand, HookRunArguments, InitArguments, InstallArguments, LspArguments,
};
use ledger::LedgerArguments;
pub(super) use takeover::TakeoverArguments;

/// Returns the command line's definition, for completions and help tests.
#[must_use]
pub fn command() -> clap::Command {
    Arguments::command()
}

#[derive(Debug, Parser)]
#[command(
    name = "kagiban",
    version,
    about = "Audits credential hygiene for holders of Amazon SP-API and MWS keys",
    long_about = "Kagiban (鍵番) looks in repositories, configuration and documents for leaked Amazon SP-API, MWS, \
                  Login with Amazon and Amazon Pay credentials, and says what to do about them.\n\n\
                  It never shows a secret, uses no network and runs no other program; `hook` and `init` alone ask \
                  git where hooks belong, and `fleet` has it fetch the addresses you list.",
    after_help = AFTER_HELP,
    disable_help_subcommand = true,
    arg_required_else_help = true
)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Audit files and folders
    #[command(after_help = SCAN_HELP)]
    Scan(ScanArguments),
    /// List every outside party that credentials or order data go to
    Sinks(SinksArguments),
    /// List, show and test the rules
    Rules(RulesArguments),
    /// Say what a finding means and what to do, in plain words
    Explain(ExplainArguments),
    /// Accept today's findings, so that only new ones count
    Baseline(BaselineArguments),
    /// Have git audit what is staged before each commit
    #[command(after_help = HOOK_HELP)]
    Hook(HookArguments),
    /// Keep the file that says who holds which key since when, without the keys
    Ledger(LedgerArguments),
    /// Write the report that goes with a project when it changes hands
    Takeover(TakeoverArguments),
    /// Audit many repositories, whole or a shard of them
    Fleet(FleetArguments),
    /// Write the dated record of an audit, and keep the history of all of them
    Evidence(EvidenceArguments),
    /// Answer Amazon's developer profile from measured facts, and say what is missing
    Answers(AnswersArguments),
    /// Show saved JSON reports in another format, or several as one
    Report(ReportArguments),
    /// Give this project settings, the check of its CI platform and the hook; overwrites nothing
    Init(InitArguments),
    /// Audit what an editor has open, over the language server protocol
    Lsp(LspArguments),
    /// Print a completion script
    #[command(after_help = COMPLETIONS_HELP)]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page, of the program or of a command
    #[command(after_help = MAN_HELP)]
    Man {
        /// The command, such as `scan` or `hook install`
        command: Vec<String>,
    },
}

#[derive(Debug, Args)]
pub(super) struct ScanArguments {
    /// Files and folders
    #[arg(default_value = ".", value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    /// Audit what the next commit would contain: the index against HEAD
    #[arg(long, help_heading = "What is audited", conflicts_with_all = ["stdin", "range", "since"])]
    pub(super) staged: bool,
    /// Audit every object of the repository: all commits, branches, tags, notes, stash and leftovers
    #[arg(long, help_heading = "What is audited", conflicts_with_all = ["stdin", "staged", "range", "since"])]
    pub(super) history: bool,
    /// Audit what the commits of A..B add, or what the platform says changed (`ci`)
    #[arg(long, help_heading = "What is audited", value_name = "A..B", conflicts_with_all = ["stdin", "since"])]
    pub(super) range: Option<String>,
    /// Audit what the commits since a time add
    #[arg(long, help_heading = "What is audited", value_name = "TIME", value_parser = Clock::parsed, conflicts_with = "stdin")]
    pub(super) since: Option<Timestamp>,
    /// Audit standard input instead
    #[arg(long, help_heading = "What is audited", conflicts_with = "paths")]
    pub(super) stdin: bool,
    /// The name standard input has in the report
    #[arg(
        long,
        help_heading = "What is audited",
        value_name = "NAME",
        requires = "stdin",
        default_value = "stdin"
    )]
    pub(super) stdin_path: String,
    #[command(flatten)]
    pub(super) shared: SharedArguments,
}

#[derive(Debug, Args)]
pub(super) struct SinksArguments {
    /// Files and folders
    #[arg(default_value = ".", value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    /// The format on standard output
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = SinksFormat::Human)]
    pub(super) format: SinksFormat,
    /// Show no progress
    #[arg(long)]
    pub(super) no_progress: bool,
    #[command(flatten)]
    pub(super) input: InputArguments,
    #[command(flatten)]
    pub(super) people: PeopleArguments,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum SinksFormat {
    /// For people
    Human,
    /// JSON
    Json,
    /// Rows of a spreadsheet, one a place
    Csv,
}

impl SinksArguments {
    /// The audit that finds them.
    pub(super) fn scan(&self) -> ScanArguments {
        ScanArguments::of_people(
            self.paths.clone(),
            self.no_progress,
            self.input.clone(),
            self.people.clone(),
        )
    }
}

impl SharedArguments {
    /// Everything but input and language as it is by default.
    pub(super) fn of(input: InputArguments, people: PeopleArguments) -> Self {
        let output = OutputArguments {
            targets: TargetArguments { format: "human".to_owned(), reports: Vec::new() },
            no_progress: true,
            quiet: false,
            verbose: false,
        };
        Self { output, judgement: JudgementArguments::default(), input, people }
    }
}

impl ScanArguments {
    /// An audit of files and folders for a report of another command.
    pub(super) fn of_people(
        paths: Vec<PathBuf>,
        no_progress: bool,
        input: InputArguments,
        people: PeopleArguments,
    ) -> Self {
        let mut shared = SharedArguments::of(input, people);
        shared.output.no_progress = no_progress;
        Self::of(paths, shared)
    }

    /// The audit of files and folders.
    const fn of(paths: Vec<PathBuf>, shared: SharedArguments) -> Self {
        Self {
            paths,
            staged: false,
            history: false,
            range: None,
            since: None,
            stdin: false,
            stdin_path: String::new(),
            shared,
        }
    }
}

#[derive(Debug, Clone, Args)]
pub(super) struct SharedArguments {
    #[command(flatten)]
    pub(super) output: OutputArguments,
    #[command(flatten)]
    pub(super) judgement: JudgementArguments,
    #[command(flatten)]
    pub(super) input: InputArguments,
    #[command(flatten)]
    pub(super) people: PeopleArguments,
}

#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Output")]
pub(super) struct OutputArguments {
    #[command(flatten)]
    pub(super) targets: TargetArguments,
    /// Show no progress
    #[arg(long)]
    pub(super) no_progress: bool,
    /// Say less: only the report
    #[arg(short, long, conflicts_with = "verbose")]
    pub(super) quiet: bool,
    /// Say more: what took how long
    #[arg(short, long)]
    pub(super) verbose: bool,
}

#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Output")]
pub(super) struct TargetArguments {
    /// The format on standard output
    #[arg(long, value_name = "FORMAT", value_parser = format_names(), default_value = "human")]
    pub(super) format: String,
    /// Also write a report to FILE; its ending is the format (repeatable)
    #[arg(long = "report", value_name = "FILE")]
    pub(super) reports: Vec<PathBuf>,
}

#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Judgement")]
pub(super) struct JudgementArguments {
    /// Exit with 1 from this severity on [default: medium]
    #[arg(long, value_name = "SEVERITY", value_parser = fail_on)]
    pub(super) fail_on: Option<FailOn>,
    /// Leave findings below this severity out of report and exit code
    #[arg(long, value_name = "SEVERITY", value_parser = severity)]
    pub(super) min_severity: Option<Severity>,
    /// Only this rule or family (repeatable)
    #[arg(long, value_name = "RULE")]
    pub(super) only: Vec<String>,
    /// Not this rule or family (repeatable)
    #[arg(long, value_name = "RULE")]
    pub(super) skip: Vec<String>,
    /// Also show identifiers: client ids, seller ids and the like
    #[arg(long)]
    pub(super) identifiers: bool,
    /// In a range, let the comments, allows and baseline entries that its commits add suppress
    #[arg(long)]
    pub(super) accept_new_allows: bool,
    /// Count limits as incomplete (exit code 3)
    #[arg(long)]
    pub(super) strict: bool,
}

#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Input")]
pub(super) struct InputArguments {
    /// More rules: a file or a folder of Kagiban's or gitleaks' rules (repeatable)
    #[arg(long = "rules", value_name = "FILE_OR_DIR")]
    pub(super) rules: Vec<PathBuf>,
    /// The settings [default: kagiban.toml at the top level]
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Accepted findings [default: kagiban-baseline.json at the top level]
    #[arg(long, value_name = "FILE")]
    pub(super) baseline: Option<PathBuf>,
    /// Threads [default: one a core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(super) jobs: Option<u16>,
    /// Largest container that is held whole, such as 64MiB; text has no limit
    #[arg(long, value_name = "SIZE", value_parser = size, default_value = "256MiB")]
    pub(super) max_file_size: u64,
    /// The time to judge by, instead of now
    #[arg(long, value_name = "TIME", value_parser = Clock::parsed)]
    pub(super) now: Option<Timestamp>,
}

#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Language and colour")]
pub(super) struct PeopleArguments {
    /// The language of the report [default: from the locale]
    #[arg(long, value_name = "LANG", value_parser = lang)]
    pub(super) lang: Option<Lang>,
    /// Colour
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = Color::Auto)]
    pub(super) color: Color,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    /// On a terminal
    Auto,
    /// Everywhere
    Always,
    /// Nowhere
    Never,
}

#[derive(Debug, Args)]
pub(super) struct RulesArguments {
    #[command(subcommand)]
    pub(super) command: RulesCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum RulesCommand {
    /// List every rule with its severity
    List(CatalogueArguments),
    /// Show one rule
    Show(ExplainArguments),
    /// Run every rule's own examples
    Test(CatalogueArguments),
    /// Show which clauses of Amazon's policies rules check, and what cannot be checked
    Coverage(CoverageArguments),
}

#[derive(Debug, Args)]
pub(super) struct CoverageArguments {
    /// The format on standard output
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = CoverageFormat::Human)]
    pub(super) format: CoverageFormat,
    #[command(flatten)]
    pub(super) catalogue: CatalogueArguments,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum CoverageFormat {
    /// For people
    Human,
    /// JSON
    Json,
}

#[derive(Debug, Args)]
pub(super) struct CatalogueArguments {
    /// More rules: a file or a folder (repeatable)
    #[arg(long = "rules", value_name = "FILE_OR_DIR")]
    pub(super) rules: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) people: PeopleArguments,
}

#[derive(Debug, Args)]
pub(super) struct ExplainArguments {
    /// The rule's id
    pub(super) id: String,
    #[command(flatten)]
    pub(super) catalogue: CatalogueArguments,
}

#[derive(Debug, Args)]
pub(super) struct BaselineArguments {
    #[command(subcommand)]
    pub(super) command: BaselineCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum BaselineCommand {
    /// Write the findings of a scan to the baseline
    Create(ScanArguments),
    /// Drop entries that no finding needs any more
    Prune(ScanArguments),
}

#[derive(Debug, Args)]
pub(super) struct ReportArguments {
    /// Reports that `--format json` wrote
    #[arg(value_name = "FILE", required_unless_present = "merge")]
    pub(super) files: Vec<PathBuf>,
    /// Join all results that `fleet` left in a folder, or say which shards are missing
    #[arg(long, value_name = "DIR", conflicts_with = "files")]
    pub(super) merge: Option<PathBuf>,
    /// Also write the findings as a SQLite database
    #[cfg(feature = "sqlite")]
    #[arg(long, value_name = "FILE")]
    pub(super) sqlite: Option<PathBuf>,
    #[command(flatten)]
    pub(super) targets: TargetArguments,
    /// Exit with 1 from this severity on [default: medium]
    #[arg(long, value_name = "SEVERITY", value_parser = fail_on)]
    pub(super) fail_on: Option<FailOn>,
    /// Leave findings below this severity out of report and exit code
    #[arg(long, value_name = "SEVERITY", value_parser = severity)]
    pub(super) min_severity: Option<Severity>,
    /// Count limits as incomplete (exit code 3)
    #[arg(long)]
    pub(super) strict: bool,
    #[command(flatten)]
    pub(super) catalogue: CatalogueArguments,
}

#[derive(Debug, Args)]
pub(super) struct FleetArguments {
    /// A list, one path or address a line or as TOML; a folder of repositories; or `-`
    #[arg(value_name = "MANIFEST")]
    pub(super) manifest: PathBuf,
    /// Audit every object of each repository; bare repositories and addresses always are
    #[arg(long)]
    pub(super) history: bool,
    /// Keep results here; a repository that has not changed since its result is not audited again
    #[arg(long, value_name = "DIR")]
    pub(super) results: Option<PathBuf>,
    /// Audit this part only, such as 1/4, or the one the engine's variables say (`auto`)
    #[arg(long, value_name = "I/N", value_parser = shard, requires = "results")]
    pub(super) shard: Option<ShardChoice>,
    /// What tells the tasks of this run from those of others [default: as the engine says]
    #[arg(long, value_name = "NAME", requires = "shard")]
    pub(super) run: Option<String>,
    /// Where repositories of addresses are kept [default: below the cache folder of the user]
    #[arg(long, value_name = "DIR")]
    pub(super) cache: Option<PathBuf>,
    /// Seconds that git may take for a repository
    #[arg(long, value_name = "SECONDS", default_value_t = 3600)]
    pub(super) git_timeout: u32,
    /// Also write the findings as a SQLite database
    #[cfg(feature = "sqlite")]
    #[arg(long, value_name = "FILE")]
    pub(super) sqlite: Option<PathBuf>,
    #[command(flatten)]
    pub(super) shared: SharedArguments,
}

/// Which part of a fleet is audited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ShardChoice {
    /// What the engine's variables say.
    Auto,
    /// This one.
    This(Shard),
}

fn shard(text: &str) -> Result<ShardChoice, String> {
    if text == "auto" { Ok(ShardChoice::Auto) } else { text.parse().map(ShardChoice::This) }
}

fn format_names() -> clap::builder::PossibleValuesParser {
    REPORTERS.iter().map(|reporter| reporter.name()).collect::<Vec<_>>().into()
}

pub(super) fn fail_on(text: &str) -> Result<FailOn, String> {
    if text == "never" {
        return Ok(FailOn::Never);
    }
    severity(text)
        .map(FailOn::AtLeast)
        .map_err(|_| "one of critical, high, medium, low, info, never".to_owned())
}

fn severity(text: &str) -> Result<Severity, String> {
    let known = Severity::DESCENDING.into_iter().find(|severity| severity.as_str() == text);
    known.ok_or_else(|| "one of critical, high, medium, low, info".to_owned())
}

fn lang(text: &str) -> Result<Lang, String> {
    Lang::named(text).ok_or_else(|| "one of en, ja".to_owned())
}

/// Reads a size: a number, alone or with K, M or G (powers of 1024), with or without `iB`.
fn size(text: &str) -> Result<u64, String> {
    let wrong = || "a number of bytes, such as 1048576, 512KiB, 64MiB or 2GiB".to_owned();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at_checked(digits).ok_or_else(wrong)?;
    let factor: u64 = match unit.to_ascii_lowercase().trim_end_matches("ib").trim_end_matches('b') {
        "" => 1,
        "k" => 1 << 10,
        "m" => 1 << 20,
        "g" => 1 << 30,
        _ => return Err(wrong()),
    };
    number.parse::<u64>().ok().and_then(|n| n.checked_mul(factor)).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_holds() {
        command().debug_assert();
    }

    #[test]
    fn sizes_are_read() {
        assert_eq!(size("10"), Ok(10));
        assert_eq!(size("2KiB"), Ok(2048));
        assert_eq!(size("1m"), Ok(1 << 20));
        assert!(size("").is_err() && size("1X").is_err() && size("99999999999G").is_err());
    }
}
