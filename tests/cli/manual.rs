//! Completions and the manual: made of the definition, and read by what they are for.

use std::process::{Command, Output};

fn said(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kagiban")).args(arguments).env_clear().output().unwrap()
}

fn text(arguments: &[&str]) -> String {
    let output = said(arguments);
    assert!(output.status.success(), "{arguments:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Whether a program is there that can read it.
fn reads(program: &str, arguments: &[&str], text: &str) -> Option<bool> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    let output = Command::new(program).args(arguments).arg(file.path()).output().ok()?;
    Some(output.status.success() && output.stderr.is_empty())
}

#[test]
fn every_shell_is_helped() {
    for (shell, program) in [
        ("bash", Some("bash")),
        ("zsh", Some("zsh")),
        ("fish", Some("fish")),
        ("powershell", None),
        ("elvish", None),
    ] {
        let script = text(&["completions", shell]);
        for word in ["staged", "accept-new-allows", "pre-push", "init", "lsp"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
        let is_read = program.and_then(|program| reads(program, &["-n"], &script));
        assert_ne!(is_read, Some(false), "{shell}");
    }
    assert_eq!(said(&["completions", "tcsh"]).status.code(), Some(2));
}

#[test]
fn every_command_has_a_page() {
    let page = text(&["man"]);
    assert!(page.contains(".TH kagiban 1") && page.contains("kagiban\\-scan(1)"), "{page}");
    let definition = kagiban::cli::command();
    for command in definition.get_subcommands() {
        let page = text(&["man", command.get_name()]);
        assert!(page.contains(&format!("kagiban\\-{}", command.get_name())), "{page}");
        assert_ne!(reads("groff", &["-man", "-Tutf8", "-ww"], &page), Some(false), "{page}");
    }
    assert!(text(&["man", "hook", "install"]).contains("\\-\\-pre\\-push"));
    assert!(text(&["man", "scan"]).contains("Examples:"));
    assert_eq!(said(&["man", "nothing"]).status.code(), Some(2));
}
