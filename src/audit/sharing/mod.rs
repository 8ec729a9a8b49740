//! Credentials that go, or have gone, to someone they do not belong to.

mod apps_script;
mod ci;
mod client_bundle;
mod container;
mod credential_sent;
mod desktop_app;
mod handover_note;
mod package;
mod password_zip;
mod phrases;
mod private_app;
mod recipients;
mod secret_names;
mod sentences;
mod talk;
mod third_party_link;
mod tool_intake;
mod vendor_key;
mod world;

pub(in crate::audit) use credential_sent::Flow;
pub use credential_sent::Sink;
pub(super) use credential_sent::{OrdersSent, orders_sent};

use super::{CorpusAudit, DocumentAudit};
use crate::model::{Evidence, Masked, run_masked};

/// The audits of single documents. An audit that is not here does not run.
pub(super) const DOCUMENT_AUDITS: &[&dyn DocumentAudit] = &[
    &handover_note::HandoverNote,
    &third_party_link::ThirdPartyLink,
    &password_zip::PasswordZip,
    &tool_intake::ToolIntake,
    &client_bundle::ClientBundle,
    &desktop_app::DesktopApp,
    &apps_script::AppsScript,
    &private_app::PrivateApp,
    &ci::unpinned::UnpinnedAction,
    &ci::trigger::UntrustedTrigger,
    &container::ContainerBakes,
    &vendor_key::VendorKey,
    &credential_sent::CredentialSent,
];

/// The audits of all documents together.
pub(super) const CORPUS_AUDITS: &[&dyn CorpusAudit] = &[
    &client_bundle::ClientBundle,
    &desktop_app::DesktopApp,
    &apps_script::AppsScript,
    &private_app::PrivateApp,
    &container::CopiedSecret,
    &package::PackageShips,
];

/// Says what speaks for a fault, and how much it counts.
fn evidence(kind: &'static str, text: Masked, weight: i32) -> Evidence {
    Evidence { kind, text, weight }
}

/// Wraps a word of our own lists: a rule, a host, a number.
fn listed(word: &str) -> Masked {
    run_masked(word)
}
