//! A credential set, a credential or another fault, as a person sees it.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::io;

use super::picture::{self, Reach};
use super::said::{Said, escaped};
use crate::lang::AboutPage;
use crate::model::{Exposure, Family, Finding, Report, Severity};
use crate::report::{Context, texts, words};

/// Places named in a card.
const PLACES_MAX: usize = 8;

/// What belongs together: the members of a set, or one finding.
pub(super) struct Case<'a> {
    members: Vec<&'a Finding>,
    reach: Option<Reach>,
    pub(super) severity: Severity,
}

/// The cases, the worst first.
pub(super) fn cases(report: &Report) -> Vec<Case<'_>> {
    let sets = report.bundles().into_iter().map(|bundle| Case::new(bundle.members));
    let single = report.findings().iter().filter(|finding| finding.bundle.is_none());
    let mut cases: Vec<Case<'_>> = sets.chain(single.map(|finding| Case::new(vec![finding]))).collect();
    cases.sort_by_key(|case| (Reverse(case.severity), !case.is_outside()));
    cases
}

impl<'a> Case<'a> {
    fn new(members: Vec<&'a Finding>) -> Self {
        let severity = members.iter().map(|member| member.severity).max().unwrap_or(Severity::Info);
        let mut case = Self { members, reach: None, severity };
        case.reach = case.reached();
        case
    }

