//! The one look at a document that all rules about rights share.

use std::sync::LazyLock;

use super::paths::{is_for_people, is_left_out};
use super::read::Language;
use super::rights::Rights;
use super::suspicion::Suspicion;
use super::{admin, everybody, foreign, key, legacy, queue, store, world};
use crate::audit::{Carrier, DocumentAudit, Noted, Page, Sought, Wants};
use crate::model::{Severity, Span};

/// Words of documents that passed the gate and may say who may do what.
const WANTED: [&str; 16] = [
    "\"statement\"",
    "'statement'",
    "aws_iam_",
    "aws iam ",
    "aws::iam::",
    "aws::sqs::",
    "aws_sqs_queue",
    "policystatement",
    "accountprincipal",
    "execute-api:invoke",
    "create-access-key",
    "create_access_key",
    "createaccesskey",
    "iamrolestatements",
    "administratoraccess",
    "aws sqs ",
];

/// Words without which nobody says who may do what on AWS.
const RIGHT_WORDS: [&str; 61] = [
    "\"statement\"",
    "'statement'",
    "statement:",
    "statement {",
    "statement =",
    "statement=",
    "statements",
    "statement\\\"",
    "policystatement",
    "policy_arn",
    "policyarn",
    "policy-arn",
    "managedpolic",
    "managed_polic",
    "managed-polic",
    "accountprincipal",
    "anyprincipal",
    "starprincipal",
    "arnprincipal",
    "grantpublicaccess",
    "iam_access_key",
    "iam.accesskey",
    "iam::accesskey",
    "cfnaccesskey",
    "createaccesskey",
    "create_access_key",
    "create-access-key",
    "new-iamaccesskey",
    "iam_user",
    "iam::user",
    "iam.user",
    "create-user",
    "create-role",
    "aws::sqs",
    "aws_sqs",
    "sqs.queue",
    "sqs.cfnqueue",
    "aws sqs ",
    "add-permission",
    "lambda_permission",
    "lambda::permission",
    "policies:",
    "effect: allow",
    "effect: \"allow\"",
    "effect: 'allow'",
    "\"effect\": \"allow\"",
    "'effect': 'allow'",
    "trusted_role",
    "public-read",
    "publicread",
    "public_read",
    "assumerolepolicyforprincipal",
    "new-iam",
    "register-iam",
    "write-iam",
    "minimum_protocol_version",
    "minimumprotocolversion",
    "ssl_policy",
    "sslpolicy",
    "security_policy",
    "securitypolicy",
];
static RIGHTS: LazyLock<Sought> = LazyLock::new(|| Sought::of(&RIGHT_WORDS));

/// Whether a rule's faults let strangers in, or one into everything.
fn is_grave(rule: &str) -> bool {
    [admin::RULE, everybody::RULE, queue::RULE].contains(&rule)
}

pub(super) struct Documents;

impl DocumentAudit for Documents {
    fn rule(&self) -> &'static str {
        admin::RULE
    }

    fn notes_for(&self) -> &'static [&'static str] {
        &[
            legacy::RULE,
            key::RULE,
            foreign::RULE,
            everybody::RULE,
            queue::RULE,
            store::RULE,
            super::transport::RULE,
        ]
    }

    fn wants(&self) -> Wants {
        let mut wants = Wants::words(&WANTED);
        wants.words.extend(legacy::WORDS.map(str::to_owned));
        wants.words.extend(world::WORDS.map(str::to_owned));
        wants.carriers = &[Carrier::Infrastructure, Carrier::Workflow];
        wants
    }

    fn notices(&self) -> Vec<&'static str> {
        RIGHT_WORDS.to_vec()
    }

    fn judge(&self, page: &Page<'_>, noted: &mut Noted) {
        world::note(page, noted);
        let path = page.path().to_ascii_lowercase();
        let speaks =
            legacy::VARIABLES.is_in(page) || path.ends_with("custom-policies.json") || RIGHTS.is_in(page);
        let accounts = foreign::lines_of_accounts(page);
        if (!speaks && accounts.is_empty()) || is_left_out(&path) {
            return;
        }
        if !speaks {
            foreign::note_accounts(page, &accounts, &Rights::default(), noted);
            return;
        }
        let language = Language::of(&path, page.text);
        let rights = Rights::of(page, language);
        let is_for_people = is_for_people(&path);
        let is_of_seller = world::is_of_seller(page);
        let mut has_trust = false;
        let mut note = |rule: &'static str, found: Vec<(Span, Suspicion)>| {
            for (at, mut suspicion) in found {
                suspicion.is_of_seller = is_of_seller;
                has_trust |= suspicion.account.is_some();
                if is_for_people {
                    let severity = if is_grave(rule) { Severity::Medium } else { Severity::Low };
                    suspicion = suspicion.severity(severity, "a text for people tells to set it up so");
                }
                suspicion.note(rule, at, noted);
            }
        };
        note(admin::RULE, admin::suspicions(&rights));
        note(legacy::RULE, legacy::suspicions(&rights, page, is_for_people));
        note(key::RULE, key::suspicions(&rights));
        note(everybody::RULE, everybody::suspicions(&rights));
        note(queue::RULE, queue::suspicions(&rights));
        note(store::RULE, store::suspicions(&rights));
        note(foreign::RULE, foreign::suspicions(&rights));
        note(super::transport::RULE, super::transport::of_resources(&rights));
        foreign::note_accounts(page, &accounts, &rights, noted);
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;
    use crate::model::{Context, Origin};
    use crate::settings::Own;

    /// What every reader must survive, in a document of every language.
    fn broken() -> Vec<String> {
        let policy =
            r#"{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": "*"}]}"#;
        let mut texts: Vec<String> =
            (0..policy.len()).step_by(7).filter_map(|end| policy.get(..end).map(str::to_owned)).collect();
        texts.extend([
            "Statement:\n  - &a [*a]\n  - {Effect: Allow, Action: '*', Resource: \"*".to_owned(),
            "\"Statement\": {".repeat(1_000),
            "Statement: [".repeat(1_000),
            "statement {\n".repeat(1_000),
            "new iam.PolicyStatement({ actions: [".repeat(800),
            format!("policy = \"{}\"\nstatement {{", "${".repeat(1_000)),
            format!("aws iam put-role-policy --policy-document '{}", "{\"Statement\":".repeat(800)),
            "aws iam \\\n".repeat(1_000),
            "\u{feff}鍵: !Sub \"${\"\nStatement: !If [a, !If [b, c], d]\n".to_owned(),
        ]);
        texts
    }

    #[test]
    fn broken_documents_give_nothing_and_end() {
        let started = Instant::now();
        let (context, own) = (Context::default(), Own::nobody());
        for path in
            ["sp-api/x.tf", "sp-api/x.yaml", "sp-api/x.json", "sp-api/x.ts", "sp-api/x.py", "sp-api/x.sh"]
        {
            for text in broken() {
                let folded = text.to_ascii_lowercase();
                let origin = Origin::file(path);
                let page = Page::new((&origin, &[]), (&text, &folded, true), &context, &[], &own);
                let mut noted = Noted::default();
                Documents.judge(&page, &mut noted);
                assert!(noted.facts.iter().all(|(kind, _, _)| *kind == world::WORLD), "{path}: {text:.60}");
            }
        }
        assert!(started.elapsed() < Duration::from_secs(120), "{:?}", started.elapsed());
    }
}
