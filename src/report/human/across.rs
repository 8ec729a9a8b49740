//! What several repositories share, and which of them there is nothing of.

use std::io;

use crate::lang::AboutFinding;
use crate::model::Report;
use crate::report::across;
use crate::report::page::Page;

/// Things named before the rest is counted.
const SHOWN_MAX: usize = 20;

pub(super) fn write(report: &Report, page: &mut Page<'_>) -> io::Result<()> {
    let Some(fleet) = report.fleet() else { return Ok(()) };
    let heading = page.context.say(across::repositories(fleet));
    page.line(&page.paint.strong(&heading))?;
    if !fleet.missing_shards.is_empty() {
        let text = across::missing_shards(fleet, page.context);
        page.hanging("  - ", 4, &text)?;
    }
    for shared in fleet.across.iter().take(SHOWN_MAX) {
        let text = across::said(shared, fleet, page.context);
        page.hanging("  - ", 4, &text)?;
    }
    if let rest @ 1.. = fleet.across.len().saturating_sub(SHOWN_MAX) {
        let rest = page.context.say(AboutFinding::AndMore(rest));
        page.line(&format!("  - {rest}"))?;
    }
    page.line("")
}
