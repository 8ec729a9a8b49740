//! Saved JSON reports, read back and made one.
//!
//! A report may come from anywhere, so its text passes through the same masking as text of a
//! document. What a report does not hold, such as the lines around a finding, is not there.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::wire::{
    SCHEMA_VERSION, WireAlsoAt, WireEvidence, WireFinding, WireLocation, WireReport, WireSkipped,
};
use crate::model::{
    AlsoAt, Coverage, Evidence, Excerpt, Finding, Fingerprint, Limits, Masked, Mode, Notice, Origin, Place,
    Position, Problem, Region, Report, RuleId, ScanFacts, SecretShown, Severity, Suppressed, random_masked,
    run_masked,
};
use crate::rules::{Catalogue, Match};

/// The kinds of evidence there are; a later version's are shown as facts.
const EVIDENCE: [&str; 17] = [
    "name",
    "prefix",
    "context",
    "partner",
    "member",
    "phrase",
    "recipient",
    "credential",
    "file-name",
    "label",
    "negation",
    "score",
    "content",
    "author",
    "until",
    "hides",
    "link",
];

/// Characters that may stand behind a public prefix.
const SHOWN_MAX: usize = 4;

/// Reads a report.
///
/// # Errors
/// When it is no JSON report, or one of another version; the text says which.
pub fn read(bytes: &[u8]) -> Result<WireReport, String> {
    #[derive(serde::Deserialize)]
    struct Version {
        schema_version: u32,
    }
    let version: Version =
        serde_json::from_slice(bytes).map_err(|error| format!("no report of `--format json`: {error}"))?;
    if version.schema_version != SCHEMA_VERSION {
        return Err(format!(
            "a report of schema version {}; this program reads version {SCHEMA_VERSION}",
            version.schema_version
        ));
    }
    serde_json::from_slice(bytes).map_err(|error| format!("no report of `--format json`: {error}"))
}

/// Makes one report of several. The order of the reports changes nothing but that of the roots, and
/// a report that is given twice counts once.
#[must_use]
pub fn merged(mut reports: Vec<WireReport>, catalogue: &Catalogue) -> Report {
    let prefixes: Vec<&str> =
        catalogue.iter().flat_map(|rule| &rule.file.matches).filter_map(prefix).collect();
    let mut unique: Vec<WireReport> = Vec::new();
    reports.retain(|report| {
        let is_new = !unique.contains(report);
        if is_new {
            unique.push(report.clone());
        }
        is_new
    });
    let (mut findings, mut suppressed) = (BTreeMap::new(), Vec::new());
    let (mut coverage, mut roots) = (Coverage::default(), Vec::new());
    for report in &reports {
        let first_root = u32::try_from(roots.len()).unwrap_or(u32::MAX);
        roots.extend(report.scan.roots.iter().map(|root| masked(root, &prefixes)));
        coverage.files += report.scan.files;
        coverage.bytes += report.scan.bytes;
        coverage.commits += report.scan.commits;
        coverage.skipped.extend(report.scan.skipped.iter().map(|wire| problem(wire, &prefixes)));
        for wire in &report.findings {
            let Some(finding) = finding(wire, first_root, &prefixes) else { continue };
            let key = (first_root, finding.rule.clone(), finding.fingerprint, finding.path().to_owned());
            findings.entry(key).or_insert(finding);
        }
        let text = |text: &str| masked(text, &prefixes);
        suppressed.extend(report.suppressed.iter().filter_map(|wire| {
            Some(Suppressed {
                fingerprint: Fingerprint::parse(&wire.fingerprint)?,
                rule: wire.rule.clone(),
                path: masked(&wire.path, &prefixes).into(),
                by: wire.by,
                owner: wire.owner.as_deref().map(text),
                reason: wire.reason.as_deref().map(text),
                until: wire.until.as_deref().map(text),
                added_in_change: wire.added_in_change,
            })
        }));
    }
    let first = reports.first();
    let facts = ScanFacts {
        mode: first.and_then(|report| mode(&report.scan.mode)).unwrap_or(Mode::Worktree),
        roots,
        started_at: reports
            .iter()
            .map(|report| masked(&report.scan.started_at, &[]))
            .min()
            .unwrap_or_default(),
        elapsed_ms: reports.iter().map(|report| report.scan.elapsed_ms).sum(),
        rules_digest: first.map(|report| report.tool.rules_digest.clone()).unwrap_or_default(),
    };
    let skips = reports.iter().flat_map(|report| &report.scan.hook_skips);
    let notices =
        skips.map(|skip| Notice::Skipped(skip.commit.clone(), masked(&skip.reason, &prefixes))).collect();
    Report::new(facts, findings.into_values().collect(), suppressed, notices, coverage)
}

