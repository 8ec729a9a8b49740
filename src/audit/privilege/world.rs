//! Whose project a document belongs to: without a seller's, infrastructure is none of this tool's
//! business.
//!
//! A document is a seller's by its own words, or by others of its project: its programs, their
//! settings, what its manifest takes, its page for readers. A mention elsewhere, in a list of a
//! hundred integrations say, makes nothing of the neighbours.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use super::lists::LISTS;
use crate::audit::shelf::Shelves;
use crate::audit::{Corpus, Noted, Page};
use crate::model::{ContextKind, Fact, Span};
use crate::rules::WordSearch;

/// A document of a seller's world.
pub(super) const WORLD: &str = "seller-world";
/// Bytes of the beginning of a page for readers that says what a project is.
const INTRODUCTION_BYTES: usize = 4_000;
/// How often the words stand in a page for readers that is about them.
const MENTIONS_MIN: usize = 3;
/// Larger texts are data.
const BYTES_MAX: usize = 256 << 10;

/// Files that stand at the top of a project.
const MANIFESTS: [&str; 13] = [
    "package.json",
    "pyproject.toml",
    "requirements.txt",
    "setup.py",
    "pipfile",
    "composer.json",
    "gemfile",
    "go.mod",
    "cargo.toml",
    "pom.xml",
    "build.gradle",
    "build.gradle.kts",
    ".git",
];

/// Words that call for a look at whose project it is; ASCII letters in lower case.
pub(super) const WORDS: [&str; 22] = [
    "sellingpartner",
    "selling-partner",
    "selling_partner",
    "selling partner",
    "sp-api",
    "sp_api",
    "sp api",
    "spapi",
    "lwaclient",
    "lwaappid",
    "lwarefresh",
    "mws.amazonservices",
    "mwsauthtoken",
    "amazonmws",
    "marketplacewebservice",
    "sellercentral",
    "seller central",
    "amazon_seller",
    "amazon-seller",
    "amazonseller",
    "fikaamazonapi",
    "セラーセントラル",
];

/// What names other worlds of Amazon's.
static OTHERS: LazyLock<WordSearch> = LazyLock::new(|| WordSearch::new(&LISTS.others));

/// Tells whether a page says that it is of a seller's world.
pub(super) fn is_of_seller(page: &Page<'_>) -> bool {
    let lists = &*LISTS;
    let mut is_shared = false;
    for word in page.context.words(ContextKind::Seller).filter(|word| lists.worlds.iter().any(|w| w == word))
    {
        if !lists.shared_worlds.iter().any(|shared| shared == word) {
            return true;
        }
        is_shared = true;
    }
    (is_shared && !OTHERS.is_in(page.text.as_bytes())) || says_path(page.path())
}

/// Whether a path names the selling API.
fn says_path(path: &str) -> bool {
    let path = path.to_ascii_lowercase().replace('_', "-");
    ["sp-api", "spapi", "selling-partner", "sellingpartner", "amazon-seller", "amazon-mws"].iter().any(
        |word| {
            path.match_indices(word).any(|(at, _)| {
                let before = path.get(..at).and_then(|before| before.chars().next_back());
                before.is_none_or(|c| !c.is_ascii_alphanumeric())
            })
        },
    )
}

/// Notes that a page is of a seller's world, where that says something of its project.
pub(super) fn note(page: &Page<'_>, noted: &mut Noted) {
    if is_of_seller(page) && tells_of_project(page.path(), page.text, page.folded) {
        noted.fact(WORLD, "", Span::new(0, 0));
    }
}

fn tells_of_project(path: &str, text: &str, folded: &str) -> bool {
    let path = path.to_ascii_lowercase();
    let name = path.rsplit('/').next().unwrap_or(&path);
    let is_page =
        [".md", ".mdx", ".rst", ".txt", ".adoc", ".html"].iter().any(|ending| name.ends_with(ending));
    let is_list = name == "requirements.txt";
    let mut folders = folder(&path).split('/');
    let is_test = folders.any(|folder| {
        matches!(
            folder,
            "test"
                | "tests"
                | "fixtures"
                | "__tests__"
                | "testdata"
                | "node_modules"
                | "vendor"
                | "docs"
                | "examples"
        )
    });
    if is_test || text.len() > BYTES_MAX {
        return false;
    }
    if is_page && !is_list {
        return name.starts_with("readme") && is_about(folded);
    }
    true
}

