//! Why an audit could not be done, with what to do about it.

use std::fmt;
use std::io;

use crate::model::reason;
use crate::rules::RuleError;
use crate::settings::Diagnostic;

/// Ends the program with exit code 2.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// Something given on the command line cannot be used.
    Usage {
        /// What is wrong.
        message: String,
        /// What to do.
        help: Option<String>,
    },
    /// The settings have faults.
    Settings(Vec<Diagnostic>),
    /// A rule cannot be read.
    Rule(#[from] RuleError),
    /// A file cannot be read or written.
    File {
        /// The file.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// The output does not take what is written.
    Output(#[from] io::Error),
}

impl Failure {
    pub(super) fn usage(message: impl Into<String>) -> Self {
        Self::Usage { message: message.into(), help: None }
    }

    pub(super) fn with_help(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Usage { message: message.into(), help: Some(help.into()) }
    }

    pub(super) fn file(path: impl fmt::Display, source: io::Error) -> Self {
        Self::File { path: path.to_string(), source }
    }

    /// What is said where it is no failure of the command as a whole.
    pub(super) fn told(&self) -> String {
        let text = self.to_string();
        text.strip_prefix("error: ").map_or_else(|| text.clone(), str::to_owned)
    }

    /// Whether the reader of the output went away, as `head` does.
    pub(super) fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage { message, help } => {
                writeln!(f, "error: {message}")?;
                help.iter().try_for_each(|help| writeln!(f, "  help: {help}"))
            }
            Self::Settings(diagnostics) => diagnostics.iter().try_for_each(|d| writeln!(f, "{d}")),
            Self::Rule(error) => writeln!(f, "error: {error}"),
            Self::File { path, source } => writeln!(f, "error: {path}: {}", reason(source)),
            Self::Output(error) => writeln!(f, "error: cannot write the output: {}", reason(error)),
        }
    }
}
