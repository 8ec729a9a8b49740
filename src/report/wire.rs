//! The JSON schema of reports, version 1, as types.
//!
//! Other programs are written against these names (docs/json.md): they change only with the version.
//! Optional facts are absent where they are not known; lists are always there.

use serde::{Deserialize, Serialize};

use super::{Context, texts};
use crate::model::{
    AlsoAt, Confidence, Exposure, Family, Finding, Fleet, MemberState, Notice, Place, PlaceKind, Report,
    RuleId, Severity, SkipReason, Suppressed, SuppressedBy, Tag,
};

/// The version of the schema.
pub const SCHEMA_VERSION: u32 = 1;

/// A whole report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WireReport {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// Who made it.
    pub tool: WireTool,
    /// What was audited.
    pub scan: WireScan,
    /// What several repositories share, in a report of several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fleet: Option<WireFleet>,
    /// Findings by severity.
    pub summary: WireSummary,
    /// The findings, sorted by path, inner, line, column, rule.
    pub findings: Vec<WireFinding>,
    /// What was accepted.
    #[serde(default)]
    pub suppressed: Vec<WireSuppressed>,
}

/// Who made a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WireTool {
    /// `kagiban`.
    pub name: String,
    /// Its version.
    pub version: String,
    /// SHA-256 over the rules in use, `sha256:…`.
    pub rules_digest: String,
}

/// What was audited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WireScan {
    /// `worktree`, `staged`, `history`, `range` or `stdin`.
    pub mode: String,
    /// The roots as written.
    pub roots: Vec<String>,
    /// Files, or blobs in history.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Commits, in modes that read them.
    pub commits: u64,
    /// When it began, RFC 3339.
    pub started_at: String,
    /// How long it took; 0 under `--now`.
    pub elapsed_ms: u64,
    /// Whether everything that should have been audited was.
    pub complete: bool,
    /// Whether a limit was hit.
    pub limited: bool,
    /// What was left out.
    pub skipped: Vec<WireSkipped>,
    /// Commits of a range that their authors' hooks did not audit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hook_skips: Vec<WireHookSkip>,
}

/// A commit with a `Kagiban-Skip` trailer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WireHookSkip {
    /// The commit, in hex.
    pub commit: String,
    /// The reason its author gave.
    pub reason: String,
}

/// Several repositories audited as one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WireFleet {
    /// Every repository, in the order of their roots.
    pub repositories: Vec<WireMember>,
    /// In how many shards they were audited.
    pub shards: u32,
    /// The shards without a result, from 1.
    pub missing_shards: Vec<u32>,
    /// What several repositories share.
    pub across: Vec<WireAcross>,
}

/// A repository of a fleet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WireMember {
    /// Its name across runs and machines.
    pub id: String,
    /// Where it is, as written.
    pub at: String,
    /// Whose it is, where the list says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// The first of the roots that is its own.
    pub root: u32,
    /// `audited`, `broken` or `missing`.
    pub state: String,
    /// Why it could not be audited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// A thing that several repositories share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WireAcross {
    /// `credential`, `owner` or `party`.
    pub kind: String,
    /// The thing, masked.
    pub what: String,
    /// The rule that found it.
    pub rule: RuleId,
    /// The credential, or the set of an owner; absent for a party.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
    /// The repositories, by their places among `repositories`.
    pub repositories: Vec<usize>,
    /// How many clients they belong to.
    pub clients: usize,
}

/// One thing that was not audited, or not whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WireSkipped {
    /// Its path, or another name a person can look up.
    pub path: String,
    /// Why.
    pub reason: SkipReason,
}

/// Findings by severity.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WireSummary {
    /// Incidents.
    pub critical: usize,
    /// To mend now.
    pub high: usize,
    /// To mend soon.
    pub medium: usize,
    /// To mend when convenient.
    pub low: usize,
    /// Worth knowing.
    pub info: usize,
}

