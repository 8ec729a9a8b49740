//! `package-ships-secret`: a package would take a file with an Amazon credential to everybody.
//!
//! What a package takes along is computed as its tool does, from the manifest and the ignore files
//! around a file in which a credential was found. Whether it was ever published is not known here, so
//! a manifest that shows no sign of it weighs less.

mod npm;
mod other;
mod python;

use super::{evidence, listed, phrases};
use crate::audit::ignored::text_of;
use crate::audit::{Corpus, CorpusAudit, Fault, Held, Standing, Stands};
use crate::model::{Confidence, Severity, Snapshot, random_masked};

/// Folders between a file and the top that are looked through.
const FOLDERS_MAX: usize = 12;
/// Files that are judged; a tree with more is told about often enough.
const FILES_MAX: usize = 500;

pub(super) struct PackageShips;

impl CorpusAudit for PackageShips {
    fn rule(&self) -> &'static str {
        "package-ships-secret"
    }

    fn judge(&self, corpus: &Corpus<'_>, stands: &mut Stands) {
        let mut judged: Vec<(u32, &str)> = Vec::new();
        for held in corpus.findings {
            let finding = held.finding;
            let is_secret = finding.secret.is_some() && phrases::is_lasting(finding.rule.as_str());
            let key = (finding.place.origin.root, held.path);
            if !is_secret || held.path.is_empty() || judged.contains(&key) || judged.len() >= FILES_MAX {
                continue;
            }
            judged.push(key);
            let tree = Tree { files: corpus.snapshot, root: key.0 };
            if let Some(shipped) = tree.shipped(held.path) {
                stands.fault(&[Standing::Finding(*held)], fault(held, &shipped));
            }
        }
    }
}

fn fault(held: &Held<'_>, shipped: &Shipped) -> Fault {
    let fault = Fault::of([shipped.registry, &shipped.manifest]).with([
        evidence("manifest", random_masked(&shipped.manifest), 0),
        evidence("registry", listed(shipped.registry), 0),
        evidence("credential", listed(held.finding.rule.as_str()), 0),
    ]);
    if shipped.is_for_publishing {
        fault
    } else {
        fault
            .severity(Severity::Medium, "nothing in the manifest says that it is published")
            .confidence(Confidence::Low)
    }
}

/// A package that takes a file along.
pub(super) struct Shipped {
    /// Where packages of its kind go.
    registry: &'static str,
    /// The path of the manifest.
    manifest: String,
    /// Whether the manifest is made for publishing.
    is_for_publishing: bool,
}

/// The files of a state, below one root.
#[derive(Clone, Copy)]
struct Tree<'a> {
    files: &'a dyn Snapshot,
    root: u32,
}

/// What a manifest says of a file.
enum Verdict {
    /// It is no manifest of a package, or one that says nothing: those above count.
    Other,
    /// The package stays where it is, or leaves the file out.
    Kept,
    /// It goes out with it; whether the manifest is made for publishing.
    Ships { is_for_publishing: bool },
}

impl Tree<'_> {
    fn text(self, path: &str) -> Option<String> {
        Some(text_of(&self.files.read(self.root, path)?).into_owned())
    }

    /// The package that takes a file along, if any.
    fn shipped(self, path: &str) -> Option<Shipped> {
        let mut open: Vec<&'static str> = vec!["npm", "vsix", "crx", "crates.io", "PyPI", "NuGet"];
        let mut folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        if path
            .split('/')
            .any(|part| matches!(part, "node_modules" | "vendor" | "site-packages" | ".venv" | "venv"))
        {
            return None;
        }
        for _ in 0..FOLDERS_MAX {
            let here = Package { tree: self, folder, below: below(folder, path)?, path };
            for (registry, manifest, verdict) in here.verdicts(&open) {
                match verdict {
                    Verdict::Other => {}
                    Verdict::Kept => open.retain(|known| *known != registry),
                    Verdict::Ships { is_for_publishing } => {
                        return Some(Shipped { registry, manifest, is_for_publishing });
                    }
                }
            }
            if folder.is_empty() {
                return None;
            }
            folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
        }
        None
    }
}

/// A folder that may be a package, and a file in it.
#[derive(Clone, Copy)]
struct Package<'a> {
    tree: Tree<'a>,
    /// The folder; empty at the top.
    folder: &'a str,
    /// The path of the file below it.
    below: &'a str,
    /// The path of the file.
    path: &'a str,
}

impl Package<'_> {
    fn text(&self, name: &str) -> Option<String> {
        self.tree.text(&self.name(name))
    }

    fn name(&self, name: &str) -> String {
        if self.folder.is_empty() { name.to_owned() } else { format!("{}/{name}", self.folder) }
    }

    /// What the manifests of the folder say of the file.
    fn verdicts(&self, open: &[&'static str]) -> Vec<(&'static str, String, Verdict)> {
        let mut all = Vec::new();
        if let Some(text) = self.text("package.json") {
            all.extend(
                npm::verdicts(self, &text).map(|(registry, verdict)| (registry, "package.json", verdict)),
            );
        }
        if let Some(text) = self.text("manifest.json") {
            all.push(("crx", "manifest.json", npm::of_extension(self, &text)));
        }
        if let Some(text) = self.text("Cargo.toml") {
            all.push(("crates.io", "Cargo.toml", other::of_crate(self, &text)));
        }
        all.extend(python::verdict(self).map(|(name, verdict)| ("PyPI", name, verdict)));
        let mut all: Vec<(&'static str, String, Verdict)> =
            all.into_iter().map(|(registry, name, verdict)| (registry, self.name(name), verdict)).collect();
        all.extend(other::of_nuget(self).map(|(name, verdict)| ("NuGet", self.name(&name), verdict)));
        all.retain(|(registry, ..)| open.contains(registry));
        all
    }

    /// Whether ignore files leave the file out, from `top` down.
    fn is_ignored(&self, top: &str, names: &[&str]) -> bool {
        crate::audit::ignored::is_ignored(self.tree.files, self.tree.root, top, self.path, names)
    }
}

fn below<'p>(folder: &str, path: &'p str) -> Option<&'p str> {
    if folder.is_empty() { Some(path) } else { path.strip_prefix(folder)?.strip_prefix('/') }
}
