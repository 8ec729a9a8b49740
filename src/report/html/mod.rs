//! `--format html`: one file for people, in both languages, that loads nothing.
//!
//! It reads without a script; the script only filters. A policy in the page forbids everything but
//! its own style and script, so that text of a hostile tree can do nothing even where an escape was
//! forgotten.

mod card;
mod details;
mod picture;
mod said;

use std::io;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::{Context, Reporter, texts, words};
use crate::lang::{AboutAudit, AboutPage, Lang, Term};
use crate::model::{Report, Severity};
use card::Case;
use said::Said;
pub(super) use said::escaped;

/// Writes a page.
#[derive(Debug)]
pub(super) struct Html;

pub(super) const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("filter.js");
/// Cards that a person would scroll through; the rest is in the table.
const CARDS_MAX: usize = 200;

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
        let cases = card::cases(report);
        headline(report, &cases, &said, out)?;
        cards(&cases, &said, out)?;
        details::advice(report, &said, out)?;
        details::left_out(report, &said, out)?;
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
    for (each, name) in [(Lang::En, "English"), (Lang::Ja, "日本語")] {
        let checked = if each == lang { " checked" } else { "" };
        let id = each.as_str();
        writeln!(
            out,
            "<input class=\"switch\" type=\"radio\" name=\"language\" id=\"{id}\" aria-label=\"{name}\"{checked}>"
        )?;
    }
    writeln!(
        out,
        "<div class=\"page\">\n<nav class=\"languages\" aria-label=\"Language\"><label for=\"en\">English</label>\
         <label for=\"ja\">日本語</label></nav>"
    )
}

fn headline(report: &Report, cases: &[Case<'_>], said: &Said<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let audited = said.both(|context| texts::audited(report, context));
    writeln!(out, "<header>")?;
    if cases.is_empty() {
        let is_complete = report.coverage().is_complete();
        let class = if is_complete { " class=\"good\"" } else { "" };
        writeln!(out, "<h1{class}>{}</h1>", said.say(AboutPage::Nothing))?;
        if !is_complete {
            let count = report.coverage().skipped.iter().filter(|p| p.reason.is_incomplete()).count();
            writeln!(out, "<p class=\"warning\">{}</p>", said.say(AboutAudit::Incomplete { count }))?;
        }
        return writeln!(out, "<p class=\"soft\">{audited}</p>\n</header>\n<main>");
    }
    writeln!(out, "<h1>{}</h1>", said.say(AboutPage::Headline { count: cases.len() }))?;
    let known = cases.iter().any(Case::is_known);
    let outside = cases.iter().filter(|case| case.is_outside()).count();
    let reach = if outside > 0 {
        AboutPage::Outside { count: outside }
    } else if known {
        AboutPage::Inside
    } else {
        AboutPage::UnknownReach
    };
    writeln!(out, "<p class=\"lead\">{}</p>\n<ul class=\"counts\">", said.say(reach))?;
    let summary = report.summary();
    for severity in Severity::DESCENDING {
        writeln!(
            out,
            "<li><b class=\"{}\">{}</b>{}</li>",
            severity.as_str(),
            summary.of(severity),
            said.say(words::severity(severity))
        )?;
    }
    writeln!(out, "</ul>")?;
    picture::families(report, out)?;
    writeln!(out, "<p class=\"soft\">{audited}</p>\n</header>\n<main>")
}

fn cards(cases: &[Case<'_>], said: &Said<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    if cases.is_empty() {
        return Ok(());
    }
    writeln!(out, "<section>\n<h2>{}</h2>", said.say(AboutPage::Cards))?;
    writeln!(
        out,
        "<p class=\"filter\"><label for=\"filter\">{}</label> <input type=\"search\" id=\"filter\"></p>",
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
    writeln!(
        out,
        "</main>\n<footer><p>Kagiban {} · {} · {}</p><p>{}: <code>kagiban explain RULE</code></p></footer>\n</div>\n<script>{SCRIPT}</script>\n</body>\n</html>",
        env!("CARGO_PKG_VERSION"),
        said::escaped(facts.mode.as_str()),
        said::escaped(&facts.started_at),
        said.say(Term::Next),
    )
}
