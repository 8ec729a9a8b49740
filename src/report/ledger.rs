//! What a ledger holds and what is due: for people, as JSON, as rows of a spreadsheet.

use std::io;

use serde::Serialize;

use super::csv::write_row;
use super::page::Page;
use super::{Context, terminal, texts, words};
use crate::lang::{AboutDue, AboutLedger};
use crate::model::Severity;

/// How a ledger is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LedgerFormat {
    /// For people.
    Human,
    /// JSON.
    Json,
    /// Comma-separated values.
    Csv,
}

/// A credential of the ledger. Days are written as `2027-01-31`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeyRow {
    /// Its id.
    pub id: String,
    /// Its class.
    pub class: String,
    /// `live` or `revoked`.
    pub state: &'static str,
    /// Its value of today; none for kinds that could be guessed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
    /// Where it stands, for kinds that could be guessed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Under which name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Who answers for it.
    pub owner: String,
    /// When it was issued.
    pub issued: String,
    /// When it has to be replaced.
    pub rotate_by: String,
    /// Where it is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kept_in: Option<String>,
    /// Who has or had it besides.
    pub shared_with: Vec<ShareRow>,
    /// Who knows the value of today.
    pub known_by: Vec<String>,
    /// Earlier values, the oldest first.
    pub former: Vec<FormerRow>,
    /// When it was switched off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revoked: Option<String>,
}

/// Somebody who has or had a credential.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShareRow {
    /// Who.
    pub name: String,
    /// Since when.
    pub since: String,
    /// Through which day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
}

/// An earlier value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FormerRow {
    /// Its fingerprint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
    /// When it was issued.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issued: Option<String>,
    /// When another took its place.
    pub rotated: String,
}

/// Everything a ledger holds.
#[derive(Debug, Serialize)]
pub struct KeyList {
    /// The version of this form.
    pub schema_version: u32,
    /// The day it was judged by.
    pub as_of: String,
    /// The credentials, in the order of the file.
    pub credentials: Vec<KeyRow>,
}

/// Something that is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DueRow {
    /// The credential.
    pub id: String,
    /// Its class.
    pub class: String,
    /// Who answers for it.
    pub owner: String,
    /// What is due: `rotate-soon`, `rotate-overdue`, `renew-soon`, `renew-overdue`,
    /// `share-ends-soon`, `share-ended`, `leaver-knows`, `clock-behind-ledger`.
    pub kind: &'static str,
    /// How bad it is.
    #[serde(serialize_with = "as_name")]
    pub severity: Severity,
    /// The rule that says so in audits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<&'static str>,
    /// The day it is about.
    pub day: String,
    /// Days from the day it was judged by; negative where it lies before.
    pub days: i32,
    /// Whom it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// Everything that is due.
#[derive(Debug, Serialize)]
pub struct DueList {
    /// The version of this form.
    pub schema_version: u32,
    /// The day it was judged by.
    pub as_of: String,
    /// How many credentials there are.
    pub credentials: usize,
    /// What is due.
    pub due: Vec<DueRow>,
}

const KEY_COLUMNS: [&str; 13] = [
    "id",
    "class",
    "state",
    "fingerprint",
    "path",
    "field",
    "owner",
    "issued",
    "rotate_by",
    "kept_in",
    "shared_with",
    "known_by",
    "revoked",
];
const DUE_COLUMNS: [&str; 9] = ["severity", "id", "class", "kind", "day", "days", "name", "owner", "rule"];

impl KeyList {
    /// Writes it.
    ///
    /// # Errors
    /// When `out` does not take it.
    pub fn write(
        &self,
        format: LedgerFormat,
        context: &Context<'_>,
        out: &mut dyn io::Write,
    ) -> io::Result<()> {
        match format {
            LedgerFormat::Human => self.human(context, out),
            LedgerFormat::Json => json(self, out),
            LedgerFormat::Csv => {
                write!(out, "\u{feff}")?;
                write_row(&KEY_COLUMNS.map(str::to_owned), out)?;
                self.credentials.iter().try_for_each(|key| write_row(&key.cells(), out))
            }
        }
    }

