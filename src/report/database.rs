//! Findings as a SQLite database, for queries over many repositories. docs/fleet.md describes it.

use std::fs;
use std::path::Path;

use rusqlite::{Connection, Statement, Transaction, params};

use super::Context;
use super::wire::{WireAlsoAt, WireFinding, WireFleet, WireLocation, WireTool};
use crate::model::Report;

/// The tables; `user_version` is the version of this form.
const SCHEMA: &str = "
PRAGMA user_version = 1;
CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE repositories (
  root INTEGER PRIMARY KEY, id TEXT NOT NULL, at TEXT NOT NULL, client TEXT, state TEXT NOT NULL, error TEXT);
CREATE TABLE findings (
  finding INTEGER PRIMARY KEY, root INTEGER NOT NULL, fingerprint TEXT NOT NULL, rule TEXT NOT NULL,
  family TEXT NOT NULL, severity TEXT NOT NULL, severity_rank INTEGER NOT NULL, confidence TEXT NOT NULL,
  title TEXT NOT NULL, message TEXT NOT NULL, redacted TEXT, secret_length INTEGER, bundle TEXT,
  counts INTEGER NOT NULL, exposure TEXT, ignored_by TEXT, first_commit TEXT, first_seen TEXT, age_days INTEGER,
  commits INTEGER, authors INTEGER, at_head INTEGER);
