//! `--format jsonl`: one finding a line, then one line with scan and summary.

use std::io;

use serde::Serialize;

use super::wire::{WireFinding, WireScan, WireSummary};
use super::{Context, Reporter, terminal};
use crate::model::Report;

/// Writes JSON Lines.
#[derive(Debug)]
pub(super) struct JsonLines;

/// The last line. A reader that does not see it knows that the report was cut off.
#[derive(Serialize)]
struct LastLine {
    scan: WireScan,
    summary: WireSummary,
}

impl Reporter for JsonLines {
    fn name(&self) -> &'static str {
        "jsonl"
    }

    fn endings(&self) -> &'static [&'static str] {
        &[".jsonl"]
    }

    fn tells_roots(&self) -> bool {
        true
    }

    fn write(&self, report: &Report, context: &Context<'_>, out: &mut dyn io::Write) -> io::Result<()> {
        for finding in report.findings() {
            write_line(&WireFinding::new(finding, context), out)?;
        }
        write_line(&LastLine { scan: WireScan::new(report), summary: WireSummary::new(report) }, out)
    }
}

fn write_line(line: &impl Serialize, out: &mut dyn io::Write) -> io::Result<()> {
    serde_json::to_writer(terminal::VisibleJson(&mut *out), line)?;
    writeln!(out)
}
