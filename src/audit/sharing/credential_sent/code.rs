//! What a program says, whatever its language: values, calls, and the steps of functions.

use crate::model::Span;

/// A value, with where it stands in the text.
#[derive(Debug)]
pub(super) struct Expr {
    pub(super) at: Span,
    pub(super) kind: Kind,
}

/// What a value is made of.
#[derive(Debug)]
pub(super) enum Kind {
    /// A literal.
    Text(String),
    /// A variable, a constant, a type.
    Name(String),
    /// `a.b`, in whatever spelling.
    Member(Box<Expr>, String),
    /// `a[b]`.
    Index(Box<Expr>, Box<Expr>),
    /// `f(x)`, `new F(x)`.
    Call(Box<Expr>, Vec<Arg>),
    /// Strings and values one behind the other.
    Joined(Vec<Expr>),
    /// Several values.
    List(Vec<Expr>),
    /// Named values; those without a name are spread from elsewhere.
    Pairs(Vec<(String, Expr)>),
    /// One of several.
    Choice(Vec<Expr>),
    /// What holds nothing of its parts: comparisons, numbers, what is not understood.
    Opaque,
}

/// What a call gets.
#[derive(Debug)]
pub(super) struct Arg {
    /// Its name; empty where its place says what it is.
    pub(super) name: String,
    pub(super) value: Expr,
}

/// A step of a program.
#[derive(Debug)]
pub(super) enum Step {
    /// Every target gets the value; what it had before stays where something is added.
    Assign { targets: Vec<Expr>, value: Expr, adds: bool },
    /// A value that is made and dropped.
    Do(Expr),
    /// A function that knows what stands around it.
    Function { at: Span, steps: Vec<Step> },
}

impl Expr {
    pub(super) const fn new(at: Span, kind: Kind) -> Self {
        Self { at, kind }
    }

    pub(super) fn name(at: Span, name: &str) -> Self {
        Self::new(at, Kind::Name(name.to_owned()))
    }

    pub(super) fn text(at: Span, text: &str) -> Self {
        Self::new(at, Kind::Text(text.to_owned()))
    }

    /// Returns a literal.
    pub(super) fn text_of(&self) -> Option<String> {
        match &self.kind {
            Kind::Text(text) => Some(text.clone()),
            _ => None,
        }
    }

    /// Returns the variable and the members that lead to it, joined by dots.
    pub(super) fn path(&self) -> Option<String> {
        match &self.kind {
            Kind::Name(name) => Some(name.clone()),
            Kind::Member(of, name) => Some(format!("{}.{name}", of.path()?)),
            Kind::Index(of, key) => match &key.kind {
                Kind::Text(key) => Some(format!("{}.{key}", of.path()?)),
                _ => of.path(),
            },
            // A method without arguments reads like a member.
            Kind::Call(callee, args) if args.is_empty() => callee.path(),
            _ => None,
        }
    }
}
