//! `--format json`: the whole report as one JSON document of [`super::wire`].

use std::io;

use serde::{Serialize, Serializer};

use super::wire::{SCHEMA_VERSION, WireFinding, WireFleet, WireScan, WireSummary, WireSuppressed, WireTool};
use super::{Context, Reporter, terminal};
use crate::model::Report;

/// Writes JSON, indented.
#[derive(Debug)]
pub(super) struct Json;

impl Reporter for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn endings(&self) -> &'static [&'static str] {
        &[".json"]
    }

    fn tells_roots(&self) -> bool {
        true
    }

    fn write(&self, report: &Report, context: &Context<'_>, out: &mut dyn io::Write) -> io::Result<()> {
        let streamed = Streamed {
            schema_version: SCHEMA_VERSION,
            tool: WireTool::new(report),
            scan: WireScan::new(report),
            fleet: report.fleet().map(WireFleet::new),
            summary: WireSummary::new(report),
            findings: Findings { report, context },
            suppressed: report.suppressed().iter().map(WireSuppressed::new).collect(),
        };
        serde_json::to_writer_pretty(terminal::VisibleJson(&mut *out), &streamed)?;
        writeln!(out)
    }
}

/// A [`WireReport`](super::wire::WireReport) whose findings are put into words one by one: with
/// their further places they take more memory than all else.
#[derive(Serialize)]
struct Streamed<'a> {
    schema_version: u32,
    tool: WireTool,
    scan: WireScan,
    #[serde(skip_serializing_if = "Option::is_none")]
    fleet: Option<WireFleet>,
    summary: WireSummary,
    findings: Findings<'a>,
    suppressed: Vec<WireSuppressed>,
}

struct Findings<'a> {
    report: &'a Report,
    context: &'a Context<'a>,
}

impl Serialize for Findings<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.report.findings().iter().map(|f| WireFinding::new(f, self.context)))
    }
}
