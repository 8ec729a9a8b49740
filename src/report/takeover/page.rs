//! What the report says, in its order.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::Takeover;
use super::block::{Block, Line, Piece, code, sentence, stacked, words as text};
use super::key::{Fate, Key, keys};
use crate::lang::{AboutFinding, AboutLedger, AboutTakeover as Say, Message, TakeoverHead as Head};
use crate::model::{Family, Finding};
use crate::report::{Context, texts, words};

/// Places named of one key before the rest is counted.
const PLACES_MAX: usize = 6;
/// Rows of a table; people sign this page.
const ROWS_MAX: usize = 200;

/// Makes the page.
pub(super) fn blocks(takeover: &Takeover<'_>, context: &Context<'_>) -> Vec<Block> {
    let page = Page { takeover, context, keys: keys(takeover, context) };
    let mut blocks = Vec::new();
    page.in_short(&mut blocks);
    page.to_replace(&mut blocks);
    page.replaced(&mut blocks);
    page.ends(&mut blocks);
    page.steps(&mut blocks);
    page.others(&mut blocks);
    page.people(&mut blocks);
    page.tell(&mut blocks);
    page.sign_off(&mut blocks);
    page.limits(&mut blocks);
    blocks
}

struct Page<'t> {
    takeover: &'t Takeover<'t>,
    context: &'t Context<'t>,
    keys: Vec<Key<'t>>,
}