    /// The finding that names the case: that about the set, else the worst.
    pub(super) fn head(&self) -> Option<&'a Finding> {
        let about = self.members.iter().find(|m| m.secret.is_none());
        about.or_else(|| self.members.iter().max_by_key(|member| member.severity)).copied()
    }

    pub(super) fn family(&self) -> Option<Family> {
        self.head().map(|head| head.family)
    }

    /// Whether it waits for nothing: what is low is mended on the way.
    pub(super) fn is_pressing(&self) -> bool {
        self.severity >= Severity::Medium
    }

    /// Whether it is a thing that somebody can have.
    fn is_held(&self) -> bool {
        matches!(self.family(), Some(Family::Leak | Family::Sharing | Family::CustomerData))
    }

    fn exposures(&self) -> impl Iterator<Item = &'a Exposure> {
        self.members.iter().filter_map(|member| member.exposure.as_ref())
    }

    fn reached(&self) -> Option<Reach> {
        if !self.is_held() {
            return None;
        }
        if self.members.iter().any(|member| member.family == Family::Sharing) {
            return Some(Reach::Others);
        }
        self.exposures()
            .filter_map(|exposure| {
                Some(match exposure.state.as_deref()? {
                    "pushed" => Reach::Pushed,
                    "committed" => Reach::Repository,
                    _ => Reach::Computer,
                })
            })
            .max()
    }

    /// Whether it is known how far it got.
    pub(super) const fn is_known(&self) -> bool {
        self.reach.is_some()
    }

    /// Whether somebody else may have it.
    pub(super) fn is_outside(&self) -> bool {
        self.reach.is_some_and(|reach| reach >= Reach::Pushed)
    }

    /// What to do, in order. A set's own list is for every kind of set, so that what none of its
    /// members asks for is left out of it, but for the first, which is about the set.
    pub(super) fn remediation(&self, context: &Context<'a>) -> Vec<&'a str> {
        let of = |finding: &Finding| {
            let rule = context.catalogue.get(&finding.rule);
            rule.into_iter().flat_map(|rule| &rule.file.remediation).map(String::as_str)
        };
        let Some(head) = self.head() else { return Vec::new() };
        let others = self.members.iter().filter(|member| member.rule != head.rule);
        let asked: Vec<&str> = others.flat_map(|member| of(member)).collect();
        let is_whole = asked.is_empty() || head.secret.is_some();
        let own = of(head).enumerate().filter(|(at, id)| *at == 0 || is_whole || asked.contains(id));
        let mut all: Vec<&str> = own.map(|(_, id)| id).collect();
        for id in asked {
            if !all.contains(&id) {
                all.push(id);
            }
        }
        all
    }

    /// Where it is, for people: the paths alone.
    pub(super) fn paths(&self, context: &Context<'_>) -> Vec<String> {
        let mut paths: Vec<String> =
            self.members.iter().map(|member| texts::path_of(&member.place, context)).collect();
        paths.sort();
        paths.dedup();
        paths
    }

    pub(super) fn write(&self, said: &Said<'a>, out: &mut dyn io::Write) -> io::Result<()> {
        let Some(head) = self.head() else { return Ok(()) };
        writeln!(out, "<article class=\"card {}\" data-part>", self.severity.as_str())?;
        writeln!(
            out,
            "<h3><span class=\"badge\">{}</span> {}</h3>",
            said.say(words::severity(self.severity)),
            said.both(|context| texts::title(&head.rule, context).to_owned())
        )?;
        writeln!(out, "<dl>")?;
        self.what(head, said, out)?;
        self.who(said, out)?;
        self.since(said, out)?;
        let first =
            self.remediation(said.context()).into_iter().find_map(|id| Some((id, texts::remediation(id)?)));
        if let Some((id, remediation)) = first {
            let title = said.both(|context| texts::in_lang(&remediation.title, context.lang).to_owned());
            row(AboutPage::First, &format!("<a href=\"#do-{}\">{title}</a>", escaped(id)), said, out)?;
        }
        writeln!(out, "</dl>")?;
        self.for_engineers(head, said, out)?;
        writeln!(out, "</article>")
    }

    fn what(&self, head: &Finding, said: &Said<'_>, out: &mut dyn io::Write) -> io::Result<()> {
        let parts = |context: &Context<'_>| {
            let mut titles: Vec<&str> = Vec::new();
            for member in self.members.iter().filter(|member| member.rule != head.rule) {
                let title =
                    context.catalogue.get(&member.rule).map(|rule| &texts::of_rule(rule, context.lang).title);
                let title = title.map_or(member.rule.as_str(), String::as_str);
                if !titles.contains(&title) {
                    titles.push(title);
                }
            }
            texts::joined(&titles, context.lang)
        };
        let parts = said.both(parts);
        let paths = self.paths(said.context());
        let mut places: String =
            paths.iter().take(PLACES_MAX).map(|path| format!(" <code>{}</code>", escaped(path))).collect();
        if let rest @ 1.. = paths.len().saturating_sub(PLACES_MAX) {
            places.push_str(&said.say(crate::lang::AboutFinding::AndMore(rest)));
        }
        if !parts.is_empty() {
            row(AboutPage::What, &parts, said, out)?;
        }
        row(AboutPage::Where, places.trim_start(), said, out)
    }

    fn who(&self, said: &Said<'_>, out: &mut dyn io::Write) -> io::Result<()> {
        if !self.is_held() {
            return Ok(());
        }
        let remotes: BTreeSet<&str> =
            self.exposures().flat_map(|exposure| &exposure.remotes).map(String::as_str).collect();
        let remotes: Vec<&str> = remotes.into_iter().collect();
        let who = said.both(|context| {
            let remotes = texts::joined(&remotes, context.lang);
            context.say(match self.reach {
                Some(Reach::Others) => AboutPage::WhoOthers { remotes: &remotes },
                Some(Reach::Pushed) => AboutPage::WhoServer { remotes: &remotes },
                Some(Reach::Repository) => AboutPage::WhoRepository,
                Some(Reach::Computer) => AboutPage::WhoComputer,
                None => AboutPage::WhoUnknown,
            })
        });
        writeln!(out, "<dt>{}</dt><dd>{who}", said.say(AboutPage::Who))?;
        if let Some(reach) = self.reach {
            picture::reach(reach, out)?;
        }
        writeln!(out, "</dd>")
    }

    fn since(&self, said: &Said<'_>, out: &mut dyn io::Write) -> io::Result<()> {
        let oldest = self.exposures().max_by_key(|exposure| exposure.age_days);
        let Some((exposure, days)) = oldest.and_then(|e| Some((e, e.age_days?))) else { return Ok(()) };
        let Some(first) = exposure.first_seen.as_deref() else { return Ok(()) };
        let day = first.get(..10).unwrap_or(first);
        writeln!(
            out,
            "<dt>{}</dt><dd>{}",
            said.say(AboutPage::SinceWhen),
            said.say(AboutPage::Since { day, days })
        )?;
        picture::age(days, day, out)?;
        writeln!(out, "</dd>")
    }

    /// Rules, places, commits and the masked lines, folded up.
    fn for_engineers(&self, head: &Finding, said: &Said<'_>, out: &mut dyn io::Write) -> io::Result<()> {
        writeln!(
            out,
            "<details><summary>{}</summary>\n<ul class=\"places\">",
            said.say(AboutPage::ForEngineers)
        )?;
        for member in self.members.iter().take(PLACES_MAX) {
            let redacted = member.secret.as_ref().map(|secret| secret.redacted.as_str()).unwrap_or_default();
            let redacted = if redacted.is_empty() {
                String::new()
            } else {
                format!(" <code>{}</code>", escaped(redacted))
            };
            writeln!(
                out,
                "<li><code>{}</code> <code>{}</code>{redacted}</li>",
                escaped(member.rule.as_str()),
                escaped(&texts::place_at(&member.place, said.context())),
            )?;
        }
        writeln!(out, "</ul>")?;
        if let Some(exposure) = self.exposures().max_by_key(|exposure| exposure.age_days) {
            writeln!(out, "<p>{}</p>", said.both(|context| texts::exposure(exposure, context)))?;
        }
        excerpt(head, out)?;
        writeln!(
            out,
            "<p><a href=\"#why-{}\">{}</a></p>\n</details>",
            escaped(head.rule.as_str()),
            said.say(crate::lang::Term::Why)
        )
    }
}

fn row(label: AboutPage<'_>, content: &str, said: &Said<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "<dt>{}</dt><dd>{content}</dd>", said.say(label))
}

/// The lines around it, masked.
fn excerpt(head: &Finding, out: &mut dyn io::Write) -> io::Result<()> {
    let lines = head.excerpt.lines();
    if lines.is_empty() {
        return Ok(());
    }
    write!(out, "<pre tabindex=\"0\"><code>")?;
    for line in lines {
        writeln!(out, "{} | {}", line.number, escaped(line.text.as_str()))?;
    }
    writeln!(out, "</code></pre>")
}
