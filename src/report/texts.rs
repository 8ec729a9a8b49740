//! The words of rules, and the sentences made of them.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::lang::{AboutAudit, AboutExposure, AboutFinding, Fact, Lang, Message};
use crate::model::{
    AllowFault, Because, Evidence, Exposure, Finding, Mode, Notice, Place, PlaceKind, Problem, Report,
    RuleId, Severity,
};
use crate::rules::lists::{Clause, InTwo, POLICY, REMEDIATION, Remediation};
use crate::rules::{Rule, Text};

use super::{Context, terminal, words};

/// Returns the words of a rule; English where a user's rule has no others.
pub(super) fn of_rule(rule: &Rule, lang: Lang) -> &Text {
    match lang {
        Lang::En => &rule.file.text.en,
        Lang::Ja => rule.file.text.ja.as_ref().unwrap_or(&rule.file.text.en),
    }
}

/// Returns the title of a rule, or its id where the catalogue does not hold it.
pub(super) fn title<'a>(id: &'a RuleId, context: &Context<'a>) -> &'a str {
    context.catalogue.get(id).map_or(id.as_str(), |rule| &of_rule(rule, context.lang).title)
}

/// Finds a remediation.
pub(super) fn remediation(id: &str) -> Option<&'static Remediation> {
    #[cfg(test)]
    if let Some(remediation) = super::fixture::REMEDIATION.get(id) {
        return Some(remediation);
    }
    REMEDIATION.get(id)
}

/// Finds a policy clause.
pub(super) fn clause(id: &str) -> Option<&'static Clause> {
    #[cfg(test)]
    if let Some(clause) = super::fixture::CLAUSES.get(id) {
        return Some(clause);
    }
    POLICY.clauses.get(id)
}

/// Returns the date of the policies that clauses were read from.
pub(super) fn policy_date() -> &'static str {
    if cfg!(test) { "2026-01-01" } else { &POLICY.version }
}

/// Returns a text of a list in one language.
pub(super) fn in_lang(text: &InTwo, lang: Lang) -> &str {
    match lang {
        Lang::En => &text.en,
        Lang::Ja => &text.ja,
    }
}

/// Returns the steps of a remediation in one language.
pub(super) fn steps(remediation: &Remediation, lang: Lang) -> &[String] {
    match lang {
        Lang::En => &remediation.steps.en,
        Lang::Ja => &remediation.steps.ja,
    }
}

/// Returns the last step of several things to do where it is the same in all, so that it can be said
/// once.
pub(super) fn shared_step<'r>(remediations: &[&'r Remediation], lang: Lang) -> Option<&'r str> {
    let mut last = remediations.iter().map(|remediation| steps(remediation, lang).last());
    let shared = last.next()??;
    (remediations.len() > 1 && last.all(|step| step == Some(shared))).then_some(shared.as_str())
}

/// Returns the steps but for one that is said elsewhere.
pub(super) fn steps_without<'r>(
    remediation: &'r Remediation,
    shared: Option<&str>,
    lang: Lang,
) -> impl Iterator<Item = &'r str> {
    let all = steps(remediation, lang);
    let own = shared.map_or(all.len(), |_| all.len().saturating_sub(1));
    all.iter().take(own).map(String::as_str)
}

/// Joins the members of a list as the language does.
pub(super) fn joined<T: AsRef<str>>(items: &[T], lang: Lang) -> String {
    let separator = match lang {
        Lang::En => ", ",
        Lang::Ja => "、",
    };
    items.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(separator)
}

/// Joins clauses that stand for themselves as the language does.
pub(super) fn clauses(items: &[String], lang: Lang) -> String {
    match lang {
        Lang::En => items.join("; "),
        Lang::Ja => items.join("。"),
    }
}

/// Joins sentences as the language does.
pub(super) fn sentences(items: &[String], lang: Lang) -> String {
    match lang {
        Lang::En => items.join(" "),
        Lang::Ja => items.concat(),
    }
}

/// Says what a finding stands on, as a list.
pub(super) fn evidence(finding: &Finding, context: &Context<'_>) -> String {
    joined(&evidence_pieces(&finding.evidence, |text| Cow::Borrowed(text), context), context.lang)
}

