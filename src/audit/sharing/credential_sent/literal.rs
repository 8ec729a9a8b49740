//! Parts of strings, put together.

use super::code::{Expr, Kind};
use crate::model::Span;

/// Returns what an escape stands for, as far as it matters to what is read next.
pub(super) fn escaped(source: &str) -> &str {
    match source {
        "\\n" | "\\r" => "\n",
        "\\t" => "\t",
        _ => source.strip_prefix('\\').filter(|rest| rest.chars().count() == 1).unwrap_or(source),
    }
}

/// Joins parts; neighbouring literals become one.
pub(super) fn joined(parts: Vec<Expr>) -> Kind {
    let mut all: Vec<Expr> = Vec::new();
    for part in parts {
        if let Some(Expr { at, kind: Kind::Text(before) }) = all.last_mut()
            && let Kind::Text(text) = &part.kind
        {
            before.push_str(text);
            *at = Span::new(at.start, part.at.end);
            continue;
        }
        all.push(part);
    }
    match all.pop() {
        Some(only) if all.is_empty() => only.kind,
        Some(last) => {
            all.push(last);
            Kind::Joined(all)
        }
        None => Kind::Text(String::new()),
    }
}
