//! `apps-script-exposed`: a script of Google Workspace that works for Amazon lies open.
//!
//! Open it is by a key in its text, by keys in cells of a sheet, by a sheet shared with whoever has
//! the link, and by a web app that anybody may call, of which the manifest tells.

use std::sync::LazyLock;

use regex::Regex;

use super::secret_names::{self, SecretName, secret_names};
use super::{evidence, listed, phrases};
use crate::audit::pattern::pattern;
use crate::audit::{
    Carrier, Corpus, CorpusAudit, DocumentAudit, Fault, Noted, Page, Standing, Stands, Wants,
};
use crate::model::{Confidence, ContextKind, Fact, Severity, Snapshot, Span};

/// Services that only Apps Script has, in lower case.
const SERVICES: [&str; 9] = [
    "spreadsheetapp",
    "urlfetchapp",
    "propertiesservice",
    "scriptapp",
    "driveapp",
    "htmlservice",
    "contentservice",
    "lockservice",
    "cacheservice",
];

/// A cell that is read.
static CELL: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)\bget(?:display)?values?\(|\bgetrange(?:list|byname)?\(|\.getvalue\b"));
/// One of the values of several cells.
static ONE_OF_CELLS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b\w+\s*\[[^\[\]]{1,20}\]\s*\[|[=:]\s*(?:\w*(?:row|rec|record|line|value|val|vals|cell|col|data|entry|item|arr|setting|config)s?|[a-z])\s*\[\s*(?:\d|[a-z]*(?:col|idx|index))",
    )
});
/// A cell that is written, before its value.
static WRITTEN: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)\b(?:setvalues?|appendrow)\([^;\n]*$"));
/// A sheet that is kept for settings.
static SHEET_OF_SETTINGS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"(?i)getsheetbyname\(\s*["'`][^"'`\n]*(?:設定|認証|キー|鍵|トークン|api|config|setting|credential|secret|token|key|auth|account|アカウント)[^"'`\n]*["'`]"#,
    )
});
/// Sharing with whoever has the link.
static SHARED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"(?i)setsharing\(\s*(?:driveapp\.access\.)?["']?anyone(?:_with_link)?\b|["']?type["']?\s*:\s*["']anyone["']"#,
    )
});
/// The sheet itself.
static SHEET_ITSELF: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)spreadsheet|\bss\b|sheet_?id|\bbook\b"));
/// Who may call a web app.
static ACCESS: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"["']access["']\s*:\s*["'](?<who>ANYONE(?:_ANONYMOUS)?)["']"#));
static AS_VISITOR: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"["']executeAs["']\s*:\s*["']USER_ACCESSING["']"#));

/// A manifest that lets anybody call the script.
const OPEN: &str = "script-open";
/// A script that works with Amazon's keys.
const OF_AMAZON: &str = "script-of-amazon";
/// A key in a file that may belong to a script.
const LITERAL: &str = "script-literal";

pub(super) struct AppsScript;

impl DocumentAudit for AppsScript {
    fn rule(&self) -> &'static str {
        "apps-script-exposed"
    }

    fn wants(&self) -> Wants {
        Wants { credentials: true, carriers: &[Carrier::AppsScript], ..Wants::words(&SERVICES) }
    }

    fn judge(&self, page: &Page<'_>, noted: &mut Noted) {
        let path = page.path().to_ascii_lowercase();
        if page.carrier == Some(Carrier::AppsScript) {
            manifest(page, noted);
            return;
        }
        if secret_names::is_test(&path) {
            return;
        }
        let is_script = path.ends_with(".gs") || SERVICES.iter().any(|word| page.folded.contains(word));
        let literal = page.secrets().find(|c| phrases::is_lasting(c.rule.as_str()));
        if let Some(credential) = literal {
            let text = format!("{}\n{}", credential.rule, credential.identity);
            if is_script {
                noted.fault(credential.span, held(credential.rule.as_str(), &credential.identity));
            } else if is_source(&path) {
                noted.fact(LITERAL, text, credential.span);
            }
        }
        if !is_script || page.context.proof(ContextKind::Seller).is_none() {
            return;
        }
        let names: Vec<SecretName<'_>> = secret_names(page, |word| word)
            .filter(|name| {
                secret_names::is_of_amazon(page, name)
                    && !secret_names::is_switch(name.text)
                    && !is_remark(page, name.at)
            })
            .collect();
        if let Some(name) = names.first() {
            noted.fact(OF_AMAZON, name.kind, name.at);
        } else if let Some(at) = page.folded.find("sellingpartnerapi").filter(|_| !is_text(&path)) {
            noted.fact(OF_AMAZON, "sellingpartnerapi", Span::new(at, at + "sellingpartnerapi".len()));
        }
        let in_cells = in_cells(page, &names);
        if let Some((name, confidence)) = in_cells {
            let fault = Fault::of(["cells", name.kind])
                .with([evidence("sheet-cell", listed(name.text), 0)])
                .confidence(confidence);
            noted.fault(name.at, fault);
        }
        if let Some(at) = shared(page, literal.is_some() || in_cells.is_some()) {
            let what = names.first().map_or("sheet", |name| name.kind);
            noted.fault(at, Fault::of(["shared"]).with([evidence("link-sharing", listed(what), 0)]));
        }
    }
}

