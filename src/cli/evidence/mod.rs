//! `kagiban evidence`: writes the record of an audit, and keeps the run history.

mod redaction;
mod run_history;
mod scope;

pub(super) use run_history::{Place, history};

use std::io::{self, Write as _};

use super::args::ScanArguments;
use super::args::evidence::{EvidenceArguments, EvidenceCommand, Format};
use super::audit;
use super::exit::Exit;
use super::failure::Failure;
use super::sinks::parties;
use crate::evidence::{Found, Record, blocks};
use crate::lang::{AboutEvidence, Message};
use crate::report::{Context, TakeoverFormat, terminal};
use crate::settings::AppClass;

pub(super) fn run(arguments: &EvidenceArguments) -> Result<Exit, Failure> {
    match &arguments.command {
        Some(EvidenceCommand::Append(append)) => run_history::append(append),
        Some(EvidenceCommand::Verify(verify)) => run_history::verify(verify),
        None => record(arguments),
    }
}

/// Audits, and writes the record of it.
fn record(arguments: &EvidenceArguments) -> Result<Exit, Failure> {
    let scan = ScanArguments {
        history: arguments.history,
        ..ScanArguments::of_people(
            vec![arguments.path.clone()],
            arguments.no_progress,
            arguments.input.clone(),
            arguments.people.clone(),
        )
    };
    let audit::Audited { plan, report, facts, is_whole, .. } = audit::audited_whole(&scan)?;
    let place = Place::of(&arguments.path)?;
    let history = history(&place)?.unwrap_or_default();
    let whole = is_whole && !plan.is_narrowed && plan.settings.min_severity.is_none();
    let scope = scope::scope(&arguments.path, &report, &plan.rules, whole);
    let record = Record::new(Found {
        report: &report,
        catalogue: plan.rules.catalogue(),
        scope: &scope,
        whole,
        ledger: &plan.ledger,
        is_public_app: plan.settings.own.app_class == Some(AppClass::Public),
        parties: &parties(&facts),
        history: &history,
        today: plan.clock.today(),
    });
    let json = serde_json::to_string_pretty(&record).map_err(io::Error::other)?;
    let json = format!("{}\n", terminal::visible_json(&json));
    let context = Context {
        catalogue: plan.rules.catalogue(),
        lang: plan.lang,
        width: None,
        color: false,
        links: None,
    };
    let drawn = |format: TakeoverFormat| -> Result<String, Failure> {
        let mut out = Vec::new();
        format.draw(&blocks(&record, &context), &context, &mut out)?;
        String::from_utf8(out).map_err(|error| Failure::Output(io::Error::other(error)))
    };
    let text = match arguments.format {
        Format::Json => json.clone(),
        Format::Markdown => drawn(TakeoverFormat::Markdown)?,
        Format::Html => drawn(TakeoverFormat::Html)?,
    };
    // Whatever the form, the facts are those of the JSON record.
    let seen = redaction::seen_in("evidence.json", &json, &plan.rules)
        .or_else(|| redaction::seen_in_page(&text, &plan.rules));
    if let Some(rules) = seen {
        return Err(Failure::with_help(
            Message::from(AboutEvidence::WouldLeak { rules: &rules.join(", ") }).say(plan.lang),
            Message::from(AboutEvidence::WouldLeakHelp).say(plan.lang),
        ));
    }
    let mut out = io::BufWriter::new(io::stdout().lock());
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::Output(error)),
        _ if report.coverage().is_complete() => Ok(Exit::Clean),
        _ => Ok(Exit::Incomplete),
    }
}