    fn human(&self, context: &Context<'_>, out: &mut dyn io::Write) -> io::Result<()> {
        let mut page = Page::new(context, out);
        if self.credentials.is_empty() {
            return page.line(&context.say(AboutLedger::Empty));
        }
        for (at, key) in self.credentials.iter().enumerate() {
            if at > 0 {
                page.line("")?;
            }
            let id = page.paint.strong(&terminal::visible(&key.id));
            page.line(&format!("{id} ({})", terminal::visible(&key.class)))?;
            let dates = match &key.revoked {
                Some(on) => AboutLedger::Revoked { on },
                None => AboutLedger::Dates { issued: &key.issued, by: &key.rotate_by },
            };
            let mut said = vec![context.say(dates), context.say(AboutLedger::Owner { name: &key.owner })];
            if let Some(place) = &key.kept_in {
                said.push(context.say(AboutLedger::KeptIn { place }));
            }
            if let (Some(path), Some(field)) = (&key.path, &key.field) {
                said.push(format!("{path}: {field}"));
            }
            if !key.known_by.is_empty() {
                let names = texts::joined(&key.known_by, context.lang);
                said.push(context.say(AboutLedger::KnownBy { names: &names }));
            }
            if !key.former.is_empty() {
                said.push(context.say(AboutLedger::Former { count: key.former.len() }));
            }
            for line in said {
                page.hanging("  ", 2, &terminal::visible(&line))?;
            }
        }
        Ok(())
    }
}

impl KeyRow {
    fn cells(&self) -> Vec<String> {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let share = |share: &ShareRow| {
            format!("{} {}..{}", share.name, share.since, share.until.as_deref().unwrap_or_default())
        };
        let shares: Vec<String> = self.shared_with.iter().map(share).collect();
        vec![
            self.id.clone(),
            self.class.clone(),
            self.state.to_owned(),
            text(&self.fingerprint),
            text(&self.path),
            text(&self.field),
            self.owner.clone(),
            self.issued.clone(),
            self.rotate_by.clone(),
            text(&self.kept_in),
            shares.join("; "),
            self.known_by.join("; "),
            text(&self.revoked),
        ]
    }
}

impl DueList {
    /// Writes it.
    ///
    /// # Errors
    /// When `out` does not take it.
    pub fn write(
        &self,
        format: LedgerFormat,
        context: &Context<'_>,
        out: &mut dyn io::Write,
    ) -> io::Result<()> {
        match format {
            LedgerFormat::Human => self.human(context, out),
            LedgerFormat::Json => json(self, out),
            LedgerFormat::Csv => {
                write!(out, "\u{feff}")?;
                write_row(&DUE_COLUMNS.map(str::to_owned), out)?;
                self.due.iter().try_for_each(|due| write_row(&due.cells(), out))
            }
        }
    }

    fn human(&self, context: &Context<'_>, out: &mut dyn io::Write) -> io::Result<()> {
        let mut page = Page::new(context, out);
        if self.due.is_empty() {
            return page.line(&context.say(AboutLedger::Nothing { count: self.credentials }));
        }
        for due in &self.due {
            let severity = context.say(words::severity(due.severity));
            let severity = page.paint.severity(due.severity, &severity);
            page.line(&format!(
                "{severity}: {} ({})",
                terminal::visible(&due.id),
                terminal::visible(&due.class)
            ))?;
            let said = context.say(AboutLedger::Due(due.about()));
            let owner = context.say(AboutLedger::Owner { name: &due.owner });
            page.hanging("  ", 2, &terminal::visible(&said))?;
            page.hanging("  ", 2, &terminal::visible(&owner))?;
        }
        page.line("")?;
        page.line(&context.say(AboutLedger::Count { count: self.due.len() }))
    }
}

impl DueRow {
    /// Returns what is said about it.
    #[must_use]
    pub fn about(&self) -> AboutDue<'_> {
        let name = self.name.as_deref().unwrap_or_default();
        let (day, days) = (self.day.as_str(), self.days.abs());
        match self.kind {
            "rotate-soon" => AboutDue::RotateSoon { by: day, days },
            "rotate-overdue" => AboutDue::RotateOverdue { by: day, days },
            "renew-soon" => AboutDue::RenewSoon { by: day, days },
            "renew-overdue" => AboutDue::RenewOverdue { by: day, days },
            "share-ends-soon" => AboutDue::ShareEndsSoon { name, until: day },
            "share-ended" => AboutDue::ShareEnded { name, until: day },
            "leaver-knows" => AboutDue::LeaverKnows { name, left: day },
            _ => AboutDue::AheadOfClock { day },
        }
    }

    fn cells(&self) -> Vec<String> {
        vec![
            self.severity.as_str().to_owned(),
            self.id.clone(),
            self.class.clone(),
            self.kind.to_owned(),
            self.day.clone(),
            self.days.to_string(),
            self.name.clone().unwrap_or_default(),
            self.owner.clone(),
            self.rule.unwrap_or_default().to_owned(),
        ]
    }
}

fn json(value: &impl Serialize, out: &mut dyn io::Write) -> io::Result<()> {
    let text = serde_json::to_string_pretty(value).map_err(io::Error::other)?;
    writeln!(out, "{}", terminal::visible_json(&text))
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn as_name<S: serde::Serializer>(severity: &Severity, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(severity.as_str())
}
