//! What can wait, and what several repositories share.

use std::collections::BTreeMap;
use std::io;

use super::card::Case;
use super::said::{Said, escaped};
use crate::lang::{AboutFinding, AboutPage, AboutRule};
use crate::model::{Report, RuleId};
use crate::report::{across, texts};

/// Places named at a rule.
const PLACES_MAX: usize = 3;
/// Things named that several repositories share.
const ACROSS_MAX: usize = 100;

/// Lists the cases that are no cards, a line a rule.
pub(super) fn later<'a>(cases: &[Case<'a>], said: &Said<'a>, out: &mut dyn io::Write) -> io::Result<()> {
    let mut rules: Vec<(&RuleId, usize, Vec<String>)> = Vec::new();
    let mut at: BTreeMap<&RuleId, usize> = BTreeMap::new();
    for case in cases {
        let Some(head) = case.head() else { continue };
        let place = *at.entry(&head.rule).or_insert(rules.len());
        if place == rules.len() {
            rules.push((&head.rule, 0, Vec::new()));
        }
        let Some((_, count, paths)) = rules.get_mut(place) else { continue };
        *count += 1;
        if paths.len() <= PLACES_MAX {
            paths.extend(case.paths(said.context()));
            paths.dedup();
        }
    }
    if rules.is_empty() {
        return Ok(());
    }
    writeln!(out, "<section>\n<h2>{}</h2>\n<ul class=\"later\">", said.say(AboutPage::Later))?;
    for (rule, count, paths) in rules {
        let title = said.both(|context| texts::title(rule, context).to_owned());
        let places: Vec<String> =
            paths.iter().take(PLACES_MAX).map(|path| format!("<code>{}</code>", escaped(path))).collect();
        let more = if count > places.len() {
            format!(" ({})", said.say(AboutRule::WithFindings { count }))
        } else {
            String::new()
        };
        writeln!(
            out,
            "<li><a href=\"#why-{}\">{title}</a>{more} <span class=\"soft\">{}</span></li>",
            escaped(rule.as_str()),
            places.join(" ")
        )?;
    }
    writeln!(out, "</ul>\n</section>")
}

/// Says what several repositories share, and of which there is nothing.
pub(super) fn across(report: &Report, said: &Said<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let Some(fleet) = report.fleet() else { return Ok(()) };
    writeln!(
        out,
        "<section class=\"across\">\n<h2>{}</h2>\n<p>{}</p>",
        said.say(AboutPage::Across),
        said.both(|context| context.say(across::repositories(fleet)))
    )?;
    if !fleet.missing_shards.is_empty() {
        writeln!(
            out,
            "<p class=\"warning\">{}</p>",
            said.both(|context| across::missing_shards(fleet, context))
        )?;
    }
    if !fleet.across.is_empty() {
        writeln!(out, "<ul>")?;
        for shared in fleet.across.iter().take(ACROSS_MAX) {
            writeln!(out, "<li>{}</li>", said.both(|context| across::said(shared, fleet, context)))?;
        }
        if let rest @ 1.. = fleet.across.len().saturating_sub(ACROSS_MAX) {
            writeln!(out, "<li>{}</li>", said.say(AboutFinding::AndMore(rest)))?;
        }
        writeln!(out, "</ul>")?;
    }
    writeln!(out, "</section>")
}