/// Leaves out what is below a severity.
#[must_use]
pub fn from_severity(report: &Report, least: Severity) -> Report {
    let findings = report.findings().iter().filter(|finding| finding.severity >= least).cloned().collect();
    let (suppressed, notices) = (report.suppressed().to_vec(), report.notices().to_vec());
    Report::new(report.facts().clone(), findings, suppressed, notices, report.coverage().clone())
}

fn prefix(found: &Match) -> Option<&str> {
    match found {
        Match::Token { prefix, .. } | Match::Named { prefix, .. } => {
            Some(prefix.as_str()).filter(|p| !p.is_empty())
        }
        Match::Position { .. } | Match::Set { .. } | Match::Audit {} => None,
    }
}

/// Text as it may be shown: what looks random is hidden, and what stands behind a public prefix.
fn masked(text: &str, prefixes: &[&str]) -> String {
    let mut text = text.to_owned();
    for prefix in prefixes {
        let mut from = 0;
        while let Some(at) = text.get(from..).and_then(|rest| rest.find(prefix)) {
            let body = from + at + prefix.len();
            let is_of_value =
                |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '+' | '=' | '|');
            let length = text.get(body..).unwrap_or_default().chars().take_while(is_of_value).count();
            if length > SHOWN_MAX {
                text.replace_range(body..body + length, "…");
            }
            from = body;
        }
    }
    random_masked(&text).as_str().to_owned()
}

fn mode(name: &str) -> Option<Mode> {
    [Mode::Worktree, Mode::Staged, Mode::History, Mode::Range, Mode::Stdin]
        .into_iter()
        .find(|mode| mode.as_str() == name)
}

fn problem(wire: &WireSkipped, prefixes: &[&str]) -> Problem {
    Problem { path: masked(&wire.path, prefixes), reason: wire.reason, detail: None }
}

/// None where the fingerprint is none.
fn finding(wire: &WireFinding, first_root: u32, prefixes: &[&str]) -> Option<Finding> {
    let further = wire.also_at.iter().take(Limits::STANDARD.also_at_max);
    Some(Finding {
        place: place(&wire.location, first_root, prefixes),
        rule: RuleId::new(wire.rule.as_str()),
        family: wire.family,
        fingerprint: Fingerprint::parse(&wire.fingerprint)?,
        severity: wire.severity,
        severity_because: wire.severity_because.iter().map(|reason| masked(reason, prefixes)).collect(),
        confidence: wire.confidence,
        evidence: wire.evidence.iter().map(evidence).collect(),
        also_at: further.map(|also| also_at(also, first_root, prefixes)).collect(),
        also_at_total: wire.also_at_total.unwrap_or(wire.also_at.len()),
        secret: wire.secret.as_ref().map(|secret| SecretShown {
            redacted: Masked::of_saved(&secret.redacted, prefixes),
            length: secret.length,
        }),
        excerpt: Excerpt::default(),
        tags: wire.tags.iter().copied().collect(),
        exposure: wire.exposure.clone(),
        bundle: wire.bundle.as_deref().and_then(Fingerprint::parse),
    })
}

fn evidence(wire: &WireEvidence) -> Evidence {
    let kind = EVIDENCE.into_iter().find(|kind| *kind == wire.kind).unwrap_or("fact");
    Evidence { kind, text: run_masked(&wire.text), weight: wire.weight }
}

fn also_at(wire: &WireAlsoAt, first_root: u32, prefixes: &[&str]) -> AlsoAt {
    AlsoAt { place: place(&wire.location, first_root, prefixes), rule: wire.rule.clone() }
}

fn place(wire: &WireLocation, first_root: u32, prefixes: &[&str]) -> Place {
    let origin = Origin {
        kind: wire.kind,
        root: first_root.saturating_add(wire.root),
        path: wire.path.as_deref().map(|path| masked(path, prefixes).into()),
        commit: wire.commit.as_deref().map(Into::into),
        object: wire.object.as_deref().map(Into::into),
    };
    let region = wire.line.zip(wire.column).map(|(line, column)| {
        let start = Position { line, column };
        let end = wire.end_line.zip(wire.end_column).map(|(line, column)| Position { line, column });
        Region { start, end: end.unwrap_or(start) }
    });
    Place {
        origin: Arc::new(origin),
        inner: wire.inner.iter().map(|member| masked(member, prefixes)).collect(),
        region,
        cell: wire.cell.as_deref().map(|cell| masked(cell, prefixes)),
    }
}
