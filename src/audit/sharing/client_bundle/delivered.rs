//! Values in files that are sent as they are: built pages, pages themselves, packages.

use super::{BUNDLES, first_lasting};
use crate::audit::sharing::{evidence, listed, secret_names};
use crate::audit::{Fault, Page};
use crate::model::{Confidence, Span};

/// A value that is sent.
pub(super) struct Found {
    pub(super) at: Span,
    pub(super) fault: Fault,
}

/// Why a file is sent, and how sure that is.
type Reason = (&'static str, Confidence);

/// Returns the first lasting secret of a page that everybody gets who opens what it is part of.
pub(super) fn found(page: &Page<'_>) -> Option<Found> {
    page.secrets().next()?;
    let path = page.path().to_ascii_lowercase();
    if secret_names::is_text_for_people(&path) {
        return None;
    }
    let ((reason, confidence), credential) = match reason(page, &path) {
        Some(reason) => (reason, first_lasting(page, |_| true)?),
        None => {
            let within = first_lasting(page, |at| is_in_script(page, &path, at))?;
            (("script-of-page", Confidence::High), within)
        }
    };
    let fault = Fault::of(["sent-file", credential.identity.as_str()])
        .with([
            evidence("sent-file", listed(reason), 0),
            evidence("credential", listed(credential.rule.as_str()), 0),
        ])
        .confidence(confidence);
    Some(Found { at: credential.span, fault })
}

fn reason(page: &Page<'_>, path: &str) -> Option<Reason> {
    let outer = page.origin.path.as_deref().unwrap_or_default().to_ascii_lowercase();
    let sent = &BUNDLES.sent;
    let is_package = |path: &str| sent.packages.iter().any(|ending| path.ends_with(ending.as_str()));
    if (is_package(path) || is_package(&outer)) && !is_of_server(path) {
        return Some(("package", Confidence::High));
    }
    let file_name = path.rsplit('/').next().unwrap_or(path);
    let is_sendable =
        sent.endings.iter().any(|ending| path.ends_with(ending.as_str())) || file_name.starts_with(".env");
    let in_folder = sent.folders.iter().any(|folder| {
        path.find(folder.as_str()).is_some_and(|at| {
            at == 0 || folder.starts_with(['.', '_']) || path.as_bytes().get(at - 1) == Some(&b'/')
        })
    });
    let has = |words: &[String]| words.iter().any(|word| page.folded.contains(word.as_str()));
    if is_sendable && in_folder && !is_of_server(path) && !has(&BUNDLES.code.server) {
        return Some(("public-folder", Confidence::High));
    }
    match path.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "vue" => Some(("component", Confidence::High)),
        "svelte" => Some(("component", Confidence::High)),
        "js" | "jsx" | "ts" | "tsx" | "mjs" => {
            let is_client = page.folded.trim_start().starts_with("'use client'")
                || page.folded.trim_start().starts_with("\"use client\"");
            let is_browser = is_client || (has(&BUNDLES.code.browser) && !has(&BUNDLES.code.server));
            (is_browser && !is_of_server(path)).then_some(("browser-code", Confidence::Medium))
        }
        "dart" => (!path.contains("server") && !page.text.contains("dart:io"))
            .then_some(("phone-code", Confidence::Medium)),
        "swift" | "kt" | "java" | "m" | "mm" | "cs" => (has(&BUNDLES.code.phone)
            && !page.folded.contains("import vapor")
            && !page.folded.contains("springframework"))
        .then_some(("phone-code", Confidence::Medium)),
        "plist" | "xcconfig" => path.contains("info").then_some(("app-resource", Confidence::High)),
        _ => None,
    }
}

/// Parts of paths of programs that run on a server.
fn is_of_server(path: &str) -> bool {
    [
        "/api/",
        ".next/server/",
        "functions/",
        "server/",
        "lambda",
        "/route.",
        ".server.",
        "scripts/",
        "node_modules/",
        "electron",
        "backend",
        "cloudflare",
        "worker",
    ]
    .iter()
    .any(|part| path.contains(part) || path.starts_with(part.trim_start_matches('/')))
}

/// Whether a place is within a script of a page.
fn is_in_script(page: &Page<'_>, path: &str, at: Span) -> bool {
    let is_page = [
        ".html", ".htm", ".xhtml", ".php", ".erb", ".ejs", ".hbs", ".jinja", ".jinja2", ".j2", ".twig",
        ".cshtml", ".jsp", ".pug", ".astro", ".njk", ".liquid",
    ]
    .iter()
    .any(|ending| path.ends_with(ending));
    if !is_page {
        return false;
    }
    let before = page.folded.get(..at.start).unwrap_or_default();
    let open = before.rfind("<script").or_else(|| before.rfind("data-"));
    let Some(open) = open else { return false };
    let inside = before.get(open..).unwrap_or_default();
    // A server's code within the script is not sent, its value is another's finding.
    let in_server = |open: &str, close: &str| inside.rfind(open) > inside.rfind(close);
    let is_script = inside.starts_with("<script");
    let is_closed = if is_script { inside.contains("</script") } else { inside.contains('>') };
    !is_closed && !in_server("<?php", "?>") && !in_server("<%", "%>")
}
