//! `long-lived-access-key`: an access key of a user is made by what declares the infrastructure, or by
//! a program.

use super::lists::words;
use super::rights::Rights;
use super::suspicion::Suspicion;
use super::tree::Kind;
use crate::model::{Severity, Span};

pub(super) const RULE: &str = "long-lived-access-key";

/// Calls that make a key, folded.
const CALLS: [&str; 3] = ["createaccesskey", "createaccesskeycommand", "newiamaccesskey"];

pub(super) fn suspicions(rights: &Rights) -> Vec<(Span, Suspicion)> {
    let mut found = Vec::new();
    for key in rights.of_kind("iam.accesskey") {
        let is_off = key
            .body
            .get("status")
            .and_then(|status| status.word())
            .is_some_and(|status| status.to_ascii_lowercase().ends_with("inactive"));
        if !is_off {
            let user = ["UserName", "user", "user-name"]
                .iter()
                .find_map(|name| key.body.get(name))
                .and_then(|user| user.word());
            let user = user.unwrap_or_default();
            found.push((
                key.at,
                judged(
                    Suspicion::of([&key.name, user]).saying("name", &key.name).saying("name", user),
                    &[&key.name, user],
                ),
            ));
        }
    }
    for call in &rights.calls {
        let Kind::Call(name, parts) = &call.kind else { continue };
        let last = name.rsplit('.').next().unwrap_or(name);
        let plain: String =
            last.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
        if CALLS.contains(&plain.as_str()) {
            let user = parts
                .iter()
                .find(|(name, _)| super::tree::is_same(name, "UserName"))
                .and_then(|(_, user)| user.word());
            let user = user.unwrap_or_default();
            found.push((
                call.at,
                judged(Suspicion::of([last, user]).saying("command", last).saying("name", user), &[user]),
            ));
        }
    }
    found
}

/// Mail of SES by SMTP asks for such a key.
fn judged(suspicion: Suspicion, names: &[&str]) -> Suspicion {
    let is_mail = names.iter().any(|name| {
        words(name).iter().any(|word| matches!(word.as_str(), "ses" | "smtp" | "mail" | "mailer" | "email"))
    });
    if is_mail {
        suspicion.severity(Severity::Low, "sending mail by SMTP asks for such a key")
    } else {
        suspicion
    }
}
