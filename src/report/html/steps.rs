//! What to do: in one glance at the top, in numbered steps below.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use super::card::Case;
use super::said::{Said, escaped};
use crate::lang::{AboutFinding, AboutPage, Lang};
use crate::report::texts;
use crate::rules::lists::Remediation;

/// Things to do named at the top.
const FIRST_MAX: usize = 5;
/// Places named beside a thing to do.
const PLACES_MAX: usize = 3;

/// A thing to do, and what it is done for.
pub(super) struct Task<'a> {
    id: &'a str,
    remediation: &'a Remediation,
    paths: Vec<String>,
}

/// Everything that the cases ask for, once each, what the worst ask for first. What a list has before
/// another thing stays before it, so that nobody rewrites history before a key is rotated.
pub(super) fn tasks<'a>(cases: &[Case<'a>], said: &Said<'a>) -> Vec<Task<'a>> {
    let mut order: Vec<&str> = Vec::new();
    let mut paths: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for case in cases {
        let asked = case.remediation(said.context());
        for (at, id) in asked.iter().copied().enumerate() {
            if !order.contains(&id) {
                let mut later = asked.iter().skip(at + 1);
                let next = later.find_map(|later| order.iter().position(|known| known == later));
                // The very first stays the first: it is what the worst needs.
                order.insert(next.map_or(order.len(), |next| next.max(1)), id);
            }
            paths.entry(id).or_default().extend(case.paths(said.context()));
        }
    }
    let task = |id: &'a str| {
        let paths = paths.remove(id).unwrap_or_default().into_iter().collect();
        Some(Task { id, remediation: texts::remediation(id)?, paths })
    };
    order.into_iter().filter_map(task).collect()
}

/// Names what to do first, with links to the steps.
pub(super) fn first(tasks: &[Task<'_>], said: &Said<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    if tasks.is_empty() {
        return Ok(());
    }
    writeln!(out, "<section class=\"first\">\n<h2>{}</h2>\n<ol>", said.say(AboutPage::DoFirst))?;
    for task in tasks.iter().take(FIRST_MAX) {
        let title = title(task.remediation, said);
        writeln!(
            out,
            "<li><a href=\"#do-{}\"><b>{title}</b></a>{}</li>",
            escaped(task.id),
            places(task, said)
        )?;
    }
    writeln!(out, "</ol>")?;
    if tasks.len() > FIRST_MAX {
        writeln!(out, "<p><a href=\"#steps\">{}</a></p>", said.say(AboutPage::AllSteps))?;
    }
    writeln!(out, "</section>")
}

/// Says every step.
pub(super) fn all(tasks: &[Task<'_>], said: &Said<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    if tasks.is_empty() {
        return Ok(());
    }
    writeln!(out, "<section class=\"steps\" id=\"steps\">\n<h2>{}</h2>", said.say(AboutPage::Steps))?;
    let remediations: Vec<&Remediation> = tasks.iter().map(|task| task.remediation).collect();
    let shared = Lang::ALL.map(|lang| texts::shared_step(&remediations, lang));
    if shared.iter().all(Option::is_some) {
        let text = said
            .both(|context| texts::shared_step(&remediations, context.lang).unwrap_or_default().to_owned());
        writeln!(out, "<p class=\"warning\">{text}</p>")?;
    }
    for (at, task) in tasks.iter().enumerate() {
        writeln!(
            out,
            "<article class=\"card\" id=\"do-{}\">\n<h3>{}. {}</h3>\n<p class=\"soft\">{}</p>",
            escaped(task.id),
            at + 1,
            title(task.remediation, said),
            places(task, said)
        )?;
        for lang in Lang::ALL {
            writeln!(out, "<ol lang=\"{}\">", lang.as_str())?;
            for step in texts::steps_without(task.remediation, texts::shared_step(&remediations, lang), lang)
            {
                writeln!(out, "<li>{}</li>", escaped(step))?;
            }
            writeln!(out, "</ol>")?;
        }
        writeln!(out, "</article>")?;
    }
    writeln!(out, "</section>")
}

fn title(remediation: &Remediation, said: &Said<'_>) -> String {
    said.both(|context| texts::in_lang(&remediation.title, context.lang).to_owned())
}

fn places(task: &Task<'_>, said: &Said<'_>) -> String {
    let mut named: Vec<String> =
        task.paths.iter().take(PLACES_MAX).map(|path| format!("<code>{}</code>", escaped(path))).collect();
    if let rest @ 1.. = task.paths.len().saturating_sub(PLACES_MAX) {
        named.push(said.say(AboutFinding::AndMore(rest)));
    }
    format!(" <span class=\"soft\">{}</span>", named.join(" "))
}
