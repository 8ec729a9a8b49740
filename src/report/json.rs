//! `--format json`: the whole report as one JSON document of [`super::wire`].

use std::io;

use super::wire::WireReport;
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

    fn write(&self, report: &Report, context: &Context<'_>, out: &mut dyn io::Write) -> io::Result<()> {
        let json = serde_json::to_string_pretty(&WireReport::new(report, context))?;
        writeln!(out, "{}", terminal::visible_json(&json))
    }
}