impl Page<'_> {
    fn say<'m>(&self, about: impl Into<Message<'m>>) -> String {
        self.context.say(about)
    }

    fn of_fate(&self, fate: Fate) -> impl Iterator<Item = &Key<'_>> {
        self.keys.iter().filter(move |key| key.fate == fate)
    }

    fn others_found(&self) -> Vec<&Finding> {
        let mut others: Vec<&Finding> =
            self.takeover.report.findings().iter().filter(|f| f.family != Family::Leak).collect();
        others.sort_by_key(|finding| Reverse(finding.severity));
        others
    }

    fn in_short(&self, blocks: &mut Vec<Block>) {
        let Takeover { project, date, report, .. } = self.takeover;
        let version = env!("CARGO_PKG_VERSION");
        blocks.push(Block::Title(self.say(Head::Title)));
        blocks.push(Block::Paragraph(text(self.say(Say::Intro { project }))));
        let made = [self.say(Say::Made { date, version }), texts::audited(report, self.context)];
        blocks.push(Block::Paragraph(text(texts::sentences(&made, self.context.lang))));
        blocks.push(Block::Heading(self.say(Head::InShort)));
        let mut said = Vec::new();
        match self.of_fate(Fate::Replace).count() {
            0 => said.push(self.say(Say::NoKeys)),
            count => said.push(self.say(Say::Keys { count })),
        }
        let outside = self.of_fate(Fate::Replace).filter(|key| key.is_outside()).count();
        if outside > 0 {
            said.push(self.say(Say::Outside { count: outside }));
        }
        if let count @ 1.. = self.of_fate(Fate::Replaced).count() {
            said.push(self.say(Say::AlreadyReplaced { count }));
        }
        if let count @ 1.. = self.others_found().len() {
            said.push(self.say(Say::OtherFaults { count }));
        }
        blocks.push(Block::List(said.into_iter().map(text).collect()));
        if !report.coverage().is_complete() {
            blocks.push(Block::Warning(text(self.say(Say::NotAll))));
        }
    }

    fn to_replace(&self, blocks: &mut Vec<Block>) {
        let keys: Vec<&Key<'_>> = self.of_fate(Fate::Replace).collect();
        if keys.is_empty() {
            return;
        }
        blocks.push(Block::Heading(self.say(Head::Replace)));
        blocks.push(Block::Paragraph(text(self.say(Say::ReplaceWhy))));
        let heads = [Head::Key, Head::Where, Head::HowFar, Head::Knows, Head::WhatToDo];
        let heads = std::iter::once("#".to_owned()).chain(heads.map(|head| self.say(head))).collect();
        let row = |(at, key): (usize, &&Key<'_>)| {
            vec![
                text((at + 1).to_string()),
                self.named(key),
                self.places(key),
                text(self.reach(key)),
                text(self.known_by(key)),
                stacked(self.remedies(key).into_iter().map(text).collect()),
            ]
        };
        let rows = keys.iter().enumerate().take(ROWS_MAX).map(row).collect();
        blocks.push(Block::Table(heads, rows));
        self.and_more(keys.len(), blocks);
    }

    fn replaced(&self, blocks: &mut Vec<Block>) {
        let keys: Vec<&Key<'_>> = self.of_fate(Fate::Replaced).collect();
        if keys.is_empty() {
            return;
        }
        blocks.push(Block::Heading(self.say(Head::Done)));
        blocks.push(Block::Paragraph(text(self.say(Say::DoneWhy))));
        let heads = [Head::Key, Head::Where, Head::Since].map(|head| self.say(head)).to_vec();
        let row = |key: &&Key<'_>| {
            let since = key.noted.and_then(|noted| noted.replaced.clone()).unwrap_or_default();
            vec![self.named(key), self.places(key), text(since)]
        };
        blocks.push(Block::Table(heads, keys.iter().take(ROWS_MAX).map(row).collect()));
        self.and_more(keys.len(), blocks);
    }

    fn ends(&self, blocks: &mut Vec<Block>) {
        let keys: Vec<&Key<'_>> = self.of_fate(Fate::Ends).collect();
        if keys.is_empty() {
            return;
        }
        blocks.push(Block::Heading(self.say(Head::Ends)));
        blocks.push(Block::Paragraph(text(self.say(Say::EndsWhy))));
        let heads = [Head::Key, Head::Where].map(|head| self.say(head)).to_vec();
        let row = |key: &&Key<'_>| vec![self.named(key), self.places(key)];
        blocks.push(Block::Table(heads, keys.iter().take(ROWS_MAX).map(row).collect()));
        self.and_more(keys.len(), blocks);
    }

    /// How each kind is replaced, once a kind.
    fn steps(&self, blocks: &mut Vec<Block>) {
        let mut said = BTreeSet::new();
        for key in self.of_fate(Fate::Replace) {
            let Some(rule) = self.context.catalogue.get(key.rule) else { continue };
            for id in &rule.file.remediation {
                let Some(remediation) = texts::remediation(id).filter(|_| said.insert(id.clone())) else {
                    continue;
                };
                if said.len() == 1 {
                    blocks.push(Block::Heading(self.say(Head::Steps)));
                }
                let lang = self.context.lang;
                blocks.push(Block::SubHeading(texts::in_lang(&remediation.title, lang).to_owned()));
                // The sentence that ends every remediation is said once, at the end.
                let never = self.say(Say::Never);
                let steps = texts::steps(remediation, lang).iter().filter(|step| **step != never);
                blocks.push(Block::Steps(steps.map(|step| sentence(step)).collect()));
            }
        }
    }

    fn others(&self, blocks: &mut Vec<Block>) {
        let others = self.others_found();
        if others.is_empty() {
            return;
        }
        blocks.push(Block::Heading(self.say(Head::Others)));
        let heads = [Head::Risk, Head::Finding, Head::Where].map(|head| self.say(head)).to_vec();
        let row = |finding: &&Finding| {
            vec![
                text(self.context.say(words::severity(finding.severity))),
                text(texts::title(&finding.rule, self.context)),
                code(texts::place_at(&finding.place, self.context)),
            ]
        };
        blocks.push(Block::Table(heads, others.iter().take(ROWS_MAX).map(row).collect()));
        self.and_more(others.len(), blocks);
    }

    fn people(&self, blocks: &mut Vec<Block>) {
        blocks.push(Block::Heading(self.say(Head::People)));
        if !self.takeover.has_ledger {
            blocks.push(Block::Warning(text(self.say(Say::NoLedger))));
            return;
        }
        let live: Vec<_> = self.takeover.keys.iter().filter(|key| key.revoked.is_none()).collect();
        if live.is_empty() {
            blocks.push(Block::Paragraph(text(self.say(Say::EmptyLedger))));
            return;
        }
        let heads = [Head::Key, Head::Owner, Head::Knows, Head::By].map(|head| self.say(head)).to_vec();
        let rows = live.iter().map(|key| {
            let names = texts::joined(&key.known_by, self.context.lang);
            vec![text(&key.id), text(&key.owner), text(names), text(&key.rotate_by)]
        });
        blocks.push(Block::Table(heads, rows.collect()));
        if !self.takeover.due.is_empty() {
            blocks.push(Block::SubHeading(self.say(Head::DueNow)));
            let due =
                self.takeover.due.iter().map(|due| {
                    text(format!("{}: {}", due.id, self.context.say(AboutLedger::Due(due.about()))))
                });
            blocks.push(Block::List(due.collect()));
        }
    }

    fn tell(&self, blocks: &mut Vec<Block>) {
        let findings = self.takeover.report.findings();
        let is_any = |family: Family| findings.iter().any(|finding| finding.family == family);
        let is_outside = self.of_fate(Fate::Replace).any(Key::is_outside) || is_any(Family::Sharing);
        let mut said = vec![self.say(Say::TellOwner)];
        said.push(self.say(if is_outside { Say::TellAmazon } else { Say::TellAmazonIf }));
        let names: BTreeSet<&str> =
            self.takeover.keys.iter().flat_map(|key| &key.known_by).map(String::as_str).collect();
        if self.takeover.has_ledger && !names.is_empty() {
            let names: Vec<&str> = names.into_iter().collect();
            said.push(self.say(Say::TellPeople { names: &texts::joined(&names, self.context.lang) }));
        } else if !self.takeover.has_ledger {
            said.push(self.say(Say::TellEverybody));
        }
        if is_any(Family::CustomerData) {
            said.push(self.say(Say::TellBuyers));
        }
        if self.of_fate(Fate::Replace).any(|key| key.rule.as_str() == "aws-secret-access-key") {
            said.push(self.say(Say::TellAws));
        }
        if is_any(Family::Sharing) {
            said.push(self.say(Say::TellParties));
        }
        blocks.push(Block::Heading(self.say(Head::Tell)));
        blocks.push(Block::List(said.iter().map(|said| sentence(said)).collect()));
    }

    fn sign_off(&self, blocks: &mut Vec<Block>) {
        blocks.push(Block::Heading(self.say(Head::SignOff)));
        let mut checks: Vec<Line> = Vec::new();
        for key in self.of_fate(Fate::Replace).take(ROWS_MAX) {
            let title = texts::title(key.rule, self.context);
            let mut line = text(self.say(Say::CheckReplaced { what: title }));
            line.push(Piece::Text(" ".to_owned()));
            line.extend(self.shown(key).map(Piece::Code));
            if let Some(noted) = key.noted {
                line.push(Piece::Text(format!(" ({})", noted.id)));
            }
            checks.push(line);
        }
        let rest = [
            Say::CheckRemoved,
            Say::CheckCopies,
            Say::CheckAccess,
            Say::CheckLedger,
            Say::CheckHook,
            Say::CheckAgain,
        ];
        checks.extend(rest.map(|item| sentence(&self.say(item))));
        blocks.push(Block::Checks(checks, self.say(Head::DateAndName)));
        let signatures = [Head::HandedOver, Head::TakenOver, Head::OnBehalf].map(|who| self.say(who));
        blocks.push(Block::Signatures(signatures.to_vec()));
    }

    fn limits(&self, blocks: &mut Vec<Block>) {
        blocks.push(Block::Heading(self.say(Head::Limits)));
        blocks.push(Block::Paragraph(text(self.say(Say::LimitsWhy))));
        let skipped = &self.takeover.report.coverage().skipped;
        if !skipped.is_empty() {
            blocks.push(Block::Paragraph(text(self.say(Head::LeftOut))));
            let named =
                skipped.iter().take(ROWS_MAX).map(|problem| text(texts::problem(problem, self.context)));
            blocks.push(Block::List(named.collect()));
            self.and_more(skipped.len(), blocks);
        }
        blocks.push(Block::Paragraph(text(self.say(Say::Never))));
    }

    fn and_more(&self, count: usize, blocks: &mut Vec<Block>) {
        if let rest @ 1.. = count.saturating_sub(ROWS_MAX) {
            blocks.push(Block::Paragraph(text(self.context.say(AboutFinding::AndMore(rest)))));
        }
    }

    fn named(&self, key: &Key<'_>) -> Line {
        let title = text(texts::title(key.rule, self.context));
        let shown = self.shown(key).map(code);
        stacked(std::iter::once(title).chain(shown).collect())
    }

    fn shown(&self, key: &Key<'_>) -> Option<String> {
        let secret = key.findings.iter().find_map(|finding| finding.secret.as_ref())?;
        Some(secret.redacted.as_str().to_owned()).filter(|shown| shown != "…")
    }

    fn places(&self, key: &Key<'_>) -> Line {
        let own = key.findings.iter().map(|finding| &finding.place);
        let also = key.findings.iter().flat_map(|finding| finding.also_at.iter().map(|also| &also.place));
        let mut places: Vec<String> = Vec::new();
        for place in own.chain(also) {
            let place = texts::place_at(place, self.context);
            if !places.contains(&place) {
                places.push(place);
            }
        }
        let rest = places.len().saturating_sub(PLACES_MAX);
        let mut lines: Vec<Line> = places.into_iter().take(PLACES_MAX).map(code).collect();
        if rest > 0 {
            lines.push(text(self.context.say(AboutFinding::AndMore(rest))));
        }
        stacked(lines)
    }

    fn reach(&self, key: &Key<'_>) -> String {
        let said = key.exposure().map(|exposure| texts::exposure(exposure, self.context));
        said.filter(|said| !said.is_empty()).unwrap_or_else(|| self.say(Say::NotKnown))
    }

    fn known_by(&self, key: &Key<'_>) -> String {
        match key.noted {
            Some(noted) => texts::joined(&noted.known_by, self.context.lang),
            None => self.say(Say::Unknown),
        }
    }

    fn remedies(&self, key: &Key<'_>) -> Vec<String> {
        let rule = self.context.catalogue.get(key.rule);
        let remedies = rule.into_iter().flat_map(|rule| &rule.file.remediation);
        remedies
            .filter_map(|id| texts::remediation(id))
            .map(|remediation| texts::in_lang(&remediation.title, self.context.lang).to_owned())
            .collect()
    }
}
