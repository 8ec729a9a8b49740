//! `desktop-app-credential`: a program on the computers of its users holds a key, or exchanges one.
//!
//! That a file belongs to such a program is told by what it does, or by the project around it. Where
//! the half that exchanges the key is hosted by the developer, there is nothing to say.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Deserialize;

use super::secret_names::{self, secret_names};
use super::{evidence, listed, phrases};
use crate::audit::{Corpus, CorpusAudit, DocumentAudit, Fault, Noted, Page, Standing, Stands, Wants};
use crate::model::{Confidence, ContextKind, Fact, Severity, Snapshot, Span};

/// `rules/lists/desktop.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Desktop {
    kind: Vec<Kind>,
    packages: Endings,
    project: Vec<Kind>,
    exchange: Words,
    hosted: Parts,
}

/// Files of one kind of program: the end of the name, one of `words`, one of `also`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kind {
    name: String,
    endings: Vec<String>,
    #[serde(default)]
    words: Vec<String>,
    #[serde(default)]
    also: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Endings {
    endings: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    words: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Parts {
    parts: Vec<String>,
}

static DESKTOP: LazyLock<Desktop> = LazyLock::new(|| {
    toml::from_str(include_str!("../../../rules/lists/desktop.toml"))
        .expect("desktop.toml parses: a test reads it")
});

impl Kind {
    fn is(&self, path: &str, folded: &str) -> bool {
        let holds =
            |words: &[String]| words.is_empty() || words.iter().any(|word| folded.contains(word.as_str()));
        self.endings.iter().any(|ending| path.ends_with(ending.as_str()))
            && holds(&self.words)
            && holds(&self.also)
    }
}

/// A file that holds a key.
const HOLDS: &str = "desktop-holds";
/// A file that exchanges one.
const EXCHANGES: &str = "desktop-exchanges";

/// What a file does with a key.
struct Use {
    kind: &'static str,
    /// The rule that found the key, or the kind of its name.
    what: String,
    /// What tells it from others.
    identity: String,
    at: Span,
}

pub(super) struct DesktopApp;

impl DocumentAudit for DesktopApp {
    fn rule(&self) -> &'static str {
        "desktop-app-credential"
    }

    fn wants(&self) -> Wants {
        Wants { credentials: true, ..Wants::words(&secret_names::STEMS) }
    }

    fn judge(&self, page: &Page<'_>, noted: &mut Noted) {
        let path = page.path().to_ascii_lowercase();
        if is_hosted(&path) || secret_names::is_test(&path) {
            return;
        }
        let outer = page.origin.path.as_deref().unwrap_or_default().to_ascii_lowercase();
        let ends = |path: &str| DESKTOP.packages.endings.iter().any(|ending| path.ends_with(ending.as_str()));
        let is_package = ends(&path) || ends(&outer);
        let program =
            DESKTOP.kind.iter().find(|kind| kind.is(&path, page.folded)).map(|kind| kind.name.as_str());
        let program = program.or(is_package.then_some("package"));
        if program.is_none() && !is_code(&path) && !is_settings(&path) {
            return;
        }
        let Some(found) = holds(page).or_else(|| if is_settings(&path) { None } else { exchanges(page) })
        else {
            return;
        };
        match program {
            Some(program) => noted.fault(found.at, fault(&found, program)),
            None => noted.fact(found.kind, format!("{}\n{}", found.what, found.identity), found.at),
        }
    }
}

fn fault(found: &Use, program: &str) -> Fault {
    let fault = Fault::of([found.kind, found.identity.as_str()])
        .with([evidence("program", listed(program), 0), evidence(shown(found.kind), listed(&found.what), 0)]);
    if found.kind == HOLDS {
        return fault;
    }
    fault
        .severity(Severity::Medium, "no key stands in the file: the program exchanges the one it is given")
        .confidence(Confidence::Medium)
}

fn shown(kind: &str) -> &'static str {
    if kind == HOLDS { "credential" } else { "exchange" }
}

fn is_hosted(path: &str) -> bool {
    DESKTOP.hosted.parts.iter().any(|part| {
        path.contains(part.as_str())
            && (part.starts_with(['/', '.'])
                || path.starts_with(part.as_str())
                || path.contains(&format!("/{part}")))
    })
}

/// Whether a file is code of a language that such programs are written in.
fn is_code(path: &str) -> bool {
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    matches!(
        ending,
        "js" | "ts"
            | "mjs"
            | "cjs"
            | "jsx"
            | "tsx"
            | "py"
            | "pyw"
            | "cs"
            | "vb"
            | "java"
            | "kt"
            | "go"
            | "rs"
            | "cpp"
            | "c"
            | "h"
            | "fs"
    )
}

