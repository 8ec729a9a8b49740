//! Terraform: blocks, attributes and expressions.

use std::ops::ControlFlow;

use tree_sitter::{Node, ParseOptions, Parser};

use crate::audit::privilege::tree::{DEPTH_MAX, Kind, NODES_MAX, Tree};
use crate::model::Span;

/// Values of a list of which another is made.
const EACH_MAX: usize = 50;
/// Reports of progress a kilobyte of text may cost; an ordinary text costs a tenth.
const PROGRESS_PER_KILOBYTE: usize = 100;

/// Reads the blocks of a text.
pub(super) fn trees(text: &str) -> Vec<Tree> {
    let Some(tree) = parsed(&tree_sitter_hcl::LANGUAGE.into(), text) else { return Vec::new() };
    let mut reader = Reader { text, nodes: 0 };
    let pairs = reader.body(tree.root_node(), 0);
    vec![Tree::new(Span::new(0, text.len()), Kind::Pairs(pairs))]
}

/// Parses a text within bounds of counts, so that the same text gives the same tree.
pub(super) fn parsed(language: &tree_sitter::Language, text: &str) -> Option<tree_sitter::Tree> {
    let mut parser = Parser::new();
    parser.set_language(language).ok()?;
    let mut left = (text.len() / 1_024 + 16) * PROGRESS_PER_KILOBYTE;
    let mut progress = |_: &tree_sitter::ParseState| {
        left = left.saturating_sub(1);
        if left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let options = ParseOptions::new().progress_callback(&mut progress);
    let bytes = text.as_bytes();
    let mut from = |at: usize, _: tree_sitter::Point| bytes.get(at..).unwrap_or_default();
    parser.parse_with_options(&mut from, None, Some(options))
}

pub(super) fn children(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).filter(|child| child.kind() != "comment").collect()
}

/// Whether what is directly in a node is broken, so that something of it may be missing.
pub(super) fn is_broken(node: Node<'_>) -> bool {
    let mut cursor = node.walk();
    node.has_error() && node.children(&mut cursor).any(|child| child.is_error() || child.is_missing())
}

struct Reader<'t> {
    text: &'t str,
    nodes: usize,
}

