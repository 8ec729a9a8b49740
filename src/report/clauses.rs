//! The clauses of Amazon's policies, and which rules check them: for people and as JSON.

use std::io;

use serde::Serialize;

use super::page::Page;
use super::{Context, terminal, texts};
use crate::lang::AboutClauses;
use crate::rules::lists::{Clause, POLICY, Reach};

/// How the clauses are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClausesFormat {
    /// For people.
    Human,
    /// JSON.
    Json,
}

#[derive(Serialize)]
struct WireClauses<'a> {
    schema_version: u32,
    policy_version: &'a str,
    clauses: Vec<WireClause<'a>>,
}

#[derive(Serialize)]
struct WireClause<'a> {
    id: &'a str,
    demands: &'a str,
    reach: Reach,
    rules: Vec<WireRule<'a>>,
    not_checked: &'a str,
}

#[derive(Serialize)]
struct WireRule<'a> {
    id: &'a str,
    title: &'a str,
}

/// Writes every clause with the rules of the catalogue that name it.
///
/// # Errors
/// When `out` does not take it.
pub fn write_clauses(
    format: ClausesFormat,
    context: &Context<'_>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let clauses: Vec<WireClause<'_>> =
        POLICY.clauses.iter().map(|(id, clause)| wire(id, clause, context)).collect();
    match format {
        ClausesFormat::Human => human(&clauses, context, out),
        ClausesFormat::Json => {
            let wire = WireClauses { schema_version: 1, policy_version: &POLICY.version, clauses };
            let text = serde_json::to_string_pretty(&wire).map_err(io::Error::other)?;
            writeln!(out, "{}", terminal::visible_json(&text))
        }
    }
}

fn wire<'a>(id: &'a str, clause: &'a Clause, context: &Context<'a>) -> WireClause<'a> {
    let names_it = |policy: &[String]| policy.iter().any(|named| named == id);
    let rules = context.catalogue.iter().filter(|rule| names_it(&rule.file.policy));
    WireClause {
        id,
        demands: texts::in_lang(&clause.demands, context.lang),
        reach: clause.reach,
        rules: rules
            .map(|rule| WireRule { id: rule.id.as_str(), title: &texts::of_rule(rule, context.lang).title })
            .collect(),
        not_checked: texts::in_lang(&clause.beyond, context.lang),
    }
}

fn human(clauses: &[WireClause<'_>], context: &Context<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let mut page = Page::new(context, out);
    let checked = clauses.iter().filter(|clause| !clause.rules.is_empty()).count();
    page.line(&context.say(AboutClauses::Counts { clauses: clauses.len(), checked }))?;
    page.hanging("", 0, &context.say(AboutClauses::Edition { date: &POLICY.version }))?;
    for clause in clauses {
        let state = match (clause.reach, clause.rules.is_empty()) {
            (Reach::No, true) => AboutClauses::OutOfReach,
            (_, true) => AboutClauses::Unchecked,
            (Reach::Yes, false) => AboutClauses::Checked,
            (_, false) => AboutClauses::CheckedPartly,
        };
        page.line("")?;
        page.line(&format!("{} ({})", page.paint.strong(clause.id), context.say(state)))?;
        page.hanging("  ", 2, clause.demands)?;
        for rule in &clause.rules {
            // A user's rule may be called anything.
            let (id, title) = (terminal::visible(rule.id), terminal::visible(rule.title));
            page.hanging("  - ", 4, &context.say(AboutClauses::By { rule: &id, title: &title }))?;
        }
        page.hanging("  ", 2, &context.say(AboutClauses::Beyond { text: clause.not_checked }))?;
    }
    page.line("")?;
    page.hanging("", 0, &context.say(AboutClauses::Bounds))
}
