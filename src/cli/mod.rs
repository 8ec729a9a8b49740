//! Arguments as typed become a plan as meant, and a plan becomes an exit code.

mod answers;
mod args;
mod audit;
mod base;
mod baseline;
mod catalogue;
mod clock;
mod evidence;
mod exit;
mod failure;
mod fleet;
mod hook;
mod init;
mod input;
mod ledger;
mod lsp;
mod manual;
mod output;
mod plan;
mod progress;
mod range;
mod saved;
mod state;
mod trust;
mod takeover;
mod sinks;

use std::io::{self, Write as _};
use std::panic;
use std::process::ExitCode;

use clap::Parser as _;
use clap::error::ErrorKind;

use crate::model::random_masked;
pub use args::command;
use args::{Arguments, Command};
pub use exit::Exit;
use failure::Failure;

/// Runs the program and returns its exit code.
#[must_use]
pub fn run() -> ExitCode {
    keep_panics_silent();
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return explained(&error),
    };
    match carried_out(arguments.command) {
        Ok(exit) => exit.into(),
        Err(failure) if failure.is_broken_pipe() => Exit::Clean.into(),
        Err(failure) => {
            // A closed standard error leaves nobody to tell.
            let shown = random_masked(&failure.to_string());
            let _ = write!(anstream::stderr().lock(), "{shown}");
            Exit::Failed.into()
        }
    }
}

fn carried_out(command: Command) -> Result<Exit, Failure> {
    match command {
        Command::Scan(arguments) => audit::run(&arguments),
        Command::Sinks(arguments) => sinks::run(&arguments),
        Command::Rules(arguments) => catalogue::rules(&arguments),
        Command::Explain(arguments) => catalogue::explain(&arguments),
        Command::Baseline(arguments) => baseline::run(&arguments),
        Command::Fleet(arguments) => fleet::run(&arguments),
        Command::Report(arguments) => saved::run(&arguments),
        Command::Takeover(arguments) => takeover::run(&arguments),
        Command::Ledger(arguments) => ledger::run(&arguments),
        Command::Hook(arguments) => hook::run(arguments),
        Command::Init(arguments) => init::run(&arguments),
        Command::Lsp(arguments) => lsp::run(arguments),
        Command::Man { command } => manual::run(&command),
        Command::Evidence(arguments) => evidence::run(&arguments),
        Command::Answers(arguments) => answers::run(&arguments),
        Command::Completions { shell } => {
            clap_complete::generate(
                shell,
                &mut command_for_completions(),
                "kagiban",
                &mut io::stdout().lock(),
            );
            Ok(Exit::Clean)
        }
    }
}

fn command_for_completions() -> clap::Command {
    command()
}

/// Prints help, the version or what is wrong with the arguments.
fn explained(error: &clap::Error) -> ExitCode {
    let is_help = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    let said = error.render().to_string();
    // Whoever typed a key where none belongs has shown it to the shell, and need not to a log.
    let safe = if is_help { said.clone() } else { ledger::without_secrets(&said, std::env::args().skip(1)) };
    let _ = if safe == said { error.print() } else { write!(io::stderr().lock(), "{safe}") };
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Exit::Clean.into(),
        _ => Exit::Failed.into(),
    }
}

/// A panic message can quote text of a document, so only its place is told.
fn keep_panics_silent() {
    panic::set_hook(Box::new(|info| {
        let place = info.location().map(|l| format!(" at {}:{}", l.file(), l.line())).unwrap_or_default();
        let _ = writeln!(
            io::stderr().lock(),
            "error: kagiban {} failed{place}; please report this line",
            env!("CARGO_PKG_VERSION")
        );
    }));
}
