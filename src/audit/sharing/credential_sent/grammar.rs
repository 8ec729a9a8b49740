//! Programs in languages with a grammar, as values and steps.
//!
//! A tree of a broken text is used as far as it goes. How deep a tree is followed and how long one is
//! made are bounded by counts, never by a clock, so that the same text gives the same steps.

use std::ops::ControlFlow;

use tree_sitter::{Node, ParseOptions, Parser};

use super::code::{Expr, Kind, Step};
use super::kinds::{children, is_function, is_wrapper};
use crate::model::Span;

/// Depth of a tree that is followed.
const DEPTH_MAX: usize = 150;
/// Reports of progress a kilobyte of text may cost; an ordinary text costs a tenth.
const PROGRESS_PER_KILOBYTE: usize = 100;
/// Nodes looked at in one text.
const NODES_MAX: usize = 1_000_000;

/// A language with a grammar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grammar {
    Python,
    /// JavaScript, TypeScript and Apps Script, with or without markup in it.
    Script,
    Php,
    Ruby,
    Java,
    Go,
}

impl Grammar {
    fn language(self) -> tree_sitter::Language {
        match self {
            Self::Python => tree_sitter_python::LANGUAGE.into(),
            Self::Script => tree_sitter_typescript::LANGUAGE_TSX.into(),
            Self::Php => tree_sitter_php::LANGUAGE_PHP.into(),
            Self::Ruby => tree_sitter_ruby::LANGUAGE.into(),
            Self::Java => tree_sitter_java::LANGUAGE.into(),
            Self::Go => tree_sitter_go::LANGUAGE.into(),
        }
    }
}

/// Reads a text that begins at `offset` of its document.
pub(super) fn steps(grammar: Grammar, text: &str, offset: usize) -> Vec<Step> {
    let mut parser = Parser::new();
    if parser.set_language(&grammar.language()).is_err() {
        return Vec::new();
    }
    let mut left = (text.len() / 1_024 + 16) * PROGRESS_PER_KILOBYTE;
    let mut progress = |_: &tree_sitter::ParseState| {
        left = left.saturating_sub(1);
        if left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let options = ParseOptions::new().progress_callback(&mut progress);
    let bytes = text.as_bytes();
    let mut from = |at: usize, _: tree_sitter::Point| bytes.get(at..).unwrap_or_default();
    let Some(tree) = parser.parse_with_options(&mut from, None, Some(options)) else { return Vec::new() };
    let mut lowering = Lowering { text, offset, nodes: 0, steps: Vec::new(), skips_blocks: false };
    lowering.statement(tree.root_node(), 0);
    lowering.steps
}

pub(super) struct Lowering<'t> {
    text: &'t str,
    offset: usize,
    nodes: usize,
    /// What was read so far of the innermost function.
    steps: Vec<Step>,
    /// Whether a call is read a second time, for what it gives to its own block.
    pub(super) skips_blocks: bool,
}

impl<'t> Lowering<'t> {
    pub(super) fn span(&self, node: Node<'_>) -> Span {
        Span::new(self.offset + node.start_byte(), self.offset + node.end_byte())
    }

