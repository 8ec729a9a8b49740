//! Sentences about several repositories: what they share, and which of them there is nothing of.

use super::{Context, terminal, texts};
use crate::lang::{AboutFinding, AboutFleet};
use crate::model::{Across, AcrossKind, Fleet, MemberState};

/// Repositories named at a thing before the rest is counted.
const REPOSITORIES_MAX: usize = 5;

/// How many repositories there are, and how many of them are not audited.
pub(super) fn repositories(fleet: &Fleet) -> AboutFleet<'static> {
    let of = |is_state: fn(&MemberState) -> bool| fleet.members.iter().filter(|m| is_state(&m.state)).count();
    AboutFleet::Repositories {
        count: fleet.members.len(),
        broken: of(|state| matches!(state, MemberState::Broken(_))),
        missing: of(|state| matches!(state, MemberState::Missing)),
    }
}

/// Names the shards without results.
pub(super) fn missing_shards(fleet: &Fleet, context: &Context<'_>) -> String {
    let shards: Vec<String> = fleet.missing_shards.iter().map(u32::to_string).collect();
    let shards = texts::joined(&shards, context.lang);
    context.say(AboutFleet::MissingShards { shards: &shards, count: fleet.shards })
}

/// Says what is shared, by which repositories.
pub(super) fn said(across: &Across, fleet: &Fleet, context: &Context<'_>) -> String {
    let members = across.members.iter().filter_map(|member| fleet.members.get(*member));
    let mut names: Vec<String> =
        members.take(REPOSITORIES_MAX).map(|member| terminal::visible(&member.at).into_owned()).collect();
    if let rest @ 1.. = across.members.len().saturating_sub(REPOSITORIES_MAX) {
        names.push(context.say(AboutFinding::AndMore(rest)));
    }
    let names = texts::joined(&names, context.lang);
    let is_told = fleet.members.iter().any(|member| member.client.is_some());
    let clients = if is_told { across.clients } else { 0 };
    let (what, count) = (&*terminal::visible(&across.what), across.members.len());
    let title = texts::title(&across.rule, context);
    context.say(match across.kind {
        AcrossKind::Credential => AboutFleet::Credential { title, what, count, clients, names: &names },
        AcrossKind::Owner => AboutFleet::Owner { what, count, clients, names: &names },
        AcrossKind::Party => AboutFleet::Party { what, count, clients, names: &names },
    })
}
