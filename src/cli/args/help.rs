//! What help says after the options.

pub(super) const AFTER_HELP: &str = "\
Examples:
  kagiban scan                      audit the files of this folder
  kagiban scan --history            audit everything that was ever committed
  kagiban scan --range main..HEAD   audit what a branch adds
  kagiban init                      audit every commit and change from now on
  kagiban explain mws-auth-token    what a finding means and what to do

Exit codes: 0 clean and complete, 1 findings, 2 the audit could not be done, 3 incomplete.";

pub(super) const SCAN_HELP: &str = "\
Examples:
  kagiban scan src docs/setup.pdf --lang ja
  kagiban scan --staged --fail-on high
  kagiban scan --range ci --format github --report kagiban.sarif
  kagiban scan --only leak --report findings.html
  pbpaste | kagiban scan --stdin --stdin-path mail.eml

Exit codes: 0 clean and complete, 1 findings, 2 the audit could not be done, 3 incomplete.";

pub(super) const HOOK_HELP: &str = "\
The hook audits what is staged. Findings from high on stop the commit; what could not be audited is
a warning. KAGIBAN_SKIP=reason git commit goes on all the same, and keeps the reason in the commit.";

pub(super) const COMPLETIONS_HELP: &str = "\
Examples:
  kagiban completions bash > ~/.local/share/bash-completion/completions/kagiban
  kagiban completions zsh > \"${fpath[1]}/_kagiban\"
  kagiban completions fish > ~/.config/fish/completions/kagiban.fish
  kagiban completions powershell >> $PROFILE";

pub(super) const MAN_HELP: &str = "\
Examples:
  kagiban man > ~/.local/share/man/man1/kagiban.1
  kagiban man scan | man -l -";