/// Says pieces of evidence; those of one kind that sum to nothing share the word for it. `made` makes
/// their text harmless.
pub(super) fn evidence_pieces<'e>(
    evidence: impl IntoIterator<Item = &'e Evidence>,
    made: fn(&str) -> Cow<'_, str>,
    context: &Context<'_>,
) -> Vec<String> {
    let between = joined(&["`", "`"], context.lang);
    let mut pieces: Vec<(&str, String, i32)> = Vec::new();
    for piece in evidence {
        let text = made(piece.text.as_str());
        let same = |(kind, told, weight): &&mut (&str, String, i32)| {
            *kind == piece.kind && *weight == 0 && piece.weight == 0 && !told.is_empty() && !text.is_empty()
        };
        match pieces.last_mut().filter(same) {
            Some((_, told, _)) => {
                told.push_str(&between);
                told.push_str(&text);
            }
            None => pieces.push((piece.kind, text.into_owned(), piece.weight)),
        }
    }
    let say = |(kind, text, weight): &(&str, String, i32)| {
        context.say(AboutFinding::Evidence { kind, text, weight: *weight })
    };
    pieces.iter().map(say).collect()
}

/// Says a reason for a severity. A saved report may hold it in another language.
pub(super) fn because<'t>(reason: &'t str, context: &Context<'_>) -> Cow<'t, str> {
    let is_said = |fact: Fact, lang: Lang| Message::from(fact).say(lang) == reason;
    let known = Because::ALL.into_iter().map(words::because);
    let known = known.into_iter().find(|fact| Lang::ALL.into_iter().any(|lang| is_said(*fact, lang)));
    known.map_or(Cow::Borrowed(reason), |fact| Cow::Owned(context.say(fact)))
}

/// Says what was found and what it stands on, in whole sentences.
pub(super) fn message(finding: &Finding, context: &Context<'_>) -> String {
    let title = title(&finding.rule, context);
    let what = match &finding.secret {
        Some(secret) => {
            AboutFinding::Secret { title, redacted: secret.redacted.as_str(), length: secret.length }
        }
        None => AboutFinding::Fault { title },
    };
    let mut said = vec![context.say(what)];
    if !finding.evidence.is_empty() {
        said.push(context.say(AboutFinding::RecognisedBy { evidence: &evidence(finding, context) }));
    }
    sentences(&said, context.lang)
}

/// Shortens the hex name of an object to what people type.
pub(super) fn short(object: &str) -> &str {
    object.get(..12).unwrap_or(object)
}

/// Names the file of a place, or what it is where there is none.
pub(super) fn path_of(place: &Place, context: &Context<'_>) -> String {
    let origin = &place.origin;
    origin.path.as_deref().map_or_else(|| context.say(words::place(origin.kind)), str::to_owned)
}

/// Names a place for people as `path:line:column`, which terminals and editors open.
pub(super) fn place_at(place: &Place, context: &Context<'_>) -> String {
    let at = place.region.map(|region| format!(":{}:{}", region.start.line, region.start.column));
    let at = at.unwrap_or_default();
    let origin = &place.origin;
    let path = match &origin.path {
        Some(path) => terminal::visible(path).into_owned(),
        None => context.say(words::place(origin.kind)),
    };
    let inner: String =
        place.inner.iter().map(|member| format!(" > {}", terminal::visible(member))).collect();
    let cell = place.cell.as_deref().map(|cell| format!(" {}", terminal::visible(cell)));
    let is_no_text = origin.path.is_some() && origin.kind != PlaceKind::File;
    let kind = is_no_text.then(|| format!(" [{}]", context.say(words::place(origin.kind))));
    let named = format!("{path}{inner}{}{at}{}", cell.unwrap_or_default(), kind.unwrap_or_default());
    // A message or a ref has no path; the object is then the only way to find it.
    let object = origin.object.as_deref().filter(|_| origin.path.is_none());
    match origin.commit.as_deref().or(object) {
        Some(commit) => {
            context.say(AboutFinding::InCommit { place: &named, commit: &terminal::visible(short(commit)) })
        }
        None => named,
    }
}