fn held(rule: &str, identity: &str) -> Fault {
    Fault::of(["literal", identity]).with([evidence("credential", listed(rule), 0)])
}

/// Whether a file may be one of a script that is kept elsewhere than in Google's editor.
fn is_source(path: &str) -> bool {
    [".js", ".ts", ".html"].iter().any(|ending| path.ends_with(ending))
}

fn is_text(path: &str) -> bool {
    secret_names::is_text_for_people(path)
}

fn is_remark(page: &Page<'_>, at: Span) -> bool {
    let (line, _) = page.line(page.lines().line_of(at.start));
    secret_names::is_comment(line)
}

fn manifest(page: &Page<'_>, noted: &mut Noted) {
    for found in ACCESS.captures_iter(page.text) {
        let (Some(whole), Some(who)) = (found.get(0), found.name("who")) else { continue };
        let at = Span::new(whole.start(), whole.end());
        if is_remark(page, at) {
            continue;
        }
        let runs_as = if AS_VISITOR.is_match(page.text) { "visitor" } else { "owner" };
        noted.fact(OPEN, format!("{}\n{runs_as}", who.as_str()), at);
        return;
    }
}

/// The first key that is kept in cells, and how sure that is.
fn in_cells<'a>(page: &Page<'a>, names: &[SecretName<'a>]) -> Option<(SecretName<'a>, Confidence)> {
    let has_cells = CELL.is_match(page.text) || page.folded.contains("appendrow");
    if !has_cells || is_text(page.path()) {
        return None;
    }
    let several = page.folded.contains("values(");
    let sure = names.iter().find(|name| {
        let (line, span) = page.line(page.lines().line_of(name.at.start));
        let before = page.text.get(span.start..name.at.start).unwrap_or_default();
        let statement = statement_from(page.text, name.at.start);
        let is_quoted = before.ends_with(['"', '\'', '`']);
        let is_saved = WRITTEN.is_match(before) && !is_quoted;
        let is_given = statement.get(name.text.len()..).is_some_and(|rest| {
            rest.trim_start_matches(['"', '\'', ']', ')', ' ', ',']).starts_with(['=', ':'])
                || is_quoted
                || line.contains("] =")
        });
        let is_read = CELL.is_match(statement) || (several && ONE_OF_CELLS.is_match(statement));
        is_saved
            || (is_given && is_read && !statement.to_ascii_lowercase().contains("getproperty("))
            || (before.contains('[') && line.contains("] =") && CELL.is_match(line))
    });
    if let Some(name) = sure {
        return Some((*name, Confidence::High));
    }
    let is_kept_elsewhere = page.folded.contains("getproperty(") || page.folded.contains("getproperties(");
    let name = names.first().filter(|_| !is_kept_elsewhere && SHEET_OF_SETTINGS.is_match(page.text))?;
    Some((*name, Confidence::Medium))
}

/// What follows a name up to the end of its statement or of its entry.
fn statement_from(text: &str, at: usize) -> &str {
    let end = text.floor_char_boundary(text.len().min(at + 240));
    let rest = text.get(at..end).unwrap_or_default();
    let mut depth = 0_i32;
    for (index, c) in rest.char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            ';' => return rest.get(..index).unwrap_or(rest),
            '\n' | ',' if depth <= 0 && index > 0 => {
                let next = rest.get(index + 1..).unwrap_or_default().trim_start();
                if !next.starts_with('.')
                    && !rest.get(..index).unwrap_or_default().trim_end().ends_with(['=', '('])
                {
                    return rest.get(..index).unwrap_or(rest);
                }
            }
            _ => {}
        }
    }
    rest
}

