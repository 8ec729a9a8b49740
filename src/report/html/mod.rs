//! `--format html`: one file for people, in both languages, that loads nothing.
//!
//! It reads without a script; the script only filters. A policy in the page forbids everything but
//! its own style and script, so that text of a hostile tree can do nothing even where an escape was
//! forgotten.

mod also;
mod card;
mod details;
mod picture;
mod said;
mod steps;

use std::io;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::{Context, Reporter, texts, words};
use crate::lang::{AboutAudit, AboutPage, Lang, Term};
use crate::model::{Problem, Report, Severity};
use card::Case;
use said::Said;
pub(super) use said::escaped;

/// Writes a page.
#[derive(Debug)]
pub(super) struct Html;

pub(super) const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("filter.js");
/// Cards that a person would scroll through; the rest is in the table.
const CARDS_MAX: usize = 100;

impl Reporter for Html {
    fn name(&self) -> &'static str {
        "html"
    }

    fn endings(&self) -> &'static [&'static str] {
        &[".html", ".htm"]
    }

    fn write(&self, report: &Report, context: &Context<'_>, out: &mut dyn io::Write) -> io::Result<()> {
        let said = Said::new(context);
        head(context.lang, &said, out)?;
        let mut cases = card::cases(report);
        let later = cases.split_off(cases.partition_point(Case::is_pressing));
        let (tasks, pressing) = (steps::tasks(&cases, &said), cases);
        headline(report, &pressing, &later, &said, out)?;
        steps::first(&tasks, &said, out)?;
        cards(&pressing, &said, out)?;
        steps::all(&tasks, &said, out)?;
        also::later(&later, &said, out)?;
        also::across(report, &said, out)?;
        details::left_out(report, &said, out)?;
        details::why(report, &said, out)?;
        details::table(report, &said, out)?;
        foot(report, &said, out)
    }
}

fn head(lang: Lang, said: &Said<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let hash = |text: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)));
    writeln!(
        out,
        "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src {}; script-src {}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{}</title>\n<style>{STYLE}</style>\n</head>\n<body>",
        lang.as_str(),
        hash(STYLE),
        hash(SCRIPT),
        said.once(AboutPage::Title),
    )?;
    writeln!(out, "<div class=\"page\">\n<nav class=\"languages\" aria-label=\"Language\">")?;
    for (each, name) in [(Lang::En, "English"), (Lang::Ja, "日本語")] {
        let checked = if each == lang { " checked" } else { "" };
        let id = each.as_str();
        writeln!(
            out,
            "<input class=\"switch\" type=\"radio\" name=\"language\" id=\"{id}\"{checked}><label for=\"{id}\">{name}</label>"
        )?;
    }
    writeln!(out, "</nav>")
}

fn headline<'a>(
    report: &Report,
    pressing: &[Case<'a>],
    later: &[Case<'a>],
    said: &Said<'a>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let is_complete = report.coverage().is_complete();
    let outside = pressing.iter().filter(|case| case.is_outside()).count();
    let is_good = pressing.is_empty() && is_complete;
    let headline = match (outside, pressing.len(), later.len()) {
        (0, 0, 0) if is_complete => AboutPage::Nothing,
        (0, 0, 0) => AboutPage::NothingSoFar,
        (0, 0, _) => AboutPage::NothingPressing,
        (0, count, _) => AboutPage::Pressing { count },
        (count, ..) => AboutPage::Outside { count },
    };
    let class = if is_good { " class=\"good\"" } else { "" };
    writeln!(out, "<header>\n<h1{class}>{}</h1>", said.say(headline))?;
    let lead = match (outside, pressing.len(), later.len()) {
        (0, 0, 0) => is_complete.then_some(AboutPage::NothingMeans),
        (0, 0, count) => Some(AboutPage::CanWait { count }),
        (0, ..) if pressing.iter().any(Case::is_known) => Some(AboutPage::Inside),
        (0, ..) => Some(AboutPage::UnknownReach),
        (_, count, _) => Some(AboutPage::OutsideMeans { count }),
    };
    if let Some(lead) = lead {
        writeln!(out, "<p class=\"lead\">{}</p>", said.say(lead))?;
    }
    if !is_complete {
        let count = report.coverage().skipped.iter().filter(|p: &&Problem| p.reason.is_incomplete()).count();
        let text = said.say(AboutAudit::Incomplete { count });
        writeln!(out, "<p class=\"warning\"><a href=\"#left-out\">{text}</a></p>")?;
    }
    let all = || pressing.iter().chain(later);
    if all().next().is_some() {
        writeln!(out, "<ul class=\"counts\">")?;
        for severity in Severity::DESCENDING {
            let count = all().filter(|case| case.severity == severity).count();
            if count > 0 {
                let (class, word) = (severity.as_str(), said.say(words::severity(severity)));
                writeln!(out, "<li><b class=\"{class}\">{count}</b> {word}</li>")?;
            }
        }
        writeln!(out, "</ul>")?;
        picture::families(&all().filter_map(Case::family).collect::<Vec<_>>(), out)?;
    }
    let audited = said.both(|context| texts::audited(report, context));
    writeln!(out, "<p class=\"soft\">{audited}</p>\n</header>\n<main>")
}

fn cards<'a>(cases: &[Case<'a>], said: &Said<'a>, out: &mut dyn io::Write) -> io::Result<()> {
    if cases.is_empty() {
        return Ok(());
    }
    writeln!(out, "<section>\n<h2>{}</h2>", said.say(AboutPage::Cards))?;
    writeln!(
        out,
        "<p class=\"filter\"><label for=\"filter\">{}</label> <input type=\"search\" id=\"filter\"> <output id=\"matches\" for=\"filter\"></output></p>",
        said.say(AboutPage::Filter)
    )?;
    cases.iter().take(CARDS_MAX).try_for_each(|case| case.write(said, out))?;
    let count = cases.len().saturating_sub(CARDS_MAX);
    if count > 0 {
        writeln!(out, "<p>{}</p>", said.say(AboutPage::Others { count }))?;
    }
    writeln!(out, "</section>")
}

fn foot(report: &Report, said: &Said<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let facts = report.facts();
    let next = if report.findings().is_empty() {
        String::new()
    } else {
        format!("<p>{}: <code>kagiban explain RULE</code></p>", said.say(Term::Next))
    };
    writeln!(
        out,
        "</main>\n<footer><p>Kagiban {} · {} · {}</p>{next}</footer>\n</div>\n<script>{SCRIPT}</script>\n</body>\n</html>",
        env!("CARGO_PKG_VERSION"),
        said::escaped(facts.mode.as_str()),
        said::escaped(&facts.started_at),
    )
}
