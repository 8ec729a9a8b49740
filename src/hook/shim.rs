//! The scripts that git runs: POSIX sh, nothing else.

use std::fmt::Write as _;
use std::path::Path;

use super::{COMMIT_MSG, Hook, PRE_COMMIT, PRE_PUSH};
use crate::lang::{AboutHook, HookSays, Lang, Message};
use crate::model::Fingerprint;

/// What begins the second line. Behind it stands a name of all that follows, so that a hook that
/// was changed by hand is no longer taken for Kagiban's.
const MARK: &str = "# kagiban:hook ";

/// What somebody with a hook of their own adds to it.
pub const BY_HAND: &str = "kagiban hook run || exit 1";

/// What is added to the name of a hook that was there before, and is run first.
pub(super) const BEFORE: &str = ".before-kagiban";

/// Where programs are installed that a graphical client has not on its PATH.
const FOLDERS: &[&str] = &["$HOME/.cargo/bin", "$HOME/.local/bin", "/opt/homebrew/bin", "/usr/local/bin"];

/// A hook as text.
#[derive(Debug, Clone)]
pub struct Shim {
    text: String,
}

impl Shim {
    /// Writes the script of a hook. It runs the program on PATH, and where there is none, as in a
    /// graphical client, `program` or the one in a usual folder.
    #[must_use]
    pub fn new(hook: Hook, program: Option<&Path>) -> Self {
        let say = "# Written by `kagiban hook install`; `kagiban hook uninstall` removes it.\n\
                   say() {\n    \
                       case ${LC_ALL:-${LC_MESSAGES:-${LANG:-}}} in\n    \
                       ja*) printf 'kagiban: %s\\n' \"$2\" >&2 ;;\n    \
                       *) printf 'kagiban: %s\\n' \"$1\" >&2 ;;\n    \
                       esac\n\
                   }\n";
        let rest = match hook {
            PRE_PUSH => format!("{}{}{}", before_push(), program_found(program), push()),
            COMMIT_MSG => format!("{}{}", before(), message()),
            _ => {
                format!("{}{}{}{}", before(), skip(), program_found(program), "exec \"$kagiban\" hook run\n")
            }
        };
        let body = format!("{say}{rest}");
        Self { text: format!("#!/bin/sh\n{MARK}{} {}\n{body}", hook.name, named(&body)) }
    }

