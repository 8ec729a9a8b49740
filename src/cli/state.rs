//! Which state is audited: files as they are, what is staged, commits, or all of a history.

use super::args::ScanArguments;
use super::failure::Failure;
use super::input::{Input, history, staged, standard_input};
use super::range;

/// Opens what the arguments name.
pub(super) fn input(arguments: &ScanArguments) -> Result<Input, Failure> {
    if arguments.stdin {
        return standard_input(arguments);
    }
    if arguments.staged {
        return staged(arguments);
    }
    if arguments.history {
        return history(arguments);
    }
    if let Some(spec) = &arguments.range {
        return range::input(arguments, spec);
    }
    if let Some(time) = arguments.since {
        return range::since(arguments, time);
    }
    Input::files(arguments)
}
