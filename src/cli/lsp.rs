//! `kagiban lsp`: judges the documents that an editor has open.

use std::io::Cursor;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use lsp_server::Connection;

use super::args::LspArguments;
use super::audit::of_mode;
use super::base::Base;
use super::exit::Exit;
use super::failure::Failure;
use super::plan::Plan;
use crate::audit::Registry;
use crate::git::Repo;
use crate::lang::Lang;
use crate::lsp::{Auditor, SessionError, serve};
use crate::model::{Finding, Mode, RuleId};
use crate::policy::{Judge, Scope};
use crate::rules::Catalogue;
use crate::scan::{self, Progress};
use crate::source::Stdin;

pub(super) fn run(arguments: LspArguments) -> Result<Exit, Failure> {
    let (connection, threads) = Connection::stdio();
    let shared = arguments.shared();
    let served = serve(&connection, |folder| {
        // Settings are those of the repository's top level, as everywhere.
        let top = Repo::open(folder).ok().and_then(|repo| repo.top().map(Path::to_path_buf));
        let top = top.unwrap_or_else(|| folder.to_path_buf());
        let mut plan = Plan::new(&shared, &Base::on_disk(top.clone()))?;
        plan.selection = of_mode(plan.selection, plan.rules.catalogue(), Mode::Stdin);
        Ok(OpenDocuments { plan, top })
    });
    drop(connection);
    threads.join()?;
    match served {
        Ok(()) => Ok(Exit::Clean),
        Err(SessionError::Auditor(failure)) => Err(failure),
        Err(SessionError::Protocol(said)) => Err(Failure::usage(said)),
    }
}

struct OpenDocuments {
    plan: Plan,
    top: PathBuf,
}

impl Auditor for OpenDocuments {
    fn audit(&self, path: &str, bytes: &[u8]) -> Vec<Finding> {
        let plan = &self.plan;
        let source = Stdin::new(path.to_owned(), Cursor::new(bytes));
        let found = scan::scan(scan::Plan {
            source: &source,
            rules: &plan.rules,
            limits: &plan.limits,
            reads_whole: false,
            progress: &Progress::default(),
            own: &plan.settings.own,
            ledger: &plan.ledger,
            now: plan.clock.now(),
            audits: Registry::get().chosen(|rule| plan.selection.shows(&RuleId::new(rule))),
            exposure: None,
        });
        let judge = Judge {
            catalogue: plan.rules.catalogue(),
            settings: &plan.settings,
            baseline_name: &plan.baseline_name,
            baseline: &plan.baseline,
            inline: &found.inline,
            selection: &plan.selection,
            today: plan.clock.today(),
            scope: Scope::Narrowed,
            also_at_max: plan.limits.also_at_max,
            change: None,
        };
        judge.judge(found.findings).findings
    }

    fn catalogue(&self) -> &Catalogue {
        self.plan.rules.catalogue()
    }

    fn lang(&self) -> Lang {
        self.plan.lang
    }

    fn today(&self) -> Date {
        self.plan.clock.today()
    }

    fn top(&self) -> &Path {
        &self.top
    }
}
