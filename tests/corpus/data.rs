//! Reads the corpus.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;

/// What a slot can hold: a credential of a rule or, without one, a look-alike.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Kind {
    /// Shapes it comes in, drawn from in turn.
    pub(crate) shapes: Vec<String>,
    /// The rule that must find it.
    #[serde(default)]
    pub(crate) rule: Option<String>,
}

pub(crate) type Kinds = BTreeMap<String, Kind>;

/// A file with slots.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Carrier {
    pub(crate) name: String,
    pub(crate) path: String,
    /// The one charset it comes in; without it, several in turn.
    #[serde(default)]
    pub(crate) charset: Option<String>,
    /// Too large to be drawn more than once.
    #[serde(default)]
    pub(crate) once: bool,
    pub(crate) text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CarrierFile {
    carrier: Vec<Carrier>,
}

/// Names by kind of slot, and the syntaxes they are written in.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Spellings {
    syntax: Vec<SpelledSyntax>,
    names: Vec<SpelledNames>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SpelledSyntax {
    name: String,
    path: String,
    /// With `NAME` and `VALUE`.
    text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SpelledNames {
    slot: String,
    /// A line that puts the file into the Amazon world, for names of many services.
    #[serde(default)]
    context: String,
    /// Syntaxes that cannot write such names.
    #[serde(default)]
    except: Vec<String>,
    names: Vec<String>,
}

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus")
}

fn parsed<T: DeserializeOwned>(path: &Path) -> T {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    toml::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

pub(crate) fn kinds() -> Kinds {
    parsed(&folder().join("kinds.toml"))
}

fn in_folder(name: &str) -> Vec<Carrier> {
    let entries = std::fs::read_dir(folder().join(name)).expect("the corpus is beside its test");
    let mut paths: Vec<_> = entries.map(|e| e.expect("the folder is readable").path()).collect();
    paths.sort();
    let all: Vec<Carrier> = paths
        .iter()
        .flat_map(|path| {
            let theme = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
            parsed::<CarrierFile>(path).carrier.into_iter().map(move |mut carrier| {
                carrier.name = format!("{theme}: {}", carrier.name);
                carrier
            })
        })
        .collect();
    let names: BTreeSet<&str> = all.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names.len(), all.len(), "a name twice in {name}");
    all
}

/// Files in which credentials are planted.
pub(crate) fn carriers() -> Vec<Carrier> {
    in_folder("carriers")
}

/// Files in which there is nothing to find.
pub(crate) fn clean() -> Vec<Carrier> {
    in_folder("clean")
}

/// Every name in every syntax.
pub(crate) fn spelled() -> Vec<Carrier> {
    let spellings: Spellings = parsed(&folder().join("spellings.toml"));
    let mut all = Vec::new();
    for names in &spellings.names {
        for name in &names.names {
            for syntax in spellings.syntax.iter().filter(|syntax| !names.except.contains(&syntax.name)) {
                let body = syntax.text.replace("NAME", name).replace("VALUE", &format!("«{}»", names.slot));
                all.push(Carrier {
                    name: format!("{name} in {}", syntax.name),
                    path: syntax.path.clone(),
                    charset: None,
                    once: false,
                    text: body.replace("CONTEXT", &names.context),
                });
            }
        }
    }
    all
}
