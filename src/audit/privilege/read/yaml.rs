//! YAML, with the tags of CloudFormation.

use crate::audit::privilege::tree::{DEPTH_MAX, Kind, NODES_MAX, Tree, is_same};
use crate::audit::{Value, Yaml};

/// Reads the documents of a text, as one list. A text that ends in a break is read as far as it goes.
pub(super) fn trees(yaml: &Yaml) -> Vec<Tree> {
    let mut left = NODES_MAX;
    yaml.documents().map(|document| tree(document, yaml.is_cut(), 0, &mut left)).collect()
}

fn tree(value: Value<'_>, is_cut: bool, depth: usize, left: &mut usize) -> Tree {
    let at = value.span();
    *left = left.saturating_sub(1);
    if depth > DEPTH_MAX || *left == 0 {
        return Tree::opaque(at);
    }
    if let Some(text) = value.text() {
        let kind = match value.tag() {
            Some("Ref" | "GetAtt" | "ImportValue" | "Condition") => Kind::Name(text.to_owned()),
            _ if value.is_null() => Kind::Opaque,
            _ => Kind::Text(text.to_owned()),
        };
        return Tree::new(at, kind);
    }
    let pairs = value.entries();
    // The text broke off within it, so something of it may be missing.
    let is_open = pairs.iter().any(|(_, value)| value.span().end > at.end);
    if is_cut && is_open && pairs.iter().any(|(key, _)| key.text().is_some_and(|key| is_same(key, "Effect")))
    {
        return Tree::opaque(at);
    }
    let kind = if pairs.is_empty() {
        Kind::List(value.items().into_iter().map(|item| tree(item, is_cut, depth + 1, left)).collect())
    } else {
        let pairs = pairs.into_iter().map(|(key, value)| {
            (key.text().unwrap_or_default().to_owned(), tree(value, is_cut, depth + 1, left))
        });
        Kind::Pairs(pairs.collect())
    };
    let tree = Tree::new(at, kind);
    match value.tag() {
        Some(tag @ ("Sub" | "Join" | "GetAtt" | "If" | "Select" | "FindInMap")) => {
            super::intrinsic(tag, &tree).unwrap_or(tree)
        }
        _ => super::unwrapped(tree),
    }
}
