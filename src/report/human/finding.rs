//! One finding, or one credential set.

use std::collections::BTreeSet;
use std::io;

use super::frame::Frame;
use super::link;
use crate::lang::{AboutFinding, Term};
use crate::model::{AlsoAt, Finding, Place, Severity};
use crate::report::page::Page;
use crate::report::wrap::{columns_of, wrapped};
use crate::report::{Context, terminal, texts, words};

/// Places named at a finding before the rest is counted.
const PLACES_SHOWN_MAX: usize = 3;
/// Frames drawn for one credential set.
const FRAMES_MAX: usize = 6;

/// A place and the frame drawn there.
struct Section<'a> {
    place: &'a Place,
    frame: Frame,
    shows: Vec<&'a Place>,
}

impl<'a> Section<'a> {
    fn new(finding: &'a Finding, label: &[String]) -> Self {
        let mut frame = Frame::default();
        frame.add(&finding.excerpt, label);
        Self { place: &finding.place, frame, shows: vec![&finding.place] }
    }
}

pub(super) fn write_one(finding: &Finding, page: &mut Page<'_>) -> io::Result<()> {
    let title = texts::title(&finding.rule, page.context).to_owned();
    headline(finding.severity, Some(finding.rule.as_str()), &title, page)?;
    let label: Vec<String> = length(finding, page.context).into_iter().collect();
    let gutter = section(&Section::new(finding, &label), finding.severity, page)?;
    let mut notes = notes(&[finding], page.context);
    notes.push(also_at(&finding.also_at, finding.also_at_total, page.context));
    write_notes(&notes, gutter, page)
}

/// Writes the members of a credential set under one headline.
pub(super) fn write_set(members: &[&Finding], page: &mut Page<'_>) -> io::Result<()> {
    // The finding about the set itself has no secret; its members carry the marks.
    let (about, parts): (Vec<&Finding>, Vec<&Finding>) = members.iter().partition(|m| m.secret.is_none());
    let severity = members.iter().map(|m| m.severity).max().unwrap_or(Severity::Info);
    match about.first() {
        Some(set) => {
            let title = texts::title(&set.rule, page.context).to_owned();
            headline(severity, Some(set.rule.as_str()), &title, page)?;
        }
        None => {
            let title = page.context.say(AboutFinding::Set { parts: parts.len() });
            headline(severity, None, &title, page)?;
        }
    }
    let sections = sections(if parts.is_empty() { members } else { &parts }, page.context);
    let mut gutter = 1;
    for shown in sections.iter().take(FRAMES_MAX) {
        gutter = section(shown, severity, page)?;
    }
    let drawn: BTreeSet<&Place> = sections.iter().take(FRAMES_MAX).flat_map(|s| &s.shows).copied().collect();
    let of_members = parts.iter().map(|m| AlsoAt { place: m.place.clone(), rule: Some(m.rule.clone()) });
    let mut further: Vec<AlsoAt> =
        members.iter().flat_map(|m| m.also_at.iter().cloned()).chain(of_members).collect();
    further.retain(|also| !drawn.contains(&also.place));
    further.sort();
    further.dedup_by(|a, b| a.place == b.place);
    let unlisted: usize =
        parts.iter().map(|m| m.also_at_total.saturating_sub(m.also_at.len())).max().unwrap_or(0);
    let mut notes = notes(members, page.context);
    notes.push(also_at(&further, further.len() + unlisted, page.context));
    write_notes(&notes, gutter, page)
}

fn headline(severity: Severity, rule: Option<&str>, title: &str, page: &mut Page<'_>) -> io::Result<()> {
    let word = page.context.say(words::severity(severity));
    let lead = rule.map_or_else(|| word.clone(), |rule| format!("{word}[{rule}]"));
    let indent = columns_of(&lead) + 2;
    let lead = format!("{}{}", page.paint.severity(severity, &lead), page.paint.strong(": "));
    let lines = wrapped(title, page.columns.saturating_sub(indent).max(20));
    for (at, line) in lines.iter().enumerate() {
        let line = page.paint.strong(line);
        let line = if at == 0 { format!("{lead}{line}") } else { format!("{:indent$}{line}", "") };
        page.line(&line)?;
    }
    Ok(())
}

