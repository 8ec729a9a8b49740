//! Saved JSON reports, read back and made one.
//!
//! A report may come from anywhere, so its text passes through the same masking as text of a
//! document. What a report does not hold, such as the lines around a finding, is not there.

use std::collections::BTreeMap;
use std::sync::Arc;

use aho_corasick::AhoCorasick;

use super::wire::{
    SCHEMA_VERSION, WireAcross, WireAlsoAt, WireEvidence, WireFinding, WireFleet, WireLocation, WireMember,
    WireReport, WireSkipped,
};
use crate::model::{
    Across, AcrossKind, AlsoAt, Coverage, Evidence, Excerpt, Finding, Fingerprint, Fleet, Limits, Masked,
    Member, MemberState, Mode, Notice, Origin, Place, Position, Problem, Region, Report, RuleId, ScanFacts,
    SecretShown, Severity, Suppressed, random_masked, run_masked,
};
use crate::rules::{Catalogue, Match};

/// The kinds of evidence there are; a later version's are shown as facts.
const EVIDENCE: [&str; 18] = [
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
    "repository",
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
    let mut unique: Vec<WireReport> = Vec::new();
    reports.retain(|report| {
        let is_new = !unique.contains(report);
        if is_new {
            unique.push(report.clone());
        }
        is_new
    });
    let saved = Saved::new(catalogue);
    let mut joined = Joined::default();
    for report in &reports {
        joined.take(saved.part(report));
    }
    let report = joined.finish();
    match reports.as_slice() {
        [one] => one.fleet.iter().fold(report, |report, fleet| report.with_fleet(saved.fleet(fleet))),
        _ => report,
    }
}

/// What reading saved reports needs; shared by all threads.
pub struct Saved<'c> {
    prefixes: Vec<&'c str>,
    /// None where no prefix is known, or they cannot be searched for together.
    search: Option<AhoCorasick>,
}

/// What one saved report brings.
#[derive(Debug)]
pub struct Part {
    findings: Vec<Finding>,
    suppressed: Vec<Suppressed>,
    notices: Vec<Notice>,
    coverage: Coverage,
    mode: Mode,
    roots: Vec<String>,
    started_at: String,
    elapsed_ms: u64,
    rules_digest: String,
}

/// Saved reports under way to one.
#[derive(Debug, Default)]
pub struct Joined {
    findings: Vec<Finding>,
    suppressed: Vec<Suppressed>,
    notices: Vec<Notice>,
    coverage: Coverage,
    modes: Vec<Mode>,
    roots: Vec<String>,
    started_at: Option<String>,
    elapsed_ms: u64,
    rules_digest: Option<String>,
}

impl<'c> Saved<'c> {
    /// Reads what was found by these rules.
    #[must_use]
    pub fn new(catalogue: &'c Catalogue) -> Self {
        let prefixes: Vec<&str> =
            catalogue.iter().flat_map(|rule| &rule.file.matches).filter_map(prefix).collect();
        Self { search: AhoCorasick::new(&prefixes).ok(), prefixes }
    }

    /// Takes a report into this program's terms.
    #[must_use]
    pub fn part(&self, report: &WireReport) -> Part {
        let (mut findings, text) = (BTreeMap::new(), |text: &str| self.masked(text));
        for finding in report.findings.iter().filter_map(|wire| self.finding(wire)) {
            let root = finding.place.origin.root;
            let key = (root, finding.rule.clone(), finding.fingerprint, finding.path().to_owned());
            findings.entry(key).or_insert(finding);
        }
        let suppressed = report.suppressed.iter().filter_map(|wire| {
            Some(Suppressed {
                fingerprint: Fingerprint::parse(&wire.fingerprint)?,
                rule: wire.rule.clone(),
                path: self.masked(&wire.path).into(),
                by: wire.by,
                owner: wire.owner.as_deref().map(text),
                reason: wire.reason.as_deref().map(text),
                until: wire.until.as_deref().map(text),
                added_in_change: wire.added_in_change,
            })
        });
        let problem =
            |wire: &WireSkipped| Problem { path: self.masked(&wire.path), reason: wire.reason, detail: None };
        let skipped =
            report.scan.hook_skips.iter().map(|skip| Notice::Skipped(text(&skip.commit), text(&skip.reason)));
        Part {
            findings: findings.into_values().collect(),
            suppressed: suppressed.collect(),
            notices: skipped.collect(),
            coverage: Coverage {
                files: report.scan.files,
                bytes: report.scan.bytes,
                commits: report.scan.commits,
                skipped: report.scan.skipped.iter().map(problem).collect(),
            },
            mode: mode(&report.scan.mode).unwrap_or(Mode::Worktree),
            roots: report.scan.roots.iter().map(|root| self.masked(root)).collect(),
            started_at: random_masked(&report.scan.started_at).as_str().to_owned(),
            elapsed_ms: report.scan.elapsed_ms,
            rules_digest: report.tool.rules_digest.clone(),
        }
    }
}

