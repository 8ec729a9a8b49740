//! The script that git runs: POSIX sh, nothing else.

use std::fmt::Write as _;
use std::path::Path;

use super::Hook;
use crate::lang::{AboutHook, Lang, Message};
use crate::model::Fingerprint;

/// What begins the second line. Behind it stands a name of all that follows, so that a hook that
/// was changed by hand is no longer taken for Kagiban's.
const MARK: &str = "# kagiban:hook ";

/// What somebody with a hook of their own adds to it.
pub const BY_HAND: &str = "kagiban scan --staged --fail-on high || [ $? -eq 3 ] || exit 1";

/// A hook as text.
#[derive(Debug, Clone)]
pub struct Shim {
    text: String,
}

impl Shim {
    /// Writes the script of a hook. It runs the program on PATH, and where there is none, as in a
    /// graphical client, `program`.
    #[must_use]
    pub fn new(hook: Hook, program: Option<&Path>) -> Self {
        let program = program.and_then(Path::to_str).unwrap_or_default().replace('\\', "/");
        let body = format!(
            "# Written by `kagiban hook install`; `kagiban hook uninstall` removes it.\n\
             say() {{\n    \
                 case ${{LC_ALL:-${{LC_MESSAGES:-${{LANG:-}}}}}} in\n    \
                 ja*) printf 'kagiban: %s\\n' \"$2\" >&2 ;;\n    \
                 *) printf 'kagiban: %s\\n' \"$1\" >&2 ;;\n    \
                 esac\n\
             }}\n\
             kagiban=$(command -v kagiban) || kagiban={program}\n\
             if ! [ -x \"$kagiban\" ]; then\n    \
                 say {gone}\n    \
                 exit 1\n\
             fi\n\
             \"$kagiban\" scan --staged --fail-on high --no-progress\n\
             case $? in\n\
             0) ;;\n\
             3) say {incomplete} ;;\n\
             *) exit 1 ;;\n\
             esac\n",
            program = quoted(&program),
            gone = said(AboutHook::ProgramGone),
            incomplete = said(AboutHook::Incomplete),
        );
        Self { text: format!("#!/bin/sh\n{MARK}{} {}\n{body}", hook.name, named(&body)) }
    }

    /// Returns the script.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// Tells whether a script is Kagiban's, of whatever version, and nobody changed it.
pub(super) fn is_own(text: &str) -> bool {
    let lines = text.strip_prefix("#!/bin/sh\n").and_then(|rest| rest.split_once('\n'));
    lines.is_some_and(|(mark, body)| {
        let name = mark.strip_prefix(MARK).and_then(|mark| mark.rsplit(' ').next());
        name.is_some_and(|name| name == named(body))
    })
}

/// Tells whether a script calls Kagiban for what is staged.
pub(super) fn calls(text: &str) -> bool {
    let mut commands = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    commands.any(|line| line.contains("kagiban") && line.contains("--staged"))
}

fn named(body: &str) -> String {
    Fingerprint::of(&[body.as_bytes()]).to_string()
}

/// A sentence in each language, as arguments.
fn said(about: AboutHook<'_>) -> String {
    Lang::ALL.iter().fold(String::new(), |mut arguments, lang| {
        let separator = if arguments.is_empty() { "" } else { " " };
        let sentence = quoted(&Message::from(about).say(*lang));
        // A string takes any text.
        let _ = write!(arguments, "{separator}{sentence}");
        arguments
    })
}

/// A word of the shell that stands for `text` and nothing else.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::super::PRE_COMMIT;
    use super::*;

    #[test]
    fn a_script_is_known_again_until_it_is_changed() {
        for program in [None, Some(Path::new("/opt/a b/it's/kagiban"))] {
            let shim = Shim::new(PRE_COMMIT, program);
            assert!(is_own(shim.text()) && calls(shim.text()));
            assert!(!is_own(&format!("{}echo more\n", shim.text())));
            assert!(!is_own(&shim.text().replace("high", "never")));
        }
        assert!(!is_own("") && !is_own("#!/bin/sh\n") && !is_own("#!/bin/sh\n# kagiban:hook pre-commit\n"));
    }

    #[test]
    fn what_is_to_be_added_by_hand_is_known_as_a_call() {
        assert!(calls(&format!("#!/bin/bash\nmake lint\n{BY_HAND}\n")));
        assert!(!calls(&format!("#!/bin/bash\n# {BY_HAND}\nmake lint\n")));
    }

    #[test]
    fn paths_are_one_word() {
        assert_eq!(quoted("it's $(here)"), r"'it'\''s $(here)'");
    }
}