/// Whether a file is one of settings that such programs are given with.
fn is_settings(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    matches!(
        name,
        "app.config"
            | "appsettings.json"
            | "settings.settings"
            | "settings.ini"
            | "config.ini"
            | "config.json"
            | ".env"
            | "settings.json"
            | "config.yml"
            | "config.yaml"
            | "credentials.json"
            | "credentials.yml"
            | "secrets.json"
    )
}

/// The first lasting key of a page.
fn holds(page: &Page<'_>) -> Option<Use> {
    let credential = page.secrets().find(|c| phrases::is_lasting(c.rule.as_str()))?;
    Some(Use {
        kind: HOLDS,
        what: credential.rule.to_string(),
        identity: credential.identity.clone(),
        at: credential.span,
    })
}

/// The first name of a key in a page that exchanges it.
fn exchanges(page: &Page<'_>) -> Option<Use> {
    page.context.proof(ContextKind::Seller)?;
    DESKTOP.exchange.words.iter().find(|word| page.folded.contains(word.as_str()))?;
    let name = secret_names(page, |word| word).find(|name| {
        let (line, _) = page.line(page.lines().line_of(name.at.start));
        matches!(name.kind, "client-secret" | "aws-secret-key")
            && secret_names::is_of_amazon(page, name)
            && !secret_names::is_ambiguous(page, name)
            && !is_remark(page.path(), line)
    })?;
    Some(Use { kind: EXCHANGES, what: name.kind.to_owned(), identity: name.kind.to_owned(), at: name.at })
}

fn is_remark(path: &str, line: &str) -> bool {
    let path = path.to_ascii_lowercase();
    let is_basic =
        [".bas", ".cls", ".frm", ".vbs", ".vb", ".vba", ".txt"].iter().any(|ending| path.ends_with(ending));
    secret_names::is_comment(line) || (is_basic && line.trim_start().starts_with('\''))
}

impl CorpusAudit for DesktopApp {
    fn rule(&self) -> &'static str {
        "desktop-app-credential"
    }

    fn judge(&self, corpus: &Corpus<'_>, stands: &mut Stands) {
        let mut folders =
            Folders { snapshot: corpus.snapshot, projects: BTreeMap::new(), windows: BTreeMap::new() };
        let mut exchanging: BTreeSet<(u32, String)> = BTreeSet::new();
        for kind in [HOLDS, EXCHANGES] {
            for fact in corpus.facts_of(kind) {
                let Some(project) = folders.project(fact) else { continue };
                // One place that exchanges is enough to know that the program does.
                let folder = (fact.place.origin.root, project.folder.clone());
                if !exchanging.insert(folder) && kind == EXCHANGES {
                    continue;
                }
                let (what, identity) = fact.text.split_once('\n').unwrap_or((&fact.text, ""));
                let (what, identity) = (what.to_owned(), identity.to_owned());
                let found = Use { kind, what, identity, at: Span::new(0, 0) };
                stands.fault(&[Standing::Fact(fact)], fault(&found, project.name));
            }
        }
    }
}

struct Project {
    name: &'static str,
    folder: String,
}

/// A file that was read: its name and its text, in lower case.
type Read = (String, String);

/// What was read of folders, so that none is read twice.
struct Folders<'s> {
    snapshot: &'s dyn Snapshot,
    projects: BTreeMap<(u32, String), Vec<Read>>,
    windows: BTreeMap<(u32, String), Vec<Read>>,
}

/// Files of a folder that are read in search of windows, by what their names are made of.
const WINDOW_NAMES: [&str; 13] =
    ["main", "app", "gui", "window", "form", "ui", "view", "tool", "launch", "start", "index", "menu", "run"];
const WINDOWS_MAX: usize = 12;

