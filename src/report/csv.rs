//! `--format csv`: one finding a row, for spreadsheets.
//!
//! RFC 4180 but for the ends of lines, with a byte-order mark, by which Excel knows UTF-8. A cell that a spreadsheet would take
//! for a formula begins with an apostrophe.

use std::io;

use super::{Context, Reporter, terminal, texts};
use crate::model::{Finding, Report};

/// Writes comma-separated values.
#[derive(Debug)]
pub(super) struct Csv;

const COLUMNS: [&str; 20] = [
    "severity",
    "confidence",
    "family",
    "rule",
    "title",
    "path",
    "inner",
    "line",
    "column",
    "cell",
    "commit",
    "redacted",
    "exposure",
    "first_seen",
    "age_days",
    "remotes",
    "bundle",
    "policy",
    "tags",
    "fingerprint",
];

impl Reporter for Csv {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn endings(&self) -> &'static [&'static str] {
        &[".csv"]
    }

    fn write(&self, report: &Report, context: &Context<'_>, out: &mut dyn io::Write) -> io::Result<()> {
        write!(out, "\u{feff}")?;
        write_row(&COLUMNS.map(str::to_owned), out)?;
        report.findings().iter().try_for_each(|finding| write_row(&cells(finding, context), out))
    }
}

fn cells(finding: &Finding, context: &Context<'_>) -> [String; COLUMNS.len()] {
    let (place, origin) = (&finding.place, &finding.place.origin);
    let start = place.region.map(|region| region.start);
    let exposure = finding.exposure.as_ref();
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let number = |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
    let tags: Vec<&str> = finding.tags.iter().map(|tag| tag.as_str()).collect();
    let rule = context.catalogue.get(&finding.rule);
    [
        finding.severity.as_str().to_owned(),
        finding.confidence.as_str().to_owned(),
        finding.family.as_str().to_owned(),
        finding.rule.as_str().to_owned(),
        texts::title(&finding.rule, context).to_owned(),
        text(origin.path.as_deref()),
        place.inner.join(" > "),
        number(start.map(|start| start.line)),
        number(start.map(|start| start.column)),
        text(place.cell.as_deref()),
        text(origin.commit.as_deref()),
        finding.secret.as_ref().map(|secret| secret.redacted.as_str().to_owned()).unwrap_or_default(),
        text(exposure.and_then(|e| e.state.as_deref())),
        text(exposure.and_then(|e| e.first_seen.as_deref())),
        number(exposure.and_then(|e| e.age_days)),
        exposure.map(|e| e.remotes.join(" ")).unwrap_or_default(),
        finding.bundle.map(|bundle| bundle.to_string()).unwrap_or_default(),
        rule.map(|rule| rule.file.policy.join(" ")).unwrap_or_default(),
        tags.join(" "),
        finding.fingerprint.to_string(),
    ]
}

pub(super) fn write_row(cells: &[String], out: &mut dyn io::Write) -> io::Result<()> {
    let cells: Vec<String> = cells.iter().map(|cell| escaped(cell)).collect();
    writeln!(out, "{}", cells.join(","))
}

/// Quotes what would part cells, and keeps what begins like a formula from being one.
fn escaped(cell: &str) -> String {
    let cell = terminal::visible(cell);
    // Full-width signs are signs to a Japanese Excel.
    let is_formula = cell.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    let cell = if is_formula { format!("'{cell}") } else { cell.into_owned() };
    if cell.contains([',', '"', ';', '\'']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_no_formulas() {
        assert_eq!(escaped("=HYPERLINK(\"x\")"), "\"'=HYPERLINK(\"\"x\"\")\"");
        assert_eq!(escaped("-1+1"), "\"'-1+1\"");
        assert_eq!(escaped("＝1"), "\"'＝1\"");
        assert_eq!(escaped("a,b"), "\"a,b\"");
        assert_eq!(escaped("a\r\n=b"), r"a\r\n=b");
        assert_eq!(escaped("鍵/.env"), "鍵/.env");
    }
}