/// Says what the owner of a suppression should know.
pub(super) fn notice(notice: &Notice, context: &Context<'_>) -> String {
    match notice {
        Notice::Unused(name) => context.say(AboutAudit::UnusedSuppression { name: &terminal::visible(name) }),
        Notice::EndsSoon(name, date) => context.say(AboutAudit::EndingSuppression {
            name: &terminal::visible(name),
            date: &terminal::visible(date),
        }),
        Notice::Skipped(commit, reason) => context.say(AboutAudit::SkippedByAuthor {
            commit: &terminal::visible(short(commit)),
            reason: &terminal::visible(reason),
        }),
        Notice::Void(name, fault) => {
            let reason = match fault {
                AllowFault::UnknownRule(near) => {
                    let near = near.as_ref().map(RuleId::as_str);
                    context.say(AboutAudit::AllowOfUnknownRule { near })
                }
                AllowFault::NoRule => context.say(Fact::AllowWithoutRule),
                AllowFault::Family(_) => context.say(Fact::AllowOfFamily),
                AllowFault::NoReason => context.say(Fact::AllowWithoutReason),
                AllowFault::NoEnd => context.say(Fact::AllowWithoutEnd),
                AllowFault::TwoEnds => context.say(Fact::AllowWithTwoEnds),
                AllowFault::BadDate => context.say(Fact::AllowWithBadDate),
                AllowFault::Guessable => context.say(Fact::AllowOfGuessable),
            };
            context.say(AboutAudit::VoidSuppression { name: &terminal::visible(name), reason: &reason })
        }
    }
}

/// Says what was left out and why.
pub(super) fn problem(problem: &Problem, context: &Context<'_>) -> String {
    let mut reason = context.say(words::reason(problem.reason));
    if let Some(detail) = &problem.detail {
        reason = format!("{reason} ({})", terminal::visible(context.lang.detail(detail)));
    }
    context.say(AboutAudit::Skipped { path: &terminal::visible(&problem.path), reason: &reason })
}

/// Says how far a secret got; empty where nothing is known.
pub(super) fn exposure(exposure: &Exposure, context: &Context<'_>) -> String {
    let by = exposure.ignored_by.as_deref().map(terminal::visible);
    let remotes: Vec<_> = exposure.remotes.iter().map(|remote| terminal::visible(remote)).collect();
    let remotes = joined(&remotes, context.lang);
    let state = match exposure.state.as_deref() {
        Some("untracked") => Some(AboutExposure::Untracked),
        Some("ignored") => Some(AboutExposure::Ignored { by: by.as_deref() }),
        Some("unstaged") => Some(AboutExposure::Unstaged),
        Some("staged") => Some(AboutExposure::Staged),
        Some("committed") => Some(AboutExposure::Committed),
        Some("pushed") => Some(AboutExposure::Pushed { remotes: &remotes }),
        _ => None,
    };
    let first = exposure.first_commit.as_deref().map(|commit| terminal::visible(short(commit)));
    let facts = [
        state,
        exposure.authors.map(AboutExposure::Authors),
        exposure.commits.map(AboutExposure::Commits),
        exposure.age_days.map(|days| AboutExposure::FirstSeen { days }),
        first.as_deref().map(AboutExposure::FirstCommit),
        // What was never committed is not gone from there.
        (exposure.at_head == Some(false) && exposure.first_commit.is_some())
            .then_some(AboutExposure::GoneFromHead),
        exposure.partial.then_some(AboutExposure::AtLeast),
    ];
    let facts: Vec<String> = facts.into_iter().flatten().map(|fact| context.say(fact)).collect();
    match context.lang {
        Lang::En => clauses(&facts, Lang::En),
        // Short facts, which Japanese lists rather than sets apart.
        Lang::Ja => joined(&facts, Lang::Ja),
    }
}

/// Says what was audited, in one sentence.
pub(super) fn audited(report: &Report, context: &Context<'_>) -> String {
    let (coverage, facts) = (report.coverage(), report.facts());
    let (files, bytes, commits) = (coverage.files, coverage.bytes, coverage.commits);
    let what = context.say(match facts.mode {
        Mode::Worktree | Mode::Staged | Mode::Range => AboutAudit::Files { files, bytes, commits },
        Mode::History => AboutAudit::Objects { objects: files, bytes, commits },
        Mode::Stdin => AboutAudit::Input { bytes },
    });
    context.say(AboutAudit::Took { audited: &what, milliseconds: facts.elapsed_ms })
}

/// A rule of a report, the worst severity of its findings and how many there are.
pub(super) type RuleFound<'a> = (&'a RuleId, Severity, usize);

/// Returns the rules of a report, the worst first.
pub(super) fn rules_found(report: &Report) -> Vec<RuleFound<'_>> {
    let mut rules: BTreeMap<&RuleId, (Severity, usize)> = BTreeMap::new();
    for finding in report.findings() {
        let (worst, count) = rules.entry(&finding.rule).or_insert((finding.severity, 0));
        *worst = finding.severity.max(*worst);
        *count += 1;
    }
    let mut rules: Vec<RuleFound<'_>> =
        rules.into_iter().map(|(id, (worst, count))| (id, worst, count)).collect();
    rules.sort_by_key(|(id, worst, _)| (Reverse(*worst), *id));
    rules
}
