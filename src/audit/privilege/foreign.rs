//! `foreign-account-trust`: an account of somebody else may take a role, or use what is here.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use memchr::memmem;
use regex::Regex;

use super::lists::{LISTS, words};
use super::rights::Rights;
use super::rotation::is_rotation;
use super::suspicion::Suspicion;
use crate::audit::pattern::pattern;
use crate::audit::{Corpus, Noted, Page};
use crate::model::{Confidence, Severity, Span, united};

pub(super) const RULE: &str = "foreign-account-trust";

/// An account that the project works in.
const ACCOUNT: &str = "seller-aws-account";
/// Accounts noted of one document.
const ACCOUNTS_MAX: usize = 20;

pub(super) fn suspicions(rights: &Rights) -> Vec<(Span, Suspicion)> {
    let mut found = Vec::new();
    for statement in rights.statements.iter().filter(|statement| statement.allows) {
        if is_rotation(rights, statement) && !statement.is_trust() {
            continue;
        }
        let has_secret = statement.conditions.iter().any(|condition| {
            condition.key == "sts:externalid"
                && !condition.operator.contains("not")
                && !condition.values.iter().any(|value| value == "*")
        });
        let has_condition = has_secret
            || statement.conditions.iter().any(|condition| {
                matches!(
                    condition.key.as_str(),
                    "aws:principalorgid" | "aws:principalarn" | "aws:sourcearn" | "aws:sourceip"
                )
            });
        let mut seen = BTreeSet::new();
        for principal in &statement.principals {
            let Some(account) = principal.account().filter(|account| is_foreign(account)) else { continue };
            if !seen.insert(account) {
                continue;
            }
            let mut suspicion =
                Suspicion::of([account, if statement.is_trust() { "trust" } else { "resource" }])
                    .saying("account", account)
                    .saying("action", statement.actions.first().map_or("", String::as_str));
            suspicion = if has_condition {
                suspicion
                    .saying("condition", statement.conditions.first().map_or("", |condition| &condition.key))
            } else if statement.is_trust() {
                suspicion.severity(
                    Severity::High,
                    "another account may take the role, and no ExternalId is asked for",
                )
            } else {
                suspicion
            };
            suspicion.account = Some(account.to_owned());
            found.push((principal.at, suspicion));
        }
    }
    for call in &rights.calls {
        found.extend(permission(call));
    }
    found
}

/// `aws sqs add-permission --aws-account-ids …`, and what makes an assumed role of CDK.
fn permission(call: &super::tree::Tree) -> Option<(Span, Suspicion)> {
    let super::tree::Kind::Call(name, _) = &call.kind else { return None };
    if !name.ends_with("add-permission") {
        return None;
    }
    let ids = call.get("aws-account-ids").or_else(|| call.get("principal"))?;
    let account =
        ids.text().filter(|id| id.len() == 12 && id.bytes().all(|b| b.is_ascii_digit()) && is_foreign(id))?;
    let mut suspicion =
        Suspicion::of([account, "command"]).saying("account", account).saying("command", name);
    suspicion.account = Some(account.to_owned());
    Some((ids.at, suspicion))
}

/// Whether an account is neither Amazon's that sends nor a service of AWS.
pub(super) fn is_foreign(account: &str) -> bool {
    account != LISTS.sender && !LISTS.service_accounts.iter().any(|known| known == account)
}

/// Words of names of accounts that are somebody else's.
const OTHERS: [&str; 14] = [
    "partner",
    "external",
    "vendor",
    "client",
    "customer",
    "trusted",
    "foreign",
    "cross",
    "third",
    "agency",
    "datadog",
    "contractor",
    "allowed_principal",
    "freelancer",
];

/// Digits of an account.
const ACCOUNT_DIGITS: usize = 12;
/// Bytes in front of the digits in which their name begins.
const TOLD_BYTES: usize = 256;
/// Lines between the digits and the name in front of them, at most.
const ACCOUNT_LINES: usize = 4;