/// A finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WireFinding {
    /// Its name across runs, moves and modes: 32 hex digits.
    pub fingerprint: String,
    /// The rule that found it.
    pub rule: RuleId,
    /// The risk it belongs to.
    pub family: Family,
    /// How bad.
    pub severity: Severity,
    /// Why it is not the rule's own severity.
    pub severity_because: Vec<String>,
    /// How sure.
    pub confidence: Confidence,
    /// What it is, in the language of the report.
    pub title: String,
    /// What was found and what it stands on, in the language of the report.
    pub message: String,
    /// What speaks for it.
    pub evidence: Vec<WireEvidence>,
    /// Where.
    pub location: WireLocation,
    /// Further places, at most 100.
    pub also_at: Vec<WireAlsoAt>,
    /// How many further places there are, where that is more than are listed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub also_at_total: Option<usize>,
    /// The secret, masked; absent for faults without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<WireSecret>,
    /// Facts that filters use.
    pub tags: Vec<Tag>,
    /// How far it got, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exposure: Option<Exposure>,
    /// The credential set it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bundle: Option<String>,
    /// Policy clauses it stands on.
    pub policy: Vec<String>,
    /// What to do, by id.
    pub remediation: Vec<String>,
}

/// A fact that speaks for a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WireEvidence {
    /// What kind of fact.
    pub kind: String,
    /// The fact, masked.
    pub text: String,
    /// How much it counts; 0 where nothing is summed.
    pub weight: i32,
}

/// Where something is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WireLocation {
    /// What kind of place.
    pub kind: PlaceKind,
    /// Index into the roots of the scan.
    pub root: u32,
    /// The path; absent for kinds without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// From the outermost container to the member.
    #[serde(default)]
    pub inner: Vec<String>,
    /// The line, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// The column in characters, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u64>,
    /// The line of the last character.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_line: Option<u64>,
    /// The column one past the last character.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_column: Option<u64>,
    /// The cell of a sheet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cell: Option<String>,
    /// The commit, in hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// The blob, commit or tag, in hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
}

/// A further place of a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WireAlsoAt {
    /// Where.
    #[serde(flatten)]
    pub location: WireLocation,
    /// Which rule saw it there, where that is another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<RuleId>,
}

/// A secret as it may be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WireSecret {
    /// Public prefix and four characters, or `…` alone.
    pub redacted: String,
    /// Its length in bytes; absent for guessable kinds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<usize>,
}

/// A finding that somebody accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WireSuppressed {
    /// Its fingerprint.
    pub fingerprint: String,
    /// Its rule.
    pub rule: RuleId,
    /// Its path.
    pub path: String,
    /// What accepted it.
    pub by: SuppressedBy,
    /// Who answers for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Until when, `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Whether the audited change itself added it.
    pub added_in_change: bool,
}

impl WireReport {
    /// Puts a report into the schema's words.
    #[must_use]
    pub fn new(report: &Report, context: &Context<'_>) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            tool: WireTool::new(report),
            scan: WireScan::new(report),
            fleet: report.fleet().map(WireFleet::new),
            summary: WireSummary::new(report),
            findings: report.findings().iter().map(|f| WireFinding::new(f, context)).collect(),
            suppressed: report.suppressed().iter().map(WireSuppressed::new).collect(),
        }
    }
}

impl WireTool {
    /// Names this program.
    #[must_use]
    pub fn new(report: &Report) -> Self {
        Self {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            rules_digest: report.facts().rules_digest.clone(),
        }
    }
}

impl WireScan {
    /// Puts what was run and what was audited into the schema's words.
    #[must_use]
    pub fn new(report: &Report) -> Self {
        let (facts, coverage) = (report.facts(), report.coverage());
        Self {
            mode: facts.mode.as_str().to_owned(),
            roots: facts.roots.clone(),
            files: coverage.files,
            bytes: coverage.bytes,
            commits: coverage.commits,
            started_at: facts.started_at.clone(),
            elapsed_ms: facts.elapsed_ms,
            complete: coverage.is_complete(),
            limited: coverage.is_limited(),
            skipped: coverage
                .skipped
                .iter()
                .map(|problem| WireSkipped { path: problem.path.clone(), reason: problem.reason })
                .collect(),
            hook_skips: report
                .notices()
                .iter()
                .filter_map(|notice| match notice {
                    Notice::Skipped(commit, reason) => {
                        Some(WireHookSkip { commit: commit.clone(), reason: reason.clone() })
                    }
                    _ => None,
                })
                .collect(),
        }
    }
}

