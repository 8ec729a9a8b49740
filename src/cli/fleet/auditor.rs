//! The audit of one repository of a fleet, and what it stands on.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use super::super::args::FleetArguments;
use super::super::audit::{Means, reported};
use super::super::base::Base;
use super::super::clock::Clock;
use super::super::failure::Failure;
use super::super::plan::{baseline, rule_set, settings};
use super::scan_of;
use crate::fleet::{Auditor, Here, folder_state, is_bare, is_repository};
use crate::git::Repo;
use crate::lang::Lang;
use crate::model::{Mode, random_masked, reason};
use crate::report::Context;
use crate::report::wire::{WireReport, WireTool};
use crate::scan::Progress;

/// Audits as the command line says.
pub(super) struct Own<'a> {
    pub(super) arguments: &'a FleetArguments,
    pub(super) means: Means,
    pub(super) lang: Lang,
    pub(super) clock: Clock,
}

impl Own<'_> {
    fn is_history(&self, folder: &Path) -> bool {
        is_repository(folder)
            && (self.arguments.history || (is_bare(folder) && !folder.join(".git").exists()))
    }

    fn rules_digest(&self) -> String {
        self.means.rules.as_ref().map(|rules| rules.catalogue().digest().to_owned()).unwrap_or_default()
    }

    /// The options that results depend on, and the program.
    fn options(&self) -> String {
        let (judgement, input) = (&self.arguments.shared.judgement, &self.arguments.shared.input);
        format!(
            "{} {} {:?} {:?} {:?} {} {} {}",
            env!("CARGO_PKG_VERSION"),
            self.rules_digest(),
            judgement.min_severity,
            judgement.only,
            judgement.skip,
            judgement.identifiers,
            input.max_file_size,
            self.lang.as_str(),
        )
    }

    /// Adds what settings say and where they lead.
    fn add_settings(&self, folder: &Path, hash: &mut Sha256) -> Result<(), Failure> {
        let input = &self.arguments.shared.input;
        let base = Base::on_disk(folder.to_path_buf());
        let settings = settings(input, &base)?;
        if !settings.rules.is_empty() {
            hash.update(rule_set(&input.rules, &settings, &base)?.catalogue().digest());
        }
        let (_, of_baseline) = baseline(input, &settings, &base)?;
        for path in input.config.iter().chain([&of_baseline]) {
            hash.update(fs::read(path).unwrap_or_default());
            hash.update([0]);
        }
        // Settings, baseline, ledger: whatever is Kagiban's own at the top level.
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let mut own: Vec<_> = entries.map(|entry| entry.file_name()).collect();
        own.retain(|name| name.as_encoded_bytes().starts_with(b"kagiban"));
        own.sort();
        for name in own {
            hash.update(name.as_encoded_bytes());
            hash.update([0]);
            hash.update(fs::read(folder.join(&name)).unwrap_or_default());
            hash.update([0]);
        }
        Ok(())
    }
}

impl Auditor for Own<'_> {
    fn stands_on(&self, here: &Here<'_>) -> Result<String, String> {
        let is_history = self.is_history(&here.folder);
        let mut hash = Sha256::new();
        hash.update(self.options());
        if is_repository(&here.folder) {
            let repo = Repo::open(&here.folder).map_err(|error| said(&error))?;
            hash.update(repo.standing(is_history).map_err(|error| said(&error))?);
        }
        if !is_history {
            let state = folder_state(&here.folder).map_err(|error| reason(&error))?;
            hash.update(state);
        }
        self.add_settings(&here.folder, &mut hash).map_err(|failure| said(&failure))?;
        let mode = if is_history { "history" } else { "worktree" };
        Ok(hash.finalize().iter().fold(format!("{mode}:"), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        }))
    }

    fn audit(&self, here: &Here<'_>, progress: &Arc<Progress>) -> Result<WireReport, String> {
        let scan = scan_of(self.arguments, &here.folder, self.is_history(&here.folder));
        let means = Means {
            pool: Arc::clone(&self.means.pool),
            progress: Arc::clone(progress),
            is_shown: false,
            rules: self.means.rules.clone(),
            in_flight_bytes_max: self.means.in_flight_bytes_max,
        };
        let (plan, report) = reported(&scan, &means).map_err(|failure| said(&failure))?;
        let context = Context {
            catalogue: plan.rules.catalogue(),
            lang: self.lang,
            width: None,
            color: false,
            links: None,
        };
        Ok(WireReport::new(&report, &context))
    }

    fn tool(&self) -> WireTool {
        WireTool {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            rules_digest: self.rules_digest(),
        }
    }

    fn about(&self) -> (&'static str, String) {
        let mode = if self.arguments.history { Mode::History } else { Mode::Worktree };
        (mode.as_str(), self.clock.started_at())
    }

    fn today(&self) -> String {
        self.clock.today().to_string()
    }
}

/// Why it could not be done, in one line.
fn said(error: &impl ToString) -> String {
    let text = error.to_string();
    let line = text.lines().next().unwrap_or_default().trim_start_matches("error: ");
    random_masked(line).as_str().to_owned()
}
