//! `handover-note`: somebody hands a credential over in words.
//!
//! A credential that lasts, with a phrase of handing over within six lines, or anywhere in the same
//! commit message. What counts is added up and shown: the phrase, who gets it, the value, the name
//! of the file. A sentence that forbids, or asks what to do, counts nothing. Manners and people alone
//! are no hand-over: something must say that a credential passes on.

use std::collections::BTreeSet;
use std::ops::Range;

use super::evidence;
use super::phrases::{self, Phrase, Sort};
use super::recipients::{self, Recipient};
use super::sentences::{self, Sentence};
use super::talk;
use crate::audit::{DocumentAudit, Fault, Noted, Page, Wants};
use crate::model::{Confidence, Credential, Evidence, PlaceKind, Span};

/// Lines on either side of a credential in which words are about it.
const REACH_LINES: usize = 6;
/// The score from which on it is a hand-over.
const SCORE_MIN: i32 = 4;
/// The score from which on nothing else could be meant.
const SCORE_SURE: i32 = 6;
/// What the value itself counts.
const VALUE: i32 = 2;
/// What another part of a set counts.
const WHOLE: i32 = 1;
/// What the name of a file counts that says by itself that it is handed over.
const GIVEN_FILE: i32 = 2;
/// Weak phrases that count.
const WEAK_MAX: usize = 2;
/// What a text counts that mostly forbids.
const FORBIDS: i32 = -3;

pub(super) struct HandoverNote;

impl DocumentAudit for HandoverNote {
    fn rule(&self) -> &'static str {
        "handover-note"
    }

    fn wants(&self) -> Wants {
        Wants::credentials()
    }

    fn judges_every_version(&self) -> bool {
        true
    }

    fn prepare(&self) {
        phrases::prepare();
    }

    fn judge(&self, page: &Page<'_>, noted: &mut Noted) {
        for passage in passages(page) {
            if let Some((at, fault)) = judged(page, &passage) {
                noted.fault(at, fault);
            }
        }
    }
}

/// Whether one of two phrases is a part of the other.
fn is_in(one: &str, other: &str) -> bool {
    one.contains(other) || other.contains(one)
}

/// Lines around credentials that stand together.
struct Passage<'a> {
    lines: Range<usize>,
    credentials: Vec<&'a Credential>,
}

fn passages<'a>(page: &Page<'a>) -> Vec<Passage<'a>> {
    let is_message = matches!(page.origin.kind, PlaceKind::CommitMessage | PlaceKind::TagMessage);
    let mut passages: Vec<Passage<'a>> = Vec::new();
    for credential in page.secrets().filter(|c| phrases::is_lasting(c.rule.as_str())) {
        let lines =
            if is_message { 0..page.lines().len() } else { page.lines_near(credential.span, REACH_LINES) };
        match passages.last_mut() {
            Some(last) if lines.start < last.lines.end => {
                last.lines.end = last.lines.end.max(lines.end);
                last.credentials.push(credential);
            }
            _ => passages.push(Passage { lines, credentials: vec![credential] }),
        }
    }
    passages
}

