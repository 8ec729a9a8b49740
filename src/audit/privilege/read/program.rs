//! Programs that declare infrastructure or call AWS: Python, TypeScript, JavaScript.

use tree_sitter::Node;

use super::hcl::{children, is_broken, parsed};
use crate::audit::privilege::tree::{DEPTH_MAX, Kind, NODES_MAX, SPREAD, Tree};
use crate::model::Span;

/// Reads the calls and the named values of a program, in their order.
pub(super) fn trees(text: &str, is_python: bool) -> Vec<Tree> {
    let language =
        if is_python { tree_sitter_python::LANGUAGE } else { tree_sitter_typescript::LANGUAGE_TSX };
    let Some(tree) = parsed(&language.into(), text) else { return Vec::new() };
    let mut reader = Reader { text, nodes: 0, found: Vec::new() };
    reader.statement(tree.root_node(), 0);
    super::variables::followed(reader.found)
}

struct Reader<'t> {
    text: &'t str,
    nodes: usize,
    found: Vec<Tree>,
}

fn span(node: Node<'_>) -> Span {
    Span::new(node.start_byte(), node.end_byte())
}

impl<'t> Reader<'t> {
    fn source(&self, node: Node<'_>) -> &'t str {
        self.text.get(node.byte_range()).unwrap_or_default()
    }

    fn is_spent(&mut self, depth: usize) -> bool {
        self.nodes += 1;
        depth > DEPTH_MAX * 2 || self.nodes > NODES_MAX
    }

    fn statement(&mut self, node: Node<'_>, depth: usize) {
        if self.is_spent(depth) {
            return;
        }
        match node.kind() {
            "assignment" | "assignment_expression" | "variable_declarator" | "public_field_definition" => {
                let left = node.child_by_field_name("left").or_else(|| node.child_by_field_name("name"));
                let right = node.child_by_field_name("right").or_else(|| node.child_by_field_name("value"));
                let (Some(left), Some(right)) = (left, right) else { return };
                let name = bare(self.source(left)).to_owned();
                let value = self.value(right, depth + 1);
                self.found.push(Tree::new(span(node), Kind::Pairs(vec![(name, value)])));
            }
            "call" | "call_expression" | "new_expression" | "dictionary" | "object" => {
                let value = self.value(node, depth + 1);
                self.found.push(value);
            }
            _ => {
                for child in children(node) {
                    self.statement(child, depth + 1);
                }
            }
        }
    }

    fn value(&mut self, node: Node<'_>, depth: usize) -> Tree {
        let at = span(node);
        if self.is_spent(depth) {
            return Tree::opaque(at);
        }
        let kind = match node.kind() {
            "string" | "template_string" | "concatenated_string" => return self.string(node, depth),
            "identifier" | "member_expression" | "attribute" | "subscript" | "subscript_expression" => {
                Kind::Name(bare(self.source(node)).to_owned())
            }
            "call" | "call_expression" | "new_expression" => self.call(node, depth),
            "dictionary" | "object" if is_broken(node) => Kind::Opaque,
            "dictionary" | "object" => Kind::Pairs(self.pairs(node, depth)),
            "list" | "tuple" | "set" | "array" => {
                Kind::List(children(node).into_iter().map(|item| self.value(item, depth + 1)).collect())
            }
            "binary_operator" | "binary_expression" => {
                let parts = children(node);
                let parts: Vec<Tree> = parts.into_iter().map(|part| self.value(part, depth + 1)).collect();
                if parts.iter().any(|part| matches!(part.kind, Kind::List(_))) {
                    Kind::List(parts.iter().flat_map(|part| part.items().to_vec()).collect())
                } else if parts.iter().any(|part| part.text().is_some()) {
                    Kind::Text(parts.iter().map(super::said).collect())
                } else {
                    Kind::Opaque
                }
            }
            // Either of two: both are said.
            "ternary_expression" | "conditional_expression" => {
                let parts = children(node).into_iter().filter(|part| {
                    part.kind() != "binary_expression" && node.child_by_field_name("condition") != Some(*part)
                });
                Kind::List(parts.map(|part| self.value(part, depth + 1)).collect())
            }
            "parenthesized_expression"
            | "await_expression"
            | "await"
            | "as_expression"
            | "non_null_expression"
            | "satisfies_expression"
            | "spread_element"
            | "expression_statement"
            | "argument" => match children(node).into_iter().next() {
                Some(only) => return self.value(only, depth + 1),
                None => Kind::Opaque,
            },
            "true" | "false" => Kind::Text(self.source(node).to_ascii_lowercase()),
            "list_comprehension" => match node.child_by_field_name("body") {
                Some(body) => Kind::List(vec![self.value(body, depth + 1)]),
                None => Kind::Opaque,
            },
            "arrow_function" | "function_expression" | "lambda" => {
                for child in children(node) {
                    self.statement(child, depth + 1);
                }
                Kind::Opaque
            }
            _ => Kind::Opaque,
        };
        Tree::new(at, kind)
    }

    fn call(&mut self, node: Node<'_>, depth: usize) -> Kind {
        let called = ["function", "constructor"].iter().find_map(|field| node.child_by_field_name(field));
        let mut parts = Vec::new();
        let name = called.map_or(String::new(), |called| {
            let object = ["object", "value"].iter().find_map(|field| called.child_by_field_name(field));
            match object
                .filter(|object| matches!(object.kind(), "call" | "call_expression" | "new_expression"))
            {
                Some(object) => {
                    // A call on what a call gives.
                    let inner = self.value(object, depth + 1);
                    let (Kind::Call(of, _), method) = (&inner.kind, self.method(called)) else {
                        return String::new();
                    };
                    let name = format!("{of}().{method}");
                    parts.push(("of".to_owned(), inner));
                    name
                }
                None => bare(self.source(called)).to_owned(),
            }
        });
        let arguments = node.child_by_field_name("arguments");
        if is_broken(node) || arguments.is_some_and(is_broken) {
            return Kind::Opaque;
        }
        if let Some(arguments) = arguments {
            for argument in children(arguments) {
                match argument.kind() {
                    "keyword_argument" => {
                        let name = argument.child_by_field_name("name").map_or("", |name| self.source(name));
                        if let Some(value) = argument.child_by_field_name("value") {
                            parts.push((name.to_owned(), self.value(value, depth + 1)));
                        }
                    }
                    "dictionary_splat" => {
                        if let Some(all) = children(argument).into_iter().next() {
                            parts.push((SPREAD.to_owned(), self.value(all, depth + 1)));
                        }
                    }
                    _ => parts.push((String::new(), self.value(argument, depth + 1))),
                }
            }
        }
        // Options in an object are named arguments.
        let options =
            parts.iter().rposition(|(name, value)| name.is_empty() && matches!(value.kind, Kind::Pairs(_)));
        if let Some(at) = options
            && at + 1 == parts.len()
            && let Some((_, Tree { kind: Kind::Pairs(pairs), .. })) = parts.pop()
        {
            parts.extend(pairs);
        }
        Kind::Call(name, parts)
    }

    fn method(&self, called: Node<'_>) -> &'t str {
        let property = ["property", "attribute"].iter().find_map(|field| called.child_by_field_name(field));
        property.map_or("", |property| self.source(property))
    }

    fn pairs(&mut self, node: Node<'_>, depth: usize) -> Vec<(String, Tree)> {
        let mut pairs = Vec::new();
        for child in children(node) {
            match child.kind() {
                "pair" => {
                    let (Some(key), Some(value)) =
                        (child.child_by_field_name("key"), child.child_by_field_name("value"))
                    else {
                        continue;
                    };
                    let key = self.source(key).trim_matches(['"', '\'', '[', ']', '`']).to_owned();
                    pairs.push((key, self.value(value, depth + 1)));
                }
                "shorthand_property_identifier" => {
                    let name = self.source(child).to_owned();
                    pairs.push((name.clone(), Tree::new(span(child), Kind::Name(name))));
                }
                "spread_element" | "dictionary_splat" => {
                    let spread = self.value(child, depth + 1);
                    match &spread.kind {
                        Kind::Pairs(known) => pairs.extend(known.iter().cloned()),
                        _ => pairs.push((SPREAD.to_owned(), spread)),
                    }
                }
                _ => self.statement(child, depth + 1),
            }
        }
        pairs
    }

    /// A literal with what is put in; its place is that of its text.
    fn string(&mut self, node: Node<'_>, depth: usize) -> Tree {
        let mut out = String::new();
        let (mut from, mut to) = (None, node.end_byte());
        for part in children(node) {
            match part.kind() {
                "string_fragment" | "string_content" => out.push_str(self.source(part)),
                "escape_sequence" => {
                    out.push_str(self.source(part).trim_start_matches('\\'));
                }
                "template_substitution" | "interpolation" => {
                    let inner = children(part).into_iter().next();
                    let value = inner.map(|inner| self.value(inner, depth + 1));
                    out.push_str(&value.as_ref().map_or("${}".to_owned(), super::said));
                }
                "string" => out.push_str(&super::said(&self.string(part, depth + 1))),
                _ => continue,
            }
            from = from.or(Some(part.start_byte()));
            to = part.end_byte();
        }
        Tree::new(Span::new(from.unwrap_or(node.start_byte()), to), Kind::Text(out))
    }
}

/// A path without the object that it is a part of.
fn bare(path: &str) -> &str {
    let path = path.trim();
    path.strip_prefix("this.").or_else(|| path.strip_prefix("self.")).unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_and_names_are_read() {
        let text = "const q = new sqs.Queue(this, 'Q', { encryption: sqs.QueueEncryption.KMS });\n\
            this.role.addToPolicy(new iam.PolicyStatement({ actions: ['a:*'], resources: ['*'] }));\n\
            f(() => { new iam.AccountPrincipal(`${x}12`).withConditions({ a: 1 }) });\n";
        let trees = trees(text, false);
        assert!(trees.first().unwrap().get("q").unwrap().get("encryption").is_some());
        let Kind::Call(name, parts) = &trees.get(1).unwrap().kind else { panic!("a call") };
        assert_eq!(name, "role.addToPolicy");
        assert!(parts.first().unwrap().1.get("actions").is_some());
        assert!(
            trees
                .iter()
                .any(|tree| matches!(&tree.kind, Kind::Call(name, _) if name.ends_with("withConditions")))
        );
        let trees = super::trees(
            "role.add_to_policy(iam.PolicyStatement(actions=['*'], resources=[f'{a}/x']))\n",
            true,
        );
        let statement = &trees.first().unwrap().pairs().first().unwrap().1;
        assert_eq!(statement.get("resources").unwrap().items().first().unwrap().text(), Some("${a}/x"));
    }
}