CREATE TABLE places (
  finding INTEGER NOT NULL REFERENCES findings, ordinal INTEGER NOT NULL, root INTEGER NOT NULL,
  kind TEXT NOT NULL, path TEXT, inner_path TEXT, line INTEGER, \"column\" INTEGER, cell TEXT,
  \"commit\" TEXT, object TEXT, rule TEXT, PRIMARY KEY (finding, ordinal));
CREATE TABLE labels (
  finding INTEGER NOT NULL REFERENCES findings, kind TEXT NOT NULL, value TEXT NOT NULL);
CREATE TABLE suppressed (
  fingerprint TEXT NOT NULL, rule TEXT NOT NULL, path TEXT NOT NULL, \"by\" TEXT NOT NULL, owner TEXT,
  reason TEXT, until TEXT);
CREATE TABLE skipped (path TEXT NOT NULL, reason TEXT NOT NULL, complete INTEGER NOT NULL);
CREATE TABLE across (
  across INTEGER PRIMARY KEY, kind TEXT NOT NULL, what TEXT NOT NULL, rule TEXT NOT NULL, fingerprint TEXT,
  clients INTEGER NOT NULL);
CREATE TABLE across_repositories (across INTEGER NOT NULL REFERENCES across, root INTEGER NOT NULL);
CREATE INDEX findings_by_rule ON findings (rule, severity_rank);
CREATE INDEX findings_by_fingerprint ON findings (fingerprint);
CREATE INDEX labels_by_value ON labels (kind, value);
";

/// Writes the report as a database; one that is there is replaced when the new one is whole.
///
/// # Errors
/// When it cannot be written; the text says why.
pub fn write_database(report: &Report, context: &Context<'_>, file: &Path) -> Result<(), String> {
    let name = file.file_name().ok_or("it is no file")?;
    let unfinished = file.with_file_name(format!(".{}.part", name.to_string_lossy()));
    // What an earlier run left when it was ended.
    let _ = fs::remove_file(&unfinished);
    let written = filled(report, context, &unfinished).map_err(|error| error.to_string());
    let moved = written.and_then(|()| fs::rename(&unfinished, file).map_err(|error| error.to_string()));
    moved.inspect_err(|_| drop(fs::remove_file(&unfinished)))
}

fn filled(report: &Report, context: &Context<'_>, file: &Path) -> rusqlite::Result<()> {
    let mut connection = Connection::open(file)?;
    // It is moved into its place when it is whole, so nothing of it need be undone.
    connection.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")?;
    let transaction = connection.transaction()?;
    transaction.execute_batch(SCHEMA)?;
    about(report, &transaction)?;
    repositories(report, &transaction)?;
    findings(report, context, &transaction)?;
    for suppressed in report.suppressed() {
        let by = super::wire::WireSuppressed::new(suppressed);
        let name = serde_json::to_value(by.by).ok().and_then(|by| by.as_str().map(str::to_owned));
        transaction.execute(
            "INSERT INTO suppressed VALUES (?, ?, ?, ?, ?, ?, ?)",
            params![by.fingerprint, by.rule.as_str(), by.path, name, by.owner, by.reason, by.until],
        )?;
    }
    for problem in &report.coverage().skipped {
        let (path, reason) = (&problem.path, problem.reason);
        transaction.execute(
            "INSERT INTO skipped VALUES (?, ?, ?)",
            params![path, reason.as_str(), !reason.is_incomplete()],
        )?;
    }
    transaction.commit()?;
    connection.close().map_err(|(_, error)| error)
}

fn about(report: &Report, transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    let tool = WireTool::new(report);
    let (facts, complete) = (report.facts(), report.coverage().is_complete());
    for (key, value) in [
        ("version", tool.version.as_str()),
        ("rules_digest", tool.rules_digest.as_str()),
        ("mode", facts.mode.as_str()),
        ("started_at", facts.started_at.as_str()),
        ("complete", if complete { "1" } else { "0" }),
    ] {
        transaction.execute("INSERT INTO about VALUES (?, ?)", [key, value])?;
    }
    Ok(())
}

fn repositories(report: &Report, transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    let mut insert = transaction.prepare("INSERT INTO repositories VALUES (?, ?, ?, ?, ?, ?)")?;
    let Some(fleet) = report.fleet().map(WireFleet::new) else {
        for (root, at) in report.facts().roots.iter().enumerate() {
            insert.execute(params![root as i64, at, at, None::<String>, "audited", None::<String>])?;
        }
        return Ok(());
    };
    for member in &fleet.repositories {
        insert.execute(params![
            member.root,
            member.id,
            member.at,
            member.client,
            member.state,
            member.error
        ])?;
    }
    for (number, across) in fleet.across.iter().enumerate() {
        let number = number as i64;
        transaction.execute(
            "INSERT INTO across VALUES (?, ?, ?, ?, ?, ?)",
            params![
                number,
                across.kind,
                across.what,
                across.rule.as_str(),
                across.fingerprint,
                across.clients as i64
            ],
        )?;
        for member in across.repositories.iter().filter_map(|member| fleet.repositories.get(*member)) {
            transaction
                .execute("INSERT INTO across_repositories VALUES (?, ?)", params![number, member.root])?;
        }
    }
    Ok(())
}

fn findings(report: &Report, context: &Context<'_>, transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    let mut insert = transaction.prepare(
        "INSERT INTO findings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?;
    let mut places = transaction.prepare("INSERT INTO places VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")?;
    let mut labels = transaction.prepare("INSERT INTO labels VALUES (?, ?, ?)")?;
    for (number, finding) in report.findings().iter().enumerate() {
        let (number, wire) = (number as i64, WireFinding::new(finding, context));
        let exposure = wire.exposure.clone().unwrap_or_default();
        insert.execute(params![
            number,
            wire.location.root,
            wire.fingerprint,
            wire.rule.as_str(),
            wire.family.as_str(),
            wire.severity.as_str(),
            wire.severity as i64,
            wire.confidence.as_str(),
            wire.title,
            wire.message,
            wire.secret.as_ref().map(|secret| secret.redacted.as_str()),
            wire.secret.as_ref().and_then(|secret| secret.length).map(|length| length as i64),
            wire.bundle,
            finding.counts(),
            exposure.state,
            exposure.ignored_by,
            exposure.first_commit,
            exposure.first_seen,
            exposure.age_days.map(|days| days as i64),
            exposure.commits.map(|count| count as i64),
            exposure.authors.map(|count| count as i64),
            exposure.at_head,
        ])?;
        let own = WireAlsoAt { location: wire.location, rule: None };
        for (ordinal, also) in std::iter::once(&own).chain(&wire.also_at).enumerate() {
            place(number, ordinal, also, &mut places)?;
        }
        let of = |kind: &'static str, values: Vec<String>| values.into_iter().map(move |value| (kind, value));
        let tags = wire.tags.iter().map(|tag| tag.as_str().to_owned()).collect();
        let labelled =
            of("tag", tags).chain(of("policy", wire.policy)).chain(of("remediation", wire.remediation));
        for (kind, value) in labelled.chain(of("remote", exposure.remotes)) {
            labels.execute(params![number, kind, value])?;
        }
    }
    Ok(())
}

fn place(number: i64, ordinal: usize, also: &WireAlsoAt, insert: &mut Statement<'_>) -> rusqlite::Result<()> {
    let WireLocation { kind, root, path, inner, line, column, cell, commit, object, .. } = &also.location;
    let kind = serde_json::to_value(kind).ok().and_then(|kind| kind.as_str().map(str::to_owned));
    let inner = Some(inner.join(" > ")).filter(|inner| !inner.is_empty());
    let [line, column] = [line, column].map(|number| number.map(|number| number as i64));
    let rule = also.rule.as_ref().map(|rule| rule.as_str());
    insert.execute(params![
        number,
        ordinal as i64,
        root,
        kind,
        path,
        inner,
        line,
        column,
        cell,
        commit,
        object,
        rule
    ])?;
    Ok(())
}
