//! What several repositories share, and which of them there is nothing of.

use std::io;

use crate::lang::{AboutFinding, AboutFleet};
use crate::model::{Across, AcrossKind, Fleet, MemberState, Report};
use crate::report::page::Page;
use crate::report::{terminal, texts};

/// Things named before the rest is counted.
const SHOWN_MAX: usize = 20;
/// Repositories named at a thing before the rest is counted.
const REPOSITORIES_MAX: usize = 5;

pub(super) fn write(report: &Report, page: &mut Page<'_>) -> io::Result<()> {
    let Some(fleet) = report.fleet() else { return Ok(()) };
    let of = |is_state: fn(&MemberState) -> bool| fleet.members.iter().filter(|m| is_state(&m.state)).count();
    let heading = AboutFleet::Repositories {
        count: fleet.members.len(),
        broken: of(|state| matches!(state, MemberState::Broken(_))),
        missing: of(|state| matches!(state, MemberState::Missing)),
    };
    let heading = page.context.say(heading);
    page.line(&page.paint.strong(&heading))?;
    if !fleet.missing_shards.is_empty() {
        let shards: Vec<String> = fleet.missing_shards.iter().map(u32::to_string).collect();
        let shards = texts::joined(&shards, page.context.lang);
        let text = page.context.say(AboutFleet::MissingShards { shards: &shards, count: fleet.shards });
        page.hanging("  - ", 4, &text)?;
    }
    for across in fleet.across.iter().take(SHOWN_MAX) {
        let text = said(across, fleet, page);
        page.hanging("  - ", 4, &text)?;
    }
    if let rest @ 1.. = fleet.across.len().saturating_sub(SHOWN_MAX) {
        let rest = page.context.say(AboutFinding::AndMore(rest));
        page.line(&format!("  - {rest}"))?;
    }
    page.line("")
}

fn said(across: &Across, fleet: &Fleet, page: &Page<'_>) -> String {
    let members = across.members.iter().filter_map(|member| fleet.members.get(*member));
    let mut names: Vec<String> =
        members.take(REPOSITORIES_MAX).map(|member| terminal::visible(&member.at).into_owned()).collect();
    if let rest @ 1.. = across.members.len().saturating_sub(REPOSITORIES_MAX) {
        names.push(page.context.say(AboutFinding::AndMore(rest)));
    }
    let names = texts::joined(&names, page.context.lang);
    let is_told = fleet.members.iter().any(|member| member.client.is_some());
    let clients = if is_told { across.clients } else { 0 };
    let (what, count) = (&*terminal::visible(&across.what), across.members.len());
    let title = texts::title(&across.rule, page.context);
    page.context.say(match across.kind {
        AcrossKind::Credential => AboutFleet::Credential { title, what, count, clients, names: &names },
        AcrossKind::Owner => AboutFleet::Owner { what, count, clients, names: &names },
        AcrossKind::Party => AboutFleet::Party { what, count, clients, names: &names },
    })
}
