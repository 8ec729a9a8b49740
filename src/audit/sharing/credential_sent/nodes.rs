//! What the nodes of a grammar's tree are made of: strings, calls, members, collections.

use tree_sitter::Node;

use super::code::{Arg, Expr, Kind};
use super::grammar::Lowering;
use super::kinds::{children, is_function};
use super::literal;

impl Lowering<'_> {
    pub(super) fn string(&mut self, node: Node<'_>, depth: usize) -> Kind {
        let mut parts: Vec<Expr> = Vec::new();
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            let at = self.span(child);
            match child.kind() {
                "string_start" | "string_end" | "comment" | "heredoc_start" | "heredoc_end" => {}
                "string_content"
                | "string_fragment"
                | "interpreted_string_literal_content"
                | "string_value"
                | "raw_string_literal_content"
                | "heredoc_content"
                | "multiline_string_fragment"
                | "nowdoc_string" => {
                    parts.push(Expr::text(at, self.source(child)));
                }
                "escape_sequence" | "escape_interpolation" => {
                    parts.push(Expr::text(at, literal::escaped(self.source(child))));
                }
                "interpolation" | "template_substitution" => {
                    let value = child.child_by_field_name("expression").or_else(|| child.named_child(0));
                    parts.extend(value.map(|value| self.expr(value, depth + 1)));
                }
                _ => parts.push(self.expr(child, depth + 1)),
            }
        }
        if parts.is_empty() {
            let bare = self.source(node).trim_matches(['"', '\'', '`']);
            return Kind::Text(bare.to_owned());
        }
        literal::joined(parts)
    }

    /// Ruby keeps the text of a heredoc away from where it is used.
    pub(super) fn heredoc(&mut self, node: Node<'_>, depth: usize) -> Kind {
        let mut around = node.parent();
        for _ in 0..12 {
            let Some(outer) = around else { break };
            let mut cursor = outer.walk();
            let behind =
                |child: &Node<'_>| child.kind() == "heredoc_body" && child.start_byte() >= node.end_byte();
            if let Some(body) = outer.named_children(&mut cursor).find(behind) {
                return self.string(body, depth + 1);
            }
            around = outer.parent();
        }
        Kind::Opaque
    }

    pub(super) fn member(&mut self, node: Node<'_>, depth: usize) -> Kind {
        let field = |names: &[&str]| names.iter().find_map(|name| node.child_by_field_name(name));
        let all = children(node);
        let of = field(&["object", "operand", "scope"]).or_else(|| all.first().copied());
        let name = field(&["attribute", "property", "field", "name"]).or_else(|| all.last().copied());
        let (Some(of), Some(name)) = (of, name) else { return Kind::Opaque };
        let name = self.source(name).trim_start_matches('$').to_owned();
        if of.byte_range() == node.byte_range() {
            return Kind::Name(name);
        }
        Kind::Member(Box::new(self.expr(of, depth + 1)), name)
    }

    pub(super) fn index(&mut self, node: Node<'_>, depth: usize) -> Kind {
        let all = children(node);
        let (Some(of), Some(key)) = (all.first(), all.get(1)) else {
            return all.first().map_or(Kind::Opaque, |only| self.expr(*only, depth + 1).kind);
        };
        // A part of a text is masked, or means nothing.
        if matches!(key.kind(), "slice" | "range") {
            return Kind::Opaque;
        }
        Kind::Index(Box::new(self.expr(*of, depth + 1)), Box::new(self.expr(*key, depth + 1)))
    }

    pub(super) fn call(&mut self, node: Node<'_>, depth: usize) -> Kind {
        let field = |names: &[&str]| names.iter().find_map(|name| node.child_by_field_name(name));
        let all = children(node);
        let receiver = field(&["receiver", "object", "scope"]);
        let name = field(&["method", "name"]);
        let callee = match (receiver, name) {
            (Some(of), Some(name)) => {
                let name = self.source(name).to_owned();
                let of = self.expr(of, depth + 1);
                Expr::new(self.span(node), Kind::Member(Box::new(of), name))
            }
            (None, Some(name)) => self.expr(name, depth + 1),
            (Some(of), None) => self.expr(of, depth + 1),
            (None, None) => {
                let callee = field(&["function", "constructor", "type"]).or_else(|| all.first().copied());
                let Some(callee) = callee else { return Kind::Opaque };
                self.expr(callee, depth + 1)
            }
        };
        let arguments =
            field(&["arguments"]).or_else(|| all.iter().copied().find(|c| c.kind() == "arguments"));
        let mut given = Vec::new();
        if let Some(arguments) = arguments.or_else(|| field(&["operand"])) {
            match arguments.kind() {
                kind if kind.contains("argument") => {
                    for argument in children(arguments) {
                        given.push(self.argument(argument, depth + 1));
                    }
                }
                _ => given.push(Arg { name: String::new(), value: self.expr(arguments, depth + 1) }),
            }
        }
        if let Some(block) = field(&["block"]).filter(|_| !self.skips_blocks) {
            self.block_of(node, block, depth + 1);
        }
        // A method that is called without arguments reads like a member.
        Kind::Call(Box::new(callee), given)
    }

    pub(super) fn argument(&mut self, node: Node<'_>, depth: usize) -> Arg {
        let name = match node.kind() {
            "keyword_argument" | "argument" => node.child_by_field_name("name"),
            "pair" => node.child_by_field_name("key"),
            _ => None,
        };
        let value = if name.is_some() { node.child_by_field_name("value") } else { None };
        let value = value.or_else(|| match name {
            Some(_) => children(node).last().copied(),
            None => None,
        });
        let name = name.map_or("", |name| self.source(name));
        let name = name.trim_matches([':', '"', '\'']).to_owned();
        Arg { name, value: self.expr(value.unwrap_or(node), depth) }
    }

    pub(super) fn binary(&mut self, node: Node<'_>, depth: usize) -> Kind {
        let (Some(left), Some(right)) = (node.child_by_field_name("left"), node.child_by_field_name("right"))
        else {
            return Kind::Opaque;
        };
        let operator = node.child_by_field_name("operator").map_or("", |operator| self.source(operator));
        let left = self.expr(left, depth + 1);
        let right = self.expr(right, depth + 1);
        match operator {
            "+" | "." | "%" | "<<" => {
                let mut parts = Vec::new();
                for side in [left, right] {
                    match side.kind {
                        Kind::Joined(inner) => parts.extend(inner),
                        _ => parts.push(side),
                    }
                }
                literal::joined(parts)
            }
            "||" | "??" | "?:" | "or" => Kind::Choice(vec![left, right]),
            "|" => Kind::List(vec![left, right]),
            "&&" | "and" => right.kind,
            _ => Kind::Opaque,
        }
    }

    pub(super) fn conditional(&mut self, node: Node<'_>, depth: usize) -> Kind {
        let all = children(node);
        let fields = ["consequence", "alternative", "body"];
        let mut ways: Vec<Node<'_>> =
            fields.iter().filter_map(|name| node.child_by_field_name(name)).collect();
        if ways.is_empty() {
            // Python: what, condition, else.
            ways = all.iter().copied().step_by(2).collect();
        }
        Kind::Choice(ways.into_iter().map(|way| self.expr(way, depth + 1)).collect())
    }

    pub(super) fn collection(&mut self, node: Node<'_>, depth: usize) -> Kind {
        if let Some(body) = node.child_by_field_name("body") {
            return self.collection(body, depth + 1);
        }
        let (mut pairs, mut values) = (Vec::new(), Vec::new());
        for child in children(node) {
            let inner = children(child);
            let is_pair = match child.kind() {
                "pair" | "keyed_element" => true,
                "array_element_initializer" => inner.len() > 1,
                _ => false,
            };
            if is_pair {
                let (Some(key), Some(value)) = (inner.first(), inner.last()) else { continue };
                let key = match self.expr(*key, depth + 1).kind {
                    Kind::Text(text) | Kind::Name(text) => text,
                    _ => self.source(*key).trim_matches(['"', '\'', '`', ':']).to_owned(),
                };
                pairs.push((key, self.expr(*value, depth + 1)));
            } else if child.kind() == "shorthand_property_identifier" {
                let name = self.source(child).to_owned();
                pairs.push((name, self.expr(child, depth + 1)));
            } else if is_function(child.kind()) {
                self.function(child, depth + 1);
            } else {
                values.push(self.expr(child, depth + 1));
            }
        }
        if pairs.is_empty() {
            return Kind::List(values);
        }
        pairs.extend(values.into_iter().map(|value| (String::new(), value)));
        Kind::Pairs(pairs)
    }
}