/// Where a sheet with keys, or the sheet of the script itself, is shared by link.
fn shared(page: &Page<'_>, has_keys: bool) -> Option<Span> {
    if is_text(page.path()) {
        return None;
    }
    SHARED.find_iter(page.text).map(|found| Span::new(found.start(), found.end())).find(|at| {
        let line = page.lines().line_of(at.start);
        let near = (line.saturating_sub(3)..line + 1).any(|line| SHEET_ITSELF.is_match(page.line(line).0));
        !is_remark(page, *at) && (near || (has_keys && !page.folded.contains("image")))
    })
}

impl CorpusAudit for AppsScript {
    fn rule(&self) -> &'static str {
        "apps-script-exposed"
    }

    fn judge(&self, corpus: &Corpus<'_>, stands: &mut Stands) {
        for open in corpus.facts_of(OPEN) {
            let Some(folder) = project(corpus.snapshot, open) else { continue };
            let root = open.place.origin.root;
            let is_within = |fact: &&Fact| {
                let path = fact.place.origin.path.as_deref().unwrap_or_default();
                fact.place.origin.root == root
                    && (folder.is_empty()
                        || path.strip_prefix(folder.as_str()).is_some_and(|rest| rest.starts_with('/')))
            };
            let Some(amazon) = corpus.facts_of(OF_AMAZON).find(is_within) else { continue };
            let (who, runs_as) = open.text.split_once('\n').unwrap_or((&open.text, "owner"));
            let mut fault = Fault::of(["web-app", who]).with([
                evidence("web-app-access", listed(who), 0),
                evidence("exchange", listed(&amazon.text), 0),
            ]);
            if runs_as == "visitor" {
                fault = fault.severity(Severity::Medium, "the web app runs as whoever calls it");
            }
            stands.fault(&[Standing::Fact(open), Standing::Fact(amazon)], fault);
        }
        for literal in corpus.facts_of(LITERAL) {
            let (rule, identity) = literal.text.split_once('\n').unwrap_or((&literal.text, ""));
            if is_in_project(corpus.snapshot, literal) {
                stands.fault(&[Standing::Fact(literal)], held(rule, identity));
            }
        }
    }
}

/// The folder of a script by its manifest: the one above where the tool keeps its settings there.
fn project(snapshot: &dyn Snapshot, manifest: &Fact) -> Option<String> {
    let origin = &manifest.place.origin;
    let path = origin.path.as_deref()?;
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let above = folder.rsplit_once('/').map_or("", |(above, _)| above);
    let has_settings =
        !folder.is_empty() && snapshot.files(origin.root, above).iter().any(|file| file == ".clasp.json");
    Some(if has_settings { above } else { folder }.to_owned())
}

/// Whether a file lies in the folder of a script or below it.
fn is_in_project(snapshot: &dyn Snapshot, fact: &Fact) -> bool {
    let origin = &fact.place.origin;
    let Some(mut folder) = origin.path.as_deref().filter(|_| fact.place.inner.is_empty()) else {
        return false;
    };
    while !folder.is_empty() {
        folder = folder.rsplit_once('/').map_or("", |(folder, _)| folder);
        if snapshot
            .files(origin.root, folder)
            .iter()
            .any(|file| file == ".clasp.json" || file == "appsscript.json")
        {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_end() {
        assert_eq!(statement_from("a = f(1, 2), b = 3", 0), "a = f(1, 2)");
        assert_eq!(statement_from("a = x\n  .y();\nb", 0), "a = x\n  .y()");
        assert_eq!(statement_from("a: 1\nb: 2", 0), "a: 1");
    }

    #[test]
    fn sharing_is_told() {
        assert!(SHARED.is_match("f.setSharing(DriveApp.Access.ANYONE_WITH_LINK, DriveApp.Permission.VIEW)"));
        assert!(!SHARED.is_match("f.setSharing(DriveApp.Access.PRIVATE, DriveApp.Permission.VIEW)"));
        assert!(
            ACCESS.is_match(r#""access": "ANYONE_ANONYMOUS""#) && !ACCESS.is_match(r#""access": "MYSELF""#)
        );
    }
}