impl Folders<'_> {
    /// The program for desktops that a file belongs to, by the files around it and above it.
    fn project(&mut self, fact: &Fact) -> Option<Project> {
        let origin = &fact.place.origin;
        // What is in an archive has no files around it that are known.
        let path = origin.path.as_deref().filter(|_| fact.place.inner.is_empty())?;
        let lower = path.to_ascii_lowercase();
        let name = lower.rsplit('/').next().unwrap_or(&lower);
        let mut folder = path;
        let mut depth = 0;
        while let Some(parent) = parent(folder) {
            folder = parent;
            let found = self.project_of(origin.root, folder, name).or_else(|| {
                // A window is beside what it uses, or right above.
                (depth < 2 && is_code(name)).then(|| self.window_of(origin.root, folder, name)).flatten()
            });
            if let Some(kind) = found {
                return Some(Project { name: kind, folder: folder.to_owned() });
            }
            depth += 1;
        }
        None
    }

    /// The project that a folder is; settings count where the project names them.
    fn project_of(&mut self, root: u32, folder: &str, name: &str) -> Option<&'static str> {
        let snapshot = self.snapshot;
        let all = self.projects.entry((root, folder.to_owned())).or_insert_with(|| {
            let is_of =
                |kind: &Kind, name: &str| kind.endings.iter().any(|ending| name.ends_with(ending.as_str()));
            read(snapshot, root, folder, usize::MAX, |name| {
                DESKTOP.project.iter().any(|kind| is_of(kind, name))
            })
        });
        let of_file = |(file, text): &Read| {
            let is_given = !is_settings(name) || text.contains(name);
            let kind = DESKTOP.project.iter().find(|kind| is_given && kind.is(file, text))?;
            Some(kind.name.as_str())
        };
        all.iter().find_map(of_file)
    }

    /// The kind of a program whose window uses a file.
    fn window_of(&mut self, root: u32, folder: &str, name: &str) -> Option<&'static str> {
        let snapshot = self.snapshot;
        let all = self.windows.entry((root, folder.to_owned())).or_insert_with(|| {
            let could_be = |name: &str| is_code(name) && WINDOW_NAMES.iter().any(|word| name.contains(word));
            read(snapshot, root, folder, WINDOWS_MAX, could_be)
        });
        let stem = name.split('.').next().unwrap_or(name);
        let of_file = |(file, text): &Read| {
            let kind = DESKTOP.kind.iter().find(|kind| !kind.words.is_empty() && kind.is(file, text))?;
            uses(text, stem).then_some(kind.name.as_str())
        };
        all.iter().find_map(of_file)
    }
}

/// Reads files of a folder by their names, in lower case.
fn read(
    snapshot: &dyn Snapshot,
    root: u32,
    folder: &str,
    most: usize,
    is_wanted: impl Fn(&str) -> bool,
) -> Vec<Read> {
    let names = snapshot.files(root, folder).into_iter().map(|name| (name.to_ascii_lowercase(), name));
    let read = |(lower, name): (String, String)| {
        let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
        let mut bytes = snapshot.read(root, &path).unwrap_or_default();
        // What is looked for is ASCII, so this reads UTF-16 as well.
        bytes.retain(|byte| *byte != 0);
        (lower, String::from_utf8_lossy(&bytes).to_ascii_lowercase())
    };
    names.filter(|(lower, _)| is_wanted(lower)).take(most).map(read).collect()
}

/// Whether a text uses a module or a class; both are in lower case.
fn uses(text: &str, stem: &str) -> bool {
    stem.len() >= 3
        && ["import ", "from ", "from .", ".", "/", "new ", "imports "].iter().any(|before| {
            text.match_indices(&format!("{before}{stem}")).any(|(at, found)| {
                let next = text.get(at + found.len()..).and_then(|rest| rest.chars().next());
                next.is_none_or(|c| !c.is_alphanumeric() && c != '_')
            })
        })
}

/// The folder of a path; none above the top level.
fn parent(path: &str) -> Option<&str> {
    match path.rsplit_once('/') {
        Some((folder, _)) => Some(folder),
        None => (!path.is_empty()).then_some(""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_told() {
        let kind = |path: &str, text: &str| {
            DESKTOP.kind.iter().find(|kind| kind.is(path, text)).map(|kind| kind.name.as_str())
        };
        assert_eq!(kind("a.bas", "attribute vb_name = \"x\"\nend sub"), Some("excel-vba"));
        assert_eq!(kind("a.cls", "public class x { }"), None);
        assert_eq!(kind("tool.ahk", ""), Some("autohotkey"));
        assert_eq!(kind("a.py", "import requests"), None);
    }

    #[test]
    fn modules_in_use_are_told() {
        assert!(uses("from lwa import token", "lwa") && uses("require('./lwa')", "lwa"));
        assert!(!uses("from lwax import token", "lwa") && !uses("see lwa", "lwa"));
    }

    #[test]
    fn folders_end_at_the_top() {
        assert_eq!(parent("a/b/c.py"), Some("a/b"));
        assert_eq!(parent("c.py"), Some(""));
        assert_eq!(parent(""), None);
    }

    #[test]
    fn hosted_halves_are_told() {
        assert!(is_hosted("server/lwa.js") && is_hosted("packages/server/lwa.js"));
        assert!(!is_hosted("src/observer/lwa.js") && !is_hosted("main/lwa.js"));
    }
}
