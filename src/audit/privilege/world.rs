//! Whose project a document belongs to: without a seller's, infrastructure is none of this tool's
//! business.
//!
//! A document is a seller's by its own words, or by others of its project: its programs, their
//! settings, what its manifest takes, its page for readers. A mention elsewhere, in a list of a
//! hundred integrations say, makes nothing of the neighbours.

use std::cell::RefCell;
use std::collections::BTreeMap;
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
    if tells_of_project(page.path(), page.text, page.folded) && is_of_seller(page) {
        noted.fact(WORLD, "", Span::new(0, 0));
    }
}

fn tells_of_project(path: &str, text: &str, folded: &str) -> bool {
    let path = path.to_ascii_lowercase();
    let name = path.rsplit('/').next().unwrap_or(&path);
    let is_page =
        [".md", ".mdx", ".rst", ".txt", ".adoc", ".html"].iter().any(|ending| name.ends_with(ending));
    let is_list = name == "requirements.txt";
    let is_test = [
        "test/",
        "tests/",
        "fixtures/",
        "__tests__/",
        "testdata/",
        "node_modules/",
        "vendor/",
        "docs/",
        "examples/",
    ]
    .iter()
    .any(|folder| path.starts_with(folder) || path.contains(&format!("/{folder}")));
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

/// The projects of a corpus, looked at once each.
pub(super) struct Worlds<'c> {
    corpus: &'c Corpus<'c>,
    shelves: Shelves,
    /// Root, and the folder of the project or of the document.
    sellers: Vec<(u32, String, String)>,
    tops: RefCell<BTreeMap<(u32, String), String>>,
    told: RefCell<BTreeMap<(u32, String), bool>>,
}

impl<'c> Worlds<'c> {
    pub(super) fn of(corpus: &'c Corpus<'c>) -> Self {
        let mut worlds = Self {
            corpus,
            shelves: Shelves::of(corpus),
            sellers: Vec::new(),
            tops: RefCell::default(),
            told: RefCell::default(),
        };
        let of_facts = corpus
            .facts_of(WORLD)
            .filter_map(|fact| Some((fact.place.origin.root, fact.place.origin.path.as_deref()?)));
        let of_findings = corpus.findings.iter().filter(|held| {
            held.finding.secret.is_some()
                && tells_of_project(held.path, "", "")
                && is_of_selling(held.finding.rule.as_str())
        });
        let of_findings = of_findings.map(|held| (held.finding.place.origin.root, held.path));
        let mut sellers: Vec<(u32, String, String)> = of_facts
            .chain(of_findings)
            .map(|(root, path)| (root, worlds.top(root, folder(path)), folder(path).to_owned()))
            .collect();
        sellers.sort();
        sellers.dedup();
        worlds.sellers = sellers;
        worlds
    }

    /// Tells whether a document is in a seller's project.
    pub(super) fn is_sellers(&self, fact: &Fact) -> bool {
        let Some(path) = fact.place.origin.path.as_deref() else { return false };
        let key = (fact.place.origin.root, folder(path).to_owned());
        if let Some(told) = self.told.borrow().get(&key) {
            return *told;
        }
        let told = self.tells(key.0, &key.1);
        self.told.borrow_mut().insert(key, told);
        told
    }

    fn tells(&self, root: u32, folder: &str) -> bool {
        let top = self.top(root, folder);
        let of_root = || self.sellers.iter().filter(|(of, _, _)| *of == root);
        // Of the same project, or of one around it.
        if of_root().any(|(_, project, _)| *project == top || is_within(&top, project)) {
            return true;
        }
        // Of a project that the document's folder names: what it deploys.
        let names: Vec<&str> = of_root().filter_map(|(_, project, _)| name_of(project)).collect();
        if !names.is_empty() && self.names_any(root, folder, &names) {
            return true;
        }
        // What is in front of the project, where its other documents are not looked at.
        std::iter::successors(Some(top.as_str()), |at| parent(at)).any(|at| self.introduces(root, at))
    }

    /// The folder of the nearest manifest above; the top level without one.
    fn top(&self, root: u32, folder: &str) -> String {
        let key = (root, folder.to_owned());
        if let Some(top) = self.tops.borrow().get(&key) {
            return top.clone();
        }
        let is_top = |folder: &str| {
            let files = self.corpus.snapshot.files(root, folder);
            files.iter().any(|file| MANIFESTS.iter().any(|known| file.eq_ignore_ascii_case(known)))
        };
        let above = std::iter::successors(Some(folder), |at| parent(at));
        // On a shelf of projects what has no manifest ends at its own folder.
        let within = joined(folder, "");
        let own = self.shelves.project(root, &within);
        let top = above.take(DEPTH_MAX).find(|at| !at.is_empty() && is_top(at)).unwrap_or(own).to_owned();
        self.tops.borrow_mut().insert(key, top.clone());
        top
    }

    /// Whether a file of a folder names one of several projects.
    fn names_any(&self, root: u32, folder: &str, names: &[&str]) -> bool {
        let files = self.corpus.snapshot.files(root, folder);
        let parts = |name: &&str| [format!("/{name}"), format!("{name}/")];
        let parts: Vec<String> = names.iter().flat_map(parts).collect();
        files.iter().take(FILES_MAX).any(|file| {
            let bytes = self.corpus.snapshot.read(root, &joined(folder, file)).unwrap_or_default();
            let text = String::from_utf8_lossy(&bytes);
            parts.iter().any(|part| text.contains(part.as_str()))
        })
    }

    /// Whether the manifest or the page for readers of a folder is a seller's.
    fn introduces(&self, root: u32, folder: &str) -> bool {
        let files = self.corpus.snapshot.files(root, folder);
        files.iter().any(|file| {
            let lower = file.to_ascii_lowercase();
            let is_manifest = MANIFESTS.contains(&lower.as_str());
            if !is_manifest && !lower.starts_with("readme.") && lower != ".env.example" {
                return false;
            }
            let bytes = self.corpus.snapshot.read(root, &joined(folder, file)).unwrap_or_default();
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