/// Where a text holds an account: twelve digits and no more, beside what says so. One of any twelve bytes
/// in a row is every twelfth.
fn digits_of_accounts(text: &[u8]) -> impl Iterator<Item = usize> {
    let digits = |bytes: &mut dyn Iterator<Item = &u8>| bytes.take_while(|b| b.is_ascii_digit()).count();
    (0..text.len()).step_by(ACCOUNT_DIGITS).filter(move |at| {
        let (before, behind) = text.split_at(*at);
        if !behind.first().is_some_and(u8::is_ascii_digit) {
            return false;
        }
        let (first, last) = (digits(&mut before.iter().rev()), digits(&mut behind.iter()));
        first + last == ACCOUNT_DIGITS
            && is_told(
                before.get(..before.len() - first).unwrap_or_default(),
                behind.get(last..).unwrap_or_default(),
            )
    })
}

/// Whether digits stand where those of an account do: in a name of AWS, in an address of its queues or
/// images, or near behind a name with "account" in it. Milliseconds and barcodes have as many.
fn is_told(before: &[u8], behind: &[u8]) -> bool {
    let near = before.get(before.len().saturating_sub(TOLD_BYTES)..).unwrap_or_default();
    match (before.last(), behind.first()) {
        (Some(b':'), Some(b':')) if memmem::find(near, b"arn:aws").is_some() => true,
        (Some(b'/'), Some(b'/')) if near.ends_with(b".amazonaws.com/") => true,
        (_, Some(b'.')) if behind.starts_with(b".dkr.ecr.") => true,
        _ => near.windows(7).any(|part| part.eq_ignore_ascii_case(b"account")),
    }
}

/// The lines of a page in which accounts stand, with those around them in which their names do.
pub(super) fn lines_of_accounts(page: &Page<'_>) -> Vec<Span> {
    let around = |at: usize| {
        let line = page.lines().line_of(at);
        let last = (line + ACCOUNT_LINES).min(page.lines().len().saturating_sub(1));
        Span::new(page.line(line.saturating_sub(ACCOUNT_LINES)).1.start, page.line(last).1.end)
    };
    united(digits_of_accounts(page.text.as_bytes()).map(around).collect())
}

/// Notes the accounts that a page works in, which stand in these lines: of its resources, of its settings.
pub(super) fn note_accounts(page: &Page<'_>, lines: &[Span], rights: &Rights, noted: &mut Noted) {
    static ACCOUNTS: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r#"arn:aws[a-z-]*:[a-z0-9-]*:[a-z0-9-]*:(?<arn>\d{12}):|\b(?<image>\d{12})\.dkr\.ecr\.|sqs\.[a-z0-9-]+\.amazonaws\.com/(?<queue>\d{12})/|(?<name>[A-Za-z_]*[Aa]ccount(?:_?[Ii][Dd]s?)?|ACCOUNT_ID|AWS_ACCOUNT[A-Z_]*)["']?\s*[:=]\s*\[?\s*["']?(?<set>\d{12})\b|(?<of>[A-Za-z_-]*role[_-]?(?:arn|to-assume)|[A-Za-z_]*[Rr]oleArn|[A-Z_]*ROLE_ARN)["']?\s*[:=]\s*["']?arn:aws[a-z-]*:iam::(?<role>\d{12}):role/"#,
        )
    });
    // Who is let in may stand in a variable; that is no place where the project works.
    let principals = rights.statements.iter().flat_map(|statement| &statement.principals);
    let let_in: BTreeSet<&str> = principals.filter_map(super::statement::Principal::account).collect();
    let mut counts: BTreeMap<String, (usize, bool)> = BTreeMap::new();
    let of_lines = |lines: Span| {
        let text = page.text.get(lines.start..lines.end).unwrap_or_default();
        ACCOUNTS.captures_iter(text).map(move |found| (lines.start, found))
    };
    for (start, found) in lines.iter().copied().flat_map(of_lines).take(1_000) {
        let Some(id) = ["role", "set", "arn", "image", "queue"].iter().find_map(|name| found.name(name))
        else {
            continue;
        };
        let at = Span::new(start + id.start(), start + id.end());
        let is_principal = rights
            .statements
            .iter()
            .any(|statement| statement.principals.iter().any(|principal| principal.at.overlaps(at)));
        let is_others = found.name("name").or_else(|| found.name("of")).is_some_and(|name| {
            let words = words(name.as_str());
            OTHERS.iter().any(|other| words.iter().any(|word| word == other))
        });
        let is_identity = found.name("arn").is_some()
            && let_in.contains(id.as_str())
            && page
                .text
                .get(..at.start)
                .is_some_and(|before| before.ends_with(":iam::") || before.ends_with(":sts::"));
        if is_principal || is_identity || is_others || id.as_str() == LISTS.sender {
            continue;
        }
        let is_set = found.name("set").is_some() || found.name("role").is_some();
        let count = counts.entry(id.as_str().to_owned()).or_default();
        count.0 += 1;
        count.1 |= is_set;
    }
    for id in of_keys(rights) {
        counts.entry(id.to_owned()).or_default().1 = true;
    }
    for (id, (count, is_set)) in counts.into_iter().take(ACCOUNTS_MAX) {
        noted.fact(ACCOUNT, format!("{id} {count} {}", u8::from(is_set)), Span::new(0, 0));
    }
}