impl WireFleet {
    /// Puts a fleet into the schema's words.
    #[must_use]
    pub fn new(fleet: &Fleet) -> Self {
        let repositories = fleet.members.iter().map(|member| {
            let (state, error) = match &member.state {
                MemberState::Audited => ("audited", None),
                MemberState::Broken(error) => ("broken", Some(error.clone())),
                MemberState::Missing => ("missing", None),
            };
            WireMember {
                id: member.id.clone(),
                at: member.at.clone(),
                client: member.client.clone(),
                root: member.root,
                state: state.to_owned(),
                error,
            }
        });
        let across = fleet.across.iter().map(|across| WireAcross {
            kind: across.kind.as_str().to_owned(),
            what: across.what.clone(),
            rule: across.rule.clone(),
            fingerprint: across.fingerprint.map(|fingerprint| fingerprint.to_string()),
            repositories: across.members.clone(),
            clients: across.clients,
        });
        Self {
            repositories: repositories.collect(),
            shards: fleet.shards,
            missing_shards: fleet.missing_shards.clone(),
            across: across.collect(),
        }
    }
}

impl WireSummary {
    /// Counts the findings of a report.
    #[must_use]
    pub fn new(report: &Report) -> Self {
        let summary = report.summary();
        Self {
            critical: summary.of(Severity::Critical),
            high: summary.of(Severity::High),
            medium: summary.of(Severity::Medium),
            low: summary.of(Severity::Low),
            info: summary.of(Severity::Info),
        }
    }
}

impl WireFinding {
    /// Puts a finding into the schema's words.
    #[must_use]
    pub fn new(finding: &Finding, context: &Context<'_>) -> Self {
        let rule = context.catalogue.get(&finding.rule).map(|rule| &rule.file);
        Self {
            fingerprint: finding.fingerprint.to_string(),
            rule: finding.rule.clone(),
            family: finding.family,
            severity: finding.severity,
            severity_because: finding
                .severity_because
                .iter()
                .map(|reason| texts::because(reason, context).into_owned())
                .collect(),
            confidence: finding.confidence,
            title: texts::title(&finding.rule, context).to_owned(),
            message: texts::message(finding, context),
            evidence: finding
                .evidence
                .iter()
                .map(|evidence| WireEvidence {
                    kind: evidence.kind.to_owned(),
                    text: evidence.text.as_str().to_owned(),
                    weight: evidence.weight,
                })
                .collect(),
            location: WireLocation::new(&finding.place),
            also_at: finding.also_at.iter().map(WireAlsoAt::new).collect(),
            also_at_total: Some(finding.also_at_total).filter(|total| *total > finding.also_at.len()),
            secret: finding.secret.as_ref().map(|secret| WireSecret {
                redacted: secret.redacted.as_str().to_owned(),
                length: secret.length,
            }),
            tags: finding.tags.iter().copied().collect(),
            exposure: finding.exposure.clone(),
            bundle: finding.bundle.map(|bundle| bundle.to_string()),
            policy: rule.map(|rule| rule.policy.clone()).unwrap_or_default(),
            remediation: rule.map(|rule| rule.remediation.clone()).unwrap_or_default(),
        }
    }
}

impl WireLocation {
    fn new(place: &Place) -> Self {
        let origin = &place.origin;
        Self {
            kind: origin.kind,
            root: origin.root,
            path: origin.path.as_deref().map(str::to_owned),
            inner: place.inner.clone(),
            line: place.region.map(|region| region.start.line),
            column: place.region.map(|region| region.start.column),
            end_line: place.region.map(|region| region.end.line),
            end_column: place.region.map(|region| region.end.column),
            cell: place.cell.clone(),
            commit: origin.commit.as_deref().map(str::to_owned),
            object: origin.object.as_deref().map(str::to_owned),
        }
    }
}

impl WireAlsoAt {
    fn new(also: &AlsoAt) -> Self {
        Self { location: WireLocation::new(&also.place), rule: also.rule.clone() }
    }
}

impl WireSuppressed {
    /// Puts an accepted finding into the schema's words.
    #[must_use]
    pub fn new(suppressed: &Suppressed) -> Self {
        Self {
            fingerprint: suppressed.fingerprint.to_string(),
            rule: suppressed.rule.clone(),
            path: suppressed.path.to_string(),
            by: suppressed.by,
            owner: suppressed.owner.clone(),
            reason: suppressed.reason.clone(),
            until: suppressed.until.clone(),
            added_in_change: suppressed.added_in_change,
        }
    }
}