impl<'t> Reader<'t> {
    fn source(&self, node: Node<'_>) -> &'t str {
        self.text.get(node.byte_range()).unwrap_or_default()
    }

    fn span(node: Node<'_>) -> Span {
        Span::new(node.start_byte(), node.end_byte())
    }

    fn is_spent(&mut self, depth: usize) -> bool {
        self.nodes += 1;
        depth > DEPTH_MAX || self.nodes > NODES_MAX
    }

    /// The attributes and blocks of a body, however deep the grammar wraps it.
    fn body(&mut self, node: Node<'_>, depth: usize) -> Vec<(String, Tree)> {
        let mut pairs = Vec::new();
        if self.is_spent(depth) {
            return pairs;
        }
        for child in children(node) {
            match child.kind() {
                "attribute" => {
                    let parts = children(child);
                    if let (Some(name), Some(value)) = (parts.first(), parts.get(1)) {
                        pairs.push((self.source(*name).to_owned(), self.value(*value, depth + 1)));
                    }
                }
                "block" => pairs.extend(self.block(child, depth + 1)),
                "body" | "config_file" => pairs.extend(self.body(child, depth + 1)),
                // Of what does not parse nothing is guessed.
                _ => {}
            }
        }
        pairs
    }

    fn block(&mut self, node: Node<'_>, depth: usize) -> Option<(String, Tree)> {
        if is_broken(node)
            || children(node).into_iter().any(|child| child.kind() == "body" && is_broken(child))
        {
            return None;
        }
        let mut words = Vec::new();
        let mut body = Vec::new();
        for child in children(node) {
            match child.kind() {
                "identifier" => words.push((self.source(child).to_owned(), Self::span(child))),
                "string_lit" => {
                    words.push((self.source(child).trim_matches('"').to_owned(), Self::span(child)))
                }
                "body" => body = self.body(child, depth + 1),
                _ => {}
            }
        }
        let mut words = words.into_iter();
        let (name, at) = words.next()?;
        let labels: Vec<(String, Span)> = words.collect();
        let whole = Span::new(at.start, node.end_byte());
        // A block that is written once for many.
        if name == "dynamic"
            && let Some((made, _)) = labels.first()
        {
            let content = body.into_iter().find(|(name, _)| name == "content").map(|(_, content)| content);
            return content.map(|content| (made.clone(), content));
        }
        let body = Tree::new(whole, Kind::Pairs(body));
        if labels.is_empty() {
            return Some((name, body));
        }
        let labels = labels.into_iter().map(|(label, at)| (String::new(), Tree::new(at, Kind::Text(label))));
        let parts = labels.chain([("body".to_owned(), body)]).collect();
        Some((name.clone(), Tree::new(whole, Kind::Call(name, parts))))
    }

    fn value(&mut self, node: Node<'_>, depth: usize) -> Tree {
        let at = Self::span(node);
        if self.is_spent(depth) {
            return Tree::opaque(at);
        }
        let parts = children(node);
        let kind = match node.kind() {
            "expression" if parts.len() > 1 => Kind::Name(self.source(node).to_owned()),
            "expression" | "collection_value" | "literal_value" | "template_expr" | "parenthesized_expr" => {
                match parts.first() {
                    Some(only) => return self.value(*only, depth + 1),
                    None => Kind::Opaque,
                }
            }
            "string_lit" | "quoted_template" => return self.template(node, depth),
            "heredoc_template" => return self.template(node, depth),
            "numeric_lit" | "bool_lit" => Kind::Text(self.source(node).to_owned()),
            "variable_expr" => Kind::Name(self.source(node).to_owned()),
            "tuple" => Kind::List(
                parts
                    .iter()
                    .filter(|part| part.kind() == "expression")
                    .map(|part| self.value(*part, depth + 1))
                    .collect(),
            ),
            "object" if is_broken(node) => Kind::Opaque,
            "object" => Kind::Pairs(self.object(&parts, depth)),
            "function_call" => self.call(&parts, depth),
            // Either of two: both are said.
            "conditional" => Kind::List(
                parts.iter().skip(1).flat_map(|part| self.value(*part, depth + 1).items().to_vec()).collect(),
            ),
            // A list made of another: what each of it gives.
            "for_expr" => match self.made(node, depth) {
                Some(made) => Kind::List(made),
                None => Kind::Opaque,
            },
            _ => Kind::Opaque,
        };
        Tree::new(at, kind)
    }

    fn object(&mut self, parts: &[Node<'_>], depth: usize) -> Vec<(String, Tree)> {
        let elements = parts.iter().filter(|part| part.kind() == "object_elem");
        let pairs = elements.filter_map(|element| {
            let (key, value) = (element.child_by_field_name("key")?, element.child_by_field_name("val")?);
            let name = self.source(key).trim_matches(['"', '(', ')']).to_owned();
            Some((name, self.value(value, depth + 1)))
        });
        pairs.collect()
    }

    fn call(&mut self, parts: &[Node<'_>], depth: usize) -> Kind {
        let name = parts.first().map_or("", |name| self.source(*name)).to_owned();
        let arguments = parts.iter().find(|part| part.kind() == "function_arguments");
        let arguments: Vec<Tree> = arguments.map_or_else(Vec::new, |all| {
            children(*all).into_iter().map(|part| self.value(part, depth + 1)).collect()
        });
        match name.as_str() {
            // What several lists give is one.
            "concat" | "flatten" | "compact" | "distinct" | "toset" | "tolist" | "coalescelist" | "sort" => {
                Kind::List(arguments.iter().flat_map(|value| value.items().to_vec()).collect())
            }
            "format" => {
                let mut values = arguments.iter().skip(1).map(super::said);
                let pattern = arguments.first().and_then(Tree::text).unwrap_or_default();
                let mut out = String::new();
                for (n, part) in pattern.split("%s").enumerate() {
                    if n > 0 {
                        out.push_str(&values.next().unwrap_or_default());
                    }
                    out.push_str(part);
                }
                Kind::Text(out)
            }
            _ => Kind::Call(name, arguments.into_iter().map(|value| (String::new(), value)).collect()),
        }
    }

    /// What a list made of another holds: of a list that stands here each, of one by its name the name.
    fn made(&mut self, node: Node<'_>, depth: usize) -> Option<Vec<Tree>> {
        let inner = children(node).into_iter().next()?;
        let parts = children(inner);
        let last = parts.iter().rev().find(|part| part.kind() == "expression")?;
        let made = self.value(*last, depth + 1);
        let intro = parts.iter().find(|part| part.kind() == "for_intro").map(|intro| children(*intro));
        let intro = intro.unwrap_or_default();
        let variable = intro.iter().rev().find(|part| part.kind() == "identifier");
        let of = intro.iter().rev().find(|part| part.kind() == "expression");
        let (Some(variable), Some(of)) = (variable, of) else { return Some(vec![made]) };
        let variable = self.source(*variable);
        let of = self.value(*of, depth + 1);
        let each = of.items().iter().take(EACH_MAX).filter(|item| item.word().is_some());
        let all: Vec<Tree> = each.map(|item| put_in(&made, variable, item)).collect();
        Some(if all.is_empty() { vec![made] } else { all })
    }

    /// A string with what is put in; the place of a here-document is that of its text.
    fn template(&mut self, node: Node<'_>, depth: usize) -> Tree {
        let mut out = String::new();
        let (mut from, mut to) = (None, node.end_byte());
        for part in children(node) {
            match part.kind() {
                "template_literal" => out.push_str(self.source(part)),
                "template_interpolation" => {
                    let inner = children(part).into_iter().find(|inner| inner.kind() == "expression");
                    let value = inner.map(|inner| self.value(inner, depth + 1));
                    let said = value.as_ref().map_or("${}".to_owned(), |value| match &value.kind {
                        Kind::Text(_) | Kind::Name(_) => super::said(value),
                        // A call in a text of JSON is a value of its own.
                        _ => "\"${}\"".to_owned(),
                    });
                    out.push_str(if said.starts_with('"') && !is_heredoc(node) { "${}" } else { &said });
                }
                _ => continue,
            }
            from = from.or(Some(part.start_byte()));
            to = part.end_byte();
        }
        if !is_heredoc(node) && out.contains('\\') {
            out = out.replace("\\\"", "\"").replace("\\n", "\n").replace("\\\\", "\\");
        }
        Tree::new(Span::new(from.unwrap_or(node.start_byte()), to), Kind::Text(out))
    }
}

/// A value with something in the place of a variable.
fn put_in(tree: &Tree, variable: &str, value: &Tree) -> Tree {
    let kind = match &tree.kind {
        Kind::Name(name) if name == variable => value.kind.clone(),
        Kind::Text(text) => Kind::Text(text.replace(&format!("${{{variable}}}"), &super::said(value))),
        Kind::List(items) => Kind::List(items.iter().map(|item| put_in(item, variable, value)).collect()),
        Kind::Pairs(pairs) => {
            let pairs = pairs.iter().map(|(name, of)| (name.clone(), put_in(of, variable, value)));
            Kind::Pairs(pairs.collect())
        }
        other => other.clone(),
    };
    Tree::new(tree.at, kind)
}

fn is_heredoc(node: Node<'_>) -> bool {
    node.kind() == "heredoc_template"
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn blocks_and_values_are_read() {
        let text = r#"
resource "aws_iam_role" "sync" {
  name = "x-${var.stage}"
  assume_role_policy = jsonencode({ Statement = [{ Effect = "Allow", Action = ["sts:AssumeRole"] }] })
  dynamic "statement" {
    for_each = var.all
    content { actions = concat(["a:b"], ["c:d"]) }
  }
  policy = <<EOF
{"Statement": []}
EOF
  other = var.x ? "a" : "b"
}
"#;
        let trees = trees(text);
        let block = trees.first().unwrap().get("resource").unwrap();
        let body = block.get("body").unwrap();
        assert_eq!(body.get("name").unwrap().text(), Some("x-${var.stage}"));
        let policy = body.get("assume_role_policy").unwrap();
        let statement = policy.pairs().first().unwrap().1.get("Statement").unwrap().items().first().unwrap();
        assert_eq!(statement.get("Effect").unwrap().text(), Some("Allow"));
        assert_eq!(body.at(&["statement", "actions"]).unwrap().items().len(), 2);
        assert_eq!(body.get("policy").unwrap().text().unwrap().trim(), "{\"Statement\": []}");
        assert_eq!(body.get("other").unwrap().items().len(), 2);
    }

    #[test]
    fn what_is_broken_or_hostile_ends() {
        let started = Instant::now();
        for text in [
            "resource \"a\" \"b\" {".to_owned(),
            "a = [".repeat(5_000),
            "a {\n".repeat(5_000),
            "a = \"${".repeat(5_000),
            "a = <<E\n".repeat(5_000),
            "a = !".to_owned() + &"!".repeat(5_000),
            "a = ".to_owned() + &"(".repeat(5_000),
            "a = ".to_owned() + &"x ? ".repeat(5_000),
            "\u{0}\u{1}鍵 = \"値\"".to_owned(),
        ] {
            let _ = trees(&text);
        }
        assert!(started.elapsed() < Duration::from_secs(60), "{:?}", started.elapsed());
    }
}
