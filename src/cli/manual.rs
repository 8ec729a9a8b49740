//! `kagiban man`: the manual, as roff.

use std::io::{self, Write as _};

use super::args::command;
use super::exit::Exit;
use super::failure::Failure;

/// Prints the page of the program, or of one of its commands.
pub(super) fn run(path: &[String]) -> Result<Exit, Failure> {
    let mut page = command();
    page.build();
    for name in path {
        let Some(found) = page.find_subcommand(name) else {
            return Err(Failure::with_help(
                format!("there is no command `{name}`"),
                "`kagiban --help` names every command",
            ));
        };
        page = found.clone();
    }
    let mut text = Vec::new();
    clap_mangen::Man::new(page).render(&mut text)?;
    io::stdout().lock().write_all(&text)?;
    Ok(Exit::Clean)
}
