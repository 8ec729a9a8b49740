//! What a document declares, whatever its syntax: values in values, with their places.

use crate::model::Span;

/// The name of what is spread into named values and is not known itself.
pub(super) const SPREAD: &str = "...";

/// Values within values that are followed; what people write is flatter.
pub(super) const DEPTH_MAX: usize = 60;
/// Values of one document.
pub(super) const NODES_MAX: usize = 200_000;

/// A value.
#[derive(Debug, Clone)]
pub(super) struct Tree {
    pub(super) at: Span,
    pub(super) kind: Kind,
}

/// What a value is.
#[derive(Debug, Clone)]
pub(super) enum Kind {
    /// A literal. What is put in later stands in it as `${name}`.
    Text(String),
    /// What stands for a value that is elsewhere: `var.x`, `aws_sqs_queue.q.arn`, `!Ref X`, `this.queue`.
    Name(String),
    List(Vec<Tree>),
    /// Named values, in their order; a name may come several times.
    Pairs(Vec<(String, Tree)>),
    /// A call, a constructor, or a block of Terraform with its labels: what is called, and with what.
    Call(String, Vec<(String, Tree)>),
    /// Numbers, conditions, and what is not understood.
    Opaque,
}

impl Tree {
    pub(super) const fn new(at: Span, kind: Kind) -> Self {
        Self { at, kind }
    }

    pub(super) const fn opaque(at: Span) -> Self {
        Self { at, kind: Kind::Opaque }
    }

    pub(super) fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The literal, or the name that stands for it.
    pub(super) fn word(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(word) | Kind::Name(word) => Some(word),
            _ => None,
        }
    }

    /// The named values of a mapping, or of what is called.
    pub(super) fn pairs(&self) -> &[(String, Self)] {
        match &self.kind {
            Kind::Pairs(pairs) | Kind::Call(_, pairs) => pairs,
            _ => &[],
        }
    }

    /// The first value under a name, its letter case and signs ignored.
    pub(super) fn get(&self, name: &str) -> Option<&Self> {
        self.pairs().iter().find(|(known, _)| is_same(known, name)).map(|(_, value)| value)
    }

    /// The values under a name.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &Self> {
        self.pairs().iter().filter(move |(known, _)| is_same(known, name)).map(|(_, value)| value)
    }

    /// The value at the end of a path of names.
    #[cfg(test)]
    pub(super) fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |value, name| value.get(name))
    }

    /// The values of a list; anything else is the only one.
    pub(super) fn items(&self) -> &[Self] {
        match &self.kind {
            Kind::List(items) => items,
            _ => std::slice::from_ref(self),
        }
    }

    /// The values below, with their names where they have any.
    pub(super) fn children(&self) -> Vec<(&str, &Self)> {
        match &self.kind {
            Kind::List(items) => items.iter().map(|item| ("", item)).collect(),
            Kind::Pairs(pairs) | Kind::Call(_, pairs) => {
                pairs.iter().map(|(name, value)| (name.as_str(), value)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Every literal and name in it.
    pub(super) fn words(&self) -> Vec<&Self> {
        let (mut found, mut waiting) = (Vec::new(), vec![self]);
        while let Some(next) = waiting.pop() {
            if next.word().is_some() {
                found.push(next);
            }
            waiting.extend(next.children().into_iter().rev().map(|(_, child)| child));
        }
        found
    }
}

/// Compares names as `policyDocument`, `PolicyDocument` and `policy_document` are one.
pub(super) fn is_same(a: &str, b: &str) -> bool {
    let letters = |text: &str| -> Vec<u8> {
        text.bytes().filter(u8::is_ascii_alphanumeric).map(|b| b.to_ascii_lowercase()).collect()
    };
    if a.len() == b.len() {
        return a.eq_ignore_ascii_case(b) || (a.contains(['_', '-']) && letters(a) == letters(b));
    }
    a.len().abs_diff(b.len()) < 6 && letters(a) == letters(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_one_in_every_spelling() {
        assert!(is_same("policyDocument", "policy_document") && is_same("Statement", "statement"));
        assert!(!is_same("statement", "statements") && !is_same("Action", "NotAction"));
    }
}