impl Saved<'_> {
    fn fleet(&self, wire: &WireFleet) -> Fleet {
        let member = |wire: &WireMember| Member {
            id: self.masked(&wire.id),
            at: self.masked(&wire.at),
            client: wire.client.as_deref().map(|client| self.masked(client)),
            root: wire.root,
            state: match wire.state.as_str() {
                "broken" => MemberState::Broken(self.masked(wire.error.as_deref().unwrap_or_default())),
                "missing" => MemberState::Missing,
                _ => MemberState::Audited,
            },
        };
        let across = |wire: &WireAcross| {
            let kinds = [AcrossKind::Credential, AcrossKind::Owner, AcrossKind::Party];
            Some(Across {
                kind: kinds.into_iter().find(|kind| kind.as_str() == wire.kind)?,
                what: match wire.fingerprint {
                    Some(_) => Masked::of_saved(&wire.what, &self.prefixes).as_str().to_owned(),
                    None => self.masked(&wire.what),
                },
                rule: wire.rule.clone(),
                fingerprint: wire.fingerprint.as_deref().and_then(Fingerprint::parse),
                members: wire.repositories.clone(),
                clients: wire.clients,
            })
        };
        Fleet {
            members: wire.repositories.iter().map(member).collect(),
            shards: wire.shards,
            missing_shards: wire.missing_shards.clone(),
            across: wire.across.iter().filter_map(across).collect(),
        }
    }
}

impl Part {
    /// Names the root in front of what was left out, where there are other roots.
    #[must_use]
    pub fn with_rooted_gaps(mut self) -> Self {
        if let [root] = self.roots.as_slice() {
            for problem in self.coverage.skipped.iter_mut().filter(|problem| problem.path != *root) {
                problem.path = format!("{root}/{}", problem.path);
            }
        }
        self
    }
}

impl Part {
    /// Says why its root could not be audited.
    #[must_use]
    pub fn because(mut self, why: &str) -> Self {
        let root = self.roots.first();
        let of_root = self.coverage.skipped.iter_mut().filter(|problem| Some(&problem.path) == root);
        of_root.for_each(|problem| problem.detail = Some(why.to_owned()));
        self
    }
}

impl Joined {
    /// Returns the number that the next root will have.
    #[must_use]
    pub fn next_root(&self) -> u32 {
        u32::try_from(self.roots.len()).unwrap_or(u32::MAX)
    }