/// Whether a page for readers is about the selling API, and does not only name it.
fn is_about(folded: &str) -> bool {
    let head = folded.get(..folded.floor_char_boundary(INTRODUCTION_BYTES)).unwrap_or_default();
    let count = |text: &str| -> usize {
        let words = LISTS.worlds.iter().chain(&LISTS.packages);
        words.map(|word| text.match_indices(word.as_str()).take(MENTIONS_MIN).count()).sum()
    };
    count(head) > 0 && (folded.len() < INTRODUCTION_BYTES || count(folded) >= MENTIONS_MIN)
}

/// The projects of a corpus, looked at once each, whichever audits ask.
#[derive(Debug, Default)]
pub struct Worlds {
    projects: OnceCell<Projects>,
    manifests: RefCell<BTreeMap<(u32, String), bool>>,
    told: RefCell<BTreeMap<(u32, String), bool>>,
}

#[derive(Debug)]
struct Projects {
    shelves: Shelves,
    /// Root, and the folder of the project or of the document.
    sellers: Vec<(u32, String, String)>,
}

impl Worlds {
    /// Tells whether a document is in a seller's project.
    pub(super) fn is_sellers(&self, corpus: &Corpus<'_>, fact: &Fact) -> bool {
        let Some(path) = fact.place.origin.path.as_deref() else { return false };
        let key = (fact.place.origin.root, folder(path).to_owned());
        if let Some(told) = self.told.borrow().get(&key) {
            return *told;
        }
        let told = self.tells(corpus, key.0, &key.1);
        self.told.borrow_mut().insert(key, told);
        told
    }

    fn projects(&self, corpus: &Corpus<'_>) -> &Projects {
        self.projects.get_or_init(|| {
            let of_facts = corpus
                .facts_of(WORLD)
                .filter_map(|fact| Some((fact.place.origin.root, fact.place.origin.path.as_deref()?)));
            let of_findings = corpus.findings.iter().filter(|held| {
                held.finding.secret.is_some()
                    && is_of_selling(held.finding.rule.as_str())
                    && tells_of_project(held.path, "", "")
            });
            let of_findings = of_findings.map(|held| (held.finding.place.origin.root, held.path));
            let folders: BTreeSet<(u32, &str)> =
                of_facts.chain(of_findings).map(|(root, path)| (root, folder(path))).collect();
            let shelves = Shelves::of(corpus);
            let of_folder = |(root, folder): (u32, &str)| {
                (root, self.top(corpus, &shelves, (root, folder)), folder.to_owned())
            };
            let mut sellers: Vec<(u32, String, String)> = folders.into_iter().map(of_folder).collect();
            sellers.sort();
            Projects { shelves, sellers }
        })
    }

    fn tells(&self, corpus: &Corpus<'_>, root: u32, folder: &str) -> bool {
        let projects = self.projects(corpus);
        let top = self.top(corpus, &projects.shelves, (root, folder));
        let of_root = || projects.sellers.iter().filter(|(of, _, _)| *of == root);
        // Of the same project, or of one around it.
        if of_root().any(|(_, project, _)| *project == top || is_within(&top, project)) {
            return true;
        }
        // Of a project that the document's folder names: what it deploys.
        let names: Vec<&str> = of_root().filter_map(|(_, project, _)| name_of(project)).collect();
        if !names.is_empty() && names_any(corpus, root, folder, &names) {
            return true;
        }
        // What is in front of the project, where its other documents are not looked at.
        std::iter::successors(Some(top.as_str()), |at| parent(at)).any(|at| introduces(corpus, root, at))
    }

    /// The folder of the nearest manifest above; the top level without one.
    fn top(&self, corpus: &Corpus<'_>, shelves: &Shelves, (root, folder): (u32, &str)) -> String {
        let above = std::iter::successors(Some(folder), |at| parent(at));
        // On a shelf of projects what has no manifest ends at its own folder.
        let within = joined(folder, "");
        let own = shelves.project(root, &within);
        let has_manifest = |at: &&str| !at.is_empty() && self.has_manifest(corpus, root, at);
        above.take(DEPTH_MAX).find(has_manifest).unwrap_or(own).to_owned()
    }

