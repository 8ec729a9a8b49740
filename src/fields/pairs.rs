//! Objects that hold a name under one key and its value under another.

use std::borrow::Cow;

use super::text::{NAME_BYTES, Text};
use super::{Found, Value};
use crate::model::{Span, Syntax};

/// How far a value may be from its name, in bytes.
const REACH: usize = 2048;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Name,
    Value,
}

/// One half of a pair.
struct Half {
    role: Role,
    object: u32,
    span: Span,
    field: usize,
}

/// The halves met so far.
pub(super) struct Pairs {
    halves: Vec<Half>,
}

/// Tells which half of a pair a key announces.
fn role(name: &str) -> Option<Role> {
    const NAMES: [&str; 9] =
        ["name", "key", "parameterkey", "variable", "id", "field", "label", "optionname", "option_name"];
    const VALUES: [&str; 10] = [
        "value",
        "parametervalue",
        "val",
        "currentvalue",
        "text",
        "content",
        "data",
        "plaintext",
        "default",
        "initialvalue",
    ];
    if name.len() > 14 || name.len() < 2 {
        return None;
    }
    if NAMES.iter().any(|known| known.eq_ignore_ascii_case(name)) {
        return Some(Role::Name);
    }
    VALUES.iter().any(|known| known.eq_ignore_ascii_case(name)).then_some(Role::Value)
}

impl Pairs {
    pub(super) fn new() -> Self {
        Self { halves: Vec::new() }
    }

    /// Notes a field that may be half of a pair; `field` is its place among all fields.
    pub(super) fn note(&mut self, name: &str, value: &Value<'_>, object: u32, field: usize) {
        if object == 0 {
            return;
        }
        if let Some(role) = role(name) {
            self.halves.push(Half { role, object, span: value.span, field });
        }
    }

    /// Gives each value the names of its object.
    pub(super) fn finish<'a>(&self, text: &Text<'a>, found: &mut Found<'a>) {
        for (at, half) in self.halves.iter().enumerate() {
            if half.role != Role::Value {
                continue;
            }
            let near = |other: &&Half| {
                other.role == Role::Name
                    && other.object == half.object
                    && other.span.distance(half.span) <= REACH
            };
            let before = self.halves.iter().take(at).rev().take(6).filter(near);
            let after = self.halves.iter().skip(at + 1).take(4).filter(near);
            let mut given = 0;
            for name in before.chain(after) {
                let Some((written, value, scope)) = self.ends(name, half, found) else { continue };
                let _ = text;
                found.push((written, name.span), scope, value, Syntax::Pair);
                given += 1;
                if given == 2 {
                    break;
                }
            }
        }
    }

    /// Takes name and value out of the fields that are the halves.
    fn ends<'a>(
        &self,
        name: &Half,
        value: &Half,
        found: &Found<'a>,
    ) -> Option<(Cow<'a, str>, Value<'a>, Cow<'a, str>)> {
        let name = found.fields.get(name.field)?;
        let field = found.fields.get(value.field)?;
        // A field that was refused has left its place to another.
        if field.value_span != value.span || name.value.len() > NAME_BYTES {
            return None;
        }
        let text = Value { text: field.value.clone(), span: field.value_span, quoted: field.quoted };
        Some((name.value.clone(), text, field.scope.clone()))
    }
}

#[cfg(test)]
mod tests;