    pub(super) fn source(&self, node: Node<'_>) -> &'t str {
        self.text.get(node.byte_range()).unwrap_or_default()
    }

    fn is_spent(&mut self, depth: usize) -> bool {
        self.nodes += 1;
        depth > DEPTH_MAX || self.nodes > NODES_MAX
    }

    /// Reads the steps below a node.
    pub(super) fn statement(&mut self, node: Node<'_>, depth: usize) {
        if self.is_spent(depth) {
            return;
        }
        match node.kind() {
            "function_definition"
            | "function_declaration"
            | "generator_function_declaration"
            | "method_definition"
            | "method_declaration"
            | "constructor_declaration"
            | "method"
            | "singleton_method" => self.function(node, depth),
            kind if is_function(kind) && kind != "block" => self.function(node, depth),
            "assignment"
            | "assignment_expression"
            | "assignment_statement"
            | "augmented_assignment"
            | "augmented_assignment_expression"
            | "operator_assignment"
            | "short_var_declaration"
            | "variable_declarator"
            | "var_spec"
            | "const_spec"
            | "const_element"
            | "property_element"
            | "named_expression"
            | "resource"
            | "default_parameter"
            | "typed_default_parameter"
            | "public_field_definition"
            | "as_pattern"
            | "property_declaration" => self.assignment(node, depth),
            "call"
            | "call_expression"
            | "new_expression"
            | "function_call_expression"
            | "member_call_expression"
            | "nullsafe_member_call_expression"
            | "scoped_call_expression"
            | "object_creation_expression"
            | "method_invocation"
            | "await_expression"
            | "await" => {
                let value = self.expr(node, depth + 1);
                self.steps.push(Step::Do(value));
            }
            _ => {
                for child in children(node) {
                    self.statement(child, depth + 1);
                }
            }
        }
    }

    pub(super) fn function(&mut self, node: Node<'_>, depth: usize) {
        let around = std::mem::take(&mut self.steps);
        self.parameters(node);
        for child in children(node) {
            self.statement(child, depth + 1);
        }
        let steps = std::mem::replace(&mut self.steps, around);
        self.steps.push(Step::Function { at: self.span(node), steps });
    }

    /// A block of Ruby, whose parameter is what the call gives.
    pub(super) fn block_of(&mut self, call: Node<'_>, block: Node<'_>, depth: usize) {
        let parameters = block.child_by_field_name("parameters");
        let parameter =
            parameters.and_then(|all| all.named_child(0)).filter(|only| only.kind() == "identifier");
        let Some(parameter) = parameter else { return self.function(block, depth) };
        self.skips_blocks = true;
        let given = self.expr(call, depth + 1);
        self.skips_blocks = false;
        let around = std::mem::take(&mut self.steps);
        let targets = vec![self.expr(parameter, depth + 1)];
        self.steps.push(Step::Assign { targets, value: given, adds: false });
        let body = block.child_by_field_name("body");
        if let Some(body) = body {
            self.statement(body, depth + 1);
        }
        let steps = std::mem::replace(&mut self.steps, around);
        self.steps.push(Step::Function { at: self.span(block), steps });
    }

    fn assignment(&mut self, node: Node<'_>, depth: usize) {
        let field = |names: &[&str]| names.iter().find_map(|name| node.child_by_field_name(name));
        let all = children(node);
        let is_as = node.kind() == "as_pattern";
        let left = match node.kind() {
            "as_pattern" => all.last().copied(),
            _ => field(&["left", "name"]).or_else(|| all.first().copied()),
        };
        let right = match node.kind() {
            "as_pattern" => all.first().copied(),
            _ => field(&["right", "value", "default_value"]).or_else(|| all.last().copied()),
        };
        let (Some(left), Some(right)) = (left, right) else { return };
        if left == right {
            for child in all {
                self.statement(child, depth + 1);
            }
            return;
        }
        let adds = node.kind().contains("augmented") || node.kind() == "operator_assignment" || {
            let operator = node.child_by_field_name("operator").map(|operator| self.source(operator));
            operator.is_some_and(|operator| operator != "=" && operator != ":=")
        };
        let value = self.expr(right, depth + 1);
        let listed = matches!(left.kind(), "expression_list" | "pattern_list" | "left_assignment_list");
        let targets = if listed || is_as && left.named_child_count() > 0 {
            children(left).into_iter().map(|target| self.expr(target, depth + 1)).collect()
        } else {
            vec![self.expr(left, depth + 1)]
        };
        self.steps.push(Step::Assign { targets, value, adds });
    }

    /// Reads a value.
    pub(super) fn expr(&mut self, node: Node<'_>, depth: usize) -> Expr {
        let at = self.span(node);
        if self.is_spent(depth) {
            return Expr::new(at, Kind::Opaque);
        }
        let source = self.source(node);
        if let Some(kind) = self.word(node, depth) {
            return Expr::new(at, kind);
        }
        let kind = match node.kind() {
            "attribute"
            | "member_expression"
            | "member_access_expression"
            | "nullsafe_member_access_expression"
            | "field_access"
            | "selector_expression"
            | "scope_resolution"
            | "class_constant_access_expression"
            | "scoped_property_access_expression" => self.member(node, depth),
            "subscript"
            | "subscript_expression"
            | "index_expression"
            | "element_reference"
            | "array_access" => self.index(node, depth),
            "call"
            | "call_expression"
            | "new_expression"
            | "function_call_expression"
            | "member_call_expression"
            | "nullsafe_member_call_expression"
            | "scoped_call_expression"
            | "object_creation_expression"
            | "method_invocation"
            | "type_conversion_expression" => self.call(node, depth),
            "binary_operator" | "binary_expression" | "binary" | "boolean_operator" => {
                self.binary(node, depth)
            }
            "conditional_expression" | "ternary_expression" | "conditional" => self.conditional(node, depth),
            "dictionary"
            | "object"
            | "hash"
            | "array_creation_expression"
            | "composite_literal"
            | "literal_value" => self.collection(node, depth),
            "object_pattern" => self.taken_apart(node, depth),
            "list" | "tuple" | "array" | "expression_list" | "set" | "array_initializer" => {
                Kind::List(self.values(node, depth))
            }
            "assignment"
            | "assignment_expression"
            | "named_expression"
            | "augmented_assignment_expression" => {
                return self.assigned(node, depth);
            }
            kind if is_function(kind) => {
                if !self.skips_blocks {
                    self.function(node, depth);
                }
                Kind::Opaque
            }
            "unary_expression" if !source.starts_with(['&', '*']) => Kind::Opaque,
            kind if is_wrapper(kind) => return self.unwrapped(node, depth),
            _ => {
                // Calls below what is not understood are calls all the same.
                for child in children(node) {
                    self.statement(child, depth + 1);
                }
                Kind::Opaque
            }
        };
        Expr::new(at, kind)
    }

    /// Reads names and strings.
    fn word(&mut self, node: Node<'_>, depth: usize) -> Option<Kind> {
        let source = self.source(node);
        Some(match node.kind() {
            "identifier"
            | "constant"
            | "this"
            | "self"
            | "name"
            | "qualified_name"
            | "type_identifier"
            | "property_identifier"
            | "field_identifier"
            | "shorthand_property_identifier"
            | "scoped_type_identifier"
            | "super" => Kind::Name(source.to_owned()),
            "variable_name" | "instance_variable" | "class_variable" | "global_variable" => {
                Kind::Name(source.trim_start_matches(['$', '@']).to_owned())
            }
            "simple_symbol" | "hash_key_symbol" => Kind::Text(source.trim_start_matches(':').to_owned()),
            "string"
            | "string_literal"
            | "template_string"
            | "encapsed_string"
            | "interpreted_string_literal"
            | "raw_string_literal"
            | "heredoc_body"
            | "heredoc"
            | "nowdoc"
            | "concatenated_string"
            | "chained_string"
            | "bare_string"
            | "subshell" => self.string(node, depth),
            "heredoc_beginning" => self.heredoc(node, depth),
            _ => return None,
        })
    }

    /// `{ a, b: c }` on the left: what each name gets.
    fn taken_apart(&mut self, node: Node<'_>, depth: usize) -> Kind {
        let mut pairs = Vec::new();
        for child in children(node) {
            let inner = children(child);
            let (key, name) = match (inner.first(), inner.last()) {
                (Some(key), Some(name)) => (*key, *name),
                _ => (child, child),
            };
            let at = self.span(name);
            let key = self.source(key).to_owned();
            let target = match name.kind() {
                "object_pattern" if depth < DEPTH_MAX => self.expr(name, depth + 1),
                _ => Expr::name(at, self.source(name)),
            };
            pairs.push((key, target));
        }
        Kind::Pairs(pairs)
    }

    fn values(&mut self, node: Node<'_>, depth: usize) -> Vec<Expr> {
        children(node).into_iter().map(|child| self.expr(child, depth + 1)).collect()
    }

    /// An assignment in the middle of an expression: done, and then its target.
    fn assigned(&mut self, node: Node<'_>, depth: usize) -> Expr {
        self.assignment(node, depth);
        let target = node.child_by_field_name("left").or_else(|| node.child_by_field_name("name"));
        match target {
            Some(target) => self.expr(target, depth + 1),
            None => Expr::new(self.span(node), Kind::Opaque),
        }
    }

    /// What a function gets hides what has the same name outside.
    fn parameters(&mut self, node: Node<'_>) {
        let listed = ["parameters", "parameter"].iter().find_map(|name| node.child_by_field_name(name));
        let Some(listed) = listed else { return };
        let all = if listed.kind() == "identifier" { vec![listed] } else { children(listed) };
        for parameter in all {
            if parameter.child_by_field_name("value").is_some() {
                continue;
            }
            let named = ["name", "pattern"].iter().find_map(|name| parameter.child_by_field_name(name));
            let named = named.or_else(|| parameter.named_child(0)).unwrap_or(parameter);
            let name = self.source(named).trim_start_matches(['$', '@', '&', '*']);
            let at = self.span(named);
            let targets = vec![Expr::name(at, name)];
            self.steps.push(Step::Assign { targets, value: Expr::new(at, Kind::Opaque), adds: false });
        }
    }

    fn unwrapped(&mut self, node: Node<'_>, depth: usize) -> Expr {
        let all = children(node);
        let value = node.child_by_field_name("value").or_else(|| match node.kind() {
            "cast_expression" | "argument" | "type_assertion" => all.last().copied(),
            _ => all.first().copied(),
        });
        match value {
            Some(value) => self.expr(value, depth + 1),
            None => Expr::new(self.span(node), Kind::Opaque),
        }
    }
}