/// The accounts that keys belong to: the policy that each key has unless told otherwise gives its own
/// account everything about it.
fn of_keys(rights: &Rights) -> BTreeSet<&str> {
    let of_key = rights.statements.iter().filter(|statement| {
        statement.allows
            && matches!(statement.actions.as_slice(), [only] if only == "kms:*")
            && statement.resources.iter().all(|resource| resource == "*")
    });
    let only = of_key.filter_map(|statement| match statement.principals.as_slice() {
        [only] if only.text.ends_with(":root") => only.account(),
        _ => None,
    });
    only.filter(|account| is_foreign(account)).collect()
}

/// The accounts of the team: those it says, those it works in, else the one that is met most.
pub(super) struct Accounts {
    own: BTreeSet<String>,
}

impl Accounts {
    pub(super) fn of(corpus: &Corpus<'_>) -> Self {
        let mut own: BTreeSet<String> =
            corpus.own.accounts.iter().map(|account| account.value.replace('-', "")).collect();
        if own.is_empty() {
            let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
            for fact in corpus.facts_of(ACCOUNT) {
                let mut parts = fact.text.split(' ');
                let (Some(id), Some(count), Some(set)) = (parts.next(), parts.next(), parts.next()) else {
                    continue;
                };
                *counts.entry(id).or_default() += count.parse::<usize>().unwrap_or(1);
                if set == "1" {
                    own.insert(id.to_owned());
                }
            }
            let most = counts.iter().max_by_key(|(id, count)| (**count, std::cmp::Reverse(**id)));
            own.extend(most.map(|(id, _)| (*id).to_owned()));
        }
        Self { own }
    }

    /// What becomes of a suspicion about an account.
    pub(super) fn judged(&self, rule: &str, mut suspicion: Suspicion) -> Option<Suspicion> {
        let Some(account) = suspicion.account.clone() else { return Some(suspicion) };
        if self.own.contains(&account) {
            return None;
        }
        if rule != RULE {
            return Some(suspicion);
        }
        if LISTS.sample_accounts.contains(&account) {
            return Some(
                suspicion
                    .severity(Severity::Low, "the account is one of documents")
                    .confidence(Confidence::Low),
            );
        }
        if self.own.is_empty() {
            let severity = match suspicion.severity {
                Some((Severity::High, _)) => Severity::Medium,
                _ => Severity::Low,
            };
            suspicion = suspicion
                .severity(
                    severity,
                    "which account is your own is not known: verify, and name yours in kagiban.toml",
                )
                .confidence(Confidence::Low);
        }
        Some(suspicion)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_seen_wherever_they_begin() {
        for blanks in 0..14 {
            let count =
                |text: &str| digits_of_accounts(format!("{}{text}", " ".repeat(blanks)).as_bytes()).count();
            for text in [
                "arn:aws:sqs:eu-west-1:123456789012:queue",
                "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app",
                "https://sqs.eu-west-1.amazonaws.com/123456789012/queue",
                "AWS_ACCOUNT_ID=123456789012",
                "\"accountIds\": [ \"123456789012\"]",
                "account:123456789012:x",
                "account:\u{3000}123456789012",
            ] {
                assert_eq!(count(text), 1, "{text}");
            }
            for text in [
                "account = 12345678901 2",
                "account = 1234567890123",
                "time = 123456789012",
                "https://shop.example/123456789012/",
                "x123456789012",
            ] {
                assert_eq!(count(text), 0, "{text}");
            }
        }
        assert_eq!(digits_of_accounts(b"").count(), 0);
    }
}
