//! What a recipe copies into its image, judged by what lies in the folder it is built from.

use std::sync::Arc;

use super::dockerfile::Dockerfile;
use crate::audit::ignored::{Dockerignore, text_of};
use crate::audit::sharing::world::{World, names_credentials};
use crate::audit::sharing::{evidence, listed, phrases};
use crate::audit::{Corpus, CorpusAudit, Fault, Held, Noted, Standing, Stands};
use crate::model::{Confidence, Fact, random_masked};

/// A source that a recipe copies, and the same where the recipe is about Amazon.
const COPIES: &str = "image-copies";
const COPIES_AMAZON: &str = "image-copies-amazon";
/// Folders that recipes are put in while the image is built from the one above.
const RECIPE_FOLDERS: [&str; 9] =
    ["docker", ".docker", "dockerfiles", "deploy", "deployment", "build", "ci", "infra", "ops"];

/// Notes what a recipe copies from the folder it is built from.
pub(super) fn note(file: &Dockerfile, world: World<'_>, noted: &mut Noted) {
    let shipped = file.shipped_stages();
    let kind = if world.is_amazon() { COPIES_AMAZON } else { COPIES };
    for instruction in &file.instructions {
        let is_copy = matches!(instruction.keyword.as_str(), "COPY" | "ADD");
        let is_of_stage = instruction.flags.iter().any(|flag| flag.starts_with("--from="));
        if !is_copy || is_of_stage || !shipped.contains(&instruction.stage) {
            continue;
        }
        for source in instruction.paths().map(|(sources, _)| sources).unwrap_or_default() {
            if !source.contains("://") && !source.starts_with("<<") && !source.contains('$') {
                noted.fact(kind, source, instruction.at);
            }
        }
    }
}

pub(in crate::audit::sharing) struct CopiedSecret;

impl CorpusAudit for CopiedSecret {
    fn rule(&self) -> &'static str {
        "container-bakes-secret"
    }

    fn judge(&self, corpus: &Corpus<'_>, stands: &mut Stands) {
        let lasting = |held: &&Held<'_>| {
            held.finding.secret.is_some()
                && phrases::is_lasting(held.finding.rule.as_str())
                && !held.path.is_empty()
        };
        let held: Vec<Held<'_>> = corpus.findings.iter().filter(lasting).copied().collect();
        for fact in corpus.facts_of(COPIES).chain(corpus.facts_of(COPIES_AMAZON)) {
            if fact.place.inner.is_empty() {
                judge(corpus, &held, fact, stands);
            }
        }
    }
}

fn judge(corpus: &Corpus<'_>, held: &[Held<'_>], fact: &Fact, stands: &mut Stands) {
    let Some(recipe) = fact.place.origin.path.clone() else { return };
    let root = fact.place.origin.root;
    let source = fact.text.trim_start_matches("./").trim_start_matches('/').trim_end_matches('/');
    for folder in folders(&recipe) {
        let ignored = ignored(corpus, root, folder, &recipe);
        let is_copied = |held: &&Held<'_>| {
            let path = below(folder, held.path);
            held.finding.place.origin.root == root
                && held.finding.place.inner.is_empty()
                // What stands in the recipe is told there.
                && held.path != &*recipe
                && path.is_some_and(|path| is_taken(source, path) && !ignored.is_left_out(path))
        };
        let found = held.iter().filter(is_copied).min_by_key(|held| (!is_settings(held.path), held.path));
        if let Some(found) = found {
            let fault = Fault::of(["COPY", &fact.text, found.path]).with([
                evidence("instruction", listed("COPY"), 0),
                evidence("file", random_masked(found.path), 0),
                evidence("credential", listed(found.finding.rule.as_str()), 0),
            ]);
            stands.fault(&[Standing::Fact(fact), Standing::Finding(*found)], fault);
            return;
        }
        if is_settings(source)
            && !ignored.is_left_out(source)
            && is_of_amazon(corpus, fact, root, folder, source)
        {
            let fault = Fault::of(["COPY", source]).confidence(Confidence::Medium).with([
                evidence("instruction", listed("COPY"), 0),
                evidence("file", random_masked(source), 0),
            ]);
            stands.fault(&[Standing::Fact(fact)], fault);
            return;
        }
    }
}

/// Whether settings that nobody can see are known to be about Amazon: the recipe is, or the template
/// of the settings names a credential.
fn is_of_amazon(corpus: &Corpus<'_>, fact: &Fact, root: u32, folder: &str, source: &str) -> bool {
    let path = joined(folder, source);
    // What is there was audited, and holds nothing.
    if corpus.snapshot.read(root, &path).is_some() {
        return false;
    }
    if fact.kind == COPIES_AMAZON {
        return true;
    }
    let templates = [".example", ".sample", ".template", ".dist"];
    templates.iter().any(|ending| {
        let text = corpus.snapshot.read(root, &format!("{path}{ending}"));
        text.is_some_and(|text| names_credentials(&text_of(&text)))
    })
}

/// The folders that an image may be built from, the likelier first.
fn folders(recipe: &str) -> Vec<&str> {
    let folder = recipe.rsplit_once('/').map_or("", |(folder, _)| folder);
    let (above, name) = folder.rsplit_once('/').unwrap_or(("", folder));
    if RECIPE_FOLDERS.contains(&name.to_ascii_lowercase().as_str()) { vec![above] } else { vec![folder] }
}

fn joined(folder: &str, path: &str) -> String {
    if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") }
}

fn below<'p>(folder: &str, path: &'p str) -> Option<&'p str> {
    if folder.is_empty() { Some(path) } else { path.strip_prefix(folder)?.strip_prefix('/') }
}

/// What is left out of the folder: beside the recipe for it alone, or for all.
fn ignored(corpus: &Corpus<'_>, root: u32, folder: &str, recipe: &Arc<str>) -> Dockerignore {
    let names = [format!("{recipe}.dockerignore"), joined(folder, ".dockerignore")];
    let text = names.iter().find_map(|name| corpus.snapshot.read(root, name));
    let podman = || corpus.snapshot.read(root, &joined(folder, ".containerignore"));
    Dockerignore::read(&text_of(&text.or_else(podman).unwrap_or_default()))
}

/// Whether a source takes a file along.
fn is_taken(source: &str, path: &str) -> bool {
    if source.is_empty() || source == "." || source == path {
        return true;
    }
    if source.contains(['*', '?', '[']) {
        // A folder that the pattern meets comes along with all in it.
        let glob = globset::GlobBuilder::new(source).literal_separator(true).build();
        return glob.is_ok_and(|glob| {
            let glob = glob.compile_matcher();
            path.match_indices('/').any(|(at, _)| path.get(..at).is_some_and(|folder| glob.is_match(folder)))
                || glob.is_match(path)
        });
    }
    path.strip_prefix(source).is_some_and(|rest| rest.starts_with('/'))
}

/// Whether a file is one of settings with credentials, by its name.
fn is_settings(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let is_template = ["example", "sample", "template", "dist", "test", "schema"]
        .iter()
        .any(|word| name.split(['.', '-', '_']).any(|part| part == *word));
    let is_env = name == ".env" || name.starts_with(".env.") || name.ends_with(".env");
    let is_named = ["credentials", "secrets"].iter().any(|word| {
        name.split('.').next() == Some(*word) && (name.contains('.') || path.contains("amzspapi"))
    });
    let is_folder = name.ends_with(".amzspapi") || name == "amzspapi";
    !is_template && (is_env || is_named || is_folder)
}