    /// Returns what was found so far.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Adds a finding that all the reports together give.
    pub fn add(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// Adds a root of which there is no report.
    pub fn add_gap(&mut self, root: &str, problem: Problem) {
        self.roots.push(root.to_owned());
        self.coverage.skipped.push(problem);
    }

    /// Adds something else that was not audited.
    pub fn add_problem(&mut self, problem: Problem) {
        self.coverage.skipped.push(problem);
    }

    /// Takes the next report. Its roots stand behind those that are there.
    pub fn take(&mut self, part: Part) {
        let first_root = self.next_root();
        let moved = |place: &mut Place| {
            let origin = Arc::make_mut(&mut place.origin);
            origin.root = origin.root.saturating_add(first_root);
        };
        self.findings.extend(part.findings.into_iter().map(|mut finding| {
            moved(&mut finding.place);
            finding.also_at.iter_mut().for_each(|also| moved(&mut also.place));
            finding
        }));
        self.suppressed.extend(part.suppressed);
        self.notices.extend(part.notices);
        self.coverage.files += part.coverage.files;
        self.coverage.bytes += part.coverage.bytes;
        self.coverage.commits += part.coverage.commits;
        self.coverage.skipped.extend(part.coverage.skipped);
        self.modes.push(part.mode);
        self.roots.extend(part.roots);
        self.elapsed_ms += part.elapsed_ms;
        let (at, digest) = (part.started_at, part.rules_digest);
        self.started_at = Some(self.started_at.take().map_or(at.clone(), |known| known.min(at)));
        self.rules_digest = Some(self.rules_digest.take().map_or(digest.clone(), |known| known.max(digest)));
    }

    /// Makes the report.
    #[must_use]
    pub fn finish(self) -> Report {
        let first = self.modes.first().copied().unwrap_or(Mode::Worktree);
        let is_one = self.modes.iter().all(|mode| *mode == first);
        let facts = ScanFacts {
            mode: if is_one { first } else { Mode::Worktree },
            roots: self.roots,
            started_at: self.started_at.unwrap_or_default(),
            elapsed_ms: self.elapsed_ms,
            rules_digest: self.rules_digest.unwrap_or_default(),
        };
        Report::new(facts, self.findings, self.suppressed, self.notices, self.coverage)
    }
}

/// Leaves out what is below a severity.
#[must_use]
pub fn from_severity(report: &Report, least: Severity) -> Report {
    report.clone().without(|finding| finding.severity < least)
}

fn prefix(found: &Match) -> Option<&str> {
    match found {
        Match::Token { prefix, .. } | Match::Named { prefix, .. } => {
            Some(prefix.as_str()).filter(|p| !p.is_empty())
        }
        Match::Position { .. } | Match::Set { .. } | Match::Audit {} => None,
    }
}

impl Saved<'_> {
    /// Text as it may be shown: what looks random is hidden, and what stands behind a public prefix.
    fn masked(&self, text: &str) -> String {
        if self.search.as_ref().is_some_and(|search| !search.is_match(text)) {
            return random_masked(text).as_str().to_owned();
        }
        let mut text = text.to_owned();
        for prefix in &self.prefixes {
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

    /// None where the fingerprint is none.
    fn finding(&self, wire: &WireFinding) -> Option<Finding> {
        let further = wire.also_at.iter().take(Limits::STANDARD.also_at_max);
        Some(Finding {
            place: self.place(&wire.location),
            rule: RuleId::new(wire.rule.as_str()),
            family: wire.family,
            fingerprint: Fingerprint::parse(&wire.fingerprint)?,
            severity: wire.severity,
            severity_because: wire.severity_because.iter().map(|reason| self.masked(reason)).collect(),
            confidence: wire.confidence,
            evidence: wire.evidence.iter().map(evidence).collect(),
            also_at: further.map(|also| self.also_at(also)).collect(),
            also_at_total: wire.also_at_total.unwrap_or(wire.also_at.len()),
            secret: wire.secret.as_ref().map(|secret| SecretShown {
                redacted: Masked::of_saved(&secret.redacted, &self.prefixes),
                length: secret.length,
            }),
            excerpt: Excerpt::default(),
            tags: wire.tags.iter().copied().collect(),
            exposure: wire.exposure.clone(),
            bundle: wire.bundle.as_deref().and_then(Fingerprint::parse),
        })
    }

    fn also_at(&self, wire: &WireAlsoAt) -> AlsoAt {
        AlsoAt { place: self.place(&wire.location), rule: wire.rule.clone() }
    }

    fn place(&self, wire: &WireLocation) -> Place {
        let origin = Origin {
            root: wire.root,
            path: wire.path.as_deref().map(|path| self.masked(path).into()),
            commit: wire.commit.as_deref().map(Into::into),
            object: wire.object.as_deref().map(Into::into),
            ..Origin::of(wire.kind)
        };
        let region = wire.line.zip(wire.column).map(|(line, column)| {
            let start = Position { line, column };
            let end = wire.end_line.zip(wire.end_column).map(|(line, column)| Position { line, column });
            Region { start, end: end.unwrap_or(start) }
        });
        Place {
            origin: Arc::new(origin),
            inner: wire.inner.iter().map(|member| self.masked(member)).collect(),
            region,
            cell: wire.cell.as_deref().map(|cell| self.masked(cell)),
        }
    }
}

fn mode(name: &str) -> Option<Mode> {
    [Mode::Worktree, Mode::Staged, Mode::History, Mode::Range, Mode::Stdin]
        .into_iter()
        .find(|mode| mode.as_str() == name)
}

fn evidence(wire: &WireEvidence) -> Evidence {
    let kind = EVIDENCE.into_iter().find(|kind| *kind == wire.kind).unwrap_or("fact");
    Evidence { kind, text: run_masked(&wire.text), weight: wire.weight }
}