/// What speaks for a hand-over in a passage.
#[derive(Default)]
struct Tally {
    strong: Option<(String, Span)>,
    greeting: Option<(String, Span)>,
    giving: Vec<(String, Span)>,
    people: Vec<((String, Span), &'static str)>,
    courtesy: Option<(String, Span)>,
    /// The patterns that told them.
    said: BTreeSet<(&'static str, Sort)>,
    recipient: Option<Recipient>,
    talk: Option<talk::Handed>,
    negated: usize,
}

impl Tally {
    fn of(page: &Page<'_>, passage: &Passage<'_>) -> Self {
        let near = passage.credentials.first().map_or(Span::new(0, 0), |c| c.span);
        let mut tally = Self::default();
        let is_letter = phrases::is_letter(page.path());
        // The title of a text is about all of it.
        let has_title = is_letter && passage.lines.start > 0 && page.line(0).0.starts_with('#');
        let title = has_title.then(|| sentences::sentences(page, 0..1, page.line(0).1)).into_iter().flatten();
        for sentence in title.chain(sentences::sentences(page, passage.lines.clone(), near)) {
            tally.add(&sentence, is_letter);
        }
        let places: Vec<Span> = passage.credentials.iter().map(|credential| credential.span).collect();
        tally.talk = talk::handed(page, passage.lines.clone(), &places, is_letter);
        tally
    }

    fn add(&mut self, sentence: &Sentence, is_letter: bool) {
        let mut found = phrases::phrases(&sentence.text);
        if is_letter {
            // What one pattern says another may say as well, with more or less weight.
            let mut more = phrases::phrases_of_letters(&sentence.text);
            let says_more = |more: &Phrase, known: &Phrase| more.sort.weight() > known.sort.weight();
            found.retain(|known| !more.iter().any(|m| is_in(&known.words, &m.words) && says_more(m, known)));
            more.retain(|more| !found.iter().any(|known| is_in(&known.words, &more.words)));
            // Courtesy in each sentence is courtesy once.
            more.retain(|more| more.is_negated || self.said.insert((more.said_as, more.sort)));
            found.extend(more);
        }
        if found.iter().any(|phrase| phrase.is_negated) {
            self.negated += 1;
        }
        // Where all of it is forbidden nobody gets anything either.
        let mut told = found.iter().filter(|phrase| phrase.sort != Sort::Courtesy).peekable();
        if told.peek().is_some() && told.all(|phrase| phrase.is_negated) {
            return;
        }
        for phrase in found.into_iter().filter(|phrase| !phrase.is_negated) {
            let told = (phrase.words, sentence.at);
            match phrase.sort {
                Sort::Strong => drop(self.strong.get_or_insert(told)),
                Sort::Greeting => drop(self.greeting.get_or_insert(told)),
                Sort::Giving => self.giving.push(told),
                Sort::Person => self.people.push((told, phrase.said_as)),
                Sort::Courtesy => drop(self.courtesy.get_or_insert(told)),
            }
        }
        let linked = recipients::linked(&sentence.text).into_iter().filter(|r| !r.is_for_programs);
        let named = recipients::named(&sentence.text.to_lowercase());
        let best = linked.chain(named).max_by_key(|recipient| recipient.weight);
        if best.map(|r| r.weight) > self.recipient.map(|r| r.weight) {
            self.recipient = best;
        }
    }

    /// The weak phrases that count, those that tell most first.
    fn weak(&self) -> Vec<&(String, Span)> {
        // Who is given something is named in a heading as well.
        let others = self.people.iter().filter(|(_, said_as)| !self.said.contains(&(*said_as, Sort::Giving)));
        self.giving.iter().chain(others.map(|(told, _)| told)).chain(&self.courtesy).take(WEAK_MAX).collect()
    }

    /// Whether anything says that a credential passes on.
    fn tells_of_giving(&self) -> bool {
        self.strong.is_some() || !self.giving.is_empty() || self.talk.is_some()
    }

    fn at(&self) -> Option<Span> {
        let talk = self.talk.as_ref().map(|handed| handed.at);
        let told = self.strong.as_ref().map(|(_, at)| *at).or(talk);
        told.or_else(|| self.greeting.iter().chain(self.weak()).next().map(|(_, at)| *at))
    }
}

/// Another part of a set that is written among words. Names of variables are those of settings.
fn other_part<'a>(page: &Page<'_>, passage: &Passage<'a>) -> Option<&'a str> {
    let is_named = |credential: &&&Credential| {
        let line = page.lines().span_of(page.text, page.lines().line_of(credential.span.start));
        page.text.get(line.start..credential.span.start).is_some_and(|before| !before.contains('_'))
    };
    let mut rules = passage.credentials.iter().filter(is_named).map(|credential| credential.rule.as_str());
    let first = rules.next()?;
    rules.find(|rule| *rule != first)
}

fn judged(page: &Page<'_>, passage: &Passage<'_>) -> Option<(Span, Fault)> {
    let tally = Tally::of(page, passage);
    let named = phrases::handed_over(page.path());
    let at = match tally.at() {
        Some(at) => at,
        // The name of the file alone can say it: then the first value shows where.
        None => passage.credentials.first().filter(|_| named.is_some()).map(|c| c.span)?,
    };
    if !tally.tells_of_giving() && named.as_ref().is_none_or(|(_, weight)| *weight < GIVEN_FILE) {
        return None;
    }
    let mut proof: Vec<Evidence> = Vec::new();
    let phrase =
        |(words, _): &(String, Span), sort: Sort| evidence("phrase", phrases::shown(words), sort.weight());
    let handed = tally.talk.as_ref().filter(|_| tally.strong.is_none());
    proof.extend(tally.strong.iter().map(|found| phrase(found, Sort::Strong)));
    proof.extend(handed.map(|handed| evidence("phrase", phrases::shown(&handed.words), handed.weight)));
    proof.extend(tally.greeting.iter().map(|found| phrase(found, Sort::Greeting)));
    proof.extend(tally.weak().into_iter().map(|found| phrase(found, Sort::Giving)));
    proof.extend(tally.recipient.map(|r| evidence(r.category, super::listed(r.known_as), r.weight)));
    let rule = passage.credentials.first().map(|c| super::listed(c.rule.as_str()))?;
    proof.push(evidence("credential", rule, VALUE));
    let whole = other_part(page, passage).filter(|_| phrases::is_letter(page.path()));
    proof.extend(whole.map(|other| evidence("credential", super::listed(other), WHOLE)));
    proof.extend(named.map(|(words, weight)| evidence("file-name", phrases::shown(&words), weight)));
    // A text that mostly forbids is about not handing over, whatever one sentence says.
    let is_policy = tally.negated > 1 + tally.weak().len() + usize::from(tally.strong.is_some());
    proof.extend(is_policy.then(|| evidence("negation", super::listed(""), FORBIDS)));
    let score: i32 = proof.iter().map(|evidence| evidence.weight).sum();
    if score < SCORE_MIN {
        return None;
    }
    proof.push(evidence("score", super::listed(&score.to_string()), 0));
    let identities = passage.credentials.iter().map(|credential| credential.identity.clone());
    let fault = Fault::of(identities).with(proof);
    Some((at, if score < SCORE_SURE { fault.confidence(Confidence::Medium) } else { fault }))
}
