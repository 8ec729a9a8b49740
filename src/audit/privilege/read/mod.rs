//! Readers of the languages in which people say who may do what.

mod hcl;
mod json;
mod program;
mod shell;
mod variables;
mod yaml;

use super::tree::{Kind, Tree};
use crate::audit::Page;

pub(super) use self::json::islands;

/// Bytes of a text that is read: larger ones are made by machines.
const BYTES_MAX: usize = 1 << 20;

/// In what a document is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    Hcl,
    Json,
    Yaml,
    Python,
    Script,
    /// A program in another language, a script of a shell, a text for people.
    Other,
}

impl Language {
    /// Tells it by the name of a file, and by the text where the name tells nothing.
    pub(super) fn of(path: &str, text: &str) -> Self {
        let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
        let ending = name.rsplit('.').next().unwrap_or_default();
        match ending {
            "tf" | "tofu" | "hcl" | "tfvars" => Self::Hcl,
            "yml" | "yaml" => Self::Yaml,
            "py" => Self::Python,
            "ts" | "js" | "mjs" | "cjs" | "mts" | "cts" | "tsx" | "jsx" => Self::Script,
            "json" | "template" | "jsonc" | "json5" | "policy" | "tftpl" | "tpl" | "j2" | "cfn" => {
                match text.trim_start().as_bytes().first() {
                    Some(b'{' | b'[') => Self::Json,
                    _ if matches!(ending, "template" | "cfn") => Self::Yaml,
                    _ => Self::Other,
                }
            }
            _ => Self::Other,
        }
    }
}

/// Reads what a page declares. Of a broken text remains what could be read.
pub(super) fn trees(page: &Page<'_>, language: Language) -> Vec<Tree> {
    if page.text.len() > BYTES_MAX {
        return Vec::new();
    }
    let mut trees = match language {
        Language::Hcl => hcl::trees(page.text),
        Language::Json => json::value(page.text, 0, 0, None).map(unwrapped_all).into_iter().collect(),
        Language::Yaml => yaml::trees(page.yaml()),
        Language::Python | Language::Script => program::trees(page.text, language == Language::Python),
        Language::Other => islands(page.text, 0, None),
    };
    // A policy in a string or a here-document of anything.
    if matches!(language, Language::Python | Language::Script) {
        trees.extend(islands(page.text, 0, None));
    }
    trees.extend(shell::trees(page, language));
    trees
}

/// Turns the functions of CloudFormation in JSON into what they give.
fn unwrapped_all(tree: Tree) -> Tree {
    let Tree { at, kind } = tree;
    let kind = match kind {
        Kind::List(items) => Kind::List(items.into_iter().map(unwrapped_all).collect()),
        Kind::Pairs(pairs) => {
            let pairs = pairs.into_iter().map(|(name, value)| (name, unwrapped_all(value)));
            return unwrapped(Tree::new(at, Kind::Pairs(pairs.collect())));
        }
        other => other,
    };
    Tree::new(at, kind)
}

/// `{"Ref": "X"}` and `{"Fn::Sub": "…"}` as what they give.
fn unwrapped(tree: Tree) -> Tree {
    let [(name, value)] = tree.pairs() else { return tree };
    let function = match name.as_str() {
        "Ref" => "Ref",
        name => match name.strip_prefix("Fn::") {
            Some(function) => function,
            None => return tree,
        },
    };
    intrinsic(function, &Tree::new(tree.at, value.kind.clone())).unwrap_or(tree)
}

/// What a function of CloudFormation gives.
fn intrinsic(function: &str, value: &Tree) -> Option<Tree> {
    let joined = |items: &[Tree], by: &str| -> String {
        let words: Vec<String> = items.iter().map(said).collect();
        words.join(by)
    };
    let kind = match function {
        "Ref" | "ImportValue" => Kind::Name(value.word()?.to_owned()),
        "GetAtt" => Kind::Name(joined(value.items(), ".")),
        "Sub" => {
            let mut text = value.items().first()?.text()?.to_owned();
            // What is put in may stand beside it.
            for (name, given) in value.items().get(1).map(Tree::pairs).unwrap_or_default() {
                if let Some(given) = given.text() {
                    text = text.replace(&format!("${{{name}}}"), given);
                }
            }
            Kind::Text(text)
        }
        "Join" => {
            let [by, items] = value.items() else { return None };
            Kind::Text(joined(items.items(), by.text().unwrap_or_default()))
        }
        // Either of two: both are said.
        "If" => Kind::List(value.items().iter().skip(1).flat_map(|item| item.items().to_vec()).collect()),
        "Select" | "FindInMap" | "Split" => Kind::Name(function.to_owned()),
        _ => return None,
    };
    Some(Tree::new(value.at, kind))
}

/// A literal as it is, a name as what is put in.
fn said(tree: &Tree) -> String {
    match &tree.kind {
        Kind::Text(text) => text.clone(),
        Kind::Name(name) => format!("${{{name}}}"),
        _ => "${}".to_owned(),
    }
}