/// Collects excerpts of the same document into one frame as long as they do not clash.
fn sections<'a>(parts: &[&'a Finding], context: &Context<'_>) -> Vec<Section<'a>> {
    let mut sections: Vec<Section<'a>> = Vec::new();
    for part in parts {
        let label = label(part, context);
        let same = |place: &Place| place.origin == part.place.origin && place.inner == part.place.inner;
        let fits = sections
            .iter_mut()
            .find_map(|s| (same(s.place) && s.frame.add(&part.excerpt, &label)).then_some(&mut s.shows));
        match fits {
            Some(shows) => shows.push(&part.place),
            None => sections.push(Section::new(part, &label)),
        }
    }
    sections
}

fn section(section: &Section<'_>, severity: Severity, page: &mut Page<'_>) -> io::Result<usize> {
    let gutter = section.frame.gutter();
    let arrow = page.paint.frame("-->");
    let place = link::to_file(section.place, texts::place_at(section.place, page.context), page.context);
    page.line(&format!("{:gutter$}{arrow} {place}", ""))?;
    let frame = section.frame.drawn(severity, page.columns, page.context);
    if !frame.is_empty() {
        page.line(&frame)?;
    }
    Ok(gutter)
}

fn label(finding: &Finding, context: &Context<'_>) -> Vec<String> {
    let what = format!("{}[{}]", context.say(words::severity(finding.severity)), finding.rule);
    std::iter::once(what).chain(length(finding, context)).collect()
}

fn length(finding: &Finding, context: &Context<'_>) -> Option<String> {
    let length = finding.secret.as_ref()?.length?;
    Some(context.say(AboutFinding::Length(length)))
}

/// Collects the facts of one finding, or the different facts of several.
fn notes(findings: &[&Finding], context: &Context<'_>) -> Vec<(Term, String)> {
    let mut seen = BTreeSet::new();
    let evidence = findings.iter().flat_map(|finding| &finding.evidence);
    let evidence = evidence.filter(|piece| seen.insert((piece.kind, piece.text.as_str(), piece.weight)));
    let evidence = texts::evidence_pieces(evidence, terminal::visible, context);
    let reasons = findings.iter().flat_map(|finding| &finding.severity_because);
    let reasons = reasons.map(|reason| terminal::visible(&texts::because(reason, context)).into_owned());
    let exposures = findings.iter().filter_map(|finding| finding.exposure.as_ref());
    let tags = findings.iter().flat_map(|finding| &finding.tags);
    let mut notes = vec![
        (Term::Because, texts::joined(&evidence, context.lang)),
        (Term::Severity, texts::clauses(&distinct(reasons), context.lang)),
    ];
    let exposures = distinct(exposures.map(|exposure| texts::exposure(exposure, context)));
    notes.extend(exposures.into_iter().map(|exposure| (Term::Exposure, exposure)));
    let tags = distinct(tags.map(|tag| context.say(words::tag(*tag))));
    notes.push((Term::Note, texts::clauses(&tags, context.lang)));
    notes
}

fn distinct(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    texts.filter(|text| seen.insert(text.clone())).collect()
}

/// Names the first few of the further places and counts the rest.
fn also_at(places: &[AlsoAt], total: usize, context: &Context<'_>) -> (Term, String) {
    let named = places.iter().take(PLACES_SHOWN_MAX).map(|also| {
        let rule = also.rule.as_ref().map(|rule| format!(" [{rule}]")).unwrap_or_default();
        format!("{}{rule}", texts::place_at(&also.place, context))
    });
    let mut named: Vec<String> = named.collect();
    let rest = total.saturating_sub(named.len());
    if rest > 0 {
        named.push(context.say(AboutFinding::AndMore(rest)));
    }
    if total == 0 {
        return (Term::AlsoAt, String::new());
    }
    let count = context.say(AboutFinding::FurtherPlaces(total));
    (Term::AlsoAt, format!("{count}: {}", texts::joined(&named, context.lang)))
}

/// Writes the notes that say something, below a bar that ties them to the frame.
fn write_notes(notes: &[(Term, String)], gutter: usize, page: &mut Page<'_>) -> io::Result<()> {
    let notes: Vec<&(Term, String)> = notes.iter().filter(|(_, text)| !text.is_empty()).collect();
    if !notes.is_empty() {
        let bar = page.paint.frame("|");
        page.line(&format!("{:gutter$} {bar}", ""))?;
    }
    for (label, text) in notes {
        let label = format!("{}: ", page.context.say(*label));
        let lead = format!("{:gutter$} {} {}", "", page.paint.frame("="), page.paint.strong(&label));
        page.hanging(&lead, gutter + 3 + columns_of(&label), text)?;
    }
    page.line("")
}
