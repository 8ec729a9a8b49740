//! Kinds of nodes of all grammars.

use tree_sitter::Node;

/// Returns the named nodes below a node, comments and types left out.
pub(super) fn children(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    let is_said = |child: &Node<'_>| !matches!(child.kind(), "comment" | "type_annotation" | "modifiers");
    node.named_children(&mut cursor).filter(is_said).collect()
}

pub(super) fn is_function(kind: &str) -> bool {
    matches!(
        kind,
        "arrow_function"
            | "function_expression"
            | "function"
            | "generator_function"
            | "func_literal"
            | "lambda"
            | "lambda_expression"
            | "anonymous_function"
            | "anonymous_function_creation_expression"
            | "method_definition"
            | "block"
            | "do_block"
    )
}

pub(super) fn is_wrapper(kind: &str) -> bool {
    matches!(
        kind,
        "parenthesized_expression"
            | "parenthesized_statements"
            | "await_expression"
            | "await"
            | "as_expression"
            | "satisfies_expression"
            | "non_null_expression"
            | "cast_expression"
            | "type_assertion"
            | "type_assertion_expression"
            | "argument"
            | "array_element_initializer"
            | "literal_element"
            | "unary_expression"
            | "reference_assignment_expression"
            | "spread_element"
            | "variadic_unpacking"
            | "list_splat"
            | "dictionary_splat"
            | "hash_splat_argument"
            | "splat_argument"
            | "expression_statement"
            | "as_pattern_target"
            | "error_suppression_expression"
            | "by_ref"
    )
}
