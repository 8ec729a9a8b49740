//! The inventory of outside parties: for people, as JSON, as rows of a spreadsheet.

use std::io;

use serde::Serialize;

use super::csv::write_row;
use super::page::Page;
use super::{Context, terminal};
use crate::lang::AboutInventory;
use crate::model::Confidence;

/// An outside party, and what it gets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Party {
    /// The host, masked; `webhook` for one that only a variable knows.
    pub host: String,
    /// The category of the recipient.
    pub category: String,
    /// What it gets: kinds of credentials, `order-data`.
    pub data: Vec<String>,
    /// How sure the surest of its places is.
    #[serde(serialize_with = "as_name")]
    pub confidence: Confidence,
    /// Where it is sent.
    pub places: Vec<SentAt>,
}

/// A place where something is sent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct SentAt {
    /// The path, as it may be shown.
    pub path: String,
    /// Members that lead from the file to the document.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub inner: Vec<String>,
    /// The line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// What is sent there.
    pub data: String,
}

/// All of them.
#[derive(Debug, Serialize)]
pub struct Inventory {
    schema_version: u32,
    /// Whether everything was read that there is.
    pub complete: bool,
    /// The parties, by category and host.
    pub sinks: Vec<Party>,
}

/// How an inventory is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InventoryFormat {
    /// For people.
    Human,
    /// JSON.
    Json,
    /// Comma-separated values, a place a row.
    Csv,
}

const COLUMNS: [&str; 7] = ["host", "category", "data", "confidence", "path", "inner", "line"];

impl Inventory {
    /// Makes an inventory of parties in their order.
    #[must_use]
    pub const fn new(sinks: Vec<Party>, complete: bool) -> Self {
        Self { schema_version: 1, complete, sinks }
    }

    /// Writes it.
    ///
    /// # Errors
    /// When `out` does not take it.
    pub fn write(
        &self,
        format: InventoryFormat,
        context: &Context<'_>,
        out: &mut dyn io::Write,
    ) -> io::Result<()> {
        match format {
            InventoryFormat::Human => self.human(context, out),
            InventoryFormat::Json => {
                let text = serde_json::to_string_pretty(self).map_err(io::Error::other)?;
                writeln!(out, "{}", terminal::visible_json(&text))
            }
            InventoryFormat::Csv => self.csv(out),
        }
    }

    fn human(&self, context: &Context<'_>, out: &mut dyn io::Write) -> io::Result<()> {
        let mut page = Page::new(context, out);
        page.line(&context.say(AboutInventory::Parties { count: self.sinks.len() }))?;
        for party in &self.sinks {
            let category = context.say(AboutInventory::Category { category: &party.category });
            page.line("")?;
            page.line(&format!("{} ({category})", terminal::visible(&party.host)))?;
            for place in &party.places {
                let data = context.say(AboutInventory::Kind { kind: &place.data });
                let mut at = terminal::visible(&place.path).into_owned();
                for member in &place.inner {
                    at = format!("{at} > {}", terminal::visible(member));
                }
                let line = place.line.map(|line| format!(":{line}")).unwrap_or_default();
                page.line(&format!("  {at}{line}  {data}"))?;
            }
        }
        page.line("")?;
        page.hanging("", 0, &context.say(AboutInventory::Bounds))
    }

    fn csv(&self, out: &mut dyn io::Write) -> io::Result<()> {
        write!(out, "\u{feff}")?;
        write_row(&COLUMNS.map(str::to_owned), out)?;
        for party in &self.sinks {
            for place in &party.places {
                let line = place.line.map(|line| line.to_string()).unwrap_or_default();
                let cells = [
                    party.host.clone(),
                    party.category.clone(),
                    place.data.clone(),
                    party.confidence.as_str().to_owned(),
                    place.path.clone(),
                    place.inner.join(" > "),
                    line,
                ];
                write_row(&cells, out)?;
            }
        }
        Ok(())
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn as_name<S: serde::Serializer>(confidence: &Confidence, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(confidence.as_str())
}
