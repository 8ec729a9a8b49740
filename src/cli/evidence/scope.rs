//! What was audited, as a record says it.

use std::path::Path;

use crate::evidence::{Scope, SeenRef};
use crate::git::{RefKind, Repo};
use crate::model::Report;
use crate::report::wire::{WireScan, WireSkipped};
use crate::rules::RuleSet;
use crate::scan::safe_path;

/// References that a record names.
const REFS_MAX: usize = 1_000;

/// Puts together what the audit and the repository say; a folder without one has no references.
pub(super) fn scope(path: &Path, report: &Report, rules: &RuleSet, whole: bool) -> Scope {
    let WireScan { mode, files, bytes, commits, elapsed_ms, complete, limited, skipped, .. } =
        WireScan::new(report);
    let masked = |skipped: WireSkipped| WireSkipped { path: safe_path(&skipped.path, rules), ..skipped };
    let skipped = skipped.into_iter().map(masked).collect();
    let mut scope = Scope {
        mode,
        commits,
        files,
        bytes,
        elapsed_ms,
        whole,
        complete,
        limited,
        skipped,
        ..Scope::default()
    };
    let Ok(repo) = Repo::open(path) else { return scope };
    scope.head = repo.head().ok().flatten().map(|id| id.hex().to_string());
    scope.shallow = !repo.shallow().is_empty();
    let remotes = repo.remotes().unwrap_or_default();
    scope.remotes = remotes.iter().map(|remote| safe_path(&remote.shown, rules)).collect();
    let refs = repo.refs().unwrap_or_default();
    let named: Vec<_> = refs.iter().filter(|reference| reference.kind != RefKind::Head).collect();
    scope.refs_total = named.len();
    scope.refs = named
        .into_iter()
        .take(REFS_MAX)
        .map(|reference| SeenRef {
            name: safe_path(&reference.name, rules),
            target: reference.target.hex().to_string(),
        })
        .collect();
    scope
}