    fn has_manifest(&self, corpus: &Corpus<'_>, root: u32, folder: &str) -> bool {
        let key = (root, folder.to_owned());
        if let Some(has) = self.manifests.borrow().get(&key) {
            return *has;
        }
        let files = corpus.snapshot.files(root, folder);
        let has = files.iter().any(|file| MANIFESTS.iter().any(|known| file.eq_ignore_ascii_case(known)));
        self.manifests.borrow_mut().insert(key, has);
        has
    }
}

/// Whether a file of a folder names one of several projects.
fn names_any(corpus: &Corpus<'_>, root: u32, folder: &str, names: &[&str]) -> bool {
    let files = corpus.snapshot.files(root, folder);
    let parts = |name: &&str| [format!("/{name}"), format!("{name}/")];
    let parts: Vec<String> = names.iter().flat_map(parts).collect();
    files.iter().take(FILES_MAX).any(|file| {
        let bytes = corpus.snapshot.read(root, &joined(folder, file)).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        parts.iter().any(|part| text.contains(part.as_str()))
    })
}

/// Whether the manifest or the page for readers of a folder is a seller's.
fn introduces(corpus: &Corpus<'_>, root: u32, folder: &str) -> bool {
    let files = corpus.snapshot.files(root, folder);
    files.iter().any(|file| {
        let lower = file.to_ascii_lowercase();
        let is_manifest = MANIFESTS.contains(&lower.as_str());
        if !is_manifest && !lower.starts_with("readme.") && lower != ".env.example" {
            return false;
        }
        let bytes = corpus.snapshot.read(root, &joined(folder, file)).unwrap_or_default();
        if bytes.len() > BYTES_MAX {
            return false;
        }
        let folded = String::from_utf8_lossy(&bytes).to_ascii_lowercase();
        if is_manifest {
            LISTS.packages.iter().any(|package| folded.contains(package.as_str()))
        } else if lower.starts_with("readme") {
            is_about(&folded) && !OTHERS.is_in(folded.as_bytes())
        } else {
            ["sp_api_", "spapi_", "lwa_client", "lwa_app", "selling_partner"]
                .iter()
                .any(|word| folded.contains(word))
        }
    })
}

const DEPTH_MAX: usize = 30;
/// Files of a folder that are looked through.
const FILES_MAX: usize = 40;

/// Whether a finding shows that a project is a seller's.
fn is_of_selling(rule: &str) -> bool {
    matches!(
        rule,
        "lwa-client-secret"
            | "lwa-refresh-token"
            | "mws-auth-token"
            | "seller-central-login"
            | "sp-api-restricted-data-token"
    )
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn parent(folder: &str) -> Option<&str> {
    (!folder.is_empty()).then(|| folder.rsplit_once('/').map_or("", |(above, _)| above))
}

fn is_within(folder: &str, around: &str) -> bool {
    around.is_empty() || folder.strip_prefix(around).is_some_and(|rest| rest.starts_with('/'))
}

/// The last folder of a project's path, where it is telling enough to be looked for.
fn name_of(project: &str) -> Option<&str> {
    let name = project.rsplit('/').next().unwrap_or(project);
    (name.len() >= 3 && !matches!(name, "src" | "lib" | "app" | "packages")).then_some(name)
}

fn joined(folder: &str, path: &str) -> String {
    if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_pages_tell() {
        assert!(says_path("infra/sp-api/main.tf") && says_path("SPAPI_sync/app.py"));
        assert!(!says_path("crisp-api/main.tf") && !says_path("dsp-api/main.tf"));
        assert!(is_about("# order sync\nuses the sp-api of amazon\n"));
        assert!(!is_about(&format!("# tools\n{}\nsp-api\n", "a word ".repeat(2_000))));
        assert!(!tells_of_project("docs/sp-api.md", "", "") && tells_of_project("src/orders.py", "", ""));
    }
}