    /// Returns the script.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// The hook that was there before has the first word: it may still change what is staged.
fn before() -> String {
    format!("before=$0{BEFORE}\nif [ -x \"$before\" ]; then\n    \"$before\" \"$@\" || exit\nfi\n")
}

/// As [`before`]; what git says on standard input is for both.
fn before_push() -> String {
    format!(
        "pushed=$(cat)\n\
         before=$0{BEFORE}\n\
         if [ -x \"$before\" ]; then\n    \
             printf '%s\\n' \"$pushed\" | \"$before\" \"$@\" || exit\n\
         fi\n\
         if [ -n \"${{KAGIBAN_SKIP:-}}\" ]; then\n    \
             say {skipped}\n    \
             exit 0\n\
         fi\n",
        skipped = said(HookSays::PushSkipped),
    )
}

/// A skip leaves a trace in the commit, or there is none.
fn skip() -> String {
    format!(
        "if [ -n \"${{KAGIBAN_SKIP:-}}\" ]; then\n    \
             keeper=${{0%{pre_commit}}}{commit_msg}\n    \
             if [ -x \"$keeper\" ] && grep -q '^{MARK}{commit_msg} ' \"$keeper\"; then\n        \
                 say {skipped}\n        \
                 exit 0\n    \
             fi\n    \
             say {unkept}\n\
         fi\n",
        pre_commit = PRE_COMMIT.name,
        commit_msg = COMMIT_MSG.name,
        skipped = said(HookSays::CommitSkipped),
        unkept = said(HookSays::SkipNotKept),
    )
}

fn program_found(program: Option<&Path>) -> String {
    let program = program.and_then(Path::to_str).unwrap_or_default().replace('\\', "/");
    let folders = FOLDERS.iter().fold(String::new(), |mut folders, folder| {
        // A string takes any text.
        let _ = write!(folders, " \"{folder}/kagiban\"");
        folders
    });
    format!(
        "for kagiban in \"$(command -v kagiban)\" {program}{folders}; do\n    \
             if [ -f \"$kagiban\" ] && [ -x \"$kagiban\" ]; then break; fi\n    \
             kagiban=\n\
         done\n\
         if [ -z \"$kagiban\" ]; then\n    \
             say {gone}\n    \
             exit 1\n\
         fi\n",
        program = quoted(&program),
        gone = said(HookSays::ProgramGone),
    )
}

/// Keeps the reason of a skip, unless the message is empty and git is about to give up.
fn message() -> String {
    "[ -n \"${KAGIBAN_SKIP:-}\" ] || exit 0\n\
     sed '/^. -* >8 -*$/,$d' \"$1\" | git stripspace --strip-comments | grep -q . || exit 0\n\
     reason=$(printf '%s' \"$KAGIBAN_SKIP\" | tr '\\n\\r\\t' '   ')\n\
     git interpret-trailers --in-place --if-exists addIfDifferent --trailer \"Kagiban-Skip: $reason\" \"$1\"\n"
        .to_owned()
}

/// A branch that the remote has is audited from there on, a new one from where it left what the
/// remote is known to have.
fn push() -> String {
    format!(
        "while read -r _ new _ old; do\n    \
             case $new in *[!0]*) ;; *) continue ;; esac\n    \
             case $old in *[!0]*) git cat-file -e \"$old^{{commit}}\" 2>/dev/null || old= ;; *) old= ;; esac\n    \
             if [ -z \"$old\" ]; then\n        \
                 known=$(git for-each-ref --format='%(objectname)' \"refs/remotes/$1/\")\n        \
                 # The ids are words of their own.\n        \
                 # shellcheck disable=SC2086\n        \
                 [ -z \"$known\" ] || old=$(git merge-base \"$new\" $known)\n    \
             fi\n    \
             \"$kagiban\" hook run --accept-new-allows --range \"${{old:-{nothing}}}..$new\" </dev/null || exit 1\n\
         done <<EOF\n\
         $pushed\n\
         EOF\n",
        nothing = "0".repeat(40),
    )
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
    commands.any(|line| line.contains("kagiban") && (line.contains("--staged") || line.contains("hook run")))
}

fn named(body: &str) -> String {
    Fingerprint::of(&[body.as_bytes()]).to_string()
}

/// A sentence in each language, as arguments.
fn said(says: HookSays) -> String {
    Lang::ALL.iter().fold(String::new(), |mut arguments, lang| {
        let separator = if arguments.is_empty() { "" } else { " " };
        let sentence = quoted(&Message::from(AboutHook::Says(says)).say(*lang));
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
    use super::super::ALL;
    use super::*;

    #[test]
    fn a_script_is_known_again_until_it_is_changed() {
        for program in [None, Some(Path::new("/opt/a b/it's/kagiban"))] {
            for hook in ALL {
                let shim = Shim::new(hook, program);
                assert!(is_own(shim.text()));
                assert!(!is_own(&format!("{}echo more\n", shim.text())));
                assert!(!is_own(&shim.text().replace("exit", "true")));
            }
            assert!(calls(Shim::new(PRE_COMMIT, program).text()));
        }
        assert!(!is_own("") && !is_own("#!/bin/sh\n") && !is_own("#!/bin/sh\n# kagiban:hook pre-commit\n"));
    }

    #[test]
    fn what_is_to_be_added_by_hand_is_known_as_a_call() {
        assert!(calls(&format!("#!/bin/bash\nmake lint\n{BY_HAND}\n")));
        assert!(calls("kagiban scan --staged --fail-on high || exit 1\n"));
        assert!(!calls(&format!("#!/bin/bash\n# {BY_HAND}\nmake lint\n")));
    }

    #[test]
    fn paths_are_one_word() {
        assert_eq!(quoted("it's $(here)"), r"'it'\''s $(here)'");
    }
}
